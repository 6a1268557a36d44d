//! From bytes to text: a byte order mark, the charset that Content-Type or the body itself names,
//! UTF-8, and at last a guess, because broken Cyrillic is worth showing unbroken.

mod named;
mod parts;
mod utf32;

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_8 as UTF8, WINDOWS_1251};
use messages::Arg;

use super::{DecodedText, at_byte, kind};
use parts::Parts;
use utf32::Utf32;

use crate::finding::{Code, Finding};
use crate::names::Side;

/// The name of the charset that needs none.
pub(super) const UTF_8: &str = "utf-8";

/// The share of Cyrillic letters among the bytes above ASCII from which text is taken for
/// windows-1251, in percent. Cyrillic in UTF-8 with a broken byte stays at about half.
const CYRILLIC_PERCENT: usize = 75;

/// A charset that is named.
struct Label<'a> {
    text: Cow<'a, str>,
    /// `None` where nobody knows it.
    encoding: Option<&'static Encoding>,
}

impl<'a> Label<'a> {
    fn of(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        let encoding = Encoding::for_label(text.as_bytes());
        Self { text, encoding }
    }

    /// The one that a body names itself.
    fn within(content_type: Option<&str>, bytes: &[u8]) -> Option<Label<'static>> {
        let label = &bytes[named::label_span(content_type, bytes)?];
        Some(Label {
            text: Cow::Owned(String::from_utf8_lossy(label).into_owned()),
            encoding: named::encoding_of(label),
        })
    }
}

/// Decodes bytes whose content codings are undone.
pub(super) fn decode<'a>(content_type: Option<&str>, bytes: Cow<'a, [u8]>) -> DecodedText<'a> {
    let header = content_type.and_then(charset_parameter);
    if let Some(parts) = Parts::of(content_type, &bytes) {
        return parts.decode(&bytes, header);
    }
    if let Some(label) = header {
        return single(content_type, Some(Label::of(label)), bytes);
    }
    let label = Label::within(content_type, &bytes);
    let is_doubtful = |label: &Label<'_>| {
        let encoding = label.encoding.filter(|encoding| *encoding != UTF8);
        encoding.is_some_and(|encoding| is_utf8_above_ascii(encoding, &bytes))
    };
    match label.as_ref().filter(|label| is_doubtful(label)) {
        None => single(content_type, label, bytes),
        // A text that was put into UTF-8 on its way, with what it says of itself left in it.
        Some(doubtful) => {
            let mut decoded = single(content_type, None, bytes);
            let finding = Finding::new(Code::CharsetDoubtful, Side::Request);
            decoded.findings.push(finding.arg(&*doubtful.text));
            decoded.certain = false;
            decoded
        }
    }
}

/// Decodes bytes that are in one charset.
fn single<'a>(
    content_type: Option<&str>,
    label: Option<Label<'_>>,
    bytes: Cow<'a, [u8]>,
) -> DecodedText<'a> {
    let mut findings = Vec::new();
    let names = label
        .as_ref()
        .and_then(|label| utf32::order_of(&label.text));
    if let Some(wide) = Utf32::of(names, &bytes) {
        return wide.decode(&bytes);
    }
    if let Some(Label {
        text,
        encoding: None,
    }) = &label
    {
        findings.push(Finding::new(Code::CharsetUnknown, Side::Request).arg(&**text));
    }
    let declared = label.as_ref().and_then(|label| label.encoding);
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
    let encoding = mark.or_else(|| utf16(&bytes)).or(declared).unwrap_or(UTF8);
    let is_other = |named: &'static Encoding| named != UTF8 && !is_wide(named);
    if mark == Some(UTF8)
        && let Some(named) = label
            .as_ref()
            .filter(|one| one.encoding.is_some_and(is_other))
    {
        let code = if is_text {
            Code::CharsetIgnored
        } else {
            Code::CharsetDoubtful
        };
        findings.push(Finding::new(code, Side::Request).arg(&*named.text));
    }
    let mut decoded = if encoding == UTF8 {
        utf8(bytes, mark_length, declared.is_some(), is_text)
    } else if mark.is_none() && is_text && is_utf8_under(encoding, &bytes) {
        // JSON is UTF-8 whatever the label says (RFC 8259 §8.1), and readers of JSON pass it over.
        let label = label.map_or(lower_name(encoding).into(), |label| label.text);
        findings.push(Finding::new(Code::CharsetIgnored, Side::Request).arg(&*label));
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

/// The charset of JSON or XML in UTF-16 without a mark: an object, array or declaration, told by
/// which bytes of its first two characters, ASCII both, are zero (RFC 4627 §3, XML 1.0 §F.1).
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let (encoding, [first, second]) = match *bytes.first_chunk::<4>()? {
        [first, 0, second, 0] => (encoding_rs::UTF_16LE, [first, second]),
        [0, first, 0, second] => (encoding_rs::UTF_16BE, [first, second]),
        _ => return None,
    };
    let is_json = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'{' | b'[');
    let is_begin = is_json(first) && second.is_ascii() && second != 0;
    (is_begin || [first, second] == *b"<?").then_some(encoding)
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
        Cow::Borrowed(bytes) if bytes.is_ascii() && encoding.is_ascii_compatible() => {
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
    let header = content_type.and_then(charset_parameter).map(Label::of);
    let named = header.or_else(|| Label::within(content_type, &bytes));
    let named = named.and_then(|label| label.encoding);
    let guessed = || looks_cyrillic(&bytes).then_some(WINDOWS_1251);
    let encoding = named.filter(|named| *named != UTF8).or_else(guessed)?;
    let (text, broken) = encoding.decode_without_bom_handling(&bytes);
    (!broken).then(|| text.into_owned())
}

