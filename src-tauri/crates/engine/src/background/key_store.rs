//! Where secrets are kept, put into the feed.

use std::sync::Arc;

use tokio::sync::watch;

use crate::feed::EventKind;
use crate::secrets::KeyStore;
use crate::shared::Shared;

/// Tells the feed when the key store comes into use, and when it refuses.
pub(crate) async fn watch_key_store(shared: Arc<Shared>, mut kept_in: watch::Receiver<KeyStore>) {
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            changed = kept_in.changed() => if changed.is_err() { return },
        }
        shared.feed.emit(EventKind::TunnelChanged, None);
        shared.feed.emit(EventKind::SettingsChanged, None);
    }
}
