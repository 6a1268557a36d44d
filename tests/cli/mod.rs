//! `hookloupe-cli` as its users meet it: arguments, output, exit codes.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Instance, program};

mod control_address;
mod drawn;
mod restart;
mod scenarios;
// Elsewhere the system names the language, not the environment.
#[cfg(all(unix, not(target_vendor = "apple")))]
mod rule_files;

fn cli(app: &Instance, arguments: &[&str]) -> Command {
    let mut command = program();
    command.args(arguments).env("HOOKLOUPE_DATA_DIR", app.dir());
    command
}

fn json_of(output: &Output) -> Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_help_names_every_command_and_the_exit_codes() {
    let output = program().arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for word in [
        "serve",
        "tail",
        "list",
        "show",
        "mode",
        "tunnel",
        "answer",
        "replay",
        "completions",
        "Exit codes",
    ] {
        assert!(help.contains(word), "{word} in {help}");
    }
}

#[test]
fn completions_are_printed_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = program().args(["completions", shell]).output().unwrap();
        assert!(
            output.status.success() && output.stdout.len() > 500,
            "{shell}"
        );
    }
}

#[test]
fn an_unknown_option_and_no_instance_are_exit_code_2() {
    let unknown = program().arg("--colour").output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    let empty = tempfile::TempDir::new().unwrap();
    for (locale, sentence) in [
        ("C.UTF-8", "no instance serves"),
        ("ru_RU.UTF-8", "никто не работает"),
    ] {
        let output = program()
            .args(["tail", "--data-dir"])
            .arg(empty.path())
            .env("LC_ALL", locale)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr);
        // Elsewhere the system names the language, not the environment.
        if cfg!(all(unix, not(target_vendor = "apple"))) {
            assert!(said.contains(sentence), "{said}");
        }
    }
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[tokio::test]
async fn a_command_speaks_its_shells_language_alone() {
    let app = Instance::start();
    let exchange = "01a21540-0000-7000-8000-000000000000";
    for (locale, settings, unknown, own, help) in [
        (
            "C.UTF-8",
            "ru",
            "There is no such exchange.",
            "unexpected argument",
            "Usage: hookloupe-cli",
        ),
        (
            "ru_RU.UTF-8",
            "en",
            "Такого обмена нет.",
            "неизвестный аргумент «--colour»",
            "Использование: hookloupe-cli",
        ),
    ] {
        let settings = json!({"language": settings});
        app.call(Method::PATCH, "settings", Some(settings)).await;
        for (arguments, sentence) in [
            (&["show", exchange][..], unknown),
            (&["tail", "--colour"], own),
            (&["answer", "--help"], help),
            (&["help"], help),
            (&["help", "tail"], help),
        ] {
            let mut command = cli(&app, arguments);
            command.env("LC_ALL", locale).env_remove("LANGUAGE");
            let output = command.output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8(said).unwrap();
            assert!(said.contains(sentence), "{locale} {arguments:?}: {said}");
        }
    }
}

#[tokio::test]
async fn the_ready_line_has_what_the_contract_names() {
    let app = Instance::start();
    for name in ["version", "webhook", "control", "token", "ui", "data_dir"] {
        assert!(app.ready[name].is_string(), "{name} in {}", app.ready);
    }
    assert_eq!(app.ready["ready"], true);
    let control = app.ready["control"].as_str().unwrap();
    assert_eq!(
        app.ready["ui"],
        format!("{control}/#token={}", app.ready["token"].as_str().unwrap())
    );
}

