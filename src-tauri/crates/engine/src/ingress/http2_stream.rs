//! An HTTP/2 connection's stream, between its watch and the HTTP library.
//!
//! The library reads all that has come before it looks at what requests are in it, and where the
//! end of the stream is among that, it ends every request: those that nobody has seen are gone, and
//! those that wait for their answers get none. So it is given the bytes up to a request's head,
//! then time to hand that request on, and then the rest. The end it is not told of before the
//! requests that came are read, and those of a caller that ended its sending half alone answered
//! (HTTP/2 does not forbid that). A caller that has closed its connection looks alike until
//! something is sent to it ([`CallerProbe`]).

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frames::{FieldsEnd, FrameTracker, StreamId, Written, WrittenFrames, answered_pings};
use super::open_requests::{CallerEnd, OpenRequests};
use super::refusals::Refusals;
use super::wire::Wire;
use crate::caller_probe::CallerProbe;

/// The most bytes that are read at once. The HTTP library's own number for a connection's frames.
const READ_BYTES: usize = 16 << 10;

/// A connection's stream.
pub(super) struct Http2Stream<T> {
    stream: T,
    wire: Arc<Wire>,
    requests: OpenRequests,
    refusals: Refusals,
    frames: FrameTracker,
    written: WrittenFrames,
    /// Streams whose answers have been written to their ends and not flushed.
    leaving: Vec<StreamId>,
    /// Whether bytes have been written, and whether all were flushed: frames stand whole then.
    has_written: bool,
    is_flushed: bool,
    /// Bytes that were read and the HTTP library has not seen.
    ahead: BytesMut,
    /// The library has been given a head: it hands the request on when it finds nothing to read.
    has_passed_head: bool,
    /// No byte comes any more.
    is_read: bool,
    end: Option<End>,
    probe: CallerProbe,
}

type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The end of the stream, kept from the HTTP library for a while.
enum End {
    /// The caller has gone. What is written leads nowhere, and what it has sent is read.
    Gone(io::ErrorKind, Wait),
    /// The caller has ended its sending half, and its requests are read.
    Reading(Wait),
    /// They are answered.
    Answering(Wait),
    /// The answers are with the library, and leave.
    Leaving { has_written: bool },
    /// The library is told.
    Told(Result<(), io::ErrorKind>),
}

impl<T> Http2Stream<T> {
    pub(super) fn new(
        stream: T,
        wire: Arc<Wire>,
        requests: OpenRequests,
        refusals: Refusals,
    ) -> Self {
        Self {
            stream,
            wire,
            requests,
            refusals,
            frames: FrameTracker::default(),
            written: WrittenFrames::default(),
            leaving: Vec::new(),
            has_written: false,
            is_flushed: true,
            ahead: BytesMut::new(),
            has_passed_head: false,
            is_read: false,
            end: None,
            probe: CallerProbe::http2(),
        }
    }

    /// What is written, or was to be read, says that the caller has gone.
    fn lost(&mut self, error: &io::Error, cx: &Context<'_>) {
        let all_read = Box::pin(self.requests.all_read());
        self.end = Some(End::Gone(error.kind(), all_read));
        cx.waker().wake_by_ref();
    }

    /// What there is to say of writing, where the caller has gone.
    fn writes_nowhere(&self) -> Option<io::Result<()>> {
        match self.end {
            Some(End::Gone(..)) => Some(Ok(())),
            Some(End::Told(Err(error))) => Some(Err(error.into())),
            _ => None,
        }
    }

    /// Hands on what was read, up to the end of the first head in it.
    fn pass(&mut self, buffer: &mut ReadBuf<'_>) {
        let length = self.ahead.len().min(buffer.remaining());
        let (wire, leaving) = (&self.wire, &self.leaving);
        let on_reset = |id| {
            // The library drops what is queued of its answer. One that is written whole leaves.
            if let Some(streams) = wire.streams().filter(|_| !leaving.contains(&id)) {
                streams.reset(id);
            }
        };
        let (length, fields) = self.frames.until_fields(&self.ahead[..length], on_reset);
        buffer.put_slice(&self.ahead[..length]);
        self.ahead.advance(length);
        self.has_passed_head = fields.is_some();
        if let Some(FieldsEnd::Head(id)) = fields {
            self.requests.head_passed(id);
        }
    }

