//! Recorded requests sent again one after the other.

use axum::http::StatusCode;
use ngrok_standin::ReservedPort;
use reqwest::Method;
use serde_json::{Value, json};

use crate::servers::Axum;
use crate::support::Instance;

async fn turn(app: &Instance, body: Value) -> Value {
    app.turn(body.to_string()).await.unwrap();
    app.newest().await["id"].clone()
}

/// Three turns of one conversation, answered with `{"n": 1}`.
async fn recorded(app: &Instance) -> [Value; 3] {
    let answer = json!({"default_answer": {"status": 200, "body": "{\"n\": 1}"}});
    app.answering(answer).await;
    let mut all = [Value::Null, Value::Null, Value::Null];
    for (number, id) in all.iter_mut().enumerate() {
        let body = json!({"action": "pay", "userId": "u1", "step": number, "big": 1});
        *id = turn(app, body).await;
    }
    all
}

async fn begun(app: &Instance, run: Value) -> String {
    let (status, begun) = app.post("replays", run).await;
    assert_eq!(status, 202, "{begun}");
    begun["id"].as_str().unwrap().to_owned()
}

/// The run once it is as wanted: each of its turns leaves an event in the feed.
async fn once(app: &Instance, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut after = 0;
    loop {
        let run = app.get(&format!("replays/{id}")).await;
        if wanted(&run) {
            return run;
        }
        let events = format!("events?after={after}&wait_ms=200");
        after = app.get(&events).await["next"].as_u64().unwrap();
    }
}

async fn done(app: &Instance, id: &str) -> Value {
    once(app, id, |run| run["state"] == "done").await
}

#[tokio::test]
async fn a_conversation_goes_to_a_server_as_another_user_and_what_differs_is_told() {
    let server = Axum::with_json("{\"n\": 2, \"new\": true}").await;
    let app = Instance::start();
    let ids = recorded(&app).await;
    let url = format!("{}/hook", server.url);
    let user = "новый \"u/2\"";
    let run = json!({"conversation": ids[0], "user": user, "target": url});
    let run = done(&app, &begun(&app, run).await).await;
    assert_eq!(run["total"], 3);
    let rows = run["turns"].as_array().unwrap();
    let originals: Vec<&Value> = rows.iter().map(|row| &row["original"]).collect();
    assert_eq!(originals, ids.iter().collect::<Vec<_>>());
    for row in rows {
        assert_eq!(
            (
                &row["status"],
                &row["equal"],
                &row["changes"],
                &row["failure"]
            ),
            (&json!(200), &json!(false), &json!(2), &Value::Null)
        );
        let replay = app.exchange(&row["replay"]).await;
        assert_eq!(
            (&replay["source"], &replay["user"]),
            (&json!("replay"), &json!(user))
        );
        assert_eq!(replay["replay_of"], row["original"]);
    }
    let received = server.received().await;
    for (number, request) in received.iter().enumerate() {
        assert_eq!(request.uri, "/hook");
        let body = json!({"action": "pay", "userId": user, "step": number, "big": 1});
        assert_eq!(
            serde_json::from_slice::<Value>(&request.body).unwrap(),
            body
        );
    }
    assert_eq!(received.len(), 3);
    // They belong to no conversation.
    let list = app.get("conversations").await;
    assert_eq!(list["conversations"].as_array().unwrap().len(), 1);
    assert_eq!(list["conversations"][0]["turns"], 3);
}

#[tokio::test]
async fn a_run_from_a_turn_on_through_the_app_is_equal_and_one_by_ids_has_their_order() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    let run = json!({"from": ids[1], "target": "self", "user": null});
    let run = done(&app, &begun(&app, run).await).await;
    let told: Vec<_> = run["turns"].as_array().unwrap().iter().collect();
    assert_eq!(told.len(), 2);
    for (row, original) in told.iter().zip(&ids[1..]) {
        assert_eq!((&row["original"], &row["equal"]), (original, &json!(true)));
    }
    let run = json!({"ids": [ids[2], ids[0]], "target": "self"});
    let run = done(&app, &begun(&app, run).await).await;
    assert_eq!(run["turns"][0]["original"], ids[2]);
    assert_eq!(run["turns"][1]["original"], ids[0]);
}

#[tokio::test]
async fn a_run_waits_for_each_answer_and_is_stopped_and_goes_on() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    app.hold(600).await;
    let run = begun(&app, json!({"ids": ids, "target": "self"})).await;
    let held = app.in_state("held").await;
    let route = format!("replays/{run}");
    let (status, stopped) = app.call(Method::DELETE, &route, None).await;
    assert_eq!(status, 200);
    assert_eq!(
        (&stopped["state"], &stopped["turns"]),
        (&json!("stopped"), &json!([]))
    );
    let answer = async |held: &Value| {
        let route = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
        let body = json!({"status": 200, "body": "{\"n\": 1}"});
        assert_eq!(app.post(&route, body).await.0, 200);
    };
    answer(&held).await;
    // What was under way is finished, and nothing else begins.
    let stopped = once(&app, &run, |run| {
        !run["turns"].as_array().unwrap().is_empty()
    })
    .await;
    assert_eq!(
        (&stopped["state"], &stopped["total"]),
        (&json!("stopped"), &json!(3))
    );
    assert_eq!(stopped["turns"].as_array().unwrap().len(), 1);
    assert_eq!(app.newest().await["id"], held["id"]);
    let (status, resumed) = app.post(&format!("{route}/resume"), json!({})).await;
    assert_eq!(
        (status.as_u16(), &resumed["state"]),
        (200, &json!("running"))
    );
    for original in &ids[1..] {
        let held = app
            .event(|event| {
                let exchange = &event["exchange"];
                exchange["state"] == "held" && exchange["replay_of"] == *original
            })
            .await;
        answer(&held["exchange"]).await;
    }
    let run = done(&app, &run).await;
    let equal = run["turns"].as_array().unwrap().iter();
    assert_eq!(equal.filter(|row| row["equal"] == true).count(), 3);
}

