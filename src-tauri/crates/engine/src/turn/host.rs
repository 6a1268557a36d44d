//! What a turn needs of the app around it, as traits: the app itself implements them, and tests
//! with a history in memory.

use std::sync::Arc;

use protocol::{Answer, Body, BotId, Exchange, ExchangeId, UtcMillis};
use store::{Change, Inserted, Stopwatch, Store, UpdateOutcome};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bots::Bot;
use crate::clock;
use crate::feed::Feed;
use crate::holds::Holds;
use crate::shared::Shared;

/// Where exchanges are written down. What cannot be written is reported by the history's health and
/// kept for another try, so that no turn has to.
pub(crate) trait History: Send + Sync {
    /// Writes a new exchange down. Returns after the commit.
    fn insert(
        &self,
        exchange: Box<Exchange>,
        clock: Stopwatch,
    ) -> impl Future<Output = Inserted> + Send;

    /// Changes an exchange. Returns after the commit.
    fn update(&self, id: ExchangeId, change: Change) -> impl Future<Output = UpdateOutcome> + Send;

    /// Whether an exchange is written down.
    fn has(&self, id: ExchangeId) -> impl Future<Output = bool> + Send;

    /// The body of an exchange's request, as far as it is written down.
    fn request_body(&self, id: ExchangeId) -> impl Future<Output = Option<Body>> + Send;

    /// The newest answer that a bot gave to an event.
    fn last_answer(
        &self,
        bot: BotId,
        event: Option<&str>,
    ) -> impl Future<Output = Option<Answer>> + Send;
}

/// The app around a turn.
pub(crate) trait Host: Send + Sync + 'static {
    fn history(&self) -> &impl History;
    fn feed(&self) -> &Feed;
    fn holds(&self) -> &Holds;
    /// The bot as it is now; `None` where it was removed.
    fn bot(&self, id: BotId) -> Option<Arc<Bot>>;
    /// Cancelled when the app stops.
    fn stop(&self) -> &CancellationToken;
    fn tasks(&self) -> &TaskTracker;
    /// The wall clock, which may be set anew while a turn goes on.
    fn now(&self) -> UtcMillis;
}

impl History for Store {
    async fn insert(&self, exchange: Box<Exchange>, clock: Stopwatch) -> Inserted {
        self.insert_or_report(exchange, clock).await
    }

    async fn update(&self, id: ExchangeId, change: Change) -> UpdateOutcome {
        self.update_or_report(id, change).await
    }

    async fn has(&self, id: ExchangeId) -> bool {
        self.summary(id).await.is_ok_and(|found| found.is_some())
    }

    async fn request_body(&self, id: ExchangeId) -> Option<Body> {
        let found = self.get(id).await.ok().flatten();
        found.map(|exchange| exchange.request.body)
    }

    async fn last_answer(&self, bot: BotId, event: Option<&str>) -> Option<Answer> {
        Self::last_answer(self, bot, event).await.ok().flatten()
    }
}

impl Host for Shared {
    fn history(&self) -> &impl History {
        &self.store
    }

    fn feed(&self) -> &Feed {
        &self.feed
    }

    fn holds(&self) -> &Holds {
        &self.holds
    }

    fn bot(&self, id: BotId) -> Option<Arc<Bot>> {
        self.bots.get(Some(id)).ok()
    }

    fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    fn now(&self) -> UtcMillis {
        clock::now()
    }
}
