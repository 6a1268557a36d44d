//! One test of a field, compiled: what it is compared with, and the comparison.
//!
//! A test says whether a value, or its absence, fulfils it, and `None` where that is not found out
//! because it is more work than there is left.

use std::borrow::Cow;
use std::collections::HashSet;

use json_text::{Kind, Number, Tree, same_string, unescape_lossy};
use memchr::memmem::Finder;
use messages::Message;
use protocol::Comparison;

use crate::compiled::expression::Expression;
use crate::compiled::schema::Schema;
use crate::definition::{FieldKind, JsonText, Op, Test};
use crate::work::Work;

/// A test of a field.
#[derive(Debug)]
pub(crate) enum Predicate {
    Text(TextTest),
    Json(JsonTest),
    Count(CountTest),
}

/// A test of a text.
#[derive(Debug)]
pub(crate) enum TextTest {
    Is(Box<str>),
    IsNot(Box<str>),
    In(HashSet<Box<str>>),
    Contains(Part),
    Matches(Box<Expression>),
    Present,
    Absent,
    Compare(Bound),
    Schema(Box<Schema>),
}

/// A test of JSON values.
#[derive(Debug)]
pub(crate) enum JsonTest {
    Is(Json),
    IsNot(Json),
    In(Vec<Json>),
    Contains(Part),
    Compare(Bound),
    Matches(Box<Expression>),
    Present,
    Absent,
    Changed,
    Schema(Box<Schema>),
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

/// A part to look for, without case.
#[derive(Debug)]
pub(crate) struct Part {
    /// In lower case.
    pub(crate) text: Box<str>,
    finder: Box<Finder<'static>>,
}

/// Bytes in which a part is looked for in the time of a step.
const SEARCHED_PER_STEP: u64 = 16;

impl Part {
    fn new(text: &str) -> Self {
        let text = text.to_lowercase();
        Self {
            finder: Box::new(Finder::new(text.as_bytes()).into_owned()),
            text: text.into(),
        }
    }

    /// Whether it is in a text of the facts, whose bytes say `text`.
    fn is_in(&self, bytes: &str, text: &str, work: &Work) -> Option<bool> {
        work.budget.charge(text.len() as u64 / SEARCHED_PER_STEP)?;
        let folded = work.folded(bytes, text)?;
        Some(self.finder.find(folded.as_bytes()).is_some())
    }
}

/// A number that another has to be below or above.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) comparison: Comparison,
    pub(crate) text: Box<str>,
    number: Option<Number>,
}

impl Bound {
    fn new(comparison: Comparison, text: &str) -> Self {
        Self {
            comparison,
            text: text.into(),
            number: Number::new(text),
        }
    }

    /// Whether the number that a text is fulfils it; any other text does not.
    fn fits(&self, text: &str) -> bool {
        let ordering = self.number.as_ref().and_then(|number| number.compare(text));
        // How the bound stands to the text.
        ordering.is_some_and(|ordering| match self.comparison {
            Comparison::Less => ordering.is_gt(),
            Comparison::AtMost => ordering.is_ge(),
            Comparison::Greater => ordering.is_lt(),
            Comparison::AtLeast => ordering.is_le(),
        })
    }
}

/// A JSON value to compare with, read before.
#[derive(Debug)]
pub(crate) struct Json {
    pub(crate) text: Box<str>,
    kind: Kind,
    number: Option<Number>,
    /// The text of a string that has no escape, or a number that has no other spelling: equal
    /// values without escapes, signs, fractions and exponents are equal texts.
    plain: bool,
}

impl Json {
    fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            kind: kind_of(text),
            number: Number::new(text),
            plain: is_plain(text),
        }
    }

    /// Whether its text is equal to that of any equal value which is plain too.
    pub(crate) const fn is_plain(&self) -> bool {
        self.plain
    }

    /// Whether a value is the same JSON value.
    fn is(&self, json: &str, work: &Work) -> Option<bool> {
        if *self.text == *json {
            return Some(true);
        }
        Some(match (self.kind, kind_of(json)) {
            (one, other) if one != other => false,
            (Kind::Null | Kind::Bool, _) => false,
            (Kind::String | Kind::Number, _) if self.plain && is_plain(json) => false,
            (Kind::String, _) => same_string(&self.text, json),
            (Kind::Number, _) => {
                let ordering = self.number.as_ref().and_then(|number| number.compare(json));
                ordering.is_some_and(std::cmp::Ordering::is_eq)
            }
            (Kind::Array | Kind::Object, _) => return work.same_value(&self.text, json),
        })
    }
}

