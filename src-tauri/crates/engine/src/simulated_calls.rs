//! Calls of the simulator's that are made again after a failure, and may be stopped meanwhile.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use protocol::ExchangeId;
use tokio_util::sync::CancellationToken;

/// Those under way, by the exchange of their first attempt.
#[derive(Clone, Default)]
pub(crate) struct SimulatedCalls {
    running: Arc<Mutex<HashMap<ExchangeId, CancellationToken>>>,
}

/// A call under way, until it is dropped.
pub(crate) struct RunningCall {
    calls: SimulatedCalls,
    first: ExchangeId,
    token: CancellationToken,
}

impl SimulatedCalls {
    /// A call is made again until it is dropped or stopped.
    pub(crate) fn begin(&self, first: ExchangeId) -> RunningCall {
        let token = CancellationToken::new();
        self.running.lock().insert(first, token.clone());
        RunningCall {
            calls: self.clone(),
            first,
            token,
        }
    }

    /// Stops a call; whether it was under way.
    pub(crate) fn stop(&self, first: ExchangeId) -> bool {
        let stopped = self.running.lock().remove(&first);
        stopped.map(|token| token.cancel()).is_some()
    }
}

impl RunningCall {
    /// Its first attempt.
    pub(crate) const fn first(&self) -> ExchangeId {
        self.first
    }

    /// Cancelled when the call is stopped.
    pub(crate) const fn token(&self) -> &CancellationToken {
        &self.token
    }
}

impl Drop for RunningCall {
    fn drop(&mut self) {
        self.calls.running.lock().remove(&self.first);
    }
}
