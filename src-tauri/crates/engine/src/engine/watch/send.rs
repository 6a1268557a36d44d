//! The watched conversations, sent to their server and compared with the time before.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use protocol::{ConversationId, Exchange, ExchangeId};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::TURNS_MAX;
use crate::conversation_words as words;
use crate::engine::Engine;
use crate::engine::runs::{Difference, RunTarget, difference};
use crate::feed::EventKind;
use crate::read_aside::read_aside;
use crate::watch::{ChangedTurn, Noise, Pass, Sender, WatchRun, WatchState, Watching};

/// So long a listener of this machine is waited for.
const CONNECT: Duration = Duration::from_secs(1);

/// The new exchange of each recorded turn, in the order in which they were sent.
type Answers = Vec<(ExchangeId, ExchangeId)>;

/// The server that they are sent to.
pub(super) struct WatchedServer {
    engine: Engine,
    watching: Arc<Watching>,
    noise: Mutex<HashMap<ExchangeId, Noise>>,
}

impl WatchedServer {
    pub(super) fn new(engine: Engine, watching: Arc<Watching>) -> Self {
        Self {
            engine,
            watching,
            noise: Mutex::default(),
        }
    }

    /// The turns as they are by now: a conversation may have gone on, or be deleted.
    async fn turns(&self) -> Vec<ExchangeId> {
        let mut turns = Vec::new();
        for id in &self.watching.plan.conversations {
            let id: ConversationId = *id;
            if let Ok((_, found)) = self.engine.newest_turns(id, TURNS_MAX).await {
                turns.extend(found);
            }
        }
        turns.truncate(TURNS_MAX);
        turns
    }

    /// What differs between two exchanges' answers; `None` where nothing can be said of it.
    async fn between(&self, one: ExchangeId, other: ExchangeId) -> Option<Found> {
        let store = &self.engine.shared.store;
        let (one, other) = (store.get(one).await.ok()??, store.get(other).await.ok()??);
        let read = |(one, other): &(Exchange, Exchange)| {
            let has_answer = |exchange: &Exchange| exchange.answer().is_some();
            match difference(one, other) {
                Ok(Some(found)) => Some(Found::Difference(found)),
                // One is answered and the other is not, or neither is.
                Ok(None) => Some(Found::Answered(has_answer(one) != has_answer(other))),
                Err(_) => None,
            }
        };
        read_aside(true, (one, other), read).await.1
    }
}

/// What two exchanges differ in.
enum Found {
    /// Both have answers.
    Difference(Difference),
    /// Whether one alone has an answer.
    Answered(bool),
}

impl Sender for WatchedServer {
    type Answers = Answers;

    async fn is_there(&self) -> bool {
        let target = &self.watching.plan.target;
        let Some((host, port)) = endpoint(target) else {
            return false;
        };
        // The app may have another port than when it was chosen: what is sent there would come
        // into the history as a bot's.
        if self.engine.is_own_address(target).await {
            return false;
        }
        let connecting = TcpStream::connect((host.as_str(), port));
        matches!(timeout(CONNECT, connecting).await, Ok(Ok(_)))
    }

    async fn send(&self) -> Pass<Answers> {
        let target = RunTarget::Url(self.watching.plan.target.clone());
        let mut answers = Vec::new();
        for id in self.turns().await {
            let Ok(sent) = self.engine.replayed(id, None, &target).await else {
                continue;
            };
            if sent.is_unreachable {
                let is_cut = true;
                return Pass { answers, is_cut };
            }
            answers.extend(sent.row.replay.map(|replay| (id, replay)));
        }
        Pass {
            answers,
            is_cut: false,
        }
    }

    async fn learn(&self, one: &Answers, other: &Answers) {
        let others: HashMap<ExchangeId, ExchangeId> = other.iter().copied().collect();
        let mut learned = HashMap::new();
        for (original, replay) in one {
            let Some(other) = others.get(original) else {
                continue;
            };
            if let Some(Found::Difference(found)) = self.between(*replay, *other).await {
                let noise = Noise::new(&found.bodies, found.has_same_status);
                learned.insert(*original, noise);
            }
        }
        *self.noise.lock() = learned;
    }

    async fn tell(&self, saved: String, before: &Answers, now: &Answers) {
        let before: HashMap<ExchangeId, ExchangeId> = before.iter().copied().collect();
        let mut changed = Vec::new();
        for (original, replay) in now {
            let Some(before) = before.get(original) else {
                continue;
            };
            let changes = match self.between(*before, *replay).await {
                Some(Found::Difference(found)) => {
                    let noise = self.noise.lock();
                    let noise = noise.get(original).cloned().unwrap_or_default();
                    noise.without(&found.bodies, found.has_same_status)
                }
                Some(Found::Answered(differs)) => usize::from(differs),
                None => 0,
            };
            if changes > 0 {
                changed.push(ChangedTurn {
                    original: *original,
                    replay: *replay,
                    changes,
                });
            }
        }
        self.watching.ran(WatchRun {
            saved,
            turns: now.len(),
            changed,
        });
        self.engine.shared.feed.emit(EventKind::WatchChanged, None);
    }

    fn stands(&self, state: WatchState, is_away: bool) {
        let away = is_away.then(|| words::WATCHED_AWAY.arg(self.watching.plan.target.as_str()));
        self.watching.stands(state, away);
    }
}

/// Host and port of an address.
fn endpoint(target: &str) -> Option<(String, u16)> {
    let url = url::Url::parse(target).ok()?;
    let host = tunnel::without_brackets(url.host_str()?).to_owned();
    Some((host, url.port_or_known_default()?))
}
