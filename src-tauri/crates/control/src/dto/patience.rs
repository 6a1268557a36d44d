//! How long callers wait, as it is shown.

use engine::{Bot, CallerWait, Engine, Learned, Probe, ProbeState};
use protocol::{BotId, ExchangeId, Platform, UtcMillis};
use serde::Serialize;
use utoipa::ToSchema;

/// What is known of a bot's callers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Patience)]
pub(crate) struct PatienceView {
    bot: BotId,
    /// By platform.
    learned: Vec<LearnedView>,
    /// The probe of this run, where there was one.
    probe: Option<ProbeView>,
}

/// How long callers of one platform wait.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LearnedPatience)]
pub(crate) struct LearnedView {
    platform: Platform,
    /// The shortest of the waits that are alike.
    seconds: f64,
    /// How many are alike.
    times: usize,
    /// A probe is among them.
    probed: bool,
    /// The hold that answers in time, in seconds.
    propose: Option<u32>,
    /// When the newest of them ended.
    last: UtcMillis,
    /// All that are remembered, the newest first.
    waits: Vec<WaitView>,
}

/// A caller that left without its answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CallerWait)]
pub(crate) struct WaitView {
    exchange: ExchangeId,
    seconds: f64,
    at: UtcMillis,
    /// It was held on purpose.
    probe: bool,
}

/// What has come of a probe.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProbeStateName {
    /// The next request is held.
    Armed,
    /// A request is held.
    Holding,
    /// Its caller has left.
    Left,
    /// Its caller waited for all of the time.
    Outlasted,
    /// It was answered before.
    Answered,
}

/// A probe.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PatienceProbe)]
pub(crate) struct ProbeView {
    state: ProbeStateName,
    since: UtcMillis,
    /// How long it holds at most.
    seconds: u32,
    /// The request that it has held.
    exchange: Option<ExchangeId>,
    /// After how many seconds its caller left.
    left_after: Option<f64>,
}

impl PatienceView {
    pub(crate) fn new(bot: &Bot, engine: &Engine) -> Self {
        let learned = engine.patience(bot.id).into_iter();
        Self {
            bot: bot.id,
            learned: learned.filter_map(LearnedView::new).collect(),
            probe: engine.probe_of(bot.id).map(ProbeView::from),
        }
    }
}

impl LearnedView {
    fn new(learned: Learned) -> Option<Self> {
        let patience = learned.patience?;
        Some(Self {
            platform: learned.platform,
            seconds: seconds(patience.ms),
            times: patience.times,
            probed: patience.is_probed,
            propose: patience.proposed_seconds(),
            last: patience.last,
            waits: learned.waits.into_iter().map(WaitView::from).collect(),
        })
    }
}

impl From<CallerWait> for WaitView {
    fn from(wait: CallerWait) -> Self {
        Self {
            exchange: wait.exchange,
            seconds: seconds(wait.ms),
            at: wait.at,
            probe: wait.probe,
        }
    }
}

impl From<Probe> for ProbeView {
    fn from(probe: Probe) -> Self {
        let (state, exchange, left_after) = match probe.state {
            ProbeState::Armed => (ProbeStateName::Armed, None, None),
            ProbeState::Holding(id) => (ProbeStateName::Holding, Some(id), None),
            ProbeState::Left(id, ms) => (ProbeStateName::Left, Some(id), Some(seconds(ms))),
            ProbeState::Outlasted(id) => (ProbeStateName::Outlasted, Some(id), None),
            ProbeState::Answered(id) => (ProbeStateName::Answered, Some(id), None),
        };
        Self {
            state,
            since: probe.since,
            seconds: probe.seconds,
            exchange,
            left_after,
        }
    }
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}
