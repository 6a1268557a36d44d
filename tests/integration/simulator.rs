//! Turns that the app makes in a bot's place, with what their users keep from turn to turn.

use ngrok_standin::ReservedPort;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Instance, codes, variable};

/// A turn of the user `u1` with changes.
fn turn(changes: Value) -> Value {
    let mut turn = json!({"platform": "graph", "user": "u1", "event": "pay", "target": "self"});
    let Value::Object(changes) = changes else {
        panic!("{changes} is no object");
    };
    for (name, value) in changes {
        turn[name] = value;
    }
    turn
}

async fn made(app: &Instance, changes: Value) -> Value {
    let (status, made) = app.post("simulate", turn(changes)).await;
    assert_eq!(status, 201, "{made}");
    made
}

/// What a bot answers by default.
async fn answers(app: &Instance, status: u16, body: &str) {
    app.answering(json!({"default_answer": {"status": status, "body": body}}))
        .await;
}

async fn request_body(app: &Instance, made: &Value) -> String {
    let route = format!("exchanges/{}/request/body", made["id"].as_str().unwrap());
    String::from_utf8(app.body(&route).await).unwrap()
}

/// A route of the API as its bytes.
async fn text(app: &Instance, route: &str) -> String {
    String::from_utf8(app.body(route).await).unwrap()
}

/// Calls the API with a body as it is written: a library would round its numbers.
async fn written(app: &Instance, method: Method, route: &str, body: &str) -> (u16, String) {
    let request = app
        .http
        .request(method, app.control(route))
        .bearer_auth(app.ready["token"].as_str().unwrap())
        .body(body.to_owned());
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn put(app: &Instance, user: &str, body: &str) -> (u16, String) {
    let route = format!("simulator/users/{user}");
    written(app, Method::PUT, &route, body).await
}

/// The error that a call gets: status, code and pointer.
fn told((status, error): (reqwest::StatusCode, Value)) -> Value {
    json!([status.as_u16(), error["code"], error["pointer"]])
}

#[tokio::test]
async fn a_turn_carries_what_the_user_has_to_the_next_one_digit_for_digit() {
    let app = Instance::start();
    answers(
        &app,
        200,
        r#"{"big": 9007199254740993, "sum":1098.00, "gone":null}"#,
    )
    .await;
    let set = r#"{"platform":"graph","user":"u1","event":"pay","text":"да",
        "set":{"total":1e3,"gone":-0.0,"userChannel":"WIDGET"},"target":"self"}"#;
    let (status, first) = written(&app, Method::POST, "simulate", set).await;
    assert_eq!(status, 201, "{first}");
    let carried = r#"{"total":1e3,"gone":null,"big":9007199254740993,"sum":1098.00}"#;
    assert!(first.contains(&format!("\"after\":{carried}")), "{first}");
    let first: Value = serde_json::from_str(&first).unwrap();
    let told = ["status", "merged", "carried", "failure"].map(|name| first[name].clone());
    assert_eq!(json!(told), json!([200, true, true, null]));
    let exchange = app.exchange(&first["id"]).await;
    let seen = ["source", "platform", "event", "user", "answered_by"].map(|name| &exchange[name]);
    assert_eq!(
        json!(seen),
        json!(["simulator", "graph", "pay", "u1", "default"])
    );
    assert_eq!(exchange["request"]["remote"], "simulator");
    assert_eq!(variable(&exchange, "sum")["after"], "1098.00");
    assert!(codes(&exchange).contains(&"variable_null"), "{exchange}");
    let body = request_body(&app, &first).await;
    let begins = r#"{"rawRequest":{"id":""#;
    assert!(body.starts_with(begins), "{body}");
    let ends = r#""message":{"text":"да"}},"total":1e3,"gone":-0.0,"userChannel":"WIDGET","userId":"u1","queryText":"да","action":"pay"}"#;
    assert!(body.ends_with(ends), "{body}");

    let second = made(
        &app,
        json!({"event": "next", "unset": ["total", "unknown"]}),
    )
    .await;
    let body = request_body(&app, &second).await;
    let ends = r#""gone":null,"big":9007199254740993,"sum":1098.00,"userId":"u1","queryText":"","action":"next"}"#;
    assert!(body.ends_with(ends), "{body}");
    let exchange = app.exchange(&second["id"]).await;
    let seconds = variable(&exchange, "lastSeen")["in"].as_str().unwrap();
    assert!(seconds.parse::<u64>().is_ok(), "{seconds}");
    let user = text(&app, "simulator/users/u1").await;
    let kept = r#""variables":{"gone":null,"big":9007199254740993,"sum":1098.00}"#;
    assert!(user.contains(kept), "{user}");
    let user: Value = serde_json::from_str(&user).unwrap();
    assert_eq!(user["turns"], json!([first["id"], second["id"]]));
}

