//! What went through the tunnel this month. The services do not tell how much of a plan is left,
//! so the app counts for itself.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use parking_lot::Mutex;
use protocol::UtcMillis;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use utoipa::ToSchema;

use super::month;

/// What went through in one month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TunnelUsage)]
pub struct Usage {
    /// The month in UTC, such as `2026-11`.
    pub month: String,
    /// Connections that came in.
    pub requests: u64,
    /// Bytes that came in.
    pub bytes_in: u64,
    /// Bytes that went out.
    pub bytes_out: u64,
}

/// Counts, and begins anew with each month.
pub(crate) struct Usages {
    /// What was counted before this run.
    stored: Mutex<Usage>,
    count: Arc<Count>,
}

/// What was counted and not yet added up.
#[derive(Default)]
pub(crate) struct Count {
    requests: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
}

impl Usages {
    pub(crate) fn new(stored: Option<&str>) -> Self {
        let stored = stored.and_then(|text| serde_json::from_str(text).ok());
        Self {
            stored: Mutex::new(stored.unwrap_or_default()),
            count: Arc::default(),
        }
    }

    /// Where connections are counted.
    pub(crate) fn count(&self) -> Arc<Count> {
        Arc::clone(&self.count)
    }

    /// The present month's sum.
    pub(crate) fn this_month(&self, now: UtcMillis) -> Usage {
        let mut stored = self.stored.lock();
        let month = month(now);
        if stored.month != month {
            // What was counted since midnight and not looked at yet goes with the new month.
            *stored = Usage {
                month,
                ..Usage::default()
            };
        }
        stored.requests += self.count.requests.swap(0, Ordering::Relaxed);
        stored.bytes_in += self.count.bytes_in.swap(0, Ordering::Relaxed);
        stored.bytes_out += self.count.bytes_out.swap(0, Ordering::Relaxed);
        stored.clone()
    }
}

impl Count {
    /// One more request.
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }
}

/// A stream whose bytes are counted.
pub(crate) struct Counted<S> {
    stream: S,
    count: Arc<Count>,
}

impl<S> Counted<S> {
    pub(crate) fn new(stream: S, count: Arc<Count>) -> Self {
        Self { stream, count }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let read = (buffer.filled().len() - before) as u64;
        self.count.bytes_in.fetch_add(read, Ordering::Relaxed);
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(written)) = &result {
            self.count
                .bytes_out
                .fetch_add(*written as u64, Ordering::Relaxed);
        }
        result
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
    use super::*;

    #[test]
    fn a_month_goes_on_after_a_restart_and_the_next_begins_anew() {
        /// 2026-11-22T05:00:00Z and ten days later.
        const NOVEMBER: UtcMillis = UtcMillis(1_795_323_600_000);
        const DECEMBER: UtcMillis = UtcMillis(1_795_323_600_000 + 10 * 86_400_000);
        let first = Usages::new(None);
        first.count().request();
        let stored = serde_json::to_string(&first.this_month(NOVEMBER)).unwrap();
        let second = Usages::new(Some(&stored));
        second.count().request();
        assert_eq!(second.this_month(NOVEMBER).requests, 2);
        assert_eq!(second.this_month(NOVEMBER).month, "2026-11");
        assert_eq!(second.this_month(DECEMBER).requests, 0);
    }
}
