//! Answers of servers that come after their bots have been answered, and what of them goes out with
//! the next answer.

use std::sync::Arc;
use std::time::Duration;

use protocol::{Answer, AnsweredBy, BotId, ExchangeId, FailureCode, State};

use super::harness::{App, TURN};
use super::servers::{PAID, late, paid, refusal, refused, timeout};
use crate::answering::Mode;
use crate::feed::EventKind;
use crate::late::{DeliveryEnd, LateDelivery};
use crate::turn::Host as _;

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_after_the_deadline_is_kept() {
    for mode in [Mode::Upstream, Mode::UpstreamHold] {
        let app = App::forwarding(mode, 15);
        app.server_answers(58, paid());
        let call = app.call(TURN);
        let id = call.id;
        assert_eq!(call.answered().await, "{}");
        let exchange = app.history.get(id).unwrap();
        assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Fallback));
        assert_eq!(exchange.own_findings, [timeout(15)], "{mode:?}");
        assert!(app.late_calls().since(id).is_some());
        tokio::time::sleep(Duration::from_secs(60)).await;
        let exchange = app.history.get(id).unwrap();
        assert_eq!(late(&exchange), Some(&Answer::json(200, PAID)));
        assert_eq!(exchange.answer().unwrap().body, "{}");
        assert!(exchange.summary.late_after.is_some());
        assert_eq!(exchange.summary.findings.error, 1);
        assert!(app.late_calls().since(id).is_none());
        let (kind, _) = app.last_event(id).await;
        assert_eq!(kind, EventKind::ExchangeChanged);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_after_its_bot_has_left_is_kept() {
    for mode in [Mode::Upstream, Mode::UpstreamHold] {
        let app = App::forwarding(mode, 50);
        app.server_answers(20, paid());
        let call = app.call(TURN);
        app.idle().await;
        let id = call.leaves();
        let left = app.reaches(id, State::Abandoned).await;
        assert_eq!(left.summary.failure.unwrap().code, FailureCode::CallerLeft);
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert!(late(&app.history.get(id).unwrap()).is_some(), "{mode:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_longer_than_ten_minutes_or_than_a_person_wants() {
    let app = App::forwarding(Mode::Upstream, 15);
    app.server_answers(700, paid());
    let call = app.call(TURN);
    let id = call.id;
    call.answered().await;
    tokio::time::sleep(Duration::from_secs(1000)).await;
    assert!(app.late_calls().since(id).is_none());
    assert_eq!(late(&app.history.get(id).unwrap()), None);

    app.server_answers(100, paid());
    let call = app.call(TURN);
    let id = call.id;
    call.answered().await;
    assert!(app.late_calls().stop(id));
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert_eq!(late(&app.history.get(id).unwrap()), None);
    assert!(!app.late_calls().stop(id));
}

#[tokio::test(start_paused = true)]
async fn a_late_failure_is_told_too() {
    let app = App::forwarding(Mode::Upstream, 15);
    app.server_answers(20, refused());
    let call = app.call(TURN);
    let id = call.id;
    call.answered().await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.own_findings, [timeout(15), refusal()]);
    assert_eq!(exchange.summary.findings.error, 2);
}

/// A turn whose server was late: its answer waits to be delivered.
async fn delivery(app: &Arc<App>) -> ExchangeId {
    app.server_answers(20, paid());
    let call = app.call(TURN);
    let id = call.id;
    call.answered().await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    wait_again(app, id);
    id
}

fn wait_again(app: &App, exchange: ExchangeId) {
    app.deliveries.lock().push_back(LateDelivery {
        exchange,
        bot: BotId::default(),
        user: "77".to_owned(),
        names: None,
    });
}

#[tokio::test(start_paused = true)]
async fn a_late_answers_variables_go_out_with_the_next_answer_that_the_bot_takes() {
    let app = App::forwarding(Mode::Upstream, 15);
    let id = delivery(&app).await;
    app.server_answers(0, Ok(Answer::json(500, "{}")));
    let next = app.call(TURN);
    assert_eq!(next.answered().await, "{}", "the bot does not take it");
    app.idle().await;
    assert_eq!(*app.delivery_ends.lock(), []);
    app.server_answers(0, Ok(Answer::json(200, r#"{"a":1}"#)));
    let next = app.call(TURN);
    let carrying: ExchangeId = next.id;
    assert_eq!(next.answered().await, r#"{"a":1,"paid":1.0}"#);
    app.idle().await;
    let went_out = DeliveryEnd::WentOut(carrying);
    assert_eq!(*app.delivery_ends.lock(), [went_out]);
    let exchange = app.history.get(carrying).unwrap();
    assert_eq!(exchange.summary.carried, Some(id));
    assert_eq!(exchange.answer().unwrap().body, r#"{"a":1,"paid":1.0}"#);
    wait_again(&app, id);
    app.server_answers(0, Ok(Answer::json(200, "{}")));
    let next = app.call(TURN);
    let lost = next.id;
    next.loses_it().await;
    app.idle().await;
    let exchange = app.history.get(lost).unwrap();
    assert_eq!(exchange.summary.carried, None, "it did not get there");
    assert_eq!(*app.delivery_ends.lock(), [went_out, DeliveryEnd::Lost]);
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_that_cannot_be_delivered_any_more_does_not_keep_back_the_next() {
    let app = App::forwarding(Mode::Upstream, 15);
    let deleted = delivery(&app).await;
    app.history.delete(deleted);
    let list = delivery(&app).await;
    app.history.replace_late(list, Answer::json(200, "[1]"));
    delivery(&app).await;
    app.server_answers(0, Ok(Answer::json(200, "{}")));
    let next = app.call(TURN);
    let carrying = next.id;
    assert_eq!(next.answered().await, PAID);
    app.idle().await;
    let impossible = DeliveryEnd::Impossible;
    let ends = [impossible, impossible, DeliveryEnd::WentOut(carrying)];
    assert_eq!(*app.delivery_ends.lock(), ends);
}
