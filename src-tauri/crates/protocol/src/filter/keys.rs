//! The keys of the filter, one entry each: what stands after the key, a right term, how its value
//! is read, and the values it is known to take.

use super::{Comparison, Condition, Having, Mark, Wanted};
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
    /// A colon and any text, commas included.
    Prose(fn(&str) -> Condition),
    /// A colon and texts with commas between them.
    Text(fn(Wanted) -> Condition),
    /// A colon and values that not every text is, with commas between them.
    Value(Value),
    /// A comparison with a quantity.
    Quantity(fn(Comparison, &str) -> Option<Condition>),
    /// A comparison with a moment, or a colon and days.
    Moment,
    /// A dot, a path, and what the value is compared with.
    Variable,
    /// A dot, a field's name, a colon and texts.
    Header,
}

impl Form {
    /// The signs that it takes, for messages.
    pub(super) const fn operators(&self) -> &'static str {
        match self {
            Self::Prose(_) | Self::Text(_) | Self::Value(_) | Self::Header => ":",
            Self::Quantity(_) => "< <= > >=",
            Self::Moment => ": < <= > >=",
            Self::Variable => "= ~ < <= > >=",
        }
    }
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

/// What an id looks like, for messages.
const IDS: &str = "0193, 01930000-ab";

const KEYS: &[Key] = &[
    text("event", "event:pay", Condition::Event),
    text("user", "user:77", Condition::User),
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
    text("method", "method:POST", |wanted| {
        Condition::Method(wanted.text)
    }),
    text("path", "path:/hook", Condition::Path),
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
    text("bot", "bot:\"Bot 1\"", |wanted| Condition::Bot(wanted.text)),
    prose("body", "body:\"text\"", |text| Condition::Body(text.into())),
    prose("note", "note:check", |text| Condition::Note(text.into())),
    Key {
        name: "id",
        example: "id:0193",
        form: Form::Value(Value {
            read: |text| id(text).map(Condition::Id),
            known: Vec::new,
            takes: Some(IDS),
        }),
    },
    Key {
        name: "of",
        example: "of:0193",
        form: Form::Value(Value {
            read: |text| id(text).map(Condition::Of),
            known: Vec::new,
            takes: Some(IDS),
        }),
    },
    Key {
        name: "at",
        example: "at>12:00 at:25.11 at:yesterday at>1h",
        form: Form::Moment,
    },
    Key {
        name: "duration",
        example: "duration>100",
        form: Form::Quantity(|comparison, text| {
            let number = text.strip_suffix("ms").unwrap_or(text).parse().ok();
            number
                .filter(|ms: &f64| ms.is_finite() && *ms >= 0.0)
                .map(|ms| Condition::Duration(comparison, ms))
        }),
    },
    Key {
        name: "size",
        example: "size>1000",
        form: Form::Quantity(|comparison, text| {
            let bytes = text.parse().ok();
            bytes.map(|bytes| Condition::Size(comparison, bytes))
        }),
    },
    Key {
        name: "var",
        example: "var.city=Казань",
        form: Form::Variable,
    },
    Key {
        name: "header",
        example: "header.x-id:abc",
        form: Form::Header,
    },
];

/// A key that takes texts; the condition is made of each.
const fn text(name: &'static str, example: &'static str, make: fn(Wanted) -> Condition) -> Key {
    Key {
        name,
        example,
        form: Form::Text(make),
    }
}

/// A key that takes one text with whatever is in it.
const fn prose(name: &'static str, example: &'static str, make: fn(&str) -> Condition) -> Key {
    Key {
        name,
        example,
        form: Form::Prose(make),
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
        Form::Prose(_) | Form::Text(_) | Form::Value(_) => format!("{}:", key.name),
        Form::Quantity(_) | Form::Moment => format!("{}>", key.name),
        Form::Variable => format!("{}.NAME=", key.name),
        Form::Header => format!("{}.NAME:", key.name),
    };
    KEYS.iter().map(shown).collect::<Vec<_>>().join(" ")
}

/// The keys that stand before a colon, each with the values to propose after it.
pub fn filter_values() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    KEYS.iter().filter_map(|key| match &key.form {
        Form::Prose(_) | Form::Text(_) => Some((key.name, Vec::new())),
        Form::Value(value) => Some((key.name, (value.known)())),
        Form::Quantity(_) | Form::Moment | Form::Variable | Form::Header => None,
    })
}

/// An exchange's id or its beginning, which are hexadecimal digits and hyphens.
fn id(text: &str) -> Option<String> {
    let digits = text.bytes().filter(|byte| *byte != b'-');
    let fits = (1..=32).contains(&digits.clone().count());
    let fits = fits && digits.clone().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| text.to_owned())
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
