//! From bytes to text: the charset that Content-Type names, a byte order mark, UTF-8, and at
//! last a guess, because broken Cyrillic is worth showing unbroken.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_8 as UTF8, WINDOWS_1251};
use messages::Arg;

use super::{DecodedText, at_byte, kind};
use crate::finding::{Code, Finding};
use crate::names::Side;

/// The name of the charset that needs none.
pub(super) const UTF_8: &str = "utf-8";

/// The share of Cyrillic letters among the bytes above ASCII from which text is taken for
/// windows-1251, in percent. Cyrillic in UTF-8 with a broken byte stays at about half.
const CYRILLIC_PERCENT: usize = 75;

/// Decodes bytes whose content codings are undone.
pub(super) fn decode<'a>(content_type: Option<&str>, bytes: Cow<'a, [u8]>) -> DecodedText<'a> {
    let mut findings = Vec::new();
    let declared = content_type.and_then(parameter).and_then(|label| {
        let found = Encoding::for_label(label.as_bytes());
        if found.is_none() {
            findings.push(Finding::new(Code::CharsetUnknown, Side::Request).arg(label));
        }
        found
    });
    let (mark, mark_length) = match Encoding::for_bom(&bytes) {
        Some((encoding, length)) => (Some(encoding), length),
        None => (None, 0),
    };
    if mark_length > 0 {
        findings.push(at_byte(Code::ByteOrderMark, 0));
    }
    let bytes = without_beginning(bytes, mark_length);
    // A control character makes JSON wrong, not binary: its position is worth showing.
    let is_text = content_type.is_some_and(kind::names_json) || begins_like_json(&bytes);
    // A mark contradicts a wrong Content-Type, and decoders that know marks follow it.
    let encoding = mark
        .or_else(|| utf16_json(&bytes))
        .or(declared)
        .unwrap_or(UTF8);
    let mut decoded = if encoding == UTF8 {
        utf8(bytes, mark_length, declared.is_some(), is_text)
    } else if mark.is_none() && is_text && is_utf8_under(encoding, &bytes) {
        // JSON is UTF-8 whatever the label says (RFC 8259 §8.1), and readers of JSON pass it over.
        let label = content_type.and_then(parameter);
        let label = label.unwrap_or_else(|| lower_name(encoding));
        findings.push(Finding::new(Code::CharsetIgnored, Side::Request).arg(label));
        utf8(bytes, mark_length, true, is_text)
    } else {
        foreign(encoding, &bytes)
    };
    findings.append(&mut decoded.findings);
    decoded.findings = findings;
    decoded
}

/// Whether a text holds what people read: no control characters but spaces, breaks and colours.
pub(super) fn is_readable(text: &str) -> bool {
    !text.bytes().any(is_control)
}

/// Whether bytes begin as a JSON object or array does.
fn begins_like_json(bytes: &[u8]) -> bool {
    let mut visible = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    let second = |byte: &u8| matches!(byte, b'"' | b'{' | b'[' | b'}' | b']');
    matches!(visible.next(), Some(b'{' | b'[')) && visible.next().is_some_and(second)
}

const fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)
}

fn utf8(
    bytes: Cow<'_, [u8]>,
    mark_length: usize,
    declared: bool,
    is_text: bool,
) -> DecodedText<'_> {
    let bytes = match to_text(bytes) {
        Ok(text) => {
            let readable = is_text || is_readable(&text);
            return DecodedText {
                text: readable.then_some(text),
                charset: readable.then_some(UTF_8),
                certain: true,
                findings: Vec::new(),
            };
        }
        Err(bytes) => bytes,
    };
    if !is_text && bytes.iter().copied().any(is_control) {
        return DecodedText::default();
    }
    let valid = std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let offset = mark_length + valid;
    let broken = at_byte(Code::InvalidUtf8, offset).arg(offset as u64);
    if !looks_cyrillic(&bytes) {
        return DecodedText {
            text: Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())),
            charset: Some(UTF_8),
            certain: false,
            findings: vec![broken],
        };
    }
    let guess = at_byte(Code::CharsetGuessed, offset).arg(Arg::from("windows-1251"));
    DecodedText {
        text: Some(Cow::Owned(WINDOWS_1251.decode(&bytes).0.into_owned())),
        charset: Some("windows-1251"),
        certain: false,
        findings: vec![if declared { broken } else { guess }],
    }
}

/// Whether a charset has two bytes for each character.
fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE
}

/// The charset of JSON in UTF-16 without a mark: an object or array, told by which bytes of its
/// first two characters, ASCII both, are zero (RFC 4627 §3).
fn utf16_json(bytes: &[u8]) -> Option<&'static Encoding> {
    let (encoding, [first, second]) = match *bytes.first_chunk::<4>()? {
        [first, 0, second, 0] => (encoding_rs::UTF_16LE, [first, second]),
        [0, first, 0, second] => (encoding_rs::UTF_16BE, [first, second]),
        _ => return None,
    };
    let is_json = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'{' | b'[');
    (is_json(first) && second.is_ascii() && second != 0).then_some(encoding)
}

/// Whether JSON under the name of another charset is UTF-8, which the named one would read
/// otherwise.
fn is_utf8_under(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    if !is_wide(encoding) && encoding != encoding_rs::REPLACEMENT {
        return is_utf8_above_ascii(encoding, bytes);
    }
    // With two bytes a character, ASCII has zero bytes, and Cyrillic others of control characters.
    let begins = |byte: &u8| matches!(byte, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b'a'..=b'z');
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    // An object or array without zero bytes at its beginning is not UTF-16, however broken it is.
    begins_like_json(bytes)
        || first.is_some_and(begins)
            && !bytes.iter().copied().any(is_control)
            && std::str::from_utf8(bytes).is_ok()
}

