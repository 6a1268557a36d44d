//! The folders that bots' rules are kept in: which, and how they stand.

mod disk;
mod turns;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use messages::Message;
use parking_lot::Mutex;
use protocol::{BotId, UtcMillis};
use serde::{Deserialize, Serialize};
use store::{NotSaved, Store, StoreError};
use tokio::sync::{Notify, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

pub(crate) use disk::{Disks, Silent};
use turns::Turns;

use crate::bot_rules::NamesById;
use crate::documents::{Author, Document, DocumentKind, DocumentReport, Object, Stored, numbered};
use crate::file_error::FileError;

/// So long a change of a bot's rules waits for another one, or for a reading of its folder.
const TURN: Duration = Duration::from_secs(10);

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
    /// The files of each bot's rules as they were read or written last, by the rules' ids: what a
    /// file was that cannot be read after a start, and which one a person removed meanwhile.
    names: BTreeMap<BotId, NamesById>,
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
    /// Where it lies by its one true name, as far as that is known.
    pub(crate) place: PathBuf,
    /// The files by their rules' ids, as they were read last.
    pub(crate) names: NamesById,
    /// Has it looked at and read.
    pub(crate) wake: Arc<Notify>,
    /// Ends the watching.
    pub(crate) stop: CancellationToken,
}

/// All of them.
pub(crate) struct RuleFolders {
    document: Document<StoredFolders>,
    watched: Mutex<HashMap<BotId, Watched>>,
    /// Places that are about to be watched, and for whom.
    chosen: Mutex<HashMap<PathBuf, BotId>>,
    /// Each bot's while its rules and files are brought together.
    turns: Turns<BotId>,
    /// Where the folders lie.
    pub(crate) disks: Disks,
}

/// A place that no other bot can choose meanwhile.
pub(crate) struct Chosen<'f> {
    folders: &'f RuleFolders,
    place: PathBuf,
}

impl Drop for Chosen<'_> {
    fn drop(&mut self) {
        self.folders.chosen.lock().remove(&self.place);
    }
}

impl RuleFolders {
    /// Reads which there are.
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        Ok(Self {
            document: Document::load(store, DocumentKind::RuleFolders).await?,
            watched: Mutex::default(),
            chosen: Mutex::default(),
            turns: Turns::default(),
            disks: Disks::default(),
        })
    }

    /// What of it could not be read.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.document.report()
    }

    /// Those of the last run, with their files by their rules' ids.
    pub(crate) fn stored(&self) -> Vec<(BotId, PathBuf, NamesById)> {
        let current = self.document.current();
        let folders = current.folders.iter();
        folders
            .map(|one| {
                let names = current.names.get(&one.bot).cloned().unwrap_or_default();
                (one.bot, PathBuf::from(&one.path), names)
            })
            .collect()
    }

    /// From here on no others of a bot's rules and files are brought together; `None` where that
    /// goes on for too long.
    pub(crate) async fn turn(&self, bot: BotId) -> Option<OwnedMutexGuard<()>> {
        self.turns.take(&bot, TURN).await
    }

    /// The same, however long it takes.
    pub(crate) async fn wait(&self, bot: BotId) -> OwnedMutexGuard<()> {
        self.turns.wait(&bot).await
    }

    /// How a bot's folder stands.
    pub(crate) fn get(&self, bot: BotId) -> Option<Watched> {
        self.watched.lock().get(&bot).cloned()
    }

    /// Which bot's rules are kept in a place: this one's, where they are.
    pub(crate) fn whose(&self, place: &Path, bot: BotId) -> Option<BotId> {
        let all = self.watched.lock();
        let mut there = all.iter().filter(|(_, watched)| watched.place == place);
        let first = *there.next()?.0;
        let is_own = first == bot || there.any(|(other, _)| *other == bot);
        Some(if is_own { bot } else { first })
    }

    /// Keeps a place for a bot until it is watched; `None` where another bot has it.
    pub(crate) fn choose(&self, place: &Path, bot: BotId) -> Option<Chosen<'_>> {
        let mut chosen = self.chosen.lock();
        let is_others = self.whose(place, bot).is_some_and(|whose| whose != bot);
        if is_others || chosen.contains_key(place) {
            return None;
        }
        chosen.insert(place.to_owned(), bot);
        Some(Chosen {
            folders: self,
            place: place.to_owned(),
        })
    }

    /// A bot has a folder from now on, with these files, or none.
    pub(crate) async fn remember(
        &self,
        bot: BotId,
        folder: Option<(String, &NamesById)>,
    ) -> Result<(), NotSaved> {
        let mut writing = self.document.change(Author::Person).await;
        let mut next = StoredFolders::clone(&writing.current());
        next.folders.retain(|one| one.bot != bot);
        next.names.remove(&bot);
        if let Some((path, names)) = folder {
            next.folders.push(StoredFolder { bot, path });
            next.names.insert(bot, names.clone());
        }
        writing.save(next).await
    }

    /// What is remembered of a bot's folder: its path and its files.
    pub(crate) fn remembered(&self, bot: BotId) -> Option<(String, NamesById)> {
        let current = self.document.current();
        let folder = current.folders.iter().find(|one| one.bot == bot)?;
        let names = current.names.get(&bot).cloned().unwrap_or_default();
        Some((folder.path.clone(), names))
    }

    /// The files of a bot's folder are these from now on.
    async fn remember_names(&self, bot: BotId, names: &NamesById) {
        let mut writing = self.document.change(Author::App).await;
        let current = writing.current();
        let is_kept = current.folders.iter().any(|one| one.bot == bot);
        if !is_kept || current.names.get(&bot) == Some(names) {
            return;
        }
        let mut next = StoredFolders::clone(&current);
        next.names.insert(bot, names.clone());
        if let Err(error) = writing.save(next).await {
            // They are made anew by the next reading.
            tracing::warn!(%error, "the files of a folder of rules are not remembered");
        }
    }

    /// All rules of a bot's folder are in force, from these files.
    pub(crate) async fn in_force(&self, bot: BotId, names: NamesById) {
        self.remember_names(bot, &names).await;
        self.set(bot, |watched| {
            watched.folder.rules = names.len();
            watched.names = names;
        });
    }

    /// Has all folders read again.
    pub(crate) fn wake_all(&self) {
        for watched in self.watched.lock().values() {
            watched.wake.notify_one();
        }
    }

    /// Of a bot that is gone nothing is watched or remembered.
    pub(crate) async fn forget(&self, bot: BotId) {
        self.end(bot);
        if self.remembered(bot).is_some()
            && let Err(error) = self.remember(bot, None).await
        {
            // The next start finds no such bot.
            tracing::warn!(%error, "the folder of a bot that is gone is remembered");
        }
    }

    /// Begins to watch a folder in place of the one before.
    pub(crate) fn begin(&self, bot: BotId, watched: Watched) {
        let mut all = self.watched.lock();
        if let Some(before) = all.insert(bot, watched) {
            before.stop.cancel();
        }
    }

    /// A bot's folder lies here by its one true name, as far as it is watched still.
    pub(crate) fn lies_at(&self, bot: BotId, stop: &CancellationToken, place: PathBuf) {
        let mut all = self.watched.lock();
        if let Some(watched) = all.get_mut(&bot).filter(|_| !stop.is_cancelled()) {
            watched.place = place;
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
