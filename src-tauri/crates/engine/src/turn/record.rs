//! An exchange written down and told to the feed, in the one way for all of them.

use std::sync::Arc;

use protocol::{Exchange, ExchangeId, Failure, FailureCode, State};
use store::{Change, Stopwatch};

use super::host::{History, Host};
use super::settle::is_settled;
use crate::feed::EventKind;

/// Whether the history has an exchange already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// It is inserted whole.
    New,
    /// What may have changed of it is updated.
    Known,
}

/// Writes an exchange down as it stands, and tells the feed.
pub(crate) async fn record(host: &impl Host, exchange: Exchange, clock: Stopwatch, entry: Entry) {
    let mut summary = exchange.summary.clone();
    let settled = is_settled(summary.state);
    let (kind, answered_us, stored) = match entry {
        Entry::New => {
            let answered_us = host.history().insert(exchange, clock).await;
            (EventKind::ExchangeReceived, answered_us, None)
        }
        Entry::Known => {
            let change = change(exchange, clock);
            let stored = host.history().update(summary.id, change).await;
            (EventKind::ExchangeChanged, None, stored)
        }
    };
    if settled {
        let us = answered_us.unwrap_or_else(|| clock.elapsed_us());
        summary.duration_ms = Some(milliseconds(us));
    }
    host.feed()
        .exchange(kind, Arc::new(stored.unwrap_or(summary)));
}

/// All that a turn may change of an exchange after its first record.
fn change(exchange: Exchange, clock: Stopwatch) -> Change {
    let summary = exchange.summary;
    Change {
        state: Some(summary.state),
        answered_by: summary.answered_by,
        answer: exchange.answer,
        deadline: Some(summary.deadline),
        findings: Some(summary.findings),
        failure: summary.failure,
        clock: is_settled(summary.state).then_some(clock),
    }
}

/// Records that an answer did not get to its caller: `CallerLeft` where the caller left before it,
/// `WriteFailed` where it could not be written.
pub(crate) async fn record_undelivered(
    host: &impl Host,
    id: ExchangeId,
    clock: Stopwatch,
    code: FailureCode,
) {
    let state = match code {
        FailureCode::CallerLeft => State::Abandoned,
        _ => State::Failed,
    };
    let waited = format!("{:.1} s", milliseconds(clock.elapsed_us()) / 1000.0);
    let change = Change {
        state: Some(state),
        deadline: Some(None),
        failure: Some(Failure::new(code, waited)),
        clock: Some(clock),
        ..Change::default()
    };
    if let Some(summary) = host.history().update(id, change).await {
        host.feed()
            .exchange(EventKind::ExchangeChanged, Arc::new(summary));
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "durations lie far below 2^53 microseconds"
)]
fn milliseconds(us: u64) -> f64 {
    us as f64 / 1000.0
}
