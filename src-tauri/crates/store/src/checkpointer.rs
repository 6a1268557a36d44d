//! Moves the write-ahead log into the database on a thread and a connection of its own, so that
//! the writer never waits for the disk's `fsync`.
//!
//! A passive checkpoint disturbs nobody but cannot start the log anew while commits go on. Where
//! the log has grown long in spite of it, a restarting one follows at once: it takes the writer's
//! lock, but then only the few pages since the passive one are left to move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use crate::connection::{LOG_KEPT_BYTES, PAGE_SIZE};

/// A passive checkpoint for each this many bytes of log.
const PASSIVE_BYTES: i64 = 4 * 1024 * 1024;

/// The writer's end: tells the checkpointer how long the log is.
pub(crate) struct LogGauge {
    pages: Arc<AtomicI64>,
    nudge: SyncSender<()>,
    nudged_at: i64,
}

/// Starts the thread. It ends when the gauge is gone.
pub(crate) fn start(conn: Connection) -> std::io::Result<(LogGauge, JoinHandle<()>)> {
    let pages = Arc::new(AtomicI64::new(0));
    let (nudge, nudges) = sync_channel(1);
    let gauge = LogGauge {
        pages: Arc::clone(&pages),
        nudge,
        nudged_at: 0,
    };
    let thread = std::thread::Builder::new()
        .name("history-checkpoints".to_owned())
        .spawn(move || run(&conn, &nudges, &pages))?;
    Ok((gauge, thread))
}

impl LogGauge {
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

fn run(conn: &Connection, nudges: &Receiver<()>, pages: &AtomicI64) {
    while nudges.recv().is_ok() {
        checkpoint(conn, "PASSIVE");
        if pages.load(Ordering::Relaxed) * PAGE_SIZE >= LOG_KEPT_BYTES {
            checkpoint(conn, "RESTART");
        }
    }
}

fn checkpoint(conn: &Connection, mode: &str) {
    let done = conn.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()));
    if let Err(error) = done {
        // The next one tries again; the writer notices by itself when the disk is full.
        tracing::warn!(%error, mode, "a checkpoint failed");
    }
}
