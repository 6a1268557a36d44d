//! The filters that templates are given, those that are written and those that are added.

use minijinja::value::{DynObject, Kwargs, Tuple, Value, ValueKind};
use minijinja::{Error, ErrorKind, HtmlEscape, Output, State};

use crate::template::json::{LEVELS, plain, text};
use crate::template::number::{as_number, native};
use crate::template::values::{Node, quoted};

/// Writes what is not written into JSON: texts as they are, anything else as JSON has it.
pub(super) fn write(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), Error> {
    let text = plain(state, value)?;
    out.write_str(&text).map_err(Error::from)
}

/// Outside of a string: JSON text.
pub(super) fn outside(state: &mut State<'_, '_>, value: Value) -> Result<Value, Error> {
    if value.is_safe() {
        return Ok(value);
    }
    text(state, &value).map(Value::from_safe_string)
}

/// Inside of a string: the characters of a text, or of a JSON text, escaped.
pub(super) fn within(state: &mut State<'_, '_>, value: Value) -> Result<Value, Error> {
    if value.is_safe() {
        return Ok(value);
    }
    let text = plain(state, &value)?;
    let quoted = quoted(&text);
    Ok(Value::from_safe_string(
        quoted[1..quoted.len() - 1].to_owned(),
    ))
}

/// `| tojson`, with `indent` over several lines.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the library gives arguments by value"
)]
pub(super) fn tojson(
    state: &mut State<'_, '_>,
    value: Value,
    indent: Option<Value>,
    options: Kwargs,
) -> Result<Value, Error> {
    let named: Option<Value> = options.get("indent")?;
    options.assert_all_used()?;
    let json = text(state, &value)?;
    let is_pretty = indent.or(named).is_some_and(|indent| indent.is_true());
    let json = match is_pretty {
        true => json_text::pretty(&json).unwrap_or(json),
        false => json,
    };
    Ok(Value::from_safe_string(json))
}

/// `| escape`: a text for HTML. The library takes it for written, and would put it into JSON
/// without quotes.
pub(super) fn escape(state: &mut State<'_, '_>, value: Value) -> Result<Value, Error> {
    if value.is_safe() {
        return Ok(value);
    }
    let text = plain(state, &value)?;
    Ok(Value::from(HtmlEscape(&text).to_string()))
}

/// The filter in front of arithmetic.
pub(super) fn operand(state: &mut State<'_, '_>, value: Value) -> Result<Value, Error> {
    if let Some(number) = as_number(&value) {
        return Ok(native(number));
    }
    if !matches!(
        value.kind(),
        ValueKind::Seq | ValueKind::Map | ValueKind::Iterable
    ) {
        return Ok(value);
    }
    if let Some(node) = value.downcast_object_ref::<Node>() {
        // A byte costs what the library takes for one that is serialized.
        state.consume_fuel(node.json().len() as u64 / 4)?;
        if !node.json().contains(['.', 'e', 'E']) {
            return Ok(value);
        }
        return natives(state, &value, 0);
    }
    // The library puts lists together lazily, and a list that is doubled 33 times would be walked
    // at once. Delete once `+` of lists makes one.
    let value = made(state, &value, 0)?.unwrap_or(value);
    if value.kind() != ValueKind::Seq {
        return Ok(value);
    }
    natives(state, &value, 0)
}

/// A value with the library's own numbers for all that keep their digits.
pub(super) fn natives(state: &State<'_, '_>, value: &Value, level: usize) -> Result<Value, Error> {
    state.consume_fuel(1)?;
    if let Some(number) = as_number(value) {
        return Ok(native(number));
    }
    if level > LEVELS {
        return Ok(value.clone());
    }
    match value.kind() {
        ValueKind::Seq => {
            let items = value
                .try_iter()?
                .map(|item| natives(state, &item, level + 1));
            Ok(Value::from(items.collect::<Result<Vec<_>, _>>()?))
        }
        ValueKind::Map => {
            let pairs = value.try_iter()?.map(|key| {
                let item = value.get_item(&key)?;
                Ok((key, natives(state, &item, level + 1)?))
            });
            Ok(Value::from_pairs(pairs.collect::<Result<Vec<_>, Error>>()?))
        }
        _ => Ok(value.clone()),
    }
}

