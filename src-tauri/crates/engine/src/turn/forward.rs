//! A server of the developer's asked: its answer goes out as it came, a long one while it arrives,
//! and the fallback where there is none in time.

use std::sync::Arc;
use std::time::Duration;

use protocol::platform::NoAnswer;
use protocol::{
    Answer, AnsweredBy, Code, Failure, FailureCode, Finding, Headers, OwnFinding, Side, Source,
};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};
use tokio_util::task::AbortOnDropHandle;

use super::Turn;
use super::deliver::{Delivery, Dispatch, OnDelivery, Reply};
use super::host::{Calling, History, Host};
use super::patience::is_bots;
use super::record::undelivered;
use super::sent::frame_arriving;
use super::server_findings::{Asked, server_findings};
use crate::answering::Upstream;
use crate::bodies::UNCOUNTED_BYTES;
use crate::client::{Call, CallFailure, Hops};
use crate::clock;
use crate::forwards::{FORWARDS_MAX, ForwardPermit};
use crate::outgoing::{AnswerStream, Given, Outgoing};
use crate::responder::Forward;

/// After how long an exchange is shown whose server has not answered: most do sooner, and are
/// written down once.
pub(super) const SHOWN_AFTER: Duration = Duration::from_millis(100);

/// What is left to answer in at least, however long the turns before of one message took. The
/// contract's.
const LEAST_WAIT: Duration = Duration::from_secs(1);

/// What became of the wait for a server.
enum Waited {
    Ended(Result<Answer, CallFailure>),
    /// Its answer grows long.
    Streams(AnswerStream),
    Disconnected,
    /// The time is over.
    Over,
    /// The app ends.
    Stopped,
}

impl<H: Host> Turn<H> {
    pub(super) async fn forward(mut self: Box<Self>, mut forward: Forward, reply: Reply) {
        let permit = match self.may_forward(&forward.server) {
            Ok(permit) => permit,
            Err(finding) => {
                let given = self.own_fallback(NoAnswer::Failed).await;
                let given = given.with_finding(finding);
                return self.end(given, reply, None).await;
            }
        };
        self.exchange.timing.decided = Some(self.clock.elapsed());
        self.patch = forward.patch.take();
        match forward.holds {
            true => {
                let call = self.host.call(self.call(&forward, None));
                let tasks = self.host.tasks();
                // A task: the exchange is written down meanwhile.
                let call = spawned(AbortOnDropHandle::new(tasks.spawn(call)));
                let server = self.asked(&forward, call, permit);
                Box::pin(self.hold(forward.seconds, reply, server)).await;
            }
            false => Box::pin(self.pass_through(forward, permit, reply)).await,
        }
    }

    /// A permit to forward a request, or why it is not: it has gone round in a circle, or so many
    /// wait for their servers that it may have.
    pub(super) fn may_forward(&mut self, server: &Upstream) -> Result<ForwardPermit, OwnFinding> {
        let hops = Hops::of(&self.exchange.request.headers);
        if hops.is_circle() {
            let args = [hops.made().to_string(), server.host()];
            return Err(OwnFinding::new(Code::UpstreamLoop, args));
        }
        let (bot, id) = (self.bot.id, self.exchange.summary.id);
        let since = clock::now();
        let forwards = self.host.forwards();
        let permit = forwards.begin(bot, id, &self.exchange.request, since);
        self.server_asked = permit.is_ok().then_some(since);
        permit.map_err(|full| {
            let (most, equal) = (FORWARDS_MAX.to_string(), full.equal.to_string());
            OwnFinding::new(Code::UpstreamInFlight, [most, server.host(), equal])
        })
    }

    pub(super) fn call(
        &self,
        forward: &Forward,
        stream: Option<oneshot::Sender<AnswerStream>>,
    ) -> Call {
        Call {
            request: self.exchange.request.clone(),
            server: forward.server.clone(),
            is_https: self.exchange.summary.source == Source::Tunnel,
            seconds: forward.seconds,
            stream,
        }
    }

