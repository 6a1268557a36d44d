//! Deleting and undoing by sets: the condition itself is run, in batches, and no list of ids is
//! made, so that a million exchanges cost neither memory nor a long transaction.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use protocol::{BotId, ExchangeId, Filter};

use super::Store;
use crate::convert::to_sql;
use crate::error::{NotSaved, StoreError};
use crate::query;
use crate::table::exchanges;
use crate::types::{DeleteWhat, Deletion, Restored, UndoToken};

/// Exchanges hidden by id, or shown again, in one job: some milliseconds of the writer's time.
const BATCH_ROWS: usize = 1_000;

/// Numbers that the first batch of a filter looks at. How long one takes depends on the filter
/// (a search in bodies reads them), so the next ones follow the time that the last one took.
const FIRST_WIDTH: i64 = 1_000;

/// A batch that took longer is followed by one of half its width, because inserts wait for it.
const BATCH_LONG: Duration = Duration::from_millis(10);

/// A batch that took less is followed by one of twice its width.
const BATCH_SHORT: Duration = Duration::from_millis(4);

impl Store {
    /// Deletes exchanges: no list shows them any more, and a minute later they are gone for good.
    ///
    /// # Errors
    /// The history cannot be read, or the change is not on disk. What was hidden by then stays so.
    pub async fn delete(&self, what: DeleteWhat) -> Result<Deletion, StoreError> {
        let undo = UndoToken(self.inner.next_deletion.fetch_add(1, Ordering::Relaxed));
        // Before anything is hidden: what no deletion here knows is purged.
        self.inner
            .shared
            .deletions
            .lock()
            .push((undo, Instant::now()));
        let (count, ids) = match what {
            DeleteWhat::Ids(ids) => {
                let hidden = self.hide_ids(ids, undo).await?;
                (hidden.len() as u64, hidden)
            }
            DeleteWhat::Filter(terms, bot) => {
                (self.hide_matching(&terms, bot, undo).await?, Vec::new())
            }
        };
        self.renew(undo);
        Ok(Deletion { undo, count, ids })
    }

    async fn hide_ids(
        &self,
        ids: Vec<ExchangeId>,
        undo: UndoToken,
    ) -> Result<Vec<ExchangeId>, NotSaved> {
        let mut hidden = Vec::new();
        for batch in ids.chunks(BATCH_ROWS) {
            let batch = batch.to_vec();
            let done = self.change(move |session| {
                let mut hidden = Vec::new();
                for id in batch {
                    if exchanges::hide(&session.conn, id, undo)? {
                        session.shown_by -= 1;
                        hidden.push(id);
                    }
                }
                Ok(hidden)
            });
            hidden.extend(done.await?);
        }
        Ok(hidden)
    }

    async fn hide_matching(
        &self,
        terms: &Filter,
        bot: Option<BotId>,
        undo: UndoToken,
    ) -> Result<u64, StoreError> {
        let bounds = |conn: &rusqlite::Connection| Ok(exchanges::bounds(conn)?);
        let (lowest, highest) = self.inner.readers.read(bounds).await?;
        // What arrives from here on is newer than the wish to delete.
        let highest = to_sql(highest);
        let filter = Arc::new(query::deletable(terms, bot));
        let (mut low, mut width, mut count) = (to_sql(lowest), FIRST_WIDTH, 0);
        while low <= highest {
            let high = low.saturating_add(width - 1).min(highest);
            let filter = Arc::clone(&filter);
            let done = self.change(move |session| {
                let begun = Instant::now();
                let hidden = exchanges::hide_matching(&session.conn, &filter, (low, high), undo)?;
                session.shown_by -= to_sql(hidden);
                Ok((hidden, begun.elapsed()))
            });
            let (hidden, took) = done.await?;
            count += hidden;
            width = next_width(width, took);
            low = high.saturating_add(1);
        }
        Ok(count)
    }

    /// Brings back what a deletion hid; nothing where its minute is over.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn restore(&self, undo: UndoToken) -> Result<Restored, NotSaved> {
        if !self.renew(undo) {
            return Ok(Restored::default());
        }
        let only = self
            .change(move |session| exchanges::only_hidden(&session.conn, undo))
            .await?;
        let mut count = 0;
        // Its time does not run out while it is being undone.
        while self.renew(undo) {
            let shown = self
                .change(move |session| {
                    let shown = exchanges::unhide(&session.conn, undo, BATCH_ROWS)?;
                    session.shown_by += to_sql(shown);
                    Ok(shown)
                })
                .await?;
            count += shown;
            if shown < BATCH_ROWS as u64 {
                break;
            }
        }
        let deletions = &self.inner.shared.deletions;
        deletions.lock().retain(|(known, _)| *known != undo);
        Ok(Restored { count, only })
    }

    /// Begins a deletion's minute anew; whether it can still be undone.
    fn renew(&self, undo: UndoToken) -> bool {
        let mut deletions = self.inner.shared.deletions.lock();
        let known = deletions.iter_mut().find(|(known, _)| *known == undo);
        known.map(|(_, made)| *made = Instant::now()).is_some()
    }
}

fn next_width(width: i64, took: Duration) -> i64 {
    if took > BATCH_LONG {
        (width / 2).max(1)
    } else if took < BATCH_SHORT {
        width.saturating_mul(2)
    } else {
        width
    }
}
