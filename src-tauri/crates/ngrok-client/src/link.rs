//! The connection that ngrok's client gets: watched for silence, and ended from outside.
//!
//! The client notices no dead connection and keeps sockets that it no longer needs. Its bytes
//! pass through a [`Link`]: when nothing has come for too long, or [`LinkState::end`] was called,
//! reading fails and the socket is closed at once, though the client still holds the link.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use messages::Arg;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tunnel_session::TunnelErrorKind;

use crate::error::Error;
use crate::words::sentences;

/// What is known of a link from outside, and its switch.
pub(crate) struct LinkState {
    /// When the last byte came.
    last_byte: Mutex<Instant>,
    /// Why it ended, where it knows.
    reason: Mutex<Option<Error>>,
    switch: CancellationToken,
}

impl LinkState {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            last_byte: Mutex::new(Instant::now()),
            reason: Mutex::new(None),
            switch: CancellationToken::new(),
        })
    }

    /// Ends the link.
    pub(crate) fn end(&self, error: Error) {
        self.reason.lock().get_or_insert(error);
        self.switch.cancel();
    }

    /// Why it ended; nothing where it did not, or where the client dropped it.
    pub(crate) fn reason(&self) -> Option<Error> {
        self.reason.lock().clone()
    }

    /// When the last byte came.
    pub(crate) fn last_byte(&self) -> Instant {
        *self.last_byte.lock()
    }

    /// Whether it is over.
    pub(crate) fn is_over(&self) -> bool {
        self.switch.is_cancelled()
    }
}

/// Called when the client drops a link.
type OnDrop = Box<dyn FnOnce(&LinkState) + Send>;

/// A link over the connection `S`.
pub(crate) struct Link<S> {
    /// `None` once it is over.
    stream: Option<S>,
    state: Arc<LinkState>,
    silence: Duration,
    silence_timer: Pin<Box<Sleep>>,
    ended: Pin<Box<WaitForCancellationFutureOwned>>,
    on_drop: Option<OnDrop>,
}

impl<S> Link<S> {
    /// Wraps a connection that counts as dead after `silence` without a byte.
    pub(crate) fn new(
        stream: S,
        silence: Duration,
        on_drop: impl FnOnce(&LinkState) + Send + 'static,
    ) -> (Self, Arc<LinkState>) {
        let state = LinkState::new();
        let link = Self {
            stream: Some(stream),
            silence,
            silence_timer: Box::pin(tokio::time::sleep(silence)),
            ended: Box::pin(state.switch.clone().cancelled_owned()),
            on_drop: Some(Box::new(on_drop)),
            state: Arc::clone(&state),
        };
        (link, state)
    }

    /// It is over: the socket is closed here and now.
    fn over(&mut self, kind: TunnelErrorKind, detail: impl Into<Arg>) {
        self.state.end(Error::passing(kind, detail));
        self.stream = None;
    }

    fn byte_came(&mut self) {
        let now = Instant::now();
        *self.state.last_byte.lock() = now;
        self.silence_timer.as_mut().reset(now + self.silence);
    }
}

impl<S> Drop for Link<S> {
    fn drop(&mut self) {
        if let Some(on_drop) = self.on_drop.take() {
            on_drop(&self.state);
        }
        self.state.switch.cancel();
    }
}

fn aborted() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionAborted)
}

impl<S: AsyncRead + Unpin> AsyncRead for Link<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let Some(stream) = &mut this.stream else {
            return Poll::Ready(Err(aborted()));
        };
        if this.ended.as_mut().poll(cx).is_ready() {
            this.stream = None;
            return Poll::Ready(Err(aborted()));
        }
        let (before, capacity) = (buf.filled().len(), buf.remaining());
        let read = Pin::new(stream).poll_read(cx, buf);
        match read {
            Poll::Ready(Ok(())) if buf.filled().len() > before || capacity == 0 => this.byte_came(),
            Poll::Ready(Ok(())) => this.over(TunnelErrorKind::LinkLost, &sentences::CLOSED_BY_PEER),
            Poll::Ready(Err(ref error)) => this.over(TunnelErrorKind::LinkLost, error.to_string()),
            Poll::Pending => {
                ready!(this.silence_timer.as_mut().poll(cx));
                let detail = sentences::SECONDS.arg(this.silence.as_secs_f32().to_string());
                this.over(TunnelErrorKind::LinkSilent, detail);
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> Link<S> {
    fn writable(&mut self) -> Result<Pin<&mut S>, io::Error> {
        if self.state.is_over() {
            self.stream = None;
        }
        self.stream.as_mut().map(Pin::new).ok_or_else(aborted)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Link<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().writable()?.poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().writable()?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().writable()?.poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const SILENCE: Duration = Duration::from_millis(80);

    #[tokio::test(start_paused = true)]
    async fn silence_ends_the_link_and_bytes_put_it_off() {
        let (here, mut there) = tokio::io::duplex(64);
        let (mut link, state) = Link::new(here, SILENCE, |_| {});
        let mut tick = tokio::time::interval(SILENCE / 4);
        for _ in 0..8 {
            tick.tick().await;
            there.write_all(b".").await.unwrap();
            assert_eq!(link.read_u8().await.unwrap(), b'.');
        }
        let error = link.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(state.reason().unwrap().kind, TunnelErrorKind::LinkSilent);
        assert_eq!(
            there.read(&mut [0; 1]).await.unwrap(),
            0,
            "the socket is closed"
        );
    }

    #[tokio::test]
    async fn the_switch_ends_a_read_that_waits() {
        let (here, mut there) = tokio::io::duplex(64);
        let (mut link, state) = Link::new(here, Duration::from_secs(60), |_| {});
        let reading = tokio::spawn(async move {
            let error = link.read_u8().await.unwrap_err();
            (error.kind(), link.write_all(b"x").await.is_err())
        });
        state.end(Error::passing(TunnelErrorKind::Slept, ""));
        assert_eq!(
            reading.await.unwrap(),
            (io::ErrorKind::ConnectionAborted, true)
        );
        assert_eq!(state.reason().unwrap().kind, TunnelErrorKind::Slept);
        assert_eq!(
            there.read(&mut [0; 1]).await.unwrap(),
            0,
            "the socket is closed"
        );
    }
}
