//! What people may do with bots.

use std::sync::Arc;

use protocol::{BotId, PlatformChoice};

use super::Engine;
use crate::access::AccessChange;
use crate::answering::Answering;
use crate::bots::{Bot, BotPatch, OldAddress};
use crate::error::Error;
use crate::feed::EventKind;

impl Engine {
    /// All bots, in their order.
    #[must_use]
    pub fn bots(&self) -> Arc<Vec<Arc<Bot>>> {
        self.shared.bots.list()
    }

    /// The bot named, or the first one.
    ///
    /// # Errors
    /// There is no such bot.
    pub fn bot(&self, id: Option<BotId>) -> Result<Arc<Bot>, Error> {
        self.shared.bots.get(id)
    }

    /// Adds a bot.
    ///
    /// # Errors
    /// The name does not fit, or the change cannot be saved.
    pub async fn create_bot(
        &self,
        name: String,
        platform: PlatformChoice,
    ) -> Result<Arc<Bot>, Error> {
        let bot = self.shared.bots.create(name, platform).await?;
        self.shared.feed.note(EventKind::BotsChanged, Some(bot.id));
        Ok(bot)
    }

    /// Changes a bot.
    ///
    /// # Errors
    /// There is no such bot, the name does not fit, or the change cannot be saved.
    pub async fn patch_bot(&self, id: BotId, patch: BotPatch) -> Result<Arc<Bot>, Error> {
        let bot = self.shared.bots.patch(id, patch).await?;
        self.shared.feed.note(EventKind::BotsChanged, Some(id));
        Ok(bot)
    }

    /// Gives a bot another address.
    ///
    /// # Errors
    /// There is no such bot, or the change cannot be saved.
    pub async fn renew_secret(&self, id: BotId) -> Result<Arc<Bot>, Error> {
        let change = |bot: &mut Bot| {
            bot.renew_secret();
            Ok(())
        };
        let bot = self.shared.bots.change(id, change).await?;
        self.shared.feed.note(EventKind::BotsChanged, Some(id));
        Ok(bot)
    }

    /// Says who may use a bot's address.
    ///
    /// # Errors
    /// There is no such bot, a rule does not fit, or the change cannot be saved.
    pub async fn set_access(&self, id: BotId, change: AccessChange) -> Result<Arc<Bot>, Error> {
        let change = change.with_digest().await;
        let bot = self.shared.bots.change(id, |bot| bot.admit(change)).await?;
        self.shared.feed.note(EventKind::BotsChanged, Some(id));
        Ok(bot)
    }

    /// The addresses a bot had before, the latest first.
    #[must_use]
    pub fn old_addresses(&self, bot: &Bot) -> Vec<OldAddress> {
        self.shared.bots.old_addresses(bot)
    }

    /// Removes a bot; its exchanges stay in the history.
    ///
    /// # Errors
    /// There is no such bot, it is the only one, or the change cannot be saved.
    pub async fn delete_bot(&self, id: BotId) -> Result<(), Error> {
        self.shared.bots.delete(id).await?;
        self.shared.feed.note(EventKind::BotsChanged, Some(id));
        Ok(())
    }

    /// Sets who answers a bot, or the first one.
    ///
    /// # Errors
    /// The definition does not fit, there is no such bot, or the change cannot be saved.
    pub async fn set_answering(
        &self,
        bot: Option<BotId>,
        answering: Answering,
    ) -> Result<Arc<Bot>, Error> {
        let id = self.shared.bots.get(bot)?.id;
        let bot = self
            .shared
            .bots
            .change(id, |bot| bot.answer_by(answering))
            .await?;
        self.shared.feed.note(EventKind::AnsweringChanged, Some(id));
        Ok(bot)
    }
}
