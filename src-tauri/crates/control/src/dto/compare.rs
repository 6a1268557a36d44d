//! Two messages and what differs between them.

use std::fmt;

use conversations::{Change, ChangeKind, Comparison, ContentKind, HeaderChange};
use protocol::{ExchangeId, Side};
use serde::de::{Error, MapAccess, Unexpected, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::{OneOfBuilder, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::dto::present;

/// Two messages: of two exchanges, or of one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToCompare {
    /// An exchange's id; a side of the other one's exchange, such as `upstream` against its own
    /// `response`; or an exchange with a side.
    pub(crate) left: ComparedMessage,
    /// The same.
    pub(crate) right: ComparedMessage,
    /// Which message of an exchange it is where that is not named with it: the `response` unless
    /// said. `upstream` of one exchange on both sides is its server's answer on the left, and what
    /// went out on the right.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Side, required = false)]
    pub(crate) side: Option<Side>,
}

/// A message of an exchange, as far as it is named.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ComparedMessage {
    /// Its exchange; `None` is the other one's.
    pub(crate) id: Option<ExchangeId>,
    /// Which of its messages; `None` is what the comparison says.
    pub(crate) side: Option<Side>,
}

/// A message of an exchange.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MessageOfExchange {
    id: ExchangeId,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Side, required = false)]
    side: Option<Side>,
}

impl<'de> Deserialize<'de> for ComparedMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Named;
        impl<'de> Visitor<'de> for Named {
            type Value = ComparedMessage;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id, a side, or an object of both")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                if let Ok(side) = text.parse() {
                    let side = Some(side);
                    return Ok(ComparedMessage { id: None, side });
                }
                let unfit = |_| E::invalid_value(Unexpected::Str(text), &self);
                let id = Some(ExchangeId(text.parse().map_err(unfit)?));
                Ok(ComparedMessage { id, side: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let MessageOfExchange { id, side } =
                    MessageOfExchange::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ComparedMessage { id: Some(id), side })
            }
        }
        deserializer.deserialize_any(Named)
    }
}

impl PartialSchema for ComparedMessage {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(Ref::from_schema_name("ExchangeId"))
            .item(Ref::from_schema_name("Side"))
            .item(Ref::from_schema_name("MessageOfExchange"))
            .into()
    }
}

impl ToSchema for ComparedMessage {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        MessageOfExchange::schemas(schemas);
        schemas.push(("MessageOfExchange".into(), MessageOfExchange::schema()));
    }
}

/// What differs between two messages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageComparison {
    /// Nothing differs in their bodies, and in the status of two answers.
    equal: bool,
    kind: ContentKindName,
    /// Applied in order they make the right body from the left one (RFC 6902: added is add, removed
    /// is remove, the others replace); of a text they are its lines.
    changes: Vec<BodyChange>,
    /// Fields that differ, without those that frame a message, and without `Date`.
    headers: Vec<FieldChange>,
    /// Of two answers what each has; `null` where one of them is a request.
    status: Option<[u16; 2]>,
    /// Only the beginning of one of the bodies was recorded.
    partial: bool,
}

/// As what two bodies are compared.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ContentKind)]
enum ContentKindName {
    Json,
    Text,
    Binary,
}

/// What became of a value.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BodyChangeKind)]
enum ChangeKindName {
    Added,
    Removed,
    Changed,
    TypeChanged,
}

/// A change of a body.
#[derive(Debug, Serialize, ToSchema)]
struct BodyChange {
    /// A JSON pointer; of a text the line from 0, of bytes the offset of the first that differs.
    pointer: String,
    kind: ChangeKindName,
    /// JSON as it was sent, a line, or a byte as two hexadecimal digits; `null` where it is added.
    left: Option<String>,
    /// The same on the right; `null` where it is removed.
    right: Option<String>,
}

/// A header field that differs.
#[derive(Debug, Serialize, ToSchema)]
struct FieldChange {
    name: String,
    kind: ChangeKindName,
    left: Option<String>,
    right: Option<String>,
}

impl From<ChangeKind> for ChangeKindName {
    fn from(kind: ChangeKind) -> Self {
        match kind {
            ChangeKind::Added => Self::Added,
            ChangeKind::Removed => Self::Removed,
            ChangeKind::Changed => Self::Changed,
            ChangeKind::TypeChanged => Self::TypeChanged,
        }
    }
}

impl MessageComparison {
    pub(crate) fn new(
        compared: Comparison,
        headers: Vec<HeaderChange>,
        status: Option<[u16; 2]>,
        partial: bool,
    ) -> Self {
        let same_status = status.is_none_or(|[left, right]| left == right);
        let change = |change: Change| BodyChange {
            pointer: change.pointer,
            kind: change.kind.into(),
            left: change.left,
            right: change.right,
        };
        let field = |field: HeaderChange| FieldChange {
            name: field.name,
            kind: field.kind.into(),
            left: field.left,
            right: field.right,
        };
        Self {
            equal: compared.changes.is_empty() && same_status,
            kind: match compared.kind {
                ContentKind::Json => ContentKindName::Json,
                ContentKind::Text => ContentKindName::Text,
                ContentKind::Binary => ContentKindName::Binary,
            },
            changes: compared.changes.into_iter().map(change).collect(),
            headers: headers.into_iter().map(field).collect(),
            status,
            partial,
        }
    }
}
