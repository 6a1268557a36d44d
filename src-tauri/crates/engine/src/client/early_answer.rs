//! A connection on which an answer is read although the server has stopped reading: one that finds
//! a request too large answers and closes, and the rest of the request meets a closed connection.
//! The HTTP library would give the answer up for that.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The connection. What cannot be written any more is dropped; reading tells what became of it.
pub(super) struct EarlyAnswer<T> {
    inner: T,
    is_closed: bool,
}

impl<T> EarlyAnswer<T> {
    pub(super) const fn new(inner: T) -> Self {
        Self {
            inner,
            is_closed: false,
        }
    }

    /// What a write comes to; `dropped`: what it is where the server reads no more.
    fn forgiven<R>(&mut self, written: Poll<io::Result<R>>, dropped: R) -> Poll<io::Result<R>> {
        match written {
            Poll::Ready(Err(_)) => {
                self.is_closed = true;
                Poll::Ready(Ok(dropped))
            }
            written => written,
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for EarlyAnswer<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_read(cx, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for EarlyAnswer<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let stream = self.get_mut();
        if stream.is_closed {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut stream.inner).poll_write(cx, bytes);
        stream.forgiven(written, bytes.len())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        if stream.is_closed {
            return Poll::Ready(Ok(()));
        }
        let flushed = Pin::new(&mut stream.inner).poll_flush(cx);
        stream.forgiven(flushed, ())
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        let shut = Pin::new(&mut stream.inner).poll_shutdown(cx);
        stream.forgiven(shut, ())
    }
}
