//! The store's front: what the engine calls. Changes go to the writer's queue, reads to the pool.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use parking_lot::Mutex;
use protocol::{Answer, BotId, Exchange, ExchangeId, Summary};
use rusqlite::Connection;
use rusqlite::hooks::Wal;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use crate::backlog::Backlog;
use crate::checkpointer::Gate;
use crate::coding;
use crate::health::{Health, HealthSender};
use crate::lock::DirLock;
use crate::maintenance::Maintenance;
use crate::open::{self, OpenReport, Opened, StoreOptions, beside};
use crate::reader::Readers;
use crate::table::bodies::StoredMessages;
use crate::table::{bots, exchanges, settings};
use crate::writer::{ExchangeChange, Job, NewExchange, OtherWork, Queued, Session, Shared, Writer};
use crate::{
    Bot, Change, Counts, DeleteWhat, Deletion, ListQuery, NotSaved, OpenError, Page, Retention,
    Stopwatch, StoreError, checkpointer, connection, pack, query, queue,
};

/// Jobs in the writer's queue at most.
const QUEUE_JOBS: usize = 4096;

/// What the queue may hold, in KiB. A job takes at least its share of it, so that both the bytes
/// and the jobs are bounded by one number; one larger than all of it goes alone.
const QUEUE_KIB: u32 = 64 * 1024;

/// Jobs without a place in the count, such as closing.
const QUEUE_SPARE: usize = 64;

/// Exchanges hidden or brought back in one job.
const DELETE_ROWS: usize = 500;

/// How many numbers of deletions each start of the app has.
const DELETIONS_PER_START: u64 = 1 << 24;

/// The history on disk. Clones are the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    lock: Mutex<Option<Arc<DirLock>>>,
    queue: queue::Sender,
    room: Arc<Semaphore>,
    shared: Arc<Shared>,
    readers: Arc<Readers>,
    health: watch::Receiver<Health>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    starts: u64,
    last_seq: u64,
    deletions: AtomicI64,
}

impl Store {
    /// Opens the history of a data directory, making what is missing.
    ///
    /// # Errors
    /// The directory is in use, cannot be written, or holds a newer version's history. Nothing is
    /// changed on disk then.
    pub fn open(options: StoreOptions) -> Result<(Self, OpenReport), OpenError> {
        let opened = open::open(&options)?;
        let report = opened.report.clone();
        let StoreOptions {
            dir,
            synchronous_full,
            ..
        } = options;
        let store =
            start(opened, synchronous_full).map_err(|detail| OpenError::Io { dir, detail })?;
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

    /// Leaves a text for other processes beside the lock; see [`crate::read_lock_note`].
    pub fn write_lock_note(&self, text: &str) {
        let written = self
            .inner
            .lock
            .lock()
            .as_ref()
            .map(|lock| lock.write_note(text));
        if let Some(Err(error)) = written {
            tracing::warn!(%error, "the note beside the lock could not be written");
        }
    }

    /// Sets how much is kept, from now on.
    pub fn set_retention(&self, retention: Retention) {
        *self.inner.shared.retention.lock() = retention;
        self.nudge();
    }

    /// Sets whether a power failure loses nothing either, from the next commit on.
    pub fn set_durable(&self, durable: bool) {
        self.inner.shared.durable.store(durable, Ordering::Relaxed);
    }

    /// Stores a new exchange and returns after the commit. Where it has an answer, the moment of
    /// the answer is read from the clock as the row is written and returned, in microseconds.
    ///
    /// # Errors
    /// It is not on disk; it is kept and tried again.
    pub async fn insert(
        &self,
        exchange: Exchange,
        clock: Stopwatch,
    ) -> Result<Option<u64>, NotSaved> {
        let Exchange {
            summary,
            request,
            answer,
            timing,
            own_findings,
        } = exchange;
        let request_body = pack::body(request.body.clone()).await?;
        let answer = pack::answer(answer.as_ref()).await?;
        let messages = StoredMessages {
            request_head: coding::pack_request(&request),
            request_body,
            answer,
            own_findings: pack::findings(&own_findings),
        };
        let row = Box::new(NewExchange {
            summary,
            timing,
            messages,
            clock,
        });
        let (reply, replied) = oneshot::channel();
        let bytes = row.bytes();
        self.send(Job::Insert(row, reply), bytes).await?;
        self.reply(replied).await
    }

    /// Changes an exchange and returns its summary after the commit; `None` where it is not shown.
    ///
    /// # Errors
    /// The change is not on disk; it is kept and tried again.
    pub async fn update(
        &self,
        id: ExchangeId,
        change: Change,
    ) -> Result<Option<Summary>, NotSaved> {
        let answer = pack::answer(change.answer.as_ref()).await?;
        let own_findings = change
            .own_findings
            .as_ref()
            .map(|found| pack::findings(found).unwrap_or_else(|| "[]".to_owned()));
        let change = Box::new(ExchangeChange {
            id,
            change,
            answer,
            own_findings,
        });
        let (reply, replied) = oneshot::channel();
        let bytes = change.bytes();
        self.send(Job::Update(change, reply), bytes).await?;
        self.reply(replied).await
    }

    /// A part of the list, newest first.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn list(&self, query: ListQuery) -> Result<Page, StoreError> {
        self.inner
            .readers
            .read(move |conn| query::list(conn, &query))
            .await
    }

