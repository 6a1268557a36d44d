//! The store's handle: what the engine calls. Changes go to the writer's queue, reads to the pool.

mod bodies;
mod conversations;
mod deletions;
mod documents;
mod history;
mod start;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use crate::aside::sibling;
use crate::error::{self, NotSaved, OpenError};
use crate::health::{Health, HealthSender};
use crate::job::{Job, OtherWork, Queued};
use crate::lock::DirLock;
use crate::open::{self, OpenReport, StoreOptions};
use crate::queue;
use crate::reader::Readers;
use crate::reserve::Reserve;
use crate::session::Session;
use crate::shared::Shared;
use crate::types::{Counts, Retention, SettingsOfBot};

/// Jobs in the writer's queue at most.
const QUEUE_JOBS: usize = 4096;

/// What the queue may hold, in KiB. A job takes at least its share of it, so that both the bytes
/// and the jobs are bounded by one number; one larger than all of it goes alone.
const QUEUE_KIB: u32 = 64 * 1024;

/// Jobs outside of that bound, such as closing.
const QUEUE_SPARE: usize = 64;

/// The history on disk. Clones are the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    lock: Mutex<Option<Arc<DirLock>>>,
    queue: queue::Sender,
    /// A permit is a KiB in the queue.
    capacity: Arc<Semaphore>,
    shared: Arc<Shared>,
    readers: Arc<Readers>,
    health: watch::Receiver<Health>,
    reserve: Arc<Reserve>,
    /// For what fails outside of the writer.
    health_sender: Arc<HealthSender>,
    starts: u64,
    last_seq: u64,
    next_deletion: AtomicI64,
}

impl Store {
    /// Opens the history of a data directory, making what is missing.
    ///
    /// # Errors
    /// The directory is in use, cannot be written, or holds a newer version's history. Nothing is
    /// changed on disk then.
    pub fn open(options: &StoreOptions) -> Result<(Self, OpenReport), OpenError> {
        let opened = open::open(options)?;
        let report = opened.report.clone();
        let dir = options.dir.clone();
        let store =
            start::start(opened, options).map_err(|detail| OpenError::Io { dir, detail })?;
        Ok((store, report))
    }

