//! The control API's listener: how many connections it takes, and when it ends one where nothing
//! happens or whose caller has gone. Any program of this machine can open connections here, and a
//! web page can too, before host or token are looked at.

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use bytes::{Buf as _, BytesMut};
use engine::{CallerProbe, StallWatch};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// What the connections of one listener may take.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// Connections at once. The process keeps open files aside for them, so that bots find theirs.
    connections: usize,
    /// How long a connection may take for a request's head, and be idle between two requests.
    head_timeout: Duration,
    /// How long a caller may take no byte of an answer.
    stall_timeout: Duration,
}

pub(crate) const LIMITS: Limits = Limits {
    connections: 256,
    head_timeout: Duration::from_secs(30),
    stall_timeout: Duration::from_secs(30),
};

/// Bytes read at once while an answer is made.
const AHEAD_BYTES: usize = 4 << 10;
/// Bytes read ahead in all; beyond that a caller's leaving is not seen before its answer.
const AHEAD_BYTES_MAX: usize = 64 << 10;

/// Before the next try to accept where the process has no open file left for it.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// Serves a router over HTTP/1.1 until `stopping` resolves, then until the calls under way are
/// answered.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stopping: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let connections = GracefulShutdown::new();
    let serving = async {
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection to the control API could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let connection = connections.watch(connection(stream, router.clone(), limits));
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection to the control API ended");
                }
                drop(place);
            });
        }
    };
    tokio::select! {
        () = stopping => {}
        () = serving => {}
    }
    drop(listener);
    connections.shutdown().await;
}

