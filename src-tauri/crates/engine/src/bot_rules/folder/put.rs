//! Files of a folder changed together: all of them, or none.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use messages::Message;
use tempfile::NamedTempFile;

use crate::file_error::FileError;
use crate::words;

/// Why nothing was written, or not all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotWritten {
    /// These files are no rules: whose they are is not known.
    Files(Vec<FileError>),
    /// As a sentence.
    Failed(Message),
}

/// What becomes of a file.
#[derive(Debug)]
pub(super) struct Change {
    name: String,
    /// What stands in it by now, as it was read; `None`: there is no such file.
    before: Option<Vec<u8>>,
    /// What stands in it then; `None`: it is removed.
    bytes: Option<Vec<u8>>,
}

/// Why a file is not changed.
enum NotPut {
    /// It says something else than what was read a moment ago.
    Changed,
    Failed(io::Error),
}

/// How files were before a change, in the order of the changes.
#[derive(Debug, Default)]
#[must_use = "without it what was changed cannot be taken back"]
pub(crate) struct Undo(Vec<(String, Option<Vec<u8>>)>);

impl Change {
    pub(super) fn write(name: &str, before: Option<&[u8]>, bytes: Vec<u8>) -> Self {
        Self {
            name: name.to_owned(),
            before: before.map(<[u8]>::to_vec),
            bytes: Some(bytes),
        }
    }

    pub(super) fn remove(name: &str, before: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            before: Some(before.to_vec()),
            bytes: None,
        }
    }
}

impl Undo {
    /// Puts back what was there; the names of the files where that fails.
    pub(crate) fn carry_out(self, dir: &Path) -> Vec<String> {
        let mut failed = Vec::new();
        for (name, bytes) in self.0.into_iter().rev() {
            let done = match bytes {
                Some(bytes) => beside(dir, &bytes).and_then(|file| persist(file, dir, &name)),
                None => fs::remove_file(dir.join(&name)),
            };
            if done.is_err() {
                failed.push(name);
            }
        }
        failed
    }
}

/// Changes files: each is written beside its place first, so that a full disk changes nothing, and
/// what was changed is put back where a later one fails.
pub(super) fn carry_out(dir: &Path, changes: Vec<Change>) -> Result<Undo, NotWritten> {
    let prepare = |change: Change| {
        let file = change.bytes.map(|bytes| beside(dir, &bytes)).transpose()?;
        Ok((change.name, change.before, file))
    };
    let prepared: io::Result<Vec<_>> = changes.into_iter().map(prepare).collect();
    let prepared = prepared.map_err(|error| unwritable(dir, &error))?;
    let mut undo = Undo::default();
    for (name, before, file) in prepared {
        let done = put(dir, &name, before.as_deref(), file);
        let why = match done {
            Ok(()) => {
                undo.0.push((name, before));
                continue;
            }
            Err(why) => why,
        };
        let left = undo.carry_out(dir);
        let refused = match why {
            NotPut::Changed => not_read(&name),
            NotPut::Failed(error) => unwritable(dir, &error),
        };
        return Err(match (left.is_empty(), refused) {
            (false, NotWritten::Failed(why)) => {
                let place = dir.display().to_string();
                let half = words::RULE_FOLDER_HALF.arg(place).arg(why);
                NotWritten::Failed(half.arg(left.join(", ")))
            }
            (_, refused) => refused,
        });
    }
    Ok(undo)
}

/// Changes a file that says what was read.
fn put(
    dir: &Path,
    name: &str,
    before: Option<&[u8]>,
    file: Option<NamedTempFile>,
) -> Result<(), NotPut> {
    let path = dir.join(name);
    match fs::read(&path) {
        Ok(now) if Some(now.as_slice()) == before => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound && before.is_none() => {}
        Ok(_) => return Err(NotPut::Changed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(NotPut::Changed),
        Err(error) => return Err(NotPut::Failed(error)),
    }
    let done = match file {
        Some(file) => {
            // What a person let nobody else read stays so.
            if let Ok(found) = fs::metadata(&path) {
                let _kept = file.as_file().set_permissions(found.permissions());
            }
            persist(file, dir, name)
        }
        None => fs::remove_file(path),
    };
    done.map_err(NotPut::Failed)
}

/// A change would write over a file that the app has not read.
pub(super) fn not_read(file: &str) -> NotWritten {
    NotWritten::Failed(words::RULE_FILE_UNREAD.arg(file))
}

/// A file of a name that nobody can foresee: a link by a name that is known could lead anywhere.
fn beside(dir: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".rule-").suffix(".new");
    // As any file of a person: rules are kept to be shared.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(dir)?;
    file.write_all(bytes)?;
    Ok(file)
}

/// Whoever reads it meanwhile sees what was there before, or all of it.
fn persist(file: NamedTempFile, dir: &Path, name: &str) -> io::Result<()> {
    let persisted = file.persist(dir.join(name));
    persisted.map(drop).map_err(|error| error.error)
}

/// The folder cannot be written, and nothing is changed.
fn unwritable(dir: &Path, error: &io::Error) -> NotWritten {
    let place = dir.display().to_string();
    let why = messages::foreign(error);
    NotWritten::Failed(words::RULE_FOLDER_UNWRITABLE.arg(place).arg(why))
}
