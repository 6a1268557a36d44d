//! Stored documents: settings, how a bot answers, who may use its address, what is remembered of
//! the tunnel. Each is one JSON object with a `version`, in a type of its own.
//!
//! Reading is tolerant, as the API is not: an absent field has its default, a field that does not
//! fit has it too and is reported, and a field that this version does not know survives the next
//! save. A document with something unreadable is set aside as it was, and nothing overwrites it
//! before that is done. Its content is never logged: it may hold digests and addresses.

mod aside;
mod document;
mod report;
mod shape;

use json_text::AnnotationKind;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub(crate) use aside::Aside;
pub(crate) use document::{Author, Change, Document};
pub use report::{DocumentKind, DocumentReport};
pub(crate) use shape::{child, is_related, is_within};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// The field with the version; 0 where it is absent, as before there were versions.
const VERSION: &str = "version";

/// The type of a stored document. It is read from an empty object as its default, and writes every
/// field that it knows: what a document holds beyond that is unknown to this version, so none may
/// be left out by `skip_serializing_if`.
pub(crate) trait Stored: Default + Serialize + DeserializeOwned {
    /// What brings a document from each version to the next one, from version 0 on.
    const MIGRATIONS: &'static [fn(&mut Object)];

    /// Whether what could not be read stays in the document when the app itself saves it. Not so
    /// where the app counts on from the default.
    const KEEPS_UNREADABLE: bool = true;

    /// The values that stand for what cannot be read.
    fn substitute() -> Self {
        Self::default()
    }

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
    /// JSON pointers to fields that this version does not know.
    pub(crate) unknown: Vec<String>,
    /// A newer version of the app wrote it.
    pub(crate) is_newer: bool,
}

/// What a save must preserve of the document that was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    version: u64,
    /// The document, brought to this version.
    found: Object,
    /// What of it this version knows, as it would write it.
    known: Object,
    /// Pointers to what could not be read and stays as it is.
    unreadable: Vec<String>,
}

impl Origin {
    /// Whether an earlier version of the app wrote the document.
    pub(crate) fn is_outdated<T: Stored>(&self) -> bool {
        self.version < T::MIGRATIONS.len() as u64
    }

    /// Pointers to what a document with a version lacks of a field that this version writes as an
    /// object. Before there were versions, what was at its default could be left out.
    pub(crate) fn absent(&self, field: &str) -> Vec<String> {
        let pointer = child("", field);
        if self.version == 0 {
            return Vec::new();
        }
        let Some(known) = self.known.get(field).and_then(Value::as_object) else {
            return Vec::new();
        };
        let Some(found) = self.found.get(field).and_then(Value::as_object) else {
            return vec![pointer];
        };
        let absent = known.keys().filter(|name| !found.contains_key(*name));
        absent.map(|name| child(&pointer, name)).collect()
    }

    /// A field of the document is set anew, so that nothing of what it held is preserved.
    pub(crate) fn forget(&mut self, field: &str) {
        self.known.remove(field);
        self.forget_at(&child("", field));
    }

    /// What could not be read is replaced by the next save; an entry of a map, which no default
    /// replaces, goes.
    pub(crate) fn replace_unreadable(&mut self) {
        for pointer in std::mem::take(&mut self.unreadable) {
            self.forget_at(&pointer);
        }
    }

    /// What could not be read of these fields is replaced by the next save.
    pub(crate) fn replace_unreadable_of(&mut self, fields: &[String]) {
        for pointer in self.unreadable.clone() {
            if shape::is_of(&pointer, fields) {
                self.forget_at(&pointer);
            }
        }
    }

    /// An object lies at a pointer now: what could not be read in its place, or in that of what it
    /// lies in, is not preserved.
    pub(crate) fn forget_unreadable_above(&mut self, pointer: &str) {
        self.unreadable
            .retain(|unreadable| !is_within(pointer, unreadable));
    }

    /// What lies at a pointer is set anew: neither that nor what could not be read of it, or of
    /// what it lies in, is preserved.
    pub(crate) fn forget_at(&mut self, pointer: &str) {
        let mut found = Value::Object(std::mem::take(&mut self.found));
        shape::remove(&mut found, pointer);
        if let Value::Object(found) = found {
            self.found = found;
        }
        self.unreadable
            .retain(|unreadable| !is_related(unreadable, pointer));
    }
}

/// Reads a document; `None` is one that was never written.
pub(crate) fn read<T: Stored>(text: Option<&str>) -> Loaded<T> {
    let mut loaded = Loaded {
        value: T::default(),
        origin: Origin::default(),
        unreadable: Vec::new(),
        unknown: Vec::new(),
        is_newer: false,
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
    let Some(repeated) = repeated(text) else {
        loaded.unreadable = vec![String::new()];
        return loaded;
    };
    for pointer in &repeated {
        shape::spoil(&mut object, pointer);
    }
    loaded.is_newer = version > T::MIGRATIONS.len() as u64;
    let applied = usize::try_from(version).unwrap_or(usize::MAX);
    for migrate in T::MIGRATIONS.iter().skip(applied) {
        migrate(&mut object);
    }
    loaded.value = shape::overlaid(&object, &mut loaded.unreadable);
    // Those that a migration moved, or that no field of this version lies at.
    for pointer in repeated {
        if !loaded.unreadable.contains(&pointer) {
            loaded.unreadable.push(pointer);
        }
    }
    let known = shape::object(&loaded.value);
    loaded.unknown = shape::unknown(&object, &known, &loaded.unreadable);
    loaded.origin = Origin {
        version,
        found: object,
        known,
        unreadable: loaded.unreadable.clone(),
    };
    loaded
}

/// Fields that stand twice, of which either may be what was meant; `None` where there are so many
/// that not all of them are listed.
fn repeated(text: &str) -> Option<Vec<String>> {
    let Ok(survey) = json_text::survey(text) else {
        return Some(Vec::new());
    };
    if survey.omitted.contains(&AnnotationKind::DuplicateKey) {
        return None;
    }
    let found = survey.annotations.into_iter();
    let repeated = found.filter(|annotation| annotation.kind == AnnotationKind::DuplicateKey);
    Some(repeated.map(|annotation| annotation.pointer).collect())
}

/// Writes a document: its values, and what `origin` holds beyond them. The version of a newer app
/// stays, so that it does not migrate its own document again.
pub(crate) fn write<T: Stored>(value: &T, origin: &Origin) -> String {
    let mut object = shape::object(value);
    shape::preserve_unknown(&origin.found, &origin.known, &mut object);
    shape::preserve_unreadable(&origin.found, &origin.unreadable, &mut object);
    let version = origin.version.max(T::MIGRATIONS.len() as u64);
    object.insert(VERSION.to_owned(), version.into());
    Value::Object(object).to_string()
}

/// The first version is the document as it was before there were versions.
pub(crate) fn numbered(_: &mut Object) {}

#[cfg(test)]
mod tests;
