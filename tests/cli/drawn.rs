//! What the terminal is given to draw, whoever wrote it.

use super::*;

/// Clears the screen in two ways, turns a line round, forges a line.
const HOSTILE: &str = "a\u{1b}[2J\u{9b}2J\u{202e}b\nhookloupe-cli: c";

/// The same but for the line, which clap leaves to who typed it.
const TYPED: &str = "a\u{1b}[2J\u{9b}2J\u{202e}b";

/// Everything that a command gives to the terminal.
fn drawn(output: &Output) -> String {
    let bytes = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(bytes).unwrap()
}

fn assert_drawable(what: &str, text: &str) {
    let is_drawable = |one: char| one == '\n' || !(one.is_control() || one == '\u{202e}');
    assert!(text.chars().all(is_drawable), "{what}: {text:?}");
    assert!(!text.contains("\nhookloupe-cli: c"), "{what}: {text:?}");
}

#[tokio::test]
async fn a_text_from_outside_is_drawn_as_a_text_by_every_command() {
    let app = Instance::start();
    let (status, made) = app.post("bots", json!({"name": HOSTILE})).await;
    assert!(status.is_success() || status == 422, "{made}");
    let turn = json!({"action": HOSTILE, "user": HOSTILE, HOSTILE: HOSTILE}).to_string();
    app.turn(turn).await.unwrap();
    let one = &format!("a{HOSTILE}");
    let target = &format!("http://127.0.0.1:1/{HOSTILE}");
    let header = &format!("{HOSTILE}: x");
    for arguments in [
        &["tail", "--once", "--bot", one][..],
        &["tail", "--once", "--filter", &format!("var.{HOSTILE}")],
        &["tail", "--once", "--filter", &format!("at:\"{HOSTILE}\"")],
        &[
            "tail",
            "--once",
            "--filter",
            &format!("\"OR\" var.x={HOSTILE},"),
        ],
        &["tail", "--once", "--table"],
        &["tail", "--once", "--json"],
        &["list", "--table", "--bot", HOSTILE],
        &["show", "last"],
        &["show", "last", "--json"],
        &["show", HOSTILE],
        &["mode", HOSTILE],
        &["mode", "--bot", one],
        &["replay", "last", "--target", target],
        &["replay", "last", "--method", HOSTILE],
        &["replay", "last", "-H", header],
        &["replay", "last", "-H", TYPED],
        &["replay", "last", "--body-file", HOSTILE],
        &["answer", "last", "--status", TYPED],
        &["tunnel", TYPED],
        &[TYPED],
        &["tail", TYPED],
        &["tail", "--control", target],
        &["tail", "--data-dir", HOSTILE],
        &["serve", "--listen", TYPED],
        &["serve", "--data-dir", &format!("/dev/null/{HOSTILE}")],
    ] {
        for locale in ["C.UTF-8", "ru_RU.UTF-8"] {
            let mut command = cli(&app, arguments);
            let output = command.env("LC_ALL", locale).output().unwrap();
            let text = drawn(&output);
            assert!(!text.is_empty(), "{arguments:?}");
            assert_drawable(&format!("{arguments:?} {locale}"), &text);
        }
    }
}
