//! Running other programs: found on one search path, failing with a sentence that names the
//! command.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::paths;

/// A program to be run at the repository's top, with this project's own tools first on the search
/// path.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that starts programs"
    )]
    let mut command = Command::new(name);
    command
        .current_dir(paths::root())
        .env("PATH", search_path());
    command
}

/// npm, whose name differs on Windows.
pub(crate) fn npm() -> Command {
    let mut npm = program(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.env("NO_UPDATE_NOTIFIER", "1");
    npm
}

/// The cargo that runs this very program.
pub(crate) fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs to the end with the terminal's own input and output.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = as_typed(command);
    let status = command
        .status()
        .with_context(|| format!("`{shown}` could not be started"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs to the end and gives what was printed, without the spaces around it.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = as_typed(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{shown}` could not be started"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        bail!("`{shown}` failed ({})\n{}", output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a program is found, if anywhere.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&search_path())
        .map(|dir| dir.join(&file))
        .find(|path| path.is_file())
}

/// The command as a person would type it.
pub(crate) fn as_typed(command: &Command) -> String {
    let name = PathBuf::from(command.get_program());
    let name = name
        .file_stem()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned();
    let arguments = command
        .get_args()
        .map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(name)
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A Node.js that `setup` brought, cargo's binaries, then the person's own path.
fn search_path() -> OsString {
    let node = paths::node();
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let mut paths = vec![
        node.join(".bin"),
        node.join(paths::NODE_PACKAGE).join("bin"),
    ];
    paths.extend(cargo_home.map(|home| home.join("bin")));
    let usual = std::env::var_os("PATH").unwrap_or_default();
    paths.extend(std::env::split_paths(&usual));
    std::env::join_paths(paths).unwrap_or(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_program_is_named_as_a_person_would_type_it() {
        let problem = run(program("rustc")
            .args(["--no-such-flag", "x"])
            .stderr(Stdio::null()));
        let sentence = problem.unwrap_err().to_string();
        assert!(
            sentence.starts_with("`rustc --no-such-flag x` failed"),
            "{sentence}"
        );
    }

    #[test]
    fn a_program_that_is_not_there_is_not_found() {
        assert!(find("no-such-program-anywhere").is_none());
        assert!(find("rustc").is_some());
    }
}
