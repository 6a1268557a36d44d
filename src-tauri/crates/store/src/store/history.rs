//! Recording exchanges and reading them back.

use std::sync::Arc;

use protocol::{
    Answer, BotId, Exchange, ExchangeId, Filter, Finding, FindingCounts, Micros, OwnFinding, Side,
    Summary,
};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::Store;
use crate::error::{NotSaved, NotSavedKind, StoreError};
use crate::job::{ExchangeChange, Job, NewExchange};
use crate::last_turns::TurnBefore;
use crate::outside::Database;
use crate::query::AtNumber;
use crate::table::{conversations, exchanges, search};
use crate::types::{
    Annotated, Annotation, Change, Count, Inserted, ListQuery, Page, Stopwatch, UpdateOutcome,
};
use crate::{coding, pack, query};

impl Store {
    /// Stores a new exchange and returns after the commit. Where it has come to its end, the
    /// moment is read from the clock as the row is written and returned. A long body that cannot be
    /// written is recorded by its beginning, with a finding, and counted in the health.
    ///
    /// # Errors
    /// It is not on disk; it waits in memory and is tried again.
    pub async fn insert(&self, exchange: Exchange, clock: Stopwatch) -> Result<Inserted, NotSaved> {
        let mut added = FindingCounts::default();
        let ended = self
            .insert_counting(Box::new(exchange), clock, &mut added)
            .await?;
        Ok(Inserted { ended, added })
    }

    /// The same; `added` counts what the history itself finds, and says so of an exchange that
    /// waits in memory too.
    async fn insert_counting(
        &self,
        mut exchange: Box<Exchange>,
        clock: Stopwatch,
        added: &mut FindingCounts,
    ) -> Result<Option<Micros>, NotSaved> {
        let seq = exchange.summary.seq;
        let packed = self
            .store_body(seq, Side::Request, &exchange.request.body)
            .await?;
        exchange.request.truncated |= packed.cut.is_some();
        let head = coding::pack_request(&exchange.request);
        let (row, cut) = packed.row(Side::Request, head);
        let mut cuts: Vec<OwnFinding> = cut.into_iter().collect();
        let mut messages = vec![row];
        for (side, answer) in exchange.answers.iter() {
            let (row, cut) = self.store_answer(seq, side, answer).await?;
            cuts.extend(cut);
            messages.push(row);
        }
        // Taken apart only here: what stands beside an `await` is carried by the caller's future.
        let Exchange {
            mut summary,
            timing,
            platform_choice,
            rule_context,
            mut own_findings,
            ..
        } = *exchange;
        for cut in &cuts {
            *added += count_of(cut);
        }
        own_findings.extend(cuts);
        summary.findings += *added;
        let row = Box::new(NewExchange {
            summary,
            timing,
            platform_choice,
            rule_context,
            messages,
            own_findings: pack::findings(&own_findings),
            clock,
        });
        let (reply, replied) = oneshot::channel();
        let bytes = row.bytes();
        self.send(Job::Insert(row, reply), bytes).await?;
        self.reply(replied).await
    }

    /// Like [`Store::insert`], for a caller that goes on either way: a failure is in the health
    /// channel and in the log alone.
    pub async fn insert_or_report(&self, exchange: Box<Exchange>, clock: Stopwatch) -> Inserted {
        let mut added = FindingCounts::default();
        let inserted = self.insert_counting(exchange, clock, &mut added).await;
        let ended = inserted.unwrap_or_else(|error| {
            report(&error);
            None
        });
        Inserted { ended, added }
    }

    /// Changes an exchange and returns its summary after the commit; `None` where it is not shown.
    /// A long answer that cannot be written is recorded as [`Store::insert`] does it.
    ///
    /// # Errors
    /// The change is not on disk; it waits in memory and is tried again.
    pub async fn update(
        &self,
        id: ExchangeId,
        mut change: Change,
    ) -> Result<Option<Summary>, NotSaved> {
        let mut answers = Vec::new();
        for (side, answer) in change.answers.iter() {
            let (row, cut) = self.store_later_answer(id, side, answer).await?;
            answers.push(row);
            if let Some(finding) = cut {
                if let Some(counts) = &mut change.findings {
                    *counts += count_of(&finding);
                }
                change.own_findings.push(finding);
            }
        }
        let change = Box::new(ExchangeChange {
            id,
            change,
            answers,
        });
        let (reply, replied) = oneshot::channel();
        let bytes = change.bytes();
        self.send(Job::Update(change, reply), bytes).await?;
        self.reply(replied).await
    }

    /// Like [`Store::update`], for a caller that goes on either way: the cause of a failure is in
    /// the health channel and in the log alone.
    pub async fn update_or_report(&self, id: ExchangeId, change: Change) -> UpdateOutcome {
        match self.update(id, change).await {
            Ok(Some(summary)) => UpdateOutcome::Shown(Box::new(summary)),
            Ok(None) => UpdateOutcome::Hidden,
            Err(error) => {
                report(&error);
                UpdateOutcome::NotSaved
            }
        }
    }

