//! Connections of visitors in an order that ngrok's client can take.
//!
//! The client reads the introduction of one new stream after the other (its type, then who calls) and takes 64
//! more in meanwhile. When more than that begin before the first is introduced, it waits for what it no longer
//! reads, for ever; and a length below zero makes it crash. So the frames pass through here: what belongs to a
//! new stream is kept until its introduction is whole, and then goes on at once.
//!
//! A frame is eight bytes, all of it with the highest byte first: a length of 24 bits, four bits of type, four
//! of flags, and the number of the stream. The rest is its body.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes read at a time.
const PIECE: usize = 16 * 1024;
/// The head of a frame, in bytes.
const HEAD: usize = 8;
/// The type of a frame that brings data, and the flags of one that begins and one that ends a stream.
const DATA: u8 = 1;
const BEGINS: u8 = 2;
const ENDS: u8 = 1;
/// A new stream begins with its type in four bytes; this one is a visitor's connection.
const TYPE: usize = 4;
const VISITOR: u32 = 3;
/// A visitor's connection goes on with a length in eight bytes, the lowest first, and a document.
const LENGTH: usize = 8;
/// The longest such document, in bytes. It holds an address and an identity.
const DOCUMENT_MAX: usize = 64 * 1024;
/// Bytes of all new streams that may be kept at once.
const KEPT_MAX: usize = 4 * 1024 * 1024;

/// A connection whose incoming frames are put in order.
pub(super) struct Order<S> {
    stream: S,
    sorter: Sorter,
    /// How much of what is sorted has been given on.
    given: usize,
    piece: Box<[u8; PIECE]>,
}

impl<S> Order<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            sorter: Sorter::default(),
            given: 0,
            piece: Box::new([0; PIECE]),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Order<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.given == this.sorter.sorted.len() {
            this.sorter.sorted.clear();
            this.given = 0;
            let mut piece = ReadBuf::new(&mut this.piece[..]);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut piece))?;
            if piece.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.sorter.take(piece.filled())?;
        }
        let ready = &this.sorter.sorted[this.given..];
        let length = ready.len().min(buf.remaining());
        buf.put_slice(&ready[..length]);
        this.given += length;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Order<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

/// Sorts bytes; knows no connection.
#[derive(Default)]
struct Sorter {
    /// What may go on.
    sorted: Vec<u8>,
    /// The head of the present frame, as far as it has come.
    head: Vec<u8>,
    /// What of the present frame's body is still to come.
    rest: usize,
    /// The new stream that the present frame belongs to; what belongs to no new stream goes on as it comes.
    new: Option<u32>,
    /// Whether the present frame ends its stream.
    ends: bool,
    /// The new streams that are not introduced yet.
    kept: HashMap<u32, New>,
    kept_bytes: usize,
}

/// A stream that is not introduced yet.
#[derive(Default)]
struct New {
    /// Its frames so far.
    frames: Vec<u8>,
    /// The data in them, as far as it belongs to the introduction.
    data: Vec<u8>,
}

impl Sorter {
    fn take(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.head.len() < HEAD {
                let (part, after) = bytes.split_at(bytes.len().min(HEAD - self.head.len()));
                self.head.extend_from_slice(part);
                bytes = after;
                if self.head.len() == HEAD {
                    self.begin();
                }
            } else {
                let (part, after) = bytes.split_at(bytes.len().min(self.rest));
                self.rest -= part.len();
                bytes = after;
                self.body(part)?;
            }
            if self.head.len() == HEAD && self.rest == 0 {
                self.end()?;
            }
        }
        Ok(())
    }

    /// The head of a frame is whole.
    fn begin(&mut self) {
        let word = |from: usize| {
            let bytes = &self.head[from..from + 4];
            bytes
                .iter()
                .fold(0, |word, byte| word << 8 | u32::from(*byte))
        };
        let (first, stream) = (word(0), word(4) & (u32::MAX >> 1));
        let (kind, flags) = (self.head[3] >> 4, self.head[3] & 0x0F);
        self.rest = (first >> 8) as usize;
        self.ends = kind != DATA || flags & ENDS != 0;
        if kind == DATA && flags & BEGINS != 0 {
            self.kept.entry(stream).or_default();
        }
        self.new = self.kept.contains_key(&stream).then_some(stream);
        match self.new.and_then(|new| self.kept.get_mut(&new)) {
            Some(new) => {
                new.frames.extend_from_slice(&self.head);
                self.kept_bytes += HEAD;
            }
            None => self.sorted.extend_from_slice(&self.head),
        }
    }

    /// A part of its body.
    fn body(&mut self, part: &[u8]) -> io::Result<()> {
        let Some(new) = self.new.and_then(|new| self.kept.get_mut(&new)) else {
            self.sorted.extend_from_slice(part);
            return Ok(());
        };
        new.frames.extend_from_slice(part);
        if self.head[3] >> 4 == DATA {
            let room = (TYPE + LENGTH + DOCUMENT_MAX).saturating_sub(new.data.len());
            new.data.extend_from_slice(&part[..part.len().min(room)]);
        }
        self.kept_bytes += part.len();
        if self.kept_bytes > KEPT_MAX {
            return Err(broken(
                "too many connections begin and do not say whose they are",
            ));
        }
        Ok(())
    }

    /// The frame is whole.
    fn end(&mut self) -> io::Result<()> {
        self.head.clear();
        let Some(id) = self.new.take() else {
            return Ok(());
        };
        let introduced = match self.kept.get(&id) {
            Some(new) => self.ends || is_introduced(&new.data)?,
            None => false,
        };
        if introduced && let Some(new) = self.kept.remove(&id) {
            self.kept_bytes -= new.frames.len();
            self.sorted.extend_from_slice(&new.frames);
        }
        Ok(())
    }
}

