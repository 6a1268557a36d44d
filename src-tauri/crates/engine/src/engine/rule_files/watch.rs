//! Folders of rules as they are watched: read anew whenever something has happened in them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use messages::Message;
use notify::{RecursiveMode, Watcher as _};
use protocol::BotId;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{files_said, names, place_of, said, silent};
use crate::bot_rules::folder::{Identity, Unread};
use crate::engine::Engine;
use crate::engine::followed_folder::Following;
use crate::feed::EventKind;
use crate::rule_folders::{RuleFolder, RuleFolderState, Silent, Watched};
use crate::{clock, words};

/// So long nothing has to happen in a folder before it is read: an editor writes a file in steps,
/// and a version control system many of them.
const QUIET: Duration = Duration::from_millis(200);

/// It is read after so long in any case.
const QUIET_MAX: Duration = Duration::from_secs(2);

/// Between two looks at a folder that is gone, or of which the system tells nothing.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// So long the start waits for the folders of the last run: a drive that is away is read later.
const START: Duration = Duration::from_secs(5);

impl Engine {
    /// Reads and watches the folders of the last run; bots are answered by what they say, where
    /// they can be read at once.
    pub(crate) async fn watch_stored_folders(&self) {
        let folders = &self.shared.rule_folders;
        let mut are_read = Vec::new();
        for (bot, path, names) in folders.stored() {
            if self.bot(Some(bot)).is_err() {
                folders.forget(bot).await;
                continue;
            }
            let not_read = words::RULE_FOLDER_NOT_READ.arg(path.display().to_string());
            let watched = Watched {
                folder: RuleFolder {
                    state: RuleFolderState::Missing,
                    message: Some(not_read),
                    rules: names.len(),
                    path: path.clone(),
                    ..RuleFolder::default()
                },
                place: path,
                names,
                wake: Arc::default(),
                stop: self.shared.stop.child_token(),
            };
            are_read.push(self.watch_folder(bot, watched, Following::default()));
        }
        let all = async {
            for is_read in &are_read {
                is_read.cancelled().await;
            }
        };
        // What becomes of those that are late is told by their state.
        let _ = tokio::time::timeout(START, all).await;
    }

    /// Watches a folder from now on; what is given is cancelled once it was looked at.
    pub(super) fn watch_folder(
        &self,
        bot: BotId,
        watched: Watched,
        following: Following,
    ) -> CancellationToken {
        let (wake, stop) = (Arc::clone(&watched.wake), watched.stop.clone());
        let is_read = CancellationToken::new();
        self.shared.rule_folders.begin(bot, watched);
        let watching = watch(self.clone(), bot, (wake, stop), following, is_read.clone());
        self.shared.tasks.spawn(watching);
        is_read
    }

    /// Looks where a folder's path leads to, and has what is there watched; where it lies by its
    /// one true name, and whether something may have changed that nothing told of.
    pub(super) async fn looked_at(
        &self,
        path: &Path,
        following: Following,
        wake: &Arc<Notify>,
    ) -> Result<(Following, PathBuf, bool), Silent> {
        let (dir, wake) = (path.to_owned(), Arc::clone(wake));
        let look = move || {
            let mut following = following;
            let now = Identity::of(&dir);
            let is_behind = following.look(now, || watching(&dir, &wake));
            (following, place_of(&dir), is_behind)
        };
        self.shared.rule_folders.disks.work(path, look, drop).await
    }

