//! A body's bytes seen as text: content coding, charset and kind.
//!
//! The bytes are the truth and stay untouched; what is made here is a view.

mod charset;
mod coding;
mod escapes;
mod kind;
mod recode;

use std::borrow::Cow;

use bytes::Bytes;
use json_text::{JsonError, Position, survey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::content::Body;
use crate::document::Document;
use crate::finding::{Code, Finding};
use crate::message::{Headers, value_text};
use crate::names::Side;

use coding::Extent;

pub use coding::{DECODED_LIMIT, is_compressed};
pub use escapes::text_with_escapes;

/// What a body is, judged by its content first and by its Content-Type second.
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
    /// Only its beginning was recorded.
    pub truncated: bool,
}

/// A body as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodedText<'a> {
    /// The text, without a byte order mark; `None` where the bytes are no text.
    pub text: Option<Cow<'a, str>>,
    /// The charset it is read in.
    pub charset: Option<&'static str>,
    /// Whether any other reader gets the same text: nothing was guessed, replaced or skipped.
    pub certain: bool,
    /// What decoding noticed; their side is the request.
    pub findings: Vec<Finding>,
}

/// A body in short.
#[must_use]
pub fn body_info(headers: &Headers, body: &Body, truncated: bool) -> BodyInfo {
    ParsedBody::new(headers, body, truncated, Side::Request).info
}

/// The text that escaped bytes of a form stand for; `None` where no charset tells.
pub(crate) fn unescaped_text(headers: &Headers, bytes: Vec<u8>) -> Option<String> {
    charset::unescaped(ContentHeaders::of(headers).content_type.as_deref(), bytes)
}

/// Text as the bytes of a body with these fields: in the charset that they or the text itself name,
/// or in UTF-8, and then that is named; and in their content codings. Where those cannot be put on,
/// the fields that name them are removed.
#[must_use]
pub fn encode_text(headers: &mut Headers, text: &str) -> Bytes {
    let content = ContentHeaders::of(headers);
    let (bytes, named) = charset::encode(content.content_type.as_deref(), text);
    let coded = recode::encode(content.encoding.as_deref(), &bytes);
    if let Some(named) = named {
        let field = headers.0.iter_mut();
        let mut field = field.filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if let Some((_, value)) = field.next() {
            *value = named.into_bytes();
        }
    }
    let Some(coded) = coded else {
        let is_coding = |name: &str| name.eq_ignore_ascii_case("content-encoding");
        headers.0.retain(|(name, _)| !is_coding(name));
        return bytes.into();
    };
    coded.into()
}

/// The body after content coding and charset, as text.
#[must_use]
pub fn decode_text<'a>(headers: &Headers, body: &'a Bytes) -> DecodedText<'a> {
    decode(&ContentHeaders::of(headers), body, Extent::Whole)
}

/// The beginning of a body as text: `most` of its decompressed bytes at most.
#[must_use]
pub fn decode_beginning<'a>(
    headers: &Headers,
    body: &'a Bytes,
    most: usize,
) -> Option<Cow<'a, str>> {
    let (content, most) = (ContentHeaders::of(headers), most.min(DECODED_LIMIT));
    if coding::is_coded(content.encoding.as_deref()) || body.len() <= most {
        return decode(&content, body, Extent::Beginning { most }).text;
    }
    let part = whole_characters(&body.slice(..most), Extent::Beginning { most });
    let text = decode(&content, &part, Extent::Beginning { most }).text?;
    Some(Cow::Owned(text.into_owned()))
}

/// A body after content coding and charset.
#[derive(Clone, Debug)]
pub struct DecodedBody {
    /// UTF-8, or bytes where it is no text. As it came where nothing undoes its coding.
    pub body: Body,
    /// Only the beginning of a body outside of memory is here: its coding or its charset needs all
    /// bytes at once.
    pub in_part: bool,
}

/// The body after content coding and charset. `truncated`: only its beginning was recorded.
#[must_use]
pub fn decode_body(headers: &Headers, body: &Body, truncated: bool) -> DecodedBody {
    let content = ContentHeaders::of(headers);
    let (encoding, outside) = (content.encoding.as_deref(), !body.is_in_memory());
    let extent = Extent::of(body, truncated);
    let beginning = whole_characters(body.beginning(), extent);
    let decoded = decode(&content, &beginning, extent);
    let as_it_came = !coding::is_coded(encoding)
        && decoded
            .charset
            .is_none_or(|charset| charset == charset::UTF_8);
    if outside && as_it_came {
        return DecodedBody {
            body: body.clone(),
            in_part: false,
        };
    }
    let bytes = match decoded.text {
        Some(text) => Ok(Bytes::from(text.into_owned())),
        None => coding::decode(encoding, body.beginning(), extent)
            .map(|bytes| Bytes::from(bytes.into_owned())),
    };
    match bytes {
        Ok(bytes) => DecodedBody {
            body: bytes.into(),
            in_part: outside,
        },
        Err(_) => DecodedBody {
            body: body.clone(),
            in_part: false,
        },
    }
}

