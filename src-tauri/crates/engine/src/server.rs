//! The webhook server: connections, limits, and requests handed to the pipeline.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, request::Parts};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use protocol::{Answer, Code, Headers, HttpVersion, OwnFinding, Request};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

use crate::arrival::Arrival;
use crate::body::read_body;
use crate::carried::Carried;
use crate::door::{Address, Door, Way};
use crate::engine::Inner;
use crate::pipeline::{self, Refusal, Reply};
use crate::settings::Settings;
use crate::wire::{AnswerBody, WatchedStream, Wire, speaks_http2};

/// Fields a head may have; the HTTP library's own limit of 100 is below what 64 KiB can hold.
const HEADER_FIELDS: usize = 512;
/// Requests at once on one HTTP/2 connection.
const HTTP2_STREAMS: u32 = 256;
/// How long what is being sent may take when the app ends.
pub(crate) const GRACE: Duration = Duration::from_secs(5);
/// Lets the process have as many connections as the settings allow: some systems begin with 256
/// open files.
pub(crate) fn allow_connections(settings: &Settings) {
    /// Files beside the connections: the database, the page, replays on their way out.
    const BESIDE: u64 = 512;
    let wanted = u64::from(settings.connection_limit) + BESIDE;
    if let Err(error) = rlimit::increase_nofile_limit(wanted) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}

/// Accepts connections until `stop`.
pub(crate) async fn serve(inner: Arc<Inner>, listener: TcpListener, stop: CancellationToken) {
    let limit = inner.settings().connection_limit as usize;
    let places = Arc::new(Semaphore::new(limit));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let (stream, remote) = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file handles, most likely: others must end before one can begin.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // Answers are small and wanted at once.
        let _ = stream.set_nodelay(true);
        let caller = Caller {
            inner: Arc::clone(&inner),
            remote,
            door: Door::Loopback,
        };
        let connection = caller.connection(stream, stop.clone());
        inner.tasks.spawn(async move {
            connection.await;
            drop(place);
        });
    }
}

/// Whoever is at the other end of a connection.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) inner: Arc<Inner>,
    pub(crate) remote: SocketAddr,
    pub(crate) door: Door,
}

impl Caller {
    /// One connection, from its first byte to its last.
    pub(crate) async fn connection<S>(self, mut stream: S, stop: CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let settings = self.inner.settings();
        let patience = settings.header_timeout();
        let first = tokio::select! {
            () = stop.cancelled() => return,
            first = speaks_http2(&mut stream, patience) => first,
        };
        match first {
            Ok((_, bytes)) if bytes.is_empty() => {}
            Ok((true, bytes)) => self.http2(stream, bytes, &settings, stop).await,
            Ok((false, bytes)) => self.http1(stream, bytes, &settings, stop).await,
            Err((error, bytes))
                if error.kind() == std::io::ErrorKind::TimedOut && !bytes.is_empty() =>
            {
                self.head_overdue(stream, &bytes, &settings).await;
            }
            Err(_) => {}
        }
    }

