//! What the command line and the environment may say, and where data lives when they say nothing.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use clap::Parser;

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
            format!("{base}.x{:016x}", fingerprint(&self.path))
        } else {
            base.to_owned()
        }
    }
}

fn fingerprint(path: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
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
    }
}
