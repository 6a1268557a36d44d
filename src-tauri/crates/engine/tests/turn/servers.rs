//! Servers of the developer's: their answers go out, are corrected, fail, and come late.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use protocol::{Answer, AnsweredBy, Code, Exchange, FailureCode, Headers, OwnFinding, Side, State};

use super::harness::{App, TURN};
use crate::answering::{Fallback, Mode, Upstream};
use crate::client::{CallFailure, Hops};
use crate::feed::EventKind;
use crate::forwards::FORWARDS_MAX;
use crate::holds::HeldFallback;
use crate::outgoing::{AnswerStream, BodyPieces};
use crate::responder::{Decision, Forward};
use crate::turn::Host as _;

pub(super) const PAID: &str = r#"{"paid":1.0}"#;

pub(super) fn paid() -> Result<Answer, CallFailure> {
    Ok(Answer::json(200, PAID))
}

pub(super) fn refused() -> Result<Answer, CallFailure> {
    Err(CallFailure {
        finding: Some(refusal()),
        part: None,
    })
}

pub(super) fn refusal() -> OwnFinding {
    let args = ["localhost:5000", "refused"].map(str::to_owned);
    OwnFinding::new(Code::UpstreamRefused, args)
}

pub(super) fn timeout(seconds: u32) -> OwnFinding {
    let args = ["localhost:5000".to_owned(), seconds.to_string()];
    OwnFinding::new(Code::UpstreamTimeout, args)
}

