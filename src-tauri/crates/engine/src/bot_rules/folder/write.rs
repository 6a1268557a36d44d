//! From rules to a folder: the files that differ are written, those of rules that are gone are
//! removed, and everything else stays as it is.
//!
//! **Invariant:** no text is written over or removed that the app has not read. A file is read
//! where it says what the rule in force of its id says; one that was edited meanwhile, that is
//! broken, or that is a second one of an id is not. A change that needs such a file is refused; a
//! new order gives it another name and leaves its text.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rules::definition::RULE_MAX_BYTES;
use rules::{CompiledRule, Rule, read_file, write_file};

use super::names::{self, Taken, Wanted, id_of};
use super::put::{Change, Content, NotWritten, Undo, carry_out, not_read, remove_left_behind};
use super::read::content_of;
use super::{ERRORS_MAX, NamesById, Unread, list};
use crate::bot_rules::RULES_BYTES_MAX;
use crate::file_error::FileError;
use crate::words;

/// What became of the files.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) written: u64,
    pub(crate) removed: u64,
    pub(crate) unchanged: u64,
    /// The files by their rules' ids.
    pub(crate) names: NamesById,
    /// How the folder was before.
    pub(crate) undo: Undo,
}

/// The rules of a bot whose folder is watched.
#[derive(Clone, Debug, Default)]
pub(crate) struct InForce {
    /// The rules in force.
    pub(crate) rules: Vec<Arc<CompiledRule>>,
    /// The files that they were read from or written to last.
    pub(crate) names: NamesById,
}

/// What a folder is written for.
#[derive(Clone, Debug)]
pub(crate) enum Purpose {
    /// It gets rules whatever it says: a file that is no rule is refused.
    Export,
    /// A change of the rules that are kept in it: only what was read is replaced.
    Change(InForce),
}

/// A rule file that is there.
struct Present {
    file: String,
    /// What it says; `None` where it cannot be read whole.
    content: Option<Content>,
    /// The rule that it holds, with its id; `None` where it is no rule.
    rule: Option<Rule>,
    /// The id of its rule; of one that is no rule, of the rule that it was read as last.
    id: Option<String>,
    /// What it says names no id: its name does.
    is_named_by_file: bool,
    /// The app has read what it says: it may be written over.
    is_read: bool,
}

/// The files of a folder before it is written.
struct Folder<'d> {
    dir: &'d Path,
    files: Vec<Present>,
    /// `None` where rules are exported.
    in_force: Option<&'d InForce>,
    /// The file of each id; a second one of an id is nobody's.
    owners: HashMap<String, usize>,
}

/// Writes rules.
pub(crate) fn write(
    dir: &Path,
    rules: &[Arc<CompiledRule>],
    purpose: &Purpose,
) -> Result<Written, NotWritten> {
    let folder = Folder::read(dir, purpose)?;
    remove_left_behind(dir);
    let names = folder.names(rules);
    let mut done = Written::default();
    let mut changes = Vec::new();
    for (rule, name) in rules.iter().zip(names) {
        match folder.content(rule, &name)? {
            Some(content) => {
                done.written += 1;
                changes.push(Change::write(&name, folder.content_of(&name), content));
            }
            None => done.unchanged += 1,
        }
        done.names.insert(rule.id().to_owned(), name);
    }
    folder.check_removed(&done.names)?;
    for file in folder.left_over(&done.names) {
        let id = file.id.as_deref();
        let goes_on = id.is_some_and(|id| done.names.contains_key(id));
        done.removed += u64::from(!goes_on);
        let before = file.content.as_ref();
        let before = before.ok_or_else(|| not_read(&file.file))?;
        changes.push(Change::remove(&file.file, before));
    }
    folder.check_size(&changes)?;
    done.undo = carry_out(dir, changes)?;
    Ok(done)
}

