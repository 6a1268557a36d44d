//! How requests and answers are framed: what the HTTP library tidies is recorded as it came and as
//! it left.

use serde_json::{Value, json};

use crate::support::{Instance, codes, pairs, raw};

/// The newest exchange in full.
async fn newest(app: &Instance) -> Value {
    app.exchange(&app.newest().await["id"]).await
}

fn names(part: &Value) -> Vec<String> {
    let fields = pairs(&part["headers"]);
    fields.into_iter().map(|(name, _)| name).collect()
}

#[tokio::test]
async fn what_a_real_server_would_refuse_is_answered_recorded_whole_and_found() {
    let app = Instance::start();
    for (fields, body, code) in [
        ("", "", "host_missing"),
        ("Host: a\r\nhOst: b\r\n", "", "host_repeated"),
        (
            "Host: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n",
            "2\r\n{}\r\n0\r\n\r\n",
            "length_with_coding",
        ),
        (
            "Host: a\r\nContent-Length: 2\r\nCONTENT-LENGTH: 2\r\n",
            "{}",
            "length_repeated",
        ),
    ] {
        let head = format!("POST / HTTP/1.1\r\nX-ID: 1\r\n{fields}Connection: close\r\n\r\n");
        let answer = raw(&app, format!("{head}{body}").as_bytes()).await;
        assert!(answer.starts_with(b"HTTP/1.1 200 "), "{head:?}");
        let exchange = newest(&app).await;
        let received: Vec<&str> = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split(':').next())
            .collect();
        let received: Vec<&str> = received
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect();
        assert_eq!(names(&exchange["request"]), received, "{head:?}");
        let found: Vec<&str> = codes(&exchange)
            .into_iter()
            .filter(|one| *one == code)
            .collect();
        assert_eq!(found, [code], "{head:?}");
    }
    raw(&app, b"POST / HTTP/1.0\r\n\r\n").await;
    assert!(
        !codes(&newest(&app).await).contains(&"host_missing"),
        "HTTP/1.0 has none"
    );
}

#[tokio::test]
async fn a_host_that_is_none_is_answered_and_found() {
    let app = Instance::start();
    for (target, host, code) in [
        ("/", "bot.example:81", None),
        ("/", "[::1]:81", None),
        ("/", "", Some("host_invalid")),
        ("/", "a b", Some("host_invalid")),
        ("/", "a:1:2", Some("host_invalid")),
        ("/", "a/b", Some("host_invalid")),
        ("/", "\u{e9}", Some("host_invalid")),
        ("http://a/", "a:80", None),
        ("http://a/", "b", Some("host_differs")),
    ] {
        let request =
            format!("POST {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = raw(&app, request.as_bytes()).await;
        assert!(answer.starts_with(b"HTTP/1.1 200 "), "{request:?}");
        let exchange = newest(&app).await;
        let found: Vec<&str> = codes(&exchange)
            .into_iter()
            .filter(|one| one.starts_with("host_"))
            .collect();
        assert_eq!(found, Vec::from_iter(code), "{request:?}");
    }
}

#[tokio::test]
async fn each_request_of_a_connection_keeps_its_own_spelling() {
    let app = Instance::start();
    raw(
        &app,
        b"POST /1 HTTP/1.1\r\nHost: a\r\nX-ONE: 1\r\nContent-Length: 2\r\n\r\n{}\r\n\
          GET /2 HTTP/1.1\nhoST: a\nx-TWO: 2\nConnection: close\n\n",
    )
    .await;
    let list = app.get("exchanges").await["exchanges"].clone();
    assert_eq!(
        list.as_array().unwrap().len(),
        2,
        "the empty line is no request"
    );
    let second = app.exchange(&list[0]["id"]).await;
    assert_eq!(names(&second["request"]), ["hoST", "x-TWO", "Connection"]);
    let first = app.exchange(&list[1]["id"]).await;
    assert_eq!(
        names(&first["request"]),
        ["Host", "X-ONE", "Content-Length"]
    );
}

#[tokio::test]
async fn a_caller_that_speaks_tls_is_told_by_its_name() {
    let app = Instance::start();
    let mut hello = vec![
        0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03,
    ];
    hello.extend([0xab; 600]);
    let answer = raw(&app, &hello).await;
    assert!(answer.starts_with(b"HTTP/1.1 400 "));
    let exchange = app.in_state("answered").await;
    let exchange = app.exchange(&exchange["id"]).await;
    let found = codes(&exchange);
    assert!(
        found.contains(&"tls_hello") && !found.contains(&"http_syntax"),
        "{found:?}"
    );
    assert_eq!(
        (&exchange["method"], &exchange["path"]),
        (&json!(""), &json!("/"))
    );
    assert_eq!(exchange["request"]["body"]["truncated"], false);
}

#[tokio::test]
async fn an_answer_is_recorded_as_it_left() {
    let app = Instance::start();
    for (method, status, left) in [
        ("HEAD", 200, 0),
        ("POST", 204, 0),
        ("POST", 304, 0),
        ("POST", 200, 7),
    ] {
        app.answering(json!({"mode": "rules", "default_answer": {
            "status": status,
            "headers": [["X-A", "1"], ["Content-Length", "5"], ["Transfer-Encoding", "chunked"], ["Connection", "close"]],
            "body": "{\"a\":1}"}}))
            .await;
        let request = format!(
            "{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        );
        let answer = String::from_utf8(raw(&app, request.as_bytes()).await).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(body.len(), left, "{method} {status}: {answer:?}");
        let exchange = newest(&app).await;
        assert_eq!(exchange["response_bytes"], left, "{method} {status}");
        assert_eq!(
            exchange["response"]["body"]["bytes"], left,
            "{method} {status}"
        );
        assert_eq!(names(&exchange["response"]), ["X-A"], "{method} {status}");
        let found = codes(&exchange);
        assert!(found.contains(&"answer_fields_not_sent"), "{found:?}");
        assert_eq!(
            found.contains(&"answer_body_not_sent"),
            left == 0,
            "{found:?}"
        );
        assert!(!answer.contains("Content-Length: 5"), "{answer}");
    }
}
