//! Drafts of rules tried on the history, and turns explained.

use reqwest::{Method, StatusCode};
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

#[tokio::test]
async fn a_dry_run_counts_why_turns_are_not_taken() {
    let app = Instance::start();
    let above = add(&app, reply("above", "above", "{}")).await;
    for turn in [
        r#"{"action":"start"}"#,
        r#"{"action":"start","total":1}"#,
        r#"{"action":"pay"}"#,
        r#"{"action":"pay","total":1}"#,
    ] {
        answer(&app, turn).await;
    }
    let when = json!({"all": [{"field": "event", "op": "equals", "value": "pay"},
        {"not": {"field": "var:total", "op": "present"}}]});
    let draft = json!({"version": 1, "when": when, "then": {"reply": {"body": "{}"}}});
    let (status, preview) = app.post("rules/preview", json!({"rule": draft})).await;
    assert_eq!(status, StatusCode::OK, "{preview}");
    let expected = json!([
        {"count": 2, "why": "condition", "pointer": "/when/all/0", "field": "event",
            "op": "equals", "value": "pay", "negated": false, "rule": null},
        {"count": 1, "why": "condition", "pointer": "/when/all/1/not", "field": "var:total",
            "op": "present", "value": null, "negated": true, "rule": null}]);
    assert_eq!(preview["not_matched"], expected);
    // What a rule above takes, and what a sequence passes.
    let mut below = reply("below", "pay", "{}");
    below["id"] = json!("below");
    add(&app, below).await;
    let mut draft = json!({"version": 1, "id": "below", "when": {"all": []},
        "then": {"sequence": {"replies": [{"body": "1"}], "end": "pass"}}, "scope": "rule"});
    answer(&app, r#"{"action":"above"}"#).await;
    let (_, preview) = app.post("rules/preview", json!({"rule": &draft})).await;
    let causes = preview["not_matched"].as_array().unwrap().iter();
    let causes: Vec<_> = causes
        .map(|one| {
            (
                one["count"].clone(),
                one["why"].clone(),
                one["rule"].clone(),
            )
        })
        .collect();
    let expected = [
        (json!(3), json!("finished"), Value::Null),
        (json!(1), json!("rule_above"), json!(above)),
    ];
    assert_eq!(causes, expected, "{preview}");
    // All are taken: there is nothing to explain.
    draft["then"]["sequence"]["end"] = json!("last");
    draft["id"] = json!(above);
    let (_, preview) = app.post("rules/preview", json!({"rule": draft})).await;
    assert_eq!(preview["not_matched"], json!([]));
}

#[tokio::test]
async fn a_draft_is_tried_on_one_turn_condition_by_condition_and_with_its_answer() {
    let app = Instance::start();
    answer(
        &app,
        r#"{"action":"pay","total":12.50,"cart":[{"sku":"a"},{"sku":"b"}]}"#,
    )
    .await;
    let id = app.newest().await["id"].clone();
    let when = json!({"all": [{"field": "event", "op": "equals", "value": "start"},
        {"field": "var:cart[*].sku", "op": "equals", "value": "b"},
        {"not": {"field": "var:total", "op": "greater", "value": 10}}]});
    let body = r#"{"n": {{ vars.total }}, "orderStatus": "paid"}"#;
    let then = json!({"reply": {"body": body, "template": true}});
    let draft = json!({"version": 1, "when": when, "then": then});
    let question = json!({"rule": draft, "exchange_id": id});
    let (status, tried) = app.post("rules/preview/turn", question).await;
    assert_eq!(status, StatusCode::OK, "{tried}");
    assert_eq!(tried["matched"], json!(false));
    assert_eq!(tried["not_matched"]["pointer"], "/when/all/0");
    let conditions = tried["conditions"].as_array().unwrap().iter();
    let conditions: Vec<_> = conditions
        .map(|one| {
            json!([
                one["pointer"],
                one["actual"],
                one["element"],
                one["met"],
                one["negated"]
            ])
        })
        .collect();
    let expected = [
        json!(["/when/all/0", "pay", null, false, false]),
        json!(["/when/all/1", "b", "cart[1].sku", true, false]),
        json!(["/when/all/2/not", 12.50, null, false, true]),
    ];
    assert_eq!(conditions, expected);
    // It would send this, although its conditions are not met; digits as they came.
    let answer = &tried["answer"];
    assert_eq!(answer["body"], "{\"n\": 12.50, \"orderStatus\": \"paid\"}");
    assert_eq!(
        (&answer["status"], &answer["bytes"]),
        (&json!(200), &json!(35))
    );
    assert_eq!(answer["outcome"]["merged"], true, "{answer}");
    assert_eq!(
        (&tried["errors"], &tried["after"]),
        (&json!([]), &json!([]))
    );
}

#[tokio::test]
async fn a_rule_above_takes_the_turn_from_a_draft_that_would_match() {
    let app = Instance::start();
    let above = add(&app, reply("above", "pay", "{}")).await;
    let mut below = reply("below", "pay", "{\"below\":1}");
    below["id"] = json!("below");
    add(&app, below.clone()).await;
    let order = Some(json!({"ids": [&above, "below"]}));
    let (status, error) = app.call(Method::PUT, "rules/order", order).await;
    assert!(status.is_success(), "{error}");
    answer(&app, TURN).await;
    let question = json!({"rule": below, "exchange_id": app.newest().await["id"]});
    let (_, tried) = app.post("rules/preview/turn", question.clone()).await;
    assert_eq!(tried["matched"], false, "{tried}");
    let not_matched = &tried["not_matched"];
    let cause = (&not_matched["why"], &not_matched["rule"]);
    assert_eq!(cause, (&json!("rule_above"), &json!(above)), "{tried}");
    // Its own condition is met all the same, and its answer is shown.
    assert_eq!(tried["conditions"][0]["met"], true);
    assert_eq!(tried["answer"]["body"], "{\"below\":1}");
    let rule = format!("rules/{above}");
    let (status, error) = app.call(Method::DELETE, &rule, None).await;
    assert!(status.is_success(), "{error}");
    let (_, tried) = app.post("rules/preview/turn", question).await;
    let taken = (&tried["matched"], &tried["not_matched"]);
    assert_eq!(taken, (&json!(true), &Value::Null));
}

#[tokio::test]
async fn a_template_that_fails_for_a_turn_is_told_with_its_place_in_the_rule() {
    let app = Instance::start();
    answer(&app, TURN).await;
    let id = app.newest().await["id"].clone();
    let fails = json!({"body": "{\n \"n\": {{ 1 // vars.nothing }}}", "template": true});
    let fine = json!({"body": "fine"});
    let after = json!([{"method": "POST", "url": "http://127.0.0.1:9/{{", "body": "{{ 1 // 0 }}",
        "template": true}]);
    let then = json!({"sequence": {"replies": [fine, fails]}, "after": after});
    let draft = json!({"version": 1, "when": {"all": []}, "then": then});
    let question = |reply: u32| json!({"rule": &draft, "exchange_id": &id, "reply": reply});
    let (status, tried) = app.post("rules/preview/turn", question(2)).await;
    assert_eq!(status, StatusCode::OK, "{tried}");
    assert_eq!(tried["answer"], Value::Null);
    let errors = tried["errors"].as_array().unwrap().iter();
    let places: Vec<_> = errors
        .map(|one| json!([one["pointer"], one["line"]]))
        .collect();
    let expected = [
        json!(["/then/sequence/replies/1/body", 2]),
        json!(["/then/after/0/body", 1]),
    ];
    assert_eq!(places, expected, "{tried}");
    // The one that this turn would get.
    let own = json!({"rule": &draft, "exchange_id": &id});
    let (_, tried) = app.post("rules/preview/turn", own).await;
    assert_eq!(tried["answer"]["body"], "fine");
    assert_eq!(tried["answer"]["position"], 1);
    // What does not fit is refused where it stands.
    let wrong = json!({"version": 1, "when": {"all": []},
        "then": {"reply": {"body": "{% if %}", "template": true}}});
    for (question, pointer) in [
        (
            json!({"rule": wrong, "exchange_id": &id}),
            "/rule/then/reply/body",
        ),
        (json!({"rule": &draft}), "/exchange_id"),
        (json!({"exchange_id": &id}), "/rule"),
        (json!({"rule": &draft, "exchange_id": 7}), "/exchange_id"),
        (
            json!({"rule": &draft, "exchange_id": &id, "reply": 0}),
            "/reply",
        ),
        (
            json!({"rule": &draft, "exchange_id": &id, "reply": 3}),
            "/reply",
        ),
        (
            json!({"rule": reply("d", "pay", "{}"), "exchange_id": &id, "reply": 2}),
            "/reply",
        ),
        (
            json!({"rule": &draft, "exchange_id": &id, "other": 0}),
            "/other",
        ),
    ] {
        let (status, error) = app.post("rules/preview/turn", question).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{error}");
        assert_eq!(error["pointer"], pointer, "{error}");
    }
}

#[tokio::test]
async fn one_rule_is_explained_with_every_condition() {
    let app = Instance::start();
    let when = json!({"any": [{"field": "event", "op": "equals", "value": "no"},
        {"field": "event", "op": "equals", "value": "pay"}]});
    let rule = json!({"version": 1, "id": "one", "when": when, "then": {"reply": {"body": "{}"}}});
    add(&app, rule).await;
    answer(&app, TURN).await;
    let id = app.newest().await["id"].clone();
    let question = json!({"exchange_id": &id, "rule": "one"});
    let (_, explained) = app.post("rules/explain", question).await;
    let rules = explained["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 1, "{explained}");
    let met: Vec<_> = rules[0]["conditions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["met"])
        .collect();
    assert_eq!(met, [&json!(false), &json!(true)]);
    let (status, _) = app
        .post("rules/explain", json!({"exchange_id": &id, "rule": "gone"}))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // All of them: without the conditions, as ever.
    let (_, explained) = app.post("rules/explain", json!({"exchange_id": &id})).await;
    assert_eq!(explained["rules"][0]["conditions"], Value::Null);
}
