//! What a turn needs of the app around it, as traits: the app itself implements them, and tests
//! with a history in memory.

use std::pin::Pin;
use std::sync::Arc;

use protocol::platform::{ChatAction, Retries};
use protocol::{
    Answer, Body, BotId, ConversationId, Exchange, ExchangeId, Platform, Request, Side, Source,
    Summary, UtcMillis,
};
use store::{Change, Inserted, ListQuery, Stopwatch, Store, StoreError, UpdateOutcome};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::attempts::{self, Attempts};
use crate::bot_rules::{PendingUses, RuleMemory};
use crate::bots::Bot;
use crate::callbacks::Callbacks;
use crate::chains::Chains;
use crate::circles::Circles;
use crate::client::{Address, Call, CallFailure, Destination, Unanswered, forward, send};
use crate::clock;
use crate::feed::{EventKind, Feed};
use crate::forwards::Forwards;
use crate::holds::Holds;
use crate::late::{DeliveryEnd, LateCalls, LateDelivery};
use crate::patience::{CallerWait, Probes};
use crate::receipt::Receipt;
use crate::shared::Shared;

/// A call under way. It goes on only while somebody awaits it.
pub(crate) type Calling = Pin<Box<dyn Future<Output = Result<Answer, CallFailure>> + Send>>;

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

    /// What the developer's own server answered to an exchange, as far as it is written down.
    fn upstream_answer(&self, id: ExchangeId) -> impl Future<Output = Option<Answer>> + Send;

    /// The late answer of an exchange, where it is there and has not been delivered.
    ///
    /// # Errors
    /// The history cannot be read.
    fn late_answer(
        &self,
        id: ExchangeId,
    ) -> impl Future<Output = Result<Option<Answer>, StoreError>> + Send;

    /// The user's turn before an exchange's number.
    ///
    /// # Errors
    /// The history cannot be read.
    fn previous_turn(
        &self,
        bot: BotId,
        user: &str,
        before: u64,
    ) -> impl Future<Output = Result<Option<Exchange>, StoreError>> + Send;

    /// The conversation that goes on with a turn which is not recorded yet; `None` where it begins
    /// one.
    ///
    /// # Errors
    /// The history cannot be read.
    fn conversation_for(
        &self,
        summary: Summary,
        request: Request,
    ) -> impl Future<Output = Result<Option<ConversationId>, StoreError>> + Send;

    /// Writes down what a turn has changed of what rules remember.
    fn save_rule_uses(&self, uses: PendingUses) -> impl Future<Output = ()> + Send;

    /// Exchanges of a platform that ended with an error since a moment, among the newest.
    fn failed_calls(
        &self,
        platform: Platform,
        since: UtcMillis,
    ) -> impl Future<Output = Vec<Exchange>> + Send;

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
    /// What rules remember.
    fn rules(&self) -> &RuleMemory;
    /// A receipt of an exchange that the app itself begins.
    fn receipt(&self, source: Source) -> Receipt;
    /// Sends a request to an address, as a rule says.
    fn send(
        &self,
        request: &Request,
        address: &Address,
    ) -> impl Future<Output = Result<Answer, Unanswered>> + Send;
    /// Permits for calls that rules make after their answers.
    fn callbacks(&self) -> &Callbacks;
    /// How many requests wait for servers of the developer's.
    fn forwards(&self) -> &Forwards;
    /// What was sent of late, as far as it may come back.
    fn circles(&self) -> &Circles;
    /// Forwards a request to a server of the developer's.
    fn call(self: &Arc<Self>, call: Call) -> Calling;
    /// Calls that go on although their bots have been answered.
    fn late_calls(&self) -> &LateCalls;
    /// Which turns belong to one message.
    fn chains(&self) -> &Chains;
    /// Which calls are attempts of one.
    fn attempts(&self) -> &Attempts;
    /// The name of what the next call to a bot's platform gets; it is taken.
    fn take_trial(&self, bot: BotId) -> Option<&'static str>;
    /// A bot's call does something in a chat; `false` where there is none, or it is closed.
    fn act_in_chat(&self, bot: BotId, action: ChatAction) -> impl Future<Output = bool> + Send;
    /// Who is held on purpose.
    fn probes(&self) -> &Probes;
    /// A caller of a bot has left without its answer.
    fn caller_left(self: &Arc<Self>, bot: BotId, platform: Platform, wait: CallerWait);
    /// A caller of a bot got its answer after so many milliseconds.
    fn caller_waited(self: &Arc<Self>, bot: BotId, platform: Platform, ms: u64);
    /// Whether a late answer waits for an answer to this user.
    fn has_delivery(&self, bot: BotId, user: Option<&str>) -> bool;
    /// The late answer that goes out with an answer to this user, where one waits. It waits no
    /// more, and its end is told.
    fn take_delivery(
        &self,
        bot: BotId,
        user: Option<&str>,
    ) -> impl Future<Output = Option<LateDelivery>> + Send;
    /// What became of a late answer that was taken.
    fn delivery_ended(&self, late: ExchangeId, end: DeliveryEnd)
    -> impl Future<Output = ()> + Send;
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

    async fn upstream_answer(&self, id: ExchangeId) -> Option<Answer> {
        let found = self.get(id).await.ok().flatten();
        found.and_then(|mut exchange| exchange.answers.take(Side::Upstream))
    }

    async fn late_answer(&self, id: ExchangeId) -> Result<Option<Answer>, StoreError> {
        let found = self.get(id).await?;
        let waits = found.filter(|exchange| exchange.summary.delivered_with.is_none());
        Ok(waits.and_then(|mut exchange| exchange.answers.take(Side::Late)))
    }

    async fn previous_turn(
        &self,
        bot: BotId,
        user: &str,
        before: u64,
    ) -> Result<Option<Exchange>, StoreError> {
        Self::previous_turn(self, bot, user, before).await
    }

    async fn conversation_for(
        &self,
        summary: Summary,
        request: Request,
    ) -> Result<Option<ConversationId>, StoreError> {
        Self::conversation_for(self, summary, request).await
    }

    async fn save_rule_uses(&self, uses: PendingUses) {
        if let Err(error) = Self::save_rule_uses(self, move || uses.now()).await {
            tracing::warn!(%error, "what rules remember of a turn is in memory alone");
        }
    }

    async fn failed_calls(&self, platform: Platform, since: UtcMillis) -> Vec<Exchange> {
        let newest = ListQuery {
            limit: attempts::OF_BEFORE,
            ..ListQuery::default()
        };
        let found = self.list(newest).await.unwrap_or_default().summaries;
        let failed = found.into_iter().filter(|one| {
            let fails = one.status.is_some_and(Retries::fails);
            one.platform == platform && one.at >= since && fails
        });
        let mut calls = Vec::new();
        for summary in failed {
            calls.extend(self.get(summary.id).await.ok().flatten());
        }
        calls
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

    fn rules(&self) -> &RuleMemory {
        &self.rules
    }

    fn receipt(&self, source: Source) -> Receipt {
        Receipt::now(self, source, None)
    }

    async fn send(&self, request: &Request, address: &Address) -> Result<Answer, Unanswered> {
        let limit = self.settings().body_limit_bytes;
        let destination = Destination {
            address: address.clone(),
            server: None,
        };
        send(&self.clients, &self.bodies, request, &destination, limit).await
    }

    fn callbacks(&self) -> &Callbacks {
        &self.callbacks
    }

    fn forwards(&self) -> &Forwards {
        &self.forwards
    }

    fn circles(&self) -> &Circles {
        &self.circles
    }

    fn call(self: &Arc<Self>, call: Call) -> Calling {
        let shared = Arc::clone(self);
        Box::pin(async move {
            let limit = shared.settings().body_limit_bytes;
            forward(&shared.clients, &shared.bodies, call, limit).await
        })
    }

    fn late_calls(&self) -> &LateCalls {
        &self.late_calls
    }

    fn chains(&self) -> &Chains {
        &self.chains
    }

    fn attempts(&self) -> &Attempts {
        &self.attempts
    }

    fn take_trial(&self, bot: BotId) -> Option<&'static str> {
        self.chats.take_next(bot)
    }

    async fn act_in_chat(&self, bot: BotId, action: ChatAction) -> bool {
        self.chats.act(bot, action).await
    }

    fn probes(&self) -> &Probes {
        &self.probes
    }

    fn caller_left(self: &Arc<Self>, bot: BotId, platform: Platform, wait: CallerWait) {
        let shared = Arc::clone(self);
        self.tasks.spawn(async move {
            // Nothing would remove what is remembered of a bot that is gone.
            let is_there = shared.bots.get(Some(bot)).is_ok();
            if is_there && shared.patience.left(bot, platform, wait).await {
                shared.feed.emit(EventKind::PatienceChanged, Some(bot));
            }
        });
    }

    fn caller_waited(self: &Arc<Self>, bot: BotId, platform: Platform, ms: u64) {
        if !self.patience.is_refuted(bot, platform, ms) {
            return;
        }
        let shared = Arc::clone(self);
        self.tasks.spawn(async move {
            if shared.patience.waited(bot, platform, ms).await {
                shared.feed.emit(EventKind::PatienceChanged, Some(bot));
            }
        });
    }

    fn has_delivery(&self, bot: BotId, user: Option<&str>) -> bool {
        self.deliveries.has_for(bot, user)
    }

    async fn take_delivery(&self, bot: BotId, user: Option<&str>) -> Option<LateDelivery> {
        self.deliveries.take(bot, user).await
    }

    async fn delivery_ended(&self, late: ExchangeId, end: DeliveryEnd) {
        if let DeliveryEnd::WentOut(with) = end {
            let change = Change {
                delivered_with: Some(with),
                ..Change::default()
            };
            if let UpdateOutcome::Shown(stored) = self.store.update_or_report(late, change).await {
                let stored = Arc::from(stored);
                self.feed.exchange(EventKind::ExchangeChanged, stored);
            }
        }
        self.deliveries.end(late, end).await;
    }
}
