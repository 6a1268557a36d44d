//! Whether a caller that has ended its sending half still waits.
//!
//! That cannot be told from what it sends: one that has closed its connection and one that has
//! closed its sending half alone (RFC 9112, 9.6) look alike until something is sent to them. So the
//! first bytes of the answer, which are the same for all answers, are sent ahead one at a time: a
//! caller that has gone resets the connection, and one that waits gets its answer's beginning
//! early.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::time::Sleep;

/// What every answer of HTTP/1 begins with, whatever its minor version.
const PROBE: &[u8] = b"HTTP/1.";
/// Bytes of [`PROBE`] that are sent at once: the first has the system of a caller that has gone
/// reset the connection, and the second meets the reset on a short way.
const PROBES_AT_ONCE: usize = 2;
/// How long after them the next byte is sent; each later one waits four times as long, so that the
/// last one is sent after 85 s.
const PROBE_INTERVAL: Duration = Duration::from_millis(250);

/// How far an answer's first bytes have been sent ahead.
#[derive(Default)]
pub(super) struct CallerProbe {
    sent: usize,
    next: Option<Pin<Box<Sleep>>>,
}

impl CallerProbe {
    /// How many bytes of the answer have been sent.
    pub(super) fn sent(&self) -> usize {
        self.sent
    }

    /// Sends what is due.
    ///
    /// # Errors
    /// The caller has gone.
    pub(super) fn send<T: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut T,
        cx: &mut Context<'_>,
    ) -> io::Result<()> {
        while self.sent < PROBE.len() {
            if let Some(next) = &mut self.next
                && next.as_mut().poll(cx).is_pending()
            {
                return Ok(());
            }
            let byte = &PROBE[self.sent..=self.sent];
            let Poll::Ready(written) = Pin::new(&mut *stream).poll_write(cx, byte) else {
                return Ok(());
            };
            if written? == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            if let Poll::Ready(Err(error)) = Pin::new(&mut *stream).poll_flush(cx) {
                return Err(error);
            }
            self.sent += 1;
            if let Some(later) = self.sent.checked_sub(PROBES_AT_ONCE) {
                let wait = PROBE_INTERVAL * 4_u32.pow(later as u32);
                self.next = Some(Box::pin(tokio::time::sleep(wait)));
            }
        }
        Ok(())
    }
}
