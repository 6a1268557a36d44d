//! Requests that had arrived whole when their caller left: each is taken through like one whose
//! caller leaves while its answer is made.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use hyper::body::{Body as _, Incoming};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::broken_head::BrokenHead;
use super::connection::Caller;
use super::response::{self, AnswerBody, FaultError};
use super::transport::Transport;
use super::watched_stream::WatchedStream;
use super::wire::Wire;
use crate::detach_on_drop::DetachOnDrop;
use crate::http::HEADER_FIELDS;
use crate::settings::Settings;
use crate::turn::Reply;

/// Bytes that are read of a caller that has left; the system holds 6 MiB of a connection by itself.
const BYTES: u64 = 16 << 20;
/// After how long no further request is taken through; one that has begun is.
const TIME: Duration = Duration::from_secs(30);
/// How long no byte may come: what a caller has sent is there when its leaving is noticed, and
/// through a tunnel soon after.
const SILENCE: Duration = Duration::from_secs(1);

/// What a caller that has left had sent, to read alone.
struct LeftBehind<S> {
    stream: WatchedStream<S>,
    remaining: u64,
    /// How long no byte may come.
    silence: Duration,
    silent: Pin<Box<tokio::time::Sleep>>,
}

impl Caller {
    /// Records the requests that an HTTP/1 connection had brought when its caller left, one after
    /// the other. `stream`: as the HTTP library has left it. `is_there`: the caller is, and took
    /// nothing of an answer; what it sends from here on is no business of anybody's.
    pub(super) async fn left_behind<S: Transport>(
        self,
        stream: WatchedStream<S>,
        is_there: bool,
        settings: &Settings,
        stop: &CancellationToken,
    ) {
        if !stream.is_between_messages() {
            return;
        }
        let left = LeftBehind::new(stream, is_there);
        let wire = Wire::http1();
        let stream = WatchedStream::new(left, Arc::clone(&wire), Bytes::new(), TIME);
        let service = {
            let (caller, wire) = (self.clone(), Arc::clone(&wire));
            hyper::service::service_fn(move |request: http::Request<Incoming>| {
                let head = wire.take_head(request.body().size_hint().exact());
                caller.clone().record_left(request, Arc::clone(&wire), head)
            })
        };
        let mut connection = hyper::server::conn::http1::Builder::new()
            .max_buf_size(settings.header_limit_bytes as usize)
            .max_headers(HEADER_FIELDS)
            .auto_date_header(false)
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service);
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = wire.impossible_length() => {
                let nobody = None::<tokio::io::Sink>;
                return Box::pin(self.length_refused(nobody, &wire.head(), settings)).await;
            }
            () = until_over(stop) => {
                // It ends behind the request that is open.
                Pin::new(&mut connection).graceful_shutdown();
                (&mut connection).await
            }
        };
        let head = wire.head();
        // What cannot be read ends what can be recorded.
        if let Err(error) = ended
            && let Some(broken) = BrokenHead::of(&error, &head, settings)
        {
            let nobody = None::<tokio::io::Sink>;
            Box::pin(self.refused_head(nobody, &head, broken)).await;
        }
    }

    /// Takes a request through for whose answer nobody is there.
    async fn record_left(
        self,
        request: http::Request<Incoming>,
        wire: Arc<Wire>,
        head: Vec<u8>,
    ) -> Result<Response<AnswerBody>, FaultError> {
        let method = request.method().clone();
        let (framing, accepted) = self.accept(request, head, None);
        if let Ok(accepted) = accepted {
            let (sender, nobody) = oneshot::channel();
            drop(nobody);
            let tasks = self.shared.tasks.clone();
            let turn = self.take(accepted, Arc::clone(&wire), Reply::Caller(sender));
            DetachOnDrop::new(tasks, turn).await;
        }
        Ok(response::bare(
            StatusCode::NO_CONTENT,
            &method,
            framing,
            &wire,
        ))
    }
}

/// Until no further request is taken through.
async fn until_over(stop: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(TIME) => {
            tracing::warn!("what a caller left behind took too long, and the rest is not recorded");
        }
        () = stop.cancelled() => {}
    }
}

impl<S> LeftBehind<S> {
    fn new(stream: WatchedStream<S>, is_there: bool) -> Self {
        let silence = if is_there { Duration::ZERO } else { SILENCE };
        Self {
            stream,
            remaining: BYTES,
            silence,
            silent: Box::pin(tokio::time::sleep(silence)),
        }
    }
}

impl<S: Transport> Transport for LeftBehind<S> {}

impl<S: Transport> AsyncRead for LeftBehind<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.remaining == 0 {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = this.stream.poll_unseen(cx, buffer);
        if read.is_pending() {
            ready!(this.silent.as_mut().poll(cx));
            this.remaining = 0;
            return Poll::Ready(Ok(()));
        }
        let length = (buffer.filled().len() - before) as u64;
        this.remaining = this.remaining.saturating_sub(length);
        let silent = tokio::time::Instant::now() + this.silence;
        this.silent.as_mut().reset(silent);
        read
    }
}

