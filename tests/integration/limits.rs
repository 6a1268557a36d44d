//! Every limit answers, says why, and keeps what was read.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Instance, TIMEOUT, codes, raw};

/// A request whose body never comes to its end.
const HALF: &[u8] = b"POST /half HTTP/1.1\r\nHost: bot\r\nContent-Length: 100\r\n\r\n{\"a\":";

#[tokio::test]
async fn a_body_over_the_limit_gets_413_and_is_kept_up_to_the_limit() {
    let app = Instance::start();
    app.call(
        Method::PATCH,
        "settings",
        Some(json!({"body_limit_bytes": 2048})),
    )
    .await;
    let response = app.turn(vec![b'x'; 3_000_000]).await.unwrap();
    assert_eq!(response.status(), 413);
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["status"], 413);
    assert_eq!(exchange["request"]["body"]["truncated"], true);
    assert_eq!(exchange["request"]["body"]["bytes"], 2048);
    assert!(codes(&exchange).contains(&"body_too_large"));
}

#[tokio::test]
async fn a_body_at_the_limit_passes() {
    let app = Instance::start();
    app.call(
        Method::PATCH,
        "settings",
        Some(json!({"body_limit_bytes": 2048})),
    )
    .await;
    assert_eq!(app.turn(vec![b'x'; 2048]).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_head_over_the_limit_gets_431_and_is_recorded() {
    let app = Instance::start();
    let mut head = b"POST /big HTTP/1.1\r\nHost: bot\r\n".to_vec();
    head.extend(format!("X-Big: {}\r\n\r\n", "y".repeat(70_000)).into_bytes());
    let answer = raw(&app, &head).await;
    assert!(
        answer.starts_with(b"HTTP/1.1 431 "),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    let summary = app.in_state("answered").await;
    assert_eq!(
        (&summary["status"], &summary["path"]),
        (&json!(431), &json!("/big"))
    );
    let exchange = app.exchange(&summary["id"]).await;
    assert!(codes(&exchange).contains(&"headers_too_large"));
}

#[tokio::test]
async fn a_head_that_never_ends_gets_408_with_what_came() {
    let app = Instance::start();
    app.call(
        Method::PATCH,
        "settings",
        Some(json!({"header_timeout_s": 1})),
    )
    .await;
    // Where nothing of it was sent within the second, nothing is answered: that was no head yet.
    let answer = tokio::time::timeout(TIMEOUT, async {
        loop {
            let answer = raw(&app, b"POST /slow HTTP/1.1\r\nHost: bot\r\nX-Ha").await;
            if !answer.is_empty() {
                break answer;
            }
        }
    })
    .await
    .expect("a head that began is answered");
    assert!(
        answer.starts_with(b"HTTP/1.1 408 "),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    let summary = app.in_state("answered").await;
    assert_eq!(
        (&summary["status"], &summary["path"]),
        (&json!(408), &json!("/slow"))
    );
    assert!(codes(&app.exchange(&summary["id"]).await).contains(&"header_timeout"));
}

#[tokio::test]
async fn a_body_that_never_ends_gets_408_with_what_came() {
    let app = Instance::start();
    app.call(
        Method::PATCH,
        "settings",
        Some(json!({"body_timeout_s": 1})),
    )
    .await;
    let answer = raw(
        &app,
        b"POST /slow HTTP/1.1\r\nHost: bot\r\nContent-Length: 100\r\n\r\n{\"a\":",
    )
    .await;
    assert!(
        answer.starts_with(b"HTTP/1.1 408 "),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["request"]["body"]["bytes"], 5);
    assert_eq!(exchange["request"]["body"]["truncated"], true);
}

#[tokio::test]
async fn a_caller_that_leaves_in_the_middle_of_a_body_is_recorded_as_abandoned() {
    let app = Instance::start();
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    let head = b"POST /half HTTP/1.1\r\nHost: bot\r\nContent-Length: 100\r\n\
        Expect: 100-continue\r\n\r\n";
    stream.write_all(head).await.unwrap();
    // Its head is read, and its body is waited for.
    stream.read_u8().await.unwrap();
    stream.set_zero_linger().unwrap();
    drop(stream);
    let summary = app.in_state("abandoned").await;
    assert_eq!(summary["path"], "/half");
}

#[tokio::test]
async fn callers_that_end_in_the_middle_of_a_body_get_400_and_give_their_connections_back() {
    const LIMIT: usize = 2;
    let app = Instance::start();
    allow(&app, LIMIT).await;
    for _ in 0..=LIMIT {
        let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
        stream.write_all(HALF).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        tokio::time::timeout(TIMEOUT, stream.read_to_end(&mut answer))
            .await
            .expect("the connection ends with its body")
            .unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 400 "), "{answer:?}");
    }
    assert_eq!(app.turn("{}").await.unwrap().status(), 200);
    let broken = app.get("exchanges").await;
    let broken = broken["exchanges"].as_array().unwrap();
    let is_told = |one: &&Value| one["path"] == "/half" && one["status"] == 400;
    assert_eq!(broken.iter().filter(is_told).count(), LIMIT + 1);
}

#[tokio::test]
async fn a_smaller_limit_of_connections_holds_for_the_next_caller() {
    let app = Instance::start();
    allow(&app, 2).await;
    let mut first = TcpStream::connect(app.webhook_host()).await.unwrap();
    get(&mut first, "/first").await;
    // The server waits for a second one, which must not come in any more.
    allow(&app, 1).await;
    let second = app.http.get(app.webhook("/second")).send();
    let second = tokio::spawn(second);
    for _ in 0..20 {
        get(&mut first, "/first").await;
    }
    let paths = app.get("exchanges?filter=path:/second").await;
    assert_eq!(
        paths["exchanges"],
        json!([]),
        "it waits for the first to end"
    );
    drop(first);
    assert_eq!(second.await.unwrap().unwrap().status(), 200);
}

/// Sets the limit of connections.
async fn allow(app: &Instance, connections: usize) {
    let (status, value) = app
        .call(
            Method::PATCH,
            "settings",
            Some(json!({"connection_limit": connections})),
        )
        .await;
    assert_eq!(status, 200, "{value}");
}

/// A request on a connection that goes on, and its answer.
async fn get(stream: &mut TcpStream, path: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: bot\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n{}") {
        assert!(stream.read_buf(&mut answer).await.unwrap() > 0);
    }
}

#[tokio::test]
async fn a_length_that_no_body_has_gets_413_and_is_recorded() {
    let app = Instance::start();
    for length in [
        "9223372036854775808",
        "18446744073709551613",
        "18446744073709551614",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999999999999999",
        "000000000000000000009223372036854775807",
    ] {
        for body in ["", "{}"] {
            let request = format!(
                "POST /{length} HTTP/1.1\r\nHost: bot\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            let answer = raw(&app, request.as_bytes()).await;
            let answer = String::from_utf8_lossy(&answer);
            assert!(answer.starts_with("HTTP/1.1 413 "), "{length}: {answer}");
            let exchange = app.exchange(&app.newest().await["id"]).await;
            assert_eq!(exchange["status"], 413);
            assert_eq!(exchange["path"], format!("/{length}"));
            let sent = json!(["Content-Length", length]);
            let headers = exchange["request"]["headers"].as_array().unwrap();
            assert!(headers.contains(&sent), "{exchange}");
            assert_eq!(codes(&exchange), ["body_too_large"], "{length}: {exchange}");
        }
    }
    assert_eq!(app.turn("{}").await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_length_below_all_bounds_of_numbers_behind_a_request_gets_413() {
    let app = Instance::start();
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    get(&mut stream, "/first").await;
    let long = b"POST /long HTTP/1.1\r\nHost: bot\r\ncontent-length: 18446744073709551615\r\n\r\n";
    for byte in long.chunks(7) {
        stream.write_all(byte).await.unwrap();
        stream.flush().await.unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn an_impossible_length_behind_an_open_request_leaves_that_request_its_answer() {
    let refusal = "HTTP/1.1 413 ";
    for length in ["18446744073709551615", "18446744073709551616"] {
        let app = Instance::start();
        let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
        let first = b"POST /first HTTP/1.1\r\nHost: bot\r\nContent-Length: 2\r\n\
            Expect: 100-continue\r\n\r\n";
        stream.write_all(first).await.unwrap();
        let mut asked = Vec::new();
        // Now the head has been read, and the body is.
        while !asked.ends_with(b"\r\n\r\n") {
            assert!(stream.read_buf(&mut asked).await.unwrap() > 0);
        }
        let behind = format!("{{}}POST /long HTTP/1.1\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(behind.as_bytes()).await.unwrap();
        let mut answers = String::new();
        stream.read_to_string(&mut answers).await.unwrap();
        assert!(answers.starts_with("HTTP/1.1 200 "), "{length}: {answers}");
        assert!(
            answers.contains(&format!("{{}}{refusal}")),
            "{length}: {answers}"
        );
        let is_long = |event: &serde_json::Value| {
            event["exchange"]["path"] == "/long" && event["exchange"]["state"] == "answered"
        };
        let event = app.event(is_long).await;
        let refused = app.exchange(&event["exchange"]["id"]).await;
        assert_eq!(codes(&refused), ["body_too_large"], "{refused}");
    }
}

#[tokio::test]
async fn what_is_not_http_gets_400_and_is_recorded() {
    let app = Instance::start();
    let answer = raw(
        &app,
        b"\x17\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n",
    )
    .await;
    assert!(
        answer.starts_with(b"HTTP/1.1 400 "),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    let summary = app.in_state("answered").await;
    assert_eq!(summary["status"], 400);
    assert!(codes(&app.exchange(&summary["id"]).await).contains(&"http_syntax"));
}

#[tokio::test]
async fn three_hundred_header_fields_are_no_problem() {
    let app = Instance::start();
    let mut head = b"GET / HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n".to_vec();
    for number in 0..300 {
        head.extend(format!("X-Field-{number}: {number}\r\n").into_bytes());
    }
    head.extend(b"\r\n");
    assert!(raw(&app, &head).await.starts_with(b"HTTP/1.1 200 "));
    let exchange = app.exchange(&app.newest().await["id"]).await;
    let headers = exchange["request"]["headers"].as_array().unwrap();
    // The HTTP library keeps the spelling of the first 128 alone; the wire has all.
    let expected = (0..300).map(|number| json!([format!("X-Field-{number}"), number.to_string()]));
    let expected: Vec<Value> = [json!(["Host", "bot"]), json!(["Connection", "close"])]
        .into_iter()
        .chain(expected)
        .collect();
    assert_eq!(*headers, expected);
}

#[tokio::test]
async fn a_slow_reader_of_a_large_answer_gets_all_of_it() {
    let app = Instance::start();
    let body = format!("{{\"a\":\"{}\"}}", "я".repeat(2_000_000));
    app.answering(json!({"default_answer": {"status": 200, "body": body}}))
        .await;
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.ends_with(&body.as_bytes()[body.len() - 100..]));
    assert_eq!(app.newest().await["state"], "answered");
}
