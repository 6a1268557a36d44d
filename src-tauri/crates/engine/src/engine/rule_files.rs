//! Rules as files: exported, imported, and kept in a folder that is watched.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use messages::Message;
use notify::{RecursiveMode, Watcher as _};
use protocol::BotId;
use rules::CompiledRule;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::Engine;
use super::rules::{RESERVED_IDS, check_scope, fitting};
use crate::bot_rules::BotRules;
use crate::bot_rules::folder::{self, FileRule, Identity, NotWritten, Purpose, Unread};
use crate::bots::Bot;
use crate::error::{Error, Invalid};
use crate::feed::EventKind;
use crate::rule_folders::{RuleFolder, RuleFolderState, RuleFolders, Watched};
use crate::{clock, words};

/// So long nothing has to happen in a folder before it is read: an editor writes a file in steps,
/// and a version control system many of them.
const QUIET: Duration = Duration::from_millis(200);

/// It is read after so long in any case.
const QUIET_MAX: Duration = Duration::from_secs(2);

/// Between two looks at a folder that is gone, or of which the system tells nothing.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What an export did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleExport {
    /// Files written.
    pub written: u64,
    /// Files removed, whose rules are gone.
    pub removed: u64,
    /// Files that were as they have to be.
    pub unchanged: u64,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleImport {
    /// Rules that were not there.
    pub added: u64,
    /// Rules that were others.
    pub changed: u64,
    /// Rules that are gone.
    pub removed: u64,
    /// Rules that are as they were.
    pub unchanged: u64,
}

impl Engine {
    /// Writes a bot's rules into a folder, one file a rule.
    ///
    /// # Errors
    /// There is no such bot, a file there is no rule, or the folder cannot be written.
    pub async fn export_rules(&self, bot: Option<BotId>, path: &str) -> Result<RuleExport, Error> {
        let dir = absolute(path)?;
        let engine = self.clone();
        self.to_its_end(async move {
            let _one = engine.shared.rule_folders.work().await;
            let bot = engine.bot(bot)?;
            make_dir(&dir)?;
            match engine.shared.rule_folders.whose(&dir, bot.id) {
                None => {
                    let all = bot.rules.rules().cloned().collect();
                    Ok(exported(&written(dir, all, Purpose::Export).await?))
                }
                // What is there is not only what the app has written.
                Some(whose) if whose == bot.id => {
                    let in_folder = engine.write_folder(&bot, &bot.rules).await?;
                    let done = in_folder.written.as_ref();
                    let done = done.map_or_else(RuleExport::default, |(_, done)| exported(done));
                    in_folder.and(Ok(done))
                }
                Some(_) => {
                    let place = dir.display().to_string();
                    Err(Error::RuleFolder(words::RULE_FOLDER_TAKEN.arg(place)))
                }
            }
        })
        .await
    }

    /// Puts the rules of a folder in the place of a bot's.
    ///
    /// # Errors
    /// There is no such bot, a file is no rule, or the change cannot be saved: the rules stay then.
    pub async fn import_rules(&self, bot: Option<BotId>, path: &str) -> Result<RuleImport, Error> {
        let dir = absolute(path)?;
        let engine = self.clone();
        self.to_its_end(async move {
            let _one = engine.shared.rule_folders.work().await;
            let bot = engine.bot(bot)?;
            let found = engine.rules_of(dir).await.map_err(unread)?;
            let next = next_rules(&bot.rules, &found)?;
            let in_folder = engine.write_folder(&bot, &next).await?;
            let put = engine.put_rules(&bot, &found).await;
            in_folder.and(put)
        })
        .await
    }

    /// The folder that a bot's rules are kept in.
    #[must_use]
    pub fn rule_folder(&self, bot: BotId) -> Option<RuleFolder> {
        let watched = self.shared.rule_folders.get(bot);
        watched.map(|watched| watched.folder)
    }

    /// Keeps a bot's rules in a folder from now on: one with rule files is read, another one gets
    /// the bot's rules.
    ///
    /// # Errors
    /// There is no such bot, a file is no rule, or the folder cannot be written.
    pub async fn keep_rules_in(&self, bot: Option<BotId>, path: &str) -> Result<RuleFolder, Error> {
        let dir = absolute(path)?;
        let (engine, path) = (self.clone(), path.to_owned());
        self.to_its_end(async move { engine.begin_folder(bot, dir, path).await })
            .await
    }

