//! The kinds of packages: where the packager leaves each, and what to do where one cannot be made.

use anyhow::{Context as _, Result};

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// As the packager calls it.
    pub(super) name: &'static str,
    system: &'static str,
    /// Below `bundle/`.
    pub(super) folder: &'static str,
    pub(super) ending: &'static str,
    /// The next step where it was not made.
    pub(super) hint: &'static str,
}

const ALL: &[Kind] = &[
    Kind {
        name: "deb",
        system: "linux",
        folder: "deb",
        ending: "deb",
        hint: "Nothing outside of this machine takes part in it, so please report it.",
    },
    Kind {
        name: "rpm",
        system: "linux",
        folder: "rpm",
        ending: "rpm",
        hint: "Nothing outside of this machine takes part in it, so please report it.",
    },
    Kind {
        name: "appimage",
        system: "linux",
        folder: "appimage",
        ending: "AppImage",
        hint: "Its parts are downloaded from github.com. Where that can be reached, run \
               `cargo xtask dist --bundles appimage`; the other packages do without.",
    },
    Kind {
        name: "dmg",
        system: "macos",
        folder: "dmg",
        ending: "dmg",
        hint: "It is laid out by the Finder, so it needs a session with a screen.",
    },
    Kind {
        name: "nsis",
        system: "windows",
        folder: "nsis",
        ending: "exe",
        hint: "NSIS is downloaded from github.com. Where that can be reached, run \
               `cargo xtask dist --bundles nsis`.",
    },
];

impl Kind {
    pub(super) fn of_this_system() -> impl Iterator<Item = &'static Self> {
        ALL.iter()
            .filter(|kind| kind.system == std::env::consts::OS)
    }

    pub(super) fn named(name: &str) -> Result<&'static Self> {
        let mut kinds = Self::of_this_system();
        kinds.find(|kind| kind.name == name).with_context(|| {
            let known: Vec<_> = Self::of_this_system().map(|kind| kind.name).collect();
            format!(
                "There is no package `{name}`; there are: {}.",
                known.join(", ")
            )
        })
    }
}
