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
use crate::http::HEADER_FIELDS;
use crate::settings::Settings;
use crate::turn::Reply;

/// Bytes that are read of a caller that has left; the system holds 6 MiB of a connection by itself.
const BYTES: u64 = 16 << 20;
/// How long that may take.
const TIME: Duration = Duration::from_secs(30);
/// How long no byte may come: what a caller has sent is there when its leaving is noticed, and
/// through a tunnel soon after.
const SILENCE: Duration = Duration::from_secs(1);

/// What a caller that has left had sent, to read alone.
struct LeftBehind<S> {
    stream: WatchedStream<S>,
    remaining: u64,
    silence: Pin<Box<tokio::time::Sleep>>,
}

impl Caller {
    /// Records the requests that an HTTP/1 connection had brought when its caller left, one after
    /// the other. `stream`: as the HTTP library has left it.
    pub(super) async fn left_behind<S: Transport>(
        self,
        stream: WatchedStream<S>,
        settings: &Settings,
        stop: &CancellationToken,
    ) {
        if !stream.is_between_messages() {
            return;
        }
        let left = LeftBehind {
            stream,
            remaining: BYTES,
            silence: Box::pin(tokio::time::sleep(SILENCE)),
        };
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
            ended = tokio::time::timeout(TIME, &mut connection) => ended,
            () = wire.impossible_length() => {
                let nobody = None::<tokio::io::Sink>;
                return Box::pin(self.length_refused(nobody, &wire.head(), settings)).await;
            }
            () = stop.cancelled() => return,
        };
        let head = wire.head();
        // What cannot be read ends what can be recorded.
        if let Ok(Err(error)) = ended
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
            self.take(accepted, Arc::clone(&wire), Reply::Caller(sender))
                .await;
        }
        Ok(response::bare(
            StatusCode::NO_CONTENT,
            &method,
            framing,
            &wire,
        ))
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
            ready!(this.silence.as_mut().poll(cx));
            this.remaining = 0;
            return Poll::Ready(Ok(()));
        }
        let length = (buffer.filled().len() - before) as u64;
        this.remaining = this.remaining.saturating_sub(length);
        let silent = tokio::time::Instant::now() + SILENCE;
        this.silence.as_mut().reset(silent);
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
