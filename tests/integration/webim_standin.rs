//! The app in Webim's place: the chats that a visitor has with a bot, which calls back.

use axum::Json;
use axum::extract::State;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Instance, codes};
use crate::tunnel;

const TOKEN: &str = "0a1b2c";

/// Makes the first bot one of Webim's, in its place.
async fn set_up(app: &Instance, bot_url: Option<&str>) {
    let bot = app.get("bots").await["bots"][0]["id"].clone();
    let route = format!("bots/{}", bot.as_str().unwrap());
    let settings = json!({"platform": "webim", "platform_settings": {"webim": {
        "role": "webim", "token": TOKEN, "bot_url": bot_url}}});
    let (status, answer) = app.call(Method::PATCH, &route, Some(settings)).await;
    assert_eq!(status, 200, "{answer}");
}

/// A bot's call at the root of an address.
async fn call(app: &Instance, at: &str, name: &str, token: &str, body: Value) -> Response {
    let url = format!("{}/api/bot/v2/{name}", at.trim_end_matches('/'));
    let request = app
        .http
        .post(url)
        .header("Authorization", format!("Token {token}"));
    request.body(body.to_string()).send().await.unwrap()
}

/// The same, on this machine with its token: the status and the answer.
async fn called(app: &Instance, name: &str, body: Value) -> (u16, String) {
    let response = call(app, &app.webhook(""), name, TOKEN, body).await;
    (response.status().as_u16(), response.text().await.unwrap())
}

fn say(chat: &str, text: &str) -> Value {
    json!({"chat_id": chat, "message": {"kind": "operator", "text": text}})
}

async fn visitor(app: &Instance, event: Value) -> Value {
    let (status, made) = app
        .post("simulate", json!({"platform": "webim", "webim": event}))
        .await;
    assert_eq!(status, 201, "{made}");
    made
}

async fn chat(app: &Instance, id: &str) -> Value {
    app.get(&format!("simulator/users/{id}")).await
}

const TAKEN: (u16, &str) = (200, r#"{"result":"ok"}"#);
const UNKNOWN: (u16, &str) = (400, r#"{"error":"chat-not-found"}"#);

fn is(answer: &(u16, String), wanted: (u16, &str)) {
    assert_eq!((answer.0, answer.1.as_str()), wanted);
}

/// A bot that acknowledges what it is sent.
async fn bot() -> MockServer {
    let bot = MockServer::start().await;
    let acknowledged = ResponseTemplate::new(200).set_body_string(TAKEN.1);
    let acknowledged = Mock::given(any()).respond_with(acknowledged);
    acknowledged.mount(&bot).await;
    bot
}

/// What was said in a chat: who, which kind, the text.
fn said(chat: &Value) -> Value {
    let said = chat["messages"].as_array().unwrap().iter();
    said.map(|one| json!([one["from"], one["kind"], one["text"]]))
        .collect()
}

#[tokio::test]
async fn a_bot_that_is_called_calls_back_and_both_are_seen_in_the_chat() {
    let app = Instance::start();
    let bot = bot().await;
    set_up(&app, Some(&format!("{}/hook", bot.uri()))).await;
    is(
        &called(&app, "send_message", say("7", "early")).await,
        UNKNOWN,
    );
    let begun = visitor(
        &app,
        json!({"event": "new_chat", "chat": "7", "text": "Привет"}),
    )
    .await;
    assert_eq!(begun["status"], 200);
    let request = &bot.received_requests().await.unwrap()[0];
    assert_eq!(request.url.path(), "/hook");
    let event: Value = serde_json::from_slice(&request.body).unwrap();
    let id = event["chat"]["id"].clone();
    assert_eq!((&event["event"], &id), (&json!("new_chat"), &json!(7)));
    let message = json!({"kind": "operator", "text": "Здравствуйте"});
    let answer = called(
        &app,
        "send_message",
        json!({"chat_id": id, "message": message}),
    )
    .await;
    is(&answer, TAKEN);
    let exchange = app.newest().await;
    let told = ["platform", "event", "user", "path"].map(|name| exchange[name].clone());
    let path = "/api/bot/v2/send_message";
    assert_eq!(json!(told), json!(["webim", "send_message", "7", path]));
    visitor(&app, json!({"chat": "7", "text": "да", "kind": "visitor"})).await;
    let redirected = json!({"chat_id": "7", "dep_key": "sales"});
    is(&called(&app, "redirect_chat", redirected).await, TAKEN);
    let seen = chat(&app, "7").await;
    let wanted = json!([
        ["visitor", "visitor", "Привет"],
        ["bot", "operator", "Здравствуйте"],
        ["visitor", "visitor", "да"]
    ]);
    assert_eq!(
        (said(&seen), &seen["chat"]),
        (wanted, &json!("department:sales"))
    );
    assert_eq!(seen["messages"][1]["message"], message);
}

#[tokio::test]
async fn a_chat_outlasts_a_restart_and_takes_nothing_once_it_is_closed() {
    let dir = TempDir::new().unwrap();
    let app = Instance::start_in(dir.path());
    let bot = bot().await;
    set_up(&app, Some(&bot.uri())).await;
    visitor(
        &app,
        json!({"event": "new_chat", "chat": "7", "text": "Привет"}),
    )
    .await;
    drop(app);
    let app = Instance::start_in(dir.path());
    let wanted = json!([["visitor", "visitor", "Привет"]]);
    assert_eq!(said(&chat(&app, "7").await), wanted);
    let users = app.get("simulator/users").await;
    assert_eq!(users["users"][0]["user"], "7");
    is(
        &called(&app, "close_chat", json!({"chat_id": 7})).await,
        TAKEN,
    );
    assert_eq!(chat(&app, "7").await["chat"], "closed");
    is(
        &called(&app, "send_message", say("7", "late")).await,
        UNKNOWN,
    );
    let late = json!({"platform": "webim", "webim": {"chat": "7", "text": "?"}});
    let (status, error) = app.post("simulate", late).await;
    assert_eq!(
        (status.as_u16(), &error["pointer"]),
        (422, &json!("/webim/chat"))
    );
    assert_eq!(
        bot.received_requests().await.unwrap().len(),
        1,
        "nothing was sent"
    );
    let (status, _) = app.call(Method::DELETE, "simulator/users/7", None).await;
    assert_eq!(
        (status.as_u16(), chat(&app, "7").await.get("chat")),
        (200, None)
    );
}

/// A bot in the manner of the vendor's sample, but that it calls back before it acknowledges: it
/// says what it was told, and hands the chat over to the queue at "operator".
async fn echo(
    State((http, webim)): State<(reqwest::Client, String)>,
    Json(event): Json<Value>,
) -> Json<Value> {
    let call = async |name: &str, body: Value| {
        let request = http.post(format!("{webim}api/bot/v2/{name}"));
        let request = request.header("Authorization", format!("Token {TOKEN}"));
        let answer = request.body(body.to_string()).send().await.unwrap();
        let answer = answer.text().await.unwrap();
        serde_json::from_str::<Value>(&answer).unwrap()
    };
    let (told, chat) = (&event["message"]["text"], &event["chat_id"]);
    let message = json!({"kind": "operator", "text": told});
    let said = call("send_message", json!({"chat_id": chat, "message": message})).await;
    if told == "operator" {
        call("redirect_chat", json!({"chat_id": chat})).await;
    }
    Json(said)
}

async fn echoing_bot(app: &Instance) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new()
        .fallback(echo)
        .with_state((app.http.clone(), app.webhook("/")));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}/")
}

