//! A document of its own row, with one change at a time.

use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use store::{NotSaved, Store, StoreError};
use tokio::sync::MutexGuard;

use super::{Aside, DocumentKind, DocumentReport, Origin, Stored, read, write};

/// A document in the table of settings. Readers get the present one without waiting.
pub(crate) struct Document<T> {
    store: Store,
    kind: DocumentKind,
    current: RwLock<Arc<T>>,
    report: Mutex<Option<DocumentReport>>,
    /// Held from the reading to the end of the writing, so that of two changes at once none is
    /// lost.
    changing: tokio::sync::Mutex<Preserved>,
}

/// What the next save must not lose.
#[derive(Default)]
struct Preserved {
    origin: Origin,
    aside: Aside,
}

/// Whose change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// A person has looked at the document as it is: what could not be read is replaced, and its
    /// report ends.
    Person,
    /// The app notes something by itself: what could not be read stays, and so does its report.
    App,
}

impl<T: Stored> Document<T> {
    /// Reads the document.
    pub(crate) async fn load(store: &Store, kind: DocumentKind) -> Result<Self, StoreError> {
        let text = store.setting(kind.key()).await?;
        let mut loaded = read::<T>(text.as_deref());
        let (mut aside, mut report) = (Aside::default(), None);
        if let Some(text) = text.filter(|_| !loaded.unreadable.is_empty()) {
            aside = Aside::keep(store, kind.key(), &text, &loaded.unreadable).await;
            report = Some(DocumentReport::of(kind, loaded.unreadable));
        }
        if !T::KEEPS_UNREADABLE {
            loaded.origin.replace_unreadable();
        }
        Ok(Self {
            store: store.clone(),
            kind,
            current: RwLock::new(Arc::new(loaded.value)),
            report: Mutex::new(report),
            changing: tokio::sync::Mutex::new(Preserved {
                origin: loaded.origin,
                aside,
            }),
        })
    }

    /// The document as it is.
    pub(crate) fn current(&self) -> Arc<T> {
        Arc::clone(&self.current.read())
    }

    /// What of it could not be read, until a person saves it.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.report.lock().clone()
    }

    /// Begins a change; the next one begins when this one is dropped.
    pub(crate) async fn change(&self, author: Author) -> Change<'_, T> {
        Change {
            preserved: self.changing.lock().await,
            document: self,
            author,
            fields: None,
        }
    }
}

/// The right to change a document.
pub(crate) struct Change<'a, T> {
    document: &'a Document<T>,
    preserved: MutexGuard<'a, Preserved>,
    author: Author,
    /// The fields that are changed; all where it is not said.
    fields: Option<Vec<String>>,
}

impl<T: Stored> Change<'_, T> {
    /// The document that the change begins from.
    pub(crate) fn current(&self) -> Arc<T> {
        self.document.current()
    }

    /// A field of the document is set anew, with whatever it held beyond what is known.
    pub(crate) fn forget(&mut self, field: &str) {
        self.preserved.origin.forget(field);
    }

    /// The change is of these fields alone: what could not be read of the others stays as it is,
    /// and so does its report.
    pub(crate) fn only<'f>(&mut self, fields: impl Iterator<Item = &'f str>) {
        self.fields = Some(fields.map(str::to_owned).collect());
    }

    /// Writes the document down, and only then lets readers have it.
    pub(crate) async fn save(&mut self, next: T) -> Result<(), NotSaved> {
        self.write(&next).await?;
        *self.document.current.write() = Arc::new(next);
        Ok(())
    }

    /// Lets readers have the document at once; what the disk says stands in the history's health.
    pub(crate) async fn apply(&mut self, next: T) -> Result<(), NotSaved> {
        let next = Arc::new(next);
        *self.document.current.write() = Arc::clone(&next);
        self.write(&next).await
    }

    async fn write(&mut self, next: &T) -> Result<(), NotSaved> {
        let Document {
            store,
            kind,
            report,
            ..
        } = self.document;
        let Preserved { origin, aside } = &mut *self.preserved;
        aside.secure(store).await?;
        let mut preserved = origin.clone();
        let mut unreadable = report.lock().clone();
        if self.author == Author::Person {
            match &self.fields {
                Some(fields) => {
                    preserved.replace_unreadable_of(fields);
                    unreadable = unreadable.and_then(|report| report.without(fields));
                }
                None => {
                    preserved.replace_unreadable();
                    unreadable = None;
                }
            }
        }
        let text = write(next, &preserved);
        store.set_setting(kind.key(), &text).await?;
        *origin = preserved;
        *report.lock() = unreadable;
        Ok(())
    }
}
