//! Where tokens and keys are kept: the system's key store; where there is none, or where the
//! settings say so, the memory of this run. Never the database, never a file of ours.

mod keyring;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tunnel::Secret;
use utoipa::ToSchema;

use self::keyring::{Keyring, SystemKeyring, probe};

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

/// What this run knows: everything that was set in it, and what the key store has answered.
type Memory = Mutex<HashMap<&'static str, Known>>;

/// What is known of a secret.
#[derive(Clone, PartialEq, Eq)]
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

    /// The key store has the same.
    const fn is_settled(&self) -> bool {
        matches!(self, Self::Saved(_) | Self::Missing)
    }
}

/// Brings a key store to what is known of a secret. What changed meanwhile is written once more, so
/// that of two writes at once the later value stays, whichever of them ends last.
fn settle(keyring: &dyn Keyring, memory: &Memory, name: &'static str) -> keyring_core::Result<()> {
    loop {
        let Some(known) = memory.lock().get(name).cloned() else {
            return Ok(());
        };
        let settled = match &known {
            Known::Unsaved(secret) | Known::Saved(secret) => {
                keyring.write(name, secret)?;
                Known::Saved(secret.clone())
            }
            Known::Substitute(secret) => match keyring.read(name)? {
                Some(present) => Known::Saved(present),
                None => {
                    keyring.write(name, secret)?;
                    Known::Saved(secret.clone())
                }
            },
            Known::Forgotten | Known::Missing => {
                keyring.delete(name)?;
                Known::Missing
            }
        };
        let mut memory = memory.lock();
        if memory.get(name) == Some(&known) {
            memory.insert(name, settled);
            return Ok(());
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
    /// Also the writing threads', which may go on when nobody waits for them any more.
    memory: Arc<Memory>,
    wanted: Mutex<KeyStore>,
    /// Held while a key store is chosen.
    choosing: tokio::sync::Mutex<()>,
    /// The system has a key store that works.
    works: AtomicBool,
    /// Where they are kept, for those who follow it.
    kept_in: watch::Sender<KeyStore>,
    keyring: Arc<dyn Keyring>,
}

impl Secrets {
    pub(crate) fn new(wanted: KeyStore) -> Self {
        Self::with_keyring(wanted, Arc::new(SystemKeyring::default()))
    }

    pub(crate) fn with_keyring(wanted: KeyStore, keyring: Arc<dyn Keyring>) -> Self {
        Self {
            memory: Arc::default(),
            wanted: Mutex::new(wanted),
            choosing: tokio::sync::Mutex::default(),
            works: AtomicBool::new(true),
            kept_in: watch::Sender::new(wanted),
            keyring,
        }
    }

    /// Where they are kept, as it changes: by a choice, or because the key store refuses.
    pub(crate) fn changes(&self) -> watch::Receiver<KeyStore> {
        self.kept_in.subscribe()
    }

    fn set_works(&self, works: bool) {
        self.works.store(works, Ordering::Relaxed);
        let now = self.key_store();
        self.kept_in.send_if_modified(|said| {
            let before = std::mem::replace(said, now);
            before != now
        });
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

    /// Keeps them where a person says, which is looked at when the choice before has taken effect.
    /// A key store that is in use and works is not asked: it could ask for its password.
    pub(crate) async fn choose(&self, wanted: impl FnOnce() -> KeyStore) {
        let _turn = self.choosing.lock().await;
        let wanted = wanted();
        if wanted != self.wanted() || wanted != self.key_store() {
            self.keep_in(wanted).await;
        }
    }

    /// Keeps them elsewhere from now on. A key store is tried at once: what it lacks is written to
    /// it, and what it may have is asked for again when it is needed.
    pub(crate) async fn keep_in(&self, wanted: KeyStore) {
        // Until it has shown that it works, nobody else asks it.
        self.set_works(false);
        *self.wanted.lock() = wanted;
        let works = match wanted {
            KeyStore::Session => false,
            KeyStore::System => self.consult(probe).await.is_some(),
        };
        let lacking: Vec<&'static str> = {
            let mut memory = self.memory.lock();
            memory.retain(|_, known| !matches!(known, Known::Missing));
            // In the lock: what was set until now is among what is lacking, and what is set from
            // now on is saved by who sets it.
            self.set_works(works);
            let lacking = memory.iter().filter(|(_, known)| !known.is_settled());
            lacking.map(|(name, _)| *name).collect()
        };
        for name in lacking {
            self.settle(name).await;
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
                self.settle(name).await;
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
        self.memory.lock().insert(name, Known::Unsaved(secret));
        self.settle(name).await;
    }

    /// Keeps a secret that the app made where there is none: one that is known by now stays, and
    /// one that the key store has is kept in its stead.
    pub(crate) async fn offer(&self, name: &'static str, secret: Secret) {
        {
            let mut memory = self.memory.lock();
            let offered = match memory.get(name) {
                None | Some(Known::Missing) => Some(Known::Substitute(secret)),
                // What was removed does not come back from a key store that has it still.
                Some(Known::Forgotten) => Some(Known::Unsaved(secret)),
                Some(Known::Saved(_) | Known::Unsaved(_) | Known::Substitute(_)) => None,
            };
            if let Some(offered) = offered {
                memory.insert(name, offered);
            }
        }
        self.settle(name).await;
    }

    /// Forgets a secret.
    pub(crate) async fn forget(&self, name: &'static str) {
        self.memory.lock().insert(name, Known::Forgotten);
        self.settle(name).await;
    }

    /// Brings the key store to what is known of a secret, as soon as it lets that happen.
    async fn settle(&self, name: &'static str) {
        let memory = Arc::clone(&self.memory);
        self.ask(move |keyring| settle(keyring, &memory, name))
            .await;
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
                self.set_works(false);
                None
            }
        }
    }
}

#[cfg(test)]
pub(crate) use double::OneSecret;

#[cfg(test)]
mod double;
#[cfg(test)]
mod tests;
