//! How long the callers of a bot wait: learned where one leaves without its answer, and found out
//! by a probe, which holds one request on purpose until its caller leaves.
//!
//! What was learned is a stored document. A caller that gets its answer after a longer wait proves
//! that what was learned before is no limit of its own, and that is forgotten.

mod probes;
mod stored;

use std::time::Duration;

use protocol::{BotId, Platform, UtcMillis};
use store::{Store, StoreError};

pub use probes::{PROBE_SECONDS, Probe, ProbeState};
pub(crate) use probes::{ProbeEnd, Probes};
pub use stored::CallerWait;
use stored::StoredPatience;

use crate::documents::{Author, Document, DocumentKind, DocumentReport};

/// Waits that are remembered of a bot and a platform: more than a person compares, and a document
/// of some 2 KB for each.
const WAITS_MAX: usize = 20;

/// The shortest wait that counts. Whoever leaves sooner is a person who pressed Ctrl+C, or a probe
/// of a load balancer: a platform that waits for a webhook gives it a second.
const WAIT_MIN: Duration = Duration::from_millis(800);

/// How far waits of one limit are apart at most: a tenth, and half a second of the network's.
const SPREAD: (u64, u64) = (10, 500);

/// Waits alike from which a limit is believed where no probe has found it.
const TIMES_MIN: usize = 2;

/// What a hold leaves of a caller's wait for the answer's way: a second, or a twentieth.
const MARGIN_MS: u64 = 1000;
const MARGIN_PART: u64 = 20;

/// How long the callers of a bot wait on one platform, as far as that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The shortest of the waits alike, in milliseconds.
    pub ms: u64,
    /// How many waits are alike.
    pub times: usize,
    /// A probe is among them.
    pub is_probed: bool,
    /// The newest of them.
    pub last: UtcMillis,
}

impl Patience {
    /// The longest hold that answers in time, in seconds; `None` where the limit is not believed
    /// yet, or leaves no time.
    #[must_use]
    pub fn proposed_seconds(&self) -> Option<u32> {
        let is_believed = self.is_probed || self.times >= TIMES_MIN;
        let margin = MARGIN_MS.max(self.ms / MARGIN_PART);
        let seconds = self.ms.saturating_sub(margin) / 1000;
        let seconds = u32::try_from(seconds).ok()?;
        (is_believed && seconds > 0).then_some(seconds.min(*crate::answering::HOLD_SECONDS.end()))
    }
}

/// What is known of a bot's callers on one platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    /// The platform.
    pub platform: Platform,
    /// What the waits come to.
    pub patience: Option<Patience>,
    /// The waits, the newest first.
    pub waits: Vec<CallerWait>,
}

/// Whether a wait is shorter than another one, and not alike.
const fn is_shorter(wait: &CallerWait, ms: u64) -> bool {
    let (part, more) = SPREAD;
    let alike = wait.ms.saturating_add(wait.ms / part);
    alike.saturating_add(more) < ms
}

/// What waits come to: of groups of waits alike the largest, and of those the one with the newest.
/// A probe outweighs all that was before it, and what it found is refuted by as many shorter waits
/// after it as make a limit by themselves.
fn summed_up(waits: &[CallerWait]) -> Option<Patience> {
    // What is stored may be anything.
    let waits = &waits[waits.len().saturating_sub(WAITS_MAX)..];
    let is_refuted = |known: &Patience| {
        let is_shorter_since = |one: &&CallerWait| one.at > known.last && is_shorter(one, known.ms);
        waits.iter().filter(is_shorter_since).count() >= TIMES_MIN
    };
    let groups = waits.iter().map(|shortest| {
        let is_alike = |one: &&CallerWait| one.ms >= shortest.ms && !is_shorter(shortest, one.ms);
        let alike = waits.iter().filter(is_alike);
        alike.fold(
            Patience {
                ms: shortest.ms,
                times: 0,
                is_probed: false,
                last: shortest.at,
            },
            |sum, one| Patience {
                ms: sum.ms,
                times: sum.times + 1,
                is_probed: sum.is_probed || one.probe,
                last: sum.last.max(one.at),
            },
        )
    });
    groups.max_by_key(|one| {
        let outweighs = one.is_probed && !is_refuted(one);
        (outweighs, one.times, one.last, one.ms)
    })
}

