//! The one way of a request through the app: read, decide, hold or answer, record, write.
//!
//! A request runs inside its connection's future, and becomes a task of its own when the caller
//! leaves: the connection ends then, and the task is there to say so in the history.
//! An answer's bytes leave only after the exchange is committed.

use std::sync::Arc;
use std::time::Duration;

use http::Response;
use protocol::{
    Answer, AnsweredBy, Code, Exchange, ExchangeId, Failure, FailureCode, OwnFinding,
    PlatformChoice, Request, RequestView, State, Summary, Timing, UtcMillis,
};
use store::{Change, Stopwatch};
use tokio::sync::oneshot;

use crate::answering::{Fallback, Mode};
use crate::arrival::Arrival;
use crate::engine::Inner;
use crate::feed::EventKind;
use crate::hold::{Ack, Command};
use crate::wire::{AnswerBody, Delivery, Wire};
use crate::{Bot, Error, clock};

/// Bodies above this are read on a thread of their own, so that capture goes on beside them.
const BIG_BODY: usize = 256 << 10;

/// A request that is answered by the server itself, because it broke a limit.
pub(crate) struct Refusal {
    /// What goes back; `None` where the caller has gone.
    pub(crate) answer: Option<Answer>,
    pub(crate) finding: OwnFinding,
}

/// Where an answer goes.
pub(crate) enum Reply {
    /// To a connection.
    Connection {
        sender: oneshot::Sender<Response<AnswerBody>>,
        wire: Arc<Wire>,
        headless: bool,
    },
    /// To somebody in this process.
    Caller(oneshot::Sender<Answer>),
    /// To nobody: it went out already, or the caller had gone.
    Nobody,
}

impl Reply {
    /// Resolves when the caller has gone.
    async fn left(&mut self) {
        match self {
            Self::Connection { sender, .. } => sender.closed().await,
            Self::Caller(sender) => sender.closed().await,
            Self::Nobody => std::future::pending().await,
        }
    }

    fn has_left(&self) -> bool {
        match self {
            Self::Connection { sender, .. } => sender.is_closed(),
            Self::Caller(sender) => sender.is_closed(),
            Self::Nobody => false,
        }
    }
}

/// Takes one request through.
pub(crate) async fn run(
    inner: Arc<Inner>,
    bot: Arc<Bot>,
    arrival: Arrival,
    request: Request,
    refusal: Option<Refusal>,
    reply: Reply,
) {
    let clock = arrival.clock;
    let (exchange, view) = begin(&bot, &arrival, request).await;
    let turn = Turn {
        inner,
        bot,
        clock,
        exchange,
        view,
        reply,
    };
    match refusal {
        Some(refusal) => turn.refuse(refusal).await,
        None if turn.bot.answering.mode == Mode::Hold => turn.hold().await,
        // `check` lets no other mode in than these two.
        None => {
            let answer = turn.bot.default_answer.clone();
            turn.answer_at_once(Some(answer), Some(AnsweredBy::Default))
                .await;
        }
    }
}

/// The exchange at its beginning, and what its platform makes of the request.
pub(crate) async fn begin(
    bot: &Bot,
    arrival: &Arrival,
    request: Request,
) -> (Exchange, RequestView) {
    let received_us = arrival.clock.elapsed_us();
    let (request, view) = read(bot.platform, request).await;
    let summary = Summary {
        id: arrival.id,
        seq: arrival.seq,
        at: arrival.at,
        bot: bot.id,
        source: arrival.source,
        platform: view.platform,
        method: request.method.clone(),
        path: request.path.clone(),
        event: view.event.clone(),
        user: view.user.clone(),
        state: State::Answering,
        answered_by: None,
        status: None,
        request_bytes: request.body.len() as u64,
        response_bytes: 0,
        duration_ms: None,
        deadline: None,
        findings: protocol::count(&view.findings),
        replay_of: arrival.replay_of,
        note: String::new(),
        pinned: false,
        failure: None,
    };
    let timing = Timing {
        received_us,
        ..Timing::default()
    };
    (
        Exchange {
            summary,
            request,
            answer: None,
            timing,
            own_findings: Vec::new(),
        },
        view,
    )
}

