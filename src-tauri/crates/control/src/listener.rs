//! The control API's listener: how many connections it takes, and when it ends one where nothing
//! happens. Any program of this machine can open connections here, and a web page can too, before
//! host or token are looked at.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use engine::StallWatch;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
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
) -> http1::Connection<TokioIo<Unstalled>, TowerToHyperService<Router>> {
    let _ = stream.set_nodelay(true);
    let stream = Unstalled {
        stream,
        stall: StallWatch::new(limits.stall_timeout),
    };
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        // Who has ended the sending half alone waits for the answer (RFC 9112, 9.6).
        .half_close(true)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
}

/// A connection that ends where its caller takes nothing of an answer.
struct Unstalled {
    stream: TcpStream,
    /// Of bytes that wait to be taken.
    stall: StallWatch,
}

impl AsyncRead for Unstalled {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Unstalled {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.stall.watch_io(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.stall.watch_io(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
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

    /// A listener with these limits.
    async fn listening(limits: Limits) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let long = || async { vec![b'x'; 64 << 20] };
        let router = Router::new()
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
}
