//! A body as HTTP libraries send it: one frame where it is in memory, pieces where it is not.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use protocol::Body;
use tokio::task::JoinHandle;

/// Bytes read at once of a body outside of memory.
const PIECE_BYTES: usize = 256 << 10;

/// A body could not be read to its end.
#[derive(Debug, thiserror::Error)]
#[error("a recorded body could not be read: {0}")]
pub struct UnreadableBody(#[source] io::Error);

/// The bytes of a body between two positions. Pieces are read on blocking threads, one at a time
/// and only when the receiver has taken the one before.
#[derive(Debug)]
pub struct BodyStream {
    body: Body,
    next: u64,
    end: u64,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl BodyStream {
    /// The whole body.
    #[must_use]
    pub fn new(body: Body) -> Self {
        let end = body.length();
        Self::range(body, 0, end)
    }

    /// The bytes from `from` until before `end`.
    #[must_use]
    pub fn range(body: Body, from: u64, end: u64) -> Self {
        let end = end.min(body.length());
        Self {
            body,
            next: from.min(end),
            end,
            reading: None,
        }
    }

    fn take(&mut self, read: io::Result<Bytes>) -> Result<http_body::Frame<Bytes>, UnreadableBody> {
        let bytes = read.map_err(UnreadableBody)?;
        if bytes.is_empty() {
            return Err(UnreadableBody(io::ErrorKind::UnexpectedEof.into()));
        }
        self.next += bytes.len() as u64;
        Ok(http_body::Frame::data(bytes))
    }
}

impl http_body::Body for BodyStream {
    type Data = Bytes;
    type Error = UnreadableBody;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, UnreadableBody>>> {
        let stream = self.get_mut();
        if stream.next == stream.end {
            return Poll::Ready(None);
        }
        if stream.body.is_in_memory() {
            let length = usize::try_from(stream.end - stream.next).unwrap_or(usize::MAX);
            let bytes = stream.body.read_at(stream.next, length);
            return Poll::Ready(Some(stream.take(bytes)));
        }
        let reading = stream.reading.get_or_insert_with(|| {
            let (body, next) = (stream.body.clone(), stream.next);
            let rest = usize::try_from(stream.end - next).unwrap_or(usize::MAX);
            tokio::task::spawn_blocking(move || body.read_at(next, rest.min(PIECE_BYTES)))
        });
        let read = ready!(Pin::new(reading).poll(cx));
        stream.reading = None;
        let read = read.unwrap_or_else(|error| Err(io::Error::other(error)));
        Poll::Ready(Some(stream.take(read)))
    }

    fn is_end_stream(&self) -> bool {
        self.next == self.end
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(self.end - self.next)
    }
}
