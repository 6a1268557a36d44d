//! What was answered to events, and which of a message's turns an exchange was.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::rules::{add, answer, reply};
use crate::support::Instance;

async fn versions(app: &Instance, query: &str) -> (Vec<Value>, Value) {
    let page = app.get(&format!("answers{query}")).await;
    let versions = page["versions"].as_array().unwrap().clone();
    (versions, page["next_before"].clone())
}

fn turn(event: &str, user: u32) -> String {
    format!(r#"{{"action":"{event}","userId":"{user}"}}"#)
}

#[tokio::test]
async fn answers_are_listed_as_versions_with_who_gave_them_and_when() {
    let app = Instance::start();
    answer(&app, &turn("pay", 1)).await;
    let id = add(&app, reply("one", "pay", r#"{"n":1.00}"#)).await;
    for user in [2, 3] {
        answer(&app, &turn("pay", user)).await;
    }
    answer(&app, &turn("start", 4)).await;
    let (found, next) = versions(&app, "?event=pay").await;
    assert_eq!(next, json!(null));
    let told: Vec<_> = found
        .iter()
        .map(|one| {
            json!([
                one["answered_by"],
                one["rule"],
                one["text"],
                one["times"],
                one["user"],
                one["status"],
                one["body"]["bytes"]
            ])
        })
        .collect();
    let expected = [
        json!(["rule", id, r#"{"n":1.00}"#, 2, "3", 200, 10]),
        json!(["default", null, "{}", 1, "1", 200, 2]),
    ];
    assert_eq!(told, expected);
    // What a person gives again: without the fields of the server.
    assert_eq!(
        found[0]["headers"],
        json!([["Content-Type", "application/json; charset=utf-8"]])
    );
    let seq = |value: &Value| value["seq"].as_u64().unwrap();
    assert_eq!(seq(&found[0]["first"]), seq(&found[0]) - 1);
    let shown = app
        .get(&format!(
            "exchanges/{}",
            found[0]["exchange_id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(shown["at"], found[0]["at"]);

    let bot = shown["bot"].as_str().unwrap();
    let (all, _) = versions(&app, &format!("?bot={bot}")).await;
    let events: Vec<_> = all.iter().map(|one| &one["event"]).collect();
    assert_eq!(events, ["start", "pay", "pay"]);
    // Case matters.
    assert_eq!(versions(&app, "?event=PAY").await.0, Vec::<Value>::new());
}

#[tokio::test]
async fn versions_are_paged_and_none_is_passed_over() {
    let app = Instance::start();
    let body = r#"{"user":"{{ user }}"}"#;
    let mut rule = reply("each", "pay", body);
    rule["then"]["reply"]["template"] = json!(true);
    add(&app, rule).await;
    for user in 1..=5 {
        answer(&app, &turn("pay", user)).await;
    }
    let (mut texts, mut query) = (Vec::new(), String::new());
    loop {
        let (found, next) = versions(&app, &format!("?limit=2{query}")).await;
        assert!(found.len() <= 2);
        texts.extend(
            found
                .iter()
                .map(|one| one["text"].as_str().unwrap().to_owned()),
        );
        match next.as_u64() {
            Some(next) => query = format!("&before={next}"),
            None => break,
        }
    }
    let expected: Vec<_> = (1..=5)
        .rev()
        .map(|user| format!(r#"{{"user":"{user}"}}"#))
        .collect();
    assert_eq!(texts, expected);
    for (query, status) in [
        ("?limit=0", 422),
        ("?limit=201", 422),
        ("?colour=1", 422),
        ("?bot=00000000-0000-7000-8000-000000000000", 404),
    ] {
        let (found, _) = app
            .call(Method::GET, &format!("answers{query}"), None)
            .await;
        assert_eq!(found, StatusCode::from_u16(status).unwrap(), "{query}");
    }
}

#[tokio::test]
async fn each_turn_of_a_message_names_its_number_and_the_first_one() {
    let app = Instance::start();
    let turn = |event: &str, text: &str| {
        format!(
            r#"{{"action":"{event}","userId":"7","queryText":"{text}","rawRequest":{{"id":1}}}}"#
        )
    };
    for (event, text) in [("a", "да"), ("b", "да"), ("c", "нет")] {
        answer(&app, &turn(event, text)).await;
    }
    let list = app.get("exchanges?limit=3").await;
    let mut messages = Vec::new();
    let mut ids = Vec::new();
    for one in list["exchanges"].as_array().unwrap().iter().rev() {
        let id = one["id"].as_str().unwrap().to_owned();
        messages.push(app.get(&format!("exchanges/{id}")).await["message"].clone());
        ids.push(id);
    }
    let told: Vec<_> = messages
        .iter()
        .map(|message| json!([message["number"], message["first"]]))
        .collect();
    assert_eq!(
        told,
        [json!([1, ids[0]]), json!([2, ids[0]]), json!([1, ids[2]])]
    );
    assert_eq!(messages[0]["used_ms"].as_f64(), Some(0.0));
    assert!(
        messages[1]["used_ms"].as_f64().unwrap() > 0.0,
        "{messages:?}"
    );
    // A turn that brings nothing of the message belongs to none.
    answer(&app, r#"{"action":"a","userId":"8"}"#).await;
    let newest = app.get("exchanges?limit=1").await["exchanges"][0]["id"].clone();
    let newest = app
        .get(&format!("exchanges/{}", newest.as_str().unwrap()))
        .await;
    assert_eq!(newest["message"], json!(null));
}
