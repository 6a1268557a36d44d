//! From rules to a folder: the files that differ are written, those of rules that are gone are
//! removed, and everything else stays as it is.
//!
//! **Invariant:** no file is written over or removed whose text the app has not read. A file is
//! read where it says what the rule in force of its id says; one that was edited meanwhile, that is
//! broken, or that is a second one of an id is not. A change that needs such a file is refused.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rules::{CompiledRule, Rule, read_file, write_file};

use super::names::{self, Taken, Wanted, id_of};
use super::put::{Change, NotWritten, Undo, carry_out, not_read};
use super::read::text_of;
use super::{NamesById, Unread, list};
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

/// What a watched folder was read as last.
#[derive(Clone, Debug, Default)]
pub(crate) struct InForce {
    /// The rules in force.
    pub(crate) rules: Vec<Arc<CompiledRule>>,
    /// Their files.
    pub(crate) names: NamesById,
}

/// A file that is there.
struct Present {
    file: String,
    text: Vec<u8>,
    /// The rule that it holds, with its id; `None` where it is no rule.
    rule: Option<Rule>,
    /// The id of its rule; of one that is no rule, of the rule that it was read as last.
    id: Option<String>,
    /// The app has read what it says: it may be written over.
    is_read: bool,
}

/// The files of a folder before it is written.
struct Folder<'d> {
    dir: &'d Path,
    files: Vec<Present>,
    in_force: Option<&'d InForce>,
    /// The file of each id; a second one of an id is nobody's.
    of: HashMap<String, usize>,
}

