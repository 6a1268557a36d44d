//! The conditions of a rule.
//!
//! The vocabulary is the filter's, written as JSON. How each operator stands to the filter's sign
//! is written in [`crate::compiled`], which evaluates them.

use json_text::{Kind, compact};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::definition::cursor::Cursor;
use crate::definition::field::{Field, FieldKind};
use crate::definition::limits::{
    CONDITIONS_MAX, DEPTH_MAX, LIST_MAX, TEXT_MAX_BYTES, VALUE_DEPTH_MAX,
};
use crate::error::RuleError;
use crate::vocabulary::vocabulary;
use crate::words::{kinds, problems};

/// A JSON value as text, on one line, with the digits it was written with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct JsonText(String);

impl JsonText {
    /// A text that is known to be JSON.
    pub(crate) const fn written(json: String) -> Self {
        Self(json)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for JsonText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl utoipa::PartialSchema for JsonText {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::SchemaType::AnyValue)
            .into()
    }
}

impl utoipa::ToSchema for JsonText {}

vocabulary! {
    /// How a field is judged.
    #[schema(as = RuleOperator)]
    Op {
        /// It is this value.
        Equals = "equals",
        /// It is another value, or absent.
        NotEquals = "not_equals",
        /// This text is a part of it, without case.
        Contains = "contains",
        /// This regular expression finds something in it.
        Matches = "matches",
        /// It is there; `null` is.
        Present = "present",
        /// It is not there.
        Absent = "absent",
        /// It is a number below this one.
        Less = "less",
        /// It is a number above this one.
        Greater = "greater",
        /// It is one of these values.
        In = "in",
        /// It is a multiple of this number.
        Every = "every",
        /// It is another value than in the user's turn before.
        Changed = "changed",
        /// It fits this JSON Schema.
        Schema = "schema",
    }
}

/// What must hold for a rule to answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = RuleCondition)]
pub enum Condition {
    /// Each of these holds; with none, always.
    All {
        /// The conditions.
        #[schema(no_recursion)]
        all: Vec<Self>,
    },
    /// One of these holds; with none, never.
    Any {
        /// The conditions.
        #[schema(no_recursion)]
        any: Vec<Self>,
    },
    /// This one does not hold.
    Not {
        /// The condition.
        #[schema(no_recursion)]
        not: Box<Self>,
    },
    /// It strikes in this share of turns.
    Chance {
        /// From 0 to 1.
        #[schema(value_type = f64, minimum = 0, maximum = 1)]
        chance: JsonText,
    },
    /// A field is judged.
    Test(Test),
}

/// A field, an operator and its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[schema(as = RuleTest)]
pub struct Test {
    /// What is judged.
    pub field: Field,
    /// How.
    pub op: Op,
    /// What it is compared with; some operators take nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = JsonText, required = false)]
    pub value: Option<JsonText>,
}

/// Reads the conditions of a rule.
pub(super) fn read(cursor: &Cursor<'_>) -> Result<Condition, RuleError> {
    let mut read = 0;
    condition(cursor, 1, &mut read)
}

fn condition(cursor: &Cursor<'_>, depth: usize, read: &mut usize) -> Result<Condition, RuleError> {
    *read += 1;
    if *read > CONDITIONS_MAX {
        return Err(cursor.error(problems::TOO_MANY_CONDITIONS.arg(CONDITIONS_MAX as u64)));
    }
    if depth > DEPTH_MAX {
        return Err(cursor.error(problems::TOO_DEEP.arg(DEPTH_MAX as u64)));
    }
    let fields = cursor.object(&["all", "any", "not", "chance", "field", "op", "value"])?;
    let names = fields.names();
    let group = ["all", "any", "not", "chance"].into_iter().find(|group| {
        let mut names = names.iter();
        names.any(|name| name == group)
    });
    let Some(group) = group else {
        return Ok(Condition::Test(test(cursor)?));
    };
    if names.len() > 1 {
        return Err(cursor.error(problems::MIXED_CONDITION.arg(names.join(", "))));
    }
    let Some(cursor) = fields.get(group) else {
        return Err(fields.error(problems::MISSING_FIELD.arg(group)));
    };
    let mut list = || -> Result<Vec<Condition>, RuleError> {
        let items = cursor.list(CONDITIONS_MAX)?;
        items
            .iter()
            .map(|item| condition(item, depth + 1, read))
            .collect()
    };
    Ok(match group {
        "all" => Condition::All { all: list()? },
        "any" => Condition::Any { any: list()? },
        "not" => Condition::Not {
            not: Box::new(condition(&cursor, depth + 1, read)?),
        },
        _ => Condition::Chance {
            chance: chance(&cursor)?,
        },
    })
}

