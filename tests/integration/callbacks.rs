//! Calls that are not made: each is an exchange that says why, and costs the answer nothing.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use crate::rules::{TURN, add, answer, reply};
use crate::servers::Axum;
use crate::support::Instance;

/// Calls of rules under way at most.
const UNDER_WAY: usize = 256;

/// The finding of a code.
fn finding<'e>(exchange: &'e Value, code: &str) -> Option<&'e Value> {
    let mut findings = exchange["findings"].as_array().unwrap().iter();
    findings.find(|one| one["code"] == code)
}

#[tokio::test]
async fn a_call_whose_template_fails_is_not_made_and_says_where() {
    let server = Axum::answering("ok").await;
    let app = Instance::start();
    let mut rule = reply("calls", "pay", r#"{"answered":1}"#);
    let url = format!("{}/done", server.url);
    rule["then"]["after"] = json!([
        {"method": "POST", "url": url, "template": true,
            "body": "{\n \"a\": {{ vars.missing.deeper }}}"},
        {"method": "POST", "url": url, "template": true, "body": "{{ vars.total }}"},
    ]);
    add(&app, rule).await;
    assert_eq!(answer(&app, TURN).await, r#"{"answered":1}"#);
    let is = |event: &Value, state: &str| {
        event["exchange"]["source"] == "callback" && event["exchange"]["state"] == state
    };
    let failed = app.event(|event| is(event, "failed")).await;
    let made = app.event(|event| is(event, "answered")).await;
    let exchange = app.exchange(&failed["id"]).await;
    let told = finding(&exchange, "callback_template_failed").unwrap();
    assert_eq!(told["severity"], "error");
    let message = told["message"].as_str().unwrap();
    assert!(message.contains("failed at line 2, column "), "{message}");
    assert_eq!(exchange["path"], "/done", "as it would have been sent");
    let cause = app.exchange(&exchange["caused_by"]).await;
    assert_eq!(
        (&cause["event"], &cause["state"]),
        (&json!("pay"), &json!("answered"))
    );
    // The other call of the rule is made all the same.
    assert_eq!(app.exchange(&made["id"]).await["caused_by"], cause["id"]);
    let received = server.received().await;
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].body, "50");
}

/// A server that keeps all who ask it waiting until it is let go on; who asked is told.
async fn slow() -> (String, watch::Sender<bool>, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (go, going) = watch::channel(false);
    let (came, coming) = mpsc::channel(2 * UNDER_WAY);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (mut going, came) = (going.clone(), came.clone());
            tokio::spawn(async move {
                // What is not read when a connection is closed would reset it, and cost the answer.
                let mut read = Vec::new();
                while !read.ends_with(b"\r\n\r\n") {
                    if stream.read_buf(&mut read).await.unwrap_or_default() == 0 {
                        return;
                    }
                }
                came.try_send(()).unwrap();
                if going.wait_for(|going| *going).await.is_ok() {
                    let answer =
                        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                    let _ = stream.write_all(answer).await;
                    let _ = stream.shutdown().await;
                }
            });
        }
    });
    (url, go, coming)
}

#[tokio::test]
async fn beyond_what_may_be_under_way_a_call_is_not_made_and_the_next_one_is() {
    let app = Instance::start();
    let (url, go, mut coming) = slow().await;
    let mut rule = reply("calls", "pay", "{}");
    let call = |number: usize| json!({"method": "POST", "url": format!("{url}/{number}")});
    rule["then"]["after"] = (0..8).map(call).collect();
    add(&app, rule).await;
    let turns = (0..UNDER_WAY / 8).map(|number| {
        let turn = format!(r#"{{"action":"pay","userId":"{number}"}}"#);
        let app = &app;
        async move { assert_eq!(answer(app, &turn).await, "{}") }
    });
    futures::future::join_all(turns).await;
    for _ in 0..UNDER_WAY {
        coming.recv().await.unwrap();
    }
    // All that may be are under way.
    let before = app.get("exchanges?limit=1").await["seq"].as_u64().unwrap();
    assert_eq!(answer(&app, TURN).await, "{}", "the bot waits for none");
    let left_out = app
        .event_after(before, |event| {
            event["exchange"]["source"] == "callback" && event["exchange"]["state"] == "failed"
        })
        .await;
    let exchange = app.exchange(&left_out["id"]).await;
    let told = finding(&exchange, "callback_limit").unwrap();
    assert_eq!(told["severity"], "error");
    let message = told["message"].as_str().unwrap();
    assert!(message.contains(&UNDER_WAY.to_string()), "{message}");
    assert_eq!(exchange["failure_code"], "no_room");
    // Once they have ended there is room again.
    go.send(true).unwrap();
    let under_way = async {
        let filter = "exchanges?limit=1000&filter=source:callback%20is:answering";
        while !app.get(filter).await["exchanges"]
            .as_array()
            .unwrap()
            .is_empty()
        {
            let seq = app.get("exchanges?limit=1").await["seq"].as_u64().unwrap();
            app.get(&format!("events?after={seq}&wait_ms=100")).await;
        }
    };
    let ended = tokio::time::timeout(crate::support::TIMEOUT, under_way).await;
    ended.expect("the calls end");
    let before = app.get("exchanges?limit=1").await["seq"].as_u64().unwrap();
    answer(&app, TURN).await;
    app.event_after(before, |event| {
        event["exchange"]["source"] == "callback" && event["exchange"]["state"] == "answered"
    })
    .await;
}
