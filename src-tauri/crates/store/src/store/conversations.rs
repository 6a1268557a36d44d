//! Conversations, and what is behind: before they are read, turns that came lately are put into
//! theirs.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use protocol::{BotId, ConversationId, ExchangeId, Request, Summary};
use uuid::Uuid;

use super::Store;
use crate::error::StoreError;
use crate::grouping;
use crate::session::Session;
use crate::table::{conversations, exchanges};
use crate::types::{
    Conversation, ConversationPage, ConversationQuery, NextTurn, ProvedTurns, RuleSeen,
};

/// How long a reader waits for turns to be put into their conversations. The steps between leave
/// the writer to capture.
const CATCH_UP: Duration = Duration::from_secs(1);

impl Store {
    /// Sets how long a conversation may be idle, from now on and for those there are.
    pub fn set_conversation_gap(&self, gap: Duration) {
        let millis = u64::try_from(gap.as_millis()).unwrap_or(u64::MAX);
        let shared = &self.inner.shared;
        shared.conversation_gap.store(millis, Ordering::Relaxed);
        self.wake_writer();
    }

    /// Conversations, those with the newest turns first.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn conversations(
        &self,
        mut query: ConversationQuery,
    ) -> Result<ConversationPage, StoreError> {
        let is_whole = self.catch_up().await;
        let limit = query.limit;
        query.limit += 1;
        let list = move |conn: &rusqlite::Connection| Ok(conversations::list(conn, &query)?);
        let mut found = self.inner.readers.read(list).await?;
        let has_more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| has_more);
        Ok(ConversationPage {
            next_before: last.map(|last| (last.last, last.number)),
            conversations: found,
            is_whole,
        })
    }

    /// A conversation and its newest turns, oldest first.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn conversation(
        &self,
        id: ConversationId,
        limit: usize,
    ) -> Result<Option<(Conversation, Vec<ExchangeId>)>, StoreError> {
        self.catch_up().await;
        let read = move |conn: &rusqlite::Connection| {
            let Some(found) = conversations::get(conn, id)? else {
                return Ok(None);
            };
            let turns = conversations::turns(conn, found.number, limit)?.into_iter();
            let turns = turns.map(|id| ExchangeId(Uuid::from_bytes(id))).collect();
            Ok(Some((found, turns)))
        };
        self.inner.readers.read(read).await
    }

    /// The conversation that an exchange belongs to.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn conversation_of(
        &self,
        id: ExchangeId,
    ) -> Result<Option<ConversationId>, StoreError> {
        self.catch_up().await;
        let read = move |conn: &rusqlite::Connection| {
            let Some(seq) = exchanges::seq_of(conn, id)? else {
                return Ok(None);
            };
            Ok(conversations::of_turn(conn, seq)?)
        };
        self.inner.readers.read(read).await
    }

    /// The conversation that goes on with a turn which is not recorded yet; `None` where it begins
    /// one, or belongs to none.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn conversation_for(
        &self,
        summary: Summary,
        request: Request,
    ) -> Result<Option<ConversationId>, StoreError> {
        self.catch_up().await;
        let gap = self.inner.shared.gap();
        let read = move |conn: &rusqlite::Connection| {
            Ok(grouping::conversation_for(conn, (&summary, &request), gap)?)
        };
        self.inner.readers.read_for_caller(read).await
    }

    /// For each of these exchanges the turn that shows what became of its answer, where there is
    /// one.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn next_turns(
        &self,
        ids: Vec<ExchangeId>,
    ) -> Result<HashMap<ExchangeId, NextTurn>, StoreError> {
        self.catch_up().await;
        let read = move |conn: &rusqlite::Connection| {
            let mut all = HashMap::with_capacity(ids.len());
            for id in ids {
                if let Some(seq) = exchanges::seq_of(conn, id)?
                    && let Some(next) = grouping::next_turn(conn, seq)?
                {
                    all.insert(id, next);
                }
            }
            Ok(all)
        };
        self.inner.readers.read(read).await
    }

    /// How often each of the platforms' inferred rules was seen to hold and to be broken.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn rules_seen(&self, bot: Option<BotId>) -> Result<Vec<RuleSeen>, StoreError> {
        self.catch_up().await;
        let read = move |conn: &rusqlite::Connection| Ok(conversations::seen(conn, bot)?);
        self.inner.readers.read(read).await
    }

    /// Turns of which something else is known since their next ones are there, as soon as there are
    /// some. One asks at a time.
    pub async fn proved(&self) -> ProvedTurns {
        let shared = &self.inner.shared;
        loop {
            let found = std::mem::take(&mut *shared.proved.lock());
            if found != ProvedTurns::default() {
                return found;
            }
            shared.has_proved.notified().await;
        }
    }

    /// Puts turns into their conversations; whether all are. On a full disk what is known is shown.
    async fn catch_up(&self) -> bool {
        let until = Instant::now() + CATCH_UP;
        loop {
            let gap = self.inner.shared.gap();
            let group = move |session: &mut Session| session.group(gap);
            match self.change(group).await {
                Ok(true) => return true,
                Ok(false) if Instant::now() < until => {}
                Ok(false) | Err(_) => return false,
            }
        }
    }
}
