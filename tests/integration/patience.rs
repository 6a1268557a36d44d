//! How long a bot waits: found out by a probe, learned from callers that leave, proposed.

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::rules::TURN;
use crate::support::{Instance, codes};

/// A bot that calls and waits.
async fn caller(app: &Instance) -> TcpStream {
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        TURN.len()
    );
    let request = format!("{head}{TURN}");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// What is known once a probe is in this state.
async fn probe_reaches(app: &Instance, state: &str) -> Value {
    let mut after = 0;
    loop {
        let known = app.get("patience").await;
        if known["probe"]["state"] == state {
            return known;
        }
        let is_change = |event: &Value| event["kind"] == "patience_changed";
        after = app.event_after(after, is_change).await["seq"]
            .as_u64()
            .unwrap();
    }
}

#[tokio::test]
async fn a_probe_finds_out_how_long_a_bot_waits_and_it_is_known_after_a_restart() {
    let dir = TempDir::new().unwrap();
    let mut app = Instance::start_in(dir.path());
    let bot = app.get("bots").await["bots"][0]["id"].clone();
    assert_eq!(
        app.get("patience").await,
        json!({"bot": bot, "learned": [], "probe": null})
    );
    let (status, armed) = app.post("patience/probe", json!({"seconds": 60})).await;
    assert_eq!(status, 200, "{armed}");
    assert_eq!(
        (&armed["state"], &armed["seconds"]),
        (&json!("armed"), &json!(60))
    );
    let stream = caller(&app).await;
    let held = app.in_state("held").await;
    assert_eq!(
        probe_reaches(&app, "holding").await["probe"]["exchange"],
        held["id"]
    );
    drop(stream);
    let known = probe_reaches(&app, "left").await;
    assert_eq!(known["probe"]["exchange"], held["id"]);
    let abandoned = app.in_state("abandoned").await;
    let abandoned = app.exchange(&abandoned["id"]).await;
    assert_eq!(codes(&abandoned), ["patience_probe"]);
    // The wait is written down beside the exchange.
    let is_known = |event: &Value| event["kind"] == "patience_changed";
    let mut known = app.get("patience").await;
    let mut after = 0;
    while known["learned"] == json!([]) {
        after = app.event_after(after, is_known).await["seq"]
            .as_u64()
            .unwrap();
        known = app.get("patience").await;
    }
    let learned = &known["learned"][0];
    assert_eq!(
        (&learned["platform"], &learned["times"]),
        (&json!("graph"), &json!(1))
    );
    assert_eq!(
        (&learned["probed"], &learned["waits"][0]["probe"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(learned["waits"][0]["exchange"], held["id"]);
    assert_eq!(learned["seconds"], known["probe"]["left_after"]);
    assert_eq!(learned["propose"], Value::Null, "no hold is that short");
    #[cfg(unix)]
    {
        assert_eq!(app.terminate(), Some(0));
        let again = Instance::start_in(dir.path());
        let after = again.get("patience").await;
        assert_eq!(after["learned"], known["learned"]);
        assert_eq!(after["probe"], Value::Null, "a probe is of one run");
        let (status, _) = again
            .call(Method::DELETE, "patience?platform=graph", None)
            .await;
        assert_eq!(status, 204);
        assert_eq!(again.get("patience").await["learned"], json!([]));
    }
}

#[tokio::test]
async fn a_probe_that_is_stopped_lets_its_caller_go_with_the_fallback() {
    let app = Instance::start();
    let stop = || app.call(Method::DELETE, "patience/probe", None);
    let (status, error) = stop().await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (404, &json!("not_found"))
    );
    for (body, pointer) in [
        (json!({"seconds": 9}), "/seconds"),
        (json!({"seconds": 3601}), "/seconds"),
        (json!({"secs": 60}), "/secs"),
    ] {
        let (status, error) = app.post("patience/probe", body).await;
        assert_eq!((status.as_u16(), &error["pointer"]), (422, &json!(pointer)));
    }
    let (_, armed) = app.call(Method::POST, "patience/probe", None).await;
    assert_eq!(armed["seconds"], 600);
    let answered = app.turn(TURN);
    app.in_state("held").await;
    assert_eq!(stop().await.0, 204);
    assert_eq!(answered.await.unwrap().text().await.unwrap(), "{}");
    assert_eq!(app.newest().await["answered_by"], "fallback");
    assert_eq!(app.get("patience").await["learned"], json!([]));
    assert_eq!(
        app.turn(TURN).await.unwrap().status(),
        200,
        "nobody else is held"
    );
}
