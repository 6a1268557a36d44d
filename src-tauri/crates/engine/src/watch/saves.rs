//! What was saved in a watched folder: which files count, and which are the server's own.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

/// So long nothing has to be saved before the conversations are sent: an editor writes a file in
/// steps, and a version control system many of them.
const QUIET: Duration = Duration::from_millis(200);

/// They are sent after so long in any case.
const QUIET_MAX: Duration = Duration::from_secs(2);

/// Paths that are remembered of one burst; a checkout may change many thousands.
const PATHS_MAX: usize = 1000;

/// Folders that tools write, and not a person: what stands in them follows from other files.
const DERIVED_FOLDERS: [&str; 15] = [
    ".git",
    ".hg",
    ".svn",
    ".idea",
    ".vscode",
    ".venv",
    "venv",
    ".tox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".next",
    "__pycache__",
    "node_modules",
    "target",
];

/// How names end that editors write beside a file, that interpreters make of one, and that servers
/// write while they run.
const DERIVED_ENDINGS: [&str; 17] = [
    "~", ".swp", ".swo", ".swx", ".tmp", ".temp", ".bak", ".part", ".pyc", ".pyo", ".log", ".pid",
    ".db", ".sqlite", ".sqlite3", "-journal", "-wal",
];

/// How they begin: locks of Emacs, drafts of `gedit`, the file by which vim looks whether it can
/// write, what the Finder remembers.
const DERIVED_BEGINNINGS: [&str; 5] = [".#", "#", ".goutputstream-", "4913", ".DS_Store"];

/// What was saved since the conversations were sent last.
pub(crate) struct Saves {
    /// The folder, by the name that was given and by its true one.
    roots: Vec<PathBuf>,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// In their order, each once; names are relative to the folder.
    pending: Vec<String>,
    /// Something was saved, though not all names are known.
    is_pending: bool,
    is_sending: bool,
    /// What was saved while the conversations are, and the last time were, sent.
    during: HashSet<String>,
    before: HashSet<String>,
    /// Files that the server itself writes.
    own: HashSet<String>,
}

impl Saves {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            roots: vec![folder.to_owned()],
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// The same of a folder whose true name is another one.
    pub(crate) fn with_place(mut self, place: PathBuf) -> Self {
        self.roots.push(place);
        self
    }

