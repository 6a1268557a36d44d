//! Callers that take nothing of their answer, send nothing more of their body, or are not let in:
//! none of them holds a place for ever, and the record says what became of each.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Instance, TIMEOUT, codes, raw};

/// The preface of HTTP/2, and settings with a flow window of 0 for each stream.
const NO_WINDOW: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\0\0";
/// `POST / http a` on stream 1, whole.
const POST: &[u8] = b"\0\0\x06\x01\x05\0\0\0\x01\x83\x84\x86\x41\x01a";

async fn quick() -> Instance {
    let app = Instance::start();
    let quick = json!({"header_timeout_s": 1});
    let (status, value) = app.call(Method::PATCH, "settings", Some(quick)).await;
    assert_eq!(status, 200, "{value}");
    app
}

async fn answers(app: &Instance, body: String) {
    let answer = json!({"status": 200, "headers": [], "body": body});
    app.answering(json!({"mode": "rules", "default_answer": answer}))
        .await;
}

#[tokio::test]
async fn a_caller_that_reads_nothing_of_its_answer_is_let_go_and_the_answer_has_failed() {
    let app = quick().await;
    answers(&app, "x".repeat(16 << 20)).await;
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let failed = app.in_state("failed").await;
    assert_eq!(failed["failure_code"], "write_failed");
    drop(stream);
}

/// Reads frames until one of this kind on this stream comes; PINGs are answered.
async fn until_frame(stream: &mut TcpStream, kind: u8, id: u32) -> bool {
    loop {
        let mut head = [0; 9];
        if stream.read_exact(&mut head).await.is_err() {
            return false;
        }
        let length = usize::from(head[1]) << 8 | usize::from(head[2]);
        let mut payload = vec![0; length];
        if stream.read_exact(&mut payload).await.is_err() {
            return false;
        }
        let on = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        if (head[3], on) == (kind, id) {
            return true;
        }
        if head[3] == 6 && head[4] == 0 {
            let answer = [&[0, 0, 8, 6, 1, 0, 0, 0, 0][..], &payload].concat();
            stream.write_all(&answer).await.unwrap();
        }
    }
}

#[tokio::test]
async fn over_http2_an_answer_that_the_flow_window_holds_back_is_not_told_delivered() {
    let app = Instance::start();
    app.hold(600).await;
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    stream.write_all(&[NO_WINDOW, POST].concat()).await.unwrap();
    let held = app.in_state("held").await;
    let route = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
    let answer = json!({"status": 200, "body": "x".repeat(100_000)});
    let leaving = async {
        assert!(
            until_frame(&mut stream, 1, 1).await,
            "the head of the answer"
        );
        drop(stream);
    };
    let ((status, error), ()) = tokio::join!(app.post(&route, answer), leaving);
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (410, &json!("caller_left"))
    );
    let failed = app.in_state("failed").await;
    assert_eq!(failed["failure_code"], "write_failed");
}

#[tokio::test]
async fn over_http2_signs_of_life_do_not_keep_an_answer_that_does_not_move_and_others_go_on() {
    const RST_STREAM: u8 = 3;
    const DATA: u8 = 0;
    let app = quick().await;
    answers(&app, "{}".to_owned()).await;
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    stream.write_all(&[NO_WINDOW, POST].concat()).await.unwrap();
    let is_reset = tokio::time::timeout(TIMEOUT, until_frame(&mut stream, RST_STREAM, 1)).await;
    assert_eq!(is_reset, Ok(true), "the program ends the stream");
    let failed = app.in_state("failed").await;
    assert_eq!(failed["failure_code"], "write_failed");
    let mut next = POST.to_vec();
    next[8] = 3;
    let window_of_100 = [0, 0, 4, 8, 0, 0, 0, 0, 3, 0, 0, 0, 100];
    let next = [&next[..], &window_of_100].concat();
    stream.write_all(&next).await.unwrap();
    assert!(until_frame(&mut stream, DATA, 3).await, "and that alone");
    let answered = app.in_state("answered").await;
    assert_eq!(answered["response_bytes"], 2);
}

