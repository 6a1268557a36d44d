//! One instance per data directory: a locked file, and beside it a file that names its holder.
//!
//! Two files, because Windows does not let anybody read a file that another process has locked.
//! The system drops the lock when the process ends in whatever way, so that file without a
//! lock is stale and counts for nothing.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::error::OpenError;

const LOCK_FILE: &str = "hookloupe.lock";
const HOLDER_FILE: &str = "hookloupe.running";

/// Behind the process's id while its history is open: what is found so was not closed in order.
const OPEN: &str = " open";

/// Keeps other processes out of the directory until it is dropped.
#[derive(Debug)]
pub(crate) struct DirLock {
    dir: PathBuf,
    /// What the file that names the holder had before, until something else is to stay in it.
    before: Mutex<Option<Before>>,
    /// The history was not closed in order, or is open.
    is_open: AtomicBool,
    // Closing the file is what releases the lock.
    _locked: File,
}

/// What is in the holder's file again when this run ends without having written to it.
type Before = Option<Vec<u8>>;

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
        let before = fs::read(dir.join(HOLDER_FILE)).ok();
        let first_line = before
            .as_deref()
            .and_then(|text| text.split(|byte| *byte == b'\n').next());
        let is_open = first_line.is_some_and(|line| line.ends_with(OPEN.as_bytes()));
        let lock = Self {
            dir: dir.to_owned(),
            before: Mutex::new(Some(before)),
            is_open: AtomicBool::new(is_open),
            _locked: file,
        };
        lock.say("").map_err(unwritable)?;
        Ok(lock)
    }

    /// Whether the run before was ended with its history open.
    pub(crate) fn is_history_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    /// Notes that the history is open, or that it was closed and nothing of it is in the log alone.
    pub(crate) fn set_history_open(&self, is_open: bool) {
        self.is_open.store(is_open, Ordering::Relaxed);
        let text = read_holder_file(&self.dir).map(|(_, text)| text);
        if let Err(error) = self.say(&text.unwrap_or_default()) {
            tracing::warn!(%error, "whether the history is open is not noted");
        }
    }

    fn say(&self, text: &str) -> io::Result<()> {
        let state = if self.is_history_open() { OPEN } else { "" };
        self.replace(format!("{}{state}\n{text}", std::process::id()).as_bytes())
    }

    /// Replaces what is said of the holder; only this user can read it. It stays for the next run
    /// when this one ends.
    pub(crate) fn write_holder_file(&self, text: &str) -> io::Result<()> {
        self.say(text)?;
        *self.before.lock() = None;
        Ok(())
    }

    /// The text of an earlier run, with whether the history is open by now.
    fn as_it_is(&self, before: &[u8]) -> Vec<u8> {
        let (line, rest) = match before.iter().position(|byte| *byte == b'\n') {
            Some(end) => before.split_at(end),
            None => (before, &[][..]),
        };
        let line = line.strip_suffix(OPEN.as_bytes()).unwrap_or(line);
        let state = if self.is_history_open() { OPEN } else { "" };
        [line, state.as_bytes(), rest].concat()
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let unfinished = self.dir.join(format!("{HOLDER_FILE}.new"));
        let _ = fs::remove_file(&unfinished);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(bytes)?;
        drop(file);
        fs::rename(&unfinished, self.dir.join(HOLDER_FILE))
    }
}

impl Drop for DirLock {
    fn drop(&mut self) {
        let restored = match self.before.get_mut().take() {
            None => Ok(()),
            Some(None) if self.is_history_open() => Ok(()),
            Some(None) => fs::remove_file(self.dir.join(HOLDER_FILE)),
            Some(Some(before)) => self.replace(&self.as_it_is(&before)),
        };
        if let Err(error) = restored {
            tracing::debug!(%error, "the file of the directory's holder is not as it was");
        }
    }
}

/// What the instance that had this directory open last wrote with
/// [`Store::write_holder`](crate::Store::write_holder), or the one that has it now; `None` where
/// other users of this machine may have read or written it.
#[must_use]
pub fn read_last_holder(dir: &Path) -> Option<String> {
    if !is_private(&dir.join(HOLDER_FILE)) {
        return None;
    }
    let (_, text) = read_holder_file(dir)?;
    (!text.is_empty()).then_some(text)
}

/// Whether a file is this user's alone by its mode.
#[cfg(unix)]
fn is_private(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::symlink_metadata(file);
    metadata.is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o077 == 0)
}

/// Whether a file is this user's alone by where it is: below the profile, whose access list every
/// file there has by inheritance. Elsewhere others may read it, as a rule.
#[cfg(not(unix))]
fn is_private(file: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().ok();
    let profile = std::env::var_os("USERPROFILE").map(PathBuf::from);
    let profile = profile.and_then(|profile| whole(&profile));
    let file = whole(file).filter(|file| file.is_file());
    profile
        .zip(file)
        .is_some_and(|(profile, file)| file.starts_with(profile))
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
    let process = process.strip_suffix(OPEN).unwrap_or(process);
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