    async fn pass_through(self: Box<Self>, forward: Forward, permit: ForwardPermit, reply: Reply) {
        let (stream, begun) = oneshot::channel();
        // A replay's answer is only recorded, and one that is corrected is needed whole.
        let may_stream = self.patch.is_none()
            && matches!(
                self.exchange.summary.source,
                Source::Webhook | Source::Tunnel
            );
        let call = self.call(&forward, may_stream.then_some(stream));
        let server = self.asked(&forward, self.host.call(call), permit);
        self.wait_alone(server, begun, reply).await;
    }

    fn asked(&self, forward: &Forward, call: Calling, permit: ForwardPermit) -> ServerSide {
        ServerSide {
            host: forward.server.host(),
            wait: self.remaining(forward.seconds),
            call: Some(call),
            answer: None,
            permit: Some(permit),
        }
    }

    /// What is left of these seconds, which count from the first turn of a message where the bot
    /// says so.
    pub(super) fn remaining(&self, seconds: u32) -> Duration {
        let is_shared = self.bot.answering.hold.per_message;
        let message = self.exchange.summary.message.filter(|_| is_shared);
        let used = message.map_or(Duration::ZERO, |turn| Duration::from_micros(turn.used.0));
        let left = Duration::from_secs(seconds.into()).saturating_sub(used);
        left.max(LEAST_WAIT)
    }

    /// Waits for a server where no person may answer. `begun`: whether its answer grows long.
    pub(super) async fn wait_alone(
        mut self: Box<Self>,
        mut server: ServerSide,
        mut begun: oneshot::Receiver<AnswerStream>,
        mut reply: Reply,
    ) {
        let waited = self.wait_for_server(&mut server, &mut begun, &mut reply);
        let given = match waited.await {
            Waited::Streams(stream) => return self.stream(stream, server.call, reply).await,
            Waited::Disconnected => {
                self.caller_left();
                let failure = undelivered(self.clock, FailureCode::CallerLeft);
                let given = Given::by_nobody(Outgoing::Nothing(failure));
                return self.end_with_call(given, reply, None, server.call).await;
            }
            Waited::Over => {
                let mut given = self.own_fallback(NoAnswer::TooLate).await;
                given.findings.extend(server.timeout());
                return self.end_with_call(given, reply, None, server.call).await;
            }
            Waited::Ended(Ok(answer)) => {
                self.exchange.summary.upstream_after = Some(self.clock.elapsed());
                let given = self.of_server(answer.clone());
                self.patched(given, answer).await
            }
            Waited::Ended(Err(failure)) => {
                let mut given = self.own_fallback(NoAnswer::Failed).await;
                given.findings.extend(failure.finding);
                given
            }
            Waited::Stopped => self.own_fallback(NoAnswer::Failed).await,
        };
        self.end(given, reply, None).await;
    }

    async fn wait_for_server(
        &mut self,
        server: &mut ServerSide,
        begun: &mut oneshot::Receiver<AnswerStream>,
        reply: &mut Reply,
    ) -> Waited {
        let deadline = self.before_platform_deadline(Instant::now() + server.wait);
        let stop = self.host.stop().clone();
        let shown = Instant::now() + SHOWN_AFTER;
        let (mut is_shown, mut may_stream) = (false, true);
        loop {
            tokio::select! {
                biased;
                ended = server.ended() => return Waited::Ended(ended),
                stream = &mut *begun, if may_stream => match stream {
                    Ok(stream) => return Waited::Streams(stream),
                    Err(_) => may_stream = false,
                },
                () = reply.disconnected() => return Waited::Disconnected,
                () = stop.cancelled() => return Waited::Stopped,
                () = sleep_until(deadline) => return Waited::Over,
                () = sleep_until(shown), if !is_shown => {
                    is_shown = true;
                    self.record_open().await;
                }
            }
        }
    }

