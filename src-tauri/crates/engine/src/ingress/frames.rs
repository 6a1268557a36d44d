//! Where the frames of HTTP/2 begin and end, and which of them matter to a connection's end.

/// What a connection begins with, before its first frame.
const PREFACE_BYTES: usize = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len();
/// A frame's length, kind, flags and stream (RFC 9113, 4.1).
const HEAD_BYTES: usize = 9;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;
/// What a PING begins with that is no answer to another.
const PING_HEAD: [u8; HEAD_BYTES] = [0, 0, 8, 6, 0, 0, 0, 0, 0];
/// A PING's payload.
const PING_BYTES: usize = 8;
const ACK: u8 = 1;

/// How far the frames of a caller have come.
pub(super) struct FrameTracker {
    head: [u8; HEAD_BYTES],
    /// Bytes that have come of the head.
    of_head: usize,
    /// Bytes to come of the payload; before the first frame, of the preface.
    payload: usize,
    /// With the payload a request's head, or its trailers, are whole.
    ends_fields: bool,
}

impl Default for FrameTracker {
    fn default() -> Self {
        Self {
            head: [0; HEAD_BYTES],
            of_head: 0,
            payload: PREFACE_BYTES,
            ends_fields: false,
        }
    }
}

impl FrameTracker {
    /// Whether all frames that have begun are whole.
    pub(super) fn is_between(&self) -> bool {
        self.of_head == 0 && self.payload == 0
    }

    /// These bytes come next: how many of them until a head is whole, and whether one is.
    pub(super) fn until_head(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < bytes.len() {
            if self.payload == 0 {
                self.head[self.of_head] = bytes[at];
                self.of_head += 1;
                at += 1;
                if self.of_head == HEAD_BYTES {
                    self.begin();
                }
            } else {
                let length = self.payload.min(bytes.len() - at);
                self.payload -= length;
                at += length;
            }
            if self.is_between() && std::mem::take(&mut self.ends_fields) {
                return (at, true);
            }
        }
        (at, false)
    }

    fn begin(&mut self) {
        let [high, middle, low, kind, flags, ..] = self.head;
        self.of_head = 0;
        self.payload = u32::from_be_bytes([0, high, middle, low]) as usize;
        self.ends_fields = matches!(kind, HEADERS | CONTINUATION) && flags & END_HEADERS != 0;
    }
}

/// The answers to the PINGs in what is written.
pub(super) fn answered_pings(
    written: &[u8],
) -> impl Iterator<Item = [u8; HEAD_BYTES + PING_BYTES]> {
    let pings = memchr::memmem::find_iter(written, &PING_HEAD);
    pings.filter_map(|at| {
        let frame = written.get(at..at + HEAD_BYTES + PING_BYTES)?;
        let mut answer: [u8; HEAD_BYTES + PING_BYTES] = frame.try_into().ok()?;
        answer[4] = ACK;
        Some(answer)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).unwrap();
        [&[0, 0, length, kind, flags, 0, 0, 0, 1], payload].concat()
    }

    #[test]
    fn heads_end_where_their_last_frames_do_however_the_bytes_come() {
        let heads = [
            [
                PREFACE,
                &frame(4, 0, b""),
                &frame(HEADERS, END_HEADERS, b"abc"),
            ]
            .concat(),
            [
                frame(0, 1, b"body"),
                frame(HEADERS, 0, b"a"),
                frame(9, END_HEADERS, b""),
            ]
            .concat(),
        ];
        let after = [frame(0, 0, b"more"), frame(6, 0, &[0; 8])].concat();
        let all = [&heads[0][..], &heads[1], &after].concat();
        for piece in [1, 2, 7, 24, all.len()] {
            let mut frames = FrameTracker::default();
            let (mut at, mut found) = (0, Vec::new());
            while at < all.len() {
                let (length, is_head) = frames.until_head(&all[at..all.len().min(at + piece)]);
                at += length;
                if is_head {
                    found.push(at);
                }
            }
            let ends = [heads[0].len(), heads[0].len() + heads[1].len()];
            assert_eq!(found, ends, "{piece}");
            assert!(frames.is_between());
        }
        let mut frames = FrameTracker::default();
        let cut = [PREFACE, &after[..after.len() - 1]].concat();
        assert_eq!(frames.until_head(&cut), (cut.len(), false));
        assert!(!frames.is_between());
    }

    #[test]
    fn pings_that_are_written_whole_are_answered_and_answers_are_not() {
        let ping = [&PING_HEAD[..], b"payload!"].concat();
        let answer = [&[0, 0, 8, 6, ACK, 0, 0, 0, 0], &b"payload!"[..]].concat();
        let written = [&frame(0, 0, b"body"), &answer, &ping, &ping[..12]].concat();
        let answers: Vec<_> = answered_pings(&written).collect();
        assert_eq!(answers, [&answer[..]]);
    }
}
