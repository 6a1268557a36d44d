//! Starting where something stands in the way: one clear sentence, exit code 2, nothing changed.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use ngrok_standin::ReservedPort;
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::support::{Instance, command, program};

/// Runs to its end: exit code and standard error.
fn fails(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    assert!(
        output.stdout.is_empty(),
        "no ready line: {}",
        String::from_utf8_lossy(&output.stdout)
    );
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                std::fs::read(entry.path()).unwrap_or_default(),
            )
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_port_in_use_is_said_in_one_sentence_and_nothing_is_made() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let dir = TempDir::new().unwrap();
    for option in ["--listen", "--control"] {
        let mut command = program();
        command
            .args(["serve", option, &address, "--data-dir"])
            .arg(dir.path());
        let (code, error) = fails(&mut command);
        assert_eq!(code, Some(2));
        assert!(
            error.contains(&address) && error.lines().count() == 1,
            "{error}"
        );
        assert_eq!(files(dir.path()), []);
    }
}

#[tokio::test]
async fn a_data_directory_in_use_is_refused_and_left_alone() {
    let app = Instance::start();
    app.turn("{}").await.unwrap();
    let (code, error) = fails(&mut command(&app.dir()));
    assert_eq!(code, Some(2));
    assert!(
        error.contains("in use") && error.lines().count() == 1,
        "{error}"
    );
    assert_eq!(app.newest().await["state"], "answered");
}

#[cfg(unix)]
#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let dir = TempDir::new().unwrap();
    let mut app = Instance::start_in(dir.path());
    assert_eq!(app.terminate(), Some(0));
    let database = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3")))
        .unwrap();
    let mut bytes = std::fs::read(&database).unwrap();
    // The user version of an SQLite file: a big-endian number at offset 60.
    bytes[60..64].copy_from_slice(&9999_u32.to_be_bytes());
    std::fs::write(&database, &bytes).unwrap();
    let before = files(dir.path());
    let (code, error) = fails(&mut command(dir.path()));
    assert_eq!(code, Some(2));
    assert!(
        error.contains("newer") && error.lines().count() == 1,
        "{error}"
    );
    assert_eq!(files(dir.path()), before);
}

#[cfg(unix)]
#[tokio::test]
async fn a_broken_database_is_set_aside_and_said() {
    let dir = TempDir::new().unwrap();
    let mut app = Instance::start_in(dir.path());
    assert_eq!(app.terminate(), Some(0));
    let database = files(dir.path())
        .into_iter()
        .find(|(_, bytes)| bytes.starts_with(b"SQLite format 3"))
        .unwrap();
    std::fs::write(dir.path().join(&database.0), b"this was a history once").unwrap();
    let app = Instance::start_in(dir.path());
    app.turn("{}").await.unwrap();
    let notices = app.get("status").await["notices"].clone();
    assert_eq!(notices[0]["code"], "database_set_aside");
    assert!(
        files(dir.path())
            .iter()
            .any(|(_, bytes)| bytes == b"this was a history once"),
        "nothing is thrown away"
    );
    // It is told until a person has read it, over restarts too.
    let mut app = app;
    assert_eq!(app.terminate(), Some(0));
    let app = Instance::start_in(dir.path());
    assert_eq!(app.get("status").await["notices"], notices);
    let notice = format!("notices/{}", notices[0]["id"].as_str().unwrap());
    for expected in [204, 404] {
        let (status, _) = app.call(Method::DELETE, &notice, None).await;
        assert_eq!(status, expected);
        assert_eq!(app.get("status").await["notices"], json!([]));
    }
}

#[test]
fn a_directory_that_cannot_be_made_is_said() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let (code, error) = fails(&mut command(&file.join("data")));
    assert_eq!(code, Some(2));
    assert_eq!(error.lines().count(), 1, "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), b"x");
}

/// Asks for another port of the webhook server.
async fn listen_at(app: &Instance, port: u16) {
    let body = json!({"listen_port": port});
    let (status, value) = app.call(Method::PATCH, "settings", Some(body)).await;
    assert_eq!(status, 200, "{port}: {value}");
    let addr = app.get("status").await["webhook"]["addr"].clone();
    assert_eq!(addr, format!("127.0.0.1:{port}"));
}