/// Whether a value is one of several.
fn is_any(wanted: &[Json], json: &str, work: &Work) -> Option<bool> {
    for wanted in wanted {
        if wanted.is(json, work)? {
            return Some(true);
        }
    }
    Some(false)
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

/// Whether a value's text is equal to that of any equal value which is plain too.
pub(crate) fn is_plain(json: &str) -> bool {
    match json.as_bytes().first() {
        Some(b'"') => !json.contains('\\'),
        Some(b'0'..=b'9') => json.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

/// The text of a string, or how any other value is written.
fn text_of(json: &str) -> Cow<'_, str> {
    match kind_of(json) {
        Kind::String => unescape_lossy(json),
        _ => Cow::Borrowed(json),
    }
}

impl Predicate {
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
        Op::In => {
            let items = items(value, |item| unescape_lossy(item).into());
            TextTest::In(items.into_iter().collect())
        }
        Op::Contains => TextTest::Contains(Part::new(&text())),
        Op::Matches => TextTest::Matches(expression(&text())?),
        Op::Less => TextTest::Compare(Bound::new(Comparison::Less, value)),
        Op::Greater => TextTest::Compare(Bound::new(Comparison::Greater, value)),
        Op::Schema => TextTest::Schema(Box::new(Schema::new(value)?)),
        Op::Absent => TextTest::Absent,
        Op::Present | Op::Every | Op::Changed => TextTest::Present,
    })
}

fn json_test(op: Op, value: &str) -> Result<JsonTest, (Message, String)> {
    Ok(match op {
        Op::Equals => JsonTest::Is(Json::new(value)),
        Op::NotEquals => JsonTest::IsNot(Json::new(value)),
        Op::In => JsonTest::In(items(value, Json::new)),
        Op::Contains => JsonTest::Contains(Part::new(&unescape_lossy(value))),
        Op::Matches => JsonTest::Matches(expression(&unescape_lossy(value))?),
        Op::Less => JsonTest::Compare(Bound::new(Comparison::Less, value)),
        Op::Greater => JsonTest::Compare(Bound::new(Comparison::Greater, value)),
        Op::Schema => JsonTest::Schema(Box::new(Schema::new(value)?)),
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
    /// Whether a text, or its absence, fulfils it.
    pub(crate) fn fits(&self, text: Option<&str>, work: &Work) -> Option<bool> {
        let Some(text) = text else {
            return Some(matches!(self, Self::Absent | Self::IsNot(_)));
        };
        Some(match self {
            Self::Is(wanted) => **wanted == *text,
            Self::IsNot(wanted) => **wanted != *text,
            Self::In(wanted) => wanted.contains(text),
            Self::Contains(part) => return part.is_in(text, text, work),
            Self::Matches(expression) => return expression.is_match(text, &work.budget),
            Self::Present => true,
            Self::Absent => false,
            Self::Compare(bound) => bound.fits(text.trim()),
            Self::Schema(schema) => return schema.is_valid(text, &work.budget),
        })
    }
}

impl JsonTest {
    /// Whether a value, or its absence, fulfils it. A change is no matter of one value.
    pub(crate) fn fits(&self, json: Option<&str>, work: &Work) -> Option<bool> {
        let Some(json) = json else {
            return Some(matches!(self, Self::Absent | Self::IsNot(_)));
        };
        Some(match self {
            Self::Is(wanted) => return wanted.is(json, work),
            Self::IsNot(wanted) => !wanted.is(json, work)?,
            Self::In(wanted) => return is_any(wanted, json, work),
            Self::Contains(part) => return part.is_in(json, &text_of(json), work),
            Self::Compare(bound) => bound.fits(text_of(json).trim()),
            Self::Matches(expression) => {
                return expression.is_match(&text_of(json), &work.budget);
            }
            Self::Present => true,
            Self::Absent | Self::Changed => false,
            Self::Schema(schema) => return schema.is_valid(json, &work.budget),
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
