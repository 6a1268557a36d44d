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
    /// A person has stopped it.
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
    /// Those that are over, in their order.
    pub turns: Vec<ReplayedTurn>,
}

/// A run.
pub(crate) struct Run {
    id: RunId,
    pub(crate) turns: Vec<ExchangeId>,
    state: watch::Sender<RunState>,
    rows: Mutex<Vec<ReplayedTurn>>,
    /// Nobody can ask for it any more.
    pub(crate) is_forgotten: CancellationToken,
}

impl Run {
    /// Resolves when it goes on.
    pub(crate) async fn goes_on(&self) {
        let mut state = self.state.subscribe();
        // Its sender is this one's own.
        let _ = state.wait_for(|state| *state == RunState::Running).await;
    }

    pub(crate) fn add(&self, row: ReplayedTurn) {
        self.rows.lock().push(row);
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
            }
            changes
        });
    }

    pub(crate) fn view(&self) -> RunView {
        // The state first: where it is done, all rows are there.
        let state = *self.state.borrow();
        RunView {
            state,
            total: self.turns.len(),
            turns: self.rows.lock().clone(),
        }
    }

    fn is_running(&self) -> bool {
        *self.state.borrow() == RunState::Running
    }
}

/// The runs that are remembered, the oldest first.
#[derive(Default)]
pub(crate) struct Runs(Mutex<Vec<Arc<Run>>>);

impl Runs {
    /// A new run; `None` where so many are running that none can be forgotten.
    pub(crate) fn begin(&self, turns: Vec<ExchangeId>) -> Option<(RunId, Arc<Run>)> {
        let mut all = self.0.lock();
        if all.len() >= REMEMBERED_MAX {
            let oldest = all.iter().position(|run| !run.is_running())?;
            all.remove(oldest).is_forgotten.cancel();
        }
        let id = RunId(Uuid::new_v4());
        let run = Arc::new(Run {
            id,
            turns,
            state: watch::Sender::new(RunState::Running),
            rows: Mutex::default(),
            is_forgotten: CancellationToken::new(),
        });
        all.push(Arc::clone(&run));
        Some((id, run))
    }

    pub(crate) fn get(&self, id: RunId) -> Option<Arc<Run>> {
        let all = self.0.lock();
        all.iter().find(|run| run.id == id).map(Arc::clone)
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
}
