//! `hookloupe-cli rules`: in the shell's language, and in no other words than are so.

use std::fs;

use serde_json::json;

use super::cli;
use crate::support::Instance;

const ENGLISH: &str = "C.UTF-8";

/// What a command has printed: its exit code, its output, and what it says beside it.
fn run(app: &Instance, arguments: &[&str], locale: &str) -> (Option<i32>, String, String) {
    let arguments = [&["rules"], arguments].concat();
    let output = cli(app, &arguments).env("LC_ALL", locale).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[tokio::test]
async fn rules_as_files_are_told_in_the_shells_language() {
    let app = Instance::start();
    let home = tempfile::TempDir::new().unwrap();
    let rule = json!({"version": 1, "id": "pay", "then": {"reply": {"body": "{}"}}});
    assert_eq!(app.post("rules", rule).await.0, 201);
    let folder = home.path().join("rules");
    let dir = folder.to_str().unwrap();
    let russian = "ru_RU.UTF-8";
    for (arguments, locale, told) in [
        (&["state"][..], ENGLISH, "the rules are kept in no folder"),
        (&["state"], russian, "правила не хранятся в папке"),
        (
            &["export", dir],
            ENGLISH,
            "written 1  removed 0  unchanged 0",
        ),
        (
            &["export", dir],
            russian,
            "записано 0  удалено 0  без изменений 1",
        ),
        (
            &["import", dir],
            ENGLISH,
            "added 0  changed 0  removed 0  unchanged 1",
        ),
        (
            &["import", dir],
            russian,
            "добавлено 0  изменено 0  удалено 0  без изменений 1",
        ),
        (&["watch", dir], ENGLISH, &format!("watching  {dir}")),
        (&["state"], russian, &format!("действует  {dir}")),
        (
            &["unwatch"],
            ENGLISH,
            "the rules are kept in no folder from now on; rules and files stay as they are",
        ),
        (&["state"], ENGLISH, "the rules are kept in no folder"),
    ] {
        let said = (Some(0), format!("{told}\n"), String::new());
        assert_eq!(run(&app, arguments, locale), said, "{arguments:?}");
    }
}

#[tokio::test]
async fn a_folder_that_is_not_wanted_or_cannot_be_told_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    let app = Instance::start();
    let home = tempfile::TempDir::new().unwrap();
    let dir = home.path().to_str().unwrap();
    for action in ["unwatch", "state"] {
        let (code, told, error) = run(&app, &[action, dir], ENGLISH);
        assert_eq!((code, told.as_str()), (Some(2), ""));
        let unwanted = format!("`{action}` takes no folder");
        assert!(error.contains(&unwanted), "{error}");
    }
    let strange = std::ffi::OsStr::from_bytes(b"/tmp/\xff");
    let mut command = cli(&app, &["rules", "export"]);
    let output = command.arg(strange).env("LC_ALL", ENGLISH).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("no Unicode text"), "{error}");
}

#[tokio::test]
async fn what_is_the_matter_with_a_folder_is_said_once_and_of_no_file() {
    let app = Instance::start();
    let home = tempfile::TempDir::new().unwrap();
    for number in 0..=2000 {
        fs::write(home.path().join(format!("n{number}.yaml")), "").unwrap();
    }
    let dir = home.path().to_str().unwrap();
    let (code, _, error) = run(&app, &["import", dir], ENGLISH);
    assert_eq!(code, Some(1), "{error}");
    assert_eq!(error.matches("2000 rules at most").count(), 1, "{error}");
    assert!(!error.contains(": :") && !error.contains("; :"), "{error}");
}