/// How long the callers of all bots wait.
pub(crate) struct PatienceMemory {
    document: Document<StoredPatience>,
}

impl PatienceMemory {
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        let document = Document::load(store, DocumentKind::Patience).await?;
        Ok(Self { document })
    }

    /// What of it could not be read.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.document.report()
    }

    /// What is known of a bot's callers.
    pub(crate) fn of(&self, bot: BotId) -> Vec<Learned> {
        let current = self.document.current();
        let Some(platforms) = current.bots.get(&bot.to_string()) else {
            return Vec::new();
        };
        let known = platforms.iter().filter_map(|(name, waits)| {
            Some(Learned {
                platform: name.parse().ok()?,
                patience: summed_up(waits),
                waits: waits.iter().rev().cloned().collect(),
            })
        });
        known.collect()
    }

    /// A caller has left without its answer; whether that is remembered.
    pub(crate) async fn left(&self, bot: BotId, platform: Platform, wait: CallerWait) -> bool {
        if !wait.probe && u128::from(wait.ms) < WAIT_MIN.as_millis() {
            return false;
        }
        self.change(|bots| {
            let platforms = bots.entry(bot.to_string()).or_default();
            let waits = platforms.entry(platform.to_string()).or_default();
            waits.push(wait);
            let over = waits.len().saturating_sub(WAITS_MAX);
            waits.drain(..over);
            true
        })
        .await
    }

    /// Whether a caller that got its answer after so long refutes what was learned: most do not,
    /// and wait for no lock.
    pub(crate) fn is_refuted(&self, bot: BotId, platform: Platform, ms: u64) -> bool {
        let current = self.document.current();
        if current.bots.is_empty() {
            return false;
        }
        let of_bot = current.bots.get(&bot.to_string());
        let waits = of_bot.and_then(|of_bot| of_bot.get(platform.as_str()));
        waits.is_some_and(|waits| waits.iter().any(|wait| is_shorter(wait, ms)))
    }

    /// A caller got its answer after so long: shorter waits were no limit; whether one is
    /// forgotten.
    pub(crate) async fn waited(&self, bot: BotId, platform: Platform, ms: u64) -> bool {
        if !self.is_refuted(bot, platform, ms) {
            return false;
        }
        self.change(|bots| {
            let of_bot = bots.get_mut(&bot.to_string());
            let waits = of_bot.and_then(|of_bot| of_bot.get_mut(platform.as_str()));
            waits.is_some_and(|waits| {
                let before = waits.len();
                waits.retain(|wait| !is_shorter(wait, ms));
                waits.len() < before
            })
        })
        .await
    }

    /// Forgets what is known of a bot's callers, on one platform or on all; whether there was any.
    pub(crate) async fn forget(&self, bot: BotId, platform: Option<Platform>) -> bool {
        self.change(|bots| match platform {
            None => bots.remove(&bot.to_string()).is_some(),
            Some(platform) => bots
                .get_mut(&bot.to_string())
                .is_some_and(|of_bot| of_bot.remove(platform.as_str()).is_some()),
        })
        .await
    }

    async fn change(&self, change: impl FnOnce(&mut stored::Bots) -> bool) -> bool {
        let mut writing = self.document.change(Author::App).await;
        let mut next = StoredPatience::clone(&writing.current());
        if !change(&mut next.bots) {
            return false;
        }
        next.bots.retain(|_, platforms| {
            platforms.retain(|_, waits| !waits.is_empty());
            !platforms.is_empty()
        });
        if let Err(error) = writing.apply(next).await {
            tracing::warn!(%error, "how long callers wait is known until the app ends");
        }
        true
    }
}

#[cfg(test)]
mod tests;
