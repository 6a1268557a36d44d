//! The connection to the service, as ngrok's client gets it: with an ear for silence and a switch to end it.
//!
//! The client notices no dead link and keeps sockets it no longer needs. So the bytes pass through here: when
//! nothing has come for too long, or the switch is thrown, reading fails and the socket is closed on the spot,
//! whoever still holds this.

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

use crate::{TunnelError, TunnelErrorKind};

/// What can be known of a link from outside.
pub(super) struct Pulse {
    /// When the last byte came.
    heard: Mutex<Instant>,
    /// Why it ended, where it knows.
    reason: Mutex<Option<TunnelError>>,
    switch: CancellationToken,
}

impl Pulse {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            heard: Mutex::new(Instant::now()),
            reason: Mutex::new(None),
            switch: CancellationToken::new(),
        })
    }

    /// Ends the link.
    pub(super) fn end(&self, error: TunnelError) {
        self.reason.lock().get_or_insert(error);
        self.switch.cancel();
    }

    /// Why it ended; nothing where it did not, or where the client dropped it.
    pub(super) fn reason(&self) -> Option<TunnelError> {
        self.reason.lock().clone()
    }

    /// When the last byte came.
    pub(super) fn heard(&self) -> Instant {
        *self.heard.lock()
    }

    /// Whether it is over.
    pub(super) fn is_over(&self) -> bool {
        self.switch.is_cancelled()
    }
}

/// What is told when the client lets go of a link.
type OnDrop = Box<dyn FnOnce(&Pulse) + Send>;

/// A link; `S` are its bytes.
pub(super) struct Link<S> {
    /// Gone when it is over.
    stream: Option<S>,
    pulse: Arc<Pulse>,
    silence: Duration,
    alarm: Pin<Box<Sleep>>,
    thrown: Pin<Box<WaitForCancellationFutureOwned>>,
    /// Told when the client lets go of it.
    on_drop: Option<OnDrop>,
}

impl<S> Link<S> {
    /// Wraps a connection that counts as dead after `silence` without a byte.
    pub(super) fn new(
        stream: S,
        silence: Duration,
        on_drop: impl FnOnce(&Pulse) + Send + 'static,
    ) -> (Self, Arc<Pulse>) {
        let pulse = Pulse::new();
        let link = Self {
            stream: Some(stream),
            silence,
            alarm: Box::pin(tokio::time::sleep(silence)),
            thrown: Box::pin(pulse.switch.clone().cancelled_owned()),
            on_drop: Some(Box::new(on_drop)),
            pulse: Arc::clone(&pulse),
        };
        (link, pulse)
    }

    /// It is over: the socket is closed here and now.
    fn over(&mut self, kind: TunnelErrorKind, detail: impl Into<Arg>) {
        self.pulse.end(TunnelError::new(kind, detail));
        self.stream = None;
    }

    fn hear(&mut self) {
        let now = Instant::now();
        *self.pulse.heard.lock() = now;
        self.alarm.as_mut().reset(now + self.silence);
    }
}

impl<S> Drop for Link<S> {
    fn drop(&mut self) {
        if let Some(on_drop) = self.on_drop.take() {
            on_drop(&self.pulse);
        }
        self.pulse.switch.cancel();
    }
}

fn gone() -> io::Error {
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
            return Poll::Ready(Err(gone()));
        };
        if this.thrown.as_mut().poll(cx).is_ready() {
            this.stream = None;
            return Poll::Ready(Err(gone()));
        }
        let (before, room) = (buf.filled().len(), buf.remaining());
        let read = Pin::new(stream).poll_read(cx, buf);
        match read {
            Poll::Ready(Ok(())) if buf.filled().len() > before || room == 0 => this.hear(),
            Poll::Ready(Ok(())) => this.over(TunnelErrorKind::LinkLost, "closed by the other side"),
            Poll::Ready(Err(ref error)) => this.over(TunnelErrorKind::LinkLost, error.to_string()),
            Poll::Pending => {
                ready!(this.alarm.as_mut().poll(cx));
                let detail = format!("{} s", this.silence.as_secs_f32());
                this.over(TunnelErrorKind::LinkSilent, detail);
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> Link<S> {
    fn writable(&mut self) -> Result<Pin<&mut S>, io::Error> {
        if self.pulse.is_over() {
            self.stream = None;
        }
        self.stream.as_mut().map(Pin::new).ok_or_else(gone)
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

    #[tokio::test]
    async fn silence_ends_the_link_and_bytes_put_it_off() {
        let (here, mut there) = tokio::io::duplex(64);
        let (mut link, pulse) = Link::new(here, SILENCE, |_| {});
        let mut tick = tokio::time::interval(SILENCE / 4);
        for _ in 0..8 {
            tick.tick().await;
            there.write_all(b".").await.unwrap();
            assert_eq!(link.read_u8().await.unwrap(), b'.');
        }
        let error = link.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(pulse.reason().unwrap().kind, TunnelErrorKind::LinkSilent);
        assert_eq!(
            there.read(&mut [0; 1]).await.unwrap(),
            0,
            "the socket is closed"
        );
    }

    #[tokio::test]
    async fn the_switch_ends_a_read_that_waits() {
        let (here, mut there) = tokio::io::duplex(64);
        let (mut link, pulse) = Link::new(here, Duration::from_secs(60), |_| {});
        let reading = tokio::spawn(async move {
            let error = link.read_u8().await.unwrap_err();
            (error.kind(), link.write_all(b"x").await.is_err())
        });
        pulse.end(TunnelError::new(TunnelErrorKind::Slept, ""));
        assert_eq!(
            reading.await.unwrap(),
            (io::ErrorKind::ConnectionAborted, true)
        );
        assert_eq!(pulse.reason().unwrap().kind, TunnelErrorKind::Slept);
        assert_eq!(
            there.read(&mut [0; 1]).await.unwrap(),
            0,
            "the socket is closed"
        );
    }
}