    async fn begin_folder(
        &self,
        bot: Option<BotId>,
        dir: PathBuf,
        path: String,
    ) -> Result<RuleFolder, Error> {
        let one = self.shared.rule_folders.work().await;
        let bot = self.bot(bot)?;
        make_dir(&dir)?;
        let found = self.rules_of(dir.clone()).await.map_err(unread)?;
        let names = match found.is_empty() {
            true => {
                let all = bot.rules.rules().cloned().collect();
                written(dir.clone(), all, Purpose::Export).await?.names
            }
            false => {
                self.put_rules(&bot, &found).await?;
                names(&found)
            }
        };
        self.shared
            .rule_folders
            .remember(bot.id, Some(path))
            .await?;
        let folder = RuleFolder {
            path: dir,
            rules: names.len(),
            read_at: Some(clock::now()),
            ..RuleFolder::default()
        };
        self.watch_folder(bot.id, folder, names);
        drop(one);
        self.shared.feed.emit(EventKind::RulesChanged, Some(bot.id));
        self.rule_folder(bot.id)
            .ok_or(Error::NotFound(crate::error::Subject::Rule))
    }

    /// Keeps a bot's rules in no folder any more: rules and files stay.
    ///
    /// # Errors
    /// There is no such bot, or the change cannot be saved.
    pub async fn keep_rules_in_none(&self, bot: Option<BotId>) -> Result<(), Error> {
        let bot = self.bot(bot)?;
        let folders = &self.shared.rule_folders;
        let _one = folders.work().await;
        folders.remember(bot.id, None).await?;
        folders.end(bot.id);
        self.shared.feed.emit(EventKind::RulesChanged, Some(bot.id));
        Ok(())
    }

    /// Watches the folders of the last run.
    pub(crate) fn watch_stored_folders(&self) {
        for (bot, path) in self.shared.rule_folders.stored() {
            let folder = RuleFolder {
                path,
                ..RuleFolder::default()
            };
            let names = folder::NamesById::default();
            self.watch_folder(bot, folder, names).notify_one();
        }
    }

    fn watch_folder(
        &self,
        bot: BotId,
        folder: RuleFolder,
        names: folder::NamesById,
    ) -> Arc<Notify> {
        let wake = Arc::new(Notify::new());
        let stop = self.shared.stop.child_token();
        let watched = Watched {
            folder,
            names,
            stop: stop.clone(),
        };
        self.shared.rule_folders.begin(bot, watched);
        let watching = watch(self.clone(), bot, Arc::clone(&wake), stop);
        self.shared.tasks.spawn(watching);
        wake
    }

    /// Reads a folder; a reserved id or an address that a rule may not have is refused here, too.
    async fn rules_of(&self, dir: PathBuf) -> Result<Vec<FileRule>, Unread> {
        let reading = tokio::task::spawn_blocking(move || folder::read(&dir, refused));
        let found = reading.await.expect("reading does not panic")?;
        let mut errors = Vec::new();
        for one in &found {
            let checked = self.check_addresses(&one.rule.definition().then).await;
            if let Err(invalid) = checked {
                errors.push(folder::refused(&one.file, &invalid));
            }
            if errors.len() == folder::ERRORS_MAX {
                break;
            }
        }
        match errors.is_empty() {
            true => Ok(found),
            false => Err(Unread::Files(errors)),
        }
    }

    /// Puts rules that were read in the place of a bot's. Those that this version cannot read stay.
    async fn put_rules(&self, bot: &Bot, found: &[FileRule]) -> Result<RuleImport, Error> {
        let done = compared(&bot.rules, found);
        if done.added + done.changed + done.removed == 0 && is_in_order(&bot.rules, found) {
            return Ok(done);
        }
        let next = next_rules(&bot.rules, found)?;
        let put = move |bot: &mut Bot| {
            bot.rules = Arc::new(next);
            Ok(())
        };
        self.change_bot(bot.id, EventKind::RulesChanged, put)
            .await?;
        Ok(done)
    }

