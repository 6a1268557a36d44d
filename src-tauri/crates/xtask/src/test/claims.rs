//! The programs that run `tests/e2e`: the page in Chromium and the real window.

use std::process::Command;

use crate::display::Display;
use crate::paths;
use crate::process::{self, npm, program};
use crate::setup::apt;

/// The claims of one script of `tests/e2e`, for the window on a display.
pub(super) fn all(script: &str, display: Option<&Display>) -> Command {
    let mut command = under_a_bus(display.is_some());
    command
        .args(["run", "--silent", script])
        .current_dir(paths::end_to_end())
        .env("HOOKLOUPE_BIN_DIR", paths::target().join("debug"));
    if let Some(browser) = apt::browser() {
        command.env("CHROMIUM", browser);
    }
    if let Some(display) = display {
        // A desktop's own Wayland would win over the display made for this.
        command
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11");
    }
    command
}

/// Some of them, by their names.
pub(super) fn only(script: &str, display: Option<&Display>, names: &[String]) -> Command {
    let mut command = all(script, display);
    // `tests/e2e/lib/wanted.mjs` reads it.
    command.env("HOOKLOUPE_CLAIMS", names.join("\n"));
    command
}

/// npm, for the window inside a message bus of its own: the single instance is found over it, and a
/// machine without a desktop has none.
fn under_a_bus(wanted: bool) -> Command {
    match process::find("dbus-run-session") {
        Some(bus) if wanted => {
            let mut command = program(bus);
            command.args(["--", "npm"]);
            command
        }
        _ => npm(),
    }
}
