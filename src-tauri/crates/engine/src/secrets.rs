//! Where tokens and keys are kept: the system's key store; where there is none, or where the
//! settings say so, the memory of this run. Never the database, never a file of ours.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use keyring_core::{CredentialStore, Entry};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tunnel::Secret;
use utoipa::ToSchema;

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store as SystemStore;
#[cfg(target_os = "windows")]
use windows_native_keyring_store::Store as SystemStore;
#[cfg(all(unix, not(target_os = "macos")))]
use zbus_secret_service_keyring_store::Store as SystemStore;

/// Under which name the key store files them.
const SERVICE: &str = "dev.hookloupe.desktop";
/// What a probe is filed under and removed from: a locked key store answers that it has no such
/// entry, and refuses to write one.
const PROBE: &str = "probe";
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
pub(crate) trait Keyring: Send + Sync + 'static {
    fn read(&self, name: &str) -> keyring_core::Result<Option<Secret>>;
    fn write(&self, name: &str, secret: &Secret) -> keyring_core::Result<()>;
    fn delete(&self, name: &str) -> keyring_core::Result<()>;
}

/// The system's key store. It is set up at the first question, and anew after it has failed: the
/// service behind it may have been started meanwhile.
#[derive(Default)]
struct SystemKeyring {
    store: Mutex<Option<Arc<CredentialStore>>>,
}

impl SystemKeyring {
    fn with_entry<T>(
        &self,
        name: &str,
        ask: impl FnOnce(&Entry) -> keyring_core::Result<T>,
    ) -> keyring_core::Result<Option<T>> {
        // Not held while a person is waited for: another question gets an answer of its own.
        let known = self.store.lock().clone();
        let store = match known {
            Some(store) => store,
            None => {
                let store: Arc<CredentialStore> = SystemStore::new()?;
                Arc::clone(self.store.lock().insert(store))
            }
        };
        match store
            .build(SERVICE, name, None)
            .and_then(|entry| ask(&entry))
        {
            Ok(answer) => Ok(Some(answer)),
            Err(keyring_core::Error::NoEntry) => Ok(None),
            Err(error) => {
                *self.store.lock() = None;
                Err(error)
            }
        }
    }
}

impl Keyring for SystemKeyring {
    fn read(&self, name: &str) -> keyring_core::Result<Option<Secret>> {
        let text = self.with_entry(name, Entry::get_password)?;
        Ok(text.map(|text| Secret::new(&text)))
    }

    fn write(&self, name: &str, secret: &Secret) -> keyring_core::Result<()> {
        let written = self.with_entry(name, |entry| entry.set_password(secret.expose()))?;
        written.ok_or(keyring_core::Error::NoEntry)
    }

    fn delete(&self, name: &str) -> keyring_core::Result<()> {
        self.with_entry(name, Entry::delete_credential)?;
        Ok(())
    }
}

/// What is known of a secret.
#[derive(Clone)]
enum Known {
    /// The key store has it.
    Saved(Secret),
    /// It lasts until the app ends, and the key store does not have it.
    Unsaved(Secret),
    /// The same, made by the app while the key store was not asked or refused: one that the key
    /// store has goes before it.
    Substitute(Secret),
    /// The key store has none.
    Missing,
    /// It was removed, but a key store that refused or was not asked may have it still.
    Forgotten,
}

impl Known {
    fn found(&self) -> Found {
        match self {
            Self::Saved(secret) => Found::Secret {
                secret: secret.clone(),
                is_saved: true,
            },
            Self::Unsaved(secret) | Self::Substitute(secret) => Found::Secret {
                secret: secret.clone(),
                is_saved: false,
            },
            Self::Missing | Self::Forgotten => Found::Nothing,
        }
    }
}

