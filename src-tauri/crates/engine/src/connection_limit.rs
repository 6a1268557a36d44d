//! How many connections there may be at once; the limit changes while they go on.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The limit, shared by whoever accepts connections.
pub(crate) struct ConnectionLimit {
    permits: Arc<Semaphore>,
    size: Mutex<Size>,
    /// Changes whenever the limit becomes smaller.
    shrunk: watch::Sender<()>,
}

struct Size {
    wanted: usize,
    /// Permits out above the limit: they are not given back but forgotten.
    surplus: usize,
}

/// One connection's permit, given back when it is dropped.
pub(crate) struct Permit {
    permit: Option<OwnedSemaphorePermit>,
    limit: Arc<ConnectionLimit>,
}

impl ConnectionLimit {
    pub(crate) fn new(wanted: usize) -> Arc<Self> {
        Arc::new(Self {
            permits: Arc::new(Semaphore::new(wanted)),
            size: Mutex::new(Size { wanted, surplus: 0 }),
            shrunk: watch::Sender::new(()),
        })
    }

    /// Another limit, from now on. What is connected beyond it goes on to its end.
    pub(crate) fn resize(&self, wanted: usize) {
        let mut size = self.size.lock();
        let before = std::mem::replace(&mut size.wanted, wanted);
        if let Some(more) = wanted.checked_sub(before) {
            let owed = more.min(size.surplus);
            size.surplus -= owed;
            self.permits.add_permits(more - owed);
        } else {
            let fewer = before - wanted;
            size.surplus += fewer - self.permits.forget_permits(fewer);
            self.shrunk.send_replace(());
        }
    }

    /// Tells whenever the limit becomes smaller: a permit without a connection must be given back
    /// then, for only what comes back can be taken away.
    pub(crate) fn shrinks(&self) -> watch::Receiver<()> {
        self.shrunk.subscribe()
    }

    /// A permit, as soon as there is one.
    pub(crate) async fn acquire(self: &Arc<Self>) -> Permit {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        Permit {
            permit: Some(permit.expect("the semaphore is never closed")),
            limit: Arc::clone(self),
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut size = self.limit.size.lock();
        let Some(permit) = self.permit.take() else {
            return;
        };
        if size.surplus > 0 {
            size.surplus -= 1;
            permit.forget();
        } else {
            // Given back under the lock: a resize in between would not find it.
            drop(permit);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    async fn is_free(limit: &Arc<ConnectionLimit>) -> bool {
        timeout(Duration::from_millis(1), limit.acquire())
            .await
            .is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_larger_limit_lets_more_in_at_once() {
        let limit = ConnectionLimit::new(1);
        let _first = limit.acquire().await;
        assert!(!is_free(&limit).await);
        limit.resize(2);
        assert!(is_free(&limit).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_smaller_limit_lets_the_present_ones_end_and_no_more_in() {
        let limit = ConnectionLimit::new(3);
        let (first, second) = (limit.acquire().await, limit.acquire().await);
        limit.resize(1);
        drop(first);
        assert!(!is_free(&limit).await);
        drop(second);
        assert!(is_free(&limit).await);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_taken_away_and_given_back_counts_once() {
        let limit = ConnectionLimit::new(2);
        let _both = (limit.acquire().await, limit.acquire().await);
        limit.resize(1);
        limit.resize(2);
        assert!(!is_free(&limit).await);
        limit.resize(3);
        let _third = limit.acquire().await;
        assert!(!is_free(&limit).await);
    }
}
