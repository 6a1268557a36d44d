//! What people may do with held exchanges.

use protocol::{Answer, BotId, ExchangeId, State, UtcMillis};

use super::Engine;
use crate::answering::{HOLD_SECONDS, hold_seconds};
use crate::error::{Error, Invalid, Subject};
use crate::holds::Command;

impl Engine {
    /// Answers a held exchange. Returns once the bytes are written.
    ///
    /// # Errors
    /// It is not held any more, or the caller has gone.
    pub async fn answer(&self, id: ExchangeId, answer: Answer) -> Result<(), Error> {
        let sent = self
            .shared
            .holds
            .command(id, |ack| Command::Answer(answer, ack))
            .await;
        self.why_not_held(id, sent).await
    }

    /// Gives a held exchange more time; the new deadline.
    ///
    /// # Errors
    /// It is not held any more, or the caller has gone.
    pub async fn extend(&self, id: ExchangeId, seconds: u32) -> Result<UtcMillis, Error> {
        if !HOLD_SECONDS.contains(&seconds) {
            return Err(Invalid::new("/seconds", hold_seconds()).into());
        }
        let extended = self
            .shared
            .holds
            .command(id, |ack| Command::Extend(seconds, ack))
            .await;
        self.why_not_held(id, extended).await
    }

    /// Answers a held exchange with its fallback, now.
    ///
    /// # Errors
    /// It is not held any more, or the caller has gone.
    pub async fn release(&self, id: ExchangeId) -> Result<(), Error> {
        let released = self.shared.holds.command(id, Command::Release).await;
        self.why_not_held(id, released).await
    }

    /// Answers all held exchanges of a bot, or of all bots, with their fallback; how many.
    pub async fn release_all(&self, bot: Option<BotId>) -> usize {
        let releases = self
            .shared
            .holds
            .ids(bot)
            .into_iter()
            .map(|id| self.shared.holds.command(id, Command::Release));
        let mut released = 0;
        for release in releases.collect::<Vec<_>>() {
            released += usize::from(release.await.is_ok());
        }
        released
    }

    /// "Not held" made exact: there may be no such exchange, or its caller may have gone.
    async fn why_not_held<T>(&self, id: ExchangeId, outcome: Result<T, Error>) -> Result<T, Error> {
        let Err(Error::NotHeld) = outcome else {
            return outcome;
        };
        match self.shared.store.summary(id).await? {
            None => Err(Error::NotFound(Subject::Exchange)),
            Some(summary) if summary.state == State::Abandoned => Err(Error::CallerLeft),
            Some(_) => Err(Error::NotHeld),
        }
    }
}