fn chance(cursor: &Cursor<'_>) -> Result<JsonText, RuleError> {
    if cursor.kind() != Kind::Number {
        return Err(cursor.unfit(&kinds::NUMBER));
    }
    let share: f64 = cursor.json().parse().unwrap_or(f64::NAN);
    if !(0.0..=1.0).contains(&share) {
        return Err(cursor.error(&problems::CHANCE));
    }
    Ok(JsonText(cursor.json().to_owned()))
}

fn test(cursor: &Cursor<'_>) -> Result<Test, RuleError> {
    let fields = cursor.object(&["field", "op", "value"])?;
    let field_cursor = fields.required("field")?;
    let name = field_cursor.short_text()?;
    let field = Field::read(&name).map_err(|message| field_cursor.error(message))?;
    let op_cursor = fields.required("op")?;
    let op = op_cursor.one_of(Op::ALL, Op::as_str)?;
    if !takes(&field, op) {
        return Err(op_cursor.error(problems::OP_UNFIT.arg(op.as_str()).arg(name)));
    }
    let wanted = Wanted::of(&field, op);
    let value = match (fields.get("value"), wanted) {
        (None, Wanted::Nothing) => None,
        (Some(cursor), Wanted::Nothing) if cursor.is_null() => None,
        (Some(cursor), Wanted::Nothing) => {
            return Err(cursor.error(problems::NO_VALUE.arg(op.as_str())));
        }
        (None, _) => return Err(cursor.error(problems::MISSING_FIELD.arg("value"))),
        (Some(cursor), wanted) => Some(wanted.read(&cursor)?),
    };
    Ok(Test { field, op, value })
}

/// Whether an operator says something about a field.
fn takes(field: &Field, op: Op) -> bool {
    match op {
        Op::Equals | Op::NotEquals | Op::Less | Op::Greater | Op::In => true,
        Op::Contains | Op::Matches | Op::Present | Op::Absent => field.kind() != FieldKind::Count,
        Op::Every => field.kind() == FieldKind::Count,
        Op::Changed => field.kind() == FieldKind::Json,
        Op::Schema => field.kind() == FieldKind::Json || *field == Field::Body,
    }
}

/// What an operator is compared with.
#[derive(Clone, Copy)]
enum Wanted {
    Nothing,
    Text,
    Json,
    Number,
    Count { least: u64 },
    ListOf(FieldKind),
    Schema,
}

/// Calls at most that a condition speaks of.
const CALLS_MAX: u64 = 1_000_000_000;

impl Wanted {
    fn of(field: &Field, op: Op) -> Self {
        match (op, field.kind()) {
            (Op::Present | Op::Absent | Op::Changed, _) => Self::Nothing,
            (Op::Contains | Op::Matches, _) => Self::Text,
            (Op::Schema, _) => Self::Schema,
            (Op::In, kind) => Self::ListOf(kind),
            (Op::Every, _) => Self::Count { least: 1 },
            (_, FieldKind::Count) => Self::Count { least: 0 },
            (Op::Less | Op::Greater, _) => Self::Number,
            (Op::Equals | Op::NotEquals, FieldKind::Text) => Self::Text,
            (Op::Equals | Op::NotEquals, FieldKind::Json) => Self::Json,
        }
    }

    fn read(self, cursor: &Cursor<'_>) -> Result<JsonText, RuleError> {
        match self {
            Self::Nothing | Self::Json => {}
            Self::Text => {
                cursor.short_text()?;
            }
            Self::Number if cursor.kind() == Kind::Number => {}
            Self::Number => return Err(cursor.unfit(&kinds::NUMBER)),
            Self::Count { least } => {
                cursor.whole(least, CALLS_MAX)?;
            }
            Self::ListOf(kind) => {
                let one = match kind {
                    FieldKind::Text => Self::Text,
                    FieldKind::Json => Self::Json,
                    FieldKind::Count => Self::Count { least: 0 },
                };
                for item in cursor.list(LIST_MAX)? {
                    one.read(&item)?;
                }
            }
            Self::Schema if matches!(cursor.kind(), Kind::Object | Kind::Bool) => {}
            Self::Schema => return Err(cursor.unfit(&kinds::OBJECT)),
        }
        if cursor.json().len() > TEXT_MAX_BYTES {
            return Err(cursor.error(problems::TOO_LONG.arg(TEXT_MAX_BYTES as u64)));
        }
        if cursor.depth() > VALUE_DEPTH_MAX {
            return Err(cursor.error(problems::VALUE_TOO_DEEP.arg(VALUE_DEPTH_MAX as u64)));
        }
        // A value is JSON, since it stands in a text that is; on one line for lists and files.
        compact(cursor.json())
            .map(JsonText)
            .map_err(|error| cursor.error(problems::NOT_JSON.arg(messages::Say::message(&error))))
    }
}
