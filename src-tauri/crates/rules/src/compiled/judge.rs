//! One test of a field, compiled: what it is compared with, and the comparison.

use std::borrow::Cow;

use json_text::{Kind, Tree, compare_numbers, same_string, same_value, unescape_lossy};
use jsonschema::Validator;
use messages::Message;
use protocol::{Comparison, VariableTest};

use crate::compiled::expression::Expression;
use crate::compiled::schema;
use crate::definition::{FieldKind, JsonText, Op, Test};

/// A test of a field.
#[derive(Debug)]
pub(crate) enum Judge {
    Text(TextTest),
    Json(JsonTest),
    Count(CountTest),
}

/// A test of a text.
#[derive(Debug)]
pub(crate) enum TextTest {
    Is(Box<str>),
    IsNot(Box<str>),
    In(Vec<Box<str>>),
    /// A part, folded.
    Contains(Box<str>),
    Matches(Box<Expression>),
    Present,
    Absent,
    Compare(Comparison, Box<str>),
    Schema(Box<Validator>),
}

/// A test of JSON values.
#[derive(Debug)]
pub(crate) enum JsonTest {
    Is(Json),
    IsNot(Json),
    In(Vec<Json>),
    /// What the filter can say, too.
    Filter(VariableTest),
    Matches(Box<Expression>),
    Present,
    Absent,
    Changed,
    Schema(Box<Validator>),
}

/// A test of a number of calls.
#[derive(Debug)]
pub(crate) enum CountTest {
    Is(u64),
    IsNot(u64),
    In(Vec<u64>),
    Less(u64),
    Greater(u64),
    Every(u64),
}

/// A JSON value to compare with, read before.
#[derive(Debug)]
pub(crate) struct Json {
    pub(crate) text: Box<str>,
    kind: Kind,
    /// The text of a string that has no escape, or a number that has no other spelling: equal
    /// values without escapes, signs, fractions and exponents are equal texts.
    plain: bool,
}

impl Json {
    fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            kind: kind_of(text),
            plain: is_plain(text),
        }
    }

    /// Whether a value is the same JSON value.
    fn is(&self, json: &str) -> bool {
        if *self.text == *json {
            return true;
        }
        match (self.kind, kind_of(json)) {
            (one, other) if one != other => false,
            (Kind::Null | Kind::Bool, _) => false,
            (Kind::String | Kind::Number, _) if self.plain && is_plain(json) => false,
            (Kind::String, _) => same_string(&self.text, json),
            _ => same_value(&self.text, json),
        }
    }
}

/// What a JSON value is, by its first character.
fn kind_of(json: &str) -> Kind {
    match json.trim_start().as_bytes().first() {
        Some(b'"') => Kind::String,
        Some(b'{') => Kind::Object,
        Some(b'[') => Kind::Array,
        Some(b't' | b'f') => Kind::Bool,
        Some(b'n') => Kind::Null,
        _ => Kind::Number,
    }
}