#[tokio::test]
async fn tail_prints_what_was_and_what_comes_as_json_lines() {
    let app = Instance::start();
    app.turn(r#"{"action":"before"}"#).await.unwrap();
    let mut tail = cli(&app, &["tail"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(tail.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(next()["exchange"]["event"], "before");
    app.turn(r#"{"action":"after"}"#).await.unwrap();
    let event = next();
    assert_eq!(
        (&event["kind"], &event["exchange"]["event"]),
        (&json!("exchange_received"), &json!("after"))
    );
    tail.kill().unwrap();
    tail.wait().unwrap();
}

#[tokio::test]
async fn tail_takes_a_filter_and_prints_a_table() {
    let app = Instance::start();
    app.turn(r#"{"action":"pay","userId":"77"}"#).await.unwrap();
    app.turn(r#"{"action":"start","userId":"77"}"#)
        .await
        .unwrap();
    let output = cli(
        &app,
        &["tail", "--once", "--table", "--filter", "event:pay"],
    )
    .output()
    .unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.starts_with("TIME"), "{table}");
    assert!(table.contains("pay") && !table.contains("start"), "{table}");
    let refused = cli(&app, &["tail", "--once", "--filter", "colour:red"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
}

#[tokio::test]
async fn answer_gives_a_held_exchange_its_answer_from_standard_input() {
    let app = Instance::start();
    app.hold(60).await;
    let bot = app.turn(r#"{"action":"pay"}"#);
    app.in_state("held").await;
    let mut answer = cli(
        &app,
        &[
            "answer",
            "held",
            "--status",
            "201",
            "-H",
            "X-A: б",
            "--body-file",
            "-",
        ],
    )
    .stdin(Stdio::piped())
    .stdout(Stdio::piped())
    .spawn()
    .unwrap();
    answer
        .stdin
        .take()
        .unwrap()
        .write_all("{\"a\": 1.0}".as_bytes())
        .unwrap();
    assert_eq!(
        json_of(&answer.wait_with_output().unwrap()),
        json!({"delivered": true})
    );
    let response = bot.await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.text().await.unwrap(), "{\"a\": 1.0}");
    let again = cli(&app, &["answer", "held"]).output().unwrap();
    assert_eq!(again.status.code(), Some(1), "nothing is held any more");
}

#[tokio::test]
async fn replay_sends_the_last_exchange_again() {
    let app = Instance::start();
    app.turn(r#"{"action":"pay"}"#).await.unwrap();
    let original = app.newest().await;
    let output = cli(
        &app,
        &["replay", "last", "--json", "-d", r#"{"action":"again"}"#],
    )
    .output()
    .unwrap();
    let exchange = json_of(&output);
    assert_eq!(
        (&exchange["replay_of"], &exchange["event"]),
        (&original["id"], &json!("again"))
    );
    let refused = cli(&app, &["replay", "no-such-exchange"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
}

/// A command whose reader leaves before it has read anything.
#[cfg(unix)]
fn unread(mut command: Command) -> Output {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    child.wait_with_output().unwrap()
}

#[cfg(unix)]
#[tokio::test]
async fn a_reader_that_leaves_ends_every_command_quietly() {
    let app = Instance::start();
    app.turn(r#"{"action":"pay"}"#).await.unwrap();
    for arguments in [
        &["tail"][..],
        &["tail", "--json", "-n", "0"],
        &["list", "--table"],
        &["show", "last"],
        &["openapi"],
        &["completions", "bash"],
        &["replay", "last"],
        &["mode"],
        &["tunnel"],
    ] {
        let output = unread(cli(&app, arguments));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.is_empty(),
            "{arguments:?}: {said}"
        );
    }
}

#[tokio::test]
async fn an_exchange_is_named_by_either_end_of_its_id_and_a_bot_by_its_name() {
    let app = Instance::start();
    app.turn(r#"{"action":"pay"}"#).await.unwrap();
    let newest = app.newest().await;
    let id = newest["id"].as_str().unwrap();
    for part in [id, &id[..13], &id[id.len() - 8..], "last"] {
        let output = cli(&app, &["show", part, "--json"]).output().unwrap();
        assert_eq!(json_of(&output)["id"], newest["id"], "{part}");
    }
    let bots = app.get("bots").await;
    let name = bots["bots"][0]["name"].as_str().unwrap();
    let list = cli(&app, &["list", "--bot", name, "--json"])
        .output()
        .unwrap();
    assert_eq!(json_of(&list)["id"], newest["id"]);
    let nobody = cli(&app, &["list", "--bot", "nobody"]).output().unwrap();
    assert_eq!(nobody.status.code(), Some(1));
    let said = String::from_utf8(nobody.stderr).unwrap();
    assert!(said.contains("nobody") && said.contains(name), "{said}");
}

#[tokio::test]
async fn show_prints_request_answer_and_findings_as_text() {
    let app = Instance::start();
    app.turn("{\"action\":\"\u{202e}pay\",}").await.unwrap();
    let output = cli(&app, &["show", "last"]).output().unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    for part in ["error: ", "<U+202E>pay", "{}"] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[tokio::test]
async fn mode_shows_and_chooses_who_answers() {
    let app = Instance::start();
    let mode = |arguments: &[&str]| {
        let arguments = [&["mode"], arguments].concat();
        let output = cli(&app, &arguments).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    assert_eq!(mode(&[]), (Some(0), "rules\n".to_owned()));
    assert_eq!(mode(&["hold"]), (Some(0), "hold\n".to_owned()));
    assert_eq!(app.get("answering").await["mode"], "hold");
    assert_eq!(mode(&["nobody"]).0, Some(1));
    assert_eq!(mode(&[]).1, "hold\n");
}

#[tokio::test]
async fn a_replay_that_fails_says_its_cause_and_is_exit_code_1() {
    let app = Instance::start();
    app.turn(r#"{"action":"pay"}"#).await.unwrap();
    let output = cli(
        &app,
        &["replay", "last", "--target", "http://127.0.0.1:1/x"],
    )
    .output()
    .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let row = String::from_utf8(output.stdout).unwrap();
    assert!(row.contains("failed"), "{row}");
    assert!(String::from_utf8(output.stderr).unwrap().len() > 20);
}

#[tokio::test]
async fn what_a_bot_does_not_take_is_said_to_who_answers_so() {
    let app = Instance::start();
    app.hold(60).await;
    let bot = app.turn(r#"{"action":"pay"}"#);
    app.in_state("held").await;
    let output = cli(&app, &["answer", "held", "-d", "{\"a\":1,}"])
        .output()
        .unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("error: "), "{said}");
    bot.await.unwrap();
    let nothing = cli(&app, &["answer", "held"])
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    assert_eq!(nothing.status.code(), Some(1));
    let said = String::from_utf8(nothing.stderr).unwrap();
    assert!(said.contains("nothing waits"), "{said}");
}

#[tokio::test]
async fn addresses_are_taken_as_people_write_them() {
    let app = Instance::start();
    let control = app.ready["control"].as_str().unwrap();
    let bare = control.trim_start_matches("http://");
    let output = program()
        .args(["mode", "--control", bare])
        .env("HOOKLOUPE_TOKEN", app.ready["token"].as_str().unwrap())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "rules\n");
    for wrong in ["localhost", "nowhere:x", "99999"] {
        let output = program()
            .args(["serve", "--listen", wrong])
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("HOST:PORT"), "{said}");
    }
    let dir = tempfile::TempDir::new().unwrap();
    let mut command = program();
    command
        .args([
            "serve",
            "--listen",
            "localhost:0",
            "--control",
            "0",
            "--data-dir",
        ])
        .arg(dir.path());
    let other = Instance::spawn(command);
    assert!(
        other.ready["webhook"]
            .as_str()
            .unwrap()
            .contains("127.0.0.1")
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_end_of_its_terminal_ends_serve_as_sigterm_does() {
    let mut app = Instance::start();
    app.hold(60).await;
    let bot = app.turn(r#"{"action":"pay"}"#);
    app.in_state("held").await;
    assert_eq!(app.hang_up(), Some(0));
    assert_eq!(bot.await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_address_for_a_person_opens_once_and_says_no_token() {
    let app = Instance::start();
    let once = app.ready["ui_once"].as_str().unwrap();
    let (page, word) = once.split_once("/#once=").unwrap();
    assert_eq!(app.ready["control"], page);
    assert!(!once.contains(app.ready["token"].as_str().unwrap()));
    let session = format!("{page}/api/v1/session");
    let enter = async |word: &str| {
        let request = app.http.post(&session).json(&json!({"word": word}));
        let answer = request.send().await.unwrap();
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.unwrap(),
        )
    };
    assert_eq!(enter("another").await.0, 401);
    assert_eq!(
        enter(word).await,
        (200, json!({"token": app.ready["token"]}))
    );
    let (status, refused) = enter(word).await;
    assert_eq!((status, &refused["code"]), (401, &json!("unauthorized")));
}

#[cfg(unix)]
#[tokio::test]
async fn the_token_is_left_where_only_the_user_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let app = Instance::start();
    let token = app.ready["token"].as_str().unwrap();
    let holding: Vec<_> = std::fs::read_dir(app.dir())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| {
            std::fs::read(entry.path())
                .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(token))
        })
        .collect();
    assert_eq!(holding.len(), 1, "one file holds the token");
    assert_eq!(
        holding[0].metadata().unwrap().permissions().mode() & 0o777,
        0o600
    );
}
