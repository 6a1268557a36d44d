//! `cargo xtask bench`: the app against a bare axum echo, in one run, as ratios.
//!
//! The measuring itself is an example of the `cli` package, beside the program it measures; this command
//! brings `wrk`, builds both in release and runs it.

use anyhow::{Result, bail};

use crate::process::{self, cargo};
use crate::setup::{self, Needs, apt};
use crate::ui;

pub(crate) fn run(_: &[String]) -> Result<()> {
    setup::ensure(Needs {
        page: true,
        ..Needs::default()
    })?;
    if process::find("wrk").is_none() {
        if !apt::is_here() {
            bail!("`wrk` makes the load and is missing: install it with your package manager.");
        }
        apt::ensure(&["wrk"])?;
    }
    ui::build()?;
    let release = ["--release", "--package", "hookloupe-cli"];
    process::run(cargo().arg("build").args(release))?;
    process::run(
        cargo()
            .arg("run")
            .args(release)
            .args(["--example", "bench"]),
    )
}
