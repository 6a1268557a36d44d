//! A recorded request sent again.

use ngrok_standin::ReservedPort;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{Instance, codes, variable};

const TURN: &str = r#"{"action":"pay","userId":"77","variable1":50}"#;

/// A server that answers every request alike.
async fn target(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// The one request that a target received.
async fn received(server: &MockServer) -> Request {
    let mut requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.remove(0)
}

/// All values of a header of a received request.
fn header<'r>(request: &'r Request, name: &str) -> Vec<&'r str> {
    let values = request.headers.get_all(name);
    values.iter().map(|value| value.to_str().unwrap()).collect()
}

/// A server that answers one connection with these bytes, whatever it is sent: what no library
/// would answer.
async fn broken_target(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_u8().await.unwrap();
        stream.write_all(answer).await.unwrap();
        // Open until the caller has had enough.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    address
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
async fn a_replay_that_brings_its_answer_is_answered_by_hand_with_it_and_by_nobody_else() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let original = app.newest().await;
    for mode in ["rules", "hold"] {
        app.answering(json!({"mode": mode})).await;
        let text = "{ \"variable1\": 52.0 }\n";
        let answer = json!({"status": 201, "headers": [["X-Own", "1"]], "body": text});
        let wish = json!({"target": "self", "answer": answer});
        let again = replay(&app, &original["id"], wish).await;
        let told = ["source", "replay_of", "state", "answered_by", "status"].map(|key| &again[key]);
        assert_eq!(
            json!(told),
            json!(["replay", original["id"], "answered", "hand", 201]),
            "{mode}"
        );
        assert_eq!(again["response"]["headers"][0], json!(["X-Own", "1"]));
        assert_eq!(variable(&again, "variable1")["out"], "52.0");
        let body = format!("exchanges/{}/response/body", again["id"].as_str().unwrap());
        assert_eq!(app.body(&body).await, text.as_bytes());
        assert_eq!(app.get("answering").await["mode"], mode);
    }
}

#[tokio::test]
async fn an_answer_that_does_not_fit_its_replay_sends_nothing() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let original = app.newest().await;
    let path = format!("exchanges/{}/replay", original["id"].as_str().unwrap());
    for (wish, pointer) in [
        (
            json!({"target": "http://127.0.0.1:9/", "answer": {"body": "{}"}}),
            "/answer",
        ),
        (
            json!({"target": "self", "answer": {"status": 99, "body": "{}"}}),
            "/answer/status",
        ),
        (
            json!({"target": "self", "answer": {"body": "{}", "body_base64": "e30="}}),
            "/answer/body_base64",
        ),
        (
            json!({"target": "self", "answer": {"text": "{}"}}),
            "/answer/text",
        ),
    ] {
        let (status, error) = app.post(&path, wish.clone()).await;
        assert_eq!(status, 422, "{wish} {error}");
        assert_eq!(error["pointer"], pointer, "{wish} {error}");
    }
    assert_eq!(app.newest().await["id"], original["id"]);
}

