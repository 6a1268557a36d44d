//! The bytes of one connection, watched on their way to and from the HTTP library.
//!
//! Four things the library keeps to itself are wanted here: how a head was spelled, what had
//! arrived of a head that was never finished, when an answer's last byte left, and whether a caller
//! that has ended its sending half still waits for its answer.
//!
//! The last one cannot be told from what a caller sends: one that has closed its connection and one
//! that has closed its sending half alone (RFC 9112, 9.6) look alike until something is sent to
//! them. So the first bytes of the answer, which are the same for all answers, are sent ahead one
//! at a time: a caller that has gone resets the connection, and one that waits gets its answer's
//! beginning early.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::Sleep;

use super::transport::Transport;
use super::wire_head::HeadTracker;
use crate::turn::{Delivery, OnDelivery};

/// What every answer of HTTP/1 begins with, whatever its minor version.
const PROBE: &[u8] = b"HTTP/1.";
/// Bytes of [`PROBE`] that are sent at once: the first has the system of a caller that has gone
/// reset the connection, and the second meets the reset on a short way.
const PROBES_AT_ONCE: usize = 2;
/// How long after them the next byte is sent; each later one waits four times as long, so that the
/// last one is sent after 85 s.
const PROBE_INTERVAL: Duration = Duration::from_millis(250);
/// Bytes read ahead while an answer is made: the beginning of the next request, if there is one.
const AHEAD_BYTES: usize = 4096;

/// What is known of a connection's bytes; shared between the connection and its requests.
pub(crate) struct Wire {
    state: Mutex<State>,
    is_http2: bool,
    /// Has a permit once a head has come whose length no body has.
    impossible_length: Notify,
}

#[derive(Default)]
struct State {
    heads: HeadTracker,
    /// Answers whose last byte the HTTP library has taken and not flushed.
    leaving: Vec<OnDelivery>,
    expects: Expects,
    /// The caller has ended its sending half.
    has_ended: bool,
    /// The system has taken bytes of the answer that is on its way.
    has_begun: bool,
    /// A request has been read whose answer has not left whole.
    is_open: bool,
}

/// What is to come next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expects {
    /// Bytes of a request: the HTTP library reads.
    #[default]
    Request,
    /// An answer to a whole request: the HTTP library reads nothing meanwhile.
    Answer,
    /// Nothing any more but the end of the caller.
    Nothing,
}

impl Wire {
    /// The bytes of an HTTP/1 connection.
    pub(crate) fn http1() -> Arc<Self> {
        let state = State::default();
        Arc::new(Self {
            state: Mutex::new(state),
            is_http2: false,
            impossible_length: Notify::new(),
        })
    }

    /// The bytes of an HTTP/2 connection, in which there are no heads as text.
    pub(crate) fn http2() -> Arc<Self> {
        let state = State {
            heads: HeadTracker::disabled(),
            ..State::default()
        };
        Arc::new(Self {
            state: Mutex::new(state),
            is_http2: true,
            impossible_length: Notify::new(),
        })
    }

    /// The head that is arriving or has just arrived, as received.
    pub(crate) fn head(&self) -> Vec<u8> {
        self.state.lock().heads.head().to_vec()
    }

    /// A head has come that names a length which no body has, and no request is open. The HTTP
    /// library has not seen the end of it, and waits.
    pub(crate) async fn impossible_length(&self) {
        self.impossible_length.notified().await;
    }

    /// These bytes have arrived; whether the HTTP library is to see them. Behind a request that is
    /// open it sees all: it refuses the length itself once that request's answer has left.
    fn passes(&self, bytes: &[u8]) -> bool {
        let is_refused = {
            let mut state = self.state.lock();
            state.heads.arrived(bytes) && !state.is_open
        };
        if is_refused {
            self.impossible_length.notify_one();
        }
        !is_refused
    }

    /// Takes the head that the HTTP library has just read, whose body is so long, where that is
    /// known.
    pub(crate) fn take_head(&self, body_length: Option<u64>) -> Vec<u8> {
        let mut state = self.state.lock();
        state.is_open = true;
        state.heads.take(body_length)
    }

