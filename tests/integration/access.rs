//! Who may come in, and through which door.

use serde_json::{Value, json};

use crate::servers::Axum;
use crate::support::{Instance, codes};

async fn status(app: &Instance, route: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let mut request = app
        .http
        .get(format!("{}{route}", app.ready["control"].as_str().unwrap()));
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    (
        response.status().as_u16(),
        response.json().await.unwrap_or_default(),
    )
}

#[tokio::test]
async fn the_api_asks_for_its_token() {
    let app = Instance::start();
    let (code, error) = status(&app, "/api/v1/exchanges", &[]).await;
    assert_eq!((code, error["code"].as_str()), (401, Some("unauthorized")));
    assert_eq!(
        status(
            &app,
            "/api/v1/exchanges",
            &[("Authorization", "Bearer nonsense")]
        )
        .await
        .0,
        401
    );
    assert_eq!(
        status(&app, "/api/v1/health", &[]).await,
        (200, serde_json::json!({"ok": true}))
    );
    let (code, document) = status(&app, "/api/v1/openapi.json", &[]).await;
    assert_eq!((code, document["openapi"].as_str()), (200, Some("3.1.0")));
    assert!(document["paths"]["/api/v1/exchanges/{id}/answer"]["post"].is_object());
}

#[tokio::test]
async fn what_is_answered_is_kept_by_no_cache_and_read_by_no_other_page() {
    let app = Instance::start();
    app.turn(r#"{"action":"pay"}"#).await.unwrap();
    let id = app.newest().await["id"].clone();
    let body = format!("exchanges/{}/request/body", id.as_str().unwrap());
    for route in ["exchanges", "no/such/route", "openapi.json", &body] {
        let request = app.http.get(app.control(route));
        let token = app.ready["token"].as_str().unwrap();
        let got = request.bearer_auth(token).send().await.unwrap();
        let field = |name: &str| got.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(field("cache-control"), Some("no-store"), "{route}");
        assert_eq!(
            field("cross-origin-resource-policy"),
            Some("same-origin"),
            "{route}"
        );
        if route == body {
            assert_eq!(field("content-security-policy"), Some("sandbox"));
            assert_eq!(field("content-disposition"), Some("attachment"));
            assert_eq!(field("x-content-type-options"), Some("nosniff"));
        }
    }
    let page = app
        .http
        .get(app.ready["control"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    let policy = page.headers().get("cross-origin-resource-policy");
    assert_eq!(policy.unwrap(), "same-origin");
}

#[tokio::test]
async fn another_host_or_origin_is_turned_away() {
    let app = Instance::start();
    for route in ["/", "/api/v1/health", "/api/v1/exchanges"] {
        let (code, error) = status(&app, route, &[("Host", "evil.example")]).await;
        assert_eq!(
            (code, error["code"].as_str()),
            (403, Some("forbidden_host")),
            "{route}"
        );
        for origin in ["null", "http://evil.example"] {
            let (code, error) = status(&app, route, &[("Origin", origin)]).await;
            assert_eq!(
                (code, error["code"].as_str()),
                (403, Some("forbidden_origin")),
                "{route} {origin}"
            );
        }
    }
    let own = app.ready["control"].as_str().unwrap().to_owned();
    assert_eq!(
        status(&app, "/api/v1/health", &[("Origin", &own)]).await.0,
        200
    );
}

/// A field of what a route answers, the error of one without a token included.
async fn field(app: &Instance, route: &str, name: &str) -> Option<String> {
    let control = app.ready["control"].as_str().unwrap();
    let token = app.ready["token"].as_str().unwrap();
    let request = app.http.get(format!("{control}{route}"));
    let answer = request.bearer_auth(token).send().await.unwrap();
    let value = answer.headers().get(name)?;
    Some(value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn no_cache_and_no_other_page_keeps_what_is_answered_and_a_body_runs_nothing() {
    let app = Instance::start();
    app.turn(b"<script>alert(1)</script>".to_vec())
        .await
        .unwrap();
    let id = app.newest().await["id"].as_str().unwrap().to_owned();
    let body = format!("/api/v1/exchanges/{id}/request/body");
    let absent = "/api/v1/exchanges/01a00000-0000-7000-8000-000000000000";
    for route in ["/api/v1/exchanges", "/api/v1/settings", absent, &body] {
        let kept = field(&app, route, "cache-control").await;
        assert_eq!(kept.as_deref(), Some("no-store"), "{route}");
    }
    for route in ["/", "/api/v1/exchanges", absent, &body] {
        let policy = field(&app, route, "cross-origin-resource-policy").await;
        assert_eq!(policy.as_deref(), Some("same-origin"), "{route}");
    }
    for (name, value) in [
        ("content-security-policy", "sandbox"),
        ("content-disposition", "attachment"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(field(&app, &body, name).await.as_deref(), Some(value));
    }
}

#[tokio::test]
async fn the_two_listeners_do_not_do_each_others_work() {
    let app = Instance::start();
    let response = app
        .http
        .get(app.webhook("/api/v1/health"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        response.text().await.unwrap(),
        "{}",
        "the webhook server answers as a bot's server"
    );
    assert_eq!(app.newest().await["path"], "/api/v1/health");
    assert_eq!(status(&app, "/nothing-here", &[]).await.0, 404);
    assert_eq!(
        app.get("exchanges").await["exchanges"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn errors_are_json_with_a_code_and_a_sentence_in_the_readers_language() {
    let app = Instance::start();
    let token = format!("Bearer {}", app.ready["token"].as_str().unwrap());
    let own = ("Authorization", token.as_str());
    let (code, error) = status(
        &app,
        "/api/v1/exchanges/nothing",
        &[own, ("Accept-Language", "ru-RU,ru")],
    )
    .await;
    assert_eq!(
        (code, error["code"].as_str(), error["message"].as_str()),
        (404, Some("not_found"), Some("Такого обмена нет."))
    );
    assert_eq!(
        status(&app, "/api/v1/nothing", &[own]).await.1["code"],
        "not_found"
    );
    let (code, error) = status(&app, "/api/v1/sample", &[own]).await;
    assert_eq!(
        (code, error["code"].as_str()),
        (405, Some("method_not_allowed"))
    );
    let request = app
        .http
        .put(app.control("answering"))
        .header(own.0, own.1)
        .body("{");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "bad_json");
}

#[tokio::test]
async fn the_token_at_a_bots_address_is_written_down_nowhere_and_sent_to_nobody() {
    let server = Axum::with_json("{}").await;
    let app = Instance::start();
    app.answering(json!({"mode": "upstream", "upstream": server.url}))
        .await;
    let token = app.ready["token"].as_str().unwrap().to_owned();
    let sent = app
        .http
        .post(app.webhook(&format!("/api/{token}?token={token}")))
        .bearer_auth(&token)
        .header("Cookie", format!("token={token}"))
        .body(format!("{{\"token\":\"{token}\"}}"))
        .send();
    assert_eq!(sent.await.unwrap().status(), 200);
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert!(codes(&exchange).contains(&"api_token"), "{exchange}");
    assert!(!exchange.to_string().contains(&token));
    let route = format!(
        "exchanges/{}/request/body",
        exchange["id"].as_str().unwrap()
    );
    let hidden = "*".repeat(token.len());
    let body = String::from_utf8(app.body(&route).await).unwrap();
    assert_eq!(body, format!("{{\"token\":\"{hidden}\"}}"));
    let received = &server.received().await[0];
    assert_eq!(received.uri, format!("/api/{hidden}?token={hidden}"));
    assert_eq!(received.body, body);
    assert_eq!(received.all("authorization"), [format!("Bearer {hidden}")]);
    assert_eq!(received.all("cookie"), [format!("token={hidden}")]);
}
