//! One instance per data directory: a locked file, and beside it a file that names its holder.
//!
//! Two files, because Windows does not let anybody read a file that another process has locked.
//! The system drops the lock when the process ends in whatever way, so that file without a
//! lock is stale and counts for nothing.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::OpenError;

const LOCK_FILE: &str = "hookloupe.lock";
const HOLDER_FILE: &str = "hookloupe.running";

/// Keeps other processes out of the directory until it is dropped.
#[derive(Debug)]
pub(crate) struct DirLock {
    dir: PathBuf,
    // Closing the file is what releases the lock.
    _locked: File,
}

impl DirLock {
    /// Locks the directory, or names the process that has it.
    pub(crate) fn take(dir: &Path) -> Result<Self, OpenError> {
        let unwritable = |cause| OpenError::Unwritable {
            dir: dir.to_owned(),
            cause,
        };
        let file = open_lock(dir, true).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::InUse {
                    dir: dir.to_owned(),
                    holder: holder(dir),
                });
            }
            Err(TryLockError::Error(cause)) => return Err(unwritable(cause)),
        }
        let lock = Self {
            dir: dir.to_owned(),
            _locked: file,
        };
        lock.write_holder_file("").map_err(unwritable)?;
        Ok(lock)
    }

    /// Replaces what is said of the holder; only this user can read it.
    pub(crate) fn write_holder_file(&self, text: &str) -> io::Result<()> {
        let unfinished = self.dir.join(format!("{HOLDER_FILE}.new"));
        let _ = fs::remove_file(&unfinished);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        write!(file, "{}\n{text}", std::process::id())?;
        drop(file);
        fs::rename(&unfinished, self.dir.join(HOLDER_FILE))
    }
}

impl Drop for DirLock {
    fn drop(&mut self) {
        // It may hold a token: it does not outlive its use.
        let _ = fs::remove_file(self.dir.join(HOLDER_FILE));
    }
}

/// What the instance that has this directory open wrote with
/// [`Store::write_holder`](crate::Store::write_holder); `None` where none runs.
#[must_use]
pub fn read_holder(dir: &Path) -> Option<String> {
    let file = open_lock(dir, false).ok()?;
    if !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
        return None;
    }
    let (_, text) = read_holder_file(dir)?;
    (!text.is_empty()).then_some(text)
}

/// The id of the process that has the directory.
fn holder(dir: &Path) -> Option<String> {
    read_holder_file(dir).map(|(process, _)| process)
}

fn read_holder_file(dir: &Path) -> Option<(String, String)> {
    let holder = fs::read_to_string(dir.join(HOLDER_FILE)).ok()?;
    let (process, text) = holder.split_once('\n')?;
    Some((process.to_owned(), text.to_owned()))
}

fn open_lock(dir: &Path, create: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(create)
        .truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(dir.join(LOCK_FILE))
}
