//! What next turns show of answers, put into the feed.

use std::sync::Arc;

use crate::feed::EventKind;
use crate::shared::Shared;

/// Tells the feed of exchanges of which something else is known since their users' next requests.
pub(crate) async fn tell_proofs(shared: Arc<Shared>) {
    loop {
        let proved = tokio::select! {
            () = shared.stop.cancelled() => return,
            proved = shared.store.proved() => proved,
        };
        for summary in proved.summaries {
            let feed = &shared.feed;
            feed.exchange(EventKind::ExchangeChanged, Arc::new(summary));
        }
        if proved.were_more {
            shared.feed.emit(EventKind::Resync, None);
        }
    }
}
