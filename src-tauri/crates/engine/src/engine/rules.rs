//! What people may do with the rules of a bot.

use std::sync::Arc;

use protocol::{BotId, ExchangeId};
use rules::{CompiledRule, Explanation, RecordedStates, Rule, RuleError};

use super::Engine;
use crate::bot_rules::{BotRules, RULES_MAX, RuleStateOf, RuleUsage};
use crate::bots::Bot;
use crate::error::{Error, Invalid, Subject};
use crate::feed::EventKind;
use crate::ruling::{DryRun, RuleContext, TurnFacts, TurnOfDryRun};
use crate::{clock, words};

/// Ids that are the names of routes beside those of rules.
const RESERVED_IDS: [&str; 3] = ["order", "preview", "explain"];

/// Turns that a dry run looks at, at most.
pub const DRY_RUN_MAX: usize = 1_000;

impl Engine {
    /// Adds a rule below the others, or at an index. Without an id it gets one.
    ///
    /// # Errors
    /// What of it does not fit, there is no such bot, or the change cannot be saved.
    pub async fn add_rule(&self, bot: Option<BotId>, rule: Rule) -> Result<String, Error> {
        let id = rule.id.clone().unwrap_or_else(new_rule_id);
        let rule = self.compiled(bot, rule, &id)?;
        let added = id.clone();
        let is_unreadable = |bot: &Bot| bot.rules.unreadable().iter().any(|one| one.id == id);
        if is_unreadable(&*self.bot(bot)?) {
            return Err(Invalid::new("/id", &words::RULE_ID_TAKEN).into());
        }
        self.change_rules(bot, move |rules| {
            if rules.iter().any(|one| one.id() == added) {
                return Err(Invalid::new("/id", &words::RULE_ID_TAKEN).into());
            }
            if rules.len() >= RULES_MAX {
                return Err(Invalid::new("", words::RULES_MAX.arg(RULES_MAX as u64)).into());
            }
            rules.push(rule);
            Ok(())
        })
        .await?;
        Ok(id)
    }

    /// Puts a rule in the place of another one; what it remembers stays.
    ///
    /// # Errors
    /// What of it does not fit, there is no such rule or bot, or the change cannot be saved.
    pub async fn replace_rule(
        &self,
        bot: Option<BotId>,
        id: &str,
        rule: Rule,
    ) -> Result<(), Error> {
        if rule.id.as_deref().is_some_and(|other| other != id) {
            return Err(Invalid::new("/id", &words::RULE_ID_OTHER).into());
        }
        let rule = self.compiled(bot, rule, id)?;
        self.change_rules(bot, move |rules| {
            let index = position(rules, rule.id())?;
            rules[index] = rule;
            Ok(())
        })
        .await
    }

    /// Removes a rule, and what it remembers.
    ///
    /// # Errors
    /// There is no such rule or bot, or the change cannot be saved.
    pub async fn delete_rule(&self, bot: Option<BotId>, id: &str) -> Result<(), Error> {
        let id = id.to_owned();
        self.change_bot_rules(bot, move |rules| rules.without(&id).ok_or(NO_RULE))
            .await
    }

    /// Puts the rules into another order.
    ///
    /// # Errors
    /// The ids are not those of all rules, each once; there is no such bot, or the change cannot be
    /// saved.
    pub async fn order_rules(&self, bot: Option<BotId>, ids: Vec<String>) -> Result<(), Error> {
        self.change_rules(bot, move |rules| {
            let mut ordered = Vec::with_capacity(rules.len());
            for (index, id) in ids.iter().enumerate() {
                let at = rules.iter().position(|rule| rule.id() == id);
                let Some(at) = at else {
                    let message = words::RULE_ORDER_UNKNOWN.arg(id.as_str());
                    return Err(Invalid::new(format!("/ids/{index}"), message).into());
                };
                ordered.push(rules.remove(at));
            }
            if let Some(missing) = rules.first() {
                let message = words::RULE_ORDER_MISSING.arg(missing.id());
                return Err(Invalid::new("/ids", message).into());
            }
            *rules = ordered;
            Ok(())
        })
        .await
    }

    /// How often a rule took a turn.
    #[must_use]
    pub fn rule_usage(&self, bot: &Bot, id: &str) -> RuleUsage {
        self.shared.rules.usage(bot.id, id)
    }

    /// What a rule remembers, by key.
    ///
    /// # Errors
    /// There is no such rule or bot.
    pub fn rule_states(&self, bot: Option<BotId>, id: &str) -> Result<Vec<RuleStateOf>, Error> {
        let bot = self.bot(bot)?;
        bot.rules.find(id).ok_or(NO_RULE)?;
        Ok(self.shared.rules.states(bot.id, id))
    }

    /// Forgets what a rule remembers: of one key, or of all.
    ///
    /// # Errors
    /// There is no such rule or bot, or the change cannot be saved.
    pub async fn reset_rule(
        &self,
        bot: Option<BotId>,
        id: &str,
        key: Option<String>,
    ) -> Result<(), Error> {
        let bot = self.bot(bot)?;
        bot.rules.find(id).ok_or(NO_RULE)?;
        let (shared, id) = (Arc::clone(&self.shared), id.to_owned());
        self.to_its_end(async move {
            let memory = &shared.rules;
            memory
                .reset(&shared.store, bot.id, &id, key.as_deref())
                .await?;
            shared.feed.emit(EventKind::RulesChanged, Some(bot.id));
            Ok(())
        })
        .await
    }