    /// What a server has answered, with what is worth knowing about it.
    pub(super) fn of_server(&self, answer: Answer) -> Given {
        let finding = self.server_finding(&answer);
        let given = Given::answer(answer, AnsweredBy::Upstream);
        match finding {
            Some(finding) => given.with_finding(finding),
            None => given,
        }
    }

    pub(super) fn server_finding(&self, answer: &Answer) -> Option<OwnFinding> {
        let request = &self.exchange.request;
        let asked = Asked {
            path: &request.path,
            headers: &request.headers,
            bytes: self.exchange.summary.request_bytes,
        };
        server_findings(asked, answer)
    }

    /// Hands an answer on that is still arriving. Its exchange is written down before, as one that
    /// is being answered, and ended when the last byte has left.
    async fn stream(
        mut self: Box<Self>,
        stream: AnswerStream,
        call: Option<Calling>,
        reply: Reply,
    ) {
        self.exchange.summary.upstream_after = Some(self.clock.elapsed());
        self.record_open().await;
        let (report, delivered) = oneshot::channel();
        let on_delivery = OnDelivery::new(move |delivery| {
            let _ = report.send(delivery);
        });
        let AnswerStream { mut answer, body } = stream;
        if let Some(framing) = self.framing {
            frame_arriving(&mut answer, body.length, framing, self.host.now());
        }
        let headers = answer.headers.clone();
        let dispatch = Dispatch {
            outgoing: Outgoing::Answer(answer),
            body: Some(body),
            on_delivery,
        };
        if let Reply::Caller(sender) = reply
            && let Err(dispatch) = sender.send(dispatch)
        {
            // The call ends with the body's receiver.
            dispatch.on_delivery.report(Delivery::NobodyThere);
        }
        if let Some(call) = call {
            let tasks = self.host.tasks().clone();
            tasks.spawn(self.streamed(call, delivered, headers));
        }
    }

    /// The caller has waited for its answer's first byte, at least.
    fn caller_waited(&self) {
        let summary = &self.exchange.summary;
        if let Some(waited) = summary.upstream_after.filter(|_| is_bots(summary.source)) {
            let ms = waited.0 / 1000;
            self.host.caller_waited(summary.bot, summary.platform, ms);
        }
    }

    /// `headers`: those that went out.
    async fn streamed(
        self: Box<Self>,
        call: Calling,
        delivered: oneshot::Receiver<Delivery>,
        headers: Headers,
    ) {
        let called = call.await;
        let delivery = delivered.await.unwrap_or(Delivery::Lost);
        if delivery == Delivery::Written {
            self.caller_waited();
        }
        let lost = match delivery {
            Delivery::Written => None,
            Delivery::Lost => Some(FailureCode::WriteFailed),
            Delivery::NobodyThere => Some(FailureCode::CallerLeft),
        };
        let given = match called {
            Ok(mut answer) => {
                answer.headers = headers;
                let mut given = self.of_server(answer.clone());
                if let Some(code) = lost {
                    given.outgoing = Outgoing::Part(answer, undelivered(self.clock, code));
                }
                given
            }
            Err(CallFailure { finding, part }) => {
                let failure = match &finding {
                    Some(_) => Failure::new(FailureCode::AnswerCut, ""),
                    None => undelivered(self.clock, lost.unwrap_or(FailureCode::WriteFailed)),
                };
                let outgoing = match part {
                    Some(part) => Outgoing::Part(Answer { headers, ..*part }, failure),
                    None => Outgoing::Nothing(failure),
                };
                let mut given = Given::new(outgoing, AnsweredBy::Upstream);
                given.findings.extend(finding);
                given
            }
        };
        self.end(given, Reply::Nobody, None).await;
    }

