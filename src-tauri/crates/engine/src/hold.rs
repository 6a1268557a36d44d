//! Requests that wait for a person.
//!
//! Each held exchange has one task that owns it and takes commands one after the other, so that
//! exactly one answer wins whatever races: whoever comes after it finds nobody there.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use protocol::{Answer, BotId, Exchange, ExchangeId, State, UtcMillis};
use tokio::sync::{mpsc, oneshot};

use crate::answering::{HOLD_SECONDS, hold_seconds};
use crate::{Engine, Error, Invalid, Subject};

/// Exchanges held at once; beyond it the fallback answers at once.
pub const MAX_HELD: usize = 1024;
/// Commands waiting for one exchange.
const COMMANDS: usize = 16;

/// What a person wants of a held exchange.
pub(crate) enum Command {
    /// This answer.
    Answer(Answer, Ack<()>),
    /// More time, in seconds.
    Extend(u32, Ack<UtcMillis>),
    /// The fallback, now.
    Release(Ack<()>),
}

/// Where the outcome of a command goes. Dropped without a word: the exchange was not held any more.
pub(crate) type Ack<T> = oneshot::Sender<Result<T, Error>>;

/// All held exchanges.
#[derive(Default)]
pub(crate) struct Holds {
    held: Mutex<HashMap<ExchangeId, Held>>,
}

struct Held {
    commands: mpsc::Sender<Command>,
    bot: BotId,
    /// The exchange as it arrived: it can be looked at even where history is not being saved.
    exchange: Arc<Exchange>,
}

impl Holds {
    pub(crate) fn len(&self) -> usize {
        self.held.lock().len()
    }

    /// Begins a hold, or says that there are too many.
    pub(crate) fn begin(&self, exchange: Arc<Exchange>) -> Option<mpsc::Receiver<Command>> {
        let mut held = self.held.lock();
        if held.len() >= MAX_HELD {
            return None;
        }
        let (commands, receiver) = mpsc::channel(COMMANDS);
        let bot = exchange.summary.bot;
        held.insert(
            exchange.summary.id,
            Held {
                commands,
                bot,
                exchange,
            },
        );
        Some(receiver)
    }

    /// Ends a hold: from here on nobody finds it.
    pub(crate) fn end(&self, id: ExchangeId) {
        self.held.lock().remove(&id);
    }

    pub(crate) fn exchange(&self, id: ExchangeId) -> Option<Arc<Exchange>> {
        self.held
            .lock()
            .get(&id)
            .map(|held| Arc::clone(&held.exchange))
    }

    /// The held exchanges of one bot, or of all.
    pub(crate) fn ids(&self, bot: Option<BotId>) -> Vec<ExchangeId> {
        let held = self.held.lock();
        held.iter()
            .filter(|(_, one)| bot.is_none_or(|bot| one.bot == bot))
            .map(|(id, _)| *id)
            .collect()
    }

    /// Sends a command and waits for its outcome; [`Error::NotHeld`] where nobody takes it.
    pub(crate) async fn command<T>(
        &self,
        id: ExchangeId,
        make: impl FnOnce(Ack<T>) -> Command + Send,
    ) -> Result<T, Error> {
        let commands = self.held.lock().get(&id).map(|held| held.commands.clone());
        let commands = commands.ok_or(Error::NotHeld)?;
        let (ack, outcome) = oneshot::channel();
        commands.send(make(ack)).await.map_err(|_| Error::NotHeld)?;
        outcome.await.unwrap_or(Err(Error::NotHeld))
    }
}

impl Engine {
    /// Answers a held exchange. Returns once the bytes are written.
    ///
    /// # Errors
    /// It is not held any more, or the caller has gone.
    pub async fn answer(&self, id: ExchangeId, answer: Answer) -> Result<(), Error> {
        let sent = self
            .inner
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
            .inner
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
        let released = self.inner.holds.command(id, Command::Release).await;
        self.why_not_held(id, released).await
    }

    /// Answers all held exchanges of a bot, or of all bots, with their fallback; how many.
    pub async fn release_all(&self, bot: Option<BotId>) -> usize {
        let releases = self
            .inner
            .holds
            .ids(bot)
            .into_iter()
            .map(|id| self.inner.holds.command(id, Command::Release));
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
        match self.inner.store.summary(id).await? {
            None => Err(Error::NotFound(Subject::Exchange)),
            Some(summary) if summary.state == State::Abandoned => Err(Error::CallerLeft),
            Some(_) => Err(Error::NotHeld),
        }
    }
}
