//! What failed the last time.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use scenarios::{Case, StepState};
use serde::{Deserialize, Serialize};

use super::report::Done;

/// Beside the history.
const FILE: &str = "failed-scenarios.json";

/// A scenario by its file and its row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Key {
    file: String,
    row: Option<usize>,
}

pub(super) fn key(case: &Case) -> Key {
    let file = std::path::absolute(&case.file).unwrap_or_else(|_| case.file.clone());
    Key {
        file: file.display().to_string(),
        row: case.row,
    }
}

/// Where it is remembered.
pub(super) fn file(data_dir: Option<&Path>) -> Option<PathBuf> {
    let dir = data_dir
        .map(Path::to_owned)
        .or_else(engine::default_data_dir);
    dir.map(|dir| dir.join(FILE))
}

pub(super) fn read(file: Option<&Path>) -> BTreeSet<Key> {
    let text = file.and_then(|file| std::fs::read_to_string(file).ok());
    let failed = text.and_then(|text| serde_json::from_str(&text).ok());
    failed.unwrap_or_default()
}

/// Remembers what failed of what was played; of the rest it stays as it was. A directory that
/// cannot be written to is no reason to fail.
pub(super) fn write(file: Option<&Path>, done: &[Done]) {
    let Some(file) = file else { return };
    let mut failed = read(Some(file));
    for one in done {
        failed.remove(&key(&one.case));
    }
    for one in done {
        if one.steps.iter().any(|step| step.state != StepState::Passed) {
            failed.insert(key(&one.case));
        }
    }
    let Ok(text) = serde_json::to_string(&failed) else {
        return;
    };
    let folder = file.parent().map(std::fs::create_dir_all);
    if folder.is_some_and(|made| made.is_ok()) {
        let _ = std::fs::write(file, text);
    }
}
