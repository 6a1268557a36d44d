//! Rules answer: over real sockets, through the control API.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::servers::{Act, Axum, Raw, asking};
use crate::support::{Instance, codes, raw};

pub(crate) const TURN: &str = r#"{"action":"pay","userId":"77","total":50}"#;

/// A rule that answers an event with a body.
pub(crate) fn reply(name: &str, event: &str, body: &str) -> Value {
    json!({"version": 1, "name": name,
        "when": {"field": "event", "op": "equals", "value": event},
        "then": {"reply": {"status": 200, "body": body}}})
}

pub(crate) async fn add(app: &Instance, rule: Value) -> String {
    let (status, created) = app.post("rules", rule).await;
    assert_eq!(status, StatusCode::CREATED, "{created}");
    created["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn answer(app: &Instance, turn: &str) -> String {
    app.turn(turn.to_owned())
        .await
        .unwrap()
        .text()
        .await
        .unwrap()
}

/// The ids in the list's order.
pub(crate) async fn order(app: &Instance) -> Vec<String> {
    let list = app.get("rules").await;
    let rules = list["rules"].as_array().unwrap().iter();
    rules
        .map(|rule| rule["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_first_enabled_rule_that_matches_answers_and_is_named() {
    let app = Instance::start();
    let first = add(&app, reply("first", "pay", r#"{"by":1}"#)).await;
    let second = add(&app, reply("second", "pay", r#"{"by":2}"#)).await;
    assert_eq!(answer(&app, TURN).await, r#"{"by":1}"#);
    let newest = app.newest().await;
    assert_eq!(newest["answered_by"], "rule");
    assert_eq!(
        (&newest["rule"], &newest["rule_call"]),
        (&json!(first), &json!(1))
    );

    let order_of = json!({"ids": [second, first]});
    let (status, _) = app.call(Method::PUT, "rules/order", Some(order_of)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(order(&app).await, [second.clone(), first.clone()]);
    assert_eq!(answer(&app, TURN).await, r#"{"by":2}"#);

    // A listed rule can be put back as it was listed, with one thing changed.
    let mut listed = app.get(&format!("rules/{second}")).await;
    assert_eq!(listed["hits"], 1);
    let newest = app.newest().await;
    let last = (&listed["last_hit"], &listed["last_hit_at"]);
    assert_eq!(last, (&newest["id"], &newest["at"]));
    assert_eq!(listed["users"], 1, "one user's calls are counted");
    listed["enabled"] = json!(false);
    let put = app
        .call(Method::PUT, &format!("rules/{second}"), Some(listed))
        .await;
    assert_eq!(put.0, StatusCode::OK, "{}", put.1);
    assert_eq!(put.1["hits"], 1, "what it remembers stays");
    assert_eq!(answer(&app, TURN).await, r#"{"by":1}"#);
    assert_eq!(answer(&app, r#"{"action":"other"}"#).await, "{}");
    assert_eq!(app.newest().await["rule"], Value::Null);

    let (status, _) = app
        .call(Method::DELETE, &format!("rules/{first}"), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(answer(&app, TURN).await, "{}");
}

#[tokio::test]
async fn values_keep_their_digits_from_the_definition_to_the_answer() {
    let app = Instance::start();
    let big = "900719925474099312345.10";
    let rule = format!(
        r#"{{"version":1,"when":{{"field":"var:n","op":"equals","value":{big}}},
        "then":{{"reply":{{"status":200,"template":true,
        "body":"{{\"n\": {{{{ vars.n }}}}}}"}}}}}}"#
    );
    let sent = app
        .http
        .post(app.control("rules"))
        .bearer_auth(app.ready["token"].as_str().unwrap())
        .body(rule)
        .send();
    assert_eq!(sent.await.unwrap().status(), StatusCode::CREATED);
    let turn = format!(r#"{{"action":"a","n":{big}}}"#);
    assert_eq!(answer(&app, &turn).await, format!(r#"{{"n": {big}}}"#));
    let listed = app.body("rules").await;
    let listed = String::from_utf8(listed).unwrap();
    assert!(listed.contains(big), "{listed}");
}

#[tokio::test]
async fn sequences_and_calls_belong_to_a_user_survive_a_restart_and_are_reset_one_by_one() {
    let dir = TempDir::new().unwrap();
    let mut app = Instance::start_in(dir.path());
    let replies: Vec<_> = (1..=3)
        .map(|number| json!({"status": 200, "body": number.to_string()}))
        .collect();
    let id = add(
        &app,
        json!({"version": 1, "when": {"all": []},
            "then": {"sequence": {"replies": replies, "end": "last"}}}),
    )
    .await;
    let of = |user: &str| format!(r#"{{"action":"a","userId":"{user}"}}"#);
    assert_eq!(answer(&app, &of("u1")).await, "1");
    assert_eq!(answer(&app, &of("u1")).await, "2");
    assert_eq!(answer(&app, &of("u2")).await, "1");
    assert_eq!(app.terminate(), Some(0));
    drop(app);
    let app = Instance::start_in(dir.path());
    assert_eq!(answer(&app, &of("u1")).await, "3");
    assert_eq!(answer(&app, &of("u1")).await, "3", "the last one again");
    let route = format!("rules/{id}/state");
    let states = app.get(&route).await;
    let expected = json!({"states": [
        {"key": "u1", "calls": 4, "position": 3},
        {"key": "u2", "calls": 1, "position": 1},
    ]});
    assert_eq!(states, expected);
    let (status, _) = app
        .call(Method::DELETE, &format!("{route}?key=u1"), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(answer(&app, &of("u1")).await, "1");
    assert_eq!(answer(&app, &of("u2")).await, "2");
    assert_eq!(app.get(&format!("rules/{id}")).await["hits"], 7);
    // Without a key all are reset; that it took turns stays told.
    let (status, _) = app.call(Method::DELETE, &route, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&route).await, json!({"states": []}));
    let listed = app.get(&format!("rules/{id}")).await;
    assert_eq!((&listed["hits"], &listed["users"]), (&json!(7), &json!(0)));
    assert_eq!(answer(&app, &of("u2")).await, "1");
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_turns() {
    let mut struck = Vec::new();
    for _ in 0..2 {
        let app = Instance::start();
        let bots = app.get("bots").await;
        let bot = bots["bots"][0]["id"].as_str().unwrap().to_owned();
        let seeded = app
            .call(
                Method::PATCH,
                &format!("bots/{bot}"),
                Some(json!({"seed": 42})),
            )
            .await;
        assert_eq!(seeded.1["seed"], 42);
        let by_chance = json!({"version": 1, "when": {"chance": 0.5},
            "then": {"reply": {"status": 200, "body": "struck"}}});
        add(&app, by_chance).await;
        let mut turns = Vec::new();
        for _ in 0..20 {
            turns.push(answer(&app, TURN).await == "struck");
        }
        struck.push(turns);
    }
    assert_eq!(struck[0], struck[1]);
    let many = struck[0].iter().filter(|struck| **struck).count();
    assert!((1..20).contains(&many), "{many}");
}

#[tokio::test]
async fn a_fault_is_seen_on_the_wire() {
    let app = Instance::start();
    let fault = |kind: &str| {
        json!({"version": 1, "id": "f", "when": {"all": []},
            "then": {"fault": {"kind": kind}}})
    };
    add(&app, fault("close")).await;
    let request = b"POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(raw(&app, request).await, b"");
    let exchange = app.newest().await;
    assert_eq!(exchange["state"], "answered");
    let seen = (
        &exchange["answered_by"],
        &exchange["status"],
        &exchange["fault"],
    );
    assert_eq!(seen, (&json!("rule"), &Value::Null, &json!("close")));
    let (status, _) = app
        .call(Method::PUT, "rules/f", Some(fault("garbage")))
        .await;
    assert_eq!(status, StatusCode::OK);
    let bytes = raw(&app, request).await;
    assert!(
        !bytes.is_empty() && !bytes.starts_with(b"HTTP/"),
        "{bytes:?}"
    );
}

#[tokio::test]
async fn a_template_that_fails_answers_by_the_default_and_says_where() {
    let app = Instance::start();
    let failing = json!({"version": 1, "name": "sum", "when": {"all": []},
        "then": {"reply": {"status": 200, "template": true,
            "body": "{\n \"a\": {{ vars.missing.deeper }}}"}}});
    add(&app, failing).await;
    assert_eq!(answer(&app, TURN).await, "{}");
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["answered_by"], "default");
    let findings = exchange["findings"].as_array().unwrap();
    let failed = findings.iter().find(|one| one["code"] == "template_failed");
    let message = failed.unwrap()["message"].as_str().unwrap();
    assert!(message.contains("“sum” failed at line 2"), "{message}");
}

#[tokio::test]
async fn a_rule_asks_a_person_or_a_server_in_any_mode() {
    let server = Axum::answering("{\"from\":\"server\"}").await;
    let app = Instance::start();
    let only = |event: &str, then: Value| {
        json!({"version": 1, "when": {"field": "event", "op": "equals", "value": event},
            "then": then})
    };
    add(&app, reply("never in this mode", "pay", "no")).await;
    let hold = json!({"hold": {"seconds": 600}});
    add(&app, only("ask", hold)).await;
    let forward = json!({"forward": {"upstream": server.url}});
    add(&app, only("server", forward)).await;

    // Hold: an event that a rule forwards goes to the server.
    app.hold(50).await;
    assert_eq!(
        answer(&app, r#"{"action":"server"}"#).await,
        "{\"from\":\"server\"}"
    );
    assert_eq!(app.newest().await["answered_by"], "upstream");
    // My server: an event that a rule holds waits for a person.
    app.answering(json!({"mode": "upstream", "upstream": server.url}))
        .await;
    let waiting = app.turn(r#"{"action":"ask"}"#);
    let waiting = tokio::spawn(waiting);
    let held = app.in_state("held").await;
    assert_ne!(held["rule"], Value::Null);
    let route = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
    let (status, _) = app.post(&route, json!({"body": "{\"by\":\"me\"}"})).await;
    assert_eq!(status, StatusCode::OK);
    let got = waiting.await.unwrap().unwrap().text().await.unwrap();
    assert_eq!(got, "{\"by\":\"me\"}");
    // The reply of a rule is no answer of this mode.
    assert_eq!(answer(&app, TURN).await, "{\"from\":\"server\"}");
}

#[tokio::test]
async fn calls_follow_the_answer_as_exchanges_of_their_own() {
    let server = Axum::answering((StatusCode::ACCEPTED, "ok")).await;
    let app = Instance::start();
    let mut rule = reply("calls", "pay", "{}");
    rule["then"]["after"] = json!([{"method": "PUT", "url": format!("{}/done?x=1", server.url),
        "headers": [["X-A", "1"]], "body": "{\"total\": {{ vars.total }}}", "template": true}]);
    add(&app, rule).await;
    answer(&app, TURN).await;
    let cause = app.event(|event| event["exchange"]["event"] == "pay").await["id"].clone();
    let called = app
        .event(|event| {
            event["exchange"]["source"] == "callback" && event["exchange"]["state"] == "answered"
        })
        .await;
    let exchange = app.exchange(&called["id"]).await;
    assert_eq!(exchange["caused_by"], cause);
    assert_eq!(
        (&exchange["status"], &exchange["path"]),
        (&json!(202), &json!("/done"))
    );
    let received = server.received().await;
    assert_eq!(received[0].uri, "/done?x=1");
    assert_eq!(received[0].body, "{\"total\": 50}");
    assert_eq!(received[0].all("x-a"), ["1"]);
}

#[tokio::test]
async fn calls_to_the_app_itself_are_cut() {
    let app = Instance::start();
    let mut rule = reply("loop", "pay", "{}");
    rule["then"]["after"] = json!([{"method": "POST", "url": app.webhook("/loop?a=1"),
        "headers": [["Content-Type", "application/json"], ["X-Hookloupe-Hops", "0"]],
        "body": TURN}]);
    add(&app, rule).await;
    answer(&app, TURN).await;
    let cut = app
        .event(|event| {
            let exchange = &event["exchange"];
            exchange["source"] == "callback" && exchange["state"] == "failed"
        })
        .await;
    let exchange = app.exchange(&cut["id"]).await;
    assert!(codes(&exchange).contains(&"upstream_loop"), "{exchange}");
    assert_eq!(exchange["path"], "/loop", "as that of its siblings");
    assert_eq!(exchange["request"]["query"], "a=1");
    assert_eq!(exchange["failure_code"], "bad_target");
    assert!(!exchange["findings"].to_string().contains("fallback"));
}

#[tokio::test]
async fn changed_compares_with_the_users_turn_before() {
    let app = Instance::start();
    let changed = json!({"version": 1, "when": {"field": "var:total", "op": "changed"},
        "then": {"reply": {"status": 200, "body": "changed"}}});
    add(&app, changed).await;
    let of =
        |user: &str, total: u32| format!(r#"{{"action":"a","userId":"{user}","total":{total}}}"#);
    for (turn, expected) in [
        (of("u1", 1), "{}"),
        (of("u2", 2), "{}"),
        (of("u1", 1), "{}"),
        (of("u1", 2), "changed"),
        (of("u2", 3), "changed"),
    ] {
        assert_eq!(answer(&app, &turn).await, expected, "{turn}");
    }
}

#[tokio::test]
async fn an_answer_that_waits_is_given_up_with_its_caller() {
    let app = Instance::start();
    let mut slow = reply("slow", "pay", "{}");
    slow["then"]["reply"]["delay_ms"] = json!(60_000);
    add(&app, slow).await;
    let mut caller = TcpStream::connect(app.webhook_host()).await.unwrap();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: b\r\nContent-Length: {}\r\n\r\n{TURN}",
        TURN.len()
    );
    caller.write_all(request.as_bytes()).await.unwrap();
    let shown = app.in_state("answering").await;
    drop(caller);
    assert_eq!(app.in_state("abandoned").await["id"], shown["id"]);
}

#[tokio::test]
async fn a_servers_answer_is_corrected_and_both_are_kept() {
    let came = "{ \"a\" : 1.0, \"b\":2,\"c\":3 }\n";
    let server = Axum::answering(([("Content-Type", "application/json")], came)).await;
    let app = Instance::start();
    app.answering(json!({"mode": "rules", "upstream": server.url}))
        .await;
    let patch = json!({"set": {"b": "\"{{ answer.b }} of {{ vars.total }}\"", "d": "4"},
        "remove": ["c"], "template": true});
    let rule = json!({"version": 1, "when": {"all": []}, "then": {"forward": {"patch": patch}}});
    add(&app, rule).await;
    let went = "{ \"a\" : 1.0, \"b\":\"2 of 50\",\"d\":4 }\n";
    assert_eq!(answer(&app, TURN).await, went);
    let id = app.newest().await["id"].clone();
    let exchange = app.exchange(&id).await;
    assert_eq!(exchange["answered_by"], "upstream");
    let id = id.as_str().unwrap();
    let kept = app.body(&format!("exchanges/{id}/upstream/body")).await;
    assert_eq!(String::from_utf8(kept).unwrap(), came);
}

#[tokio::test]
async fn an_answer_that_cannot_be_corrected_goes_out_as_it_came() {
    let server = Axum::answering("[1]").await;
    let app = Instance::start();
    let rule = json!({"version": 1, "when": {"all": []}, "then": {"forward":
        {"upstream": server.url, "patch": {"set": {"b": "2"}}}}});
    add(&app, rule).await;
    assert_eq!(answer(&app, TURN).await, "[1]");
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert!(
        codes(&exchange).contains(&"patch_not_applied"),
        "{exchange}"
    );
}

#[tokio::test]
async fn a_compressed_answer_is_not_corrected_and_goes_out_byte_for_byte() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
                  Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x08ab";
    let server = Raw::doing(Act::say(answer)).await;
    let app = Instance::start();
    let rule = json!({"version": 1, "when": {"all": []}, "then": {"forward":
        {"upstream": server.url, "patch": {"set": {"b": "2"}}}}});
    add(&app, rule).await;
    let got = app.turn(TURN).await.unwrap().bytes().await.unwrap();
    assert_eq!(&got[..], b"\x1f\x08ab");
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert!(
        codes(&exchange).contains(&"patch_not_applied"),
        "{exchange}"
    );
}

#[tokio::test]
async fn where_a_server_fails_the_rules_or_the_last_answer_go_out() {
    let app = Instance::start();
    add(&app, reply("fallback", "pay", r#"{"by":"rule"}"#)).await;
    let nobody = ngrok_standin::ReservedPort::take();
    let mut answering = asking("upstream", &format!("http://{}", nobody.addr()), 50);
    for (fallback, expected) in [("last", "{}"), ("rules", r#"{"by":"rule"}"#)] {
        answering["hold"]["fallback"] = json!(fallback);
        app.answering(answering.clone()).await;
        assert_eq!(answer(&app, TURN).await, expected, "{fallback}");
        assert_eq!(app.newest().await["answered_by"], "fallback");
    }
    // The one that went out before is the last to this event now.
    answering["hold"]["fallback"] = json!("last");
    app.answering(answering).await;
    assert_eq!(answer(&app, TURN).await, r#"{"by":"rule"}"#);
    assert_eq!(answer(&app, r#"{"action":"other"}"#).await, "{}");
}

#[tokio::test]
async fn rules_are_the_fallback_where_nobody_has_answered() {
    let app = Instance::start();
    add(&app, reply("fallback", "pay", r#"{"by":"rule"}"#)).await;
    let hold = json!({"seconds": 600, "fallback": "rules"});
    app.answering(json!({"mode": "hold", "hold": hold})).await;
    for (turn, expected) in [(TURN, r#"{"by":"rule"}"#), (r#"{"action":"other"}"#, "{}")] {
        let waiting = tokio::spawn(app.turn(turn));
        let event = serde_json::from_str::<Value>(turn).unwrap()["action"].clone();
        let held = app
            .event(|one| one["exchange"]["state"] == "held" && one["exchange"]["event"] == event)
            .await;
        let route = format!("exchanges/{}/release", held["id"].as_str().unwrap());
        let (status, _) = app.post(&route, json!({})).await;
        assert_eq!(status, StatusCode::OK);
        let got = waiting.await.unwrap().unwrap().text().await.unwrap();
        assert_eq!(got, expected);
        assert_eq!(app.newest().await["answered_by"], "fallback");
    }
}
