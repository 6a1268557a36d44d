//! Held requests: a deadline, a fallback, and exactly one answer whatever races.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::rules::add;
use crate::support::{Instance, TIMEOUT, variable};

const TURN: &str = r#"{"action":"pay","userId":"77","variable1":50}"#;

fn route(exchange: &Value, verb: &str) -> String {
    format!("exchanges/{}/{verb}", exchange["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_held_turn_gets_exactly_the_bytes_a_person_gave() {
    let app = Instance::start();
    app.hold(60).await;
    let bot = app.turn(TURN);
    let held = app.in_state("held").await;
    assert!(held["deadline"].is_string());
    let body = "{ \"variable1\" : 51.0,\n\"x\":\"\\u0430\" }\n";
    let (status, value) = app
        .post(
            &route(&held, "answer"),
            json!({"status": 200, "body": body}),
        )
        .await;
    assert_eq!((status.as_u16(), value), (200, json!({"delivered": true})));
    let response = bot.await.unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "application/json; charset=utf-8"
    );
    assert_eq!(response.text().await.unwrap(), body);
    let exchange = app.exchange(&held["id"]).await;
    assert_eq!(
        (&exchange["state"], &exchange["answered_by"]),
        (&json!("answered"), &json!("hand"))
    );
    assert_eq!(variable(&exchange, "variable1")["out"], "51.0");
    assert_eq!(exchange["deadline"], Value::Null);
}

#[tokio::test]
async fn at_the_deadline_the_fallback_goes_out_by_itself() {
    let app = Instance::start();
    app.hold(1).await;
    let response = app.turn(TURN).await.unwrap();
    assert_eq!(response.text().await.unwrap(), "{}");
    let exchange = app.in_state("answered").await;
    assert_eq!(exchange["answered_by"], "fallback");
    assert!(exchange["duration_ms"].as_f64().unwrap() >= 1000.0);
    let (status, error) = app
        .post(
            &route(&exchange, "answer"),
            json!({"status": 200, "body": "{}"}),
        )
        .await;
    assert_eq!((status.as_u16(), &error["code"]), (409, &json!("not_held")));
}

#[tokio::test]
async fn the_fallback_can_be_the_last_answer_to_the_same_event() {
    let app = Instance::start();
    app.answering(json!({"mode": "hold", "hold": {"seconds": 60, "fallback": "last"}}))
        .await;
    let bot = app.turn(TURN);
    let held = app.in_state("held").await;
    app.post(
        &route(&held, "answer"),
        json!({"status": 201, "headers": [["X-A", "b"]], "body": "как вчера"}),
    )
    .await;
    bot.await.unwrap();
    let bot = app.turn(TURN);
    let second = app
        .event(|event| event["exchange"]["state"] == "held" && event["id"] != held["id"])
        .await;
    let (status, _) = app
        .post(&route(&second["exchange"], "release"), json!({}))
        .await;
    assert_eq!(status, 200);
    let response = bot.await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.headers()["x-a"].to_str().unwrap()
        ),
        (201, "b")
    );
    assert_eq!(response.text().await.unwrap(), "как вчера");
}

#[tokio::test]
async fn more_time_moves_the_deadline() {
    let app = Instance::start();
    app.hold(60).await;
    let bot = app.turn(TURN);
    let held = app.in_state("held").await;
    let (status, value) = app
        .post(&route(&held, "extend"), json!({"seconds": 60}))
        .await;
    assert_eq!(status, 200, "{value}");
    assert!(value["deadline"].as_str().unwrap() > held["deadline"].as_str().unwrap());
    assert_eq!(
        app.exchange(&held["id"]).await["deadline"],
        value["deadline"]
    );
    assert_eq!(
        app.post(&route(&held, "answer"), json!({"body": "{}"}))
            .await
            .0,
        200
    );
    assert_eq!(bot.await.unwrap().status(), 200);
    assert_eq!(
        app.post(&route(&held, "extend"), json!({"seconds": 5}))
            .await
            .0,
        409
    );
}

#[tokio::test]
async fn a_caller_that_leaves_is_noticed_while_its_request_is_held() {
    let app = Instance::start();
    app.hold(60).await;
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: bot\r\nContent-Length: {}\r\n\r\n{TURN}",
        TURN.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let held = app.in_state("held").await;
    drop(stream);
    let gone = app.in_state("abandoned").await;
    assert_eq!(gone["id"], held["id"]);
    let (status, error) = app
        .post(&route(&held, "answer"), json!({"body": "{}"}))
        .await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (410, &json!("caller_left"))
    );
    let exchange = app.exchange(&held["id"]).await;
    assert_eq!(
        exchange["outcome"],
        json!({"merged": false, "reason": "caller_left"})
    );
}