    /// The request is whole, and its answer is being made: from here on the caller is watched.
    pub(crate) fn expect_answer(&self) {
        let mut state = self.state.lock();
        state.expects = Expects::Answer;
        state.has_begun = false;
    }

    /// There will be no answer: a caller that ends its sending half has gone.
    pub(crate) fn expect_nothing(&self) {
        self.state.lock().expects = Expects::Nothing;
    }

    /// The answer goes out.
    pub(crate) fn answer_begins(&self) {
        self.state.lock().expects = Expects::Request;
    }

    /// The HTTP library has taken an answer's last byte; tell when it has left.
    pub(crate) fn on_flush(&self, on_delivery: OnDelivery) {
        self.state.lock().leaving.push(on_delivery);
    }

    /// Whether answers share the connection, each with a flow window of its own.
    pub(crate) fn is_http2(&self) -> bool {
        self.is_http2
    }

    /// What became of an answer that did not leave whole.
    pub(crate) fn loss(&self) -> Delivery {
        self.state.lock().loss()
    }
}

impl State {
    fn loss(&self) -> Delivery {
        if self.has_ended && !self.has_begun {
            Delivery::NobodyThere
        } else {
            Delivery::Lost
        }
    }
}

/// A connection's stream, watched by its [`Wire`].
pub(crate) struct WatchedStream<T> {
    stream: T,
    wire: Arc<Wire>,
    /// Bytes that were read and the HTTP library has not seen.
    ahead: BytesMut,
    probe: Probe,
    stall: Stall,
    /// Of a flush, whose end does not tell that the caller takes anything.
    flush_stall: Stall,
}

/// How far the answer's first bytes have been sent ahead.
#[derive(Default)]
struct Probe {
    sent: usize,
    /// Bytes of the answer that are not sent again.
    to_skip: usize,
    next: Option<Pin<Box<Sleep>>>,
}

/// How long a caller has taken no byte of what is sent to it.
struct Stall {
    limit: Duration,
    /// Runs while bytes wait to be taken.
    over: Option<Pin<Box<Sleep>>>,
}

