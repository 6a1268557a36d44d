//! Debian and its relatives: which packages a command needs, and bringing those that are missing.

use anyhow::{Context as _, Result, bail};

use super::Needs;
use crate::process::{self, program};

const DESKTOP: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "librsvg2-dev",
    "libayatana-appindicator3-dev",
];
/// Debian's Chromium is a package of its own; Ubuntu's only fetches a snap, so there any Chromium
/// or Chrome on the path will do (see `packages`).
const BROWSER: &[&str] = &["chromium"];
const WINDOW: &[&str] = &["webkit2gtk-driver", "xvfb", "dbus-daemon"];
/// The tests start it by themselves, on loopback and with settings of their own.
const SSHD: &[&str] = &["openssh-server"];
/// Its `xmllint` judges reports by their schema; the tests say so where it is missing.
const REPORTS: &[&str] = &["libxml2-utils"];

/// Whether this system installs with apt.
pub(crate) fn is_here() -> bool {
    cfg!(target_os = "linux")
        && process::find("apt-get").is_some()
        && process::find("dpkg-query").is_some()
}

pub(crate) fn packages(needs: Needs) -> Vec<&'static str> {
    let mut packages = Vec::new();
    if needs.desktop {
        packages.extend(DESKTOP);
    }
    if needs.browser && browser().is_none() {
        packages.extend(BROWSER);
    }
    if needs.window {
        packages.extend(WINDOW);
    }
    // Debian's package starts the server on port 22 at once: nobody wants that on a laptop for a
    // few tests.
    if needs.sshd && std::env::var_os("CI").is_some() {
        packages.extend(SSHD);
        packages.extend(REPORTS);
    }
    packages
}

/// A Chromium that is on the path already, under any of its names.
pub(crate) fn browser() -> Option<std::path::PathBuf> {
    [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    .into_iter()
    .find_map(process::find)
}

/// Installs those of the packages that are missing, after saying so.
pub(crate) fn ensure(packages: &[&str]) -> Result<()> {
    let missing = missing(packages)?;
    if missing.is_empty() {
        return Ok(());
    }
    let mut update = as_root("apt-get")?;
    update.arg("update");
    let mut install = as_root("apt-get")?;
    install
        .args(["install", "--yes", "--no-install-recommends"])
        .args(&missing);
    super::announce(
        "packages of this system that are missing",
        &process::as_typed(&install),
    );
    // A source that cannot be reached fails the update, not yet the installation.
    if let Err(problem) = process::run(&mut update) {
        println!("{problem:#}; trying to install all the same.");
    }
    process::run(&mut install).context("the packages named above could not be installed")
}

fn missing<'a>(packages: &[&'a str]) -> Result<Vec<&'a str>> {
    if packages.is_empty() {
        return Ok(Vec::new());
    }
    // Fails with status 1 when it does not know one of them, and still lists the others.
    let listed = program("dpkg-query")
        .args(["--show", "--showformat=${Package} ${db:Status-Status}\\n"])
        .args(packages)
        .output()
        .context("`dpkg-query` could not be started")?;
    Ok(not_installed(
        packages,
        &String::from_utf8_lossy(&listed.stdout),
    ))
}

fn not_installed<'a>(packages: &[&'a str], listed: &str) -> Vec<&'a str> {
    let installed = |name: &&str| {
        listed
            .lines()
            .any(|line| line == format!("{name} installed"))
    };
    packages
        .iter()
        .copied()
        .filter(|name| !installed(name))
        .collect()
}

/// The version that an installation would bring: `None` when the package is unknown.
pub(crate) fn candidate(package: &str) -> Result<Option<String>> {
    let policy = process::output(program("apt-cache").args(["policy", package]))?;
    Ok(candidate_of(&policy))
}

fn candidate_of(policy: &str) -> Option<String> {
    let line = policy
        .lines()
        .find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    (line != "(none)").then(|| line.to_owned())
}

/// A program run with the rights to install.
fn as_root(name: &str) -> Result<std::process::Command> {
    let root = process::output(program("id").arg("-u"))? == "0";
    let mut command = if root {
        program(name)
    } else if process::find("sudo").is_some() {
        let mut sudo = program("sudo");
        sudo.args(["DEBIAN_FRONTEND=noninteractive", name]);
        sudo
    } else {
        bail!("Packages are missing and there is neither root nor sudo: run this as root once.");
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_only_when_it_is_wholly_installed() {
        let listed = "xvfb installed\nchromium config-files\nlibfoo not-installed\n";
        assert_eq!(
            not_installed(&["xvfb", "chromium", "libfoo", "unknown"], listed),
            ["chromium", "libfoo", "unknown"]
        );
    }

    #[test]
    fn the_candidate_is_read_from_the_policy() {
        let policy =
            "nodejs:\n  Installed: (none)\n  Candidate: 18.20.4+dfsg-1~deb12u1\n  Version table:\n";
        assert_eq!(
            candidate_of(policy).as_deref(),
            Some("18.20.4+dfsg-1~deb12u1")
        );
        assert_eq!(candidate_of("x:\n  Candidate: (none)\n"), None);
        assert_eq!(candidate_of(""), None);
    }

    #[test]
    fn running_needs_no_test_tools() {
        let packages = packages(Needs::RUN);
        assert!(packages.contains(&"libwebkit2gtk-4.1-dev"));
        for tool in ["xvfb", "chromium", "openssh-server"] {
            assert!(!packages.contains(&tool), "{tool}");
        }
    }
}
