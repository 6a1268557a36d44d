//! Answers that come after something else has gone out: kept, and delivered with the next turn.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::servers::{Axum, asking};
use crate::support::Instance;

pub(crate) const TURN: &str = r#"{"action":"pay","userId":"77","variable1":50}"#;

/// A server that stands at a breakpoint until it is let go on, and then answers so.
pub(crate) async fn breakpoint(body: &'static str) -> (String, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (go, going) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut piece = [0; 4096];
        let _ = stream.read(&mut piece).await.unwrap();
        if going.await.is_err() {
            return;
        }
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        let _ = stream.write_all(answer.as_bytes()).await;
    });
    (url, go)
}

/// A turn whose server is late; its exchange.
pub(crate) async fn late(app: &Instance, url: &str) -> Value {
    app.answering(asking("upstream", url, 1)).await;
    let got = app.turn(TURN).await.unwrap();
    assert_eq!(got.text().await.unwrap(), "{}");
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["late_waiting"], true, "{exchange}");
    assert_eq!(exchange["late"], json!(null));
    exchange
}

/// Waits until the late answer of an exchange is there.
async fn arrived(app: &Instance, id: &Value) -> Value {
    app.event(|event| event["id"] == *id && event["exchange"]["late_after_ms"].is_f64())
        .await;
    app.exchange(id).await
}

/// Queues a delivery, takes it back, and queues it again.
async fn queue_with_second_thoughts(app: &Instance, route: &str) {
    let (status, error) = app.post(route, json!({"names": ["paid", "none"]})).await;
    assert_eq!(
        (status.as_u16(), &error["pointer"]),
        (422, &json!("/names/1"))
    );
    let (status, queued) = app.post(route, json!({})).await;
    assert_eq!((status.as_u16(), &queued), (200, &json!({"queued": true})));
    let (status, queued) = app.call(Method::DELETE, route, None).await;
    assert_eq!((status.as_u16(), &queued), (200, &json!({"queued": false})));
    let (status, _) = app.call(Method::DELETE, route, None).await;
    assert_eq!(status, 200, "with nothing queued, too");
    let (status, queued) = app.call(Method::POST, route, None).await;
    let told = (status.as_u16(), &queued);
    assert_eq!(told, (200, &json!({"queued": true})), "no body: all");
}

