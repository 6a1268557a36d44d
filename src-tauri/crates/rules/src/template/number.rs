//! Numbers that print as they were sent.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use json_text::is_zero;
use minijinja::value::{DynObject, Object, ObjectRepr, Value};

/// A number that the library would write otherwise.
pub(super) struct Number {
    text: Box<str>,
    value: json_text::Number,
}

impl Number {
    /// As it was sent.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Object for Number {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !is_zero(&self.text)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        self.value.compare(&other.downcast_ref::<Self>()?.text)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The value of a number's text.
pub(super) fn number(text: &str) -> Value {
    if let Ok(whole) = text.parse::<i128>()
        && text != "-0"
    {
        return Value::from(whole);
    }
    if !text.contains(['e', 'E'])
        && let Ok(fraction) = text.parse::<f64>()
        && fraction.fract() != 0.0
        && fraction.to_string() == text
    {
        return Value::from(fraction);
    }
    match json_text::Number::new(text) {
        Some(value) => Value::from_object(Number {
            text: text.into(),
            value,
        }),
        None => Value::from(text),
    }
}

/// The library's own number for one that keeps its digits: whole where it is whole.
pub(super) fn native(number: &Number) -> Value {
    let value: f64 = number.text.parse().unwrap_or(f64::NAN);
    let whole = value as i128;
    let is_whole = || number.value.compare(&whole.to_string()) == Some(Ordering::Equal);
    let whole = Value::from(whole);
    match value.fract() == 0.0 && is_whole() {
        true => whole,
        false => Value::from(value),
    }
}

/// Whether a value is a number that keeps its digits.
pub(super) fn as_number(value: &Value) -> Option<&Number> {
    value.downcast_object_ref::<Number>()
}
