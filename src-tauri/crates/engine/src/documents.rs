//! Stored documents: settings, how a bot answers, who may use its address, what is remembered of
//! the tunnel. Each is one JSON object with a `version`, in a type of its own.
//!
//! Reading is tolerant, as the API is not: an absent field has its default, a field that does not
//! fit has it too and is reported, and a field that this version does not know survives the next
//! save. A document with something unreadable is set aside as it was, once, before anything can
//! overwrite it. Its content is never logged: it may hold digests and addresses.

mod document;
mod report;
mod shape;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub(crate) use document::{Change, Document, set_aside};
pub use report::{DocumentKind, DocumentReport};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// The field with the version; 0 where it is absent, as before there were versions.
const VERSION: &str = "version";

/// The type of a stored document. Its default is a document without anything in it, and its fields
/// are those that this version knows: none may be left out by `skip_serializing_if`.
pub(crate) trait Stored: Default + Serialize + DeserializeOwned {
    /// What brings a document from each version to the next one, from version 0 on.
    const MIGRATIONS: &'static [fn(&mut Object)];

    /// Whether the app can work with these values.
    fn fits(&self) -> bool {
        true
    }
}

/// A document as it was read.
#[derive(Debug)]
pub(crate) struct Loaded<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
    /// JSON pointers to what could not be read; the empty one is the whole document.
    pub(crate) unreadable: Vec<String>,
}

/// What a save must preserve of the document that was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    version: u64,
    object: Object,
}

/// Reads a document; `None` is one that was never written.
pub(crate) fn read<T: Stored>(text: Option<&str>) -> Loaded<T> {
    let mut loaded = Loaded {
        value: T::default(),
        origin: Origin::default(),
        unreadable: Vec::new(),
    };
    let Some(text) = text else { return loaded };
    let Ok(Value::Object(mut object)) = serde_json::from_str(text) else {
        loaded.unreadable.push(String::new());
        return loaded;
    };
    let version = match object.remove(VERSION) {
        None => 0,
        Some(version) => version.as_u64().unwrap_or_else(|| {
            loaded.unreadable.push(format!("/{VERSION}"));
            0
        }),
    };
    let applied = usize::try_from(version).unwrap_or(usize::MAX);
    for migrate in T::MIGRATIONS.iter().skip(applied) {
        migrate(&mut object);
    }
    loaded.value = shape::overlaid(&object, &mut loaded.unreadable);
    loaded.origin = Origin { version, object };
    loaded
}

/// Writes a document: its values, and what `origin` holds beyond them. The version of a newer app
/// stays, so that it does not migrate its own document again.
pub(crate) fn write<T: Stored>(value: &T, origin: &Origin) -> String {
    let mut object = shape::object(value);
    shape::preserve_unknown(&shape::object(&T::default()), &origin.object, &mut object);
    let version = origin.version.max(T::MIGRATIONS.len() as u64);
    object.insert(VERSION.to_owned(), version.into());
    Value::Object(object).to_string()
}

/// The first version is the document as it was before there were versions.
pub(crate) fn numbered(_: &mut Object) {}

#[cfg(test)]
mod tests;