    /// Adds a finding of the app's own to the exchange while it is open.
    pub(super) fn note(&mut self, finding: OwnFinding) {
        self.exchange.summary.findings += protocol::count([&Finding::from(&finding)]);
        self.exchange.own_findings.push(finding);
    }

    /// The server has answered a held exchange, or will not: written down at once, so that whoever
    /// looks at it sees it.
    pub(super) async fn server_ended(
        &mut self,
        server: &mut ServerSide,
        ended: Result<Answer, CallFailure>,
    ) {
        server.call = None;
        server.permit = None;
        let finding = match &ended {
            Ok(answer) => self.server_finding(answer),
            Err(failure) => failure.finding.clone(),
        };
        if let Some(finding) = finding {
            self.note(finding);
        }
        let length = ended.as_ref().map_or(0, |answer| answer.body.length());
        let is_long = length > UNCOUNTED_BYTES as u64;
        if let Ok(answer) = ended {
            self.exchange.summary.upstream_after = Some(self.clock.elapsed());
            let answers = &mut self.exchange.answers;
            answers.set(Side::Upstream, answer.clone());
            server.answer = Some(ServerAnswer::Here(self.corrected(answer).await));
        }
        let is_recorded = self.record_open().await;
        // The end does not write them again. A long one lies in the history alone, as the request's
        // body does: a person may take an hour. One that a rule corrected goes out as it is here.
        let is_corrected = self.exchange.answers.get(Side::Corrected).is_some();
        if is_long && !is_corrected && is_recorded {
            self.exchange.answers.take(Side::Upstream);
            server.answer = Some(ServerAnswer::Recorded);
        }
        self.host.holds().replace(Arc::from(self.exchange.clone()));
        self.exchange.answers.take(Side::Upstream);
        self.exchange.answers.take(Side::Corrected);
    }

    /// What the server of a held exchange has answered, where it is still there.
    pub(super) async fn server_answer(&self, server: &mut ServerSide) -> Option<Answer> {
        match server.answer.take()? {
            ServerAnswer::Here(answer) => Some(answer),
            ServerAnswer::Recorded => {
                let id = self.exchange.summary.id;
                self.host.history().upstream_answer(id).await
            }
        }
    }
}

/// A server that is asked while a person may answer.
#[derive(Default)]
pub(super) struct ServerSide {
    /// The server as findings name it.
    host: String,
    /// How long it has; zero where there is none.
    wait: Duration,
    /// Open as long as it has not answered.
    pub(super) call: Option<Calling>,
    pub(super) answer: Option<ServerAnswer>,
    /// Until it has answered, or begun a long answer, or its exchange has ended.
    permit: Option<ForwardPermit>,
}

/// Where the answer of a server is.
pub(super) enum ServerAnswer {
    Here(Answer),
    /// In the history alone.
    Recorded,
}

impl ServerSide {
    /// Whether there is one.
    pub(super) const fn is_asked(&self) -> bool {
        !self.wait.is_zero()
    }

    /// Resolves when it has answered, or will not.
    pub(super) async fn ended(&mut self) -> Result<Answer, CallFailure> {
        match &mut self.call {
            Some(call) => call.await,
            None => std::future::pending().await,
        }
    }

    /// That it has not answered in time, where it has not.
    pub(super) fn timeout(&self) -> Option<OwnFinding> {
        let seconds = match self.wait.subsec_millis() {
            0 => self.wait.as_secs().to_string(),
            _ => format!("{:.1}", self.wait.as_secs_f64()),
        };
        let finding = OwnFinding::new(Code::UpstreamTimeout, [self.host.clone(), seconds]);
        self.call.is_some().then_some(finding)
    }
}

/// A call that goes on by itself, and ends when it is dropped.
fn spawned(call: AbortOnDropHandle<Result<Answer, CallFailure>>) -> Calling {
    Box::pin(async move {
        call.await.unwrap_or_else(|_| {
            Err(CallFailure {
                finding: None,
                part: None,
            })
        })
    })
}
