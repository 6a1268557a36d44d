//! What can go wrong here: a history that cannot be opened, a write that did not reach the disk,
//! a read that failed.

use std::io;
use std::path::PathBuf;

use messages::{Arg, Message, Say, Words};
use rusqlite::ErrorCode;

use crate::words::table as words;

/// Why a history cannot be opened. Nothing was changed on disk.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another instance has it open.
    #[error("{} is in use", dir.display())]
    InUse {
        /// The data directory.
        dir: PathBuf,
        /// The id of the process that has it.
        holder: Option<String>,
    },
    /// The directory cannot be made or written to.
    #[error("{} cannot be written: {cause}", dir.display())]
    Unwritable {
        /// The data directory.
        dir: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A newer version of the app wrote it.
    #[error("the database is of version {found}, this app knows {known}")]
    Newer {
        /// The database's version.
        found: u32,
        /// The newest version this build knows.
        known: u32,
    },
    /// Anything else, such as a disk that cannot be read.
    #[error("{} cannot be opened: {detail}", dir.display())]
    Io {
        /// The data directory.
        dir: PathBuf,
        /// What was said.
        detail: String,
    },
}

impl Say for OpenError {
    fn message(&self) -> Message {
        match self {
            Self::InUse { dir, holder } => {
                let holder = holder.as_ref().map_or(Arg::from(""), |process| {
                    words::HOLDER.arg(process.as_str()).into()
                });
                words::IN_USE.arg(dir.display().to_string()).arg(holder)
            }
            Self::Unwritable { dir, cause } => words::UNWRITABLE
                .arg(dir.display().to_string())
                .arg(messages::foreign(cause)),
            Self::Newer { found, known } => {
                words::NEWER.arg(u64::from(*found)).arg(u64::from(*known))
            }
            Self::Io { dir, detail } => words::NOT_OPENED
                .arg(dir.display().to_string())
                .arg(messages::foreign(detail)),
        }
    }
}

/// Why a change is not on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSavedKind {
    /// The disk has no space.
    DiskFull,
    /// The file or its directory may not be written.
    ReadOnly,
    /// Reading or writing the file failed.
    DiskError,
    /// Another program holds a lock of the file.
    Busy,
    /// The file is no whole database.
    Damaged,
    /// The same identity exists already.
    Conflict,
    /// One value is larger than a row may be.
    TooLarge,
    /// The file was moved or deleted: what is written to it is not found again. The detail is its
    /// path.
    Moved,
    /// The file was overwritten or cut while it was open, and could not be replaced. The detail
    /// says why not.
    Overwritten,
    /// The store was closed.
    Closed,
    /// Anything else.
    Other,
}

impl NotSavedKind {
    fn of(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::ReadOnly
            }
            Some(ErrorCode::SystemIoFailure) => Self::DiskError,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            Some(ErrorCode::ConstraintViolation) => Self::Conflict,
            Some(ErrorCode::TooBig) => Self::TooLarge,
            _ => Self::Other,
        }
    }

    fn words(self) -> &'static Words {
        match self {
            Self::DiskFull => &words::DISK_FULL,
            Self::ReadOnly => &words::READ_ONLY,
            Self::DiskError => &words::DISK_ERROR,
            Self::Busy => &words::BUSY,
            Self::Damaged => &words::DAMAGED,
            Self::Conflict => &words::CONFLICT,
            Self::TooLarge => &words::TOO_LARGE,
            Self::Moved => &words::MOVED,
            Self::Overwritten => &words::OVERWRITTEN,
            Self::Closed => &words::CLOSED,
            Self::Other => &words::OTHER,
        }
    }
}

/// The change is not on disk. Inserts and updates of exchanges stay in memory and are tried again;
/// anything else was dropped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not saved: {}", self.cause())]
pub struct NotSaved {
    /// Why, for the program.
    pub kind: NotSavedKind,
    /// What the disk or SQLite said, in its own words; may be empty.
    pub detail: String,
}

impl NotSaved {
    pub(crate) fn new(kind: NotSavedKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }

    pub(crate) fn closed() -> Self {
        Self::new(NotSavedKind::Closed, "")
    }

    /// The cause as a part of a sentence, such as `the disk is full (…)`.
    #[must_use]
    pub fn cause(&self) -> Message {
        let words = self.kind.words();
        if self.detail.is_empty() {
            return words.into();
        }
        words::WITH_DETAIL
            .arg(words)
            .arg(messages::foreign(&self.detail))
    }
}

impl From<&rusqlite::Error> for NotSaved {
    fn from(error: &rusqlite::Error) -> Self {
        Self::new(NotSavedKind::of(error), error.to_string())
    }
}

impl Say for NotSaved {
    fn message(&self) -> Message {
        words::NOT_SAVED.arg(self.cause())
    }
}

/// Whether the row itself is at fault rather than the disk.
pub(crate) fn is_refusal(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(code) => matches!(code, ErrorCode::ConstraintViolation | ErrorCode::TooBig),
        None => true,
    }
}

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The change did not reach the disk.
    #[error(transparent)]
    NotSaved(#[from] NotSaved),
    /// Reading failed.
    #[error("the history cannot be read: {0}")]
    Read(#[from] rusqlite::Error),
    /// What was stored cannot be read back.
    #[error("the history holds something unreadable: {0}")]
    Unreadable(String),
    /// The store was closed.
    #[error("the history is closed")]
    Closed,
}

impl Say for StoreError {
    fn message(&self) -> Message {
        match self {
            Self::NotSaved(cause) => cause.message(),
            Self::Read(cause) => words::NOT_READ.arg(NotSaved::from(cause).cause()),
            Self::Unreadable(detail) => words::NOT_READ.arg(
                words::WITH_DETAIL
                    .arg(&words::DAMAGED)
                    .arg(messages::foreign(detail)),
            ),
            Self::Closed => words::NOT_READ.arg(&words::CLOSED),
        }
    }
}

#[cfg(test)]
mod tests {
    use messages::Lang;

    use super::*;

    #[test]
    fn what_the_disk_said_is_a_detail_of_a_sentence_in_the_readers_language() {
        let full = rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL),
            Some("database or disk is full".to_owned()),
        );
        let error = NotSaved::from(&full);
        assert_eq!(error.kind, NotSavedKind::DiskFull);
        assert_eq!(
            error.cause().text(Lang::Ru),
            "на диске нет места (database or disk is full)"
        );
        assert!(
            error
                .message()
                .text(Lang::En)
                .starts_with("The change was not saved: the disk is full (database")
        );
        assert_eq!(
            StoreError::Closed.message().text(Lang::Ru),
            "Историю не удалось прочитать: история закрыта."
        );
    }
}
