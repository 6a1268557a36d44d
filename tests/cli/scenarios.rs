//! `hookloupe-cli test` and `mock`: exit codes, reports, files that are reviewed.

#![allow(clippy::print_stdout, reason = "what could not be looked at is said")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::servers::{Act, Axum, Python, Raw};
use crate::support::{TIMEOUT, other_program, program};

/// A folder of files.
struct Files(TempDir);

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = TempDir::new().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// `hookloupe-cli test` here, with a data directory of its own.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command
            .current_dir(self.0.path())
            .arg("test")
            .args(arguments)
            .env("HOOKLOUPE_DATA_DIR", self.path("data"))
            .env_remove("HOOKLOUPE_TARGET")
            .env_remove("GITHUB_ACTIONS");
        command
    }

    async fn test(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments)).await
    }
}

/// What a command said, and how it ended.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Runs a command while servers of this test answer it.
async fn ran(mut command: Command) -> Ran {
    let run = tokio::task::spawn_blocking(move || command.output().unwrap());
    run.await.unwrap().into()
}

const PAY: &str = "scenario: 1
name: pay
steps:
  - send: {event: pay, set: {total: 100}}
    expect: {answer: {total: 90}, only: [total]}
  - send: {event: receipt}
";

const CLEAN: &str = "scenario: 1\nsteps: [{send: {event: pay}}]\n";

/// That a report passes the strict schema, where this machine has the program that looks.
fn assert_junit(report: &Path) {
    let schema = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/fixtures/junit.xsd"
    );
    let mut lint = other_program("xmllint");
    lint.args(["--noout", "--nonet", "--schema", schema])
        .arg(report);
    match lint.output() {
        Ok(output) => assert!(
            output.status.success(),
            "{}\n{}",
            String::from_utf8_lossy(&output.stderr),
            fs::read_to_string(report).unwrap()
        ),
        Err(_) => println!("xmllint is not here: the report's schema was not looked at"),
    }
}

#[tokio::test]
async fn what_passes_is_exit_code_0_and_what_differs_is_1_with_its_place() {
    let good = Axum::with_json("{\"total\": 90.0}").await;
    let bad = Axum::with_json("{\"total\": 100, \"more\": true}").await;
    let files = Files::new(&[("pay.yaml", PAY)]);
    let passed = files
        .test(&["pay.yaml", "--target", &good.url, "--junit", "j.xml"])
        .await;
    assert_eq!(passed.code, Some(0), "{passed:?}");
    assert_junit(&files.path("j.xml"));
    let received = good.received().await;
    assert_eq!(received.len(), 2);
    let second: Value = serde_json::from_slice(&received[1].body).unwrap();
    assert_eq!(
        (&second["total"], &second["action"]),
        (&json!(90.0), &json!("receipt"))
    );

    let arguments = [
        "pay.yaml", "--target", &bad.url, "--junit", "j.xml", "--ndjson", "n.json",
    ];
    let failed = files.test(&arguments).await;
    assert_eq!(failed.code, Some(1), "{failed:?}");
    assert!(failed.out.contains("pay.yaml:4"), "{failed:?}");
    assert!(
        failed.out.contains("/total: It is 100, not 90."),
        "{failed:?}"
    );
    assert_junit(&files.path("j.xml"));
    assert!(
        files
            .read("j.xml")
            .contains("tests=\"2\" failures=\"1\" errors=\"0\"")
    );
    let lines: Vec<Value> = files
        .read("n.json")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    let first = &lines[0];
    assert_eq!(
        (&first["index"], &first["passed"], &first["line"]),
        (&json!(0), &json!(false), &json!(4))
    );
    let pointers: Vec<&str> = first["failures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/total", "/more"]);
    assert_eq!(lines[2]["failed"], 1);
}

#[tokio::test]
async fn a_target_that_is_not_there_is_2_and_one_that_goes_away_is_1() {
    let files = Files::new(&[("pay.yaml", PAY)]);
    let nowhere = ngrok_standin::ReservedPort::take();
    let url = format!("http://{}", nowhere.addr());
    let silent = files
        .test(&["pay.yaml", "--target", &url, "--junit", "j.xml"])
        .await;
    assert_eq!(silent.code, Some(2), "{silent:?}");
    assert!(silent.out.contains("not run"), "{silent:?}");
    assert_junit(&files.path("j.xml"));
    assert!(files.read("j.xml").contains("errors=\"1\" skipped=\"1\""));

    let none = files.test(&["pay.yaml"]).await;
    assert_eq!(none.code, Some(2), "{none:?}");
    assert!(none.err.contains("no target"), "{none:?}");
    let wrong = files.test(&["pay.yaml", "--target", "ftp://h"]).await;
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    let least = files
        .test(&["pay.yaml", "--target", &url, "--min", "5"])
        .await;
    assert_eq!(least.code, Some(2), "{least:?}");

    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}";
    let cut = Raw::doing(Act::SayLast(cut.into())).await;
    let broken = files.test(&["pay.yaml", "--target", &cut.url]).await;
    assert_eq!(broken.code, Some(1), "it was reached: {broken:?}");
}

