//! Several bots at once, each with its own address and way of answering.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Instance;

#[tokio::test]
async fn each_bot_has_its_own_address_and_answer() {
    let app = Instance::start();
    let first = app.get("bots").await["bots"][0].clone();
    let (status, second) = app
        .post("bots", json!({"name": "Касса", "platform": "plain"}))
        .await;
    assert_eq!(status, 201, "{second}");
    let route = format!("answering?bot={}", second["id"].as_str().unwrap());
    let answering = json!({"default_answer": {"status": 200, "body": "второй"}});
    assert_eq!(app.call(Method::PUT, &route, Some(answering)).await.0, 200);

    let send = |address: String| app.http.post(address).body(r#"{"action":"e"}"#).send();
    let below = format!("{}/below?x=1", second["webhook_url"].as_str().unwrap());
    assert_eq!(send(below).await.unwrap().text().await.unwrap(), "второй");
    let newest = app.newest().await;
    assert_eq!(
        (&newest["bot"], &newest["path"], &newest["platform"]),
        (&second["id"], &json!("/below"), &json!("plain"))
    );
    assert_eq!(
        send(first["webhook_url"].as_str().unwrap().to_owned())
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
        "{}"
    );
    let newest = app.newest().await;
    assert_eq!(
        (&newest["bot"], &newest["path"], &newest["platform"]),
        (&first["id"], &json!("/"), &json!("graph"))
    );
    send(app.webhook("/any/path")).await.unwrap();
    assert_eq!(app.newest().await["bot"], first["id"]);

    let only = app
        .get(&format!("exchanges?bot={}", second["id"].as_str().unwrap()))
        .await;
    assert_eq!(only["exchanges"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_new_secret_ends_the_old_address() {
    let app = Instance::start();
    let before = app.get("bots").await["bots"][0].clone();
    let id = before["id"].as_str().unwrap();
    let (status, after) = app.post(&format!("bots/{id}/secret"), json!({})).await;
    assert_eq!(status, 200);
    assert_ne!(before["secret"], after["secret"]);
    app.http
        .post(before["webhook_url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    let old = format!("/{}", before["secret"].as_str().unwrap());
    assert_eq!(
        app.newest().await["path"],
        old.as_str(),
        "now a path like any other"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn bots_are_renamed_removed_and_remembered() {
    let mut app = Instance::start();
    let (_, second) = app.post("bots", json!({"name": "  Второй "})).await;
    let id = second["id"].as_str().unwrap();
    assert_eq!(
        (&second["name"], &second["platform"]),
        (&json!("Второй"), &json!("auto"))
    );
    let (_, changed) = app
        .call(
            Method::PATCH,
            &format!("bots/{id}"),
            Some(json!({"name": "Другой", "platform": "graph"})),
        )
        .await;
    assert_eq!(
        (&changed["name"], &changed["platform"]),
        (&json!("Другой"), &json!("graph"))
    );
    for name in [" ", "a\nb", "a\u{1b}[2Jb", "a\u{2028}b"] {
        let (status, error) = app.post("bots", json!({"name": name})).await;
        let refused = (status.as_u16(), &error["pointer"]);
        assert_eq!(refused, (422, &json!("/name")), "{name:?}");
    }

    assert_eq!(app.terminate(), Some(0));
    let app = Instance::start_in(&app.dir());
    let bots = app.get("bots").await["bots"].clone();
    assert_eq!(
        (&bots[1]["name"], &bots[1]["secret"]),
        (&json!("Другой"), &second["secret"])
    );
    assert_eq!(
        app.call(Method::DELETE, &format!("bots/{id}"), None)
            .await
            .0,
        204
    );
    let first = bots[0]["id"].as_str().unwrap();
    let (status, error) = app
        .call(Method::DELETE, &format!("bots/{first}"), None)
        .await;
    assert_eq!((status.as_u16(), &error["code"]), (409, &json!("last_bot")));
}

#[tokio::test]
async fn settings_of_platforms_are_changed_platform_by_platform_and_refused_where_they_stand() {
    let app = Instance::start();
    let bot = app.get("bots").await["bots"][0].clone();
    assert_eq!(bot["platform_settings"], json!({}));
    let route = format!("bots/{}", bot["id"].as_str().unwrap());
    let set = async |settings: serde_json::Value| {
        let change = json!({"platform_settings": settings});
        app.call(Method::PATCH, &route, Some(change)).await
    };
    assert_eq!(set(json!({"plain": {}})).await.0, 200);
    let (_, bot) = set(json!({"graph": {}})).await;
    assert_eq!(bot["platform_settings"], json!({"graph": {}, "plain": {}}));
    for (settings, pointer) in [
        (
            json!({"graph": {"a/b": 1}}),
            "/platform_settings/graph/a~1b",
        ),
        (json!({"pigeon": {}}), "/platform_settings/pigeon"),
        (json!({"graph": 1}), "/platform_settings/graph"),
        (json!([]), "/platform_settings"),
    ] {
        let (status, error) = set(settings).await;
        assert_eq!((status.as_u16(), &error["pointer"]), (422, &json!(pointer)));
    }
    let new = json!({"name": "b", "platform_settings": {"plain": {"a": 1}}});
    let (status, error) = app.post("bots", new).await;
    assert_eq!(
        (status.as_u16(), &error["pointer"]),
        (422, &json!("/platform_settings/plain/a"))
    );
    assert_eq!(app.get("bots").await["bots"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_bot_that_is_given_no_default_answer_has_its_platforms() {
    let app = Instance::start();
    let usual = json!({
        "status": 200, "headers": [["Content-Type", "application/json"]], "body": "{}",
    });
    let shown = app.get("answering").await;
    assert_eq!(shown["default_answer"], usual);
    app.answering(json!({"default_answer": {"status": 202, "body": "own"}}))
        .await;
    assert_eq!(app.get("answering").await["default_answer"]["status"], 202);
    app.answering(json!({"default_answer": null})).await;
    assert_eq!(app.get("answering").await["default_answer"], usual);
    // What is given back as it was shown is still none of the bot's own.
    assert_eq!(shown["default_answer_given"], false);
    app.answering(shown.clone()).await;
    assert_eq!(app.get("answering").await, shown);
    // With another one in its place, that one is given.
    let mut changed = shown.clone();
    changed["default_answer"]["status"] = 203.into();
    app.answering(changed).await;
    let given = app.get("answering").await;
    assert_eq!(given["default_answer"]["status"], 203);
    assert_eq!(given["default_answer_given"], true);
}

#[tokio::test]
async fn a_default_answer_that_is_given_is_the_bots_own_even_where_it_is_the_platforms() {
    let app = Instance::start();
    let usual = app.get("answering").await["default_answer"].clone();
    app.answering(json!({"default_answer": usual})).await;
    let given = app.get("answering").await;
    assert_eq!(given["default_answer"], usual);
    assert_eq!(given["default_answer_given"], true);
    app.answering(given.clone()).await;
    assert_eq!(app.get("answering").await, given);
    app.answering(json!({})).await;
    assert_eq!(app.get("answering").await["default_answer_given"], false);
}

#[tokio::test]
async fn users_have_names_that_the_filter_finds_and_that_outlive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut app = Instance::start_in(dir.path());
    for user in ["777", "8"] {
        let turn = json!({"action": "a", "userId": user}).to_string();
        app.turn(turn).await.unwrap();
    }
    let bot = app.get("bots").await["bots"][0].clone();
    assert_eq!(bot["user_names"], json!({}));
    let route = format!("bots/{}", bot["id"].as_str().unwrap());
    let patch = async |app: &Instance, names: Value| {
        let change = json!({"user_names": names});
        app.call(Method::PATCH, &route, Some(change)).await
    };
    let (status, named) = patch(&app, json!({"777": " Иван, тест ", "9": "x"})).await;
    assert_eq!(status, 200, "{named}");
    assert_eq!(named["user_names"], json!({"777": "Иван, тест", "9": "x"}));
    let found = async |app: &Instance, filter: &str| {
        let list = app.get(&format!("exchanges?filter={filter}")).await;
        let users = list["exchanges"].as_array().unwrap().iter();
        users.map(|one| one["user"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(found(&app, "user:иван").await, ["777"]);
    assert_eq!(found(&app, "-user:тест").await, ["8"]);
    assert_eq!(found(&app, "user:77").await, ["777"]);
    assert_eq!(
        app.get("exchanges/count?filter=user:иван").await["count"],
        1
    );
    patch(&app, json!({"9": null})).await;
    let (status, refused) = patch(&app, json!({"777": "я".repeat(101)})).await;
    let pointer = &refused["pointer"];
    assert_eq!((status.as_u16(), pointer), (422, &json!("/user_names/777")));
    assert_eq!(app.terminate(), Some(0));
    let app = Instance::start_in(dir.path());
    let bot = app.get("bots").await["bots"][0].clone();
    assert_eq!(bot["user_names"], json!({"777": "Иван, тест"}));
    assert_eq!(found(&app, "user:Иван").await, ["777"]);
}