impl<'d> Folder<'d> {
    fn read(dir: &'d Path, purpose: &'d Purpose) -> Result<Self, NotWritten> {
        let listed = list(dir).map_err(|unread| match unread {
            Unread::Missing(message) => NotWritten::Failed(message),
            Unread::Files(files) => NotWritten::Files(files),
        })?;
        let in_force = match purpose {
            Purpose::Export => None,
            Purpose::Change(before) => Some(before),
        };
        if listed.is_empty() && in_force.is_some_and(|before| !before.rules.is_empty()) {
            // A drive that is away leaves its empty directory: nothing goes below it.
            let place = dir.display().to_string();
            return Err(NotWritten::Failed(words::RULE_FOLDER_EMPTY.arg(place)));
        }
        let mut folder = Self {
            dir,
            files: Vec::with_capacity(listed.len()),
            in_force,
            owners: HashMap::new(),
        };
        let (mut errors, mut bytes) = (Vec::new(), 0);
        for (file, path) in listed {
            match Present::read(file, &path, in_force) {
                Ok(present) => {
                    bytes += present.bytes();
                    folder.files.push(present);
                }
                Err(error) => errors.push(error),
            }
            check_bytes(bytes)?;
        }
        errors.extend(folder.find_owners());
        errors.truncate(ERRORS_MAX);
        match in_force.is_none() && !errors.is_empty() {
            true => Err(NotWritten::Files(errors)),
            false => Ok(folder),
        }
    }

    /// That the folder can be read once these changes are made.
    fn check_size(&self, changes: &[Change]) -> Result<(), NotWritten> {
        let mut bytes = self.files.iter().map(Present::bytes).sum::<u64>();
        for (more, less) in changes.iter().map(Change::bytes) {
            bytes = (bytes + more).saturating_sub(less);
        }
        check_bytes(bytes)
    }

    /// Which file is each rule's; what is wrong where an id has two.
    fn find_owners(&mut self) -> Vec<FileError> {
        let mut errors = Vec::new();
        for index in 0..self.files.len() {
            let Some(id) = self.files[index].id.clone() else {
                continue;
            };
            let known = self.in_force.and_then(|before| before.names.get(&id));
            match self.owners.get(&id).copied() {
                None => {
                    self.owners.insert(id, index);
                }
                Some(other) if known == Some(&self.files[index].file) => {
                    self.files[other].is_read = false;
                    self.owners.insert(id, index);
                }
                Some(other) => {
                    let taken = words::RULE_FILE_ID.arg(id).arg(&*self.files[other].file);
                    errors.push(FileError::new(&self.files[index].file, taken).at("/id"));
                    self.files[index].is_read = false;
                }
            }
        }
        errors
    }

    fn file_of(&self, id: &str) -> Option<&Present> {
        self.owners.get(id).map(|index| &self.files[*index])
    }

    /// What stands in a file of this very name.
    fn content_of(&self, name: &str) -> Option<&Content> {
        let file = self.files.iter().find(|one| one.file == name);
        file.and_then(|one| one.content.as_ref())
    }

    /// The name of each rule's file.
    fn names(&self, rules: &[Arc<CompiledRule>]) -> Vec<String> {
        // The file of a rule that was removed meanwhile keeps its place, too.
        let name_of = |id: &str| match self.file_of(id) {
            Some(file) => Some(file.file.as_str()),
            None => self.missing(id),
        };
        let wanted: Vec<Wanted<'_>> = rules
            .iter()
            .map(|rule| Wanted {
                present: name_of(rule.id()),
                id: rule.id(),
                name: &rule.definition().name,
                is_named_by_file: self
                    .file_of(rule.id())
                    .is_some_and(|file| file.is_named_by_file),
            })
            .collect();
        let own: HashSet<&str> = wanted.iter().filter_map(|rule| rule.present).collect();
        let strangers = self.files.iter();
        let strangers = strangers.filter(|one| !one.is_read && !own.contains(one.file.as_str()));
        let strangers = strangers.map(|one| one.file.to_lowercase()).collect();
        let present = self.files.iter().map(|one| one.file.clone()).collect();
        names::assigned(&wanted, &Taken::new(strangers, present))
    }

