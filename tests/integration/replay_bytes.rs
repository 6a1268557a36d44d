//! What a replay to an address puts on the wire, byte for byte, and what its record says of it.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::support::{Instance, codes, raw};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/// A server for one request with a body of so many bytes, which it gives back as it came.
async fn target(answer: &'static str, body_bytes: usize) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let request = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = Vec::new();
        let is_whole = |read: &[u8]| {
            let text = String::from_utf8_lossy(read);
            let end = text.find("\r\n\r\n");
            end.is_some_and(|end| read.len() == end + 4 + body_bytes)
        };
        while !is_whole(&read) {
            assert_ne!(stream.read_buf(&mut read).await.unwrap(), 0, "{read:?}");
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        // What was sent beyond its length would show here.
        stream.read_to_end(&mut read).await.unwrap();
        String::from_utf8(read).unwrap()
    });
    (address, request)
}

/// Sends bytes as a bot, and gives the exchange that they became.
async fn recorded(app: &Instance, request: &str) -> Value {
    let answer = raw(app, request.as_bytes()).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{answer:?}");
    app.newest().await
}

async fn replay(app: &Instance, original: &Value, document: Value) -> Value {
    let route = format!("exchanges/{}/replay", original["id"].as_str().unwrap());
    let (status, value) = app.post(&route, document).await;
    assert_eq!(status, 201, "{value}");
    app.exchange(&value["id"]).await
}

