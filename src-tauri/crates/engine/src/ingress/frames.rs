//! Where the frames of HTTP/2 begin and end, and which of them matter to a connection's end.

/// What a connection begins with, before its first frame.
const PREFACE_BYTES: usize = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len();
/// A frame's length, kind, flags and stream (RFC 9113, 4.1).
const HEAD_BYTES: usize = 9;
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// The bit before a stream's number, which means nothing.
const RESERVED: u32 = 1 << 31;
/// What a PING begins with that is no answer to another.
const PING_HEAD: [u8; HEAD_BYTES] = [0, 0, 8, 6, 0, 0, 0, 0, 0];
/// A PING's payload.
const PING_BYTES: usize = 8;
const ACK: u8 = 1;

/// The number of a stream.
pub(super) type StreamId = u32;

/// Bytes on their way, cut into frames.
#[derive(Default)]
struct Cutter {
    head: [u8; HEAD_BYTES],
    /// Bytes that have come of the head.
    of_head: usize,
    /// Bytes to come of the payload; before a caller's first frame, of the preface.
    payload: usize,
}

#[derive(Clone, Copy)]
struct Frame {
    kind: u8,
    flags: u8,
    stream: StreamId,
}

impl Cutter {
    const fn is_between(&self) -> bool {
        self.of_head == 0 && self.payload == 0
    }

    /// Takes bytes to the end of a frame at most: how many, those of its payload among them, and
    /// the frame that is whole with them.
    fn take<'b>(&mut self, bytes: &'b [u8]) -> (usize, &'b [u8], Option<Frame>) {
        let mut at = 0;
        if self.payload == 0 {
            let length = (HEAD_BYTES - self.of_head).min(bytes.len());
            self.head[self.of_head..self.of_head + length].copy_from_slice(&bytes[..length]);
            self.of_head += length;
            at = length;
            if self.of_head < HEAD_BYTES {
                return (at, &[], None);
            }
            let [high, middle, low, ..] = self.head;
            self.payload = u32::from_be_bytes([0, high, middle, low]) as usize;
        }
        let length = self.payload.min(bytes.len() - at);
        let payload = &bytes[at..at + length];
        self.payload -= length;
        if self.payload > 0 {
            return (at + length, payload, None);
        }
        // The preface has no head.
        let is_frame = std::mem::take(&mut self.of_head) == HEAD_BYTES;
        let [_, _, _, kind, flags, stream @ ..] = self.head;
        let frame = Frame {
            kind,
            flags,
            stream: u32::from_be_bytes(stream) & !RESERVED,
        };
        (at + length, payload, is_frame.then_some(frame))
    }
}

/// How far the frames of a caller have come.
pub(super) struct FrameTracker {
    frames: Cutter,
    /// The newest stream that a head has come of.
    newest: StreamId,
}

impl Default for FrameTracker {
    fn default() -> Self {
        Self {
            frames: Cutter {
                payload: PREFACE_BYTES,
                ..Cutter::default()
            },
            newest: 0,
        }
    }
}

/// The end of a head among the bytes of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldsEnd {
    /// A request's head, on this stream.
    Head(StreamId),
    /// Fields on a stream that has its head: trailers.
    Later,
}

impl FrameTracker {
    /// Whether all frames that have begun are whole.
    pub(super) const fn is_between(&self) -> bool {
        self.frames.is_between()
    }

    /// These bytes come next: how many of them until fields are whole, and whether they are.
    /// `on_reset`: hears of each stream that the caller ends before.
    pub(super) fn until_fields(
        &mut self,
        bytes: &[u8],
        mut on_reset: impl FnMut(StreamId),
    ) -> (usize, Option<FieldsEnd>) {
        let mut at = 0;
        while at < bytes.len() {
            let (length, _, frame) = self.frames.take(&bytes[at..]);
            at += length;
            let Some(frame) = frame else { continue };
            if frame.kind == RST_STREAM {
                on_reset(frame.stream);
            }
            let is_fields = matches!(frame.kind, HEADERS | CONTINUATION);
            if is_fields && frame.flags & END_HEADERS != 0 {
                let is_new = frame.stream > self.newest;
                self.newest = self.newest.max(frame.stream);
                return (
                    at,
                    Some(match is_new {
                        true => FieldsEnd::Head(frame.stream),
                        false => FieldsEnd::Later,
                    }),
                );
            }
        }
        (at, None)
    }
}

