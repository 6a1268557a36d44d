//! Deleting and undoing by sets: what a filter lets through is found by readers and hidden by
//! number, some at a time, and no list of all of it is made. So a million exchanges cost neither
//! memory nor a long transaction, and no search runs on the writer's thread.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use protocol::{BotId, ExchangeId, Filter};

use super::Store;
use crate::error::{NotSaved, NotSavedKind, StoreError};
use crate::session::Session;
use crate::shared::Shared;
use crate::table::exchanges;
use crate::types::{DeleteWhat, Deletion, Restored, UndoToken};
use crate::{connection, query};

/// Exchanges hidden, or shown again, in one job: some milliseconds of the writer's time.
const BATCH_ROWS: usize = 1_000;

/// Numbers that one read looks at for a filter over texts, which it may have to read through: a
/// guess at a tenth of a second. A reader that holds its snapshot keeps the log from shrinking.
const TEXTS_WIDTH: u64 = 10_000;

/// How long emptying the log waits for those who read in it.
const READERS_PATIENCE: Duration = Duration::from_secs(1);

impl Store {
    /// Deletes exchanges: no list shows them any more, and a minute later they are purged.
    ///
    /// # Errors
    /// The history cannot be read, or the change is not on disk. What was hidden by then is shown
    /// again.
    pub async fn delete(&self, what: DeleteWhat) -> Result<Deletion, StoreError> {
        let undo = UndoToken(self.inner.next_deletion.fetch_add(1, Ordering::Relaxed));
        // Before anything is hidden: what no deletion here knows is purged.
        let mut under_way = UnderWay::begin(&self.inner.shared, undo);
        if self.is_starved() {
            // To hide needs a page or two, which even a full disk may have; to purge needs more.
            self.make_room().await;
        }
        let hidden = match what {
            DeleteWhat::Ids(ids) => self.hide_ids(ids, undo).await.map_err(StoreError::from),
            DeleteWhat::Filter(terms, bot) => {
                let hidden = self.hide_matching(&terms, bot, undo).await;
                hidden.map(|count| (count, Vec::new()))
            }
        };
        match hidden {
            Ok((count, ids)) => {
                if self.inner.shared.makes_room.load(Ordering::Relaxed) {
                    // It has no minute.
                    under_way.forget();
                    self.wake_writer();
                }
                Ok(Deletion { undo, count, ids })
            }
            Err(error) => {
                match self.show_again(undo).await {
                    Ok(_) => under_way.forget(),
                    // Nobody has its token, so it must not run out: nothing of it is purged in
                    // this run.
                    Err(error) => {
                        tracing::error!(%error, "half of a deletion could not be undone");
                        under_way.stay();
                    }
                }
                Err(error)
            }
        }
    }

    async fn hide_ids(
        &self,
        ids: Vec<ExchangeId>,
        undo: UndoToken,
    ) -> Result<(u64, Vec<ExchangeId>), NotSaved> {
        let mut hidden = Vec::new();
        for batch in ids.chunks(BATCH_ROWS) {
            let hide = move |session: &Session, id| exchanges::hide(&session.conn, id, undo);
            hidden.extend(self.hide(batch.to_vec(), hide).await?);
        }
        Ok((hidden.len() as u64, hidden))
    }

    async fn hide_matching(
        &self,
        terms: &Filter,
        bot: Option<BotId>,
        undo: UndoToken,
    ) -> Result<u64, StoreError> {
        let readers = &self.inner.readers;
        let bounds = |conn: &rusqlite::Connection| Ok(exchanges::bounds(conn)?);
        // What arrives from here on is newer than the wish to delete.
        let (lowest, highest) = readers.read(bounds).await?;
        let filter = Arc::new(query::deletable(terms, bot));
        let (mut next, mut count) = (Some(lowest), 0);
        while let Some(low) = next {
            let filter = Arc::clone(&filter);
            let matching = move |conn: &rusqlite::Connection| {
                let most = (TEXTS_WIDTH, BATCH_ROWS);
                Ok(exchanges::matching(conn, &filter, (low, highest), most)?)
            };
            let found = readers.read(matching).await?;
            if !found.numbers.is_empty() {
                let hide =
                    move |session: &Session, seq| exchanges::hide_at(&session.conn, seq, undo);
                count += self.hide(found.numbers, hide).await?.len() as u64;
            }
            next = found.next;
        }
        Ok(count)
    }

