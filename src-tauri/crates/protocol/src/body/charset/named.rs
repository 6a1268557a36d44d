//! The charset that a body itself names where its header names none: the declaration of XML, a
//! `meta` of HTML, and the field `_charset_` of a form.

use std::ops::Range;

use encoding_rs::Encoding;
use memchr::memmem::find;

use super::{UTF8, is_wide, kind};

/// How much of a document is looked at for its charset, in bytes: what a browser looks at
/// (HTML §13.2.3.2).
const DOCUMENT_BEGINNING: usize = 1024;

/// Where the label of the charset stands that a body names.
pub(super) fn label_span(content_type: Option<&str>, bytes: &[u8]) -> Option<Range<usize>> {
    let begin = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    if bytes[begin] == b'<' {
        let beginning = &bytes[..bytes.len().min(DOCUMENT_BEGINNING)];
        return of_xml(beginning, begin).or_else(|| of_html(beginning));
    }
    kind::may_be_form(content_type).then(|| of_form(bytes))?
}

/// The encoding that a label stands for inside of a body. It was read as ASCII, so that it cannot
/// mean two bytes a character (HTML §13.2.3.2).
pub(super) fn encoding_of(label: &[u8]) -> Option<&'static Encoding> {
    let named = Encoding::for_label(label)?;
    Some(if is_wide(named) { UTF8 } else { named })
}

/// `<?xml version="1.0" encoding="koi8-r"?>` (XML 1.0 §4.3.3).
fn of_xml(bytes: &[u8], begin: usize) -> Option<Range<usize>> {
    let declaration = bytes[begin..].strip_prefix(b"<?xml")?;
    let from = begin + b"<?xml".len();
    let end = from + find(declaration, b"?>")?;
    let name = from + find(&bytes[from..end], b"encoding")? + b"encoding".len();
    value_span(&bytes[..end], name)
}

/// `<meta charset="koi8-r">`, or the same in the `content` of an `http-equiv`.
fn of_html(bytes: &[u8]) -> Option<Range<usize>> {
    let lower = bytes.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = find(&lower[from..], b"<") {
        let tag = from + at;
        if lower[tag..].starts_with(b"<!--") {
            from = tag + find(&lower[tag..], b"-->")?;
            continue;
        }
        let end = tag + find(&lower[tag..], b">")?;
        let is_meta = lower[tag..end].starts_with(b"<meta")
            && lower[tag + 5..]
                .first()
                .is_some_and(|byte| b" \t\r\n/".contains(byte));
        if is_meta && let Some(span) = of_meta(&lower[..end], tag) {
            return Some(span);
        }
        from = end;
    }
    None
}

/// The value behind the first `charset` of a `meta` that has an equals sign. In its `content` it
/// counts only beside `http-equiv`.
fn of_meta(bytes: &[u8], tag: usize) -> Option<Range<usize>> {
    let has = |name: &[u8]| find(&bytes[tag..], name).is_some();
    if has(b"content") && !has(b"http-equiv") {
        return None;
    }
    let mut from = tag;
    loop {
        from += find(&bytes[from..], b"charset")? + b"charset".len();
        if let Some(span) = value_span(bytes, from) {
            return Some(span);
        }
    }
}

/// The value of a form's field `_charset_` (HTML §4.10.21.5).
fn of_form(bytes: &[u8]) -> Option<Range<usize>> {
    const NAME: &[u8] = b"_charset_=";
    let mut from = 0;
    for pair in bytes.split(|byte| *byte == b'&') {
        if pair.starts_with(NAME) {
            let span = from + NAME.len()..from + pair.trim_ascii_end().len();
            return (!span.is_empty()).then_some(span);
        }
        from += pair.len() + 1;
    }
    None
}

/// The value that follows a name and `=`, with quotes or without.
fn value_span(bytes: &[u8], behind_name: usize) -> Option<Range<usize>> {
    let skip = |from: usize| {
        let spaces = bytes[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace());
        from + spaces.count()
    };
    let equals = skip(behind_name);
    let from = skip(bytes[equals..].starts_with(b"=").then_some(equals + 1)?);
    let from = match bytes.get(from)? {
        b'"' | b'\'' => from + 1,
        _ => from,
    };
    let is_outside =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b';' | b'/' | b'>');
    let length = bytes[from..].iter().position(is_outside);
    let span = from..length.map_or(bytes.len(), |length| from + length);
    (!span.is_empty()).then_some(span)
}
