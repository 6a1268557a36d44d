//! A request as it arrived: bytes and repeated headers as received; decoding is a view.

use std::borrow::Cow;

use crate::content::Body;

/// Header fields in order of first appearance, repeats of one name as separate entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, Vec<u8>)>);

impl Headers {
    /// The first value of a field, as text; names compare without case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.0
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value_text(value))
    }

    /// Every field as text, in order.
    pub fn texts(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value_text(value)))
    }
}

impl<N: Into<String>, V: Into<Vec<u8>>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        Self(
            fields
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// A field value as text: UTF-8, else Latin-1, so that no byte is lost.
pub(crate) fn value_text(value: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(value.iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// The protocol version a request came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpVersion {
    /// HTTP/1.0
    Http10,
    /// HTTP/1.1
    #[default]
    Http11,
    /// HTTP/2
    Http2,
}

impl HttpVersion {
    /// `1.0`, `1.1` or `2`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http10 => "1.0",
            Self::Http11 => "1.1",
            Self::Http2 => "2",
        }
    }

    /// The version of a text written by [`Self::as_str`]; anything else is 1.1.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        match text {
            "1.0" => Self::Http10,
            "2" => Self::Http2,
            _ => Self::Http11,
        }
    }
}

/// A request as it arrived, after transfer coding and before content decoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method's text.
    pub method: String,
    /// The path as received, percent-encoded, without the bot's secret.
    pub path: String,
    /// What followed `?`, as received.
    pub query: Option<String>,
    /// Path and query stand for one byte a character: the target's bytes are no UTF-8.
    pub is_target_latin1: bool,
    /// The protocol version.
    pub http_version: HttpVersion,
    /// The caller's address, `host:port`.
    pub remote: String,
    /// The header fields.
    pub headers: Headers,
    /// The trailer fields.
    pub trailers: Headers,
    /// The body's bytes, or their beginning when `truncated`.
    pub body: Body,
    /// The body is longer than what was read.
    pub truncated: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_is_not_utf8_is_read_as_latin1() {
        let headers: Headers = [("X-City", b"\xcaazan".to_vec())].into_iter().collect();
        assert_eq!(headers.get("x-city").as_deref(), Some("Êazan"));
    }
}