    /// The name of a rule's file that is not there any more.
    fn missing(&self, id: &str) -> Option<&str> {
        self.in_force?.names.get(id).map(String::as_str)
    }

    /// What the rule in force of an id says.
    fn before(&self, id: &str) -> Option<&Rule> {
        self.in_force?.find(id)
    }

    /// What has to stand in a rule's file; `None` where what is there stays.
    fn content(&self, rule: &CompiledRule, name: &str) -> Result<Option<Content>, NotWritten> {
        let is_as_before = self.before(rule.id()) == Some(rule.definition());
        let Some(file) = self.file_of(rule.id()) else {
            return self.new_content(rule, name, is_as_before);
        };
        // Comments and layout of a person stay where only the place is another one, and so does
        // what is not read of a rule that the change is not about.
        let stays = file.says(rule.definition()) || (!file.is_read && is_as_before);
        if stays && file.file == name {
            return Ok(None);
        }
        if !stays && !file.is_read {
            return Err(not_read(&file.file));
        }
        self.check_link(&file.file)?;
        if file.file != name {
            self.check_target(name)?;
        }
        let before = file.content.as_ref();
        let before = before.ok_or_else(|| not_read(&file.file))?;
        Ok(Some(match stays {
            true => before.clone(),
            false => Content {
                text: text_for(rule)?,
                permissions: before.permissions.clone(),
            },
        }))
    }

    /// What has to stand in the file of a rule that has none.
    fn new_content(
        &self,
        rule: &CompiledRule,
        name: &str,
        is_as_before: bool,
    ) -> Result<Option<Content>, NotWritten> {
        if self.before(rule.id()).is_some() {
            if self.missing(rule.id()).is_some() && is_as_before {
                // A person has removed it: the next reading removes the rule.
                return Ok(None);
            }
            // Without its name it is not known which rule a file is that cannot be read.
            let mut nobodys = self.files.iter().filter(|one| one.id.is_none());
            if let Some(file) = nobodys.next() {
                return Err(not_read(&file.file));
            }
        }
        self.check_target(name)?;
        Ok(Some(Content {
            text: text_for(rule)?,
            permissions: None,
        }))
    }

    /// That nothing is lost by writing a file of this name.
    fn check_target(&self, name: &str) -> Result<(), NotWritten> {
        let folded = name.to_lowercase();
        let mut there = self.files.iter();
        if let Some(file) = there.find(|one| one.file.to_lowercase() == folded && !one.is_read) {
            return Err(not_read(&file.file));
        }
        self.check_link(name)?;
        let is_listed = self.files.iter().any(|one| one.file == name);
        match fs::symlink_metadata(self.dir.join(name)) {
            // A folder, or a file that cannot be read as one.
            Ok(_) if !is_listed => Err(not_read(name)),
            _ => Ok(()),
        }
    }

    /// That a file is no link: it would be put in the link's place.
    fn check_link(&self, name: &str) -> Result<(), NotWritten> {
        match fs::symlink_metadata(self.dir.join(name)) {
            Ok(found) if found.is_symlink() => {
                Err(NotWritten::Failed(words::RULE_FILE_LINK.arg(name)))
            }
            _ => Ok(()),
        }
    }

    /// That a rule that is removed has no file whose text is not read, nor a copy: it would come
    /// back with it.
    fn check_removed(&self, names: &NamesById) -> Result<(), NotWritten> {
        let mut stay = self.files.iter().filter(|one| {
            let id = one.id.as_deref().unwrap_or_default();
            !one.is_read && !names.contains_key(id) && self.before(id).is_some()
        });
        match stay.next() {
            Some(file) => Err(not_read(&file.file)),
            None => Ok(()),
        }
    }

