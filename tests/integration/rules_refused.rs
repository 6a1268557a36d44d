//! What is refused of rules, with its place.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::rules::{TURN, add, answer, order, reply};
use crate::support::Instance;

#[tokio::test]
async fn what_does_not_fit_of_a_rule_is_refused_with_its_place_and_changes_nothing() {
    let app = Instance::start();
    let fine = json!({"version": 1, "id": "a", "then": {"fault": {"kind": "close"}}});
    add(&app, fine).await;
    let with = |pointer: &str, value: Value| {
        let mut rule = reply("", "pay", "{}");
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        rule.pointer_mut(parent).unwrap()[name] = value;
        rule
    };
    let own = json!({"forward": {"upstream": app.webhook("/")}});
    let api = json!({"forward": {"upstream": app.ready["control"]}});
    for (rule, code, pointer) in [
        (with("/colour", json!(1)), "invalid", "/colour"),
        (with("/version", json!(2)), "invalid", "/version"),
        (with("/when/op", json!("likes")), "invalid", "/when/op"),
        (with("/id", json!("a")), "invalid", "/id"),
        (with("/id", json!("")), "invalid", "/id"),
        (with("/id", json!("order")), "invalid", "/id"),
        (with("/id", json!("a\u{202e}b")), "invalid", "/id"),
        (with("/name", json!("a\u{200b}")), "invalid", "/name"),
        (with("/name", json!("a\u{2028}b")), "invalid", "/name"),
        (with("/name", json!("  ")), "invalid", "/name"),
        (with("/group", json!("\u{2066}g")), "invalid", "/group"),
        (with("/id", json!("..")), "invalid", "/id"),
        (with("/then", own), "own_address", "/then/forward/upstream"),
        (with("/then", api), "own_address", "/then/forward/upstream"),
        (
            with(
                "/then/reply",
                json!({"status": 200, "body": "{{", "template": true}),
            ),
            "template_syntax",
            "/then/reply/body",
        ),
        (json!([]), "invalid", ""),
    ] {
        let (status, error) = app.post("rules", rule.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{rule}: {error}");
        assert_eq!(
            (&error["code"], &error["pointer"]),
            (&json!(code), &json!(pointer)),
            "{rule}"
        );
        let (status, error) = app.post("rules/preview", json!({"rule": rule})).await;
        // A draft may have any id, and it calls nobody.
        let is_name = ["/id", "/name", "/group"].contains(&pointer);
        let is_tried = is_name || code == "own_address";
        match is_tried {
            true => assert_eq!(status, StatusCode::OK, "{rule}"),
            false => assert_eq!(error["pointer"], format!("/rule{pointer}"), "{rule}"),
        }
    }
    assert_eq!(order(&app).await, ["a"]);
}

#[tokio::test]
async fn addresses_of_a_rule_lead_elsewhere_and_hold_all_that_is_sent() {
    let app = Instance::start();
    let api = format!("{}/api/v1/rules", app.ready["control"].as_str().unwrap());
    let forward = |url: &str| json!({"forward": {"upstream": url}});
    let calls = |urls: &[&str]| {
        let calls: Vec<_> = urls.iter().map(|url| json!({"url": url})).collect();
        json!({"reply": {"body": "{}"}, "after": calls})
    };
    for (then, code, pointer) in [
        (
            forward("http://u:p@h/"),
            "invalid",
            "/then/forward/upstream",
        ),
        (forward("http://h/#a"), "invalid", "/then/forward/upstream"),
        (
            calls(&["http://h/", "https://u@h/"]),
            "invalid",
            "/then/after/1/url",
        ),
        (calls(&[&api]), "own_address", "/then/after/0/url"),
    ] {
        let mut rule = reply("", "pay", "{}");
        rule["then"] = then;
        let (status, error) = app.post("rules", rule.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{rule}: {error}");
        let told = (&error["code"], &error["pointer"]);
        assert_eq!(told, (&json!(code), &json!(pointer)), "{rule}");
        // A draft calls nobody.
        let (status, _) = app.post("rules/preview", json!({"rule": rule})).await;
        assert_eq!(status, StatusCode::OK, "{rule}");
    }
    assert_eq!(order(&app).await, [""; 0]);
}

#[tokio::test]
async fn what_is_asked_of_rules_that_are_not_there_is_refused_and_changes_nothing() {
    let app = Instance::start();
    let fine = json!({"version": 1, "id": "a", "then": {"fault": {"kind": "close"}}});
    add(&app, fine).await;
    let orders = [json!([]), json!(["b"]), json!(["a", "a"])];
    for ids in orders {
        let order = Some(json!({"ids": ids}));
        let (status, _) = app.call(Method::PUT, "rules/order", order).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{ids}");
    }
    for (method, route) in [
        (Method::PUT, "rules/none"),
        (Method::DELETE, "rules/none"),
        (Method::GET, "rules/none/state"),
        (Method::DELETE, "rules/none/state"),
    ] {
        let body = (method == Method::PUT).then(|| reply("", "e", ""));
        let (status, _) = app.call(method, route, body).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{route}");
    }
    assert_eq!(order(&app).await, ["a"]);
}

#[tokio::test]
async fn a_template_that_nests_too_deep_is_refused_wherever_it_comes_in() {
    let app = Instance::start();
    let mut rule = reply("deep", "pay", "{}");
    rule["id"] = json!("a");
    add(&app, rule.clone()).await;
    for part in ["-", "not ", "(", "[", "1 if 1 else ", "{% if 1 %}"] {
        for many in [3_000, 1_000_000 / part.len()] {
            let is_block = part.starts_with('{');
            let (open, close) = if is_block { ("", "") } else { ("{{ ", "1 }}") };
            let body = format!("\n{open}{}{close}", part.repeat(many));
            rule["then"]["reply"] = json!({"status": 200, "template": true, "body": body});
            let draft = json!({"rule": rule});
            for (method, route, body) in [
                (Method::POST, "rules", &rule),
                (Method::PUT, "rules/a", &rule),
                (Method::POST, "rules/preview", &draft),
            ] {
                let (status, error) = app.call(method, route, Some(body.clone())).await;
                assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{part} {route}");
                let seen = (&error["code"], &error["line"]);
                assert_eq!(seen, (&json!("template_syntax"), &json!(2)), "{error}");
            }
        }
    }
    assert_eq!(answer(&app, TURN).await, "{}", "it is as it was, and runs");
}

#[tokio::test]
async fn a_draft_names_each_of_its_parts_once() {
    let app = Instance::start();
    let rule = reply("draft", "pay", "{}");
    for (body, pointer) in [
        (format!(r#"{{"rule":{rule},"last":5,"last":6}}"#), "/last"),
        (format!(r#"{{"rule":{rule},"rule":{rule}}}"#), "/rule"),
    ] {
        let sent = app.http.post(app.control("rules/preview"));
        let sent = sent.bearer_auth(app.ready["token"].as_str().unwrap());
        let sent = sent.body(body).send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let error: Value = serde_json::from_slice(&sent.bytes().await.unwrap()).unwrap();
        assert_eq!(error["pointer"], pointer);
    }
}
