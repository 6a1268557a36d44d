//! What the writer does when it has time: looking for its file, purging deletions, retention, stale
//! pieces of bodies, the search index.
//!
//! It is done in steps of a few milliseconds. While many exchanges come a step is taken only
//! now and then, so that the processor serves them; in a pause the steps follow each other.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use protocol::UtcMillis;
use rusqlite::Connection;

use crate::age_clock::AgeClock;
use crate::connection::{Overwrites, PAGE_SIZE, overwrite_removed};
use crate::convert::{from_sql, to_sql};
use crate::session::Session;
use crate::shared::Shared;
use crate::table::{body_pieces, conversations, exchanges, messages, search, settings};
use crate::types::{Retention, UndoToken};

/// How long a deletion can be undone.
pub(crate) const UNDO: Duration = Duration::from_secs(60);

/// After the last job it is quiet from here on.
const QUIET: Duration = Duration::from_millis(50);

/// After a flood it is quiet from here on: one that stumbles is not over.
const QUIET_AFTER_FLOOD: Duration = Duration::from_millis(250);

/// Jobs in [`QUIET`] up to which the load is light and steps may be taken between them: some
/// three hundred a second. Waits between jobs tell less: on a busy machine a flood has some too.
const LIGHT_JOBS: usize = 16;

/// Under heavy load a step is taken this often, so that nothing grows without end.
const HEAVY_INTERVAL: Duration = Duration::from_secs(2);

/// Age and undo times run out while nothing happens.
const LOOK_INTERVAL: Duration = Duration::from_secs(15);

/// Exchanges removed in one step.
const STEP_ROWS: usize = 200;

/// The kinds of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Look,
    Rescue,
    Purge,
    Retain,
    Sweep,
    Index,
    Group,
}

const KINDS: [Kind; 7] = [
    Kind::Look,
    Kind::Rescue,
    Kind::Purge,
    Kind::Retain,
    Kind::Sweep,
    Kind::Index,
    Kind::Group,
];

/// What may have something to do, in turns: what has had its step goes behind the others, so that
/// under load, when there are few steps, each kind gets some.
#[derive(Debug)]
struct Pending(VecDeque<Kind>);

impl Pending {
    fn all() -> Self {
        Self(KINDS.into())
    }

    /// Anything may have something to do again.
    fn refill(&mut self) {
        for kind in KINDS {
            if !self.0.contains(&kind) {
                self.0.push_back(kind);
            }
        }
    }

    /// One had its step; `done` when it has nothing more to do.
    fn taken(&mut self, kind: Kind, done: bool) {
        self.0.retain(|pending| *pending != kind);
        if !done {
            self.0.push_back(kind);
        }
    }
}

/// When to do what.
pub(crate) struct Maintenance {
    /// The first is next.
    pending: Pending,
    due: Instant,
    last_step: Instant,
    light: bool,
    /// Jobs are counted since then.
    counted_from: Instant,
    jobs: usize,
    clock: AgeClock,
}

/// A step to take in a transaction.
pub(crate) enum Step {
    /// Look whether the database is where it was opened. It is the writer who looks.
    Look,
    /// Take over what can be read of a damaged database. It is the writer who does.
    Rescue,
    /// Remove what is hidden.
    Purge {
        /// Except by these deletions.
        undoable: Vec<UndoToken>,
        /// Whether what is removed is overwritten.
        overwrites: bool,
    },
    /// Remove the oldest beyond the retention.
    Retain {
        keep: Retention,
        shown: u64,
        now: UtcMillis,
    },
    /// Remove stale pieces of bodies.
    Sweep,
    /// Go on with the search index.
    Index,
    /// Put turns into their conversations.
    Group { gap: Duration },
}

impl Step {
    /// Whether it frees pages.
    pub(crate) const fn removes(&self) -> bool {
        match self {
            Self::Purge { .. } | Self::Retain { .. } | Self::Sweep => true,
            Self::Look | Self::Rescue | Self::Index | Self::Group { .. } => false,
        }
    }
}

impl Maintenance {
    pub(crate) fn new(clock: AgeClock) -> Self {
        let now = Instant::now();
        Self {
            pending: Pending::all(),
            due: now + QUIET,
            last_step: now,
            light: true,
            counted_from: now,
            jobs: 0,
            clock,
        }
    }

