//! What rules remember between turns, in memory, and on disk before the turn's answer goes out.
//!
//! Conditions are judged without a lock, against what is remembered at that moment. Then what
//! follows is committed: where a rule's decision rested on a state that another turn has changed
//! meanwhile, nothing is committed, and the rules are asked anew.
//!
//! What goes to the disk is what is remembered at the moment of writing and not at that of the
//! turn: writes come one after the other, so that whatever order turns and resets are written in,
//! the disk ends as the memory is. Of a rule that is gone nothing is remembered or written.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;
use protocol::{BotId, ExchangeId};
use rules::{RuleState, StateChange, States};
use store::{NotSaved, RuleUses, Store, StoreError, StoredRule, StoredRuleState};

/// States of all rules together at most: some 20 MB, keys being as long as a list's names. Beyond
/// that those are forgotten that were used the longest ago.
const STATES_MAX: usize = 100_000;

/// How many are forgotten at once, so that not every turn beyond the limit looks at all of them.
const FORGOTTEN_AT_ONCE: usize = STATES_MAX / 10;

/// What a rule remembers of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleStateEntry {
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

/// How a rule fares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleFares {
    /// How often it took a turn.
    pub usage: RuleUsage,
    /// For how many users it remembers something; of a rule that counts all together one at most.
    pub keys: usize,
}

/// What the rules of all bots remember. Clones are the same memory.
#[derive(Clone, Default)]
pub(crate) struct RuleMemory(Arc<Mutex<Remembered>>);

#[derive(Default)]
struct Remembered {
    bots: HashMap<BotId, BotMemory>,
    /// The states of all.
    count: usize,
    /// Counts uses, for what was used the longest ago.
    clock: u64,
}

#[derive(Default)]
struct BotMemory {
    /// How many exchanges it had that rules were asked about.
    number: u64,
    /// Of each rule that there is.
    rules: HashMap<String, RuleEntry>,
}

#[derive(Default)]
struct RuleEntry {
    usage: RuleUsage,
    states: HashMap<String, StateEntry>,
}

#[derive(Clone, Copy, Default)]
struct StateEntry {
    state: RuleState,
    /// The clock at its last use.
    at: u64,
}

/// What one bot's rules remember.
pub(crate) struct BotStates<'m> {
    memory: &'m RuleMemory,
    bot: BotId,
}

impl States for BotStates<'_> {
    fn get(&self, rule: &str, key: &str) -> RuleState {
        let remembered = self.memory.0.lock();
        let entry = remembered.rule(self.bot, rule);
        let state = entry.and_then(|entry| entry.states.get(key));
        state.map(|entry| entry.state).unwrap_or_default()
    }
}

/// That a turn has changed something which is not on disk yet: what, and not how.
#[derive(Clone)]
pub(crate) struct PendingUses {
    memory: RuleMemory,
    bot: BotId,
    /// Rules and keys.
    states: Vec<(String, String)>,
    forgotten: Vec<(BotId, String, String)>,
    hit: Option<String>,
}

impl PendingUses {
    /// What is to be written, as it is now.
    pub(crate) fn now(&self) -> RuleUses {
        let remembered = self.memory.0.lock();
        let states = self.states.iter().filter_map(|(rule, key)| {
            let entry = remembered.rule(self.bot, rule)?;
            let state = entry.states.get(key)?.state;
            Some(StoredRuleState {
                bot: self.bot,
                rule: rule.clone(),
                key: key.clone(),
                calls: state.calls,
                position: state.position,
            })
        });
        let is_forgotten = |(bot, rule, key): &&(BotId, String, String)| {
            let entry = remembered.rule(*bot, rule);
            entry.is_none_or(|entry| !entry.states.contains_key(key))
        };
        let hit = self.hit.as_ref().and_then(|rule| {
            let usage = remembered.rule(self.bot, rule)?.usage;
            Some((self.bot, rule.clone(), usage.hits, usage.last_hit?))
        });
        let number = remembered.bots.get(&self.bot);
        RuleUses {
            states: states.collect(),
            number: number.map(|memory| (self.bot, memory.number)),
            forgotten: self
                .forgotten
                .iter()
                .filter(is_forgotten)
                .cloned()
                .collect(),
            hit,
        }
    }
}