#[tokio::test]
async fn a_port_is_changed_and_changed_back_while_callers_never_end() {
    let app = Instance::start();
    let ports = [ReservedPort::take(), ReservedPort::take()];
    let [here, there] = ports.each_ref().map(ReservedPort::number);
    app.hold(3600).await;
    listen_at(&app, here).await;
    let limit = json!({"connection_limit": 1});
    let (status, value) = app.call(Method::PATCH, "settings", Some(limit)).await;
    assert_eq!(status, 200, "{value}");
    let mut endless = TcpStream::connect(("127.0.0.1", here)).await.unwrap();
    endless
        .write_all(b"POST / HTTP/1.1\r\nHost: bot\r\nContent-Length: 2\r\n\r\n{}")
        .await
        .unwrap();
    app.in_state("held").await;
    for port in [there, here, there, here, there] {
        listen_at(&app, port).await;
        let before = if port == here { there } else { here };
        let late = TcpStream::connect(("127.0.0.1", before)).await;
        assert!(late.is_err(), "nobody listens at the port before");
    }
    // Whoever came to the new port is served as soon as the limit allows it.
    app.answering(json!({"mode": "rules"})).await;
    let next = app.http.get(format!("http://127.0.0.1:{there}/next"));
    let next = tokio::spawn(next.send());
    let more = json!({"connection_limit": 16});
    let (status, value) = app.call(Method::PATCH, "settings", Some(more)).await;
    assert_eq!(status, 200, "{value}");
    assert_eq!(next.await.unwrap().unwrap().status(), 200);
}

#[cfg(unix)]
#[tokio::test]
async fn the_port_that_was_found_instead_can_be_chosen() {
    let dir = TempDir::new().unwrap();
    let reserved = ReservedPort::take();
    let mut app = Instance::start_in(dir.path());
    listen_at(&app, reserved.number()).await;
    assert_eq!(app.terminate(), Some(0));
    let _taken = TcpListener::bind(reserved.addr()).unwrap();
    let mut process = program();
    process.args(["serve", "--data-dir"]).arg(dir.path());
    let app = Instance::spawn(process);
    let webhook = app.get("status").await["webhook"].clone();
    let addr = webhook["addr"].as_str().unwrap();
    let found = addr.rsplit_once(':').unwrap().1.parse().unwrap();
    assert_ne!(found, reserved.number());
    listen_at(&app, found).await;
    assert_eq!(app.get("status").await["webhook"]["wanted_port"], found);
}

#[cfg(unix)]
#[tokio::test]
async fn the_wanted_port_is_remembered_and_a_taken_one_is_said() {
    let dir = TempDir::new().unwrap();
    let reserved = ReservedPort::take();
    let port = reserved.number();
    let mut app = Instance::start_in(dir.path());
    let (status, value) = app
        .call(
            Method::PATCH,
            "settings",
            Some(json!({"listen_port": port})),
        )
        .await;
    assert_eq!(status, 200, "{value}");
    let moved = app.get("status").await["webhook"]["addr"].clone();
    assert_eq!(
        moved,
        format!("127.0.0.1:{port}"),
        "a changed port holds at once"
    );
    let response = app
        .http
        .get(format!("http://127.0.0.1:{port}/"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let (status, error) = {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let other = taken.local_addr().unwrap().port();
        app.call(
            Method::PATCH,
            "settings",
            Some(json!({"listen_port": other})),
        )
        .await
    };
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (422, &json!("port_in_use"))
    );
    assert_eq!(app.terminate(), Some(0));

    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let mut process = program();
    process.args(["serve", "--data-dir"]).arg(dir.path());
    let app = Instance::spawn(process);
    let webhook = app.get("status").await["webhook"].clone();
    assert_eq!(
        (&webhook["wanted_port"], &webhook["port_taken"]),
        (&json!(port), &json!(true))
    );
}

#[tokio::test]
async fn settings_out_of_range_are_refused_with_their_place() {
    let app = Instance::start();
    for (patch, pointer) in [
        (json!({"body_limit_bytes": 1}), "/body_limit_bytes"),
        (json!({"x": 1}), "/x"),
    ] {
        let (status, error) = app.call(Method::PATCH, "settings", Some(patch)).await;
        assert_eq!((status.as_u16(), &error["pointer"]), (422, &json!(pointer)));
    }
    assert_eq!(app.get("settings").await["body_limit_bytes"], 16_777_216);
}
