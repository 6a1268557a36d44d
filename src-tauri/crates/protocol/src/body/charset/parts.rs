//! A multipart body: each of its parts may name a charset of its own, and its field `_charset_`
//! names that of all others (RFC 7578 §4.4–4.6).

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::Encoding;
use memchr::memmem::{find, find_iter};

use super::{DecodedText, Label, UTF_8, encoded, kind, parameter, parameter_span, single};

/// The most parts that are told apart, by guess far more than a form has; what follows belongs to
/// the last of them. A body of delimiters alone would else take twenty times its length in memory.
const MOST_PARTS: usize = 1000;

/// A part, from its delimiter to the next one. Before the first part it is the preamble.
struct Part {
    head: Range<usize>,
    content: Range<usize>,
    /// Where the charset stands that it names.
    label: Option<Range<usize>>,
}

/// A multipart body some of whose charsets it names itself.
pub(super) struct Parts {
    parts: Vec<Part>,
    /// Where the charset of all parts stands that name none.
    default: Option<Range<usize>>,
}

impl Parts {
    /// The parts of a body; `None` where it has none, or none of them names a charset.
    pub(super) fn of(content_type: Option<&str>, bytes: &[u8]) -> Option<Self> {
        let mut begins = begins(content_type, bytes)?;
        if *begins.first()? > 0 {
            begins.insert(0, 0);
        }
        let ends = begins.iter().skip(1).copied().chain([bytes.len()]);
        let parts: Vec<Part> = begins
            .iter()
            .zip(ends)
            .map(|(begin, end)| Part::of(bytes, *begin..end))
            .collect();
        let default = parts.iter().find_map(|part| part.charset_field(bytes));
        let is_named = default.is_some() || parts.iter().any(|part| part.label.is_some());
        is_named.then_some(Self { parts, default })
    }

    /// Their text. `header`: what the header of the body names.
    pub(super) fn decode(&self, bytes: &[u8], header: Option<&str>) -> DecodedText<'static> {
        let mut whole = DecodedText {
            text: Some(Cow::Owned(String::with_capacity(bytes.len()))),
            charset: Some(UTF_8),
            certain: true,
            findings: Vec::new(),
        };
        let named = |span: &Range<usize>| String::from_utf8_lossy(&bytes[span.clone()]);
        let default = self
            .default
            .as_ref()
            .map(named)
            .or(header.map(Cow::Borrowed));
        for (range, label) in self.pieces() {
            let piece = &bytes[range.clone()];
            let label = label.as_ref().map(named).or(default.clone());
            let label = label.filter(|_| !piece.is_ascii());
            let label = label.as_deref().map(Label::of);
            let decoded = single(None, label, Cow::Borrowed(piece));
            append(&mut whole, decoded, range.start);
        }
        whole
    }

    /// A text of such parts as bytes, each in its charset; where one of them has not all of the
    /// letters, all are in UTF-8 and named so.
    pub(super) fn encode(&self, text: &str, header: Option<&str>) -> Vec<u8> {
        let header = header.and_then(|label| Encoding::for_label(label.as_bytes()));
        let named = |span: &Range<usize>| Encoding::for_label(&text.as_bytes()[span.clone()]);
        let default = self.default.as_ref().map_or(header, named);
        let pieces = self.pieces().map(|(range, label)| {
            let encoding = label.as_ref().map_or(default, named);
            encoded(encoding, &text[range])
        });
        let in_own: Option<Vec<Cow<'_, [u8]>>> = pieces.collect();
        if let Some(pieces) = in_own {
            return pieces.concat();
        }
        let labels = self.parts.iter().filter_map(|part| part.label.clone());
        let mut labels: Vec<Range<usize>> = labels.chain(self.default.clone()).collect();
        labels.sort_by_key(|label| std::cmp::Reverse(label.start));
        let mut text = text.to_owned();
        for label in labels {
            text.replace_range(label, UTF_8);
        }
        text.into_bytes()
    }

    /// Every head and every content, in order, with the label that stands for it alone.
    fn pieces(&self) -> impl Iterator<Item = (Range<usize>, Option<Range<usize>>)> {
        self.parts.iter().flat_map(|part| {
            [
                (part.head.clone(), None),
                (part.content.clone(), part.label.clone()),
            ]
        })
    }
}