fn fields(replayed: &Value) -> String {
    let pairs = replayed["request"]["headers"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    pairs
        .map(|pair| format!("{}: {}\r\n", text(&pair[0]), text(&pair[1])))
        .collect()
}

#[tokio::test]
async fn a_recorded_target_goes_out_as_it_came_and_so_does_an_edited_one() {
    let app = Instance::start();
    for path in [
        "/?text=it's",
        "/a/../b",
        "/%2e%2e/b",
        "/{id}",
        "/a\\b",
        "/\\evil",
        "/..;/../x",
        "//x?a=%zz&b={c}",
        "/a>b\"#c?d#e",
        "/привет?как=дела",
        "http://bot.example/b?c",
        "*",
    ] {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: bot.example\r\nConnection: close\r\n\r\n");
        let original = recorded(&app, &request).await;
        for edit in [json!({}), json!({"path": path})] {
            let (address, received) = target(OK, 0).await;
            let document = json!({"target": format!("http://{address}"), "edit": edit});
            let again = replay(&app, &original, document).await;
            assert_eq!(again["status"], 200, "{path}: {again}");
            let expected = format!("GET {path} HTTP/1.1\r\n{}\r\n", fields(&again));
            assert_eq!(received.await.unwrap(), expected);
            let (path, query) = path
                .split_once('?')
                .map_or((path, Value::Null), |(path, query)| (path, json!(query)));
            assert_eq!(again["path"], path);
            assert_eq!(again["request"]["query"], query);
        }
    }
}

#[tokio::test]
async fn names_keep_their_spelling_and_order_and_nothing_is_added_unrecorded() {
    let app = Instance::start();
    let request = "POST / HTTP/1.1\r\nX-Chat-ID: 1\r\nConnection: close, X-Hop\r\nhost: bot.example\r\n\
                   X-Hop: 2\r\nContent-LENGTH: 2\r\nUSER-agent: b\r\nTE: trailers\r\nX-Empty:\r\n\r\n{}";
    let original = recorded(&app, request).await;
    let (address, received) = target(OK, 2).await;
    let document = json!({"target": format!("http://{address}/own")});
    let again = replay(&app, &original, document).await;
    let expected = format!(
        "X-Chat-ID: 1\r\nhost: {address}\r\nContent-LENGTH: 2\r\nUSER-agent: b\r\nX-Empty: \r\n"
    );
    assert_eq!(fields(&again), expected, "the record");
    let received = received.await.unwrap();
    assert_eq!(
        received,
        format!("POST /own HTTP/1.1\r\n{expected}\r\n{{}}")
    );
}

#[tokio::test]
async fn an_edited_length_follows_the_body_and_the_record_says_so() {
    let app = Instance::start();
    let request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    let original = recorded(&app, request).await;
    for given in ["2", "0", "900", "abc"] {
        let (address, received) = target(OK, 7).await;
        let headers = json!([["Content-Length", given], ["content-length", "1"]]);
        let edit = json!({"headers": headers, "body": "{\"a\":1}"});
        let document = json!({"target": format!("http://{address}/"), "edit": edit});
        let again = replay(&app, &original, document).await;
        let expected = format!("Host: {address}\r\nContent-Length: 7\r\n");
        assert_eq!(fields(&again), expected, "the record");
        let received = received.await.unwrap();
        let expected = format!("POST / HTTP/1.1\r\n{expected}\r\n{{\"a\":1}}");
        assert_eq!(received, expected, "{given}");
    }
}

#[tokio::test]
async fn a_form_in_another_charset_is_found_by_its_word_and_edited_in_it() {
    let app = Instance::start();
    let request = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 21\r\n\
                   Content-Type: application/x-www-form-urlencoded; charset=windows-1251\r\n\r\n\
                   a=%CF%F0%E8%E2%E5%F2x";
    let original = recorded(&app, request).await;
    let filter = "exchanges?filter=%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82"; // привет
    let found = app.get(filter).await["exchanges"].clone();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    // Letters of its charset, and then one that it does not have.
    for (text, bytes, charset) in [
        ("a=Я", &b"a=\xdf"[..], "windows-1251"),
        ("a=你", "a=你".as_bytes(), "utf-8"),
    ] {
        let document = json!({"target": "self", "edit": {"body": text}});
        let again = replay(&app, &original, document).await;
        let id = again["id"].as_str().unwrap();
        let sent = app.body(&format!("exchanges/{id}/request/body")).await;
        assert_eq!(sent, bytes);
        let expected = format!("application/x-www-form-urlencoded; charset={charset}");
        assert!(fields(&again).contains(&expected), "{again}");
        assert!(fields(&again).contains(&format!("Content-Length: {}", bytes.len())));
    }
}

#[tokio::test]
async fn an_answer_is_recorded_as_it_came_and_what_is_none_is_not() {
    let app = Instance::start();
    let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let original = recorded(&app, request).await;
    let answer = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n\
                  HTTP/1.1 200 OK\r\nX-Chat-ID: 1\r\nCONTENT-length: 2\r\nx-chat-id: 2\r\n\r\n{}";
    let (address, _received) = target(answer, 0).await;
    let document = json!({"target": format!("http://{address}/")});
    let again = replay(&app, &original, document).await;
    let expected = json!([
        ["X-Chat-ID", "1"],
        ["x-chat-id", "2"],
        ["CONTENT-length", "2"]
    ]);
    assert_eq!(again["response"]["headers"], expected);

    for answer in [
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 999 No\r\nContent-Length: 2\r\n\r\n{}",
    ] {
        let (address, _received) = target(answer, 0).await;
        let document = json!({"target": format!("http://{address}/")});
        let again = replay(&app, &original, document).await;
        let seen = (&again["state"], &again["failure_code"], &again["status"]);
        let expected = (&json!("failed"), &json!("bad_answer"), &Value::Null);
        assert_eq!(seen, expected, "{answer}");
    }
}

#[tokio::test]
async fn what_had_arrived_of_an_answer_that_breaks_off_stays() {
    let app = Instance::start();
    let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let original = recorded(&app, request).await;
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                  Transfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n";
    let (address, _received) = target(answer, 0).await;
    let document = json!({"target": format!("http://{address}/")});
    let again = replay(&app, &original, document).await;
    let seen = (&again["state"], &again["failure_code"], &again["status"]);
    let expected = (&json!("failed"), &json!("answer_cut"), &json!(200));
    assert_eq!(seen, expected, "{again}");
    assert_eq!(again["response_bytes"], 18);
    assert_eq!(again["response"]["body"]["truncated"], true);
    let id = again["id"].as_str().unwrap();
    let body = app.body(&format!("exchanges/{id}/response/body")).await;
    assert_eq!(body, b"data: 1\n\ndata: 2\n\n");
}

#[tokio::test]
async fn a_target_that_is_no_text_goes_out_again_byte_for_byte() {
    let app = Instance::start();
    let request = b"GET /\xe9\xff?\xe8 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answer = raw(&app, request).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{answer:?}");
    let original = app.newest().await;
    assert_eq!(original["path"], "/\u{e9}\u{ff}");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let received = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = Vec::new();
        while !read.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut read).await.unwrap(), 0);
        }
        stream.write_all(OK.as_bytes()).await.unwrap();
        read
    });
    let again = replay(&app, &original, json!({"target": url})).await;
    assert!(
        received
            .await
            .unwrap()
            .starts_with(b"GET /\xe9\xff?\xe8 HTTP/1.1\r\n")
    );
    // The replay of a replay, too.
    assert_eq!(again["path"], original["path"]);
    let third = replay(&app, &again, json!({"target": "self"})).await;
    assert_eq!(third["path"], original["path"]);
}