/// What is written goes to nobody.
impl<S: Transport> AsyncWrite for LeftBehind<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
    use tokio::time::Instant;

    use super::*;
    use crate::bodies::Bounds;
    use crate::ingress::ListenerKind;
    use crate::socket_tests::Setup;

    impl Transport for DuplexStream {}

    const WHOLE: &[u8] = b"POST /whole HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
    const BEGUN: &[u8] = b"POST /begun HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n[";

    /// What a caller left behind, on its way to the record, and what it still sends by.
    fn left_behind(
        setup: &Setup,
        first: &[u8],
        is_there: bool,
        stop: &CancellationToken,
    ) -> (impl Future<Output = ()> + Send + use<>, DuplexStream) {
        let shared = Arc::clone(&setup.engine.shared);
        let (settings, stop) = (shared.settings(), stop.clone());
        let (stream, sends) = tokio::io::duplex(1024);
        let first = Bytes::copy_from_slice(first);
        let stream = WatchedStream::new(stream, Wire::http1(), first, TIME);
        let caller = Caller {
            shared,
            remote: ([127, 0, 0, 1], 9).into(),
            listener: ListenerKind::Loopback,
        };
        let left = async move { caller.left_behind(stream, is_there, &settings, &stop).await };
        (left, sends)
    }

    #[tokio::test]
    async fn a_request_that_is_open_when_the_app_stops_is_taken_through() {
        let (setup, stop) = (
            Setup::new(Bounds::default()).await,
            CancellationToken::new(),
        );
        let (left, mut sends) = left_behind(&setup, BEGUN, false, &stop);
        let mut left = Box::pin(left);
        assert!(left.as_mut().now_or_never().is_none(), "its body is read");
        stop.cancel();
        assert!(left.as_mut().now_or_never().is_none(), "and is read on");
        sends.write_all(&[b'1'; 39]).await.unwrap();
        sends.write_all(WHOLE).await.unwrap();
        left.await;
        let exchange = setup.newest().await;
        assert_eq!(exchange.request.path, "/begun", "the next one is not begun");
        assert_eq!(exchange.request.body.length(), 40);
        assert!(!exchange.request.truncated && exchange.summary.state.is_settled());
    }

    #[tokio::test]
    async fn a_request_whose_connection_is_dropped_within_it_is_recorded_all_the_same() {
        let (setup, stop) = (
            Setup::new(Bounds::default()).await,
            CancellationToken::new(),
        );
        let (left, _sends) = left_behind(&setup, BEGUN, false, &stop);
        let mut left = Box::pin(left);
        assert!(left.as_mut().now_or_never().is_none(), "its body is read");
        drop(left);
        setup.engine.shared.feed.read(0, TIME).await;
        let exchange = setup.newest().await;
        assert_eq!(exchange.request.path, "/begun");
        assert!(exchange.request.truncated && exchange.summary.state.is_settled());
    }

    #[tokio::test]
    async fn a_request_that_takes_longer_than_the_rest_may_is_taken_through() {
        let (setup, stop) = (
            Setup::new(Bounds::default()).await,
            CancellationToken::new(),
        );
        let (left, mut sends) = left_behind(&setup, BEGUN, false, &stop);
        tokio::time::pause();
        let sending = async {
            for _ in 0..39 {
                tokio::time::sleep(SILENCE - Duration::from_millis(100)).await;
                sends.write_all(b"1").await.unwrap();
            }
            sends.write_all(WHOLE).await.unwrap();
        };
        tokio::join!(left, sending);
        tokio::time::resume();
        let exchange = setup.newest().await;
        assert_eq!(exchange.request.path, "/begun", "the next one is not begun");
        assert_eq!(exchange.request.body.length(), 40);
    }

    #[tokio::test(start_paused = true)]
    async fn of_a_caller_that_is_there_what_had_come_is_read_and_nothing_is_waited_for() {
        for (is_there, silence) in [(true, Duration::ZERO), (false, SILENCE)] {
            let (stream, mut sends) = tokio::io::duplex(1024);
            let (ahead, unread) = WHOLE.split_at(20);
            let ahead = Bytes::from_static(ahead);
            let mut left = LeftBehind::new(
                WatchedStream::new(stream, Wire::http1(), ahead, TIME),
                is_there,
            );
            sends.write_all(unread).await.unwrap();
            let (begun, mut read) = (Instant::now(), Vec::new());
            left.read_to_end(&mut read).await.unwrap();
            assert_eq!(read, WHOLE);
            let took = begun.elapsed();
            let nearly = silence..silence + Duration::from_millis(10);
            assert!(nearly.contains(&took), "{is_there}: {took:?}");
        }
    }
}
