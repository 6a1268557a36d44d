//! Conversations as files of a platform's own.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::Instance;

/// Sends a turn; its exchange.
async fn turn(app: &Instance, body: Value) -> Value {
    app.turn(body.to_string()).await.unwrap();
    app.newest().await["id"].clone()
}

async fn default_answer(app: &Instance, status: u16, body: &str) {
    let answer = json!({"default_answer": {"status": status, "body": body}});
    app.answering(answer).await;
}

/// The file's text and its fields.
async fn exported(app: &Instance, wanted: Value) -> (String, reqwest::header::HeaderMap) {
    let request = app
        .http
        .post(app.control("export"))
        .bearer_auth(app.ready["token"].as_str().unwrap())
        .header("Accept-Language", "en")
        .json(&wanted);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let fields = response.headers().clone();
    (response.text().await.unwrap(), fields)
}

#[tokio::test]
async fn a_conversation_becomes_tests_whose_mocks_answer_as_was_answered() {
    let app = Instance::start();
    let user = "u<1>\u{7}😀\" \\";
    let message = json!({"message": {"id": "7"}});
    let body = |event: &str, text: &str, n: u8| {
        json!({"action": event, "userId": user, "queryText": text, "n": n,
            "rawRequest": message})
    };
    default_answer(&app, 200, "{\"n\": 1.0, \"say\": \"]]>\"}").await;
    let first = turn(&app, body("pay", "плачу & жду", 1)).await;
    // The same message leads to a second call of the same event.
    default_answer(&app, 500, "oh <no>").await;
    turn(&app, body("pay", "плачу & жду", 2)).await;
    let wanted = json!({"format": "sber-code-xml", "conversation": first,
        "url": "https://bot.example/hook?a=1&b=2"});
    let (text, fields) = exported(&app, wanted).await;
    assert_eq!(fields["content-type"], "application/xml; charset=utf-8");
    assert_eq!(
        fields["content-disposition"],
        "attachment; filename=\"conversation.xml\""
    );
    assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    let query = "<query method=\"post\">https://bot.example/hook?a=1&amp;b=2</query>";
    assert_eq!(text.matches(query).count(), 2, "{text}");
    for part in [
        "<body>{\"action\":\"pay\",\"n\":1}</body>",
        "<response>{\"n\": 1.0, \"say\": \"]]&gt;\"}</response>",
        "<body>{\"action\":\"pay\",\"n\":2}</body>",
        "<response status=\"500\" type=\"text\">oh &lt;no&gt;</response>",
        "<q>плачу &amp; жду</q>",
        "<test-case id=\"u&lt;1&gt;😀",
    ] {
        assert_eq!(text.matches(part).count(), 1, "{part}: {text}");
    }
    // Without an address there is none of the bot's, which has its secret.
    let wanted = json!({"format": "sber-code-xml", "conversation": first});
    let (text, _) = exported(&app, wanted).await;
    assert!(text.contains(">https://webhook.example/</query>"), "{text}");
    assert!(!text.contains(&app.webhook_host()), "{text}");
}

async fn refused(app: &Instance, wanted: Value, status: u16, pointer: Value) -> String {
    let (found, error) = app.post("export", wanted.clone()).await;
    assert_eq!(
        (found.as_u16(), &error["pointer"]),
        (status, &pointer),
        "{wanted}: {error}"
    );
    error["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_cannot_be_exported_is_told_with_its_place() {
    let app = Instance::start();
    let first = turn(&app, json!({"action": "pay", "userId": "u1"})).await;
    let unknown = "01980000-0000-7000-8000-000000000000";
    for format in ["pdf", "", "SBER-CODE-XML"] {
        let wanted = json!({"format": format, "conversation": first});
        let message = refused(&app, wanted, 422, json!("/format")).await;
        assert!(message.contains("sber-code-xml"), "{message}");
    }
    let format = "sber-code-xml";
    let wanted = json!({"format": format, "conversation": unknown});
    refused(&app, wanted, 404, Value::Null).await;
    let wanted = json!({"format": format, "conversation": "x"});
    refused(&app, wanted, 422, json!("/conversation")).await;
    refused(&app, json!({"format": format}), 422, json!("/conversation")).await;
    for url in [
        "",
        "bot.example",
        "ftp://bot.example/",
        "https://",
        "https://a/\u{1}",
    ] {
        let wanted = json!({"format": format, "conversation": first, "url": url});
        refused(&app, wanted, 422, json!("/url")).await;
    }
}

#[tokio::test]
async fn a_conversation_of_another_platform_is_refused_with_those_that_can_be_exported() {
    let app = Instance::start();
    let bots = app.get("bots").await;
    let bot = format!("bots/{}", bots["bots"][0]["id"].as_str().unwrap());
    let webim = json!({"platform": "webim"});
    let (status, _) = app.call(Method::PATCH, &bot, Some(webim)).await;
    assert_eq!(status, 200);
    let message = json!({"id": "m1", "kind": "visitor", "text": "hi"});
    let event = json!({"event": "new_message", "chat_id": 7, "message": message});
    turn(&app, event).await;
    let list = app.get("conversations").await;
    let other = &list["conversations"][0];
    assert_eq!(other["platform"], "webim");
    let wanted = json!({"format": "sber-code-xml", "conversation": other["id"]});
    let message = refused(&app, wanted, 422, json!("/conversation")).await;
    assert!(message.contains("graph"), "{message}");
}
