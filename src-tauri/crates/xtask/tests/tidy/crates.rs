//! The crates of ours: where each lies, whether it is pure, and which others it may name. All other
//! rules about crates take their names from here; a new crate takes a line, on purpose.

use std::collections::BTreeSet;

use crate::files::{self, TextFile};
use crate::none;

pub(crate) struct Member {
    /// The package's name in its manifest.
    pub(crate) name: &'static str,
    /// Where its sources lie, below the top.
    pub(crate) sources: &'static str,
    /// Without effects: time, ids and bytes come in as values.
    pub(crate) pure: bool,
    /// The crates of ours that it may name.
    pub(crate) may_name: &'static [&'static str],
}

pub(crate) const MEMBERS: &[Member] = &[
    Member {
        name: "messages",
        sources: "src-tauri/crates/messages/src/",
        pure: true,
        may_name: &[],
    },
    Member {
        name: "json-text",
        sources: "src-tauri/crates/json-text/src/",
        pure: true,
        may_name: &["messages"],
    },
    Member {
        name: "protocol",
        sources: "src-tauri/crates/protocol/src/",
        pure: true,
        may_name: &["json-text", "messages"],
    },
    Member {
        name: "rules",
        sources: "src-tauri/crates/rules/src/",
        pure: true,
        may_name: &["json-text", "messages", "protocol"],
    },
    Member {
        name: "conversations",
        sources: "src-tauri/crates/conversations/src/",
        pure: true,
        may_name: &["json-text", "protocol"],
    },
    Member {
        name: "scenarios",
        sources: "src-tauri/crates/scenarios/src/",
        pure: true,
        may_name: &["json-text", "messages", "protocol", "rules"],
    },
    Member {
        name: "store",
        sources: "src-tauri/crates/store/src/",
        pure: false,
        may_name: &["conversations", "messages", "protocol"],
    },
    Member {
        name: "tunnel-session",
        sources: "src-tauri/crates/tunnel-session/src/",
        pure: false,
        may_name: &["messages", "protocol"],
    },
    Member {
        name: "ngrok-client",
        sources: "src-tauri/crates/ngrok-client/src/",
        pure: false,
        may_name: &["messages", "tunnel-session"],
    },
    Member {
        name: "ssh-forward",
        sources: "src-tauri/crates/ssh-forward/src/",
        pure: false,
        may_name: &["messages", "tunnel-session"],
    },
    Member {
        name: "tunnel",
        sources: "src-tauri/crates/tunnel/src/",
        pure: false,
        may_name: &[
            "messages",
            "ngrok-client",
            "protocol",
            "ssh-forward",
            "tunnel-session",
        ],
    },
    Member {
        name: "engine",
        sources: "src-tauri/crates/engine/src/",
        pure: false,
        may_name: &[
            "conversations",
            "json-text",
            "messages",
            "protocol",
            "rules",
            "scenarios",
            "store",
            "tunnel",
        ],
    },
    Member {
        name: "control",
        sources: "src-tauri/crates/control/src/",
        pure: false,
        may_name: &[
            "conversations",
            "engine",
            "json-text",
            "messages",
            "protocol",
            "rules",
            "scenarios",
            "store",
            "tunnel",
        ],
    },
    Member {
        name: "hookloupe-cli",
        sources: "src-tauri/crates/cli/src/",
        pure: false,
        may_name: &[
            "control",
            "engine",
            "json-text",
            "messages",
            "protocol",
            "scenarios",
            "store",
        ],
    },
    Member {
        name: "hookloupe",
        sources: "src-tauri/src/",
        pure: false,
        may_name: &["control", "engine", "messages", "protocol"],
    },
    Member {
        name: "ngrok-standin",
        sources: "src-tauri/crates/ngrok-standin/src/",
        pure: false,
        may_name: &[],
    },
    Member {
        name: "xtask",
        sources: "src-tauri/crates/xtask/src/",
        pure: false,
        may_name: &[],
    },
];

impl Member {
    /// Whether a file is one of the crate's sources.
    pub(crate) fn holds(&self, file: &TextFile) -> bool {
        file.path.starts_with(self.sources)
    }
}

pub(crate) fn named(name: &str) -> Option<&'static Member> {
    MEMBERS.iter().find(|member| member.name == name)
}

#[test]
fn every_crate_has_a_line_and_every_line_a_crate() {
    let files = files::all();
    let roots = files
        .iter()
        .filter(|file| file.path.starts_with("src-tauri/"))
        .filter_map(|file| {
            let ends = ["/src/lib.rs", "/src/main.rs"];
            let end = ends.iter().find(|end| file.path.ends_with(**end))?;
            Some(&file.path[..=file.path.len() - end.len() + "/src".len()])
        });
    let there: BTreeSet<&str> = roots.collect();
    let listed: BTreeSet<&str> = MEMBERS.iter().map(|member| member.sources).collect();
    let missing = there
        .difference(&listed)
        .map(|sources| format!("{sources} has no line in MEMBERS"));
    let stale = listed
        .difference(&there)
        .map(|sources| format!("{sources} has a line in MEMBERS, but holds no crate"));
    none(
        "MEMBERS lists the crates of this repository.",
        &missing.chain(stale).collect::<Vec<_>>(),
    );
}

#[test]
fn every_crate_takes_the_workspace_s_lints_and_every_library_documents_what_it_gives() {
    let files = files::all();
    let text = |path: &str| {
        files
            .iter()
            .find(|file| file.path == path)
            .map(|file| &file.text)
    };
    let mut offenders = Vec::new();
    for member in MEMBERS {
        let folder = member
            .sources
            .trim_end_matches("src/")
            .trim_end_matches("src-tauri/");
        let manifest = format!("{folder}Cargo.toml");
        if !text(&manifest).is_some_and(|text| text.contains("[lints]\nworkspace = true\n")) {
            offenders.push(format!("{manifest} has no `[lints] workspace = true`"));
        }
        let library = format!("{}lib.rs", member.sources);
        if text(&library).is_some_and(|text| !text.contains("#![warn(missing_docs)]")) {
            offenders.push(format!("{library} has no `#![warn(missing_docs)]`"));
        }
    }
    none("One table of lints is for all crates.", &offenders);
}
