//! Where tokens and keys are kept: the system's key store; where there is none, or where the
//! settings say so, the memory of this run. Never the database, never a file of ours.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use keyring::v1::Entry;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tunnel::Secret;
use utoipa::ToSchema;

/// Under which name the key store files them.
const SERVICE: &str = "dev.hookloupe.desktop";
/// How long the key store may take: it may ask a person to unlock it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where secrets are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyStore {
    /// In the system's key store.
    #[default]
    System,
    /// In memory, until the app ends.
    Session,
}

/// All secrets of the app.
pub(crate) struct Secrets {
    /// What this run knows: everything that was set or read in it.
    memory: Mutex<HashMap<&'static str, Option<Secret>>>,
    wanted: Mutex<KeyStore>,
    /// The system has a key store that works.
    works: AtomicBool,
}

impl Secrets {
    pub(crate) fn new(wanted: KeyStore) -> Self {
        Self {
            memory: Mutex::default(),
            wanted: Mutex::new(wanted),
            works: AtomicBool::new(true),
        }
    }

    /// Where they are kept, as far as this is known.
    pub(crate) fn place(&self) -> KeyStore {
        if self.works.load(Ordering::Relaxed) {
            *self.wanted.lock()
        } else {
            KeyStore::Session
        }
    }

    /// Keeps them elsewhere from now on.
    pub(crate) fn keep_in(&self, place: KeyStore) {
        *self.wanted.lock() = place;
        self.works.store(true, Ordering::Relaxed);
    }

    /// A secret by its name.
    pub(crate) async fn get(&self, name: &'static str) -> Option<Secret> {
        if let Some(known) = self.memory.lock().get(name) {
            return known.clone();
        }
        let found = self.ask(name, |entry| match entry.get_password() {
            Ok(text) => Ok(Some(Secret::new(&text))),
            Err(keyring::v1::Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        });
        let found = found.await.flatten();
        self.memory.lock().entry(name).or_insert(found).clone()
    }

    /// Keeps a secret.
    pub(crate) async fn set(&self, name: &'static str, secret: Secret) {
        self.memory.lock().insert(name, Some(secret.clone()));
        self.ask(name, move |entry| entry.set_password(secret.expose()))
            .await;
    }

    /// Forgets a secret.
    pub(crate) async fn forget(&self, name: &'static str) {
        self.memory.lock().insert(name, None);
        self.ask(name, |entry| match entry.delete_credential() {
            Ok(()) | Err(keyring::v1::Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
        .await;
    }

    /// Asks the key store, on a thread that may wait; `None` where there is none or it refuses.
    async fn ask<T: Send + 'static>(
        &self,
        name: &'static str,
        question: impl FnOnce(Entry) -> keyring::v1::Result<T> + Send + 'static,
    ) -> Option<T> {
        if self.place() == KeyStore::Session {
            return None;
        }
        let asking = tokio::task::spawn_blocking(move || question(Entry::new(SERVICE, name)?));
        let answer = match tokio::time::timeout(PATIENCE, asking).await {
            Ok(Ok(answer)) => answer,
            // It waits for a person who does not come: go on without it.
            Ok(Err(_)) | Err(_) => Err(keyring::v1::Error::NoDefaultStore),
        };
        match answer {
            Ok(answer) => Some(answer),
            Err(error) => {
                tracing::warn!(%error, "the system's key store does not work; secrets last until the app ends");
                self.works.store(false, Ordering::Relaxed);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_session_keeps_secrets_in_memory_alone() {
        let secrets = Secrets::new(KeyStore::Session);
        assert_eq!(secrets.get("ngrok-authtoken").await, None);
        secrets.set("ngrok-authtoken", Secret::new(" abc\n")).await;
        assert_eq!(
            secrets.get("ngrok-authtoken").await.unwrap().expose(),
            "abc"
        );
        secrets.forget("ngrok-authtoken").await;
        assert_eq!(secrets.get("ngrok-authtoken").await, None);
        assert_eq!(secrets.place(), KeyStore::Session);
    }
}
