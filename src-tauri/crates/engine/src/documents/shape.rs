//! A document's shape is that of its type's default: which fields are known, and at which depth.

use serde_json::Value;

use super::{Object, Stored};

/// A value as a JSON object.
pub(super) fn object<T: Stored>(value: &T) -> Object {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        Ok(_) | Err(_) => Object::new(),
    }
}

/// The default with every field of `found` laid over it that fits; the pointers of the others are
/// added to `unreadable`.
pub(super) fn overlaid<T: Stored>(found: &Object, unreadable: &mut Vec<String>) -> T {
    let default = object(&T::default());
    let mut document = Value::Object(default.clone());
    overlay::<T>(&mut document, "", &default, found, unreadable);
    serde_json::from_value(document).unwrap_or_default()
}

/// One field at a time, so that a wrong one leaves the others alone. An object that does not fit
/// as a whole is entered, unless it is a map or an alternative, whose default has no fields.
fn overlay<T: Stored>(
    document: &mut Value,
    at: &str,
    default: &Object,
    found: &Object,
    unreadable: &mut Vec<String>,
) {
    for (name, usual) in default {
        let Some(value) = found.get(name) else {
            continue;
        };
        let pointer = format!("{at}/{name}");
        replace(document, &pointer, value);
        if fits::<T>(document) {
            continue;
        }
        replace(document, &pointer, usual);
        match (usual, value) {
            (Value::Object(usual), Value::Object(value)) if !usual.is_empty() => {
                overlay::<T>(document, &pointer, usual, value, unreadable);
            }
            _ => unreadable.push(pointer),
        }
    }
}

fn replace(document: &mut Value, pointer: &str, value: &Value) {
    if let Some(field) = document.pointer_mut(pointer) {
        *field = value.clone();
    }
}

fn fits<T: Stored>(document: &Value) -> bool {
    T::deserialize(document).is_ok_and(|value| value.fits())
}

/// Adds the fields of `found` that `known` does not have, at every depth that the shape names.
pub(super) fn preserve_unknown(known: &Object, found: &Object, object: &mut Object) {
    for (name, value) in found {
        match (known.get(name), object.get_mut(name), value) {
            (Some(Value::Object(known)), Some(Value::Object(object)), Value::Object(value))
                if !known.is_empty() =>
            {
                preserve_unknown(known, value, object);
            }
            (None, None, value) => {
                object.insert(name.clone(), value.clone());
            }
            _ => {}
        }
    }
}
