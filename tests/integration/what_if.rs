//! A recorded answer that is changed, and the difference carried through the turns behind it.

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::{Json, Router};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::servers::{Act, Axum, Raw};
use crate::support::{Instance, TIMEOUT};

/// A server that counts with what it is sent.
async fn counting() -> String {
    async fn answer(body: Bytes) -> Json<Value> {
        let request: Value = serde_json::from_slice(&body).unwrap();
        let discount = request["discount"].as_i64().unwrap();
        Json(json!({"total": 100 - discount}))
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// Records a turn that is answered so.
async fn turn(app: &Instance, request: Value, answer: &Value) -> Value {
    let answer = json!({"default_answer": {"body": answer.to_string()}});
    app.answering(answer).await;
    app.turn(request.to_string()).await.unwrap();
    app.newest().await["id"].clone()
}

/// Three turns in which a discount of 60 is carried on.
async fn recorded(app: &Instance) -> [Value; 3] {
    let start = json!({"action": "start", "userId": "u1", "city": "Казань"});
    let pay = json!({"action": "pay", "userId": "u1", "city": "Казань", "discount": 60});
    let bye = json!({"action": "bye", "userId": "u1", "city": "Казань", "discount": 60.0,
        "total": 40});
    [
        turn(app, start, &json!({"discount": 60})).await,
        turn(app, pay, &json!({"total": 40})).await,
        turn(app, bye, &json!({"total": 40})).await,
    ]
}

async fn begun(app: &Instance, exchange: &Value, answer: Value, target: &str) -> String {
    let what_if = json!({"exchange": exchange, "target": target,
        "answer": {"body": answer.to_string()}});
    let (status, begun) = app.post("what-if", what_if).await;
    assert_eq!(status, 202, "{begun}");
    begun["id"].as_str().unwrap().to_owned()
}

/// It once it is over. Nothing of it is in the feed, so that it is asked for again and again.
async fn over(app: &Instance, id: &str) -> Value {
    let waiting = async {
        loop {
            let found = app.get(&format!("what-if/{id}")).await;
            if found["state"] != "running" {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TIMEOUT, waiting)
        .await
        .expect("it ends")
}

#[tokio::test]
async fn what_differs_is_carried_through_the_later_turns_and_nothing_is_recorded() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    let before = app.get("exchanges?limit=100").await;
    let server = counting().await;
    let id = begun(&app, &ids[0], json!({"discount": 15}), &server).await;
    let run = over(&app, &id).await;
    assert_eq!(
        (&run["state"], &run["total"], &run["message"]),
        (&json!("done"), &json!(2), &Value::Null),
        "{run}"
    );
    let rows = run["turns"].as_array().unwrap();
    for (row, (original, carried)) in rows.iter().zip([
        (&ids[1], json!(["discount"])),
        // What the server answered to the altered turn goes on, too.
        (&ids[2], json!(["discount", "total"])),
    ]) {
        assert_eq!((&row["original"], &row["carried"]), (original, &carried));
        assert_eq!(
            (&row["replay"], &row["failure"]),
            (&Value::Null, &Value::Null)
        );
        let compared = (&row["status"], &row["equal"], &row["changes"]);
        assert_eq!(compared, (&json!(200), &json!(false), &json!(1)));
        let answer = json!({"status": 200, "body": "{\"total\":85}", "cut": false});
        assert_eq!(row["answer"], answer);
        // There is no earlier turn like it.
        let remark = row["remark"].as_str().unwrap();
        assert!(remark.starts_with("Cannot tell"), "{remark}");
    }
    assert_eq!(rows.len(), 2);
    let after = app.get("exchanges?limit=100").await;
    assert_eq!(after["exchanges"], before["exchanges"]);
}

#[tokio::test]
async fn the_server_in_use_of_the_bot_is_asked_too() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    let server = Axum::with_json("{\"total\": 1}").await;
    app.answering(json!({"upstream": server.url})).await;
    let run = begun(&app, &ids[0], json!({"discount": 15}), "upstream").await;
    let run = over(&app, &run).await;
    assert_eq!(
        (&run["state"], &run["turns"][1]["status"]),
        (&json!("done"), &json!(200))
    );
    let received = server.received().await;
    let body: Value = serde_json::from_slice(&received[1].body).unwrap();
    assert_eq!((&body["discount"], &body["total"]), (&json!(15), &json!(1)));
}

#[tokio::test]
async fn a_server_that_answers_nonsense_or_half_leaves_the_state_as_it_was() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"total\": ";
    for answer in ["garbage\r\n\r\n", half] {
        let server = Raw::doing(Act::say(answer)).await;
        let run = begun(&app, &ids[0], json!({"discount": 15}), &server.url).await;
        let run = over(&app, &run).await;
        let rows = run["turns"].as_array().unwrap();
        assert_eq!((&run["state"], rows.len()), (&json!("done"), 2), "{run}");
        for row in rows {
            assert!(
                row["failure"].is_string() && row["answer"].is_null(),
                "{row}"
            );
            assert_eq!(row["equal"], false);
        }
        // What the failed answer would have set is as absent as it was before.
        assert_eq!(rows[1]["carried"], json!(["discount", "total"]), "{run}");
    }
    let page = (StatusCode::BAD_GATEWAY, "<h1>502</h1>");
    let server = Axum::answering(page).await;
    let run = begun(&app, &ids[0], json!({"discount": 15}), &server.url).await;
    let run = over(&app, &run).await;
    let row = &run["turns"][0];
    assert_eq!(
        (&row["status"], &row["failure"]),
        (&json!(502), &Value::Null)
    );
    assert_eq!(row["answer"]["body"], "<h1>502</h1>");
    assert_eq!(run["turns"][1]["carried"], json!(["discount", "total"]));
}

#[tokio::test]
async fn the_request_has_what_differs_and_every_other_byte_as_it_came() {
    let app = Instance::start();
    let server = Axum::with_json("{}").await;
    let first = json!({"action": "start", "userId": "u1"});
    let first = turn(&app, first, &json!({"a": 1, "b": [1], "c": "x"})).await;
    // The bot itself set `c` before the next request.
    let next =
        r#"{ "action":"pay", "userId":"u1", "a" : 1.0, "b":[1], "c":"y", "big":9007199254740993 }"#;
    app.turn(next).await.unwrap();
    let altered = json!({"a": 2, "c": "z", "new": {"deep": [null]}});
    let id = begun(&app, &first, altered, &format!("{}/hook", server.url)).await;
    let run = over(&app, &id).await;
    assert_eq!(
        run["turns"][0]["carried"],
        json!(["a", "new", "b"]),
        "{run}"
    );
    let received = server.received().await;
    let request = &received[0];
    assert_eq!((request.uri.as_str(), received.len()), ("/hook", 1));
    let body = String::from_utf8(request.body.to_vec()).unwrap();
    assert_eq!(request.all("content-length"), [body.len().to_string()]);
    assert!(
        body.contains(r#""a" : 2,"#) && body.contains("9007199254740993"),
        "{body}"
    );
    assert!(body.contains(r#""c":"y""#), "{body}");
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["new"], json!({"deep": [null]}));
    assert_eq!(body.get("b"), None);
}

#[tokio::test]
async fn an_answer_that_the_bot_does_not_take_changes_what_the_recorded_one_did() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    let server = Axum::with_json("{\"total\": 40}").await;
    let what_if = json!({"exchange": ids[0], "target": server.url,
        "answer": {"status": 500, "body": "{\"discount\": 1}"}});
    let (_, begun) = app.post("what-if", what_if).await;
    let run = over(&app, begun["id"].as_str().unwrap()).await;
    assert_eq!(run["turns"][0]["carried"], json!(["discount"]), "{run}");
    let received = server.received().await;
    let body: Value = serde_json::from_slice(&received[0].body).unwrap();
    assert_eq!(body.get("discount"), None, "it was never set: {body}");
    // One that is as recorded changes nothing.
    let id = self::begun(&app, &ids[0], json!({"discount": 60.0}), &server.url).await;
    let run = over(&app, &id).await;
    for row in run["turns"].as_array().unwrap() {
        assert_eq!((&row["carried"], &row["equal"]), (&json!([]), &json!(true)));
        assert_eq!(row["remark"], Value::Null);
    }
}

/// A conversation of a user in which paying went well or not.
async fn paid(app: &Instance, user: &str, state: &str, then: &str) -> [Value; 2] {
    let pay = json!({"action": "pay", "userId": user});
    let next = json!({"action": then, "userId": user, "state": state});
    [
        turn(app, pay, &json!({"state": state})).await,
        turn(app, next, &json!({})).await,
    ]
}

#[tokio::test]
async fn where_the_bot_would_have_gone_elsewhere_it_stops_and_says_why() {
    let app = Instance::start();
    for number in 0..5 {
        paid(&app, &format!("p{number}"), "paid", "receipt").await;
        paid(&app, &format!("r{number}"), "refused", "sorry").await;
    }
    let [first, next] = paid(&app, "u1", "paid", "receipt").await;
    let server = Axum::with_json("{}").await;
    let id = begun(&app, &first, json!({"state": "refused"}), &server.url).await;
    let run = over(&app, &id).await;
    assert_eq!(
        (&run["state"], &run["parted_at"], &run["turns"]),
        (&json!("parted"), &next, &json!([])),
        "{run}"
    );
    let message = run["message"].as_str().unwrap();
    for part in [
        "receipt",
        "state",
        "\"paid\"",
        "\"refused\"",
        "sorry",
        "5 of 5",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert!(server.received().await.is_empty(), "it was not sent");
}

#[tokio::test]
async fn under_five_earlier_cases_it_says_that_it_cannot_tell_and_goes_on() {
    let app = Instance::start();
    for number in 0..4 {
        paid(&app, &format!("p{number}"), "paid", "receipt").await;
        paid(&app, &format!("r{number}"), "refused", "sorry").await;
    }
    let [first, next] = paid(&app, "u1", "paid", "receipt").await;
    let server = Axum::with_json("{}").await;
    let id = begun(&app, &first, json!({"state": "refused"}), &server.url).await;
    let run = over(&app, &id).await;
    assert_eq!(
        (&run["state"], &run["turns"][0]["original"]),
        (&json!("done"), &next)
    );
    let remark = run["turns"][0]["remark"].as_str().unwrap();
    assert!(
        remark.contains("Cannot tell") && remark.contains('4'),
        "{remark}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_stops_it_and_so_does_a_person() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    let nobody = ngrok_standin::ReservedPort::take();
    let url = format!("http://{}", nobody.addr());
    let id = begun(&app, &ids[0], json!({"discount": 15}), &url).await;
    let run = over(&app, &id).await;
    let rows = run["turns"].as_array().unwrap();
    assert_eq!((&run["state"], rows.len()), (&json!("stopped"), 1), "{run}");
    assert!(
        rows[0]["failure"].is_string() && rows[0]["answer"].is_null(),
        "{run}"
    );
    let silent = Raw::doing(Act::SayAndWait(Vec::new())).await;
    let id = begun(&app, &ids[0], json!({"discount": 15}), &silent.url).await;
    let route = format!("what-if/{id}");
    let (status, stopped) = app.call(Method::DELETE, &route, None).await;
    assert_eq!(
        (status.as_u16(), &stopped["state"]),
        (200, &json!("stopped"))
    );
    let again = app.get(&route).await;
    assert_eq!(
        (&again["state"], &again["turns"]),
        (&json!("stopped"), &json!([]))
    );
}

#[tokio::test]
async fn what_cannot_be_asked_is_told_with_its_place() {
    let app = Instance::start();
    let ids = recorded(&app).await;
    let answer = json!({"body": "{}"});
    let server = "http://127.0.0.1:1/";
    let (_, replay) = app
        .post(
            &format!("exchanges/{}/replay", ids[0].as_str().unwrap()),
            json!({"target": "self"}),
        )
        .await;
    let unknown = json!("01980000-0000-7000-8000-000000000000");
    let own = app.webhook("/");
    for (exchange, answer, target, status, pointer) in [
        (&unknown, &answer, server, 404, Value::Null),
        (&json!("x"), &answer, server, 422, json!("/exchange")),
        // In no conversation.
        (&replay["id"], &answer, server, 422, json!("/exchange")),
        (&ids[0], &answer, "self", 422, json!("/target")),
        (&ids[0], &answer, "upstream", 422, json!("/target")),
        (&ids[0], &answer, "", 422, json!("/target")),
        (&ids[0], &answer, "bot.example", 422, json!("/target")),
        // It would come into the history.
        (&ids[0], &answer, own.as_str(), 422, json!("/target")),
        (&ids[0], &json!(7), server, 422, json!("/answer")),
        (
            &ids[0],
            &json!({"status": 99}),
            server,
            422,
            json!("/answer/status"),
        ),
        (
            &ids[0],
            &json!({"body": "{}", "body_base64": "e30="}),
            server,
            422,
            json!("/answer/body_base64"),
        ),
    ] {
        let wanted = json!({"exchange": exchange, "answer": answer, "target": target});
        let (found, error) = app.post("what-if", wanted.clone()).await;
        assert_eq!(
            (found.as_u16(), &error["pointer"]),
            (status, &pointer),
            "{wanted}: {error}"
        );
    }
    for method in [Method::GET, Method::DELETE] {
        let route = format!("what-if/{}", unknown.as_str().unwrap());
        assert_eq!(app.call(method, &route, None).await.0, 404);
    }
    // The last turn has nothing behind it.
    let run = over(
        &app,
        &begun(&app, &ids[2], json!({"total": 1}), server).await,
    )
    .await;
    assert_eq!((&run["state"], &run["total"]), (&json!("done"), &json!(0)));
}
