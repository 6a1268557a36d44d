//! What went through the tunnel this month. The services do not tell how much of a plan is left,
//! so the app counts for itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use protocol::UtcMillis;
use serde::{Deserialize, Serialize};
use store::{NotSaved, Store, StoreError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::io::{InspectReader, InspectWriter};
use utoipa::ToSchema;

use super::month;
use crate::documents::{Author, Document, DocumentKind, DocumentReport, Object, Stored, numbered};

/// What went through in one month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
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

/// A month's sum, as it is stored.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredUsage {
    month: String,
    requests: u64,
    bytes_in: u64,
    bytes_out: u64,
}

impl Stored for StoredUsage {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered];
    /// A sum that cannot be read begins anew.
    const KEEPS_UNREADABLE: bool = false;
}

/// Counts, and begins anew with each month.
pub(crate) struct Usages {
    document: Document<StoredUsage>,
    /// What was added up so far.
    sum: Mutex<Usage>,
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
    /// Reads what was counted before this run.
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        let document = Document::<StoredUsage>::load(store, DocumentKind::TunnelUsage).await?;
        let sum = Usage::from(&*document.current());
        Ok(Self {
            document,
            sum: Mutex::new(sum),
            count: Arc::default(),
        })
    }

    /// What of the count could not be read when the app started.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.document.report()
    }

    /// Writes the present month's sum down.
    pub(crate) async fn save(&self, now: UtcMillis) -> Result<(), NotSaved> {
        let mut change = self.document.change(Author::App).await;
        change.save(self.this_month(now).into()).await
    }

    /// Where connections are counted.
    pub(crate) fn count(&self) -> Arc<Count> {
        Arc::clone(&self.count)
    }

    /// The present month's sum.
    pub(crate) fn this_month(&self, now: UtcMillis) -> Usage {
        let mut sum = self.sum.lock();
        let month = month(now);
        if sum.month != month {
            // What was counted since midnight and not looked at yet goes with the new month.
            *sum = Usage {
                month,
                ..Usage::default()
            };
        }
        sum.requests += self.count.requests.swap(0, Ordering::Relaxed);
        sum.bytes_in += self.count.bytes_in.swap(0, Ordering::Relaxed);
        sum.bytes_out += self.count.bytes_out.swap(0, Ordering::Relaxed);
        sum.clone()
    }
}

impl From<&StoredUsage> for Usage {
    fn from(stored: &StoredUsage) -> Self {
        let StoredUsage {
            month,
            requests,
            bytes_in,
            bytes_out,
        } = stored;
        Self {
            month: month.clone(),
            requests: *requests,
            bytes_in: *bytes_in,
            bytes_out: *bytes_out,
        }
    }
}

impl From<Usage> for StoredUsage {
    fn from(usage: Usage) -> Self {
        let Usage {
            month,
            requests,
            bytes_in,
            bytes_out,
        } = usage;
        Self {
            month,
            requests,
            bytes_in,
            bytes_out,
        }
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

    /// 2026-11-22T05:00:00Z and ten days later.
    const NOVEMBER: UtcMillis = UtcMillis(1_795_323_600_000);
    const DECEMBER: UtcMillis = UtcMillis(1_795_323_600_000 + 10 * 86_400_000);

    fn store(dir: &std::path::Path) -> Store {
        let options = store::StoreOptions::new(dir, crate::clock::now);
        Store::open(&options).unwrap().0
    }

    #[tokio::test]
    async fn bytes_are_counted_both_ways_and_slices_go_out_together() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};

        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        let usages = Usages::load(&store).await.unwrap();
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
        store.close().await;
    }

    #[tokio::test]
    async fn a_month_goes_on_after_a_restart_and_the_next_begins_anew() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        let first = Usages::load(&store).await.unwrap();
        first.count().request();
        first.save(NOVEMBER).await.unwrap();
        let second = Usages::load(&store).await.unwrap();
        second.count().request();
        assert_eq!(second.this_month(NOVEMBER).requests, 2);
        assert_eq!(second.this_month(NOVEMBER).month, "2026-11");
        assert_eq!(second.this_month(DECEMBER).requests, 0);
        assert_eq!(second.report(), None);
        store.close().await;
    }

    #[tokio::test]
    async fn what_was_counted_before_documents_had_versions_is_read() {
        const TEXT: &str = r#"{"month":"2026-11","requests":7,"bytes_in":5,"bytes_out":6}"#;
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        store.set_setting("tunnel_usage", TEXT).await.unwrap();
        let usages = Usages::load(&store).await.unwrap();
        let expected = Usage {
            month: "2026-11".to_owned(),
            requests: 7,
            bytes_in: 5,
            bytes_out: 6,
        };
        assert_eq!(usages.this_month(NOVEMBER), expected);
        assert_eq!(usages.report(), None);
        store.close().await;
    }

    #[tokio::test]
    async fn a_number_that_cannot_be_read_is_said_and_kept_aside() {
        const TEXT: &str = r#"{"month":"2026-11","requests":-7,"bytes_in":5,"bytes_out":6}"#;
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        store.set_setting("tunnel_usage", TEXT).await.unwrap();
        let usages = Usages::load(&store).await.unwrap();
        let month = usages.this_month(NOVEMBER);
        assert_eq!((month.requests, month.bytes_in, month.bytes_out), (0, 5, 6));
        usages.save(NOVEMBER).await.unwrap();
        let report = usages.report().expect("the app's own save does not end it");
        assert_eq!(report.unreadable, ["/requests"]);
        let aside = store.setting("tunnel_usage.unreadable").await.unwrap();
        assert_eq!(aside.as_deref(), Some(TEXT));
        store.close().await;
    }
}
