//! Set-up: what a command needs, what of it is there, and bringing the rest.
//!
//! On Debian and its relatives everything missing is installed after it was said. Elsewhere it is
//! named, with the line that brings it. What is there already costs one look.

pub(crate) mod apt;
pub(crate) mod node;
mod others;

use anyhow::{Context as _, Result, bail};

use crate::process;

/// tauri-driver speaks WebDriver to the real window; 2.1.0 is the newest for Tauri 2.
const TAURI_DRIVER: &str = "2.1.0";

/// What a command is about to do, and so what it needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Compiling the desktop app: a C compiler and the web view's headers.
    pub(crate) desktop: bool,
    /// Building the page: Node.js and npm.
    pub(crate) page: bool,
    /// Driving a browser: Chromium.
    pub(crate) browser: bool,
    /// Driving the real window: a display of our own and the drivers.
    pub(crate) window: bool,
    /// Trying the tunnel against OpenSSH's server. It is installed in continuous integration only;
    /// where it is missing, its tests say so and pass.
    pub(crate) sshd: bool,
}

impl Needs {
    pub(crate) const EVERYTHING: Self = Self {
        desktop: true,
        page: true,
        browser: true,
        window: true,
        sshd: true,
    };
    pub(crate) const RUN: Self = Self {
        desktop: true,
        page: true,
        browser: false,
        window: false,
        sshd: false,
    };
}

/// `cargo xtask setup`.
pub(crate) fn run(_: &[String]) -> Result<()> {
    ensure(Needs::EVERYTHING)?;
    println!("Everything that `cargo xtask run` and `cargo xtask test` need is installed.");
    Ok(())
}

/// Brings what is missing, or says how to.
pub(crate) fn ensure(needs: Needs) -> Result<()> {
    if apt::is_here() {
        apt::ensure(&apt::packages(needs))?;
        if needs.page {
            node::ensure_on_debian()?;
        }
    } else {
        let missing = others::missing(needs);
        if !missing.is_empty() {
            bail!("Missing on this system:\n{}", missing.join("\n"));
        }
    }
    if needs.window && cfg!(target_os = "linux") {
        ensure_tauri_driver()?;
    }
    Ok(())
}

fn ensure_tauri_driver() -> Result<()> {
    if process::find("tauri-driver").is_some() {
        return Ok(());
    }
    let mut install = process::cargo();
    install.args([
        "install",
        "tauri-driver",
        "--version",
        TAURI_DRIVER,
        "--locked",
    ]);
    announce(
        "tauri-driver drives the window in tests",
        &process::as_typed(&install),
    );
    process::run(&mut install).context("tauri-driver is missing and could not be installed")
}

/// Says what is about to be installed, and how.
fn announce(why: &str, command: &str) {
    println!("Installing: {why}.\n  {command}");
}