/// Whether all is there that the client waits for.
fn is_introduced(data: &[u8]) -> io::Result<bool> {
    let Some((kind, data)) = data.split_first_chunk::<TYPE>() else {
        return Ok(false);
    };
    if u32::from_be_bytes(*kind) != VISITOR {
        return Ok(true);
    }
    let Some((length, data)) = data.split_first_chunk::<LENGTH>() else {
        return Ok(false);
    };
    match usize::try_from(i64::from_le_bytes(*length)) {
        Ok(length) if length <= DOCUMENT_MAX => Ok(data.len() >= length),
        _ => Err(broken("a connection begins with an impossible length")),
    }
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(stream: u32, flags: u8, body: &[u8]) -> Vec<u8> {
        framed(stream, DATA << 4 | flags, body)
    }

    fn framed(stream: u32, kind_and_flags: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap();
        let mut frame = ((length << 8) | u32::from(kind_and_flags))
            .to_be_bytes()
            .to_vec();
        frame.extend_from_slice(&stream.to_be_bytes());
        frame.extend_from_slice(body);
        frame
    }

    /// The two frames that a visitor's connection begins with.
    fn visitor(stream: u32) -> (Vec<u8>, Vec<u8>) {
        let mut introduction = 5_i64.to_le_bytes().to_vec();
        introduction.extend_from_slice(b"{...}GET /");
        (
            frame(stream, BEGINS, &VISITOR.to_be_bytes()),
            frame(stream, 0, &introduction),
        )
    }

    /// What has come out after `bytes` went in, in pieces of `piece`.
    fn sorted(bytes: &[u8], piece: usize) -> Vec<u8> {
        let mut sorter = Sorter::default();
        for part in bytes.chunks(piece) {
            sorter.take(part).unwrap();
        }
        assert_eq!(sorter.kept.is_empty(), sorter.kept_bytes == 0);
        sorter.sorted
    }

    #[test]
    fn a_frame_is_what_the_client_has_been_seen_to_send() {
        let seen = [0, 0, 4, 0x12, 0, 0, 0, 2, 0, 0, 0, 3];
        assert_eq!(visitor(2).0, seen);
    }

    #[test]
    fn a_stream_goes_on_when_its_introduction_is_whole() {
        let ((begins, introduces), (other, _)) = (visitor(2), visitor(4));
        let heartbeat = frame(3, 0, b"beat");
        let bytes = [&begins[..], &other, &heartbeat, &introduces].concat();
        let expected = [&heartbeat[..], &begins, &introduces].concat();
        for piece in [1, 3, 7, 8, 64, 1024] {
            assert_eq!(sorted(&bytes, piece), expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn an_introduction_in_many_frames_is_put_together() {
        let mut bytes = frame(2, BEGINS, &[]);
        let introduction = [&VISITOR.to_be_bytes()[..], &2_i64.to_le_bytes(), b"{}"].concat();
        for byte in &introduction {
            assert_eq!(sorted(&bytes, 5), b"");
            bytes.extend_from_slice(&frame(2, 0, &[*byte]));
        }
        bytes.extend_from_slice(&frame(2, 0, b"GET /"));
        assert_eq!(sorted(&bytes, 5), bytes);
    }

    #[test]
    fn streams_of_other_types_go_on_with_their_type() {
        let bytes = [frame(2, BEGINS, &5_u32.to_be_bytes()), frame(2, 0, b"{}")].concat();
        assert_eq!(sorted(&bytes, 4), bytes);
    }

    #[test]
    fn a_stream_that_ends_before_it_is_introduced_goes_on_as_it_is() {
        let bytes = [visitor(2).0, frame(2, ENDS, &[])].concat();
        assert_eq!(sorted(&bytes, 64), bytes);
        let bytes = [visitor(2).0, framed(2, 0, &[0; 4])].concat();
        assert_eq!(sorted(&bytes, 64), bytes);
    }

    #[test]
    fn an_impossible_length_ends_the_link_and_not_the_program() {
        for length in [-1_i64, i64::MIN, i64::MAX, 1 << 20] {
            let body = [&VISITOR.to_be_bytes()[..], &length.to_le_bytes()].concat();
            let taken = Sorter::default().take(&frame(2, BEGINS, &body));
            assert_eq!(taken.unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }

    #[test]
    fn what_is_kept_has_a_limit() {
        let mut sorter = Sorter::default();
        let body = vec![0; 1024];
        let mut streams = (2_u32..).step_by(2);
        let error = loop {
            let mut begins = VISITOR.to_be_bytes().to_vec();
            begins.extend_from_slice(&60_000_i64.to_le_bytes());
            begins.extend_from_slice(&body);
            if let Err(error) = sorter.take(&frame(streams.next().unwrap(), BEGINS, &begins)) {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(sorter.kept_bytes < KEPT_MAX + 2048);
    }
}