/// What a turn changed.
pub(crate) struct Committed {
    pub(crate) uses: PendingUses,
    /// The number of the call of the rule that took the turn.
    pub(crate) call: Option<u64>,
}

impl RuleMemory {
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        let (rules, states) = (store.rules().await?, store.rule_states().await?);
        Ok(Self(Arc::new(Mutex::new(Remembered::new(&rules, states)))))
    }

    /// What a bot's rules remember.
    pub(crate) const fn of(&self, bot: BotId) -> BotStates<'_> {
        BotStates { memory: self, bot }
    }

    /// The number of the bot's next exchange.
    pub(crate) fn next_number(&self, bot: BotId) -> u64 {
        let mut remembered = self.0.lock();
        let number = &mut remembered.bots.entry(bot).or_default().number;
        *number += 1;
        *number
    }

    /// Remembers what a turn has changed, and that a rule took it; `None`: another turn came first.
    pub(crate) fn commit(
        &self,
        bot: BotId,
        changes: &[StateChange],
        taken: Option<(&str, ExchangeId)>,
    ) -> Option<Committed> {
        let mut remembered = self.0.lock();
        let stands = |change: &StateChange| {
            let entry = remembered.rule(bot, &change.rule)?;
            Some(entry.states.get(&change.key)?.state)
        };
        let mut used = changes.iter().filter(|change| change.is_used);
        if used.any(|change| stands(change).unwrap_or_default() != change.before) {
            return None;
        }
        let mut states = Vec::new();
        let mut call = None;
        for change in changes {
            let state = remembered.count_turn(bot, change);
            if taken.is_some_and(|(rule, _)| rule == change.rule) {
                call = state.map(|state| state.calls);
            }
            states.push((change.rule.clone(), change.key.clone()));
        }
        if let Some((rule, exchange)) = taken
            && let Some(entry) = remembered.rule_mut(bot, rule)
        {
            entry.usage.hits += 1;
            entry.usage.last_hit = Some(exchange);
        }
        let forgotten = match remembered.count > STATES_MAX {
            true => remembered.forget_oldest(FORGOTTEN_AT_ONCE),
            false => Vec::new(),
        };
        drop(remembered);
        let uses = PendingUses {
            memory: self.clone(),
            bot,
            states,
            forgotten,
            hit: taken.map(|(rule, _)| rule.to_owned()),
        };
        Some(Committed { uses, call })
    }

    /// How a rule fares.
    pub(crate) fn fares(&self, bot: BotId, rule: &str) -> RuleFares {
        let remembered = self.0.lock();
        let entry = remembered.rule(bot, rule);
        entry.map_or_else(RuleFares::default, |entry| RuleFares {
            usage: entry.usage,
            keys: entry.states.len(),
        })
    }

    /// What a rule remembers, by key.
    pub(crate) fn states(&self, bot: BotId, rule: &str) -> Vec<RuleStateEntry> {
        let remembered = self.0.lock();
        let entry = remembered.rule(bot, rule);
        let states = entry.into_iter().flat_map(|entry| &entry.states);
        let mut states: Vec<_> = states
            .map(|(key, entry)| RuleStateEntry {
                key: key.clone(),
                state: entry.state,
            })
            .collect();
        drop(remembered);
        states.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        states
    }

    /// Forgets what a rule remembers: of one key, or of all. Where the disk keeps it, it is
    /// remembered again, but for what was counted anew meanwhile.
    pub(crate) async fn reset(
        &self,
        store: &Store,
        bot: BotId,
        rule: &str,
        key: Option<&str>,
    ) -> Result<(), NotSaved> {
        let forgotten = self.0.lock().forget(bot, rule, key);
        let reset = store.reset_rule(bot, rule, key).await;
        if reset.is_err() {
            self.0.lock().restore(bot, rule, forgotten);
        }
        reset
    }

    /// The rules that a bot has from now on: a new one begins with nothing, and one that is gone is
    /// forgotten.
    pub(crate) fn keep<'i>(&self, bot: BotId, ids: impl Iterator<Item = &'i str>) {
        let ids: HashSet<_> = ids.collect();
        let mut remembered = self.0.lock();
        let rules = &mut remembered.bots.entry(bot).or_default().rules;
        let mut removed = 0;
        rules.retain(|rule, entry| {
            let stays = ids.contains(rule.as_str());
            removed += if stays { 0 } else { entry.states.len() };
            stays
        });
        for id in ids {
            if !rules.contains_key(id) {
                rules.insert(id.to_owned(), RuleEntry::default());
            }
        }
        remembered.count -= removed;
    }

    /// Forgets a bot.
    pub(crate) fn forget_bot(&self, bot: BotId) {
        let mut remembered = self.0.lock();
        let memory = remembered.bots.remove(&bot).unwrap_or_default();
        let states = memory.rules.values().map(|entry| entry.states.len());
        remembered.count -= states.sum::<usize>();
    }
}

