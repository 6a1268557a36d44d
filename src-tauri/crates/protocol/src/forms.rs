//! Forms and queries: what three readers make of the same bytes.
//!
//! A name with brackets means nothing by itself: PHP, qs (which NocoBase's server reads queries
//! with) and the WHATWG's rules each make another value of it. Here is where each parameter stands,
//! and each reader's value as JSON. Everything is linear in the length; depth and count are bounded
//! where the reader bounds them.

mod json;
mod name;
mod php;
mod qs;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use json_text::same_value;
use percent_encoding::percent_decode;

pub(crate) use json::push_text;
pub(crate) use name::nested_name;
use name::{Name, php_name};
pub(crate) use php::{PhpArray, PhpValue};
pub use qs::{QsOptions, QsValue};

/// How many parameters PHP reads, `max_input_vars`, and qs, `parameterLimit`.
const PARAMETERS_MAX: usize = 1000;

/// A parameter as it stands in a form or a query; of an empty one neither part has bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Where its name stands.
    pub name: Range<usize>,
    /// Where its value stands; `None` where there is no `=`.
    pub value: Option<Range<usize>>,
}

/// Every parameter in its order, repeats as separate entries, empty ones left out.
pub fn parameters(bytes: &[u8]) -> impl Iterator<Item = Parameter> {
    let mut from = 0;
    let parts = bytes.split(|byte| *byte == b'&').map(move |part| {
        let start = from;
        from += part.len() + 1;
        (start, part)
    });
    parts
        .filter(|(_, part)| !part.is_empty())
        .map(|(start, part)| {
            let equals = memchr::memchr(b'=', part);
            let end = start + part.len();
            Parameter {
                name: start..equals.map_or(end, |at| start + at),
                value: equals.map(|at| start + at + 1..end),
            }
        })
}

/// Bytes without their escapes: `+` is a space, and what is no escape stays.
#[must_use]
pub fn unescape(bytes: &[u8]) -> Cow<'_, [u8]> {
    let spaced = match memchr::memchr(b'+', bytes) {
        None => Cow::Borrowed(bytes),
        Some(_) => {
            let spaced = bytes.iter().map(|byte| match byte {
                b'+' => b' ',
                byte => *byte,
            });
            Cow::Owned(spaced.collect::<Vec<u8>>())
        }
    };
    if memchr::memchr(b'%', &spaced).is_none() {
        return spaced;
    }
    Cow::Owned(percent_decode(&spaced).collect())
}

/// The same bytes as three readers see them, each as JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormReadings {
    /// PHP's `$_POST` and `$_GET`.
    pub php: String,
    /// A query of NocoBase's.
    pub qs: String,
    /// The pairs of the WHATWG's rules, a list of names and values.
    pub whatwg: String,
}

impl FormReadings {
    /// What becomes of a form or a query without its `?`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::by(bytes, QsOptions::NOCOBASE_QUERY)
    }

    /// The same where qs is set so.
    #[must_use]
    pub fn by(bytes: &[u8], qs: QsOptions) -> Self {
        Self {
            php: read_php(bytes).json(),
            qs: read_qs(bytes, qs).json(),
            whatwg: whatwg_json(bytes),
        }
    }
}

/// The reader that a platform takes a form or a query with, where it is one of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormReader {
    /// PHP.
    Php,
    /// qs, set so.
    Qs(QsOptions),
}

/// How much of a value is shown where two readers differ, in characters.
const SHOWN_CHARS: usize = 60;

/// The first top-level name of a form that PHP and qs read differently, and what each makes of it.
pub(crate) fn difference(form: &[u8]) -> Option<(String, String, String)> {
    let php = read_php(form);
    let QsValue::Object(qs) = read_qs(form, QsOptions::NOCOBASE_QUERY) else {
        return None;
    };
    let qs: HashMap<&str, String> = qs
        .iter()
        .map(|(name, value)| (&**name, value.json()))
        .collect();
    let shown = |json: Option<&String>| {
        let json = json.map_or("–", String::as_str);
        match json.char_indices().nth(SHOWN_CHARS) {
            Some((end, _)) => format!("{}…", &json[..end]),
            None => json.to_owned(),
        }
    };
    php.members().find_map(|(name, value)| {
        let json = value.json();
        let other = qs.get(name);
        let is_same = other.is_some_and(|other| same_value(&json, other));
        (!is_same).then(|| (name.to_owned(), shown(Some(&json)), shown(other)))
    })
}

/// What PHP makes of a form or a query.
pub(crate) fn read_php(bytes: &[u8]) -> PhpArray {
    let mut all = PhpArray::default();
    for one in parameters(bytes).take(PARAMETERS_MAX) {
        let value = one.value.map(|value| unescape(&bytes[value]));
        let value = String::from_utf8_lossy(value.as_deref().unwrap_or_default()).into_owned();
        match php_name(&unescape(&bytes[one.name])) {
            Name::Nested(root, steps) => all.set(root, steps, value),
            Name::TooDeep(root) => all.remove(&root),
            Name::Dropped => {}
        }
    }
    all
}

/// What qs makes of a form or a query.
#[must_use]
pub fn read_qs(bytes: &[u8], options: QsOptions) -> QsValue {
    options.read(&String::from_utf8_lossy(bytes))
}

fn whatwg_json(bytes: &[u8]) -> String {
    let mut text = String::from("[");
    for (name, value) in form_urlencoded::parse(bytes) {
        text.push_str(if text.len() > 1 { ",[" } else { "[" });
        push_text(&mut text, &name);
        text.push(',');
        push_text(&mut text, &value);
        text.push(']');
    }
    text.push(']');
    text
}

#[cfg(test)]
mod tests;
