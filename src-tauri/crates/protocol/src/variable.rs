//! A variable: whose it is, what came in, what goes out and what the bot has afterwards.

use json_text::{Kind, same_value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Names the event.
    Event,
    /// Written by the platform.
    System,
    /// Belongs to the dialog engine.
    Engine,
    /// The developer's own.
    User,
}

/// What an answer does to a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Only in the answer.
    New,
    /// Another value, or to or from null.
    Changed,
    /// A value of another type.
    TypeChanged,
    /// Returned with an equal value.
    Same,
    /// Not returned.
    Untouched,
}

/// A row of the variables table. Values are JSON text exactly as sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Variable {
    /// The top-level key.
    pub name: String,
    /// Whose it is.
    pub role: Role,
    /// What came in.
    #[serde(rename = "in")]
    pub before: Option<String>,
    /// What goes out.
    #[serde(rename = "out")]
    pub sent: Option<String>,
    /// What the bot has afterwards.
    pub after: Option<String>,
    /// What the answer does to it.
    pub change: Change,
}

/// What becomes of a value of this kind and text when another takes its place.
pub(crate) fn change(before: (Kind, &str), after: (Kind, &str)) -> Change {
    match (before.0, after.0) {
        (before, after) if before == after => {}
        (Kind::Null, _) | (_, Kind::Null) => return Change::Changed,
        _ => return Change::TypeChanged,
    }
    if same_value(before.1, after.1) {
        Change::Same
    } else {
        Change::Changed
    }
}
