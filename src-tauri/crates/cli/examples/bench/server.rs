//! A server process that a measurement starts, and the arithmetic that measurements share.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

/// A server process; ended when dropped.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) ready: Value,
    _dir: tempfile::TempDir,
}

impl Server {
    /// The program itself, with a new history.
    pub(crate) fn app() -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let program = std::env::current_exe()?;
        let release = program
            .parent()
            .and_then(Path::parent)
            .context("the example lies in the target directory")?;
        #[expect(clippy::disallowed_methods, reason = "the program that is measured")]
        let mut command = Command::new(release.join("hookloupe-cli"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(dir.path());
        Self::start(command, dir)
    }

    /// This measurement's own program once more, in the part that `arguments` name.
    pub(crate) fn other(arguments: &[&str]) -> Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "a part of this measurement")]
        let mut command = Command::new(std::env::current_exe()?);
        command.args(arguments);
        Self::start(command, tempfile::tempdir()?)
    }

    fn start(mut command: Command, dir: tempfile::TempDir) -> Result<Self> {
        let mut process = command
            .stdout(Stdio::piped())
            .spawn()
            .context("the server starts")?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("standard output")?).read_line(&mut line)?;
        Ok(Self {
            process,
            ready: serde_json::from_str(&line)?,
            _dir: dir,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
