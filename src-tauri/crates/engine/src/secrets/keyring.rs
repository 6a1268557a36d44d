//! What files secrets: the system's key store.

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry};
use parking_lot::Mutex;
use tunnel::Secret;

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
pub(super) const PROBE: &str = "probe";

/// What files secrets. It may wait for a person, so it is asked on a thread of its own.
pub(crate) trait Keyring: Send + Sync + 'static {
    fn read(&self, name: &str) -> keyring_core::Result<Option<Secret>>;
    fn write(&self, name: &str, secret: &Secret) -> keyring_core::Result<()>;
    fn delete(&self, name: &str) -> keyring_core::Result<()>;
}

/// The system's key store. It is set up at the first question, and anew after it has failed: the
/// service behind it may have been started meanwhile.
#[derive(Default)]
pub(super) struct SystemKeyring {
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

/// Whether a key store works: it takes an entry and removes it.
pub(super) fn probe(keyring: &dyn Keyring) -> keyring_core::Result<()> {
    keyring.write(PROBE, &Secret::new(PROBE))?;
    keyring.delete(PROBE)
}
