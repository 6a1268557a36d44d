//! The platforms as the API lists them, and why an exchange is read as one of them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::rules::add;
use crate::servers::asking;
use crate::support::{Instance, codes};
use crate::upstream_late::{TURN, breakpoint};

#[tokio::test]
async fn every_platform_is_listed_with_its_roles() {
    let app = Instance::start();
    let listed = app.get("platforms").await;
    let ids: Vec<&str> = listed["platforms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|platform| platform["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "graph",
            "leadconverter",
            "chatapp",
            "webim",
            "nocobase",
            "plain"
        ]
    );
    let graph = &listed["platforms"][0];
    let roles = graph["roles"].as_array().unwrap();
    let roles: Vec<&str> = roles
        .iter()
        .map(|role| role["id"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["event", "system", "engine", "user"]);
    let reasons = graph["reasons"].as_array().unwrap();
    let reasons = reasons.iter().map(|reason| reason["id"].as_str().unwrap());
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        [
            "status",
            "not_json",
            "not_object",
            "caller_left",
            "no_answer"
        ]
    );
    assert_eq!(graph["acts_as"], json!(["server"]));
    assert_eq!(graph["settings_schema"], json!({}));
    for platform in listed["platforms"].as_array().unwrap() {
        let states = |fact: &Value| fact["assumed"] == false;
        let has_stated = platform["contract"].as_array().unwrap().iter().any(states);
        let has_sources = !platform["sources"].as_array().unwrap().is_empty();
        assert!(!has_stated || has_sources, "{platform}");
    }
}

