//! The scenarios that are named: files as they are, of a folder those that no other includes.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use json_text::Position;
use scenarios::{Case, FileError, Loaded, ReadError, Values, load};

use crate::words;

/// Folders within each other at most: a link may lead in a circle.
const DEPTH_MAX: usize = 32;

/// All runs of what is named, file by file.
///
/// # Errors
/// What is wrong with the files: nothing is sent then.
pub(super) fn cases(named: &[PathBuf], values: &Values) -> Result<Vec<Case>, Vec<FileError>> {
    let (mut cases, mut errors) = (Vec::new(), Vec::new());
    for path in named {
        if !path.is_dir() {
            match load(path, values, &read) {
                Ok(loaded) => cases.extend(loaded.cases),
                Err(error) => errors.push(error),
            }
            continue;
        }
        match of_folder(path, values) {
            Ok(found) => cases.extend(found),
            Err(found) => errors.extend(found),
        }
    }
    match errors.is_empty() {
        true => Ok(cases),
        false => Err(errors),
    }
}

fn of_folder(folder: &Path, values: &Values) -> Result<Vec<Case>, Vec<FileError>> {
    let mut files = BTreeSet::new();
    let listed = list(folder, 0, &mut files);
    listed.map_err(|error| vec![at(folder, words::UNREADABLE.arg(messages::foreign(error)))])?;
    if files.is_empty() {
        return Err(vec![at(folder, &words::NO_SCENARIOS)]);
    }
    let mut included = BTreeSet::new();
    let mut all: Vec<(PathBuf, Result<Loaded, FileError>)> = Vec::new();
    for file in files {
        let loaded = load(&file, values, &read);
        if let Ok(loaded) = &loaded {
            included.extend(loaded.included.iter().cloned());
        }
        all.push((file, loaded));
    }
    // A file that others include may need what they keep.
    all.retain(|(file, _)| !included.contains(file));
    let (mut cases, mut errors) = (Vec::new(), Vec::new());
    for (_, loaded) in all {
        match loaded {
            Ok(loaded) => cases.extend(loaded.cases),
            Err(error) => errors.push(error),
        }
    }
    match errors.is_empty() {
        true => Ok(cases),
        false => Err(errors),
    }
}

fn at(path: &Path, message: impl Into<messages::Message>) -> FileError {
    FileError {
        file: path.to_owned(),
        position: Position::START,
        pointer: String::new(),
        message: message.into(),
    }
}

/// The YAML files of a folder and of those below it; names that begin with a dot are passed over.
fn list(folder: &Path, depth: usize, files: &mut BTreeSet<PathBuf>) -> std::io::Result<()> {
    if depth > DEPTH_MAX {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let is_yaml = path
            .extension()
            .is_some_and(|one| one == "yaml" || one == "yml");
        if path.is_dir() {
            list(&path, depth + 1, files)?;
        } else if is_yaml {
            files.insert(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, ReadError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) => Err(match error.kind() {
            ErrorKind::NotFound => ReadError::Missing,
            ErrorKind::InvalidData => ReadError::NotUtf8,
            _ => ReadError::Other(error.to_string()),
        }),
    }
}
