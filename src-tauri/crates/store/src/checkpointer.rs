//! Moves the write-ahead log into the database on a thread and a connection of its own, so that
//! the writer never waits for the disk's `fsync`.
//!
//! A passive checkpoint blocks no transaction but cannot restart the log while commits go on.
//! Where the log has grown long in spite of it, the writer is stopped by a lock for a restarting
//! one, which then moves only the few pages since the passive ones. The lock is a mutex because
//! SQLite waits for its own lock by sleeping, ten milliseconds and more at a time.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use rusqlite::Connection;
use rusqlite::hooks::Wal;

use crate::connection::{self, PAGE_SIZE};
use crate::database_file::DatabaseFile;

/// A passive checkpoint for each this many bytes of log.
const PASSIVE_BYTES: i64 = 2 * 1024 * 1024;

/// A restarting one when the log has this many bytes. How long it stops the writer grows with the
/// log (12 ms at 32 MiB, 3 ms at 4 MiB, both at 16,000 inserts a second), and how often it does
/// shrinks with it: the sum stays, so short stops are the better ones for whoever waits.
const RESTART_BYTES: i64 = 4 * 1024 * 1024;

/// Passive ones before a restarting one at most, until no more than [`REMAINING_BYTES`] remain for
/// it.
const PASSES: usize = 3;

/// What may remain to be moved while the writer stands.
const REMAINING_BYTES: i64 = 128 * 1024;

/// The writer writes nothing more into a log of this length before it has moved it itself: the room
/// that is kept for a full disk (`reserve.rs`) must hold the log. Twice what the checkpointer lets
/// it become, so that only one that gets no processor is waited for.
pub(crate) const LONGEST_LOG_BYTES: i64 = 8 * 1024 * 1024;

/// Held by the writer for each transaction, and by the checkpointer to stop it.
pub(crate) type WriteGate = Arc<Mutex<()>>;

/// The log of a database, as its writer knows it.
#[derive(Clone, Default)]
pub(crate) struct Log {
    /// Its length in pages after the last commit.
    pages: Arc<AtomicI64>,
    /// The database was damaged, and another one has its place.
    is_abandoned: Arc<AtomicBool>,
}

impl Log {
    pub(crate) fn pages(&self) -> i64 {
        self.pages.load(Ordering::Relaxed)
    }

    /// It was begun anew: until the next commit tells.
    pub(crate) fn restarted(&self) {
        self.pages.store(0, Ordering::Relaxed);
    }

    /// Nothing is moved into the database any more, not at the end either.
    pub(crate) fn abandon(&self) {
        self.is_abandoned.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.is_abandoned.load(Ordering::Relaxed)
    }
}

/// The writer's end: passes on how long the log is.
struct LogGauge {
    log: Log,
    nudge: SyncSender<()>,
    nudged_at: i64,
}

/// Starts the thread for a database and its writer, which tells it after each commit how long the
/// log is. It ends when the writer is closed or [unfollowed](unfollow). An error is what the
/// system or SQLite said.
pub(crate) fn follow(
    writer: &mut Connection,
    path: &Path,
    write_gate: WriteGate,
    is_damaged: Arc<AtomicBool>,
) -> Result<(Log, JoinHandle<()>), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let conn = connection::checkpointer(path).map_err(text)?;
    let log = Log::default();
    let (nudge, nudges) = sync_channel(1);
    let mut gauge = LogGauge {
        log: log.clone(),
        nudge,
        nudged_at: 0,
    };
    let mut database = Database {
        conn,
        file: DatabaseFile::opened(path),
        is_damaged,
    };
    let of_thread = log.clone();
    let thread = std::thread::Builder::new()
        .name("history-checkpoints".to_owned())
        .spawn(move || run(&mut database, &nudges, &of_thread, &write_gate))
        .map_err(|error| error.to_string())?;
    let committed = move |_: &mut Wal, pages: std::ffi::c_int| {
        gauge.committed(i64::from(pages));
        Ok(())
    };
    writer.wal_hook(Some(committed)).map_err(text)?;
    Ok((log, thread))
}

/// Ends the thread of a writer that goes on reading.
pub(crate) fn unfollow(writer: &mut Connection) -> rusqlite::Result<()> {
    writer.wal_hook(Some(|_: &mut Wal, _: std::ffi::c_int| Ok(())))
}

impl LogGauge {
    /// Called after each commit with the log's length in pages.
    fn committed(&mut self, pages: i64) {
        self.log.pages.store(pages, Ordering::Relaxed);
        if pages < self.nudged_at {
            self.nudged_at = 0;
        }
        if (pages - self.nudged_at) * PAGE_SIZE >= PASSIVE_BYTES {
            self.nudged_at = pages;
            // Full means that a checkpoint is about to begin anyway.
            let _ = self.nudge.try_send(());
        }
    }
}

/// What checkpoints are made in.
struct Database {
    conn: Connection,
    file: DatabaseFile,
    is_damaged: Arc<AtomicBool>,
}

fn run(database: &mut Database, nudges: &Receiver<()>, log: &Log, write_gate: &WriteGate) {
    while nudges.recv().is_ok() && !log.is_abandoned() {
        database.checkpoint("PASSIVE");
        if log.pages() * PAGE_SIZE >= RESTART_BYTES {
            // What was added meanwhile, so that little is left for while the writer waits.
            for _ in 0..PASSES {
                let moved = database.checkpoint("PASSIVE");
                if (log.pages() - moved) * PAGE_SIZE <= REMAINING_BYTES {
                    break;
                }
            }
            let _stopped = write_gate.lock();
            database.checkpoint("RESTART");
        }
    }
    if log.is_abandoned() {
        connection::detach(&database.conn);
    }
}

impl Database {
    /// Runs one and gives how many pages of the log are moved by now. Nothing is moved into a file
    /// that was overwritten: the log is what remains of it.
    fn checkpoint(&mut self, mode: &str) -> i64 {
        /// The column of `PRAGMA wal_checkpoint` that counts the pages moved.
        const MOVED: usize = 2;
        if self.is_overwritten() {
            return 0;
        }
        let pragma = format!("PRAGMA wal_checkpoint({mode})");
        let done = self.conn.query_row(&pragma, [], |row| row.get(MOVED));
        // How long it is now.
        self.is_overwritten();
        match done {
            Ok(moved) => moved,
            Err(error) => {
                // The next one tries again; the writer notices by itself when the disk is full.
                tracing::warn!(%error, mode, "a checkpoint failed");
                0
            }
        }
    }

    fn is_overwritten(&mut self) -> bool {
        let is_overwritten = self.file.is_overwritten();
        self.is_damaged.fetch_or(is_overwritten, Ordering::Relaxed);
        is_overwritten
    }
}
