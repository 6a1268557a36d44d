//! The writer's connection and its transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::Connection;

use crate::checkpointer::{LONGEST_LOG_BYTES, WriteGate};
use crate::connection::PAGE_SIZE;

/// The connection, and the shared numbers as the present transaction leaves them.
pub(crate) struct Session {
    pub(crate) conn: Connection,
    /// How many more exchanges are shown after the transaction than before it.
    pub(crate) shown_by: i64,
    pub(crate) newest: u64,
    pub(crate) indexed: u64,
    /// Where stale pieces of bodies may lie: numbers of exchanges, both included.
    pub(crate) stale: Vec<(u64, u64)>,
    pub(crate) write_gate: WriteGate,
    /// The log's length in pages after the last commit.
    pub(crate) log_pages: Arc<AtomicI64>,
    /// Bodies may lie in pieces: there were some at the start, or some were written since.
    pub(crate) has_pieces: bool,
}

impl Session {
    /// Moves the log into the database where it has become too long. One that readers hold back
    /// grows on; what fails is for want of room, most likely.
    pub(crate) fn shorten_log(&self) -> rusqlite::Result<()> {
        if self.log_pages.load(Ordering::Relaxed) * PAGE_SIZE < LONGEST_LOG_BYTES {
            return Ok(());
        }
        let _stopped = self.write_gate.lock();
        self.conn
            .query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))?;
        // Until the next commit tells anew.
        self.log_pages.store(0, Ordering::Relaxed);
        Ok(())
    }

    /// Commits what the work does, or leaves the database and the numbers as they were.
    pub(crate) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let before = (self.newest, self.indexed);
        self.shown_by = 0;
        let write_gate = self.write_gate.clone();
        let _passed = write_gate.lock();
        self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let done = work(self).and_then(|done| {
            self.conn.prepare_cached("COMMIT")?.execute([])?;
            Ok(done)
        });
        if done.is_err() {
            (self.newest, self.indexed) = before;
            // SQLite has rolled back by itself after some errors.
            if !self.conn.is_autocommit() {
                self.conn.prepare_cached("ROLLBACK")?.execute([])?;
            }
        }
        done
    }
}