    async fn http1<S>(self, stream: S, first: Bytes, settings: &Settings, stop: CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let wire = Wire::new(&first);
        let stream = WatchedStream::new(stream, Arc::clone(&wire), first);
        let service = {
            let (caller, wire) = (self.clone(), Arc::clone(&wire));
            hyper::service::service_fn(move |request| {
                caller.clone().answer(request, Arc::clone(&wire))
            })
        };
        let mut connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(settings.header_timeout())
            .max_buf_size(settings.header_limit_bytes as usize)
            .max_headers(HEADER_FIELDS)
            .title_case_headers(true)
            .serve_connection(TokioIo::new(stream), service);
        let mut stopping = std::pin::pin!(stop.cancelled());
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = &mut stopping => {
                std::pin::Pin::new(&mut connection).graceful_shutdown();
                (&mut connection).await
            }
        };
        let Err(error) = ended else { return };
        let head = wire.head();
        if error.is_timeout() && !head.is_empty() {
            let stream = connection.into_parts().io.into_inner();
            self.head_overdue(stream, &head, settings).await;
        } else if error.is_parse_too_large() {
            let limit = settings.header_limit_bytes.to_string();
            self.refused_head(&head, 431, Code::HeadersTooLarge, limit)
                .await;
        } else if error.is_parse() {
            self.refused_head(&head, 400, Code::HttpSyntax, error.to_string())
                .await;
        }
    }

    async fn http2<S>(self, stream: S, first: Bytes, settings: &Settings, stop: CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let wire = Wire::new(&[]);
        let stream = WatchedStream::new(stream, Arc::clone(&wire), first);
        let service = hyper::service::service_fn(move |request| {
            self.clone().answer(request, Arc::clone(&wire))
        });
        let mut connection = std::pin::pin!(
            hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_concurrent_streams(HTTP2_STREAMS)
                .max_header_list_size(settings.header_limit_bytes)
                .serve_connection(TokioIo::new(stream), service)
        );
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "an HTTP/2 connection ended");
        }
    }

    /// Takes a request through; what is left of it when its caller leaves goes on as a task.
    async fn answer(
        self,
        request: http::Request<Incoming>,
        wire: Arc<Wire>,
    ) -> Result<Response<AnswerBody>, Infallible> {
        let address = match self.door.way(&self.inner, self.remote.ip(), &request) {
            Way::In(address) => address,
            Way::Checked => return Ok(AnswerBody::bare(http::StatusCode::NO_CONTENT)),
            Way::Stranger => return Ok(AnswerBody::bare(http::StatusCode::NOT_FOUND)),
        };
        let arrival = Arrival::now(&self.inner, self.door.source(), None);
        let (sender, answer) = oneshot::channel();
        let headless = request.method() == http::Method::HEAD;
        let (parts, body) = request.into_parts();
        let reply = Reply::Connection {
            sender,
            wire: Arc::clone(&wire),
            headless,
        };
        let tasks = self.inner.tasks.clone();
        Carried::new(tasks, self.take(address, arrival, parts, body, wire, reply)).await;
        // There is an answer unless the caller has gone; then the connection is about to end.
        match answer.await {
            Ok(response) => Ok(response),
            Err(_) => std::future::pending().await,
        }
    }

    async fn take(
        self,
        address: Address,
        arrival: Arrival,
        parts: Parts,
        body: Incoming,
        wire: Arc<Wire>,
        reply: Reply,
    ) {
        let settings = self.inner.settings();
        let mut headers = fields(&parts.headers);
        if parts.version < http::Version::HTTP_2 {
            wire.respell(&mut headers);
        }
        let read = read_body(body, &settings).await;
        let request = Request {
            method: parts.method.as_str().to_owned(),
            path: address.path,
            query: parts.uri.query().map(str::to_owned),
            http_version: version(parts.version),
            remote: self.remote.to_string(),
            headers,
            trailers: read.trailers,
            body: read.bytes,
            truncated: read.problem.is_some(),
        };
        let refusal = read
            .problem
            .map(|problem| problem.refusal(&settings, arrival.clock))
            .or(address.refusal);
        let reply = if refusal.as_ref().is_some_and(|one| one.answer.is_none()) {
            Reply::Nobody
        } else {
            reply
        };
        pipeline::run(self.inner, address.bot, arrival, request, refusal, reply).await;
    }

    /// The head did not come in time: says so and records what came.
    async fn head_overdue<T>(&self, mut stream: T, head: &[u8], settings: &Settings)
    where
        T: tokio::io::AsyncWrite + Unpin,
    {
        let told =
            b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        // A caller too slow to send may be too slow to read; the record is what matters.
        let _ = tokio::time::timeout(GRACE, async {
            stream.write_all(told).await?;
            stream.shutdown().await
        })
        .await;
        self.refused_head(
            head,
            408,
            Code::HeaderTimeout,
            settings.header_timeout_s.to_string(),
        )
        .await;
    }

    /// Records a request whose head could not be read, with what was read of it.
    async fn refused_head(&self, head: &[u8], status: u16, code: Code, detail: String) {
        let mut request = partial_request(head);
        request.remote = self.remote.to_string();
        let Some((bot, path)) = self.door.route(&self.inner, &request.path) else {
            self.inner.tunnel.strangers.turned_away();
            return;
        };
        request.path = path;
        let arrival = Arrival::now(&self.inner, self.door.source(), None);
        let answer = Answer {
            status,
            headers: Headers::default(),
            body: Bytes::new(),
        };
        let finding = OwnFinding::new(code, [detail]);
        let refusal = Refusal {
            answer: Some(answer),
            finding,
        };
        let inner = Arc::clone(&self.inner);
        pipeline::run(inner, bot, arrival, request, Some(refusal), Reply::Nobody).await;
    }
}

pub(crate) fn fields(map: &http::HeaderMap) -> Headers {
    map.iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect()
}

const fn version(version: http::Version) -> HttpVersion {
    match version {
        http::Version::HTTP_10 => HttpVersion::Http10,
        http::Version::HTTP_2 => HttpVersion::Http2,
        _ => HttpVersion::Http11,
    }
}

/// What can be told of a head that was cut off or is not HTTP.
fn partial_request(head: &[u8]) -> Request {
    let text = String::from_utf8_lossy(head);
    let mut lines = text.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let method = first.next().unwrap_or_default().to_owned();
    let target = first.next().unwrap_or("/");
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect();
    Request {
        method,
        path: path.to_owned(),
        query,
        headers,
        // What was read is kept where it can be looked at, whatever it is.
        body: if httpish(head) {
            Bytes::new()
        } else {
            Bytes::copy_from_slice(head)
        },
        truncated: true,
        ..Request::default()
    }
}

/// The bytes begin as a request does: a method and a target.
fn httpish(head: &[u8]) -> bool {
    let end = head.iter().position(|byte| *byte == b' ').unwrap_or(0);
    end > 0 && head[..end].iter().all(u8::is_ascii_uppercase)
}

/// Opens the listener of the webhook server.
///
/// # Errors
/// What the system says.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, std::io::Error> {
    TcpListener::bind(address).await
}

/// The address asked for, or the next free one above it.
pub(crate) async fn listen_near(address: SocketAddr) -> Result<TcpListener, std::io::Error> {
    /// Ports tried after the wanted one, before any free one is taken.
    const NEXT: u16 = 64;
    let mut result = listen(address).await;
    for step in 1..=NEXT {
        match &result {
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                let Some(port) = address.port().checked_add(step) else {
                    break;
                };
                result = listen(SocketAddr::new(address.ip(), port)).await;
            }
            _ => return result,
        }
    }
    match result {
        Ok(listener) => Ok(listener),
        Err(_) => listen(SocketAddr::new(address.ip(), 0)).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_head_still_tells_what_it_can() {
        let request = partial_request(b"POST /hook?a=1 HTTP/1.1\r\nHost: x\r\nX-Half: va");
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("POST", "/hook")
        );
        assert_eq!(request.query.as_deref(), Some("a=1"));
        assert_eq!(request.headers.get("x-half").as_deref(), Some("va"));
    }
}
