//! A variable: whose it is, what came in, what goes out and what the bot has afterwards.

use json_text::{Kind, same_value};
use messages::Words;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::words::roles;

/// Whose a variable is: a code for programs and words for a person, owned by the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    words: &'static Words,
    is_own: bool,
}

impl Role {
    /// The developer's own.
    pub const USER: Self = Self::own(&roles::USER);

    /// A role of a platform's variables.
    #[must_use]
    pub const fn new(words: &'static Words) -> Self {
        let is_own = false;
        Self { words, is_own }
    }

    /// A role of variables that are the developer's own.
    #[must_use]
    pub const fn own(words: &'static Words) -> Self {
        let is_own = true;
        Self { words, is_own }
    }

    /// Whether such variables are the developer's own; all others are the platform's.
    #[must_use]
    pub const fn is_own(self) -> bool {
        self.is_own
    }

    /// The code, as the API spells it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.words.code
    }

    /// The words for a person.
    #[must_use]
    pub const fn words(self) -> &'static Words {
        self.words
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Variable {
    /// Its name: for most platforms the top-level key.
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
    /// It rests on a rule of the platform's that is inferred.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub assumed: bool,
}

/// The change from one value to another, each a kind and a text.
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
