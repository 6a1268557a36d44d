//! The page: its packages, and its build into `ui/dist`. Both are skipped when nothing they depend
//! on has changed.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context as _, Result};

use crate::paths;
use crate::process::{self, npm};
use crate::setup::{self, Needs};

/// What stands in `ui/` but does not go into the page.
const NOT_SOURCES: &[&str] = &["node_modules", "dist", "docs", "coverage"];

/// `cargo xtask ui`.
pub(crate) fn run(_: &[String]) -> Result<()> {
    setup::ensure(Needs {
        page: true,
        ..Needs::default()
    })?;
    build()
}

/// Installs the page's packages and builds it.
pub(crate) fn build() -> Result<()> {
    let ui = paths::ui();
    packages(&ui)?;
    let built = changed(&ui.join("dist/index.html"));
    if built.is_some_and(|built| newest(&ui).is_none_or(|source| source <= built)) {
        return Ok(());
    }
    println!("Building the page.");
    process::run(npm().args(["run", "--silent", "build"]).current_dir(&ui))
}

/// Runs `npm ci` where the lock file is not the one that was installed.
pub(crate) fn packages(project: &Path) -> Result<()> {
    let lock = project.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("{} cannot be read", lock.display()))?;
    // Beside the packages, so that removing these removes the stamp.
    let stamp = project.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let name = project
        .strip_prefix(paths::root())
        .unwrap_or(project)
        .display()
        .to_string();
    println!("Installing the npm packages of {name}.");
    process::run(
        npm()
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(project),
    )?;
    fs::write(&stamp, wanted).with_context(|| format!("{} cannot be written", stamp.display()))
}

/// When the newest source below a directory changed.
fn newest(dir: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(dir).ok()?.filter_map(Result::ok);
    entries
        .filter(|entry| !NOT_SOURCES.contains(&entry.file_name().to_string_lossy().as_ref()))
        .filter_map(|entry| {
            let path = entry.path();
            if path.is_dir() {
                newest(&path)
            } else {
                changed(&path)
            }
        })
        .max()
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sources_make_the_page_stale() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("src/lib")).unwrap();
        fs::create_dir_all(dir.path().join("node_modules/x")).unwrap();
        fs::write(dir.path().join("src/lib/a.ts"), "1").unwrap();
        fs::write(dir.path().join("node_modules/x/index.js"), "1").unwrap();
        #[expect(clippy::disallowed_methods, reason = "files carry the system's time")]
        let later = SystemTime::now() + std::time::Duration::from_secs(60);
        let package = fs::File::options()
            .write(true)
            .open(dir.path().join("node_modules/x/index.js"));
        package.unwrap().set_modified(later).unwrap();
        assert_eq!(
            newest(dir.path()),
            changed(&dir.path().join("src/lib/a.ts"))
        );
    }
}