#[tokio::test]
async fn what_a_replay_does_not_send_as_it_was_given_is_found() {
    let app = Instance::start();
    let request = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\
                   Expect: 100-continue\r\n\r\n2\r\n{}\r\n0\r\nX-Sum: 1\r\n\r\n";
    let original = {
        raw(&app, request.as_bytes()).await;
        app.newest().await
    };
    let headers = json!([["Content-Length", "5"], ["X-A", "1"]]);
    let named = json!([
        ["Connection", "X-B"],
        ["X-B", "1"],
        ["Proxy-Authorization", "Basic x"]
    ]);
    let json_in_1251 = json!([["Content-Type", "application/json; charset=windows-1251"]]);
    for (edit, names) in [
        (json!({}), Some("Transfer-Encoding, Expect, X-Sum")),
        (
            json!({"headers": named}),
            Some("Connection, X-B, Proxy-Authorization"),
        ),
        (
            json!({"headers": json_in_1251, "body": "{\"a\":\"я\"}"}),
            Some("Content-Type"),
        ),
        (json!({"headers": headers}), Some("Content-Length")),
        (json!({"headers": [["Content-Length", "2"]]}), None),
    ] {
        let document = json!({"target": "self", "edit": edit});
        let again = replay(&app, &original, document).await;
        let findings = again["findings"].as_array().unwrap();
        let found = findings
            .iter()
            .find(|one| one["code"] == "replay_fields_not_sent");
        let message = found.map(|one| one["message"].as_str().unwrap().to_owned());
        match names {
            Some(names) => {
                let message = message.unwrap();
                assert!(message.contains(&format!(": {names}. ")), "{message}");
            }
            None => assert_eq!(message, None),
        }
    }
}

#[tokio::test]
async fn nothing_is_said_of_the_length_and_the_connection_of_an_edited_body() {
    let app = Instance::start();
    let request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    let original = recorded(&app, request).await;
    let exchange = app.exchange(&original["id"]).await;
    let headers = &exchange["request"]["headers"];
    for edit in [
        json!({"body": "{\"a\":1}"}),
        json!({"body": "{\"a\":1}", "headers": headers}),
    ] {
        let document = json!({"target": "self", "edit": edit});
        let again = replay(&app, &original, document).await;
        assert!(
            !codes(&again).contains(&"replay_fields_not_sent"),
            "{again}"
        );
    }
}

#[tokio::test]
async fn a_path_that_cannot_be_sent_is_named_by_its_own_pointer() {
    let app = Instance::start();
    let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let original = recorded(&app, request).await;
    let route = format!("exchanges/{}/replay", original["id"].as_str().unwrap());
    for target in ["self", "http://127.0.0.1:9/"] {
        let document = json!({"target": target, "edit": {"path": "no-slash"}});
        let (status, error) = app.post(&route, document).await;
        let seen = (status.as_u16(), &error["pointer"]);
        assert_eq!(seen, (422, &json!("/edit/path")), "{target}");
    }
}

#[tokio::test]
async fn a_request_that_was_refused_at_its_head_and_had_no_body_is_replayed_whole() {
    let app = Instance::start();
    raw(&app, b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let original = app.newest().await;
    let again = replay(&app, &original, json!({"target": "self"})).await;
    let findings = again["findings"].as_array().unwrap();
    assert!(findings.iter().all(|one| one["code"] != "replayed_in_part"));
}
