//! The writer: one thread, one connection, every change.
//!
//! Whatever waits when it looks shares one transaction, and everybody is told after its commit:
//! one caller alone pays one short commit, many callers share it. Where a commit fails, callers are told at once, exchanges go to the backlog, and every
//! second it is tried again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use protocol::{ExchangeId, Summary, Timing};
use rusqlite::{Connection, ErrorCode};
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};

use crate::backlog::Backlog;
use crate::checkpointer::Gate;
use crate::health::HealthSender;
use crate::lock::DirLock;
use crate::maintenance::Maintenance;
use crate::queue::{GROUP, Receiver, Woken};
use crate::table::bodies::{self, StoredAnswer, StoredMessages};
use crate::table::{exchanges, search};
use crate::{Change, NotSaved, Retention, Stopwatch, connection};

/// Between two attempts while writing fails.
const RETRY: Duration = Duration::from_secs(1);

/// Where an answer goes.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, NotSaved>>;

/// Told after the commit.
pub(crate) type AfterCommit = Box<dyn FnOnce() + Send>;

/// A change that is none of the hot ones. Where the commit fails it is dropped, and with it the
/// way to tell its caller anything else.
pub(crate) type OtherWork = Box<dyn FnOnce(&mut Session) -> rusqlite::Result<AfterCommit> + Send>;

/// An exchange as it is going to be stored.
#[derive(Debug)]
pub(crate) struct NewExchange {
    pub(crate) summary: Summary,
    pub(crate) timing: Timing,
    pub(crate) messages: StoredMessages,
    /// Tells when the answer was stored, where there is one.
    pub(crate) clock: Stopwatch,
}

/// A change as it is going to be stored.
#[derive(Debug)]
pub(crate) struct ExchangeChange {
    pub(crate) id: ExchangeId,
    pub(crate) change: Change,
    pub(crate) answer: Option<StoredAnswer>,
    pub(crate) own_findings: Option<String>,
}

/// What the writer is asked to do.
pub(crate) enum Job {
    Insert(Box<NewExchange>, Reply<Option<u64>>),
    Update(Box<ExchangeChange>, Reply<Option<Summary>>),
    Other(OtherWork),
    Close,
}

/// A job and its part of the queue's room.
pub(crate) struct Queued {
    pub(crate) job: Job,
    pub(crate) _room: Option<OwnedSemaphorePermit>,
}

/// What is kept of a job that could not be written.
pub(crate) enum Kept {
    Insert(Box<NewExchange>),
    Update(Box<ExchangeChange>),
}

/// What the writer and the store's front both look at.
#[derive(Default)]
pub(crate) struct Shared {
    /// Exchanges that are shown.
    pub(crate) shown: AtomicU64,
    /// The highest number written.
    pub(crate) newest: AtomicU64,
    /// Every exchange up to this number is in the search index.
    pub(crate) indexed: AtomicU64,
    pub(crate) durable: AtomicBool,
    pub(crate) retention: Mutex<Retention>,
    /// Deletions that can be undone, with the moment they were made.
    pub(crate) deletions: Mutex<Vec<(i64, Instant)>>,
    /// What the disk or SQLite said last.
    pub(crate) last_failure: Mutex<String>,
    /// Nothing is left to index, to purge or to remove.
    pub(crate) rested: watch::Sender<bool>,
}

/// The writer's connection, and what a transaction changes of the shared numbers once it is
/// committed.
pub(crate) struct Session {
    pub(crate) conn: Connection,
    pub(crate) shown_by: i64,
    pub(crate) newest: u64,
    pub(crate) indexed: u64,
    pub(crate) gate: Gate,
}

/// What came of one job in a transaction.
enum Outcome {
    Inserted(Option<u64>),
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
    pub(crate) health: HealthSender,
    pub(crate) backlog: Backlog,
    pub(crate) maintenance: Maintenance,
    pub(crate) durable: bool,
    pub(crate) retry_at: Instant,
    pub(crate) lock: Arc<DirLock>,
}

impl Writer {
    /// Works until it is told to close, or nobody is left to tell it anything.
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
            // Before anybody is told: whoever waits for rest waits for what follows this too.
            self.maintenance.worked(group.len(), &self.shared);
            self.write(&mut group);
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

    /// Writes a group and tells everybody in it.
    fn write(&mut self, group: &mut Vec<Queued>) {
        // What waits is older: exchanges queue behind it, so that their order stays.
        if self.backlog.is_empty()
            && let Ok(outcomes) = self.transact(group)
        {
            // One too large to wait leaves nothing to try again, and yet writing works.
            self.health.recovered();
            return tell(group, outcomes);
        }
        let reason = self.shared.last_failure.lock().clone();
        self.keep(group, &reason);
    }

