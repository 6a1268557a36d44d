//! What can go wrong here: a history that cannot be opened, a write that did not reach the disk,
//! a read that failed.

use std::io;
use std::path::PathBuf;

use protocol::Lang;

/// Why a history cannot be opened. Nothing was changed on disk.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another instance has it open.
    #[error("{} is in use", dir.display())]
    InUse {
        /// The data directory.
        dir: PathBuf,
        /// Who has it, such as `process 1234`.
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

impl OpenError {
    /// What happened and what to do about it, for a person.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.in_english(),
            Lang::Ru => self.in_russian(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::InUse { dir, holder } => {
                let holder = holder
                    .as_ref()
                    .map(|who| format!(" ({who})"))
                    .unwrap_or_default();
                format!(
                    "The data directory {} is already in use by another Hookloupe{holder}. \
                     Close it, or choose another directory.",
                    dir.display()
                )
            }
            Self::Unwritable { dir, cause } => format!(
                "The data directory {} cannot be written: {cause}. \
                 Allow writing to it, or choose another directory.",
                dir.display()
            ),
            Self::Newer { found, known } => format!(
                "The history was written by a newer Hookloupe (version {found} of the database, \
                 this one knows {known}). Update Hookloupe, or choose another data directory."
            ),
            Self::Io { dir, detail } => format!(
                "The history in {} cannot be opened: {detail}. \
                 Check the disk, or choose another data directory.",
                dir.display()
            ),
        }
    }

    fn in_russian(&self) -> String {
        match self {
            Self::InUse { dir, holder } => {
                let holder = holder
                    .as_ref()
                    .map(|who| format!(" ({who})"))
                    .unwrap_or_default();
                format!(
                    "Папка данных {} уже занята другим Hookloupe{holder}. \
                     Закройте его или выберите другую папку.",
                    dir.display()
                )
            }
            Self::Unwritable { dir, cause } => format!(
                "В папку данных {} нельзя писать: {cause}. \
                 Разрешите запись или выберите другую папку.",
                dir.display()
            ),
            Self::Newer { found, known } => format!(
                "Историю записал более новый Hookloupe (версия базы {found}, этому известна \
                 {known}). Обновите Hookloupe или выберите другую папку данных."
            ),
            Self::Io { dir, detail } => format!(
                "Историю в {} не удалось открыть: {detail}. \
                 Проверьте диск или выберите другую папку данных.",
                dir.display()
            ),
        }
    }
}

/// The change is not on disk. Inserts and updates of exchanges are kept in memory and tried again;
/// anything else was dropped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not saved: {reason}")]
pub struct NotSaved {
    /// What the disk or SQLite said.
    pub reason: String,
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
