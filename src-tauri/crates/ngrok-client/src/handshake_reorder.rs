//! Holds each new muxado stream back until its handshake is whole, so that ngrok's client can take
//! any number of new streams at once.
//!
//! A workaround for two faults of `ngrok` 0.19 over `muxado` 0.5; no upstream issue is known. The
//! client reads the handshake of one new stream after the other: the stream type, then the proxy
//! header (its length and a JSON document). Its accept backlog holds 64 further streams. When more
//! than that arrive with SYN before the first handshake is whole, the task that reads frames waits
//! for a free slot in the backlog, and the client waits for a handshake that is never read: the
//! session hangs for ever. And a negative length of the proxy header makes the client panic. When
//! both are mended upstream (a handshake per task, a checked length), delete this module and give
//! the connector's stream to [`Link`](crate::link::Link) directly; the claims `ngrok::serving` of
//! the crate `tunnel` say whether that holds.
//!
//! A muxado frame has a header of eight bytes, big-endian: 24 bits of length, four bits of type,
//! four of flags, and the id of the stream. The body follows.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes read at a time: what one TLS record holds at most.
const READ: usize = 16 * 1024;
/// The header of a frame, in bytes.
const HEADER: usize = 8;
/// The frame type of data, and the flags of a stream's first and last frame.
const DATA: u8 = 1;
const SYN: u8 = 2;
const FIN: u8 = 1;
/// A new stream begins with its stream type, four bytes in big-endian; this one is an inbound
/// connection.
const STREAM_TYPE: usize = 4;
const PROXY: u32 = 3;
/// It goes on with the length of the proxy header, an i64 in little-endian, and the header.
const LENGTH: usize = 8;
/// The longest proxy header, in bytes. It holds an id and an address; more is margin.
const PROXY_HEADER_MAX: usize = 64 * 1024;
/// Bytes of all new streams that are held back at once: 8 KiB for each of a session's 512 streams.
const HELD_MAX: usize = 4 * 1024 * 1024;

/// A connection whose incoming frames pass through a [`Reorder`].
pub(crate) struct HandshakeReorder<S> {
    stream: S,
    reorder: Reorder,
    /// How much of the output has been read.
    read: usize,
    buffer: Box<[u8; READ]>,
}

impl<S> HandshakeReorder<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            reorder: Reorder::default(),
            read: 0,
            buffer: Box::new([0; READ]),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for HandshakeReorder<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.read == this.reorder.output.len() {
            this.reorder.output.clear();
            this.read = 0;
            let mut filled = ReadBuf::new(&mut this.buffer[..]);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut filled))?;
            if filled.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.reorder.take(filled.filled())?;
        }
        let ready = &this.reorder.output[this.read..];
        let length = ready.len().min(buf.remaining());
        buf.put_slice(&ready[..length]);
        this.read += length;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for HandshakeReorder<S> {
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

/// Reorders frames; knows no connection.
#[derive(Default)]
struct Reorder {
    /// Frames that may go on.
    output: Vec<u8>,
    /// The header of the current frame, as far as it has come.
    header: Vec<u8>,
    /// How many bytes of the current frame's body are still to come.
    remaining: usize,
    /// The held stream of the current frame; frames of other streams go on as they come.
    stream: Option<u32>,
    /// Whether the current frame ends its stream.
    fin: bool,
    /// The new streams whose handshake is not whole yet.
    held: HashMap<u32, Held>,
    held_bytes: usize,
}

/// A stream whose handshake is not whole yet.
#[derive(Default)]
struct Held {
    /// Its frames so far.
    frames: Vec<u8>,
    /// The data in them, as far as it belongs to the handshake.
    data: Vec<u8>,
}

impl Reorder {
    fn take(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.header.len() < HEADER {
                let (part, after) = bytes.split_at(bytes.len().min(HEADER - self.header.len()));
                self.header.extend_from_slice(part);
                bytes = after;
                if self.header.len() == HEADER {
                    self.begin();
                }
            } else {
                let (part, after) = bytes.split_at(bytes.len().min(self.remaining));
                self.remaining -= part.len();
                bytes = after;
                self.body(part)?;
            }
            if self.header.len() == HEADER && self.remaining == 0 {
                self.end()?;
            }
        }
        Ok(())
    }

    /// The header of a frame is whole.
    fn begin(&mut self) {
        let word = |from: usize| {
            let bytes = &self.header[from..from + 4];
            bytes
                .iter()
                .fold(0, |word, byte| word << 8 | u32::from(*byte))
        };
        let (first, id) = (word(0), word(4) & (u32::MAX >> 1));
        let (kind, flags) = (self.header[3] >> 4, self.header[3] & 0x0F);
        self.remaining = (first >> 8) as usize;
        self.fin = kind != DATA || flags & FIN != 0;
        if kind == DATA && flags & SYN != 0 {
            self.held.entry(id).or_default();
        }
        self.stream = self.held.contains_key(&id).then_some(id);
        match self.stream.and_then(|id| self.held.get_mut(&id)) {
            Some(held) => {
                held.frames.extend_from_slice(&self.header);
                self.held_bytes += HEADER;
            }
            None => self.output.extend_from_slice(&self.header),
        }
    }

    /// A part of its body.
    fn body(&mut self, part: &[u8]) -> io::Result<()> {
        let Some(held) = self.stream.and_then(|id| self.held.get_mut(&id)) else {
            self.output.extend_from_slice(part);
            return Ok(());
        };
        held.frames.extend_from_slice(part);
        if self.header[3] >> 4 == DATA {
            let missing = (STREAM_TYPE + LENGTH + PROXY_HEADER_MAX).saturating_sub(held.data.len());
            held.data
                .extend_from_slice(&part[..part.len().min(missing)]);
        }
        self.held_bytes += part.len();
        if self.held_bytes > HELD_MAX {
            return Err(broken(
                "too many connections begin and do not say whose they are",
            ));
        }
        Ok(())
    }

    /// The frame is whole.
    fn end(&mut self) -> io::Result<()> {
        self.header.clear();
        let Some(id) = self.stream.take() else {
            return Ok(());
        };
        let whole = match self.held.get(&id) {
            Some(held) => self.fin || is_whole(&held.data)?,
            None => false,
        };
        if whole && let Some(held) = self.held.remove(&id) {
            self.held_bytes -= held.frames.len();
            self.output.extend_from_slice(&held.frames);
        }
        Ok(())
    }
}

