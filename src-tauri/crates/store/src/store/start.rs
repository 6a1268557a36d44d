//! Starts the threads of an opened database.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use parking_lot::Mutex;
use tokio::sync::Semaphore;

use super::{Inner, QUEUE_JOBS, QUEUE_KIB, QUEUE_SPARE, Store};
use crate::age_clock::AgeClock;
use crate::backlog::Backlog;
use crate::checkpointer::{self, Log, WriteGate};
use crate::database_file::DatabaseFile;
use crate::documents::Documents;
use crate::health::HealthSender;
use crate::lock::DirLock;
use crate::maintenance::Maintenance;
use crate::open::{Opened, StoreOptions};
use crate::queue;
use crate::reader::Readers;
use crate::reserve::Reserve;
use crate::session::Session;
use crate::shared::Shared;
use crate::writer::Writer;

/// How many numbers of deletions each start of the app has.
const DELETIONS_PER_START: u64 = 1 << 24;

/// What all sides know of an opened database.
fn shared(opened: &Opened, options: &StoreOptions) -> Shared {
    let shared = Shared::default();
    shared.shown.store(opened.shown, Ordering::Relaxed);
    shared.newest.store(opened.newest, Ordering::Relaxed);
    shared.indexed.store(opened.indexed_seq, Ordering::Relaxed);
    shared
        .durable
        .store(options.synchronous_full, Ordering::Relaxed);
    shared
}

fn spawn(writer: Writer) -> Result<JoinHandle<()>, String> {
    let thread = std::thread::Builder::new().name("history-writer".to_owned());
    let spawned = thread.spawn(move || writer.run());
    spawned.map_err(|error| error.to_string())
}

/// The writer's connection with what it knows, and the directory's lock.
fn session(
    opened: Opened,
    log: Log,
    write_gate: WriteGate,
) -> rusqlite::Result<(Session, DirLock)> {
    let documents = Documents::read(&opened.writer)?;
    let session = Session {
        conn: opened.writer,
        shown_by: 0,
        newest: opened.newest,
        indexed: opened.indexed_seq,
        // What processes before this one left. Nothing writes pieces of their exchanges now.
        stale: vec![(0, opened.last_seq)],
        write_gate,
        log,
        has_pieces: opened.has_pieces,
        documents,
        changes_documents: false,
        rule_changes: Vec::new(),
        rescue: None,
    };
    Ok((session, opened.lock))
}

/// Starts the writer and the checkpointer. An error is what the system or SQLite said.
pub(super) fn start(mut opened: Opened, options: &StoreOptions) -> Result<Store, String> {
    let (starts, last_seq) = (opened.starts, opened.last_seq);
    let path = opened.path.clone();
    let text = |error: rusqlite::Error| error.to_string();
    let shared = Arc::new(shared(&opened, options));
    let readers = Arc::new(Readers::open(&path, Arc::clone(&shared.is_damaged)).map_err(text)?);
    let write_gate = WriteGate::default();
    let (log, checkpoints) = checkpointer::follow(
        &mut opened.writer,
        &path,
        write_gate.clone(),
        Arc::clone(&shared.is_damaged),
    )?;
    shared.threads.lock().push(checkpoints);
    let (queue, jobs) = queue::queue(QUEUE_JOBS + QUEUE_SPARE);
    let (health, health_receiver) = HealthSender::new(options.clock);
    let health = Arc::new(health);
    let newest_at = opened.newest_at;
    let (session, lock) = session(opened, log, write_gate).map_err(text)?;
    let lock = Arc::new(lock);
    let reserve = Arc::new(Reserve::of(&options.dir));
    let writer = Writer {
        session,
        jobs,
        shared: Arc::clone(&shared),
        health: Arc::clone(&health),
        backlog: Backlog::default(),
        maintenance: Maintenance::new(AgeClock::new(options.clock, newest_at)),
        durable: options.synchronous_full,
        retry_at: Instant::now(),
        lock: Arc::clone(&lock),
        file: DatabaseFile::opened(&path),
        reserve: Arc::clone(&reserve),
        readers: Arc::clone(&readers),
        options: options.clone(),
        starts,
    };
    let thread = spawn(writer)?;
    shared.threads.lock().push(thread);
    let first_deletion = i64::try_from(starts * DELETIONS_PER_START + 1).unwrap_or(1);
    let store = Store {
        inner: Arc::new(Inner {
            path,
            lock: Mutex::new(Some(lock)),
            queue,
            capacity: Arc::new(Semaphore::new(QUEUE_KIB as usize)),
            shared,
            readers,
            health: health_receiver,
            health_sender: health,
            reserve,
            starts,
            last_seq,
            next_deletion: AtomicI64::new(first_deletion),
        }),
    };
    wake_at_damage(&store);
    Ok(store)
}

/// Where a read meets damage the writer looks at once.
fn wake_at_damage(store: &Store) {
    let inner = Arc::downgrade(&store.inner);
    store.inner.readers.wake_at_damage(move || {
        if let Some(inner) = inner.upgrade() {
            Store { inner }.wake_writer();
        }
    });
}