    /// One transaction for the group; in it, nothing is told yet. `Err` when nothing was written.
    fn transact(&mut self, group: &mut [Queued]) -> rusqlite::Result<Vec<Outcome>> {
        self.in_transaction(|session| {
            group
                .iter_mut()
                .map(|queued| session.work(&mut queued.job))
                .collect()
        })
    }

    /// Commits what the work does, or leaves everything as it was.
    fn in_transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Session) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.follow_durability()?;
        let before = (self.session.newest, self.session.indexed);
        self.session.shown_by = 0;
        let done = self.session.transaction(work);
        match &done {
            Ok(_) => self.publish(),
            Err(error) => {
                (self.session.newest, self.session.indexed) = before;
                *self.shared.last_failure.lock() = error.to_string();
            }
        }
        done
    }

    fn publish(&self) {
        let Session {
            shown_by,
            newest,
            indexed,
            ..
        } = &self.session;
        let shown = self
            .shared
            .shown
            .load(Ordering::Relaxed)
            .saturating_add_signed(*shown_by);
        self.shared.shown.store(shown, Ordering::Relaxed);
        self.shared.newest.store(*newest, Ordering::Relaxed);
        self.shared.indexed.store(*indexed, Ordering::Relaxed);
    }

    fn follow_durability(&mut self) -> rusqlite::Result<()> {
        let durable = self.shared.durable.load(Ordering::Relaxed);
        if durable != self.durable {
            connection::set_durable(&self.session.conn, durable)?;
            self.durable = durable;
        }
        Ok(())
    }

    /// Keeps the exchanges and tells everybody that nothing was saved.
    fn keep(&mut self, group: &mut Vec<Queued>, reason: &str) {
        if self.backlog.is_empty() {
            tracing::error!(reason, "the history cannot be written");
            self.retry_at = Instant::now() + RETRY;
        }
        let not_saved = NotSaved {
            reason: reason.to_owned(),
        };
        let (mut inserts, mut updates, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for queued in group.drain(..) {
            match queued.job {
                Job::Insert(mut row, reply) => {
                    row.clock.stop();
                    self.backlog.keep(Kept::Insert(row));
                    inserts.push(reply);
                }
                Job::Update(mut change, reply) => {
                    if let Some(clock) = &mut change.change.clock {
                        clock.stop();
                    }
                    self.backlog.keep(Kept::Update(change));
                    updates.push(reply);
                }
                // Deleting may be what makes room.
                Job::Other(_) => others.push(queued),
                Job::Close => {}
            }
        }
        // A refused setting or bot is told to whoever set it; history goes on.
        if !(inserts.is_empty() && updates.is_empty()) {
            self.health.failed(reason);
        }
        self.health.backlog(self.backlog.len(), self.backlog.lost());
        // Told last: whoever hears of it finds the health as it is.
        for reply in inserts {
            let _ = reply.send(Err(not_saved.clone()));
        }
        for reply in updates {
            let _ = reply.send(Err(not_saved.clone()));
        }
        for mut other in others {
            if let Ok(outcomes) = self.transact(std::slice::from_mut(&mut other)) {
                tell(&mut vec![other], outcomes);
            }
        }
    }

    fn retry_when_due(&mut self) {
        if !self.backlog.is_empty() && Instant::now() >= self.retry_at {
            self.retry();
        }
    }

    /// Writes what waits, in order, until it is all written or the next failure.
    fn retry(&mut self) {
        while !self.backlog.is_empty() {
            let mut backlog = std::mem::take(&mut self.backlog);
            let first = backlog.first(GROUP);
            let many = first.len();
            let done = self.in_transaction(|session| {
                first.iter().try_for_each(|kept| session.write_again(kept))
            });
            if done.is_ok() {
                backlog.written(many);
            }
            self.backlog = backlog;
            if let Err(error) = done {
                self.health.failed(&error.to_string());
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
        let done = self.in_transaction(|session| step.take(session));
        if let Err(error) = &done {
            tracing::warn!(%error, "maintenance of the history failed");
        }
        // What failed is tried again after the next job.
        self.maintenance
            .taken(&step, done.unwrap_or(true), &self.shared);
    }

    /// Writes what is left, moves the log into the file and lets the directory go.
    fn finish(mut self, mut group: Vec<Queued>) {
        group.extend(self.jobs.rest());
        while !group.is_empty() {
            let mut part = group.drain(..group.len().min(GROUP)).collect();
            self.write(&mut part);
        }
        if !self.backlog.is_empty() {
            self.retry();
        }
        let conn = self.session.conn;
        let moved = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = moved.and_then(|()| conn.close().map_err(|(_, error)| error)) {
            tracing::warn!(%error, "the history was closed without its last checkpoint");
        }
        drop(self.lock);
    }
}

impl Session {
    fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let gate = self.gate.clone();
        let _passed = gate.lock();
        self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let done = work(self).and_then(|done| {
            self.conn.prepare_cached("COMMIT")?.execute([])?;
            Ok(done)
        });
        // SQLite has rolled back by itself after some errors.
        if done.is_err() && !self.conn.is_autocommit() {
            self.conn.prepare_cached("ROLLBACK")?.execute([])?;
        }
        done
    }

    fn work(&mut self, job: &mut Job) -> rusqlite::Result<Outcome> {
        let outcome = match job {
            Job::Insert(row, _) => self.insert(row).map(Outcome::Inserted),
            Job::Update(change, _) => self
                .update(change)
                .map(|found| Outcome::Updated(Box::new(found))),
            Job::Other(work) => {
                let done: OtherWork = Box::new(|_| Ok(Box::new(|| ())));
                std::mem::replace(work, done)(self).map(Outcome::Other)
            }
            Job::Close => Ok(Outcome::Nothing),
        };
        outcome.or_else(|error| match is_refusal(&error) {
            true => Ok(Outcome::Refused(NotSaved {
                reason: error.to_string(),
            })),
            false => Err(error),
        })
    }

    fn write_again(&mut self, kept: &Kept) -> rusqlite::Result<()> {
        let done = match kept {
            Kept::Insert(row) => self.insert(row).map(|_| ()),
            Kept::Update(change) => self.update(change).map(|_| ()),
        };
        done.or_else(|error| {
            if is_refusal(&error) {
                Ok(())
            } else {
                Err(error)
            }
        })
    }

    fn insert(&mut self, row: &NewExchange) -> rusqlite::Result<Option<u64>> {
        let seq = row.summary.seq;
        // The statement alone is undone when it is refused: the body goes first, because a
        // number or an id that exists already must leave no half of an exchange behind.
        bodies::insert(&self.conn, seq, &row.messages)?;
        let answered_us = row.messages.answer.as_ref().map(|_| row.clock.elapsed_us());
        let timing = Timing {
            answered_us: answered_us.or(row.timing.answered_us),
            ..row.timing
        };
        let duration_ms = answered_us
            .map(exchanges::milliseconds)
            .or(row.summary.duration_ms);
        if let Err(error) = exchanges::insert(&self.conn, &row.summary, &timing, duration_ms) {
            bodies::remove(&self.conn, seq)?;
            return Err(error);
        }
        self.shown_by += 1;
        self.newest = self.newest.max(seq);
        Ok(answered_us)
    }

    fn update(&mut self, change: &ExchangeChange) -> rusqlite::Result<Option<Summary>> {
        let Some(updated) = exchanges::update(&self.conn, change.id, &change.change)? else {
            return Ok(None);
        };
        let seq = updated.summary.seq;
        if let Some(answer) = &change.answer {
            bodies::set_answer(&self.conn, seq, answer)?;
            if seq <= self.indexed {
                search::again(&self.conn, seq)?;
            }
        }
        if let Some(json) = &change.own_findings {
            bodies::set_own_findings(&self.conn, seq, json)?;
        }
        Ok((!updated.hidden).then_some(updated.summary))
    }
}

impl Kept {
    /// What it takes of the backlog's room.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Insert(row) => row.bytes(),
            Self::Update(change) => change.bytes(),
        }
    }
}

