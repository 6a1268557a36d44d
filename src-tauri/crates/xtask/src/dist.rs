//! `cargo xtask dist`: the packages of this system and the command line program, in `dist/`.
//!
//! Each package is made by itself, so that one that cannot be made here takes no other along: the
//! parts of an AppImage, for one, come over the network each time.

mod deb;
mod kind;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process::{self, cargo, npm};
use crate::setup::{self, Needs};
use crate::{paths, ui};
use kind::Kind;

/// Tauri's packager, ready built, from the npm registry; it goes with the `tauri` crate's version.
const TAURI_TOOL: &str = "@tauri-apps/cli@2.12.5";

pub(crate) fn tauri_tool() -> std::process::Command {
    let mut tool = npm();
    tool.args(["exec", "--yes", "--", TAURI_TOOL]);
    tool
}

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
struct Order {
    kinds: Vec<&'static Kind>,
    /// The kinds were named, so each of them has to be made.
    named: bool,
    debug: bool,
}

impl Order {
    /// `--bundles deb,rpm` and `--debug`.
    fn read(arguments: &[String]) -> Result<Self> {
        let mut order = Self {
            kinds: Vec::new(),
            named: false,
            debug: false,
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--debug" => order.debug = true,
                "--bundles" | "-b" => {
                    let names = arguments
                        .next()
                        .context("`--bundles` takes names: deb,rpm")?;
                    for name in names.split(',') {
                        order.kinds.push(Kind::named(name)?);
                    }
                    order.named = true;
                }
                other => bail!(
                    "`cargo xtask dist` takes `--bundles KIND,…` and `--debug`, not `{other}`."
                ),
            }
        }
        if order.kinds.is_empty() {
            order.kinds = Kind::of_this_system().collect();
        }
        Ok(order)
    }

    /// The profile of Cargo.toml, and the directory that it builds into.
    fn profile(&self) -> &'static str {
        if self.debug { "debug" } else { "dist" }
    }

    fn cargo_options(&self) -> &'static [&'static str] {
        if self.debug {
            &[]
        } else {
            &["--profile", "dist"]
        }
    }

    fn tauri(&self, options: &[&str]) -> std::process::Command {
        let mut tool = tauri_tool();
        tool.arg("build").args(options);
        if self.debug {
            tool.arg("--debug");
        }
        tool.arg("--").args(self.cargo_options());
        tool
    }
}

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let order = Order::read(arguments)?;
    setup::ensure(Needs::RUN)?;
    ui::build()?;
    let mut program = cargo();
    program.args(["build", "--package", "hookloupe-cli"]);
    process::run(program.args(order.cargo_options()))?;
    process::run(&mut order.tauri(&["--no-bundle"]))?;

    let built = paths::target().join(order.profile());
    let dist = paths::root().join("dist");
    fs::create_dir_all(&dist)?;
    let program = format!("hookloupe-cli{}", std::env::consts::EXE_SUFFIX);
    keep(&built.join(&program), &dist)?;
    let failed: Vec<_> = order
        .kinds
        .iter()
        .filter_map(|kind| Some((kind, make(kind, &order, &built, &dist).err()?)))
        .collect();
    for (kind, problem) in &failed {
        println!("\nThere is no {}: {problem:#}\n  {}", kind.name, kind.hint);
    }
    if failed.len() == order.kinds.len() {
        bail!("No package was made.");
    }
    if order.named && !failed.is_empty() {
        bail!("Not every package that was asked for was made.");
    }
    Ok(())
}

/// Makes one package and brings it to `dist/`.
fn make(kind: &Kind, order: &Order, built: &Path, dist: &Path) -> Result<()> {
    let folder = built.join("bundle").join(kind.folder);
    if folder.is_dir() {
        // An earlier version's package is not this one's.
        fs::remove_dir_all(&folder)?;
    }
    process::output(&mut order.tauri(&["--bundles", kind.name]))
        .map_err(|problem| anyhow::anyhow!("{}", reason(&format!("{problem:#}"))))?;
    let package = package(&folder, kind.ending)?;
    if kind.name == "deb" {
        deb::shrink(&package)?;
    }
    keep(&package, dist)
}

fn package(folder: &Path, ending: &str) -> Result<PathBuf> {
    let files =
        fs::read_dir(folder).with_context(|| format!("{} is not there", folder.display()))?;
    let mut paths = files.filter_map(|file| Some(file.ok()?.path()));
    let package = paths.find(|path| path.extension().is_some_and(|end| end == ending));
    package.with_context(|| format!("{} holds no .{ending}", folder.display()))
}

/// Of all that the packager printed, the lines that say why it ended.
fn reason(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).collect();
    let from = lines
        .iter()
        .position(|line| line.to_lowercase().starts_with("failed to") || line.contains("Error"))
        .unwrap_or(lines.len().saturating_sub(3));
    lines[from..].join("\n  ")
}

fn keep(file: &Path, dist: &Path) -> Result<()> {
    let name = file.file_name().context("a file has a name")?;
    let to = dist.join(name);
    fs::copy(file, &to).with_context(|| format!("{} cannot be copied", file.display()))?;
    let bytes = fs::metadata(&to)?.len();
    let shown = to.strip_prefix(paths::root()).unwrap_or(&to).display();
    println!(
        "{shown} ({}.{} MB)",
        bytes / 1_000_000,
        bytes / 100_000 % 10
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Order> {
        Order::read(
            &arguments
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn packages_are_asked_for_by_name_and_all_of_the_system_by_none() {
        let order = read(&["--bundles", "deb,rpm"]).unwrap();
        let names: Vec<_> = order.kinds.iter().map(|kind| kind.name).collect();
        assert_eq!((names.as_slice(), order.named), (&["deb", "rpm"][..], true));
        let all = read(&[]).unwrap();
        assert!(!all.named && !all.kinds.is_empty());
        assert!(
            read(&["--bundles", "zip"])
                .unwrap_err()
                .to_string()
                .contains("deb")
        );
        assert!(read(&["--bundles"]).is_err() && read(&["--release"]).is_err());
    }

    #[test]
    fn of_the_packager_s_output_only_the_reason_is_said() {
        let said = "`npm exec` failed (exit status: 1)\n   Compiling a\n    Bundling b.AppImage\n\
            failed to bundle project: error sending request\n";
        assert_eq!(
            reason(said),
            "failed to bundle project: error sending request"
        );
    }
}
