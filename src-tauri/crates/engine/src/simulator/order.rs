//! The turns of one user one after another: each begins from what the one before has left.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use protocol::BotId;
use tokio::sync::OwnedMutexGuard;

/// A bot's user.
type Key = (BotId, String);

type Turns = Arc<tokio::sync::Mutex<()>>;

/// Users whose turns are under way or wait for each other.
#[derive(Clone, Default)]
pub(super) struct Order {
    users: Arc<Mutex<HashMap<Key, Turns>>>,
}

/// The right to change a user; the next turn begins when it is dropped.
pub(crate) struct UserTurnPermit {
    order: Order,
    key: Key,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Order {
    fn turns(&self, key: &Key) -> Turns {
        Arc::clone(self.users.lock().entry(key.clone()).or_default())
    }

    fn permit(&self, key: Key, guard: OwnedMutexGuard<()>) -> UserTurnPermit {
        UserTurnPermit {
            order: self.clone(),
            key,
            guard: Some(guard),
        }
    }

    /// Waits for the turns that came before.
    pub(super) async fn wait(&self, bot: BotId, user: &str) -> UserTurnPermit {
        let key = (bot, user.to_owned());
        let guard = self.turns(&key).lock_owned().await;
        self.permit(key, guard)
    }

    /// `None` where a turn is under way.
    pub(super) fn at_once(&self, bot: BotId, user: &str) -> Option<UserTurnPermit> {
        let key = (bot, user.to_owned());
        let guard = self.turns(&key).try_lock_owned().ok()?;
        Some(self.permit(key, guard))
    }
}

impl Drop for UserTurnPermit {
    fn drop(&mut self) {
        let mut users = self.order.users.lock();
        drop(self.guard.take());
        // Whoever waits has a handle too: it was taken under the lock that is held here.
        let is_last = |turns: &Turns| Arc::strong_count(turns) == 1;
        if users.get(&self.key).is_some_and(is_last) {
            users.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_of_one_user_come_one_after_another_and_leave_nothing() {
        let order = Order::default();
        let (bot, other) = (BotId::default(), "u2");
        let first = order.wait(bot, "u1").await;
        assert!(order.at_once(bot, "u1").is_none());
        let another = order.at_once(bot, other).expect("another user's turn");
        let waiting = order.clone();
        let second = tokio::spawn(async move { waiting.wait(bot, "u1").await });
        drop(first);
        let second = second.await.unwrap();
        assert!(order.at_once(bot, "u1").is_none());
        assert_eq!(order.users.lock().len(), 2);
        drop((second, another));
        assert_eq!(order.users.lock().len(), 0);
        assert!(order.at_once(bot, "u1").is_some());
    }
}
