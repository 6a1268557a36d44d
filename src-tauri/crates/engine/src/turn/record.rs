//! An exchange written down and put into the feed, in the one way for all of them.

use std::sync::Arc;

use protocol::{Ending, Exchange, ExchangeId, Failure, FailureCode, FindingCounts, Summary};
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
    Known {
        /// How many of the app's own findings it was recorded with.
        own_findings: usize,
    },
}

/// What follows an answer whose bytes have left.
pub(super) type AfterAnswer = Box<dyn FnOnce(&Arc<Summary>) + Send>;

/// An exchange that was recorded with its end.
pub(crate) struct Recorded {
    pub(super) clock: Stopwatch,
    pub(super) summary: Arc<Summary>,
    /// Whether a list shows it.
    pub(super) is_listed: bool,
    /// What the history itself found in it.
    pub(super) added: FindingCounts,
    /// Whether a change of it is on disk, with all bytes of its bodies; not said of a first record.
    pub(super) is_whole: bool,
    /// Whose late answer goes out with this one's answer.
    pub(super) carried: Option<ExchangeId>,
    /// What follows once its answer has gone.
    pub(super) after: Option<AfterAnswer>,
}

/// Writes an exchange down as it stands, and puts it into the feed.
pub(crate) async fn record(
    host: &impl Host,
    exchange: Box<Exchange>,
    clock: Stopwatch,
    entry: Entry,
) -> Recorded {
    let mut summary = exchange.summary.clone();
    let mut is_listed = true;
    let mut ended = None;
    let mut added = FindingCounts::default();
    let mut is_whole = false;
    match entry {
        Entry::New => {
            let inserted = host.history().insert(exchange, clock).await;
            added = inserted.added;
            summary.findings += added;
            ended = inserted.ended;
        }
        Entry::Known { own_findings } => {
            let change = change(exchange, clock, own_findings);
            match host.history().update(summary.id, change).await {
                UpdateOutcome::Shown(stored) => {
                    // The history adds a finding for each body that it could not write.
                    is_whole = stored.findings == summary.findings;
                    summary = *stored;
                }
                UpdateOutcome::Hidden => is_listed = false,
                UpdateOutcome::NotSaved => {}
            }
        }
    }
    if summary.state.is_settled() && summary.duration_ms.is_none() {
        let ended = ended.unwrap_or_else(|| clock.elapsed());
        summary.duration_ms = Some(ended.as_ms());
    }
    let summary = Arc::new(summary);
    if is_listed {
        let kind = match entry {
            Entry::New => EventKind::ExchangeReceived,
            Entry::Known { .. } => EventKind::ExchangeChanged,
        };
        host.feed().exchange(kind, Arc::clone(&summary));
    } else {
        // Deleted while it was open, or lost on a full disk: a list that shows it still is told,
        // and none gets it back.
        host.feed().removed(summary.id);
    }
    Recorded {
        clock,
        summary,
        is_listed,
        added,
        is_whole,
        carried: None,
        after: None,
    }
}

/// All that a turn may change of an exchange after its first record, which had so many of the app's
/// own findings.
fn change(mut exchange: Box<Exchange>, clock: Stopwatch, own_findings: usize) -> Change {
    let summary = &exchange.summary;
    let ending = summary.ending();
    Change {
        deadline: summary.deadline,
        decided: exchange.timing.decided,
        clock: ending.is_some().then_some(clock),
        ending,
        upstream: summary.upstream_after,
        carried: summary.carried.map(Some),
        rule: summary.rule.clone(),
        rule_context: exchange.rule_context,
        answers: exchange.answers,
        findings: Some(summary.findings),
        own_findings: exchange.own_findings.split_off(own_findings),
        ..Change::default()
    }
}

/// Records that an answer did not get to its caller: `CallerLeft` where the caller left before it,
/// `WriteFailed` where it could not be written.
pub(crate) async fn record_undelivered(host: &impl Host, recorded: Recorded, code: FailureCode) {
    let Recorded {
        clock,
        mut summary,
        is_listed,
        added: _,
        is_whole: _,
        carried,
        after: _,
    } = recorded;
    let lost = Arc::make_mut(&mut summary);
    lost.carried = None;
    let ending = lost.ending().unwrap_or_default();
    let has_begun = code != FailureCode::CallerLeft;
    lost.end(Ending {
        state: state_after(code),
        failure: Some(undelivered(clock, code)),
        // Nobody was answered whose caller had gone before the first byte, with whatever status.
        answered_by: ending.answered_by.filter(|_| has_begun),
        status: ending.status.filter(|_| has_begun),
        ..ending
    });
    let change = Change {
        ending: lost.ending(),
        carried: carried.map(|_| None),
        clock: Some(clock),
        ..Change::default()
    };
    match host.history().update(lost.id, change).await {
        UpdateOutcome::Shown(stored) => {
            host.feed()
                .exchange(EventKind::ExchangeChanged, Arc::from(stored));
        }
        UpdateOutcome::Hidden => host.feed().removed(lost.id),
        UpdateOutcome::NotSaved if is_listed => {
            lost.duration_ms = Some(clock.elapsed().as_ms());
            host.feed().exchange(EventKind::ExchangeChanged, summary);
        }
        UpdateOutcome::NotSaved => {}
    }
}

/// Why an answer did not get to its caller, with how long that one waited.
pub(crate) fn undelivered(clock: Stopwatch, code: FailureCode) -> Failure {
    let waited = format!("{:.1} s", clock.elapsed().as_ms() / 1000.0);
    Failure::new(code, waited)
}
