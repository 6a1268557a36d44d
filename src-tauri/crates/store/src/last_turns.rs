//! The last turns of each user of a bot. Rules that compare a turn with the one before ask for it,
//! and no index of the table has it: one costs each insert a page more. They are in memory: read
//! from the table when one is asked for first, and followed from there on.
//!
//! Users are known by a hash of 64 bits, so whoever is told of a turn looks whether it is the
//! user's. The turn may be deleted by now, too.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use parking_lot::Mutex;
use protocol::{BotId, Source, Summary};
use rusqlite::Connection;

use crate::error::StoreError;
use crate::table::exchanges;

/// Where turns of a bot's users come from: a replay and an import are none of theirs.
pub(crate) const SOURCES: [Source; 3] = [Source::Webhook, Source::Tunnel, Source::Simulator];

/// Users at most, as many as there are exchanges where a person sets no other number: some 50 MB.
/// With more of them each turn is searched for.
const USERS_MAX: usize = 1_000_000;

/// The numbers of a user's last turn and of the one before it, 0 for none. Of two turns at once
/// the earlier one asks for what was before both.
type LastTwo = [u64; 2];

#[derive(Default)]
pub(crate) struct LastTurns {
    known: Mutex<Known>,
    hasher: RandomState,
}

#[derive(Default)]
enum Known {
    /// Nothing: nobody has asked.
    #[default]
    Nothing,
    /// What was recorded since the table is being read.
    Since(HashMap<u64, LastTwo>),
    /// All of them.
    All(HashMap<u64, LastTwo>),
    TooMany,
}

/// What is known of the turn before another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TurnBefore {
    /// There is none.
    None,
    /// It has this number, if it is there and the user's.
    At(u64),
    /// It has to be searched for.
    Unknown,
}

impl LastTurns {
    /// Whether the table has to be read.
    pub(crate) fn are_unread(&self) -> bool {
        matches!(*self.known.lock(), Known::Nothing | Known::Since(_))
    }

    /// An exchange is in the table.
    pub(crate) fn recorded(&self, summary: &Summary) {
        let mut known = self.known.lock();
        let (Known::Since(turns) | Known::All(turns)) = &mut *known else {
            return;
        };
        let Some(user) = &summary.user else { return };
        if SOURCES.contains(&summary.source) {
            add(turns, self.key(summary.bot, user), summary.seq);
            if turns.len() > USERS_MAX {
                *known = Known::TooMany;
            }
        }
    }

    /// So are these, of a damaged database.
    pub(crate) fn taken_over(&self, exchanges: &[Summary]) {
        for summary in exchanges {
            self.recorded(summary);
        }
    }

    /// Rows are gone, or were written that were not recorded.
    pub(crate) fn forget(&self) {
        *self.known.lock() = Known::Nothing;
    }

    /// The turn of a user before a number.
    pub(crate) fn before(&self, bot: BotId, user: &str, before: u64) -> TurnBefore {
        let Known::All(turns) = &*self.known.lock() else {
            return TurnBefore::Unknown;
        };
        match turns.get(&self.key(bot, user)) {
            None => TurnBefore::None,
            Some(&[last, _]) if last < before => TurnBefore::At(last),
            Some([_, 0]) => TurnBefore::None,
            Some(&[_, earlier]) if earlier < before => TurnBefore::At(earlier),
            Some(_) => TurnBefore::Unknown,
        }
    }

    /// From here on turns that are recorded count; what is in the table then can be read.
    pub(crate) fn begin(&self) {
        *self.known.lock() = Known::Since(HashMap::new());
    }

    /// Reads them all. Hidden ones count: they may be shown again.
    pub(crate) fn read(&self, conn: &Connection) -> Result<(), StoreError> {
        let mut turns = HashMap::new();
        let mut is_too_many = false;
        exchanges::each_turn(conn, &SOURCES, |seq, bot, user| {
            add(&mut turns, self.key(bot, user), seq);
            is_too_many = turns.len() > USERS_MAX;
            !is_too_many
        })?;
        let mut known = self.known.lock();
        // Forgotten meanwhile: the table is read again.
        if let Known::Since(since) = &mut *known {
            for (key, two) in std::mem::take(since) {
                for seq in two.into_iter().filter(|seq| *seq > 0) {
                    add(&mut turns, key, seq);
                }
            }
            *known = if is_too_many {
                Known::TooMany
            } else {
                Known::All(turns)
            };
        }
        Ok(())
    }

    fn key(&self, bot: BotId, user: &str) -> u64 {
        self.hasher.hash_one((bot, user))
    }
}

fn add(turns: &mut HashMap<u64, LastTwo>, key: u64, seq: u64) {
    let [last, earlier] = turns.entry(key).or_default();
    if seq > *last {
        (*last, *earlier) = (seq, *last);
    } else if seq < *last && seq > *earlier {
        *earlier = seq;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_users_while_the_table_is_read_are_too_many_behind_it() {
        let mut conn = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&mut conn).unwrap();
        let turns = LastTurns::default();
        turns.begin();
        *turns.known.lock() = Known::TooMany;
        turns.read(&conn).unwrap();
        assert!(!turns.are_unread(), "each turn would read the table again");
        turns.forget();
        turns.read(&conn).unwrap();
        assert!(turns.are_unread(), "what was read is of before");
    }
}
