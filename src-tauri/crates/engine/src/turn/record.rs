//! An exchange written down and told to the feed, in the one way for all of them.

use std::sync::Arc;

use protocol::{Exchange, ExchangeId, Failure, FailureCode, Summary};
use store::{Change, Stopwatch, UpdateOutcome};

use super::host::{History, Host};
use super::settle::state_after;
use crate::feed::EventKind;

/// Whether the history has an exchange already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// It is inserted whole.
    New,
    /// What may have changed of it is updated.
    Known,
}

/// An exchange that was recorded with what goes out.
pub(crate) struct Recorded {
    id: ExchangeId,
    clock: Stopwatch,
    /// As the feed showed it; `None` where no list shows it.
    shown: Option<Arc<Summary>>,
}

/// Writes an exchange down as it stands, and tells the feed.
pub(crate) async fn record(
    host: &impl Host,
    exchange: Exchange,
    clock: Stopwatch,
    entry: Entry,
) -> Recorded {
    let mut summary = exchange.summary.clone();
    let id = summary.id;
    let (kind, ended) = match entry {
        Entry::New => {
            let inserted = host.history().insert(exchange, clock).await;
            summary.findings += inserted.added;
            (EventKind::ExchangeReceived, inserted.ended)
        }
        Entry::Known => {
            let change = change(exchange, clock);
            match host.history().update(summary.id, change).await {
                UpdateOutcome::Shown(stored) => summary = *stored,
                // Deleted while it was open, or lost on a full disk: a list that shows it still is
                // told, and none gets it back.
                UpdateOutcome::Hidden => {
                    host.feed().removed(id);
                    return Recorded {
                        id,
                        clock,
                        shown: None,
                    };
                }
                UpdateOutcome::NotSaved => {}
            }
            (EventKind::ExchangeChanged, None)
        }
    };
    if summary.state.is_settled() && summary.duration_ms.is_none() {
        let ended = ended.unwrap_or_else(|| clock.elapsed());
        summary.duration_ms = Some(ended.as_ms());
    }
    let shown = Arc::new(summary);
    host.feed().exchange(kind, Arc::clone(&shown));
    Recorded {
        id,
        clock,
        shown: Some(shown),
    }
}

/// All that a turn may change of an exchange after its first record.
fn change(exchange: Exchange, clock: Stopwatch) -> Change {
    let summary = exchange.summary;
    Change {
        state: Some(summary.state),
        answered_by: summary.answered_by,
        decided: exchange.timing.decided,
        answer: exchange.answer,
        deadline: Some(summary.deadline),
        findings: Some(summary.findings),
        failure: summary.failure,
        clock: summary.state.is_settled().then_some(clock),
    }
}

/// Records that an answer did not get to its caller: `CallerLeft` where the caller left before it,
/// `WriteFailed` where it could not be written.
pub(crate) async fn record_undelivered(host: &impl Host, recorded: Recorded, code: FailureCode) {
    let Recorded { id, clock, shown } = recorded;
    let (state, failure) = (state_after(code), undelivered(clock, code));
    let change = Change {
        state: Some(state),
        deadline: Some(None),
        failure: Some(failure.clone()),
        clock: Some(clock),
        ..Change::default()
    };
    let summary = match host.history().update(id, change).await {
        UpdateOutcome::Shown(summary) => *summary,
        UpdateOutcome::Hidden => return host.feed().removed(id),
        UpdateOutcome::NotSaved => {
            let Some(shown) = shown else { return };
            Summary {
                state,
                failure: Some(failure),
                duration_ms: Some(clock.elapsed().as_ms()),
                ..Summary::clone(&shown)
            }
        }
    };
    host.feed()
        .exchange(EventKind::ExchangeChanged, Arc::new(summary));
}

/// Why an answer did not get to its caller, with how long that one waited.
pub(crate) fn undelivered(clock: Stopwatch, code: FailureCode) -> Failure {
    let waited = format!("{:.1} s", clock.elapsed().as_ms() / 1000.0);
    Failure::new(code, waited)
}
