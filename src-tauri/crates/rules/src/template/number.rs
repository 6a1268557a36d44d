//! Numbers that print as they were sent.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use json_text::{compare_numbers, is_zero};
use minijinja::value::{DynObject, Object, ObjectRepr, Value};

/// A number that the library would write otherwise.
pub(super) struct Number(pub(super) Box<str>);

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Object for Number {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !is_zero(&self.0)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        compare_numbers(&self.0, &other.downcast_ref::<Self>()?.0)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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
    Value::from_object(Number(text.into()))
}

/// The library's own number for one that keeps its digits: whole where it is whole.
pub(super) fn native(text: &str) -> Value {
    let value: f64 = text.parse().unwrap_or(f64::NAN);
    let whole = Value::from(value as i128);
    match value.fract() == 0.0 && compare_numbers(text, &whole.to_string()) == Some(Ordering::Equal)
    {
        true => whole,
        false => Value::from(value),
    }
}

/// Whether a value is a number that keeps its digits.
pub(super) fn as_number(value: &Value) -> Option<&Number> {
    value.downcast_object_ref::<Number>()
}