#[tokio::test]
async fn a_bot_may_call_back_before_it_acknowledges() {
    let app = Instance::start();
    let bot = echoing_bot(&app).await;
    set_up(&app, Some(&bot)).await;
    for text in ["да", "operator"] {
        let made = visitor(&app, json!({"chat": "c1", "text": text})).await;
        assert_eq!(made["status"], 200);
        let body = format!("exchanges/{}/response/body", made["id"].as_str().unwrap());
        assert_eq!(app.body(&body).await, br#"{"result":"ok"}"#);
    }
    let seen = chat(&app, "c1").await;
    let wanted = json!([
        ["visitor", "visitor", "да"],
        ["bot", "operator", "да"],
        ["visitor", "visitor", "operator"],
        ["bot", "operator", "operator"]
    ]);
    assert_eq!((said(&seen), &seen["chat"]), (wanted, &json!("queue")));
}

#[tokio::test]
async fn an_answer_of_version_1_is_said_in_the_chat_or_leads_to_the_queue() {
    let app = Instance::start();
    let bot = MockServer::start().await;
    let says = r#"{"has_answer":true,"messages":[{"kind":"operator","text":"Да"},{"kind":"no"}]}"#;
    let says = Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string(says));
    says.up_to_n_times(1).mount(&bot).await;
    let fails = Mock::given(any()).respond_with(ResponseTemplate::new(500));
    fails.mount(&bot).await;
    set_up(&app, Some(&bot.uri())).await;
    let event = json!({"version": "1.0", "chat": "a", "text": "?"});
    visitor(&app, event.clone()).await;
    let seen = chat(&app, "a").await;
    assert_eq!(
        (&seen["messages"][1]["text"], &seen["chat"]),
        (&json!("Да"), &json!("bot"))
    );
    assert_eq!(seen["messages"].as_array().unwrap().len(), 2);
    visitor(&app, event).await;
    assert_eq!(chat(&app, "a").await["chat"], "queue");
}

