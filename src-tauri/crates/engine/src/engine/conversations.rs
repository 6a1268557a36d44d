//! Conversations: the list, and the turns of one as they are read.

use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;

use conversations::{Proof, ProofTurn, Proved, ReadTurn, prove};
use protocol::{
    BotId, Change, ConversationId, Exchange, ExchangeId, Outcome, Role, Summary, Variable,
};
use store::{Conversation, ConversationPage, ConversationQuery, NextTurn, RuleSeen};

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
    /// What became of its answer; `None` where it has none.
    outcome: Option<Outcome>,
    /// Its request can be read.
    has_variables: bool,
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
            outcome: exchange.answer().and(outcome),
            has_variables: reading.request.has_variables(),
        }
    }

    fn as_proved(&self) -> ProofTurn<'_> {
        ProofTurn {
            summary: &self.summary,
            variables: self.has_variables.then_some(&*self.variables),
            outcome: self.outcome,
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

/// Whether reading its messages may take longer than the threads that serve all callers have.
fn reads_long(exchange: &Exchange) -> bool {
    let request = &exchange.request;
    takes_long(&request.headers, &request.body)
        || exchange
            .answer()
            .is_some_and(|answer| takes_long(&answer.headers, &answer.body))
}

/// Turns that were read, until the next one of each is: a few, where one user makes several calls
/// at once.
struct Waiting<T> {
    nexts: HashMap<ExchangeId, NextTurn>,
    turns: VecDeque<(ConversationTurn, Option<Vec<Proof>>)>,
    take: T,
}

impl<T: FnMut(ConversationTurn, Vec<Proof>)> Waiting<T> {
    fn read(&mut self, turn: ConversationTurn) {
        for (before, proofs) in &mut self.turns {
            let next = self.nexts.get(&before.summary.id);
            if next.is_some_and(|next| next.id == turn.summary.id) {
                let found = prove(before.as_proved(), turn.as_proved(), false);
                *proofs = Some(found.proofs);
            }
        }
        let proofs = match self.nexts.get(&turn.summary.id) {
            None => Some(Vec::new()),
            // That it begins another one is all that counts of it.
            Some(next) if next.begins => {
                let mut summary = turn.summary.clone();
                summary.id = next.id;
                summary.message = None;
                let behind = ProofTurn {
                    summary: &summary,
                    variables: None,
                    outcome: None,
                };
                Some(prove(turn.as_proved(), behind, true).proofs)
            }
            Some(_) => None,
        };
        self.turns.push_back((turn, proofs));
        self.give(false);
    }

    /// Gives those of which all is known; at the end all.
    fn give(&mut self, is_over: bool) {
        let is_known = |first: &(ConversationTurn, Option<Vec<Proof>>)| first.1.is_some();
        while self
            .turns
            .front()
            .is_some_and(|first| is_over || is_known(first))
        {
            let Some((turn, proofs)) = self.turns.pop_front() else {
                return;
            };
            (self.take)(turn, proofs.unwrap_or_default());
        }
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
        self.newest_turns(id, CONVERSATION_TURNS_MAX).await
    }

    /// The same with so many turns at most.
    pub(super) async fn newest_turns(
        &self,
        id: ConversationId,
        limit: usize,
    ) -> Result<(Conversation, Vec<ExchangeId>), Error> {
        let found = self.shared.store.conversation(id, limit).await?;
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

    /// What the user's next request shows of an exchange's answer.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn proved(&self, exchange: &Exchange) -> Result<Proved, Error> {
        let summary = &exchange.summary;
        if exchange.answer().is_none() || summary.user.is_none() {
            return Ok(Proved::default());
        }
        let store = &self.shared.store;
        let found = store.next_turns(vec![summary.id]).await?;
        let Some(next) = found.get(&summary.id) else {
            return Ok(Proved::default());
        };
        let Some(behind) = store.get(next.id).await? else {
            return Ok(Proved::default());
        };
        let begins = next.begins;
        let is_long = [exchange, &behind].into_iter().any(reads_long);
        let turns = (exchange.clone(), behind);
        let read = move |turns: &(Exchange, Exchange)| {
            let read = |exchange: &Exchange| {
                ReadTurn::new(&exchange.summary, &exchange.request, exchange.answer())
            };
            let (answered, behind) = (read(&turns.0), read(&turns.1));
            prove(answered.turn(), behind.turn(), begins)
        };
        Ok(read_aside(is_long, turns, read).await.1)
    }

    /// How often each of the platforms' inferred rules was seen to hold and to be broken, in what
    /// came back.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn rules_seen(&self, bot: Option<BotId>) -> Result<Vec<RuleSeen>, Error> {
        Ok(self.shared.store.rules_seen(bot).await?)
    }

    /// Reads the turns of a conversation, each with what became of its answer's variables.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn read_conversation(
        &self,
        turns: Vec<ExchangeId>,
        take: impl FnMut(ConversationTurn, Vec<Proof>) + Send,
    ) -> Result<(), Error> {
        let nexts = self.shared.store.next_turns(turns.clone()).await?;
        let mut waiting = Waiting {
            nexts,
            turns: VecDeque::new(),
            take,
        };
        self.read_turns(turns, |turn| {
            waiting.read(turn);
            ControlFlow::Continue(())
        })
        .await?;
        waiting.give(true);
        Ok(())
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
            let is_long = reads_long(&exchange);
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
