//! What is recorded of a request in place of what the HTTP library makes of it, and how its answer
//! is framed.

use http::request::Parts;
use protocol::{Headers, OwnFinding};

use super::framing::{AUTHORITY, Authority, framing_findings};
use super::target::Target;
use super::wire::Wire;
use super::wire_head::{received_fields, received_trailers};
use crate::http::{fields, version};
use crate::outgoing::Framing;

/// The fields as they were received, and what is found in how they frame the request.
pub(super) fn recorded_headers(
    head: &[u8],
    parts: &Parts,
    target: &Target,
    findings: &mut Vec<OwnFinding>,
) -> Headers {
    let mut headers = received_fields(head).unwrap_or_else(|| fields(&parts.headers));
    let is_http2 = parts.version == http::Version::HTTP_2;
    let named = match is_http2 {
        true => parts.uri.authority().map(|authority| Authority {
            text: authority.as_str(),
            scheme: parts.uri.scheme_str(),
        }),
        false => target.origin().map(|(scheme, text)| Authority {
            text,
            scheme: Some(scheme),
        }),
    };
    *findings = framing_findings(&headers, (&parts.method, parts.version), named);
    if let Some(authority) = named.filter(|_| is_http2) {
        let value = authority.text.as_bytes().to_vec();
        headers.0.insert(0, (AUTHORITY.to_owned(), value));
    }
    headers
}

/// The trailers as they were received; those of HTTP/2 are not text.
pub(super) fn recorded_trailers(trailers: Headers, wire: &Wire) -> Headers {
    if trailers.0.is_empty() || wire.is_http2() {
        return trailers;
    }
    received_trailers(&wire.take_trailers()).unwrap_or(trailers)
}

/// How the answer to a request is framed, as far as the request says (RFC 9112, 9.3).
pub(super) fn framing(parts: &Parts) -> Framing {
    let options = parts.headers.get_all(http::header::CONNECTION);
    let asks_for = |wanted: &str| {
        let mut options = options
            .iter()
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        options.any(|option| option.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes()))
    };
    let is_over = match parts.version {
        http::Version::HTTP_2 => false,
        http::Version::HTTP_10 => asks_for("close") || !asks_for("keep-alive"),
        _ => asks_for("close"),
    };
    let is_ambiguous = parts.headers.contains_key(http::header::TRANSFER_ENCODING)
        && parts.headers.contains_key(http::header::CONTENT_LENGTH);
    Framing {
        version: version(parts.version),
        closes: is_over || is_ambiguous || parts.method == http::Method::CONNECT,
    }
}
