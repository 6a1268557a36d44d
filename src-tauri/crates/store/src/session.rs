//! The writer's connection and its transactions.

use std::time::Duration;

use rusqlite::Connection;

use crate::checkpointer::{LONGEST_LOG_BYTES, Log, WriteGate};
use crate::connection::PAGE_SIZE;
use crate::documents::{DocumentRows, Documents, RuleChange};
use crate::grouping::{self, Proved};
use crate::rescue::Rescue;

/// The connection, and the shared numbers as the present transaction leaves them.
pub(crate) struct Session {
    pub(crate) conn: Connection,
    /// How many more exchanges are shown after the transaction than before it.
    pub(crate) shown_by: i64,
    pub(crate) newest: u64,
    pub(crate) indexed: u64,
    /// Every exchange up to this number is in its conversation.
    pub(crate) grouped: u64,
    /// Turns of which the present transaction has found something else.
    pub(crate) proved: Proved,
    /// Where stale pieces of bodies may lie: numbers of exchanges, both included.
    pub(crate) stale: Vec<(u64, u64)>,
    pub(crate) write_gate: WriteGate,
    pub(crate) log: Log,
    /// Bodies may lie in pieces: there were some at the start, or some were written since.
    pub(crate) has_pieces: bool,
    /// As they were committed last.
    pub(crate) documents: Documents,
    /// The present transaction has changed their rows.
    pub(crate) changes_documents: bool,
    /// What the present transaction has changed of what rules remember.
    pub(crate) rule_changes: Vec<RuleChange>,
    /// What remains to be taken over from a damaged database.
    pub(crate) rescue: Option<Rescue>,
}

impl Session {
    /// Whether the log has become too long.
    pub(crate) fn is_log_long(&self) -> bool {
        self.log.pages() * PAGE_SIZE >= LONGEST_LOG_BYTES
    }

    /// Moves the log into the database where it has become too long. One that readers hold back
    /// grows on; what fails is for want of room, most likely.
    pub(crate) fn shorten_log(&self) -> rusqlite::Result<()> {
        if !self.is_log_long() {
            return Ok(());
        }
        let _stopped = self.write_gate.lock();
        self.conn
            .query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))?;
        self.log.restarted();
        Ok(())
    }

    /// Puts a few more turns into their conversations; whether all are.
    pub(crate) fn group(&mut self, gap: Duration) -> rusqlite::Result<bool> {
        let step = grouping::step(&self.conn, self.grouped, gap, &mut self.proved)?;
        self.grouped = step.grouped;
        Ok(step.done)
    }

    /// Commits what the work does, or leaves the database and the numbers as they were.
    pub(crate) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let before = (self.newest, self.indexed, self.grouped);
        let rescued = self.rescue.as_ref().map(|rescue| rescue.progress);
        self.shown_by = 0;
        self.changes_documents = false;
        self.rule_changes.clear();
        self.proved.summaries.clear();
        let write_gate = self.write_gate.clone();
        let _passed = write_gate.lock();
        self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let done = work(self).and_then(|done| {
            // What cannot be read back is not committed: it would be lost with the file.
            let rows = match self.changes_documents {
                true => Some(DocumentRows::read(&self.conn)?),
                false => None,
            };
            self.conn.prepare_cached("COMMIT")?.execute([])?;
            self.documents
                .committed(rows, std::mem::take(&mut self.rule_changes));
            Ok(done)
        });
        if done.is_err() {
            (self.newest, self.indexed, self.grouped) = before;
            if let Some((rescue, before)) = self.rescue.as_mut().zip(rescued) {
                rescue.progress = before;
            }
            // SQLite has rolled back by itself after some errors.
            if !self.conn.is_autocommit() {
                self.conn.prepare_cached("ROLLBACK")?.execute([])?;
            }
        }
        done
    }
}
