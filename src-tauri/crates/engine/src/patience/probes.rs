//! Probes: the next request of a bot is held on purpose until its caller leaves. In memory alone: a
//! probe is for somebody who looks on.

use std::collections::HashMap;

use parking_lot::Mutex;
use protocol::{BotId, ExchangeId, UtcMillis};

/// The range of a probe's longest hold, in seconds.
pub const PROBE_SECONDS: std::ops::RangeInclusive<u32> = 10..=3600;

/// A probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Since when there is one.
    pub since: UtcMillis,
    /// How long it holds at most.
    pub seconds: u32,
    /// What has come of it.
    pub state: ProbeState,
}

/// What has come of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeState {
    /// No request has come.
    Armed,
    /// This one is held.
    Holding(ExchangeId),
    /// Its caller left after so many milliseconds.
    Left(ExchangeId, u64),
    /// Its caller waited for all the time that the probe had.
    Outlasted(ExchangeId),
    /// It was answered before, by a person or because the app ended.
    Answered(ExchangeId),
}

/// How a probe's hold ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProbeEnd {
    Left(u64),
    Outlasted,
    Answered,
}

/// The probes of all bots, one each.
#[derive(Default)]
pub(crate) struct Probes(Mutex<HashMap<BotId, Probe>>);

impl Probes {
    /// The next request is held; the probe that held one is not ended by that.
    pub(crate) fn arm(&self, bot: BotId, seconds: u32, since: UtcMillis) -> Probe {
        let probe = Probe {
            since,
            seconds,
            state: ProbeState::Armed,
        };
        self.0.lock().insert(bot, probe);
        probe
    }

    pub(crate) fn of(&self, bot: BotId) -> Option<Probe> {
        self.0.lock().get(&bot).copied()
    }

    /// Takes the probe for a request; for how many seconds it is held.
    pub(crate) fn take(&self, bot: BotId, exchange: ExchangeId) -> Option<u32> {
        let mut probes = self.0.lock();
        let probe = probes.get_mut(&bot)?;
        if probe.state != ProbeState::Armed {
            return None;
        }
        probe.state = ProbeState::Holding(exchange);
        Some(probe.seconds)
    }

    /// Whether a request is held by a probe that nobody has ended or replaced.
    pub(crate) fn holds(&self, bot: BotId, exchange: ExchangeId) -> bool {
        let probes = self.0.lock();
        let probe = probes.get(&bot);
        probe.is_some_and(|probe| probe.state == ProbeState::Holding(exchange))
    }

    /// The hold of a request has ended; whether a probe had it.
    pub(crate) fn end(&self, bot: BotId, exchange: ExchangeId, end: ProbeEnd) -> bool {
        let mut probes = self.0.lock();
        let Some(probe) = probes.get_mut(&bot) else {
            return false;
        };
        if probe.state != ProbeState::Holding(exchange) {
            return false;
        }
        probe.state = match end {
            ProbeEnd::Left(ms) => ProbeState::Left(exchange, ms),
            ProbeEnd::Outlasted => ProbeState::Outlasted(exchange),
            ProbeEnd::Answered => ProbeState::Answered(exchange),
        };
        true
    }

    /// There is no probe any more; the exchange that it holds.
    pub(crate) fn remove(&self, bot: BotId) -> Option<Option<ExchangeId>> {
        let probe = self.0.lock().remove(&bot)?;
        Some(match probe.state {
            ProbeState::Holding(exchange) => Some(exchange),
            _ => None,
        })
    }
}