fn decode<'a>(content: &ContentHeaders<'_>, body: &'a Bytes, extent: Extent) -> DecodedText<'a> {
    let content_type = content.content_type.as_deref();
    match coding::decode(content.encoding.as_deref(), body, extent) {
        Ok(Cow::Owned(mut bytes)) if extent != Extent::Whole => {
            bytes.truncate(whole_characters_end(&bytes));
            charset::decode(content_type, Cow::Owned(bytes))
        }
        Ok(bytes) => charset::decode(content_type, bytes),
        Err(finding) => {
            // Some senders name a coding and do not use it: plain text is shown all the same.
            let text = std::str::from_utf8(body)
                .ok()
                .filter(|text| charset::is_readable(text));
            DecodedText {
                text: text.map(Cow::Borrowed),
                charset: text.map(|_| charset::UTF_8),
                certain: false,
                // What was cut does not decompress, and that is not the sender's fault.
                findings: match extent != Extent::Whole && finding.code == Code::EncodingBroken {
                    true => Vec::new(),
                    false => vec![finding],
                },
            }
        }
    }
}

/// The two header fields that say how to read a body.
struct ContentHeaders<'a> {
    content_type: Option<Cow<'a, str>>,
    /// Every Content-Encoding, joined in order.
    encoding: Option<Cow<'a, str>>,
}

impl<'a> ContentHeaders<'a> {
    fn of(headers: &'a Headers) -> Self {
        let mut content = Self {
            content_type: None,
            encoding: None,
        };
        // The values of other fields are not decoded: this runs on every request.
        for (name, value) in &headers.0 {
            if content.content_type.is_none() && name.eq_ignore_ascii_case("content-type") {
                content.content_type = Some(value_text(value));
            } else if name.eq_ignore_ascii_case("content-encoding") {
                let value = value_text(value);
                content.encoding = Some(match content.encoding {
                    Some(before) => Cow::Owned(format!("{before}, {value}")),
                    None => value,
                });
            }
        }
        content
    }
}

/// A body, decoded and parsed.
pub(crate) struct ParsedBody {
    pub(crate) info: BodyInfo,
    /// The body as JSON, where it is that.
    pub(crate) document: Option<Document>,
    /// Why a text is not JSON.
    pub(crate) error: Option<JsonError>,
    /// See [`DecodedText::certain`].
    pub(crate) certain: bool,
    pub(crate) findings: Vec<Finding>,
}

impl ParsedBody {
    /// Decodes and parses a body. Runs on every request and every answer.
    ///
    /// Of a body outside of memory its beginning is read.
    pub(crate) fn new(headers: &Headers, body: &Body, truncated: bool, side: Side) -> Self {
        let content = ContentHeaders::of(headers);
        let in_part = !body.is_in_memory();
        let mut parsed = Self {
            info: BodyInfo {
                bytes: body.length(),
                kind: BodyKind::Empty,
                charset: None,
                encoding: content.encoding.as_deref().map(str::to_owned),
                truncated,
            },
            document: None,
            error: None,
            certain: true,
            findings: Vec::new(),
        };
        if body.is_empty() {
            return parsed;
        }
        let beginning = body.beginning();
        let extent = Extent::of(body, truncated);
        let part = whole_characters(beginning, extent);
        let decoded = decode(&content, &part, extent);
        parsed.certain = decoded.certain;
        parsed.info.charset = decoded.charset.map(str::to_owned);
        parsed.findings = decoded.findings;
        if in_part {
            let finding = Finding::new(Code::BodyReadInPart, side);
            parsed.findings.push(finding.arg(beginning.len() as u64));
        }
        let content_type = content.content_type.as_deref();
        let Some(text) = decoded.text else {
            parsed.info.kind = kind::of_bytes(content_type);
            return parsed.of(side);
        };
        match survey(&text) {
            Ok(survey) => {
                parsed.info.kind = BodyKind::Json;
                let is_wide =
                    |charset: &str| charset.starts_with("utf-16") || charset.starts_with("utf-32");
                let is_other = |charset: &&str| !text.is_ascii() || is_wide(charset);
                if let Some(charset) = decoded.charset.filter(is_other) {
                    parsed.is_in(charset);
                }
                if let Some(other) = content_type.filter(|one| kind::denies_json(one)) {
                    let finding = Finding::new(Code::ContentTypeNotJson, side);
                    parsed.findings.push(finding.arg(other));
                }
                let text = match text {
                    Cow::Borrowed(text) => part.slice_ref(text.as_bytes()),
                    Cow::Owned(text) => Bytes::from(text),
                };
                parsed.document = Some(Document { text, survey });
            }
            Err(error) => {
                // A document that is cut is no broken one.
                parsed.info.kind = kind::of_text(content_type, &text);
                parsed.error = (!in_part).then(|| error.locate(&text));
            }
        }
        parsed.of(side)
    }

    /// Takes note of the charset of JSON: in any but UTF-8 it is read here, and by hardly anybody
    /// else.
    fn is_in(&mut self, charset: &'static str) {
        if charset != charset::UTF_8 {
            self.certain = false;
            let finding = Finding::new(Code::JsonNotUtf8, Side::Request);
            self.findings.push(finding.arg(charset));
        }
    }

    fn of(mut self, side: Side) -> Self {
        for finding in &mut self.findings {
            finding.side = side;
        }
        self
    }
}

/// A cut body without the piece of a character that the cut may leave at its end.
fn whole_characters(body: &Bytes, extent: Extent) -> Bytes {
    match extent {
        Extent::Beginning { .. } => body.slice(..whole_characters_end(body)),
        Extent::Whole => body.clone(),
    }
}

/// Where the last whole character of a text ends that is cut.
fn whole_characters_end(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    }
}

/// A finding about a byte of the body.
fn at_byte(code: Code, offset: usize) -> Finding {
    let offset = offset as u64;
    let position = Position {
        offset,
        ..Position::START
    };
    Finding::new(code, Side::Request).at_position(position)
}

#[cfg(test)]
mod tests;
