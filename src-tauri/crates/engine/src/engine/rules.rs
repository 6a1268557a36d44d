//! What people may do with the rules of a bot.

use std::sync::Arc;

use protocol::BotId;
use rules::definition::{Action, Then};
use rules::{CompiledRule, Rule, RuleError};

use super::Engine;
use crate::answering::{check_call_url, check_url};
use crate::bot_rules::{BotRules, RULES_BYTES_MAX, RULES_MAX, RuleFares, RuleStateEntry};
use crate::bots::Bot;
use crate::error::{Error, Invalid, Subject};
use crate::feed::EventKind;
use crate::{clock, words};

/// Ids that no address of a rule can have: the names of routes beside it, and what is a step of an
/// address.
pub(super) const RESERVED_IDS: [&str; 9] = [
    "", ".", "..", "order", "preview", "explain", "export", "import", "folder",
];

impl Engine {
    /// Adds a rule below the others, or at an index. Without an id it gets one.
    ///
    /// # Errors
    /// What of it does not fit, there is no such bot, or the change cannot be saved.
    pub async fn add_rule(&self, bot: Option<BotId>, rule: Rule) -> Result<String, Error> {
        let id = rule.id.clone().unwrap_or_else(new_rule_id);
        let rule = self.compiled(bot, rule, &id).await?;
        self.change_bot_rules(bot, move |rules| {
            if rules.ids().any(|id| id == rule.id()) {
                return Err(Invalid::new("/id", &words::RULE_ID_TAKEN).into());
            }
            if rules.ids().count() >= RULES_MAX {
                return Err(Invalid::new("", words::RULES_MAX.arg(RULES_MAX as u64)).into());
            }
            fitting(rules.with(rule))
        })
        .await?;
        Ok(id)
    }

