//! A decision carried out: the exchange settled, recorded, and only then delivered.

use std::time::Duration;

use protocol::platform::NoAnswer;
use protocol::{AnsweredBy, Code, FindingCounts, OwnFinding};
use tokio::time::{sleep, timeout};

use super::Turn;
use super::deliver::{Reply, deliver};
use super::forward::ServerSide;
use super::host::{Calling, History, Host};
use super::record::{Entry, Recorded, record};
use super::rule::with_uses;
use super::sent;
use super::settle::settle;
use crate::answering::Fallback;
use crate::error::Error;
use crate::holds::Ack;
use crate::outgoing::{Fault, Given, Outgoing};
use crate::read_aside::{read_aside, takes_long};
use crate::refusal::Refusal;
use crate::responder::{Decision, Forward};

/// How long the last answer to an event is looked for. An event that never had one is looked for in
/// all of the history, and the caller's own limit is near.
const LAST_ANSWER_PATIENCE: Duration = Duration::from_secs(2);

/// How long a server has that is asked at the end of a hold, in seconds: the engine behind Graph
/// waits 60, and a hold takes 50 by default.
const FALLBACK_SECONDS: u32 = 8;

/// What goes out when nobody has given an answer.
pub(super) struct FallbackAnswer {
    pub(super) given: Given,
    /// The call of a server that may still answer.
    pub(super) call: Option<Calling>,
}

impl From<Given> for FallbackAnswer {
    fn from(given: Given) -> Self {
        Self { given, call: None }
    }
}

impl<H: Host> Turn<H> {
    pub(crate) async fn carry_out(self: Box<Self>, decision: Decision, reply: Reply) {
        match decision {
            Decision::Send(given) => self.end(given, reply, None).await,
            // In a box of its own: most turns are never held, and carry less for it.
            Decision::Delay(given, delay) => Box::pin(self.delay(given, delay, reply)).await,
            Decision::Hold { seconds, fallback } => {
                let mut turn = self;
                turn.fallback = fallback.or(turn.fallback);
                Box::pin(turn.hold(seconds, reply, ServerSide::default())).await;
            }
            Decision::Forward(forward) => self.forward(forward, reply).await,
            Decision::Overload => self.overload(reply).await,
        }
    }

    /// Turns a caller away.
    pub(super) async fn refuse(self: Box<Self>, refusal: Refusal, reply: Reply) {
        let outgoing = match refusal.answer {
            Ok(answer) => Outgoing::Answer(answer),
            Err(failure) => Outgoing::Nothing(failure),
        };
        let given = Given::by_nobody(outgoing).with_finding(refusal.finding);
        self.end(given, reply, None).await;
    }

    /// Answers by the fallback where too many exchanges wait already.
    pub(super) async fn overload(mut self: Box<Self>, reply: Reply) {
        let finding = OwnFinding::new(Code::HoldLimit, [self.host.holds().limit().to_string()]);
        let mut reply = reply;
        let failed = NoAnswer::Failed;
        let FallbackAnswer { given, call } = self.fallback(&mut reply, failed).await;
        let given = given.with_finding(finding);
        self.end_with_call(given, reply, None, call).await;
    }

    /// What goes out when nobody has given an answer, and no server was asked for one.
    pub(super) async fn fallback(&mut self, reply: &mut Reply, why: NoAnswer) -> FallbackAnswer {
        match self.fallback_kind() {
            Fallback::Upstream if self.platform_answer(why).is_none() => {
                self.ask_for_fallback(reply).await
            }
            _ => self.own_fallback(why).await.into(),
        }
    }

    /// The same where a server was asked already, and has failed.
    pub(super) async fn own_fallback(&mut self, why: NoAnswer) -> Given {
        if let Some(given) = self.platform_answer(why) {
            return given;
        }
        let kind = self.fallback_kind();
        if kind == Fallback::Rules
            && let Some(given) = self.fallback_by_rules().await
        {
            return given;
        }
        let bot = &self.bot;
        if kind == Fallback::Last {
            let event = self.exchange.summary.event.as_deref();
            let last = self.host.history().last_answer(bot.id, event);
            match timeout(LAST_ANSWER_PATIENCE, last).await {
                Ok(Some(answer)) => {
                    return Given::answer(sent::as_given(answer), AnsweredBy::Fallback);
                }
                // The event never had one.
                Ok(None) => {}
                Err(_) => {
                    let seconds = LAST_ANSWER_PATIENCE.as_secs().to_string();
                    let finding = OwnFinding::new(Code::LastAnswerLate, [seconds]);
                    return self.default_fallback().with_finding(finding);
                }
            }
        }
        self.default_fallback()
    }

    /// What goes out when nobody answers: what a rule says, else the bot.
    pub(super) fn fallback_kind(&self) -> Fallback {
        self.fallback.unwrap_or(self.bot.answering.hold.fallback)
    }

    fn default_fallback(&self) -> Given {
        let answer = self.bot.default_answer(&self.view, &self.exchange.request);
        Given::answer(answer, AnsweredBy::Fallback)
    }

