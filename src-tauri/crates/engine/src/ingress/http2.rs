//! A connection that speaks HTTP/2, and its end: like one of HTTP/1 it is let go when no request
//! has come for as long as a head may take, and when its caller gives no sign of life.
//!
//! The HTTP library asks for signs of life (PING) and ends a connection without them, which also
//! meets a head that is never finished: no answer to a PING can stand inside a head. What it does
//! not have is a limit for callers that answer every PING and ask for nothing, and one for an
//! answer that its caller's flow window holds back: that stream alone is ended.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::sync::mpsc::Receiver;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::GRACE;
use super::connection::Caller;
use super::http2_stream::Http2Stream;
use super::open_requests::{Count, OpenRequests, unchanged_for};
use super::refusals::{Refusals, Refused};
use super::streams::OpenStream;
use super::transport::Transport;
use super::watched_stream::WatchedStream;
use super::wire::Wire;
use crate::settings::Settings;

/// Requests at once on one connection.
const STREAMS: u32 = 256;
/// How long a caller may take to answer a PING. The HTTP library's own default.
const PING_TIMEOUT: Duration = Duration::from_secs(20);

impl Caller {
    pub(super) async fn http2<S>(
        self,
        stream: S,
        first: Bytes,
        settings: &Settings,
        stop: CancellationToken,
    ) where
        S: Transport,
    {
        let wire = Wire::http2();
        let idle_limit = settings.header_timeout();
        let stream = WatchedStream::new(stream, Arc::clone(&wire), first, idle_limit);
        let requests = OpenRequests::default();
        let open = requests.open.clone();
        let (refusals, mut refused) = Refusals::new();
        let http2 = Http2Stream::new(
            stream,
            Arc::clone(&wire),
            requests.clone(),
            refusals.clone(),
        );
        let (caller, of_connection) = (self.clone(), requests.clone());
        let service = {
            hyper::service::service_fn(move |request: http::Request<Incoming>| {
                let wire = Arc::clone(&wire);
                let stream = Some((of_connection.read(), opened(&of_connection, &wire)));
                let answer = caller.clone().answer(request, wire, Vec::new(), stream);
                async move {
                    let answer = answer.await?;
                    let progress = PROGRESS.get();
                    Ok::<_, super::response::FaultError>(
                        answer.map(|body| Tracked::new(body, progress)),
                    )
                }
            })
        };
        let mut connection = std::pin::pin!(
            hyper::server::conn::http2::Builder::new(StreamExecutor {
                stall_limit: idle_limit,
                open: open.clone(),
            })
            .timer(TokioTimer::new())
            .auto_date_header(false)
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(settings.header_limit_bytes)
            .keep_alive_interval(idle_limit)
            .keep_alive_timeout(PING_TIMEOUT)
            .serve_connection(TokioIo::new(http2), service)
        );
        let ended = tokio::select! {
            ended = until_ended(connection.as_mut(), &open, idle_limit, stop) => ended,
            () = self.record_refusals(&mut refused, settings) => unreachable!("there is a sender"),
        };
        // A request that was being read is recorded as broken itself.
        if let Err(error) = ended
            && !requests.is_blamed()
        {
            refusals.connection_ended(&error);
        }
        while let Ok(refused) = refused.try_recv() {
            self.record_refused(refused, settings);
        }
    }

    async fn record_refusals(&self, refused: &mut Receiver<Refused>, settings: &Settings) {
        while let Some(refused) = refused.recv().await {
            self.record_refused(refused, settings);
        }
    }
}

/// A connection to its end, which comes when the app stops, and when no request has come for long.
async fn until_ended<C: GracefulConnection>(
    mut connection: Pin<&mut C>,
    open: &Count,
    idle_limit: Duration,
    stop: CancellationToken,
) -> Result<(), C::Error> {
    tokio::select! {
        ended = &mut connection => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = open.none_for(idle_limit) => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = &mut connection => ended,
                // A request may have been on its way to meet the end.
                () = open.none_for(GRACE) => Ok(()),
            }
        }
    }
}

/// The stream of a request that is handed on: that whose head the HTTP library was given last.
fn opened(requests: &OpenRequests, wire: &Wire) -> Option<OpenStream> {
    let (id, streams) = requests.take_passed().zip(wire.streams())?;
    Some(streams.open(id))
}

tokio::task_local! {
    /// Of the stream that the task answers.
    static PROGRESS: Progress;
}

/// Runs each stream in a task of its own, and ends it when its answer stalls. The HTTP library asks
/// the body for nothing while the flow window is shut, so that no body could end it.
#[derive(Clone)]
struct StreamExecutor {
    stall_limit: Duration,
    open: Count,
}

impl<F> Executor<F> for StreamExecutor
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let (progress, stall_limit) = (Progress::default(), self.stall_limit);
        let stream = PROGRESS.scope(progress.clone(), stream);
        let open = self.open.one_more();
        tokio::spawn(async move {
            // Until all of its answer is with the HTTP library.
            let _open = open;
            tokio::select! {
                () = stream => {}
                // The stream is reset by being dropped.
                () = progress.stalled_for(stall_limit) => {
                    tracing::debug!("an HTTP/2 stream took nothing of its answer");
                }
            }
        });
    }
}

/// Whether the answer of a stream is on its way; sent anew with each piece of it.
#[derive(Clone, Default)]
struct Progress {
    is_answering: Arc<watch::Sender<bool>>,
}

impl Progress {
    fn moved_on(&self) {
        self.is_answering.send_replace(true);
    }

    /// Resolves when an answer on its way has not moved on for so long.
    async fn stalled_for(&self, limit: Duration) {
        unchanged_for(&self.is_answering, limit, |answering| *answering).await;
    }
}

/// The body of an answer, which tells of each piece that is taken of it.
struct Tracked<B> {
    body: B,
    progress: Progress,
}

impl<B> Tracked<B> {
    fn new(body: B, progress: Progress) -> Self {
        progress.moved_on();
        Self { body, progress }
    }
}

impl<B: Body + Unpin> Body for Tracked<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            self.progress.moved_on();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    /// The time that has to pass, in whole seconds of the paused clock, until it resolves.
    async fn seconds(waiting: impl Future<Output = ()>) -> u64 {
        let begun = tokio::time::Instant::now();
        waiting.await;
        begun.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_stalls_only_after_the_whole_limit_without_a_piece() {
        const LIMIT: Duration = Duration::from_secs(30);
        let progress = Progress::default();
        let body = http_body_util::Full::new(Bytes::from_static(b"{}"));
        let later = async {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            let mut answer = Tracked::new(body, progress.clone());
            tokio::time::sleep(Duration::from_secs(29)).await;
            answer.frame().await.unwrap().unwrap();
            std::future::pending().await
        };
        let stalled = tokio::select! {
            stalled = seconds(progress.stalled_for(LIMIT)) => stalled,
            () = later => unreachable!("it never ends"),
        };
        assert_eq!(stalled, 3600 + 29 + 30, "one that is held does not count");
    }
}