    /// A part of the list, newest first.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn list(&self, query: ListQuery) -> Result<Page, StoreError> {
        self.inner
            .readers
            .read(move |conn| query::list(conn, &query, query::UNINDEXED_READ))
            .await
    }

    /// How many exchanges a filter lets through, counted up to a limit.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn count(
        &self,
        filter: Filter,
        bot: Option<BotId>,
        limit: usize,
    ) -> Result<Count, StoreError> {
        self.inner
            .readers
            .read(move |conn| query::count(conn, &filter, bot, limit, query::UNINDEXED_READ))
            .await
    }

    /// One exchange with everything that is stored of it.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn get(&self, id: ExchangeId) -> Result<Option<Exchange>, StoreError> {
        let database = self.database();
        self.inner
            .readers
            .read_for_caller(move |conn| query::get(conn, &database, id, None))
            .await
    }

    /// One exchange with one side alone of what is stored of its messages. It waits behind
    /// searches, and keeps no caller waiting.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn get_side(
        &self,
        id: ExchangeId,
        side: Side,
    ) -> Result<Option<Exchange>, StoreError> {
        let database = self.database();
        self.inner
            .readers
            .read(move |conn| query::get(conn, &database, id, Some(side)))
            .await
    }

    /// One exchange as the list shows it.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn summary(&self, id: ExchangeId) -> Result<Option<Summary>, StoreError> {
        self.inner
            .readers
            .read_for_caller(move |conn| Ok(exchanges::get(conn, id)?))
            .await
            .map(|found| found.map(|record| record.summary))
    }

    /// The newest answer that a bot gave to an event.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn last_answer(
        &self,
        bot: BotId,
        event: Option<&str>,
    ) -> Result<Option<Answer>, StoreError> {
        let event = event.map(str::to_owned);
        let database = self.database();
        let read =
            move |conn: &Connection| query::last_answer(conn, &database, bot, event.as_deref());
        self.inner.readers.read_long_for_caller(read).await
    }

    /// The user's turn before an exchange's number; replays and imports are none.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn previous_turn(
        &self,
        bot: BotId,
        user: &str,
        before: u64,
    ) -> Result<Option<Exchange>, StoreError> {
        self.read_last_turns().await;
        let database = self.database();
        let of = (bot, user.to_owned());
        match self.inner.shared.last_turns.before(bot, user, before) {
            TurnBefore::None => return Ok(None),
            TurnBefore::At(seq) => {
                let (database, of) = (database.clone(), of.clone());
                let read =
                    move |conn: &Connection| query::turn_at(conn, &database, (of.0, &of.1), seq);
                match self.inner.readers.read_for_caller(read).await? {
                    AtNumber::Turn(turn) => return Ok(Some(*turn)),
                    AtNumber::Purged => return Ok(None),
                    AtNumber::Other => {}
                }
            }
            TurnBefore::Unknown => {}
        }
        let read =
            move |conn: &Connection| query::previous_turn(conn, &database, (of.0, &of.1), before);
        self.inner.readers.read_long_for_caller(read).await
    }

    /// Reads the last turns of all users, where nobody has; a caller that goes leaves it going on.
    async fn read_last_turns(&self) {
        if !self.inner.shared.last_turns.are_unread() {
            return;
        }
        let store = self.clone();
        let reading = tokio::spawn(async move {
            let shared = Arc::clone(&store.inner.shared);
            let _one = shared.reads_last_turns.lock().await;
            if shared.last_turns.are_unread() {
                shared.last_turns.begin();
                let read_by = Arc::clone(&shared);
                let read = move |conn: &Connection| read_by.last_turns.read(conn);
                if let Err(error) = store.inner.readers.read_turns(read).await {
                    tracing::debug!(%error, "the last turns could not be read");
                    shared.last_turns.forget();
                }
            }
        });
        drop(reading.await);
    }

    fn database(&self) -> Database {
        Database {
            path: self.inner.path.clone(),
            damage: Arc::clone(&self.inner.readers.damage),
        }
    }

    /// Writes an exchange's note, its pin and how another platform reads it, all or nothing.
    ///
    /// # Errors
    /// The change is not on disk, and dropped.
    pub async fn annotate(
        &self,
        id: ExchangeId,
        change: Annotation,
    ) -> Result<Annotated, NotSaved> {
        self.change(move |session| {
            let annotated = exchanges::annotate(&session.conn, id, &change)?;
            if let (Annotated::Done(summary), Some(_)) = (&annotated, &change.read) {
                // Its names are found by the index.
                search::again(&session.conn, summary.seq)?;
                conversations::again(&session.conn, summary.seq)?;
            }
            Ok(annotated)
        })
        .await
    }
}

fn report(error: &NotSaved) {
    match error.kind {
        // Not tried again, and no fault of the disk: the health channel does not know of it.
        NotSavedKind::Conflict | NotSavedKind::TooLarge => {
            tracing::warn!(%error, "an exchange was not recorded");
        }
        _ => tracing::debug!(%error, "an exchange waits to be written"),
    }
}

fn count_of(finding: &OwnFinding) -> FindingCounts {
    protocol::count([&Finding::from(finding)])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use protocol::{BotId, UtcMillis};

    use super::*;
    use crate::open::StoreOptions;
    use crate::reader::READERS;
    use crate::reader::tests::lasting;

    #[tokio::test]
    async fn the_turn_before_is_known_while_searches_take_all_readers() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), || UtcMillis(0));
        let (store, _) = Store::open(&options).unwrap();
        let mut searches = Vec::new();
        for _ in 0..READERS {
            let (work, begins, end) = lasting();
            let searching = store.clone();
            let search = tokio::spawn(async move { searching.inner.readers.read(work).await });
            begins.await.unwrap();
            searches.push((search, end));
        }
        let asked = store.previous_turn(BotId::default(), "u1", 9);
        let before = tokio::time::timeout(Duration::from_secs(60), asked).await;
        for (search, end) in searches {
            end.send(()).unwrap();
            search.await.unwrap().unwrap();
        }
        assert_eq!(before.expect("it waits for no search").unwrap(), None);
        store.close().await;
    }
}
