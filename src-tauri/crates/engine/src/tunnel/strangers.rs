//! Requests that came to the public address without a secret: counted, never stored.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How often readers of the feed hear of strangers at most.
pub(crate) const REPORTED_EVERY: Duration = Duration::from_secs(1);
/// The span that a rate is told of.
const SPAN: Duration = Duration::from_secs(60);

/// Counts strangers.
pub(crate) struct Strangers {
    total: AtomicU64,
    minutes: Mutex<Minutes>,
    changed: Notify,
}

/// The present minute and the one before, from which a gliding rate is told.
struct Minutes {
    since: Instant,
    present: u32,
    before: u32,
}

impl Strangers {
    pub(crate) fn new() -> Self {
        Self {
            total: AtomicU64::new(0),
            minutes: Mutex::new(Minutes {
                since: Instant::now(),
                present: 0,
                before: 0,
            }),
            changed: Notify::new(),
        }
    }

    /// One more.
    pub(crate) fn turned_away(&self) {
        self.total.fetch_add(1, Ordering::Relaxed);
        let mut minutes = self.minutes.lock();
        minutes.turn(Instant::now());
        minutes.present = minutes.present.saturating_add(1);
        drop(minutes);
        self.changed.notify_one();
    }

    /// All in this run.
    pub(crate) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// About how many in the last minute: the present one whole, the one before by the part of it
    /// that the last 60 seconds still hold.
    pub(crate) fn last_minute(&self) -> u32 {
        let mut minutes = self.minutes.lock();
        let now = Instant::now();
        minutes.turn(now);
        let passed = now.duration_since(minutes.since).as_secs_f64() / SPAN.as_secs_f64();
        let rest = f64::from(minutes.before) * (1.0 - passed).max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a part of a u32, never negative"
        )]
        let rest = rest.round() as u32;
        minutes.present.saturating_add(rest)
    }

    /// Resolves when there are more than when it resolved last.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }
}

impl Minutes {
    fn turn(&mut self, now: Instant) {
        let passed = now.duration_since(self.since);
        if passed < SPAN {
            return;
        }
        self.before = if passed < SPAN * 2 { self.present } else { 0 };
        self.present = 0;
        self.since = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_rate_glides_over_the_last_minute() {
        let strangers = Strangers::new();
        for _ in 0..10 {
            strangers.turned_away();
        }
        assert_eq!((strangers.total(), strangers.last_minute()), (10, 10));
        tokio::time::advance(SPAN).await;
        assert_eq!(strangers.last_minute(), 10);
        tokio::time::advance(SPAN / 2).await;
        assert_eq!(strangers.last_minute(), 5);
        tokio::time::advance(SPAN * 3).await;
        assert_eq!((strangers.total(), strangers.last_minute()), (10, 0));
    }
}
