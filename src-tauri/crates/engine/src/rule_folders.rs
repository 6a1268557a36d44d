//! The folders that bots' rules are kept in: which, and how they stand.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use messages::Message;
use parking_lot::Mutex;
use protocol::{BotId, UtcMillis};
use serde::{Deserialize, Serialize};
use store::{NotSaved, Store, StoreError};
use tokio::sync::MutexGuard;
use tokio_util::sync::CancellationToken;

use crate::bot_rules::NamesById;
use crate::documents::{Author, Document, DocumentKind, DocumentReport, Object, Stored, numbered};
use crate::file_error::FileError;

/// How a folder stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleFolderState {
    /// All of it is read and in force.
    #[default]
    Watching,
    /// A file does not fit: the rules read last stay in force.
    Broken,
    /// It is not there, or cannot be read: the same.
    Missing,
    /// The system tells nothing of changes: it is looked at now and then.
    Unwatched,
}

/// A folder that a bot's rules are kept in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleFolder {
    /// Where it lies.
    pub path: PathBuf,
    /// How it stands.
    pub state: RuleFolderState,
    /// What is the matter, as a sentence.
    pub message: Option<Message>,
    /// The files that do not fit, 20 at most.
    pub files: Vec<FileError>,
    /// How many rules were read last.
    pub rules: usize,
    /// When.
    pub read_at: Option<UtcMillis>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredFolders {
    folders: Vec<StoredFolder>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredFolder {
    bot: BotId,
    path: String,
}

impl Stored for StoredFolders {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered];
}

/// A folder with what belongs to watching it.
#[derive(Clone)]
pub(crate) struct Watched {
    pub(crate) folder: RuleFolder,
    /// The files by their rules' ids, as they were read last.
    pub(crate) names: NamesById,
    /// Ends the watching.
    pub(crate) stop: CancellationToken,
}

/// All of them.
pub(crate) struct RuleFolders {
    document: Document<StoredFolders>,
    watched: Mutex<HashMap<BotId, Watched>>,
    /// Held while rules and files are brought together.
    working: tokio::sync::Mutex<()>,
}

impl RuleFolders {
    /// Reads which there are.
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        Ok(Self {
            document: Document::load(store, DocumentKind::RuleFolders).await?,
            watched: Mutex::default(),
            working: tokio::sync::Mutex::default(),
        })
    }

    /// What of it could not be read.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.document.report()
    }

    /// Those of the last run.
    pub(crate) fn stored(&self) -> Vec<(BotId, PathBuf)> {
        let current = self.document.current();
        let folders = current.folders.iter();
        folders
            .map(|one| (one.bot, PathBuf::from(&one.path)))
            .collect()
    }

    /// From here on no other rules or files are brought together.
    pub(crate) async fn work(&self) -> MutexGuard<'_, ()> {
        self.working.lock().await
    }

    /// How a bot's folder stands.
    pub(crate) fn get(&self, bot: BotId) -> Option<Watched> {
        self.watched.lock().get(&bot).cloned()
    }

    /// Which bot's rules are kept in a folder: this one's, where they are.
    pub(crate) fn whose(&self, dir: &Path, bot: BotId) -> Option<BotId> {
        let place = |dir: &Path| dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        let wanted = place(dir);
        let watched: Vec<(BotId, PathBuf)> = {
            let all = self.watched.lock();
            let all = all.iter();
            all.map(|(bot, watched)| (*bot, watched.folder.path.clone()))
                .collect()
        };
        let mut there = watched
            .iter()
            .filter(|(_, path)| place(path) == wanted)
            .map(|(bot, _)| *bot);
        let first = there.next()?;
        let is_own = first == bot || there.any(|other| other == bot);
        Some(if is_own { bot } else { first })
    }

    /// A bot has a folder from now on, or none.
    pub(crate) async fn remember(&self, bot: BotId, path: Option<String>) -> Result<(), NotSaved> {
        let mut writing = self.document.change(Author::Person).await;
        let mut next = StoredFolders::clone(&writing.current());
        next.folders.retain(|one| one.bot != bot);
        next.folders
            .extend(path.map(|path| StoredFolder { bot, path }));
        writing.save(next).await
    }

    /// Begins to watch a folder in place of the one before.
    pub(crate) fn begin(&self, bot: BotId, watched: Watched) {
        let before = self.watched.lock().insert(bot, watched);
        if let Some(before) = before {
            before.stop.cancel();
        }
    }

    /// Ends watching.
    pub(crate) fn end(&self, bot: BotId) {
        if let Some(before) = self.watched.lock().remove(&bot) {
            before.stop.cancel();
        }
    }

    /// A folder stands otherwise; whether it does.
    pub(crate) fn set(&self, bot: BotId, change: impl FnOnce(&mut Watched)) -> bool {
        let mut all = self.watched.lock();
        let Some(watched) = all.get_mut(&bot) else {
            return false;
        };
        let before = watched.folder.clone();
        change(watched);
        let read_at = watched.folder.read_at;
        watched.folder != RuleFolder { read_at, ..before }
    }
}