async fn read(platform: PlatformChoice, request: Request) -> (Request, RequestView) {
    if request.body.len() < BIG_BODY {
        let view = protocol::read_request(platform, &request);
        return (request, view);
    }
    let reading = tokio::task::spawn_blocking(move || {
        let view = protocol::read_request(platform, &request);
        (request, view)
    });
    reading.await.expect("reading a request does not panic")
}

/// One request on its way.
struct Turn {
    inner: Arc<Inner>,
    bot: Arc<Bot>,
    clock: Stopwatch,
    exchange: Exchange,
    view: RequestView,
    reply: Reply,
}

/// Why a hold ended.
enum HoldEnd {
    Hand(Answer, Ack<()>),
    Fallback(Option<Ack<()>>),
    Left,
}

impl Turn {
    async fn refuse(mut self, refusal: Refusal) {
        self.note(refusal.finding);
        if refusal.answer.is_none() {
            self.exchange.summary.failure = Some(Failure::new(FailureCode::CallerLeft, ""));
        }
        self.answer_at_once(refusal.answer, None).await;
    }

    /// The exchange in one record: request and answer together.
    async fn answer_at_once(mut self, answer: Option<Answer>, by: Option<AnsweredBy>) {
        let summary = &mut self.exchange.summary;
        summary.state = if answer.is_some() {
            State::Answered
        } else {
            State::Abandoned
        };
        summary.answered_by = by;
        if let Some(answer) = &answer {
            let check = protocol::read_answer(&self.view, &self.exchange.request, answer);
            summary.findings += protocol::count(&check.findings);
            summary.status = Some(answer.status);
            summary.response_bytes = answer.body.len() as u64;
        }
        self.exchange.timing.decided_us = Some(self.clock.elapsed_us());
        self.exchange.answer.clone_from(&answer);
        let mut summary = self.exchange.summary.clone();
        let stored = self.inner.store.insert(self.exchange, self.clock).await;
        let answered_us = stored
            .ok()
            .flatten()
            .unwrap_or_else(|| self.clock.elapsed_us());
        summary.duration_ms = Some(milliseconds(answered_us));
        let id = summary.id;
        self.inner
            .feed
            .exchange(EventKind::ExchangeReceived, Arc::new(summary));
        if let Some(answer) = answer {
            deliver(&self.inner, id, self.clock, self.reply, answer, None);
        }
    }

