//! Conversations that are sent again after each save in a folder.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;
use axum::extract::State;
use axum::{Json, Router};
use ngrok_standin::ReservedPort;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::servers::read_request;
use crate::support::{Instance, TIMEOUT};

/// What a server of a test answers with.
#[derive(Default)]
struct Code {
    /// Its answers by event.
    answers: Mutex<Value>,
    asked: AtomicUsize,
}

/// A server that is written anew: each answer has a number of its own.
struct Server {
    port: ReservedPort,
    code: Arc<Code>,
    serving: Option<JoinHandle<()>>,
}

async fn answer(State(code): State<Arc<Code>>, body: Bytes) -> Json<Value> {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let event = request["action"].as_str().unwrap();
    let mut answer = code.answers.lock().await[event].clone();
    answer["number"] = json!(code.asked.fetch_add(1, Ordering::SeqCst));
    Json(answer)
}

impl Server {
    fn new() -> Self {
        Self {
            port: ReservedPort::take(),
            code: Arc::default(),
            serving: None,
        }
    }

    fn url(&self) -> String {
        format!("http://{}/hook", self.port.addr())
    }

    async fn set(&self, event: &str, answer: Value) {
        let mut answers = self.code.answers.lock().await;
        answers[event] = answer;
    }

    async fn up(&mut self) {
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&self.code));
        let listener = TcpListener::bind(self.port.addr()).await.unwrap();
        self.serving = Some(tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        }));
    }

    /// Nobody listens any more.
    async fn down(&mut self) {
        let serving = self.serving.take().unwrap();
        serving.abort();
        assert!(serving.await.unwrap_err().is_cancelled());
    }

    fn asked(&self) -> usize {
        self.code.asked.load(Ordering::SeqCst)
    }
}

/// A conversation of two turns; its exchanges.
async fn recorded(app: &Instance) -> [Value; 2] {
    let mut all = [Value::Null, Value::Null];
    for (event, id) in ["pay", "receipt"].into_iter().zip(&mut all) {
        let body = json!({"action": event, "userId": "u1"});
        app.turn(body.to_string()).await.unwrap();
        *id = app.newest().await["id"].clone();
    }
    all
}

async fn put(app: &Instance, watch: Value) -> (u16, Value) {
    let (status, found) = app.call(Method::PUT, "watch", Some(watch)).await;
    (status.as_u16(), found)
}

/// What is watched, once it is as wanted: what it sends leaves events in the feed.
async fn once(app: &Instance, wanted: impl Fn(&Value) -> bool) -> Value {
    let waiting = async {
        let mut after = 0;
        loop {
            let watch = app.get("watch").await;
            if wanted(&watch) {
                return watch;
            }
            let events = format!("events?after={after}&wait_ms=200");
            after = app.get(&events).await["next"].as_u64().unwrap();
        }
    };
    let found = tokio::time::timeout(TIMEOUT, waiting).await;
    found.expect("it is as wanted at last")
}

async fn waits(app: &Instance) -> Value {
    once(app, |watch| watch["state"] == "waiting").await
}

/// Where the feed stands.
async fn position(app: &Instance) -> u64 {
    app.get("exchanges?limit=1").await["seq"].as_u64().unwrap()
}

/// What the run after a position told.
async fn told_after(app: &Instance, position: u64) -> Value {
    let is_run = |event: &Value| event["kind"] == "watch_changed";
    app.event_after(position, is_run).await;
    app.get("watch").await["last"].clone()
}

/// Saves a file as editors do: a new one beside it, which is renamed.
fn save(folder: &Path, name: &str, text: &str) {
    let draft = folder.join(format!("{name}.tmp"));
    fs::write(&draft, text).unwrap();
    fs::rename(draft, folder.join(name)).unwrap();
}