#[tokio::test]
async fn over_http2_a_whole_answer_is_delivered_though_its_window_has_no_byte_more() {
    let app = Instance::start();
    app.hold(600).await;
    let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT);
    let http = http.http2_prior_knowledge().build().unwrap();
    let mut seen: Vec<Value> = Vec::new();
    // The first is as long as the window of HTTP/2 by default, which a caller opens as it reads.
    for length in [65_535, 0, 1, 2, 300_000] {
        let (http, url) = (http.clone(), app.webhook("/"));
        let caller = tokio::spawn(async move { http.post(url).body("{}").send().await });
        let is_held =
            |event: &Value| event["exchange"]["state"] == "held" && !seen.contains(&event["id"]);
        let held = app.event(is_held).await["exchange"].clone();
        seen.push(held["id"].clone());
        let route = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
        let answer = json!({"status": 200, "body": "x".repeat(length)});
        assert_eq!(app.post(&route, answer).await.0, 200, "{length}");
        let answer = caller.await.unwrap().unwrap();
        assert_eq!(answer.bytes().await.unwrap().len(), length);
    }
}

/// The bot's own path with a login asked for.
async fn with_login(app: &Instance) -> String {
    let bot = app.get("bots").await["bots"][0].clone();
    let rules = json!({"login": {"user": "bot", "password": "word"}});
    let route = format!("bots/{}/access", bot["id"].as_str().unwrap());
    let (status, value) = app.call(Method::PUT, &route, Some(rules)).await;
    assert_eq!(status, 200, "{value}");
    format!("/{}", bot["secret"].as_str().unwrap())
}

#[tokio::test]
async fn a_caller_without_the_login_is_refused_at_its_head_and_little_is_kept() {
    let app = Instance::start();
    let path = with_login(&app).await;
    let expecting = format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\nExpect: 100-continue\r\n\r\n"
    );
    let answer = String::from_utf8(raw(&app, expecting.as_bytes()).await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let sent = app
        .http
        .post(app.webhook(&path))
        .body(vec![b'x'; 5_000_000])
        .send();
    assert_eq!(sent.await.unwrap().status(), 401);
    let rows = app.get("exchanges?limit=10").await["exchanges"].clone();
    let bytes: Vec<u64> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["request_bytes"].as_u64().unwrap())
        .collect();
    assert_eq!(bytes, [4096, 0]);
    let newest = app.exchange(&rows[0]["id"]).await;
    assert_eq!(newest["request"]["body"]["truncated"], true);
    assert!(codes(&newest).contains(&"access_login"), "{newest}");
}

#[tokio::test]
async fn connect_is_no_method_of_a_webhook() {
    let app = Instance::start();
    let head = "CONNECT bot.example:443 HTTP/1.1\r\nHost: bot.example:443\r\n";
    let request = format!("{head}Connection: close\r\n\r\n");
    let answer = String::from_utf8(raw(&app, request.as_bytes()).await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
    let newest = app.newest().await;
    let seen = (&newest["status"], &newest["state"], &newest["path"]);
    assert_eq!(
        seen,
        (&json!(405), &json!("answered"), &json!("bot.example:443"))
    );
}

#[tokio::test]
async fn an_answer_of_more_fields_than_a_head_may_have_is_refused_with_its_place() {
    let app = Instance::start();
    app.hold(600).await;
    drop(app.turn("{}"));
    let held = app.in_state("held").await;
    let route = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
    let headers = vec![json!(["X-A", "1"]); 40_000];
    let (status, error) = app
        .post(
            &route,
            json!({"status": 200, "headers": headers, "body": ""}),
        )
        .await;
    assert_eq!(
        (status.as_u16(), &error["pointer"]),
        (422, &json!("/headers"))
    );
}

#[cfg(unix)]
#[tokio::test]
async fn bodies_that_are_half_sent_when_the_app_ends_are_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let mut app = Instance::start_in(dir.path());
    let mut streams = Vec::new();
    for _ in 0..5 {
        let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
        let head =
            b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n";
        stream.write_all(head).await.unwrap();
        // The program reads the body when it asks for it.
        stream.read_u8().await.unwrap();
        stream.write_all(b"half").await.unwrap();
        streams.push(stream);
    }
    assert_eq!(app.terminate(), Some(0));
    let app = Instance::start_in(dir.path());
    let rows = app.get("exchanges?limit=10").await["exchanges"].clone();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 5, "{rows:?}");
    for row in rows {
        assert_eq!(row["status"], 503, "{row}");
        assert_eq!(row["request_bytes"], 4);
        let whole: Value = app.exchange(&row["id"]).await;
        assert!(codes(&whole).contains(&"body_app_ended"), "{whole}");
    }
}
