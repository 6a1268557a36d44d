//! What becomes of an answer on the caller's side.

use messages::Words;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::words::reasons;

/// Why a bot does not take an answer: a code for programs and words for a person, owned by the
/// platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason(&'static Words);

impl Reason {
    /// The status is not the one it takes.
    pub const STATUS: Self = Self(&reasons::STATUS);
    /// The body is not JSON, or empty.
    pub const NOT_JSON: Self = Self(&reasons::NOT_JSON);
    /// The body is JSON, but a string, a number, a boolean or null.
    pub const NOT_OBJECT: Self = Self(&reasons::NOT_OBJECT);
    /// The caller closed the connection first.
    pub const CALLER_LEFT: Self = Self(&reasons::CALLER_LEFT);
    /// No answer came, or not all of it, though nobody left.
    pub const NO_ANSWER: Self = Self(&reasons::NO_ANSWER);

    /// A reason of a platform.
    #[must_use]
    pub const fn new(words: &'static Words) -> Self {
        Self(words)
    }

    /// The code, as the API spells it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.0.code
    }

    /// The words for a person.
    #[must_use]
    pub const fn words(self) -> &'static Words {
        self.0
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// As what a platform saves an answer, where it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Saved {
    /// A JSON value in one variable.
    Object,
    /// A text in one variable.
    Text,
    /// Messages to the user.
    Messages,
    /// Nothing: the user waits for an operator.
    Queue,
}

/// Whether a bot takes an answer, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It takes the answer.
    Merged {
        /// As what.
        saved: Option<Saved>,
    },
    /// It does not.
    NotMerged {
        /// Why.
        reason: Reason,
        /// What it does in its place.
        saved: Option<Saved>,
    },
}

impl Outcome {
    /// The answer's variables are merged into the bot's.
    pub const MERGED: Self = Self::Merged { saved: None };

    /// The caller closed the connection first.
    pub const CALLER_LEFT: Self = Self::not_merged(Reason::CALLER_LEFT);

    /// No answer came, or not all of it.
    pub const NO_ANSWER: Self = Self::not_merged(Reason::NO_ANSWER);

    /// The answer changes nothing.
    #[must_use]
    pub const fn not_merged(reason: Reason) -> Self {
        Self::NotMerged {
            reason,
            saved: None,
        }
    }

    /// Whether it takes the answer.
    #[must_use]
    pub const fn is_merged(self) -> bool {
        matches!(self, Self::Merged { .. })
    }

    /// Why it does not.
    #[must_use]
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Merged { .. } => None,
            Self::NotMerged { reason, .. } => Some(reason),
        }
    }

    /// As what it saves the answer.
    #[must_use]
    pub const fn saved(self) -> Option<Saved> {
        match self {
            Self::Merged { saved } | Self::NotMerged { saved, .. } => saved,
        }
    }
}

/// Whether a bot takes an answer.
#[derive(Serialize, ToSchema)]
#[schema(as = Outcome)]
struct OutcomeView {
    /// Whether the bot takes the answer.
    merged: bool,
    /// Why it does not.
    #[schema(required)]
    reason: Option<Reason>,
    /// As what the platform saves it, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Saved, required = false)]
    saved: Option<Saved>,
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let view = OutcomeView {
            merged: self.is_merged(),
            reason: self.reason(),
            saved: self.saved(),
        };
        view.serialize(serializer)
    }
}

impl utoipa::PartialSchema for Outcome {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        OutcomeView::schema()
    }
}

impl ToSchema for Outcome {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        OutcomeView::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_keeps_its_shape_on_the_wire() {
        let text = |outcome: Outcome| serde_json::to_string(&outcome).unwrap();
        assert_eq!(text(Outcome::MERGED), r#"{"merged":true,"reason":null}"#);
        assert_eq!(
            text(Outcome::CALLER_LEFT),
            r#"{"merged":false,"reason":"caller_left"}"#
        );
        let saved = Some(Saved::Object);
        assert_eq!(
            text(Outcome::Merged { saved }),
            r#"{"merged":true,"reason":null,"saved":"object"}"#
        );
    }
}
