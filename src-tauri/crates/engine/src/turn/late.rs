//! A call that goes on although its bot has been answered, or has left: what comes of it is kept in
//! the same exchange.

use std::sync::Arc;

use protocol::{Answer, ExchangeId, Finding, FindingCounts, Side};
use store::{Change, Stopwatch, UpdateOutcome};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Turn;
use super::deliver::Reply;
use super::host::{Calling, History, Host};
use super::patch::Correction;
use crate::client::CallFailure;
use crate::feed::EventKind;
use crate::holds::Ack;
use crate::late::LATE_MOST;
use crate::outgoing::Given;

/// A call that goes on.
struct LateCall<H> {
    host: Arc<H>,
    id: ExchangeId,
    clock: Stopwatch,
    call: Calling,
    /// What a rule changes in its answer.
    correction: Option<Correction>,
    stop: CancellationToken,
}

impl<H: Host> Turn<H> {
    /// Ends an exchange; `call`: that of its server, where it is open.
    pub(super) async fn end_with_call(
        self: Box<Self>,
        given: Given,
        reply: Reply,
        ack: Option<Ack<()>>,
        call: Option<Calling>,
    ) {
        let is_stopped = self.host.stop().is_cancelled();
        let (bot, id) = (self.exchange.summary.bot, self.exchange.summary.id);
        let since = self.server_asked.unwrap_or(self.exchange.summary.at);
        // Begun before the end is seen: whoever looks then sees that it is waited for.
        let open = call.filter(|_| !is_stopped).and_then(|call| {
            let stop = self.host.late_calls().begin(bot, id, since)?;
            Some((call, stop))
        });
        let Some((call, stop)) = open else {
            return self.end(given, reply, ack).await;
        };
        let mut turn = self;
        let late = LateCall {
            correction: turn.correction(),
            host: Arc::clone(&turn.host),
            id,
            clock: turn.clock,
            call,
            stop,
        };
        let counts = turn.conclude(given, reply, ack).await;
        let tasks = late.host.tasks().clone();
        tasks.spawn(late.wait(counts));
    }
}

impl<H: Host> LateCall<H> {
    async fn wait(self, counts: FindingCounts) {
        let Self {
            host,
            id,
            clock,
            call,
            correction,
            stop,
        } = self;
        let app_stop = host.stop().clone();
        let ended = tokio::select! {
            biased;
            ended = timeout(LATE_MOST, call) => ended.ok(),
            () = stop.cancelled() => None,
            () = app_stop.cancelled() => None,
        };
        let change = match ended {
            Some(ended) => arrived(ended, correction, clock, counts).await,
            // Nothing but that nobody waits any more.
            None => Change::default(),
        };
        let outcome = host.history().update(id, change).await;
        // Until its end is written: nobody reads the exchange as another platform's in between.
        host.late_calls().end(id);
        match outcome {
            UpdateOutcome::Shown(stored) => {
                let feed = host.feed();
                feed.exchange(EventKind::ExchangeChanged, Arc::from(stored));
            }
            UpdateOutcome::Hidden | UpdateOutcome::NotSaved => {}
        }
    }
}

/// What is recorded of the end of a call: of an answer that a rule corrects both versions.
async fn arrived(
    ended: Result<Answer, CallFailure>,
    correction: Option<Correction>,
    clock: Stopwatch,
    mut counts: FindingCounts,
) -> Change {
    let mut change = Change::default();
    let finding = match (ended, correction) {
        (Err(failure), _) => failure.finding,
        (Ok(answer), None) => {
            change.late = Some(clock.elapsed());
            change.answers.set(Side::Late, answer);
            None
        }
        (Ok(answer), Some(correction)) => {
            change.late = Some(clock.elapsed());
            let (answer, corrected) = correction.apply(answer).await;
            match corrected {
                Ok(corrected) => {
                    change.answers.set(Side::Upstream, answer);
                    change.answers.set(Side::Late, corrected);
                    None
                }
                Err(finding) => {
                    change.answers.set(Side::Late, answer);
                    Some(finding)
                }
            }
        }
    };
    if let Some(finding) = finding {
        counts += protocol::count([&Finding::from(&finding)]);
        change.own_findings.push(finding);
    }
    Change {
        findings: Some(counts),
        ..change
    }
}