#[tokio::test]
async fn an_answer_that_is_not_taken_leaves_the_user_as_it_was_sent() {
    let app = Instance::start();
    for (status, body, reason) in [
        (500, r#"{"n":2}"#, "status"),
        (200, "{", "not_json"),
        (200, "7", "not_object"),
    ] {
        answers(&app, status, body).await;
        let made = made(&app, json!({"set": {"n": 1}})).await;
        let told = ["status", "merged", "after"].map(|name| made[name].clone());
        assert_eq!(json!(told), json!([status, false, {"n": 1}]), "{body}");
        let exchange = app.exchange(&made["id"]).await;
        assert_eq!(exchange["outcome"]["reason"], reason);
        let user = app.get("simulator/users/u1").await;
        assert_eq!(user["variables"], json!({"n": 1}), "{body}");
    }
}

#[tokio::test]
async fn a_turn_goes_to_an_address_or_to_the_bots_own_server() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_string(r#"{"n":1.50}"#);
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let app = Instance::start();
    let url = format!("{}/hook?a=1", server.uri());
    app.answering(json!({"mode": "rules", "upstream": url.clone()}))
        .await;
    for target in ["upstream", &url] {
        let made = made(&app, json!({"target": target})).await;
        assert_eq!(
            (&made["status"], &made["merged"]),
            (&json!(200), &json!(true))
        );
        let exchange = app.exchange(&made["id"]).await;
        assert_eq!(variable(&exchange, "n")["after"], "1.50");
    }
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request.url.query(), Some("a=1"));
        assert!(request.url.path().starts_with("/hook"), "{}", request.url);
        assert_eq!(request.headers["content-type"], "application/json");
        let host = request.headers["host"].to_str().unwrap();
        assert_eq!(host, server.address().to_string());
    }
    let sent: Value = serde_json::from_slice(&requests[1].body).unwrap();
    assert_eq!((&sent["n"], &sent["action"]), (&json!(1.5), &json!("pay")));
}

#[tokio::test]
async fn the_login_and_the_path_of_a_target_are_sent_and_recorded() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_string("{}");
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let app = Instance::start();
    let target = server.uri().replace("http://", "http://u:p@") + "/hook?a=1";
    let made = made(&app, json!({"target": target})).await;
    let request = &server.received_requests().await.unwrap()[0];
    assert_eq!(request.headers["authorization"], "Basic dTpw");
    let exchange = app.exchange(&made["id"]).await;
    assert_eq!(exchange["path"], "/hook");
    assert_eq!(exchange["request"]["query"], "a=1");
}

#[tokio::test]
async fn a_target_that_refuses_is_a_turn_without_a_status_whose_exchange_says_why() {
    let app = Instance::start();
    let refusing = ReservedPort::take();
    let target = format!("http://{}/", refusing.addr());
    let made = made(&app, json!({"set": {"n": 1}, "target": target})).await;
    let told = ["status", "merged", "after"].map(|name| made[name].clone());
    assert_eq!(json!(told), json!([null, false, {"n": 1}]));
    let sentence = made["failure"].as_str().unwrap();
    assert!(sentence.contains("refused"), "{sentence}");
    let exchange = app.exchange(&made["id"]).await;
    let seen = ["state", "failure_code", "source"].map(|name| &exchange[name]);
    assert_eq!(json!(seen), json!(["failed", "refused", "simulator"]));
    assert_eq!(exchange["failure"], made["failure"]);
    let user = app.get("simulator/users/u1").await;
    assert_eq!(
        user["variables"],
        json!({"n": 1}),
        "what was set is not lost"
    );
}

#[tokio::test]
async fn turns_of_one_user_are_made_one_after_another_and_nothing_is_changed_meanwhile() {
    let app = std::sync::Arc::new(Instance::start());
    app.hold(600).await;
    let simulate = |event: &str| {
        let (app, event) = (std::sync::Arc::clone(&app), event.to_owned());
        tokio::spawn(async move { made(&app, json!({"event": event})).await })
    };
    let is_held = |wanted: &'static str| {
        move |event: &Value| {
            let exchange = &event["exchange"];
            exchange["state"] == "held" && exchange["event"] == wanted
        }
    };
    let first = simulate("first");
    let held = app.event(is_held("first")).await["exchange"].clone();
    let second = simulate("second");
    // Refused as long as a turn of the user is under way: this one, or the one behind it.
    for (method, route, body) in [
        (Method::PUT, "simulator/users/u1", json!({"variables": {}})),
        (Method::DELETE, "simulator/users/u1", Value::Null),
        (Method::POST, "simulator/users/u1/back", json!({"turns": 1})),
    ] {
        let body = Some(body).filter(|body| !body.is_null());
        let refused = told(app.call(method, route, body).await);
        assert_eq!(refused, json!([409, "turn_under_way", null]), "{route}");
    }
    let other = app.call(
        Method::PUT,
        "simulator/users/u2",
        Some(json!({"variables": {}})),
    );
    assert_eq!(other.await.0, 200);
    let route = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
    let answer = json!({"body": "{\"n\":1.0}"});
    assert_eq!(app.post(&route, answer).await.0, 200);
    assert_eq!(first.await.unwrap()["after"], json!({"n": 1.0}));
    let held = app.event(is_held("second")).await["exchange"].clone();
    let exchange = app.exchange(&held["id"]).await;
    assert_eq!(
        variable(&exchange, "n")["in"],
        "1.0",
        "of the answer before"
    );
    let route = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
    assert_eq!(app.post(&route, json!({"body": "{\"n\":2}"})).await.0, 200);
    assert_eq!(second.await.unwrap()["after"], json!({"n": 2}));
    assert_eq!(put(&app, "u1", "{\"variables\":{}}").await.0, 200);
}