/// Text as bytes in the charset that a Content-Type or the text itself names. Where that has not
/// all of the letters, the bytes are UTF-8, and so they are named: in the text, or in the field,
/// whose value this is then. JSON is UTF-8 always (RFC 8259 §8.1).
pub(super) fn encode(content_type: Option<&str>, text: &str) -> (Vec<u8>, Option<String>) {
    let header = content_type.and_then(charset_parameter);
    if let Some(parts) = Parts::of(content_type, text.as_bytes()) {
        return (parts.encode(text, header), None);
    }
    let field = content_type.and_then(|whole| Some((whole, parameter_span(whole, "charset")?)));
    let span = match &field {
        Some((whole, span)) => return encode_under(whole, span.clone(), text),
        None => named::label_span(content_type, text.as_bytes()),
    };
    let Some(span) = span else {
        return (text.as_bytes().to_vec(), None);
    };
    let encoding = named::encoding_of(&text.as_bytes()[span.clone()]);
    let bytes = encoded(encoding, text).map(Cow::into_owned);
    let in_utf8 = || {
        let mut text = text.to_owned();
        text.replace_range(span, UTF_8);
        text.into_bytes()
    };
    (bytes.unwrap_or_else(in_utf8), None)
}

/// The same where the field names a charset.
fn encode_under(content_type: &str, span: Range<usize>, text: &str) -> (Vec<u8>, Option<String>) {
    let encoding = Encoding::for_label(content_type[span.clone()].as_bytes());
    let is_json = kind::names_json(content_type) && !text.is_ascii();
    let encoding = encoding.filter(|encoding| *encoding != UTF8);
    match encoded(encoding, text) {
        Some(bytes) if !is_json || encoding.is_none() => (bytes.into_owned(), None),
        _ => {
            let mut named = content_type.to_owned();
            named.replace_range(span, UTF_8);
            (text.as_bytes().to_vec(), Some(named))
        }
    }
}

/// A text in a charset, in UTF-8 without one; `None` where that has not all of the letters, or
/// nothing writes it.
fn encoded<'a>(encoding: Option<&'static Encoding>, text: &'a str) -> Option<Cow<'a, [u8]>> {
    let encoding = encoding.unwrap_or(UTF8);
    // What has no encoder of its own (UTF-16) would come out as UTF-8 under its label.
    if encoding.output_encoding() != encoding {
        return None;
    }
    let (bytes, _, has_missing) = encoding.encode(text);
    (!has_missing).then_some(bytes)
}

/// The `charset` parameter of a Content-Type.
fn charset_parameter(content_type: &str) -> Option<&str> {
    parameter(content_type, "charset")
}

/// A parameter of a Content-Type.
fn parameter<'a>(content_type: &'a str, name: &str) -> Option<&'a str> {
    Some(&content_type[parameter_span(content_type, name)?])
}

/// Where its value stands, without quotes.
fn parameter_span(content_type: &str, wanted: &str) -> Option<Range<usize>> {
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
        if name.trim().eq_ignore_ascii_case(wanted) && length > 0 {
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
