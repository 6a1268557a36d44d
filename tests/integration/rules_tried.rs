//! Drafts of rules tried on the history, and turns explained.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::rules::{TURN, add, answer, reply};
use crate::support::Instance;

#[tokio::test]
async fn a_draft_is_tried_on_the_history_and_changes_nothing() {
    let app = Instance::start();
    let kept = add(&app, reply("kept", "other", "{\"kept\":1}")).await;
    for turn in [TURN, r#"{"action":"other"}"#, TURN] {
        answer(&app, turn).await;
    }
    let draft = reply("draft", "pay", "{\"new\":1}");
    let (status, preview) = app
        .post("rules/preview", json!({"rule": draft, "last": 2}))
        .await;
    assert_eq!(status, StatusCode::OK, "{preview}");
    assert_eq!(
        (&preview["tried"], &preview["matched"]),
        (&json!(2), &json!(1))
    );
    let changed = &preview["would_change"][0];
    assert_eq!(changed["exchange_id"], app.newest().await["id"]);
    assert_eq!(changed["from"], json!({"status": 200, "body": "{}"}));
    assert_eq!(changed["to"], json!({"status": 200, "body": "{\"new\":1}"}));
    // In the place of a rule, by its id.
    let mut draft = reply("kept", "other", "{\"kept\":2}");
    draft["id"] = json!(kept);
    let (_, preview) = app.post("rules/preview", json!({"rule": draft})).await;
    assert_eq!(
        (&preview["tried"], &preview["matched"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(preview["would_change"][0]["to"]["body"], "{\"kept\":2}");
    assert_eq!(app.get(&format!("rules/{kept}")).await["hits"], 1);
    let state = app.get(&format!("rules/{kept}/state")).await;
    assert_eq!(state["states"][0]["calls"], 1);
}

#[tokio::test]
async fn an_explanation_names_the_first_condition_that_failed() {
    let app = Instance::start();
    let city = json!({"version": 1, "id": "city", "when": {"all": [
        {"field": "event", "op": "equals", "value": "pay"},
        {"field": "var:city", "op": "present"}]},
        "then": {"reply": {"status": 200, "body": "{}"}}});
    add(&app, city).await;
    add(&app, reply("", "pay", "{\"paid\":1}")).await;
    answer(&app, TURN).await;
    let question = json!({"exchange_id": app.newest().await["id"]});
    let (status, explained) = app.post("rules/explain", question).await;
    assert_eq!(status, StatusCode::OK, "{explained}");
    let rules = explained["rules"].as_array().unwrap();
    assert_eq!(
        (&rules[0]["id"], &rules[0]["matched"]),
        (&json!("city"), &json!(false))
    );
    let failed = &rules[0]["failed"];
    let expected = [
        ("field", json!("var:city")),
        ("op", json!("present")),
        ("actual", Value::Null),
    ];
    for (name, value) in expected {
        assert_eq!(failed[name], value, "{failed}");
    }
    assert_eq!(
        (&rules[1]["matched"], &rules[1]["failed"]),
        (&json!(true), &Value::Null)
    );
}

#[tokio::test]
async fn a_draft_that_takes_fewer_turns_shows_those_that_it_gives_up() {
    let app = Instance::start();
    let rule = add(&app, reply("pays", "pay", "{\"paid\":1}")).await;
    answer(&app, TURN).await;
    let mut draft = reply("pays", "pay.later", "{\"paid\":1}");
    draft["id"] = json!(rule);
    let (_, preview) = app.post("rules/preview", json!({"rule": draft})).await;
    let counts = (&preview["tried"], &preview["matched"]);
    assert_eq!(counts, (&json!(1), &json!(0)));
    let change = &preview["would_change"][0];
    assert_eq!(change["from"]["body"], "{\"paid\":1}");
    assert_eq!(change["to"]["body"], "{}");
}

#[tokio::test]
async fn the_turn_before_the_first_that_is_tried_is_looked_up() {
    let app = Instance::start();
    let of = |total: u32| format!(r#"{{"action":"a","userId":"u1","total":{total}}}"#);
    for total in [1, 1, 2] {
        answer(&app, &of(total)).await;
    }
    let draft = json!({"version": 1, "when": {"field": "var:total", "op": "changed"},
        "then": {"reply": {"status": 200, "body": "changed"}}});
    for (last, matched) in [(1, 1), (2, 1), (3, 1)] {
        let body = json!({"rule": draft, "last": last});
        let (_, preview) = app.post("rules/preview", body).await;
        let counts = (&preview["tried"], &preview["matched"]);
        assert_eq!(counts, (&json!(last), &json!(matched)));
    }
}

#[tokio::test]
async fn what_no_bot_has_sent_takes_no_place_among_the_turns_that_are_tried() {
    let app = Instance::start();
    answer(&app, TURN).await;
    let id = app.newest().await["id"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        let replay = format!("exchanges/{id}/replay");
        let (status, error) = app.post(&replay, json!({"target": "self"})).await;
        assert!(status.is_success(), "{error}");
    }
    let body = json!({"rule": reply("draft", "pay", "{\"new\":1}"), "last": 2});
    let (_, preview) = app.post("rules/preview", body).await;
    let counts = (&preview["tried"], &preview["matched"]);
    assert_eq!(counts, (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_rule_that_had_no_say_in_the_bots_mode_did_not_match() {
    let app = Instance::start();
    add(&app, reply("fallback", "pay", "{\"by\":1}")).await;
    for (fallback, not_asked) in [("default", true), ("rules", false)] {
        let hold = json!({"seconds": 600, "fallback": fallback});
        app.answering(json!({"mode": "hold", "hold": hold})).await;
        let waiting = tokio::spawn(app.turn(TURN));
        let held = app.in_state("held").await;
        let id = held["id"].as_str().unwrap();
        let released = app
            .post(&format!("exchanges/{id}/release"), json!({}))
            .await;
        assert_eq!(released.0, StatusCode::OK);
        waiting.await.unwrap().unwrap();
        let question = json!({"exchange_id": id});
        let (_, explained) = app.post("rules/explain", question).await;
        let rule = &explained["rules"][0];
        let seen = (&rule["not_asked"], &rule["matched"]);
        assert_eq!(seen, (&json!(not_asked), &json!(!not_asked)), "{fallback}");
    }
}
