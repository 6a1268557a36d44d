//! The users that the simulator plays: what each keeps from turn to turn, and the turns that can be
//! taken back. They are a stored document, so that they outlast a restart.

mod order;
mod stored;

use std::collections::BTreeMap;

use protocol::BotId;
use store::{NotSaved, Store, StoreError};

pub(crate) use order::UserTurnPermit;
pub(crate) use stored::{SimulatedUser, TakenTurn, UserState};

use self::order::Order;
use self::stored::{Bots, StoredSimulator};
use crate::documents::{Author, Document, DocumentKind, DocumentReport};
use crate::error::{Error, Invalid, Subject};
use crate::words;

/// Users at most, of all bots: by guess ten times those that a person tells apart.
const USERS_MAX: usize = 1000;

/// The longest text of a user's variables, in bytes: some more than Graph, the one platform whose
/// limit is known, keeps at the most (1000 KB).
pub(crate) const USER_BYTES_MAX: usize = 1 << 20;

/// Turns of a user that can be taken back: more than a person follows.
const TURNS_MAX: usize = 50;

/// How long all texts together may be, in bytes. The document is written as a whole with each turn,
/// which takes some 50 ms then.
const BYTES_MAX: usize = 16 << 20;

/// All users.
pub(crate) struct Simulator {
    document: Document<StoredSimulator>,
    order: Order,
}

