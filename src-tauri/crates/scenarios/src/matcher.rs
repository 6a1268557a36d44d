//! What a value is expected to be.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

use json_text::{Kind, NodeIndex, Tree, compare_numbers, push_index, push_key, same_value};
use messages::Message;
use rules::source::Cursor;
use rules::{RuleError, ValueTest};

use crate::words::{differences, problems};

/// Members or items of what is expected.
const LIST_MAX: usize = 10_000;

/// The longest text of a test, in bytes.
const TEXT_MAX: usize = 64 << 10;

/// What a value is expected to be.
#[derive(Clone, Debug)]
pub(crate) enum Matcher {
    /// Equal as JSON.
    Equal(String),
    /// A text from outside: equal to it, or a number, a boolean or `null` that is written so.
    Untyped(String),
    /// It passes all of these.
    Tests { tests: Vec<Test>, json: String },
    /// An object of exactly these members.
    Object(Vec<(String, Self)>),
    /// A list of exactly these items.
    List(Vec<Self>),
}

/// A test of a value that is there.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Type(Kind),
    /// Of a regular expression or a schema.
    Value(Arc<ValueTest>),
    /// It is there, whatever it is.
    Present,
    Absent,
    Less(String),
    Greater(String),
    OneOf(Vec<String>),
    Near(String, String),
    Equal(String),
}

/// Reads what a test is compared with.
type ReadTest = fn(&Cursor<'_>) -> Result<Test, RuleError>;

/// All tests by name, with what is read from each.
const TESTS: [(&str, ReadTest); 11] = [
    ("$type", |value| {
        let kind = value.one_of(&KINDS, |kind| kind.1)?;
        Ok(Test::Type(kind.0))
    }),
    ("$matches", |value| {
        let source = value.text_up_to(TEXT_MAX)?;
        let test = ValueTest::matches(&source);
        let test = test.map_err(|message| value.error(message))?;
        Ok(Test::Value(Arc::new(test)))
    }),
    ("$present", |value| match value.boolean()? {
        true => Ok(Test::Present),
        false => Ok(Test::Absent),
    }),
    ("$absent", |value| match value.boolean()? {
        true => Ok(Test::Absent),
        false => Ok(Test::Present),
    }),
    ("$less", |value| number(value).map(Test::Less)),
    ("$greater", |value| number(value).map(Test::Greater)),
    ("$one_of", |value| {
        let items = value.list(LIST_MAX)?;
        if items.is_empty() {
            return Err(value.error(&problems::EMPTY));
        }
        let items = items.iter().map(|item| item.json().to_owned());
        Ok(Test::OneOf(items.collect()))
    }),
    ("$schema", |value| {
        let test = ValueTest::schema(value.json());
        let test = test.map_err(|(message, below)| value.error(message).below(&below))?;
        Ok(Test::Value(Arc::new(test)))
    }),
    ("$near", |value| {
        let items = value.list(2)?;
        match items.as_slice() {
            [near, by] => {
                let (near, distance) = (number(near)?, number(by)?);
                match distance.starts_with('-') {
                    true => Err(by.error(&problems::NEGATIVE)),
                    false => Ok(Test::Near(near, distance)),
                }
            }
            _ => Err(value.unfit(&problems::NEAR)),
        }
    }),
    ("$any", |value| match value.boolean()? {
        true => Ok(Test::Present),
        false => Err(value.error(&problems::ONLY_TRUE)),
    }),
    ("$equal", |value| Ok(Test::Equal(value.json().to_owned()))),
];

/// The names of the kinds of values.
const KINDS: [(Kind, &str); 6] = [
    (Kind::Object, "object"),
    (Kind::Array, "array"),
    (Kind::String, "string"),
    (Kind::Number, "number"),
    (Kind::Bool, "boolean"),
    (Kind::Null, "null"),
];

/// A number, or a text that is one: tables and captured values give texts.
fn number(value: &Cursor<'_>) -> Result<String, RuleError> {
    let text = match value.kind() {
        Kind::Number => value.json().to_owned(),
        Kind::String => value.text_up_to(TEXT_MAX)?.trim().to_owned(),
        _ => return Err(value.unfit(&problems::NUMBER)),
    };
    match compare_numbers(&text, &text) {
        Some(_) => Ok(text),
        None => Err(value.unfit(&problems::NUMBER)),
    }
}

/// A value that is not what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// What was expected, as it is written.
    pub(crate) expected: String,
    pub(crate) message: Message,
}

