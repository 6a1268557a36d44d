//! Scenarios that are played in the app, and made of conversations.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::servers::Axum;
use crate::support::Instance;

/// A run once it is over: each of its steps leaves an event in the feed.
async fn over(app: &Instance, id: &str) -> Value {
    let mut after = 0;
    loop {
        let run = app.get(&format!("scenarios/runs/{id}")).await;
        if run["state"] != "running" {
            return run;
        }
        let events = format!("events?after={after}&wait_ms=200");
        after = app.get(&events).await["next"].as_u64().unwrap();
    }
}

async fn run(app: &Instance, yaml: &str, target: &str) -> Value {
    let (status, begun) = app
        .post("scenarios/run", json!({"yaml": yaml, "target": target}))
        .await;
    assert_eq!(status, 202, "{begun}");
    over(app, begun["id"].as_str().unwrap()).await
}

const PAY: &str = "scenario: 1
steps:
  - send: {event: pay, text: да, set: {total: 100}}
    expect: {answer: {total: 90}}
  - send: {event: receipt, same_message: true}
    expect: {answer: {total: {$greater: 89}}}
";

#[tokio::test]
async fn a_scenario_is_played_against_a_server_and_its_exchanges_are_in_no_conversation() {
    let server = Axum::with_json("{\"total\": 100}").await;
    let app = Instance::start();
    let run = run(&app, PAY, &format!("{}/hook", server.url)).await;
    assert_eq!(run["state"], "failed", "{run}");
    let steps = run["steps"].as_array().unwrap();
    assert_eq!((steps.len(), &run["total"]), (2, &json!(2)));
    assert_eq!(
        (&steps[0]["index"], &steps[0]["passed"], &steps[1]["passed"]),
        (&json!(0), &json!(false), &json!(true))
    );
    let failure = &steps[0]["failures"][0];
    assert_eq!(
        (
            &failure["pointer"],
            &failure["expected"],
            &failure["actual"]
        ),
        (&json!("/total"), &json!("90"), &json!("100"))
    );
    for step in steps {
        let exchange = app.exchange(&step["exchange"]).await;
        assert_eq!(exchange["source"], "scenario");
    }
    let list = app.get("conversations").await;
    assert_eq!(list["conversations"], json!([]));
    let found = app.get("exchanges?filter=source:scenario").await;
    assert_eq!(found["exchanges"].as_array().unwrap().len(), 2);
    assert_eq!(server.received().await[0].uri, "/hook");
}

#[tokio::test]
async fn a_scenario_is_played_through_the_app_itself() {
    let app = Instance::start();
    app.answering(json!({"default_answer": {"status": 200, "body": "{\"total\": 90}"}}))
        .await;
    let run = run(&app, PAY, "self").await;
    assert_eq!(run["state"], "passed", "{run}");
}