impl Simulator {
    /// Reads those of the last run.
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        Ok(Self {
            document: Document::load(store, DocumentKind::Simulator).await?,
            order: Order::default(),
        })
    }

    /// What of them could not be read.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.document.report()
    }

    /// Waits for the turns of a user that came before.
    pub(crate) async fn turn(&self, bot: BotId, user: &str) -> UserTurnPermit {
        self.order.wait(bot, user).await
    }

    /// The right to change a user at once.
    ///
    /// # Errors
    /// A turn of this user is under way.
    pub(crate) fn change_of(&self, bot: BotId, user: &str) -> Result<UserTurnPermit, Error> {
        self.order.at_once(bot, user).ok_or(Error::TurnUnderWay)
    }

    /// A bot's users.
    pub(crate) fn users(&self, bot: BotId) -> BTreeMap<String, SimulatedUser> {
        let current = self.document.current();
        current
            .bots
            .get(&bot.to_string())
            .cloned()
            .unwrap_or_default()
    }

    /// A bot's user, where there is one.
    pub(crate) fn user(&self, bot: BotId, user: &str) -> Option<SimulatedUser> {
        let current = self.document.current();
        current.bots.get(&bot.to_string())?.get(user).cloned()
    }

    /// Whether there is room for a user.
    ///
    /// # Errors
    /// There are too many already.
    pub(crate) fn has_room(&self, bot: BotId, user: &str) -> Result<(), Error> {
        let current = self.document.current();
        let users: usize = current.bots.values().map(BTreeMap::len).sum();
        let is_known = current.bots.get(&bot.to_string());
        let is_known = is_known.is_some_and(|users| users.contains_key(user));
        match is_known || users < USERS_MAX {
            true => Ok(()),
            false => Err(Error::SimulatorFull(
                words::SIMULATOR_USERS.arg(USERS_MAX as u64),
            )),
        }
    }

    /// Sets a user's variables; its turns stay.
    ///
    /// # Errors
    /// There is no room for them, or the change cannot be saved.
    pub(crate) async fn set(
        &self,
        bot: BotId,
        user: &str,
        variables: String,
    ) -> Result<SimulatedUser, Error> {
        if variables.len() > USER_BYTES_MAX {
            return Err(too_long("/variables").into());
        }
        self.has_room(bot, user)?;
        let mut next = self.user(bot, user).unwrap_or_default();
        next.now.variables = variables;
        self.put(bot, user, next).await
    }

    /// A turn has been made, after which the user has these variables; whether it keeps them.
    pub(crate) async fn made(
        &self,
        bot: BotId,
        user: &str,
        turn: TakenTurn,
        now: UserState,
    ) -> bool {
        if now.variables.len() > USER_BYTES_MAX {
            return false;
        }
        let mut writing = self.document.change(Author::App).await;
        let mut next = StoredSimulator::clone(&writing.current());
        let users = next.bots.entry(bot.to_string()).or_default();
        let entry = users.entry(user.to_owned()).or_default();
        entry.turns.push(turn);
        entry.now = now;
        if !shorten(&mut next.bots) {
            return false;
        }
        if let Err(error) = writing.apply(next).await {
            tracing::warn!(%error, "a simulated user's turn is known until the app ends");
        }
        true
    }

    /// Takes turns of a user back, the latest ones.
    ///
    /// # Errors
    /// There is no such user, it has not so many turns, or the change cannot be saved.
    pub(crate) async fn back(
        &self,
        bot: BotId,
        user: &str,
        turns: usize,
    ) -> Result<SimulatedUser, Error> {
        let known = self.user(bot, user);
        let mut next = known.ok_or(Error::NotFound(Subject::SimulatedUser))?;
        let there_are = next.turns.len();
        let wrong = || Invalid::new("/turns", words::TURNS_BACK.arg(there_are as u64));
        let first = there_are.checked_sub(turns).filter(|_| turns > 0);
        let mut taken = next.turns.split_off(first.ok_or_else(wrong)?);
        next.now = taken.swap_remove(0).before;
        self.put(bot, user, next).await
    }

    /// A user with the state and the turns of another one.
    ///
    /// # Errors
    /// There is no such user, or there is one of that name, no room, or the change cannot be saved.
    pub(crate) async fn branch(
        &self,
        bot: BotId,
        user: &str,
        branch: &str,
    ) -> Result<SimulatedUser, Error> {
        let known = self.user(bot, user);
        let next = known.ok_or(Error::NotFound(Subject::SimulatedUser))?;
        if self.user(bot, branch).is_some() {
            return Err(Error::UserExists);
        }
        self.has_room(bot, branch)?;
        self.put(bot, branch, next).await
    }

    /// Removes a user.
    ///
    /// # Errors
    /// The change cannot be saved.
    pub(crate) async fn remove(&self, bot: BotId, user: &str) -> Result<(), NotSaved> {
        let mut writing = self.document.change(Author::App).await;
        let mut next = StoredSimulator::clone(&writing.current());
        let Some(users) = next.bots.get_mut(&bot.to_string()) else {
            return Ok(());
        };
        if users.remove(user).is_none() {
            return Ok(());
        }
        if users.is_empty() {
            next.bots.remove(&bot.to_string());
        }
        writing.save(next).await
    }

    /// A bot is removed, and its users with it.
    pub(crate) async fn forget(&self, bot: BotId) {
        let mut writing = self.document.change(Author::App).await;
        let mut next = StoredSimulator::clone(&writing.current());
        if next.bots.remove(&bot.to_string()).is_some()
            && let Err(error) = writing.apply(next).await
        {
            tracing::warn!(%error, "the simulated users of a bot are forgotten until the app ends");
        }
    }

    async fn put(
        &self,
        bot: BotId,
        user: &str,
        user_next: SimulatedUser,
    ) -> Result<SimulatedUser, Error> {
        let mut writing = self.document.change(Author::App).await;
        let mut next = StoredSimulator::clone(&writing.current());
        let users = next.bots.entry(bot.to_string()).or_default();
        users.insert(user.to_owned(), user_next);
        if !shorten(&mut next.bots) {
            let mebibytes = BYTES_MAX as u64 >> 20;
            return Err(Error::SimulatorFull(words::SIMULATOR_BYTES.arg(mebibytes)));
        }
        let kept = next.bots[&bot.to_string()][user].clone();
        writing.save(next).await?;
        Ok(kept)
    }
}

/// That a user's variables are too long.
pub(crate) fn too_long(pointer: &str) -> Invalid {
    Invalid::new(pointer, words::USER_BYTES.arg(USER_BYTES_MAX as u64 >> 10))
}

