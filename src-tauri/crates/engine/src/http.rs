//! HTTP in the words of the HTTP libraries and in ours, turned into each other.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, Version, header};
use protocol::{Headers, HttpVersion};

/// Header fields a head may have; the HTTP library's own limit of 100 is below what 64 KiB can
/// hold.
pub(crate) const HEADER_FIELDS: usize = 512;

/// Header fields that belong to one connection and are never passed on (RFC 9110, 7.6.1), and those
/// that a proxy of the caller's was meant to have (11.7.1).
const HOP_BY_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("http2-settings"),
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Whether a field belongs to one connection, whatever the case of its name.
pub(crate) fn is_hop_by_hop(name: &str) -> bool {
    HOP_BY_HOP
        .iter()
        .any(|one| name.eq_ignore_ascii_case(one.as_str()))
}

/// The header fields of a message that belong to the connection it came by, and are not passed on:
/// those that do by their names, and those that its `Connection` names, in however many fields.
pub(crate) struct ConnectionFields(Vec<String>);

impl ConnectionFields {
    pub(crate) fn of(headers: &Headers) -> Self {
        let fields = headers.texts();
        let of_connection = fields.filter(|(name, _)| name.eq_ignore_ascii_case("connection"));
        let names = of_connection.flat_map(|(_, value)| {
            let names = value.split(',').map(|name| name.trim().to_owned());
            names.collect::<Vec<_>>()
        });
        Self(names.filter(|name| !name.is_empty()).collect())
    }

    /// Whether a field is one of them, whatever the case of its name.
    pub(crate) fn has(&self, name: &str) -> bool {
        // An answer of one's own may ask for a proxy's login; one that came was asked by a proxy.
        is_hop_by_hop(name)
            || name.eq_ignore_ascii_case(header::PROXY_AUTHENTICATE.as_str())
            || self.0.iter().any(|one| name.eq_ignore_ascii_case(one))
    }
}

/// Fields as they are stored: in order, repeats apart.
pub(crate) fn fields(map: &HeaderMap) -> Headers {
    map.iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect()
}

/// Fields of a head as they are stored: names in the order of their first appearance, repeats
/// apart.
pub(crate) fn in_order(received: &[httparse::Header<'_>]) -> Headers {
    let mut sorted: Vec<(&str, &[u8])> = Vec::with_capacity(received.len());
    for field in received {
        let same = |(name, _): &(&str, &[u8])| name.eq_ignore_ascii_case(field.name);
        let at = sorted
            .iter()
            .rposition(same)
            .map_or(sorted.len(), |at| at + 1);
        sorted.insert(at, (field.name, field.value));
    }
    sorted.into_iter().collect()
}

pub(crate) const fn version(version: Version) -> HttpVersion {
    match version {
        Version::HTTP_10 => HttpVersion::Http10,
        Version::HTTP_2 => HttpVersion::Http2,
        _ => HttpVersion::Http11,
    }
}

/// A target's bytes as text: UTF-8, else one character a byte, and whether it is the latter.
pub(crate) fn target_text(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (bytes.iter().copied().map(char::from).collect(), true),
    }
}

/// The bytes that a target's text stands for.
pub(crate) fn target_bytes(text: &str, is_latin1: bool) -> Cow<'_, [u8]> {
    match is_latin1 {
        false => Cow::Borrowed(text.as_bytes()),
        true => text.chars().map(|letter| letter as u8).collect(),
    }
}

/// A request's target apart: the path, and the query without its question mark.
pub(crate) fn path_and_query(target: &str) -> (&str, Option<&str>) {
    match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_comes_apart_at_its_first_question_mark() {
        assert_eq!(path_and_query("/a?b?c"), ("/a", Some("b?c")));
        assert_eq!(path_and_query("/a?"), ("/a", Some("")));
        assert_eq!(path_and_query("/a"), ("/a", None));
    }

    #[test]
    fn a_connections_own_fields_are_known_in_any_case() {
        assert!(is_hop_by_hop("Transfer-Encoding"));
        assert!(is_hop_by_hop("keep-alive"));
        assert!(!is_hop_by_hop("Content-Length"));
    }
}
