//! The engine's handle: everything the app does, one file a subject.

mod answer_versions;
mod bots;
mod composed_calls;
mod conversations;
mod export;
mod followed_folder;
mod history;
mod holds;
mod late;
mod own_addresses;
mod patience;
mod replays;
mod rule_files;
mod rules;
mod rules_tried;
mod runs;
mod scenarios;
mod settings;
mod simulator;
mod start;
mod status;
mod tunnel;
mod waiting;
mod watch;
mod what_if;

use std::net::SocketAddr;
use std::sync::Arc;

pub use answer_versions::{AnswerPage, AnswerQuery, AnswerVersion, AnsweredTurn};
pub use composed_calls::{Attempt, CallMade, ComposedCall};
pub use conversations::{CONVERSATION_TURNS_MAX, ConversationTurn};
pub use rule_files::{RuleExport, RuleImport};
pub use rules_tried::DRY_RUN_MAX;
pub use runs::{RUN_TURNS_MAX, RunOf, RunTarget};
pub use scenarios::MadeScenario;
pub use simulator::{NewUserTurn, PlayedUser, UserTurnMade};
pub use start::{EngineConfig, Listen};
pub use status::Status;
pub use tunnel::TunnelView;
pub use waiting::{ServerWait, ServerWaits};
pub use watch::WATCHED_MAX;

use crate::api_endpoint::ApiEndpoint;
use crate::bots::Bot;
use crate::feed::Feed;
use crate::ingress;
use crate::shared::Shared;

#[cfg(test)]
mod tests;

/// The engine. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

impl Engine {
    /// Where the webhook server listens.
    #[must_use]
    pub fn webhook_addr(&self) -> SocketAddr {
        self.shared.listening.lock().address
    }

    /// A bot's address on this machine.
    #[must_use]
    pub fn webhook_url(&self, bot: &Bot) -> String {
        format!("http://{}/{}", self.webhook_addr(), bot.secret)
    }

    /// That the API is served at this address to whoever has the token. It is no server for a bot
    /// to be sent on to, and the token is hidden where it comes to a bot's address.
    pub fn api_at(&self, address: SocketAddr, token: String) {
        // There is one in a run, and the first stays.
        let _ = self.shared.api.set(ApiEndpoint::new(address, token));
        self.shared.clients.keep_from(address);
        self.shared.tunnel.tunnel.api_at(address);
        // A rule that calls it is refused from here on.
        self.shared.rule_folders.wake_all();
    }

    /// What happened, in order.
    #[must_use]
    pub fn feed(&self) -> &Feed {
        &self.shared.feed
    }

    /// How many exchanges wait for a person.
    #[must_use]
    pub fn held_count(&self) -> usize {
        self.shared.holds.len()
    }

    /// Answers what is held with its fallback, finishes what is being sent (at most 5 s), writes
    /// everything down and closes the data directory.
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        if tokio::time::timeout(ingress::GRACE, self.shared.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some connections were still busy at the end");
        }
        self.stop_tunnel().await;
        self.shared.tunnel.save_usage().await;
        self.shared.store.close().await;
    }

    /// Runs a change to its end, even where whoever asked for it leaves meanwhile: otherwise what
    /// is on disk, what is in memory and what the feed has told would part.
    async fn to_its_end<T: Send + 'static>(
        &self,
        change: impl Future<Output = T> + Send + 'static,
    ) -> T {
        match self.shared.tasks.spawn(change).await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is ending, and this future with it.
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// Work of others that [`Self::shutdown`] waits for, as it does for the engine's own: as long,
    /// and before the history closes.
    pub fn track<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        self.shared.tasks.track_future(work)
    }

    /// Resolves when the engine begins to shut down.
    pub async fn stopping(&self) {
        self.shared.stop.cancelled().await;
    }
}