/// A row's small columns and the allocations around them, about.
const ROW_BYTES: usize = 1024;

impl NewExchange {
    /// What it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        let StoredMessages {
            request_head,
            request_body,
            answer,
            ..
        } = &self.messages;
        let answer = answer.as_ref().map_or(0, StoredAnswer::bytes);
        ROW_BYTES + request_head.len() + request_body.bytes.len() + answer
    }
}

impl ExchangeChange {
    /// What it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        ROW_BYTES + self.answer.as_ref().map_or(0, StoredAnswer::bytes)
    }
}

/// Whether the row itself is at fault rather than the disk.
fn is_refusal(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(code) => matches!(code, ErrorCode::ConstraintViolation | ErrorCode::TooBig),
        None => true,
    }
}

fn tell(group: &mut Vec<Queued>, outcomes: Vec<Outcome>) {
    for (queued, outcome) in group.drain(..).zip(outcomes) {
        match (queued.job, outcome) {
            (Job::Insert(_, reply), Outcome::Inserted(answered_us)) => {
                let _ = reply.send(Ok(answered_us));
            }
            (Job::Update(_, reply), Outcome::Updated(summary)) => {
                let _ = reply.send(Ok(*summary));
            }
            (Job::Insert(_, reply), Outcome::Refused(why)) => drop(reply.send(Err(why))),
            (Job::Update(_, reply), Outcome::Refused(why)) => drop(reply.send(Err(why))),
            (_, Outcome::Other(after_commit)) => after_commit(),
            _ => {}
        }
    }
}