    /// A path in the folder was changed. Called by the thread that watches it.
    pub(crate) fn saved(&self, path: &Path) {
        let Some(name) = self
            .roots
            .iter()
            .find_map(|root| path.strip_prefix(root).ok())
        else {
            return;
        };
        let Some(name) = counted(name) else {
            return;
        };
        let mut state = self.state.lock();
        if state.own.contains(&name) {
            return;
        }
        if state.is_sending && state.during.len() < PATHS_MAX {
            state.during.insert(name.clone());
        }
        state.is_pending = true;
        state.pending.retain(|one| *one != name);
        if state.pending.len() < PATHS_MAX {
            state.pending.push(name);
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Anything may have changed that nobody was told of.
    pub(crate) fn saved_something(&self) {
        self.state.lock().is_pending = true;
        self.changed.notify_one();
    }

    /// Waits until something is saved and nothing more is for a while.
    pub(crate) async fn quiet(&self) {
        while !self.is_pending() {
            self.changed.notified().await;
        }
        let until = Instant::now() + QUIET_MAX;
        while timeout(QUIET, self.changed.notified()).await.is_ok() {
            if Instant::now() >= until {
                return;
            }
        }
    }

    /// Waits until something is saved.
    pub(crate) async fn anything(&self) {
        while !self.is_pending() {
            self.changed.notified().await;
        }
    }

    fn is_pending(&self) -> bool {
        self.state.lock().is_pending
    }

    /// What was saved last of all that is not sent yet; none of it is pending any more.
    pub(crate) fn take(&self) -> String {
        let mut state = self.state.lock();
        state.is_pending = false;
        std::mem::take(&mut state.pending).pop().unwrap_or_default()
    }

    /// What was saved is sent again: it is the last one unless another file is saved.
    pub(crate) fn keep(&self, saved: String) {
        let mut state = self.state.lock();
        if !state.pending.contains(&saved) {
            state.pending.insert(0, saved);
        }
    }

    /// From here on what is saved may be the server's doing.
    pub(crate) fn sending(&self) {
        let mut state = self.state.lock();
        state.is_sending = true;
        state.during.clear();
    }

    /// A file that was written twice in a row while conversations were sent is the server's own: it
    /// would have them sent for ever.
    pub(crate) fn sent(&self) {
        let mut state = self.state.lock();
        state.is_sending = false;
        let during = std::mem::take(&mut state.during);
        let twice: Vec<String> = during.intersection(&state.before).cloned().collect();
        state.before = during;
        if twice.is_empty() {
            return;
        }
        state.own.extend(twice);
        let State { pending, own, .. } = &mut *state;
        let had_names = !pending.is_empty();
        pending.retain(|name| !own.contains(name));
        if had_names && pending.is_empty() {
            state.is_pending = false;
        }
    }

    /// The files that do not count any more.
    pub(crate) fn own(&self) -> Vec<String> {
        let mut own: Vec<String> = self.state.lock().own.iter().cloned().collect();
        own.sort();
        own
    }
}

/// A path inside the folder by its name; `None` where it is no source of anything.
fn counted(path: &Path) -> Option<String> {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    let (name, folders) = parts.split_last()?;
    let is_derived = folders.iter().any(|one| DERIVED_FOLDERS.contains(&&**one))
        || DERIVED_FOLDERS.contains(&&**name)
        || DERIVED_ENDINGS.iter().any(|ending| name.ends_with(ending))
        || DERIVED_BEGINNINGS.iter().any(|one| name.starts_with(one))
        // Of the editors that write a new file and rename it.
        || name.contains("___jb_");
    (!is_derived).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn saves() -> Saves {
        Saves::new(Path::new("/bot")).with_place(PathBuf::from("/private/bot"))
    }

    #[test]
    fn what_follows_from_other_files_or_lies_elsewhere_does_not_count() {
        for path in [
            "/bot",
            "/elsewhere/pay.py",
            "/bot/.git/index",
            "/bot/__pycache__/pay.cpython-312.pyc",
            "/bot/a/node_modules/x/index.js",
            "/bot/node_modules",
            "/bot/pay.py~",
            "/bot/.pay.py.swp",
            "/bot/4913",
            "/bot/.#pay.py",
            "/bot/pay.py___jb_tmp___",
            "/bot/server.log",
            "/bot/state.db-journal",
        ] {
            let saves = saves();
            saves.saved(Path::new(path));
            assert!(!saves.is_pending(), "{path}");
        }
        for (path, name) in [
            ("/bot/pay.py", "pay.py"),
            ("/bot/.env", ".env"),
            ("/private/bot/шаги/оплата.js", "шаги/оплата.js"),
            ("/bot/dist/app.js", "dist/app.js"),
        ] {
            let saves = saves();
            saves.saved(Path::new(path));
            assert!(saves.is_pending(), "{path}");
            assert_eq!(saves.take(), name);
            assert!(!saves.is_pending());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_one_and_ends_when_it_is_quiet_or_after_two_seconds() {
        let saves = Arc::new(saves());
        let begun = Instant::now();
        let saving = Arc::clone(&saves);
        tokio::spawn(async move {
            for name in ["a.py", "tmp81", "b.py"] {
                tokio::time::sleep(Duration::from_millis(100)).await;
                saving.saved(&Path::new("/bot").join(name));
            }
        });
        saves.quiet().await;
        assert_eq!(begun.elapsed().as_millis(), 500);
        assert_eq!(saves.take(), "b.py");
        // One that does not end.
        let saving = Arc::clone(&saves);
        let endless = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(100)).await;
                saving.saved(Path::new("/bot/a.py"));
            }
        });
        let begun = Instant::now();
        saves.quiet().await;
        assert_eq!(begun.elapsed().as_millis(), 2100);
        endless.abort();
    }

    #[test]
    fn a_file_that_the_server_writes_counts_once_and_then_no_more() {
        let saves = saves();
        let written = Path::new("/bot/visits.json");
        for _ in 0..2 {
            saves.sending();
            saves.saved(written);
            saves.sent();
        }
        assert!(!saves.is_pending(), "it would be sent for ever");
        assert_eq!(saves.own(), ["visits.json"]);
        saves.saved(written);
        assert!(!saves.is_pending());
        // What a person saves meanwhile counts, and is not forgotten with it.
        saves.sending();
        saves.saved(Path::new("/bot/pay.py"));
        saves.sent();
        assert!(saves.is_pending());
        assert_eq!(saves.take(), "pay.py");
        saves.sending();
        saves.sent();
        saves.sending();
        saves.saved(Path::new("/bot/pay.py"));
        saves.sent();
        assert_eq!(saves.own(), ["visits.json"], "not twice in a row");
    }

    #[test]
    fn names_of_many_files_are_bounded_and_none_is_needed() {
        let saves = saves();
        for number in 0..5 * PATHS_MAX {
            saves.saved(Path::new(&format!("/bot/{number}.py")));
        }
        assert_eq!(saves.state.lock().pending.len(), PATHS_MAX);
        saves.take();
        saves.saved_something();
        assert!(saves.is_pending());
        assert_eq!(saves.take(), "");
    }
}
