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
use crate::grouping::Proved;
use crate::health::HealthSender;
use crate::maintenance::Maintenance;
use crate::open::{Begun, Database, Opened, StoreOptions};
use crate::queue;
use crate::reader::Readers;
use crate::rescue::Rescue;
use crate::reserve::Reserve;
use crate::session::Session;
use crate::shared::Shared;
use crate::writer::Writer;

/// How many numbers of deletions each start of the app has.
const DELETIONS_PER_START: u64 = 1 << 24;

/// What all sides know of an opened database.
fn shared(begun: &Begun, options: &StoreOptions) -> Shared {
    let shared = Shared::default();
    shared.shown.store(begun.shown, Ordering::Relaxed);
    shared.newest.store(begun.newest, Ordering::Relaxed);
    shared.indexed.store(begun.indexed_seq, Ordering::Relaxed);
    shared
        .durable
        .store(options.synchronous_full, Ordering::Relaxed);
    shared
}

fn spawn(mut writer: Writer) -> Result<JoinHandle<()>, String> {
    // Whoever asks first finds the newest.
    writer.take_over_the_newest();
    let thread = std::thread::Builder::new().name("history-writer".to_owned());
    let spawned = thread.spawn(move || writer.run());
    spawned.map_err(|error| error.to_string())
}

/// The writer's connection with what it knows.
fn session(database: Database, rescue: Option<Rescue>, log: Log, write_gate: WriteGate) -> Session {
    let begun = database.begun;
    Session {
        conn: database.writer,
        shown_by: 0,
        newest: begun.newest,
        indexed: begun.indexed_seq,
        grouped: begun.grouped_seq,
        proved: Proved {
            since: begun.last_seq,
            summaries: Vec::new(),
        },
        // What processes before this one left. Nothing writes pieces of their exchanges now.
        stale: vec![(0, begun.last_seq)],
        write_gate,
        log,
        has_pieces: begun.has_pieces,
        documents: database.documents,
        changes_documents: false,
        rule_changes: Vec::new(),
        rescue,
    }
}

/// Starts the writer and the checkpointer. An error is what the system or SQLite said.
pub(super) fn start(opened: Opened, options: &StoreOptions) -> Result<Store, String> {
    let (path, mut database) = (opened.path, opened.database);
    let (starts, last_seq) = (database.begun.starts, database.begun.last_seq);
    let newest_at = database.begun.newest_at;
    let is_known_sound = database.is_known_sound;
    let text = |error: rusqlite::Error| error.to_string();
    let shared = Arc::new(shared(&database.begun, options));
    let damaged = Arc::clone(&shared.is_damaged);
    let readers = Arc::new(Readers::open(&path, Arc::clone(&damaged)).map_err(text)?);
    let write_gate = WriteGate::default();
    let (log, checkpoints) =
        checkpointer::follow(&mut database.writer, &path, write_gate.clone(), damaged)?;
    let (queue, jobs) = queue::queue(QUEUE_JOBS + QUEUE_SPARE);
    let set_aside = opened.set_aside.map(|aside| (aside.found, aside.rescue));
    let (found, rescue) = set_aside.unwrap_or_default();
    let (health, health_receiver) = HealthSender::new(options.clock, found, opened.earlier);
    let health = Arc::new(health);
    let session = session(database, rescue, log, write_gate);
    let lock = Arc::new(opened.lock);
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
        checkpoints,
        starts,
        checked_at: None,
        is_known_sound,
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