/// Whether bytes under the name of another charset are UTF-8, and not by being ASCII.
fn is_utf8_above_ascii(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    !is_wide(encoding) && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}

/// A charset that was named, or that a byte order mark names.
fn foreign<'a>(encoding: &'static Encoding, bytes: &Cow<'a, [u8]>) -> DecodedText<'a> {
    let name = lower_name(encoding);
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let mut findings = Vec::new();
    if is_utf8_above_ascii(encoding, bytes) {
        findings.push(Finding::new(Code::CharsetDoubtful, Side::Request).arg(name));
    }
    if !is_readable(&text) {
        return DecodedText::default();
    }
    let text = match bytes {
        Cow::Borrowed(bytes) if bytes.is_ascii() && !is_wide(encoding) => {
            to_text(Cow::Borrowed(bytes))
                .unwrap_or_else(|bytes| String::from_utf8_lossy(&bytes).into_owned().into())
        }
        _ => Cow::Owned(text.into_owned()),
    };
    DecodedText {
        text: Some(text),
        charset: Some(name),
        certain: !broken,
        findings,
    }
}

fn to_text(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, str>, Cow<'_, [u8]>> {
    match bytes {
        Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(_) => Err(Cow::Borrowed(bytes)),
        },
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Owned(text)),
            Err(error) => Err(Cow::Owned(error.into_bytes())),
        },
    }
}

fn without_beginning(bytes: Cow<'_, [u8]>, length: usize) -> Cow<'_, [u8]> {
    match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[length..]),
        Cow::Owned(mut bytes) => {
            bytes.drain(..length);
            Cow::Owned(bytes)
        }
    }
}

/// The text that escaped bytes of a form stand for: UTF-8, else the charset that is named, else
/// Cyrillic where it looks like that.
pub(super) fn unescaped(content_type: Option<&str>, bytes: Vec<u8>) -> Option<String> {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Some(text),
        Err(error) => error.into_bytes(),
    };
    let named = content_type.and_then(parameter);
    let named = named.and_then(|label| Encoding::for_label(label.as_bytes()));
    let guessed = || looks_cyrillic(&bytes).then_some(WINDOWS_1251);
    let encoding = named.filter(|named| *named != UTF8).or_else(guessed)?;
    let (text, broken) = encoding.decode_without_bom_handling(&bytes);
    (!broken).then(|| text.into_owned())
}

/// Text as bytes in the charset that a Content-Type names, and that field's value where it has to
/// name another: UTF-8, for what its own does not have, and for JSON, which is UTF-8 (RFC 8259,
/// 8.1).
pub(super) fn encode(content_type: Option<&str>, text: &str) -> (Vec<u8>, Option<String>) {
    let unchanged = || (text.as_bytes().to_vec(), None);
    let named = content_type.and_then(|whole| Some((whole, parameter_span(whole)?)));
    let Some((content_type, span)) = named else {
        return unchanged();
    };
    let encoding = Encoding::for_label(content_type[span.clone()].as_bytes()).unwrap_or(UTF8);
    if encoding == UTF8 || (text.is_ascii() && encoding.is_ascii_compatible()) {
        return unchanged();
    }
    // What has no encoder of its own (UTF-16) would come out as UTF-8 under its label.
    if !kind::names_json(content_type) && encoding.output_encoding() == encoding {
        let (bytes, _, has_missing) = encoding.encode(text);
        if !has_missing {
            return (bytes.into_owned(), None);
        }
    }
    let mut named = content_type.to_owned();
    named.replace_range(span, UTF_8);
    (text.as_bytes().to_vec(), Some(named))
}

/// The `charset` parameter of a Content-Type.
fn parameter(content_type: &str) -> Option<&str> {
    Some(&content_type[parameter_span(content_type)?])
}

/// Where its value stands, without quotes.
fn parameter_span(content_type: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for (index, parameter) in content_type.split(';').enumerate() {
        let begins = start;
        start += parameter.len() + 1;
        let Some((name, value)) = parameter.split_once('=').filter(|_| index > 0) else {
            continue;
        };
        let is_outside = |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'');
        let trimmed = value.trim_start_matches(is_outside);
        let from = begins + parameter.len() - trimmed.len();
        let length = trimmed.trim_end_matches(is_outside).len();
        if name.trim().eq_ignore_ascii_case("charset") && length > 0 {
            return Some(from..from + length);
        }
    }
    None
}

/// Whether the bytes above ASCII are mostly letters of windows-1251, and none is undefined there.
fn looks_cyrillic(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|byte| **byte >= 0x80);
    let (mut count, mut letters) = (0, 0);
    for byte in high {
        count += 1;
        match byte {
            0x98 => return false,
            0xc0..=0xff | 0xa8 | 0xb8 => letters += 1,
            _ => {}
        }
    }
    letters * 100 >= count * CYRILLIC_PERCENT
}

/// The encoding's name in small letters; the few that bots send, else as the standard writes it.
fn lower_name(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "windows-1251" => "windows-1251",
        "UTF-16LE" => "utf-16le",
        "UTF-16BE" => "utf-16be",
        "KOI8-R" => "koi8-r",
        "KOI8-U" => "koi8-u",
        "IBM866" => "ibm866",
        "ISO-8859-5" => "iso-8859-5",
        "Shift_JIS" => "shift_jis",
        "EUC-JP" => "euc-jp",
        "EUC-KR" => "euc-kr",
        "GBK" => "gbk",
        "Big5" => "big5",
        other => other,
    }
}
