//! Conversations, and what is behind: before they are read, turns that came lately are put into
//! theirs.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use protocol::{ConversationId, ExchangeId};
use uuid::Uuid;

use super::Store;
use crate::error::StoreError;
use crate::session::Session;
use crate::table::{conversations, exchanges};
use crate::types::{Conversation, ConversationPage, ConversationQuery};

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
