//! What exchanges wait for at the moment: it is known while the app runs, and never recorded.

use protocol::{BotId, ExchangeId, Summary, UtcMillis};

use super::Engine;
use crate::holds::HeldFallback;

/// Whether an exchange waits for a server of the developer's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerWait {
    /// A server was asked for its answer, and has neither answered nor failed.
    pub is_asked: bool,
    /// Something else has gone out, and the call is still open.
    pub is_late: bool,
    /// When that server was asked.
    pub since: Option<UtcMillis>,
}

/// How many exchanges of each bot wait for servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerWaits {
    /// Those that are not answered.
    pub asked: Vec<(BotId, usize)>,
    /// Those that are.
    pub late: Vec<(BotId, usize)>,
}

impl Engine {
    /// Whether an exchange waits for a server. Each change of it is followed by an event of the
    /// exchange.
    #[must_use]
    pub fn server_wait(&self, summary: &Summary) -> ServerWait {
        let is_settled = summary.state.is_settled();
        let since = match is_settled {
            true => self.shared.late_calls.since(summary.id),
            false => self.shared.forwards.since(summary.bot, summary.id),
        };
        ServerWait {
            is_asked: !is_settled && since.is_some(),
            is_late: is_settled && since.is_some(),
            since,
        }
    }

    /// How many exchanges wait for servers.
    #[must_use]
    pub fn server_waits(&self) -> ServerWaits {
        ServerWaits {
            asked: self.shared.forwards.counts(),
            late: self.shared.late_calls.counts(),
        }
    }

    /// What goes out where nobody answers an exchange; `None` where it is not held.
    #[must_use]
    pub fn held_fallback(&self, id: ExchangeId) -> Option<HeldFallback> {
        self.shared.holds.fallback(id)
    }
}
