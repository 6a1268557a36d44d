//! Circles: what the app sends comes back to it, by a relay that drops what the app puts into the
//! fields, or by an address that was somebody else's when it was saved.

use axum::Router;
use axum::body::Bytes;
use ngrok_standin::ReservedPort;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::rules::{TURN, add, reply};
use crate::servers::asking;
use crate::support::{Instance, codes, command};

/// A server that passes bodies on to an address, with nothing else of the request.
async fn relay(to: String) -> String {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let pass = move |body: Bytes| {
        let request = http.post(&to).header("Content-Type", "application/json");
        async move {
            request
                .body(body)
                .send()
                .await
                .unwrap()
                .bytes()
                .await
                .unwrap()
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(pass);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// The exchanges with a finding of this code.
async fn found(app: &Instance, code: &str) -> Vec<Value> {
    let list = app.get("exchanges?limit=1000&filter=has:finding").await;
    let mut found = Vec::new();
    for summary in list["exchanges"].as_array().unwrap() {
        let exchange = app.exchange(&summary["id"]).await;
        if codes(&exchange).contains(&code) {
            found.push(exchange);
        }
    }
    found
}

#[tokio::test]
async fn a_circle_of_forwards_by_a_relay_that_drops_the_hops_has_an_end() {
    let app = Instance::start();
    let relay = relay(app.webhook("/")).await;
    app.answering(asking("upstream", &relay, 50)).await;
    let got = app.turn(TURN).await.unwrap();
    assert_eq!(got.status(), 200);
    let counts = app.get("status").await["counts"].clone();
    assert_eq!(
        counts["exchanges"], 257,
        "so many wait at most, and one comes beside them"
    );
    let full = found(&app, "upstream_in_flight").await;
    assert_eq!(full.len(), 1);
    assert_eq!(full[0]["answered_by"], "fallback");
    let findings = full[0]["findings"].as_array().unwrap();
    let in_flight = findings
        .iter()
        .find(|one| one["code"] == "upstream_in_flight");
    let message = in_flight.unwrap()["message"].as_str().unwrap();
    assert!(
        message.contains("256 of them have the method, path and body"),
        "{message}"
    );
    // Nothing is remembered of it.
    assert_eq!(app.turn(TURN).await.unwrap().status(), 200);
    let counts = app.get("status").await["counts"].clone();
    assert_eq!(counts["exchanges"], 514);
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_is_sent_to_the_api_by_an_address_that_was_another_servers() {
    let dir = TempDir::new().unwrap();
    let port = ReservedPort::take();
    let at = port.addr().to_string();
    let mut before = Instance::start_in(dir.path());
    before
        .answering(asking("upstream", &format!("http://{at}"), 50))
        .await;
    let mut calling = reply("calls", "call", "{}");
    calling["then"]["after"] = json!([{"url": format!("http://{at}/api/v1/status")}]);
    add(&before, calling).await;
    assert_eq!(before.terminate(), Some(0));
    let mut with_api = command(dir.path());
    with_api.args(["--control", &at]);
    let app = Instance::spawn(with_api);
    app.turn(TURN).await.unwrap();
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["answered_by"], "fallback");
    assert_eq!(codes(&exchange), ["upstream_loop"], "{exchange}");
    app.answering(json!({"mode": "rules", "upstream": null}))
        .await;
    app.turn(r#"{"action":"call"}"#).await.unwrap();
    let called = app
        .event(|event| {
            let exchange = &event["exchange"];
            exchange["source"] == "callback" && exchange["state"] == "failed"
        })
        .await;
    let call = app.exchange(&called["id"]).await;
    assert_eq!(call["failure_code"], "bad_target", "{call}");
    let route = format!("exchanges/{}/replay", exchange["id"].as_str().unwrap());
    let document = json!({"target": format!("http://{at}/")});
    let (status, created) = app.call(Method::POST, &route, Some(document)).await;
    assert_eq!(status, 201, "{created}");
    let replayed = app.exchange(&created["id"]).await;
    assert_eq!(replayed["failure_code"], "bad_target", "{replayed}");
}
