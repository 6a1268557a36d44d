//! What rules remember between turns, in memory, and on disk before the turn's answer goes out.
//!
//! Conditions are judged without a lock, against what is remembered at that moment. Then what
//! follows is committed: where a rule's decision rested on a state that another turn has changed
//! meanwhile, nothing is committed, and the rules are asked anew.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use protocol::{BotId, ExchangeId};
use rules::{RuleState, StateChange, States};
use store::{NotSaved, RuleUses, Store, StoreError, StoredRule, StoredRuleState};
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

/// States of all rules together at most: some 20 MB. Beyond that those are forgotten that were
/// used the longest ago.
const STATES_MAX: usize = 100_000;

/// How many are forgotten at once, so that not every turn beyond the limit looks at all of them.
const FORGOTTEN_AT_ONCE: usize = STATES_MAX / 10;

/// What stands for the number of a bot's exchange among the states.
const NUMBER: (&str, &str) = ("", "");

/// What a rule remembers of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleStateOf {
    /// The user, the conversation's id, or the empty text.
    pub key: String,
    /// What is remembered of it.
    pub state: RuleState,
}

/// How often a rule took a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleUsage {
    /// So often.
    pub hits: u64,
    /// The exchange of the last one.
    pub last_hit: Option<ExchangeId>,
}

/// What the rules of all bots remember.
#[derive(Default)]
pub(crate) struct RuleMemory {
    remembered: Mutex<Remembered>,
    /// Held by what is committed and not yet on disk; a reset waits for that.
    unsaved: Arc<RwLock<()>>,
}

#[derive(Default)]
struct Remembered {
    bots: HashMap<BotId, HashMap<String, OfRule>>,
    /// How many exchanges each bot had that rules were asked about.
    numbers: HashMap<BotId, u64>,
    count: usize,
    /// Counts uses, for what was used the longest ago.
    clock: u64,
}

#[derive(Default)]
struct OfRule {
    usage: RuleUsage,
    states: HashMap<String, Used>,
}

#[derive(Clone, Copy, Default)]
struct Used {
    state: RuleState,
    /// The clock at its last use.
    at: u64,
}

/// What a turn has changed and is not on disk yet.
#[derive(Debug)]
pub(crate) struct PendingUses {
    uses: RuleUses,
    unsaved: OwnedRwLockReadGuard<()>,
}

impl PendingUses {
    /// What is to be written down, and what is held until it is.
    pub(crate) fn into_parts(self) -> (RuleUses, OwnedRwLockReadGuard<()>) {
        (self.uses, self.unsaved)
    }
}

/// What one bot's rules remember.
pub(crate) struct MemoryOf<'m> {
    memory: &'m RuleMemory,
    bot: BotId,
}

impl States for MemoryOf<'_> {
    fn get(&self, rule: &str, key: &str) -> RuleState {
        let remembered = self.memory.remembered.lock();
        let rules = remembered.bots.get(&self.bot);
        let of_rule = rules.and_then(|rules| rules.get(rule));
        let used = of_rule.and_then(|of_rule| of_rule.states.get(key));
        used.map(|used| used.state).unwrap_or_default()
    }
}

