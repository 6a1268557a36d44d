//! Files of a folder changed together: all of them, or none.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use messages::Message;
use tempfile::NamedTempFile;

use crate::file_error::FileError;
use crate::{clock, words};

/// The names of files that are written beside their places: what stands around noise.
const BESIDE: (&str, &str) = (".rule-", ".new");

/// A file beside its place is of a process that has ended when it is older than any writing takes.
const LEFT_AFTER: Duration = Duration::from_hours(1);

/// Why nothing was written, or not all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotWritten {
    /// These files are no rules: whose they are is not known.
    Files(Vec<FileError>),
    /// As a sentence.
    Failed(Message),
}

/// What stands in a file, and who may read it.
#[derive(Clone, Debug)]
pub(super) struct Content {
    pub(super) text: Vec<u8>,
    /// `None`: as any new file.
    pub(super) permissions: Option<fs::Permissions>,
}

/// What becomes of a file.
#[derive(Debug)]
pub(super) struct Change {
    name: String,
    /// What stands in it by now, as it was read; `None`: there is no such file.
    before: Option<Content>,
    /// What stands in it then; `None`: it is removed.
    after: Option<Content>,
}

/// What is to stand in a place, written beside it and synced: a machine that stops leaves a file
/// with its text or without it, and none that is half written.
struct Beside(NamedTempFile);

/// Why a file is not changed.
enum NotPut {
    /// It says something else than what was read a moment ago.
    Changed,
    Failed(io::Error),
}

/// The changes that were made, in their order.
#[derive(Debug, Default)]
#[must_use = "without it what was changed cannot be taken back"]
pub(crate) struct Undo(Vec<Change>);

impl Change {
    pub(super) fn write(name: &str, before: Option<&Content>, after: Content) -> Self {
        Self {
            name: name.to_owned(),
            before: before.cloned(),
            after: Some(after),
        }
    }

    pub(super) fn remove(name: &str, before: &Content) -> Self {
        Self {
            name: name.to_owned(),
            before: Some(before.clone()),
            after: None,
        }
    }

    /// By how many bytes the files become longer, and shorter.
    pub(super) fn bytes(&self) -> (u64, u64) {
        let length = |content: &Option<Content>| {
            let content = content.as_ref();
            content.map_or(0, |content| content.text.len() as u64)
        };
        (length(&self.after), length(&self.before))
    }

    /// What is to stand in its place, written beside it; `None` where it is removed.
    fn prepared(&self, dir: &Path) -> io::Result<Option<Beside>> {
        let after = self.after.as_ref();
        after.map(|after| Beside::new(dir, after)).transpose()
    }

    /// Makes the change; `file`: what is to stand there, written beside it.
    fn put(&self, dir: &Path, file: Option<Beside>) -> Result<(), NotPut> {
        let path = dir.join(&self.name);
        let before = self.before.as_ref().map(|before| before.text.as_slice());
        if !says(&path, before).map_err(NotPut::Failed)? {
            return Err(NotPut::Changed);
        }
        let done = match file {
            Some(Beside(file)) => file.persist(path).map(drop).map_err(|error| error.error),
            None => fs::remove_file(path),
        };
        done.map_err(NotPut::Failed)
    }

    fn taken_back(self) -> Self {
        Self {
            name: self.name,
            before: self.after,
            after: self.before,
        }
    }
}

impl Undo {
    /// The files that were changed.
    pub(crate) fn files(&self) -> Vec<String> {
        self.0.iter().map(|change| change.name.clone()).collect()
    }

    /// Puts back what was there, where the files still say what was written; the names of those
    /// that say something else by now, or cannot be put back.
    pub(crate) fn carry_out(self, dir: &Path) -> Vec<String> {
        let mut left = Vec::new();
        for change in self.0.into_iter().rev() {
            let change = change.taken_back();
            let file = change.prepared(dir).map_err(NotPut::Failed);
            if file.and_then(|file| change.put(dir, file)).is_err() {
                left.push(change.name);
            }
        }
        sync(dir);
        left
    }
}

