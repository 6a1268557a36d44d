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
            "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n",
            "2\r\n{}\r\n0\r\n\r\n",
            "transfer_coded",
        ),
        (
            "Host: a\r\nTransfer-Encoding: chunked, chunked\r\n",
            "2\r\n{}\r\n0\r\n\r\n",
            "chunked_repeated",
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
    raw(&app, b"POST / HTTP/1.0\r\n\r\n{\"a\":1}").await;
    let exchange = newest(&app).await;
    let found = codes(&exchange);
    assert!(!found.contains(&"host_missing"), "HTTP/1.0 has none");
    assert!(found.contains(&"length_missing"), "{found:?}");
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

/// The fields of an answer on the wire, and its body.
fn on_the_wire(answer: &[u8]) -> (Vec<(String, String)>, String) {
    let answer = String::from_utf8(answer.to_vec()).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let fields = head.split("\r\n").skip(1).map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_owned(), value.to_owned())
    });
    (fields.collect(), body.to_owned())
}

#[tokio::test]
async fn an_answer_is_recorded_as_it_left() {
    let app = Instance::start();
    for (request, status, left) in [
        ("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close", 200, 0),
        ("POST / HTTP/1.1\r\nHost: a\r\nConnection: close", 204, 0),
        ("POST / HTTP/1.1\r\nHost: a\r\nConnection: close", 205, 0),
        ("POST / HTTP/1.1\r\nHost: a\r\nConnection: close", 304, 0),
        ("POST / HTTP/1.1\r\nHost: a\r\nConnection: close", 200, 7),
        ("POST / HTTP/1.0", 200, 7),
    ] {
        let headers = json!([
            ["x-Chat-ID", "1"],
            ["Content-Length", "5"],
            ["Set-Cookie", "a"],
            ["Transfer-Encoding", "chunked"],
            ["X-B", "2"],
            ["set-cookie", "b"],
            ["Connection", "keep-alive"]
        ]);
        let answer = json!({"status": status, "headers": headers, "body": "{\"a\":1}"});
        app.answering(json!({"mode": "rules", "default_answer": answer}))
            .await;
        let answer = raw(&app, format!("{request}\r\n\r\n").as_bytes()).await;
        let (fields, body) = on_the_wire(&answer);
        assert_eq!(body.len(), left, "{request} {status}: {answer:?}");
        let exchange = newest(&app).await;
        assert_eq!(exchange["response_bytes"], left, "{request} {status}");
        assert_eq!(
            exchange["response"]["body"]["bytes"], left,
            "{request} {status}"
        );
        assert_eq!(
            pairs(&exchange["response"]["headers"]),
            fields,
            "{request} {status}"
        );
        let asked = ["x-Chat-ID", "Set-Cookie", "X-B", "set-cookie", "Connection"];
        assert_eq!(
            names(&exchange["response"])[..5],
            asked,
            "as asked, then its own"
        );
        assert!(fields.iter().any(|(name, _)| name == "Date"), "{fields:?}");
        let found = codes(&exchange);
        assert!(found.contains(&"answer_fields_not_sent"), "{found:?}");
        assert_eq!(
            found.contains(&"answer_body_not_sent"),
            left == 0,
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn over_http2_an_answer_is_recorded_as_it_left() {
    let app = Instance::start();
    let headers = json!([
        ["X-Chat-ID", "1"],
        ["Set-Cookie", "a"],
        ["X-B", "2"],
        ["set-cookie", "b"]
    ]);
    let answer = json!({"status": 200, "headers": headers, "body": "{}"});
    app.answering(json!({"mode": "rules", "default_answer": answer}))
        .await;
    let http = reqwest::Client::builder()
        .no_proxy()
        .http2_prior_knowledge();
    let http = http.build().unwrap();
    for method in [reqwest::Method::POST, reqwest::Method::HEAD] {
        let answer = http.request(method, app.webhook("/")).send().await.unwrap();
        let fields: Vec<(String, String)> = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let exchange = newest(&app).await;
        assert_eq!(pairs(&exchange["response"]["headers"]), fields);
        let expected = [
            "x-chat-id",
            "set-cookie",
            "set-cookie",
            "x-b",
            "content-length",
            "date",
        ];
        assert_eq!(names(&exchange["response"]), expected);
    }
}

#[tokio::test]
async fn the_last_answer_to_an_event_goes_out_again_without_the_fields_of_its_connection() {
    let app = Instance::start();
    let request = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 14\r\n\r\n{\"action\":\"e\"}";
    raw(&app, request.as_bytes()).await;
    let first = newest(&app).await;
    let (status, last) = app
        .call(
            reqwest::Method::GET,
            &format!("exchanges/{}/last-answer", first["id"].as_str().unwrap()),
            None,
        )
        .await;
    assert_eq!(status, 200, "{last}");
    let names: Vec<String> = pairs(&last["headers"])
        .into_iter()
        .map(|pair| pair.0)
        .collect();
    assert_eq!(names, ["Content-Type"]);
}

#[tokio::test]
async fn a_request_that_cannot_be_understood_gets_words_and_is_recorded_with_its_answer() {
    let app = Instance::start();
    for (request, status, code, path) in [
        (
            &b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"[..],
            400,
            "http_syntax",
            "/a",
        ),
        (b"GET /\x01 HTTP/1.1\r\n\r\n", 400, "http_syntax", "/\u{1}"),
        (
            b"POST /\xe9 HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
            413,
            "body_too_large",
            "/\u{e9}",
        ),
    ] {
        let answer = raw(&app, request).await;
        let (fields, body) = on_the_wire(&answer);
        let begin = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(begin.as_bytes()), "{answer:?}");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["code"], code);
        assert!(body["message"].as_str().unwrap().len() > 20, "{body}");
        // The record is there before the answer.
        let exchange = newest(&app).await;
        assert_eq!(exchange["status"], status);
        assert_eq!(exchange["path"], path);
        assert_eq!(pairs(&exchange["response"]["headers"]), fields);
        assert!(codes(&exchange).contains(&code));
    }
}

#[tokio::test]
async fn a_target_is_answered_and_recorded_as_it_was_sent() {
    let app = Instance::start();
    let secret = app.get("bots").await["bots"][0]["secret"].clone();
    let secret = secret.as_str().unwrap();
    for (target, path, query) in [
        ("/a>b\"<c", "/a>b\"<c".to_owned(), None),
        ("/{id}|^`\\?a>{b}", "/{id}|^`\\".to_owned(), Some("a>{b}")),
        ("/a#b?c#d", "/a#b".to_owned(), Some("c#d")),
        ("/привет?как=дела", "/привет".to_owned(), Some("как=дела")),
        (
            "http://a.example/b?c",
            "http://a.example/b".to_owned(),
            Some("c"),
        ),
        (
            "http://a.example?c",
            "http://a.example".to_owned(),
            Some("c"),
        ),
        ("*", "*".to_owned(), None),
        (&format!("/{secret}/x>"), "/x>".to_owned(), None),
        (
            &format!("http://a/{secret}/x#"),
            "http://a/x#".to_owned(),
            None,
        ),
    ] {
        let request = format!("POST {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let answer = raw(&app, request.as_bytes()).await;
        assert!(answer.starts_with(b"HTTP/1.1 200 "), "{target}: {answer:?}");
        let exchange = newest(&app).await;
        assert_eq!(exchange["path"], path.as_str(), "{target}");
        assert_eq!(exchange["request"]["query"], json!(query), "{target}");
    }
}

#[tokio::test]
async fn behind_a_body_in_chunks_names_keep_their_spelling_and_so_do_trailers() {
    let app = Instance::start();
    raw(
        &app,
        b"POST /1 HTTP/1.1\r\nHost: a\r\nTRANSFER-encoding: chunked\r\n\r\n\
          2\r\n{}\r\n0\r\nX-SUM: 1\r\nx-Sign: 2\r\n\r\n\
          GET /2 HTTP/1.1\r\nhoST: a\r\nx-TWO: 2\r\nConnection: close\r\n\r\n",
    )
    .await;
    let list = app.get("exchanges").await["exchanges"].clone();
    let second = app.exchange(&list[0]["id"]).await;
    assert_eq!(names(&second["request"]), ["hoST", "x-TWO", "Connection"]);
    let first = app.exchange(&list[1]["id"]).await;
    assert_eq!(names(&first["request"]), ["Host", "TRANSFER-encoding"]);
    assert_eq!(
        first["request"]["trailers"],
        json!([["X-SUM", "1"], ["x-Sign", "2"]])
    );
}

#[tokio::test]
async fn a_status_that_nobody_has_a_reason_for_goes_out_without_one() {
    let app = Instance::start();
    for status in [299, 420, 599] {
        let answer = json!({"status": status, "headers": [], "body": "{}"});
        app.answering(json!({"mode": "rules", "default_answer": answer}))
            .await;
        let request = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let answer = String::from_utf8(raw(&app, request).await).unwrap();
        let line = format!("HTTP/1.1 {status} \r\n");
        assert!(answer.starts_with(&line), "{answer}");
    }
}