fn connection(
    stream: TcpStream,
    router: Router,
    limits: Limits,
) -> impl GracefulConnection<Error = hyper::Error> {
    let _ = stream.set_nodelay(true);
    let is_asked = Arc::new(AtomicBool::new(false));
    let stream = WatchedStream {
        stream,
        stall: StallWatch::new(limits.stall_timeout),
        is_asked: Arc::clone(&is_asked),
        ahead: BytesMut::new(),
        has_ended: false,
        probe: CallerProbe::http1(),
        skip: 0,
    };
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        is_asked.store(true, Ordering::Relaxed);
        router.call(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        // Who has ended the sending half alone waits for the answer (RFC 9112, 9.6).
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
}

/// A connection that ends where its caller takes nothing of an answer, or has gone while one is
/// made: the HTTP library reads nothing meanwhile.
struct WatchedStream {
    stream: TcpStream,
    /// Of bytes that wait to be taken.
    stall: StallWatch,
    /// A request has come whose answer has not begun.
    is_asked: Arc<AtomicBool>,
    /// Bytes that were read and the HTTP library has not seen.
    ahead: BytesMut,
    /// The caller has ended its sending half.
    has_ended: bool,
    probe: CallerProbe,
    /// Bytes of the answer that the probe has sent and the HTTP library is still to write.
    skip: usize,
}

impl WatchedStream {
    /// While an answer is made: sees whether the caller is still there.
    ///
    /// # Errors
    /// It has gone.
    fn watch_caller(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.is_asked.load(Ordering::Relaxed) {
            return Ok(());
        }
        while !self.has_ended {
            if self.ahead.len() >= AHEAD_BYTES_MAX {
                return Ok(());
            }
            let mut piece = [MaybeUninit::uninit(); AHEAD_BYTES];
            let mut buffer = ReadBuf::uninit(&mut piece);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Pending => return Ok(()),
                Poll::Ready(read) => read?,
            }
            self.has_ended = buffer.filled().is_empty();
            self.ahead.extend_from_slice(buffer.filled());
            // A body that the library waits for.
            cx.waker().wake_by_ref();
        }
        self.probe.send(&mut self.stream, cx)
    }

    /// The HTTP library begins to write, or goes on. What the probe has sent has left already.
    fn begin_answer(&mut self) {
        if self.is_asked.swap(false, Ordering::Relaxed) {
            self.skip = std::mem::replace(&mut self.probe, CallerProbe::http1()).sent();
        }
    }

    fn skipped(&mut self, length: usize) -> Option<usize> {
        let skipped = self.skip.min(length);
        self.skip -= skipped;
        (skipped > 0).then_some(skipped)
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ahead.has_remaining() {
            let length = self.ahead.len().min(buffer.remaining());
            buffer.put_slice(&self.ahead.split_to(length));
            return Poll::Ready(Ok(()));
        }
        if self.has_ended {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.begin_answer();
        if let Some(skipped) = self.skipped(bytes.len()) {
            return Poll::Ready(Ok(skipped));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.stall.watch_io(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.begin_answer();
        let length = slices.iter().map(|slice| slice.len()).sum();
        if let Some(skipped) = self.skipped(length) {
            return Poll::Ready(Ok(skipped));
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.stall.watch_io(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        // The HTTP library flushes whenever it has looked at the connection.
        match self.watch_caller(cx) {
            Ok(()) => flushed,
            Err(gone) => Poll::Ready(Err(gone)),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const REQUEST: &[u8] = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

    /// The longest that a test waits for anything.
    const TIMEOUT: Duration = Duration::from_secs(60);

    /// Limits that end nothing by themselves.
    const PATIENT: Limits = Limits {
        connections: LIMITS.connections,
        head_timeout: Duration::from_secs(600),
        stall_timeout: Duration::from_secs(600),
    };

    /// A listener with these limits.
    async fn listening(limits: Limits) -> SocketAddr {
        listening_with(limits, Router::new()).await
    }

    /// A listener with these routes of the test's own.
    async fn listening_with(limits: Limits, router: Router) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let long = || async { vec![b'x'; 64 << 20] };
        let router = router
            .route("/health", axum::routing::get(async || "well"))
            .route("/long", axum::routing::get(long));
        tokio::spawn(serve(listener, router, limits, std::future::pending()));
        address
    }

    #[tokio::test]
    async fn a_connection_on_which_nothing_happens_is_ended() {
        let limits = Limits {
            connections: 8,
            head_timeout: Duration::from_millis(50),
            stall_timeout: Duration::from_secs(600),
        };
        let address = listening(limits).await;
        for sent in [&b""[..], b"GET /he", REQUEST] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(sent).await.unwrap();
            let mut read = Vec::new();
            // Resolves at the end of the connection alone.
            let _ = stream.read_to_end(&mut read).await;
            let is_answered = read.starts_with(b"HTTP/1.1 200");
            assert_eq!(is_answered, sent == REQUEST);
        }
    }

    #[tokio::test]
    async fn a_caller_that_ended_its_sending_half_is_answered_and_its_connection_ends() {
        let limits = Limits {
            connections: 1,
            head_timeout: Duration::from_secs(600),
            stall_timeout: Duration::from_secs(600),
        };
        let address = listening(limits).await;
        for _ in 0..20 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(REQUEST).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut read = Vec::new();
            stream.read_to_end(&mut read).await.unwrap();
            assert!(read.starts_with(b"HTTP/1.1 200") && read.ends_with(b"well"));
        }
    }

    #[tokio::test]
    async fn beyond_the_limit_a_connection_waits_for_a_place() {
        let limits = Limits {
            connections: 1,
            head_timeout: Duration::from_secs(600),
            stall_timeout: Duration::from_secs(600),
        };
        let address = listening(limits).await;
        let silent = TcpStream::connect(address).await.unwrap();
        let mut next = TcpStream::connect(address).await.unwrap();
        next.write_all(REQUEST).await.unwrap();
        drop(silent);
        let mut head = [0; 12];
        next.read_exact(&mut head).await.unwrap();
        assert_eq!(&head, b"HTTP/1.1 200");
    }

    #[tokio::test]
    async fn a_caller_that_takes_nothing_of_its_answer_is_let_go() {
        let limits = Limits {
            connections: 1,
            head_timeout: Duration::from_secs(600),
            stall_timeout: Duration::from_millis(200),
        };
        let address = listening(limits).await;
        let mut unread = TcpStream::connect(address).await.unwrap();
        let long = b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n";
        unread.write_all(long).await.unwrap();
        // It gets the only place.
        let mut next = TcpStream::connect(address).await.unwrap();
        next.write_all(REQUEST).await.unwrap();
        let mut head = [0; 12];
        next.read_exact(&mut head).await.unwrap();
        assert_eq!(&head, b"HTTP/1.1 200");
        drop(unread);
    }

    #[tokio::test]
    async fn callers_that_close_while_their_answers_are_made_leave_room_for_others() {
        let under_way = Arc::new(Semaphore::new(0));
        let begun = Arc::clone(&under_way);
        // As a long poll, a search or a replay: it ends where it is dropped.
        let wait = move |body: axum::body::Bytes| {
            let begun = Arc::clone(&begun);
            async move {
                begun.add_permits(1);
                std::future::pending::<()>().await;
                body
            }
        };
        let router = Router::new().route("/wait", axum::routing::any(wait));
        let address = listening_with(PATIENT, router).await;
        let requests = [
            "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
        ];
        for _ in 0..3 {
            let mut callers = Vec::new();
            for number in 0..PATIENT.connections {
                let mut stream = TcpStream::connect(address).await.unwrap();
                let request = requests[number % requests.len()].as_bytes();
                stream.write_all(request).await.unwrap();
                callers.push(stream);
            }
            let all = under_way.acquire_many(PATIENT.connections as u32);
            let all = tokio::time::timeout(TIMEOUT, all).await;
            all.expect("there is room").unwrap().forget();
            drop(callers);
        }
        let mut next = TcpStream::connect(address).await.unwrap();
        next.write_all(REQUEST).await.unwrap();
        let mut head = [0; 12];
        let read = tokio::time::timeout(TIMEOUT, next.read_exact(&mut head)).await;
        read.expect("there is room").unwrap();
        assert_eq!(&head, b"HTTP/1.1 200");
    }

    #[tokio::test]
    async fn a_caller_that_ended_its_half_alone_gets_its_answer_though_it_began_early() {
        let go = Arc::new(Semaphore::new(0));
        let waits = Arc::clone(&go);
        let slow = move || {
            let waits = Arc::clone(&waits);
            async move {
                waits.acquire().await.unwrap().forget();
                "slow"
            }
        };
        let router = Router::new().route("/slow", axum::routing::get(slow));
        let address = listening_with(PATIENT, router).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        // Two at once: the second is read while the first is answered.
        let request = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2);
        stream.write_all(&request).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut read = vec![0; 2];
        stream.read_exact(&mut read).await.unwrap();
        go.add_permits(2);
        stream.read_to_end(&mut read).await.unwrap();
        let read = String::from_utf8(read).unwrap();
        let answers: Vec<_> = read.split_inclusive("slow").collect();
        assert_eq!(answers.len(), 2, "{read}");
        for answer in answers {
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{read}");
            assert!(answer.ends_with("\r\n\r\nslow"), "{read}");
        }
    }
}
