//! What the writer's thread and the store's handle both look at.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use protocol::Summary;
use tokio::sync::{Notify, watch};

use crate::error::NotSaved;
use crate::last_turns::LastTurns;
use crate::session::Session;
use crate::types::{ProvedTurns, Retention, UndoToken};

/// How long a conversation may be idle where nothing is set: the contract's default.
const USUAL_GAP: Duration = Duration::from_secs(30 * 60);

/// Turns of which something else is known that wait to be told of. A list shows a hundred.
const PROVED_MAX: usize = 1024;

/// Numbers and settings of an open store.
#[derive(Default)]
pub(crate) struct Shared {
    /// Exchanges that are shown.
    pub(crate) shown: AtomicU64,
    /// The highest number written.
    pub(crate) newest: AtomicU64,
    /// Every exchange up to this number is in the search index.
    pub(crate) indexed: AtomicU64,
    /// How long a conversation may be idle, in milliseconds; 0 until it is set.
    pub(crate) conversation_gap: AtomicU64,
    pub(crate) durable: AtomicBool,
    pub(crate) retention: Mutex<Retention>,
    /// Deletions that can be undone, with the moment from which their minute counts. There is none
    /// while one is being made or undone: nothing of it is purged then.
    pub(crate) deletions: Mutex<Vec<(UndoToken, Option<Instant>)>>,
    /// The disk is full and something was deleted to make room: it is purged at once, before what
    /// waits is written.
    pub(crate) makes_room: AtomicBool,
    /// Why the last failed transaction failed.
    pub(crate) last_failure: Mutex<Option<NotSaved>>,
    /// Something was read that no sound database holds.
    pub(crate) is_damaged: Arc<AtomicBool>,
    /// What rules ask for.
    pub(crate) last_turns: LastTurns,
    /// Held by who reads them.
    pub(crate) reads_last_turns: tokio::sync::Mutex<()>,
    /// Turns of which something else is known since the next one is there, not told of yet.
    pub(crate) proved: Mutex<ProvedTurns>,
    /// There are such.
    pub(crate) has_proved: Notify,
    /// The threads of the store that run.
    pub(crate) threads: Mutex<Vec<JoinHandle<()>>>,
    /// Nothing remains to index, to purge or to remove.
    pub(crate) idle: watch::Sender<bool>,
}

impl Shared {
    /// Why nothing was written last; `Closed` where no transaction has failed.
    pub(crate) fn failure(&self) -> NotSaved {
        self.last_failure
            .lock()
            .clone()
            .unwrap_or_else(NotSaved::closed)
    }

    /// How long a conversation may be idle.
    pub(crate) fn gap(&self) -> Duration {
        match self.conversation_gap.load(Ordering::Relaxed) {
            0 => USUAL_GAP,
            millis => Duration::from_millis(millis),
        }
    }

    /// Takes over what a committed transaction changed.
    pub(crate) fn publish(&self, session: &mut Session) {
        let shown = self
            .shown
            .load(Ordering::Relaxed)
            .saturating_add_signed(session.shown_by);
        self.shown.store(shown, Ordering::Relaxed);
        self.newest.store(session.newest, Ordering::Relaxed);
        self.indexed.store(session.indexed, Ordering::Relaxed);
        self.tell_proved(&mut session.proved.summaries);
    }

    fn tell_proved(&self, summaries: &mut Vec<Summary>) {
        if summaries.is_empty() {
            return;
        }
        {
            let mut proved = self.proved.lock();
            let room = PROVED_MAX - proved.summaries.len();
            proved.were_more |= summaries.len() > room;
            summaries.truncate(room);
            proved.summaries.append(summaries);
        }
        self.has_proved.notify_one();
    }
}