#[tokio::test]
async fn what_is_no_scenario_is_422_with_its_line_and_a_run_that_nobody_answers_fails() {
    let app = Instance::start();
    for (yaml, line, column) in [
        (
            "scenario: 1\nsteps:\n  - send: {event: a}\n    expct: {}\n",
            4,
            5,
        ),
        (
            "scenario: 1\ninclude: a.yaml\nsteps: [{send: {event: a}}]\n",
            2,
            10,
        ),
        (
            "scenario: 1\nrows: a.csv\nsteps: [{send: {event: a}}]\n",
            2,
            7,
        ),
    ] {
        let body = json!({"yaml": yaml, "target": "self"});
        let (status, error) = app.post("scenarios/run", body).await;
        assert_eq!(status, 422, "{error}");
        assert_eq!(
            (&error["pointer"], &error["line"], &error["column"]),
            (&json!("/yaml"), &json!(line), &json!(column)),
            "{error}"
        );
    }
    let (status, error) = app
        .post(
            "scenarios/run",
            json!({"yaml": PAY, "target": "no address"}),
        )
        .await;
    assert_eq!(
        (status.as_u16(), &error["pointer"]),
        (422, &json!("/target"))
    );
    let nowhere = ngrok_standin::ReservedPort::take();
    let run = run(&app, PAY, &format!("http://{}", nowhere.addr())).await;
    assert_eq!(run["state"], "failed");
    assert_eq!(run["steps"][1]["not_run"], true, "{run}");
    let (status, _) = app.call(Method::GET, "scenarios/runs/x", None).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_run_is_stopped() {
    let app = Instance::start();
    app.hold(600).await;
    let (_, begun) = app
        .post("scenarios/run", json!({"yaml": PAY, "target": "self"}))
        .await;
    app.in_state("held").await;
    let route = format!("scenarios/runs/{}", begun["id"].as_str().unwrap());
    let (status, run) = app.call(Method::DELETE, &route, None).await;
    assert_eq!((status.as_u16(), &run["state"]), (200, &json!("stopped")));
}

/// A shop: each answer has another number and another moment.
async fn shop() -> String {
    let count = Arc::new(AtomicU64::new(0));
    let answer = |State(count): State<Arc<AtomicU64>>, body: String| async move {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let total = if body.contains("\"pay\"") { 90 } else { 80 };
        let answer = json!({
            "order": number, "at": format!("2026-11-28T04:30:0{number}Z"), "total": total,
        });
        ([("Content-Type", "application/json")], answer.to_string())
    };
    let router = Router::new().fallback(post(answer)).with_state(count);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn a_scenario_is_made_of_a_conversation_and_what_differs_is_learned() {
    let url = shop().await;
    let app = Instance::start();
    app.answering(json!({"mode": "upstream", "upstream": url}))
        .await;
    let mut carried = json!({"action": "start", "userId": "u1", "queryText": "хочу {{пиццу}}"});
    for event in ["start", "pay"] {
        carried["action"] = json!(event);
        carried["rawRequest"] = json!({"id": event});
        let answer = app.turn(carried.to_string()).await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        for (name, value) in answer.as_object().unwrap() {
            carried[name] = value.clone();
        }
    }
    let conversation = app.get("conversations").await["conversations"][0]["id"].clone();
    let body = json!({"conversation": conversation});
    let (status, exact) = app.post("scenarios/from-conversation", body).await;
    assert_eq!(
        (status.as_u16(), &exact["volatile"]),
        (200, &json!([])),
        "{exact}"
    );
    let failed = run(&app, exact["yaml"].as_str().unwrap(), &url).await;
    assert_eq!(failed["state"], "failed", "its order is another one");

    let body = json!({"conversation": conversation, "target": url});
    let (status, learned) = app.post("scenarios/from-conversation", body).await;
    assert_eq!(status, 200, "{learned}");
    let wanted = json!([
        {"step": 0, "pointer": "/at", "as": "time"},
        {"step": 0, "pointer": "/order", "as": "counter"},
        {"step": 1, "pointer": "/at", "as": "time"},
        {"step": 1, "pointer": "/order", "as": "counter"},
    ]);
    assert_eq!(learned["volatile"], wanted, "{}", learned["yaml"]);
    let yaml = learned["yaml"].as_str().unwrap();
    let passed = run(&app, yaml, &url).await;
    assert_eq!(passed["state"], "passed", "{passed} {yaml}");
    // A server that answers otherwise is found out.
    let other =
        Axum::with_json("{\"order\": 1, \"at\": \"2026-11-28T05:00:00Z\", \"total\": 91}").await;
    let failed = run(&app, yaml, &other.url).await;
    assert_eq!(
        failed["steps"][1]["failures"][0]["pointer"], "/total",
        "{failed}"
    );
    let body = json!({"conversation": "0190f3a0-0000-7000-8000-000000000000"});
    assert_eq!(app.post("scenarios/from-conversation", body).await.0, 404);
}

#[tokio::test]
async fn the_format_is_published_as_a_schema() {
    let app = Instance::start();
    let schema = app.get("scenarios/schema").await;
    assert_eq!(schema["properties"]["scenario"]["const"], 1);
    let platforms = schema["properties"]["platform"]["enum"].as_array().unwrap();
    assert!(platforms.contains(&json!("graph")), "{platforms:?}");
}
