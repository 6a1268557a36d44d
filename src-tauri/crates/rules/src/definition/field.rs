//! What a condition asks about: the text of `field`, and what kind of thing that is.

use std::fmt;

use protocol::{VariablePath, is_token};
use serde::{Serialize, Serializer};

use messages::Message;

use crate::words::problems;

/// The subject of a condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The event.
    Event,
    /// The request's method.
    Method,
    /// The path as received.
    Path,
    /// Whose rules the request follows.
    Platform,
    /// Where the request came from.
    Source,
    /// The user.
    User,
    /// The request's body as text.
    Body,
    /// How many turns have come to this rule, this one included.
    Call,
    /// The event of the user's turn before.
    PreviousEvent,
    /// A variable, or what is in it.
    Variable(VariablePath),
    /// A header field of the request, by its name without case.
    Header(String),
    /// A parameter of the address.
    Query(String),
}

/// What a field holds, which decides the operators it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A text, or nothing.
    Text,
    /// JSON values.
    Json,
    /// A number of calls.
    Count,
}

/// The fields that have no name of their own in them.
const PLAIN: &[(&str, Field)] = &[
    ("event", Field::Event),
    ("method", Field::Method),
    ("path", Field::Path),
    ("platform", Field::Platform),
    ("source", Field::Source),
    ("user", Field::User),
    ("body", Field::Body),
    ("call", Field::Call),
    ("prev:event", Field::PreviousEvent),
];

impl Field {
    /// What it holds.
    #[must_use]
    pub const fn kind(&self) -> FieldKind {
        match self {
            Self::Variable(_) => FieldKind::Json,
            Self::Call => FieldKind::Count,
            _ => FieldKind::Text,
        }
    }

    /// The field of a text.
    pub(super) fn read(text: &str) -> Result<Self, Message> {
        if let Some((_, field)) = PLAIN.iter().find(|(name, _)| *name == text) {
            return Ok(field.clone());
        }
        let unknown = || problems::UNKNOWN_FIELD_NAME.arg(text).arg(list());
        let (area, name) = text.split_once(':').ok_or_else(unknown)?;
        match area {
            "var" => match name.parse() {
                Ok(path) => Ok(Self::Variable(path)),
                Err(_) => Err(problems::PATH.arg(name)),
            },
            "header" if is_token(name) => Ok(Self::Header(name.to_owned())),
            "header" => Err(problems::HEADER_NAME.arg(name)),
            "query" if !name.is_empty() => Ok(Self::Query(name.to_owned())),
            _ => Err(unknown()),
        }
    }
}

/// All fields, for the message about an unknown one.
fn list() -> String {
    let plain: Vec<_> = PLAIN.iter().map(|(name, _)| *name).collect();
    format!("{}, var:NAME, header:NAME, query:NAME", plain.join(", "))
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(path) => write!(f, "var:{}", path.text()),
            Self::Header(name) => write!(f, "header:{name}"),
            Self::Query(name) => write!(f, "query:{name}"),
            plain => {
                let found = PLAIN.iter().find(|(_, field)| field == plain);
                f.write_str(found.map_or("", |(name, _)| name))
            }
        }
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl utoipa::PartialSchema for Field {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let plain: Vec<_> = PLAIN.iter().map(|(name, _)| *name).collect();
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .pattern(Some(format!(
                "^(?:{}|(?:var|header|query):.+)$",
                plain.join("|")
            )))
            .into()
    }
}

impl utoipa::ToSchema for Field {
    fn name() -> std::borrow::Cow<'static, str> {
        "RuleField".into()
    }
}
