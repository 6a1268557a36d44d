//! Rules that are asked twice, hold, correct and call, while others change them.

use std::sync::atomic::Ordering;
use std::time::Duration;

use protocol::{Answer, AnsweredBy, Code, ExchangeId, FailureCode, Side, Source, State};
use serde_json::{Value, json};

use super::harness::{App, TURN};
use crate::answering::{Fallback, Mode};
use crate::callbacks::{CALLS_MAX, REST, UNDER_WAY_MAX};
use crate::turn::{Delivery, Host as _};

fn reply(body: &str) -> Value {
    json!({"then": {"reply": {"status": 200, "body": body}}})
}

/// What was recorded of what an exchange's rules rested on.
fn context(app: &App, id: ExchangeId) -> Value {
    let exchange = app.history.get(id).unwrap();
    serde_json::from_str(&exchange.rule_context.unwrap()).unwrap()
}

fn states(app: &App) -> Vec<(String, u64)> {
    let states = app.rules.states(app.bot_id(), "1").into_iter();
    states.map(|one| (one.key, one.state.calls)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_turn_has_one_number_however_often_its_rules_are_asked() {
    let app = App::holding(60);
    app.set_fallback(Fallback::Rules);
    app.set_rules(&[reply("{\"by\":1}")]);
    for number in [1, 2] {
        let call = app.held(TURN).await;
        let id = call.id;
        assert_eq!(call.answered().await, "{\"by\":1}");
        let recorded = context(&app, id);
        assert_eq!(recorded["number"], number);
        assert_eq!(recorded["asked"], json!(["asking", "answering"]));
        let summary = app.history.get(id).unwrap().summary;
        assert_eq!(summary.answered_by, Some(AnsweredBy::Fallback));
        assert_eq!(summary.rule.unwrap().call, number);
    }
    let uses = app.history.uses.lock();
    assert_eq!(uses.last().unwrap().number, Some((app.bot_id(), 2)));
}

#[tokio::test(start_paused = true)]
async fn turns_at_once_get_each_reply_of_a_sequence_once_while_the_disk_is_slow() {
    let app = App::new();
    app.history.write_seconds.store(3, Ordering::Relaxed);
    let replies: Vec<_> = (1..=8)
        .map(|number| json!({"status": 200, "body": number.to_string()}))
        .collect();
    app.set_rules(&[json!({"scope": "rule", "then": {"sequence": {"replies": replies}}})]);
    let calls: Vec<_> = (0..8).map(|_| app.call(TURN)).collect();
    let mut got = Vec::new();
    for call in calls {
        got.push(call.answered().await);
    }
    got.sort();
    assert_eq!(got.concat(), "12345678");
    assert_eq!(states(&app), [(String::new(), 8)]);
}

#[tokio::test(start_paused = true)]
async fn turns_of_a_rule_without_a_sequence_have_a_number_each() {
    let app = App::new();
    app.history.write_seconds.store(3, Ordering::Relaxed);
    app.set_rules(&[reply("{}")]);
    let calls: Vec<_> = (0..3).map(|_| app.call(TURN)).collect();
    let mut numbers = Vec::new();
    for call in calls {
        let id = call.id;
        call.answered().await;
        numbers.push(app.history.get(id).unwrap().summary.rule.unwrap().call);
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn at_the_end_of_a_hold_the_rules_of_then_are_asked() {
    let app = App::holding(600);
    app.set_fallback(Fallback::Rules);
    app.set_rules(&[reply("{\"old\":1}")]);
    let call = app.held(TURN).await;
    app.set_rules(&[reply("{\"new\":1}")]);
    assert_eq!(call.answered().await, "{\"new\":1}");
    let call = app.held(TURN).await;
    app.set_rules(&[]);
    assert_eq!(call.answered().await, "{}");
}

#[tokio::test(start_paused = true)]
async fn of_a_rule_that_is_gone_nothing_is_counted() {
    let app = App::new();
    app.history.write_seconds.store(3, Ordering::Relaxed);
    app.set_rules(&[reply("{\"by\":1}")]);
    let call = app.call(TURN);
    app.idle().await;
    app.set_rules(&[]);
    assert_eq!(call.answered().await, "{\"by\":1}");
    app.set_rules(&[reply("{\"by\":1}")]);
    assert_eq!(states(&app), []);
}

#[tokio::test(start_paused = true)]
async fn a_rule_says_what_goes_out_where_nobody_may_be_asked_any_more() {
    let app = App::new();
    // One may be held.
    app.holds.resize(2);
    let held = json!({"when": {"field": "event", "op": "equals", "value": "pay"},
        "then": {"hold": {"seconds": 600, "fallback": "rules"}}});
    app.set_rules(&[held, reply("{\"fallback\":1}")]);
    let first = app.held(TURN).await;
    let second = app.call(TURN);
    let id = second.id;
    assert_eq!(second.answered().await, "{\"fallback\":1}");
    let exchange = app.history.get(id).unwrap();
    assert!(
        exchange
            .own_findings
            .iter()
            .any(|one| one.is(Code::HoldLimit))
    );
    assert_eq!(first.answered().await, "{\"fallback\":1}", "at its end");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_a_rule_asks_answers_by_itself_where_nobody_may_be_held() {
    let app = App::forwarding(Mode::Rules, 600);
    app.holds.resize(2);
    app.server_answers(3, Ok(Answer::json(200, "{\"a\":1}")));
    app.server_answers(3, Ok(Answer::json(200, "{\"a\":2}")));
    app.set_rules(&[json!({"then": {"forward": {"hold": true}}})]);
    let first = app.held(TURN).await;
    let second = app.call(TURN);
    let id = second.id;
    assert_eq!(second.answered().await, "{\"a\":2}");
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Upstream));
    assert_eq!(first.answered().await, "{\"a\":1}");
}

/// A rule that has a server asked and corrects its answer.
fn patching(holds: bool) -> Value {
    json!({"then": {"forward": {"hold": holds, "patch": {"template": true,
        "set": {"paid": "{{ answer.paid + 1 }}"}, "remove": ["x"]}}}})
}

const SERVER: &str = r#"{"paid":1,"x":2}"#;
const CORRECTED: &str = r#"{"paid":2}"#;

#[tokio::test(start_paused = true)]
async fn a_person_starts_from_what_a_rule_made_of_the_answer() {
    let app = App::forwarding(Mode::Rules, 15);
    app.server_answers(3, Ok(Answer::json(200, SERVER)));
    app.set_rules(&[patching(true)]);
    let call = app.held(TURN).await;
    let id = call.id;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let held = app.history.get(id).unwrap();
    assert_eq!(held.summary.state, State::Held);
    let body = |side| held.answers.get(side).map(|answer| answer.body.clone());
    assert_eq!(body(Side::Upstream).unwrap(), SERVER);
    assert_eq!(body(Side::Corrected).unwrap(), CORRECTED);
    assert_eq!(body(Side::Response), None);
    assert_eq!(call.answered().await, CORRECTED, "at the deadline");
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.answers.get(Side::Upstream).unwrap().body, SERVER);
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Upstream));
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_is_corrected_too_and_the_servers_own_is_kept() {
    for holds in [true, false] {
        let app = App::forwarding(Mode::Rules, 15);
        app.server_answers(20, Ok(Answer::json(200, SERVER)));
        app.set_rules(&[patching(holds)]);
        let call = app.call(TURN);
        let id = call.id;
        call.answered().await;
        tokio::time::sleep(Duration::from_secs(10)).await;
        let exchange = app.history.get(id).unwrap();
        assert_eq!(exchange.answers.get(Side::Late).unwrap().body, CORRECTED);
        assert_eq!(exchange.answers.get(Side::Upstream).unwrap().body, SERVER);
    }
}

#[tokio::test(start_paused = true)]
async fn a_correction_that_fails_says_of_which_variable_and_where() {
    let app = App::forwarding(Mode::Rules, 15);
    for (answer, said) in [
        (SERVER, "“b” failed at line 2, column"),
        ("[1]", "no JSON object"),
    ] {
        app.server_answers(0, Ok(Answer::json(200, answer)));
        app.set_rules(&[json!({"then": {"forward": {"patch": {"template": true,
            "set": {"b": "\n{{ vars.none.deeper }}"}}}}})]);
        let call = app.call(TURN);
        let id = call.id;
        assert_eq!(call.answered().await, answer);
        let findings = app.history.get(id).unwrap().own_findings;
        let finding = findings.iter().find(|one| one.is(Code::PatchNotApplied));
        let finding = protocol::Finding::from(finding.unwrap());
        let english = messages::Say::message(&finding).text(messages::Lang::En);
        assert!(english.contains(said), "{english}");
        let russian = messages::Say::message(&finding).text(messages::Lang::Ru);
        assert!(!russian.contains("line"), "{russian}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_judged_is_said() {
    let app = App::new();
    app.history.is_slow.store(true, Ordering::Relaxed);
    app.set_rules(&[json!({"when": {"field": "var:x", "op": "changed"},
        "then": {"reply": {"status": 200, "body": ""}}})]);
    let call = app.call(TURN);
    let id = call.id;
    assert_eq!(call.answered().await, "{}");
    let findings = app.history.get(id).unwrap().own_findings;
    assert!(findings[0].is(Code::PreviousTurnLate), "{findings:?}");

    let expression = json!({"when": {"field": "body", "op": "matches",
        "value": "(?:1[01]{300}){3}x"}, "then": {"reply": {"status": 200, "body": ""}}});
    app.set_rules(&[expression]);
    let call = app.call(format!("{{\"n\":{}}}", "10".repeat(100_000)));
    let id = call.id;
    assert_eq!(call.answered().await, "{}");
    let findings = app.history.get(id).unwrap().own_findings;
    assert!(findings[0].is(Code::RuleUnjudged), "{findings:?}");
}

/// A rule that does this, and then makes calls.
fn calling(mut then: Value, delays: &[u64]) -> Value {
    let calls = delays.iter().map(|delay| {
        json!({"method": "POST", "url": "http://u:p@localhost:5000/done?x=1", "body": "{}",
            "delay_ms": delay})
    });
    then["after"] = calls.collect();
    json!({"then": then})
}

/// The calls of rules that were not made, and why.
fn not_made(app: &App) -> Vec<(String, FailureCode)> {
    let all = app.history.all().into_iter();
    let failed = all.filter_map(|one| Some((one.request.path, one.summary.failure?.code)));
    failed.collect()
}

#[tokio::test(start_paused = true)]
async fn calls_follow_an_answer_that_has_gone_and_none_that_has_not() {
    let app = App::new();
    let ok = json!({"reply": {"status": 200, "body": "{}"}});
    app.set_rules(&[calling(ok, &[0, 60_000])]);
    let call = app.call(TURN);
    let dispatch = call.taken().await;
    app.idle().await;
    assert_eq!(app.sent.lock().len(), 0, "its bytes have not left");
    dispatch.on_delivery.report(Delivery::Written);
    app.idle().await;
    assert_eq!(app.sent.lock().len(), 1);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(app.sent.lock().len(), 2);
    app.call(TURN).loses_it().await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(app.sent.lock().len(), 2, "nobody was answered");
    app.set_rules(&[calling(json!({"fault": {"kind": "garbage"}}), &[0])]);
    app.call(TURN).received().await;
    app.idle().await;
    assert_eq!(app.sent.lock().len(), 3, "a fault is an answer, too");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_when_the_app_stops_is_recorded_as_not_made() {
    let app = App::new();
    let ok = json!({"reply": {"status": 200, "body": "{}"}});
    app.set_rules(&[calling(ok, &[60_000])]);
    app.call(TURN).answered().await;
    app.idle().await;
    assert_eq!(not_made(&app), []);
    app.stop.cancel();
    app.idle().await;
    let expected = ("/done".to_owned(), FailureCode::ProcessEnded);
    assert_eq!(not_made(&app), [expected]);
    assert_eq!(app.sent.lock().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn beyond_so_many_calls_of_a_bot_they_are_left_out_for_a_while_and_that_is_said() {
    let app = App::new();
    let ok = json!({"reply": {"status": 200, "body": "{}"}});
    app.set_rules(&[calling(ok, &[0; 10])]);
    for _ in 0..=CALLS_MAX / 10 {
        app.call(TURN).answered().await;
        app.idle().await;
    }
    assert_eq!(app.sent.lock().len(), CALLS_MAX as usize);
    let left_out = app.history.all().into_iter();
    let left_out: Vec<_> = left_out
        .filter(|one| !one.own_findings.is_empty())
        .collect();
    assert_eq!(left_out.len(), 10);
    for call in &left_out {
        assert_eq!(call.summary.source, Source::Callback);
        assert!(call.own_findings[0].is(Code::CallbackRate), "{call:?}");
    }
    tokio::time::sleep(REST).await;
    app.call(TURN).answered().await;
    app.idle().await;
    assert_eq!(app.sent.lock().len(), CALLS_MAX as usize + 10);
}

#[tokio::test(start_paused = true)]
async fn calls_without_room_are_none_that_were_made() {
    let app = App::new();
    let ok = json!({"reply": {"status": 200, "body": "{}"}});
    app.set_rules(&[calling(ok, &[0; 10])]);
    let permits = UNDER_WAY_MAX as u32;
    let full = app.callbacks().under_way.acquire_many(permits);
    let full = full.await.unwrap();
    for _ in 0..CALLS_MAX / 10 {
        app.call(TURN).answered().await;
        app.idle().await;
    }
    assert_eq!(app.sent.lock().len(), 0);
    drop(full);
    app.call(TURN).answered().await;
    app.idle().await;
    assert_eq!(app.sent.lock().len(), 10);
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_take_no_place_of_calls_under_way() {
    let app = App::new();
    let ok = json!({"reply": {"status": 200, "body": "{}"}});
    app.set_rules(&[calling(ok.clone(), &[3_600_000; 10])]);
    for _ in 0..30 {
        app.call(TURN).answered().await;
    }
    app.set_rules(&[calling(ok, &[0])]);
    app.call(TURN).answered().await;
    app.idle().await;
    assert_eq!(app.sent.lock().len(), 1);
    assert_eq!(not_made(&app), []);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_waits_goes_out_when_the_app_stops() {
    let app = App::new();
    app.set_rules(&[
        json!({"then": {"reply": {"status": 200, "body": "{\"a\":1}",
        "delay_ms": 3_600_000}}}),
    ]);
    let call = app.call(TURN);
    app.idle().await;
    app.stop.cancel();
    assert_eq!(call.answered().await, "{\"a\":1}");
}
