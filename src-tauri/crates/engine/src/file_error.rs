//! Why a file of a folder is no rule: which file, where in it, and what is the matter.

use json_text::Position;
use messages::{Message, Say};
use rules::RuleError;

/// Why a file of a folder is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// Its name.
    pub file: String,
    /// Where in it.
    pub position: Option<Position>,
    /// The place in the rule, a JSON pointer.
    pub pointer: Option<String>,
    message: Message,
}

impl FileError {
    pub(crate) fn new(file: &str, message: impl Into<Message>) -> Self {
        Self {
            file: file.to_owned(),
            position: None,
            pointer: None,
            message: message.into(),
        }
    }

    /// The same, about a place in the rule.
    pub(crate) fn at(mut self, pointer: &str) -> Self {
        self.pointer = Some(pointer.to_owned());
        self
    }

    pub(crate) fn rule(file: &str, error: &RuleError) -> Self {
        Self {
            position: error.position,
            pointer: (!error.pointer.is_empty()).then(|| error.pointer.clone()),
            ..Self::new(file, error.message())
        }
    }
}

impl Say for FileError {
    fn message(&self) -> Message {
        self.message.clone()
    }
}
