//! Two bodies and what makes the right one from the left one.

mod binary;
mod change;
mod headers;
mod json;
mod lines;
mod sequence;

use bytes::Bytes;
use json_text::Tree;
use protocol::Headers;

pub use change::{Change, ChangeKind};
pub use headers::{HeaderChange, compare_headers};

/// Values of two JSON texts together, up to which they are compared: two of 5 MB that are lists of
/// single digits. Each takes some 50 bytes of memory meanwhile.
const MOST_VALUES: usize = 6_000_000;

/// A body as it is compared.
#[derive(Clone, Copy, Debug)]
pub enum Contents<'a> {
    /// A text.
    Text(&'a str),
    /// Bytes that are no text.
    Bytes(&'a [u8]),
}

impl<'a> Contents<'a> {
    const fn bytes(self) -> &'a [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// A body after content coding and charset.
#[derive(Clone, Debug)]
pub enum Decoded {
    /// A text.
    Text(String),
    /// Bytes that are no text.
    Bytes(Bytes),
}

impl Decoded {
    /// Decodes a whole body, or the beginning that was recorded of one.
    #[must_use]
    pub fn new(headers: &Headers, body: &Bytes, is_truncated: bool) -> Self {
        let decoded = protocol::decode_text(headers, body);
        if let Some(text) = decoded.text {
            return Self::Text(text.into_owned());
        }
        let body = body.clone().into();
        let decoded = protocol::decode_body(headers, &body, is_truncated);
        Self::Bytes(decoded.body.beginning().clone())
    }

    /// What is compared of it.
    #[must_use]
    pub fn contents(&self) -> Contents<'_> {
        match self {
            Self::Text(text) => Contents::Text(text),
            Self::Bytes(bytes) => Contents::Bytes(bytes),
        }
    }
}

/// As what two bodies were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentKind {
    /// Both are JSON.
    Json,
    /// Both are texts.
    Text,
    /// One of them is no text.
    Binary,
}

/// What differs between two bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// As what they were compared.
    pub kind: ContentKind,
    /// Applied in order they make the right body from the left one; none where they are equal.
    pub changes: Vec<Change>,
}

/// The bodies have more values than are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch;

/// Compares two bodies.
///
/// # Errors
/// They have more values than are compared.
pub fn compare(left: Contents<'_>, right: Contents<'_>) -> Result<Comparison, TooMuch> {
    let (Contents::Text(one), Contents::Text(two)) = (left, right) else {
        return Ok(Comparison {
            kind: ContentKind::Binary,
            changes: Vec::from_iter(binary::compare(left.bytes(), right.bytes())),
        });
    };
    if values_at_most(one).saturating_add(values_at_most(two)) > MOST_VALUES {
        return Err(TooMuch);
    }
    let (kind, changes) = match (Tree::new(one), Tree::new(two)) {
        (Ok(one), Ok(two)) => (ContentKind::Json, json::compare(&one, &two)),
        _ => (ContentKind::Text, lines::compare(one, two)),
    };
    Ok(Comparison { kind, changes })
}

/// How many values a JSON text has at most, by what stands before each but the first. Lines of a
/// text are fewer than that, or shorter.
fn values_at_most(text: &str) -> usize {
    let begins = |byte: &&u8| matches!(**byte, b',' | b'[' | b'{' | b'\n');
    1 + text.as_bytes().iter().filter(begins).count()
}

#[cfg(test)]
mod tests;
