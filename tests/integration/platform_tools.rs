//! What the API makes of forms, examples and texts by the rules of the platforms.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Instance;

/// What a call that fits gives back.
async fn given(app: &Instance, route: &str, body: Value) -> Value {
    let (status, value) = app.post(route, body).await;
    assert_eq!(status, 200, "{route}: {value}");
    value
}

/// The pointer and the sentence of what does not fit.
async fn refused(app: &Instance, route: &str, body: Value) -> (Value, String) {
    let (status, value) = app.post(route, body.clone()).await;
    assert_eq!(status, 422, "{route} {body}: {value}");
    let message = value["message"].as_str().unwrap().to_owned();
    (value["pointer"].clone(), message)
}

#[tokio::test]
async fn a_form_is_read_as_three_readers_see_it() {
    let app = Instance::start();
    let form = "user[name]=1&user.name=2&a=1&a=2";
    let read = json!({
        "php": {"user": {"name": "1"}, "user_name": "2", "a": "2"},
        "qs": {"user": {"name": "1"}, "user.name": "2", "a": ["1", "2"]},
        "whatwg": [["user[name]", "1"], ["user.name", "2"], ["a", "1"], ["a", "2"]],
    });
    assert_eq!(given(&app, "forms/read", json!({"body": form})).await, read);
    let coded = "dXNlcltuYW1lXT0xJnVzZXIubmFtZT0yJmE9MSZhPTI=";
    let body = json!({"body_base64": coded});
    assert_eq!(given(&app, "forms/read", body).await, read);
    for is_body in [true, false] {
        let address = app.webhook("/");
        let request = match is_body {
            true => app
                .http
                .post(format!("{address}?other=1"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(form),
            false => app.http.post(format!("{address}?{form}")).body("{}"),
        };
        request.send().await.unwrap();
        let id = app.newest().await["id"].clone();
        let recorded = given(&app, "forms/read", json!({"exchange_id": id})).await;
        assert_eq!(recorded, read, "a body: {is_body}");
    }
    let words = "exactly one of: body, body_base64, exchange_id";
    for (body, pointer) in [
        (json!({}), "/body"),
        (json!({"body": "a", "body_base64": "YQ=="}), ""),
    ] {
        let (at, message) = refused(&app, "forms/read", body).await;
        assert_eq!(at, pointer);
        assert!(message.contains(words), "{message}");
    }
    let (at, message) = refused(&app, "forms/read", json!({"body_base64": "%"})).await;
    assert_eq!(at, "/body_base64");
    assert!(message.contains("not base64"), "{message}");
}

#[tokio::test]
async fn the_paths_of_an_example_are_those_of_its_platform() {
    let app = Instance::start();
    let wanted = json!({"paths": [{"path": "b", "value": "{\"c\":9007199254740993}"},
        {"path": "b.c", "value": "9007199254740993"}]});
    let text = "{\"b\": {\"c\": 9007199254740993}}";
    let sample = json!({"platform": "nocobase", "part": "body", "sample": text});
    assert_eq!(given(&app, "paths/parse", sample).await, wanted);
    let url = json!({"platform": "nocobase", "part": "query",
        "sample": "https://h/api?query[0][a]=1"});
    let paths = json!({"paths": [{"path": "query[0]", "value": "{\"a\":\"1\"}"},
        {"path": "query[0].a", "value": "\"1\""}]});
    assert_eq!(given(&app, "paths/parse", url).await, paths);
    let sending = app.http.post(app.webhook("/?q=7")).body(text).send();
    sending.await.unwrap();
    let id = app.newest().await["id"].clone();
    for (part, wanted) in [
        ("body", wanted),
        ("query", json!({"paths": [{"path": "q", "value": "\"7\""}]})),
    ] {
        let recorded = json!({"platform": "nocobase", "part": part, "exchange_id": id});
        assert_eq!(given(&app, "paths/parse", recorded).await, wanted);
    }
    let broken = json!({"platform": "nocobase", "part": "body", "sample": "{\n\"a\": }"});
    let (status, error) = app.post("paths/parse", broken).await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (422, &json!("json_syntax"))
    );
    let at = (&error["pointer"], &error["line"], &error["column"]);
    assert_eq!(at, (&json!("/sample"), &json!(2), &json!(6)));
    let other = json!({"platform": "graph", "part": "body", "sample": "{}"});
    let (at, message) = refused(&app, "paths/parse", other).await;
    assert_eq!(at, "/platform");
    assert!(message.contains("nocobase"), "{message}");
    let none = json!({"platform": "nocobase", "part": "body"});
    assert_eq!(refused(&app, "paths/parse", none).await.0, "/sample");
}

#[tokio::test]
async fn a_text_has_its_variables_put_in_as_its_platform_writes_them() {
    let app = Instance::start();
    let evaluated = |platform: &str, text: &str, variables: &str| {
        let text = json!(text);
        format!(r#"{{"platform":"{platform}","text":{text},"variables":{variables}}}"#)
    };
    let variables = r#"{"result":{"promo":{"code":"ABC"}},"n":9007199254740993,"s":1.0}"#;
    for (platform, text, filled, used) in [
        (
            "leadconverter",
            "Код ({result.promo.code}) ({n}) ({нет})",
            "Код ABC 9007199254740993 ",
            json!([
                {"path": "result.promo.code", "found": true, "value": "\"ABC\""},
                {"path": "n", "found": true, "value": "9007199254740993"},
                {"path": "нет", "found": false, "value": null},
            ]),
        ),
        (
            "chatapp",
            "{{s}}",
            "1.0",
            json!([{"path": "s", "found": true, "value": "1.0"}]),
        ),
        (
            "graph",
            "$s и ${s}",
            "1.0 и 1.0",
            json!([
                {"path": "s", "found": true, "value": "1.0"},
                {"path": "s", "found": true, "value": "1.0"},
            ]),
        ),
    ] {
        // As text: what a JSON library makes of a number loses digits.
        let body = evaluated(platform, text, variables);
        let request = app.http.post(app.control("paths/evaluate"));
        let request = request.bearer_auth(app.ready["token"].as_str().unwrap());
        let answer = request.body(body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer, json!({"text": filled, "used": used}), "{platform}");
    }
    let other = json!({"platform": "plain", "text": "", "variables": {}});
    let (at, message) = refused(&app, "paths/evaluate", other).await;
    assert_eq!(at, "/platform");
    assert!(message.contains("graph"), "{message}");
    let list = json!({"platform": "graph", "text": "", "variables": []});
    assert_eq!(refused(&app, "paths/evaluate", list).await.0, "/variables");
    let long = json!({"platform": "graph", "text": "$a".repeat(100),
        "variables": {"a": "x".repeat(1 << 20)}});
    let (at, message) = refused(&app, "paths/evaluate", long).await;
    assert_eq!(at, "/text");
    assert!(message.contains("16 MiB"), "{message}");
}

#[tokio::test]
async fn an_answer_is_shown_as_its_channel_shows_it() {
    let app = Instance::start();
    let body = json!({"text": "**Привет** [сайт](https://x.ru)",
        "buttons": [{"text": "Сайт", "url": "https://x.ru"}, {"text": "Да"}]});
    let seen = given(&app, "preview/webim", body.clone()).await;
    let messages = json!([{"text": "Привет сайт https://x.ru", "buttons": ["Да"]},
        {"text": "Сайт https://x.ru"}]);
    assert_eq!(seen["messages"], messages);
    let codes: Vec<&Value> = (0..2).map(|at| &seen["findings"][at]["code"]).collect();
    assert_eq!(codes, ["channel_no_markdown", "channel_no_link_buttons"]);
    for route in ["preview/graph", "preview/nothing"] {
        let (status, error) = app.post(route, body.clone()).await;
        assert_eq!(
            (status.as_u16(), &error["code"]),
            (404, &json!("not_found"))
        );
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("webim"), "{message}");
    }
}

#[tokio::test]
async fn a_setting_that_does_not_fit_names_what_can_be_written() {
    let app = Instance::start();
    let bot = app.get("bots").await["bots"][0]["id"].clone();
    let route = format!("bots/{}", bot.as_str().unwrap());
    let settings = json!({"platform_settings": {"webim": {"role": "bot", "token": "t",
        "domain": "https://salutebot.webim.ru/", "to": "department",
        "department": "sales"}}});
    let (status, error) = app.call(Method::PATCH, &route, Some(settings)).await;
    assert_eq!(status, 422, "{error}");
    assert_eq!(error["pointer"], "/platform_settings/webim/domain");
    assert_eq!(error["suggestion"], "salutebot.webim.ru");
}

#[tokio::test]
async fn a_recorded_form_says_which_reader_its_platform_takes_it_with() {
    let app = Instance::start();
    let bot = app.get("bots").await["bots"][0].clone();
    let route = format!("bots/{}", bot["id"].as_str().unwrap());
    for (platform, in_force, dotted) in [
        ("chatapp", json!("php"), json!({"a.b": "1"})),
        ("nocobase", json!("qs"), json!({"a": {"b": "1"}})),
        ("leadconverter", Value::Null, json!({"a.b": "1"})),
        ("plain", Value::Null, json!({"a.b": "1"})),
    ] {
        let change = json!({ "platform": platform });
        app.call(Method::PATCH, &route, Some(change)).await;
        let sending = app.http.post(app.webhook("/"));
        let kind = "application/x-www-form-urlencoded";
        let sending = sending.header("Content-Type", kind).body("a.b=1").send();
        sending.await.unwrap();
        let id = app.newest().await["id"].clone();
        let read = given(&app, "forms/read", json!({"exchange_id": id})).await;
        assert_eq!(
            (&read["in_force"], &read["qs"]),
            (&in_force, &dotted),
            "{platform}"
        );
        assert_eq!(read["php"], json!({"a_b": "1"}), "{platform}");
    }
}

#[tokio::test]
async fn an_exchange_names_the_program_that_called_the_block() {
    let app = Instance::start();
    let bot = app.get("bots").await["bots"][0].clone();
    let route = format!("bots/{}", bot["id"].as_str().unwrap());
    let form = "event=ONCRMDEALUPDATE&data[FIELDS][ID]=1&auth[application_token]=t";
    for (platform, sender) in [("chatapp", json!("bitrix24")), ("plain", Value::Null)] {
        let change = json!({ "platform": platform });
        app.call(Method::PATCH, &route, Some(change)).await;
        let sending = app.http.post(app.webhook("/"));
        let kind = "application/x-www-form-urlencoded";
        let sending = sending.header("Content-Type", kind).body(form).send();
        sending.await.unwrap();
        let id = app.newest().await["id"].clone();
        assert_eq!(app.exchange(&id).await["sender"], sender, "{platform}");
    }
}