    /// When the writer should look again.
    pub(crate) fn due(&self) -> Instant {
        self.due
    }

    /// So many jobs came.
    pub(crate) fn worked(&mut self, jobs: usize, shared: &Shared) {
        let now = Instant::now();
        if now.duration_since(self.counted_from) >= QUIET {
            self.light = self.jobs <= LIGHT_JOBS;
            self.counted_from = now;
            self.jobs = 0;
        }
        self.jobs += jobs;
        self.due = now + if self.light { QUIET } else { QUIET_AFTER_FLOOD };
        self.pending.refill();
        shared
            .idle
            .send_if_modified(|idle| std::mem::replace(idle, false));
    }

    /// The next step, if now is the time for one.
    pub(crate) fn next(&mut self, idle: bool, failing: bool, shared: &Shared) -> Option<Step> {
        let now = Instant::now();
        let pause = if self.light { QUIET } else { HEAVY_INTERVAL };
        if now
            < if idle {
                self.due
            } else {
                self.last_step + pause
            }
        {
            return None;
        }
        if idle && self.pending.0.is_empty() {
            self.pending.refill();
        }
        if failing {
            // Nothing can be added while the disk is full; removing frees pages.
            self.pending.taken(Kind::Index, true);
            self.pending.taken(Kind::Group, true);
            self.pending.taken(Kind::Rescue, true);
        }
        self.last_step = now;
        let Some(kind) = self.pending.0.front() else {
            self.due = now + LOOK_INTERVAL;
            return None;
        };
        Some(match kind {
            Kind::Look => Step::Look,
            Kind::Rescue => Step::Rescue,
            Kind::Purge => {
                let mut deletions = shared.deletions.lock();
                let makes_room = shared.makes_room.load(Ordering::Relaxed);
                deletions.retain(|(_, made)| made.is_none_or(|made| made.elapsed() < UNDO));
                Step::Purge {
                    undoable: deletions.iter().map(|(token, _)| *token).collect(),
                    overwrites: !makes_room,
                }
            }
            Kind::Retain => Step::Retain {
                keep: *shared.retention.lock(),
                shown: shared.shown.load(Ordering::Relaxed),
                now: self.clock.now(),
            },
            Kind::Sweep => Step::Sweep,
            Kind::Index => Step::Index,
            Kind::Group => Step::Group { gap: shared.gap() },
        })
    }

    /// A step was taken; `done` when its kind has nothing more to do.
    pub(crate) fn taken(&mut self, step: &Step, done: bool, shared: &Shared) {
        self.pending.taken(step.kind(), done);
        self.last_step = Instant::now();
        if self.pending.0.is_empty() {
            self.due = self.last_step + LOOK_INTERVAL;
            shared
                .idle
                .send_if_modified(|idle| !std::mem::replace(idle, true));
        }
    }
}

impl Step {
    fn kind(&self) -> Kind {
        match self {
            Self::Look => Kind::Look,
            Self::Rescue => Kind::Rescue,
            Self::Purge { .. } => Kind::Purge,
            Self::Retain { .. } => Kind::Retain,
            Self::Sweep => Kind::Sweep,
            Self::Index => Kind::Index,
            Self::Group { .. } => Kind::Group,
        }
    }

    /// Takes the step; whether its kind has nothing more to do.
    pub(crate) fn take(&self, session: &mut Session) -> rusqlite::Result<bool> {
        match self {
            Self::Look | Self::Rescue => Ok(true),
            Self::Purge {
                undoable,
                overwrites,
            } => {
                let purged = exchanges::hidden_for_good(&session.conn, undoable, STEP_ROWS)?;
                // What a person deletes is overwritten whole. What grows old is not: that would
                // double what capture writes once the history is as long as it may be. Nor is what
                // makes room on a full disk: to overwrite takes as much of it.
                if *overwrites {
                    overwrite_removed(&session.conn, Overwrites::WholePages)?;
                }
                let removed = remove(session, &purged);
                overwrite_removed(&session.conn, Overwrites::WithinPages)?;
                let removed = removed?;
                Ok(removed == purged.len() && removed < STEP_ROWS)
            }
            Self::Retain { keep, shown, now } => retain(session, keep, *shown, *now),
            Self::Sweep => {
                let Some(&range) = session.stale.last() else {
                    return Ok(true);
                };
                let rescued = session.rescue.as_ref();
                let under_way = rescued.and_then(|rescue| rescue.progress.under_way());
                if body_pieces::remove_stale(&session.conn, range, under_way)? {
                    session.stale.pop();
                }
                Ok(session.stale.is_empty())
            }
            Self::Index => {
                let step = search::step(&session.conn, session.indexed)?;
                session.indexed = step.indexed;
                Ok(step.done)
            }
            Self::Group { gap } => session.group(*gap),
        }
    }
}