impl Matcher {
    /// Reads what is expected of a value. `untyped`: the places of texts from outside.
    ///
    /// # Errors
    /// The first place that does not fit.
    pub(crate) fn read(value: &Cursor<'_>, untyped: &HashSet<String>) -> Result<Self, RuleError> {
        let json = value.json().to_owned();
        match value.kind() {
            Kind::Object => {
                let members = value.entries(LIST_MAX)?;
                let tests = members.iter().filter(|(name, _)| name.starts_with('$'));
                match tests.count() {
                    0 => {}
                    count if count == members.len() => {
                        let tests = members.iter().map(|(name, value)| test(name, value));
                        let tests = tests.collect::<Result<_, _>>()?;
                        return Ok(Self::Tests { tests, json });
                    }
                    _ => return Err(value.error(&problems::MIXED)),
                }
                let members = members.into_iter().map(|(name, value)| {
                    let matcher = Self::read(&value, untyped)?;
                    Ok((name, matcher))
                });
                let members = members.collect::<Result<Vec<_>, RuleError>>()?;
                let is_plain = members.iter().all(|(_, one)| matches!(one, Self::Equal(_)));
                Ok(match is_plain {
                    true => Self::Equal(json),
                    false => Self::Object(members),
                })
            }
            Kind::Array => {
                let items = value.list(LIST_MAX)?;
                let items = items.iter().map(|item| Self::read(item, untyped));
                let items = items.collect::<Result<Vec<_>, _>>()?;
                let is_plain = items.iter().all(|one| matches!(one, Self::Equal(_)));
                Ok(match is_plain {
                    true => Self::Equal(json),
                    false => Self::List(items),
                })
            }
            Kind::String if untyped.contains(value.pointer()) => {
                Ok(Self::Untyped(value.text_up_to(usize::MAX)?))
            }
            _ => Ok(Self::Equal(json)),
        }
    }

    /// Why a value is not what is expected; `None` where it is. `None` for a value: it is not
    /// there.
    pub(crate) fn misfit(&self, actual: Option<&str>) -> Option<Misfit> {
        let tree = actual.and_then(|json| Tree::new(json).ok());
        let found = tree.as_ref().map(|tree| (tree, Tree::<&str>::ROOT));
        let mut at = String::new();
        let (expected, message) = self.find(found, &mut at)?;
        let message = match at.is_empty() {
            true => message,
            false => differences::INSIDE.arg(at).arg(message),
        };
        Some(Misfit { expected, message })
    }

