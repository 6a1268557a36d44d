//! What the command line and the environment may say, and where data lives when they say nothing.

use std::path::{Path, PathBuf};

use clap::Parser;
use sha2::{Digest as _, Sha256};

/// A desktop debugger for the webhooks of chatbots.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct Options {
    /// Keep history and settings in this directory instead of the system's usual place.
    #[arg(long, env = engine::DATA_DIR_VARIABLE, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Where data lives, and whether that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DataDir {
    pub(crate) path: PathBuf,
    /// Asked for, so that another window may run beside this one over its own directory.
    own: bool,
}

impl Options {
    /// The directory asked for, else the platform's; `None` where the system names no home at all.
    pub(crate) fn data_dir(self) -> Option<DataDir> {
        match self.data_dir {
            Some(path) => {
                let path = std::path::absolute(&path).unwrap_or(path);
                Some(DataDir { path, own: true })
            }
            None => engine::default_data_dir().map(|path| DataDir { path, own: false }),
        }
    }
}

impl DataDir {
    /// The name under which a second start finds the first one: one app per data directory.
    pub(crate) fn identifier(&self, base: &str) -> String {
        if self.own {
            format!("{base}.x{}", fingerprint(&self.path))
        } else {
            base.to_owned()
        }
    }
}

/// The first 16 digits of a path's SHA-256: the same in every build, so that two versions of the
/// app over one directory know each other.
fn fingerprint(path: &Path) -> String {
    let hash = Sha256::digest(path.as_os_str().as_encoded_bytes());
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_asked_for_is_made_absolute() {
        let options = Options::parse_from(["hookloupe", "--data-dir", "here"]);
        let dir = options.data_dir().unwrap();
        assert!(
            dir.path.is_absolute() && dir.path.ends_with("here"),
            "{dir:?}"
        );
    }

    #[test]
    fn two_directories_are_two_apps_and_the_usual_one_keeps_the_plain_name() {
        let dir = |path: &str, own| DataDir {
            path: path.into(),
            own,
        };
        let name = |dir: DataDir| dir.identifier("dev.hookloupe.desktop");
        assert_eq!(name(dir("/a", false)), "dev.hookloupe.desktop");
        assert_eq!(name(dir("/a", true)), name(dir("/a", true)));
        assert_ne!(name(dir("/a", true)), name(dir("/b", true)));
        // `printf /a | sha256sum`: another value would part two versions of the app.
        assert_eq!(
            name(dir("/a", true)),
            "dev.hookloupe.desktop.x6a50dc8584134c7d"
        );
    }
}
