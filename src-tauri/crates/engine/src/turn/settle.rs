//! How an exchange stands once it is clear what goes out: one place for each field that an end
//! sets. Pure.

use std::borrow::Cow;

use protocol::{
    Answer, AnsweredBy, Ending, Exchange, FailureCode, Finding, FindingCounts, Micros, Side, State,
};

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
    exchange.summary.findings += found;
    for finding in findings.into_iter().chain(outgoing.finding()) {
        exchange.summary.findings += protocol::count([&Finding::from(&finding)]);
        exchange.own_findings.push(finding);
    }
    let answer = outgoing.answer().map(Cow::into_owned);
    exchange.summary.end(ending(&outgoing, by, answer.as_ref()));
    exchange.answers.set(Side::Response, answer);
    outgoing
}

/// What is recorded of an end. `answer`: what goes out of one.
fn ending(outgoing: &Outgoing, by: Option<AnsweredBy>, answer: Option<&Answer>) -> Ending {
    let ending = Ending {
        state: State::Answered,
        answered_by: by,
        response_bytes: answer.map_or(0, |answer| answer.body.length()),
        ..Ending::default()
    };
    match outgoing {
        Outgoing::Answer(answer) => Ending {
            status: Some(answer.status),
            ..ending
        },
        Outgoing::Fault(fault) => Ending {
            fault: Some(fault.kind()),
            ..ending
        },
        Outgoing::Part(answer, failure) => Ending {
            state: state_after(failure.code),
            status: Some(answer.status),
            failure: Some(failure.clone()),
            ..ending
        },
        Outgoing::Nothing(failure) => Ending {
            state: state_after(failure.code),
            failure: Some(failure.clone()),
            ..ending
        },
    }
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
    use super::*;
    use crate::outgoing::Fault;
    use protocol::{Code, Failure, OwnFinding, Summary, Timing, UtcMillis};

    /// An exchange that waits for its answer: since just now, or held.
    fn open(state: State) -> Exchange {
        let held = state == State::Held;
        Exchange {
            summary: Summary {
                state,
                deadline: held.then_some(UtcMillis(60_000)),
                findings: counts(0, 1),
                ..Summary::default()
            },
            timing: Timing {
                received: Micros(10),
                decided: held.then_some(Micros(20)),
                ..Timing::default()
            },
            ..Exchange::default()
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
            (
                Answering,
                slow,
                Some(Rule),
                (State::Answered, None, 2, None),
            ),
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
            let answer = outgoing.answer().map(Cow::into_owned);
            assert_eq!(exchange.answer(), answer.as_ref(), "{case}");
            let fault = match outgoing {
                Outgoing::Fault(fault) => Some(fault.kind()),
                _ => None,
            };
            assert_eq!(summary.fault, fault, "{case}");
            // A held one was decided when the hold began.
            let decided = Micros(if *state == Held { 20 } else { 30 });
            assert_eq!(exchange.timing.decided, Some(decided), "{case}");
        }
    }

    #[test]
    fn an_answer_that_is_not_whole_is_recorded_as_far_as_it_came_and_has_failed() {
        let failure = Failure::new(FailureCode::AnswerCut, "> 60 s");
        let part = Answer::json(200, "{\"a\":1}");
        let given = Given::by_nobody(Outgoing::Part(part.clone(), failure.clone()));
        let mut exchange = open(State::Answering);
        settle(&mut exchange, given, FindingCounts::default(), Micros(30));
        assert!(exchange.message(Side::Response).unwrap().is_truncated);
        assert_eq!(exchange.answer(), Some(&part));
        let summary = exchange.summary;
        assert_eq!((summary.state, summary.status), (State::Failed, Some(200)));
        assert_eq!(
            (summary.response_bytes, summary.failure),
            (7, Some(failure))
        );
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
