//! `cargo xtask dist`: the packages of this system and the command line program, in `dist/`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::process::{self, cargo, npm};
use crate::setup::{self, Needs};
use crate::{places, ui};

/// Tauri's packager, ready built, from the npm registry; it goes with the `tauri` crate's version.
const TAURI_TOOL: &str = "@tauri-apps/cli@2.12.5";

pub(crate) fn tauri_tool() -> std::process::Command {
    let mut tool = npm();
    tool.args(["exec", "--yes", "--", TAURI_TOOL]);
    tool
}

/// Further arguments go to the packager: `--bundles deb`, `--debug`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    setup::ensure(Needs::RUN)?;
    ui::build()?;
    let debug = arguments.iter().any(|argument| argument == "--debug");
    let profile: &[&str] = if debug { &[] } else { &["--release"] };
    process::run(
        cargo()
            .args(["build", "--package", "hookloupe-cli"])
            .args(profile),
    )?;
    process::run(tauri_tool().arg("build").args(arguments))?;
    let built = places::target().join(if debug { "debug" } else { "release" });
    let dist = places::root().join("dist");
    fs::create_dir_all(&dist)?;
    collect(&built.join("bundle"), &dist)?;
    let program = format!("hookloupe-cli{}", std::env::consts::EXE_SUFFIX);
    copy(&built.join(&program), &dist.join(&program))
}

/// The packages, which the packager leaves in a directory per kind, beside what it made them from.
fn collect(bundles: &Path, dist: &Path) -> Result<()> {
    const KINDS: &[&str] = &["deb", "rpm", "AppImage", "dmg", "exe", "msi"];
    for kind in fs::read_dir(bundles).context("no package was made")? {
        let kind = kind?.path();
        if !kind.is_dir() {
            continue;
        }
        for file in fs::read_dir(kind)? {
            let path = file?.path();
            let is_package = path
                .extension()
                .is_some_and(|end| KINDS.iter().any(|kind| end == *kind));
            if let (true, Some(name)) = (path.is_file() && is_package, path.file_name()) {
                copy(&path, &dist.join(name))?;
            }
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("{} is not there", from.display()))?;
    println!(
        "{}",
        to.strip_prefix(places::root()).unwrap_or(to).display()
    );
    Ok(())
}