/// Changes files: each is written beside its place first, so that a full disk changes nothing, and
/// what was changed is put back where a later one fails.
pub(super) fn carry_out(dir: &Path, changes: Vec<Change>) -> Result<Undo, NotWritten> {
    let prepare = |change: Change| {
        let file = change.prepared(dir)?;
        Ok((change, file))
    };
    let prepared: io::Result<Vec<_>> = changes.into_iter().map(prepare).collect();
    let prepared = prepared.map_err(|error| unwritable(dir, &error))?;
    let mut undo = Undo::default();
    for (change, file) in prepared {
        let why = match change.put(dir, file) {
            Ok(()) => {
                undo.0.push(change);
                continue;
            }
            Err(why) => why,
        };
        let left = undo.carry_out(dir);
        let refused = match why {
            NotPut::Changed => not_read(&change.name),
            NotPut::Failed(error) => unwritable(dir, &error),
        };
        return Err(match refused {
            NotWritten::Failed(why) if !left.is_empty() => {
                NotWritten::Failed(half(dir, why, &left))
            }
            refused => refused,
        });
    }
    sync(dir);
    Ok(undo)
}

/// Has the names of the files written down, too: a file that is back under its old name after the
/// machine stopped would take the change back.
fn sync(dir: &Path) {
    // Elsewhere a folder cannot be opened as a file, and its names are written with the files.
    #[cfg(unix)]
    if let Err(error) = File::open(dir).and_then(|dir| dir.sync_all()) {
        tracing::warn!(%error, "a folder of rules cannot be synced");
    }
    #[cfg(not(unix))]
    let _ = dir;
}

/// Files were changed for a change that is not made, and these could not be put back.
pub(crate) fn half(dir: &Path, why: Message, left: &[String]) -> Message {
    let place = dir.display().to_string();
    let half = words::RULE_FOLDER_HALF.arg(place).arg(why);
    half.arg(left.join(", "))
}

/// Removes what a process has left behind that ended while it wrote.
pub(super) fn remove_left_behind(dir: &Path) {
    let now = Duration::from_millis(clock::now().0.unsigned_abs());
    let old = UNIX_EPOCH.checked_add(now.saturating_sub(LEFT_AFTER));
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_beside = name
            .to_str()
            .is_some_and(|name| name.starts_with(BESIDE.0) && name.ends_with(BESIDE.1));
        let modified = || entry.metadata().and_then(|found| found.modified()).ok();
        if is_beside && modified() < old {
            // It is passed over by every reading: another time is early enough.
            let _removed = fs::remove_file(entry.path());
        }
    }
}

/// Whether a file says this and no more; `None`: whether there is none.
fn says(path: &Path, text: Option<&[u8]>) -> io::Result<bool> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(text.is_none()),
        opened => opened?,
    };
    let Some(text) = text else {
        return Ok(false);
    };
    let mut now = Vec::with_capacity(text.len() + 1);
    file.take(text.len() as u64 + 1).read_to_end(&mut now)?;
    Ok(now == text)
}

/// A change would write over a file that the app has not read.
pub(super) fn not_read(file: &str) -> NotWritten {
    NotWritten::Failed(words::RULE_FILE_UNREAD.arg(file))
}

impl Beside {
    /// A file of a name that nobody can foresee: a link by a name that is known could lead
    /// anywhere. Whoever reads its place meanwhile sees what was there before, or all of it.
    fn new(dir: &Path, content: &Content) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(BESIDE.0).suffix(BESIDE.1);
        // As any file of a person: rules are kept to be shared.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(dir)?;
        if let Some(permissions) = &content.permissions {
            // What a person let nobody else read stays so, before anything stands in it.
            file.as_file().set_permissions(permissions.clone())?;
        }
        file.write_all(&content.text)?;
        file.as_file().sync_all()?;
        Ok(Self(file))
    }
}

/// The folder cannot be written, and nothing is changed.
fn unwritable(dir: &Path, error: &io::Error) -> NotWritten {
    let place = dir.display().to_string();
    let why = messages::foreign(error);
    NotWritten::Failed(words::RULE_FOLDER_UNWRITABLE.arg(place).arg(why))
}
