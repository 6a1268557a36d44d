//! What the writer does about a database that another program changed. One that was moved or
//! deleted is written anew at the end. One that was overwritten or cut is set aside, another one is
//! begun in its place, and what can still be read is taken over.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::Writer;
use crate::checkpointer::Log;
use crate::convert::to_sql;
use crate::database_file::DatabaseFile;
use crate::documents::{DocumentRows, Documents};
use crate::error::{NotSaved, NotSavedKind};
use crate::health::{Damaged, Replaced};
use crate::maintenance::used_bytes;
use crate::rescue::{self, Noticed, Rescue, Taken};
use crate::session::Session;
use crate::table::settings;
use crate::types::Retention;
use crate::{aside, checkpointer, connection, notices, open, private_files};

/// How long the first exchanges are taken over before anything else is written: what changes next
/// is most likely among them.
const FIRST_RESCUE: Duration = Duration::from_millis(300);

/// Between two looks whether what stands beside the history can be read.
const CHECK_INTERVAL: Duration = Duration::from_secs(15);

/// How long the rest is taken over while the history is being closed.
const LAST_RESCUE: Duration = Duration::from_secs(2);

impl Writer {
    /// Writes the whole history anew where it was, if its file was moved or deleted. What has its
    /// place then is given another name beside it, and a notice tells.
    pub(super) fn restore_file(&self) {
        let is_displaced = self.file.is_displaced();
        if !is_displaced && !self.file.is_missing() {
            return;
        }
        let path = self.file.path();
        let other = is_displaced.then(|| aside::free_name(path, self.options.clock));
        if let Some(other) = &other {
            self.tell_of_displacement(other);
        }
        // Beside its place first: one that is half written is not opened by the next start.
        let copied = path.with_extension("sqlite3.new");
        let made = path.parent().map_or(Ok(()), private_files::make_dir);
        let restored = made.and_then(|()| private_files::make_file(&copied));
        let restored = restored.map_err(|error| error.to_string()).and_then(|()| {
            let name = copied.to_str().ok_or("its path is not UTF-8")?;
            let copy = self.session.conn.execute("VACUUM INTO ?1", [name]);
            copy.map_err(|error| error.to_string())?;
            let renamed = other.map_or(Ok(()), |other| aside::rename(path, &other));
            let renamed = renamed.and_then(|()| fs::rename(&copied, path));
            renamed.map_err(|error| error.to_string())
        });
        match restored {
            Ok(()) => tracing::warn!("the history was moved or deleted, and is written anew"),
            Err(error) => tracing::error!(%error, "the history was moved or deleted"),
        }
    }

    /// The history has the notice before it is copied.
    fn tell_of_displacement(&self, other: &Path) {
        let notice = Replaced {
            at: (self.options.clock)(),
            file: other.to_owned(),
            damaged: Damaged::Displaced,
            rescued: 0,
            unread: 0,
            may_miss_more: false,
            goes_on: false,
            lost: Vec::new(),
        };
        if let Err(error) = notices::keep(&self.session.conn, &notice) {
            tracing::error!(%error, "no notice tells of the file in the history's place");
        }
    }

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

    /// What is told of the damage. What another program does to the header, the length or the log
    /// of an open file shows; what a read meets may have been there before.
    fn noticed(&mut self) -> Noticed {
        let is_overwritten = self.is_known_sound
            || self.file.is_overwritten()
            || self.file.is_log_gone()
            || self.file.is_log_cut(self.session.log.pages());
        Noticed {
            at: (self.options.clock)(),
            at_start: false,
            damaged: match is_overwritten {
                true => Damaged::Overwritten,
                false => Damaged::File,
            },
            lost: Vec::new(),
            may_miss_more: false,
        }
    }

    /// An error is what the system or SQLite said; everything is as before then.
    fn replace(&mut self) -> Result<(), String> {
        let path = self.file.path().to_owned();
        let noticed = self.noticed();
        let aside =
            aside::set_aside(&path, self.options.clock).map_err(|error| error.to_string())?;
        match self.begin(&path, &aside, &noticed) {
            Ok((conn, log, checkpoints)) => {
                aside::repaired(&path);
                tracing::error!(aside = %aside.display(), "the history was damaged while it was open");
                let mut old = std::mem::replace(&mut self.session.conn, conn);
                std::mem::replace(&mut self.session.log, log).abandon();
                let before = std::mem::replace(&mut self.checkpoints, checkpoints);
                self.shared.threads.lock().push(before);
                if let Err(error) = checkpointer::unfollow(&mut old) {
                    tracing::warn!(%error, "the log of the damaged history is still followed");
                }
                let session = &mut self.session;
                let of = (&*aside, session.newest);
                let rescue = Rescue::new(Some(old), &session.conn, of, noticed);
                self.health.replaced(rescue.replaced(true));
                session.rescue = Some(rescue);
                (session.indexed, session.grouped) = (0, 0);
                session.stale.clear();
                self.shared.shown.store(0, Ordering::Relaxed);
                self.shared.indexed.store(0, Ordering::Relaxed);
                self.readers.reopen();
                // Some may be lost; the table tells.
                self.shared.last_turns.forget();
                // What reads of the old one found meanwhile.
                self.shared.is_damaged.store(false, Ordering::Relaxed);
                self.file = DatabaseFile::opened(&path);
                self.is_known_sound = true;
                Ok(())
            }
            Err(detail) => {
                if let Err(error) = aside::put_back(&aside, &path) {
                    tracing::error!(%error, "the damaged history has no more its name");
                }
                Err(detail)
            }
        }
    }

