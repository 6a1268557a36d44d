//! Stored documents over restarts of the program: what cannot be read, and changes at once.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Instance;
#[cfg(unix)]
use crate::support::codes;

/// Names and pointers of the documents in the status.
#[cfg(unix)]
async fn unreadable(app: &Instance) -> Vec<(String, Value, Value)> {
    let documents = app.get("status").await["documents"].clone();
    let documents = documents.as_array().unwrap();
    let parts = documents.iter().map(|document| {
        let name = document["document"].as_str().unwrap().to_owned();
        assert!(document["message"].as_str().unwrap().len() > 20);
        (
            name,
            document["bot"].clone(),
            document["unreadable"].clone(),
        )
    });
    parts.collect()
}

/// The database of a program that has ended.
#[cfg(unix)]
fn database(dir: &std::path::Path) -> store::Store {
    let options = store::StoreOptions::new(dir, || protocol::UtcMillis(0));
    store::Store::open(&options).unwrap().0
}

#[cfg(unix)]
#[tokio::test]
async fn an_address_whose_rules_cannot_be_read_is_closed_until_they_are_set() {
    // An address that is none, and a rule of a newer version.
    const RULES: &str = r#"{"access":{"addresses":["10.0.0.0/99"],"countries":["FI"]},"old":[]}"#;
    let dir = tempfile::tempdir().unwrap();
    let mut app = Instance::start_in(dir.path());
    let (status, bot) = app.post("bots", json!({"name": "Касса"})).await;
    assert_eq!(status, 201, "{bot}");
    assert_eq!(app.terminate(), Some(0));

    let store = database(dir.path());
    let mut row = store.bots().await.unwrap().pop().unwrap();
    assert_eq!(row.name, "Касса");
    RULES.clone_into(&mut row.endpoint);
    assert!(store.update_bot(row).await.unwrap());
    store.close().await;

    let mut app = Instance::start_in(dir.path());
    let id = bot["id"].as_str().unwrap();
    let reported = ("endpoint".to_owned(), bot["id"].clone());
    let pointers = json!(["/access/addresses", "/access/countries"]);
    let expected = [(reported.0, reported.1, pointers)];
    assert_eq!(unreadable(&app).await, expected);
    let send = |app: &Instance, bot: &Value| {
        let address = bot["webhook_url"].as_str().unwrap();
        let request = app.http.post(address).body("{}").send();
        async move { request.await.unwrap().status().as_u16() }
    };
    let bots = app.get("bots").await["bots"].clone();
    assert_eq!(bots[1]["access"]["closed"], true);
    assert_eq!(send(&app, &bots[1]).await, 403);
    let refused = app.newest().await;
    let refused = app.exchange(&refused["id"]).await;
    assert_eq!(codes(&refused), ["access_closed"], "{refused}");
    assert_eq!(bots[0]["access"]["closed"], false);
    assert_eq!(send(&app, &bots[0]).await, 200, "another bot goes on");

    // A save of something else opens nothing, neither at once nor after a restart.
    let route = format!("bots/{id}");
    let renamed = json!({"name": "Склад"});
    let (status, renamed) = app.call(Method::PATCH, &route, Some(renamed)).await;
    assert_eq!((status.as_u16(), &renamed["name"]), (200, &json!("Склад")));
    assert_eq!(send(&app, &renamed).await, 403);
    assert_eq!(app.terminate(), Some(0));
    let store = database(dir.path());
    let aside = format!("bot.{id}.endpoint.unreadable");
    assert_eq!(store.setting(&aside).await.unwrap().as_deref(), Some(RULES));
    store.close().await;
    let app = Instance::start_in(dir.path());
    let bots = app.get("bots").await["bots"].clone();
    assert_eq!(send(&app, &bots[1]).await, 403);

    let route = format!("bots/{id}/access");
    let rules = json!({"login": null, "addresses": [], "methods": ["POST"]});
    let (status, opened) = app.call(Method::PUT, &route, Some(rules)).await;
    assert_eq!(status, 200, "{opened}");
    assert_eq!(opened["access"]["closed"], false);
    assert_eq!(send(&app, &opened).await, 200);
    assert_eq!(unreadable(&app).await, []);
}

