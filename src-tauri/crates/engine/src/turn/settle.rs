//! How an exchange stands once it is clear what goes out: one place for each field that an end
//! sets. Pure.

use protocol::{AnsweredBy, Exchange, FailureCode, FindingCounts, OwnFinding, State};

use crate::outgoing::Outgoing;

/// An exchange's end.
pub(crate) struct End<'e> {
    pub(crate) outgoing: &'e Outgoing,
    pub(crate) by: Option<AnsweredBy>,
    /// What its platform finds in the answer.
    pub(crate) found: FindingCounts,
    /// When it was decided, in microseconds since the head's arrival.
    pub(crate) at_us: u64,
}

/// Ends an exchange.
pub(crate) fn settle(exchange: &mut Exchange, end: &End) {
    exchange.timing.decided_us.get_or_insert(end.at_us);
    let summary = &mut exchange.summary;
    summary.deadline = None;
    summary.answered_by = end.by;
    summary.findings += end.found;
    match end.outgoing {
        Outgoing::Answer(answer) => {
            summary.state = State::Answered;
            summary.status = Some(answer.status);
            summary.response_bytes = answer.body.length();
            exchange.answer = Some(answer.clone());
        }
        Outgoing::Fault(_) => summary.state = State::Answered,
        Outgoing::Nothing(failure) => {
            summary.state = match failure.code {
                FailureCode::CallerLeft => State::Abandoned,
                _ => State::Failed,
            };
            summary.failure = Some(failure.clone());
        }
    }
}

/// Adds a finding of the app's own.
pub(crate) fn add_finding(exchange: &mut Exchange, finding: OwnFinding) {
    let seen = protocol::Finding::from(&finding);
    exchange.summary.findings += protocol::count([&seen]);
    exchange.own_findings.push(finding);
}

/// Whether an exchange has come to its end.
pub(crate) const fn is_settled(state: State) -> bool {
    match state {
        State::Held | State::Answering => false,
        State::Answered | State::Failed | State::Abandoned => true,
    }
}
