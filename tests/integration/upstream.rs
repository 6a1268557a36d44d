//! The developer's own server answers: what it is sent, and what goes back, byte for byte.

use axum::http::StatusCode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::servers::{Act, Axum, Python, Raw, asking};
use crate::support::{Instance, codes, raw};

const TURN: &str = r#"{"action":"pay","userId":"77","variable1":50}"#;

#[tokio::test]
async fn a_request_goes_to_the_server_and_its_answer_to_the_bot() {
    let headers = [("Content-Type", "text/html"), ("X-Own", "1")];
    let answer = "{ \"paid\" : 1.0 }\n";
    let server = Axum::answering((StatusCode::OK, headers, answer)).await;
    let app = Instance::start();
    app.answering(asking("upstream", &format!("{}/bot/", server.url), 50))
        .await;
    let sent = app
        .http
        .put(app.webhook("/a/b?x=1&x=2"))
        .header("Content-Type", "application/json")
        .header("X-One", "1")
        .header("Connection", "close, X-Hop")
        .header("X-Hop", "of the connection")
        .body(TURN)
        .send();
    let got = sent.await.unwrap();
    assert_eq!(
        (got.status().as_u16(), &got.headers()["x-own"]),
        (200, &"1".parse().unwrap())
    );
    assert_eq!(got.text().await.unwrap(), answer);

    let received = server.received().await;
    assert_eq!(received.len(), 1);
    let request = &received[0];
    let told = (request.method.as_str(), request.uri.as_str());
    assert_eq!(told, ("PUT", "/bot/a/b?x=1&x=2"));
    assert_eq!(request.body, TURN);
    for (name, values) in [
        ("host", vec![server.url.trim_start_matches("http://")]),
        ("content-type", vec!["application/json"]),
        ("x-one", vec!["1"]),
        ("x-hop", vec![]),
        ("connection", vec![]),
        ("x-forwarded-for", vec!["127.0.0.1"]),
        ("x-forwarded-proto", vec!["http"]),
        ("x-forwarded-host", vec![app.webhook_host().as_str()]),
        ("content-length", vec![TURN.len().to_string().as_str()]),
    ] {
        assert_eq!(request.all(name), values, "{name}");
    }
    let forwarded = format!("for=127.0.0.1;host=\"{}\";proto=http", app.webhook_host());
    assert_eq!(request.all("forwarded"), [forwarded]);

    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["answered_by"], "upstream");
    assert_eq!(exchange["state"], "answered");
    let of_server = |code: &&str| code.starts_with("upstream");
    assert_eq!(
        codes(&exchange).into_iter().find(of_server),
        None,
        "JSON under text/html is fine"
    );
}

#[tokio::test]
async fn a_request_over_http2_reaches_the_server_as_one_of_http1_with_whom_it_was_for() {
    let server = Axum::with_json("{\"paid\": 1.0}").await;
    let app = Instance::start();
    app.answering(asking("upstream", &server.url, 50)).await;
    let http2 = reqwest::Client::builder().no_proxy();
    let http2 = http2.http2_prior_knowledge().build().unwrap();
    let sent = http2
        .post(app.webhook("/a?b=%27"))
        .header("Content-Type", "application/json")
        .header("Cookie", "a=1")
        .header("Cookie", "b=2")
        .body(TURN)
        .send();
    let got = sent.await.unwrap();
    assert_eq!(got.version(), reqwest::Version::HTTP_2);
    assert_eq!(got.text().await.unwrap(), "{\"paid\": 1.0}");
    let received = server.received().await;
    let request = &received[0];
    assert_eq!(request.uri, "/a?b=%27");
    assert_eq!(request.body, TURN);
    let host = app.webhook_host();
    let forwarded = format!("for=127.0.0.1;host=\"{host}\";proto=http");
    for (name, value) in [
        ("host", server.url.trim_start_matches("http://")),
        ("x-forwarded-host", host.as_str()),
        ("forwarded", forwarded.as_str()),
        ("cookie", "a=1; b=2"),
    ] {
        assert_eq!(request.all(name), [value], "{name}");
    }
}