    /// Waits for a person, at most until the deadline.
    async fn hold(mut self) {
        let seconds = self.bot.answering.hold.seconds;
        let mut left = Duration::from_secs(seconds.into());
        let mut deadline = tokio::time::Instant::now() + left;
        self.exchange.summary.state = State::Held;
        self.exchange.summary.deadline = Some(later(left));
        self.exchange.timing.decided_us = Some(self.clock.elapsed_us());
        let id = self.exchange.summary.id;
        // Begun before it is seen: whoever reads of it in the feed can answer it.
        let Some(mut commands) = self.inner.holds.begin(Arc::new(self.exchange.clone())) else {
            self.exchange.summary.deadline = None;
            self.note(OwnFinding::new(
                Code::HoldLimit,
                [crate::MAX_HELD.to_string()],
            ));
            let answer = self.fallback().await;
            return self
                .answer_at_once(Some(answer), Some(AnsweredBy::Fallback))
                .await;
        };
        // Where it cannot be saved the person is asked all the same; the status says it.
        let _ = self
            .inner
            .store
            .insert(self.exchange.clone(), self.clock)
            .await;
        self.inner.feed.exchange(
            EventKind::ExchangeReceived,
            Arc::new(self.exchange.summary.clone()),
        );

        let stop = self.inner.stop.clone();
        let end = loop {
            tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Some(Command::Answer(answer, ack)) => break HoldEnd::Hand(answer, ack),
                    Some(Command::Release(ack)) => break HoldEnd::Fallback(Some(ack)),
                    Some(Command::Extend(by, ack)) => {
                        deadline += Duration::from_secs(by.into());
                        left = deadline.saturating_duration_since(tokio::time::Instant::now());
                        let moment = later(left);
                        self.extended(moment).await;
                        let _ = ack.send(Ok(moment));
                    }
                    None => break HoldEnd::Fallback(None),
                },
                () = self.reply.left() => break HoldEnd::Left,
                () = tokio::time::sleep_until(deadline) => break HoldEnd::Fallback(None),
                () = stop.cancelled() => break HoldEnd::Fallback(None),
            }
        };
        self.inner.holds.end(id);
        match end {
            HoldEnd::Hand(answer, ack) => self.finish(answer, AnsweredBy::Hand, Some(ack)).await,
            HoldEnd::Fallback(ack) => {
                let answer = self.fallback().await;
                self.finish(answer, AnsweredBy::Fallback, ack).await;
            }
            HoldEnd::Left => {
                ended(&self.inner, id, self.clock, State::Abandoned).await;
                // Who sent a command too late learns why it came to nothing.
                commands.close();
                while let Some(command) = commands.recv().await {
                    command.caller_left();
                }
            }
        }
    }

    async fn extended(&mut self, deadline: UtcMillis) {
        self.exchange.summary.deadline = Some(deadline);
        let change = Change {
            deadline: Some(Some(deadline)),
            ..Change::default()
        };
        let id = self.exchange.summary.id;
        let stored = self.inner.store.update(id, change).await.ok().flatten();
        let summary = stored.unwrap_or_else(|| self.exchange.summary.clone());
        self.inner
            .feed
            .exchange(EventKind::ExchangeChanged, Arc::new(summary));
    }

    /// The answer that goes out when nobody has given one.
    async fn fallback(&self) -> Answer {
        // The setting as it is now: a person may have changed it while the exchange waited.
        let bot = self
            .inner
            .bots
            .get(Some(self.bot.id))
            .unwrap_or_else(|_| Arc::clone(&self.bot));
        if bot.answering.hold.fallback == Fallback::Last {
            let event = self.exchange.summary.event.as_deref();
            if let Ok(Some(answer)) = self.inner.store.last_answer(bot.id, event).await {
                return answer;
            }
        }
        bot.default_answer.clone()
    }

    /// Answers an exchange that is recorded already.
    async fn finish(mut self, answer: Answer, by: AnsweredBy, ack: Option<Ack<()>>) {
        let id = self.exchange.summary.id;
        if self.reply.has_left() {
            ended(&self.inner, id, self.clock, State::Abandoned).await;
            if let Some(ack) = ack {
                let _ = ack.send(Err(Error::CallerLeft));
            }
            return;
        }
        let check = protocol::read_answer(&self.view, &self.exchange.request, &answer);
        let summary = &mut self.exchange.summary;
        summary.findings += protocol::count(&check.findings);
        summary.state = State::Answered;
        summary.answered_by = Some(by);
        summary.status = Some(answer.status);
        summary.response_bytes = answer.body.len() as u64;
        summary.deadline = None;
        summary.duration_ms = Some(milliseconds(self.clock.elapsed_us()));
        let change = Change {
            state: Some(State::Answered),
            answered_by: Some(by),
            answer: Some(answer.clone()),
            deadline: Some(None),
            findings: Some(summary.findings),
            clock: Some(self.clock),
            ..Change::default()
        };
        let stored = self.inner.store.update(id, change).await.ok().flatten();
        let summary = stored.unwrap_or(self.exchange.summary);
        self.inner
            .feed
            .exchange(EventKind::ExchangeChanged, Arc::new(summary));
        deliver(&self.inner, id, self.clock, self.reply, answer, ack);
    }

    /// Adds a finding of the app's own.
    fn note(&mut self, finding: OwnFinding) {
        let made = protocol::Finding::from(&finding);
        self.exchange.summary.findings += protocol::count([&made]);
        self.exchange.own_findings.push(finding);
    }
}