/// Writes rules. `in_force`: what a watched folder was read as; without it rules are exported, so
/// that what its rule files say is replaced, and a file that is no rule is refused.
pub(crate) fn write(
    dir: &Path,
    rules: &[Arc<CompiledRule>],
    in_force: Option<&InForce>,
) -> Result<Written, NotWritten> {
    let folder = Folder::read(dir, in_force)?;
    let names = folder.names(rules);
    let mut done = Written::default();
    let mut changes = Vec::new();
    for (rule, name) in rules.iter().zip(names) {
        match folder.text(rule, &name)? {
            Some(bytes) => {
                done.written += 1;
                changes.push(Change::write(&name, folder.bytes_of(&name), bytes));
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
        changes.push(Change::remove(&file.file, &file.text));
    }
    done.undo = carry_out(dir, changes)?;
    Ok(done)
}

impl<'d> Folder<'d> {
    fn read(dir: &'d Path, in_force: Option<&'d InForce>) -> Result<Self, NotWritten> {
        let listed = list(dir).map_err(|unread| match unread {
            Unread::Missing(message) => NotWritten::Failed(message),
            Unread::Files(files) => NotWritten::Files(files),
        })?;
        // One without any rule file gets all of them, as when it was chosen.
        let in_force = in_force.filter(|_| !listed.is_empty());
        let (mut files, mut errors) = (Vec::new(), Vec::new());
        for (file, path) in listed {
            match Present::read(file, &path, in_force) {
                Ok(present) => files.push(present),
                Err(error) => errors.push(error),
            }
        }
        let mut folder = Self {
            dir,
            files,
            in_force,
            of: HashMap::new(),
        };
        errors.extend(folder.find_owners());
        match in_force.is_none() && !errors.is_empty() {
            true => Err(NotWritten::Files(errors)),
            false => Ok(folder),
        }
    }

    /// Which file is each rule's; what is wrong where an id has two.
    fn find_owners(&mut self) -> Vec<FileError> {
        let mut errors = Vec::new();
        for index in 0..self.files.len() {
            let Some(id) = self.files[index].id.clone() else {
                continue;
            };
            let known = self.in_force.and_then(|before| before.names.get(&id));
            match self.of.get(&id).copied() {
                None => {
                    self.of.insert(id, index);
                }
                Some(other) if known == Some(&self.files[index].file) => {
                    self.files[other].is_read = false;
                    self.of.insert(id, index);
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

    fn of(&self, id: &str) -> Option<&Present> {
        self.of.get(id).map(|index| &self.files[*index])
    }

    /// What stands in a file of this very name.
    fn bytes_of(&self, name: &str) -> Option<&[u8]> {
        let file = self.files.iter().find(|one| one.file == name);
        file.map(|one| one.text.as_slice())
    }

    /// The name of each rule's file.
    fn names(&self, rules: &[Arc<CompiledRule>]) -> Vec<String> {
        // The file of a rule that was removed meanwhile keeps its place, too.
        let name_of = |id: &str| match self.of(id) {
            Some(file) => Some(file.file.as_str()),
            None => self.missing(id),
        };
        let wanted: Vec<Wanted<'_>> = rules
            .iter()
            .map(|rule| Wanted {
                present: name_of(rule.id()),
                id: rule.id(),
                name: &rule.definition().name,
            })
            .collect();
        let own: HashSet<&str> = wanted.iter().filter_map(|rule| rule.present).collect();
        let strangers = self.files.iter().filter(|one| {
            let is_own = own.contains(one.file.as_str());
            let goes = one.is_read && !is_own;
            !is_own && !goes
        });
        let strangers = strangers.map(|one| one.file.to_lowercase()).collect();
        let present = self.files.iter().map(|one| one.file.clone()).collect();
        names::assigned(&wanted, &Taken::new(strangers, present))
    }

    /// The name of a rule's file that is not there any more.
    fn missing(&self, id: &str) -> Option<&str> {
        self.in_force?.names.get(id).map(String::as_str)
    }

    /// What has to stand in a rule's file; `None` where what is there stays.
    fn text(&self, rule: &CompiledRule, name: &str) -> Result<Option<Vec<u8>>, NotWritten> {
        let text = write_file(rule.definition());
        let before = self.in_force.map(|before| before.find(rule.id()));
        let is_as_before = before.flatten() == Some(rule.definition());
        if let Some(file) = self.of(rule.id()) {
            let is_same = file.says(rule.definition());
            if file.file == name && (is_same || (!file.is_read && is_as_before)) {
                return Ok(None);
            }
            if !file.is_read {
                return Err(not_read(&file.file));
            }
            self.check_link(&file.file)?;
            self.check_target(name)?;
            // Comments and layout of a person stay where only the place is another one.
            return Ok(Some(match is_same {
                true => file.text.clone(),
                false => text.into_bytes(),
            }));
        }
        if before.flatten().is_some() {
            if self.missing(rule.id()) == Some(name) && is_as_before {
                // A person has removed it: the next reading removes the rule.
                return Ok(None);
            }
            // After a start it is not known which rule a file is that cannot be read.
            let mut nobodys = self.files.iter().filter(|one| one.id.is_none());
            if let Some(file) = nobodys.next() {
                return Err(not_read(&file.file));
            }
        }
        self.check_target(name)?;
        Ok(Some(text.into_bytes()))
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

    /// That a rule that is removed has no file whose text is not read: it would come back with it.
    fn check_removed(&self, names: &NamesById) -> Result<(), NotWritten> {
        let mut removed = self.of.iter().filter(|(id, index)| {
            let was_there = self
                .in_force
                .is_some_and(|before| before.find(id).is_some());
            was_there && !self.files[**index].is_read && !names.contains_key(*id)
        });
        match removed.next() {
            Some((_, index)) => Err(not_read(&self.files[*index].file)),
            None => Ok(()),
        }
    }

    /// The files of rules that are gone, or that stand in another file now.
    fn left_over<'f>(&'f self, names: &'f NamesById) -> impl Iterator<Item = &'f Present> {
        let stays: HashSet<&String> = names.values().collect();
        let files = self.files.iter();
        files.filter(move |one| one.is_read && !stays.contains(&one.file))
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
        let text = match (text_of(&file, path), in_force) {
            (Ok(text), _) => text,
            (Err(error), None) => return Err(error),
            // It stays as it is, whatever it says.
            (Err(_), Some(_)) => Vec::new(),
        };
        let read = match std::str::from_utf8(&text) {
            Ok(text) => read_file(text).map_err(|error| FileError::rule(&file, &error)),
            Err(_) => Err(FileError::new(&file, &words::RULE_FILE_NO_TEXT)),
        };
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
            text,
            rule,
            id,
            is_read,
        })
    }

    fn says(&self, rule: &Rule) -> bool {
        self.rule.as_ref() == Some(rule)
    }
}
