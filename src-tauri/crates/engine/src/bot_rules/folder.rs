//! Rules as a folder of files, one a file: their order is that of the files' names. What is read
//! and written is bounded; a change writes the files that differ and no other.

mod names;
mod put;
mod read;
mod write;

use std::collections::HashMap;
use std::path::PathBuf;

use messages::Message;

pub(crate) use put::NotWritten;
pub(crate) use read::{FileRule, read, refused};
pub(crate) use write::{InForce, Written, write};

use crate::file_error::FileError;

/// Names that are looked at in a folder: one may hold much that is no rule.
const ENTRIES_MAX: usize = 20_000;

/// Errors that are told at once.
pub(crate) const ERRORS_MAX: usize = 20;

/// The names of the files that rules were read from, by the rules' ids.
pub(crate) type NamesById = HashMap<String, String>;

/// Why a folder gives no rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is not there, or cannot be read.
    Missing(Message),
    /// These files are no rules, 20 at most.
    Files(Vec<FileError>),
}

/// Whether a name is that of a rule's file.
fn is_rule_file(name: &str) -> bool {
    let ending = std::path::Path::new(name).extension();
    let is_yaml = ending.is_some_and(|ending| ending == "yaml" || ending == "yml");
    is_yaml && !name.starts_with('.')
}

/// The rule files of a folder, in the order of their names.
fn list(dir: &std::path::Path) -> Result<Vec<(String, PathBuf)>, Unread> {
    let missing = |error: &std::io::Error| {
        let place = dir.display().to_string();
        let why = messages::foreign(error);
        Unread::Missing(crate::words::RULE_FOLDER_UNREADABLE.arg(place).arg(why))
    };
    let entries = std::fs::read_dir(dir).map_err(|error| missing(&error))?;
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
