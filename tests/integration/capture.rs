//! What a bot sends is kept as it came, and it gets its answer.

use std::io::Write;

use serde_json::json;

use crate::support::{Instance, codes, pairs, raw, variable};

const TURN: &str = include_str!("../fixtures/samples/graph-event.json");

#[tokio::test]
async fn a_graph_turn_is_answered_and_its_variables_are_shown_digit_for_digit() {
    let app = Instance::start();
    let response = app.turn(TURN).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.text().await.unwrap(), "{}");

    let summary = app.newest().await;
    assert_eq!(summary["platform"], "graph");
    assert_eq!(summary["event"], "checkOrder");
    assert_eq!(summary["user"], "a41e7c90-1233");
    assert_eq!(summary["state"], "answered");
    assert_eq!(summary["answered_by"], "default");
    let exchange = app.exchange(&summary["id"]).await;
    assert_eq!(variable(&exchange, "bigId")["in"], "9007199254740993");
    assert_eq!(variable(&exchange, "bigId")["after"], "9007199254740993");
    assert_eq!(variable(&exchange, "bigId")["change"], "untouched");
    assert_eq!(variable(&exchange, "action")["role"], "event");
    assert_eq!(variable(&exchange, "userId")["role"], "system");
    assert_eq!(exchange["outcome"]["merged"], true);
    let id = summary["id"].as_str().unwrap();
    assert_eq!(
        app.body(&format!("exchanges/{id}/request/body")).await,
        TURN.as_bytes()
    );
}

#[tokio::test]
async fn the_default_answer_goes_out_byte_for_byte_and_merges() {
    let app = Instance::start();
    let body = "{\"variable1\": 51,\r\n \"новая\" : \"значение\"}";
    app.answering(json!({"mode": "rules", "default_answer": {
        "status": 200, "headers": [["Content-Type", "application/json"], ["X-Two", "a"], ["X-Two", "b"]], "body": body}}))
        .await;
    let response = app
        .turn(r#"{"action":"event1","userId":"1","variable1":50}"#)
        .await
        .unwrap();
    let twice: Vec<_> = response
        .headers()
        .get_all("x-two")
        .iter()
        .map(|one| one.to_str().unwrap().to_owned())
        .collect();
    assert_eq!(twice, ["a", "b"]);
    assert_eq!(response.text().await.unwrap(), body);
    let exchange = app.exchange(&app.newest().await["id"]).await;
    let row = variable(&exchange, "variable1");
    assert_eq!(
        (&row["in"], &row["out"], &row["after"]),
        (&json!("50"), &json!("51"), &json!("51"))
    );
    assert_eq!(row["change"], "changed");
    assert_eq!(variable(&exchange, "новая")["change"], "new");
}

#[tokio::test]
async fn repeated_headers_stay_separate_in_order_and_as_they_were_spelled() {
    let app = Instance::start();
    let answer = raw(
        &app,
        b"PATCH /a%20b//c?x=1&y=%D0%B0 HTTP/1.1\r\nHost: bot\r\nX-Chat-ID: 1\r\nCookie: a=1\r\nx-chat-id: 2\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
    )
    .await;
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["method"], "PATCH");
    assert_eq!(exchange["path"], "/a%20b//c");
    assert_eq!(exchange["request"]["query"], "x=1&y=%D0%B0");
    let headers = pairs(&exchange["request"]["headers"]);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        headers[..4],
        [
            pair("Host", "bot"),
            pair("X-Chat-ID", "1"),
            pair("x-chat-id", "2"),
            pair("Cookie", "a=1")
        ]
    );
}

#[tokio::test]
async fn a_chunked_body_with_trailers_and_a_second_request_on_the_connection_arrive_whole() {
    let app = Instance::start();
    let answer = raw(
        &app,
        b"POST /one HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\nX-Sum: 7\r\n\r\n\
          POST /two HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    assert_eq!(
        answer
            .windows(15)
            .filter(|part| part == b"HTTP/1.1 200 OK")
            .count(),
        2
    );
    let list = app.get("exchanges").await["exchanges"].clone();
    assert_eq!(
        (&list[0]["path"], &list[1]["path"]),
        (&json!("/two"), &json!("/one"))
    );
    let exchange = app.exchange(&list[1]["id"]).await;
    assert_eq!(pairs(&exchange["request"]["trailers"])[0].1, "7");
    assert_eq!(variable(&exchange, "a")["in"], "1");
}