#[tokio::test]
async fn a_user_is_set_stepped_back_branched_and_forgotten_and_outlasts_a_kill() {
    let dir = TempDir::new().unwrap();
    let mut app = Instance::start_in(dir.path());
    let (status, set) = put(&app, "u1", r#"{"variables":{"total":1098.00}}"#).await;
    assert_eq!(
        (status, set.contains(r#"{"total":1098.00}"#)),
        (200, true),
        "{set}"
    );
    answers(&app, 200, r#"{"step":1}"#).await;
    let first = made(&app, json!({})).await;
    answers(&app, 200, r#"{"step":2}"#).await;
    made(&app, json!({"set": {"more": true}})).await;
    drop(app);
    app = Instance::start_in(dir.path());
    let variables = |user: Value| user["variables"].clone();
    let user = app.get("simulator/users/u1").await;
    assert_eq!(user["turns"].as_array().unwrap().len(), 2);
    let both = json!({"total": 1098.0, "step": 2, "more": true});
    assert_eq!(variables(user), both);
    let (status, branch) = app
        .post("simulator/users/u1/branch", json!({"as": "u/2"}))
        .await;
    assert_eq!((status.as_u16(), &branch["variables"]), (200, &both));
    let (status, back) = app
        .post("simulator/users/u1/back", json!({"turns": 1}))
        .await;
    assert_eq!(
        (status.as_u16(), &back["variables"], &back["turns"]),
        (
            200,
            &json!({"total": 1098.0, "step": 1}),
            &json!([first["id"]])
        )
    );
    let kept = text(&app, "simulator/users/u1").await;
    assert!(kept.contains(r#"{"total":1098.00,"step":1}"#), "{kept}");
    let (status, back) = app.post("simulator/users/u1/back", json!({})).await;
    assert_eq!(
        (status.as_u16(), &back["variables"]),
        (200, &json!({"total": 1098.0}))
    );
    assert_eq!(back["last"], Value::Null);
    let branch = app.get("simulator/users/u%2F2").await;
    assert_eq!(variables(branch), both, "a branch has turns of its own");
    let from = app
        .post("simulator/users/u3/from", json!({"exchange": first["id"]}))
        .await;
    assert_eq!(
        from.1["variables"],
        json!({"total": 1098.0, "step": 1}),
        "{}",
        from.0
    );
    let users = app.get("simulator/users").await["users"].clone();
    let users = users.as_array().unwrap().iter();
    let users: Vec<_> = users.map(|one| (&one["user"], &one["turns"])).collect();
    assert_eq!(json!(users), json!([["u/2", 2], ["u1", 0], ["u3", 0]]));
    let gone = app.call(Method::DELETE, "simulator/users/u1", None).await;
    assert_eq!((gone.0.as_u16(), variables(gone.1)), (200, json!({})));
    assert_eq!(variables(app.get("simulator/users/u1").await), json!({}));
}

#[tokio::test]
async fn a_user_plays_on_from_a_turn_of_the_history() {
    let app = Instance::start();
    answers(&app, 200, r#"{"n":51, "httpStatus": 7}"#).await;
    let recorded = r#"{"action":"pay","userId":"77","queryText":"да","n":50,"sum":1.10,"_a":1}"#;
    app.turn(recorded).await.unwrap();
    let id = app.newest().await["id"].clone();
    let from = json!({"exchange": id});
    let (status, user) = app.post("simulator/users/u1/from", from).await;
    assert_eq!(status, 200, "{user}");
    let user = text(&app, "simulator/users/u1").await;
    assert!(
        user.contains(r#""variables":{"n":51,"sum":1.10}"#),
        "{user}"
    );
    let sending = app.http.post(app.webhook("/")).body("a=1").send();
    sending.await.unwrap();
    let plain = json!({"exchange": app.newest().await["id"]});
    let refused = told(app.post("simulator/users/u1/from", plain).await);
    assert_eq!(refused, json!([422, "invalid", "/exchange"]));
}

#[tokio::test]
async fn users_are_their_bots_and_a_turn_is_read_as_its_platform_whatever_the_bot_is_set_to() {
    let app = Instance::start();
    let other = json!({"name": "Второй", "platform": "plain"});
    let (_, other) = app.post("bots", other).await;
    let id = other["id"].as_str().unwrap();
    made(&app, json!({"set": {"n": 1}})).await;
    let route = format!("simulate?bot={id}");
    let (status, made) = app.post(&route, turn(json!({"set": {"n": 2}}))).await;
    assert_eq!(status, 201, "{made}");
    let exchange = app.exchange(&made["id"]).await;
    let seen = ["bot", "platform", "event"].map(|name| &exchange[name]);
    assert_eq!(json!(seen), json!([id, "graph", "pay"]));
    let first = app.get("simulator/users/u1").await;
    assert_eq!(first["variables"], json!({"n": 1}));
    let of_other = format!("simulator/users/u1?bot={id}");
    assert_eq!(app.get(&of_other).await["variables"], json!({"n": 2}));
    let removed = app.call(Method::DELETE, &format!("bots/{id}"), None).await;
    assert!(removed.0.is_success());
    assert_eq!(app.call(Method::GET, &of_other, None).await.0, 404);
}

#[tokio::test]
async fn a_turn_that_does_not_fit_is_refused_where_it_does_not_and_nothing_is_sent() {
    let app = Instance::start();
    let long = "x".repeat(201);
    let big = "x".repeat(1 << 20);
    for (changes, pointer) in [
        (json!({"platform": "plain"}), "/platform"),
        (json!({"user": ""}), "/user"),
        (json!({"user": long}), "/user"),
        (json!({"user": "a\nb"}), "/user"),
        (json!({"event": ""}), "/event"),
        (json!({"event": 1}), "/event"),
        (json!({"set": {"userId": "u2"}}), "/set/userId"),
        (json!({"set": {"action": "x"}}), "/set/action"),
        (json!({"set": {"_a/b": 1}}), "/set/_a~1b"),
        (json!({"set": [1]}), "/set"),
        (json!({"set": {"big": big}}), "/set"),
        (json!({"set": {"a": 1}, "unset": ["b", "a"]}), "/unset/1"),
        (json!({"unset": ["action"]}), "/unset/0"),
        (json!({"unset": "a"}), "/unset"),
        (json!({"target": "upstream"}), "/target"),
        (json!({"target": "ftp://h/"}), "/target"),
        (json!({"target": ""}), "/target"),
        (json!({"colour": 1}), "/colour"),
    ] {
        let refused = told(app.post("simulate", turn(changes.clone())).await);
        let shown = changes.to_string();
        let shown = &shown[..shown.len().min(80)];
        assert_eq!(refused, json!([422, "invalid", pointer]), "{shown}");
    }
    assert_eq!(app.newest().await, Value::Null, "nothing was sent");
}

#[tokio::test]
async fn what_cannot_be_done_with_a_user_is_refused_with_its_place() {
    let app = Instance::start();
    for (name, code, pointer) in [
        ("queryText", 422, "/variables/queryText"),
        ("_a", 422, "/variables/_a"),
        ("own", 200, ""),
    ] {
        let body = json!({"variables": {name: 1}}).to_string();
        let (status, error) = put(&app, "u1", &body).await;
        assert_eq!(status, code, "{name}: {error}");
        assert!(error.contains(pointer), "{name}: {error}");
    }
    for (route, body, wanted) in [
        (
            "u1/back",
            json!({"turns": 1}),
            json!([422, "invalid", "/turns"]),
        ),
        (
            "u1/back",
            json!({"turns": 0}),
            json!([422, "invalid", "/turns"]),
        ),
        ("nobody/back", json!({}), json!([404, "not_found", null])),
        (
            "nobody/branch",
            json!({"as": "u2"}),
            json!([404, "not_found", null]),
        ),
        (
            "u1/branch",
            json!({"as": "u1"}),
            json!([409, "user_exists", null]),
        ),
        (
            "u1/branch",
            json!({"as": ""}),
            json!([422, "invalid", "/as"]),
        ),
        (
            "u1/from",
            json!({"exchange": "01980000-0000-7000-8000-000000000000"}),
            json!([404, "not_found", null]),
        ),
    ] {
        let refused = told(app.post(&format!("simulator/users/{route}"), body).await);
        assert_eq!(refused, wanted, "{route}");
    }
    assert_eq!(app.newest().await, Value::Null, "nothing was sent");
}
