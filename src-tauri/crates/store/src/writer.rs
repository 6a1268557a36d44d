//! The writer: one thread, one connection, every change.
//!
//! Whatever waits when it looks shares one transaction, and all callers are answered after its
//! commit: one caller alone pays one short commit, many callers share it. Where a commit fails,
//! callers get an error at once, exchanges go to the backlog, and every second it is tried again.

mod damage;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use protocol::{Micros, Summary};

use crate::backlog::Backlog;
use crate::checkpointer;
use crate::connection;
use crate::database_file::DatabaseFile;
use crate::error::{self, NotSaved, NotSavedKind};
use crate::health::HealthSender;
use crate::job::{AfterCommit, Job, OtherWork, Pending, Queued};
use crate::lock::DirLock;
use crate::maintenance::{Maintenance, Step};
use crate::open::StoreOptions;
use crate::queue::{GROUP, Receiver, Woken};
use crate::reader::Readers;
use crate::record;
use crate::reserve::Reserve;
use crate::session::Session;
use crate::shared::Shared;

/// Between two attempts while writing fails.
const RETRY: Duration = Duration::from_secs(1);

/// What came of one job in a transaction.
enum Outcome {
    Inserted(Option<Micros>),
    Updated(Box<Option<Summary>>),
    Other(AfterCommit),
    /// This one cannot be stored, whatever the disk does.
    Refused(NotSaved),
    Nothing,
}

/// The thread's state.
pub(crate) struct Writer {
    pub(crate) session: Session,
    pub(crate) jobs: Receiver,
    pub(crate) shared: Arc<Shared>,
    pub(crate) health: Arc<HealthSender>,
    pub(crate) backlog: Backlog,
    pub(crate) maintenance: Maintenance,
    pub(crate) durable: bool,
    pub(crate) retry_at: Instant,
    pub(crate) lock: Arc<DirLock>,
    pub(crate) file: DatabaseFile,
    pub(crate) reserve: Arc<Reserve>,
    pub(crate) readers: Arc<Readers>,
    pub(crate) options: StoreOptions,
    /// The checkpointer's thread.
    pub(crate) checkpoints: JoinHandle<()>,
    /// How many times the history was opened before.
    pub(crate) starts: u64,
    /// When it was looked whether what stands beside the history can be read.
    pub(crate) checked_at: Option<Instant>,
    /// All pages of the database were sound when it was opened.
    pub(crate) is_known_sound: bool,
}