    /// Writes what a change makes of a bot's rules into its folder, if it has one: before the
    /// change, so that no later reading takes it back.
    pub(super) async fn write_folder(
        &self,
        bot: &Bot,
        next: &BotRules,
    ) -> Result<FolderWritten<'_>, Error> {
        let mut done = FolderWritten {
            folders: &self.shared.rule_folders,
            bot: bot.id,
            written: None,
        };
        if let Some(watched) = self.shared.rule_folders.get(bot.id) {
            let change = Purpose::Change(folder::InForce {
                rules: bot.rules.rules().cloned().collect(),
                names: watched.names,
            });
            let (dir, all) = (watched.folder.path, next.rules().cloned().collect());
            let written = written(dir.clone(), all, change).await?;
            done.written = Some((dir, written));
        }
        Ok(done)
    }

    /// Reads a bot's folder again.
    async fn reload(&self, bot: BotId, is_watched: bool) {
        let folders = &self.shared.rule_folders;
        let one = folders.work().await;
        let (Some(watched), Ok(of)) = (folders.get(bot), self.bot(Some(bot))) else {
            return;
        };
        let place = watched.folder.path.display().to_string();
        let found = self.rules_of(watched.folder.path).await;
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
                let message = words::RULE_FILES.arg(files.len() as u64);
                (RuleFolderState::Broken, Some(message), files.clone())
            }
        };
        let has_changed = folders.set(bot, |watched| {
            if let (Ok(found), None) = (&found, &message) {
                watched.names = names(found);
                watched.folder.rules = found.len();
                watched.folder.read_at = Some(clock::now());
            }
            (watched.folder.state, watched.folder.message) = (state, message);
            watched.folder.files = files;
        });
        drop(one);
        if has_changed {
            self.shared.feed.emit(EventKind::RulesChanged, Some(bot));
        }
    }
}

/// A folder that was written for a change of its bot's rules.
pub(super) struct FolderWritten<'e> {
    folders: &'e RuleFolders,
    bot: BotId,
    written: Option<(PathBuf, folder::Written)>,
}

impl FolderWritten<'_> {
    /// What became of the change: one that was not saved is taken back in the folder, too, so that
    /// no reading brings it in after all.
    pub(super) fn and<T>(self, change: Result<T, Error>) -> Result<T, Error> {
        let Some((dir, written)) = self.written else {
            return change;
        };
        match change {
            Ok(done) => {
                self.folders.set(self.bot, |watched| {
                    watched.folder.rules = written.names.len();
                    watched.names = written.names;
                });
                Ok(done)
            }
            Err(error) => {
                let left = written.undo.carry_out(&dir);
                if left.is_empty() {
                    return Err(error);
                }
                let half = folder::half(&dir, said(&error), &left);
                Err(Error::RuleFolder(half))
            }
        }
    }
}

/// Reads a folder anew whenever something has happened in it, until it is not a bot's any more.
async fn watch(engine: Engine, bot: BotId, wake: Arc<Notify>, stop: CancellationToken) {
    let mut following = Following::default();
    loop {
        let folder = engine.rule_folder(bot);
        let (Some(folder), Ok(_)) = (folder, engine.bot(Some(bot))) else {
            let _forgotten = engine.shared.rule_folders.remember(bot, None).await;
            return;
        };
        let now = Identity::of(&folder.path);
        let is_behind = following.look(now, || watching(&folder.path, &wake));
        if is_behind {
            engine.reload(bot, following.watcher.is_some()).await;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = wake.notified() => quiet(&wake).await,
            () = tokio::time::sleep(LOOK_AGAIN) => continue,
        }
        engine.reload(bot, following.watcher.is_some()).await;
    }
}

/// Which folder a path leads to, and what tells of changes in it.
struct Following<W> {
    folder: Option<Identity>,
    watcher: Option<W>,
}

impl<W> Default for Following<W> {
    fn default() -> Self {
        Self {
            folder: None,
            watcher: None,
        }
    }
}

