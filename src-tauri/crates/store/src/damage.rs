//! Damage of the database that a read meets.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use rusqlite::ErrorCode;

use crate::error::StoreError;

/// What is done where something is read that no sound database holds.
pub(crate) struct Damage {
    is_met: Arc<AtomicBool>,
    /// Databases that had the path before.
    replaced: AtomicU64,
    /// Wakes who does something about it.
    wake: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl Damage {
    /// `is_met` is set where there is some.
    pub(crate) fn new(is_met: Arc<AtomicBool>) -> Self {
        Self {
            is_met,
            replaced: AtomicU64::new(0),
            wake: OnceLock::new(),
        }
    }

    /// Says who is woken.
    pub(crate) fn wake_at_it(&self, wake: impl Fn() + Send + Sync + 'static) {
        drop(self.wake.set(Box::new(wake)));
    }

    /// Another database has the path.
    pub(crate) fn another_has_the_path(&self) {
        self.replaced.fetch_add(1, Ordering::Relaxed);
    }

    /// How many databases had the path before.
    pub(crate) fn replaced(&self) -> u64 {
        self.replaced.load(Ordering::Relaxed)
    }

    /// What a read came to; `replaced` as it was when its connection was opened.
    pub(crate) fn look_at<T>(&self, read: &Result<T, StoreError>, replaced: u64) {
        if replaced == self.replaced() && read.as_ref().is_err_and(is_damage) {
            self.met();
        }
    }

    fn met(&self) {
        self.is_met.store(true, Ordering::Relaxed);
        if let Some(wake) = self.wake.get() {
            wake();
        }
    }
}

/// Whether an error says that the file is no whole database.
fn is_damage(error: &StoreError) -> bool {
    let StoreError::Read(error) = error else {
        return false;
    };
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}
