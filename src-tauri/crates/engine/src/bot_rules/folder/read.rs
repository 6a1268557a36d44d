//! From a folder to rules: all of them, or what is wrong with which file.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use messages::Say as _;
use rules::definition::RULE_MAX_BYTES;
use rules::{CompiledRule, read_file};

use super::names::id_of;
use super::put::Content;
use super::{ERRORS_MAX, Unread, list};
use crate::bot_rules::RULES_BYTES_MAX;
use crate::error::Invalid;
use crate::file_error::FileError;
use crate::words;

/// A rule and the file that it was read from.
#[derive(Clone, Debug)]
pub(crate) struct FileRule {
    pub(crate) file: String,
    pub(crate) rule: Arc<CompiledRule>,
}

/// Reads a folder. `refuses` says what else is wrong with a rule.
pub(crate) fn read(
    dir: &Path,
    refuses: impl Fn(&CompiledRule) -> Option<Invalid>,
) -> Result<Vec<FileRule>, Unread> {
    let (mut found, mut errors, mut bytes) = (Vec::new(), Vec::new(), 0);
    let mut files: HashMap<String, String> = HashMap::new();
    for (file, path) in list(dir)? {
        let rule = read_one(&file, &path, &mut bytes);
        let rule = rule.and_then(|rule| match refuses(&rule) {
            Some(invalid) => Err(refused(&file, &invalid)),
            None => Ok(rule),
        });
        match rule {
            Ok(rule) => match files.insert(rule.id().to_owned(), file.clone()) {
                Some(other) => {
                    let taken = words::RULE_FILE_ID.arg(rule.id()).arg(other);
                    errors.push(FileError::new(&file, taken).at("/id"));
                }
                None => found.push(FileRule {
                    file,
                    rule: Arc::new(rule),
                }),
            },
            Err(error) => errors.push(error),
        }
        if errors.len() == ERRORS_MAX {
            break;
        }
        if bytes > RULES_BYTES_MAX as u64 {
            let most = words::RULES_BYTES_MAX.arg((RULES_BYTES_MAX >> 20) as u64);
            errors.push(FileError::new("", most));
            break;
        }
    }
    match errors.is_empty() {
        true => Ok(found),
        false => Err(Unread::Files(errors)),
    }
}

/// A file whose rule can be read, but not be used.
pub(crate) fn refused(file: &str, invalid: &Invalid) -> FileError {
    FileError::new(file, invalid.message()).at(&invalid.pointer)
}

/// What stands in a file; of one that is too long for a rule as much as shows that it is.
pub(super) fn content_of(file: &str, path: &Path) -> Result<Content, FileError> {
    let mut text = Vec::new();
    let most = RULE_MAX_BYTES as u64 + 1;
    let read = File::open(path).and_then(|file| {
        let permissions = file.metadata()?.permissions();
        file.take(most).read_to_end(&mut text)?;
        Ok(permissions)
    });
    let refused = |error| words::RULE_FILE_UNREADABLE.arg(messages::foreign(&error));
    let permissions = read.map_err(|error| FileError::new(file, refused(error)))?;
    Ok(Content {
        text,
        permissions: Some(permissions),
    })
}

/// Reads a file; one without an id has its own name as its rule's.
fn read_one(file: &str, path: &Path, bytes: &mut u64) -> Result<CompiledRule, FileError> {
    let text = content_of(file, path)?.text;
    *bytes += text.len() as u64;
    let text =
        String::from_utf8(text).map_err(|_| FileError::new(file, &words::RULE_FILE_NO_TEXT))?;
    let rule = read_file(&text).map_err(|error| FileError::rule(file, &error))?;
    if rule.definition().id.is_some() {
        return Ok(rule);
    }
    let mut named = rule.definition().clone();
    named.id = Some(id_of(file).to_owned());
    CompiledRule::new(named).map_err(|error| FileError::rule(file, &error))
}
