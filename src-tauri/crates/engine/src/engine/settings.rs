//! The settings, and what changes with them at once.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::Engine;
use crate::error::{Error, Invalid};
use crate::feed::EventKind;
use crate::ingress;
use crate::settings::{Settings, SettingsDocument};
use crate::shared::Listening;
use crate::words;

impl Engine {
    /// The settings.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        self.shared.settings()
    }

    /// Changes settings; all of them hold at once, the port too.
    ///
    /// # Errors
    /// A value does not fit, the port is taken, or the change cannot be saved.
    pub async fn patch_settings(
        &self,
        patch: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Arc<Settings>, Error> {
        let (engine, patch) = (self.clone(), patch.clone());
        self.to_its_end(async move { engine.change_settings(&patch).await })
            .await
    }

    async fn change_settings(
        &self,
        patch: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Arc<Settings>, Error> {
        // Held until it is in force: the next change begins from what this one leaves, and takes
        // effect after it.
        let mut change = self.shared.settings.change().await;
        let before = change.current();
        let settings = before.patched(patch)?;
        let here = self.webhook_addr().port();
        let moved = match settings.listen_port {
            same if same == before.listen_port => None,
            // Found instead of the port before, which was taken: nobody else has it.
            port if port == here => None,
            port => Some(self.listener_for(port).await?),
        };
        let fields = patch.keys().map(String::as_str);
        let settings = change.save(settings, fields).await?;
        self.shared
            .store
            .set_retention(retention(&self.shared.settings));
        self.shared.store.set_durable(settings.durable);
        let gap = settings.conversation_gap();
        self.shared.store.set_conversation_gap(gap);
        let connections = ingress::allow_connections(&settings);
        self.shared.connections.resize(connections);
        self.shared.holds.resize(connections);
        match moved {
            Some(listener) => self.move_to(listener, settings.listen_port).await,
            None if settings.listen_port == here => self.port_is_wanted(here),
            None => {}
        }
        self.shared.feed.emit(EventKind::SettingsChanged, None);
        drop(change);
        if patch.contains_key("key_store") {
            self.choose_key_store().await;
        }
        Ok(settings)
    }

    /// Keeps secrets where the settings say by the time that it is asked. It may wait for a person,
    /// who is asked for the key store's password; other changes do not wait with it.
    async fn choose_key_store(&self) {
        let secrets = &self.shared.tunnel.secrets;
        secrets.choose(|| self.settings().key_store).await;
    }

    /// The port that was found in place of another is the one that is set now.
    fn port_is_wanted(&self, port: u16) {
        let before = std::mem::replace(&mut self.shared.listening.lock().wanted_port, port);
        if before != port {
            self.shared.feed.emit(EventKind::StatusChanged, None);
        }
    }

    async fn listener_for(&self, port: u16) -> Result<tokio::net::TcpListener, Error> {
        let address = SocketAddr::new(self.webhook_addr().ip(), port);
        ingress::listen(address)
            .await
            .map_err(|cause| match cause.kind() {
                std::io::ErrorKind::AddrInUse => Error::PortInUse(port),
                _ => Invalid::new(
                    "/listen_port",
                    words::PORT_REFUSED.arg(messages::foreign(&cause)),
                )
                .into(),
            })
    }

    /// Goes on at another address; what is connected at the old one ends what it is doing. Whoever
    /// changes the port back at once finds the old one free.
    async fn move_to(&self, listener: tokio::net::TcpListener, wanted_port: u16) {
        let Ok(address) = listener.local_addr() else {
            return;
        };
        let next = Listening::new(address, wanted_port, &self.shared.stop);
        let before = std::mem::replace(&mut *self.shared.listening.lock(), next.clone());
        before.stop.cancel();
        self.shared
            .tasks
            .spawn(ingress::serve(Arc::clone(&self.shared), listener, next));
        before.is_closed.cancelled().await;
        self.shared.feed.emit(EventKind::StatusChanged, None);
    }
}

/// How much history is kept. A limit that could not be read removes nothing until it is set anew:
/// what the default removed instead would be gone.
pub(super) fn retention(document: &SettingsDocument) -> store::Retention {
    let settings = document.current();
    let report = document.report();
    let is_known = |field| !report.as_ref().is_some_and(|report| report.names(field));
    let limit = |field, value| if is_known(field) { value } else { u64::MAX };
    let days = settings.keep_days.filter(|_| is_known("keep_days"));
    store::Retention {
        exchanges: limit("keep_exchanges", settings.keep_exchanges),
        bytes: limit("keep_bytes", settings.keep_bytes),
        age: days.map(|days| Duration::from_secs(u64::from(days) * 86_400)),
    }
}

#[cfg(test)]
mod tests {
    use store::{Store, StoreOptions};

    use super::*;

    #[tokio::test]
    async fn a_limit_that_cannot_be_read_removes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let usual = Settings::default();
        let days = Duration::from_secs(30 * 86_400);
        for (text, exchanges, bytes, age) in [
            (
                r#"{"keep_days":30}"#,
                usual.keep_exchanges,
                usual.keep_bytes,
                Some(days),
            ),
            (
                r#"{"keep_exchanges":"5000000"}"#,
                u64::MAX,
                usual.keep_bytes,
                None,
            ),
            (
                r#"{"keep_bytes":[1]}"#,
                usual.keep_exchanges,
                u64::MAX,
                None,
            ),
            (
                r#"{"keep_days":"30"}"#,
                usual.keep_exchanges,
                usual.keep_bytes,
                None,
            ),
            ("[", u64::MAX, u64::MAX, None),
        ] {
            store.set_setting("settings", text).await.unwrap();
            let document = SettingsDocument::load(&store).await.unwrap();
            let kept = retention(&document);
            assert_eq!(
                (kept.exchanges, kept.bytes, kept.age),
                (exchanges, bytes, age),
                "{text}"
            );
        }
        store.close().await;
    }
}