/// What has been written of answers.
#[derive(Default)]
pub(super) struct WrittenFrames {
    frames: Cutter,
    /// The first bytes of a payload.
    payload: Vec<u8>,
}

/// What was written whole of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Its answer's head, which names its status where the table of HPACK has that.
    Head(StreamId),
    /// All of it.
    End(StreamId),
    /// It was ended for this reason (RFC 9113, 7).
    Reset(StreamId, u32),
}

impl WrittenFrames {
    /// These bytes have been written.
    pub(super) fn written(&mut self, mut bytes: &[u8], mut on_written: impl FnMut(Written)) {
        const REASON_BYTES: usize = 4;
        while !bytes.is_empty() {
            let (length, payload, frame) = self.frames.take(bytes);
            bytes = &bytes[length..];
            let missing = REASON_BYTES.saturating_sub(self.payload.len());
            self.payload
                .extend_from_slice(&payload[..payload.len().min(missing)]);
            let Some(Frame {
                kind,
                flags,
                stream,
            }) = frame
            else {
                continue;
            };
            let reason = std::mem::take(&mut self.payload);
            match kind {
                HEADERS => on_written(Written::Head(stream)),
                RST_STREAM => {
                    let reason = reason.first_chunk().copied().map(u32::from_be_bytes);
                    on_written(Written::Reset(stream, reason.unwrap_or_default()));
                }
                _ => {}
            }
            if matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0 {
                on_written(Written::End(stream));
            }
        }
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

    fn on_stream(stream: u8, mut frame: Vec<u8>) -> Vec<u8> {
        // With the bit that means nothing.
        (frame[5], frame[8]) = (0x80, stream);
        frame
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
            on_stream(3, frame(HEADERS, END_HEADERS, b"")),
        ];
        let reset = frame(RST_STREAM, 0, &[0, 0, 0, 8]);
        let after = [
            frame(0, 0, b"more"),
            on_stream(3, reset.clone()),
            reset,
            frame(6, 0, &[0; 8]),
        ]
        .concat();
        let all = [&heads.concat(), &after[..]].concat();
        for piece in [1, 2, 7, 24, all.len()] {
            let mut frames = FrameTracker::default();
            let (mut at, mut found, mut resets) = (0, Vec::new(), Vec::new());
            while at < all.len() {
                let end = all.len().min(at + piece);
                let (length, fields) = frames.until_fields(&all[at..end], |id| resets.push(id));
                at += length;
                found.extend(fields.map(|fields| (at, fields)));
            }
            let second = heads[0].len() + heads[1].len();
            let ends = [
                (heads[0].len(), FieldsEnd::Head(1)),
                (second, FieldsEnd::Later),
                (second + heads[2].len(), FieldsEnd::Head(3)),
            ];
            assert_eq!(found, ends, "{piece}");
            assert_eq!(resets, [3, 1], "{piece}");
            assert!(frames.is_between());
        }
        let mut frames = FrameTracker::default();
        let cut = [PREFACE, &after[..after.len() - 1]].concat();
        assert_eq!(frames.until_fields(&cut, |_| ()), (cut.len(), None));
        assert!(!frames.is_between());
    }

    #[test]
    fn what_is_written_of_streams_is_told_once_it_is_whole() {
        let all = [
            frame(4, 0, b""),
            frame(HEADERS, END_HEADERS, b"ok"),
            on_stream(3, frame(HEADERS, END_HEADERS | END_STREAM, b"ok")),
            frame(DATA, 0, b"a"),
            frame(DATA, END_STREAM, b""),
            on_stream(5, frame(RST_STREAM, 0, &[0, 0, 0, 7])),
            frame(DATA, END_STREAM, b"cut")[..10].to_vec(),
        ]
        .concat();
        for piece in [1, 3, 10, all.len()] {
            let (mut frames, mut told) = (WrittenFrames::default(), Vec::new());
            for bytes in all.chunks(piece) {
                frames.written(bytes, |written| told.push(written));
            }
            let expected = [
                Written::Head(1),
                Written::Head(3),
                Written::End(3),
                Written::End(1),
                Written::Reset(5, 7),
            ];
            assert_eq!(told, expected, "{piece}");
        }
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
