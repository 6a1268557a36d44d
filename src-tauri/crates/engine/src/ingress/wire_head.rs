//! Heads among the bytes of an HTTP/1 connection: where each begins and ends, and its fields as
//! they were received.

use std::mem::MaybeUninit;

use protocol::Headers;

use super::chunks::Chunks;
use super::target::{Line, soften};
use crate::http::{HEADER_FIELDS, in_order};

/// Bytes kept of a head, whatever the setting says, so that a stranger cannot fill the memory.
const HEAD_BYTES_MAX: usize = 1 << 20;

/// Follows the bytes of a connection from head to head.
#[derive(Default)]
pub(super) struct HeadTracker {
    /// The head that is arriving; once it is whole, with what came after it.
    bytes: Vec<u8>,
    /// Where the head ends.
    end: Option<usize>,
    /// How far its first line has been looked through.
    line: Line,
    skips: Skips,
    /// The trailer section of the body before it.
    trailers: Vec<u8>,
}

/// What comes before the next head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Skips {
    /// So many bytes of a body.
    Body(u64),
    /// A body in chunks.
    Chunks(Chunks),
    /// Everything: nothing is followed.
    All,
    #[default]
    Nothing,
}

/// What of some bytes belongs to the message that is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrived {
    /// So many, one at least where there are any.
    pub(super) length: usize,
    /// A head is whole with them, and names a length that no body has.
    pub(super) is_impossible: bool,
}

impl Arrived {
    const fn passed(length: usize) -> Self {
        Self {
            length,
            is_impossible: false,
        }
    }
}

impl HeadTracker {
    /// One that follows nothing.
    pub(super) fn disabled() -> Self {
        Self {
            skips: Skips::All,
            ..Self::default()
        }
    }

    /// The head that is arriving or has just arrived.
    pub(super) fn head(&self) -> &[u8] {
        &self.bytes[..self.end.unwrap_or(self.bytes.len())]
    }

    /// These bytes have arrived: how many of them belong to the message that is being read, and
    /// whether a head is whole with them that names a length which no body has. What is behind a
    /// head or a body is offered again. Where the HTTP library would not read a target, it gets
    /// another.
    pub(super) fn arrived(&mut self, bytes: &mut [u8]) -> Arrived {
        let of_body = match &mut self.skips {
            Skips::All => return Arrived::passed(bytes.len()),
            Skips::Body(remaining) => {
                let skipped = usize::try_from(*remaining).unwrap_or(usize::MAX);
                let skipped = skipped.min(bytes.len());
                *remaining -= skipped as u64;
                skipped
            }
            Skips::Chunks(chunks) => chunks.skip(bytes, &mut self.trailers, HEAD_BYTES_MAX),
            Skips::Nothing => 0,
        };
        if of_body > 0 {
            return Arrived::passed(of_body);
        }
        self.head_arrived(bytes)
    }

    fn head_arrived(&mut self, mut bytes: &mut [u8]) -> Arrived {
        let mut length = 0;
        if self.bytes.is_empty() {
            // Empty lines before a head are no part of it (RFC 9112, 2.2).
            length = bytes
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            bytes = &mut bytes[length..];
        }
        if bytes.is_empty() {
            return Arrived::passed(length);
        }
        self.skips = Skips::Nothing;
        let had = self.bytes.len();
        let from = had.saturating_sub(2);
        let remaining = HEAD_BYTES_MAX.saturating_sub(had);
        self.bytes
            .extend_from_slice(&bytes[..bytes.len().min(remaining)]);
        let mut is_impossible = false;
        // Where the library asks for more behind a head that is whole here, it reads it otherwise.
        if self.end.is_none()
            && let Some(end) = head_end(&self.bytes[from..])
        {
            let end = from + end;
            self.end = Some(end);
            self.bytes.truncate(end);
            bytes = &mut bytes[..end - had];
            is_impossible = names_impossible_length(self.head());
        }
        if self.line != Line::Done {
            soften(&mut self.line, bytes);
        }
        Arrived {
            length: length + bytes.len(),
            is_impossible,
        }
    }