#[tokio::test]
async fn after_a_save_what_is_answered_otherwise_is_told_and_a_comment_marks_none() {
    let (app, folder, mut server) = (Instance::start(), TempDir::new().unwrap(), Server::new());
    let ids = recorded(&app).await;
    server.set("pay", json!({"n": 1, "list": [1]})).await;
    server.set("receipt", json!({"ok": true})).await;
    fs::create_dir(folder.path().join("steps")).unwrap();
    server.up().await;
    let watch = json!({"folder": folder.path(), "conversations": [ids[0]], "target": server.url()});
    let (status, begun) = put(&app, watch.clone()).await;
    assert_eq!((status, &begun["last"]), (200, &Value::Null), "{begun}");
    for field in ["folder", "conversations", "target"] {
        assert_eq!(begun[field], watch[field]);
    }
    let learned = waits(&app).await;
    assert_eq!((server.asked(), &learned["message"]), (4, &Value::Null));
    // A comment.
    let before = position(&app).await;
    save(folder.path(), "pay.py", "# why");
    let last = told_after(&app, before).await;
    assert_eq!(last, json!({"saved": "pay.py", "turns": 2, "changed": []}));
    // In a folder below.
    server.set("pay", json!({"n": 2, "list": [1, 2]})).await;
    let before = position(&app).await;
    save(&folder.path().join("steps"), "total.py", "total = 2");
    let last = told_after(&app, before).await;
    assert_eq!(last["saved"], "steps/total.py");
    let changed = last["changed"].as_array().unwrap();
    assert_eq!(changed.len(), 1, "{last}");
    assert_eq!(
        (&changed[0]["original"], &changed[0]["changes"]),
        (&ids[0], &json!(2))
    );
    let replay = app.exchange(&changed[0]["replay"]).await;
    assert_eq!(
        (&replay["source"], &replay["replay_of"]),
        (&json!("replay"), &ids[0])
    );
    let list = app.get("conversations").await;
    assert_eq!(list["conversations"][0]["turns"], 2, "{list}");
    assert_eq!(list["conversations"].as_array().unwrap().len(), 1);
    // Ended, nothing is sent any more, and there is nothing to end.
    for _ in 0..2 {
        let (status, _) = app.call(Method::DELETE, "watch", None).await;
        assert_eq!(status, 204);
    }
    let (status, _) = app.call(Method::GET, "watch", None).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_save_while_the_server_is_away_is_sent_when_it_is_there_again() {
    let (app, folder, mut server) = (Instance::start(), TempDir::new().unwrap(), Server::new());
    let ids = recorded(&app).await;
    server.set("pay", json!({"n": 1})).await;
    server.set("receipt", json!({"ok": true})).await;
    let watch = json!({"folder": folder.path(), "conversations": [ids[0]], "target": server.url()});
    put(&app, watch).await;
    // It is not there from the first on.
    let away = once(&app, |watch| watch["message"].is_string()).await;
    assert_eq!(away["state"], "learning");
    server.up().await;
    assert_eq!(waits(&app).await["message"], Value::Null);
    server.down().await;
    let before = position(&app).await;
    save(folder.path(), "pay.py", "n = 2");
    let away = once(&app, |watch| watch["message"].is_string()).await;
    assert_eq!((server.asked(), &away["last"]), (4, &Value::Null));
    server.set("pay", json!({"n": 2})).await;
    server.up().await;
    let last = told_after(&app, before).await;
    assert_eq!(last["saved"], "pay.py");
    assert_eq!(last["changed"][0]["original"], ids[0], "{last}");
}

/// A process that answers so many requests and is gone before its last answer is sent.
async fn old_process(listener: TcpListener, answers: usize) {
    let mut listener = Some(listener);
    let mut answered = 0;
    while let Some(listening) = &listener {
        let (mut stream, _) = listening.accept().await.unwrap();
        // It was only looked whether it is there.
        if read_request(&mut stream).await.is_none() {
            continue;
        }
        answered += 1;
        if answered == answers {
            listener = None;
        }
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
            Content-Length: 7\r\nConnection: close\r\n\r\n{\"n\":1}";
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn a_run_that_met_the_old_process_is_repeated_with_the_new_one() {
    let (app, folder, mut server) = (Instance::start(), TempDir::new().unwrap(), Server::new());
    let ids = recorded(&app).await;
    let listener = TcpListener::bind(server.port.addr()).await.unwrap();
    // Twice to learn, and once after the save.
    let old = tokio::spawn(old_process(listener, 6));
    let watch = json!({"folder": folder.path(), "conversations": [ids[0]], "target": server.url()});
    put(&app, watch).await;
    waits(&app).await;
    let before = position(&app).await;
    save(folder.path(), "pay.py", "n = 2");
    let is_run = |event: &Value| event["kind"] == "watch_changed";
    let first = app.event_after(before, is_run).await;
    old.await.unwrap();
    server.set("pay", json!({"n": 2})).await;
    server.set("receipt", json!({"n": 1})).await;
    server.up().await;
    let last = told_after(&app, first["seq"].as_u64().unwrap()).await;
    assert_eq!(
        (&last["saved"], &last["turns"]),
        (&json!("pay.py"), &json!(2))
    );
    let changed = last["changed"].as_array().unwrap();
    // The new server's number is in both answers, and was in none before.
    let changes: Vec<&Value> = changed.iter().map(|turn| &turn["changes"]).collect();
    assert_eq!(changes, [&json!(2), &json!(1)], "{last}");
}

/// A folder with 100,000 names in 100 folders. The files are links to one in each: NTFS has 1,023
/// names for a file at most.
fn big_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for part in 0..100 {
        let part = folder.path().join(format!("part {part}"));
        fs::create_dir(&part).unwrap();
        let first = part.join("0");
        fs::File::create(&first).unwrap();
        for number in 1..1000 {
            fs::hard_link(&first, part.join(number.to_string())).unwrap();
        }
    }
    folder
}

#[tokio::test]
async fn a_folder_of_100_000_files_is_watched() {
    // Before anything listens: what takes that long lets connections become too old.
    let folder = big_folder();
    let (app, mut server) = (Instance::start(), Server::new());
    let ids = recorded(&app).await;
    server.set("pay", json!({"n": 1})).await;
    server.set("receipt", json!({"ok": true})).await;
    server.up().await;
    let watch = json!({"folder": folder.path(), "conversations": [ids[0]], "target": server.url()});
    let (status, begun) = put(&app, watch).await;
    assert_eq!((status, &begun["message"]), (200, &Value::Null), "{begun}");
    waits(&app).await;
    let before = position(&app).await;
    save(&folder.path().join("part 99"), "999", "1");
    assert_eq!(told_after(&app, before).await["saved"], "part 99/999");
}

#[tokio::test]
async fn a_folder_that_is_removed_is_told_of_and_watched_once_it_is_there_again() {
    let (app, home, mut server) = (Instance::start(), TempDir::new().unwrap(), Server::new());
    let ids = recorded(&app).await;
    server.set("pay", json!({"n": 1})).await;
    server.set("receipt", json!({"ok": true})).await;
    server.up().await;
    let folder = home.path().join("bot");
    fs::create_dir(&folder).unwrap();
    let watch = json!({"folder": folder, "conversations": [ids[0]], "target": server.url()});
    put(&app, watch).await;
    waits(&app).await;
    fs::remove_dir(&folder).unwrap();
    let gone = once(&app, |watch| watch["message"].is_string()).await;
    let message = gone["message"].as_str().unwrap();
    assert!(message.contains("not there"), "{gone}");
    // It comes with a file: nobody tells of that, so that the conversations are sent.
    let before = position(&app).await;
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("pay.py"), "n = 2").unwrap();
    let last = told_after(&app, before).await;
    assert_eq!((&last["turns"], &last["changed"]), (&json!(2), &json!([])));
    let again = once(&app, |watch| watch["message"].is_null()).await;
    assert_eq!(again["folder"], json!(folder));
}

#[tokio::test]
async fn what_is_watched_outlasts_a_restart() {
    let (dir, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut server = Server::new();
    server.set("pay", json!({"n": 1})).await;
    server.set("receipt", json!({"ok": true})).await;
    server.up().await;
    let app = Instance::start_in(dir.path());
    let ids = recorded(&app).await;
    let watch = json!({"folder": folder.path(), "conversations": [ids[0]], "target": server.url()});
    put(&app, watch.clone()).await;
    waits(&app).await;
    // Killed, as a document that is written at once allows.
    drop(app);
    let app = Instance::start_in(dir.path());
    let learned = waits(&app).await;
    for field in ["folder", "conversations", "target"] {
        assert_eq!(learned[field], watch[field]);
    }
    assert_eq!(learned["last"], Value::Null);
    app.call(Method::DELETE, "watch", None).await;
    drop(app);
    let app = Instance::start_in(dir.path());
    let (status, _) = app.call(Method::GET, "watch", None).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn what_cannot_be_watched_is_told_with_its_place_and_what_was_watched_stays() {
    let (app, folder) = (Instance::start(), TempDir::new().unwrap());
    let ids = recorded(&app).await;
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let fits = json!({"folder": folder.path(), "conversations": [ids[0]],
        "target": "http://127.0.0.1:1/"});
    assert_eq!(put(&app, fits.clone()).await.0, 200);
    let unknown = "01980000-0000-7000-8000-000000000000";
    let own = app.webhook("/");
    let own_name = own.replace("127.0.0.1", "localhost");
    for (field, value, status) in [
        ("folder", json!("relative"), 422),
        ("folder", json!(""), 422),
        ("folder", json!(file), 422),
        ("folder", json!(folder.path().join("nowhere")), 422),
        (
            "folder",
            json!(format!("{}\0", folder.path().display())),
            422,
        ),
        ("conversations", json!([]), 422),
        ("conversations", json!(vec![&ids[0]; 51]), 422),
        ("conversations", json!("x"), 422),
        ("conversations", json!([unknown]), 404),
        ("target", json!(""), 422),
        ("target", json!("self"), 422),
        ("target", json!("upstream"), 422),
        ("target", json!("http://bot.example/"), 422),
        ("target", json!("http://0.0.0.0:1/"), 422),
        ("target", json!("http://localhost.bot.example/"), 422),
        // The app itself.
        ("target", json!(own), 422),
        ("target", json!(own_name), 422),
        ("target", json!(app.ready["control"]), 422),
    ] {
        let mut wanted = fits.clone();
        wanted[field] = value;
        let (found, error) = put(&app, wanted.clone()).await;
        assert_eq!(found, status, "{wanted}: {error}");
        let pointer = match status {
            404 => Value::Null,
            _ => json!(format!("/{field}")),
        };
        assert_eq!(error["pointer"], pointer, "{wanted}: {error}");
    }
    let watch = app.get("watch").await;
    for field in ["folder", "conversations", "target"] {
        assert_eq!(watch[field], fits[field]);
    }
}
