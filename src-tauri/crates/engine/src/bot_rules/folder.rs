//! Rules as a folder of files, one a file: their order is that of the files' names. What is read
//! and written is bounded; a change writes the files that differ and no other.

mod names;
mod put;
mod read;
mod write;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use messages::Message;

pub(crate) use put::{NotWritten, Undo, half};
pub(crate) use read::{FileRule, read, refused};
pub(crate) use write::{InForce, Purpose, Written, write};

use crate::file_error::FileError;

/// Names that are looked at in a folder: one may hold much that is no rule.
const ENTRIES_MAX: usize = 20_000;

/// Errors that are told at once.
pub(crate) const ERRORS_MAX: usize = 20;

/// The names of the files that rules were read from, by the rules' ids.
pub(crate) type NamesById = BTreeMap<String, String>;

/// Why a folder gives no rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is not there, or cannot be read.
    Missing(Message),
    /// These files are no rules, 20 at most.
    Files(Vec<FileError>),
}

/// Which folder it is that a path leads to: another one has another identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    #[cfg(unix)]
    device_and_inode: (u64, u64),
    /// A number of an inode is given again once its folder is gone.
    created: Option<SystemTime>,
}

impl Identity {
    /// `None` where there is no folder.
    pub(crate) fn of(dir: &Path) -> Option<Self> {
        let found = fs::metadata(dir).ok().filter(fs::Metadata::is_dir)?;
        Some(Self {
            #[cfg(unix)]
            device_and_inode: {
                use std::os::unix::fs::MetadataExt as _;
                (found.dev(), found.ino())
            },
            created: found.created().ok(),
        })
    }
}

/// Whether a name is that of a rule's file.
fn is_rule_file(name: &str) -> bool {
    let ending = Path::new(name).extension();
    // As editors of some systems write it: `.YAML`, too.
    let is_yaml = ending
        .is_some_and(|one| one.eq_ignore_ascii_case("yaml") || one.eq_ignore_ascii_case("yml"));
    is_yaml && !name.starts_with('.')
}

/// The rule files of a folder, in the order of their names.
fn list(dir: &Path) -> Result<Vec<(String, PathBuf)>, Unread> {
    let missing = |error: &std::io::Error| {
        let place = dir.display().to_string();
        let why = messages::foreign(error);
        Unread::Missing(crate::words::RULE_FOLDER_UNREADABLE.arg(place).arg(why))
    };
    let entries = fs::read_dir(dir).map_err(|error| missing(&error))?;
    let mut files = Vec::new();
    for (index, entry) in entries.enumerate() {
        if index == ENTRIES_MAX {
            let most = crate::words::RULE_FOLDER_ENTRIES.arg(ENTRIES_MAX as u64);
            return Err(Unread::Files(vec![FileError::new("", most)]));
        }
        let entry = entry.map_err(|error| missing(&error))?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = entry.path();
        if is_rule_file(&name) && path.is_file() {
            files.push((name, path));
        }
    }
    if files.len() > super::RULES_MAX {
        let most = crate::words::RULES_MAX.arg(super::RULES_MAX as u64);
        return Err(Unread::Files(vec![FileError::new("", most)]));
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests;