    /// One exchange with everything that is kept of it.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn get(&self, id: ExchangeId) -> Result<Option<Exchange>, StoreError> {
        self.inner
            .readers
            .read(move |conn| query::get(conn, id))
            .await
    }

    /// One exchange as the list shows it.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn summary(&self, id: ExchangeId) -> Result<Option<Summary>, StoreError> {
        self.inner
            .readers
            .read(move |conn| Ok(exchanges::summary(conn, id)?))
            .await
    }

    /// The newest answer that a bot gave to an event.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn last_answer(
        &self,
        bot: BotId,
        event: Option<&str>,
    ) -> Result<Option<Answer>, StoreError> {
        let event = event.map(str::to_owned);
        let read = move |conn: &Connection| query::last_answer(conn, bot, event.as_deref());
        self.inner.readers.read(read).await
    }

    /// Writes an exchange's note or pin; `None` where there is no such exchange.
    ///
    /// # Errors
    /// The change is not on disk, and dropped.
    pub async fn annotate(
        &self,
        id: ExchangeId,
        note: Option<String>,
        pinned: Option<bool>,
    ) -> Result<Option<Summary>, NotSaved> {
        self.change(move |session| exchanges::annotate(&session.conn, id, note.as_deref(), pinned))
            .await
    }

    /// Deletes exchanges: no list shows them any more, and a minute later they are gone for good.
    ///
    /// # Errors
    /// The history cannot be read, or the change is not on disk.
    pub async fn delete(&self, what: DeleteWhat) -> Result<Deletion, StoreError> {
        let found = self
            .inner
            .readers
            .read(move |conn| query::find(conn, what))
            .await?;
        let number = self.inner.deletions.fetch_add(1, Ordering::Relaxed);
        // Before anything is hidden: what no deletion here knows is purged.
        self.inner
            .shared
            .deletions
            .lock()
            .push((number, Instant::now()));
        for part in found.chunks(DELETE_ROWS) {
            let part: Vec<u64> = part.iter().map(|(seq, _)| *seq).collect();
            self.change(move |session| {
                for seq in part {
                    session.shown_by -= i64::from(exchanges::hide(&session.conn, seq, number)?);
                }
                Ok(())
            })
            .await?;
        }
        let ids = found.into_iter().map(|(_, id)| id).collect();
        Ok(Deletion {
            undo: number.to_string(),
            ids,
        })
    }

    /// Brings back what a deletion hid, newest first; nothing where its minute is over.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn restore(&self, undo: &str) -> Result<Vec<Summary>, NotSaved> {
        let Ok(number) = undo.parse::<i64>() else {
            return Ok(Vec::new());
        };
        let renew = |deletion: &mut (i64, Instant)| {
            // Its time does not run out while it is being undone.
            deletion.1 = Instant::now();
        };
        let known = &self.inner.shared.deletions;
        let deletion = known
            .lock()
            .iter_mut()
            .find(|(known, _)| *known == number)
            .map(renew);
        if deletion.is_none() {
            return Ok(Vec::new());
        }
        let mut restored = Vec::new();
        loop {
            let part = self
                .change(move |session| {
                    let part = exchanges::unhide(&session.conn, number, DELETE_ROWS)?;
                    session.shown_by += part.len() as i64;
                    Ok(part)
                })
                .await?;
            let last = part.len() < DELETE_ROWS;
            restored.extend(part);
            if last {
                break;
            }
        }
        known.lock().retain(|(known, _)| *known != number);
        restored.sort_unstable_by_key(|summary| std::cmp::Reverse(summary.seq));
        Ok(restored)
    }

    /// The bots, in their order.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn bots(&self) -> Result<Vec<Bot>, StoreError> {
        self.inner.readers.read(|conn| Ok(bots::all(conn)?)).await
    }

    /// Adds a bot.
    ///
    /// # Errors
    /// It is not on disk, or its id or secret exists already.
    pub async fn create_bot(&self, bot: Bot) -> Result<(), NotSaved> {
        self.change(move |session| bots::insert(&session.conn, &bot))
            .await
    }

    /// Replaces a bot; whether it was there.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn update_bot(&self, bot: Bot) -> Result<bool, NotSaved> {
        self.change(move |session| bots::update(&session.conn, &bot))
            .await
    }

    /// Removes a bot; whether it was there. Its exchanges stay.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn delete_bot(&self, id: BotId) -> Result<bool, NotSaved> {
        self.change(move |session| bots::remove(&session.conn, id))
            .await
    }

    /// A setting's JSON text.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let key = key.to_owned();
        self.inner
            .readers
            .read(move |conn| Ok(settings::get(conn, &key)?))
            .await
    }

    /// Writes a setting's JSON text.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn set_setting(&self, key: &str, json: &str) -> Result<(), NotSaved> {
        let (key, json) = (key.to_owned(), json.to_owned());
        self.change(move |session| settings::set(&session.conn, &key, &json))
            .await
    }

    /// Numbers about the whole history; reads no table.
    pub async fn counts(&self) -> Counts {
        let shared = &self.inner.shared;
        let newest = shared.newest.load(Ordering::Relaxed);
        let indexed = shared.indexed.load(Ordering::Relaxed);
        let size = |suffix| {
            std::fs::metadata(beside(&self.inner.path, suffix)).map_or(0, |file| file.len())
        };
        Counts {
            exchanges: shared.shown.load(Ordering::Relaxed),
            database_bytes: size("") + size("-wal"),
            search_lag: newest.saturating_sub(indexed),
        }
    }

    /// Resolves once nothing is left to do behind capture: everything is in the search index,
    /// purged, and within the retention.
    pub async fn rested(&self) {
        let mut rested = self.inner.shared.rested.subscribe();
        if self.change(|_| Ok(())).await.is_ok() {
            let _ = rested.wait_for(|rested| *rested).await;
        }
    }

    /// Writes what is queued, moves the log into the database and releases the directory. What is
    /// asked of this store or its clones afterwards fails.
    pub async fn close(&self) {
        self.inner.room.close();
        self.inner.readers.close().await;
        let _ = self.inner.queue.send(Queued {
            job: Job::Close,
            _room: None,
        });
        let threads = std::mem::take(&mut *self.inner.threads.lock());
        self.inner.lock.lock().take();
        let joined = tokio::task::spawn_blocking(move || {
            threads.into_iter().all(|thread| thread.join().is_ok())
        });
        if !matches!(joined.await, Ok(true)) {
            tracing::error!("a thread of the history ended badly");
        }
    }

    /// Ends every deletion's minute.
    #[doc(hidden)]
    pub fn expire_deletions(&self) {
        self.inner.shared.deletions.lock().clear();
        self.nudge();
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

    /// Has the writer run something and tells what came of it after the commit.
    async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, NotSaved> {
        let (reply, replied) = oneshot::channel();
        let work: OtherWork = Box::new(move |session| {
            let done = work(session)?;
            Ok(Box::new(move || drop(reply.send(Ok(done)))))
        });
        self.send(Job::Other(work), 0).await?;
        self.reply(replied).await
    }

    /// Puts a job into the queue as soon as there is room for it.
    async fn send(&self, job: Job, bytes: usize) -> Result<(), NotSaved> {
        let room = self.room(bytes).await?;
        let queued = Queued {
            job,
            _room: Some(room),
        };
        self.inner.queue.send(queued).map_err(|_| closed())
    }

    async fn room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, NotSaved> {
        let least = QUEUE_KIB / u32::try_from(QUEUE_JOBS).expect("few jobs are queued");
        let share = u32::try_from(bytes / 1024)
            .unwrap_or(QUEUE_KIB)
            .clamp(least, QUEUE_KIB);
        self.inner
            .room
            .clone()
            .acquire_many_owned(share)
            .await
            .map_err(|_| closed())
    }

    async fn reply<T>(
        &self,
        replied: oneshot::Receiver<Result<T, NotSaved>>,
    ) -> Result<T, NotSaved> {
        replied.await.unwrap_or_else(|_| {
            let reason = self.inner.shared.last_failure.lock().clone();
            Err(if reason.is_empty() {
                closed()
            } else {
                NotSaved { reason }
            })
        })
    }

    /// Makes the writer look at what can wait.
    fn nudge(&self) {
        let work: OtherWork = Box::new(|_| Ok(Box::new(|| ())));
        let _ = self.inner.queue.send(Queued {
            job: Job::Other(work),
            _room: None,
        });
    }
}

