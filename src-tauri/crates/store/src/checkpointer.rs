//! Moves the write-ahead log into the database on a thread and a connection of its own, so that
//! the writer never waits for the disk's `fsync`.
//!
//! A passive checkpoint blocks no transaction but cannot restart the log while commits go on.
//! Where the log has grown long in spite of it, the writer is stopped by a lock for a restarting
//! one, which then moves only the few pages since the passive ones. The lock is a mutex because
//! SQLite waits for its own lock by sleeping, ten milliseconds and more at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use rusqlite::Connection;

use crate::connection::PAGE_SIZE;

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

/// The writer's end: passes on how long the log is.
pub(crate) struct LogGauge {
    pages: Arc<AtomicI64>,
    nudge: SyncSender<()>,
    nudged_at: i64,
}

/// Starts the thread. It ends when the gauge is dropped.
pub(crate) fn start(
    conn: Connection,
    write_gate: WriteGate,
) -> std::io::Result<(LogGauge, JoinHandle<()>)> {
    let pages = Arc::new(AtomicI64::new(0));
    let (nudge, nudges) = sync_channel(1);
    let gauge = LogGauge {
        pages: Arc::clone(&pages),
        nudge,
        nudged_at: 0,
    };
    let thread = std::thread::Builder::new()
        .name("history-checkpoints".to_owned())
        .spawn(move || run(&conn, &nudges, &pages, &write_gate))?;
    Ok((gauge, thread))
}

impl LogGauge {
    /// The log's length in pages after the last commit, as it stands from moment to moment.
    pub(crate) fn pages(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.pages)
    }

    /// Called after each commit with the log's length in pages.
    pub(crate) fn committed(&mut self, pages: i64) {
        self.pages.store(pages, Ordering::Relaxed);
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

fn run(conn: &Connection, nudges: &Receiver<()>, pages: &AtomicI64, write_gate: &WriteGate) {
    while nudges.recv().is_ok() {
        checkpoint(conn, "PASSIVE");
        if pages.load(Ordering::Relaxed) * PAGE_SIZE >= RESTART_BYTES {
            // What was added meanwhile, so that little is left for while the writer waits.
            for _ in 0..PASSES {
                let moved = checkpoint(conn, "PASSIVE");
                if (pages.load(Ordering::Relaxed) - moved) * PAGE_SIZE <= REMAINING_BYTES {
                    break;
                }
            }
            let _stopped = write_gate.lock();
            checkpoint(conn, "RESTART");
        }
    }
}

/// Runs one and gives how many pages of the log are moved by now.
fn checkpoint(conn: &Connection, mode: &str) -> i64 {
    /// The column of `PRAGMA wal_checkpoint` that counts the pages moved.
    const MOVED: usize = 2;
    let pragma = format!("PRAGMA wal_checkpoint({mode})");
    match conn.query_row(&pragma, [], |row| row.get(MOVED)) {
        Ok(moved) => moved,
        Err(error) => {
            // The next one tries again; the writer notices by itself when the disk is full.
            tracing::warn!(%error, mode, "a checkpoint failed");
            0
        }
    }
}
