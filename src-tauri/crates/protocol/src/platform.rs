//! The platforms: whose rules a request follows, and what they are.
//!
//! One file for each, one line in [`LIST`]. What a platform does is a table of plain functions
//! over bodies that are read already.

mod graph;
mod limits;
mod plain;

use json_text::{JsonError, Kind};
use messages::Words;

use crate::body::BodyKind;
use crate::document::Document;
use crate::finding::Finding;
use crate::message::Request;
use crate::names::Platform;
use crate::outcome::Reason;
use crate::variable::Role;
use crate::words::kinds;

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
const fn kind_words(kind: Kind) -> &'static Words {
    match kind {
        Kind::Null => &kinds::NULL,
        Kind::Bool => &kinds::BOOL,
        Kind::Number => &kinds::NUMBER,
        Kind::String => &kinds::STRING,
        Kind::Array => &kinds::ARRAY,
        Kind::Object => &kinds::OBJECT,
    }
}
