//! A key store for tests.

use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tunnel::Secret;

use super::keyring::{Keyring, PROBE};

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
