//! Whether the database is still where it was opened: a file that is moved or deleted goes on being
//! written, and is not found at the next start.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// The database's file, as it was when it was opened.
pub(crate) struct DatabaseFile {
    path: PathBuf,
    /// `None` where the system did not tell.
    opened: Option<Metadata>,
}

impl DatabaseFile {
    pub(crate) fn opened(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            opened: std::fs::metadata(path).ok(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it lies at its path. Only looks at the directory: opening and closing the file would
    /// end SQLite's locks on it (POSIX locks belong to the process).
    pub(crate) fn is_in_place(&self) -> bool {
        let Some(opened) = &self.opened else {
            return true;
        };
        std::fs::metadata(&self.path).is_ok_and(|file| is_same(&file, opened))
    }

    /// Whether nothing lies at its path.
    pub(crate) fn is_missing(&self) -> bool {
        !std::fs::exists(&self.path).unwrap_or(true)
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Windows lets nobody move or delete a file that is open.
#[cfg(not(unix))]
const fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}
