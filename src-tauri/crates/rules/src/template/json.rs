//! Values as JSON text.

use std::fmt::Write;

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, ErrorKind, State};

use crate::template::number::as_number;
use crate::template::values::{Node, Variables, of_pairs, quoted};

/// Levels of lists and objects that a template puts together and writes.
pub(super) const LEVELS: usize = 64;

/// The detail of an error about a value that JSON does not have.
pub(super) const NOT_JSON: &str = "no JSON";

/// A text as it is, anything else as JSON.
pub(super) fn plain(state: &State<'_, '_>, value: &Value) -> Result<String, Error> {
    match value.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => text(state, value),
    }
}

/// JSON text.
pub(super) fn text(state: &State<'_, '_>, value: &Value) -> Result<String, Error> {
    let mut out = String::new();
    write(state, value, &mut out, 0)?;
    Ok(out)
}

fn write(
    state: &State<'_, '_>,
    value: &Value,
    out: &mut String,
    level: usize,
) -> Result<(), Error> {
    let before = out.len();
    if let Some(number) = as_number(value) {
        out.push_str(number.text());
    } else if let Some(node) = value.downcast_object_ref::<Node>() {
        out.push_str(node.json());
    } else if let Some(all) = value.downcast_object_ref::<Variables>() {
        out.push_str(&of_pairs(
            all.all.iter().map(|(name, json)| (name.as_str(), &**json)),
        ));
    } else {
        match value.kind() {
            ValueKind::Undefined => return Err(ErrorKind::UndefinedError.into()),
            ValueKind::None => out.push_str("null"),
            ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number => number(value, out)?,
            ValueKind::Seq | ValueKind::Iterable | ValueKind::Map => {
                return container(state, value, out, level);
            }
            _ => match value.as_str() {
                Some(text) => out.push_str(&quoted(text)),
                None => return Err(not_json()),
            },
        }
    }
    // What the library takes for a byte that is serialized: a quarter of one fuel.
    state.consume_fuel((out.len() - before) as u64 / 4)
}

fn number(value: &Value, out: &mut String) -> Result<(), Error> {
    if !value.is_integer() && !f64::try_from(value.clone())?.is_finite() {
        return Err(not_json());
    }
    let _ = write!(out, "{value}");
    Ok(())
}

fn container(
    state: &State<'_, '_>,
    value: &Value,
    out: &mut String,
    level: usize,
) -> Result<(), Error> {
    if level >= LEVELS {
        return Err(not_json());
    }
    let is_map = value.kind() == ValueKind::Map;
    out.push(if is_map { '{' } else { '[' });
    for (index, item) in value.try_iter()?.enumerate() {
        state.consume_fuel(1)?;
        if index > 0 {
            out.push_str(", ");
        }
        if is_map {
            out.push_str(&quoted(&plain(state, &item)?));
            out.push_str(": ");
            write(state, &value.get_item(&item)?, out, level + 1)?;
        } else {
            write(state, &item, out, level + 1)?;
        }
    }
    out.push(if is_map { '}' } else { ']' });
    Ok(())
}

fn not_json() -> Error {
    Error::new(ErrorKind::InvalidOperation, NOT_JSON)
}