fn is_plain(json: &str) -> bool {
    match json.as_bytes().first() {
        Some(b'"') => !json.contains('\\'),
        Some(b'0'..=b'9') => json.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

impl Judge {
    /// Compiles a test.
    ///
    /// # Errors
    /// What of its value cannot be compiled, and the place below the value.
    pub(crate) fn new(test: &Test) -> Result<Self, (Message, String)> {
        let value = test.value.as_ref().map_or("null", JsonText::as_str);
        Ok(match test.field.kind() {
            FieldKind::Text => Self::Text(text_test(test.op, value)?),
            FieldKind::Json => Self::Json(json_test(test.op, value)?),
            FieldKind::Count => Self::Count(count_test(test.op, value)),
        })
    }

    /// Whether values fulfil it; one of several is enough. A number of calls is judged by
    /// [`CountTest::holds`], and a change where both turns are known.
    pub(crate) fn is_number_of_calls(&self) -> bool {
        matches!(self, Self::Count(_))
    }
}

fn text_test(op: Op, value: &str) -> Result<TextTest, (Message, String)> {
    let text = || -> Box<str> { unescape_lossy(value).into() };
    Ok(match op {
        Op::Equals => TextTest::Is(text()),
        Op::NotEquals => TextTest::IsNot(text()),
        Op::In => TextTest::In(items(value, |item| unescape_lossy(item).into())),
        Op::Contains => TextTest::Contains(text().to_lowercase().into()),
        Op::Matches => TextTest::Matches(expression(&text())?),
        Op::Less => TextTest::Compare(Comparison::Less, value.into()),
        Op::Greater => TextTest::Compare(Comparison::Greater, value.into()),
        Op::Schema => TextTest::Schema(Box::new(schema::compile(value)?)),
        Op::Absent => TextTest::Absent,
        Op::Present | Op::Every | Op::Changed => TextTest::Present,
    })
}

fn json_test(op: Op, value: &str) -> Result<JsonTest, (Message, String)> {
    let compare =
        |comparison| JsonTest::Filter(VariableTest::Compare(comparison, value.to_owned()));
    Ok(match op {
        Op::Equals => JsonTest::Is(Json::new(value)),
        Op::NotEquals => JsonTest::IsNot(Json::new(value)),
        Op::In => JsonTest::In(items(value, Json::new)),
        Op::Contains => {
            JsonTest::Filter(VariableTest::Contains(unescape_lossy(value).into_owned()))
        }
        Op::Matches => JsonTest::Matches(expression(&unescape_lossy(value))?),
        Op::Less => compare(Comparison::Less),
        Op::Greater => compare(Comparison::Greater),
        Op::Schema => JsonTest::Schema(Box::new(schema::compile(value)?)),
        Op::Changed => JsonTest::Changed,
        Op::Absent => JsonTest::Absent,
        Op::Present | Op::Every => JsonTest::Present,
    })
}

fn count_test(op: Op, value: &str) -> CountTest {
    let number = value.parse().unwrap_or_default();
    match op {
        Op::NotEquals => CountTest::IsNot(number),
        Op::In => CountTest::In(items(value, |item| item.parse().unwrap_or_default())),
        Op::Less => CountTest::Less(number),
        Op::Greater => CountTest::Greater(number),
        Op::Every => CountTest::Every(number.max(1)),
        _ => CountTest::Is(number),
    }
}

/// The items of a list's text.
fn items<T>(list: &str, make: impl Fn(&str) -> T) -> Vec<T> {
    let Ok(tree) = Tree::new(list) else {
        return Vec::new();
    };
    let items = tree.children(Tree::<&str>::ROOT);
    items.map(|item| make(tree.json(item))).collect()
}

fn expression(source: &str) -> Result<Box<Expression>, (Message, String)> {
    let compiled = Expression::new(source).map(Box::new);
    compiled.map_err(|message| (message, String::new()))
}

impl TextTest {
    /// Whether a text, or its absence, fulfils it; `None` where that is not found out.
    pub(crate) fn fits(&self, text: Option<&str>) -> Option<bool> {
        let Some(text) = text else {
            return Some(matches!(self, Self::Absent | Self::IsNot(_)));
        };
        Some(match self {
            Self::Is(wanted) => **wanted == *text,
            Self::IsNot(wanted) => **wanted != *text,
            Self::In(wanted) => wanted.iter().any(|wanted| **wanted == *text),
            Self::Contains(part) => contains(text, part),
            Self::Matches(expression) => return expression.is_match(text),
            Self::Present => true,
            Self::Absent => false,
            Self::Compare(comparison, number) => {
                let ordering = compare_numbers(text.trim(), number);
                ordering.is_some_and(|ordering| match comparison {
                    Comparison::Less => ordering.is_lt(),
                    Comparison::AtMost => ordering.is_le(),
                    Comparison::Greater => ordering.is_gt(),
                    Comparison::AtLeast => ordering.is_ge(),
                })
            }
            Self::Schema(validator) => fits_schema(validator, text),
        })
    }
}

impl JsonTest {
    /// Whether a value, or its absence, fulfils it; `None` where that is not found out. A change is
    /// no matter of one value.
    pub(crate) fn fits(&self, json: Option<&str>) -> Option<bool> {
        let Some(json) = json else {
            return Some(matches!(self, Self::Absent | Self::IsNot(_)));
        };
        Some(match self {
            Self::Is(wanted) => wanted.is(json),
            Self::IsNot(wanted) => !wanted.is(json),
            Self::In(wanted) => wanted.iter().any(|wanted| wanted.is(json)),
            Self::Filter(test) => test.fits(json),
            Self::Matches(expression) => {
                let text: Cow<'_, str> = match kind_of(json) {
                    Kind::String => unescape_lossy(json),
                    _ => Cow::Borrowed(json),
                };
                return expression.is_match(&text);
            }
            Self::Present => true,
            Self::Absent | Self::Changed => false,
            Self::Schema(validator) => fits_schema(validator, json),
        })
    }
}

impl CountTest {
    /// Whether the number of this call fulfils it.
    pub(crate) fn holds(&self, call: u64) -> bool {
        match self {
            Self::Is(number) => call == *number,
            Self::IsNot(number) => call != *number,
            Self::In(numbers) => numbers.contains(&call),
            Self::Less(number) => call < *number,
            Self::Greater(number) => call > *number,
            Self::Every(number) => call.is_multiple_of(*number),
        }
    }
}

/// Whether a folded part is in a text, without case. ASCII, which most texts are, is not copied.
fn contains(text: &str, part: &str) -> bool {
    if text.is_ascii() && part.is_ascii() {
        let (text, part) = (text.as_bytes(), part.as_bytes());
        return part.is_empty()
            || text
                .windows(part.len())
                .any(|window| window.eq_ignore_ascii_case(part));
    }
    text.to_lowercase().contains(part)
}

fn fits_schema(validator: &Validator, json: &str) -> bool {
    serde_json::from_str(json).is_ok_and(|value| validator.is_valid(&value))
}