#[tokio::test]
async fn the_reason_for_a_platform_stays_when_the_bot_chooses_another_one() {
    let app = Instance::start();
    app.turn(r#"{"action":"e"}"#).await.unwrap();
    let id = app.newest().await["id"].clone();
    let before = app.exchange(&id).await["platform_reason"].clone();
    assert_eq!(before["how"], "sure");
    let bot = app.get("bots").await["bots"][0].clone();
    for platform in ["graph", "plain", "auto"] {
        let route = format!("bots/{}", bot["id"].as_str().unwrap());
        let change = json!({ "platform": platform });
        app.call(reqwest::Method::PATCH, &route, Some(change)).await;
        let now = app.exchange(&id).await["platform_reason"].clone();
        assert_eq!(now, before, "the bot chooses {platform}");
    }
}

#[tokio::test]
async fn an_exchange_says_why_it_is_read_as_its_platform() {
    let app = Instance::start();
    let bot = app.get("bots").await["bots"][0].clone();
    for (platform, body, how, read_as) in [
        ("auto", r#"{"action":"e"}"#, "sure", "graph"),
        (
            "auto",
            r#"{"userId":"1","queryText":"a"}"#,
            "likely",
            "plain",
        ),
        ("graph", r#"{"a":1}"#, "chosen", "graph"),
    ] {
        let route = format!("bots/{}", bot["id"].as_str().unwrap());
        let change = json!({ "platform": platform });
        app.call(reqwest::Method::PATCH, &route, Some(change)).await;
        let sending = app.http.post(app.webhook("/")).body(body).send();
        sending.await.unwrap();
        let newest = app.newest().await;
        let exchange: Value = app.exchange(&newest["id"]).await;
        let reason = &exchange["platform_reason"];
        assert_eq!(
            (&exchange["platform"], &reason["how"]),
            (&json!(read_as), &json!(how)),
            "{exchange}"
        );
        assert!(reason["code"].is_string() && reason["message"].is_string());
    }
}

#[tokio::test]
async fn one_exchange_is_read_as_another_platform_and_as_its_bot_says_again() {
    let app = Instance::start();
    let form = app
        .http
        .post(app.webhook("/hook?deal[id]=7&action=wins"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("user.name=Ivan");
    form.send().await.unwrap();
    let before = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(before["platform"], "plain", "{before}");
    let route = format!("exchanges/{}", before["id"].as_str().unwrap());
    let read_as = async |platform: &str| {
        let change = json!({"platform": platform, "note": "looked at"});
        let (status, summary) = app.call(Method::PATCH, &route, Some(change)).await;
        assert_eq!(status, StatusCode::OK, "{summary}");
        assert_eq!(summary["note"], "looked at");
        (summary, app.exchange(&before["id"]).await)
    };
    let (summary, exchange) = read_as("leadconverter").await;
    assert_eq!(summary["platform"], "leadconverter");
    assert_eq!(exchange["platform_reason"]["how"], "chosen");
    let names = exchange["variables"].as_array().unwrap().iter();
    let names = names.map(|one| one["name"].as_str().unwrap());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["deal", "action", "user", "result"]
    );
    assert_eq!(app.newest().await["platform"], "leadconverter");
    // Its names are found as that platform has them.
    let (_, graph) = read_as("graph").await;
    assert_eq!(graph["platform"], "graph");
    let (summary, exchange) = read_as("auto").await;
    assert_eq!(summary["platform"], "plain");
    let same = [
        "platform",
        "platform_reason",
        "variables",
        "findings",
        "event",
        "user",
    ];
    for name in same {
        assert_eq!(exchange[name], before[name], "{name}");
    }
    // What the bot says counts, not what the request shows.
    let bot = format!("bots/{}", before["bot"].as_str().unwrap());
    let change = json!({"platform": "graph"});
    app.call(Method::PATCH, &bot, Some(change)).await;
    let (summary, _) = read_as("auto").await;
    assert_eq!(summary["platform"], "graph");
    // All or nothing.
    let change = json!({"platform": "plain", "note": "n".repeat(10_001)});
    let (status, error) = app.call(Method::PATCH, &route, Some(change)).await;
    assert_eq!((status.as_u16(), &error["pointer"]), (422, &json!("/note")));
    assert_eq!(app.exchange(&before["id"]).await["platform"], "graph");
    let (status, error) = app
        .call(Method::PATCH, &route, Some(json!({"platform": "no"})))
        .await;
    assert_eq!(
        (status.as_u16(), &error["pointer"]),
        (422, &json!("/platform"))
    );
}

#[tokio::test]
async fn a_turn_is_read_as_another_platform_once_it_is_over() {
    let app = Instance::start();
    let (url, go) = breakpoint(r#"{"paid":1}"#).await;
    app.answering(asking("upstream_hold", &url, 600)).await;
    let turn = tokio::spawn(app.turn(TURN));
    let held = app.in_state("held").await;
    let route = format!("exchanges/{}", held["id"].as_str().unwrap());
    let refused = async || {
        let change = json!({"platform": "leadconverter", "note": "looked at"});
        let (status, error) = app.call(Method::PATCH, &route, Some(change)).await;
        let told = (status.as_u16(), error["code"].as_str());
        assert_eq!(told, (409, Some("not_settled")), "{error}");
        assert_eq!(app.newest().await["note"], "");
    };
    refused().await;
    let (status, _) = app.post(&format!("{route}/release"), json!({})).await;
    assert_eq!(status, 200);
    turn.await.unwrap().unwrap();
    let row = app.exchange(&held["id"]).await;
    assert_eq!(row["late_waiting"], true, "{row}");
    refused().await;
    // What people write beside it is taken at any time.
    let change = json!({"pinned": true});
    let (status, _) = app.call(Method::PATCH, &route, Some(change)).await;
    assert_eq!(status, 200);
    go.send(()).unwrap();
    app.event(|event| {
        let row = &event["exchange"];
        row["late_after_ms"].is_f64() && row["late_waiting"] == false
    })
    .await;
    let change = json!({"platform": "leadconverter", "note": "looked at"});
    let (status, row) = app.call(Method::PATCH, &route, Some(change)).await;
    assert_eq!(status, 200, "{row}");
    let shown = app.exchange(&held["id"]).await;
    let mut counts = json!({"error": 0, "warning": 0, "info": 0});
    for finding in shown["findings"].as_array().unwrap() {
        let count = &mut counts[finding["severity"].as_str().unwrap()];
        *count = json!(count.as_u64().unwrap() + 1);
    }
    assert_eq!(row["findings"], counts, "{shown}");
}

const TRIGGER: &str = "/api/webhook:trigger/1hfmkioou0d";

/// An app whose bot stands in for a trigger of NocoBase.
async fn trigger(settings: Value) -> Instance {
    let app = Instance::start();
    let bot = app.get("bots").await["bots"][0].clone();
    let route = format!("bots/{}", bot["id"].as_str().unwrap());
    let mut own = json!({"key": "1hfmkioou0d"});
    own.as_object_mut()
        .unwrap()
        .extend(settings.as_object().unwrap().clone());
    let change = json!({"platform": "nocobase", "platform_settings": {"nocobase": own}});
    let (status, error) = app.call(Method::PATCH, &route, Some(change)).await;
    assert_eq!(status, StatusCode::OK, "{error}");
    app
}

/// Calls the trigger: the status and the body of its answer, and the exchange.
async fn triggered(app: &Instance, body: &str) -> (u16, String, Value) {
    let call = app.http.post(app.webhook(TRIGGER));
    let call = call
        .header("Content-Type", "application/json")
        .body(body.to_owned());
    let answer = call.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    let exchange = app.exchange(&app.newest().await["id"]).await;
    (status, text, exchange)
}

#[tokio::test]
async fn an_asynchronous_trigger_answers_before_anybody_is_asked() {
    let app = trigger(json!({"mode": "async"})).await;
    let rule = json!({"version": 1, "name": "all", "when": {"all": []},
        "then": {"reply": {"status": 418, "body": "rule"}}});
    add(&app, rule).await;
    for mode in ["rules", "hold"] {
        app.answering(json!({ "mode": mode })).await;
        let (status, body, exchange) = triggered(&app, "{\"a\":1}").await;
        assert_eq!((status, body.as_str()), (200, "ok"), "{mode}");
        let by = (&exchange["answered_by"], &exchange["rule"]);
        assert_eq!(by, (&json!("default"), &Value::Null), "{exchange}");
    }
    let own = json!({"default_answer": {"status": 202, "headers": [], "body": "later"}});
    app.answering(own).await;
    let (status, body, _) = triggered(&app, "{}").await;
    assert_eq!((status, body.as_str()), (202, "later"));
}

#[tokio::test]
async fn a_synchronous_trigger_that_fails_is_500_and_one_that_takes_too_long_408() {
    let body = json!([{"path": "what", "alias": null}]);
    let app = trigger(json!({"mode": "sync", "timeout_seconds": 1, "body": body})).await;
    let rule = |event: &str, reply: Value| {
        json!({"version": 1, "name": event,
            "when": {"field": "var:what", "op": "equals", "value": event}, "then": {"reply": reply}})
    };
    let replies = [
        ("fine", json!({"status": 201, "body": "{\"done\":1}"})),
        ("fails", json!({"body": "{{ 1 // 0 }}", "template": true})),
        ("slow", json!({"body": "{}", "delay_ms": 20_000})),
    ];
    for (event, reply) in replies {
        add(&app, rule(event, reply)).await;
    }
    let of = |event: &str| format!("{{\"what\":\"{event}\"}}");
    let (status, body, exchange) = triggered(&app, &of("fine")).await;
    assert_eq!((status, body.as_str()), (201, "{\"done\":1}"));
    assert_eq!(exchange["answered_by"], "rule");
    let nobody = json!({"mode": "hold", "hold": {"seconds": 600, "fallback": "last"}});
    let silent = asking("upstream", "http://127.0.0.1:9", 600);
    for (event, answering, status, code) in [
        ("fails", json!({"mode": "rules"}), 500, "nocobase_failed"),
        ("slow", json!({"mode": "rules"}), 408, "nocobase_too_late"),
        ("other", nobody, 408, "nocobase_too_late"),
        ("other", silent, 500, "nocobase_failed"),
    ] {
        app.answering(answering).await;
        let (given, _, exchange) = triggered(&app, &of(event)).await;
        assert_eq!(given, status, "{event}: {exchange}");
        assert_eq!(exchange["answered_by"], "platform", "{event}");
        assert!(codes(&exchange).contains(&code), "{event}: {exchange}");
    }
}