    /// What is expected, as it is written.
    fn written(&self) -> String {
        match self {
            Self::Equal(json) | Self::Tests { json, .. } => json.clone(),
            Self::Untyped(text) => serde_json::Value::from(text.as_str()).to_string(),
            Self::Object(members) => {
                let members = members.iter().map(|(name, one)| {
                    let name = serde_json::Value::from(name.as_str());
                    format!("{name}:{}", one.written())
                });
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
            Self::List(items) => {
                let items = items.iter().map(Self::written);
                format!("[{}]", items.collect::<Vec<_>>().join(","))
            }
        }
    }

    /// The first place that differs.
    fn find(
        &self,
        actual: Option<(&Tree<&str>, NodeIndex)>,
        at: &mut String,
    ) -> Option<(String, Message)> {
        let json = actual.map(|(tree, node)| tree.json(node));
        let other = |json: &str| {
            let expected = self.written();
            let message = differences::OTHER.arg(short(&expected)).arg(short(json));
            Some((expected, message))
        };
        if let Self::Tests {
            tests,
            json: written,
        } = self
        {
            let message = tests.iter().find_map(|one| one.misfit(written, json))?;
            return Some((written.clone(), message));
        }
        let (Some((tree, node)), Some(json)) = (actual, json) else {
            let expected = self.written();
            let message = differences::ABSENT.arg(short(&expected));
            return Some((expected, message));
        };
        match self {
            Self::Equal(expected) if same_value(expected, json) => None,
            Self::Untyped(text) => {
                let quoted = serde_json::Value::from(text.as_str()).to_string();
                let is_scalar = !matches!(tree.kind(node), Kind::Array | Kind::Object);
                let is_so = same_value(&quoted, json) || is_scalar && same_value(text, json);
                if is_so { None } else { other(json) }
            }
            Self::Object(members) if tree.kind(node) == Kind::Object => {
                match has_others(tree, node, members) {
                    true => other(json),
                    false => in_members(members, tree, node, at),
                }
            }
            Self::List(items) if tree.kind(node) == Kind::Array => {
                match tree.children(node).count() == items.len() {
                    true => in_items(items, tree, node, at),
                    false => other(json),
                }
            }
            _ => other(json),
        }
    }
}

/// A value as a sentence has it.
pub(crate) fn short(json: &str) -> String {
    /// Characters of a value in a sentence.
    const SHOWN: usize = 300;
    match json.char_indices().nth(SHOWN) {
        None => json.to_owned(),
        Some((end, _)) => format!("{}…", &json[..end]),
    }
}

/// Whether an object has members that are not expected.
fn has_others(tree: &Tree<&str>, node: NodeIndex, expected: &[(String, Matcher)]) -> bool {
    tree.members(node).any(|child| {
        let name = tree.name(child);
        !expected.iter().any(|(one, _)| *one == name)
    })
}

fn in_members(
    members: &[(String, Matcher)],
    tree: &Tree<&str>,
    node: NodeIndex,
    at: &mut String,
) -> Option<(String, Message)> {
    let length = at.len();
    members.iter().find_map(|(name, one)| {
        at.truncate(length);
        push_key(at, name);
        let child = tree.member(node, name).map(|child| (tree, child));
        one.find(child, at)
    })
}

fn in_items(
    items: &[Matcher],
    tree: &Tree<&str>,
    node: NodeIndex,
    at: &mut String,
) -> Option<(String, Message)> {
    let length = at.len();
    let mut pairs = items.iter().zip(tree.children(node)).enumerate();
    pairs.find_map(|(index, (one, child))| {
        at.truncate(length);
        push_index(at, index);
        one.find(Some((tree, child)), at)
    })
}

fn test(name: &str, value: &Cursor<'_>) -> Result<Test, RuleError> {
    let known = TESTS.iter().find(|(known, _)| *known == name);
    let Some((_, read)) = known else {
        let names: Vec<&str> = TESTS.iter().map(|(name, _)| *name).collect();
        let message = problems::TEST.arg(name).arg(names.join(", "));
        return Err(value.error(message).of_its_name());
    };
    read(value)
}

impl Test {
    /// Why a value fails it. `written`: all tests of the value as they are written.
    fn misfit(&self, written: &str, actual: Option<&str>) -> Option<Message> {
        let Some(json) = actual else {
            return match self {
                Self::Absent => None,
                _ => Some(differences::ABSENT.arg(short(written))),
            };
        };
        let kind = Tree::new(json).map(|tree| tree.kind(Tree::<&str>::ROOT));
        let ordering = |limit: &str| match kind {
            Ok(Kind::Number) => compare_numbers(json, limit),
            _ => None,
        };
        let passes = match self {
            Self::Absent => return Some(differences::PRESENT.arg(short(json))),
            Self::Present => true,
            Self::Type(wanted) => kind == Ok(*wanted),
            Self::Value(test) => match test.holds(json) {
                Some(holds) => holds,
                None => return Some(differences::TOO_LONG.arg(short(json)).arg(short(written))),
            },
            Self::Less(limit) => ordering(limit) == Some(Ordering::Less),
            Self::Greater(limit) => ordering(limit) == Some(Ordering::Greater),
            Self::OneOf(values) => values.iter().any(|one| same_value(one, json)),
            Self::Equal(value) => same_value(value, json),
            // A distance that a person writes: doubles are as exact as that.
            Self::Near(value, by) => match (kind, json.parse(), value.parse(), by.parse::<f64>()) {
                (Ok(Kind::Number), Ok::<f64, _>(actual), Ok::<f64, _>(value), Ok(by)) => {
                    (actual - value).abs() <= by
                }
                _ => false,
            },
        };
        (!passes).then(|| differences::TEST.arg(short(written)).arg(short(json)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(json: &str) -> Result<Matcher, RuleError> {
        let tree = Tree::new(json).unwrap();
        Matcher::read(&Cursor::root(&tree), &HashSet::new())
    }

    #[test]
    fn values_and_tests_judge_a_value() {
        for (expected, actual, fits) in [
            ("90", Some("90.0"), true),
            ("90", Some("\"90\""), false),
            ("null", Some("null"), true),
            ("null", None, false),
            (r#"{"a":[1,2]}"#, Some(r#"{ "a" : [1, 2.0] }"#), true),
            (r#"{"$type":"object"}"#, Some("{}"), true),
            (r#"{"$type":"number"}"#, Some("\"1\""), false),
            (r#"{"$matches":"^A-"}"#, Some("\"A-1\""), true),
            (r#"{"$matches":"^A-"}"#, Some("\"B\""), false),
            (r#"{"$present":true}"#, Some("null"), true),
            (r#"{"$present":true}"#, None, false),
            (r#"{"$present":false}"#, None, true),
            (r#"{"$absent":true}"#, None, true),
            (r#"{"$absent":true}"#, Some("null"), false),
            (r#"{"$less":100}"#, Some("99.999999999999999999"), true),
            (r#"{"$less":100}"#, Some("100"), false),
            (r#"{"$less":"100"}"#, Some("\"5\""), false),
            (r#"{"$greater":1,"$less":3}"#, Some("2"), true),
            (r#"{"$greater":1,"$less":3}"#, Some("3"), false),
            (r#"{"$one_of":[1,"a"]}"#, Some("\"a\""), true),
            (r#"{"$one_of":[1,"a"]}"#, Some("2"), false),
            (r#"{"$schema":{"type":"array"}}"#, Some("[]"), true),
            (r#"{"$schema":{"type":"array"}}"#, Some("{}"), false),
            (r#"{"$near":[100,0.5]}"#, Some("99.5"), true),
            (r#"{"$near":[100,0.5]}"#, Some("99.4"), false),
            (r#"{"$any":true}"#, Some("[]"), true),
            (r#"{"$any":true}"#, None, false),
            (
                r#"{"$equal":{"$type":"x"}}"#,
                Some(r#"{"$type":"x"}"#),
                true,
            ),
            (
                r#"{"id":{"$matches":"^\\d+$"},"n":1}"#,
                Some(r#"{"n":1,"id":"17"}"#),
                true,
            ),
            (
                r#"{"id":{"$any":true}}"#,
                Some(r#"{"id":1,"more":2}"#),
                false,
            ),
            (r#"[{"$any":true},2]"#, Some("[1,2]"), true),
            (r#"[{"$any":true},2]"#, Some("[1]"), false),
        ] {
            let misfit = matcher(expected).unwrap().misfit(actual);
            assert_eq!(misfit.is_none(), fits, "{expected} {actual:?} {misfit:?}");
        }
    }

    #[test]
    fn a_place_within_is_named() {
        let misfit = matcher(r#"{"a":{"b":[{"$less":2}]}}"#).unwrap();
        let misfit = misfit.misfit(Some(r#"{"a":{"b":[3]}}"#)).unwrap();
        assert_eq!(misfit.expected, r#"{"$less":2}"#);
        assert!(
            misfit.message.to_string().contains("/a/b/0"),
            "{}",
            misfit.message
        );
    }

    #[test]
    fn what_is_no_test_is_refused_where_it_stands() {
        for (json, pointer) in [
            (r#"{"$typo":1}"#, "/$typo"),
            (r#"{"$type":"text"}"#, "/$type"),
            (r#"{"a":{"$less":"x"}}"#, "/a/$less"),
            (r#"{"a":1,"$any":true}"#, ""),
            (r#"{"$any":false}"#, "/$any"),
            (r#"{"$near":[1]}"#, "/$near"),
            (r#"{"$matches":"("}"#, "/$matches"),
            (r#"{"$schema":{"type":"no"}}"#, "/$schema/type"),
            (r#"[{"$one_of":1}]"#, "/0/$one_of"),
        ] {
            assert_eq!(matcher(json).unwrap_err().pointer, pointer, "{json}");
        }
    }

    #[test]
    fn a_text_from_outside_is_as_good_as_the_value_that_it_writes() {
        let tree = Tree::new(r#"{"a":"90"}"#).unwrap();
        let untyped = HashSet::from(["/a".to_owned()]);
        let matcher = Matcher::read(&Cursor::root(&tree), &untyped).unwrap();
        for (actual, fits) in [
            ("90", true),
            ("\"90\"", true),
            ("90.0", true),
            ("91", false),
        ] {
            let actual = format!("{{\"a\":{actual}}}");
            assert_eq!(matcher.misfit(Some(&actual)).is_none(), fits, "{actual}");
        }
    }
}
