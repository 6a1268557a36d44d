//! How turns end that nobody holds.

use std::sync::atomic::Ordering;

use protocol::{AnsweredBy, FailureCode, FaultKind, State};

use super::harness::{App, TURN};
use crate::feed::EventKind;
use crate::outgoing::{Fault, Outgoing};
use crate::responder::ordered_fault;

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
    assert_eq!((exchange.summary.status, exchange.answer), (None, None));
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
