//! Which turns of a user belong to one message: a bot calls once for each screen that the message
//! leads through, and one patience of the channel covers all of them.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use parking_lot::Mutex;
use protocol::{BotId, ExchangeId, MessageTurn, Micros};
use tokio::time::Instant;

/// How far the turns of one message are apart at most. The contract's.
const APART: Duration = Duration::from_secs(60);

/// Users whose last turns are remembered; each takes some 100 bytes, whatever the user is called.
const USERS_MAX: usize = 20_000;

/// The last turns of all users.
#[derive(Default)]
pub(crate) struct Chains {
    hasher: RandomState,
    last: Mutex<LastTurns>,
}

#[derive(Default)]
struct LastTurns {
    /// By a hash of the bot and the user, whose name may have the length of a body. That two of
    /// the users remembered share a hash has a chance of one in 10^11.
    of: HashMap<u64, LastTurn>,
    /// When those that are over were forgotten last.
    cleared: Option<Instant>,
}

struct LastTurn {
    /// Tells one message from another.
    message: u64,
    number: u32,
    first: ExchangeId,
    /// When the first of them arrived, and the last.
    began: Instant,
    at: Instant,
}

impl Chains {
    /// Which of the turns of its message this one is, that arrived then.
    pub(crate) fn turn(
        &self,
        user: (BotId, &str),
        message: u64,
        id: ExchangeId,
        at: Instant,
    ) -> MessageTurn {
        let mut last = self.last.lock();
        let key = self.hasher.hash_one(user);
        let before = last.of.get(&key).filter(|before| {
            before.message == message && at.saturating_duration_since(before.at) <= APART
        });
        let turn = match before {
            Some(before) => LastTurn {
                number: before.number.saturating_add(1),
                at: before.at.max(at),
                ..*before
            },
            None => LastTurn {
                message,
                number: 1,
                first: id,
                began: at,
                at,
            },
        };
        let used = at.saturating_duration_since(turn.began).as_micros();
        let found = MessageTurn {
            number: turn.number,
            first: turn.first,
            used: Micros(u64::try_from(used).unwrap_or(u64::MAX)),
        };
        last.remember(key, turn, at);
        found
    }
}

impl LastTurns {
    fn remember(&mut self, key: u64, turn: LastTurn, now: Instant) {
        if self.of.len() >= USERS_MAX && !self.of.contains_key(&key) {
            let is_due = |cleared| now.saturating_duration_since(cleared) > APART;
            if self.cleared.is_none_or(is_due) {
                self.cleared = Some(now);
                let is_over = |turn: &LastTurn| now.saturating_duration_since(turn.at) > APART;
                self.of.retain(|_, turn| !is_over(turn));
            }
            // As many users within a minute as are remembered: this one's turns stand alone.
            if self.of.len() >= USERS_MAX {
                return;
            }
        }
        self.of.insert(key, turn);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn id(number: u128) -> ExchangeId {
        ExchangeId(Uuid::from_u128(number))
    }

    #[test]
    fn turns_of_one_message_are_counted_and_share_its_time() {
        let chains = Chains::default();
        let begun = Instant::now();
        let bot = BotId::default();
        let turns = [
            ("a", 1, 0, 1, 1, 0),
            ("a", 1, 4, 2, 1, 4),
            ("b", 1, 5, 1, 3, 0),
            ("a", 1, 60, 3, 1, 60),
            ("a", 1, 120, 4, 1, 120),
            ("a", 1, 181, 1, 6, 0),
            ("a", 2, 182, 1, 7, 0),
            ("a", 1, 183, 1, 8, 0),
        ];
        for (exchange, (user, message, second, number, first, used)) in (1..).zip(turns) {
            let at = begun + SECOND * second;
            let turn = chains.turn((bot, user), message, id(exchange), at);
            let expected = MessageTurn {
                number,
                first: id(first),
                used: Micros(used * 1_000_000),
            };
            assert_eq!(turn, expected, "{user} {second}");
        }
    }

    #[test]
    fn so_many_users_are_remembered_until_their_minute_is_over() {
        let chains = Chains::default();
        let begun = Instant::now();
        let bot = BotId::default();
        let turn = |user: usize, at| {
            let user = user.to_string();
            chains.turn((bot, &user), 1, id(1), at).number
        };
        for user in 0..=USERS_MAX {
            assert_eq!(turn(user, begun), 1);
        }
        assert_eq!(turn(0, begun), 2);
        assert_eq!(turn(USERS_MAX, begun), 1, "there was no room");
        let later = begun + APART * 2;
        assert_eq!(turn(USERS_MAX, later), 1);
        assert_eq!(turn(USERS_MAX, later), 2);
        assert!(chains.last.lock().of.len() < USERS_MAX);
    }
}