/// Hands an answer to its caller, and records it where it does not get there.
fn deliver(
    inner: &Arc<Inner>,
    id: ExchangeId,
    clock: Stopwatch,
    reply: Reply,
    answer: Answer,
    ack: Option<Ack<()>>,
) {
    if reply.has_left() {
        inner.spawn_ended(id, clock, State::Abandoned);
        if let Some(ack) = ack {
            let _ = ack.send(Err(Error::CallerLeft));
        }
        return;
    }
    let told = {
        let inner = Arc::clone(inner);
        move |delivery: Delivery| {
            if delivery == Delivery::Lost {
                inner.spawn_ended(id, clock, State::Failed);
            }
            if let Some(ack) = ack {
                let outcome = if delivery == Delivery::Written {
                    Ok(())
                } else {
                    Err(Error::CallerLeft)
                };
                let _ = ack.send(outcome);
            }
        }
    };
    match reply {
        Reply::Connection {
            sender,
            wire,
            headless,
        } => {
            // A refused response is dropped with its body, whose end tells the delivery.
            let _ = sender.send(response(answer, wire, Box::new(told), headless));
        }
        Reply::Caller(sender) => {
            let lost = sender.send(answer).is_err();
            told(if lost {
                Delivery::Lost
            } else {
                Delivery::Written
            });
        }
        Reply::Nobody => told(Delivery::Written),
    }
}

/// Header fields that belong to the server: they frame the message or the connection.
const FRAMING: [http::HeaderName; 6] = [
    http::header::CONTENT_LENGTH,
    http::header::TRANSFER_ENCODING,
    http::header::CONNECTION,
    http::header::UPGRADE,
    http::header::TRAILER,
    http::header::TE,
];

/// An answer as the HTTP library sends it.
fn response(
    answer: Answer,
    wire: Arc<Wire>,
    told: crate::wire::OnDelivery,
    headless: bool,
) -> Response<AnswerBody> {
    let status = http::StatusCode::from_u16(answer.status).unwrap_or(http::StatusCode::OK);
    let bare = status == http::StatusCode::NO_CONTENT || status == http::StatusCode::NOT_MODIFIED;
    let body = AnswerBody::new(
        if bare {
            bytes::Bytes::new()
        } else {
            answer.body
        },
        wire,
        told,
        headless,
    );
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in answer.headers.0 {
        // `Answer::check` has seen them; what it let through fits.
        let (Ok(name), Ok(value)) = (
            http::HeaderName::try_from(name),
            http::HeaderValue::try_from(value),
        ) else {
            continue;
        };
        if !FRAMING.contains(&name) {
            response.headers_mut().append(name, value);
        }
    }
    if matches!(answer.status, 408 | 413 | 431) {
        // What is left of the request is not read: the connection cannot go on.
        let close = http::HeaderValue::from_static("close");
        response
            .headers_mut()
            .insert(http::header::CONNECTION, close);
    }
    response
}

/// Records that an answer did not get to its caller: `Abandoned` where the caller left before
/// it, `Failed` where it could not be written.
pub(crate) async fn ended(inner: &Inner, id: ExchangeId, clock: Stopwatch, state: State) {
    let code = match state {
        State::Abandoned => FailureCode::CallerLeft,
        _ => FailureCode::WriteFailed,
    };
    let waited = format!("{:.1} s", milliseconds(clock.elapsed_us()) / 1000.0);
    let change = Change {
        state: Some(state),
        deadline: Some(None),
        failure: Some(Failure::new(code, waited)),
        clock: Some(clock),
        ..Change::default()
    };
    if let Ok(Some(summary)) = inner.store.update(id, change).await {
        inner
            .feed
            .exchange(EventKind::ExchangeChanged, Arc::new(summary));
    }
}

impl Command {
    /// Tells whoever sent it that there is no caller any more.
    fn caller_left(self) {
        match self {
            Self::Answer(_, ack) | Self::Release(ack) => drop(ack.send(Err(Error::CallerLeft))),
            Self::Extend(_, ack) => drop(ack.send(Err(Error::CallerLeft))),
        }
    }
}

fn later(by: Duration) -> UtcMillis {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    UtcMillis(clock::now().0.saturating_add(by))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "durations lie far below 2^53 microseconds"
)]
fn milliseconds(us: u64) -> f64 {
    us as f64 / 1000.0
}