/// Whether the handshake is whole: all that the client waits for is there.
fn is_whole(data: &[u8]) -> io::Result<bool> {
    let Some((kind, data)) = data.split_first_chunk::<STREAM_TYPE>() else {
        return Ok(false);
    };
    if u32::from_be_bytes(*kind) != PROXY {
        return Ok(true);
    }
    let Some((length, data)) = data.split_first_chunk::<LENGTH>() else {
        return Ok(false);
    };
    match usize::try_from(i64::from_le_bytes(*length)) {
        Ok(length) if length <= PROXY_HEADER_MAX => Ok(data.len() >= length),
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

    /// The two frames that an inbound connection begins with.
    fn inbound(stream: u32) -> (Vec<u8>, Vec<u8>) {
        let mut handshake = 5_i64.to_le_bytes().to_vec();
        handshake.extend_from_slice(b"{...}GET /");
        (
            frame(stream, SYN, &PROXY.to_be_bytes()),
            frame(stream, 0, &handshake),
        )
    }

    /// What has come out after `bytes` went in, in pieces of `piece`.
    fn reordered(bytes: &[u8], piece: usize) -> Vec<u8> {
        let mut reorder = Reorder::default();
        for part in bytes.chunks(piece) {
            reorder.take(part).unwrap();
        }
        assert_eq!(reorder.held.is_empty(), reorder.held_bytes == 0);
        reorder.output
    }

    #[test]
    fn a_frame_is_what_the_client_has_been_seen_to_send() {
        let seen = [0, 0, 4, 0x12, 0, 0, 0, 2, 0, 0, 0, 3];
        assert_eq!(inbound(2).0, seen);
    }

    #[test]
    fn a_stream_goes_on_when_its_handshake_is_whole() {
        let ((syn, header), (other, _)) = (inbound(2), inbound(4));
        let heartbeat = frame(3, 0, b"beat");
        let bytes = [&syn[..], &other, &heartbeat, &header].concat();
        let expected = [&heartbeat[..], &syn, &header].concat();
        for piece in [1, 3, 7, 8, 64, 1024] {
            assert_eq!(reordered(&bytes, piece), expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn a_handshake_in_many_frames_is_put_together() {
        let mut bytes = frame(2, SYN, &[]);
        let handshake = [&PROXY.to_be_bytes()[..], &2_i64.to_le_bytes(), b"{}"].concat();
        for byte in &handshake {
            assert_eq!(reordered(&bytes, 5), b"");
            bytes.extend_from_slice(&frame(2, 0, &[*byte]));
        }
        bytes.extend_from_slice(&frame(2, 0, b"GET /"));
        assert_eq!(reordered(&bytes, 5), bytes);
    }

    #[test]
    fn streams_of_other_types_go_on_with_their_type() {
        let bytes = [frame(2, SYN, &5_u32.to_be_bytes()), frame(2, 0, b"{}")].concat();
        assert_eq!(reordered(&bytes, 4), bytes);
    }

    #[test]
    fn a_stream_that_ends_within_its_handshake_goes_on_as_it_is() {
        let bytes = [inbound(2).0, frame(2, FIN, &[])].concat();
        assert_eq!(reordered(&bytes, 64), bytes);
        let bytes = [inbound(2).0, framed(2, 0, &[0; 4])].concat();
        assert_eq!(reordered(&bytes, 64), bytes);
    }

    #[test]
    fn an_impossible_length_ends_the_link_and_not_the_program() {
        for length in [-1_i64, i64::MIN, i64::MAX, 1 << 20] {
            let body = [&PROXY.to_be_bytes()[..], &length.to_le_bytes()].concat();
            let taken = Reorder::default().take(&frame(2, SYN, &body));
            assert_eq!(taken.unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }

    #[test]
    fn what_is_held_back_has_a_limit() {
        let mut reorder = Reorder::default();
        let body = vec![0; 1024];
        let mut streams = (2_u32..).step_by(2);
        let error = loop {
            let mut syn = PROXY.to_be_bytes().to_vec();
            syn.extend_from_slice(&60_000_i64.to_le_bytes());
            syn.extend_from_slice(&body);
            if let Err(error) = reorder.take(&frame(streams.next().unwrap(), SYN, &syn)) {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(reorder.held_bytes < HELD_MAX + 2048);
    }
}
