//! Rules as a folder of files: exported, imported, watched.

use std::fs;
use std::path::Path;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::rules::{TURN, add, answer, order, reply};
use crate::support::Instance;

const FILE: &str = "version: 1\nid: city\nwhen: {field: event, op: equals, value: pay}\n\
     then: {reply: {body: '{\"from\":1.00}'}}\n";

fn path(dir: &Path) -> Value {
    json!({"path": dir.to_str().unwrap()})
}

/// The list of rules once it is as wanted: it is read again after each change that the feed tells.
async fn rules_when(app: &Instance, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut after = 0;
    loop {
        let head = app.get(&format!("events?after={after}&wait_ms=0")).await;
        after = head["next"].as_u64().unwrap();
        let list = app.get("rules").await;
        if wanted(&list) {
            return list;
        }
        app.event_after(after, |event| event["kind"] == "rules_changed")
            .await;
    }
}

fn state(list: &Value) -> &str {
    list["folder"]["state"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn rules_go_into_a_folder_and_come_back_whole_or_not_at_all() {
    let app = Instance::start();
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("rules");
    let first = add(&app, reply("City known", "pay", r#"{"n":1.00}"#)).await;
    let second = add(&app, reply("", "start", "{}")).await;
    let (status, done) = app.post("rules/export", path(&dir)).await;
    assert_eq!(
        (status.as_u16(), &done),
        (200, &json!({"written": 2, "removed": 0, "unchanged": 0}))
    );
    let text = fs::read_to_string(dir.join("010-city-known.yaml")).unwrap();
    assert!(
        text.contains(r#""{\"n\":1.00}""#) && text.contains(&first),
        "{text}"
    );

    // Into another instance.
    let other = Instance::start();
    add(&other, reply("gone", "pay", "{}")).await;
    let (_, done) = other.post("rules/import", path(&dir)).await;
    assert_eq!(
        done,
        json!({"added": 2, "changed": 0, "removed": 1, "unchanged": 0})
    );
    assert_eq!(order(&other).await, [first.clone(), second.clone()]);
    assert_eq!(answer(&other, TURN).await, r#"{"n":1.00}"#);

    let own = other.webhook("/");
    let own = format!("version: 1\nthen: {{forward: {{upstream: '{own}'}}}}\n");
    let call = other.ready["control"].as_str().unwrap();
    let call = format!("version: 1\nthen: {{reply: {{body: ''}}, after: [{{url: '{call}'}}]}}\n");
    let (unknown, version) = ("enable: true", "version: 2");
    for (broken, line, pointer) in [
        (text.replace("enabled: true", unknown), json!(4), "/enable"),
        (text.replace("version: 1", version), json!(1), "/version"),
        (own, Value::Null, "/then/forward/upstream"),
        (call, Value::Null, "/then/after/0/url"),
    ] {
        fs::write(dir.join("010-city-known.yaml"), broken).unwrap();
        let (status, error) = other.post("rules/import", path(&dir)).await;
        assert_eq!(
            (status.as_u16(), &error["code"]),
            (422, &json!("rule_files"))
        );
        let file = &error["files"][0];
        let told = json!([file["file"], file["line"], file["pointer"]]);
        assert_eq!(told, json!(["010-city-known.yaml", line, pointer]));
        assert_eq!(order(&other).await, [first.clone(), second.clone()]);
    }
    let nowhere = home.path().join("none/rules");
    for (body, status, pointer) in [
        (json!({"path": "rules"}), 422, "/path"),
        (path(&nowhere), 409, "/path"),
        (json!({"path": 1}), 422, "/path"),
    ] {
        for route in ["rules/export", "rules/import"] {
            let (found, error) = app.post(route, body.clone()).await;
            let told = (found.as_u16(), &error["pointer"]);
            assert_eq!(told, (status, &json!(pointer)), "{route}: {error}");
        }
    }
}

#[tokio::test]
async fn a_folder_that_is_watched_is_read_when_a_file_changes_and_names_what_does_not_fit() {
    let app = Instance::start();
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("rules");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("010-city.yaml"), FILE).unwrap();
    let put = app
        .call(Method::PUT, "rules/folder", Some(path(&dir)))
        .await;
    assert_eq!(put.0, StatusCode::OK, "{}", put.1);
    assert_eq!(put.1["folder"]["rules"], 1);
    assert_eq!(answer(&app, TURN).await, r#"{"from":1.00}"#);

    fs::write(dir.join("010-city.yaml"), FILE.replace("1.00", "2.00")).unwrap();
    let body = |list: &Value| list["rules"][0]["then"]["reply"]["body"].clone();
    rules_when(&app, |list| body(list) == r#"{"from":2.00}"#).await;

    fs::write(dir.join("020-half.yaml"), "version: 1\nname: [").unwrap();
    let list = rules_when(&app, |list| state(list) == "broken").await;
    let file = &list["folder"]["files"][0];
    assert_eq!(
        (&file["file"], file["line"].as_u64()),
        (&json!("020-half.yaml"), Some(2))
    );
    assert!(list["folder"]["message"].is_string());
    assert_eq!(
        answer(&app, TURN).await,
        r#"{"from":2.00}"#,
        "the old rules stay in force"
    );

    // What is changed in the app goes into the files that it is about.
    let added = add(&app, reply("by hand", "start", "{}")).await;
    assert!(dir.join("020-by-hand.yaml").exists());
    fs::remove_file(dir.join("020-half.yaml")).unwrap();
    let list = rules_when(&app, |list| state(list) == "watching").await;
    assert_eq!(list["rules"][1]["id"], json!(added));
    let (status, _) = app.call(Method::DELETE, "rules/city", None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(!dir.join("010-city.yaml").exists());
}

#[tokio::test]
async fn a_folder_that_goes_away_costs_no_rule_and_is_watched_again_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let app = Instance::start_in(data.path());
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("rules");
    let id = add(&app, reply("one", "pay", r#"{"n":1}"#)).await;
    let (status, _) = app
        .call(Method::PUT, "rules/folder", Some(path(&dir)))
        .await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        dir.join("010-one.yaml").exists(),
        "an empty one gets the rules"
    );
    let away = home.path().join("away");
    fs::rename(&dir, &away).unwrap();
    rules_when(&app, |list| state(list) == "missing").await;
    assert_eq!(order(&app).await, [id.as_str()]);
    let (status, error) = app.post("rules", reply("two", "start", "{}")).await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (409, &json!("rule_folder"))
    );
    assert!(
        error["pointer"].is_null(),
        "a rule has no such field: {error}"
    );
    assert_eq!(order(&app).await, [id.as_str()], "nothing is half changed");
    fs::rename(&away, &dir).unwrap();
    rules_when(&app, |list| state(list) == "watching").await;
    drop(app);

    // Read before a bot is answered, unless the disk is slow.
    fs::write(dir.join("005-city.yaml"), FILE).unwrap();
    let app = Instance::start_in(data.path());
    let list = rules_when(&app, |list| state(list) != "missing").await;
    assert_eq!(
        (state(&list), &list["rules"][0]["id"]),
        ("watching", &json!("city"))
    );
    let folder = &list["folder"];
    assert!(
        folder["rules"] == 2 && folder["read_at"].is_string(),
        "{folder}"
    );
    assert_eq!(answer(&app, TURN).await, r#"{"from":1.00}"#);
    let (status, _) = app.call(Method::DELETE, "rules/folder", None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    add(&app, reply("two", "start", "{}")).await;
    assert_eq!(
        fs::read_dir(&dir).unwrap().count(),
        2,
        "nothing is written any more"
    );
    assert_eq!(app.get("rules/folder").await, json!({"folder": null}));
}

#[tokio::test]
async fn a_change_in_the_app_leaves_files_alone_that_are_not_read_and_says_which() {
    let app = Instance::start();
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("rules");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("010-city.yaml"), FILE).unwrap();
    let put = app.call(Method::PUT, "rules/folder", Some(path(&dir)));
    assert_eq!(put.await.0, StatusCode::OK);
    // What a pull brings: a new rule, an edited one, and a conflict that keeps all of it unread.
    let new = FILE.replace("city", "town");
    let edited = FILE.replace("1.00", "2.00");
    // First what keeps the others unread, however long the writing takes.
    fs::write(dir.join("030-conflict.yaml"), "<<<<<<< HEAD\n").unwrap();
    fs::write(dir.join("020-town.yaml"), &new).unwrap();
    fs::write(dir.join("010-city.yaml"), &edited).unwrap();
    rules_when(&app, |list| state(list) == "broken").await;
    add(&app, reply("mine", "start", "{}")).await;
    for (method, body) in [
        (Method::DELETE, None),
        (Method::PUT, Some(reply("city", "pay", "changed"))),
    ] {
        let (status, error) = app.call(method, "rules/city", body).await;
        let told = (status.as_u16(), &error["code"]);
        assert_eq!(told, (409, &json!("rule_folder")), "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("010-city.yaml"), "{message}");
    }
    for (file, text) in [
        ("010-city.yaml", edited.as_str()),
        ("020-town.yaml", new.as_str()),
        ("030-conflict.yaml", "<<<<<<< HEAD\n"),
    ] {
        assert_eq!(fs::read_to_string(dir.join(file)).unwrap(), text);
    }
    // Nor does an export into that very folder: its own, or another bot's.
    let (_, done) = app.post("rules/export", path(&dir)).await;
    assert_eq!(done, json!({"written": 0, "removed": 0, "unchanged": 2}));
    let (_, bot) = app.post("bots", json!({"name": "other"})).await;
    let other = format!("rules/export?bot={}", bot["id"].as_str().unwrap());
    let (status, error) = app.post(&other, path(&dir)).await;
    assert_eq!(status, StatusCode::CONFLICT, "{error}");
    for (file, text) in [("010-city.yaml", &edited), ("020-town.yaml", &new)] {
        assert_eq!(&fs::read_to_string(dir.join(file)).unwrap(), text);
    }
    // Once it is mended all of it is in force, and the app's own change with it.
    fs::remove_file(dir.join("030-conflict.yaml")).unwrap();
    let list = rules_when(&app, |list| state(list) == "watching").await;
    let rules = list["rules"].as_array().unwrap().iter();
    let mut names: Vec<_> = rules
        .map(|rule| rule["name"].as_str().unwrap_or(""))
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["", "", "mine"]);
    assert_eq!(answer(&app, TURN).await, r#"{"from":2.00}"#);
}

#[tokio::test]
async fn a_folder_that_is_emptied_costs_no_rule() {
    let app = Instance::start();
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("rules");
    let id = add(&app, reply("one", "pay", r#"{"n":1}"#)).await;
    let put = app.call(Method::PUT, "rules/folder", Some(path(&dir)));
    assert_eq!(put.await.0, StatusCode::OK);
    let text = fs::read_to_string(dir.join("010-one.yaml")).unwrap();
    fs::remove_file(dir.join("010-one.yaml")).unwrap();
    let list = rules_when(&app, |list| state(list) == "missing").await;
    assert!(list["folder"]["message"].is_string());
    assert_eq!(order(&app).await, [id.as_str()]);
    assert_eq!(answer(&app, TURN).await, r#"{"n":1}"#);
    // Nothing goes into it meanwhile: it may be the place of a drive that is away.
    let one = format!("rules/{id}");
    for (method, route, body) in [
        (Method::POST, "rules", Some(reply("two", "start", "{}"))),
        (Method::PUT, &one, Some(reply("one", "pay", "changed"))),
        (Method::DELETE, &one, None),
    ] {
        let (status, error) = app.call(method, route, body).await;
        let told = (status.as_u16(), &error["code"]);
        assert_eq!(told, (409, &json!("rule_folder")), "{error}");
    }
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
    assert_eq!(answer(&app, TURN).await, r#"{"n":1}"#);
    fs::write(dir.join("010-one.yaml"), &text).unwrap();
    rules_when(&app, |list| state(list) == "watching").await;
    assert_eq!(order(&app).await, [id.as_str()]);
    // Chosen again it is filled, whatever it lost.
    fs::remove_file(dir.join("010-one.yaml")).unwrap();
    let put = app.call(Method::PUT, "rules/folder", Some(path(&dir)));
    assert_eq!(put.await.1["folder"]["state"], "watching");
    assert_eq!(fs::read_to_string(dir.join("010-one.yaml")).unwrap(), text);
    add(&app, reply("two", "start", "{}")).await;
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 2);
}

#[tokio::test]
async fn another_folder_in_the_place_of_the_one_before_is_read_and_watched() {
    let app = Instance::start();
    let home = tempfile::tempdir().unwrap();
    let [dir, other] = ["rules", "other"].map(|name| home.path().join(name));
    for (dir, text) in [
        (&dir, FILE.to_owned()),
        (&other, FILE.replace("1.00", "2.00")),
    ] {
        fs::create_dir(dir).unwrap();
        fs::write(dir.join("010-city.yaml"), text).unwrap();
    }
    let put = app.call(Method::PUT, "rules/folder", Some(path(&dir)));
    assert_eq!(put.await.0, StatusCode::OK);
    fs::rename(&dir, home.path().join("away")).unwrap();
    fs::rename(&other, &dir).unwrap();
    let body = |list: &Value| list["rules"][0]["then"]["reply"]["body"].clone();
    rules_when(&app, |list| body(list) == r#"{"from":2.00}"#).await;
    fs::write(dir.join("010-city.yaml"), FILE.replace("1.00", "3.00")).unwrap();
    rules_when(&app, |list| body(list) == r#"{"from":3.00}"#).await;
}

#[tokio::test]
async fn after_a_start_with_a_broken_file_others_are_put_in_order_and_deleted() {
    let data = tempfile::tempdir().unwrap();
    let app = Instance::start_in(data.path());
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("rules");
    let mut ids = Vec::new();
    for name in ["one", "two", "three", "four"] {
        ids.push(add(&app, reply(name, "pay", "{}")).await);
    }
    let put = app.call(Method::PUT, "rules/folder", Some(path(&dir)));
    assert_eq!(put.await.0, StatusCode::OK);
    // Added later: what is remembered of the files follows.
    ids.push(add(&app, reply("five", "pay", "{}")).await);
    drop(app);
    let broken = "version: 1\nname: [";
    for file in ["020-two.yaml", "050-five.yaml"] {
        fs::write(dir.join(file), broken).unwrap();
    }
    // A rule that is removed while the app is closed stays removed.
    fs::remove_file(dir.join("040-four.yaml")).unwrap();

    let app = Instance::start_in(data.path());
    let list = rules_when(&app, |list| state(list) != "missing").await;
    assert_eq!(state(&list), "broken");
    assert_eq!(order(&app).await, ids, "the rules stay in force");
    let [one, two, three, four, five] = [0, 1, 2, 3, 4].map(|at: usize| ids[at].clone());
    let turned = json!({"ids": [three, one, two, four, five]});
    let (status, error) = app.call(Method::PUT, "rules/order", Some(turned)).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{error}");
    let (status, error) = app
        .call(Method::DELETE, &format!("rules/{one}"), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{error}");
    for file in ["020-two.yaml", "050-five.yaml"] {
        assert_eq!(fs::read_to_string(dir.join(file)).unwrap(), broken);
        // What needs one of them is refused.
        let id = if file == "020-two.yaml" { &two } else { &five };
        let (status, error) = app.call(Method::DELETE, &format!("rules/{id}"), None).await;
        assert_eq!(status, StatusCode::CONFLICT, "{error}");
        fs::remove_file(dir.join(file)).unwrap();
    }
    rules_when(&app, |list| state(list) == "watching").await;
    assert_eq!(order(&app).await, [three]);
}

#[tokio::test]
async fn a_folder_is_one_bots_and_nobodys_once_the_bot_is_removed() {
    let data = tempfile::tempdir().unwrap();
    let app = Instance::start_in(data.path());
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("rules");
    let (_, bot) = app.post("bots", json!({"name": "other"})).await;
    let other = bot["id"].as_str().unwrap();
    let of_other = format!("rules/folder?bot={other}");
    let put = app.call(Method::PUT, &of_other, Some(path(&dir))).await;
    assert_eq!(put.0, StatusCode::OK, "{}", put.1);
    add(&app, reply("one", "pay", "{}")).await;
    let whole = dir.canonicalize().unwrap();
    let mut ways = vec![dir.clone(), dir.join("."), whole];
    if cfg!(unix) {
        let link = home.path().join("link");
        #[cfg(unix)]
        std::os::unix::fs::symlink(&dir, &link).unwrap();
        ways.push(link);
    }
    for way in &ways {
        for (method, route) in [
            (Method::PUT, "rules/folder"),
            (Method::POST, "rules/export"),
        ] {
            let (status, error) = app.call(method, route, Some(path(way))).await;
            let told = (status.as_u16(), &error["code"], &error["pointer"]);
            assert_eq!(
                told,
                (409, &json!("rule_folder"), &json!("/path")),
                "{error}"
            );
        }
    }
    assert_eq!(app.get("rules/folder").await, json!({"folder": null}));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0, "nothing is written");
    // Its own again and again.
    let put = app.call(Method::PUT, &of_other, Some(path(&ways[1]))).await;
    assert_eq!(put.0, StatusCode::OK, "{}", put.1);
    let (status, _) = app
        .call(Method::DELETE, &format!("bots/{other}"), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, done) = app.post("rules/export", path(&dir)).await;
    assert_eq!(
        (status.as_u16(), &done["written"]),
        (200, &json!(1)),
        "{done}"
    );
    let put = app
        .call(Method::PUT, "rules/folder", Some(path(&dir)))
        .await;
    assert_eq!(put.0, StatusCode::OK, "{}", put.1);
}

/// Runs a statement in the instance's database, beside it; whether there is a Python for that.
fn in_database(data: &Path, statement: &str) -> bool {
    let script = "import sqlite3, sys\n\
         with sqlite3.connect(sys.argv[1], timeout=60) as base: base.execute(sys.argv[2])";
    let database = data.join("history.sqlite3");
    let run = |name: &str| {
        let mut command = crate::support::other_program(name);
        command.args(["-c", script]).arg(&database).arg(statement);
        command.status().ok()
    };
    let status = run("python3").or_else(|| run("python"));
    status.is_some_and(|status| {
        assert!(status.success(), "{statement}");
        true
    })
}

#[tokio::test]
async fn a_folder_that_is_not_saved_is_not_kept_and_its_rules_are_not_taken() {
    let data = tempfile::tempdir().unwrap();
    let app = Instance::start_in(data.path());
    let home = tempfile::tempdir().unwrap();
    let [full, empty] = ["full", "empty"].map(|name| home.path().join(name));
    for dir in [&full, &empty] {
        fs::create_dir(dir).unwrap();
    }
    fs::write(full.join("010-city.yaml"), FILE).unwrap();
    let mine = add(&app, reply("mine", "pay", r#"{"mine":1}"#)).await;
    let none = "SELECT RAISE(ABORT, 'no')";
    for (what, table, when) in [
        ("folder", "settings", "WHEN NEW.key = 'rule_folders'"),
        ("rules", "rules", ""),
    ] {
        let refuse =
            format!("CREATE TRIGGER refuse BEFORE INSERT ON {table} {when} BEGIN {none}; END");
        if !in_database(data.path(), &refuse) {
            return;
        }
        let dirs = if what == "folder" {
            &[&full, &empty][..]
        } else {
            &[&full][..]
        };
        for dir in dirs {
            let (status, error) = app.call(Method::PUT, "rules/folder", Some(path(dir))).await;
            assert_eq!(status, StatusCode::INSUFFICIENT_STORAGE, "{what}: {error}");
            assert_eq!(app.get("rules/folder").await, json!({"folder": null}));
            assert_eq!(order(&app).await, [mine.as_str()], "{what}");
            assert_eq!(answer(&app, TURN).await, r#"{"mine":1}"#);
        }
        assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
        assert!(in_database(data.path(), "DROP TRIGGER refuse"));
    }
    drop(app);
    let app = Instance::start_in(data.path());
    assert_eq!(app.get("rules/folder").await, json!({"folder": null}));
    assert_eq!(order(&app).await, [mine]);
}

#[tokio::test]
async fn files_that_are_no_rules_are_told_with_what_that_means_for_what_was_asked() {
    let app = Instance::start();
    let home = tempfile::tempdir().unwrap();
    add(&app, reply("mine", "pay", "{}")).await;
    for number in 0..25 {
        fs::write(home.path().join(format!("{number:02}.yaml")), "half: [").unwrap();
    }
    for (method, route, meaning) in [
        (
            Method::POST,
            "rules/import",
            "The bot's rules are as they were",
        ),
        (
            Method::PUT,
            "rules/folder",
            "The bot's rules are as they were",
        ),
        (Method::POST, "rules/export", "Nothing is written"),
    ] {
        let (status, error) = app.call(method, route, Some(path(home.path()))).await;
        let told = (status.as_u16(), &error["code"]);
        assert_eq!(told, (422, &json!("rule_files")), "{error}");
        let message = error["message"].as_str().unwrap();
        // Not all of them were read.
        assert!(
            message.contains("rules: 20+. ") && message.contains(meaning),
            "{message}"
        );
        assert_eq!(error["files"].as_array().unwrap().len(), 20);
    }
}