#[tokio::test]
async fn a_held_turn_that_was_deleted_gets_its_answer_and_shows_up_no_more() {
    let app = Instance::start();
    app.hold(60).await;
    let bot = app.turn(TURN);
    let held = app.in_state("held").await;
    let id = held["id"].as_str().unwrap();
    let deleted = app
        .call(Method::DELETE, &format!("exchanges/{id}"), None)
        .await;
    assert_eq!(deleted.0, 200);
    let answered = app
        .post(
            &route(&held, "answer"),
            json!({"status": 200, "body": "{\"a\":1}"}),
        )
        .await;
    assert_eq!(answered.0, 200);
    assert_eq!(bot.await.unwrap().text().await.unwrap(), "{\"a\":1}");
    let events = app.get("events?after=0").await["events"].clone();
    let kinds: Vec<&str> = events
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["id"] == held["id"])
        .filter_map(|event| event["kind"].as_str())
        .collect();
    assert_eq!(
        kinds,
        ["exchange_removed"],
        "of each reading the last is kept"
    );
    assert_eq!(app.get("exchanges").await["exchanges"], json!([]));
}

#[tokio::test]
async fn of_many_answers_at_once_exactly_one_wins() {
    let app = Instance::start();
    app.hold(60).await;
    let bot = app.turn(TURN);
    let held = app.in_state("held").await;
    let route = route(&held, "answer");
    let answers =
        (0..16).map(|number| app.post(&route, json!({"body": format!("{{\"n\":{number}}}")})));
    let outcomes = futures::future::join_all(answers).await;
    let won: Vec<usize> = outcomes
        .iter()
        .enumerate()
        .filter(|(_, (status, _))| *status == 200)
        .map(|(number, _)| number)
        .collect();
    assert_eq!(won.len(), 1);
    assert!(
        outcomes
            .iter()
            .all(|(status, _)| *status == 200 || *status == 409)
    );
    assert_eq!(
        bot.await.unwrap().text().await.unwrap(),
        format!("{{\"n\":{}}}", won[0])
    );
}

/// So many are held at once.
const MANY: usize = 256;

