//! Recorded requests that are sent again one after the other: what each run is to send, how far it
//! has come, and whether it goes on. In memory alone.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use messages::Message;
use parking_lot::Mutex;
use protocol::ExchangeId;
use serde::Serialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use uuid::Uuid;

/// Runs that are remembered: some more than a person looks at in one sitting. Each has a row of a
/// hundred bytes for each turn.
const REMEMBERED_MAX: usize = 50;

/// A run's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RunId(Uuid);

impl RunId {
    pub(crate) fn new() -> Self {
        Self(Uuid::new_v4())
    }
}

impl FromStr for RunId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It sends one turn after the other.
    Running,
    /// All turns were sent.
    Done,
    /// A person has stopped it, or its target could not be reached.
    Stopped,
}

/// A turn that was sent again, beside the recorded one.
#[derive(Clone, Debug)]
pub struct ReplayedTurn {
    /// What was sent again.
    pub original: ExchangeId,
    /// The new exchange; `None` where nothing could be sent.
    pub replay: Option<ExchangeId>,
    /// The status of its answer.
    pub status: Option<u16>,
    /// Both answers are equal, their statuses too.
    pub is_equal: bool,
    /// How much differs between their bodies.
    pub changes: usize,
    /// Why there is no answer, or none that can be compared.
    pub failure: Option<Message>,
}

/// A run as it is now.
#[derive(Clone, Debug)]
pub struct RunView {
    /// Whether it goes on.
    pub state: RunState,
    /// How many turns it has in all.
    pub total: usize,
    /// Those that are over, in their order. Where its target could not be reached the last one says
    /// so, and is sent again when the run goes on.
    pub turns: Vec<ReplayedTurn>,
}

/// A run.
pub(crate) struct Run {
    pub(crate) turns: Vec<ExchangeId>,
    state: watch::Sender<RunState>,
    rows: Mutex<Rows>,
    /// Nobody can ask for it any more.
    pub(crate) is_forgotten: CancellationToken,
}

#[derive(Default)]
struct Rows {
    /// Turns that are over.
    done: Vec<ReplayedTurn>,
    /// The turn that did not reach the target.
    unreached: Option<ReplayedTurn>,
}

impl Run {
    /// Resolves when it goes on.
    pub(crate) async fn goes_on(&self) {
        let mut state = self.state.subscribe();
        // Its sender is this one's own.
        let _ = state.wait_for(|state| *state == RunState::Running).await;
    }

    pub(crate) fn add(&self, row: ReplayedTurn) {
        self.rows.lock().done.push(row);
    }

    /// Stops it at a turn that did not reach the target.
    pub(crate) fn stop_at(&self, row: ReplayedTurn) {
        self.rows.lock().unreached = Some(row);
        self.state.send_replace(RunState::Stopped);
    }

    pub(crate) fn end(&self) {
        self.state.send_replace(RunState::Done);
    }

    /// Stops it behind the turn that is under way, or has it go on; one that is done stays so.
    pub(crate) fn set(&self, wanted: RunState) {
        self.state.send_if_modified(|state| {
            let changes = *state != RunState::Done && *state != wanted;
            if changes {
                *state = wanted;
                // It is sent again.
                self.rows.lock().unreached = None;
            }
            changes
        });
    }

    pub(crate) fn view(&self) -> RunView {
        // The state first: where it is done, all rows are there.
        let state = *self.state.borrow();
        let rows = self.rows.lock();
        let turns = rows.done.iter().chain(&rows.unreached).cloned();
        RunView {
            state,
            total: self.turns.len(),
            turns: turns.collect(),
        }
    }
}

/// What is remembered of something that runs.
pub(crate) trait Remembered {
    /// Whether it is under way, so that it cannot be forgotten.
    fn is_running(&self) -> bool;

    /// Nobody can ask for it any more.
    fn forget(&self);
}

impl Remembered for Run {
    fn is_running(&self) -> bool {
        *self.state.borrow() == RunState::Running
    }

    fn forget(&self) {
        self.is_forgotten.cancel();
    }
}

/// What is remembered by its id, the oldest first.
pub(crate) struct Registry<T>(Mutex<Vec<(RunId, Arc<T>)>>);

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Remembered> Registry<T> {
    /// Something new; `None` where so many are under way that none can be forgotten.
    pub(crate) fn add(&self, new: T) -> Option<(RunId, Arc<T>)> {
        let mut all = self.0.lock();
        if all.len() >= REMEMBERED_MAX {
            let oldest = all.iter().position(|(_, one)| !one.is_running())?;
            all.remove(oldest).1.forget();
        }
        let (id, new) = (RunId::new(), Arc::new(new));
        all.push((id, Arc::clone(&new)));
        Some((id, new))
    }

    pub(crate) fn get(&self, id: RunId) -> Option<Arc<T>> {
        let all = self.0.lock();
        let found = all.iter().find(|(known, _)| *known == id);
        found.map(|(_, one)| Arc::clone(one))
    }
}

/// The runs that are remembered.
pub(crate) type Runs = Registry<Run>;

impl Runs {
    /// A new run; `None` where so many are running that none can be forgotten.
    pub(crate) fn begin(&self, turns: Vec<ExchangeId>) -> Option<(RunId, Arc<Run>)> {
        self.add(Run {
            turns,
            state: watch::Sender::new(RunState::Running),
            rows: Mutex::default(),
            is_forgotten: CancellationToken::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_that_does_not_run_is_forgotten_and_nothing_where_all_run() {
        let runs = Runs::default();
        let all: Vec<_> = (0..REMEMBERED_MAX)
            .map(|_| runs.begin(Vec::new()).unwrap())
            .collect();
        assert!(runs.begin(Vec::new()).is_none());
        all[3].1.set(RunState::Stopped);
        all[5].1.end();
        assert!(runs.begin(Vec::new()).is_some());
        assert!(runs.get(all[3].0).is_none() && all[3].1.is_forgotten.is_cancelled());
        assert!(runs.get(all[5].0).is_some());
    }

    #[tokio::test]
    async fn a_run_that_is_done_stays_so_and_one_that_is_stopped_goes_on() {
        let runs = Runs::default();
        let (id, run) = runs.begin(vec![ExchangeId::default()]).unwrap();
        run.set(RunState::Stopped);
        assert_eq!(runs.get(id).unwrap().view().state, RunState::Stopped);
        run.set(RunState::Running);
        run.goes_on().await;
        run.end();
        run.set(RunState::Stopped);
        assert_eq!(run.view().state, RunState::Done);
    }

    #[test]
    fn a_turn_that_did_not_reach_the_target_is_told_until_it_is_sent_again() {
        let runs = Runs::default();
        let (_, run) = runs.begin(vec![ExchangeId::default()]).unwrap();
        run.stop_at(ReplayedTurn {
            original: ExchangeId::default(),
            replay: None,
            status: None,
            is_equal: false,
            changes: 0,
            failure: None,
        });
        assert_eq!(
            (run.view().state, run.view().turns.len()),
            (RunState::Stopped, 1)
        );
        // A person who stops it as well changes nothing.
        run.set(RunState::Stopped);
        assert_eq!(run.view().turns.len(), 1);
        run.set(RunState::Running);
        assert_eq!(
            (run.view().state, run.view().turns.len()),
            (RunState::Running, 0)
        );
    }
}