    /// Makes a database with what stood beside the history, and its checkpointer.
    fn begin(
        &self,
        path: &Path,
        aside: &Path,
        noticed: &Noticed,
    ) -> Result<(Connection, Log, JoinHandle<()>), String> {
        let newest = self.session.newest;
        let (mut conn, ()) = open::anew(path, &self.options, |conn| {
            self.session.documents.write(conn)?;
            settings::raise(conn, settings::STARTS, to_sql(self.starts + 1))?;
            settings::raise(conn, settings::LAST_SEQ, to_sql(newest))?;
            rescue::written_down(conn, (aside, newest), noticed)
        })
        .map_err(|failure| failure.refusal(&self.options.dir).to_string())?;
        let gate = self.session.write_gate.clone();
        let (log, thread) =
            checkpointer::follow(&mut conn, path, gate, Arc::clone(&self.shared.is_damaged))?;
        Ok((conn, log, thread))
    }

    /// Whether what stands beside the history cannot be read any more: it is in memory yet. A
    /// connection of its own has no page in its cache.
    pub(super) fn are_documents_damaged(&mut self) -> bool {
        let since = self.checked_at.map(|checked| checked.elapsed());
        if since.is_some_and(|since| since < CHECK_INTERVAL) {
            return false;
        }
        self.checked_at = Some(Instant::now());
        is_damaged(connection::reader(self.file.path()).and_then(|conn| DocumentRows::read(&conn)))
    }

    /// Takes over what is asked for first, before anything else is done.
    pub(crate) fn take_over_the_newest(&mut self) {
        if self.session.rescue.is_some() {
            self.rescue_for(FIRST_RESCUE);
        }
    }

    /// Takes over what it can in that time, a step at least.
    fn rescue_for(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while self.rescue_step() == Some(false) && Instant::now() < until {}
    }

    /// Takes a step of the rescue; whether nothing remains. `None`: it has to wait.
    pub(super) fn rescue_step(&mut self) -> Option<bool> {
        if self.session.rescue.is_none() {
            return Some(true);
        }
        // What was there before must not take the room of what comes.
        if !self.reserve.leaves_room() {
            return None;
        }
        let keep = *self.shared.retention.lock();
        let shown = self.shared.shown.load(Ordering::Relaxed);
        let done = self.in_transaction(|session| rescue(session, &keep, shown));
        if let Err(error) = &done {
            tracing::warn!(%error, "of the damaged history nothing can be taken over now");
        }
        let done = done.ok()?;
        self.shared.last_turns.taken_over(&done.exchanges);
        let is_done = done.is_done;
        let rescue = self.session.rescue.as_ref()?;
        let taken = rescue.progress.taken;
        rescue.tell(&self.health, !is_done);
        if is_done {
            tracing::info!(
                taken,
                "what can be read of the damaged history is taken over"
            );
            if let Some(rescue) = self.session.rescue.take() {
                rescue.end();
            }
        }
        Some(is_done)
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
            let documents =
                connection::reader(self.file.path()).and_then(|conn| Documents::read(&conn));
            let is_damaged =
                self.file.is_overwritten() || self.file.is_log_gone() || is_damaged(documents);
            self.shared
                .is_damaged
                .fetch_or(is_damaged, Ordering::Relaxed);
            self.replace_if_log_is_cut();
            self.replace_if_damaged();
        }
        self.rescue_for(LAST_RESCUE);
    }
}

/// Whether something was read that no sound database holds.
fn is_damaged<T>(read: rusqlite::Result<T>) -> bool {
    read.is_err_and(|error| NotSaved::from(&error).kind == NotSavedKind::Damaged)
}

/// Takes over some exchanges, as far as they may be stored.
fn rescue(session: &mut Session, keep: &Retention, shown: u64) -> rusqlite::Result<Taken> {
    let indexed = session.indexed;
    // Older ones would be removed again, but for those that are pinned.
    let is_full = shown >= keep.exchanges || used_bytes(&session.conn)? >= keep.bytes;
    let Some(rescue) = &mut session.rescue else {
        return Ok(Taken::default());
    };
    let taken = rescue.step(&session.conn, indexed, is_full)?;
    rescue.store(&session.conn, taken.is_done)?;
    session.shown_by += taken.shown;
    session.has_pieces |= taken.has_pieces;
    let stale = taken.stale.iter().map(|seq| (*seq, *seq));
    session.stale.extend(stale);
    Ok(taken)
}