impl Remembered {
    /// What is on disk, as far as it fits.
    fn new(rules: &[StoredRule], states: Vec<StoredRuleState>) -> Self {
        let mut remembered = Self::default();
        for rule in rules {
            let memory = remembered.bots.entry(rule.bot).or_default();
            let usage = RuleUsage {
                hits: rule.hits,
                last_hit: rule.last_hit,
            };
            let states = HashMap::new();
            memory
                .rules
                .insert(rule.id.clone(), RuleEntry { usage, states });
        }
        for row in states {
            let state = RuleState {
                calls: row.calls,
                position: row.position,
            };
            if row.is_number() {
                remembered.bots.entry(row.bot).or_default().number = row.calls;
            } else if remembered.count < STATES_MAX {
                remembered.restore(row.bot, &row.rule, [(row.key, state)]);
            }
        }
        remembered
    }

    fn rule(&self, bot: BotId, rule: &str) -> Option<&RuleEntry> {
        self.bots.get(&bot)?.rules.get(rule)
    }

    fn rule_mut(&mut self, bot: BotId, rule: &str) -> Option<&mut RuleEntry> {
        self.bots.get_mut(&bot)?.rules.get_mut(rule)
    }

    /// Counts one turn; the state then, where there is such a rule. Where nothing rests on it,
    /// turns may have been counted since it was read.
    fn count_turn(&mut self, bot: BotId, change: &StateChange) -> Option<RuleState> {
        self.clock += 1;
        let at = self.clock;
        let states = &mut self.rule_mut(bot, &change.rule)?.states;
        let known = states.len();
        let entry = states.entry(change.key.clone()).or_default();
        entry.at = at;
        entry.state = match change.is_used {
            true => change.after,
            false => RuleState {
                calls: entry.state.calls + 1,
                position: change.after.position,
            },
        };
        let state = entry.state;
        let added = states.len() - known;
        self.count += added;
        Some(state)
    }

    fn forget(&mut self, bot: BotId, rule: &str, key: Option<&str>) -> Vec<(String, RuleState)> {
        let Some(entry) = self.rule_mut(bot, rule) else {
            return Vec::new();
        };
        let forgotten: Vec<_> = match key {
            Some(key) => entry.states.remove_entry(key).into_iter().collect(),
            None => entry.states.drain().collect(),
        };
        self.count -= forgotten.len();
        let forgotten = forgotten.into_iter();
        forgotten.map(|(key, entry)| (key, entry.state)).collect()
    }

    /// Remembers states of a rule, of keys of which it remembers nothing.
    fn restore(
        &mut self,
        bot: BotId,
        rule: &str,
        states: impl IntoIterator<Item = (String, RuleState)>,
    ) {
        for (key, state) in states {
            self.clock += 1;
            let at = self.clock;
            let Some(entry) = self.rule_mut(bot, rule) else {
                return;
            };
            let known = entry.states.len();
            entry.states.entry(key).or_insert(StateEntry { state, at });
            let added = entry.states.len() - known;
            self.count += added;
        }
    }

    /// Forgets so many states, those that were used the longest ago.
    fn forget_oldest(&mut self, many: usize) -> Vec<(BotId, String, String)> {
        let mut moments: Vec<u64> = Vec::with_capacity(self.count);
        let rules = self.bots.values().flat_map(|memory| memory.rules.values());
        moments.extend(rules.flat_map(|entry| entry.states.values().map(|state| state.at)));
        let last = many.min(moments.len().saturating_sub(1));
        let (_, newest_forgotten, _) = moments.select_nth_unstable(last);
        let newest_forgotten = *newest_forgotten;
        let mut forgotten = Vec::with_capacity(many);
        for (bot, memory) in &mut self.bots {
            for (rule, entry) in &mut memory.rules {
                entry.states.retain(|key, state| {
                    let goes = state.at < newest_forgotten;
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
