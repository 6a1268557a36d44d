//! What people may do with bots.

use std::path::Path;
use std::sync::Arc;

use protocol::BotId;

use super::Engine;
use crate::access::AccessChange;
use crate::answering::Answering;
use crate::bots::{Bot, BotPatch, NewBot, OldAddress};
use crate::client::certificates;
use crate::error::{Error, Invalid};
use crate::feed::EventKind;
use crate::holds::Command;
use crate::words;

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
    /// The name or a setting does not fit, or the change cannot be saved.
    pub async fn create_bot(&self, new: NewBot) -> Result<Arc<Bot>, Error> {
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move {
            let bot = shared.bots.create(new).await?;
            shared.feed.emit(EventKind::BotsChanged, Some(bot.id));
            Ok(bot)
        })
        .await
    }

    /// Changes a bot.
    ///
    /// # Errors
    /// There is no such bot, the name or a setting does not fit, or the change cannot be saved.
    pub async fn patch_bot(&self, id: BotId, patch: BotPatch) -> Result<Arc<Bot>, Error> {
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move {
            let bot = shared.bots.patch(id, patch).await?;
            shared.feed.emit(EventKind::BotsChanged, Some(id));
            Ok(bot)
        })
        .await
    }

    /// Gives a bot another address.
    ///
    /// # Errors
    /// There is no such bot, or the change cannot be saved.
    pub async fn renew_secret(&self, id: BotId) -> Result<Arc<Bot>, Error> {
        let renew = |bot: &mut Bot| {
            bot.renew_secret();
            Ok(())
        };
        self.change_bot(id, EventKind::BotsChanged, renew).await
    }

    /// Says who may use a bot's address.
    ///
    /// # Errors
    /// There is no such bot, a rule does not fit, or the change cannot be saved.
    pub async fn set_access(&self, id: BotId, change: AccessChange) -> Result<Arc<Bot>, Error> {
        let change = change.with_digest().await;
        let admit = |bot: &mut Bot| bot.admit(change);
        self.change_bot(id, EventKind::BotsChanged, admit).await
    }

    pub(super) async fn change_bot(
        &self,
        id: BotId,
        kind: EventKind,
        change: impl FnOnce(&mut Bot) -> Result<(), Error> + Send + 'static,
    ) -> Result<Arc<Bot>, Error> {
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move {
            let bot = shared.bots.change(id, change).await?;
            shared.feed.emit(kind, Some(id));
            Ok(bot)
        })
        .await
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
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move {
            shared.bots.delete(id).await?;
            shared.rule_folders.forget(id).await;
            shared.callbacks.forget(id);
            if let Some(Some(held)) = shared.probes.remove(id) {
                // One that was answered meanwhile is not held any more.
                let _ = shared.holds.command(held, Command::Release).await;
            }
            shared.patience.forget(id, None).await;
            shared.simulator.forget(id).await;
            shared.chats.forget(id).await;
            shared.feed.emit(EventKind::BotsChanged, Some(id));
            Ok(())
        })
        .await
    }

    /// That no server is the app itself, and that files of certificates can be used. A remembered
    /// server that was set before is as it was then: its file may be away for a while.
    async fn check_servers(&self, answering: &Answering, before: &Answering) -> Result<(), Error> {
        answering.check()?;
        answering.check_names(before)?;
        let own = |pointer: String| Err(Invalid::own_address(&pointer).into());
        if let Some(url) = &answering.upstream
            && self.is_own_address(url).await
        {
            return own("/upstream".to_owned());
        }
        for (index, server) in answering.upstreams.iter().enumerate() {
            if before.upstreams.contains(server) {
                continue;
            }
            let at = format!("/upstreams/{index}");
            if self.is_own_address(&server.url).await {
                return own(format!("{at}/url"));
            }
            let Some(file) = &server.ca_file else {
                continue;
            };
            if let Err(why) = certificates(Path::new(file)).await {
                let message = words::CA_FILE_UNUSABLE.arg(messages::foreign(why));
                return Err(Invalid::new(format!("{at}/ca_file"), message).into());
            }
        }
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
        let present = self.shared.bots.get(bot)?;
        let id = present.id;
        self.check_servers(&answering, &present.answering).await?;
        let answer = |bot: &mut Bot| bot.answer_by(answering);
        self.change_bot(id, EventKind::AnsweringChanged, answer)
            .await
    }
}
