//! Conversations: the list, and the turns of one as they are read.

use std::ops::ControlFlow;
use std::sync::Arc;

use protocol::{Change, ConversationId, Exchange, ExchangeId, Role, Summary, Variable};
use store::{Conversation, ConversationPage, ConversationQuery};

use super::Engine;
use crate::bots::Bot;
use crate::error::{Error, Subject};
use crate::read_aside::{read_aside, takes_long};
use crate::reading::Reading;
use crate::ruling::RuleContext;

/// Turns of one conversation that are read at most, its newest ones.
pub const CONVERSATION_TURNS_MAX: usize = 2_000;

/// A turn of a conversation as it is read.
#[derive(Clone, Debug)]
pub struct ConversationTurn {
    /// What lists show of it.
    pub summary: Summary,
    /// The text of the user's message.
    pub message_text: Option<String>,
    /// Whether the bot takes the answer.
    pub is_taken: bool,
    /// All variables.
    pub variables: Vec<Variable>,
    /// What the rule that took the turn was called then, where that was recorded.
    pub rule_name: Option<String>,
}

impl ConversationTurn {
    fn read(exchange: &Exchange, bot: Option<&Bot>) -> Self {
        let reading = Reading::new(exchange, bot);
        let outcome = reading.outcome(exchange);
        Self {
            summary: exchange.summary.clone(),
            message_text: reading.request.message_text(&exchange.request),
            is_taken: outcome.is_some_and(|outcome| outcome.is_merged()),
            variables: reading.variables(exchange),
            rule_name: RuleContext::of(exchange).rule_name,
        }
    }

    /// The user's own variables.
    pub fn own(&self) -> impl Iterator<Item = &Variable> {
        let all = self.variables.iter();
        all.filter(|variable| variable.role.id() == Role::USER.id())
    }

    /// The user's variables that the answer made new or changed; none where it is not taken.
    pub fn changed(&self) -> impl Iterator<Item = &Variable> {
        let all = self.own().filter(|_| self.is_taken);
        all.filter(|variable| {
            matches!(
                variable.change,
                Change::New | Change::Changed | Change::TypeChanged
            )
        })
    }
}

impl Engine {
    /// Conversations, those with the newest turns first.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn conversations(
        &self,
        mut query: ConversationQuery,
    ) -> Result<ConversationPage, Error> {
        // A list's names are cut, so what is asked for is, too.
        query.user = query.user.map(protocol::list_name);
        Ok(self.shared.store.conversations(query).await?)
    }

    /// A conversation and its newest turns, oldest first.
    ///
    /// # Errors
    /// There is no such conversation, or the history cannot be read.
    pub async fn conversation(
        &self,
        id: ConversationId,
    ) -> Result<(Conversation, Vec<ExchangeId>), Error> {
        let found = self
            .shared
            .store
            .conversation(id, CONVERSATION_TURNS_MAX)
            .await?;
        found.ok_or(Error::NotFound(Subject::Conversation))
    }

    /// The conversation that an exchange belongs to; `None` where it belongs to none.
    ///
    /// # Errors
    /// There is no such exchange, or the history cannot be read.
    pub async fn conversation_of(&self, id: ExchangeId) -> Result<Option<Conversation>, Error> {
        self.exchange(id).await?;
        let Some(found) = self.shared.store.conversation_of(id).await? else {
            return Ok(None);
        };
        // Of its turns none is asked for.
        let found = self.shared.store.conversation(found, 0).await?;
        Ok(found.map(|(conversation, _)| conversation))
    }

    /// The turns of an exchange's conversation up to it, oldest first; itself alone where it
    /// belongs to none, or to the far beginning of a long one.
    ///
    /// # Errors
    /// There is no such exchange, or the history cannot be read.
    pub async fn turns_until(&self, id: ExchangeId) -> Result<Vec<ExchangeId>, Error> {
        self.exchange(id).await?;
        let Some(conversation) = self.shared.store.conversation_of(id).await? else {
            return Ok(vec![id]);
        };
        let (_, mut turns) = self.conversation(conversation).await?;
        match turns.iter().position(|turn| *turn == id) {
            Some(index) => turns.truncate(index + 1),
            None => turns = vec![id],
        }
        Ok(turns)
    }

    /// Reads turns one after the other, as long as it is wanted. One that was deleted meanwhile is
    /// passed over.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn read_turns(
        &self,
        turns: Vec<ExchangeId>,
        mut take: impl FnMut(ConversationTurn) -> ControlFlow<()> + Send,
    ) -> Result<(), Error> {
        for id in turns {
            let Some(exchange) = self.shared.store.get(id).await? else {
                continue;
            };
            let bot = self.bot(Some(exchange.summary.bot)).ok();
            let request = &exchange.request;
            let mut is_long = takes_long(&request.headers, &request.body);
            if let Some(answer) = exchange.answer() {
                is_long |= takes_long(&answer.headers, &answer.body);
            }
            let read = |(exchange, bot): &(Exchange, Option<Arc<Bot>>)| {
                ConversationTurn::read(exchange, bot.as_deref())
            };
            let (_, turn) = read_aside(is_long, (exchange, bot), read).await;
            if take(turn).is_break() {
                break;
            }
        }
        Ok(())
    }
}
