//! The platforms: whose rules a request follows, and what they are.
//!
//! One file for each, one line in [`LIST`]. What a platform does is a table of plain functions
//! over bodies that are read already.

mod graph;
mod limits;
mod plain;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::body::Document;
use crate::json::{Entry, JsonError, Kind, same_string, unescape_lossy};
use crate::{BodyKind, Finding, Phrase, Platform, Reason, Request, Role};

/// Every platform that has rules of its own, the surest recognition first.
const LIST: &[&Rules] = &[&graph::RULES, &plain::RULES];

/// What a platform knows.
pub(crate) struct Rules {
    /// Whose rules these are.
    platform: Platform,
    /// Whether a request is its own.
    recognises: fn(&RequestBody<'_>) -> bool,
    /// The event and the user.
    pub(crate) identify: fn(&RequestBody<'_>) -> (Option<String>, Option<String>),
    /// Whose a variable is.
    pub(crate) role: fn(&str) -> Role,
    /// What is wrong with a request.
    pub(crate) check_request: fn(&RequestBody<'_>, &mut Vec<Finding>),
    /// Why the caller does not take an answer.
    pub(crate) refusal: fn(&AnswerBody<'_>) -> Option<Reason>,
    /// What is wrong with an answer.
    pub(crate) check_answer: fn(&AnswerBody<'_>, Option<Reason>, &mut Vec<Finding>),
}

/// A request whose body is read.
pub(crate) struct RequestBody<'a> {
    pub(crate) request: &'a Request,
    pub(crate) document: Option<&'a Document>,
    pub(crate) error: Option<&'a JsonError>,
    pub(crate) kind: BodyKind,
}

/// An answer whose body is read, and the request it belongs to.
pub(crate) struct AnswerBody<'a> {
    pub(crate) status: u16,
    pub(crate) document: Option<&'a Document>,
    pub(crate) error: Option<&'a JsonError>,
    /// Nothing about its text is a guess.
    pub(crate) certain: bool,
    pub(crate) kind: BodyKind,
    /// The request's body, where it is JSON.
    pub(crate) request: Option<&'a Document>,
}

/// The rules of a platform; one without rules of its own follows the plain ones.
pub(crate) fn rules(platform: Platform) -> &'static Rules {
    let own = LIST.iter().find(|rules| rules.platform == platform);
    own.copied().unwrap_or(&plain::RULES)
}

/// Whose a request is, by what it looks like.
pub(crate) fn recognise(body: &RequestBody<'_>) -> Platform {
    let found = LIST.iter().find(|rules| (rules.recognises)(body));
    found.map_or(Platform::Plain, |rules| rules.platform)
}

/// Status first, then JSON, then an object or an array: the order that `control-api.md` fixes.
fn refusal(body: &AnswerBody<'_>) -> Option<Reason> {
    if body.status != graph::TAKEN_STATUS {
        return Some(Reason::Status);
    }
    match body.document {
        // JSON is UTF-8 (RFC 8259 §8.1): what had to be guessed or repaired is none.
        Some(_) if !body.certain => Some(Reason::NotJson),
        Some(document) if document.is(Kind::Object) || document.is(Kind::Array) => None,
        Some(_) => Some(Reason::NotObject),
        None => Some(Reason::NotJson),
    }
}

/// The words for a value's kind.
const fn kind_phrase(kind: Kind) -> &'static Phrase {
    match kind {
        Kind::Null => &Phrase {
            en: "null",
            ru: "null",
        },
        Kind::Bool => &Phrase {
            en: "a boolean",
            ru: "логическое значение",
        },
        Kind::Number => &Phrase {
            en: "a number",
            ru: "число",
        },
        Kind::String => &Phrase {
            en: "a string",
            ru: "строка",
        },
        Kind::Array => &Phrase {
            en: "an array",
            ru: "массив",
        },
        Kind::Object => &Phrase {
            en: "an object",
            ru: "объект",
        },
    }
}

impl Document {
    /// The member of an object that counts under a name.
    fn member(&self, name: &str) -> Option<&Entry> {
        if !self.is(Kind::Object) {
            return None;
        }
        let text = self.text.as_ref();
        let entries = self.survey.entries.iter().rev();
        let mut counting = entries.filter(|entry| !entry.overruled);
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
struct Lookup<'a> {
    text: &'a str,
    entries: &'a [Entry],
    /// Only where there are so many keys that searching would be slow.
    places: Option<HashMap<Cow<'a, str>, usize>>,
}

impl<'a> Lookup<'a> {
    /// Keys of both sides multiplied, up to which searching is faster than a map.
    const FEW_PAIRS: usize = 4096;

    fn new(request: Option<&'a Document>, answer_keys: usize) -> Self {
        let request = request.filter(|document| document.is(Kind::Object));
        let text = request.map_or("", Document::text);
        let entries = request.map_or(&[][..], |document| &document.survey.entries[..]);
        let many = entries.len().saturating_mul(answer_keys) > Self::FEW_PAIRS;
        let places = many.then(|| {
            let numbered = entries.iter().enumerate();
            numbered
                .map(|(index, entry)| (unescape_lossy(entry.key.of(text)), index))
                .collect()
        });
        Self {
            text,
            entries,
            places,
        }
    }

    /// The entry of the same name, and its value's text.
    fn find(&self, quoted: &str, name: &str) -> Option<(&'a Entry, &'a str)> {
        let entry = match &self.places {
            Some(places) => places.get(name).map(|index| &self.entries[*index]),
            None => self
                .entries
                .iter()
                .find(|entry| !entry.overruled && same_string(entry.key.of(self.text), quoted)),
        }?;
        Some((entry, entry.value.of(self.text)))
    }
}
