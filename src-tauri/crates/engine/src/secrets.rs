//! Where tokens and keys are kept: the system's key store; where there is none, or where the
//! settings say so, the memory of this run. Never the database, never a file of ours.

use std::collections::HashMap;
use std::sync::Arc;
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
const TIMEOUT: Duration = Duration::from_secs(30);

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

/// What files secrets. It may wait for a person, so it is asked on a thread of its own.
trait Keyring: Send + Sync + 'static {
    fn read(&self, name: &str) -> keyring::v1::Result<Option<Secret>>;
    fn write(&self, name: &str, secret: &Secret) -> keyring::v1::Result<()>;
    fn delete(&self, name: &str) -> keyring::v1::Result<()>;
}

/// The system's key store.
struct SystemKeyring;

impl Keyring for SystemKeyring {
    fn read(&self, name: &str) -> keyring::v1::Result<Option<Secret>> {
        match Entry::new(SERVICE, name)?.get_password() {
            Ok(text) => Ok(Some(Secret::new(&text))),
            Err(keyring::v1::Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, name: &str, secret: &Secret) -> keyring::v1::Result<()> {
        Entry::new(SERVICE, name)?.set_password(secret.expose())
    }

    fn delete(&self, name: &str) -> keyring::v1::Result<()> {
        match Entry::new(SERVICE, name)?.delete_credential() {
            Ok(()) | Err(keyring::v1::Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// What is known of a secret.
#[derive(Clone)]
enum Known {
    /// The secret.
    Secret(Secret),
    /// The key store has none.
    Missing,
    /// It was removed, but a key store that refused or was not asked may have it still.
    Forgotten,
}

/// All secrets of the app.
pub(crate) struct Secrets {
    /// What this run knows: everything that was set in it, and what the key store has answered.
    memory: Mutex<HashMap<&'static str, Known>>,
    wanted: Mutex<KeyStore>,
    /// The system has a key store that works.
    works: AtomicBool,
    keyring: Arc<dyn Keyring>,
}

impl Secrets {
    pub(crate) fn new(wanted: KeyStore) -> Self {
        Self::with_keyring(wanted, Arc::new(SystemKeyring))
    }

    fn with_keyring(wanted: KeyStore, keyring: Arc<dyn Keyring>) -> Self {
        Self {
            memory: Mutex::default(),
            wanted: Mutex::new(wanted),
            works: AtomicBool::new(true),
            keyring,
        }
    }

    /// Where they are kept, as far as this is known.
    pub(crate) fn key_store(&self) -> KeyStore {
        if self.works.load(Ordering::Relaxed) {
            *self.wanted.lock()
        } else {
            KeyStore::Session
        }
    }

    /// Keeps them elsewhere from now on. What was missing may be there.
    pub(crate) fn keep_in(&self, wanted: KeyStore) {
        *self.wanted.lock() = wanted;
        self.works.store(true, Ordering::Relaxed);
        let mut memory = self.memory.lock();
        memory.retain(|_, known| !matches!(known, Known::Missing));
    }

    /// A secret by its name.
    pub(crate) async fn get(&self, name: &'static str) -> Option<Secret> {
        let known = self.memory.lock().get(name).cloned();
        match known {
            Some(Known::Secret(secret)) => return Some(secret),
            Some(Known::Missing) => return None,
            Some(Known::Forgotten) => {
                self.delete(name).await;
                return None;
            }
            None => {}
        }
        // Only an answer is remembered: a key store that refuses may be unlocked later.
        let found = match self.ask(move |keyring| keyring.read(name)).await? {
            Some(secret) => Known::Secret(secret),
            None => Known::Missing,
        };
        match self.memory.lock().entry(name).or_insert(found) {
            Known::Secret(secret) => Some(secret.clone()),
            Known::Missing | Known::Forgotten => None,
        }
    }

    /// Keeps a secret.
    pub(crate) async fn set(&self, name: &'static str, secret: Secret) {
        let known = Known::Secret(secret.clone());
        self.memory.lock().insert(name, known);
        self.ask(move |keyring| keyring.write(name, &secret)).await;
    }

    /// Forgets a secret.
    pub(crate) async fn forget(&self, name: &'static str) {
        self.memory.lock().insert(name, Known::Forgotten);
        self.delete(name).await;
    }

    /// Removes a forgotten secret from the key store, as soon as that lets it.
    async fn delete(&self, name: &'static str) {
        let deleted = self.ask(move |keyring| keyring.delete(name)).await;
        if deleted.is_some()
            && let Some(known) = self.memory.lock().get_mut(name)
            && matches!(known, Known::Forgotten)
        {
            *known = Known::Missing;
        }
    }

    /// Asks the key store; `None` where there is none or it refuses.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Keyring) -> keyring::v1::Result<T> + Send + 'static,
    ) -> Option<T> {
        if self.key_store() == KeyStore::Session {
            return None;
        }
        let keyring = Arc::clone(&self.keyring);
        let asking = tokio::task::spawn_blocking(move || question(&*keyring));
        let answer = match tokio::time::timeout(TIMEOUT, asking).await {
            Ok(Ok(answer)) => answer,
            // It waits for a person who does not come: go on without it.
            Ok(Err(_)) | Err(_) => Err(keyring::v1::Error::NoDefaultStore),
        };
        match answer {
            Ok(answer) => Some(answer),
            Err(error) => {
                tracing::warn!(
                    %error,
                    "the system's key store does not work; secrets last until the app ends"
                );
                self.works.store(false, Ordering::Relaxed);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "ngrok-authtoken";

    /// A key store with one secret or none, which may be locked.
    struct OneSecret {
        locked: AtomicBool,
        secret: Mutex<Option<Secret>>,
    }

    impl Default for OneSecret {
        fn default() -> Self {
            Self {
                locked: AtomicBool::new(false),
                secret: Mutex::new(Some(Secret::new("saved"))),
            }
        }
    }

    impl OneSecret {
        fn unless_locked<T>(&self, answer: T) -> keyring::v1::Result<T> {
            match self.locked.load(Ordering::Relaxed) {
                true => Err(keyring::v1::Error::NoDefaultStore),
                false => Ok(answer),
            }
        }
    }

    impl Keyring for OneSecret {
        fn read(&self, _: &str) -> keyring::v1::Result<Option<Secret>> {
            self.unless_locked(())?;
            Ok(self.secret.lock().clone())
        }

        fn write(&self, _: &str, secret: &Secret) -> keyring::v1::Result<()> {
            self.unless_locked(())?;
            *self.secret.lock() = Some(secret.clone());
            Ok(())
        }

        fn delete(&self, _: &str) -> keyring::v1::Result<()> {
            self.unless_locked(())?;
            *self.secret.lock() = None;
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_session_keeps_secrets_in_memory_alone() {
        let secrets = Secrets::new(KeyStore::Session);
        assert_eq!(secrets.get(NAME).await, None);
        secrets.set(NAME, Secret::new(" abc\n")).await;
        assert_eq!(secrets.get(NAME).await.unwrap().expose(), "abc");
        secrets.keep_in(KeyStore::Session);
        assert_eq!(secrets.get(NAME).await.unwrap().expose(), "abc");
        secrets.forget(NAME).await;
        assert_eq!(secrets.get(NAME).await, None);
        assert_eq!(secrets.key_store(), KeyStore::Session);
    }

    #[tokio::test]
    async fn a_key_store_that_refused_is_asked_again_once_it_is_chosen_again() {
        let keyring = Arc::new(OneSecret::default());
        let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
        keyring.locked.store(true, Ordering::Relaxed);
        assert_eq!(secrets.get(NAME).await, None);
        assert_eq!(secrets.key_store(), KeyStore::Session);
        keyring.locked.store(false, Ordering::Relaxed);
        secrets.keep_in(KeyStore::System);
        assert_eq!(secrets.get(NAME).await.unwrap().expose(), "saved");
        assert_eq!(secrets.key_store(), KeyStore::System);
    }

    #[tokio::test]
    async fn a_key_store_chosen_again_may_have_what_was_missing() {
        let keyring = Arc::new(OneSecret::default());
        let saved = keyring.secret.lock().take();
        let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
        assert_eq!(secrets.get(NAME).await, None);
        *keyring.secret.lock() = saved;
        assert_eq!(
            secrets.get(NAME).await,
            None,
            "it is not asked at every look"
        );
        secrets.keep_in(KeyStore::System);
        assert_eq!(secrets.get(NAME).await.unwrap().expose(), "saved");
    }

    #[tokio::test]
    async fn what_was_forgotten_while_the_key_store_was_not_asked_does_not_come_back() {
        for (wanted, locked) in [(KeyStore::Session, false), (KeyStore::System, true)] {
            let keyring = Arc::new(OneSecret::default());
            keyring.locked.store(locked, Ordering::Relaxed);
            let secrets = Secrets::with_keyring(wanted, Arc::<OneSecret>::clone(&keyring));
            secrets.forget(NAME).await;
            assert!(keyring.secret.lock().is_some(), "{wanted:?} could not");
            keyring.locked.store(false, Ordering::Relaxed);
            secrets.keep_in(KeyStore::System);
            assert_eq!(secrets.get(NAME).await, None, "{wanted:?}");
            assert_eq!(*keyring.secret.lock(), None, "it is removed there, too");
        }
    }
}
