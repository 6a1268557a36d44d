//! Why a text is not JSON, and where.

use std::fmt;

use messages::{Message, Say, Words};

use crate::position::Position;

/// A problem and its offset; becomes a [`JsonError`] where its line and column are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// An entry of [`problems`](crate::problems).
    pub problem: &'static Words,
    /// The first byte that does not fit; the end of the text where something is missing.
    pub offset: usize,
}

impl SyntaxError {
    pub(crate) const fn new(problem: &'static Words, offset: usize) -> Self {
        Self { problem, offset }
    }

    /// The error with its line and column in the text that was scanned.
    #[must_use]
    pub fn locate(self, text: &str) -> JsonError {
        JsonError {
            problem: self.problem,
            position: Position::in_text(text, self.offset),
        }
    }
}

/// Why a text is not JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// An entry of [`problems`](crate::problems).
    pub problem: &'static Words,
    /// The first byte that does not fit; the end of the text where something is missing.
    pub position: Position,
}

impl Say for JsonError {
    fn message(&self) -> Message {
        self.problem.into()
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for JsonError {}