fn retain(
    session: &mut Session,
    keep: &Retention,
    shown: u64,
    now: UtcMillis,
) -> rusqlite::Result<bool> {
    let begun = exchanges::hidden_by_retention(&session.conn, STEP_ROWS)?;
    if !begun.is_empty() {
        // Their size counts until the last piece is removed: what is too much shows then.
        remove(session, &begun)?;
        return Ok(false);
    }
    let beyond = usize::try_from(shown.saturating_sub(keep.exchanges)).unwrap_or(usize::MAX);
    let used = used_bytes(&session.conn)?;
    let old = if used > keep.bytes {
        // By the average of a row, so that one large step does not take more than it must.
        let rows = (used - keep.bytes) / (used / shown.max(1)).max(1);
        let rows = usize::try_from(rows)
            .unwrap_or(usize::MAX)
            .clamp(1, STEP_ROWS);
        let mut oldest = exchanges::oldest(&session.conn, None, rows)?;
        // One that is longer than all that is stored stays until the next one comes.
        oldest.retain(|seq| *seq != session.newest);
        oldest
    } else if beyond > 0 {
        exchanges::oldest(&session.conn, None, beyond.min(STEP_ROWS))?
    } else if let Some(age) = keep.age {
        let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
        exchanges::oldest(
            &session.conn,
            Some(UtcMillis(now.0.saturating_sub(age))),
            STEP_ROWS,
        )?
    } else {
        Vec::new()
    };
    let removed = remove(session, &old)?;
    session.shown_by -= removed as i64;
    if let Some(&begun) = old.get(removed)
        && exchanges::hide_at(&session.conn, begun, exchanges::RETENTION)?
    {
        // Nobody may meet a body without its beginning, whatever ends the next steps.
        session.shown_by -= 1;
    }
    Ok(old.is_empty())
}

/// What is stored, without the pages that are free.
pub(crate) fn used_bytes(conn: &Connection) -> rusqlite::Result<u64> {
    let pages: i64 = conn.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let free: i64 = conn.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
    Ok(from_sql((pages - free) * PAGE_SIZE))
}

/// Removes exchanges, and gives how many: one with a long body loses some pieces of it first, and
/// is removed by a later step.
fn remove(session: &Session, all: &[u64]) -> rusqlite::Result<usize> {
    let conn = &session.conn;
    let mut removed = 0;
    for &seq in all {
        if !body_pieces::remove_some(conn, seq)? {
            break;
        }
        removed += 1;
        exchanges::remove(conn, seq)?;
        messages::remove(conn, seq)?;
        search::remove(conn, seq)?;
        conversations::remove(conn, seq)?;
    }
    // Numbers are not used again: the next start counts on from the highest there ever was.
    if let Some(highest) = all[..removed].iter().max() {
        settings::raise(conn, settings::LAST_SEQ, to_sql(*highest))?;
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_gets_its_turn_while_jobs_make_all_of_them_pending_again() {
        let mut pending = Pending::all();
        let mut steps = Vec::new();
        for _ in 0..2 * KINDS.len() {
            pending.refill();
            let kind = pending.0[0];
            steps.push(kind);
            // Neither one with nothing to do nor one without an end keeps the others waiting.
            pending.taken(kind, kind != Kind::Index);
        }
        assert_eq!(steps, [KINDS, KINDS].concat());
    }

    #[test]
    fn what_has_nothing_more_to_do_is_pending_only_when_a_job_came() {
        let mut pending = Pending::all();
        for kind in KINDS {
            pending.taken(kind, kind != Kind::Sweep);
        }
        assert_eq!(pending.0, [Kind::Sweep]);
        pending.taken(Kind::Sweep, true);
        assert!(pending.0.is_empty());
    }
}
