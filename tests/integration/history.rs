//! What was answered is there afterwards, whatever happens to the process or the disk.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::Instance;

async fn all(app: &Instance) -> Vec<Value> {
    let mut all = Vec::new();
    let mut before = String::new();
    loop {
        let page = app.get(&format!("exchanges?limit=1000{before}")).await;
        all.extend(page["exchanges"].as_array().unwrap().iter().cloned());
        match page["next_before"].as_u64() {
            Some(seq) => before = format!("&before={seq}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn every_answered_request_survives_a_kill_and_none_is_there_twice() {
    let dir = TempDir::new().unwrap();
    let mut app = Instance::start_in(dir.path());
    let mut bots = tokio::task::JoinSet::new();
    for bot in 0..8 {
        let (http, address) = (app.http.clone(), app.webhook("/"));
        bots.spawn(async move {
            let mut answered = Vec::new();
            for turn in 0.. {
                let event = format!("{bot}-{turn}");
                let sent = http
                    .post(&address)
                    .body(format!(r#"{{"action":"{event}","userId":"u"}}"#))
                    .send();
                let Ok(response) = sent.await else { break };
                let Ok(_) = response.bytes().await else { break };
                answered.push(event);
            }
            answered
        });
    }
    app.event(|event| event["exchange"]["seq"].as_u64() >= Some(400))
        .await;
    app.process.kill().unwrap();
    app.process.wait().unwrap();
    let answered: Vec<String> = bots.join_all().await.into_iter().flatten().collect();
    assert!(answered.len() >= 390, "the load ran: {}", answered.len());

    let again = Instance::start_in(dir.path());
    let mut seen: HashMap<String, usize> = HashMap::new();
    for exchange in all(&again).await {
        *seen
            .entry(exchange["event"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    let missing: Vec<&String> = answered
        .iter()
        .filter(|event| !seen.contains_key(*event))
        .collect();
    assert_eq!(
        missing,
        Vec::<&String>::new(),
        "each answered request is in the history"
    );
    assert!(
        seen.values().all(|count| *count == 1),
        "none is there twice"
    );
}

#[tokio::test]
async fn a_held_request_of_a_killed_process_is_failed_after_restart() {
    let dir = TempDir::new().unwrap();
    let mut app = Instance::start_in(dir.path());
    app.hold(600).await;
    let turn = app
        .http
        .post(app.webhook("/"))
        .body(r#"{"action":"e"}"#)
        .send();
    let bot = tokio::spawn(turn);
    let held = app.in_state("held").await;
    app.process.kill().unwrap();
    app.process.wait().unwrap();
    assert!(bot.await.unwrap().is_err());
    let again = Instance::start_in(dir.path());
    let exchange = again.exchange(&held["id"]).await;
    assert_eq!(
        (&exchange["state"], &exchange["failure_code"]),
        (&json!("failed"), &json!("process_ended"))
    );
    assert_eq!(
        again.get("answering").await["mode"],
        "hold",
        "the way of answering is remembered"
    );
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let app = Instance::start();
    for number in 0..25 {
        app.turn(format!(r#"{{"action":"e{number}"}}"#))
            .await
            .unwrap();
    }
    let first = app.get("exchanges?limit=10").await;
    let second = app
        .get(&format!(
            "exchanges?limit=10&before={}",
            first["next_before"]
        ))
        .await;
    let third = app
        .get(&format!(
            "exchanges?limit=10&before={}",
            second["next_before"]
        ))
        .await;
    assert_eq!(third["next_before"], Value::Null);
    let events: Vec<String> = [first, second, third]
        .iter()
        .flat_map(|page| page["exchanges"].as_array().unwrap().clone())
        .map(|one| one["event"].as_str().unwrap().to_owned())
        .collect();
    let wanted: Vec<String> = (0..25).rev().map(|number| format!("e{number}")).collect();
    assert_eq!(events, wanted);
    let newest = app.newest().await["seq"].as_u64().unwrap();
    let after = app.get(&format!("exchanges?after={}", newest - 3)).await;
    assert_eq!(after["exchanges"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_filter_finds_by_field_and_by_text() {
    let app = Instance::start();
    app.turn(r#"{"action":"pay","userId":"77","city":"Казань"}"#)
        .await
        .unwrap();
    app.turn(r#"{"action":"start","userId":"78","city":"Москва"}"#)
        .await
        .unwrap();
    for (filter, events) in [
        ("event:pay", vec!["pay"]),
        ("user:78", vec!["start"]),
        ("status:200", vec!["start", "pay"]),
        ("-event:pay", vec!["start"]),
        ("казань", vec!["pay"]),
        ("source:webhook by:default", vec!["start", "pay"]),
        ("is:held", vec![]),
        ("event:pay,start", vec!["start", "pay"]),
        ("event:ar", vec!["start"]),
        ("event:\"ar\"", vec![]),
        ("at:today,yesterday", vec!["start", "pay"]),
        ("at>1h", vec!["start", "pay"]),
        ("var.city~кв", vec!["start"]),
    ] {
        let query = format!("exchanges?filter={}", filter.replace(' ', "%20"));
        let page = app.get(&query).await;
        let found: Vec<&str> = page["exchanges"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["event"].as_str().unwrap())
            .collect();
        assert_eq!(found, events, "{filter}");
        assert_eq!(page["filter_notes"], json!([]));
        assert_eq!(page["searched_back_to"], json!(null));
        let count = app.get(&query.replace("?", "/count?")).await;
        assert_eq!(count, json!({"count": events.len(), "more": false}));
    }
    let page = app.get("exchanges?filter=pay%20OR%20start").await;
    let note = page["filter_notes"][0].as_str().unwrap();
    assert!(
        note.contains("OR") && note.contains("event:pay,start"),
        "{note}"
    );
    for unreadable in ["pay%00".to_owned(), "a%20".repeat(1000)] {
        let path = format!("exchanges?filter={unreadable}");
        let (status, error) = app.call(Method::GET, &path, None).await;
        assert_eq!(
            (status.as_u16(), &error["code"]),
            (422, &json!("filter_invalid"))
        );
    }
    let (status, error) = app
        .call(Method::GET, "exchanges?filter=colour:red", None)
        .await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (422, &json!("filter_invalid"))
    );
}

/// A field of each listed exchange.
fn field(list: &Value, name: &str) -> Vec<Value> {
    let all = list["exchanges"].as_array().unwrap().iter();
    all.map(|one| one[name].clone()).collect()
}

#[tokio::test]
async fn several_are_deleted_by_their_ids_in_one_call_and_come_back_by_one_undo() {
    let app = Instance::start();
    for event in ["a", "b", "c"] {
        app.turn(format!(r#"{{"action":"{event}"}}"#))
            .await
            .unwrap();
    }
    app.hold(60).await;
    let waiting = app.turn(r#"{"action":"d"}"#);
    let held = app.in_state("held").await["id"].clone();
    let listed = app.get("exchanges").await;
    let ids = field(&listed, "id");
    assert_eq!((ids.len(), &ids[0]), (4, &held));
    let what = json!({"ids": [ids[0], ids[1], ids[3], "01900000-0000-7000-8000-000000000007"]});
    let (status, deleted) = app.post("exchanges/delete", what).await;
    assert_eq!(
        (status.as_u16(), &deleted["deleted"]),
        (200, &json!(2)),
        "the held one stays"
    );
    let left = app.get("exchanges").await;
    assert_eq!(field(&left, "event"), ["d", "b"]);
    let undo = json!({"undo": deleted["undo"]});
    assert_eq!(app.post("exchanges/restore", undo).await.1["restored"], 2);
    assert_eq!(
        app.get("exchanges").await["exchanges"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    let (status, refused) = app.post("exchanges/delete", json!({"ids": ["x"]})).await;
    assert_eq!(
        (status.as_u16(), &refused["pointer"]),
        (422, &json!("/ids/0"))
    );
    waiting.abort();
}

#[tokio::test]
async fn a_deletion_can_be_undone_and_a_note_and_a_pin_stay() {
    let app = Instance::start();
    app.turn(r#"{"action":"a"}"#).await.unwrap();
    app.turn(r#"{"action":"b"}"#).await.unwrap();
    let newest = app.newest().await;
    let id = newest["id"].as_str().unwrap();
    let note = json!({"note": "посмотреть", "pinned": true});
    let (_, patched) = app
        .call(Method::PATCH, &format!("exchanges/{id}"), Some(note))
        .await;
    assert_eq!(
        (&patched["note"], &patched["pinned"]),
        (&json!("посмотреть"), &json!(true))
    );
    let (_, deleted) = app
        .call(Method::DELETE, &format!("exchanges/{id}"), None)
        .await;
    assert_eq!(deleted["deleted"], 1);
    assert_eq!(
        app.call(Method::GET, &format!("exchanges/{id}"), None)
            .await
            .0,
        404
    );
    let (_, restored) = app
        .post("exchanges/restore", json!({"undo": deleted["undo"]}))
        .await;
    assert_eq!(restored["restored"], 1);
    assert_eq!(app.exchange(&newest["id"]).await["note"], "посмотреть");
    let (_, deleted) = app
        .call(Method::DELETE, "exchanges?filter=event:a", None)
        .await;
    assert_eq!(deleted["deleted"], 1);
    assert_eq!(
        app.get("exchanges").await["exchanges"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        app.call(Method::DELETE, "exchanges/nothing", None).await.0,
        404
    );
}

#[tokio::test]
async fn a_deletion_without_a_filter_leaves_what_is_pinned_and_one_that_asks_for_it_does_not() {
    let app = Instance::start();
    for _ in 0..3 {
        app.turn(r#"{"action":"a"}"#).await.unwrap();
    }
    let newest = app.newest().await["id"].clone();
    let route = format!("exchanges/{}", newest.as_str().unwrap());
    app.call(Method::PATCH, &route, Some(json!({"pinned": true})))
        .await;
    for (query, expected) in [("", 2), ("?filter=", 0), ("?filter=is:pinned", 1)] {
        let route = format!("exchanges{query}");
        let (_, deleted) = app.call(Method::DELETE, &route, None).await;
        assert_eq!(deleted["deleted"], expected, "{query:?}");
    }
}

#[tokio::test]
async fn a_reader_that_is_too_far_behind_is_told_to_list_again() {
    let app = Instance::start();
    let (status, error) = app.call(Method::GET, "events?wait_ms=30001", None).await;
    let refused = (status.as_u16(), &error["pointer"]);
    assert_eq!(refused, (422, &json!("/wait_ms")), "{error}");
    let batch = app.get("events?after=999999999&wait_ms=0").await;
    assert_eq!(batch["events"][0]["kind"], "resync");
    let quiet = app
        .get(&format!("events?after={}&wait_ms=1", batch["next"]))
        .await;
    assert_eq!(quiet["events"], json!([]));
}

/// A file may not grow beyond a limit: for SQLite the same as a full disk. Raising the limit of the
/// running process is the disk being cleared.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_stops_history_and_not_the_bot_and_goes_on_when_there_is_room() {
    let dir = TempDir::new().unwrap();
    let serve = crate::support::command(dir.path());
    let mut limited = crate::support::other_program("bash");
    limited.args(["-c", "ulimit -S -f 1024; exec \"$0\" \"$@\""]);
    limited
        .arg(serve.get_program())
        .args(serve.get_args())
        .env("LC_ALL", "en_US.UTF-8");
    let app = Instance::spawn(limited);
    // Random text, which does not get smaller when it is packed.
    let noise: String = (0..9000)
        .map(|_| char::from(b'!' + rand_byte() % 90))
        .filter(|one| !"\"\\".contains(*one))
        .collect();
    let turn = |number: usize| app.turn(format!(r#"{{"action":"e{number}","noise":"{noise}"}}"#));
    let mut sent = 0;
    let stopped = loop {
        assert_eq!(
            turn(sent).await.unwrap().status(),
            200,
            "the bot gets its answer"
        );
        sent += 1;
        let history = app.get("status").await["history"].clone();
        if history["saving"] == false {
            break history;
        }
        assert!(sent < 2000, "the limit is reached");
    };
    assert!(
        stopped["reason"].is_string() && stopped["since"].is_string(),
        "{stopped}"
    );
    app.event(|event| event["kind"] == "status_changed").await;
    assert_eq!(turn(sent).await.unwrap().text().await.unwrap(), "{}");
    sent += 1;

    let process = app.process.id().to_string();
    let raised = crate::support::other_program("prlimit")
        .args(["--fsize=unlimited", "--pid", &process])
        .status()
        .unwrap();
    assert!(raised.success());
    let saving = async {
        while app.get("status").await["history"]["saving"] == false {
            let head = app.get("exchanges?limit=1").await["seq"].clone();
            app.get(&format!("events?after={head}&wait_ms=1000")).await;
        }
    };
    tokio::time::timeout(crate::support::TIMEOUT, saving)
        .await
        .expect("history goes on");
    let events = all(&app).await;
    assert_eq!(events.len(), sent, "what waited in memory is written");
}

/// Waits for the reserve on the program's own disk, and fills the disk but for 12 MiB.
#[cfg(target_os = "linux")]
async fn leave_12_mib(app: &Instance, dir: &std::path::Path) {
    use std::io::Write as _;
    // The disk as the program sees it.
    let root = format!("/proc/{}/root", app.process.id());
    let disk = std::path::Path::new(&root).join(dir.strip_prefix("/").unwrap());
    let reserved = async {
        while !disk.join("history.reserve").exists() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(crate::support::TIMEOUT, reserved)
        .await
        .expect("there is a reserve");
    // Other files leave 12 MiB.
    let mut ballast = std::fs::File::create(disk.join("ballast")).unwrap();
    let piece = vec![1; 1 << 20];
    let mut length = 0;
    while ballast.write_all(&piece).is_ok() {
        length += piece.len() as u64;
    }
    ballast.set_len(length - (12 << 20)).unwrap();
}

/// To delete is to write too: on a file system that is really full a deletion gets the room that
/// was reserved for it, and what waited is written into what it frees.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_is_deleted_on_a_full_disk_makes_room() {
    if !what_waits_is_written_into_what_a_deletion_frees(40_000).await {
        eprintln!("skipped: a small disk cannot be mounted here without being root");
    }
}

/// Where long bodies filled the disk, what is short still fits for a while, a deletion too.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_is_deleted_makes_room_where_only_long_bodies_do_not_fit_any_more() {
    if !what_waits_is_written_into_what_a_deletion_frees(900_000).await {
        eprintln!("skipped: a small disk cannot be mounted here without being root");
    }
}

/// An instance whose data directory is a disk of 160 MB; `None` where none can be mounted.
#[cfg(target_os = "linux")]
fn on_a_small_disk(dir: &std::path::Path) -> Option<Instance> {
    let mount = format!("mount -t tmpfs -o size=160m none '{}'", dir.display());
    let mut probe = crate::support::other_program("unshare");
    let probe = probe.args(["-Urm", "sh", "-c", &mount]).status();
    if !probe.is_ok_and(|status| status.success()) {
        return None;
    }
    let serve = crate::support::command(dir);
    let mut limited = crate::support::other_program("unshare");
    limited
        .args([
            "-Urm",
            "sh",
            "-c",
            &format!("{mount} && exec \"$0\" \"$@\""),
        ])
        .arg(serve.get_program())
        .args(serve.get_args())
        .env("LC_ALL", "en_US.UTF-8");
    Some(Instance::spawn(limited))
}

/// Whether a small disk could be mounted.
#[cfg(target_os = "linux")]
async fn what_waits_is_written_into_what_a_deletion_frees(body_bytes: usize) -> bool {
    let dir = TempDir::new().unwrap();
    let Some(app) = on_a_small_disk(dir.path()) else {
        return false;
    };
    leave_12_mib(&app, dir.path()).await;
    let noise: String = (0..body_bytes)
        .map(|_| char::from(b'!' + rand_byte() % 90))
        .filter(|one| !"\"\\".contains(*one))
        .collect();
    let turn = |number: usize| app.turn(format!(r#"{{"action":"e{number}","noise":"{noise}"}}"#));
    let mut sent = 0;
    while app.get("status").await["history"]["saving"] == true {
        assert_eq!(turn(sent).await.unwrap().status(), 200);
        sent += 1;
        assert!(sent < 1000, "the disk is full by now");
    }
    let small = |number| app.turn(format!(r#"{{"action":"small{number}"}}"#));
    for number in 0..5 {
        assert_eq!(small(number).await.unwrap().status(), 200);
    }
    let (status, deleted) = app.call(Method::DELETE, "exchanges", None).await;
    assert_eq!(status, 200, "{deleted}");
    assert!(deleted["deleted"].as_u64().unwrap() > 5, "{deleted}");
    let saving = async {
        while app.get("status").await["history"]["saving"] == false {
            let head = app.get("exchanges?limit=1").await["seq"].clone();
            app.get(&format!("events?after={head}&wait_ms=1000")).await;
        }
    };
    tokio::time::timeout(crate::support::TIMEOUT, saving)
        .await
        .expect("history goes on");
    let small = app.get("exchanges?filter=event:small").await;
    assert_eq!(small["exchanges"].as_array().unwrap().len(), 5, "{small}");
    for number in sent..sent + 20 {
        assert_eq!(turn(number).await.unwrap().status(), 200);
        assert_eq!(app.newest().await["event"], format!("e{number}"));
    }
    assert_eq!(app.get("status").await["history"]["saving"], true);
    true
}

/// A byte of a xorshift sequence: noise that is the same in every run.
#[cfg(target_os = "linux")]
fn rand_byte() -> u8 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static STATE: AtomicU64 = AtomicU64::new(0x9e37_79b9_7f4a_7c15);
    let mut state = STATE.load(Ordering::Relaxed);
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    STATE.store(state, Ordering::Relaxed);
    state.to_le_bytes()[3]
}

#[tokio::test]
async fn variables_are_named_while_their_exchange_is_listed_whatever_order_it_came_in() {
    let app = Instance::start();
    let names = async || app.get("names").await["names"].clone();
    // Its number is given with its head, and it is recorded with its body.
    let body = r#"{"action":"a","userId":"u","slow":1}"#;
    let mut slow = TcpStream::connect(app.webhook_host()).await.unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut begun = [0; 12];
    slow.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100");
    app.turn(r#"{"action":"a","userId":"u","quick":1}"#)
        .await
        .unwrap();
    assert!(names().await.as_array().unwrap().contains(&json!("quick")));
    let quick = app.newest().await;

    slow.write_all(body.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    slow.read_to_end(&mut answer).await.unwrap();
    let both = names().await;
    assert!(both.as_array().unwrap().contains(&json!("slow")), "{both}");

    let route = format!("exchanges/{}", quick["id"].as_str().unwrap());
    let (status, _) = app.call(Method::DELETE, &route, None).await;
    assert!(status.is_success());
    let one = names().await;
    assert!(one.as_array().unwrap().contains(&json!("slow")), "{one}");
    assert!(!one.as_array().unwrap().contains(&json!("quick")), "{one}");
}

#[tokio::test]
async fn a_misspelt_name_in_a_query_deletes_nothing() {
    let app = Instance::start();
    app.turn(r#"{"action":"e"}"#).await.unwrap();
    for query in [
        "fitler=event:none",
        "filter=event:none&bots=1",
        "Filter=event:none",
    ] {
        let route = format!("exchanges?{query}");
        let (status, refused) = app.call(Method::DELETE, &route, None).await;
        assert_eq!(status, 422, "{query}: {refused}");
        let (status, refused) = app.call(Method::GET, &route, None).await;
        assert_eq!(status, 422, "{query}: {refused}");
    }
    let list = app.get("exchanges").await["exchanges"].clone();
    assert_eq!(list.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_history_that_another_program_cuts_is_replaced_and_said_with_nothing_answered_lost() {
    let dir = TempDir::new().unwrap();
    let mut app = Instance::start_in(dir.path());
    let secret = app.get("bots").await["bots"][0]["secret"].clone();
    let send = async |app: &Instance, turns: std::ops::Range<u32>| {
        for turn in turns {
            let body = json!({"action": format!("e{turn}"), "userId": "u"});
            let sent = app.http.post(app.webhook("/")).json(&body).send();
            assert_eq!(sent.await.unwrap().status(), 200);
        }
    };
    let rule = json!({"version": 1, "id": "greets", "name": "greets", "when": {"all": []},
        "then": {"reply": {"status": 200, "body": "hello"}}});
    assert_eq!(app.post("rules", rule).await.0, 201);
    send(&app, 0..50).await;
    let database = dir.path().join("history.sqlite3");
    let opened = std::fs::OpenOptions::new().write(true).open(database);
    opened.unwrap().set_len(0).unwrap();
    send(&app, 50..60).await;
    let said = async {
        let mut after = app.get("exchanges").await["seq"].as_u64().unwrap();
        loop {
            let status = app.get("status").await;
            let notices = status["notices"].as_array().unwrap();
            if notices
                .iter()
                .any(|notice| notice["code"] == "database_replaced")
            {
                return status;
            }
            let batch = app.get(&format!("events?after={after}&wait_ms=1000")).await;
            after = batch["next"].as_u64().unwrap();
        }
    };
    let said = tokio::time::timeout(crate::support::TIMEOUT, said);
    let status = said.await.expect("the notice comes");
    assert_eq!(status["history"]["saving"], true);
    send(&app, 60..70).await;
    assert_eq!(app.terminate(), Some(0));

    let again = Instance::start_in(dir.path());
    assert_eq!(all(&again).await.len(), 70);
    assert_eq!(again.get("bots").await["bots"][0]["secret"], secret);
    assert_eq!(again.get("rules").await["rules"][0]["id"], "greets");
}