#[tokio::test]
async fn a_long_answer_is_handed_on_to_a_caller_of_http2_and_its_stream_alone_breaks_with_it() {
    const LENGTH: usize = 3 << 20;
    let app = Instance::start();
    let http2 = reqwest::Client::builder().no_proxy();
    let http2 = http2.http2_prior_knowledge().build().unwrap();
    let body: Vec<u8> = (0..LENGTH).map(|at| (at % 251) as u8).collect();
    for sent in [LENGTH, LENGTH - 1] {
        let mut says = format!("HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n").into_bytes();
        says.extend_from_slice(&body[..sent]);
        let server = Raw::doing(Act::Say(says)).await;
        app.answering(asking("upstream", &server.url, 50)).await;
        let got = http2
            .post(app.webhook("/"))
            .body(TURN)
            .send()
            .await
            .unwrap();
        assert_eq!(
            (got.version(), got.status()),
            (reqwest::Version::HTTP_2, 200.try_into().unwrap())
        );
        let got = got.bytes().await;
        let id = app.newest().await["id"].clone();
        let state = if sent == LENGTH { "answered" } else { "failed" };
        app.event(|event| event["id"] == id && event["exchange"]["state"] == state)
            .await;
        match sent {
            LENGTH => assert!(got.unwrap() == body, "byte for byte"),
            _ => assert!(got.is_err(), "the caller sees that it is cut"),
        }
    }
}

#[tokio::test]
async fn a_target_and_a_head_reach_the_server_byte_for_byte() {
    let answer = "HTTP/1.1 200 OK\r\nX-CamelCase: Aa\r\nContent-Length: 2\r\n\r\n{}";
    let server = Raw::doing(Act::say(answer)).await;
    let app = Instance::start();
    app.answering(asking("upstream", &server.url, 50)).await;
    let request = "POST /a/../b;c?x='%zz&&y= HTTP/1.1\r\nhOST: bot\r\nX-CASED: Aa\r\n\
        Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    raw(&app, request.as_bytes()).await;
    let received = server.received().await;
    let host = server.url.trim_start_matches("http://");
    let expected = format!(
        "POST /a/../b;c?x='%zz&&y= HTTP/1.1\r\nHost: {host}\r\nX-CASED: Aa\r\n\
         Content-Length: 5\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n\
         X-Forwarded-Host: bot\r\nForwarded: for=127.0.0.1;host=\"bot\";proto=http\r\n\
         X-Hookloupe-Hops: 1;"
    );
    let [received] = &received[..] else {
        unreachable!("it is sent once")
    };
    let mark = received.strip_prefix(&expected);
    let mark = mark.and_then(|rest| rest.strip_suffix("\r\n\r\nhello"));
    let is_mark = |mark: &str| mark.len() == 8;
    assert!(mark.is_some_and(is_mark), "{received:?}");
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(
        exchange["response"]["headers"][0],
        json!(["X-CamelCase", "Aa"])
    );
}

#[tokio::test]
async fn a_server_of_pythons_standard_library_answers_and_fails() {
    let Some(server) = Python::start() else {
        eprintln!("this machine has no Python");
        return;
    };
    let app = Instance::start();
    app.answering(asking("upstream", &server.url, 50)).await;
    let got = app.turn(TURN).await.unwrap();
    let said: Value = got.json().await.unwrap();
    assert_eq!(said, json!({"line": "POST / HTTP/1.1", "body": TURN}));

    let sent = app.http.post(app.webhook("/boom")).body(TURN).send();
    let got = sent.await.unwrap();
    assert_eq!(got.status(), 500, "whatever its status, it goes out");
    assert!(got.text().await.unwrap().contains("ValueError"));
    let exchange = app.exchange(&app.newest().await["id"]).await;
    let findings = exchange["findings"].as_array().unwrap();
    let failed = findings
        .iter()
        .find(|one| one["code"] == "upstream_status_5xx");
    let message = failed.unwrap()["message"].as_str().unwrap();
    assert!(message.contains("Traceback"), "{message}");
}