    /// Hides some exchanges in one job; those that were shown.
    async fn hide<N: Copy + Send + 'static>(
        &self,
        names: Vec<N>,
        hide: impl Fn(&Session, N) -> rusqlite::Result<bool> + Clone + Send + 'static,
    ) -> Result<Vec<N>, NotSaved> {
        let hidden = self.hide_some(names.clone(), hide.clone()).await;
        let hidden = match hidden {
            Err(error) if error.kind == NotSavedKind::DiskFull && self.make_room().await => {
                self.hide_some(names, hide).await
            }
            hidden => hidden,
        };
        if hidden.is_err() {
            // Nothing of this deletion is going to be purged: what waits is tried again.
            self.inner.shared.makes_room.store(false, Ordering::Relaxed);
        }
        hidden
    }

    /// Whether exchanges wait because the disk is full.
    fn is_starved(&self) -> bool {
        let health = self.inner.health.borrow();
        let reason = health.reason.as_ref().map(|reason| reason.kind);
        !health.saving && reason == Some(NotSavedKind::DiskFull)
    }

    /// Gives the reserve back to the disk and empties the log, so that a deletion can be written;
    /// whether there was a reserve. The deletion is purged at once then, and cannot be undone.
    async fn make_room(&self) -> bool {
        if !self.inner.reserve.release() {
            return false;
        }
        tracing::warn!("the disk is full: what is deleted now is removed for good");
        self.inner.shared.makes_room.store(true, Ordering::Relaxed);
        let path = self.inner.path.clone();
        let emptied = tokio::task::spawn_blocking(move || {
            let conn = connection::checkpointer(&path)?;
            conn.busy_timeout(READERS_PATIENCE)?;
            conn.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))
        });
        if let Ok(Err(error)) = emptied.await {
            tracing::warn!(%error, "the log could not be emptied");
        }
        true
    }

    async fn hide_some<N: Copy + Send + 'static>(
        &self,
        names: Vec<N>,
        hide: impl Fn(&Session, N) -> rusqlite::Result<bool> + Send + 'static,
    ) -> Result<Vec<N>, NotSaved> {
        self.change(move |session| {
            let mut hidden = Vec::new();
            for name in names {
                if hide(session, name)? {
                    session.shown_by -= 1;
                    hidden.push(name);
                }
            }
            Ok(hidden)
        })
        .await
    }

    /// Brings back what a deletion hid; nothing where its minute is over.
    ///
    /// # Errors
    /// The change is not on disk; its minute begins anew.
    pub async fn restore(&self, undo: UndoToken) -> Result<Restored, NotSaved> {
        let Some(mut under_way) = UnderWay::again(&self.inner.shared, undo) else {
            return Ok(Restored::default());
        };
        let only = self
            .change(move |session| exchanges::only_hidden(&session.conn, undo))
            .await?;
        let count = self.show_again(undo).await?;
        under_way.forget();
        Ok(Restored { count, only })
    }

    /// Shows all that a deletion hides; how many those were.
    async fn show_again(&self, undo: UndoToken) -> Result<u64, NotSaved> {
        let mut count = 0;
        loop {
            let shown = self
                .change(move |session| {
                    let shown = exchanges::unhide(&session.conn, undo, BATCH_ROWS)?;
                    session.shown_by += i64::try_from(shown).unwrap_or_default();
                    Ok(shown)
                })
                .await?;
            count += shown;
            if shown < BATCH_ROWS as u64 {
                return Ok(count);
            }
        }
    }
}

/// A deletion that is being made or undone: its minute begins when this is dropped, which a caller
/// who leaves does too.
struct UnderWay {
    shared: Arc<Shared>,
    undo: UndoToken,
    starts_minute: bool,
}

impl UnderWay {
    fn begin(shared: &Arc<Shared>, undo: UndoToken) -> Self {
        shared.deletions.lock().push((undo, None));
        Self {
            shared: Arc::clone(shared),
            undo,
            starts_minute: true,
        }
    }

    /// `None` where its minute is over, or somebody else is at it.
    fn again(shared: &Arc<Shared>, undo: UndoToken) -> Option<Self> {
        let mut deletions = shared.deletions.lock();
        let (_, made) = deletions.iter_mut().find(|(known, _)| *known == undo)?;
        made.take()?;
        Some(Self {
            shared: Arc::clone(shared),
            undo,
            starts_minute: true,
        })
    }

    /// Nothing is hidden by it any more.
    fn forget(&mut self) {
        let mut deletions = self.shared.deletions.lock();
        deletions.retain(|(known, _)| *known != self.undo);
    }

    /// Its minute does not begin.
    fn stay(&mut self) {
        self.starts_minute = false;
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut deletions = self.shared.deletions.lock();
        let known = deletions.iter_mut().find(|(known, _)| *known == self.undo);
        if let Some((_, made)) = known.filter(|_| self.starts_minute) {
            *made = Some(Instant::now());
        }
    }
}
