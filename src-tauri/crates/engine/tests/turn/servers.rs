//! Servers of the developer's: their answers go out, are corrected, fail, and come late.

use std::sync::Arc;
use std::time::Duration;

use protocol::{
    Answer, AnsweredBy, BotId, Code, Exchange, ExchangeId, FailureCode, OwnFinding, Side, State,
};

use super::harness::{App, TURN};
use crate::answering::{Fallback, Mode};
use crate::client::CallFailure;
use crate::feed::EventKind;
use crate::late::{DeliveryEnd, LateDelivery};
use crate::turn::Host as _;

const PAID: &str = r#"{"paid":1.0}"#;

fn paid() -> Result<Answer, CallFailure> {
    Ok(Answer::json(200, PAID))
}

fn refused() -> Result<Answer, CallFailure> {
    Err(CallFailure {
        finding: Some(refusal()),
        part: None,
    })
}

fn refusal() -> OwnFinding {
    let args = ["localhost:5000", "refused"].map(str::to_owned);
    OwnFinding::new(Code::UpstreamRefused, args)
}

fn timeout(seconds: u32) -> OwnFinding {
    let args = ["localhost:5000".to_owned(), seconds.to_string()];
    OwnFinding::new(Code::UpstreamTimeout, args)
}

fn late(exchange: &Exchange) -> Option<&Answer> {
    exchange.answers.get(Side::Late)
}

#[tokio::test(start_paused = true)]
async fn what_a_server_answers_goes_out_as_it_came() {
    let app = App::forwarding(Mode::Upstream, 50);
    app.server_answers(0, Ok(Answer::json(404, "no")));
    let call = app.call(TURN);
    let id = call.id;
    assert_eq!(call.answered().await, "no");
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Upstream));
    assert_eq!(exchange.summary.status, Some(404));
    assert!(exchange.summary.upstream_after.is_some());
    let (kind, _) = app.last_event(id).await;
    assert_eq!(kind, EventKind::ExchangeReceived, "written down once");
    let calls = app.calls.lock();
    assert_eq!(calls[0].request.body, TURN);
    assert_eq!(calls[0].server.url, "http://localhost:5000");
}

#[tokio::test(start_paused = true)]
async fn an_exchange_is_shown_while_its_server_thinks() {
    let app = App::forwarding(Mode::Upstream, 50);
    app.server_answers(7, paid());
    let call = app.call(TURN);
    call.reaches(State::Answering).await;
    let id = call.id;
    assert_eq!(call.answered().await, PAID);
    let (kind, event) = app.last_event(id).await;
    assert_eq!(kind, EventKind::ExchangeChanged);
    assert_eq!(event.unwrap().answered_by, Some(AnsweredBy::Upstream));
}

#[tokio::test(start_paused = true)]
async fn where_a_server_fails_the_fallback_goes_out_with_the_cause() {
    let app = App::forwarding(Mode::Upstream, 50);
    for fallback in [Fallback::Default, Fallback::Rules, Fallback::Upstream] {
        app.set_fallback(fallback);
        app.server_answers(0, refused());
        let call = app.call(TURN);
        let id = call.id;
        assert_eq!(call.answered().await, "{}");
        let exchange = app.history.get(id).unwrap();
        assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Fallback));
        assert_eq!(exchange.own_findings, [refusal()], "{fallback:?}");
        assert_eq!(exchange.summary.findings.error, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_has_gone_round_is_not_forwarded_again() {
    let app = App::forwarding(Mode::Upstream, 50);
    app.server_answers(0, paid());
    let once = app.call_with(("X-Hookloupe-Hops", "1"), TURN);
    assert_eq!(once.answered().await, PAID);
    for mode in [Mode::Upstream, Mode::UpstreamHold] {
        app.change_bot(|bot| bot.answering.mode = mode);
        let twice = app.call_with(("X-Hookloupe-Hops", "2"), TURN);
        let id = twice.id;
        assert_eq!(twice.answered().await, "{}");
        assert!(app.history.get(id).unwrap().own_findings[0].is(Code::UpstreamLoop));
    }
    assert_eq!(app.calls.lock().len(), 1);
}

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
        assert!(app.late_calls().is_open(id));
        tokio::time::sleep(Duration::from_secs(60)).await;
        let exchange = app.history.get(id).unwrap();
        assert_eq!(late(&exchange), Some(&Answer::json(200, PAID)));
        assert_eq!(exchange.answer().unwrap().body, "{}");
        assert!(exchange.summary.late_after.is_some());
        assert_eq!(exchange.summary.findings.error, 1);
        assert!(!app.late_calls().is_open(id));
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
    assert!(!app.late_calls().is_open(id));
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

#[tokio::test(start_paused = true)]
async fn a_servers_answer_waits_for_a_person_and_goes_out_at_the_deadline_as_it_is() {
    let app = App::forwarding(Mode::UpstreamHold, 15);
    app.server_answers(3, paid());
    let call = app.held(TURN).await;
    let id = call.id;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let held = app.history.get(id).unwrap();
    assert_eq!(held.summary.state, State::Held);
    assert_eq!(
        held.answers.get(Side::Upstream),
        Some(&Answer::json(200, PAID))
    );
    let (kind, _) = app.last_event(id).await;
    assert_eq!(kind, EventKind::ExchangeChanged);
    assert_eq!(call.answered().await, PAID);
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Upstream));
    assert_eq!(exchange.own_findings, []);
}