impl<W> Following<W> {
    /// Looks where the path leads to by now: by its name it may be another folder than before, a
    /// drive that is there again. Where nothing tells of changes a watcher is tried again: what it
    /// takes may be free by now. Whether something may have changed that nothing told of.
    fn look<E: std::fmt::Display>(
        &mut self,
        now: Option<Identity>,
        watcher: impl FnOnce() -> Result<W, E>,
    ) -> bool {
        let is_another = now != self.folder;
        if !is_another && self.watcher.is_some() {
            return false;
        }
        self.folder = now;
        self.watcher = None;
        if self.folder.is_some() {
            match watcher() {
                Ok(watcher) => self.watcher = Some(watcher),
                // Told once of a folder, however often it is tried.
                Err(error) if is_another => {
                    tracing::warn!(%error, "a folder of rules cannot be watched");
                }
                Err(_) => {}
            }
        }
        true
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

/// What is refused of a rule beside what its text says by itself.
fn refused(rule: &CompiledRule) -> Option<Invalid> {
    if RESERVED_IDS.contains(&rule.id()) {
        return Some(Invalid::new("/id", &words::RULE_ID_RESERVED));
    }
    check_scope(rule.definition()).err()
}

/// A path as it means the same to whoever names it.
fn absolute(path: &str) -> Result<PathBuf, Error> {
    let dir = PathBuf::from(path);
    match dir.is_absolute() && !path.contains('\0') {
        true => Ok(dir),
        false => Err(Invalid::new("/path", &words::RULE_FOLDER_PATH).into()),
    }
}

/// Makes a folder where there is none; what it lies in has to be there.
fn make_dir(dir: &Path) -> Result<(), Error> {
    match std::fs::create_dir(dir) {
        Err(error) if !dir.is_dir() => {
            let place = dir.display().to_string();
            let why = messages::foreign(&error);
            Err(Error::RuleFolder(
                words::RULE_FOLDER_UNWRITABLE.arg(place).arg(why),
            ))
        }
        _ => Ok(()),
    }
}

async fn written(
    dir: PathBuf,
    rules: Vec<Arc<CompiledRule>>,
    purpose: Purpose,
) -> Result<folder::Written, Error> {
    let writing = tokio::task::spawn_blocking(move || folder::write(&dir, &rules, &purpose));
    let written = writing.await.expect("writing does not panic");
    written.map_err(|error| match error {
        NotWritten::Files(files) => Error::RuleFiles(files),
        NotWritten::Failed(message) => Error::RuleFolder(message),
    })
}

fn unread(unread: Unread) -> Error {
    match unread {
        Unread::Missing(message) => Error::RuleFolder(message),
        Unread::Files(files) => Error::RuleFiles(files),
    }
}

fn said(error: &Error) -> Message {
    messages::Say::message(error)
}

const fn exported(done: &folder::Written) -> RuleExport {
    RuleExport {
        written: done.written,
        removed: done.removed,
        unchanged: done.unchanged,
    }
}

/// A bot's rules with those of a folder in the place of the ones before. Rules that this version
/// cannot read stay, except where a file has their id.
fn next_rules(present: &BotRules, found: &[FileRule]) -> Result<BotRules, Error> {
    let all: Vec<_> = found.iter().map(|one| Arc::clone(&one.rule)).collect();
    let mut unreadable = present.unreadable().to_vec();
    unreadable.retain(|one| all.iter().all(|rule| rule.id() != one.id));
    fitting(BotRules::new(all, unreadable))
}

fn names(found: &[FileRule]) -> folder::NamesById {
    let named = found.iter();
    named
        .map(|one| (one.rule.id().to_owned(), one.file.clone()))
        .collect()
}

fn is_in_order(present: &BotRules, found: &[FileRule]) -> bool {
    let present = present.rules().map(|rule| rule.id());
    present.eq(found.iter().map(|one| one.rule.id()))
}

fn compared(present: &BotRules, found: &[FileRule]) -> RuleImport {
    let mut done = RuleImport::default();
    for one in found {
        match present.find(one.rule.id()) {
            Some((_, before)) if before.definition() == one.rule.definition() => {
                done.unchanged += 1;
            }
            Some(_) => done.changed += 1,
            None => done.added += 1,
        }
    }
    let kept = done.unchanged + done.changed;
    done.removed = (present.rules().len() as u64).saturating_sub(kept);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watcher_that_cannot_be_made_is_tried_again_until_there_is_one() {
        let home = tempfile::tempdir().unwrap();
        let here = Identity::of(home.path());
        assert!(here.is_some());
        let mut following = Following::default();
        let too_many = || Err::<u8, _>("too many watches");
        let none = || -> Result<u8, &str> { panic!("there is one, or nothing to watch") };
        for _ in 0..2 {
            assert!(following.look(here.clone(), too_many));
            assert_eq!(following.watcher, None);
        }
        // Without one it is read in any case, and once more where one begins.
        assert!(following.look(here.clone(), || Ok::<_, &str>(1)));
        assert_eq!(following.watcher, Some(1));
        assert!(!following.look(here.clone(), none));
        // One that is gone is looked for; another one in its place has a watcher of its own.
        assert!(following.look(None, none));
        assert_eq!(following.watcher, None);
        assert!(following.look(None, none));
        assert!(following.look(here.clone(), || Ok::<_, &str>(2)));
        let other = tempfile::tempdir().unwrap();
        let there = Identity::of(other.path());
        assert!(following.look(there.clone(), || Ok::<_, &str>(3)));
        assert_eq!(following.watcher, Some(3));
        assert!(!following.look(there, none));
    }
}