impl Part {
    fn of(bytes: &[u8], range: Range<usize>) -> Self {
        let piece = &bytes[range.clone()];
        let ends = [&b"\r\n\r\n"[..], b"\n\n"];
        let ends = ends
            .iter()
            .filter_map(|end| Some(find(piece, end)? + end.len()));
        let head_end = range.start + ends.min().unwrap_or(piece.len());
        let head = range.start..head_end;
        Self {
            label: head_label(bytes, &head),
            head,
            content: head_end..range.end,
        }
    }

    /// Where the label stands, if this is the field that names a charset for all.
    fn charset_field(&self, bytes: &[u8]) -> Option<Range<usize>> {
        let head = &bytes[self.head.clone()];
        find(head, b"name=\"_charset_\"").or_else(|| find(head, b"name=_charset_"))?;
        let content = &bytes[self.content.clone()];
        let begin = self.content.start + (content.len() - content.trim_ascii_start().len());
        let span = begin..begin + content.trim_ascii().len();
        (!span.is_empty()).then_some(span)
    }
}

/// Where the charset stands in the Content-Type of a part's head.
fn head_label(bytes: &[u8], head: &Range<usize>) -> Option<Range<usize>> {
    const NAME: &str = "content-type:";
    let mut from = head.start;
    for line in bytes[head.clone()].split_inclusive(|byte| *byte == b'\n') {
        let text = std::str::from_utf8(line).unwrap_or_default();
        let is_type = text
            .get(..NAME.len())
            .is_some_and(|name| name.eq_ignore_ascii_case(NAME));
        if is_type && let Some(span) = parameter_span(text, "charset") {
            return Some(from + span.start..from + span.end);
        }
        from += line.len();
    }
    None
}

/// Where the parts begin: at the boundary that the header names, or, where it names none that is
/// there, at what the first line is.
fn begins(content_type: Option<&str>, bytes: &[u8]) -> Option<Vec<usize>> {
    let content_type = content_type.unwrap_or_default();
    if !content_type.is_empty() && !kind::names_multipart(content_type) {
        return None;
    }
    let named = parameter(content_type, "boundary");
    let named = named.map(|boundary| delimited(bytes, format!("--{boundary}").as_bytes()));
    named.filter(|begins| !begins.is_empty()).or_else(|| {
        let line = bytes.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
        let is_boundary = line.len() > 2 && line.starts_with(b"--");
        is_boundary.then(|| delimited(bytes, line))
    })
}

/// Where lines are that begin with a delimiter: it ends there, or with the last part.
fn delimited(bytes: &[u8], delimiter: &[u8]) -> Vec<usize> {
    let is_begin = |at: &usize| {
        let behind = &bytes[at + delimiter.len()..];
        let is_end = behind.first().is_none_or(u8::is_ascii_whitespace);
        (*at == 0 || bytes[at - 1] == b'\n') && (is_end || behind.starts_with(b"--"))
    };
    let found = find_iter(bytes, delimiter).filter(is_begin);
    found.take(MOST_PARTS).collect()
}

/// Puts a piece behind what was decoded before it.
fn append(whole: &mut DecodedText<'_>, piece: DecodedText<'_>, start: usize) {
    whole.text = match (whole.text.take(), piece.text) {
        (Some(text), Some(next)) => Some(Cow::Owned(text.into_owned() + &next)),
        _ => None,
    };
    whole.certain &= piece.certain;
    if whole.charset == Some(UTF_8) && piece.charset.is_some() {
        whole.charset = piece.charset;
    }
    if whole.text.is_none() {
        whole.charset = None;
    }
    for mut finding in piece.findings {
        if let Some(position) = &mut finding.position {
            position.offset += start as u64;
        }
        if whole.findings.iter().all(|one| one.code != finding.code) {
            whole.findings.push(finding);
        }
    }
}
