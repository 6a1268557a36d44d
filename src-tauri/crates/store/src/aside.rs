//! The files of a database, and a damaged one that is set aside under another name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::connection;
use crate::types::Clock;
use crate::version::{self, Found};

/// What SQLite adds to the name of a database for the files beside it, and the database itself.
const SUFFIXES: [&str; 3] = ["-wal", "-shm", ""];

/// Renames a database that cannot be read, with its log; nothing is thrown away.
pub(crate) fn set_aside(path: &Path, now: Clock) -> io::Result<PathBuf> {
    let moment: String = now()
        .to_string()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let numbered = (2..).map(|number| format!("{moment}-{number}"));
    let mut targets = std::iter::once(moment.clone())
        .chain(numbered)
        .map(|name| path.with_file_name(format!("history.broken-{name}.sqlite3")));
    let target = targets
        .find(|target| !target.exists())
        .expect("there is always another number");
    rename(path, &target)?;
    Ok(target)
}

/// Gives a database that was set aside its name back, in place of what has it now.
pub(crate) fn put_back(aside: &Path, path: &Path) -> io::Result<()> {
    for suffix in SUFFIXES {
        match fs::remove_file(sibling(path, suffix)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => {}
        }
    }
    rename(aside, path)
}

/// Renames all of its files or none: a database without its log has lost what is in that.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
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
        Ok(Found::Database(_)) => connection::reader(aside).ok(),
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
