//! Scenarios that are played in the app: how far each has come. In memory alone.

use std::sync::Arc;

use parking_lot::Mutex;
use protocol::ExchangeId;
use scenarios::{StepResult, StepState};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::runs::{Registry, Remembered, RunId};

/// How a scenario fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScenarioState {
    /// It sends one step after the other.
    Running,
    /// All steps went as expected.
    Passed,
    /// A step did not.
    Failed,
    /// A person has stopped it.
    Stopped,
}

/// A step that is over.
#[derive(Clone, Debug)]
pub struct ScenarioStep {
    /// How it went.
    pub result: StepResult,
    /// Its exchange, where it was sent.
    pub exchange: Option<ExchangeId>,
}

/// A run as it is now.
#[derive(Clone, Debug)]
pub struct ScenarioRunView {
    /// How it fares.
    pub state: ScenarioState,
    /// How many steps it has in all.
    pub total: usize,
    /// Those that are over, in their order.
    pub steps: Vec<ScenarioStep>,
}

/// A run.
pub(crate) struct ScenarioRun {
    total: usize,
    so_far: Mutex<(ScenarioState, Vec<ScenarioStep>)>,
    /// Cancelled when a person stops it, or nobody can ask for it any more.
    pub(crate) stopped: CancellationToken,
}

impl ScenarioRun {
    pub(crate) fn add(&self, step: ScenarioStep) {
        self.so_far.lock().1.push(step);
    }

    /// All steps are over.
    pub(crate) fn end(&self) {
        let mut so_far = self.so_far.lock();
        let (state, steps) = &mut *so_far;
        if *state == ScenarioState::Running {
            let passed = |step: &ScenarioStep| step.result.state == StepState::Passed;
            *state = match steps.iter().all(passed) {
                true => ScenarioState::Passed,
                false => ScenarioState::Failed,
            };
        }
    }

    pub(crate) fn stop(&self) {
        let mut so_far = self.so_far.lock();
        if so_far.0 == ScenarioState::Running {
            so_far.0 = ScenarioState::Stopped;
        }
        self.stopped.cancel();
    }

    pub(crate) fn view(&self) -> ScenarioRunView {
        let (state, steps) = self.so_far.lock().clone();
        ScenarioRunView {
            state,
            total: self.total,
            steps,
        }
    }
}

impl Remembered for ScenarioRun {
    fn is_running(&self) -> bool {
        self.so_far.lock().0 == ScenarioState::Running
    }

    fn forget(&self) {
        self.stopped.cancel();
    }
}

/// The runs that are remembered.
pub(crate) type ScenarioRuns = Registry<ScenarioRun>;

impl ScenarioRuns {
    /// A new run; `None` where so many are running that none can be forgotten.
    pub(crate) fn start(&self, total: usize) -> Option<(RunId, Arc<ScenarioRun>)> {
        self.add(ScenarioRun {
            total,
            so_far: Mutex::new((ScenarioState::Running, Vec::new())),
            stopped: CancellationToken::new(),
        })
    }
}