    /// Bytes of the HTTP library's have been written.
    fn follow(&mut self, slices: &[IoSlice<'_>], length: usize) {
        let Self {
            wire,
            requests,
            refusals,
            written,
            leaving,
            ..
        } = self;
        let is_refused = |id| {
            if requests.take_passed_on(id) {
                refusals.not_handed_on(id);
            }
        };
        let mut remaining = length;
        for slice in slices {
            let bytes = &slice[..slice.len().min(remaining)];
            remaining -= bytes.len();
            written.written(bytes, |frame| match frame {
                Written::Head(id) => {
                    is_refused(id);
                    refusals.answered(id);
                    if let Some(streams) = wire.streams() {
                        streams.begun(id);
                    }
                }
                Written::End(id) => leaving.push(id),
                Written::Reset(id, reason) => {
                    is_refused(id);
                    refusals.reset(id, reason);
                    // Behind the end of an answer it says that no more of the request is read.
                    if let Some(streams) = wire.streams().filter(|_| !leaving.contains(&id)) {
                        streams.reset(id);
                    }
                }
            });
        }
    }

    /// All that was written has been flushed.
    fn flushed(&mut self) {
        self.is_flushed = true;
        if let Some(streams) = self.wire.streams() {
            self.leaving.drain(..).for_each(|id| streams.flushed(id));
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Http2Stream<T> {
    /// Reads ahead; `Pending` where there is nothing more to read now, and none will come where the
    /// stream has ended.
    fn poll_ahead(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_read {
            return Poll::Pending;
        }
        self.ahead.reserve(READ_BYTES);
        let reading =
            tokio_util::io::poll_read_buf(Pin::new(&mut self.stream), cx, &mut self.ahead);
        match ready!(reading) {
            Ok(0) => {
                self.is_read = true;
                if self.end.is_none() {
                    self.end = Some(End::Reading(Box::pin(self.requests.all_read())));
                }
                Poll::Pending
            }
            Ok(_) => Poll::Ready(()),
            Err(error) => {
                self.is_read = true;
                self.lost(&error, cx);
                Poll::Pending
            }
        }
    }

    /// Whether the library is to be told of the end, and how.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match &mut self.end {
                None | Some(End::Leaving { .. }) => return Poll::Pending,
                Some(End::Gone(error, all_read)) => {
                    self.requests.caller_ended(CallerEnd::Gone);
                    ready!(all_read.as_mut().poll(cx));
                    self.end = Some(End::Told(Err(*error)));
                }
                Some(End::Reading(all_read)) => {
                    self.requests.caller_ended(CallerEnd::SendingHalf);
                    ready!(all_read.as_mut().poll(cx));
                    self.end = Some(End::Answering(Box::pin(self.requests.open.none())));
                }
                Some(End::Answering(all_answered)) => {
                    ready!(all_answered.as_mut().poll(cx));
                    self.end = Some(End::Leaving { has_written: true });
                }
                Some(End::Told(result)) => return Poll::Ready(result.map_err(io::Error::from)),
            }
        }
    }

    /// Before an answer begins it is looked whether its caller has ended, and whether one that has
    /// is there still: what the system takes of an answer tells nothing of that.
    ///
    /// # Errors
    /// It has gone.
    fn look_for_caller(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        // The settings come before any other frame.
        if !self.is_flushed || !self.has_written {
            return Ok(());
        }
        if self.ahead.is_empty() && !self.is_read {
            let _ = self.poll_ahead(cx);
            // What has come is the library's to read.
            if !self.ahead.is_empty() || self.is_read {
                cx.waker().wake_by_ref();
            }
        }
        match self.end {
            Some(End::Reading(_) | End::Answering(_)) => self.probe.send(&mut self.stream, cx),
            _ => Ok(()),
        }
    }

    fn write(&mut self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let all = slices.iter().map(|slice| slice.len()).sum();
        if let Err(error) = self.look_for_caller(cx) {
            self.lost(&error, cx);
        }
        if let Some(nowhere) = self.writes_nowhere() {
            return Poll::Ready(nowhere.map(|()| all));
        }
        let begun = ready!(self.probe.poll_begun(&mut self.stream, cx));
        let written = match begun {
            Ok(()) => ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, slices)),
            Err(error) => Err(error),
        };
        let written = match written {
            Ok(written) => written,
            Err(error) => {
                self.lost(&error, cx);
                return Poll::Ready(Ok(all));
            }
        };
        self.has_written = true;
        self.is_flushed = false;
        self.follow(slices, written);
        if let Some(End::Leaving { has_written }) = &mut self.end {
            *has_written = true;
        }
        // Nobody else would answer them, and the library ends the connection for that.
        if self.end.is_some() && self.is_read && self.frames.is_between() {
            let answers = slices.iter().flat_map(|slice| answered_pings(slice));
            self.ahead.extend(answers.flatten());
            cx.waker().wake_by_ref();
        }
        Poll::Ready(Ok(written))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Http2Stream<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if std::mem::take(&mut this.has_passed_head) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        // By now the library has handed the request on, or never will.
        if let Some(id) = this.requests.take_passed() {
            this.refusals.not_handed_on(id);
        }
        if this.ahead.is_empty() && this.poll_ahead(cx).is_pending() {
            return this.poll_end(cx);
        }
        this.pass(buffer);
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Http2Stream<T> {
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
        if let Some(nowhere) = this.writes_nowhere() {
            return Poll::Ready(nowhere);
        }
        let mut flushed = ready!(Pin::new(&mut this.stream).poll_flush(cx));
        if flushed.is_ok() {
            this.flushed();
        }
        match &mut this.end {
            // The library flushes between frames alone.
            Some(End::Answering(_)) if flushed.is_ok() => {
                flushed = this.probe.send(&mut this.stream, cx);
            }
            Some(End::Leaving { has_written: true }) => {
                this.end = Some(End::Leaving { has_written: false });
                cx.waker().wake_by_ref();
            }
            Some(End::Leaving { has_written: false }) => {
                this.end = Some(End::Told(Ok(())));
                cx.waker().wake_by_ref();
            }
            _ => {}
        }
        if let Err(error) = flushed {
            this.lost(&error, cx);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match this.writes_nowhere() {
            Some(nowhere) => Poll::Ready(nowhere),
            None => Pin::new(&mut this.stream).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::turn::{Delivery, OnDelivery};

    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0payload!";
    const ANSWER: &[u8] = b"\0\0\x08\x06\x01\0\0\0\0payload!";
    const HEAD: &[u8] = b"\0\0\x01\x01\x04\0\0\0\x01.";
    const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";
    const RESET: &[u8] = b"\0\0\x04\x03\0\0\0\0\x01\0\0\0\0";
    const END: &[u8] = b"\0\0\0\0\x01\0\0\0\x01";

    /// A connection's stream, and its wire.
    fn watched<T>(stream: T, requests: OpenRequests) -> (Http2Stream<T>, Arc<Wire>) {
        let wire = Wire::http2();
        let (refusals, _) = Refusals::new();
        (
            Http2Stream::new(stream, Arc::clone(&wire), requests, refusals),
            wire,
        )
    }

    #[tokio::test(start_paused = true)]
    async fn a_ping_to_a_caller_that_ended_its_half_is_answered_while_a_request_is_open() {
        let (stream, mut caller) = tokio::io::duplex(1024);
        let requests = OpenRequests::default();
        let open = requests.open.one_more();
        let (mut stream, _) = watched(stream, requests);
        caller.write_all(PREFACE).await.unwrap();
        let mut read = [0; 64];
        assert_eq!(stream.read(&mut read).await.unwrap(), PREFACE.len());
        stream.write_all(PING).await.unwrap();
        caller.shutdown().await.unwrap();
        let hour = std::time::Duration::from_secs(3600);
        let nothing = tokio::time::timeout(hour, stream.read(&mut read)).await;
        nothing.expect_err("the caller itself has to answer, or has before");
        stream.write_all(PING).await.unwrap();
        stream.flush().await.unwrap();
        assert_eq!(stream.read(&mut read).await.unwrap(), ANSWER.len());
        assert_eq!(&read[..ANSWER.len()], ANSWER);
        drop(open);
        let end = tokio::time::timeout(hour, stream.read(&mut read)).await;
        end.expect_err("what was written has to leave first");
        stream.flush().await.unwrap();
        stream.flush().await.unwrap();
        assert_eq!(stream.read(&mut read).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_head_is_passed_on_alone_and_with_time_to_hand_its_request_on() {
        let (stream, mut caller) = tokio::io::duplex(1024);
        let (mut stream, _) = watched(stream, OpenRequests::default());
        caller
            .write_all(&[PREFACE, HEAD, HEAD].concat())
            .await
            .unwrap();
        let mut read = [0; 128];
        for length in [PREFACE.len() + HEAD.len(), HEAD.len()] {
            assert_eq!(stream.read(&mut read).await.unwrap(), length);
            let mut buffer = ReadBuf::new(&mut read);
            let polled = std::future::poll_fn(|cx| {
                Poll::Ready(Pin::new(&mut stream).poll_read(cx, &mut buffer))
            });
            assert!(polled.await.is_pending());
        }
    }

    #[tokio::test]
    async fn an_answer_has_left_when_the_end_of_its_stream_was_flushed_and_not_before() {
        let (stream, _caller) = tokio::io::duplex(1024);
        let (mut stream, wire) = watched(stream, OpenRequests::default());
        let open = wire.streams().unwrap().open(1);
        let (report, mut reported) = tokio::sync::oneshot::channel();
        open.on_flush(OnDelivery::new(|delivery| report.send(delivery).unwrap()));
        for before in [SETTINGS, HEAD, &END[..8]] {
            stream.write_all(before).await.unwrap();
            // Another stream's flush.
            stream.flush().await.unwrap();
            reported.try_recv().unwrap_err();
        }
        // Of a request whose rest is not read the library resets the stream behind its answer.
        stream
            .write_all(&[&END[8..], RESET].concat())
            .await
            .unwrap();
        reported.try_recv().unwrap_err();
        stream.flush().await.unwrap();
        assert_eq!(reported.try_recv().unwrap(), Delivery::Written);
    }

    #[tokio::test]
    async fn an_answer_that_is_queued_goes_nowhere_where_its_caller_resets_the_stream() {
        let (stream, mut caller) = tokio::io::duplex(1024);
        let (mut stream, wire) = watched(stream, OpenRequests::default());
        caller.write_all(&[PREFACE, HEAD].concat()).await.unwrap();
        let mut read = [0; 64];
        assert!(stream.read(&mut read).await.unwrap() > 0);
        let open = wire.streams().unwrap().open(1);
        let (report, mut reported) = tokio::sync::oneshot::channel();
        open.on_flush(OnDelivery::new(|delivery| report.send(delivery).unwrap()));
        let (first, last) = RESET.split_at(5);
        caller.write_all(first).await.unwrap();
        assert!(stream.read(&mut read).await.unwrap() > 0);
        reported.try_recv().unwrap_err();
        caller.write_all(last).await.unwrap();
        assert!(stream.read(&mut read).await.unwrap() > 0);
        assert_eq!(reported.try_recv().unwrap(), Delivery::NobodyThere);
        // One that has been written to its end leaves all the same.
        let open = wire.streams().unwrap().open(1);
        let (report, mut reported) = tokio::sync::oneshot::channel();
        open.on_flush(OnDelivery::new(|delivery| report.send(delivery).unwrap()));
        stream.write_all(END).await.unwrap();
        caller.write_all(RESET).await.unwrap();
        assert!(stream.read(&mut read).await.unwrap() > 0);
        reported.try_recv().unwrap_err();
        stream.flush().await.unwrap();
        assert_eq!(reported.try_recv().unwrap(), Delivery::Written);
    }

    #[tokio::test]
    async fn of_a_caller_that_closed_before_its_answer_nobody_was_there() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (caller, accepted) =
            tokio::join!(tokio::net::TcpStream::connect(address), listener.accept());
        let (stream, _) = accepted.unwrap();
        let (mut caller, requests) = (caller.unwrap(), OpenRequests::default());
        let _open_request = requests.open.one_more();
        let (mut stream, wire) = watched(stream, requests);
        let open = wire.streams().unwrap().open(1);
        caller.write_all(PREFACE).await.unwrap();
        stream.write_all(SETTINGS).await.unwrap();
        stream.flush().await.unwrap();
        let mut read = [0; 64];
        assert_eq!(stream.read(&mut read).await.unwrap(), PREFACE.len());
        // Nothing has come of it that was not read, so that it ends in order.
        caller
            .read_exact(&mut read[..SETTINGS.len()])
            .await
            .unwrap();
        drop(caller);
        // Until its end is here.
        stream.stream.readable().await.unwrap();
        stream.write_all(&[HEAD, END].concat()).await.unwrap();
        stream.flush().await.unwrap();
        assert_eq!(open.loss(), Delivery::NobodyThere);
    }

    #[tokio::test]
    async fn of_a_caller_that_has_gone_all_is_read_before_its_end_is_told() {
        let (stream, mut caller) = tokio::io::duplex(1024);
        let requests = OpenRequests::default();
        let reading = requests.read();
        let (mut stream, _) = watched(stream, requests);
        caller.write_all(PREFACE).await.unwrap();
        drop(caller);
        stream.write_all(b"settings").await.unwrap();
        let mut read = [0; 64];
        assert_eq!(stream.read(&mut read).await.unwrap(), PREFACE.len());
        let reads = async { stream.read(&mut read).await };
        let told = tokio::join!(reads, async {
            assert_eq!(reading.caller_end().await, CallerEnd::Gone);
            drop(reading);
        });
        told.0.unwrap_err();
        stream.write_all(b"answer").await.unwrap_err();
    }
}
