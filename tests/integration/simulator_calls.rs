//! Calls that a person composed, made in the place of a platform or of a program that calls one.

use ngrok_standin::ReservedPort;
use reqwest::Method;
use serde_json::{Value, json};
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Instance, variable};

async fn made(app: &Instance, call: Value) -> Value {
    let (status, made) = app.post("simulate", call).await;
    assert_eq!(status, 201, "{made}");
    made
}

/// A server whose answers have these statuses in turn, the last one from then on.
async fn server(statuses: &[u16]) -> MockServer {
    let server = MockServer::start().await;
    for (index, status) in statuses.iter().enumerate() {
        let answer = ResponseTemplate::new(*status).set_body_string(r#"{"sum": 1098.00}"#);
        let mock = Mock::given(any()).respond_with(answer);
        let is_last = index + 1 == statuses.len();
        let mock = match is_last {
            true => mock,
            false => mock.up_to_n_times(1),
        };
        mock.mount(&server).await;
    }
    server
}

fn block(retry: &str, target: &str) -> Value {
    json!({"platform": "leadconverter", "target": target, "leadconverter": {
        "method": "JSON POST", "headers": [["X-Name", "({name})"]],
        "parameters": [["user.name", "({name})"], ["total", "({total})"]],
        "variables": {"name": "Иван", "total": 1098.5}, "result": "answer", "retry": retry}})
}

#[tokio::test]
async fn a_block_is_called_with_its_variables_and_its_answer_goes_into_the_one_named() {
    let app = Instance::start();
    let server = server(&[200]).await;
    let target = format!("{}/hook?x=1", server.uri());
    let made = made(&app, block("off", &target)).await;
    let told = ["status", "merged"].map(|name| made[name].clone());
    assert_eq!(json!(told), json!([200, true]));
    assert_eq!(made["after"]["answer"]["sum"], 1098.0);
    assert_eq!(made["after"]["name"], "Иван");
    let attempts = json!([{"id": made["id"], "status": 200, "after_s": 0}]);
    assert_eq!(
        (&made["attempts"], &made["suspended"]),
        (&attempts, &json!(false))
    );
    let request = &server.received_requests().await.unwrap()[0];
    assert_eq!(
        (request.url.path(), request.url.query()),
        ("/hook", Some("x=1"))
    );
    let sent: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(sent["user"]["name"], "Иван");
    let exchange = app.exchange(&made["id"]).await;
    let seen = ["source", "platform", "path", "state"].map(|name| &exchange[name]);
    assert_eq!(
        json!(seen),
        json!(["simulator", "leadconverter", "/hook", "answered"])
    );
    assert_eq!(exchange["request"]["query"], "x=1");
}

#[tokio::test]
async fn the_compressed_clock_makes_the_attempts_of_hours_and_tells_the_platforms_times() {
    let app = Instance::start();
    let failing = server(&[500]).await;
    let call = made(&app, block("compressed", &failing.uri())).await;
    let attempts = call["attempts"].as_array().unwrap();
    let seconds: Vec<_> = attempts.iter().map(|one| &one["after_s"]).collect();
    assert_eq!(json!(seconds), json!([0, 5, 35, 95, 1895, 9095]));
    assert_eq!(
        (&call["suspended"], &call["merged"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(failing.received_requests().await.unwrap().len(), 6);
    let first = app.exchange(&attempts[0]["id"]).await["attempt"].clone();
    assert_eq!((&first["number"], &first["of"]), (&json!(1), &call["id"]));
    assert!(first["next_at"].is_string(), "{first}");
    let sixth = json!({"number": 6, "most": 6, "of": call["id"], "next_at": null,
        "suspended": true});
    assert_eq!(app.exchange(&attempts[5]["id"]).await["attempt"], sixth);
    let newest = app.newest().await;
    let told = ["attempt", "attempt_of"].map(|name| newest[name].clone());
    assert_eq!(json!(told), json!([6, call["id"]]));
    let recovering = server(&[500, 503, 200]).await;
    let call = made(&app, block("compressed", &recovering.uri())).await;
    let attempts = call["attempts"].as_array().unwrap();
    let statuses: Vec<_> = attempts.iter().map(|one| &one["status"]).collect();
    assert_eq!(json!(statuses), json!([500, 503, 200]));
    let told = ["status", "merged", "suspended"].map(|name| call[name].clone());
    assert_eq!(json!(told), json!([200, true, false]));
    for attempt in attempts {
        assert_eq!(app.exchange(&attempt["id"]).await["source"], "simulator");
    }
}

#[tokio::test]
async fn the_real_clock_answers_after_the_first_attempt_and_is_stopped_by_its_id() {
    let app = Instance::start();
    let failing = server(&[500]).await;
    let call = made(&app, block("real", &failing.uri())).await;
    let attempts = call["attempts"].as_array().unwrap();
    assert_eq!((attempts.len(), &call["suspended"]), (1, &json!(false)));
    let id = call["id"].as_str().unwrap();
    let stop = format!("simulate/{id}");
    assert_eq!(app.call(Method::DELETE, &stop, None).await.0, 204);
    let again = app.call(Method::DELETE, &stop, None).await;
    assert_eq!(
        (again.0.as_u16(), &again.1["code"]),
        (404, &json!("not_found"))
    );
    let sound = server(&[200]).await;
    let call = made(&app, block("real", &sound.uri())).await;
    let stop = format!("simulate/{}", call["id"].as_str().unwrap());
    assert_eq!(
        app.call(Method::DELETE, &stop, None).await.0,
        404,
        "nothing is to come"
    );
}

#[tokio::test]
async fn a_clock_that_is_stopped_midway_ends_after_the_attempt_under_way() {
    let app = Instance::start();
    app.hold(3600).await;
    let calling = app.post("simulate", block("compressed", "self"));
    let stopping = async {
        let mut held = Vec::new();
        for _ in 0..2 {
            let known = held.clone();
            let event = app
                .event(move |event| {
                    let exchange = &event["exchange"];
                    exchange["state"] == "held" && !known.contains(&exchange["id"])
                })
                .await;
            let id = event["exchange"]["id"].clone();
            let route = format!("exchanges/{}/answer", id.as_str().unwrap());
            held.push(id);
            if held.len() == 2 {
                let stop = format!("simulate/{}", held[0].as_str().unwrap());
                assert_eq!(app.call(Method::DELETE, &stop, None).await.0, 204);
            }
            let answer = json!({"status": 500, "body": ""});
            assert_eq!(app.post(&route, answer).await.0, 200);
        }
        held
    };
    let ((status, call), held) = tokio::join!(calling, stopping);
    assert_eq!((status.as_u16(), &call["suspended"]), (201, &json!(false)));
    let attempts = call["attempts"].as_array().unwrap();
    let ids: Vec<_> = attempts.iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, held);
}

#[tokio::test]
async fn a_repeated_call_is_known_as_one_after_a_restart() {
    let dir = tempfile::TempDir::new().unwrap();
    let app = Instance::start_in(dir.path());
    let server = server(&[500, 200]).await;
    let call = made(&app, block("compressed", &server.uri())).await;
    let second = &call["attempts"][1]["id"];
    let before = app.exchange(second).await["attempt"].clone();
    let told = json!({"number": 2, "most": 6, "of": call["id"], "next_at": null,
        "suspended": false});
    assert_eq!(before, told);
    drop(app);
    let app = Instance::start_in(dir.path());
    assert_eq!(app.exchange(second).await["attempt"], told);
}

#[tokio::test]
async fn the_http_request_block_is_sent_with_its_variables_and_leads_to_an_exit() {
    let app = Instance::start();
    let server = MockServer::start().await;
    let found = ResponseTemplate::new(200).set_body_raw("<city id='1'>Казань</city>", "text/xml");
    let found = Mock::given(path("/found")).respond_with(found);
    found.mount(&server).await;
    let block = |page: &str| {
        json!({"platform": "graph", "graph_http": {"method": "POST",
            "url": format!("{}/${{page}}?id=${{user.id}}", server.uri()),
            "headers": [["X-City", "$city"]], "body": r#"{"n": $n, "city": "$city"}"#,
            "variables": {"page": page, "user": {"id": 7}, "n": 1098.5, "city": "Kazan"}}})
    };
    let taken = made(&app, block("found")).await;
    assert_eq!(
        (&taken["exit"], &taken["status"]),
        (&json!("ok"), &json!(200))
    );
    assert_eq!(
        (taken.get("merged"), &taken["after"]["httpStatus"]),
        (None, &json!(200))
    );
    let city = json!({"city": {"id": "1", "content": "Казань"}});
    assert_eq!(taken["after"]["httpResponse"], city);
    let request = &server.received_requests().await.unwrap()[0];
    assert_eq!(
        (request.url.path(), request.url.query()),
        ("/found", Some("id=7"))
    );
    assert_eq!(request.headers["x-city"], "Kazan");
    assert_eq!(request.body, br#"{"n": 1098.5, "city": "Kazan"}"#);
    let exchange = app.exchange(&taken["id"]).await;
    assert_eq!(exchange["platform"], "graph_http");
    let value = variable(&exchange, "httpResponse")["after"]
        .as_str()
        .unwrap();
    assert_eq!(serde_json::from_str::<Value>(value).unwrap(), city);
    let lost = made(&app, block("lost")).await;
    assert_eq!(
        (&lost["exit"], &lost["after"]["httpStatus"]),
        (&json!("error"), &json!(404))
    );
    assert_eq!(lost["after"]["httpResponse"], "");
    drop(server);
}

#[tokio::test]
async fn a_request_of_the_block_without_an_answer_leads_to_its_exit_for_errors() {
    let app = Instance::start();
    let port = ReservedPort::take();
    let url = format!("http://127.0.0.1:{}/", port.number());
    let block =
        json!({"platform": "graph_http", "graph_http": {"url": url, "variables": {"n": 1}}});
    let made = made(&app, block).await;
    assert_eq!(
        (&made["exit"], &made["status"]),
        (&json!("error"), &Value::Null)
    );
    let after = json!({"n": 1, "httpResponse": null, "httpStatus": -1});
    assert_eq!(made["after"], after);
    assert!(made["failure"].is_string(), "{made}");
}

#[tokio::test]
async fn a_recorded_request_is_read_as_the_blocks_own() {
    let app = Instance::start();
    app.answering(json!({"default_answer": {"status": 500, "body": "[1]"}}))
        .await;
    app.turn(r#"{"n": 1}"#).await.unwrap();
    let newest = app.newest().await;
    let route = format!("exchanges/{}", newest["id"].as_str().unwrap());
    let block = Some(json!({"platform": "graph_http"}));
    assert_eq!(app.call(Method::PATCH, &route, block).await.0, 200);
    let exchange = app.exchange(&newest["id"]).await;
    assert_eq!(variable(&exchange, "httpResponse")["after"], r#""[1]""#);
    assert_eq!(variable(&exchange, "httpStatus")["after"], "500");
    let outcome = json!({"merged": false, "reason": "status", "saved": "text"});
    assert_eq!(exchange["outcome"], outcome);
    let listed = app.get("platforms").await;
    let graph = &listed["platforms"][0];
    assert_eq!(graph["parts"][0]["id"], "graph_http");
}

#[tokio::test]
async fn programs_that_call_a_platform_are_played_with_the_address_that_they_have() {
    let app = Instance::start();
    let server = server(&[200]).await;
    let link = format!("{}/api/request/?token=t&chat_id=", server.uri());
    let chatapp = json!({"platform": "chatapp", "chatapp": {"link": link,
        "fields": {"chat_id": "7999"}, "body": {"total": 1098.5}}});
    let trigger = format!("{}/api/webhook:trigger/k", server.uri());
    let nocobase = json!({"platform": "nocobase", "nocobase": {"url": trigger,
        "auth": {"user": "u", "password": "p"}, "query": "a=1", "body": {"b": 2}}});
    for call in [chatapp, nocobase] {
        let made = made(&app, call.clone()).await;
        assert_eq!(made["status"], 200, "{made}");
        assert_eq!(made.get("merged"), None, "nothing is kept of it");
        let exchange = app.exchange(&made["id"]).await;
        assert_eq!(exchange["platform"], call["platform"]);
    }
    let requests = server.received_requests().await.unwrap();
    let targets: Vec<String> = requests.iter().map(|one| one.url.to_string()).collect();
    assert!(
        targets[0].ends_with("/api/request/?token=t&chat_id=7999"),
        "{targets:?}"
    );
    assert!(
        targets[1].ends_with("/api/webhook:trigger/k?a=1"),
        "{targets:?}"
    );
    assert_eq!(requests[1].headers["authorization"], "Basic dTpw");
}

#[tokio::test]
async fn an_event_is_played_to_the_bot_itself_and_answered_as_its_platform_does() {
    let app = Instance::start();
    let event = json!({"platform": "webim", "target": "self", "webim": {
        "version": "2.0", "event": "new_message", "chat": "c1", "text": "да"}});
    let made = made(&app, event).await;
    assert_eq!(made["status"], 200, "{made}");
    let exchange = app.exchange(&made["id"]).await;
    let seen = ["source", "platform", "event", "user"].map(|name| &exchange[name]);
    assert_eq!(
        json!(seen),
        json!(["simulator", "webim", "new_message", "c1"])
    );
    assert_eq!(variable(&exchange, "text")["in"], "\"да\"");
    assert_eq!(exchange["query_text"], "да");
    let body = format!("exchanges/{}/response/body", made["id"].as_str().unwrap());
    assert_eq!(app.body(&body).await, br#"{"result":"ok"}"#);
}

#[tokio::test]
async fn the_login_and_the_path_of_a_target_are_sent_and_recorded() {
    let server = server(&[200]).await;
    let app = Instance::start();
    let target = server.uri().replace("http://", "http://u:p@") + "/hook?a=1";
    let turn = json!({"platform": "graph", "user": "u1", "event": "pay", "target": target});
    let made = made(&app, turn).await;
    let request = &server.received_requests().await.unwrap()[0];
    assert_eq!(request.headers["authorization"], "Basic dTpw");
    let exchange = app.exchange(&made["id"]).await;
    assert_eq!(exchange["path"], "/hook");
    assert_eq!(exchange["request"]["query"], "a=1");
}

#[tokio::test]
async fn a_call_that_does_not_fit_is_refused_where_it_does_not_and_nothing_is_sent() {
    let app = Instance::start();
    for (call, pointer) in [
        (json!({"platform": "chatapp"}), "/chatapp"),
        (
            json!({"platform": "chatapp", "chatapp": {}}),
            "/chatapp/link",
        ),
        (json!({"platform": "chatapp", "chatapp": []}), "/chatapp"),
        (
            json!({"platform": "chatapp", "chatapp": {"link": "http://h:x/"}}),
            "/chatapp",
        ),
        (
            json!({"platform": "chatapp", "chatapp": {"link": "http://h/"}, "target": "self"}),
            "/target",
        ),
        (json!({"platform": "plain"}), "/platform"),
        (
            json!({"platform": "webim", "webim": {"chat": "c"}, "user": "u"}),
            "/user",
        ),
        (
            json!({"platform": "webim", "webim": {"chat": "c"}, "nocobase": {}}),
            "/nocobase",
        ),
        (
            json!({"platform": "webim", "webim": {"chat": "c", "colour": 1}}),
            "/webim/colour",
        ),
        (
            json!({"platform": "leadconverter", "leadconverter": {"retry": "never"}}),
            "/leadconverter/retry",
        ),
        (
            json!({"platform": "graph", "user": "u", "event": "e", "webim": {}}),
            "/webim",
        ),
    ] {
        let (status, error) = app.post("simulate", call.clone()).await;
        assert_eq!(
            (status.as_u16(), &error["pointer"]),
            (422, &json!(pointer)),
            "{call} {error}"
        );
    }
    assert_eq!(app.newest().await, Value::Null);
}
