//! Waiting for a condition: each change is notified, and each waiter checks again. With a
//! limit, so that a test that waits for what never comes ends with words.

use std::time::Duration;

use tokio::sync::watch;

/// How long [`Changes::until`] waits. A guess: a busy machine does not reach it.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(90);

/// The count of changes so far.
pub(crate) struct Changes {
    count: watch::Sender<u64>,
}

impl Changes {
    pub(crate) fn new() -> Self {
        Self {
            count: watch::Sender::new(0),
        }
    }

    /// Something has changed.
    pub(crate) fn notify(&self) {
        self.count.send_modify(|count| *count += 1);
    }

    /// Resolves at the first change after this call; the call itself, not the first poll, is what
    /// counts.
    pub(crate) fn next(&self) -> impl Future<Output = ()> + use<> {
        let mut receiver = self.count.subscribe();
        async move {
            if receiver.changed().await.is_err() {
                // Nothing remains that could change.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Resolves as soon as `holds` does; panics with `text` when it takes longer than [`TIMEOUT`].
    pub(crate) async fn until(&self, holds: impl Fn() -> bool, text: impl Fn() -> String) {
        let waiting = async {
            loop {
                let next = self.next();
                if holds() {
                    return;
                }
                next.await;
            }
        };
        if tokio::time::timeout(TIMEOUT, waiting).await.is_err() {
            panic!("not within {TIMEOUT:?}: {}", text());
        }
    }
}
