//! A display of our own: Xvfb on a number that it picks itself, ended when this goes out of scope.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result};

use crate::process::program;

/// The screen's size: wide enough for the window's first size with room around it.
const SCREEN: &str = "1600x1000x24";

pub(crate) struct Display {
    server: Child,
    /// The number, as `DISPLAY` names it.
    pub(crate) name: String,
}

impl Display {
    pub(crate) fn start() -> Result<Self> {
        let mut server = program("Xvfb")
            // File descriptor 1: the server writes the number it chose on its standard output.
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                SCREEN,
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb could not be started")?;
        let output = server.stdout.take().context("Xvfb's output is not there")?;
        let mut number = String::new();
        let read = BufReader::new(output).read_line(&mut number);
        let display = Self {
            server,
            name: format!(":{}", number.trim()),
        };
        read.context("Xvfb did not say its number")?;
        anyhow::ensure!(display.name.len() > 1, "Xvfb ended without a display");
        Ok(display)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Gone already is as good as ended.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
