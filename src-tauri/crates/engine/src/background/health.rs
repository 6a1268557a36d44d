//! The health of the history, put into the feed.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::feed::EventKind;
use crate::shared::Shared;

/// Tells the feed when saving history stops and when it goes on.
pub(crate) async fn watch_health(shared: Arc<Shared>, mut health: watch::Receiver<store::Health>) {
    /// Numbers may change with every request; people read them less often.
    const PAUSE: Duration = Duration::from_millis(250);
    let mut replaced = (None, None);
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            changed = health.changed() => if changed.is_err() { return },
        }
        shared.feed.emit(EventKind::StatusChanged, None);
        let now = health.borrow_and_update().clone();
        let now = (now.set_aside, now.replaced);
        let is_more = now != replaced && now != (None, None);
        replaced = now;
        if is_more {
            // Another database, or more that was taken over: what was listed before says little.
            shared.feed.emit(EventKind::Resync, None);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
