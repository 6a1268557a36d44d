//! The variables table: what came in, what goes out and what the bot has afterwards.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Answer, AnswerView, Request, RequestView};

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

/// The rows: the request's keys in the body's order, then the answer's new ones.
#[must_use]
pub fn variables(
    _view: &RequestView,
    _request: &Request,
    _answer: Option<(&Answer, &AnswerView)>,
) -> Vec<Variable> {
    Vec::new()
}