    /// Whether all that has arrived of the last message belongs to one that is whole.
    pub(super) fn is_between_messages(&self) -> bool {
        let is_read = match self.skips {
            Skips::All => false,
            Skips::Body(remaining) => remaining == 0,
            Skips::Chunks(chunks) => chunks == Chunks::End,
            Skips::Nothing => true,
        };
        is_read && self.bytes.is_empty()
    }

    /// Takes the head that has arrived, and goes on behind its body, which is so long or comes in
    /// chunks.
    pub(super) fn take(&mut self, body_length: Option<u64>) -> Vec<u8> {
        let mut head = std::mem::take(&mut self.bytes);
        let Some(end) = self.end.take() else {
            return Vec::new();
        };
        let mut after = head.split_off(end);
        self.line = Line::default();
        self.trailers.clear();
        self.skips = body_length.map_or(Skips::Chunks(Chunks::BEGIN), Skips::Body);
        let mut after = &mut after[..];
        while !after.is_empty() {
            let length = self.arrived(after).length;
            after = &mut after[length..];
        }
        head
    }

    /// Takes the trailer section of the body that has arrived.
    pub(super) fn take_trailers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.trailers)
    }
}

/// Where an empty line ends; lines end with a line feed, with or without a carriage return.
fn head_end(bytes: &[u8]) -> Option<usize> {
    let crlf = memchr::memmem::find(bytes, b"\n\r\n").map(|at| at + 3);
    let bare = memchr::memmem::find(bytes, b"\n\n").map(|at| at + 2);
    match (crlf, bare) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// The fields of a head as they were received: names in the order of their first appearance,
/// repeats apart. `None` where it is not a whole head.
pub(super) fn received_fields(head: &[u8]) -> Option<Headers> {
    let mut fields = [MaybeUninit::uninit(); HEADER_FIELDS];
    let mut request = httparse::Request::new(&mut []);
    let Ok(parsed) = request.parse_with_uninit_headers(head, &mut fields) else {
        return fields_behind_line(head);
    };
    if parsed.is_partial() {
        return None;
    }
    Some(in_order(request.headers))
}

/// The same where the target is one that the parser refuses.
fn fields_behind_line(head: &[u8]) -> Option<Headers> {
    let end = memchr::memchr(b'\n', head)?;
    memchr::memmem::find(&head[..end], b" HTTP/1.")?;
    received_trailers(&head[end + 1..])
}

/// The fields of a trailer section as they were received.
pub(super) fn received_trailers(section: &[u8]) -> Option<Headers> {
    let mut fields = [httparse::EMPTY_HEADER; HEADER_FIELDS];
    match httparse::parse_headers(section, &mut fields).ok()? {
        httparse::Status::Complete((_, fields)) => Some(in_order(fields)),
        httparse::Status::Partial => None,
    }
}

/// Whether a head names a body's length that no number of 64 bits holds, or one of the two that the
/// HTTP library has another meaning for: it would call the head too large, or its syntax wrong.
pub(super) fn names_impossible_length(head: &[u8]) -> bool {
    const LONGEST: u64 = u64::MAX - 2;
    /// The digits of `u64::MAX`.
    const DIGITS: usize = 20;
    // Nearly every head is done with here.
    if !head
        .split(|byte| !byte.is_ascii_digit())
        .any(|digits| digits.len() >= DIGITS)
    {
        return false;
    }
    let fields = received_fields(head).unwrap_or_default().0;
    let is_coded = fields
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"));
    let mut lengths = fields
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    !is_coded
        && lengths.any(|(_, value)| {
            let text = str::from_utf8(value).unwrap_or_default();
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number && text.parse::<u64>().map_or(true, |length| length > LONGEST)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_spelling_they_were_received_in_and_repeats_stand_together() {
        let head =
            b"POST / HTTP/1.1\r\nHost: a\r\nX-Chat-ID: 1\r\nCookie: b\r\nx-chat-id: 2\r\n\r\n";
        let fields = received_fields(head).unwrap().0;
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Host", "X-Chat-ID", "x-chat-id", "Cookie"]);
        assert_eq!(received_fields(b"ing: half\r\nX-A: 1\r\n\r\n"), None);
    }

    #[test]
    fn a_length_that_no_body_has_is_found_in_its_field_alone() {
        for (fields, is_impossible) in [
            ("Content-Length: 18446744073709551615", true),
            ("content-length:18446744073709551614 ", true),
            ("Content-Length: 18446744073709551616", true),
            ("Content-Length: 99999999999999999999999999", true),
            ("Content-Length: 18446744073709551613", false),
            ("Content-Length: 00000000000000000000000005", false),
            ("Content-Length: -18446744073709551615", false),
            ("X-Id: 18446744073709551615", false),
            (
                "Transfer-Encoding: chunked\r\nContent-Length: 18446744073709551615",
                false,
            ),
        ] {
            let head = format!("POST /18446744073709551615 HTTP/1.1\r\n{fields}\r\n\r\n");
            let found = names_impossible_length(head.as_bytes());
            assert_eq!(found, is_impossible, "{fields}");
            let mut tracker = HeadTracker::default();
            let mut head = head.into_bytes();
            let last = head.len() - 1;
            let (first, second) = head.split_at_mut(last);
            assert!(!tracker.arrived(first).is_impossible);
            assert_eq!(tracker.arrived(second).is_impossible, is_impossible);
        }
    }

    #[test]
    fn each_request_of_a_connection_has_its_own_head_however_the_bytes_are_cut() {
        let bytes = b"POST /1 HTTP/1.1\r\nA: 1\r\n\r\nab\n\n\r\nGET /2 HTTP/1.1\nB: 2\n\nGET /3";
        for cut in 1..bytes.len() {
            let mut tracker = HeadTracker::default();
            let mut heads = Vec::new();
            for piece in [&bytes[..cut], &bytes[cut..]] {
                let (mut piece, mut at) = (piece.to_vec(), 0);
                while at < piece.len() {
                    at += tracker.arrived(&mut piece[at..]).length;
                    // As the HTTP library does: a head is taken as soon as it is whole.
                    if tracker.end.is_some() {
                        heads.push(tracker.take(Some(if heads.is_empty() { 2 } else { 0 })));
                    }
                }
            }
            let first = b"POST /1 HTTP/1.1\r\nA: 1\r\n\r\n".to_vec();
            assert_eq!(
                heads,
                [first, b"GET /2 HTTP/1.1\nB: 2\n\n".to_vec()],
                "{cut}"
            );
            assert_eq!(tracker.head(), b"GET /3");
        }
    }

    #[test]
    fn behind_a_body_in_chunks_comes_the_next_head_with_its_own_spelling() {
        let bytes = b"POST / HTTP/1.1\r\n\r\n2\r\nab\r\n0\r\nX-SUM: 1\r\n\r\nGET /2 ";
        for cut in 1..bytes.len() {
            let mut tracker = HeadTracker::default();
            let mut head = Vec::new();
            for piece in [&bytes[..cut], &bytes[cut..]] {
                let (mut piece, mut at) = (piece.to_vec(), 0);
                while at < piece.len() {
                    at += tracker.arrived(&mut piece[at..]).length;
                    if tracker.end.is_some() {
                        head = tracker.take(None);
                    }
                }
            }
            assert_eq!(head, b"POST / HTTP/1.1\r\n\r\n", "{cut}");
            assert_eq!(tracker.head(), b"GET /2 ", "{cut}");
            let trailers = received_trailers(&tracker.take_trailers()).unwrap();
            assert_eq!(trailers, [("X-SUM", "1")].into_iter().collect());
        }
    }
}