    /// Puts a rule in the place of another one, or of one that this version cannot read; what it
    /// remembers stays. Gives the bot as it is then.
    ///
    /// # Errors
    /// What of it does not fit, there is no such rule or bot, or the change cannot be saved.
    pub async fn replace_rule(
        &self,
        bot: Option<BotId>,
        id: &str,
        rule: Rule,
    ) -> Result<Arc<Bot>, Error> {
        if rule.id.as_deref().is_some_and(|other| other != id) {
            return Err(Invalid::new("/id", &words::RULE_ID_OTHER).into());
        }
        let rule = self.compiled(bot, rule, id).await?;
        self.change_bot_rules(bot, move |rules| {
            let replaced = rules.replaced_by(rule).ok_or(NO_RULE)?;
            fitting(replaced)
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
            .await?;
        Ok(())
    }

    /// Puts the rules into another order.
    ///
    /// # Errors
    /// The ids are not those of all rules, each once; there is no such bot, or the change cannot be
    /// saved.
    pub async fn order_rules(&self, bot: Option<BotId>, ids: Vec<String>) -> Result<(), Error> {
        self.change_bot_rules(bot, move |present| {
            let mut rules: Vec<_> = present.rules().cloned().collect();
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
            Ok(BotRules::new(ordered, present.unreadable().to_vec()))
        })
        .await?;
        Ok(())
    }

    /// How a rule fares.
    #[must_use]
    pub fn rule_fares(&self, bot: &Bot, id: &str) -> RuleFares {
        self.shared.rules.fares(bot.id, id)
    }

    /// What a rule remembers, by key.
    ///
    /// # Errors
    /// There is no such rule or bot.
    pub fn rule_states(&self, bot: Option<BotId>, id: &str) -> Result<Vec<RuleStateEntry>, Error> {
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
        // As it is counted by.
        let key = key.map(protocol::list_name);
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

    /// A rule with its id, ready to decide. A large one takes some tenths of a second to compile.
    async fn compiled(
        &self,
        bot: Option<BotId>,
        mut rule: Rule,
        id: &str,
    ) -> Result<Arc<CompiledRule>, Error> {
        let bot = self.shared.bots.get(bot)?;
        if RESERVED_IDS.contains(&id) {
            return Err(Invalid::new("/id", &words::RULE_ID_RESERVED).into());
        }
        rule.id = Some(id.to_owned());
        // What was stored before names were looked at goes on being saved as it is.
        let known = bot.rules.find(id).map(|(_, rule)| rule.definition());
        if known.is_none_or(|known| (&known.name, &known.group) != (&rule.name, &rule.group)) {
            rule.check_names().map_err(|error| invalid(&error))?;
        }
        let compiling = tokio::task::spawn_blocking(move || CompiledRule::new(rule));
        let compiled = compiling.await.expect("compiling does not panic");
        let compiled = compiled.map_err(|error| invalid(&error))?;
        self.check_addresses(&compiled.definition().then).await?;
        Ok(Arc::new(compiled))
    }

    /// That what a rule sends is sent to servers of somebody else's, and that their addresses say
    /// all that is sent there. A call may go to a bot's own address, for the turn that follows: a
    /// circle of these is cut by its hops.
    pub(super) async fn check_addresses(&self, then: &Then) -> Result<(), Invalid> {
        if let Action::Forward(forward) = &then.action
            && let Some(url) = &forward.upstream
        {
            const AT: &str = "/then/forward/upstream";
            check_url(url, AT)?;
            if self.is_own_address(url).await {
                return Err(Invalid::own_address(AT));
            }
        }
        for (index, call) in then.after.iter().enumerate() {
            let at = format!("/then/after/{index}/url");
            check_call_url(&call.url, &at)?;
            if self.is_own_service(&call.url).await {
                return Err(Invalid::own_address(&at));
            }
        }
        Ok(())
    }

    async fn change_bot_rules(
        &self,
        bot: Option<BotId>,
        change: impl FnOnce(&BotRules) -> Result<BotRules, Error> + Send + 'static,
    ) -> Result<Arc<Bot>, Error> {
        let id = self.shared.bots.get(bot)?.id;
        let engine = self.clone();
        self.to_its_end(async move {
            let _one = engine.turn_of_rules(id).await?;
            if engine.rule_folder(id).is_none() {
                let changed = move |bot: &mut Bot| {
                    bot.rules = Arc::new(change(&bot.rules)?);
                    Ok(())
                };
                return engine
                    .change_bot(id, EventKind::RulesChanged, changed)
                    .await;
            }
            // Nothing else changes them meanwhile.
            let bot = engine.bot(Some(id))?;
            let next = change(&bot.rules)?;
            let in_folder = engine.write_folder(&bot, &next).await?;
            let changed = move |bot: &mut Bot| {
                bot.rules = Arc::new(next);
                Ok(())
            };
            let changed = engine.change_bot(id, EventKind::RulesChanged, changed);
            in_folder.and(changed.await).await
        })
        .await
    }
}

pub(super) const NO_RULE: Error = Error::NotFound(Subject::Rule);

/// Rules that are not too large together.
pub(super) fn fitting(rules: BotRules) -> Result<BotRules, Error> {
    let bytes: usize = rules.rows().iter().map(|(_, rule)| rule.len()).sum();
    if bytes > RULES_BYTES_MAX {
        let most = words::RULES_BYTES_MAX.arg((RULES_BYTES_MAX >> 20) as u64);
        return Err(Invalid::new("", most).into());
    }
    Ok(rules)
}

/// An id of version 7: the time, then noise.
fn new_rule_id() -> String {
    let mut noise = [0_u8; 10];
    getrandom::fill(&mut noise).expect("the system has a source of random bytes");
    let now = u64::try_from(clock::now().0).unwrap_or_default();
    let id = uuid::Builder::from_unix_timestamp_millis(now, &noise);
    id.into_uuid().to_string()
}

pub(super) fn invalid(error: &RuleError) -> Error {
    Invalid::rule(error).into()
}
