//! Whether the database is still what was opened. A file that is moved or deleted goes on being
//! written, and is not found at the next start; one that is overwritten or cut in its place has
//! lost what was in it, and nothing that is written to it afterwards can be read.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::connection::PAGE_SIZE;

const HEADER: usize = 100;

/// Where the header has the number of pages.
const PAGES_AT: Range<usize> = 28..32;

/// What no commit changes: kind, page size and format; the schema's format; encoding, version and
/// application. The schema itself may be changed by a person with another program of SQLite's.
const FIXED: [Range<usize>; 3] = [0..24, 44..48, 52..72];

/// The log's own header, and that of each page in it.
const LOG_HEADER: i64 = 32;
const FRAME_HEADER: i64 = 24;

/// The database's file, as it was when it was opened.
pub(crate) struct DatabaseFile {
    path: PathBuf,
    /// `None` where the system did not tell.
    opened: Option<Opened>,
}

struct Opened {
    database: Metadata,
    log: Option<Metadata>,
    log_file: Option<File>,
    /// Stays open as long as the database: closing a file ends SQLite's locks on it (POSIX locks
    /// belong to the process).
    file: File,
    header: [u8; HEADER],
    /// The greatest length that was seen.
    length: u64,
}

impl DatabaseFile {
    pub(crate) fn opened(path: &Path) -> Self {
        let opened = Opened::of(path);
        if let Err(error) = &opened {
            tracing::warn!(%error, "the history's file cannot be watched");
        }
        Self {
            path: path.to_owned(),
            opened: opened.ok(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it lies at its path.
    pub(crate) fn is_in_place(&self) -> bool {
        let Some(opened) = &self.opened else {
            return true;
        };
        std::fs::metadata(&self.path).is_ok_and(|file| is_same(&file, &opened.database))
    }

    /// Whether something else lies at its path.
    pub(crate) fn is_displaced(&self) -> bool {
        let opened = self.opened.as_ref();
        opened.is_some_and(|opened| {
            let found = std::fs::metadata(&self.path);
            found.is_ok_and(|found| !is_same(&found, &opened.database))
        })
    }

    /// Whether nothing lies at its path.
    pub(crate) fn is_missing(&self) -> bool {
        !std::fs::exists(&self.path).unwrap_or(true)
    }

    /// Whether it has lost what was in it. Asked before anything of the log is moved into it, too:
    /// that gives it its length and its header back, and nothing else.
    pub(crate) fn is_overwritten(&mut self) -> bool {
        let opened = self.opened.as_mut();
        // What cannot be looked at now is looked at again.
        opened.is_some_and(|opened| matches!(opened.is_whole(), Ok(false)))
    }

    /// Whether its log was moved, deleted or replaced.
    pub(crate) fn is_log_gone(&self) -> bool {
        let log = self.opened.as_ref().and_then(|opened| opened.log.as_ref());
        log.is_some_and(|opened| match std::fs::metadata(log_of(&self.path)) {
            Ok(log) => !is_same(&log, opened),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        })
    }

    /// Whether its log, of so many pages, was cut. Asked before each transaction, which gives it
    /// its length back: less than a microsecond.
    pub(crate) fn is_log_cut(&self, pages: i64) -> bool {
        let opened = self.opened.as_ref();
        let Some(log) = opened.and_then(|opened| opened.log_file.as_ref()) else {
            return false;
        };
        let expected = match pages {
            0 => 0,
            _ => LOG_HEADER + pages * (FRAME_HEADER + PAGE_SIZE),
        };
        let metadata = log.metadata();
        metadata.is_ok_and(|log| log.len() < expected.unsigned_abs())
    }
}

impl Opened {
    fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let database = file.metadata()?;
        let mut header = [0; HEADER];
        file.read_exact(&mut header)?;
        Ok(Self {
            length: database.len(),
            database,
            log: std::fs::metadata(log_of(path)).ok(),
            log_file: File::open(log_of(path)).ok(),
            file,
            header,
        })
    }

    fn is_whole(&mut self) -> io::Result<bool> {
        let length = self.file.metadata()?.len();
        if length < HEADER as u64 {
            return Ok(false);
        }
        let mut header = [0; HEADER];
        self.file.rewind()?;
        self.file.read_exact(&mut header)?;
        if FIXED
            .iter()
            .any(|part| header[part.clone()] != self.header[part.clone()])
        {
            return Ok(false);
        }
        // Only another program makes it shorter, and a sound one says so in the header.
        let pages = header[PAGES_AT]
            .iter()
            .fold(0, |pages, byte| pages << 8 | u64::from(*byte));
        if length < self.length && length < pages * PAGE_SIZE.unsigned_abs() {
            return Ok(false);
        }
        self.length = length;
        Ok(true)
    }
}

fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
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
