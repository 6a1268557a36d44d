//! The files of a database, and a damaged one that is set aside under another name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::types::Clock;
use crate::version::{self, Found};
use crate::{connection, private_files};

/// What SQLite adds to the name of a database for the files beside it, and the database itself.
const SUFFIXES: [&str; 3] = ["-wal", "-shm", ""];

/// Beside the database while another one is begun in the place of one that is set aside: the new
/// name of that one. Where it is found at a start, a process ended meanwhile.
const REPAIR: &str = "history.repair";

/// Renames a database that cannot be read, with its log; nothing is thrown away. Until [`repaired`]
/// is called, the next start does it again.
pub(crate) fn set_aside(path: &Path, now: Clock) -> io::Result<PathBuf> {
    // Where a log alone is left, an empty file is renamed last all the same: whether that was done
    // tells whether all was.
    private_files::make_file(path)?;
    let target = free_name(path, now);
    let name = target.file_name().unwrap_or_default();
    let marker = path.with_file_name(REPAIR);
    private_files::write_file(&marker, name.as_encoded_bytes())?;
    sync_dir(path);
    rename(path, &target)?;
    sync_dir(path);
    Ok(target)
}

/// Where a file system cannot do it, the names are as safe as it keeps them.
fn sync_dir(path: &Path) {
    let synced = path.parent().map_or(Ok(()), private_files::sync_dir);
    if let Err(error) = synced {
        tracing::warn!(%error, "the names of the history's files are not on the disk for certain");
    }
}

/// Copies a log that another one takes the place of.
pub(crate) fn copy_log(path: &Path, now: Clock) -> io::Result<PathBuf> {
    let target = free_name(path, now);
    let copy = sibling(&target, "-wal");
    private_files::make_file(&copy)?;
    match fs::copy(sibling(path, "-wal"), &copy) {
        Ok(_) => Ok(copy),
        Err(error) => {
            // A half one takes room and holds nothing that the log has not.
            drop(fs::remove_file(copy));
            Err(error)
        }
    }
}

/// Puts another log in the place of one that is damaged, none in that of one of which nothing is
/// needed. The index beside it is of the damaged one; SQLite makes another.
pub(crate) fn replace_log(path: &Path, log: &[u8]) -> io::Result<()> {
    let place = sibling(path, "-wal");
    if log.is_empty() {
        remove_if_there(&place)?;
    } else {
        let new = sibling(path, "-wal.new");
        private_files::write_file(&new, log)?;
        fs::rename(new, place)?;
    }
    sync_dir(path);
    // Last: without it the damaged log could not be judged in the same way again.
    remove_if_there(&sibling(path, "-shm"))
}

/// Removes a copy of a log of which nothing is lost.
pub(crate) fn drop_copy(copy: &Path) {
    if let Err(error) = fs::remove_file(copy) {
        tracing::warn!(%error, "a copy of the log stays");
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

/// The database that another one has begun to take the place of.
pub(crate) fn repaired(path: &Path) {
    // The new database's name first.
    sync_dir(path);
    match fs::remove_file(path.with_file_name(REPAIR)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, "the mark of a repair stays");
        }
        _ => sync_dir(path),
    }
}

/// A database that was set aside by a process that ended before another one was begun in its place.
/// Where not all of its files have their new names yet, they get their old ones back.
pub(crate) fn half_repaired(path: &Path) -> io::Result<Option<PathBuf>> {
    let name = match fs::read(path.with_file_name(REPAIR)) {
        // One that is no text is no name.
        Ok(name) => String::from_utf8(name).unwrap_or_default(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let target = path.with_file_name(&name);
    let is_a_name = name.starts_with(BROKEN) && target.parent() == path.parent();
    if is_a_name && target.exists() {
        return Ok(Some(target));
    }
    for suffix in SUFFIXES.iter().filter(|_| is_a_name) {
        let (from, to) = (sibling(&target, suffix), sibling(path, suffix));
        if from.exists() && !to.exists() {
            fs::rename(from, to)?;
        }
    }
    repaired(path);
    Ok(None)
}

/// Renames what has the place of a database that was set aside and cannot be read. The mark stays
/// that of the one set aside first.
pub(crate) fn keep(path: &Path, now: Clock) -> io::Result<PathBuf> {
    let target = free_name(path, now);
    rename(path, &target)?;
    sync_dir(path);
    Ok(target)
}

/// Removes what was begun in the place of a database that was set aside.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    for suffix in SUFFIXES {
        remove_if_there(&sibling(path, suffix))?;
    }
    Ok(())
}

/// How the name of a database that was set aside begins.
const BROKEN: &str = "history.broken-";

/// A name that nothing has by now.
pub(crate) fn free_name(path: &Path, now: Clock) -> PathBuf {
    let moment: String = now()
        .to_string()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let numbered = (2..).map(|number| format!("{moment}-{number}"));
    let mut targets = std::iter::once(moment.clone())
        .chain(numbered)
        .map(|name| path.with_file_name(format!("{BROKEN}{name}.sqlite3")));
    targets
        .find(|target| !target.exists() && !sibling(target, "-wal").exists())
        .expect("there is always another number")
}

/// Gives a database that was set aside its name back, in place of what has it now.
pub(crate) fn put_back(aside: &Path, path: &Path) -> io::Result<()> {
    remove(path)?;
    rename(aside, path)?;
    repaired(path);
    Ok(())
}

/// Renames all of its files or none: a database without its log has lost what is in that.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let mut renamed: Vec<&str> = Vec::new();
    for suffix in SUFFIXES {
        match fs::rename(sibling(from, suffix), sibling(to, suffix)) {
            Ok(()) => renamed.push(suffix),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => {
                for suffix in renamed {
                    fs::rename(sibling(to, suffix), sibling(from, suffix))?;
                }
                return Err(cause);
            }
        }
    }
    Ok(())
}

/// The path of a file that SQLite keeps next to the database.
pub(crate) fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A connection that reads one that was set aside; `None` where SQLite would not read it. It
/// changes nothing of it.
pub(crate) fn read(aside: &Path) -> Option<Connection> {
    // A file that is empty or none of SQLite's costs its log, too.
    match version::look(aside, &sibling(aside, "-wal")) {
        Ok(Found::Database(_)) => connection::reader_of_damaged(aside).ok(),
        Ok(Found::Nothing | Found::NoDatabase) | Err(_) => None,
    }
}

/// Removes what reading one that was set aside has left beside it.
pub(crate) fn tidy(aside: &Path) {
    let log = sibling(aside, "-wal");
    let is_empty = fs::metadata(&log).is_ok_and(|log| log.len() == 0);
    let left = is_empty.then_some(log);
    for file in left.into_iter().chain([sibling(aside, "-shm")]) {
        if let Err(error) = fs::remove_file(&file)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::debug!(%error, "a file beside the damaged history stays");
        }
    }
}
