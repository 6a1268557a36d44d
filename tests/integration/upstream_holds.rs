//! The developer's server answers, and a person may correct it.

use serde_json::json;

use crate::servers::{Act, Axum, Raw, asking};
use crate::support::{Instance, codes};

const TURN: &str = r#"{"action":"pay","userId":"77","variable1":50}"#;

#[tokio::test]
async fn a_servers_answer_is_shown_while_it_is_held_and_kept_beside_the_corrected_one() {
    let server = Axum::with_json("{\"variable1\": 51.0}").await;
    let app = Instance::start();
    app.answering(asking("upstream_hold", &server.url, 600))
        .await;
    let bot = app.turn(TURN);
    let held = app.in_state("held").await;
    let id = held["id"].as_str().unwrap().to_owned();
    app.event(|event| event["exchange"]["upstream_after_ms"].is_f64())
        .await;
    let exchange = app.exchange(&held["id"]).await;
    let upstream = &exchange["upstream"];
    assert_eq!(
        (&upstream["status"], &upstream["body"]["bytes"]),
        (&json!(200), &json!(19))
    );
    assert!(upstream["after_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(exchange["response"], json!(null));
    let body = app.body(&format!("exchanges/{id}/upstream/body")).await;
    assert_eq!(body, b"{\"variable1\": 51.0}");

    let route = format!("exchanges/{id}/answer");
    let (status, _) = app
        .post(&route, json!({"body": "{\"variable1\": 52}"}))
        .await;
    assert_eq!(status, 200);
    assert_eq!(
        bot.await.unwrap().text().await.unwrap(),
        "{\"variable1\": 52}"
    );
    let exchange = app.exchange(&held["id"]).await;
    assert_eq!(exchange["answered_by"], "upstream_edited");
    assert_eq!(
        app.body(&format!("exchanges/{id}/upstream/body")).await,
        body
    );
    assert_eq!(
        app.body(&format!("exchanges/{id}/response/body")).await,
        b"{\"variable1\": 52}"
    );
}

#[tokio::test]
async fn released_it_goes_out_as_the_server_has_it() {
    let server = Axum::with_json("{\"a\":1}").await;
    let app = Instance::start();
    app.answering(asking("upstream_hold", &server.url, 600))
        .await;
    let bot = app.turn(TURN);
    let held = app.in_state("held").await;
    app.event(|event| event["exchange"]["upstream_after_ms"].is_f64())
        .await;
    let route = format!("exchanges/{}/release", held["id"].as_str().unwrap());
    assert_eq!(app.post(&route, json!({})).await.0, 200);
    assert_eq!(bot.await.unwrap().text().await.unwrap(), "{\"a\":1}");
    let exchange = app.exchange(&held["id"]).await;
    assert_eq!(exchange["answered_by"], "upstream");
}

#[tokio::test]
async fn a_failing_server_is_told_while_the_person_still_has_time() {
    let server = Raw::doing(Act::Die).await;
    let app = Instance::start();
    app.answering(asking("upstream_hold", &server.url, 600))
        .await;
    let bot = app.turn(TURN);
    let held = app.in_state("held").await;
    app.event(|event| event["exchange"]["findings"]["error"] == 1)
        .await;
    let exchange = app.exchange(&held["id"]).await;
    assert_eq!(exchange["state"], "held");
    assert!(codes(&exchange).contains(&"upstream_gone"), "{exchange}");
    let route = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
    assert_eq!(app.post(&route, json!({"body": "{}"})).await.0, 200);
    bot.await.unwrap();
    assert_eq!(app.exchange(&held["id"]).await["answered_by"], "hand");
}
