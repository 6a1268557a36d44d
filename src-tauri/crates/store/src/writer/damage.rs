//! What the writer does about a database that another program overwrote or cut: it is set aside,
//! another one is begun in its place, and what can still be read is taken over.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::Writer;
use crate::convert::to_sql;
use crate::database_file::DatabaseFile;
use crate::documents::Documents;
use crate::error::{NotSaved, NotSavedKind};
use crate::maintenance::Step;
use crate::rescue::Rescue;
use crate::table::settings;
use crate::{checkpointer, open};

/// How long the first exchanges are taken over before anything else is written: what changes next
/// is most likely among them.
const FIRST_RESCUE: Duration = Duration::from_millis(300);

/// How long the rest is taken over while the history is being closed.
const LAST_RESCUE: Duration = Duration::from_secs(2);

impl Writer {
    /// A transaction failed.
    pub(super) fn failed(&self, error: &rusqlite::Error) {
        let not_saved = NotSaved::from(error);
        // An index that does not fit its texts is no damage of the file.
        let is_index =
            error.sqlite_extended_error_code() == Some(rusqlite::ffi::SQLITE_CORRUPT_VTAB);
        if not_saved.kind == NotSavedKind::Damaged && !is_index {
            self.shared.is_damaged.store(true, Ordering::Relaxed);
        }
        *self.shared.last_failure.lock() = Some(not_saved);
    }

    /// Begins another database where damage was noticed; whether there was any.
    pub(super) fn replace_if_damaged(&mut self) -> bool {
        if !self.shared.is_damaged.swap(false, Ordering::Relaxed) {
            return false;
        }
        match self.replace() {
            Ok(()) => {
                self.retry_at = Instant::now();
                self.health.file_is_back(self.backlog.is_empty());
                self.rescue_for(FIRST_RESCUE);
            }
            Err(detail) => {
                let why = NotSaved::new(NotSavedKind::Overwritten, detail);
                self.health.file_is_away(&why);
            }
        }
        true
    }

    /// An error is what the system or SQLite said; everything is as before then.
    fn replace(&mut self) -> Result<(), String> {
        let path = self.file.path().to_owned();
        let aside =
            open::set_aside(&path, self.options.clock).map_err(|error| error.to_string())?;
        match self.begin(&path) {
            Ok((conn, log)) => {
                tracing::error!(aside = %aside.display(), "the history was damaged while it was open");
                let mut old = std::mem::replace(&mut self.session.conn, conn);
                std::mem::replace(&mut self.session.log, log).abandon();
                if let Err(error) = checkpointer::unfollow(&mut old) {
                    tracing::warn!(%error, "the log of the damaged history is still followed");
                }
                let session = &mut self.session;
                session.rescue = Some(Rescue::new(old, &aside, session.newest));
                session.indexed = 0;
                session.stale.clear();
                self.shared.shown.store(0, Ordering::Relaxed);
                self.shared.indexed.store(0, Ordering::Relaxed);
                self.readers.reopen();
                // What reads of the old one found meanwhile.
                self.shared.is_damaged.store(false, Ordering::Relaxed);
                self.file = DatabaseFile::opened(&path);
                self.health.replaced(&aside, 0, true);
                Ok(())
            }
            Err(detail) => {
                if let Err(error) = open::put_back(&aside, &path) {
                    tracing::error!(%error, "the damaged history has no more its name");
                }
                Err(detail)
            }
        }
    }

    /// Makes a database with what stood beside the history, and its checkpointer.
    fn begin(&self, path: &std::path::Path) -> Result<(Connection, checkpointer::Log), String> {
        let mut conn = open::anew(path, &self.options).map_err(|error| error.to_string())?;
        let newest = self.session.newest;
        self.write_documents(&mut conn, newest)
            .map_err(|error| error.to_string())?;
        let gate = self.session.write_gate.clone();
        let (log, thread) =
            checkpointer::follow(&mut conn, path, gate, Arc::clone(&self.shared.is_damaged))?;
        self.shared.threads.lock().push(thread);
        Ok((conn, log))
    }

    fn write_documents(&self, conn: &mut Connection, newest: u64) -> rusqlite::Result<()> {
        let documents: &Documents = &self.session.documents;
        let written = conn.transaction()?;
        documents.write(&written)?;
        settings::raise(&written, settings::STARTS, to_sql(self.starts + 1))?;
        settings::raise(&written, settings::LAST_SEQ, to_sql(newest))?;
        written.commit()
    }

    fn rescue_for(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while self.session.rescue.is_some() && Instant::now() < until {
            let step = Step::Rescue {
                keep: *self.shared.retention.lock(),
                shown: self.shared.shown.load(Ordering::Relaxed),
            };
            let done = self.in_transaction(|session| step.take(session));
            self.rescued(matches!(done, Ok(true)));
            if done.is_err() {
                break;
            }
        }
    }

    /// A step of the rescue was taken.
    pub(super) fn rescued(&mut self, is_done: bool) {
        let Some(rescue) = &self.session.rescue else {
            return;
        };
        let taken = rescue.progress.taken;
        self.health.replaced(rescue.path(), taken, !is_done);
        if is_done {
            tracing::info!(
                taken,
                "of the damaged history, what can be read is taken over"
            );
            self.session.rescue = None;
        }
    }

    /// Looks at the log before it is written to.
    pub(super) fn replace_if_log_is_cut(&mut self) {
        if self.file.is_log_cut(self.session.log.pages()) && self.file.is_in_place() {
            self.shared.is_damaged.store(true, Ordering::Relaxed);
            self.replace_if_damaged();
        }
    }

    /// Before the history is closed: what is damaged is replaced, and what remains is taken over as
    /// far as there is time for it.
    pub(super) fn look_for_the_last_time(&mut self) {
        if self.file.is_in_place() {
            let is_damaged = self.file.is_overwritten() || self.file.is_log_gone();
            self.shared
                .is_damaged
                .fetch_or(is_damaged, Ordering::Relaxed);
            self.replace_if_log_is_cut();
            self.replace_if_damaged();
        }
        self.rescue_for(LAST_RESCUE);
    }
}
