//! One at a time for each of many things.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use tokio::time::timeout;

/// Whose turn it is, by the things' names: only those are kept that somebody has or waits for.
pub(crate) struct Turns<K>(Mutex<HashMap<K, Weak<Turn<()>>>>);

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash> Turns<K> {
    fn of(&self, key: &K) -> Arc<Turn<()>> {
        let mut all = self.0.lock();
        all.retain(|_, turn| turn.strong_count() > 0);
        if let Some(known) = all.get(key).and_then(Weak::upgrade) {
            return known;
        }
        let new = Arc::default();
        all.insert(key.clone(), Arc::downgrade(&new));
        new
    }

    /// Waits until nobody else is at it, however long that takes.
    pub(crate) async fn wait(&self, key: &K) -> OwnedMutexGuard<()> {
        self.of(key).lock_owned().await
    }

    /// The same, no longer than this.
    pub(crate) async fn take(&self, key: &K, longest: Duration) -> Option<OwnedMutexGuard<()>> {
        timeout(longest, self.wait(key)).await.ok()
    }
}