/// Sends turns until all that may be are held; the bots that wait, and what is held.
async fn hold_many(app: &Instance) -> (Vec<JoinHandle<reqwest::Response>>, Vec<Value>) {
    let bots: Vec<_> = (0..MANY)
        .map(|number| app.turn(format!(r#"{{"action":"e{number}","userId":"{number}"}}"#)))
        .collect();
    let all_held = async {
        loop {
            let held = app.get("exchanges?limit=1000&filter=is:held").await["exchanges"].clone();
            if held.as_array().unwrap().len() == MANY {
                return held;
            }
            let seq = app.get("exchanges?limit=1").await["seq"].as_u64().unwrap();
            app.get(&format!("events?after={seq}&wait_ms=100")).await;
        }
    };
    let held = tokio::time::timeout(TIMEOUT, all_held)
        .await
        .expect("all are held");
    (bots, held.as_array().unwrap().clone())
}

#[tokio::test]
async fn two_hundred_and_fifty_six_are_held_at_once_and_each_gets_its_own_answer() {
    let app = Instance::start();
    app.hold(120).await;
    let (bots, held) = hold_many(&app).await;
    let answers = held.iter().map(|one| {
        let route = route(one, "answer");
        let body = json!({"body": format!("{{\"for\":{}}}", one["event"])});
        let app = &app;
        async move { app.post(&route, body).await.0 }
    });
    assert!(
        futures::future::join_all(answers)
            .await
            .iter()
            .all(|status| *status == 200)
    );
    for (number, bot) in bots.into_iter().enumerate() {
        assert_eq!(
            bot.await.unwrap().text().await.unwrap(),
            format!("{{\"for\":\"e{number}\"}}")
        );
    }
}

#[tokio::test]
async fn rules_change_while_many_are_held_and_each_gets_its_answer_by_those_of_then() {
    let app = Instance::start();
    let hold = json!({"mode": "hold", "hold": {"seconds": 120, "fallback": "rules"}});
    app.answering(hold).await;
    let all = |by: &str| {
        json!({"version": 1, "when": {"all": []},
            "then": {"reply": {"body": format!("{{\"by\":\"{by}\"}}")}}})
    };
    let first = add(&app, all("first")).await;
    let (bots, held) = hold_many(&app).await;
    let second = add(&app, all("second")).await;
    let turned = json!({"ids": [second, first]});
    let ordered = app.call(Method::PUT, "rules/order", Some(turned)).await;
    assert_eq!(ordered.0, StatusCode::NO_CONTENT);
    let route_of = format!("rules/{second}");
    let replaced = app.call(Method::PUT, &route_of, Some(all("changed"))).await;
    assert!(replaced.0.is_success(), "{}", replaced.1);
    let removed = app
        .call(Method::DELETE, &format!("rules/{first}"), None)
        .await;
    assert_eq!(removed.0, StatusCode::NO_CONTENT);
    let still = app.get("exchanges?limit=1000&filter=is:held").await;
    assert_eq!(still["exchanges"].as_array().unwrap().len(), MANY);
    let ends = held.iter().map(|one| {
        let number: usize = one["user"].as_str().unwrap().parse().unwrap();
        let by_hand = json!({"body": format!("{{\"by\":{number}}}")});
        let (verb, body) = match number % 2 {
            0 => ("answer", by_hand),
            _ => ("release", json!({})),
        };
        let (app, route) = (&app, route(one, verb));
        async move { app.post(&route, body).await.0 }
    });
    let ends = futures::future::join_all(ends).await;
    assert!(ends.iter().all(|status| *status == 200), "{ends:?}");
    for (number, bot) in bots.into_iter().enumerate() {
        let expected = match number % 2 {
            0 => format!("{{\"by\":{number}}}"),
            _ => r#"{"by":"changed"}"#.to_owned(),
        };
        assert_eq!(bot.await.unwrap().text().await.unwrap(), expected);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn ending_the_app_answers_what_is_held_with_its_fallback() {
    let mut app = Instance::start();
    app.hold(600).await;
    let bot = app.turn(TURN);
    app.in_state("held").await;
    assert_eq!(app.terminate(), Some(0));
    let response = bot.await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.text().await.unwrap().as_str()
        ),
        (200, "{}")
    );
    let again = Instance::start_in(&app.dir());
    assert_eq!(again.newest().await["answered_by"], "fallback");
}

#[tokio::test]
async fn all_held_are_released_together() {
    let app = Instance::start();
    app.hold(60).await;
    let bots = [app.turn(TURN), app.turn(TURN)];
    let first = app.in_state("held").await;
    app.event(|event| event["exchange"]["state"] == "held" && event["id"] != first["id"])
        .await;
    let (_, released) = app.post("exchanges/release", json!({})).await;
    assert_eq!(released["released"], 2);
    for bot in bots {
        assert_eq!(bot.await.unwrap().text().await.unwrap(), "{}");
    }
}

#[tokio::test]
async fn a_preview_shows_what_an_answer_would_do_without_giving_it() {
    let app = Instance::start();
    app.hold(60).await;
    let bot = app.turn(TURN);
    let held = app.in_state("held").await;
    let (status, preview) = app
        .post(
            &route(&held, "preview"),
            json!({"status": 200, "body": "{\"variable1\":\"51\"}"}),
        )
        .await;
    assert_eq!(status, 200, "{preview}");
    assert_eq!(variable(&preview, "variable1")["change"], "type_changed");
    assert_eq!(preview["outcome"]["merged"], true);
    let (_, broken) = app
        .post(
            &route(&held, "preview"),
            json!({"status": 200, "body": "{\"a\":1,}"}),
        )
        .await;
    assert_eq!(
        broken["outcome"],
        json!({"merged": false, "reason": "not_json"})
    );
    let finding = &broken["findings"][0];
    assert_eq!(
        (
            &finding["code"],
            &finding["line"],
            &finding["column"],
            &finding["offset"]
        ),
        (&json!("json_syntax"), &json!(1), &json!(8), &json!(7))
    );
    assert_eq!(app.exchange(&held["id"]).await["state"], "held");
    app.post(&route(&held, "release"), json!({})).await;
    bot.await.unwrap();
}

#[tokio::test]
async fn a_wrong_answer_document_says_where_and_leaves_the_request_waiting() {
    let app = Instance::start();
    app.hold(60).await;
    let bot = app.turn(TURN);
    let held = app.in_state("held").await;
    for (document, pointer) in [
        (json!({"status": 99, "body": "{}"}), "/status"),
        (json!({"headers": [["a b", "c"]]}), "/headers/0/0"),
        (json!({"headers": [["a", "b\r\nc: d"]]}), "/headers/0/1"),
        (json!({"body_base64": "%"}), "/body_base64"),
        (json!({"body": "a", "body_base64": "YQ=="}), "/body_base64"),
    ] {
        let (status, error) = app.post(&route(&held, "answer"), document).await;
        assert_eq!(
            (status.as_u16(), &error["pointer"]),
            (422, &json!(pointer)),
            "{error}"
        );
    }
    let (status, error) = app
        .call(Method::PUT, "answering", Some(json!({"mode": "upstream"})))
        .await;
    assert_eq!(
        (status.as_u16(), &error["pointer"]),
        (422, &json!("/upstream"))
    );
    assert_eq!(
        app.post(
            &route(&held, "answer"),
            json!({"status": 200, "body": "{}"})
        )
        .await
        .0,
        200
    );
    bot.await.unwrap();
}