    /// Reads a bot's folder again.
    async fn reload(&self, bot: BotId, is_watched: bool) {
        let folders = &self.shared.rule_folders;
        let _one = folders.wait(bot).await;
        let (Some(watched), Ok(of)) = (folders.get(bot), self.bot(Some(bot))) else {
            return;
        };
        let place = watched.folder.path.display().to_string();
        let found = self.rules_of(&watched.folder.path).await;
        let (state, message, files) = match &found {
            // A drive that is away leaves its empty directory.
            Ok(found) if found.is_empty() && of.rules.rules().len() > 0 => {
                let message = words::RULE_FOLDER_EMPTY.arg(place);
                (RuleFolderState::Missing, Some(message), Vec::new())
            }
            Ok(found) => match self.put_rules(&of, found).await {
                Ok(_) if is_watched => (RuleFolderState::Watching, None, Vec::new()),
                Ok(_) => (RuleFolderState::Unwatched, None, Vec::new()),
                Err(error) => (RuleFolderState::Broken, Some(said(&error)), Vec::new()),
            },
            Err(Unread::Missing(message)) => {
                (RuleFolderState::Missing, Some(message.clone()), Vec::new())
            }
            Err(Unread::Files(files)) => {
                let message = files_said(files, |many| words::RULE_FILES.arg(many));
                (RuleFolderState::Broken, Some(message), files.clone())
            }
        };
        let read = match (&found, &message) {
            (Ok(found), None) => Some(names(found)),
            _ => None,
        };
        let is_read = read.is_some();
        let before = watched.folder.rules;
        let has_others = read.as_ref().is_some_and(|names| names.len() != before);
        if let Some(names) = read {
            folders.in_force(bot, names).await;
        }
        let stands_otherwise = folders.set(bot, |watched| {
            if is_read {
                watched.folder.read_at = Some(clock::now());
            }
            (watched.folder.state, watched.folder.message) = (state, message);
            watched.folder.files = files;
        });
        if stands_otherwise || has_others {
            self.shared.feed.emit(EventKind::RulesChanged, Some(bot));
        }
    }

    /// A bot's folder cannot be read, as nobody answers there.
    fn is_missing(&self, bot: BotId, message: Message) {
        let stands_otherwise = self.shared.rule_folders.set(bot, |watched| {
            watched.folder.state = RuleFolderState::Missing;
            watched.folder.message = Some(message);
            watched.folder.files.clear();
        });
        if stands_otherwise {
            self.shared.feed.emit(EventKind::RulesChanged, Some(bot));
        }
    }
}

/// Reads a folder anew whenever something has happened in it, until it is not a bot's any more.
/// `is_read` is cancelled once that was done, or could not be.
async fn watch(
    engine: Engine,
    bot: BotId,
    (wake, stop): (Arc<Notify>, CancellationToken),
    mut following: Following,
    is_read: CancellationToken,
) {
    loop {
        let folder = engine.rule_folder(bot);
        let (Some(folder), Ok(_)) = (folder, engine.bot(Some(bot))) else {
            return engine.shared.rule_folders.forget(bot).await;
        };
        let looking = engine.looked_at(&folder.path, following, &wake);
        let Some(looked) = stop.run_until_cancelled(looking).await else {
            return;
        };
        let is_behind = match looked {
            Ok((followed, place, is_behind)) => {
                following = followed;
                engine.shared.rule_folders.lies_at(bot, &stop, place);
                is_behind
            }
            Err(Silent) => {
                following = Following::default();
                engine.is_missing(bot, silent(&folder.path));
                false
            }
        };
        if is_behind {
            engine.reload(bot, following.is_told()).await;
        }
        is_read.cancel();
        tokio::select! {
            () = stop.cancelled() => return,
            () = wake.notified() => quiet(&wake).await,
            () = tokio::time::sleep(LOOK_AGAIN) => continue,
        }
        if following.is_there() {
            engine.reload(bot, following.is_told()).await;
        }
    }
}

/// Waits until nothing happens any more.
async fn quiet(wake: &Notify) {
    let until = tokio::time::Instant::now() + QUIET_MAX;
    while tokio::time::timeout(QUIET, wake.notified()).await.is_ok() {
        if tokio::time::Instant::now() >= until {
            return;
        }
    }
}

/// Has the system wake somebody when something happens in a folder.
fn watching(dir: &Path, wake: &Arc<Notify>) -> notify::Result<notify::RecommendedWatcher> {
    let wake = Arc::clone(wake);
    let told = move |event: notify::Result<notify::Event>| {
        // Reading it is no change.
        if event.is_ok_and(|event| event.kind.is_access()) {
            return;
        }
        wake.notify_one();
    };
    let mut watcher = notify::recommended_watcher(told)?;
    watcher.watch(dir, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}