impl RuleMemory {
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        Ok(Self::new(&store.rules().await?, store.rule_states().await?))
    }

    fn new(rules: &[StoredRule], states: Vec<StoredRuleState>) -> Self {
        let mut remembered = Remembered::default();
        for rule in rules {
            let usage = RuleUsage {
                hits: rule.hits,
                last_hit: rule.last_hit,
            };
            remembered.of_rule(rule.bot, &rule.id).usage = usage;
        }
        for row in states {
            if (row.rule.as_str(), row.key.as_str()) == NUMBER {
                remembered.numbers.insert(row.bot, row.calls);
                continue;
            }
            let state = RuleState {
                calls: row.calls,
                position: row.position,
            };
            remembered.clock += 1;
            let used = Used {
                state,
                at: remembered.clock,
            };
            let of_rule = remembered.of_rule(row.bot, &row.rule);
            of_rule.states.insert(row.key, used);
            remembered.count += 1;
        }
        Self {
            remembered: Mutex::new(remembered),
            unsaved: Arc::default(),
        }
    }

    /// What a bot's rules remember.
    pub(crate) const fn of(&self, bot: BotId) -> MemoryOf<'_> {
        MemoryOf { memory: self, bot }
    }

    /// The number of the bot's next exchange.
    pub(crate) fn next_number(&self, bot: BotId) -> u64 {
        let mut remembered = self.remembered.lock();
        let number = remembered.numbers.entry(bot).or_default();
        *number += 1;
        *number
    }

    /// Lets something be committed; to be asked for before, because a reset may have to be waited
    /// for.
    pub(crate) async fn permit(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.unsaved).read_owned().await
    }

    /// Remembers what a turn has changed, and that a rule took it. `Err`: another turn came first.
    pub(crate) fn commit(
        &self,
        bot: BotId,
        changes: &[StateChange],
        taken: Option<(&str, ExchangeId)>,
        unsaved: OwnedRwLockReadGuard<()>,
    ) -> Result<PendingUses, OwnedRwLockReadGuard<()>> {
        let mut remembered = self.remembered.lock();
        let stands = |change: &StateChange| {
            let of_rule = remembered.bots.get(&bot)?.get(&change.rule)?;
            Some(of_rule.states.get(&change.key)?.state)
        };
        let mut used = changes.iter().filter(|change| change.is_used);
        if used.any(|change| stands(change).unwrap_or_default() != change.before) {
            return Err(unsaved);
        }
        let mut uses = RuleUses::default();
        for change in changes {
            let state = remembered.count_turn(bot, change);
            uses.states.push(StoredRuleState {
                bot,
                rule: change.rule.clone(),
                key: change.key.clone(),
                calls: state.calls,
                position: state.position,
            });
        }
        if let Some(number) = remembered.numbers.get(&bot) {
            uses.states.push(StoredRuleState {
                bot,
                rule: NUMBER.0.to_owned(),
                key: NUMBER.1.to_owned(),
                calls: *number,
                position: 0,
            });
        }
        if let Some((rule, exchange)) = taken {
            let usage = &mut remembered.of_rule(bot, rule).usage;
            usage.hits += 1;
            usage.last_hit = Some(exchange);
            uses.hit = Some((bot, rule.to_owned(), usage.hits, exchange));
        }
        if remembered.count > STATES_MAX {
            uses.forgotten = remembered.forget_oldest(FORGOTTEN_AT_ONCE);
        }
        drop(remembered);
        Ok(PendingUses { uses, unsaved })
    }

    /// How often a rule took a turn.
    pub(crate) fn usage(&self, bot: BotId, rule: &str) -> RuleUsage {
        let remembered = self.remembered.lock();
        let rules = remembered.bots.get(&bot);
        let of_rule = rules.and_then(|rules| rules.get(rule));
        of_rule.map(|of_rule| of_rule.usage).unwrap_or_default()
    }

    /// What a rule remembers, by key.
    pub(crate) fn states(&self, bot: BotId, rule: &str) -> Vec<RuleStateOf> {
        let remembered = self.remembered.lock();
        let rules = remembered.bots.get(&bot);
        let of_rule = rules.and_then(|rules| rules.get(rule));
        let states = of_rule.into_iter().flat_map(|of_rule| &of_rule.states);
        let mut states: Vec<_> = states
            .map(|(key, used)| RuleStateOf {
                key: key.clone(),
                state: used.state,
            })
            .collect();
        drop(remembered);
        states.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        states
    }

    /// Forgets what a rule remembers, on disk first: of one key, or of all.
    pub(crate) async fn reset(
        &self,
        store: &Store,
        bot: BotId,
        rule: &str,
        key: Option<&str>,
    ) -> Result<(), NotSaved> {
        let _nothing_unsaved = self.unsaved.write().await;
        store.reset_rule(bot, rule, key).await?;
        self.remembered.lock().forget(bot, rule, key);
        Ok(())
    }

    /// Forgets rules of a bot that are no more.
    pub(crate) fn retain(&self, bot: BotId, is_there: impl Fn(&str) -> bool) {
        let mut remembered = self.remembered.lock();
        let Some(rules) = remembered.bots.get_mut(&bot) else {
            return;
        };
        let mut removed = 0;
        rules.retain(|rule, of_rule| {
            let stays = is_there(rule);
            removed += if stays { 0 } else { of_rule.states.len() };
            stays
        });
        remembered.count -= removed;
    }
}

impl Remembered {
    fn of_rule(&mut self, bot: BotId, rule: &str) -> &mut OfRule {
        let rules = self.bots.entry(bot).or_default();
        if !rules.contains_key(rule) {
            rules.insert(rule.to_owned(), OfRule::default());
        }
        rules.get_mut(rule).expect("it was put there")
    }

    /// Counts one turn; the state then. Where nothing rests on it, turns may have been counted
    /// since it was read.
    fn count_turn(&mut self, bot: BotId, change: &StateChange) -> RuleState {
        self.clock += 1;
        let at = self.clock;
        let states = &mut self.of_rule(bot, &change.rule).states;
        let known = states.len();
        let used = states.entry(change.key.clone()).or_default();
        used.at = at;
        used.state = match change.is_used {
            true => change.after,
            false => RuleState {
                calls: used.state.calls + 1,
                position: change.after.position,
            },
        };
        let state = used.state;
        self.count += states.len() - known;
        state
    }

    fn forget(&mut self, bot: BotId, rule: &str, key: Option<&str>) {
        let states = &mut self.of_rule(bot, rule).states;
        let before = states.len();
        match key {
            Some(key) => drop(states.remove(key)),
            None => states.clear(),
        }
        self.count -= before - states.len();
    }

    /// Forgets so many states, those that were used the longest ago.
    fn forget_oldest(&mut self, many: usize) -> Vec<(BotId, String, String)> {
        let mut moments: Vec<u64> = Vec::with_capacity(self.count);
        let states = self.bots.values().flat_map(HashMap::values);
        moments.extend(states.flat_map(|of_rule| of_rule.states.values().map(|used| used.at)));
        let last = many.min(moments.len().saturating_sub(1));
        let (_, newest_forgotten, _) = moments.select_nth_unstable(last);
        let newest_forgotten = *newest_forgotten;
        let mut forgotten = Vec::with_capacity(many);
        for (bot, rules) in &mut self.bots {
            for (rule, of_rule) in rules {
                of_rule.states.retain(|key, used| {
                    let goes = used.at < newest_forgotten;
                    if goes {
                        forgotten.push((*bot, rule.clone(), key.clone()));
                    }
                    !goes
                });
            }
        }
        self.count -= forgotten.len();
        forgotten
    }
}

#[cfg(test)]
mod tests;
