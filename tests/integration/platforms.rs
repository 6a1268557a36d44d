//! The platforms as the API lists them, and why an exchange is read as one of them.

use serde_json::{Value, json};

use crate::support::Instance;

#[tokio::test]
async fn every_platform_is_listed_with_its_roles() {
    let app = Instance::start();
    let listed = app.get("platforms").await;
    let ids: Vec<&str> = listed["platforms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|platform| platform["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "graph",
            "leadconverter",
            "chatapp",
            "webim",
            "nocobase",
            "plain"
        ]
    );
    let graph = &listed["platforms"][0];
    let roles = graph["roles"].as_array().unwrap();
    let roles: Vec<&str> = roles
        .iter()
        .map(|role| role["id"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["event", "system", "engine", "user"]);
    let reasons = graph["reasons"].as_array().unwrap();
    let reasons = reasons.iter().map(|reason| reason["id"].as_str().unwrap());
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        ["status", "not_json", "not_object", "caller_left"]
    );
    assert_eq!(graph["acts_as"], json!(["server"]));
    assert_eq!(graph["settings_schema"], json!({}));
}

#[tokio::test]
async fn the_reason_for_a_platform_stays_when_the_bot_chooses_another_one() {
    let app = Instance::start();
    app.turn(r#"{"action":"e"}"#).await.unwrap();
    let id = app.newest().await["id"].clone();
    let before = app.exchange(&id).await["platform_reason"].clone();
    assert_eq!(before["how"], "sure");
    let bot = app.get("bots").await["bots"][0].clone();
    for platform in ["graph", "plain", "auto"] {
        let route = format!("bots/{}", bot["id"].as_str().unwrap());
        let change = json!({ "platform": platform });
        app.call(reqwest::Method::PATCH, &route, Some(change)).await;
        let now = app.exchange(&id).await["platform_reason"].clone();
        assert_eq!(now, before, "the bot chooses {platform}");
    }
}

#[tokio::test]
async fn an_exchange_says_why_it_is_read_as_its_platform() {
    let app = Instance::start();
    let bot = app.get("bots").await["bots"][0].clone();
    for (platform, body, how, read_as) in [
        ("auto", r#"{"action":"e"}"#, "sure", "graph"),
        (
            "auto",
            r#"{"userId":"1","queryText":"a"}"#,
            "likely",
            "plain",
        ),
        ("graph", r#"{"a":1}"#, "chosen", "graph"),
    ] {
        let route = format!("bots/{}", bot["id"].as_str().unwrap());
        let change = json!({ "platform": platform });
        app.call(reqwest::Method::PATCH, &route, Some(change)).await;
        let sending = app.http.post(app.webhook("/")).body(body).send();
        sending.await.unwrap();
        let newest = app.newest().await;
        let exchange: Value = app.exchange(&newest["id"]).await;
        let reason = &exchange["platform_reason"];
        assert_eq!(
            (&exchange["platform"], &reason["how"]),
            (&json!(read_as), &json!(how)),
            "{exchange}"
        );
        assert!(reason["code"].is_string() && reason["message"].is_string());
    }
}
