//! How many requests of a bot wait for servers of the developer's.
//!
//! A request that comes back by way of a relay which drops the count of hops is not known again.
//! It nests, though: each round waits for the next one, so that a bound of those that wait ends it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use protocol::BotId;

/// Requests of one bot at most. As many as the tunnel takes connections; a quarter of the
/// connections that there may be by default, so that a circle leaves room for others.
pub(crate) const FORWARDS_MAX: usize = 256;

/// The requests that wait, by their bots.
#[derive(Default)]
pub(crate) struct Forwards(Arc<Mutex<HashMap<BotId, usize>>>);

impl Forwards {
    /// One more waits, until the permit is dropped; `None` where too many do.
    pub(crate) fn begin(&self, bot: BotId) -> Option<ForwardPermit> {
        let mut waiting = self.0.lock();
        let of_bot = waiting.entry(bot).or_default();
        if *of_bot >= FORWARDS_MAX {
            return None;
        }
        *of_bot += 1;
        Some(ForwardPermit {
            waiting: Arc::clone(&self.0),
            bot,
        })
    }
}

/// A request that waits.
pub(crate) struct ForwardPermit {
    waiting: Arc<Mutex<HashMap<BotId, usize>>>,
    bot: BotId,
}

impl Drop for ForwardPermit {
    fn drop(&mut self) {
        let mut waiting = self.waiting.lock();
        if let Some(of_bot) = waiting.get_mut(&self.bot) {
            *of_bot -= 1;
            if *of_bot == 0 {
                waiting.remove(&self.bot);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_requests_of_a_bot_wait_and_those_of_another_one_beside_them() {
        let forwards = Forwards::default();
        let (one, other) = (BotId(uuid::Uuid::from_u128(1)), BotId::default());
        let mut permits: Vec<_> = (0..FORWARDS_MAX)
            .map(|_| forwards.begin(one).unwrap())
            .collect();
        assert!(forwards.begin(one).is_none());
        assert!(forwards.begin(other).is_some());
        permits.pop();
        permits.extend(forwards.begin(one));
        assert_eq!(permits.len(), FORWARDS_MAX);
        drop(permits);
        assert!(forwards.0.lock().is_empty(), "nothing is kept of any");
    }
}
