//! Calls to servers of the developer's that go on although their bots have been answered.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use protocol::{BotId, ExchangeId, UtcMillis};
use tokio_util::sync::CancellationToken;

/// How long a call goes on at most after its bot was answered. The contract's ten minutes.
pub(crate) const LATE_MOST: Duration = Duration::from_secs(600);

/// Calls that go on at most, by guess a quarter of the files that a process may open by default:
/// each holds a connection open. Beyond it a call ends with its exchange.
const OPEN_MAX: usize = 256;

/// All calls that go on.
#[derive(Default)]
pub(crate) struct LateCalls {
    open: Mutex<HashMap<ExchangeId, OpenCall>>,
}

struct OpenCall {
    bot: BotId,
    /// When the server was asked.
    since: UtcMillis,
    stop: CancellationToken,
}

impl LateCalls {
    /// A call that began at a moment goes on, until this is cancelled: nobody waits for its answer
    /// any more. `None` where too many do.
    pub(crate) fn begin(
        &self,
        bot: BotId,
        id: ExchangeId,
        since: UtcMillis,
    ) -> Option<CancellationToken> {
        let mut open = self.open.lock();
        if open.len() >= OPEN_MAX {
            return None;
        }
        let stop = CancellationToken::new();
        let call = OpenCall {
            bot,
            since,
            stop: stop.clone(),
        };
        open.insert(id, call);
        Some(stop)
    }

    /// A call has ended.
    pub(crate) fn end(&self, id: ExchangeId) {
        self.open.lock().remove(&id);
    }

    /// The exchanges whose calls go on.
    pub(crate) fn open(&self) -> Vec<ExchangeId> {
        self.open.lock().keys().copied().collect()
    }

    /// Since when the call of an exchange is open; `None` where none is.
    pub(crate) fn since(&self, id: ExchangeId) -> Option<UtcMillis> {
        self.open.lock().get(&id).map(|call| call.since)
    }

    /// How many of each bot's calls go on.
    pub(crate) fn counts(&self) -> Vec<(BotId, usize)> {
        let mut counts = HashMap::new();
        for call in self.open.lock().values() {
            *counts.entry(call.bot).or_default() += 1;
        }
        counts.into_iter().collect()
    }

    /// Ends the call of an exchange; whether there was one.
    pub(crate) fn stop(&self, id: ExchangeId) -> bool {
        let call = self.open.lock().remove(&id);
        if let Some(call) = &call {
            call.stop.cancel();
        }
        call.is_some()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_so_many_calls_go_on() {
        let calls = LateCalls::default();
        let id = |number: usize| ExchangeId(Uuid::from_u128(number as u128));
        let begin = |number| calls.begin(BotId::default(), id(number), UtcMillis(7));
        let first = begin(0).unwrap();
        assert!((1..OPEN_MAX).all(|number| begin(number).is_some()));
        assert!(begin(OPEN_MAX).is_none());
        assert!(calls.stop(id(0)) && first.is_cancelled());
        assert!(begin(OPEN_MAX).is_some());
    }
}
