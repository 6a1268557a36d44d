//! Node.js, which builds the page. Debian 12 and Ubuntu 24.04 ship one that is too old for today's
//! tools; there a newer one is brought from the npm registry into Cargo's output directory, for
//! this project only.

use anyhow::{Context as _, Result, bail};

use super::{announce, apt};
use crate::paths;
use crate::process::{self, npm, program};

/// The least that the page's tools accept (`engines` in ui/package.json).
const LEAST: Version = Version(20, 19, 0);
/// The least npm that was seen to install them: Debian 13's.
const LEAST_NPM: Version = Version(9, 2, 0);
/// What is brought where the system's own is too old: the long-term line, and an npm that fits it.
const BUNDLED_NODE: &str = "24";
const BUNDLED_NPM: &str = "11";

/// A version, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u32, u32, u32);

impl Version {
    /// Reads `v20.19.2`, `20.19.2-1nodesource1`, `18.20.4+dfsg-1~deb12u1`, `11.4`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let mut numbers = text[..end].split('.').map(|number| number.parse().ok());
        let major = numbers.next()??;
        let mut rest = || numbers.next().map_or(Some(0), |number| number);
        Some(Self(major, rest()?, rest()?))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// What is on the search path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    node: Option<Version>,
    npm: Option<Version>,
}

impl Found {
    pub(crate) fn look() -> Self {
        let version = |command: &mut std::process::Command| {
            process::output(command.arg("--version"))
                .ok()
                .as_deref()
                .and_then(Version::parse)
        };
        Self {
            node: version(&mut program("node")),
            npm: version(&mut npm()),
        }
    }

    /// What is wrong with it, if anything.
    pub(crate) fn complaint(self) -> Option<String> {
        match (self.node, self.npm) {
            (None, _) => Some(format!("Node.js {LEAST} or newer is missing")),
            (Some(node), _) if node < LEAST => {
                Some(format!("Node.js is {node}, and {LEAST} or newer is needed"))
            }
            (_, None) => Some(format!("npm {LEAST_NPM} or newer is missing")),
            (_, Some(npm)) if npm < LEAST_NPM => {
                Some(format!("npm is {npm}, and {LEAST_NPM} or newer is needed"))
            }
            _ => None,
        }
    }
}

/// Brings a Node.js that is new enough, from Debian's packages where they have it.
pub(crate) fn ensure_on_debian() -> Result<()> {
    let found = Found::look();
    let Some(complaint) = found.complaint() else {
        return Ok(());
    };
    if found.node.is_none() || found.npm.is_none() {
        let candidate = apt::candidate("nodejs")?
            .as_deref()
            .and_then(Version::parse);
        println!(
            "{complaint}; this system's packages have {}.",
            shown(candidate)
        );
        apt::ensure(&["nodejs", "npm"])?;
    }
    let Some(complaint) = Found::look().complaint() else {
        return Ok(());
    };
    bundle(&complaint)?;
    match Found::look().complaint() {
        None => Ok(()),
        Some(complaint) => {
            bail!("{complaint}, also after a newer one was installed for this project.")
        }
    }
}

/// Installs Node.js and npm from the npm registry, for this project only.
fn bundle(complaint: &str) -> Result<()> {
    let into = paths::work_dir().join("node");
    std::fs::create_dir_all(&into)?;
    let mut install = npm();
    install
        .args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--prefix",
        ])
        .arg(&into)
        .arg(format!("{}@{BUNDLED_NODE}", paths::NODE_PACKAGE))
        .arg(format!("npm@{BUNDLED_NPM}"));
    announce(
        &format!("{complaint}; one for this project alone comes from the npm registry"),
        &process::as_typed(&install),
    );
    process::run(&mut install)
        .with_context(|| format!("{complaint}. Install Node.js 24 by any means and run this again"))
}

fn shown(version: Option<Version>) -> String {
    version.map_or_else(|| "none".to_owned(), |version| version.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_programs_and_packages_print_them() {
        for (text, version) in [
            ("v20.20.2\n", Some(Version(20, 20, 2))),
            ("18.20.4+dfsg-1~deb12u1", Some(Version(18, 20, 4))),
            ("20.19.2-1nodesource1+repack1", Some(Version(20, 19, 2))),
            ("11.4", Some(Version(11, 4, 0))),
            ("24", Some(Version(24, 0, 0))),
            ("next", None),
            ("", None),
        ] {
            assert_eq!(Version::parse(text), version, "{text:?}");
        }
    }

    #[test]
    fn what_is_too_old_or_missing_is_named() {
        let found = |node, npm| Found { node, npm }.complaint().unwrap_or_default();
        assert_eq!(found(None, None), "Node.js 20.19.0 or newer is missing");
        let old = found(Some(Version(18, 20, 4)), Some(Version(9, 2, 0)));
        assert_eq!(old, "Node.js is 18.20.4, and 20.19.0 or newer is needed");
        assert_eq!(
            found(Some(Version(20, 19, 0)), None),
            "npm 9.2.0 or newer is missing"
        );
        assert!(found(Some(Version(22, 0, 0)), Some(Version(8, 9, 0))).starts_with("npm is 8.9.0"));
        assert_eq!(
            found(Some(Version(20, 20, 2)), Some(Version(11, 19, 1))),
            ""
        );
    }
}
