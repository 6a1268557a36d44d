//! A connection on which the head of a request is written as it is, and the head of its answer is
//! kept as it came. The HTTP library below lowercases names, sorts fields and reads a target: what
//! it writes as a head is replaced here. It frames the bodies, and reads the answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use parking_lot::Mutex;
use protocol::Headers;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::http::{HEADER_FIELDS, in_order};
use crate::replaced_head::ReplacedHead;

/// Bytes kept of the heads of an answer; the library takes fewer.
const HEADS_BYTES_MAX: usize = 1 << 20;

/// The connection.
pub(super) struct OwnHead<T> {
    inner: T,
    head: ReplacedHead,
    answer: Arc<Mutex<AnswerHead>>,
}

/// The beginning of an answer as it came.
#[derive(Default)]
pub(super) struct AnswerHead {
    bytes: Vec<u8>,
    is_taken: bool,
}

impl AnswerHead {
    /// What has come of it so far.
    pub(super) fn beginning(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// The fields of the answer; `None` where its head cannot be told.
    pub(super) fn take(&mut self) -> Option<Headers> {
        self.is_taken = true;
        let bytes = std::mem::take(&mut self.bytes);
        let mut rest = bytes.as_slice();
        loop {
            let mut fields = [httparse::EMPTY_HEADER; HEADER_FIELDS];
            let mut answer = httparse::Response::new(&mut fields);
            let httparse::Status::Complete(length) = answer.parse(rest).ok()? else {
                return None;
            };
            // Interim answers come before it (RFC 9110, 15.2).
            if !matches!(answer.code, Some(100..=199)) {
                return Some(in_order(answer.headers));
            }
            rest = &rest[length..];
        }
    }
}

impl<T> OwnHead<T> {
    /// A connection for one request with this head, and what will be kept of its answer.
    pub(super) fn new(inner: T, head: Vec<u8>) -> (Self, Arc<Mutex<AnswerHead>>) {
        let answer = Arc::<Mutex<AnswerHead>>::default();
        let stream = Self {
            inner,
            head: ReplacedHead::new(head.into()),
            answer: Arc::clone(&answer),
        };
        (stream, answer)
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for OwnHead<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut stream.inner).poll_read(cx, buffer))?;
        let mut answer = stream.answer.lock();
        if !answer.is_taken {
            let arrived = &buffer.filled()[before..];
            let room = HEADS_BYTES_MAX.saturating_sub(answer.bytes.len());
            answer
                .bytes
                .extend_from_slice(&arrived[..arrived.len().min(room)]);
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for OwnHead<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let stream = self.get_mut();
        if stream.head.is_done() {
            return Pin::new(&mut stream.inner).poll_write(cx, bytes);
        }
        let slices = [io::IoSlice::new(bytes)];
        loop {
            let written = stream.head.poll_write(&mut stream.inner, cx, &slices);
            if let Some(written) = ready!(written)? {
                return Poll::Ready(Ok(written));
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        while !ready!(stream.head.poll_rest(&mut stream.inner, cx))? {}
        Pin::new(&mut stream.inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        while !ready!(stream.head.poll_rest(&mut stream.inner, cx))? {}
        Pin::new(&mut stream.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn the_fields_of_an_answer_are_those_behind_the_interim_ones() {
        let answer = b"HTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n";
        let (mut stream, head) = OwnHead::new(answer.as_slice(), Vec::new());
        stream.read_to_end(&mut Vec::new()).await.unwrap();
        let expected: Headers = [("X-A", "1")].into_iter().collect();
        assert_eq!(head.lock().take(), Some(expected));
        assert_eq!(head.lock().take(), None);
    }
}
