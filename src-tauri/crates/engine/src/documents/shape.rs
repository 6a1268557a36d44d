//! What of a JSON object a document's type knows: the type's own writing tells, field by field and
//! at every depth.

use serde_json::{Value, json};

use super::{Object, Stored};

/// A value as a JSON object.
pub(super) fn object<T: Stored>(value: &T) -> Object {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        Ok(_) | Err(_) => Object::new(),
    }
}

/// The pointer to a member of what lies at `at`.
pub(crate) fn child(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Whether a pointer names what lies at `at`, or something in it.
pub(crate) fn is_within(pointer: &str, at: &str) -> bool {
    pointer
        .strip_prefix(at)
        .is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// Whether of two pointers one names the other's place or something in it.
pub(crate) fn is_related(one: &str, other: &str) -> bool {
    is_within(one, other) || is_within(other, one)
}

/// Whether a pointer names one of these fields of the document, or something in it.
pub(super) fn is_of(pointer: &str, fields: &[String]) -> bool {
    let mut fields = fields.iter();
    fields.any(|field| is_within(pointer, &child("", field)))
}

/// Removes a member of an object; an element of a list stays, for those behind it would move.
pub(super) fn remove(document: &mut Value, pointer: &str) {
    let Some((at, name)) = pointer.rsplit_once('/') else {
        return;
    };
    let name = name.replace("~1", "/").replace("~0", "~");
    if let Some(Value::Object(object)) = document.pointer_mut(at) {
        object.remove(&name);
    }
}

/// The document's value with every field of `found` that fits; the pointers of the others are
/// added to `unreadable`.
pub(super) fn overlaid<T: Stored>(found: &Object, unreadable: &mut Vec<String>) -> T {
    let whole = Value::Object(found.clone());
    if let Some(value) = fitting(&whole) {
        return value;
    }
    let usual = Value::Object(object(&T::substitute()));
    let mut document = Value::Object(Object::new());
    overlay::<T>(&mut document, "", Some(&usual), found, unreadable);
    fitting(&document).unwrap_or_default()
}

/// One field at a time, so that a wrong one leaves the others alone. What is absent stays absent
/// meanwhile: a default may contradict a field that fits, as a default body does another one in
/// base64. An object that does not fit as a whole is entered, if it may be empty.
fn overlay<T: Stored>(
    document: &mut Value,
    at: &str,
    usual: Option<&Value>,
    found: &Object,
    unreadable: &mut Vec<String>,
) {
    let usual = |name: &str| usual.and_then(|usual| usual.get(name));
    let mut misfits = Vec::new();
    for (name, value) in found {
        if try_field::<T>(document, at, name, value) {
            continue;
        }
        match value {
            Value::Object(inner)
                if try_field::<T>(document, at, name, &Value::Object(Object::new())) =>
            {
                let at = child(at, name);
                overlay::<T>(document, &at, usual(name), inner, unreadable);
            }
            _ => misfits.push(name),
        }
    }
    for name in misfits {
        if let Some(usual) = usual(name) {
            try_field::<T>(document, at, name, usual);
        }
        unreadable.push(child(at, name));
    }
}

/// Sets a field of the object at `at`, unless the document does not fit then.
fn try_field<T: Stored>(document: &mut Value, at: &str, name: &str, value: &Value) -> bool {
    let set = |document: &mut Value, value: Option<Value>| {
        let object = document.pointer_mut(at).and_then(Value::as_object_mut);
        match (object, value) {
            (Some(object), Some(value)) => drop(object.insert(name.to_owned(), value)),
            (Some(object), None) => drop(object.remove(name)),
            (None, _) => {}
        }
    };
    set(document, Some(value.clone()));
    let fits = fitting::<T>(document).is_some();
    if !fits {
        set(document, None);
    }
    fits
}

fn fitting<T: Stored>(document: &Value) -> Option<T> {
    let value = T::deserialize(document).ok().filter(Stored::fits)?;
    let written = Value::Object(object(&value));
    is_shaped_like(document, &written).then_some(value)
}

/// Whether every list and object of `found` is one in `written` too. Derived readers take a list
/// for an object, by position, and `{"hold": null}` for the name `"hold"`: an empty list in place
/// of the rules of an address would be no rules.
fn is_shaped_like(found: &Value, written: &Value) -> bool {
    match (found, written) {
        (Value::Object(found), Value::Object(written)) => found.iter().all(|(name, value)| {
            let written = written.get(name);
            written.is_none_or(|written| is_shaped_like(value, written))
        }),
        (Value::Array(found), Value::Array(written)) => found
            .iter()
            .zip(written)
            .all(|(found, written)| is_shaped_like(found, written)),
        (Value::Object(_) | Value::Array(_), _) => false,
        _ => true,
    }
}

/// Pointers to the fields of `found` that `known` does not have, outside of what is unreadable.
pub(super) fn unknown(found: &Object, known: &Object, unreadable: &[String]) -> Vec<String> {
    let mut pointers = Vec::new();
    unknown_fields("", found, known, &mut pointers);
    pointers.retain(|pointer| !unreadable.iter().any(|at| is_within(pointer, at)));
    pointers
}

fn unknown_fields(at: &str, found: &Object, known: &Object, pointers: &mut Vec<String>) {
    for (name, value) in found {
        let pointer = child(at, name);
        match known.get(name) {
            Some(known) => unknown_within(&pointer, value, known, pointers),
            None => pointers.push(pointer),
        }
    }
}

fn unknown_within(at: &str, found: &Value, known: &Value, pointers: &mut Vec<String>) {
    match (found, known) {
        (Value::Object(found), Value::Object(known)) => {
            unknown_fields(at, found, known, pointers);
        }
        (Value::Array(found), Value::Array(known)) => {
            for (index, (found, known)) in found.iter().zip(known).enumerate() {
                unknown_within(&format!("{at}/{index}"), found, known, pointers);
            }
        }
        _ => {}
    }
}

/// Adds the fields of `found` that `known` does not have, at every depth, to `object`, which is
/// what `known` has become.
pub(super) fn preserve_unknown(found: &Object, known: &Object, object: &mut Object) {
    for (name, value) in found {
        match (known.get(name), object.get_mut(name)) {
            (Some(known), Some(object)) => preserve_within(value, known, object),
            (None, None) => {
                object.insert(name.clone(), value.clone());
            }
            _ => {}
        }
    }
}

fn preserve_within(found: &Value, known: &Value, value: &mut Value) {
    match (found, known, value) {
        (Value::Object(found), Value::Object(known), Value::Object(object)) => {
            preserve_unknown(found, known, object);
        }
        (Value::Array(found), Value::Array(known), Value::Array(list))
            if found.len() == known.len() =>
        {
            preserve_elements(found, known, list);
        }
        _ => {}
    }
}

/// An element is the one before that equals it, wherever that stood; else the one that stood at
/// its index, if that is nowhere else now.
fn preserve_elements(found: &[Value], known: &[Value], list: &mut [Value]) {
    let mut before: Vec<Option<usize>> = vec![None; list.len()];
    let mut taken = vec![false; known.len()];
    for (element, before) in list.iter().zip(&mut before) {
        let same = known
            .iter()
            .zip(&taken)
            .position(|(known, taken)| !taken && known == element);
        if let Some(index) = same {
            taken[index] = true;
            *before = Some(index);
        }
    }
    for (index, (element, before)) in list.iter_mut().zip(before).enumerate() {
        let at_its_index = (taken.get(index) == Some(&false)).then_some(index);
        if let Some(before) = before.or(at_its_index) {
            preserve_within(&found[before], &known[before], element);
        }
    }
}

/// Puts back what could not be read, where the object still has such a field.
pub(super) fn preserve_unreadable(found: &Object, unreadable: &[String], object: &mut Object) {
    let found = Value::Object(found.clone());
    let mut document = Value::Object(std::mem::take(object));
    for pointer in unreadable.iter().filter(|pointer| !pointer.is_empty()) {
        if let (Some(value), Some(field)) = (found.pointer(pointer), document.pointer_mut(pointer))
        {
            *field = value.clone();
        }
    }
    if let Value::Object(whole) = document {
        *object = whole;
    }
}

/// Makes what lies at a pointer unreadable, in this document and in what is written of it: the
/// reader of a text with a field twice has only the last of them, and writes only that.
pub(super) fn spoil(object: &mut Object, pointer: &str) {
    let mut document = Value::Object(std::mem::take(object));
    if let Some(value) = document.pointer_mut(pointer) {
        let last = value.take();
        *value = match last {
            Value::Array(_) => json!({ "repeated": last }),
            _ => json!([last]),
        };
    }
    if let Value::Object(whole) = document {
        *object = whole;
    }
}
