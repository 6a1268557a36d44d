//! `cargo xtask run`: from a fresh clone to the open window, or to the browser UI where no display
//! is.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process::{self, cargo, program};
use crate::setup::{self, Needs};
use crate::{paths, ui};

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    setup::ensure(Needs::RUN)?;
    ui::build()?;
    if has_display() {
        open_window(arguments)
    } else {
        serve_browser(arguments)
    }
}

/// Whether a window could be shown: on Linux when a display is named, elsewhere always.
fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

fn open_window(arguments: &[String]) -> Result<()> {
    println!("Building the app; the first time takes some minutes.");
    process::run(cargo().args(["build", "--package", "hookloupe"]))?;
    println!("Opening the window.");
    process::run(program(paths::built("hookloupe")).args(arguments))
}

fn serve_browser(arguments: &[String]) -> Result<()> {
    println!("There is no display here, so the app is built for a browser.");
    process::run(cargo().args(["build", "--package", "hookloupe-cli"]))?;
    let mut server = program(paths::built("hookloupe-cli"))
        .arg("serve")
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .context("`hookloupe-cli serve` could not be started")?;
    let output = server
        .stdout
        .take()
        .context("the server's output is not there")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    if let Ok(ready) = serde_json::from_str(&line) {
        println!("{}", in_words(&ready));
    }
    let status = server.wait()?;
    if !status.success() {
        bail!("`hookloupe-cli serve` ended ({status})");
    }
    Ok(())
}

/// The server's ready line for a person.
fn in_words(ready: &Value) -> String {
    let text = |name: &str| ready.get(name).and_then(Value::as_str).unwrap_or_default();
    let port = text("control").rsplit(':').next().unwrap_or_default();
    format!(
        "\nHookloupe runs. Open this in a browser on this machine:\n\n  {ui}\n\n\
         From another machine, bring the port over first: ssh -L {port}:127.0.0.1:{port} THIS-MACHINE\n\
         Webhooks go to {webhook}\n\
         Data is in {data}\n\
         Ctrl-C ends it.",
        ui = text("ui_once"),
        webhook = text("webhook"),
        data = text("data_dir"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_becomes_an_address_to_open() {
        let ready = serde_json::json!({
            "ready": true, "webhook": "http://127.0.0.1:40001/", "control": "http://127.0.0.1:40002",
            "ui_once": "http://127.0.0.1:40002/#once=abc", "data_dir": "/data",
        });
        let words = in_words(&ready);
        assert!(
            words.contains("\n  http://127.0.0.1:40002/#once=abc\n"),
            "{words}"
        );
        assert!(words.contains("ssh -L 40002:127.0.0.1:40002"), "{words}");
    }
}
