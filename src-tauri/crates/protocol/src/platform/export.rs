//! Conversations as files of a platform's own.

use indexmap::IndexMap;
use messages::Lang;

/// A turn as it is written into a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportedTurn {
    /// The event.
    pub event: String,
    /// What the user wrote.
    pub text: Option<String>,
    /// The message of the turn before led to this one, too.
    pub is_chained: bool,
    /// The user's own variables as they came: names and JSON texts, in order.
    pub variables: IndexMap<String, String>,
    /// The answer; `None` where there was none.
    pub answer: Option<ExportedAnswer>,
}

/// An answer as it is written into a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportedAnswer {
    /// Its status.
    pub status: u16,
    /// Its body as text.
    pub text: String,
    /// The text is JSON.
    pub is_json: bool,
    /// Its body is no text, of which bytes were replaced.
    pub is_in_part: bool,
}

/// A conversation that is written into a file.
#[derive(Clone, Debug)]
pub struct ExportedConversation {
    /// What it is called there.
    pub name: String,
    /// The address that the platform calls, where it is known.
    pub url: Option<String>,
    /// Its turns, oldest first.
    pub turns: Vec<ExportedTurn>,
    /// The language of what is said in it.
    pub lang: Lang,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its name.
    pub name: &'static str,
    /// The type of its contents.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}