#[tokio::test]
async fn answers_without_a_body_go_out_as_they_came() {
    let app = Instance::start();
    for (method, says, expected) in [
        (
            "HEAD",
            "200 OK\r\nContent-Length: 123",
            "Content-Length: 123\r\n",
        ),
        ("GET", "204 No Content\r\nX-A: 1", "X-A: 1\r\n"),
        ("GET", "304 Not Modified\r\nETag: \"a\"", "ETag: \"a\"\r\n"),
        (
            "GET",
            "304 Not Modified\r\nContent-Length: 123",
            "Content-Length: 123\r\n",
        ),
    ] {
        let server = Raw::doing(Act::say(format!("HTTP/1.1 {says}\r\n\r\n"))).await;
        app.answering(asking("upstream", &server.url, 50)).await;
        let request = format!("{method} / HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n");
        let got = String::from_utf8(raw(&app, request.as_bytes()).await).unwrap();
        let (status, _) = says.split_once("\r\n").unwrap();
        assert!(got.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{got}");
        assert!(got.contains(expected) && got.ends_with("\r\n\r\n"), "{got}");
        let has_length = says.contains("Content-Length");
        assert_eq!(got.contains("Content-Length"), has_length, "{got}");
        assert_eq!(app.newest().await["answered_by"], "upstream");
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_an_interim_one_is_none() {
    let app = Instance::start();
    for (says, status) in [
        (
            "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
            302,
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n\
             HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            200,
        ),
    ] {
        let server = Raw::doing(Act::say(says)).await;
        app.answering(asking("upstream", &server.url, 50)).await;
        let client = reqwest::Client::builder().no_proxy();
        let client = client
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let got = client
            .post(app.webhook("/"))
            .body(TURN)
            .send()
            .await
            .unwrap();
        assert_eq!(got.status(), status);
        assert_eq!(app.newest().await["answered_by"], "upstream");
        assert_eq!(server.received().await.len(), 1, "no redirect is followed");
    }
}

#[tokio::test]
async fn servers_are_remembered_and_stay_where_they_are_not_named() {
    let dir = tempfile::tempdir().unwrap();
    let app = Instance::start_in(dir.path());
    let servers = json!([
        {"name": "local", "url": "http://localhost:3000", "ca_file": null, "insecure": false,
         "connect_seconds": 5},
        {"name": "", "url": "https://dev.example/bot", "ca_file": null, "insecure": true,
         "connect_seconds": 9},
    ]);
    app.answering(json!({"upstreams": servers, "upstream": "http://localhost:3000"}))
        .await;
    app.answering(json!({"mode": "upstream", "upstream": "http://localhost:3000"}))
        .await;
    assert_eq!(
        app.get("answering").await["upstreams"],
        servers,
        "they stay where not named"
    );
    drop(app);
    let app = Instance::start_in(dir.path());
    let answering = app.get("answering").await;
    assert_eq!(answering["upstreams"], servers);
    assert_eq!(answering["mode"], "upstream");
}

#[tokio::test]
async fn what_was_given_before_is_not_checked_against_the_world_again() {
    let app = Instance::start();
    let file = tempfile::NamedTempFile::new().unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    std::fs::write(file.path(), pem).unwrap();
    let server = json!({"url": "https://localhost:3000", "ca_file": file.path()});
    app.answering(json!({"upstreams": [server]})).await;
    drop(file);
    app.answering(json!({"mode": "hold", "upstreams": [server]}))
        .await;
    app.answering(json!({"mode": "rules"})).await;
    let mut changed = server;
    changed["name"] = json!("local");
    let document = json!({"upstreams": [changed]});
    let (status, error) = app.call(Method::PUT, "answering", Some(document)).await;
    let told = (status.as_u16(), &error["pointer"]);
    assert_eq!(told, (422, &json!("/upstreams/0/ca_file")));
}

#[tokio::test]
async fn a_hold_is_taken_as_it_is_given_back() {
    let app = Instance::start();
    let document = json!({"mode": "rules", "upstream": null, "upstreams": [],
        "hold": {"seconds": 50, "fallback": "default", "per_message": false},
        "default_answer": {"status": 200, "headers": [["Content-Type", "application/json"]],
                           "body": "{}"}});
    assert_eq!(app.get("answering").await["hold"]["per_message"], true);
    app.answering(document.clone()).await;
    assert_eq!(app.get("answering").await["hold"], document["hold"]);
    app.answering(json!({"hold": {"seconds": 7}})).await;
    let hold = &app.get("answering").await["hold"];
    assert_eq!(hold["per_message"], false, "it stays where it is not named");
}

#[tokio::test]
async fn what_does_not_fit_of_a_server_names_its_place() {
    let app = Instance::start();
    let own = app.ready["webhook"].as_str().unwrap().to_owned();
    let (_, port) = own.trim_end_matches('/').rsplit_once(':').unwrap();
    for (document, code, pointer) in [
        (json!({"mode": "upstream"}), "invalid", "/upstream"),
        (json!({"mode": "upstream_hold"}), "invalid", "/upstream"),
        (
            json!({"upstream": "localhost:3000"}),
            "invalid",
            "/upstream",
        ),
        (json!({"upstream": own}), "own_address", "/upstream"),
        (
            json!({"upstream": format!("http://localhost:{port}/x")}),
            "own_address",
            "/upstream",
        ),
        (
            json!({"upstream": format!("http://[::ffff:127.0.0.1]:{port}")}),
            "own_address",
            "/upstream",
        ),
        (
            json!({"upstreams": [{"url": format!("http://0.0.0.0:{port}")}]}),
            "own_address",
            "/upstreams/0/url",
        ),
        (
            json!({"upstreams": [{"url": "http://h", "ca_file": "/no/such/file.pem"}]}),
            "invalid",
            "/upstreams/0/ca_file",
        ),
        (
            json!({"upstreams": [{"url": "http://h", "connect_seconds": 0}]}),
            "invalid",
            "/upstreams/0/connect_seconds",
        ),
        (
            json!({"upstreams": [{"url": "http://h", "x": 1}]}),
            "invalid",
            "/upstreams/0/x",
        ),
        (json!({"upstream": "http://u:p@h"}), "invalid", "/upstream"),
        (
            json!({"upstreams": [{"url": "http://h"}, {"url": "http://u@h/x"}]}),
            "invalid",
            "/upstreams/1/url",
        ),
    ] {
        let (status, error) = app
            .call(Method::PUT, "answering", Some(document.clone()))
            .await;
        let told = (status.as_u16(), &error["code"], &error["pointer"]);
        assert_eq!(told, (422, &json!(code), &json!(pointer)), "{document}");
        // What the system says is said in the reader's words.
        assert!(!error.to_string().contains("os error"), "{error}");
    }
    // The same port at another address of this machine is another socket.
    for other in ["127.1.2.3", "[::1]"] {
        app.answering(json!({"mode": "upstream", "upstream": format!("http://{other}:{port}")}))
            .await;
    }
}

#[tokio::test]
async fn a_query_of_a_servers_own_goes_before_that_of_the_request() {
    let server = Axum::with_json("{}").await;
    let app = Instance::start();
    app.answering(asking("upstream", &format!("{}/x?y=1", server.url), 50))
        .await;
    let turn = |path: &str| app.http.post(app.webhook(path)).body(TURN).send();
    for path in ["/p/q?z=2", "/p/q", "/"] {
        assert_eq!(turn(path).await.unwrap().status(), 200, "{path}");
    }
    let rule = json!({"version": 1, "when": {"field": "event", "op": "equals", "value": "pay"},
        "then": {"forward": {"upstream": format!("{}/r?k=%20", server.url)}}});
    let (status, created) = app.post("rules", rule).await;
    assert_eq!(status, 201, "{created}");
    turn("/p?z=2").await.unwrap();
    let received = server.received().await;
    let targets: Vec<_> = received.iter().map(|one| one.uri.as_str()).collect();
    assert_eq!(
        targets,
        ["/x/p/q?y=1&z=2", "/x/p/q?y=1", "/x/?y=1", "/r/p?k=%20&z=2"]
    );
}

#[tokio::test]
async fn the_address_of_the_api_is_no_server() {
    let app = Instance::start();
    let document = Some(json!({"mode": "upstream", "upstream": app.ready["control"]}));
    let (status, error) = app.call(Method::PUT, "answering", document).await;
    let told = (status.as_u16(), &error["code"], &error["pointer"]);
    assert_eq!(told, (422, &json!("own_address"), &json!("/upstream")));
}

#[tokio::test]
async fn a_replay_goes_to_the_server_in_use() {
    let server = Axum::with_json("{\"a\":1}").await;
    let app = Instance::start();
    app.turn(TURN).await.unwrap();
    let id = app.newest().await["id"].as_str().unwrap().to_owned();
    let route = format!("exchanges/{id}/replay");
    let (status, error) = app.post(&route, json!({"target": "upstream"})).await;
    assert_eq!(
        (status.as_u16(), &error["pointer"]),
        (422, &json!("/target"))
    );
    let url = format!("{}/bot", server.url);
    app.answering(json!({"upstream": url})).await;
    let (status, created) = app.post(&route, json!({"target": "upstream"})).await;
    assert_eq!(status, 201, "{created}");
    assert_eq!(app.exchange(&created["id"]).await["status"], 200);
    assert_eq!(server.received().await[0].uri, "/bot/");
}