pub(super) fn late(exchange: &Exchange) -> Option<&Answer> {
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

/// The field of a request that was sent on so often.
fn sent_on(times: u32) -> (String, String) {
    let mut fields = Headers::default();
    for _ in 0..times {
        Hops::of(&fields).count(&mut fields);
    }
    let (name, value) = fields.0.pop().unwrap();
    (name, String::from_utf8(value).unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_request_that_has_gone_round_is_not_forwarded_again() {
    let app = App::forwarding(Mode::Upstream, 50);
    app.server_answers(0, paid());
    let ((name, one), (_, two)) = (sent_on(1), sent_on(2));
    let once = app.call_with((&name, &one), TURN);
    assert_eq!(once.answered().await, PAID);
    app.server_answers(0, paid());
    let callers_own = app.call_with((&name, "2"), TURN);
    assert_eq!(callers_own.answered().await, PAID);
    for mode in [Mode::Upstream, Mode::UpstreamHold] {
        app.change_bot(|bot| bot.answering.mode = mode);
        let twice = app.call_with((&name, &two), TURN);
        let id = twice.id;
        assert_eq!(twice.answered().await, "{}");
        assert!(app.history.get(id).unwrap().own_findings[0].is(Code::UpstreamLoop));
    }
    assert_eq!(app.calls.lock().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn so_many_requests_wait_for_a_server_and_one_that_was_answered_makes_room() {
    let app = App::forwarding(Mode::Upstream, 50);
    let mut callers: Vec<_> = (0..FORWARDS_MAX as u64)
        .map(|number| {
            app.server_answers(if number == 0 { 9 } else { 40 }, paid());
            app.call(TURN)
        })
        .collect();
    app.idle().await;
    for mode in [Mode::Upstream, Mode::UpstreamHold] {
        app.change_bot(|bot| bot.answering.mode = mode);
        let over = app.call(TURN);
        let id = over.id;
        assert_eq!(over.answered().await, "{}");
        let exchange = app.history.get(id).unwrap();
        let most = FORWARDS_MAX.to_string();
        let args = [most.clone(), "localhost:5000".to_owned(), most];
        let expected = OwnFinding::new(Code::UpstreamInFlight, args);
        assert_eq!(exchange.own_findings, [expected]);
        assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Fallback));
    }
    app.change_bot(|bot| bot.answering.mode = Mode::Upstream);
    assert_eq!(callers.remove(0).answered().await, PAID);
    app.server_answers(0, paid());
    assert_eq!(app.call(TURN).answered().await, PAID);
    // A server that is too late holds nobody up: its call goes on without a permit.
    tokio::time::sleep(Duration::from_secs(40)).await;
    for caller in callers {
        assert_eq!(caller.answered().await, PAID);
    }
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
    assert!(app.late_calls().since(id).is_some());
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
    assert!(app.late_calls().since(id).is_none());
}

/// A turn that its message's screens have alike.
const SCREEN: &str =
    r#"{"action":"a","userId":"77","queryText":"да","rawRequest":{"messageId":7}}"#;

#[tokio::test(start_paused = true)]
async fn the_turns_of_one_message_share_its_seconds() {
    for (mode, per_message, seconds) in [
        (Mode::Upstream, true, 11),
        (Mode::UpstreamHold, true, 11),
        (Mode::Upstream, false, 15),
    ] {
        let app = App::forwarding(mode, 15);
        app.change_bot(|bot| bot.answering.hold.per_message = per_message);
        app.server_answers(0, refused());
        let first = app.call(SCREEN);
        let id = first.id;
        match mode {
            Mode::Upstream => drop(first.answered().await),
            _ => {
                first.reaches(State::Held).await;
                let (answered, _) = tokio::join!(app.answer(id, "{}"), first.answered());
                answered.unwrap();
            }
        }
        tokio::time::sleep(Duration::from_secs(4)).await;
        app.server_answers(60, paid());
        let second = app.call(SCREEN);
        let begun = tokio::time::Instant::now();
        let second_id = second.id;
        assert_eq!(second.answered().await, "{}");
        assert_eq!(begun.elapsed().as_secs(), u64::from(seconds));
        let exchange = app.history.get(second_id).unwrap();
        let message = exchange.summary.message.unwrap();
        assert_eq!((message.number, message.first), (2, id));
        assert_eq!(message.used.0, 4_000_000);
        assert_eq!(exchange.own_findings, [timeout(seconds)], "{mode:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_is_left_however_long_a_message_took_and_many_calls_are_told() {
    let app = App::forwarding(Mode::Upstream, 2);
    for number in 1..=16 {
        app.server_answers(60, paid());
        let call = app.call(SCREEN);
        let id = call.id;
        let begun = tokio::time::Instant::now();
        call.answered().await;
        let waited = if number == 1 { 2 } else { 1 };
        assert_eq!(begun.elapsed().as_secs(), waited, "{number}");
        let exchange = app.history.get(id).unwrap();
        let of_message = |code| exchange.own_findings.iter().any(|one| one.is(code));
        assert_eq!(of_message(Code::MessageCalls), number == 10, "{number}");
        assert_eq!(of_message(Code::MessageCallsOver), number >= 15, "{number}");
    }
}

#[tokio::test(start_paused = true)]
async fn where_too_many_are_held_a_servers_answer_goes_out_without_a_person() {
    let app = App::forwarding(Mode::UpstreamHold, 15);
    app.holds.resize(1);
    let _held = app
        .holds
        .begin(Arc::default(), HeldFallback::default())
        .unwrap();
    app.server_answers(3, paid());
    let (id, turn) = app.open_turn().await;
    let (caller, reply) = app.caller(id);
    let forward = Forward {
        server: Upstream::at("http://localhost:5000"),
        seconds: 15,
        holds: true,
        patch: None,
    };
    turn.carry_out(Decision::Forward(forward), reply).await;
    assert_eq!(caller.answered().await, PAID);
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Upstream));
    assert_eq!(exchange.own_findings, []);
}

#[tokio::test(start_paused = true)]
async fn a_long_answer_of_a_server_lies_in_the_history_while_it_is_held() {
    let app = App::forwarding(Mode::UpstreamHold, 15);
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000));
    app.server_answers(1, Ok(Answer::json(200, long.clone())));
    let call = app.held(TURN).await;
    let id = call.id;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let held = app.holds.exchange(id).unwrap();
    assert!(held.answers.get(Side::Upstream).is_none());
    assert_eq!(call.answered().await, long);
    assert_eq!(*app.history.reads.lock(), ["upstream_answer"]);
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Upstream));
}

#[tokio::test(start_paused = true)]
async fn a_long_answer_that_could_not_be_saved_goes_out_all_the_same() {
    let app = App::forwarding(Mode::UpstreamHold, 15);
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000));
    app.server_answers(1, Ok(Answer::json(200, long.clone())));
    let call = app.held(TURN).await;
    app.history.is_full.store(true, Ordering::Relaxed);
    assert_eq!(call.answered().await, long);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_left_before_a_long_answer_began_has_left() {
    let app = App::forwarding(Mode::Upstream, 50);
    let part = Some(Box::new(Answer::json(200, "{}")));
    let finding = None;
    app.server_answers(5, Err(CallFailure { finding, part }));
    let call = app.call(TURN);
    app.idle().await;
    let stream = app.calls.lock()[0].stream.take().unwrap();
    let id = call.leaves();
    let (_pieces, pieces) = tokio::sync::mpsc::channel(1);
    let answer = Answer::json(200, "");
    let body = BodyPieces {
        length: None,
        pieces,
    };
    stream.send(AnswerStream { answer, body }).unwrap();
    let left = app.reaches(id, State::Abandoned).await;
    assert_eq!(left.summary.failure.unwrap().code, FailureCode::CallerLeft);
}