/// Leaves turns out that nobody takes back any more: of a user those before the latest, then all of
/// the users that have not been played for the longest. `false` where that does not suffice.
fn shorten(bots: &mut Bots) -> bool {
    let mut bytes = 0;
    for user in bots.values_mut().flat_map(BTreeMap::values_mut) {
        let over = user.turns.len().saturating_sub(TURNS_MAX);
        user.turns.drain(..over);
        bytes += user.bytes();
    }
    while bytes > BYTES_MAX {
        let users = bots.values_mut().flat_map(BTreeMap::values_mut);
        let played = users.filter(|user| user.turns_bytes() > 0);
        let Some(user) = played.min_by_key(|user| user.now.seen) else {
            return false;
        };
        bytes -= user.turns_bytes();
        user.turns.clear();
    }
    true
}

#[cfg(test)]
mod tests {
    use protocol::{ExchangeId, UtcMillis};
    use store::StoreOptions;
    use tempfile::TempDir;

    use super::*;

    fn user(bytes: usize, turns: usize, seen: i64) -> SimulatedUser {
        let state = UserState {
            variables: format!("{{\"a\":\"{}\"}}", "x".repeat(bytes)),
            seen: Some(UtcMillis(seen)),
        };
        let turn = TakenTurn {
            exchange: ExchangeId::default(),
            before: state.clone(),
        };
        SimulatedUser {
            now: state,
            turns: vec![turn; turns],
        }
    }

    #[test]
    fn turns_that_are_left_out_are_those_of_who_was_not_played_for_the_longest() {
        let quarter = BYTES_MAX / 4;
        let of = |users: &[(&str, SimulatedUser)]| {
            let users = users
                .iter()
                .map(|(name, user)| ((*name).to_owned(), user.clone()));
            Bots::from([("b".to_owned(), users.collect())])
        };
        let mut bots = of(&[("few", user(1, TURNS_MAX + 3, 1))]);
        assert!(shorten(&mut bots));
        assert_eq!(bots["b"]["few"].turns.len(), TURNS_MAX);
        let mut bots = of(&[("new", user(quarter, 1, 9)), ("old", user(quarter, 1, 3))]);
        assert!(shorten(&mut bots));
        let turns = ["new", "old"].map(|name| bots["b"][name].turns.len());
        assert_eq!(turns, [1, 0]);
        let mut bots = of(&[
            ("one", user(2 * quarter, 0, 9)),
            ("two", user(2 * quarter, 0, 3)),
        ]);
        assert!(!shorten(&mut bots));
    }

    #[tokio::test]
    async fn beyond_the_limits_a_person_is_told_and_what_was_there_stays() {
        let dir = TempDir::new().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let simulator = Simulator::load(&store).await.unwrap();
        let bot = BotId::default();
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(USER_BYTES_MAX));
        let refused = simulator.set(bot, "u", long.clone()).await;
        assert!(matches!(refused, Err(Error::Invalid(invalid)) if invalid.pointer == "/variables"));
        let turn = user(1, 1, 1).turns.remove(0);
        let state = UserState {
            variables: long,
            seen: None,
        };
        assert!(!simulator.made(bot, "u", turn, state).await);
        assert_eq!(simulator.user(bot, "u"), None);
        let mut writing = simulator.document.change(Author::App).await;
        let users = (0..USERS_MAX).map(|one| (one.to_string(), SimulatedUser::default()));
        let bots = Bots::from([(bot.to_string(), users.collect())]);
        writing.save(StoredSimulator { bots }).await.unwrap();
        drop(writing);
        for refused in [
            simulator.set(bot, "u", "{}".into()).await,
            simulator.branch(bot, "1", "u").await,
        ] {
            assert!(matches!(refused, Err(Error::SimulatorFull(_))));
        }
        assert!(simulator.set(bot, "7", "{\"n\":1}".into()).await.is_ok());
        store.close().await;
        assert!(simulator.set(bot, "7", "{}".into()).await.is_err());
        assert_eq!(simulator.user(bot, "7").unwrap().now.variables, "{\"n\":1}");
    }
}
