//! What people may do with recorded exchanges.

use std::sync::Arc;

use protocol::{Answer, BotId, Exchange, ExchangeId, Filter, PlatformChoice, ReadAs, Summary};
use store::{
    Annotated, Annotation, Count, DeleteWhat, Deletion, ListQuery, Page, ReadAnew, UndoToken,
};

use super::Engine;
use crate::error::{Error, Subject};
use crate::feed::EventKind;
use crate::reading::Reading;
use crate::shared::Shared;
use crate::turn::as_given;

/// How often an exchange is read anew because it changed meanwhile. Once it is over little comes to
/// it: a late answer, a delivery.
const READ_ANEW_MOST: usize = 5;

impl Engine {
    /// A page of the history, newest first.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn list(&self, mut query: ListQuery) -> Result<Page, Error> {
        query.filter = self.shared.bots.with_user_names(query.filter);
        Ok(self.shared.store.list(query).await?)
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
    ) -> Result<Count, Error> {
        let filter = self.shared.bots.with_user_names(filter);
        Ok(self.shared.store.count(filter, bot, limit).await?)
    }

    /// One exchange with everything that is kept of it.
    ///
    /// # Errors
    /// There is no such exchange, or the history cannot be read.
    pub async fn exchange(&self, id: ExchangeId) -> Result<Exchange, Error> {
        match self.shared.store.get(id).await {
            Ok(Some(exchange)) => Ok(exchange),
            // Where history is not being saved, what is held can still be looked at.
            found => match (self.shared.holds.exchange(id), found) {
                (Some(exchange), _) => Ok(Exchange::clone(&exchange)),
                (None, Err(error)) => Err(error.into()),
                (None, Ok(_)) => Err(Error::NotFound(Subject::Exchange)),
            },
        }
    }

    /// How many bytes of an exchange's bodies are in memory while it is read.
    ///
    /// # Errors
    /// There is no such exchange, or the history cannot be read.
    pub async fn recorded_bytes(&self, id: ExchangeId) -> Result<usize, Error> {
        let summary = match self.shared.store.summary(id).await {
            Ok(Some(summary)) => summary,
            found => match (self.shared.holds.exchange(id), found) {
                (Some(exchange), _) => exchange.summary.clone(),
                (None, Err(error)) => return Err(error.into()),
                (None, Ok(_)) => return Err(Error::NotFound(Subject::Exchange)),
            },
        };
        let held = |bytes: u64| {
            let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
            bytes.min(protocol::IN_MEMORY_BYTES)
        };
        let bodies = [
            summary.request_bytes,
            summary.response_bytes,
            summary.upstream_bytes,
            summary.late_bytes,
        ];
        Ok(bodies.into_iter().map(held).sum())
    }

    /// The last answer given to the same event of the same bot.
    ///
    /// # Errors
    /// There is none, or the history cannot be read.
    pub async fn last_answer(&self, id: ExchangeId) -> Result<Answer, Error> {
        let summary = self.exchange(id).await?.summary;
        let answer = self
            .shared
            .store
            .last_answer(summary.bot, summary.event.as_deref())
            .await?;
        answer.map(as_given).ok_or(Error::NotFound(Subject::Answer))
    }

    /// Changes an exchange's note or pin, and as which platform's it is read; all or nothing.
    /// `auto`: as its bot says, or by what it shows. The whole of it is in memory while it is read.
    ///
    /// # Errors
    /// There is no such exchange, it is to be read anew before it is over, or the change cannot be
    /// saved.
    pub async fn annotate(
        &self,
        id: ExchangeId,
        note: Option<String>,
        pinned: Option<bool>,
        platform: Option<PlatformChoice>,
    ) -> Result<Summary, Error> {
        for _ in 0..READ_ANEW_MOST {
            let read = match platform {
                Some(choice) => Some(self.read_as(id, choice).await?),
                None => None,
            };
            let note = note.clone();
            let change = Annotation { note, pinned, read };
            if let Some(summary) = self.write_annotation(id, change).await? {
                return Ok(summary);
            }
        }
        Err(Error::NotSettled)
    }

    /// `None` where the exchange was another one when it was read.
    async fn write_annotation(
        &self,
        id: ExchangeId,
        change: Annotation,
    ) -> Result<Option<Summary>, Error> {
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move {
            let summary = match shared.store.annotate(id, change).await? {
                Annotated::Done(summary) => *summary,
                Annotated::Changed => return Ok(None),
                Annotated::NotFound => return Err(Error::NotFound(Subject::Exchange)),
            };
            let changed = Arc::new(summary.clone());
            shared.feed.exchange(EventKind::ExchangeChanged, changed);
            Ok(Some(summary))
        })
        .await
    }

    /// What a platform makes of an exchange. Not before it is over: its end, and that of a call
    /// which goes on, count their findings by the platform that it was read as when it came.
    async fn read_as(&self, id: ExchangeId, choice: PlatformChoice) -> Result<ReadAnew, Error> {
        let mut exchange = self.exchange(id).await?;
        let is_late = self.shared.late_calls.since(id).is_some();
        if !exchange.summary.state.is_settled() || is_late {
            return Err(Error::NotSettled);
        }
        let bot = self.bot(Some(exchange.summary.bot)).ok();
        let choice = match (choice, &bot) {
            (PlatformChoice::Auto, Some(bot)) => bot.platform,
            (choice, _) => choice,
        };
        let reading = move || {
            let from = exchange.summary.clone();
            let settings = bot.as_ref().map(|bot| Arc::clone(&bot.platform_settings));
            let read_as = ReadAs { choice, settings };
            let view = protocol::read_request(read_as, &exchange.request);
            exchange.summary.platform = view.platform;
            let findings = Reading::new(&exchange, bot.as_deref()).findings(&exchange);
            ReadAnew {
                from,
                platform: view.platform,
                choice,
                event: view.event.map(protocol::list_name),
                user: view.user.map(protocol::list_name),
                findings: protocol::count(&findings),
            }
        };
        let read = tokio::task::spawn_blocking(reading).await;
        Ok(read.expect("reading an exchange does not panic"))
    }

    /// Deletes exchanges; the deletion can be undone for a while.
    ///
    /// # Errors
    /// The change cannot be saved.
    pub async fn delete(&self, what: DeleteWhat) -> Result<Deletion, Error> {
        let shared = Arc::clone(&self.shared);
        let what = match what {
            DeleteWhat::Filter(filter, bot) => {
                DeleteWhat::Filter(shared.bots.with_user_names(filter), bot)
            }
            ids @ DeleteWhat::Ids(_) => ids,
        };
        self.to_its_end(async move {
            let deletion = shared.store.delete(what).await?;
            if deletion.count > 0 {
                stop_late_calls(&shared).await;
            }
            for id in &deletion.ids {
                shared.feed.removed(*id);
            }
            // What a filter took is no list of ids: readers list again.
            if deletion.count > 0 && deletion.ids.is_empty() {
                shared.feed.emit(EventKind::Resync, None);
            }
            shared.feed.emit(EventKind::StatusChanged, None);
            Ok(deletion)
        })
        .await
    }

    /// Deletes these exchanges, of which held ones stay; the deletion can be undone for a while.
    ///
    /// # Errors
    /// The change cannot be saved.
    pub async fn delete_each(&self, mut ids: Vec<ExchangeId>) -> Result<Deletion, Error> {
        ids.retain(|id| self.shared.holds.exchange(*id).is_none());
        self.delete(DeleteWhat::Ids(ids)).await
    }

    /// Undoes a deletion.
    ///
    /// # Errors
    /// The change cannot be saved.
    pub async fn restore(&self, undo: &str) -> Result<u64, Error> {
        let Ok(undo) = undo.parse::<UndoToken>() else {
            return Ok(0);
        };
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move {
            let restored = shared.store.restore(undo).await?;
            let feed = &shared.feed;
            match restored.only {
                Some(summary) => feed.exchange(EventKind::ExchangeChanged, Arc::new(summary)),
                None if restored.count > 0 => feed.emit(EventKind::Resync, None),
                None => {}
            }
            feed.emit(EventKind::StatusChanged, None);
            Ok(restored.count)
        })
        .await
    }

    /// Variable names seen lately, for completion, in order of first appearance.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn variable_names(&self, bot: Option<BotId>) -> Result<Vec<String>, Error> {
        let shared = &self.shared;
        let names = &shared.variable_names;
        Ok(names.read(&shared.store, &shared.bots, bot).await?)
    }
}

/// Ends the calls whose exchanges no list shows any more: nobody would see their answers.
async fn stop_late_calls(shared: &Shared) {
    for id in shared.late_calls.open() {
        if let Ok(None) = shared.store.summary(id).await {
            shared.late_calls.stop(id);
        }
    }
}
