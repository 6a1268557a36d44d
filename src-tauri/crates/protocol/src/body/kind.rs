//! What a body is when it is not JSON: its content decides, Content-Type fills the gaps.

use super::BodyKind;

/// Bytes that are no text.
pub(super) fn of_bytes(content_type: Option<&str>) -> BodyKind {
    match content_type.map(media_type) {
        Some(media) if starts_with(media, "multipart/") => BodyKind::Multipart,
        _ => BodyKind::Binary,
    }
}

/// A text that is not JSON, whatever it claims.
pub(super) fn of_text(content_type: Option<&str>, text: &str) -> BodyKind {
    let media = content_type.map_or("", media_type);
    if starts_with(media, "multipart/") {
        return BodyKind::Multipart;
    }
    let text = text.trim_start();
    // `curl -d` calls everything a form: what begins as JSON does is meant as JSON.
    let begun = text.starts_with('{') || text.starts_with("[{") || text.starts_with("[\"");
    if media.eq_ignore_ascii_case("application/x-www-form-urlencoded") && !begun {
        return BodyKind::Form;
    }
    if text.is_empty() {
        return BodyKind::Text;
    }
    if looks_like_multipart(text) {
        return BodyKind::Multipart;
    }
    let claims = is_xml(media);
    if text.starts_with("<?xml") || claims && text.starts_with('<') {
        return BodyKind::Xml;
    }
    if is_json(media) || begun {
        return BodyKind::Json;
    }
    match media {
        "" if looks_like_form(text) => BodyKind::Form,
        "" if looks_like_xml(text) => BodyKind::Xml,
        _ => BodyKind::Text,
    }
}

/// Whether a Content-Type says that a JSON body is something else.
pub(super) fn denies_json(content_type: &str) -> bool {
    let media = media_type(content_type);
    !media.is_empty() && !is_json(media)
}

/// Whether a Content-Type names JSON.
pub(super) fn names_json(content_type: &str) -> bool {
    is_json(media_type(content_type))
}

/// Whether a Content-Type names a multipart body.
pub(super) fn names_multipart(content_type: &str) -> bool {
    starts_with(media_type(content_type), "multipart/")
}

/// Whether a body may be a form: its Content-Type says so, or says nothing.
pub(super) fn may_be_form(content_type: Option<&str>) -> bool {
    let media = content_type.map_or("", media_type);
    media.is_empty() || media.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

fn is_json(media: &str) -> bool {
    let ends = media.len().checked_sub(5).and_then(|at| media.get(at..));
    media.eq_ignore_ascii_case("application/json")
        || media.eq_ignore_ascii_case("text/json")
        || media.eq_ignore_ascii_case("application/x-json")
        || ends.is_some_and(|end| end.eq_ignore_ascii_case("+json"))
}

fn is_xml(media: &str) -> bool {
    let ends = media.len().checked_sub(4).and_then(|at| media.get(at..));
    ends.is_some_and(|end| end.eq_ignore_ascii_case("/xml") || end.eq_ignore_ascii_case("+xml"))
}

fn starts_with(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

/// `a=1&b=%20`, without a character that a form would have encoded.
fn looks_like_form(text: &str) -> bool {
    let names = text.trim_end().split('&');
    let mut names = names.map(|pair| pair.split_once('=').map(|(name, _)| name));
    names.all(|name| name.is_some_and(|name| !name.is_empty()))
        && !text
            .trim_end()
            .contains([' ', '\n', '\r', '\t', '"', '<', '>', '{', '}'])
}

/// A boundary and, not far from it, the header of a part.
fn looks_like_multipart(text: &str) -> bool {
    const HEADER: &[u8] = b"content-disposition:";
    let mut head = text.as_bytes().windows(HEADER.len()).take(512);
    text.starts_with("--") && head.any(|part| part.eq_ignore_ascii_case(HEADER))
}

/// A tag that is no HTML.
fn looks_like_xml(text: &str) -> bool {
    let opens = text.strip_prefix('<').and_then(|rest| rest.chars().next());
    opens.is_some_and(char::is_alphabetic)
        && text.trim_end().ends_with('>')
        && !starts_with(text, "<html")
}