#[tokio::test]
async fn a_server_that_dies_midway_leaves_a_whole_report() {
    let files = Files::new(&[("pay.yaml", PAY)]);
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{\"total\":90}";
    // One answer, and nobody listens for the second call.
    let once = Raw::doing(Act::SayLast(answer.into())).await;
    let lost = files
        .test(&["pay.yaml", "--target", &once.url, "--junit", "j.xml"])
        .await;
    assert_eq!(lost.code, Some(1), "{lost:?}");
    assert_junit(&files.path("j.xml"));
    assert!(
        files
            .read("j.xml")
            .contains("failures=\"0\" errors=\"1\" skipped=\"0\""),
        "{}",
        files.read("j.xml")
    );
}

#[tokio::test]
async fn a_file_that_does_not_fit_is_2_with_its_line_and_nothing_is_sent() {
    let server = Axum::with_json("{}").await;
    let files = Files::new(&[
        ("all/good.yaml", CLEAN),
        (
            "all/typo.yaml",
            "scenario: 1\nsteps:\n  - send: {event: a}\n    expect: {anwser: {}}\n",
        ),
        ("all/circle.yaml", "scenario: 1\ninclude: circle.yaml\n"),
    ]);
    let wrong = files.test(&["all", "--target", &server.url]).await;
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    for part in ["all/typo.yaml:4:14: ", "all/circle.yaml:2:10: "] {
        assert!(wrong.err.contains(part), "{part} in {wrong:?}");
    }
    assert!(server.received().await.is_empty());
}

#[tokio::test]
async fn of_a_folder_what_others_include_is_not_played_by_itself() {
    let server = Axum::with_json("{\"id\": \"x\"}").await;
    let files = Files::new(&[
        (
            "all/login.yaml",
            "scenario: 1\nsteps: [{send: {event: login}, capture: {id: id}}]\n",
        ),
        (
            "all/in/pay.yml",
            "scenario: 1\ninclude: ../login.yaml\nrows: c.csv\nsteps: [{send: {event: \"{{city}}-{{id}}-{{v}}\"}}]\n",
        ),
        ("all/in/c.csv", "city\nK\nP\n"),
        ("all/.hidden.yaml", "no: scenario"),
    ]);
    let arguments = [
        "all",
        "--target",
        &server.url,
        "--var",
        "v=1",
        "--repeat",
        "2",
        "--seed",
        "5",
    ];
    let passed = files.test(&arguments).await;
    assert_eq!(passed.code, Some(0), "{passed:?}");
    let events = |received: Vec<crate::servers::Received>| -> Vec<String> {
        let bodies = received
            .into_iter()
            .map(|one| serde_json::from_slice::<Value>(&one.body).unwrap());
        bodies
            .map(|body| body["action"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        events(server.received().await),
        [
            "login", "K-x-1", "login", "K-x-1", "login", "P-x-1", "login", "P-x-1"
        ]
    );
    let unknown = files.test(&["all", "--target", &server.url]).await;
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(unknown.err.contains("“v”"), "{unknown:?}");
}

#[tokio::test]
async fn what_failed_is_played_again_alone() {
    let server = Axum::with_json("{\"total\": 1}").await;
    let files = Files::new(&[("a.yaml", PAY), ("b.yaml", CLEAN)]);
    assert_eq!(
        files
            .test(&["a.yaml", "b.yaml", "--target", &server.url])
            .await
            .code,
        Some(1)
    );
    let again = files
        .test(&["a.yaml", "b.yaml", "--target", &server.url, "--failed"])
        .await;
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.out.contains("scenarios: 1;"), "{again:?}");
    let good = Axum::with_json("{\"total\": 90}").await;
    let passed = files
        .test(&["a.yaml", "--target", &good.url, "--failed"])
        .await;
    assert_eq!(passed.code, Some(0), "{passed:?}");
    let nothing = files
        .test(&["a.yaml", "b.yaml", "--target", &good.url, "--failed"])
        .await;
    assert_eq!(
        (nothing.code, good.received().await.len()),
        (Some(0), 2),
        "{nothing:?}"
    );
    assert!(nothing.out.contains("Nothing failed"), "{nothing:?}");
}

#[tokio::test]
async fn a_review_takes_one_difference_and_keeps_another() {
    let server = Axum::with_json("{\"total\": 100, \"name\": \"b\"}").await;
    let text = "scenario: 1\nsteps:\n  - send: {event: pay} # the first\n    expect:\n      answer:\n        total: 90\n        name: a\n";
    let files = Files::new(&[("pay.yaml", text)]);
    let mut command = files.command(&["pay.yaml", "--target", &server.url, "--review"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"what\ny\nn\n")
        .unwrap();
    let waited = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
    let reviewed = Ran::from(waited.await.unwrap());
    assert_eq!(reviewed.code, Some(1), "{reviewed:?}");
    assert_eq!(
        files.read("pay.yaml"),
        text.replace("total: 90", "total: 100")
    );
}

#[tokio::test]
async fn what_nobody_looks_at_is_named_and_too_little_fails() {
    let server = Axum::with_json("{\"total\": 90, \"note\": \"x\"}").await;
    let text = "scenario: 1\nsteps: [{send: {event: pay}, expect: {answer: {total: 90}}}]\n";
    let files = Files::new(&[("pay.yaml", text)]);
    let arguments = ["pay.yaml", "--target", &server.url, "--mutate"];
    let found = files.test(&arguments).await;
    assert_eq!(found.code, Some(0), "{found:?}");
    assert!(found.out.contains("mutation score 1/2"), "{found:?}");
    assert!(
        found.out.contains("/note removed") && found.out.contains("/note value"),
        "{found:?}"
    );
    assert_eq!(
        server.received().await.len(),
        1,
        "answers are changed here alone"
    );
    for (least, code) in [("50", 0), ("51", 1)] {
        let ended = files
            .test(&[&arguments[..], &["--min", least]].concat())
            .await;
        assert_eq!(ended.code, Some(code), "{ended:?}");
    }
}

#[tokio::test]
async fn coverage_reads_a_running_instances_history_and_a_directorys() {
    let server = Axum::with_json("{}").await;
    let files = Files::new(&[("pay.yaml", CLEAN)]);
    fs::create_dir(files.path("data")).unwrap();
    let app = crate::support::Instance::start_in(&files.path("data"));
    for event in ["pay", "menu"] {
        let body = json!({"action": event, "userId": "u1", "rawRequest": {"a": 1}});
        app.turn(body.to_string()).await.unwrap();
    }
    let arguments = ["pay.yaml", "--target", &server.url, "--coverage"];
    let running = files.test(&arguments).await;
    assert_eq!(running.code, Some(0), "{running:?}");
    assert!(running.out.contains("coverage 1/2\n  menu"), "{running:?}");
    drop(app);
    let ended = files
        .test(&[&arguments[..], &["--min", "60"]].concat())
        .await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.contains("coverage 1/2"), "{ended:?}");
}

#[tokio::test]
async fn differences_stand_beside_their_lines_where_a_service_shows_them() {
    let server = Axum::with_json("{\"total\": 1}").await;
    let files = Files::new(&[("pay.yaml", PAY)]);
    let mut command = files.command(&["pay.yaml", "--target", &server.url]);
    command.env("GITHUB_ACTIONS", "true");
    let failed = ran(command).await;
    let wanted = "::error file=pay.yaml,line=4,title=pay::/total: It is 1, not 90.";
    assert!(failed.out.contains(wanted), "{failed:?}");
}

/// Ends a program as a terminal or a service does.
#[cfg(unix)]
fn signal(child: &std::process::Child, signal: rustix::process::Signal) {
    let id = i32::try_from(child.id()).unwrap();
    let id = rustix::process::Pid::from_raw(id).unwrap();
    rustix::process::kill_process(id, signal).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_run_that_is_interrupted_leaves_a_whole_report() {
    let files = Files::new(&[("pay.yaml", PAY)]);
    let silent = Raw::doing(Act::SayAndWait(Vec::new())).await;
    let arguments = ["pay.yaml", "--target", &silent.url, "--junit", "j.xml"];
    let mut command = files.command(&arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    silent.called().await;
    signal(&child, rustix::process::Signal::INT);
    let waited = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
    let ended = Ran::from(waited.await.unwrap());
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert_junit(&files.path("j.xml"));
    assert!(files.read("j.xml").contains("tests=\"2\""));
}

#[tokio::test]
async fn a_server_of_pythons_own_library_is_played_against() {
    let Some(python) = Python::start() else {
        println!("this machine has no Python");
        return;
    };
    // It answers with the first line and the body of what it was sent.
    let text = "scenario: 1
steps:
  - send: {event: a, set: {list: [1, {b: null}]}}
    expect:
      merged: true
      answer: {line: {$matches: '^POST / '}, body: {$matches: '\"list\":\\[1,'}}
      only: [line, body]
      after: {list: [1, {b: null}]}
  - send: {event: b}
    expect: {answer: {line: GET}}
";
    let files = Files::new(&[("echo.yaml", text)]);
    let failed = files.test(&["echo.yaml", "--target", &python.url]).await;
    assert_eq!(failed.code, Some(1), "{failed:?}");
    let (first, second) = (
        failed.out.contains("echo.yaml:3"),
        failed.out.contains("echo.yaml:9"),
    );
    assert!(!first && second, "{failed:?}");
}

/// A mock that runs, with its address.
#[cfg(unix)]
struct Mock {
    child: std::process::Child,
    url: String,
}

#[cfg(unix)]
impl Mock {
    fn start(files: &Files, arguments: &[&str]) -> Self {
        let mut command = program();
        command
            .current_dir(files.0.path())
            .args(["mock", "--rules", "rules", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let url = ready["webhook"].as_str().unwrap().to_owned();
        Self { child, url }
    }

    async fn call(&self, event: &str) -> Value {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(TIMEOUT)
            .build()
            .unwrap();
        let body = json!({"action": event, "userId": "u1"}).to_string();
        let request = http
            .post(&self.url)
            .header("Content-Type", "application/json")
            .body(body);
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn end(self) -> Ran {
        signal(&self.child, rustix::process::Signal::TERM);
        let child = self.child;
        let waited = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
        Ran::from(waited.await.unwrap())
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_mock_answers_by_its_rules_and_fails_where_it_was_called_otherwise() {
    let rule = "version: 1\nid: pay\nwhen:\n  all:\n    - {field: event, op: equals, value: pay}\nthen:\n  reply: {body: '{\"paid\": true}'}\n";
    let files = Files::new(&[("rules/pay.yaml", rule)]);
    for (expected, events, strict, code) in [
        (&["event=pay:2"][..], &["pay", "pay"][..], false, 0),
        (&["event=pay:2"], &["pay"], false, 1),
        (&["event=pay:1", "event=menu:1"], &["pay", "menu"], false, 0),
        (&["event=pay:1"], &["pay", "menu"], true, 1),
    ] {
        let mut arguments: Vec<&str> = expected.iter().flat_map(|one| ["--expect", one]).collect();
        arguments.extend(["--junit", "m.xml"]);
        arguments.extend(strict.then_some("--fail-on-unmatched"));
        let mock = Mock::start(&files, &arguments);
        for event in events {
            let answer = mock.call(event).await;
            let wanted = if *event == "pay" {
                json!({"paid": true})
            } else {
                json!({})
            };
            assert_eq!(answer, wanted);
        }
        let ended = mock.end().await;
        assert_eq!(ended.code, Some(code), "{expected:?} {events:?} {ended:?}");
        assert_eq!(ended.err.is_empty(), code == 0, "{ended:?}");
        assert_junit(&files.path("m.xml"));
        let says_nothing = files.read("m.xml").contains("<failure message=\"\"");
        assert!(!says_nothing, "{}", files.read("m.xml"));
    }
}

#[tokio::test]
async fn a_mock_whose_rules_cannot_be_read_says_where() {
    let rule = "version: 1\nid: pay\nthen:\n  reply: {bdy: '{}'}\n";
    let files = Files::new(&[("rules/pay.yaml", rule)]);
    for (folder, part) in [("rules", "rules/pay.yaml:4:11: "), ("nowhere", "nowhere")] {
        let mut command = program();
        command.current_dir(files.0.path()).args([
            "mock",
            "--rules",
            folder,
            "--listen",
            "127.0.0.1:0",
        ]);
        let ended = ran(command).await;
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.err.contains(part), "{part} in {ended:?}");
    }
}
