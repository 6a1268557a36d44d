//! How an exchange stands once it is clear what goes out: one place for each field that an end
//! sets. Pure.

use protocol::{Exchange, FailureCode, Finding, FindingCounts, Micros, State};

use crate::outgoing::{Given, Outgoing};

/// Ends an exchange, and gives back what goes out. `found`: what its platform finds in the answer;
/// `at`: when it was decided, since the head's arrival.
pub(crate) fn settle(
    exchange: &mut Exchange,
    given: Given,
    found: FindingCounts,
    at: Micros,
) -> Outgoing {
    let Given {
        outgoing,
        by,
        findings,
    } = given;
    exchange.timing.decided.get_or_insert(at);
    let summary = &mut exchange.summary;
    summary.deadline = None;
    summary.answered_by = by;
    summary.findings += found;
    for finding in findings {
        summary.findings += protocol::count([&Finding::from(&finding)]);
        exchange.own_findings.push(finding);
    }
    match &outgoing {
        Outgoing::Answer(answer) => {
            summary.state = State::Answered;
            summary.status = Some(answer.status);
            summary.response_bytes = answer.body.length();
            exchange.answer = Some(answer.clone());
        }
        Outgoing::Fault(_) => summary.state = State::Answered,
        Outgoing::Nothing(failure) => {
            summary.state = state_after(failure.code);
            summary.failure = Some(failure.clone());
        }
    }
    outgoing
}

/// How an exchange stands whose answer did not get to its caller.
pub(crate) const fn state_after(failure: FailureCode) -> State {
    match failure {
        FailureCode::CallerLeft => State::Abandoned,
        _ => State::Failed,
    }
}

#[cfg(test)]
mod tests {
    use protocol::{
        Answer, AnsweredBy, BotId, Code, ExchangeId, Failure, OwnFinding, Platform, Request,
        Source, Summary, Timing, UtcMillis,
    };
    use uuid::Uuid;

    use super::*;
    use crate::outgoing::Fault;

    /// An exchange that waits for its answer: since just now, or held.
    fn open(state: State) -> Exchange {
        let held = state == State::Held;
        Exchange {
            summary: Summary {
                id: ExchangeId(Uuid::nil()),
                seq: 1,
                at: UtcMillis(0),
                bot: BotId(Uuid::nil()),
                source: Source::Webhook,
                platform: Platform::default(),
                method: "POST".to_owned(),
                path: "/".to_owned(),
                event: None,
                user: None,
                state,
                answered_by: None,
                status: None,
                request_bytes: 0,
                response_bytes: 0,
                duration_ms: None,
                deadline: held.then_some(UtcMillis(60_000)),
                findings: counts(0, 1),
                replay_of: None,
                note: String::new(),
                pinned: false,
                failure: None,
            },
            request: Request::default(),
            answer: None,
            timing: Timing {
                received: Micros(10),
                decided: held.then_some(Micros(20)),
                answered: None,
            },
            platform_choice: None,
            own_findings: Vec::new(),
        }
    }

    const fn counts(error: u32, warning: u32) -> FindingCounts {
        FindingCounts {
            error,
            warning,
            info: 0,
        }
    }

    /// What a summary says of an end: state, status, bytes of the answer, failure.
    type Row = (State, Option<u16>, u64, Option<FailureCode>);

    #[test]
    fn each_end_sets_its_fields_whoever_answers_and_whether_it_was_held() {
        use AnsweredBy::{Default, Fallback, Hand, Rule};
        use State::{Answering, Held};
        let answer = |status| Outgoing::Answer(Answer::json(status, "{\"a\":1}"));
        let slow = Outgoing::Fault(Fault::Slow(Answer::json(200, "{}")));
        let nothing = |code| Outgoing::Nothing(Failure::new(code, "60.0 s"));
        let (left, timed_out) = (FailureCode::CallerLeft, FailureCode::TimedOut);
        let answered = |status| (State::Answered, Some(status), 7, None);
        let faulty = (State::Answered, None, 0, None);
        let abandoned = (State::Abandoned, None, 0, Some(left));
        let failed = (State::Failed, None, 0, Some(timed_out));
        let table: &[(State, Outgoing, Option<AnsweredBy>, Row)] = &[
            (Answering, answer(200), Some(Default), answered(200)),
            (Answering, answer(500), Some(Rule), answered(500)),
            (Answering, answer(200), Some(Fallback), answered(200)),
            (Answering, answer(413), None, answered(413)),
            (Held, answer(201), Some(Hand), answered(201)),
            (Held, answer(200), Some(Fallback), answered(200)),
            (Answering, Outgoing::Fault(Fault::Close), Some(Rule), faulty),
            (Answering, Outgoing::Fault(Fault::Never), Some(Rule), faulty),
            (Answering, slow, Some(Rule), faulty),
            (Answering, nothing(left), None, abandoned),
            (Held, nothing(left), None, abandoned),
            (Answering, nothing(timed_out), None, failed),
        ];
        for (state, outgoing, by, row) in table {
            let mut exchange = open(*state);
            let given = Given {
                outgoing: outgoing.clone(),
                by: *by,
                findings: Vec::new(),
            };
            let sent = settle(&mut exchange, given, counts(2, 1), Micros(30));
            assert_eq!(sent, *outgoing);
            let summary = &exchange.summary;
            let failure = summary.failure.as_ref().map(|failure| failure.code);
            let bytes = summary.response_bytes;
            let seen = (summary.state, summary.status, bytes, failure);
            let case = format!("{state:?} {outgoing:?} {by:?}");
            assert_eq!(seen, *row, "{case}");
            assert!(summary.state.is_settled(), "{case}");
            assert_eq!(summary.answered_by, *by, "{case}");
            assert_eq!(summary.deadline, None, "{case}");
            assert_eq!(summary.findings, counts(2, 2), "{case}: added up");
            assert_eq!(exchange.answer.as_ref(), outgoing.as_answer(), "{case}");
            // A held one was decided when the hold began.
            let decided = Micros(if *state == Held { 20 } else { 30 });
            assert_eq!(exchange.timing.decided, Some(decided), "{case}");
        }
    }

    #[test]
    fn a_finding_of_the_apps_own_counts_as_its_code_says() {
        let mut exchange = open(State::Answering);
        let own = OwnFinding::new(Code::HoldLimit, ["1024".to_owned()]);
        let given = Given::answer(Answer::json(200, "{}"), AnsweredBy::Fallback);
        let given = given.with_finding(own.clone());
        settle(&mut exchange, given, FindingCounts::default(), Micros(30));
        assert_eq!(exchange.own_findings, [own]);
        assert_eq!(exchange.summary.findings, counts(0, 2));
    }
}