impl Writer {
    /// Works until a job closes it, or until all senders of jobs are dropped.
    pub(crate) fn run(mut self) {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            let due = self.due();
            match self.jobs.take(&mut group, due) {
                Woken::Jobs => {}
                Woken::Due => {
                    self.retry_when_due();
                    self.maintain(true);
                    continue;
                }
                Woken::Closed => break,
            }
            let close = group.iter().any(|queued| matches!(queued.job, Job::Close));
            // Before the replies: a caller that waits for idleness waits for what follows them too.
            self.maintenance.worked(group.len(), &self.shared);
            self.write(&mut group);
            self.replace_if_damaged();
            if close {
                break;
            }
            self.retry_when_due();
            self.maintain(false);
        }
        self.finish(group);
    }

    /// When something else than a job is due.
    fn due(&self) -> Instant {
        let due = self.maintenance.due();
        if self.backlog.is_empty() {
            due
        } else {
            due.min(self.retry_at)
        }
    }

    /// Writes a group and answers everybody in it.
    fn write(&mut self, group: &mut Vec<Queued>) {
        // What waits is older: exchanges queue behind it, so that their order stays.
        self.replace_if_log_is_cut();
        if self.backlog.is_empty()
            && self.shorten_log().is_ok()
            && let Ok(outcomes) = self.transact(group)
        {
            // One too large to wait leaves nothing to try again, and yet writing works.
            self.health.recovered();
            return self.reply_all(group, outcomes);
        }
        self.defer(group);
    }

    /// Keeps the log within what the reserve can hold.
    fn shorten_log(&mut self) -> rusqlite::Result<()> {
        if self.session.is_log_long() && self.file.is_overwritten() {
            self.shared.is_damaged.store(true, Ordering::Relaxed);
            self.replace_if_damaged();
        }
        let done = self.session.shorten_log();
        if let Err(error) = &done {
            self.failed(error);
        }
        done
    }

    /// One transaction for the group; in it, nobody is answered yet. `Err`: nothing was written.
    fn transact(&mut self, group: &mut [Queued]) -> rusqlite::Result<Vec<Outcome>> {
        self.in_transaction(|session| {
            group
                .iter_mut()
                .map(|queued| work(session, &mut queued.job))
                .collect()
        })
    }

    /// Commits what the work does, or leaves everything as it was.
    fn in_transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Session) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.follow_durability()?;
        let done = self.session.transaction(work);
        match &done {
            Ok(_) => self.shared.publish(&mut self.session),
            Err(error) => self.failed(error),
        }
        done
    }

    fn follow_durability(&mut self) -> rusqlite::Result<()> {
        let durable = self.shared.durable.load(Ordering::Relaxed);
        if durable != self.durable {
            connection::set_durable(&self.session.conn, durable)?;
            self.durable = durable;
        }
        Ok(())
    }

    /// Puts the exchanges into the backlog and answers every caller that nothing was saved.
    fn defer(&mut self, group: &mut Vec<Queued>) {
        let not_saved = self.shared.failure();
        if self.backlog.is_empty() {
            tracing::error!(reason = %not_saved, "the history cannot be written");
            self.retry_at = Instant::now() + RETRY;
        }
        let (mut inserts, mut updates, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for queued in group.drain(..) {
            match queued.job {
                Job::Insert(mut row, reply) => {
                    row.clock.stop();
                    self.put_off(Pending::Insert(row));
                    inserts.push(reply);
                }
                Job::Update(mut change, reply) => {
                    if let Some(clock) = &mut change.change.clock {
                        clock.stop();
                    }
                    self.put_off(Pending::Update(change));
                    updates.push(reply);
                }
                // One that ran in the failed transaction is spent: the reply that was dropped with
                // it answered its caller. One that has not run is tried alone: deleting makes room.
                Job::Other(_) => others.push(queued),
                Job::Close => {}
            }
        }
        // A setting or a bot that was not saved is no fault of the history.
        if !(inserts.is_empty() && updates.is_empty()) {
            self.health.failed(&not_saved);
        }
        self.health.backlog(self.backlog.len(), self.backlog.lost());
        // Last, so that a caller who has the error finds the health as it is.
        for reply in inserts {
            drop(reply.send(Err(not_saved.clone())));
        }
        for reply in updates {
            drop(reply.send(Err(not_saved.clone())));
        }
        for mut other in others {
            if let Ok(outcomes) = self.transact(std::slice::from_mut(&mut other)) {
                self.reply_all(&mut vec![other], outcomes);
            }
        }
    }

    /// Puts one into the backlog. What does not fit is lost, and pieces of its bodies belong
    /// to nothing then.
    fn put_off(&mut self, pending: Pending) {
        if let Err(Pending::Insert(lost)) = self.backlog.push(pending)
            && lost.has_pieces()
        {
            let seq = lost.summary.seq;
            self.session.stale.push((seq, seq));
        }
    }

    /// Answers every caller of a group.
    fn reply_all(&self, group: &mut Vec<Queued>, outcomes: Vec<Outcome>) {
        for (queued, outcome) in group.drain(..).zip(outcomes) {
            match (queued.job, outcome) {
                (Job::Insert(row, reply), Outcome::Inserted(ended)) => {
                    self.shared.last_turns.recorded(&row.summary);
                    drop(reply.send(Ok(ended)));
                }
                (Job::Update(_, reply), Outcome::Updated(summary)) => {
                    drop(reply.send(Ok(*summary)));
                }
                (Job::Insert(_, reply), Outcome::Refused(why)) => drop(reply.send(Err(why))),
                (Job::Update(_, reply), Outcome::Refused(why)) => drop(reply.send(Err(why))),
                (_, Outcome::Other(after_commit)) => after_commit(),
                _ => {}
            }
        }
    }

    fn retry_when_due(&mut self) {
        // What was deleted to make room is purged first: what waits would take the last of it.
        let makes_room = self.shared.makes_room.load(Ordering::Relaxed);
        if !makes_room && !self.backlog.is_empty() && Instant::now() >= self.retry_at {
            self.retry();
        }
    }

    /// Writes what waits, in order, until it is all written or the next failure.
    fn retry(&mut self) {
        while !self.backlog.is_empty() {
            let mut backlog = std::mem::take(&mut self.backlog);
            let first = backlog.first(GROUP);
            let many = first.len();
            let done = self.shorten_log().and_then(|()| {
                self.in_transaction(|session| {
                    first
                        .iter()
                        .try_for_each(|pending| record::write_again(session, pending))
                })
            });
            if done.is_ok() {
                for pending in backlog.first(many) {
                    if let Pending::Insert(row) = pending {
                        self.shared.last_turns.recorded(&row.summary);
                    }
                }
                backlog.written(many);
            }
            self.backlog = backlog;
            if let Err(error) = done {
                self.health.failed(&NotSaved::from(&error));
                self.retry_at = Instant::now() + RETRY;
                break;
            }
        }
        self.health.backlog(self.backlog.len(), self.backlog.lost());
        if self.backlog.is_empty() {
            tracing::info!("the history is written again");
            self.health.recovered();
        }
    }

    /// A little of what can wait, when there is time for it.
    fn maintain(&mut self, idle: bool) {
        let Some(step) = self
            .maintenance
            .next(idle, !self.backlog.is_empty(), &self.shared)
        else {
            return;
        };
        if matches!(step, Step::Look) {
            self.look_for_the_file();
        }
        if matches!(step, Step::Rescue) {
            let done = self.rescue_step();
            return self
                .maintenance
                .taken(&step, done.unwrap_or(true), &self.shared);
        }
        let done = self.in_transaction(|session| step.take(session));
        let mut has_room_again = false;
        let mut is_full = false;
        if let Err(error) = &done {
            tracing::warn!(%error, "maintenance of the history failed");
            is_full = NotSaved::from(error).kind == NotSavedKind::DiskFull;
            has_room_again = is_full && step.removes() && self.reserve.release();
        }
        if let Step::Purge { undoable, .. } = &step {
            // What waits is written as soon as pages are free, or where none is going to be. Where
            // none could be freed yet it would take the room that this needs; and nothing is
            // overwritten then, which takes more.
            let is_under_way = matches!(done, Ok(true)) && !undoable.is_empty();
            if is_full {
                self.shared.makes_room.store(true, Ordering::Relaxed);
            } else if !is_under_way {
                self.shared.makes_room.store(false, Ordering::Relaxed);
            }
        }
        // What failed is tried again after the next job, and at once where there is room for it.
        self.maintenance
            .taken(&step, done.unwrap_or(!has_room_again), &self.shared);
    }

    /// Tells whether the database is where the next start looks for it, and what it was.
    fn look_for_the_file(&mut self) {
        if self.file.is_in_place() {
            if self.file.is_overwritten() || self.file.is_log_gone() || self.are_documents_damaged()
            {
                self.shared.is_damaged.store(true, Ordering::Relaxed);
            }
            if self.replace_if_damaged() {
                return;
            }
            if self.backlog.is_empty() && !self.shared.makes_room.load(Ordering::Relaxed) {
                self.reserve.hold();
            }
            return self.health.file_is_back(self.backlog.is_empty());
        }
        let path = self.file.path().display().to_string();
        self.health
            .file_is_away(&NotSaved::new(NotSavedKind::Moved, path));
    }

    /// Writes what remains, moves the log into the file and lets the directory go.
    fn finish(mut self, mut group: Vec<Queued>) {
        group.extend(self.jobs.remaining());
        while !group.is_empty() {
            let mut part = group.drain(..group.len().min(GROUP)).collect();
            self.write(&mut part);
        }
        if !self.backlog.is_empty() {
            self.retry();
        }
        if !self.backlog.is_empty() && self.reserve.release() {
            self.retry();
        }
        self.look_for_the_last_time();
        self.restore_file();
        let mut conn = self.session.conn;
        // SQLite removes the log with the last connection: of two that close at once none is.
        let unfollowed = checkpointer::unfollow(&mut conn);
        if unfollowed.is_ok() && self.checkpoints.join().is_err() {
            tracing::error!("the thread of checkpoints ended badly");
        }
        let moved = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        if matches!(moved, Ok(0_i64)) && self.backlog.is_empty() {
            self.lock.set_history_open(false);
        }
        if let Err(error) = moved.and_then(|_| conn.close().map_err(|(_, error)| error)) {
            tracing::warn!(%error, "the history was closed without its last checkpoint");
        }
        drop(self.lock);
    }
}

/// Does a job within the transaction.
fn work(session: &mut Session, job: &mut Job) -> rusqlite::Result<Outcome> {
    let outcome = match job {
        Job::Insert(row, _) => record::insert(session, row).map(Outcome::Inserted),
        Job::Update(change, _) => {
            record::update(session, change).map(|updated| Outcome::Updated(Box::new(updated)))
        }
        Job::Other(work) => {
            let done: OtherWork = Box::new(|_| Ok(Box::new(|| ())));
            std::mem::replace(work, done)(session).map(Outcome::Other)
        }
        Job::Close => Ok(Outcome::Nothing),
    };
    outcome.or_else(|error| match error::is_refusal(&error) {
        true => Ok(Outcome::Refused(NotSaved::from(&error))),
        false => Err(error),
    })
}