#[tokio::test]
async fn a_caller_that_asks_first_is_told_to_continue() {
    let app = Instance::start();
    let answer = raw(
        &app,
        b"POST / HTTP/1.1\r\nHost: bot\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
    )
    .await;
    assert!(answer.starts_with(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn http2_without_tls_is_spoken_too() {
    let app = Instance::start();
    let http2 = reqwest::Client::builder()
        .no_proxy()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let response = http2
        .post(app.webhook("/h2"))
        .body(r#"{"action":"e","userId":"1"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["request"]["http_version"], "2");
    assert_eq!(exchange["event"], "e");
}

#[tokio::test]
async fn an_encoded_body_is_kept_as_sent_and_read_decoded() {
    let app = Instance::start();
    let text = r#"{"action":"сжатое","userId":"1"}"#;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let packed = gzip.finish().unwrap();
    let sent = app
        .http
        .post(app.webhook("/"))
        .header("Content-Encoding", "gzip")
        .body(packed.clone());
    assert_eq!(sent.send().await.unwrap().status(), 200);
    let summary = app.newest().await;
    assert_eq!(summary["event"], "сжатое");
    let id = summary["id"].as_str().unwrap();
    assert_eq!(
        app.body(&format!("exchanges/{id}/request/body")).await,
        packed
    );
    assert_eq!(
        app.body(&format!("exchanges/{id}/request/body?decoded=1"))
            .await,
        text.as_bytes()
    );
    assert_eq!(
        app.exchange(&summary["id"]).await["request"]["body"]["encoding"],
        "gzip"
    );
}

#[tokio::test]
async fn another_charset_is_read_as_what_it_is() {
    let app = Instance::start();
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(r#"{"action":"Привет","userId":"1"}"#);
    let kind = "application/json; charset=windows-1251";
    let sent = app
        .http
        .post(app.webhook("/"))
        .header("Content-Type", kind)
        .body(bytes.to_vec());
    sent.send().await.unwrap();
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["event"], "Привет");
    assert_eq!(exchange["request"]["body"]["charset"], "windows-1251");
}

#[tokio::test]
async fn any_method_and_an_empty_body_are_captured() {
    let app = Instance::start();
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "PROPFIND"] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let response = app
            .http
            .request(method.clone(), app.webhook("/x"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        let summary = app.newest().await;
        assert_eq!(summary["method"], method.as_str());
        assert_eq!(
            app.exchange(&summary["id"]).await["request"]["body"]["kind"],
            "empty"
        );
    }
    let response = app.http.head(app.webhook("/x")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(app.newest().await["state"], "answered");
}

#[tokio::test]
async fn a_body_is_read_by_range_and_laid_out_with_its_digits() {
    let app = Instance::start();
    app.turn(r#"{"action":"e","n":1.50,"id":9007199254740993}"#)
        .await
        .unwrap();
    let id = app.newest().await["id"].as_str().unwrap().to_owned();
    let pretty = app
        .body(&format!("exchanges/{id}/request/body?pretty=1"))
        .await;
    assert_eq!(
        String::from_utf8(pretty).unwrap(),
        "{\n  \"action\": \"e\",\n  \"n\": 1.50,\n  \"id\": 9007199254740993\n}"
    );
    let range = app
        .http
        .get(app.control(&format!("exchanges/{id}/request/body")))
        .bearer_auth(app.ready["token"].as_str().unwrap())
        .header("Range", "bytes=2-7")
        .send()
        .await
        .unwrap();
    assert_eq!(range.status(), 206);
    assert_eq!(range.headers()["content-range"], "bytes 2-7/45");
    assert_eq!(range.text().await.unwrap(), "action");
}

#[tokio::test]
async fn the_sample_turn_runs_through_the_real_server() {
    let app = Instance::start();
    assert_eq!(app.post("sample", json!({})).await.0, 202);
    let exchange = app.in_state("answered").await;
    assert_eq!(exchange["source"], "webhook");
    assert_eq!(exchange["platform"], "graph");
    let exchange = app.exchange(&exchange["id"]).await;
    assert_eq!(
        codes(&exchange),
        Vec::<&str>::new(),
        "the first turn a person sees is a clean one"
    );
}
