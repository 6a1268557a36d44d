//! What differs between two messages that are recorded.

use serde_json::{Value, json};

use crate::servers::{Axum, asking};
use crate::support::Instance;

/// Sends a request and gives the id of its exchange.
async fn recorded(app: &Instance, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Value {
    let mut request = app.http.post(app.webhook("/")).body(body.into());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap();
    app.newest().await["id"].clone()
}

async fn compared(app: &Instance, left: &Value, right: &Value, side: &str) -> Value {
    let sides = json!({"left": left, "right": right, "side": side});
    let (status, value) = app.post("compare", sides).await;
    assert_eq!(status, 200, "{value}");
    value
}

fn gzip(text: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    coder.write_all(text.as_bytes()).unwrap();
    coder.finish().unwrap()
}

#[tokio::test]
async fn requests_are_compared_as_values_and_decoded() {
    let app = Instance::start();
    let kind = ("Content-Type", "application/json");
    let text = r#"{"action":"a","n":1.0,"cart":[{"sku":"a"},{"sku":"b"}],"big":9007199254740993}"#;
    let one = recorded(&app, &[kind, ("X-A", "1")], text).await;
    let other = r#"{ "cart":[{"sku":"b"}],"n":1,"big":9007199254740992,"action":"a","x":null}"#;
    let coded = [kind, ("X-A", "2"), ("Content-Encoding", "gzip")];
    let two = recorded(&app, &coded, gzip(other)).await;
    let found = compared(&app, &one, &two, "request").await;
    assert_eq!(
        (&found["equal"], &found["kind"], &found["status"]),
        (&json!(false), &json!("json"), &Value::Null)
    );
    assert_eq!(
        found["changes"],
        json!([
            {"pointer": "/cart/0", "kind": "removed", "left": "{\"sku\":\"a\"}", "right": null},
            {"pointer": "/big", "kind": "changed", "left": "9007199254740993",
             "right": "9007199254740992"},
            {"pointer": "/x", "kind": "added", "left": null, "right": "null"},
        ])
    );
    assert_eq!(
        found["headers"],
        json!([
            {"name": "x-a", "kind": "changed", "left": "1", "right": "2"},
            {"name": "content-encoding", "kind": "added", "left": null, "right": "gzip"},
        ])
    );
    let itself = compared(&app, &one, &one, "request").await;
    assert_eq!(itself["equal"], true);
    let plain = recorded(&app, &[], "a\nb").await;
    let lines = compared(&app, &one, &plain, "request").await;
    assert_eq!(lines["kind"], "text");
    assert_eq!(lines["changes"][1]["right"], "b");
    let bytes = recorded(&app, &[], b"\xff\x00\x01".to_vec()).await;
    let binary = compared(&app, &bytes, &plain, "request").await;
    assert_eq!(binary["kind"], "binary");
    assert_eq!(
        binary["changes"],
        json!([{"pointer": "/0", "kind": "changed", "left": "ff", "right": "61"}])
    );
    // The default answer to both.
    let answers = compared(&app, &one, &two, "response").await;
    assert_eq!(
        (&answers["equal"], &answers["status"]),
        (&json!(true), &json!([200, 200]))
    );
    let default = json!({"default_answer": {"status": 500, "body": "{}"}});
    app.answering(default).await;
    let failing = recorded(&app, &[kind], text).await;
    let answers = compared(&app, &one, &failing, "response").await;
    assert_eq!(
        (&answers["equal"], &answers["status"], &answers["changes"]),
        (&json!(false), &json!([200, 500]), &json!([]))
    );
}

#[tokio::test]
async fn a_servers_answer_is_compared_with_what_a_person_made_of_it() {
    let server = Axum::with_json("{\"variable1\": 51.0}").await;
    let app = Instance::start();
    app.answering(asking("upstream_hold", &server.url, 600))
        .await;
    let bot = app.turn(r#"{"action":"pay","userId":"77","variable1":50}"#);
    let held = app.in_state("held").await;
    let id = held["id"].clone();
    app.event(|event| event["exchange"]["upstream_after_ms"].is_f64())
        .await;
    let missing = json!({"left": id, "right": {"id": id, "side": "response"}, "side": "request"});
    let (status, error) = app.post("compare", missing).await;
    assert_eq!(
        (status.as_u16(), &error["code"], &error["pointer"]),
        (404, &json!("not_found"), &json!("/right"))
    );
    let route = format!("exchanges/{}/answer", id.as_str().unwrap());
    let corrected = json!({"status": 201, "body": "{\"variable1\": 52}"});
    assert_eq!(app.post(&route, corrected).await.0, 200);
    bot.await.unwrap();
    let wanted = json!([
        {"pointer": "/variable1", "kind": "changed", "left": "51.0", "right": "52"}
    ]);
    for sides in [
        json!({"left": "upstream", "right": id, "side": "response"}),
        json!({"left": "upstream", "right": id}),
        json!({"left": id, "right": id, "side": "upstream"}),
        json!({"left": {"id": id, "side": "upstream"}, "right": {"id": id, "side": "response"}}),
        json!({"left": {"id": id, "side": "upstream"}, "right": "response"}),
    ] {
        let (status, found) = app.post("compare", sides.clone()).await;
        assert_eq!(status, 200, "{sides}: {found}");
        assert_eq!(found["changes"], wanted, "{sides}");
        assert_eq!(found["status"], json!([200, 201]), "{sides}");
    }
}

#[tokio::test]
async fn what_cannot_be_compared_is_told_with_its_place() {
    let app = Instance::start();
    let id = recorded(&app, &[], "{}").await;
    let unknown = json!("01980000-0000-7000-8000-000000000000");
    for (sides, status, pointer) in [
        (
            json!({"left": unknown, "right": id, "side": "request"}),
            404,
            "/left",
        ),
        (
            json!({"left": id, "right": unknown, "side": "request"}),
            404,
            "/right",
        ),
        (
            json!({"left": id, "right": id, "side": "late"}),
            404,
            "/left",
        ),
        (
            json!({"left": "upstream", "right": "response"}),
            422,
            "/left",
        ),
        (json!({"left": "nothing", "right": id}), 422, "/left"),
        (json!({"left": id, "right": 1}), 422, "/right"),
        (
            json!({"left": id, "right": {"id": id, "side": "x"}}),
            422,
            "/right/side",
        ),
        (
            json!({"left": id, "right": {"side": "request"}}),
            422,
            "/right/id",
        ),
        (
            json!({"left": id, "right": id, "side": "body"}),
            422,
            "/side",
        ),
    ] {
        let (found, error) = app.post("compare", sides.clone()).await;
        assert_eq!(found, status, "{sides}: {error}");
        assert_eq!(error["pointer"], pointer, "{sides}: {error}");
        assert!(!error["message"].as_str().unwrap().is_empty());
    }
}