    /// The highest number that was ever used, of deleted exchanges too, when the store was opened.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.inner.last_seq
    }

    /// How many times this history was opened before.
    #[must_use]
    pub fn starts(&self) -> u64 {
        self.inner.starts
    }

    /// Whether what happens reaches the disk.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<Health> {
        self.inner.health.clone()
    }

    /// Leaves a text about this process for others, next to the lock; see [`crate::read_holder`].
    pub fn write_holder(&self, text: &str) {
        let written = self
            .inner
            .lock
            .lock()
            .as_ref()
            .map(|lock| lock.write_holder_file(text));
        if let Some(Err(error)) = written {
            tracing::warn!(%error, "the file that names the holder could not be written");
        }
    }

    /// Sets how much history is stored, from now on.
    pub fn set_retention(&self, retention: Retention) {
        *self.inner.shared.retention.lock() = retention;
        self.wake_writer();
    }

    /// Says where a search finds what is set for a bot's platforms, by which variables are read.
    /// It is said once; before that, they are read as where nothing is set.
    pub fn read_settings_with(&self, of: SettingsOfBot) {
        drop(self.inner.readers.bots.set(of));
    }

    /// Sets whether a power failure loses nothing either, from the next commit on.
    pub fn set_durable(&self, durable: bool) {
        self.inner.shared.durable.store(durable, Ordering::Relaxed);
    }

    /// Numbers about the whole history; reads no table.
    pub async fn counts(&self) -> Counts {
        let shared = &self.inner.shared;
        let newest = shared.newest.load(Ordering::Relaxed);
        let indexed = shared.indexed.load(Ordering::Relaxed);
        let size = |suffix| {
            std::fs::metadata(sibling(&self.inner.path, suffix)).map_or(0, |file| file.len())
        };
        Counts {
            exchanges: shared.shown.load(Ordering::Relaxed),
            database_bytes: size("") + size("-wal"),
            search_lag: newest.saturating_sub(indexed),
        }
    }

    /// Resolves once the writer has nothing to do behind capture: everything is in the search
    /// index, purged, and within the retention.
    pub async fn idle(&self) {
        let mut idle = self.inner.shared.idle.subscribe();
        if self.change(|_| Ok(())).await.is_ok() {
            // An error means that the writer has ended: it has nothing to do either.
            drop(idle.wait_for(|idle| *idle).await);
        }
    }

    /// Writes what is queued, moves the log into the database and releases the directory. Calls of
    /// this store or its clones fail afterwards.
    pub async fn close(&self) {
        self.inner.capacity.close();
        self.inner.readers.close().await;
        self.send_unbounded(Job::Close);
        let shared = Arc::clone(&self.inner.shared);
        self.inner.lock.lock().take();
        let joined = tokio::task::spawn_blocking(move || {
            let next = || shared.threads.lock().pop();
            // The writer may add one before it ends.
            std::iter::from_fn(next).all(|thread| thread.join().is_ok())
        });
        if !matches!(joined.await, Ok(true)) {
            tracing::error!("a thread of the history ended badly");
        }
    }

    /// Ends the minute of every deletion that is not being made or undone.
    #[doc(hidden)]
    pub fn expire_deletions(&self) {
        let deletions = &self.inner.shared.deletions;
        deletions.lock().retain(|(_, made)| made.is_none());
        self.wake_writer();
    }

    /// Changes the database's size limit, in pages.
    #[doc(hidden)]
    pub async fn set_max_pages(&self, pages: u32) -> Result<(), NotSaved> {
        self.change(move |session| {
            session
                .conn
                .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        })
        .await
    }

    /// Has the writer run something and gives its result after the commit.
    async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, NotSaved> {
        self.change_of(0, work).await
    }

    /// The same for something that holds so many bytes while it is queued.
    async fn change_of<T: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce(&mut Session) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, NotSaved> {
        let (reply, replied) = oneshot::channel();
        let work: OtherWork = Box::new(move |session| {
            let result = match work(session) {
                Ok(done) => Ok(done),
                // Only this change is at fault: the others of its transaction are committed.
                Err(error) if error::is_refusal(&error) => Err(NotSaved::from(&error)),
                Err(error) => return Err(error),
            };
            Ok(Box::new(move || drop(reply.send(result))))
        });
        self.send(Job::Other(work), bytes).await?;
        self.reply(replied).await
    }

    /// Puts a job into the queue as soon as there is capacity for it.
    async fn send(&self, job: Job, bytes: usize) -> Result<(), NotSaved> {
        let permit = self.permit(bytes).await?;
        let queued = Queued {
            job,
            _permit: Some(permit),
        };
        self.inner
            .queue
            .send(queued)
            .map_err(|_| NotSaved::closed())
    }

    async fn permit(&self, bytes: usize) -> Result<OwnedSemaphorePermit, NotSaved> {
        let least = QUEUE_KIB / u32::try_from(QUEUE_JOBS).expect("few jobs are queued");
        let share = u32::try_from(bytes / 1024)
            .unwrap_or(QUEUE_KIB)
            .clamp(least, QUEUE_KIB);
        self.inner
            .capacity
            .clone()
            .acquire_many_owned(share)
            .await
            .map_err(|_| NotSaved::closed())
    }

    async fn reply<T>(
        &self,
        replied: oneshot::Receiver<Result<T, NotSaved>>,
    ) -> Result<T, NotSaved> {
        replied
            .await
            .unwrap_or_else(|_| Err(self.inner.shared.failure()))
    }

    /// Makes the writer look at its maintenance.
    fn wake_writer(&self) {
        self.send_unbounded(Job::Other(Box::new(|_| Ok(Box::new(|| ())))));
    }

    /// Puts a small job into the queue's spare part. A full or closed queue drops it: the writer
    /// is awake or has ended then.
    fn send_unbounded(&self, job: Job) {
        drop(self.inner.queue.send(Queued { job, _permit: None }));
    }
}
