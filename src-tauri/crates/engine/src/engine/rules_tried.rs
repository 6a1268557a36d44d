//! Drafts of rules tried on the history, and turns explained.

use std::sync::Arc;

use protocol::{BotId, Exchange, ExchangeId, Summary};
use rules::definition::Scope;
use rules::{Among, Explanation, RecordedStates, Rule};

use super::Engine;
use super::rules::{NO_RULE, invalid};
use crate::error::Error;
use crate::ruling::{DryRun, DryRunOutcome, PreviousFacts, RuleContext, TriedTurn, TurnFacts};

/// Turns that a dry run looks at, at most.
pub const DRY_RUN_MAX: usize = 1_000;

/// Pages of the history in which they are looked for.
const PAGES_MAX: usize = 10;

impl Engine {
    /// Why each rule of its bot took a recorded turn, or did not: the rules as they are now, with
    /// what was recorded of the turn. `only`: the id of the one that is explained, with every
    /// condition.
    ///
    /// # Errors
    /// There is no such exchange, rule or bot, or the history cannot be read.
    pub async fn explain_rules(
        &self,
        id: ExchangeId,
        only: Option<String>,
    ) -> Result<Vec<Explanation>, Error> {
        let exchange = self.exchange(id).await?;
        let bot = self.bot(Some(exchange.summary.bot))?;
        if let Some(rule) = &only {
            bot.rules.find(rule).ok_or(NO_RULE)?;
        }
        let previous = self.turn_before(&exchange).await?;
        let context = RuleContext::of(&exchange);
        let conversation = self.conversation_key(&exchange).await?;
        let shared = Arc::clone(&self.shared);
        let explaining = tokio::task::spawn_blocking(move || {
            let previous = previous.map(|one| PreviousFacts::of(&one, bot.read_as()));
            let facts = TurnFacts::recorded(&bot, &exchange, previous);
            let facts = facts.in_conversation(conversation);
            let turn = context.turn(&bot, &exchange);
            let today = shared.rules.of(bot.id);
            let states = RecordedStates::new(&context.states, &today);
            let set = bot.rules.set();
            // Of one whose rules were not asked it is said what they would have done.
            let asked = match context.asked.as_slice() {
                [] => &[Among::All],
                asked => asked,
            };
            facts.ask(&exchange.request, &exchange.summary, |facts| match &only {
                None => set.explain_among(asked, facts, &states, turn),
                Some(rule) => {
                    let explained = set.explain_whole(rule, asked, facts, &states, turn);
                    explained.into_iter().collect()
                }
            })
        });
        Ok(explaining.await.expect("explaining does not panic"))
    }

    /// The exchange of the same user before this one.
    async fn turn_before(&self, exchange: &Exchange) -> Result<Option<Exchange>, Error> {
        let Some(user) = exchange.summary.user.as_deref() else {
            return Ok(None);
        };
        let (bot, seq) = (exchange.summary.bot, exchange.summary.seq);
        Ok(self.shared.store.previous_turn(bot, user, seq).await?)
    }

    /// The id by which a rule counts that counts by conversation: as it was recorded with the turn,
    /// else the one that it belongs to now.
    async fn conversation_key(&self, exchange: &Exchange) -> Result<Option<String>, Error> {
        if let Some(known) = RuleContext::of(exchange).conversation {
            return Ok(Some(known));
        }
        let store = &self.shared.store;
        let found = store.conversation_of(exchange.summary.id).await?;
        Ok(found.map(|id| id.0.to_string()))
    }

    /// What a draft makes of one turn of the bot that it is recorded for. No state of any rule
    /// changes. `reply`: the reply of a sequence that is shown, from 1.
    ///
    /// # Errors
    /// What of the draft does not fit, or the bot of the exchange is gone.
    pub async fn try_turn(
        &self,
        exchange: Arc<Exchange>,
        draft: Rule,
        reply: Option<u32>,
    ) -> Result<TriedTurn, Error> {
        let bot = self.bot(Some(exchange.summary.bot))?;
        let previous = self.turn_before(&exchange).await?;
        let conversation = self.conversation_key(&exchange).await?;
        let shared = Arc::clone(&self.shared);
        let trying = tokio::task::spawn_blocking(move || {
            let today = shared.rules.of(bot.id);
            let before = (previous.as_ref(), conversation);
            TriedTurn::new(&bot, draft, &exchange, before, &today, reply)
        });
        let tried = trying.await.expect("trying does not panic");
        tried.map_err(|error| invalid(&error))
    }

    /// What a draft would have answered to the bot's last turns. No state of any rule changes.
    ///
    /// # Errors
    /// What of the draft does not fit, there is no such bot, or the history cannot be read.
    pub async fn dry_run(
        &self,
        bot: Option<BotId>,
        draft: Rule,
        last: usize,
    ) -> Result<DryRunOutcome, Error> {
        let bot = self.bot(bot)?;
        let is_by_conversation = draft.scope == Scope::Conversation;
        let of = Arc::clone(&bot);
        let compiling = tokio::task::spawn_blocking(move || DryRun::new(&of, draft));
        let compiled = compiling.await.expect("compiling does not panic");
        let mut run = compiled.map_err(|error| invalid(&error))?;
        let mut tried = Vec::new();
        for summary in self.last_turns(bot.id, last.min(DRY_RUN_MAX)).await? {
            // One that was deleted meanwhile is not tried.
            let Some(exchange) = self.shared.store.get(summary.id).await? else {
                continue;
            };
            let before = match run.wants_turn_before(&exchange) {
                Some(user) => {
                    let store = &self.shared.store;
                    store.previous_turn(bot.id, user, summary.seq).await?
                }
                None => None,
            };
            let conversation = match is_by_conversation {
                true => self.conversation_key(&exchange).await?,
                false => None,
            };
            let trying = tokio::task::spawn_blocking(move || {
                let turn = run.turn(&exchange, before.as_ref(), conversation);
                (run, turn)
            });
            let turn;
            (run, turn) = trying.await.expect("a dry run does not panic");
            tried.push(turn);
        }
        Ok(run.outcome(tried))
    }

    /// So many of the newest exchanges that a bot has sent, from the oldest on.
    async fn last_turns(&self, bot: BotId, many: usize) -> Result<Vec<Summary>, Error> {
        let mut turns = Vec::with_capacity(many);
        let mut query = store::ListQuery {
            limit: DRY_RUN_MAX,
            bot: Some(bot),
            ..store::ListQuery::default()
        };
        // Among replays and calls of rules there may be few.
        for _ in 0..PAGES_MAX {
            let page = self.shared.store.list(query.clone()).await?;
            let own = page.summaries.into_iter().filter(DryRun::tries);
            turns.extend(own.take(many - turns.len()));
            match page.next_before {
                Some(before) if turns.len() < many => query.before = Some(before),
                _ => break,
            }
        }
        turns.reverse();
        Ok(turns)
    }
}
