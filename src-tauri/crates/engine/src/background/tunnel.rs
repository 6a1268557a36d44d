//! The tunnel followed: its changes put into the feed, a fresh address checked, usage written down.

use std::sync::Arc;
use std::time::Duration;

use tunnel::State;

use super::self_check;
use crate::clock;
use crate::feed::EventKind;
use crate::shared::Shared;
use crate::tunnel::REPORTED_EVERY;

/// How often usage is written down while something goes through.
const SAVED_EVERY: Duration = Duration::from_secs(60);

/// Tells the feed of each change, remembers a changed address, and checks a fresh one.
pub(crate) async fn follow(shared: Arc<Shared>) {
    let mut status = shared.tunnel.tunnel.watch();
    let mut before = status.borrow_and_update().clone();
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            changed = status.changed() => if changed.is_err() { return },
        }
        let now = status.borrow_and_update().clone();
        let fresh =
            now.state == State::Online && (before.state != State::Online || before.url != now.url);
        if let Some(address) = now.forward_to
            && now.forward_to != before.forward_to
        {
            shared.tunnel.memory.forwards(address.port()).await;
        }
        if fresh && let Some(url) = &now.url {
            shared.tunnel.memory.online(url).await;
            let checking = Arc::clone(&shared);
            shared
                .tasks
                .spawn(async move { self_check::run(&checking).await });
        }
        shared.feed.emit(EventKind::TunnelChanged, None);
        before = now;
    }
}

/// Tells the feed of strangers and usage, at most once a second, and writes usage down now and
/// then.
pub(crate) async fn keep_count(shared: Arc<Shared>) {
    let mut saved = tokio::time::interval(SAVED_EVERY);
    let mut before = shared.tunnel.usage.this_month(clock::now());
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = shared.tunnel.strangers.changed() => {
                shared.feed.emit(EventKind::TunnelChanged, None);
                tokio::time::sleep(REPORTED_EVERY).await;
            }
            _ = saved.tick() => {
                let now = shared.tunnel.usage.this_month(clock::now());
                if now != before {
                    shared.tunnel.save_usage().await;
                    before = now;
                }
            }
        }
    }
}