#[tokio::test]
async fn a_replay_to_an_address_says_when_its_answer_was_there() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let original = app.newest().await;
    let server = target(ResponseTemplate::new(200)).await;
    let again = replay(&app, &original["id"], json!({"target": server.uri()})).await;
    let timing = &again["timing"];
    assert!(timing["decided_ms"].is_number(), "{timing}");
    assert!(timing["answered_ms"].is_number(), "{timing}");
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
async fn an_edited_text_goes_out_in_the_coding_that_its_fields_name() {
    let app = Instance::start();
    for (coding, is_known) in [
        ("gzip", true),
        ("deflate", true),
        ("br", true),
        ("zstd", true),
        ("deflate, gzip", true),
        ("compress", false),
    ] {
        let sending = app
            .http
            .post(app.webhook("/coded"))
            .body("not coded at all");
        let sent = sending.header("Content-Encoding", coding).send().await;
        assert_eq!(sent.unwrap().status(), 200);
        let id = &app.newest().await["id"];
        let edit = json!({"body": r#"{"action":"оплата"}"#});
        let again = replay(&app, id, json!({"target": "self", "edit": edit})).await;
        assert_eq!(again["event"], "оплата", "{coding}");
        let expected = if is_known { json!(coding) } else { Value::Null };
        assert_eq!(again["request"]["body"]["encoding"], expected);
        let found = codes(&again);
        assert!(!found.contains(&"encoding_broken"), "{coding}: {found:?}");
        assert_eq!(
            found.contains(&"replay_not_coded"),
            !is_known,
            "{coding}: {found:?}"
        );
    }
}

#[tokio::test]
async fn a_replay_to_an_address_sends_the_recorded_request_with_its_own_host_and_length() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let original = app.newest().await;
    let answer = ResponseTemplate::new(200).set_body_raw(r#"{"variable1":51}"#, "application/json");
    let target = target(answer).await;
    let again = replay(
        &app,
        &original["id"],
        json!({"target": format!("{}/hook", target.uri())}),
    )
    .await;
    let received = received(&target).await;
    assert_eq!(
        (received.method.as_str(), received.url.path()),
        ("POST", "/hook")
    );
    assert_eq!(header(&received, "host"), [target.address().to_string()]);
    assert_eq!(
        header(&received, "content-length"),
        [TURN.len().to_string()]
    );
    assert_eq!(received.body, TURN.as_bytes());
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
    let target = target(ResponseTemplate::new(204)).await;
    let edit = json!({"headers": [["Host", "bot.example"], ["X-A", "1"]], "body": "12345"});
    replay(
        &app,
        &original["id"],
        json!({"target": target.uri(), "edit": edit}),
    )
    .await;
    let received = received(&target).await;
    assert_eq!(header(&received, "host"), ["bot.example"]);
    assert_eq!(header(&received, "content-length"), ["5"]);
    assert_eq!(received.body, b"12345");
}

#[tokio::test]
async fn redirects_are_recorded_and_not_followed() {
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let original = app.newest().await;
    let elsewhere = ResponseTemplate::new(302).insert_header("Location", "http://127.0.0.1:1/");
    let target = target(elsewhere).await;
    let again = replay(&app, &original["id"], json!({"target": target.uri()})).await;
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
    let refusing = ReservedPort::take();
    let again = replay(
        &app,
        &original["id"],
        json!({"target": format!("http://{}/", refusing.addr())}),
    )
    .await;
    assert_eq!(
        (&again["state"], &again["failure_code"]),
        (&json!("failed"), &json!("refused"))
    );
    assert!(again["failure"].as_str().unwrap().contains("refused"));
    let nobody_left = json!({"merged": false, "reason": "no_answer"});
    assert_eq!(again["outcome"], nobody_left);

    // A server that answers, and not in TLS, has refused nothing.
    let address = broken_target(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let again = replay(
        &app,
        &original["id"],
        json!({"target": format!("https://{address}/")}),
    )
    .await;
    let told = (&again["failure_code"], &again["outcome"]);
    assert_eq!(told, (&json!("tls"), &nobody_left));
    assert!(again["failure"].as_str().unwrap().contains("http://"));

    let address = broken_target(b"this is not HTTP at all\r\n\r\n").await;
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

#[tokio::test]
async fn a_replay_of_a_body_that_was_cut_says_so_and_sends_what_there_is() {
    let app = Instance::start();
    let limit = json!({"body_limit_bytes": 2048});
    app.call(Method::PATCH, "settings", Some(limit)).await;
    let text = "x".repeat(5000);
    assert_eq!(app.turn(text.clone()).await.unwrap().status(), 413);
    let cut = app.newest().await["id"].clone();
    let server = target(ResponseTemplate::new(200)).await;
    for target in ["self", &server.uri()] {
        let again = replay(&app, &cut, json!({"target": target})).await;
        let finding = again["findings"].as_array().unwrap().iter();
        let finding = finding.filter(|finding| finding["code"] == "replayed_in_part");
        let finding: Vec<&Value> = finding.collect();
        assert_eq!(finding.len(), 1, "{again}");
        let message = finding[0]["message"].as_str().unwrap();
        assert!(message.contains("2"), "{message}");
        assert_eq!(again["request"]["body"]["bytes"], 2048);
        // A body of one's own is whole.
        let edited = json!({"target": target, "edit": {"body": "{}"}});
        let edited = replay(&app, &cut, edited).await;
        assert!(!codes(&edited).contains(&"replayed_in_part"), "{edited}");
    }
    let sent = server.received_requests().await.unwrap();
    assert_eq!(sent[0].body, text.as_bytes()[..2048]);
    assert_eq!(header(&sent[0], "content-length"), ["2048"]);
}