#[cfg(unix)]
#[tokio::test]
async fn a_setting_that_cannot_be_read_leaves_the_others_and_is_kept_aside() {
    let dir = tempfile::tempdir().unwrap();
    let mut app = Instance::start_in(dir.path());
    let usual = app.get("settings").await["theme"].clone();
    let patch = json!({"keep_exchanges": 123_456});
    let (status, _) = app.call(Method::PATCH, "settings", Some(patch)).await;
    assert_eq!(status, 200);
    assert_eq!(app.terminate(), Some(0));

    let store = database(dir.path());
    let text = store.setting("settings").await.unwrap().unwrap();
    let mut settings: Value = serde_json::from_str(&text).unwrap();
    settings["theme"] = json!("neon");
    settings["of_a_later_version"] = json!({"a": 1});
    let broken = settings.to_string();
    store.set_setting("settings", &broken).await.unwrap();
    store.close().await;

    let mut app = Instance::start_in(dir.path());
    let expected = [("settings".to_owned(), Value::Null, json!(["/theme"]))];
    assert_eq!(unreadable(&app).await, expected);
    let settings = app.get("settings").await;
    assert_eq!(settings["keep_exchanges"], 123_456);
    assert_eq!(settings["theme"], usual);
    let patch = json!({"language": "ru"});
    let (status, _) = app.call(Method::PATCH, "settings", Some(patch)).await;
    assert_eq!(status, 200);
    assert_eq!(unreadable(&app).await, expected, "nobody chose a theme");
    let patch = json!({"theme": usual});
    let (status, _) = app.call(Method::PATCH, "settings", Some(patch)).await;
    assert_eq!(status, 200);
    assert_eq!(unreadable(&app).await, []);
    assert_eq!(app.terminate(), Some(0));

    let store = database(dir.path());
    let aside = store.setting("settings.unreadable").await.unwrap();
    assert_eq!(aside, Some(broken));
    let saved = store.setting("settings").await.unwrap().unwrap();
    let saved: Value = serde_json::from_str(&saved).unwrap();
    assert_eq!(saved["of_a_later_version"], json!({"a": 1}));
    assert_eq!(
        (&saved["theme"], &saved["language"]),
        (&usual, &json!("ru"))
    );
    store.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_login_of_an_earlier_version_works_and_gets_a_stronger_digest() {
    /// SHA-256 over the salt `00` and the password `word`.
    const DIGEST: &str = "00:efe34713db98f4177813ef2d71c50b7e9e0e3773e1843801edc28a229bd33eee";
    let dir = tempfile::tempdir().unwrap();
    let mut app = Instance::start_in(dir.path());
    assert_eq!(app.terminate(), Some(0));
    let store = database(dir.path());
    let mut row = store.bots().await.unwrap().pop().unwrap();
    let login = json!({"user": "bot", "digest": DIGEST});
    row.endpoint = json!({"access": {"login": login}}).to_string();
    assert!(store.update_bot(row).await.unwrap());
    store.close().await;

    for run in 0..2 {
        let mut app = Instance::start_in(dir.path());
        let bot = app.get("bots").await["bots"][0].clone();
        for (password, expected) in [("other", 401), ("word", 200), ("word", 200)] {
            let request = app.http.post(bot["webhook_url"].as_str().unwrap());
            let request = request.basic_auth("bot", Some(password)).body("{}");
            let status = request.send().await.unwrap().status();
            assert_eq!(status, expected, "{password} in run {run}");
        }
        // The program ends after what it has begun to write.
        assert_eq!(app.terminate(), Some(0));
        let store = database(dir.path());
        let endpoint = store.bots().await.unwrap().pop().unwrap().endpoint;
        let endpoint: Value = serde_json::from_str(&endpoint).unwrap();
        let digest = endpoint["access"]["login"]["digest"].as_str().unwrap();
        assert!(digest.starts_with("argon2id:"), "{digest}");
        store.close().await;
    }
}

#[tokio::test]
async fn of_settings_changed_at_once_none_is_lost() {
    const CHANGES: u64 = 20;
    let app = Instance::start();
    let change = |name: &'static str, first: u64| {
        let app = &app;
        async move {
            for value in first..first + CHANGES {
                let patch = json!({ name: value });
                let (status, _) = app.call(Method::PATCH, "settings", Some(patch)).await;
                assert_eq!(status, 200);
                // Nobody else changes this one, so that a lost change shows at once.
                assert_eq!(app.get("settings").await[name], value, "{name}");
            }
        }
    };
    futures::join!(
        change("body_limit_bytes", 20_000_000),
        change("keep_exchanges", 500_000)
    );
    let settings = app.get("settings").await;
    assert_eq!(settings["body_limit_bytes"], 20_000_000 + CHANGES - 1);
    assert_eq!(settings["keep_exchanges"], 500_000 + CHANGES - 1);
}
