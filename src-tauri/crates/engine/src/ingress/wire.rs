//! The bytes of one connection, watched on their way to and from the HTTP library.
//!
//! Three things the library keeps to itself are wanted here: how header names were spelled,
//! what had arrived of a head that was never finished, and when an answer's last byte left.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use parking_lot::Mutex;
use protocol::Headers;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::transport::Transport;
use crate::http::HEADER_FIELDS;
use crate::turn::{Delivery, OnDelivery};

/// Bytes kept of a head, whatever the setting says, so that a stranger cannot fill the memory.
const HEAD_BYTES_MAX: usize = 1 << 20;

/// What is known of a connection's bytes; shared between the connection and its requests.
pub(crate) struct Wire {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The head that is arriving, or the one that arrived last.
    head: Vec<u8>,
    /// The head is complete: what follows is a body.
    head_complete: bool,
    /// Answers whose last byte the HTTP library has taken and not flushed.
    leaving: Vec<OnDelivery>,
}

impl Wire {
    /// A connection whose first bytes have been read already.
    pub(crate) fn new(first_bytes: &[u8]) -> Arc<Self> {
        let mut state = State::default();
        state.arrived(first_bytes);
        Arc::new(Self {
            state: Mutex::new(state),
        })
    }

    /// The head that is arriving or has just arrived, as received.
    pub(crate) fn head(&self) -> Vec<u8> {
        self.state.lock().head.clone()
    }

    /// The HTTP library has taken an answer's last byte; tell when it has left.
    pub(crate) fn on_flush(&self, on_delivery: OnDelivery) {
        self.state.lock().leaving.push(on_delivery);
    }

    /// The header fields with their names spelled as received, where the head that was watched is
    /// the head that the HTTP library read; otherwise as they are.
    pub(crate) fn respell(&self, headers: &mut Headers) {
        let state = self.state.lock();
        if !state.head_complete {
            return;
        }
        let mut fields = [MaybeUninit::uninit(); HEADER_FIELDS];
        let mut request = httparse::Request::new(&mut []);
        if !matches!(
            request.parse_with_uninit_headers(&state.head, &mut fields),
            Ok(httparse::Status::Complete(_))
        ) || request.headers.len() != headers.0.len()
        {
            return;
        }
        let mut received: Vec<Option<&str>> = request
            .headers
            .iter()
            .map(|field| Some(field.name))
            .collect();
        for (name, _) in &mut headers.0 {
            let spelling = received
                .iter_mut()
                .find(|spelling| spelling.is_some_and(|text| text.eq_ignore_ascii_case(name)))
                .and_then(Option::take);
            if let Some(spelling) = spelling
                && spelling != name
            {
                spelling.clone_into(name);
            }
        }
    }
}

impl State {
    fn arrived(&mut self, bytes: &[u8]) {
        if self.head_complete || bytes.is_empty() {
            return;
        }
        let from = self.head.len().saturating_sub(3);
        let remaining = HEAD_BYTES_MAX.saturating_sub(self.head.len());
        self.head
            .extend_from_slice(&bytes[..bytes.len().min(remaining)]);
        if let Some(end) = memchr::memmem::find(&self.head[from..], b"\r\n\r\n") {
            self.head.truncate(from + end + 4);
            self.head_complete = true;
        }
    }
}

/// A connection's stream, watched by its [`Wire`].
pub(crate) struct WatchedStream<T> {
    stream: T,
    wire: Arc<Wire>,
    /// Bytes that were read before the HTTP library took over.
    first_bytes: Bytes,
}

impl<T> WatchedStream<T> {
    pub(crate) fn new(stream: T, wire: Arc<Wire>, first_bytes: Bytes) -> Self {
        Self {
            stream,
            wire,
            first_bytes,
        }
    }

    /// Has the connection end with a reset when it is dropped.
    pub(crate) fn reset(&mut self)
    where
        T: Transport,
    {
        self.stream.reset();
    }

    fn finish(&self, delivery: Delivery) {
        let leaving = {
            let mut state = self.wire.state.lock();
            if state.leaving.is_empty() {
                return;
            }
            if delivery == Delivery::Written {
                state.head.clear();
                state.head_complete = false;
            }
            std::mem::take(&mut state.leaving)
        };
        for on_delivery in leaving {
            on_delivery.report(delivery);
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for WatchedStream<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first_bytes.has_remaining() {
            let length = self.first_bytes.len().min(buffer.remaining());
            buffer.put_slice(&self.first_bytes.split_to(length));
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if result.is_ready() {
            self.wire.state.lock().arrived(&buffer.filled()[before..]);
        }
        result
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for WatchedStream<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(cx);
        if let Poll::Ready(Ok(())) = result {
            self.finish(Delivery::Written);
        }
        result
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<T> Drop for WatchedStream<T> {
    fn drop(&mut self) {
        self.finish(Delivery::Lost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_the_spelling_they_were_received_in() {
        let wire =
            Wire::new(b"POST / HTTP/1.1\r\nHost: a\r\nX-Chat-ID: 1\r\nx-chat-id: 2\r\n\r\nbody");
        let mut headers: Headers = [("host", "a"), ("x-chat-id", "1"), ("x-chat-id", "2")]
            .into_iter()
            .collect();
        wire.respell(&mut headers);
        let names: Vec<&str> = headers.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Host", "X-Chat-ID", "x-chat-id"]);
    }

    #[test]
    fn names_stay_as_they_are_when_another_head_was_watched() {
        let wire = Wire::new(b"ing: half\r\nX-A: 1\r\n\r\n");
        let mut headers: Headers = [("host", "a")].into_iter().collect();
        wire.respell(&mut headers);
        assert_eq!(headers.0[0].0, "host");
    }
}
