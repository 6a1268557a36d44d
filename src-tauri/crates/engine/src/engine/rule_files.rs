//! Rules as files: exported, imported, and kept in a folder that is watched.

mod watch;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use messages::Message;
use protocol::BotId;
use rules::CompiledRule;
use tokio::sync::{Notify, OwnedMutexGuard};

use super::Engine;
use super::followed_folder::Following;
use super::rules::{RESERVED_IDS, fitting};
use crate::bot_rules::BotRules;
use crate::bot_rules::folder::{self, FileRule, NotWritten, Purpose, Unread};
use crate::bots::Bot;
use crate::error::{Error, Invalid, Subject};
use crate::feed::EventKind;
use crate::file_error::FileError;
use crate::rule_folders::{RuleFolder, RuleFolderState, RuleFolders, Watched};
use crate::{clock, words};

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
        let (engine, id) = (self.clone(), self.bot(bot)?.id);
        self.to_its_end(async move {
            let _one = engine.turn_of_rules(id).await?;
            let bot = engine.bot(Some(id))?;
            let (_, place) = engine.make_dir(&dir).await?;
            match engine.shared.rule_folders.whose(&place, id) {
                None => {
                    let all = bot.rules.rules().cloned().collect();
                    let done = engine.written(&dir, all, Purpose::Export).await?;
                    Ok(exported(&done))
                }
                // What is there is not only what the app has written.
                Some(whose) if whose == id => {
                    let in_folder = engine.write_folder(&bot, &bot.rules).await?;
                    let done = in_folder.written.as_ref();
                    let done = done.map_or_else(RuleExport::default, |(_, done)| exported(done));
                    in_folder.and(Ok(done)).await
                }
                Some(_) => Err(taken(&dir)),
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
        let (engine, id) = (self.clone(), self.bot(bot)?.id);
        self.to_its_end(async move {
            let _one = engine.turn_of_rules(id).await?;
            let bot = engine.bot(Some(id))?;
            let found = engine.rules_of(&dir).await.map_err(unread)?;
            let next = engine.next_rules(&bot, &found).await?;
            let in_folder = engine.write_folder(&bot, &next.rules).await?;
            let put = engine.put_next(&bot, next).await;
            in_folder.and(put).await
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
    /// There is no such bot, a file is no rule, the folder cannot be written or is another bot's,
    /// or the change cannot be saved: nothing is changed then.
    pub async fn keep_rules_in(&self, bot: Option<BotId>, path: &str) -> Result<RuleFolder, Error> {
        let dir = absolute(path)?;
        let (engine, id, path) = (self.clone(), self.bot(bot)?.id, path.to_owned());
        self.to_its_end(async move {
            let one = engine.turn_of_rules(id).await?;
            let (is_made, place) = engine.make_dir(&dir).await?;
            if let Err(error) = engine.begin_folder(id, &dir, (path, place)).await {
                if is_made {
                    engine.remove_dir(&dir).await;
                }
                return Err(error);
            }
            drop(one);
            engine.shared.feed.emit(EventKind::RulesChanged, Some(id));
            engine.rule_folder(id).ok_or(Error::NotFound(Subject::Rule))
        })
        .await
    }

    /// `chosen`: the path as it is remembered, and where it leads to.
    async fn begin_folder(
        &self,
        bot: BotId,
        dir: &Path,
        chosen: (String, PathBuf),
    ) -> Result<(), Error> {
        let bot = self.bot(Some(bot))?;
        let (path, place) = chosen;
        let folders = &self.shared.rule_folders;
        let _chosen = folders.choose(&place, bot.id).ok_or_else(|| taken(dir))?;
        // Before it is read: what happens meanwhile is told, too.
        let wake: Arc<Notify> = Arc::default();
        let looking = self.looked_at(dir, Following::default(), &wake);
        let (following, place, _) = looking.await.map_err(|_| no_answer(dir))?;
        let found = self.rules_of(dir).await.map_err(unread)?;
        let names = match found.is_empty() {
            true => self.fill(&bot, dir, path).await?,
            false => self.take_over(&bot, &found, path).await?,
        };
        let folder = RuleFolder {
            path: dir.to_owned(),
            state: match following.is_told() {
                true => RuleFolderState::Watching,
                false => RuleFolderState::Unwatched,
            },
            rules: names.len(),
            read_at: Some(clock::now()),
            ..RuleFolder::default()
        };
        let watched = Watched {
            folder,
            place,
            names,
            wake,
            stop: self.shared.stop.child_token(),
        };
        self.watch_folder(bot.id, watched, following);
        Ok(())
    }

    /// Writes a bot's rules into a folder without any, and remembers it; none of both where one
    /// fails.
    async fn fill(&self, bot: &Bot, dir: &Path, path: String) -> Result<folder::NamesById, Error> {
        let folders = &self.shared.rule_folders;
        let all = bot.rules.rules().cloned().collect();
        let done = self.written(dir, all, Purpose::Export).await?;
        if let Err(error) = folders.remember(bot.id, Some((path, &done.names))).await {
            return Err(taken_back(folders, dir, done.undo, error.into()).await);
        }
        Ok(done.names)
    }

    /// Remembers a folder and puts its rules in the place of a bot's; none of both where one fails.
    async fn take_over(
        &self,
        bot: &Bot,
        found: &Arc<Vec<FileRule>>,
        path: String,
    ) -> Result<folder::NamesById, Error> {
        let folders = &self.shared.rule_folders;
        let before = folders.remembered(bot.id);
        let names = names(found);
        folders.remember(bot.id, Some((path, &names))).await?;
        if let Err(error) = self.put_rules(bot, found).await {
            let before = before.as_ref();
            let before = before.map(|(path, names)| (path.clone(), names));
            if let Err(why) = folders.remember(bot.id, before).await {
                tracing::error!(error = %why, "a folder of rules is remembered that was not taken");
            }
            return Err(error);
        }
        Ok(names)
    }

    /// Keeps a bot's rules in no folder any more: rules and files stay.
    ///
    /// # Errors
    /// There is no such bot, or the change cannot be saved.
    pub async fn keep_rules_in_none(&self, bot: Option<BotId>) -> Result<(), Error> {
        let (engine, id) = (self.clone(), self.bot(bot)?.id);
        self.to_its_end(async move {
            let _one = engine.turn_of_rules(id).await?;
            let folders = &engine.shared.rule_folders;
            folders.remember(id, None).await?;
            folders.end(id);
            engine.shared.feed.emit(EventKind::RulesChanged, Some(id));
            Ok(())
        })
        .await
    }

    /// From here on no others of a bot's rules and files are brought together.
    pub(super) async fn turn_of_rules(&self, bot: BotId) -> Result<OwnedMutexGuard<()>, Error> {
        let turn = self.shared.rule_folders.turn(bot).await;
        turn.ok_or_else(|| Error::RuleFolder((&words::RULES_BUSY).into()))
    }

    /// Reads a folder; a reserved id or an address that a rule may not have is refused here, too.
    async fn rules_of(&self, dir: &Path) -> Result<Arc<Vec<FileRule>>, Unread> {
        let path = dir.to_owned();
        let reading = move || folder::read(&path, refused);
        let reading = self.shared.rule_folders.disks.work(dir, reading, drop);
        let found = reading.await.map_err(|_| Unread::Missing(silent(dir)))??;
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
            true => Ok(Arc::new(found)),
            false => Err(Unread::Files(errors)),
        }
    }

    /// Puts rules that were read in the place of a bot's. Those that this version cannot read stay.
    async fn put_rules(&self, bot: &Bot, found: &Arc<Vec<FileRule>>) -> Result<RuleImport, Error> {
        let next = self.next_rules(bot, found).await?;
        self.put_next(bot, next).await
    }

    /// What a bot's rules are with those of a folder in their place. Many take long to compare.
    async fn next_rules(&self, bot: &Bot, found: &Arc<Vec<FileRule>>) -> Result<NextRules, Error> {
        let (present, found) = (Arc::clone(&bot.rules), Arc::clone(found));
        let comparing = tokio::task::spawn_blocking(move || NextRules::new(&present, &found));
        comparing.await.expect("comparing does not panic")
    }

    async fn put_next(&self, bot: &Bot, next: NextRules) -> Result<RuleImport, Error> {
        if next.is_as_before {
            return Ok(next.done);
        }
        let put = move |bot: &mut Bot| {
            bot.rules = next.rules;
            Ok(())
        };
        self.change_bot(bot.id, EventKind::RulesChanged, put)
            .await?;
        Ok(next.done)
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
            let written = self.written(&dir, all, change).await?;
            done.written = Some((dir, written));
        }
        Ok(done)
    }

    async fn written(
        &self,
        dir: &Path,
        rules: Vec<Arc<CompiledRule>>,
        purpose: Purpose,
    ) -> Result<folder::Written, Error> {
        let (path, back) = (dir.to_owned(), dir.to_owned());
        let writing = move || folder::write(&path, &rules, &purpose);
        let take_back = move |written: Result<folder::Written, NotWritten>| {
            let left = written.map(|written| written.undo.carry_out(&back));
            if let Ok(left) = left
                && !left.is_empty()
            {
                tracing::error!(
                    ?left,
                    "files of rules stay as a change made them that was refused"
                );
            }
        };
        let writing = self.shared.rule_folders.disks.work(dir, writing, take_back);
        let written = writing.await.map_err(|_| no_answer(dir))?;
        written.map_err(|error| match error {
            NotWritten::Files(files) => Error::RuleFiles {
                message: files_said(&files, |many| words::RULE_FILES_STRANGE.arg(many)),
                files,
            },
            NotWritten::Failed(message) => Error::RuleFolder(message),
        })
    }

    /// Makes a folder where there is none; what it lies in has to be there. Whether it was made,
    /// and its one true name.
    async fn make_dir(&self, dir: &Path) -> Result<(bool, PathBuf), Error> {
        let path = dir.to_owned();
        let making = move || match std::fs::create_dir(&path) {
            Ok(()) => Ok((true, place_of(&path))),
            Err(_) if path.is_dir() => Ok((false, place_of(&path))),
            Err(error) => {
                let place = path.display().to_string();
                let why = messages::foreign(&error);
                Err(words::RULE_FOLDER_UNWRITABLE.arg(place).arg(why))
            }
        };
        let making = self.shared.rule_folders.disks.work(dir, making, drop).await;
        let made = making.map_err(|_| no_answer(dir))?;
        made.map_err(Error::RuleFolder)
    }

    /// Removes a folder that was made for nothing, if nothing is in it.
    async fn remove_dir(&self, dir: &Path) {
        let path = dir.to_owned();
        let removing = move || std::fs::remove_dir(path);
        let removing = self.shared.rule_folders.disks.work(dir, removing, drop);
        if let Ok(Err(error)) = removing.await {
            tracing::warn!(%error, "a folder stays that was made for rules");
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
    pub(super) async fn and<T>(self, change: Result<T, Error>) -> Result<T, Error> {
        let Some((dir, written)) = self.written else {
            return change;
        };
        match change {
            Ok(done) => {
                self.folders.in_force(self.bot, written.names).await;
                Ok(done)
            }
            Err(error) => Err(taken_back(self.folders, &dir, written.undo, error).await),
        }
    }
}

/// Takes back what was written for a change that failed; why it failed, and what could not be
/// taken back.
async fn taken_back(folders: &RuleFolders, dir: &Path, undo: folder::Undo, error: Error) -> Error {
    let (path, files) = (dir.to_owned(), undo.files());
    let undoing = folders.disks.work(dir, move || undo.carry_out(&path), drop);
    // Of a folder that does not answer it is not known.
    let left = undoing.await.unwrap_or(files);
    match left.is_empty() {
        true => error,
        false => Error::RuleFolder(folder::half(dir, said(&error), &left)),
    }
}

/// What is refused of a rule beside what its text says by itself.
fn refused(rule: &CompiledRule) -> Option<Invalid> {
    let is_reserved = RESERVED_IDS.contains(&rule.id());
    is_reserved.then(|| Invalid::new("/id", &words::RULE_ID_RESERVED))
}

/// A path as it means the same to whoever names it.
fn absolute(path: &str) -> Result<PathBuf, Error> {
    let dir = PathBuf::from(path);
    match dir.is_absolute() && !path.contains('\0') {
        true => Ok(dir),
        false => Err(Invalid::new("/path", &words::RULE_FOLDER_PATH).into()),
    }
}

/// Where a folder lies by its one true name, where it has one.
fn place_of(dir: &Path) -> PathBuf {
    dir.canonicalize().unwrap_or_else(|_| dir.to_owned())
}

fn silent(dir: &Path) -> Message {
    words::RULE_FOLDER_SILENT.arg(dir.display().to_string())
}

fn no_answer(dir: &Path) -> Error {
    Error::RuleFolder(words::RULE_FOLDER_NO_ANSWER.arg(dir.display().to_string()))
}

fn taken(dir: &Path) -> Error {
    Error::RuleFolder(words::RULE_FOLDER_TAKEN.arg(dir.display().to_string()))
}

fn unread(unread: Unread) -> Error {
    match unread {
        Unread::Missing(message) => Error::RuleFolder(message),
        Unread::Files(files) => Error::RuleFiles {
            message: files_said(&files, |many| words::RULE_FILES_REFUSED.arg(many)),
            files,
        },
    }
}

/// What is said of files that do not fit: how many, or what is the matter with the folder.
fn files_said(files: &[FileError], many: impl FnOnce(String) -> Message) -> Message {
    match files {
        [one] if one.file.is_empty() => messages::Say::message(one),
        // Beyond these nothing was read.
        _ if files.len() == folder::ERRORS_MAX => many(format!("{}+", files.len())),
        _ => many(files.len().to_string()),
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

fn names(found: &[FileRule]) -> folder::NamesById {
    let named = found.iter();
    named
        .map(|one| (one.rule.id().to_owned(), one.file.clone()))
        .collect()
}

/// A bot's rules with those of a folder in the place of the ones before.
struct NextRules {
    rules: Arc<BotRules>,
    done: RuleImport,
    is_as_before: bool,
}

impl NextRules {
    /// Rules that this version cannot read stay, except where a file has their id.
    fn new(present: &BotRules, found: &[FileRule]) -> Result<Self, Error> {
        let all: Vec<_> = found.iter().map(|one| Arc::clone(&one.rule)).collect();
        let before: HashMap<&str, &CompiledRule> = present
            .rules()
            .map(|rule| (rule.id(), rule.as_ref()))
            .collect();
        let mut done = RuleImport::default();
        for rule in &all {
            match before.get(rule.id()) {
                Some(before) if before.definition() == rule.definition() => done.unchanged += 1,
                Some(_) => done.changed += 1,
                None => done.added += 1,
            }
        }
        let kept = done.unchanged + done.changed;
        done.removed = (before.len() as u64).saturating_sub(kept);
        let ids = all.iter().map(|rule| rule.id());
        let is_in_order = present.rules().map(|rule| rule.id()).eq(ids);
        let mut unreadable = present.unreadable().to_vec();
        unreadable.retain(|one| all.iter().all(|rule| rule.id() != one.id));
        Ok(Self {
            is_as_before: done.added + done.changed + done.removed == 0 && is_in_order,
            rules: Arc::new(fitting(BotRules::new(all, unreadable))?),
            done,
        })
    }
}