#[tokio::test]
async fn what_cannot_be_sent_at_all_is_told_at_once() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    let nothing = turn(&app, json!(["no user"])).await;
    let unknown = "01980000-0000-7000-8000-000000000000";
    for (run, status, pointer) in [
        (json!({"target": "self"}), 422, json!("")),
        (
            json!({"target": "self", "ids": ids, "from": ids[0]}),
            422,
            json!(""),
        ),
        (json!({"target": "self", "ids": []}), 422, json!("/ids")),
        (
            json!({"target": "self", "ids": [unknown]}),
            404,
            Value::Null,
        ),
        (
            json!({"target": "self", "conversation": unknown}),
            404,
            Value::Null,
        ),
        (
            json!({"target": "nowhere", "ids": ids}),
            422,
            json!("/target"),
        ),
        (
            json!({"target": "upstream", "ids": ids}),
            422,
            json!("/target"),
        ),
        (
            json!({"target": "self", "ids": ids, "user": ""}),
            422,
            json!("/user"),
        ),
        (
            json!({"target": "self", "ids": [nothing], "user": "u2"}),
            422,
            json!("/user"),
        ),
    ] {
        let (found, error) = app.post("replays", run.clone()).await;
        assert_eq!(
            (found.as_u16(), &error["pointer"]),
            (status, &pointer),
            "{run}: {error}"
        );
    }
    let (status, _) = app
        .call(Method::GET, &format!("replays/{unknown}"), None)
        .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_server_that_is_not_there_stops_the_run_at_its_turn_and_going_on_sends_that_again() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    // A name without an address stops it, too.
    for target in ["http://nowhere.invalid/", "upstream"] {
        let port = ReservedPort::take();
        let url = format!("http://{}", port.addr());
        app.answering(json!({"upstream": url, "default_answer": {"body": "{\"n\": 1}"}}))
            .await;
        let run = begun(&app, json!({"ids": ids, "target": target})).await;
        for _ in 0..2 {
            let stopped = once(&app, &run, |run| run["state"] == "stopped").await;
            let rows = stopped["turns"].as_array().unwrap();
            assert_eq!(rows.len(), 1, "it is told once: {stopped}");
            let row = &rows[0];
            assert_eq!((&row["original"], &row["equal"]), (&ids[0], &json!(false)));
            assert!(
                row["replay"].is_string() && row["status"].is_null(),
                "{row}"
            );
            assert!(row["failure"].is_string(), "{row}");
            let resume = format!("replays/{run}/resume");
            let (_, resumed) = app.post(&resume, json!({})).await;
            // What was told is sent again.
            assert_ne!(resumed["state"], "done", "{resumed}");
        }
        let route = format!("replays/{run}");
        app.call(Method::DELETE, &route, None).await;
    }
}

#[tokio::test]
async fn a_run_goes_on_at_the_turn_that_did_not_reach_a_server_once_it_is_there() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    let port = ReservedPort::take();
    let url = format!("http://{}", port.addr());
    let run = begun(&app, json!({"ids": ids, "target": url})).await;
    once(&app, &run, |run| run["state"] == "stopped").await;
    let server = Axum::at(port.addr(), (StatusCode::OK, "{\"n\": 1}")).await;
    app.post(&format!("replays/{run}/resume"), json!({})).await;
    let run = done(&app, &run).await;
    let rows = run["turns"].as_array().unwrap();
    let originals: Vec<&Value> = rows.iter().map(|row| &row["original"]).collect();
    assert_eq!(originals, ids.iter().collect::<Vec<_>>());
    assert!(rows.iter().all(|row| row["equal"] == true), "{run}");
    assert_eq!(server.received().await.len(), 3, "the first one came once");
}

#[tokio::test]
async fn a_turn_that_cannot_be_sent_has_a_row_and_the_run_goes_to_its_end() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    let nothing = turn(&app, json!(["no user"])).await;
    // One without a user among others has its own row.
    let run = json!({"ids": [ids[0], nothing], "user": "u2", "target": "self"});
    let run = done(&app, &begun(&app, run).await).await;
    assert_eq!(
        (&run["turns"][0]["failure"], &run["turns"][0]["equal"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(run["turns"][1]["replay"], Value::Null);
    assert!(
        run["turns"][1]["failure"]
            .as_str()
            .unwrap()
            .contains("user")
    );
}
