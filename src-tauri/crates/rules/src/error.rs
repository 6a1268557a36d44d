//! Why a rule is refused: where, and what to do.

use std::fmt;

use json_text::{Position, SyntaxError};
use messages::{Message, Say};

use crate::words::problems;

/// Which kind of mistake it is, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleErrorKind {
    /// The rule is none, or a value of it does not fit.
    Invalid,
    /// A template cannot be parsed.
    TemplateSyntax,
}

/// Why a rule is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// Which kind of mistake it is.
    pub kind: RuleErrorKind,
    /// The place in the rule, a JSON pointer.
    pub pointer: String,
    /// Where in the text of that place: of a template, of a text that is no JSON, of a file.
    pub position: Option<Position>,
    message: Message,
    /// It is about a member's name and not about its value.
    of_name: bool,
}

impl RuleError {
    /// A value does not fit.
    pub fn new(pointer: impl Into<String>, message: impl Into<Message>) -> Self {
        Self {
            kind: RuleErrorKind::Invalid,
            pointer: pointer.into(),
            position: None,
            message: message.into(),
            of_name: false,
        }
    }

    /// The same, about the name of the member that the pointer leads to.
    #[must_use]
    pub fn of_its_name(mut self) -> Self {
        self.of_name = true;
        self
    }

    pub(crate) fn template(pointer: String, position: Position, message: Message) -> Self {
        Self {
            kind: RuleErrorKind::TemplateSyntax,
            pointer,
            position: Some(position),
            message,
            of_name: false,
        }
    }

    pub(crate) fn not_json(error: SyntaxError, text: &str) -> Self {
        let located = error.locate(text);
        Self {
            position: Some(located.position),
            ..Self::new("", problems::NOT_JSON.arg(located.message()))
        }
    }

    /// The same, further down.
    #[must_use]
    pub fn below(mut self, pointer: &str) -> Self {
        self.pointer.push_str(pointer);
        self
    }

    /// The same, at a position of the text that it was read from.
    pub(crate) fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// Whether it is about a member's name and not about its value.
    pub(crate) fn is_about_a_name(&self) -> bool {
        let codes = [problems::UNKNOWN_FIELD.code, problems::REPEATED_FIELD.code];
        self.of_name || codes.contains(&self.message.code())
    }

    /// The same as a part of a larger document, which holds the rule at this pointer.
    #[must_use]
    pub fn inside(mut self, pointer: &str) -> Self {
        self.pointer.insert_str(0, pointer);
        self
    }
}

impl Say for RuleError {
    fn message(&self) -> Message {
        self.message.clone()
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        self.message.fmt(f)
    }
}

impl std::error::Error for RuleError {}
