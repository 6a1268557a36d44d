//! How turns end that nobody holds.

use std::sync::atomic::Ordering;

use protocol::{Answer, AnsweredBy, Code, FailureCode, FaultKind, OwnFinding, State};

use super::harness::{App, TURN};
use crate::feed::EventKind;
use crate::outgoing::{Fault, Given, Outgoing};
use crate::responder::ordered_fault;
use crate::turn::Reply;

#[tokio::test(start_paused = true)]
async fn the_default_answer_goes_out_at_once_after_it_was_written_down() {
    let app = App::new();
    let call = app.call(TURN);
    let id = call.id;
    let written = call.reaches(State::Answered).await;
    assert_eq!(written.summary.answered_by, Some(AnsweredBy::Default));
    assert_eq!(written.summary.event.as_deref(), Some("pay"));
    assert!(written.timing.decided.is_some());
    assert_eq!(call.answered().await, "{}");
    let (kind, event) = app.last_event(id).await;
    assert_eq!(kind, EventKind::ExchangeReceived, "one entry is enough");
    let event = event.unwrap();
    assert_eq!(event.state, State::Answered);
    assert!(event.duration_ms.is_some());
}

#[tokio::test(start_paused = true)]
async fn an_ordered_fault_goes_out_in_place_of_an_answer() {
    let app = App::holding(60);
    let order = (ordered_fault::HEADER, FaultKind::Reset.as_str());
    let call = app.call_with(order, TURN);
    let id = call.id;
    assert_eq!(call.received().await, Outgoing::Fault(Fault::Reset));
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.state, State::Answered);
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Rule));
    assert_eq!((exchange.summary.status, exchange.answer()), (None, None));
}

#[tokio::test(start_paused = true)]
async fn findings_that_come_after_the_first_record_are_written_down_too() {
    let app = App::new();
    let (id, turn) = app.open_turn().await;
    let before = app.history.get(id).unwrap().summary.findings;
    let finding = OwnFinding::new(Code::HoldLimit, ["1".to_owned()]);
    let given = Given::answer(Answer::json(200, "{}"), AnsweredBy::Rule);
    let given = given.with_finding(finding.clone());
    turn.end(given, Reply::Nobody, None).await;
    let ended = app.history.get(id).unwrap();
    assert_eq!(ended.own_findings, [finding]);
    assert_eq!(ended.summary.findings.warning, before.warning + 1);
}

#[tokio::test(start_paused = true)]
async fn of_an_answer_that_a_fault_carries_what_goes_out_is_recorded() {
    let app = App::new();
    let answer = Answer::json(200, "{\"variable1\":51}");
    app.change_bot(|bot| bot.given_answer = Some(answer.clone()));
    for (kind, body, findings) in [
        (FaultKind::Slow, "{\"variable1\":51}", vec![]),
        (
            FaultKind::Truncate,
            "{\"variab",
            vec![OwnFinding::new(
                Code::AnswerTruncated,
                ["8", "16"].map(str::to_owned),
            )],
        ),
    ] {
        let call = app.call_with((ordered_fault::HEADER, kind.as_str()), TURN);
        let id = call.id;
        call.received().await;
        let exchange = app.history.get(id).unwrap();
        let (summary, recorded) = (&exchange.summary, exchange.answer().unwrap());
        assert_eq!(recorded.headers, answer.headers, "{kind:?}");
        assert_eq!(recorded.body, body, "{kind:?}");
        assert_eq!(summary.response_bytes, body.len() as u64, "{kind:?}");
        assert_eq!((summary.status, summary.fault), (None, Some(kind)));
        assert_eq!(exchange.own_findings, findings, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_without_a_body_in_http_is_recorded_without_it() {
    let app = App::new();
    let answer = Answer::json(204, "{}");
    app.change_bot(|bot| bot.given_answer = Some(answer.clone()));
    let call = app.call_with((ordered_fault::HEADER, "slow"), TURN);
    let id = call.id;
    call.received().await;
    let exchange = app.history.get(id).unwrap();
    assert!(exchange.answer().unwrap().body.is_empty());
    assert_eq!(exchange.summary.response_bytes, 0);
    assert!(exchange.own_findings[0].is(Code::AnswerBodyNotSent));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_on_its_way_is_recorded_as_failed() {
    let app = App::new();
    let call = app.call(TURN);
    let id = call.id;
    call.loses_it().await;
    let failed = app.reaches(id, State::Failed).await;
    assert_eq!(
        failed.summary.failure.unwrap().code,
        FailureCode::WriteFailed
    );
}

#[tokio::test(start_paused = true)]
async fn the_feed_says_that_an_answer_was_lost_where_nothing_can_be_written_down() {
    let app = App::new();
    app.history.is_full.store(true, Ordering::Relaxed);
    let call = app.call(TURN);
    let id = call.id;
    call.loses_it().await;
    app.idle().await;
    let (kind, event) = app.last_event(id).await;
    assert_eq!(kind, EventKind::ExchangeChanged);
    let event = event.unwrap();
    assert_eq!(event.state, State::Failed);
    assert_eq!(
        event.failure.as_ref().unwrap().code,
        FailureCode::WriteFailed
    );
    assert!(event.duration_ms.is_some());
}

#[tokio::test(start_paused = true)]
async fn the_feed_says_nothing_of_a_lost_answer_to_what_was_deleted() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    let id = call.id;
    app.history.delete(id);
    let (_, ()) = tokio::join!(app.answer(id, "{}"), async {
        let dispatch = call.taken().await;
        app.history.is_full.store(true, Ordering::Relaxed);
        drop(dispatch);
    });
    app.idle().await;
    let (kind, _) = app.last_event(id).await;
    assert_eq!(kind, EventKind::ExchangeRemoved);
}