#[tokio::test(start_paused = true)]
async fn of_an_answer_that_a_person_corrected_both_are_kept() {
    let app = App::forwarding(Mode::UpstreamHold, 15);
    app.server_answers(0, paid());
    let call = app.held(TURN).await;
    app.idle().await;
    let id = call.id;
    let (answered, received) = tokio::join!(app.answer(id, "{\"paid\":2}"), call.answered());
    answered.unwrap();
    assert_eq!(received, "{\"paid\":2}");
    let exchange = app.history.get(id).unwrap();
    assert_eq!(
        exchange.summary.answered_by,
        Some(AnsweredBy::UpstreamEdited)
    );
    assert_eq!(exchange.answer().unwrap().body, "{\"paid\":2}");
    assert_eq!(exchange.answers.get(Side::Upstream).unwrap().body, PAID);
}

#[tokio::test(start_paused = true)]
async fn a_person_may_answer_before_the_server_whose_answer_is_kept_then() {
    let app = App::forwarding(Mode::UpstreamHold, 15);
    app.server_answers(10, paid());
    let call = app.held(TURN).await;
    let id = call.id;
    let (answered, _) = tokio::join!(app.answer(id, "{}"), call.answered());
    answered.unwrap();
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Hand));
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert!(late(&app.history.get(id).unwrap()).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_person_sees_at_once_that_the_server_failed_and_has_the_whole_hold() {
    let app = App::forwarding(Mode::UpstreamHold, 15);
    app.server_answers(1, refused());
    let call = app.held(TURN).await;
    let id = call.id;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let held = app.history.get(id).unwrap();
    assert_eq!(held.summary.state, State::Held);
    assert_eq!(held.own_findings, [refusal()]);
    assert_eq!(held.summary.findings.error, 1);
    assert_eq!(call.answered().await, "{}");
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Fallback));
    assert_eq!(exchange.own_findings, [refusal()], "once");
}

#[tokio::test(start_paused = true)]
async fn at_the_end_of_a_hold_the_server_may_be_asked() {
    let app = App::forwarding(Mode::Hold, 15);
    app.set_fallback(Fallback::Upstream);
    app.server_answers(1, paid());
    let call = app.held(TURN).await;
    let id = call.id;
    assert_eq!(call.answered().await, PAID);
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Fallback));

    app.server_answers(0, refused());
    let call = app.held(TURN).await;
    let id = call.id;
    assert_eq!(call.answered().await, "{}");
    assert_eq!(app.history.get(id).unwrap().own_findings, [refusal()]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_asked_at_the_end_of_a_hold_may_be_late_too() {
    let app = App::forwarding(Mode::Hold, 15);
    app.set_fallback(Fallback::Upstream);
    app.server_answers(20, paid());
    let call = app.held(TURN).await;
    let id = call.id;
    assert_eq!(call.answered().await, "{}");
    assert_eq!(app.history.get(id).unwrap().own_findings, [timeout(8)]);
    assert!(app.late_calls().is_open(id));
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert!(late(&app.history.get(id).unwrap()).is_some());
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_that_server_when_the_app_ends_or_the_bot_has_left() {
    let app = App::forwarding(Mode::Hold, 15);
    app.set_fallback(Fallback::Upstream);
    app.server_answers(20, paid());
    let call = app.held(TURN).await;
    tokio::time::sleep(Duration::from_secs(17)).await;
    assert_eq!(app.calls.lock().len(), 1);
    let id = call.leaves();
    let left = app.reaches(id, State::Abandoned).await;
    assert_eq!(left.own_findings, []);
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert!(late(&app.history.get(id).unwrap()).is_some());

    app.server_answers(20, paid());
    let call = app.held(TURN).await;
    let id = call.id;
    tokio::time::sleep(Duration::from_secs(17)).await;
    let before = tokio::time::Instant::now();
    app.stop.cancel();
    assert_eq!(call.answered().await, "{}");
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(!app.late_calls().is_open(id));
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
