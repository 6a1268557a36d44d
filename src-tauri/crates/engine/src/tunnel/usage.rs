//! What went through the tunnel this month. The services do not tell how much of a plan is left,
//! so the app counts for itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use protocol::UtcMillis;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::io::{InspectReader, InspectWriter};
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

/// Both ways of a connection.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}

/// Sees bytes go by.
pub(crate) trait Inspect: FnMut(&[u8]) + Send + 'static {}

impl<F: FnMut(&[u8]) + Send + 'static> Inspect for F {}

/// A stream whose bytes are counted.
pub(crate) fn counted<S>(stream: S, count: Arc<Count>) -> InspectWriter<impl Stream, impl Inspect>
where
    S: Stream,
{
    let written = Arc::clone(&count);
    let reader = InspectReader::new(stream, move |bytes: &[u8]| {
        let read = bytes.len() as u64;
        count.bytes_in.fetch_add(read, Ordering::Relaxed);
    });
    InspectWriter::new(reader, move |bytes: &[u8]| {
        let length = bytes.len() as u64;
        written.bytes_out.fetch_add(length, Ordering::Relaxed);
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[tokio::test]
    async fn bytes_are_counted_both_ways_and_slices_go_out_together() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};

        let usages = Usages::new(None);
        let (mut near, far) = tokio::io::duplex(64);
        let mut stream = counted(far, usages.count());
        assert!(stream.is_write_vectored());
        let slices = [io::IoSlice::new(b"he"), io::IoSlice::new(b"llo")];
        assert_eq!(stream.write_vectored(&slices).await.unwrap(), 5);
        near.write_all(b"abc").await.unwrap();
        let mut read = [0; 3];
        stream.read_exact(&mut read).await.unwrap();
        let usage = usages.this_month(UtcMillis(0));
        assert_eq!((usage.bytes_in, usage.bytes_out), (3, 5));
    }

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