    /// Why each rule of its bot took a recorded turn, or did not: the rules as they are now, with
    /// what was recorded of the turn.
    ///
    /// # Errors
    /// There is no such exchange or bot, or the history cannot be read.
    pub async fn explain_rules(&self, id: ExchangeId) -> Result<Vec<Explanation>, Error> {
        let exchange = self.exchange(id).await?;
        let bot = self.bot(Some(exchange.summary.bot))?;
        let previous = match exchange.summary.user.as_deref() {
            Some(user) => {
                let (bot, seq) = (bot.id, exchange.summary.seq);
                self.shared.store.previous_turn(bot, user, seq).await?
            }
            None => None,
        };
        let context = RuleContext::of(&exchange);
        let shared = Arc::clone(&self.shared);
        let explaining = tokio::task::spawn_blocking(move || {
            let facts = TurnFacts::recorded(&bot, &exchange, previous.as_ref());
            let turn = context.turn(&bot, &exchange);
            let today = shared.rules.of(bot.id);
            let states = RecordedStates::new(&context.states, &today);
            let set = bot.rules.set();
            facts.ask(&exchange.request, &exchange.summary, |facts| {
                set.explain(facts, &states, turn)
            })
        });
        Ok(explaining.await.expect("explaining does not panic"))
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
    ) -> Result<Vec<TurnOfDryRun>, Error> {
        let bot = self.bot(bot)?;
        let mut run = DryRun::new(&bot, draft).map_err(|error| invalid(&error))?;
        let query = store::ListQuery {
            limit: last.min(DRY_RUN_MAX),
            bot: Some(bot.id),
            ..store::ListQuery::default()
        };
        let mut turns = self.shared.store.list(query).await?.summaries;
        turns.reverse();
        let mut tried = Vec::with_capacity(turns.len());
        for summary in turns {
            // One that was deleted meanwhile is not tried.
            let Some(exchange) = self.shared.store.get(summary.id).await? else {
                continue;
            };
            let trying = tokio::task::spawn_blocking(move || {
                let turn = run.turn(&exchange);
                (run, turn)
            });
            let turn;
            (run, turn) = trying.await.expect("a dry run does not panic");
            tried.extend(turn);
        }
        Ok(tried)
    }

    /// A rule with its id, ready to decide.
    fn compiled(
        &self,
        bot: Option<BotId>,
        mut rule: Rule,
        id: &str,
    ) -> Result<Arc<CompiledRule>, Error> {
        self.shared.bots.get(bot)?;
        if id.is_empty() || RESERVED_IDS.contains(&id) {
            return Err(Invalid::new("/id", &words::RULE_ID_RESERVED).into());
        }
        rule.id = Some(id.to_owned());
        if let rules::definition::Action::Forward(forward) = &rule.then.action
            && let Some(url) = &forward.upstream
            && self.is_own_address(url)
        {
            return Err(Invalid::own_address("/then/forward/upstream").into());
        }
        let compiled = CompiledRule::new(rule).map_err(|error| invalid(&error))?;
        Ok(Arc::new(compiled))
    }

    async fn change_rules(
        &self,
        bot: Option<BotId>,
        change: impl FnOnce(&mut Vec<Arc<CompiledRule>>) -> Result<(), Error> + Send + 'static,
    ) -> Result<(), Error> {
        self.change_bot_rules(bot, move |rules| {
            let mut list: Vec<_> = rules.rules().cloned().collect();
            change(&mut list)?;
            Ok(BotRules::new(list, rules.unreadable().to_vec()))
        })
        .await
    }

    async fn change_bot_rules(
        &self,
        bot: Option<BotId>,
        change: impl FnOnce(&BotRules) -> Result<BotRules, Error> + Send + 'static,
    ) -> Result<(), Error> {
        let id = self.shared.bots.get(bot)?.id;
        let changed = move |bot: &mut Bot| {
            bot.rules = Arc::new(change(&bot.rules)?);
            Ok(())
        };
        let bot = self
            .change_bot(id, EventKind::RulesChanged, changed)
            .await?;
        let rules = Arc::clone(&bot.rules);
        self.shared.rules.retain(id, |id| rules.find(id).is_some());
        Ok(())
    }
}

const NO_RULE: Error = Error::NotFound(Subject::Rule);

fn position(rules: &[Arc<CompiledRule>], id: &str) -> Result<usize, Error> {
    let found = rules.iter().position(|rule| rule.id() == id);
    found.ok_or(NO_RULE)
}

/// An id of version 7: the time, then noise.
fn new_rule_id() -> String {
    let mut noise = [0_u8; 10];
    getrandom::fill(&mut noise).expect("the system has a source of random bytes");
    let now = u64::try_from(clock::now().0).unwrap_or_default();
    let id = uuid::Builder::from_unix_timestamp_millis(now, &noise);
    id.into_uuid().to_string()
}

fn invalid(error: &RuleError) -> Error {
    Invalid::rule(error).into()
}
