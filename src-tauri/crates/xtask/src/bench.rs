//! `cargo xtask bench`: the numbers that are claimed, measured in one run.
//!
//! The measuring itself is in examples of the packages that are measured; this command brings what
//! they need, builds the program in release and runs them. `capture` is the app against a bare axum
//! echo, `tunnel` the public address against a raw copy, `rules` a thousand rules and what would
//! run away in them, `forward` a server of one's own behind the app against it alone and behind
//! mitmproxy, a long body on its way there, and turns beside a thousand rules; without a name all
//! four run. `endurance`, hundreds of losses in a row, runs only when asked for.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::paths;
use crate::process::{self, cargo};
use crate::setup::{self, Needs, apt};
use crate::ui;

/// The package with the program.
const PROGRAM: [&str; 3] = ["--release", "--package", "hookloupe-cli"];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let names: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match names.as_slice() {
        [] => {
            // A claim that does not hold keeps the others from being measured no more than it
            // does by itself.
            let measured = [rules(), capture(), tunnel(), forward()];
            measured.into_iter().collect()
        }
        ["capture"] => capture(),
        ["tunnel"] => tunnel(),
        ["rules"] => rules(),
        ["forward"] => forward(),
        ["endurance", rest @ ..] => endurance(rest),
        _ => bail!(
            "`cargo xtask bench` takes `capture`, `tunnel`, `rules`, `forward` or `endurance \
             [ROUNDS]`."
        ),
    }
}

fn capture() -> Result<()> {
    if process::find("wrk").is_none() {
        if !apt::is_here() {
            bail!("`wrk` makes the load and is missing: install it with your package manager.");
        }
        apt::ensure(&["wrk"])?;
    }
    program()?;
    example(&PROGRAM, "bench", &[])
}

fn tunnel() -> Result<()> {
    program()?;
    example(&PROGRAM, "bench_tunnel", &[])
}

/// Needs no program: the crate by itself.
fn rules() -> Result<()> {
    setup::ensure(Needs::default())?;
    let package = ["--release", "--package", "rules"];
    example(&package, "bench_rules", &[])
}

fn forward() -> Result<()> {
    let mitmdump = mitmdump()?;
    program()?;
    let mitmdump = mitmdump.display().to_string();
    example(&PROGRAM, "bench_forward", &[&mitmdump])
}

/// What is compared with: numbers of another version would be others.
const MITMPROXY: &str = "mitmproxy==11.0.2";

/// mitmproxy's program, from PyPI, in an environment of its own.
fn mitmdump() -> Result<PathBuf> {
    let dir = paths::work_dir().join("mitmproxy");
    let mitmdump = dir.join("bin/mitmdump");
    if !mitmdump.exists() {
        let venv = ["-m", "venv"];
        process::run(process::program("python3").args(venv).arg(&dir))?;
        let install = ["install", "--quiet", MITMPROXY];
        process::run(process::program(dir.join("bin/pip")).args(install))?;
    }
    Ok(mitmdump)
}

/// Needs no program: the tunnel alone is worn.
fn endurance(rounds: &[&str]) -> Result<()> {
    setup::ensure(Needs::default())?;
    example(&["--release", "--package", "tunnel"], "endurance", rounds)
}

/// Builds the program with its page.
fn program() -> Result<()> {
    setup::ensure(Needs {
        page: true,
        ..Needs::default()
    })?;
    ui::build()?;
    process::run(cargo().arg("build").args(PROGRAM))
}

fn example(package: &[&str], name: &str, arguments: &[&str]) -> Result<()> {
    let mut run = cargo();
    run.arg("run").args(package).args(["--example", name, "--"]);
    process::run(run.args(arguments))
}
