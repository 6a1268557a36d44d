//! `hookloupe-cli rules`: in the shell's language, and in no other words than are so.

use std::fs;

use serde_json::json;

use super::cli;
use crate::support::Instance;

#[cfg(all(unix, not(target_vendor = "apple")))]
#[tokio::test]
async fn rules_as_files_are_told_in_the_shells_language() {
    let app = Instance::start();
    let home = tempfile::TempDir::new().unwrap();
    let rule = json!({"version": 1, "id": "pay", "then": {"reply": {"body": "{}"}}});
    assert_eq!(app.post("rules", rule).await.0, 201);
    let folder = home.path().join("rules");
    let dir = folder.to_str().unwrap();
    let run = |arguments: &[&str], locale: &str| {
        let arguments = [&["rules"], arguments].concat();
        let output = cli(&app, &arguments)
            .env("LC_ALL", locale)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (english, russian) = ("C.UTF-8", "ru_RU.UTF-8");
    let said = |told: &str| (Some(0), format!("{told}\n"), String::new());
    for (arguments, locale, told) in [
        (&["state"][..], english, "the rules are kept in no folder"),
        (&["state"], russian, "правила не хранятся в папке"),
        (
            &["export", dir],
            english,
            "written 1  removed 0  unchanged 0",
        ),
        (
            &["export", dir],
            russian,
            "записано 0  удалено 0  без изменений 1",
        ),
        (
            &["import", dir],
            english,
            "added 0  changed 0  removed 0  unchanged 1",
        ),
        (
            &["import", dir],
            russian,
            "добавлено 0  изменено 0  удалено 0  без изменений 1",
        ),
        (&["watch", dir], english, &format!("watching  {dir}")),
        (&["state"], russian, &format!("действует  {dir}")),
    ] {
        assert_eq!(run(arguments, locale), said(told), "{arguments:?}");
    }
    for action in ["unwatch", "state"] {
        let (code, told, error) = run(&[action, dir], english);
        assert_eq!((code, told.as_str()), (Some(2), ""));
        assert!(
            error.contains(&format!("`{action}` takes no folder")),
            "{error}"
        );
    }
    let (code, told, _) = run(&["unwatch"], english);
    assert_eq!(code, Some(0));
    assert!(
        told.starts_with("the rules are kept in no folder from now on"),
        "{told}"
    );
    assert_eq!(
        run(&["state"], english),
        said("the rules are kept in no folder")
    );
    // What is the matter with the folder is said once, and of no file.
    for number in 0..=2000 {
        fs::write(folder.join(format!("n{number}.yaml")), "").unwrap();
    }
    let (code, _, error) = run(&["import", dir], english);
    assert_eq!(code, Some(1), "{error}");
    assert_eq!(error.matches("2000 rules at most").count(), 1, "{error}");
    assert!(!error.contains(": :") && !error.contains("; :"), "{error}");
    // A path that cannot be sent.
    use std::os::unix::ffi::OsStrExt as _;
    let strange = std::ffi::OsStr::from_bytes(b"/tmp/\xff");
    let output = cli(&app, &["rules", "export"])
        .arg(strange)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("no Unicode text"), "{error}");
}
