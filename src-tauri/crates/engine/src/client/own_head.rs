//! A connection on which the head of a request is written as it is, and the head of its answer is
//! kept as it came. The HTTP library below lowercases names, sorts fields and reads a target: what
//! it writes as a head is replaced here. It frames the bodies, and reads the answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use parking_lot::Mutex;
use protocol::Headers;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::http::{HEADER_FIELDS, in_order};

/// Bytes kept of the heads of an answer; the library takes fewer.
const HEADS_BYTES_MAX: usize = 1 << 20;

const HEAD_END: &[u8; 4] = b"\r\n\r\n";

/// The connection.
pub(super) struct OwnHead<T> {
    inner: T,
    /// What has not been written yet of the head.
    head: Bytes,
    /// How many bytes of the end of the library's head were seen.
    end_seen: usize,
    answer: Arc<Mutex<AnswerHead>>,
}

/// The beginning of an answer as it came.
#[derive(Default)]
pub(super) struct AnswerHead {
    bytes: Vec<u8>,
    is_taken: bool,
}

impl AnswerHead {
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
            head: head.into(),
            end_seen: 0,
            answer: Arc::clone(&answer),
        };
        (stream, answer)
    }

    /// How many of these bytes belong to the library's head, which ends at its first empty line.
    fn swallow(&mut self, bytes: &[u8]) -> usize {
        for (at, byte) in bytes.iter().enumerate() {
            self.end_seen = match *byte {
                byte if byte == HEAD_END[self.end_seen] => self.end_seen + 1,
                b'\r' => 1,
                _ => 0,
            };
            if self.end_seen == HEAD_END.len() {
                return at + 1;
            }
        }
        bytes.len()
    }

    fn is_head_replaced(&self) -> bool {
        self.end_seen == HEAD_END.len()
    }
}

impl<T: AsyncWrite + Unpin> OwnHead<T> {
    /// Writes the head once the library has given its own.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.is_head_replaced() && !self.head.is_empty() {
            let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &self.head))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.head.advance(written);
        }
        Poll::Ready(Ok(()))
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
        if !stream.is_head_replaced() {
            return Poll::Ready(Ok(stream.swallow(bytes)));
        }
        ready!(stream.poll_head(cx))?;
        Pin::new(&mut stream.inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        ready!(stream.poll_head(cx))?;
        Pin::new(&mut stream.inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        ready!(stream.poll_head(cx))?;
        Pin::new(&mut stream.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn a_head_is_replaced_wherever_it_is_cut_and_its_body_follows() {
        let library = b"POST / HTTP/1.1\r\ncontent-length: 4\r\n\r\n\r\n\r\n";
        for cut in 0..=library.len() {
            let (near, mut far) = tokio::io::duplex(4);
            let reading = tokio::spawn(async move {
                let mut read = Vec::new();
                far.read_to_end(&mut read).await.unwrap();
                read
            });
            let (mut stream, _) = OwnHead::new(near, b"POST /{a} HTTP/1.1\r\n\r\n".to_vec());
            stream.write_all(&library[..cut]).await.unwrap();
            stream.write_all(&library[cut..]).await.unwrap();
            stream.shutdown().await.unwrap();
            drop(stream);
            let read = reading.await.unwrap();
            assert_eq!(read, b"POST /{a} HTTP/1.1\r\n\r\n\r\n\r\n", "{cut}");
        }
    }

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
