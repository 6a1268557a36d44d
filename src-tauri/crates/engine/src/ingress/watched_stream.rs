//! A connection's stream between the network and the HTTP library, watched by its [`Wire`].
//!
//! On HTTP/1 the heads of answers are ours: what the library writes as a head is replaced by the
//! one that was recorded. Where it refuses a request by itself, its answer is left out, and whoever
//! records the refusal writes one.

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::transport::Transport;
use super::wire::{Expects, Wire};
use crate::caller_probe::CallerProbe;
use crate::replaced_head::ReplacedHead;
use crate::stall::StallWatch;
use crate::turn::Delivery;

/// Bytes read at once while an answer is made: of the next requests, if there are any.
const AHEAD_BYTES: usize = 4096;
/// Bytes read ahead in all, by guess enough for the requests that a caller sends at once; beyond
/// that its leaving is not seen before its answer.
const AHEAD_BYTES_MAX: usize = 64 << 10;

/// A connection's stream.
pub(crate) struct WatchedStream<T> {
    stream: T,
    wire: Arc<Wire>,
    /// Bytes that were read and the HTTP library has not seen.
    ahead: BytesMut,
    probe: CallerProbe,
    stall: StallWatch,
    /// Of a flush, whose end does not tell that the caller takes anything.
    flush_stall: StallWatch,
    answer: Answering,
    /// Bytes still to come of an interim answer (`100 Continue`), which is the library's own.
    interim: usize,
    /// The library has refused a request by itself.
    has_refused: bool,
}

