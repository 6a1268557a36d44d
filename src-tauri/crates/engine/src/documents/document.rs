//! A document of its own row, with one change at a time.

use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use store::{NotSaved, Store, StoreError};
use tokio::sync::MutexGuard;

use super::{DocumentKind, DocumentReport, Origin, Stored, read, write};

/// A document in the table of settings. Readers get the present one without waiting.
pub(crate) struct Document<T> {
    store: Store,
    kind: DocumentKind,
    current: RwLock<Arc<T>>,
    report: Mutex<Option<DocumentReport>>,
    /// Held from the reading to the end of the writing, so that of two changes at once none is
    /// lost.
    changing: tokio::sync::Mutex<Origin>,
}

impl<T: Stored> Document<T> {
    /// Reads the document.
    pub(crate) async fn load(store: &Store, kind: DocumentKind) -> Result<Self, StoreError> {
        let text = store.setting(kind.key()).await?;
        let loaded = read::<T>(text.as_deref());
        let mut report = None;
        if let Some(text) = text.filter(|_| !loaded.unreadable.is_empty()) {
            set_aside(store, kind.key(), &text, &loaded.unreadable).await;
            report = Some(DocumentReport::of(kind, loaded.unreadable));
        }
        Ok(Self {
            store: store.clone(),
            kind,
            current: RwLock::new(Arc::new(loaded.value)),
            report: Mutex::new(report),
            changing: tokio::sync::Mutex::new(loaded.origin),
        })
    }

    /// The document as it is.
    pub(crate) fn current(&self) -> Arc<T> {
        Arc::clone(&self.current.read())
    }

    /// What of it could not be read, until it is saved.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.report.lock().clone()
    }

    /// Begins a change; the next one begins when this one is dropped.
    pub(crate) async fn change(&self) -> Change<'_, T> {
        Change {
            origin: self.changing.lock().await,
            document: self,
        }
    }
}

/// The right to change a document.
pub(crate) struct Change<'a, T> {
    document: &'a Document<T>,
    origin: MutexGuard<'a, Origin>,
}

impl<T: Stored> Change<'_, T> {
    /// The document that the change begins from.
    pub(crate) fn current(&self) -> Arc<T> {
        self.document.current()
    }

    /// Writes the document down, and only then lets readers have it.
    pub(crate) async fn save(&self, next: T) -> Result<(), NotSaved> {
        self.write(&next).await?;
        *self.document.current.write() = Arc::new(next);
        Ok(())
    }

    /// Lets readers have the document at once; what the disk says stands in the history's health.
    pub(crate) async fn apply(&self, next: T) -> Result<(), NotSaved> {
        let next = Arc::new(next);
        *self.document.current.write() = Arc::clone(&next);
        self.write(&next).await
    }

    async fn write(&self, next: &T) -> Result<(), NotSaved> {
        let text = write(next, &self.origin);
        let key = self.document.kind.key();
        self.document.store.set_setting(key, &text).await?;
        *self.document.report.lock() = None;
        Ok(())
    }
}

/// Keeps an unreadable document beside its key, as `<key>.unreadable`, before the next save
/// replaces it.
pub(crate) async fn set_aside(store: &Store, key: &str, text: &str, unreadable: &[String]) {
    tracing::warn!(
        document = key,
        fields = ?unreadable,
        "a stored document could not be read; it is set aside",
    );
    let aside = format!("{key}.unreadable");
    if let Err(error) = store.set_setting(&aside, text).await {
        tracing::error!(%error, document = key, "an unreadable document could not be set aside");
    }
}
