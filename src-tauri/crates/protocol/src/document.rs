//! A JSON body: its text, and where everything stands in it.

use std::borrow::Cow;
use std::collections::HashMap;

use bytes::Bytes;
use json_text::{Entry, Kind, Survey, same_string, unescape_lossy};

/// A JSON body.
#[derive(Clone, Debug)]
pub struct Document {
    /// UTF-8; a slice of the body where nothing had to be decoded.
    pub(crate) text: Bytes,
    pub(crate) survey: Survey,
}

impl Document {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.text).expect("a document is made of a text")
    }

    /// Whether the whole is of a kind.
    #[must_use]
    pub fn is(&self, kind: Kind) -> bool {
        self.survey.root == kind
    }

    /// Its length in bytes.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether it has none; a text without bytes is no JSON.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The members of an object or the items of an array, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.survey.entries
    }

    /// The member of an object that counts under a name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Entry> {
        if !self.is(Kind::Object) {
            return None;
        }
        let text = self.text.as_ref();
        let entries = self.survey.entries.iter().rev();
        let mut counting = entries.filter(|entry| !entry.superseded);
        counting.find(|entry| {
            if entry.escaped {
                return unescape_lossy(entry.key.of(self.text())) == name;
            }
            let quoted = &text[entry.key.start()..entry.key.end()];
            quoted.len() == name.len() + 2 && &quoted[1..quoted.len() - 1] == name.as_bytes()
        })
    }
}

/// Finds the request's variables by the answer's keys.
pub(crate) struct Lookup<'a> {
    text: &'a str,
    entries: &'a [Entry],
    /// Only where there are so many keys that searching would be slow.
    by_name: Option<HashMap<Cow<'a, str>, usize>>,
}

impl<'a> Lookup<'a> {
    /// Keys of both sides multiplied, up to which searching is faster than a map.
    const FEW_PAIRS: usize = 4096;

    pub(crate) fn new(request: Option<&'a Document>, answer_keys: usize) -> Self {
        let request = request.filter(|document| document.is(Kind::Object));
        let text = request.map_or("", Document::text);
        let entries = request.map_or(&[][..], |document| &document.survey.entries[..]);
        let many = entries.len().saturating_mul(answer_keys) > Self::FEW_PAIRS;
        let by_name = many.then(|| {
            let numbered = entries.iter().enumerate();
            numbered
                .map(|(index, entry)| (unescape_lossy(entry.key.of(text)), index))
                .collect()
        });
        Self {
            text,
            entries,
            by_name,
        }
    }

    /// The entry of the same name, and its value's text.
    pub(crate) fn find(&self, quoted: &str, name: &str) -> Option<(&'a Entry, &'a str)> {
        let entry = match &self.by_name {
            Some(by_name) => by_name.get(name).map(|index| &self.entries[*index]),
            None => self
                .entries
                .iter()
                .find(|entry| !entry.superseded && same_string(entry.key.of(self.text), quoted)),
        }?;
        Some((entry, entry.value.of(self.text)))
    }
}