/// How far the answer has come that the library writes.
enum Answering {
    /// None is written, or what it begins with is still to come.
    Awaited,
    /// Its head is replaced.
    Head(ReplacedHead),
    /// Its body goes out.
    Body,
    /// All goes out as it is given: HTTP/2, or what is written without the library.
    AsGiven,
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
        let answer = match wire.is_http2() {
            true => Answering::AsGiven,
            false => Answering::Awaited,
        };
        Self {
            stream,
            wire,
            ahead: first_bytes.into(),
            probe: CallerProbe::http1(),
            stall: StallWatch::new(stall_limit),
            flush_stall: StallWatch::new(stall_limit),
            answer,
            interim: 0,
            has_refused: false,
        }
    }

    /// From here on the library is out of the way: what is written goes out as it is.
    pub(crate) fn without_library(mut self) -> Self {
        self.answer = Answering::AsGiven;
        self.has_refused = false;
        self
    }

    /// Reads what the HTTP library has not seen.
    pub(super) fn poll_unseen(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>>
    where
        T: AsyncRead + Unpin,
    {
        if self.ahead.has_remaining() {
            let length = self.ahead.len().min(buffer.remaining());
            buffer.put_slice(&self.ahead.split_to(length));
            return Poll::Ready(Ok(()));
        }
        if self.wire.state().has_ended {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }

    /// Whether the HTTP library has seen whole messages alone.
    pub(super) fn is_between_messages(&self) -> bool {
        self.wire.is_between_messages()
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
        let Some(leaving) = self.wire.flushed() else {
            return;
        };
        self.probe = CallerProbe::http1();
        if !matches!(self.answer, Answering::AsGiven) {
            self.answer = Answering::Awaited;
        }
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
            let state = self.wire.state();
            (state.expects, state.has_ended)
        };
        if expects == Expects::Request {
            return Ok(());
        }
        if !has_ended {
            while self.ahead.len() < AHEAD_BYTES_MAX {
                // Not filled with zeros: this is done once an answer.
                let mut piece = [MaybeUninit::uninit(); AHEAD_BYTES];
                let mut buffer = ReadBuf::uninit(&mut piece);
                match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                    Poll::Pending => return Ok(()),
                    Poll::Ready(read) => read?,
                }
                if buffer.filled().is_empty() {
                    self.wire.state().has_ended = true;
                    break;
                }
                self.ahead.extend_from_slice(buffer.filled());
            }
            if !self.wire.state().has_ended {
                return Ok(());
            }
        }
        match expects {
            Expects::Nothing => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => self.probe.send(&mut self.stream, cx),
        }
    }

    fn write(&mut self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        if matches!(self.answer, Answering::Awaited) {
            let first = slices.iter().find(|slice| !slice.is_empty());
            let first = first.map_or(&[][..], |slice| slice);
            if self.interim == 0 {
                self.interim = interim_length(first);
            }
            if self.interim > 0 {
                let interim = &first[..self.interim.min(first.len())];
                let written = ready!(Pin::new(&mut self.stream).poll_write(cx, interim))?;
                self.interim -= written;
                return Poll::Ready(Ok(written));
            }
            let Some(mut head) = self.wire.state().own_head.take() else {
                self.has_refused = true;
                return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
            };
            head.advance(self.probe.sent());
            self.answer = Answering::Head(ReplacedHead::new(head));
        }
        loop {
            let written = match &mut self.answer {
                Answering::Head(head) => {
                    let written = head.poll_write(&mut self.stream, cx, slices);
                    if head.is_done() {
                        self.answer = Answering::Body;
                    }
                    written
                }
                _ => {
                    let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
                    written.map_ok(Some)
                }
            };
            let written = ready!(self.stall.watch_io(cx, written))?;
            self.wire.state().has_begun = true;
            if let Some(written) = written {
                return Poll::Ready(Ok(written));
            }
        }
    }

    /// What is missing of a head that the library has written whole.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Answering::Head(head) = &mut self.answer {
            let written = head.poll_rest(&mut self.stream, cx);
            let is_all = ready!(self.stall.watch_io(cx, written))?;
            if head.is_done() {
                self.answer = Answering::Body;
            }
            if is_all {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// How long the interim answer is that these bytes begin with; 0 where they begin with none.
fn interim_length(bytes: &[u8]) -> usize {
    const STATUS: usize = b"HTTP/1.1 ".len();
    const END: &[u8] = b"\r\n\r\n";
    if bytes.get(STATUS) != Some(&b'1') {
        return 0;
    }
    memchr::memmem::find(bytes, END).map_or(bytes.len(), |end| end + END.len())
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
            let Some(length) = this.wire.passes(&mut this.ahead[..length]) else {
                return Poll::Pending;
            };
            buffer.put_slice(&this.ahead.split_to(length));
            return Poll::Ready(Ok(()));
        }
        if this.wire.state().has_ended {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let result = Pin::new(&mut this.stream).poll_read(cx, buffer);
        let arrived = &mut buffer.filled_mut()[before..];
        if result.is_pending() || arrived.is_empty() {
            return result;
        }
        let Some(length) = this.wire.passes(arrived) else {
            buffer.set_filled(before);
            return Poll::Pending;
        };
        this.ahead.extend_from_slice(&arrived[length..]);
        buffer.set_filled(before + length);
        result
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WatchedStream<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().write(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().write(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let mut result = this.poll_head(cx);
        if let Poll::Ready(Ok(())) = result {
            let flushed = Pin::new(&mut this.stream).poll_flush(cx);
            result = this.flush_stall.watch_io(cx, flushed);
        }
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
        let this = self.get_mut();
        if this.has_refused {
            // The answer is still to come, from whoever records the refusal.
            return Poll::Ready(Ok(()));
        }
        ready!(this.poll_head(cx))?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}

impl<T> Drop for WatchedStream<T> {
    fn drop(&mut self) {
        self.wire.ended();
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

    use super::*;

    /// A head as the HTTP library writes it.
    const LIBRARY_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
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
        wire.answer_begins(Some(Bytes::from_static(&[0; 100])));
        stream.write_all(LIBRARY_HEAD).await.unwrap();
        let written = stream.flush().await;
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
                wire.answer_begins(Some(Bytes::from_static(answer)));
                stream.write_all(LIBRARY_HEAD).await.unwrap();
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
        wire.answer_begins(None);
        let mut read = [0; 9];
        stream.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"GET /next");
        assert_eq!(wire.head(), b"GET /next");
    }

    #[tokio::test]
    async fn a_length_that_no_body_has_is_not_passed_on_behind_another_request_either() {
        const LONG: &[u8] = b"POST / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n";
        let (mut stream, wire, mut caller) = stream(1024);
        let first = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n";
        caller
            .write_all(&[first, &b"{}"[..], LONG].concat())
            .await
            .unwrap();
        let mut read = [0; 1024];
        assert_eq!(stream.read(&mut read).await.unwrap(), first.len());
        assert_eq!(wire.take_head(Some(2)), first);
        assert_eq!(stream.read(&mut read).await.unwrap(), 2);
        // However often the library asks, and whatever comes behind it.
        for _ in 0..2 {
            let next = std::future::poll_fn(|cx| {
                let mut buffer = ReadBuf::new(&mut read);
                let polled = Pin::new(&mut stream).poll_read(cx, &mut buffer);
                Poll::Ready(polled.is_pending())
            });
            assert!(next.await);
            caller.write_all(b"{}").await.unwrap();
        }
        wire.impossible_length().await;
        assert_eq!(wire.head(), LONG);
    }

    #[tokio::test]
    async fn the_head_that_was_recorded_goes_out_behind_an_interim_answer_of_the_library() {
        let interim = b"HTTP/1.1 100 Continue\r\n\r\n";
        let own = b"HTTP/1.1 200 OK\r\nX-Chat-ID: 1\r\nContent-LENGTH: 2\r\n\r\n";
        let expected = [&interim[..], own, b"{}"].concat();
        let answer = [LIBRARY_HEAD, b"{}"].concat();
        let library = [&interim[..], &answer].concat();
        for cut in interim.len()..library.len() {
            let (mut stream, wire, mut caller) = stream(1024);
            wire.answer_begins(Some(Bytes::from_static(own)));
            stream.write_all(&library[..cut]).await.unwrap();
            stream.write_all(&library[cut..]).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut received = Vec::new();
            caller.read_to_end(&mut received).await.unwrap();
            assert_eq!(received, expected, "{cut}");
        }
    }

    #[tokio::test]
    async fn an_answer_that_the_library_gives_by_itself_is_left_to_whoever_records_it() {
        let (mut stream, _, mut caller) = stream(1024);
        stream.write_all(LIBRARY_HEAD).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut stream = stream.without_library();
        stream.write_all(b"HTTP/1.1 400 Bad Request").await.unwrap();
        stream.shutdown().await.unwrap();
        let mut received = Vec::new();
        caller.read_to_end(&mut received).await.unwrap();
        assert_eq!(received, b"HTTP/1.1 400 Bad Request");
    }
}