#[tokio::test]
async fn the_next_call_gets_the_answer_that_was_set_once() {
    let app = Instance::start();
    set_up(&app, None).await;
    visitor(&app, json!({"event": "new_chat", "chat": "a"})).await;
    let set = async |answer: &str| {
        let body = Some(json!({"answer": answer}));
        app.call(Method::PUT, "simulator/webim/next", body).await
    };
    for (name, status, part) in [
        ("error", 200, r#""error""#),
        ("unauthorized", 401, "unauthorized"),
        ("html", 200, "<h1>"),
        ("broken", 200, r#"{"result":"ok""#),
    ] {
        assert_eq!(set(name).await.0, 200);
        let wrong = call(&app, &app.webhook(""), "send_message", "x", say("a", "да")).await;
        assert_eq!(wrong.status(), 401, "the token goes first");
        let answer = called(&app, "send_message", say("a", "нет")).await;
        assert_eq!(answer.0, status, "{name}");
        assert!(answer.1.contains(part), "{name} {}", answer.1);
        let exchange = app.newest().await;
        assert_eq!(exchange["answered_by"], "platform");
        let exchange = app.exchange(&exchange["id"]).await;
        assert!(codes(&exchange).contains(&"trial_answer"), "{exchange}");
        is(&called(&app, "send_message", say("a", name)).await, TAKEN);
    }
    assert_eq!(set("ok").await.0, 200);
    is(&called(&app, "send_message", say("a", "ok")).await, TAKEN);
    let seen = chat(&app, "a").await;
    let said = seen["messages"].as_array().unwrap().iter();
    let said: Vec<_> = said.map(|one| one["text"].clone()).collect();
    assert_eq!(
        json!(said),
        json!(["error", "unauthorized", "html", "broken", "ok"])
    );
    let (status, error) = set("pigeon").await;
    assert_eq!(
        (status.as_u16(), &error["pointer"]),
        (422, &json!("/answer"))
    );
    let body = || Some(json!({"answer": "ok"}));
    for (route, status) in [
        ("simulator/graph/next", 422),
        ("simulator/pigeon/next", 404),
    ] {
        assert_eq!(
            app.call(Method::PUT, route, body()).await.0,
            status,
            "{route}"
        );
    }
}

#[tokio::test]
async fn at_the_root_of_a_public_host_the_token_says_which_bot_is_meant() {
    let app = tunnel::app().await;
    set_up(&app, None).await;
    visitor(&app, json!({"event": "new_chat", "chat": "a"})).await;
    let own = json!({"provider": "url", "url": {"url": "https://bot.invalid"}});
    let online = tunnel::start(&app, own, "online").await;
    let at = online["forward_to"].as_str().unwrap();
    let good = call(&app, at, "send_message", TOKEN, say("a", "да")).await;
    assert_eq!(good.status(), 200);
    let exchange = app.newest().await;
    let told = ["source", "path"].map(|name| exchange[name].clone());
    assert_eq!(json!(told), json!(["tunnel", "/api/bot/v2/send_message"]));
    let strangers = app.get("tunnel").await["strangers"].as_u64().unwrap();
    let wrong = call(&app, at, "send_message", "0a1b2d", say("a", "нет")).await;
    assert_eq!(
        (wrong.status().as_u16(), wrong.content_length()),
        (404, Some(0))
    );
    let elsewhere = app.http.post(format!("{at}/api/bot/v3/send_message"));
    let elsewhere = elsewhere.header("Authorization", format!("Token {TOKEN}"));
    assert_eq!(elsewhere.send().await.unwrap().status(), 404);
    assert_eq!(app.get("tunnel").await["strangers"], strangers + 2);
    assert_eq!(
        app.newest().await["id"],
        exchange["id"],
        "nothing is stored of a stranger"
    );
}

#[tokio::test]
async fn on_this_machine_a_wrong_token_is_told_by_the_only_bot_that_can_be_meant() {
    let app = Instance::start();
    let new = json!({"name": "Webim", "platform": "webim", "platform_settings": {"webim": {
        "role": "webim", "token": TOKEN}}});
    let (status, bot) = app.post("bots", new).await;
    assert_eq!(status, 201, "{bot}");
    let at = app.webhook("");
    let wrong = call(&app, &at, "close_chat", "x", json!({"chat_id": "a"})).await;
    assert_eq!(wrong.status(), 401);
    assert_eq!(app.newest().await["bot"], bot["id"]);
    let good = call(&app, &at, "close_chat", TOKEN, json!({"chat_id": "a"})).await;
    assert_eq!(
        (good.status().as_u16(), app.newest().await["bot"].clone()),
        (400, bot["id"].clone())
    );
    // Every other path is the first bot's.
    app.turn("{}").await.unwrap();
    assert_ne!(app.newest().await["bot"], bot["id"]);
}
