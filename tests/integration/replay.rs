//! A recorded request sent again.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{Instance, variable};

const TURN: &str = r#"{"action":"pay","userId":"77","variable1":50}"#;

/// A server that answers one request with these bytes; what it received.
async fn target(answer: &'static [u8]) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let received = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut received = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let read = stream.read(&mut buffer).await.unwrap();
            received.extend_from_slice(&buffer[..read]);
            let text = String::from_utf8_lossy(&received).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")
                    .and_then(|text| text.parse().ok())
            });
            if read == 0 || body.len() >= length.unwrap_or(0) {
                stream.write_all(answer).await.unwrap();
                return text;
            }
        }
    });
    (address, received)
}

async fn replay(app: &Instance, id: &Value, document: Value) -> Value {
    let (status, value) = app
        .post(
            &format!("exchanges/{}/replay", id.as_str().unwrap()),
            document,
        )
        .await;
    assert_eq!(status, 201, "{value}");
    app.exchange(&value["id"]).await
}

#[tokio::test]
async fn a_replay_to_itself_goes_through_the_pipeline() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let original = app.newest().await;
    let again = replay(&app, &original["id"], json!({"target": "self"})).await;
    assert_eq!(
        (&again["source"], &again["replay_of"]),
        (&json!("replay"), &original["id"])
    );
    assert_eq!(
        (&again["state"], &again["answered_by"]),
        (&json!("answered"), &json!("default"))
    );
    assert_eq!(again["event"], "pay");
}

#[tokio::test]
async fn edits_replace_what_they_name() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let original = app.newest().await;
    let edit = json!({"method": "PUT", "path": "/other?b=2", "headers": [["X-Only", "1"]], "body": "{\"action\":\"иное\"}"});
    let again = replay(
        &app,
        &original["id"],
        json!({"target": "self", "edit": edit}),
    )
    .await;
    assert_eq!(
        (&again["method"], &again["path"], &again["event"]),
        (&json!("PUT"), &json!("/other"), &json!("иное"))
    );
    assert_eq!(again["request"]["query"], "b=2");
    let names: Vec<&str> = again["request"]["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| pair[0].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Host", "X-Only", "Content-Length"]);
}

#[tokio::test]
async fn a_replay_to_an_address_sends_the_recorded_request_with_its_own_host_and_length() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let original = app.newest().await;
    let (address, received) =
        target(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"variable1\":51}").await;
    let again = replay(
        &app,
        &original["id"],
        json!({"target": format!("http://{address}/hook")}),
    )
    .await;
    let received = received.await.unwrap();
    assert!(
        received.starts_with("POST /hook HTTP/1.1\r\n"),
        "{received}"
    );
    let lower = received.to_ascii_lowercase();
    assert_eq!(lower.matches("host: ").count(), 1);
    assert!(lower.contains(&format!("host: {address}\r\n")));
    assert!(lower.contains(&format!("content-length: {}\r\n", TURN.len())));
    assert!(received.ends_with(TURN));
    assert_eq!(
        (&again["state"], &again["status"]),
        (&json!("answered"), &json!(200))
    );
    assert_eq!(variable(&again, "variable1")["out"], "51");
}

#[tokio::test]
async fn an_edited_host_is_sent_as_edited() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let original = app.newest().await;
    let (address, received) = target(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    let edit = json!({"headers": [["Host", "bot.example"], ["X-A", "1"]], "body": "12345"});
    replay(
        &app,
        &original["id"],
        json!({"target": format!("http://{address}"), "edit": edit}),
    )
    .await;
    let received = received.await.unwrap().to_ascii_lowercase();
    assert!(received.contains("host: bot.example\r\n"), "{received}");
    assert!(received.contains("content-length: 5\r\n"));
    assert!(received.ends_with("12345"));
}

#[tokio::test]
async fn redirects_are_recorded_and_not_followed() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let original = app.newest().await;
    let (address, _received) =
        target(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
            .await;
    let again = replay(
        &app,
        &original["id"],
        json!({"target": format!("http://{address}")}),
    )
    .await;
    assert_eq!(
        (&again["status"], &again["outcome"]["reason"]),
        (&json!(302), &json!("status"))
    );
}

#[tokio::test]
async fn a_target_that_cannot_be_reached_is_a_failed_exchange_with_its_cause() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let original = app.newest().await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refusing = free.local_addr().unwrap();
    drop(free);
    let again = replay(
        &app,
        &original["id"],
        json!({"target": format!("http://{refusing}/")}),
    )
    .await;
    assert_eq!(
        (&again["state"], &again["failure_code"]),
        (&json!("failed"), &json!("refused"))
    );
    assert!(again["failure"].as_str().unwrap().contains("refused"));

    let (address, _received) = target(b"this is not HTTP at all\r\n\r\n").await;
    let again = replay(
        &app,
        &original["id"],
        json!({"target": format!("http://{address}/")}),
    )
    .await;
    assert_eq!(
        (&again["state"], &again["failure_code"]),
        (&json!("failed"), &json!("bad_answer"))
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_its_place() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let id = app.newest().await["id"].as_str().unwrap().to_owned();
    for (document, pointer) in [
        (json!({"target": "ftp://x/"}), "/target"),
        (
            json!({"target": "self", "edit": {"path": "no slash"}}),
            "/edit/path",
        ),
        (
            json!({"target": "self", "edit": {"method": "GE T"}}),
            "/edit/method",
        ),
        (
            json!({"target": "self", "edit": {"headers": [["a\n", ""]]}}),
            "/edit/headers/0/0",
        ),
    ] {
        let (status, error) = app.post(&format!("exchanges/{id}/replay"), document).await;
        assert_eq!(
            (status.as_u16(), &error["pointer"]),
            (422, &json!(pointer)),
            "{error}"
        );
    }
    let (status, _) = app
        .post(
            "exchanges/0190a5ac-0000-7000-8000-000000000000/replay",
            json!({"target": "self"}),
        )
        .await;
    assert_eq!(status, 404);
}