fn closed() -> NotSaved {
    NotSaved {
        reason: StoreError::Closed.to_string(),
    }
}

/// Starts the threads over an opened database.
fn start(opened: Opened, durable: bool) -> Result<Store, String> {
    let Opened {
        lock,
        mut writer,
        path,
        starts,
        last_seq,
        indexed_seq,
        shown,
        ..
    } = opened;
    let told = |error: rusqlite::Error| error.to_string();
    let readers = Readers::open(&path).map_err(told)?;
    let checkpoints = connection::checkpointer(&path).map_err(told)?;
    let gate = Gate::default();
    let (mut gauge, checkpoints) =
        checkpointer::start(checkpoints, gate.clone()).map_err(|error| error.to_string())?;
    let committed = move |_: &mut Wal, pages: std::ffi::c_int| {
        gauge.committed(i64::from(pages));
        Ok(())
    };
    writer.wal_hook(Some(committed)).map_err(told)?;
    let shared = Arc::new(Shared::default());
    shared.shown.store(shown, Ordering::Relaxed);
    shared.newest.store(last_seq, Ordering::Relaxed);
    shared.indexed.store(indexed_seq, Ordering::Relaxed);
    shared.durable.store(durable, Ordering::Relaxed);
    let lock = Arc::new(lock);
    let (queue, jobs) = queue::queue(QUEUE_JOBS + QUEUE_SPARE);
    let (health, healthy) = HealthSender::new();
    let writer = Writer {
        session: Session {
            conn: writer,
            shown_by: 0,
            newest: last_seq,
            indexed: indexed_seq,
            gate,
        },
        jobs,
        shared: Arc::clone(&shared),
        health,
        backlog: Backlog::default(),
        maintenance: Maintenance::new(),
        durable,
        retry_at: Instant::now(),
        lock: Arc::clone(&lock),
    };
    let thread = std::thread::Builder::new().name("history-writer".to_owned());
    let thread = thread
        .spawn(move || writer.run())
        .map_err(|error| error.to_string())?;
    let first_deletion = i64::try_from(starts * DELETIONS_PER_START + 1).unwrap_or(1);
    Ok(Store {
        inner: Arc::new(Inner {
            path,
            lock: Mutex::new(Some(lock)),
            queue,
            room: Arc::new(Semaphore::new(QUEUE_KIB as usize)),
            shared,
            readers: Arc::new(readers),
            health: healthy,
            threads: Mutex::new(vec![thread, checkpoints]),
            starts,
            last_seq,
            deletions: AtomicI64::new(first_deletion),
        }),
    })
}