    /// The answer of the developer's own server to a request that nobody has answered, else the
    /// default answer with the cause. A call that takes too long goes on.
    async fn ask_for_fallback(&mut self, reply: &mut Reply) -> FallbackAnswer {
        let given = self.default_fallback();
        let Some(server) = self.bot.answering.server() else {
            return given.into();
        };
        let _permit = match self.may_forward(&server) {
            Ok(permit) => permit,
            Err(finding) => return given.with_finding(finding).into(),
        };
        let timeout = [server.host(), FALLBACK_SECONDS.to_string()];
        let forward = Forward {
            server,
            seconds: FALLBACK_SECONDS,
            holds: false,
            patch: None,
        };
        let mut call = self.host.call(self.call(&forward, None));
        tokio::select! {
            biased;
            ended = &mut call => match ended {
                Ok(answer) => Given {
                    by: Some(AnsweredBy::Fallback),
                    ..self.of_server(answer)
                }
                .into(),
                Err(failure) => match failure.finding {
                    Some(finding) => given.with_finding(finding).into(),
                    None => given.into(),
                },
            },
            () = self.host.stop().cancelled() => given.into(),
            () = reply.disconnected() => FallbackAnswer {
                given,
                call: Some(call),
            },
            () = sleep(Duration::from_secs(FALLBACK_SECONDS.into())) => FallbackAnswer {
                given: given.with_finding(OwnFinding::new(Code::UpstreamTimeout, timeout)),
                call: Some(call),
            },
        }
    }

    /// The exchange as it stands, recorded while more follows; whether a change of it is on disk
    /// with all bytes of its bodies.
    pub(crate) async fn record_open(&mut self) -> bool {
        let uses = self.uses.take();
        let recording = record(&*self.host, self.exchange.clone(), self.clock, self.entry);
        let recorded = with_uses(uses, self.host.history(), recording).await;
        // The end sets the whole count anew.
        self.exchange.summary.findings += recorded.added;
        self.entry = Entry::Known {
            own_findings: self.exchange.own_findings.len(),
        };
        recorded.is_whole
    }

    /// Ends the exchange: settled, recorded, delivered.
    pub(crate) async fn end(self: Box<Self>, given: Given, reply: Reply, ack: Option<Ack<()>>) {
        self.conclude(given, reply, ack).await;
    }

    /// The same; how many findings it has then.
    pub(super) async fn conclude(
        self: Box<Self>,
        given: Given,
        reply: Reply,
        ack: Option<Ack<()>>,
    ) -> FindingCounts {
        let (turn, mut given, carried) = self.carry(given, &reply).await;
        if matches!(reply, Reply::Caller(_)) {
            turn.frame(&mut given);
        }
        let ((mut turn, given), found) = turn.check(given).await;
        let at = turn.clock.elapsed();
        let outgoing = settle(&mut turn.exchange, given, found, at);
        if let Some(call) = turn.call {
            let now = turn.host.now();
            turn.host
                .attempts()
                .ended(call, &turn.exchange.summary, now);
        }
        let after = turn.after_answer();
        let recording = record(&*turn.host, turn.exchange, turn.clock, turn.entry);
        let recorded = with_uses(turn.uses, turn.host.history(), recording).await;
        let recorded = Recorded {
            carried,
            after,
            ..recorded
        };
        let counts = recorded.summary.findings;
        match outgoing {
            Outgoing::Part(..) | Outgoing::Nothing(_) => {
                if let Some(ack) = ack {
                    let _ = ack.send(Err(Error::CallerLeft));
                }
            }
            outgoing => deliver(&turn.host, recorded, reply, outgoing, ack),
        }
        counts
    }

    /// Makes of an answer what leaves of it, which is what is recorded.
    fn frame(&self, given: &mut Given) {
        let (answer, breaks_off) = match &mut given.outgoing {
            Outgoing::Answer(answer) | Outgoing::Fault(Fault::Slow(answer)) => (answer, false),
            Outgoing::Fault(Fault::Truncate(answer)) => (answer, true),
            Outgoing::Part(..) | Outgoing::Fault(_) | Outgoing::Nothing(_) => return,
        };
        let method = &self.exchange.request.method;
        let found = sent::frame(method, answer, self.framing, breaks_off, self.host.now());
        given.findings.extend(found);
    }

    /// What the platform finds in an answer.
    async fn check(self: Box<Self>, given: Given) -> ((Box<Self>, Given), FindingCounts) {
        let answer = given.outgoing.answer();
        let aside = answer.is_some_and(|answer| takes_long(&answer.headers, &answer.body));
        let read = |(turn, given): &(Box<Self>, Given)| match given.outgoing.answer() {
            Some(answer) => {
                let view = protocol::read_answer(&turn.view, &turn.exchange.request, &answer);
                protocol::count(&view.findings)
            }
            None => FindingCounts::default(),
        };
        read_aside(aside, (self, given), read).await
    }
}
