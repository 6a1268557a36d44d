//! How long a bot's callers wait, and the probe that finds it out.

use protocol::{BotId, Platform};

use super::Engine;
use crate::clock;
use crate::error::{Error, Subject};
use crate::feed::EventKind;
use crate::patience::{Learned, Probe};

impl Engine {
    /// What is known of how long a bot's callers wait, by platform.
    #[must_use]
    pub fn patience(&self, bot: BotId) -> Vec<Learned> {
        self.shared.patience.of(bot)
    }

    /// Forgets it, on one platform or on all.
    ///
    /// # Errors
    /// There is no such bot.
    pub async fn forget_patience(
        &self,
        bot: Option<BotId>,
        platform: Option<Platform>,
    ) -> Result<(), Error> {
        let bot = self.bot(bot)?.id;
        let shared = std::sync::Arc::clone(&self.shared);
        self.to_its_end(async move {
            if shared.patience.forget(bot, platform).await {
                shared.feed.emit(EventKind::PatienceChanged, Some(bot));
            }
        })
        .await;
        Ok(())
    }

    /// The probe of a bot, where there was one in this run.
    #[must_use]
    pub fn probe_of(&self, bot: BotId) -> Option<Probe> {
        self.shared.probes.of(bot)
    }

    /// Has the next request of a bot held until its caller leaves, for so many seconds at most.
    ///
    /// # Errors
    /// There is no such bot.
    pub fn probe(&self, bot: Option<BotId>, seconds: u32) -> Result<Probe, Error> {
        let bot = self.bot(bot)?.id;
        let probe = self.shared.probes.arm(bot, seconds, clock::now());
        self.shared.feed.emit(EventKind::PatienceChanged, Some(bot));
        Ok(probe)
    }

    /// Ends the probe of a bot. A request that it holds gets its fallback.
    ///
    /// # Errors
    /// There is no such bot or probe.
    pub async fn stop_probe(&self, bot: Option<BotId>) -> Result<(), Error> {
        let bot = self.bot(bot)?.id;
        let held = self.shared.probes.remove(bot);
        let held = held.ok_or(Error::NotFound(Subject::Probe))?;
        self.shared.feed.emit(EventKind::PatienceChanged, Some(bot));
        if let Some(exchange) = held {
            // One that was answered meanwhile is not held any more.
            match self.release(exchange).await {
                Err(Error::NotHeld | Error::CallerLeft) | Ok(()) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
