//! What an exchange waits for is told while it waits: in the list, the feed and the status.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::rules::add;
use crate::servers::asking;
use crate::support::Instance;
use crate::upstream_late::{TURN, breakpoint, late};

/// How many exchanges wait, by the status.
async fn waiting(app: &Instance, what: &str) -> (u64, Value) {
    let status = app.get("status").await;
    let waiting = &status[what];
    (
        waiting["total"].as_u64().unwrap(),
        waiting["bots"][0].clone(),
    )
}

#[tokio::test]
async fn a_server_at_work_is_told_until_it_answers() {
    for mode in ["upstream", "upstream_hold"] {
        let app = Instance::start();
        let bot = app.get("bots").await["bots"][0]["id"].clone();
        let (url, go) = breakpoint(r#"{"paid":1}"#).await;
        app.answering(asking(mode, &url, 600)).await;
        let turn = tokio::spawn(app.turn(TURN));
        app.event(|event| event["exchange"]["server_waiting"] == true)
            .await;
        let row = app.newest().await;
        assert_eq!(row["server_waiting"], true, "{mode}: {row}");
        assert_eq!(row["late_waiting"], false);
        assert!(
            row["server_asked_at"].as_str() >= row["at"].as_str(),
            "{row}"
        );
        assert_eq!(app.exchange(&row["id"]).await["server_waiting"], true);
        let one = json!({"bot": bot, "count": 1});
        assert_eq!(waiting(&app, "server_waiting").await, (1, one));
        go.send(()).unwrap();
        app.event(|event| {
            let row = &event["exchange"];
            row["upstream_after_ms"].is_f64() && row["server_waiting"] == false
        })
        .await;
        if mode == "upstream_hold" {
            let id = row["id"].as_str().unwrap();
            let route = format!("exchanges/{id}/release");
            let (status, error) = app.post(&route, json!({})).await;
            assert_eq!(status, 200, "{error}");
        }
        turn.await.unwrap().unwrap();
        assert_eq!(waiting(&app, "server_waiting").await, (0, Value::Null));
        let row = app.newest().await;
        assert_eq!(
            (&row["server_waiting"], &row["late_waiting"]),
            (&json!(false), &json!(false))
        );
        assert_eq!(row["server_asked_at"], Value::Null);
    }
}

#[tokio::test]
async fn a_server_that_is_asked_when_a_hold_has_ended_is_at_work_since_then() {
    let app = Instance::start();
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let mut hold = asking("hold", &url, 1);
    hold["hold"]["fallback"] = json!("upstream");
    app.answering(hold).await;
    let turn = tokio::spawn(app.turn(TURN));
    let (_call, _) = server.accept().await.unwrap();
    // The caller leaves, and its server is still waited for.
    turn.abort();
    let told = app
        .event(|event| event["exchange"]["late_waiting"] == true)
        .await;
    let row = &told["exchange"];
    let since: Vec<jiff::Timestamp> = [&row["at"], &row["server_asked_at"]]
        .into_iter()
        .map(|at| at.as_str().unwrap().parse().unwrap())
        .collect();
    assert!(
        since[1].duration_since(since[0]).as_millis() >= 1000,
        "{row}"
    );
}

#[tokio::test]
async fn a_late_answer_is_waited_for_in_the_list_and_the_status() {
    let app = Instance::start();
    let (url, _go) = breakpoint("{}").await;
    let exchange = late(&app, &url).await;
    let row = app.newest().await;
    let told = (&row["late_waiting"], &row["server_waiting"]);
    assert_eq!(told, (&json!(true), &json!(false)), "{row}");
    assert_eq!(waiting(&app, "late_waiting").await.0, 1);
    assert_eq!(waiting(&app, "server_waiting").await.0, 0);
    let id = exchange["id"].as_str().unwrap();
    let route = format!("exchanges/{id}/late");
    let (status, stopped) = app.call(Method::DELETE, &route, None).await;
    assert_eq!((status.as_u16(), &stopped["stopped"]), (200, &json!(true)));
    app.event(|event| event["id"] == exchange["id"] && event["exchange"]["late_waiting"] == false)
        .await;
    assert_eq!(waiting(&app, "late_waiting").await, (0, Value::Null));
}

#[tokio::test]
async fn a_held_turn_says_what_goes_out_at_its_end() {
    let app = Instance::start();
    let rule = json!({"version": 1, "name": "Ask me", "when": {"field": "event", "op": "equals",
        "value": "ask"}, "then": {"hold": {"seconds": 600, "fallback": "rules"}}});
    add(&app, rule).await;
    let asks = r#"{"action":"ask"}"#;
    let (url, _go) = breakpoint("{}").await;
    let mut both = asking("upstream_hold", &url, 600);
    both["hold"]["fallback"] = json!("upstream");
    for (answering, body, fallback, by_rule) in [
        (
            json!({"mode": "hold", "hold": {"seconds": 600, "fallback": "last"}}),
            TURN,
            "last",
            false,
        ),
        (json!({"mode": "rules"}), asks, "rules", true),
        // The server is asked already.
        (both, TURN, "default", false),
    ] {
        app.answering(answering).await;
        let turn = tokio::spawn(app.turn(body));
        let held = app.in_state("held").await;
        let hold = app.exchange(&held["id"]).await["hold"].clone();
        let wanted = json!({"fallback": fallback, "by_rule": by_rule, "by_platform": false});
        assert_eq!(hold, wanted);
        let name = if by_rule {
            json!("Ask me")
        } else {
            Value::Null
        };
        assert_eq!(held["rule_name"], name, "{held}");
        let id = held["id"].as_str().unwrap();
        let (status, error) = app
            .post(&format!("exchanges/{id}/release"), json!({}))
            .await;
        assert_eq!(status, 200, "{error}");
        turn.await.unwrap().unwrap();
        assert_eq!(app.exchange(&held["id"]).await["hold"], Value::Null);
    }
}