    /// The files of rules that are gone, or that stand in another file now.
    fn left_over<'f>(&'f self, names: &'f NamesById) -> impl Iterator<Item = &'f Present> {
        let stays: HashSet<&String> = names.values().collect();
        // One that is not read goes only where it went on under another name.
        let has_moved = |(index, one): (usize, &Present)| {
            let id = one.id.as_deref();
            id.is_some_and(|id| names.contains_key(id) && self.owners.get(id) == Some(&index))
        };
        let files = self.files.iter().enumerate();
        files
            .filter(move |(index, one)| {
                !stays.contains(&one.file) && (one.is_read || has_moved((*index, one)))
            })
            .map(|(_, one)| one)
    }
}

/// That a folder is not too large to be read.
fn check_bytes(bytes: u64) -> Result<(), NotWritten> {
    match bytes > RULES_BYTES_MAX as u64 {
        true => {
            let most = words::RULES_BYTES_MAX.arg((RULES_BYTES_MAX >> 20) as u64);
            Err(NotWritten::Failed(most))
        }
        false => Ok(()),
    }
}

/// What is written of a rule; it has to be read again, too.
fn text_for(rule: &CompiledRule) -> Result<Vec<u8>, NotWritten> {
    let text = write_file(rule.definition());
    match read_file(&text) {
        Ok(_) => Ok(text.into_bytes()),
        Err(error) => {
            let unfit = words::RULE_NO_FILE.arg(rule.id());
            let why = messages::Say::message(&error);
            Err(NotWritten::Failed(unfit.arg(why)))
        }
    }
}

impl InForce {
    fn find(&self, id: &str) -> Option<&Rule> {
        let rule = self.rules.iter().find(|rule| rule.id() == id);
        rule.map(|rule| rule.definition())
    }
}

impl Present {
    fn read(file: String, path: &Path, in_force: Option<&InForce>) -> Result<Self, FileError> {
        let content = match (content_of(&file, path), in_force) {
            (Ok(content), _) => Some(content),
            (Err(error), None) => return Err(error),
            // It stays as it is, whatever it says.
            (Err(_), Some(_)) => None,
        };
        let text = content.as_ref().map_or(&[][..], |content| &content.text);
        let read = match std::str::from_utf8(text) {
            Ok(text) => read_file(text).map_err(|error| FileError::rule(&file, &error)),
            Err(_) => Err(FileError::new(&file, &words::RULE_FILE_NO_TEXT)),
        };
        let says_id = read
            .as_ref()
            .is_ok_and(|rule| rule.definition().id.is_some());
        let (rule, error) = match read {
            Ok(rule) => {
                let mut rule = rule.definition().clone();
                rule.id.get_or_insert_with(|| id_of(&file).to_owned());
                (Some(rule), None)
            }
            Err(error) => (None, Some(error)),
        };
        let id = match (&rule, in_force) {
            (Some(rule), _) => rule.id.clone(),
            (None, Some(before)) => {
                let mut named = before.names.iter();
                let named = named.find(|(_, name)| **name == file);
                named.map(|(id, _)| id.clone())
            }
            (None, None) => return Err(error.expect("it is no rule")),
        };
        let known = |before: &InForce| {
            let before = id.as_deref().and_then(|id| before.find(id));
            before.is_some() && before == rule.as_ref()
        };
        let is_read = in_force.is_none_or(known);
        Ok(Self {
            file,
            // Of one that is too long only the beginning is known.
            content: content.filter(|content| content.text.len() <= RULE_MAX_BYTES),
            rule,
            id,
            is_named_by_file: !says_id,
            is_read,
        })
    }

    fn bytes(&self) -> u64 {
        let content = self.content.as_ref();
        content.map_or(0, |content| content.text.len() as u64)
    }

    fn says(&self, rule: &Rule) -> bool {
        self.rule.as_ref() == Some(rule)
    }
}
