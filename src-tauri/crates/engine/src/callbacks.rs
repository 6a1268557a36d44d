//! How many calls of rules there may be.
//!
//! A call that leads back to the bot by way of a relay which drops the count of hops does not nest:
//! the answer of each round is out before its call is made. One that is not known by its body
//! (`circles.rs`) ends because a bot's calls are counted, and left out for a while beyond what a
//! bot that is looked at makes.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use protocol::BotId;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Calls of rules under way at most. A guess: a rule has ten, and a server of theirs that is silent
/// takes a minute.
pub(crate) const UNDER_WAY_MAX: usize = 256;

/// Calls at most that wait for their moment, an hour at most. A guess: each holds its body.
pub(crate) const WAITING_MAX: usize = 1_024;

/// Calls of one bot's rules within [`WINDOW`] at most. By guess more than any test of a bot makes
/// (a turn a second, with five calls each), while a circle on this machine makes as many within ten
/// seconds, and a slow one, with a round every fifth of a second, within the window.
pub(crate) const CALLS_MAX: u32 = 3_000;

/// In which a bot's calls are counted.
pub(crate) const WINDOW: Duration = Duration::from_secs(600);

/// How long a bot's calls are left out then. A circle whose rounds take less has ended by that.
pub(crate) const REST: Duration = Duration::from_secs(60);

/// Permits for calls that rules make after their answers.
pub(crate) struct Callbacks {
    pub(crate) under_way: Semaphore,
    pub(crate) waiting: Semaphore,
    made: Mutex<HashMap<BotId, Made>>,
}

/// The calls of a bot's rules.
struct Made {
    since: Instant,
    calls: u32,
    /// None is made since then.
    rests: Option<Instant>,
}

impl Default for Callbacks {
    fn default() -> Self {
        Self {
            under_way: Semaphore::new(UNDER_WAY_MAX),
            waiting: Semaphore::new(WAITING_MAX),
            made: Mutex::default(),
        }
    }
}

impl Callbacks {
    /// Counts one more call of a bot's rules; whether it may be made.
    pub(crate) fn may_call(&self, bot: BotId) -> bool {
        let now = Instant::now();
        let mut of_bots = self.made.lock();
        let made = of_bots.entry(bot).or_insert(Made::none(now));
        let is_over = match made.rests {
            Some(rests) => now.duration_since(rests) >= REST,
            None => now.duration_since(made.since) >= WINDOW,
        };
        if is_over {
            *made = Made::none(now);
        }
        if made.calls >= CALLS_MAX {
            made.rests.get_or_insert(now);
            return false;
        }
        made.calls += 1;
        true
    }

    /// A bot was removed.
    pub(crate) fn forget(&self, bot: BotId) {
        self.made.lock().remove(&bot);
    }
}

impl Made {
    const fn none(since: Instant) -> Self {
        Self {
            since,
            calls: 0,
            rests: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_bot_whose_rules_call_too_often_rests_and_another_one_does_not() {
        let callbacks = Callbacks::default();
        let (one, other) = (BotId(uuid::Uuid::from_u128(1)), BotId::default());
        let calls = |many: u32| (0..many).filter(|_| callbacks.may_call(one)).count();
        assert_eq!(calls(CALLS_MAX + 10), CALLS_MAX as usize);
        assert!(callbacks.may_call(other));
        tokio::time::sleep(REST - Duration::from_secs(1)).await;
        assert_eq!(
            calls(1),
            0,
            "a refused call does not prolong it, nor end it"
        );
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(calls(1), 1);
        // What was made in another window does not count.
        assert_eq!(calls(CALLS_MAX - 1), CALLS_MAX as usize - 1);
        tokio::time::sleep(WINDOW).await;
        assert_eq!(calls(CALLS_MAX + 1), CALLS_MAX as usize);
        callbacks.forget(one);
        callbacks.forget(other);
        assert!(callbacks.made.lock().is_empty(), "nothing is kept of any");
    }
}
