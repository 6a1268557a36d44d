//! Whether a caller that has ended its sending half still waits.
//!
//! That cannot be told from what it sends: one that has closed its connection and one that has
//! closed its sending half alone (RFC 9112, 9.6) look alike until something is sent to them. So
//! something is, in pieces: on HTTP/1 the first bytes of the answer, which are the same for all
//! answers; on HTTP/2 frames that ask for a sign of life. A caller that has gone resets the
//! connection, and one that waits gets its answer's beginning early, or the frames.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::time::Sleep;

/// What every answer of HTTP/1 begins with, whatever its minor version.
const ANSWER: &[u8] = b"HTTP/1.";
/// A PING of HTTP/2, with a payload that the HTTP library has for none of its own.
const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0at hand?";
/// Pieces that are sent, at most.
const PIECES: usize = ANSWER.len();
/// Pieces that are sent at once: the first has the system of a caller that has gone reset the
/// connection, and the second meets the reset on a short way.
const PIECES_AT_ONCE: usize = 2;
/// How long after them the next piece is sent; each later one waits four times as long, so that the
/// last one is sent after 85 s.
const PROBE_INTERVAL: Duration = Duration::from_millis(250);

/// How far the pieces have been sent.
#[derive(Debug)]
pub struct CallerProbe {
    /// The bytes of the n-th piece.
    piece: fn(usize) -> &'static [u8],
    /// Pieces that were sent whole, and bytes of the next one.
    pieces: usize,
    bytes: usize,
    next: Option<Pin<Box<Sleep>>>,
}

impl CallerProbe {
    /// A probe of a caller that waits for an answer of HTTP/1.
    #[must_use]
    pub fn http1() -> Self {
        Self::new(|piece| &ANSWER[piece..=piece])
    }

    pub(crate) fn http2() -> Self {
        Self::new(|_| PING)
    }

    fn new(piece: fn(usize) -> &'static [u8]) -> Self {
        Self {
            piece,
            pieces: 0,
            bytes: 0,
            next: None,
        }
    }

    /// How many pieces have been sent: on HTTP/1, bytes of the answer.
    #[must_use]
    pub const fn sent(&self) -> usize {
        self.pieces
    }

    /// Sends what is due.
    ///
    /// # Errors
    /// The caller has gone.
    pub fn send<T: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut T,
        cx: &mut Context<'_>,
    ) -> io::Result<()> {
        while self.pieces < PIECES {
            if let Some(next) = &mut self.next
                && next.as_mut().poll(cx).is_pending()
            {
                return Ok(());
            }
            let Poll::Ready(written) = self.poll_piece(stream, cx) else {
                return Ok(());
            };
            written?;
            if let Poll::Ready(Err(error)) = Pin::new(&mut *stream).poll_flush(cx) {
                return Err(error);
            }
            if let Some(later) = self.pieces.checked_sub(PIECES_AT_ONCE) {
                let wait = PROBE_INTERVAL * 4_u32.pow(later as u32);
                self.next = Some(Box::pin(tokio::time::sleep(wait)));
            }
        }
        Ok(())
    }

    /// Sends the rest of a piece of which the system has taken some bytes.
    pub(crate) fn poll_begun<T: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut T,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        match self.bytes {
            0 => Poll::Ready(Ok(())),
            _ => self.poll_piece(stream, cx),
        }
    }

    fn poll_piece<T: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut T,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let piece = (self.piece)(self.pieces);
        while self.bytes < piece.len() {
            let written = Pin::new(&mut *stream).poll_write(cx, &piece[self.bytes..]);
            match ready!(written)? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.bytes += written,
            }
        }
        self.bytes = 0;
        self.pieces += 1;
        Poll::Ready(Ok(()))
    }
}
