//! Requests that wait for a person: who is held, and how commands get to them.
//!
//! Each held exchange has one task that owns it and takes commands one after the other, so that
//! exactly one answer wins whatever races: a later command gets [`Error::NotHeld`].

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use protocol::{Answer, BotId, Exchange, ExchangeId, UtcMillis};
use tokio::sync::{mpsc, oneshot};

use crate::answering::Fallback;
use crate::error::Error;

/// Exchanges held at once at most, however many connections there may be; beyond it the fallback
/// answers at once.
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

impl Command {
    /// Tells whoever sent it that there is no caller any more.
    pub(crate) fn caller_left(self) {
        match self {
            Self::Answer(_, ack) | Self::Release(ack) => drop(ack.send(Err(Error::CallerLeft))),
            Self::Extend(_, ack) => drop(ack.send(Err(Error::CallerLeft))),
        }
    }
}

/// Where the outcome of a command goes. Dropped without a word: the exchange was not held any more.
pub(crate) type Ack<T> = oneshot::Sender<Result<T, Error>>;

/// All held exchanges.
pub(crate) struct Holds {
    held: Mutex<HashMap<ExchangeId, Held>>,
    /// Those whose callers have left, until that is recorded.
    deserted: Mutex<HashSet<ExchangeId>>,
    /// How many there may be.
    limit: AtomicUsize,
}

/// Exchanges held at once where there may be so many connections: an eighth of them remains for
/// whoever is to be answered at once because too many wait.
fn limit_for(connections: usize) -> usize {
    connections
        .saturating_sub(connections.div_ceil(8))
        .clamp(1, MAX_HELD)
}

struct Held {
    commands: mpsc::Sender<Command>,
    bot: BotId,
    /// The exchange as it arrived, so that it can be looked at even where history is not being
    /// saved; where it is, without a long body.
    exchange: Arc<Exchange>,
    fallback: HeldFallback,
}

/// What goes out where nobody answers a held exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeldFallback {
    /// What it is.
    pub kind: Fallback,
    /// The rule that took the turn says so, not the bot.
    pub is_rules: bool,
    /// Neither: the platform's own failure goes out.
    pub is_platforms: bool,
}

impl Holds {
    /// None yet, of as many as fit with so many connections.
    pub(crate) fn new(connections: usize) -> Self {
        Self {
            held: Mutex::default(),
            deserted: Mutex::default(),
            limit: AtomicUsize::new(limit_for(connections)),
        }
    }

    /// There may be so many connections from now on. What is held beyond the limit stays.
    pub(crate) fn resize(&self, connections: usize) {
        self.limit.store(limit_for(connections), Ordering::Relaxed);
    }

    /// How many there may be.
    pub(crate) fn limit(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }

    pub(crate) fn len(&self) -> usize {
        self.held.lock().len()
    }

    /// Whether one more fits.
    pub(crate) fn has_room(&self) -> bool {
        self.len() < self.limit()
    }

    /// Begins a hold, or says that there are too many.
    pub(crate) fn begin(
        &self,
        exchange: Arc<Exchange>,
        fallback: HeldFallback,
    ) -> Option<mpsc::Receiver<Command>> {
        let mut held = self.held.lock();
        if held.len() >= self.limit() {
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
                fallback,
            },
        );
        Some(receiver)
    }

    /// Replaces what can be looked at of a held exchange.
    pub(crate) fn replace(&self, exchange: Arc<Exchange>) {
        if let Some(held) = self.held.lock().get_mut(&exchange.summary.id) {
            held.exchange = exchange;
        }
    }

    /// Ends a hold: from here on nobody finds it.
    pub(crate) fn end(&self, id: ExchangeId) {
        self.held.lock().remove(&id);
    }

    /// Ends a hold whose caller has left: until it is forgotten, commands are told so.
    pub(crate) fn end_deserted(&self, id: ExchangeId) {
        // First, so that a command finds it in one of the two.
        self.deserted.lock().insert(id);
        self.end(id);
    }

    /// That the caller has left is recorded: the record tells it from here on.
    pub(crate) fn forget_deserted(&self, id: ExchangeId) {
        self.deserted.lock().remove(&id);
    }

    pub(crate) fn exchange(&self, id: ExchangeId) -> Option<Arc<Exchange>> {
        self.held
            .lock()
            .get(&id)
            .map(|held| Arc::clone(&held.exchange))
    }

    /// What goes out where nobody answers; `None` where the exchange is not held.
    pub(crate) fn fallback(&self, id: ExchangeId) -> Option<HeldFallback> {
        self.held.lock().get(&id).map(|held| held.fallback)
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
        let commands = match commands {
            Some(commands) => commands,
            None if self.deserted.lock().contains(&id) => return Err(Error::CallerLeft),
            None => return Err(Error::NotHeld),
        };
        let (ack, outcome) = oneshot::channel();
        commands.send(make(ack)).await.map_err(|_| Error::NotHeld)?;
        outcome.await.unwrap_or(Err(Error::NotHeld))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_are_held_than_there_are_connections() {
        for (connections, held) in [
            (1, 1),
            (2, 1),
            (8, 7),
            (100, 87),
            (1024, 896),
            (16_384, 1024),
        ] {
            assert_eq!(limit_for(connections), held, "{connections}");
        }
        let holds = Holds::new(1024);
        holds.resize(16);
        assert_eq!(holds.limit(), 14);
    }

    #[tokio::test]
    async fn whoever_answers_a_hold_that_its_caller_left_is_told_so_before_that_is_recorded() {
        let holds = Holds::new(8);
        let exchange = Arc::new(Exchange::default());
        let id = exchange.summary.id;
        let _commands = holds.begin(exchange, HeldFallback::default()).unwrap();
        holds.end_deserted(id);
        for _ in 0..2 {
            let answered = holds.command(id, Command::Release).await;
            assert!(matches!(answered, Err(Error::CallerLeft)), "{answered:?}");
        }
        assert_eq!(holds.len(), 0);
        holds.forget_deserted(id);
        let answered = holds.command(id, Command::Release).await;
        assert!(
            matches!(answered, Err(Error::NotHeld)),
            "the record tells: {answered:?}"
        );
    }
}