/// What looking for a secret found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The secret.
    Secret {
        secret: Secret,
        /// The system's key store has it, and gives it to the next run.
        is_saved: bool,
    },
    /// There is none.
    Nothing,
    /// The key store is not asked, or does not answer.
    Unknown,
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
        Self::with_keyring(wanted, Arc::new(SystemKeyring::default()))
    }

    pub(crate) fn with_keyring(wanted: KeyStore, keyring: Arc<dyn Keyring>) -> Self {
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

    /// Where they are to be kept.
    pub(crate) fn wanted(&self) -> KeyStore {
        *self.wanted.lock()
    }

    /// Keeps them where a person says. A key store that is in use and works is not asked: it could
    /// ask for its password.
    pub(crate) async fn choose(&self, wanted: KeyStore) {
        if wanted != self.wanted() || wanted != self.key_store() {
            self.keep_in(wanted).await;
        }
    }

    /// Keeps them elsewhere from now on. A key store is tried at once: what it lacks is written to
    /// it, and what it may have is asked for again when it is needed.
    pub(crate) async fn keep_in(&self, wanted: KeyStore) {
        // Until it has shown that it works, nobody else asks it.
        self.works.store(false, Ordering::Relaxed);
        *self.wanted.lock() = wanted;
        let works = match wanted {
            KeyStore::Session => false,
            KeyStore::System => self.consult(probe).await.is_some(),
        };
        // Looked at after the probe: what was set while it waited for a person is saved, too.
        let lacking: Vec<(&'static str, Known)> = {
            let mut memory = self.memory.lock();
            memory.retain(|_, known| !matches!(known, Known::Missing));
            let known = memory.iter();
            known.map(|(name, known)| (*name, known.clone())).collect()
        };
        self.works.store(works, Ordering::Relaxed);
        for (name, known) in lacking {
            match known {
                Known::Unsaved(secret) => self.set(name, secret).await,
                Known::Substitute(secret) => self.offer(name, secret).await,
                Known::Forgotten => self.delete(name).await,
                Known::Saved(_) | Known::Missing => {}
            }
        }
    }

    /// A secret by its name.
    pub(crate) async fn get(&self, name: &'static str) -> Option<Secret> {
        match self.find(name).await {
            Found::Secret { secret, .. } => Some(secret),
            Found::Nothing | Found::Unknown => None,
        }
    }

    /// A secret by its name, or why there is none.
    pub(crate) async fn find(&self, name: &'static str) -> Found {
        let known = self.memory.lock().get(name).cloned();
        if let Some(known) = known {
            if matches!(known, Known::Forgotten) {
                self.delete(name).await;
            }
            return known.found();
        }
        // Only an answer is remembered: a key store that refuses may be unlocked later.
        let Some(read) = self.ask(move |keyring| keyring.read(name)).await else {
            return Found::Unknown;
        };
        let read = read.map_or(Known::Missing, Known::Saved);
        self.memory.lock().entry(name).or_insert(read).found()
    }

    /// Keeps a secret.
    pub(crate) async fn set(&self, name: &'static str, secret: Secret) {
        let known = Known::Unsaved(secret.clone());
        self.memory.lock().insert(name, known);
        let written = secret.clone();
        let saved = self.ask(move |keyring| keyring.write(name, &written)).await;
        if saved.is_some()
            && let Some(known) = self.memory.lock().get_mut(name)
            && matches!(known, Known::Unsaved(present) if *present == secret)
        {
            *known = Known::Saved(secret);
        }
    }

    /// Keeps a secret that the app made where the key store has none; one that it has is kept in
    /// its stead.
    pub(crate) async fn offer(&self, name: &'static str, secret: Secret) {
        let known = Known::Substitute(secret.clone());
        self.memory.lock().insert(name, known);
        let offered = secret.clone();
        let saved = self.ask(move |keyring| match keyring.read(name)? {
            Some(present) => Ok(present),
            None => keyring.write(name, &offered).map(|()| offered),
        });
        if let Some(saved) = saved.await
            && let Some(known) = self.memory.lock().get_mut(name)
            && matches!(known, Known::Substitute(present) if *present == secret)
        {
            *known = Known::Saved(saved);
        }
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
        question: impl FnOnce(&dyn Keyring) -> keyring_core::Result<T> + Send + 'static,
    ) -> Option<T> {
        match self.key_store() {
            KeyStore::Session => None,
            KeyStore::System => self.consult(question).await,
        }
    }

    /// Asks the key store, whatever is known of it; `None` where it refuses.
    async fn consult<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Keyring) -> keyring_core::Result<T> + Send + 'static,
    ) -> Option<T> {
        let keyring = Arc::clone(&self.keyring);
        let asking = tokio::task::spawn_blocking(move || question(&*keyring));
        let answer = match tokio::time::timeout(TIMEOUT, asking).await {
            Ok(Ok(answer)) => answer,
            // It waits for a person who does not come: go on without it.
            Ok(Err(_)) | Err(_) => Err(keyring_core::Error::NoDefaultStore),
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

/// Whether a key store works: it takes an entry and removes it.
fn probe(keyring: &dyn Keyring) -> keyring_core::Result<()> {
    keyring.write(PROBE, &Secret::new(PROBE))?;
    keyring.delete(PROBE)
}

#[cfg(test)]
pub(crate) use double::OneSecret;

#[cfg(test)]
mod double {
    use super::*;

    /// A key store with one secret or none, which may be locked. A locked one finds what it has,
    /// and says so of what it has not: it refuses to give, to write and to remove.
    #[derive(Default)]
    pub(crate) struct OneSecret {
        pub(crate) locked: AtomicBool,
        pub(crate) secret: Mutex<Option<Secret>>,
        /// What a probe wrote and did not remove.
        pub(crate) probe: Mutex<Option<Secret>>,
    }

    impl OneSecret {
        pub(crate) fn with(secret: &str) -> Self {
            Self {
                secret: Mutex::new(Some(Secret::new(secret))),
                ..Self::default()
            }
        }

        fn entry(&self, name: &str) -> &Mutex<Option<Secret>> {
            match name {
                PROBE => &self.probe,
                _ => &self.secret,
            }
        }

        fn unless_locked<T>(&self, answer: T) -> keyring_core::Result<T> {
            match self.locked.load(Ordering::Relaxed) {
                true => Err(keyring_core::Error::NoDefaultStore),
                false => Ok(answer),
            }
        }
    }

    impl Keyring for OneSecret {
        fn read(&self, name: &str) -> keyring_core::Result<Option<Secret>> {
            match self.entry(name).lock().clone() {
                Some(secret) => self.unless_locked(Some(secret)),
                None => Ok(None),
            }
        }

        fn write(&self, name: &str, secret: &Secret) -> keyring_core::Result<()> {
            self.unless_locked(())?;
            *self.entry(name).lock() = Some(secret.clone());
            Ok(())
        }

        fn delete(&self, name: &str) -> keyring_core::Result<()> {
            let mut entry = self.entry(name).lock();
            if entry.is_some() {
                self.unless_locked(())?;
                *entry = None;
            }
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "ngrok-authtoken";

    #[tokio::test]
    async fn a_session_keeps_secrets_in_memory_alone() {
        let secrets = Secrets::new(KeyStore::Session);
        assert_eq!(secrets.get(NAME).await, None);
        secrets.set(NAME, Secret::new(" abc\n")).await;
        assert_eq!(secrets.get(NAME).await.unwrap().expose(), "abc");
        secrets.keep_in(KeyStore::Session).await;
        assert_eq!(secrets.get(NAME).await.unwrap().expose(), "abc");
        secrets.forget(NAME).await;
        assert_eq!(secrets.get(NAME).await, None);
        assert_eq!(secrets.key_store(), KeyStore::Session);
    }

    #[tokio::test]
    async fn a_key_store_that_refused_is_asked_again_once_it_is_chosen_again() {
        let keyring = Arc::new(OneSecret::with("saved"));
        let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
        keyring.locked.store(true, Ordering::Relaxed);
        assert_eq!(secrets.get(NAME).await, None);
        assert_eq!(secrets.key_store(), KeyStore::Session);
        keyring.locked.store(false, Ordering::Relaxed);
        secrets.keep_in(KeyStore::System).await;
        assert_eq!(secrets.get(NAME).await.unwrap().expose(), "saved");
        assert_eq!(secrets.key_store(), KeyStore::System);
    }

    #[tokio::test]
    async fn a_key_store_chosen_again_may_have_what_was_missing() {
        let keyring = Arc::new(OneSecret::with("saved"));
        let saved = keyring.secret.lock().take();
        let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
        assert_eq!(secrets.get(NAME).await, None);
        *keyring.secret.lock() = saved;
        assert_eq!(
            secrets.get(NAME).await,
            None,
            "it is not asked at every look"
        );
        secrets.keep_in(KeyStore::System).await;
        assert_eq!(secrets.get(NAME).await.unwrap().expose(), "saved");
    }

    #[tokio::test]
    async fn what_was_forgotten_while_the_key_store_was_not_asked_does_not_come_back() {
        for (wanted, locked) in [(KeyStore::Session, false), (KeyStore::System, true)] {
            let keyring = Arc::new(OneSecret::with("saved"));
            keyring.locked.store(locked, Ordering::Relaxed);
            let secrets = Secrets::with_keyring(wanted, Arc::<OneSecret>::clone(&keyring));
            secrets.forget(NAME).await;
            assert!(keyring.secret.lock().is_some(), "{wanted:?} could not");
            keyring.locked.store(false, Ordering::Relaxed);
            secrets.keep_in(KeyStore::System).await;
            assert_eq!(secrets.get(NAME).await, None, "{wanted:?}");
            assert_eq!(*keyring.secret.lock(), None, "it is removed there, too");
        }
    }

    #[tokio::test]
    async fn a_key_store_chosen_again_is_tried_before_it_is_said_to_work() {
        let keyring = Arc::new(OneSecret::with("saved"));
        let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
        keyring.locked.store(true, Ordering::Relaxed);
        secrets.set(NAME, Secret::new("new")).await;
        secrets.keep_in(KeyStore::Session).await;
        secrets.keep_in(KeyStore::System).await;
        assert_eq!(
            secrets.key_store(),
            KeyStore::Session,
            "it refuses still, and the secret lasts until the app ends"
        );
        assert_eq!(secrets.get(NAME).await.unwrap().expose(), "new");
    }

    #[tokio::test]
    async fn what_was_set_meanwhile_is_saved_in_a_key_store_that_is_chosen() {
        for (wanted, locked) in [(KeyStore::Session, false), (KeyStore::System, true)] {
            let keyring = Arc::new(OneSecret::with("saved"));
            keyring.locked.store(locked, Ordering::Relaxed);
            let secrets = Secrets::with_keyring(wanted, Arc::<OneSecret>::clone(&keyring));
            secrets.set(NAME, Secret::new("new")).await;
            assert_eq!(keyring.secret.lock().as_ref().unwrap().expose(), "saved");
            keyring.locked.store(false, Ordering::Relaxed);
            secrets.keep_in(KeyStore::Session).await;
            secrets.keep_in(KeyStore::System).await;
            assert_eq!(secrets.key_store(), KeyStore::System);
            assert_eq!(keyring.secret.lock().as_ref().unwrap().expose(), "new");
        }
    }

    #[tokio::test]
    async fn a_locked_key_store_is_not_said_to_work_though_it_answers_what_it_lacks() {
        let keyring = Arc::new(OneSecret::default());
        keyring.locked.store(true, Ordering::Relaxed);
        let secrets = Secrets::with_keyring(KeyStore::Session, Arc::<OneSecret>::clone(&keyring));
        secrets.keep_in(KeyStore::System).await;
        assert_eq!(secrets.key_store(), KeyStore::Session);
        keyring.locked.store(false, Ordering::Relaxed);
        secrets.keep_in(KeyStore::System).await;
        assert_eq!(secrets.key_store(), KeyStore::System);
        assert_eq!(*keyring.probe.lock(), None, "the probe leaves nothing");
    }

    /// A key store that works, and looks at what is said of it while it is asked.
    #[derive(Default)]
    struct Watching {
        secrets: std::sync::OnceLock<std::sync::Weak<Secrets>>,
        said: Mutex<Vec<KeyStore>>,
    }

    impl Watching {
        fn look(&self) {
            let secrets = self.secrets.get().and_then(std::sync::Weak::upgrade);
            self.said.lock().push(secrets.unwrap().key_store());
        }
    }

    impl Keyring for Watching {
        fn read(&self, _: &str) -> keyring_core::Result<Option<Secret>> {
            self.look();
            Ok(None)
        }

        fn write(&self, _: &str, _: &Secret) -> keyring_core::Result<()> {
            self.look();
            Ok(())
        }

        fn delete(&self, _: &str) -> keyring_core::Result<()> {
            self.look();
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_key_store_is_said_to_work_after_it_has_shown_so() {
        let keyring = Arc::new(Watching::default());
        let watched = Arc::<Watching>::clone(&keyring);
        let secrets = Arc::new(Secrets::with_keyring(KeyStore::Session, watched));
        keyring.secrets.set(Arc::downgrade(&secrets)).unwrap();
        secrets.keep_in(KeyStore::System).await;
        let said = keyring.said.lock().clone();
        assert!(!said.is_empty());
        assert!(
            said.iter().all(|said| *said == KeyStore::Session),
            "{said:?}"
        );
        assert_eq!(secrets.key_store(), KeyStore::System);
    }

    #[tokio::test]
    async fn a_key_store_that_refused_is_tried_when_the_same_one_is_chosen() {
        let keyring = Arc::new(OneSecret::with("saved"));
        let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
        keyring.locked.store(true, Ordering::Relaxed);
        assert_eq!(secrets.get(NAME).await, None);
        keyring.locked.store(false, Ordering::Relaxed);
        secrets.choose(KeyStore::System).await;
        assert_eq!(secrets.key_store(), KeyStore::System);
        assert_eq!(secrets.get(NAME).await.unwrap().expose(), "saved");
        // One that works is not asked: it could ask for its password.
        keyring.locked.store(true, Ordering::Relaxed);
        secrets.choose(KeyStore::System).await;
        assert_eq!(secrets.key_store(), KeyStore::System);
    }
}