#[tokio::test]
async fn a_late_answer_is_kept_and_goes_out_with_the_next_turn_after_a_restart_too() {
    let dir = tempfile::tempdir().unwrap();
    let mut app = Instance::start_in(dir.path());
    let (url, go) = breakpoint(r#"{"paid":1.00,"id":9007199254740993,"own":1}"#).await;
    let first = late(&app, &url).await;
    let id = first["id"].as_str().unwrap().to_owned();
    let route = format!("exchanges/{id}/late/deliver");
    let (status, error) = app.post(&route, json!({})).await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (404, &json!("no_late_answer"))
    );
    go.send(()).unwrap();
    let exchange = arrived(&app, &first["id"]).await;
    let kept = &exchange["late"];
    assert_eq!(
        (&kept["status"], &kept["delivered_with"]),
        (&json!(200), &json!(null))
    );
    assert!(kept["after_ms"].as_f64().unwrap() >= 1000.0);
    assert_eq!(exchange["answered_by"], "fallback");
    let body = app.body(&format!("exchanges/{id}/late/body")).await;
    assert_eq!(body, br#"{"paid":1.00,"id":9007199254740993,"own":1}"#);
    assert_eq!(
        app.get(&format!("exchanges/{id}/late")).await["queued"],
        false
    );

    queue_with_second_thoughts(&app, &route).await;
    #[cfg(unix)]
    app.terminate();
    #[cfg(not(unix))]
    app.process.kill().unwrap();
    drop(app);
    let app = Instance::start_in(dir.path());
    let own = r#"{"mode":"rules","default_answer":{"body":"{ \"own\": 2 }"}}"#;
    app.answering(serde_json::from_str(own).unwrap()).await;
    let other = TURN.replace("77", "78");
    let got = app.turn(other).await.unwrap().text().await.unwrap();
    assert_eq!(got, "{ \"own\": 2 }", "another user");
    let before = app.get("exchanges?limit=1").await["seq"].as_u64().unwrap();
    let got = app.turn(TURN).await.unwrap().text().await.unwrap();
    assert_eq!(got, r#"{ "own": 2 ,"paid":1.00,"id":9007199254740993}"#);
    let carrying = app.newest().await;
    assert_eq!(carrying["carried"], json!(id));
    app.event_after(before, |event| {
        event["id"] == json!(id) && event["exchange"]["delivered_with"] == carrying["id"]
    })
    .await;
    let exchange = app.exchange(&first["id"]).await;
    assert_eq!(exchange["late"]["delivered_with"], carrying["id"]);
    let got = app.turn(TURN).await.unwrap().text().await.unwrap();
    assert_eq!(got, "{ \"own\": 2 }", "once");
    let (status, error) = app.post(&route, json!({})).await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (409, &json!("already_delivered"))
    );
}

#[tokio::test]
async fn of_two_late_answers_for_one_user_each_goes_out_with_a_turn_of_its_own() {
    let app = Instance::start();
    let mut waiting = Vec::new();
    for body in [r#"{"first":1.00}"#, r#"{"second":2.00}"#] {
        let (url, go) = breakpoint(body).await;
        let exchange = late(&app, &url).await;
        waiting.push((exchange["id"].clone(), go));
    }
    let mut ids = Vec::new();
    for (id, go) in waiting {
        go.send(()).unwrap();
        arrived(&app, &id).await;
        ids.push(id);
    }
    for id in &ids {
        let route = format!("exchanges/{}/late/deliver", id.as_str().unwrap());
        let (status, queued) = app.post(&route, json!({})).await;
        assert_eq!((status.as_u16(), queued), (200, json!({"queued": true})));
    }
    app.answering(json!({"mode": "rules"})).await;
    for (id, expected) in ids.iter().zip([r#"{"first":1.00}"#, r#"{"second":2.00}"#]) {
        let got = app.turn(TURN).await.unwrap().text().await.unwrap();
        assert_eq!(got, expected);
        let carrying = app.newest().await;
        assert_eq!(&carrying["carried"], id);
        let late = app.exchange(id).await["late"].clone();
        assert_eq!(late["delivered_with"], carrying["id"]);
    }
    let got = app.turn(TURN).await.unwrap().text().await.unwrap();
    assert_eq!(got, "{}", "each once");
}

#[tokio::test]
async fn only_what_is_named_is_delivered_and_only_an_object() {
    let app = Instance::start();
    for (body, names, expected) in [
        (r#"{"a":1,"b":2}"#, json!(["b"]), Some(r#"{"b":2}"#)),
        ("[1]", json!(null), None),
    ] {
        let (url, go) = breakpoint(body).await;
        let exchange = late(&app, &url).await;
        go.send(()).unwrap();
        arrived(&app, &exchange["id"]).await;
        let route = format!(
            "exchanges/{}/late/deliver",
            exchange["id"].as_str().unwrap()
        );
        let (status, error) = app.post(&route, json!({"names": []})).await;
        let told = (status.as_u16(), &error["pointer"]);
        assert_eq!(told, (422, &json!("/names")), "no variable is none");
        let (status, answer) = app.post(&route, json!({"names": names})).await;
        let Some(expected) = expected else {
            assert_eq!(
                (status.as_u16(), &answer["code"]),
                (409, &json!("not_an_object"))
            );
            continue;
        };
        let server = Axum::with_json("{}").await;
        app.answering(asking("upstream", &server.url, 50)).await;
        let got = app.turn(TURN).await.unwrap().text().await.unwrap();
        assert_eq!(got, expected);
    }
}

#[tokio::test]
async fn a_person_may_stop_waiting() {
    let app = Instance::start();
    let (url, go) = breakpoint("{}").await;
    let exchange = late(&app, &url).await;
    let id = exchange["id"].as_str().unwrap();
    let route = format!("exchanges/{id}/late");
    let (status, stopped) = app.call(Method::DELETE, &route, None).await;
    assert_eq!(
        (status.as_u16(), &stopped),
        (200, &json!({"stopped": true}))
    );
    let (_, stopped) = app.call(Method::DELETE, &route, None).await;
    assert_eq!(stopped, json!({"stopped": false}));
    drop(go);
    assert_eq!(app.exchange(&exchange["id"]).await["late_waiting"], false);
    let (status, error) = app.call(Method::GET, &route, None).await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (404, &json!("no_late_answer"))
    );
}

#[tokio::test]
async fn with_its_exchange_a_call_ends_that_is_still_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // It answers nothing, and reads until the caller ends the connection.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    let app = Instance::start();
    let exchange = late(&app, &url).await;
    let route = format!("exchanges/{}", exchange["id"].as_str().unwrap());
    let (status, _) = app.call(Method::DELETE, &route, None).await;
    assert_eq!(status, 200);
    let ended = tokio::time::timeout(crate::support::TIMEOUT, server).await;
    ended.expect("the call ends").unwrap();
}