/// The filter in front of what takes a part of a text.
pub(super) fn sized(state: &mut State<'_, '_>, value: Value) -> Result<Value, Error> {
    // As much as the library takes for a text that a filter reads: 64 bytes are one fuel.
    state.consume_fuel(value.as_str().map_or(0, str::len) as u64 / 64)?;
    Ok(value)
}

/// The filter behind what a later statement may put into a value of its own. The library drops and
/// compares values by recursion: a list within a list a hundred thousand times ends the program,
/// and so does a part of a part of a list, which it does not take until it is walked.
pub(super) fn flat(state: &mut State<'_, '_>, value: Value) -> Result<Value, Error> {
    Ok(made(state, &value, 0)?.unwrap_or(value))
}

/// The same behind what is put into a namespace, in which no namespace may be: one within itself
/// has no end where it is written.
pub(super) fn held(state: &mut State<'_, '_>, value: Value) -> Result<Value, Error> {
    let value = flat(state, value)?;
    match has_namespace(&value) {
        false => Ok(value),
        true => Err(Error::new(
            ErrorKind::InvalidOperation,
            "a namespace cannot be put into a namespace",
        )),
    }
}

/// Lists that the library would put together when they are walked, made now, wherever they are in a
/// value; `None` where there are none. A value of too many levels is refused.
fn made(state: &State<'_, '_>, value: &Value, level: usize) -> Result<Option<Value>, Error> {
    let kind = value.kind();
    let has_parts = matches!(kind, ValueKind::Seq | ValueKind::Map | ValueKind::Iterable);
    if !has_parts || value.downcast_object_ref::<Node>().is_some() {
        return Ok(None);
    }
    if level >= LEVELS {
        let detail = "a value has too many levels of lists and objects";
        return Err(Error::new(ErrorKind::InvalidOperation, detail));
    }
    let is_list = value.downcast_object_ref::<Vec<Value>>().is_some() || value.is_tuple();
    let mut is_lazy = kind != ValueKind::Map && !is_list;
    let mut pairs = Vec::new();
    for key in value.try_iter()? {
        state.consume_fuel(1)?;
        let item = match kind {
            ValueKind::Map => value.get_item(&key)?,
            _ => key.clone(),
        };
        let changed = made(state, &item, level + 1)?;
        is_lazy |= changed.is_some();
        pairs.push((key, changed.unwrap_or(item)));
    }
    let items = |pairs: Vec<(Value, Value)>| pairs.into_iter().map(|(_, item)| item).collect();
    Ok(match kind {
        _ if !is_lazy => None,
        ValueKind::Map => Some(Value::from_pairs(pairs)),
        _ if value.is_tuple() => Some(Value::from(Tuple::new(items(pairs)))),
        _ => Some(Value::from(items(pairs))),
    })
}

/// Whether a value that was made is a namespace or holds one.
fn has_namespace(value: &Value) -> bool {
    let is_namespace = |object: &DynObject| object.type_name().ends_with("::Namespace");
    if value.as_object().is_some_and(is_namespace) {
        return true;
    }
    let is_map = value.kind() == ValueKind::Map;
    let has_parts =
        (is_map || value.kind() == ValueKind::Seq) && value.downcast_object_ref::<Node>().is_none();
    let Some(mut parts) = value.try_iter().ok().filter(|_| has_parts) else {
        return false;
    };
    parts.any(|part| match is_map {
        true => value.get_item(&part).is_ok_and(|item| has_namespace(&item)),
        false => has_namespace(&part),
    })
}