impl Stall {
    /// # Errors
    /// It has lasted for the limit.
    fn watch<R>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        if written.is_ready() {
            self.over = None;
            return written;
        }
        let limit = self.limit;
        let over = self
            .over
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        match over.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<T> WatchedStream<T> {
    /// `first_bytes`: what was read before the HTTP library took over; `stall_limit`: how long the
    /// caller may take no byte of an answer.
    pub(crate) fn new(
        stream: T,
        wire: Arc<Wire>,
        first_bytes: Bytes,
        stall_limit: Duration,
    ) -> Self {
        Self {
            stream,
            wire,
            ahead: first_bytes.into(),
            probe: Probe::default(),
            stall: Stall {
                limit: stall_limit,
                over: None,
            },
            flush_stall: Stall {
                limit: stall_limit,
                over: None,
            },
        }
    }

    /// Has the connection end with a reset when it is dropped.
    pub(crate) fn reset(&mut self)
    where
        T: Transport,
    {
        self.stream.reset();
    }

    /// All that the HTTP library has given was flushed.
    fn flushed(&mut self) {
        let leaving = {
            let mut state = self.wire.state.lock();
            if state.leaving.is_empty() {
                return;
            }
            state.heads.answered();
            state.has_begun = false;
            state.is_open = false;
            std::mem::take(&mut state.leaving)
        };
        self.probe = Probe::default();
        for on_delivery in leaving {
            on_delivery.report(Delivery::Written);
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> WatchedStream<T> {
    /// While an answer is made: sees whether the caller is still there.
    ///
    /// # Errors
    /// It has gone.
    fn watch_caller(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let (expects, has_ended) = {
            let state = self.wire.state.lock();
            (state.expects, state.has_ended)
        };
        if expects == Expects::Request {
            return Ok(());
        }
        if !has_ended {
            if !self.ahead.is_empty() {
                // The next request has begun to come; what follows it is not looked at.
                return Ok(());
            }
            // Not filled with zeros: this is done once an answer.
            let mut piece = [MaybeUninit::uninit(); AHEAD_BYTES];
            let mut buffer = ReadBuf::uninit(&mut piece);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Pending => return Ok(()),
                Poll::Ready(read) => read?,
            }
            if !buffer.filled().is_empty() {
                self.ahead.extend_from_slice(buffer.filled());
                return Ok(());
            }
            self.wire.state.lock().has_ended = true;
        }
        match expects {
            Expects::Nothing => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => self.probe_caller(cx),
        }
    }

    fn probe_caller(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        while self.probe.sent < PROBE.len() {
            if let Some(next) = &mut self.probe.next
                && next.as_mut().poll(cx).is_pending()
            {
                return Ok(());
            }
            let byte = &PROBE[self.probe.sent..=self.probe.sent];
            let Poll::Ready(written) = Pin::new(&mut self.stream).poll_write(cx, byte) else {
                return Ok(());
            };
            if written? == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            if let Poll::Ready(Err(error)) = Pin::new(&mut self.stream).poll_flush(cx) {
                return Err(error);
            }
            self.probe.sent += 1;
            self.probe.to_skip += 1;
            if let Some(later) = self.probe.sent.checked_sub(PROBES_AT_ONCE) {
                let wait = PROBE_INTERVAL * 4_u32.pow(later as u32);
                self.probe.next = Some(Box::pin(tokio::time::sleep(wait)));
            }
        }
        Ok(())
    }

    /// How many of these bytes, the next of an answer, have been sent ahead.
    fn sent_ahead(&mut self, bytes: &[u8]) -> usize {
        let from = self.probe.sent - self.probe.to_skip;
        let probe = &PROBE[from..self.probe.sent];
        let same = probe.iter().zip(bytes).take_while(|(one, two)| one == two);
        let same = same.count();
        if same == 0 {
            // Not an answer: a fault breaks HTTP on purpose.
            self.probe.to_skip = 0;
        }
        self.probe.to_skip -= same.min(self.probe.to_skip);
        same
    }

    fn written(&self, result: &Poll<io::Result<usize>>) {
        if matches!(result, Poll::Ready(Ok(_))) {
            self.wire.state.lock().has_begun = true;
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for WatchedStream<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.ahead.has_remaining() {
            let length = this.ahead.len().min(buffer.remaining());
            let bytes = this.ahead.split_to(length);
            if !this.wire.passes(&bytes) {
                return Poll::Pending;
            }
            buffer.put_slice(&bytes);
            return Poll::Ready(Ok(()));
        }
        if this.wire.state.lock().has_ended {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let result = Pin::new(&mut this.stream).poll_read(cx, buffer);
        if result.is_ready() && !this.wire.passes(&buffer.filled()[before..]) {
            buffer.set_filled(before);
            return Poll::Pending;
        }
        result
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WatchedStream<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.probe.to_skip > 0 {
            let skipped = this.sent_ahead(bytes);
            if skipped > 0 {
                return Poll::Ready(Ok(skipped));
            }
        }
        let result = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.written(&result);
        this.stall.watch(cx, result)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.probe.to_skip > 0 {
            let first = slices.iter().find(|slice| !slice.is_empty());
            let skipped = first.map_or(0, |slice| this.sent_ahead(slice));
            if skipped > 0 {
                return Poll::Ready(Ok(skipped));
            }
        }
        let result = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        this.written(&result);
        this.stall.watch(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_flush(cx);
        let result = this.flush_stall.watch(cx, result);
        if let Poll::Ready(Ok(())) = result {
            this.flushed();
        }
        // The HTTP library flushes whenever it has looked at the connection.
        match this.watch_caller(cx) {
            Ok(()) => result,
            Err(gone) => Poll::Ready(Err(gone)),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl<T> Drop for WatchedStream<T> {
    fn drop(&mut self) {
        let (leaving, delivery) = {
            let mut state = self.wire.state.lock();
            (std::mem::take(&mut state.leaving), state.loss())
        };
        for on_delivery in leaving {
            on_delivery.report(delivery);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

    use super::*;

    const STALL: Duration = Duration::from_secs(30);

    /// A watched stream with room for so many bytes each way, its wire, and its other end.
    fn stream(room: usize) -> (WatchedStream<DuplexStream>, Arc<Wire>, DuplexStream) {
        let wire = Wire::http1();
        let (stream, other) = tokio::io::duplex(room);
        let stream = WatchedStream::new(stream, Arc::clone(&wire), Bytes::new(), STALL);
        (stream, wire, other)
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_takes_no_byte_for_the_limit_is_let_go_and_a_slow_one_is_not() {
        let (mut stream, wire, mut caller) = stream(1);
        let begun = tokio::time::Instant::now();
        let reading = tokio::spawn(async move {
            for _ in 0..4 {
                tokio::time::sleep(STALL - Duration::from_secs(1)).await;
                caller.read_u8().await.unwrap();
            }
            caller
        });
        let written = stream.write_all(&[0; 100]).await;
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(
            begun.elapsed(),
            (STALL - Duration::from_secs(1)) * 4 + STALL
        );
        assert_eq!(wire.loss(), Delivery::Lost);
        drop(reading.await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_ended_its_half_gets_the_answer_once_though_it_began_early() {
        for wait in [
            Duration::ZERO,
            Duration::from_secs(1),
            Duration::from_secs(3600),
        ] {
            for answer in [
                &b"HTTP/1.1 200 OK\r\n\r\n"[..],
                b"HTTP/1.0 204 No Content\r\n\r\n",
            ] {
                let (mut stream, wire, mut caller) = stream(1024);
                wire.expect_answer();
                caller.shutdown().await.unwrap();
                let watching = std::future::poll_fn(|cx| {
                    let flushed = Pin::new(&mut stream).poll_flush(cx);
                    assert!(matches!(flushed, Poll::Ready(Ok(()))), "it may be there");
                    Poll::<()>::Pending
                });
                tokio::time::timeout(wait, watching).await.unwrap_err();
                wire.answer_begins();
                stream.write_all(answer).await.unwrap();
                drop(stream);
                let mut received = Vec::new();
                caller.read_to_end(&mut received).await.unwrap();
                assert_eq!(received, answer);
            }
        }
    }

    #[tokio::test]
    async fn a_caller_that_has_gone_is_noticed_and_nobody_was_there_for_its_answer() {
        let (mut stream, wire, caller) = stream(1024);
        wire.expect_answer();
        drop(caller);
        assert!(stream.flush().await.is_err());
        assert_eq!(wire.loss(), Delivery::NobodyThere);
    }

    #[tokio::test]
    async fn where_no_answer_comes_the_end_of_the_callers_half_is_its_leaving() {
        let (mut stream, wire, mut caller) = stream(1024);
        wire.expect_nothing();
        stream.flush().await.unwrap();
        caller.shutdown().await.unwrap();
        assert!(stream.flush().await.is_err());
    }

    #[tokio::test]
    async fn the_next_request_that_comes_while_an_answer_is_made_is_read_after_it() {
        let (mut stream, wire, mut caller) = stream(1024);
        wire.expect_answer();
        caller.write_all(b"GET /next").await.unwrap();
        stream.flush().await.unwrap();
        wire.answer_begins();
        let mut read = [0; 9];
        stream.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"GET /next");
        assert_eq!(wire.head(), b"GET /next");
    }

    #[tokio::test]
    async fn a_length_that_no_body_has_is_passed_on_while_a_request_is_open() {
        const LONG: &[u8] = b"POST / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n";
        let (mut stream, wire, mut caller) = stream(1024);
        let first = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n";
        caller.write_all(first).await.unwrap();
        let mut read = [0; 1024];
        assert_eq!(stream.read(&mut read).await.unwrap(), first.len());
        assert_eq!(wire.take_head(Some(2)), first);
        caller.write_all(&[b"{}", LONG].concat()).await.unwrap();
        let length = stream.read(&mut read).await.unwrap();
        assert_eq!(&read[2..length], LONG);
        assert_eq!(wire.head(), LONG);
    }
}
