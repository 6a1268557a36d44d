//! From rules to a folder: the files that differ are written, each as a whole, those of rules that
//! are gone are removed, and everything else stays as it is.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use messages::Message;
use rules::{CompiledRule, read_file, write_file};

use super::names::{self, Wanted, id_of};
use super::{NamesById, Unread, list};
use crate::file_error::FileError;
use crate::words;

/// What became of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) written: u64,
    pub(crate) removed: u64,
    pub(crate) unchanged: u64,
    /// The files by their rules' ids.
    pub(crate) names: NamesById,
}

/// Why nothing, or not all, was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotWritten {
    /// These files are no rules: whose they are is not known.
    Files(Vec<FileError>),
    /// What the system said.
    Failed(Message),
}

/// A file that is there.
struct Present {
    file: String,
    text: Vec<u8>,
    id: Option<String>,
}

/// Writes rules. `known` are the files as they were read last; without it a file that is no rule
/// is refused, and with it left alone.
pub(crate) fn write(
    dir: &Path,
    rules: &[Arc<CompiledRule>],
    known: Option<&NamesById>,
) -> Result<Written, NotWritten> {
    let failed = |error: &io::Error| {
        let place = dir.display().to_string();
        let why = messages::foreign(error);
        NotWritten::Failed(words::RULE_FOLDER_UNWRITABLE.arg(place).arg(why))
    };
    let present = present(dir, known)?;
    let of = |rule: &CompiledRule| {
        present
            .iter()
            .find(|one| one.id.as_deref() == Some(rule.id()))
    };
    let wanted: Vec<Wanted<'_>> = rules
        .iter()
        .map(|rule| Wanted {
            present: of(rule).map(|one| one.file.as_str()),
            id: rule.id(),
            name: &rule.definition().name,
        })
        .collect();
    let strangers = present.iter().filter(|one| one.id.is_none());
    let strangers: HashSet<String> = strangers.map(|one| one.file.clone()).collect();
    let names = names::assigned(&wanted, &strangers);
    let mut done = Written::default();
    for (rule, name) in rules.iter().zip(&names) {
        done.names.insert(rule.id().to_owned(), name.clone());
        let text = write_file(rule.definition());
        let before = of(rule);
        let stays = before.is_some_and(|one| one.file == *name && is_same(one, rule, &text));
        if stays {
            done.unchanged += 1;
            continue;
        }
        // Comments and layout of a person stay where only the place is another one.
        let kept = before.filter(|one| is_same(one, rule, &text));
        let bytes = kept.map_or(text.as_bytes(), |one| &one.text);
        put(dir, name, bytes).map_err(|error| failed(&error))?;
        done.written += 1;
    }
    let stays: HashSet<&String> = names.iter().collect();
    for one in present.iter().filter(|one| one.id.is_some()) {
        if !stays.contains(&one.file) {
            fs::remove_file(dir.join(&one.file)).map_err(|error| failed(&error))?;
            let goes_on = one
                .id
                .as_ref()
                .is_some_and(|id| done.names.contains_key(id));
            done.removed += u64::from(!goes_on);
        }
    }
    Ok(done)
}

/// Whether a file says what a rule does.
fn is_same(file: &Present, rule: &CompiledRule, text: &str) -> bool {
    if file.text == text.as_bytes() {
        return true;
    }
    let read = std::str::from_utf8(&file.text).ok().map(read_file);
    read.is_some_and(|read| {
        read.is_ok_and(|read| {
            let mut definition = read.definition().clone();
            definition.id = Some(rule.id().to_owned());
            definition == *rule.definition()
        })
    })
}

fn present(dir: &Path, known: Option<&NamesById>) -> Result<Vec<Present>, NotWritten> {
    let files = list(dir).map_err(|unread| match unread {
        Unread::Missing(message) => NotWritten::Failed(message),
        Unread::Files(files) => NotWritten::Files(files),
    })?;
    let (mut present, mut errors) = (Vec::new(), Vec::new());
    for (file, path) in files {
        let text = fs::read(path).unwrap_or_default();
        let read = String::from_utf8(text.clone()).map(|text| read_file(&text));
        let id = match &read {
            Ok(Ok(rule)) => {
                let id = rule.definition().id.clone();
                Some(id.unwrap_or_else(|| id_of(&file).to_owned()))
            }
            _ => {
                let mut of_file = known
                    .into_iter()
                    .flatten()
                    .filter(|(_, name)| **name == file);
                of_file.next().map(|(id, _)| id.clone())
            }
        };
        if id.is_none() && known.is_none() {
            errors.push(match read {
                Ok(Err(error)) => FileError::rule(&file, &error),
                _ => FileError::new(&file, &words::RULE_FILE_NO_TEXT),
            });
        }
        present.push(Present { file, text, id });
    }
    match errors.is_empty() {
        true => Ok(present),
        false => Err(NotWritten::Files(errors)),
    }
}

/// Writes a file as a whole: whoever reads it meanwhile sees what was there before.
fn put(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let beside = dir.join(format!(".{name}.new"));
    fs::write(&beside, bytes)?;
    fs::rename(beside, dir.join(name))
}
