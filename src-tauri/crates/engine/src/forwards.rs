//! How many requests of a bot wait for servers of the developer's.
//!
//! A request that comes back by way of a relay which drops the count of hops is not known again,
//! and that it is equal to one which waits proves nothing: many users send the same within the time
//! that a slow server takes. It nests, though: each round waits for the next one, so that a bound
//! of those that wait ends it.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;

use parking_lot::Mutex;
use protocol::{BotId, ExchangeId, Request, UtcMillis};

/// Requests of one bot at most. As many as the tunnel takes connections; a quarter of the
/// connections that there may be by default, so that a circle leaves room for others.
pub(crate) const FORWARDS_MAX: usize = 256;

/// Bytes of a body that are compared, beside its length. So many are hashed in 0.1 ms.
const COMPARED_BYTES: usize = 64 << 10;

/// The requests that wait, by their bots.
#[derive(Default)]
pub(crate) struct Forwards(Arc<Inner>);

#[derive(Default)]
struct Inner {
    hasher: RandomState,
    /// By their bots.
    waiting: Mutex<HashMap<BotId, HashMap<ExchangeId, Waiting>>>,
}

struct Waiting {
    /// What is equal of those that are.
    key: u64,
    since: UtcMillis,
}

/// So many wait as may.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FullOfForwards {
    /// How many of them are equal to the one that has no room.
    pub(crate) equal: usize,
}

impl Forwards {
    /// One more waits since a moment, until the permit is dropped. An exchange has one permit at a
    /// time.
    pub(crate) fn begin(
        &self,
        bot: BotId,
        exchange: ExchangeId,
        request: &Request,
        since: UtcMillis,
    ) -> Result<ForwardPermit, FullOfForwards> {
        let key = self.0.key(request);
        let mut waiting = self.0.waiting.lock();
        let of_bot = waiting.entry(bot).or_default();
        if of_bot.len() >= FORWARDS_MAX {
            let equal = of_bot.values().filter(|one| one.key == key).count();
            return Err(FullOfForwards { equal });
        }
        let other = of_bot.insert(exchange, Waiting { key, since });
        debug_assert!(other.is_none(), "an exchange asks one server at a time");
        Ok(ForwardPermit {
            inner: Arc::clone(&self.0),
            bot,
            exchange,
        })
    }

    /// Since when an exchange waits; `None` where it does not.
    pub(crate) fn since(&self, bot: BotId, exchange: ExchangeId) -> Option<UtcMillis> {
        let waiting = self.0.waiting.lock();
        let of_bot = waiting.get(&bot)?;
        of_bot.get(&exchange).map(|one| one.since)
    }

    /// How many of each bot's wait.
    pub(crate) fn counts(&self) -> Vec<(BotId, usize)> {
        let waiting = self.0.waiting.lock();
        let counts = waiting.iter().map(|(bot, of_bot)| (*bot, of_bot.len()));
        counts.collect()
    }
}

impl Inner {
    /// Method, target and body, as a relay passes them on.
    fn key(&self, request: &Request) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        let (beginning, query) = (request.body.beginning(), request.query.as_deref());
        for text in [&request.method, &request.path, query.unwrap_or_default()] {
            hasher.write(text.as_bytes());
            hasher.write_u8(0);
        }
        hasher.write_u64(request.body.length());
        hasher.write(&beginning[..beginning.len().min(COMPARED_BYTES)]);
        hasher.finish()
    }
}

/// A request that waits.
pub(crate) struct ForwardPermit {
    inner: Arc<Inner>,
    bot: BotId,
    exchange: ExchangeId,
}

impl Drop for ForwardPermit {
    fn drop(&mut self) {
        let mut waiting = self.inner.waiting.lock();
        let Some(of_bot) = waiting.get_mut(&self.bot) else {
            return;
        };
        of_bot.remove(&self.exchange);
        if of_bot.is_empty() {
            waiting.remove(&self.bot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &'static str) -> Request {
        Request {
            body: body.into(),
            ..Request::default()
        }
    }

    #[test]
    fn so_many_requests_of_a_bot_wait_and_those_of_another_one_beside_them() {
        let forwards = Forwards::default();
        let (one, other) = (BotId(uuid::Uuid::from_u128(1)), BotId::default());
        let exchange = |number: usize| ExchangeId(uuid::Uuid::from_u128(number as u128));
        let beyond = exchange(FORWARDS_MAX);
        let bodies = ["a", "b", "b", "b"].into_iter().cycle().enumerate();
        let mut permits: Vec<_> = bodies
            .take(FORWARDS_MAX)
            .map(|(number, body)| {
                let begun = forwards.begin(one, exchange(number), &request(body), UtcMillis(7));
                begun.unwrap()
            })
            .collect();
        assert_eq!(forwards.counts(), [(one, FORWARDS_MAX)]);
        let equal = |request| {
            let full = forwards.begin(one, beyond, &request, UtcMillis(7)).err();
            full.unwrap().equal
        };
        assert_eq!(equal(request("b")), FORWARDS_MAX / 4 * 3);
        assert_eq!(equal(request("c")), 0);
        let at_another_path = Request {
            path: "/b".to_owned(),
            ..request("b")
        };
        assert_eq!(equal(at_another_path), 0);
        assert!(forwards.since(one, beyond).is_none());
        assert!(
            forwards
                .begin(other, beyond, &request("b"), UtcMillis(7))
                .is_ok()
        );
        permits.pop();
        assert!(forwards.since(one, exchange(FORWARDS_MAX - 1)).is_none());
        permits.extend(forwards.begin(one, beyond, &request("a"), UtcMillis(7)));
        assert!(forwards.since(one, beyond).is_some() && forwards.since(other, beyond).is_none());
        assert_eq!(permits.len(), FORWARDS_MAX);
        assert_eq!(equal(request("b")), FORWARDS_MAX / 4 * 3 - 1);
        drop(permits);
        assert!(
            forwards.0.waiting.lock().is_empty(),
            "nothing is kept of any"
        );
    }
}
