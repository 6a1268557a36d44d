//! The keys of the filter, one entry each: what stands after the key, a right term, how its value
//! is read, and the values it is known to take.

use super::{Comparison, Condition, FilterTime, Having, Mark, time::moment};
use crate::names::{AnsweredBy, Source, State};
use crate::platform::Platform;

/// A key of the filter.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) form: Form,
    /// A right term, for messages.
    pub(super) example: &'static str,
}

/// What stands after a key.
pub(super) enum Form {
    /// A colon and any text.
    Text(fn(&str) -> Condition),
    /// A colon and a value that not every text is.
    Value(Value),
    /// A comparison with a quantity.
    Quantity(fn(Comparison, &str, FilterTime) -> Option<Condition>),
    /// A dot, a name, this sign and a text. Both signs are taken; messages show this one.
    Named(char, fn(String, String) -> Condition),
}

/// How a value is read.
pub(super) struct Value {
    pub(super) read: fn(&str) -> Option<Condition>,
    /// The values to propose.
    known: fn() -> Vec<&'static str>,
    /// What it takes, for messages, where that is more than the known values.
    takes: Option<&'static str>,
}

impl Value {
    /// What it takes, for messages.
    pub(super) fn takes(&self) -> String {
        self.takes
            .map_or_else(|| (self.known)().join(", "), str::to_owned)
    }
}

const KEYS: &[Key] = &[
    text("event", "event:pay", |text| Condition::Event(text.into())),
    text("user", "user:77", |text| Condition::User(text.into())),
    Key {
        name: "status",
        example: "status:5xx",
        form: Form::Value(Value {
            read: status,
            known: || vec!["200", "2xx", "3xx", "4xx", "5xx", "500"],
            takes: Some("200, 5xx, 500-599"),
        }),
    },
    choice(
        "by",
        "by:hand",
        |text| text.parse().ok().map(Condition::By),
        || AnsweredBy::ALL.iter().map(|one| one.as_str()).collect(),
    ),
    choice(
        "is",
        "is:held",
        |text| mark(text).map(Condition::Is),
        || {
            let states = State::ALL.iter().map(|one| one.as_str());
            states.chain(MARKS.iter().map(|(name, _)| *name)).collect()
        },
    ),
    choice(
        "has",
        "has:finding",
        |text| named(HAVINGS, text).map(Condition::Has),
        || HAVINGS.iter().map(|(name, _)| *name).collect(),
    ),
    text("method", "method:POST", |text| {
        Condition::Method(text.into())
    }),
    text("path", "path:/hook", |text| Condition::Path(text.into())),
    choice(
        "source",
        "source:tunnel",
        |text| text.parse().ok().map(Condition::Source),
        || Source::ALL.iter().map(|one| one.as_str()).collect(),
    ),
    choice(
        "platform",
        "platform:graph",
        |text| text.parse().ok().map(Condition::Platform),
        || Platform::ALL.iter().map(|one| one.as_str()).collect(),
    ),
    text("bot", "bot:\"Bot 1\"", |text| Condition::Bot(text.into())),
    text("body", "body:\"text\"", |text| Condition::Body(text.into())),
    text("note", "note:check", |text| Condition::Note(text.into())),
    text("id", "id:0193", |text| Condition::Id(text.into())),
    Key {
        name: "at",
        example: "at>12:00 at>2026-11-22T05:00",
        form: Form::Quantity(|comparison, text, time| {
            moment(text, time).map(|at| Condition::At(comparison, at))
        }),
    },
    Key {
        name: "duration",
        example: "duration>100",
        form: Form::Quantity(|comparison, text, _| {
            let number = text.strip_suffix("ms").unwrap_or(text).parse().ok();
            number
                .filter(|ms: &f64| ms.is_finite() && *ms >= 0.0)
                .map(|ms| Condition::Duration(comparison, ms))
        }),
    },
    Key {
        name: "size",
        example: "size>1000",
        form: Form::Quantity(|comparison, text, _| {
            let bytes = text.parse().ok();
            bytes.map(|bytes| Condition::Size(comparison, bytes))
        }),
    },
    Key {
        name: "var",
        example: "var.city=Казань",
        form: Form::Named('=', |name, value| Condition::Variable { name, value }),
    },
    Key {
        name: "header",
        example: "header.x-id:abc",
        form: Form::Named(':', |name, value| Condition::Header { name, value }),
    },
];

/// A key that takes any text; the condition is made of it.
const fn text(name: &'static str, example: &'static str, make: fn(&str) -> Condition) -> Key {
    Key {
        name,
        example,
        form: Form::Text(make),
    }
}

/// A key that takes the known values alone.
const fn choice(
    name: &'static str,
    example: &'static str,
    read: fn(&str) -> Option<Condition>,
    known: fn() -> Vec<&'static str>,
) -> Key {
    Key {
        name,
        example,
        form: Form::Value(Value {
            read,
            known,
            takes: None,
        }),
    }
}

/// The key of a name in lower case.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// All keys with what stands after them, for the message about an unknown one.
pub(super) fn list() -> String {
    let shown = |key: &Key| match key.form {
        Form::Text(_) | Form::Value(_) => format!("{}:", key.name),
        Form::Quantity(_) => format!("{}>", key.name),
        Form::Named(sign, _) => format!("{}.NAME{sign}", key.name),
    };
    KEYS.iter().map(shown).collect::<Vec<_>>().join(" ")
}

/// The keys that stand before a colon, each with the values to propose after it.
pub fn filter_values() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    KEYS.iter().filter_map(|key| match &key.form {
        Form::Text(_) => Some((key.name, Vec::new())),
        Form::Value(value) => Some((key.name, (value.known)())),
        Form::Quantity(_) | Form::Named(..) => None,
    })
}

/// `200`, `5xx` or `500-599`.
fn status(text: &str) -> Option<Condition> {
    let text = text.to_ascii_lowercase();
    let number = |text: &str| {
        let status: Option<u16> = text.parse().ok();
        status.filter(|status| (100..=999).contains(status))
    };
    let (from, to) = match (text.strip_suffix("xx"), text.split_once('-')) {
        (Some(class), _) => {
            let class: u16 = class.parse().ok()?;
            (1..=9)
                .contains(&class)
                .then_some((class * 100, class * 100 + 99))?
        }
        (None, Some((from, to))) => (number(from)?, number(to)?),
        (None, None) => (number(&text)?, number(&text)?),
    };
    (from <= to).then_some(Condition::Status { from, to })
}

const MARKS: &[(&str, Mark)] = &[("pinned", Mark::Pinned), ("replay", Mark::Replay)];

fn mark(text: &str) -> Option<Mark> {
    let state = || text.parse::<State>().ok().map(Mark::State);
    named(MARKS, text).or_else(state)
}

const HAVINGS: &[(&str, Having)] = &[
    ("finding", Having::Finding),
    ("error", Having::Error),
    ("warning", Having::Warning),
    ("info", Having::Info),
    ("note", Having::Note),
];

fn named<T: Copy>(table: &[(&str, T)], text: &str) -> Option<T> {
    let found = table.iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| *value)
}
