//! The rules of a bot as the engine uses them: compiled, with what they remember between turns.

pub(crate) mod folder;
mod memory;
mod unreadable;

use std::sync::{Arc, OnceLock};

use protocol::BotId;
use rules::{CompiledRule, RuleFinding, RuleSet};
use store::StoredRule;

pub(crate) use folder::NamesById;
pub(crate) use memory::{PendingUses, RuleMemory};
pub use memory::{RuleFares, RuleStateEntry, RuleUsage};
pub use unreadable::UnreadableRule;

/// Rules of one bot at most. A thousand take a megabyte or so, and a tenth of a second to read.
pub const RULES_MAX: usize = 2_000;

/// Bytes of a bot's rules together at most: all are written anew where one changes.
pub const RULES_BYTES_MAX: usize = 32 << 20;

/// The rules of a bot, in their order.
#[derive(Debug, Default)]
pub struct BotRules {
    set: RuleSet,
    /// Rules that this version cannot read, which stay as they are and answer nothing.
    unreadable: Vec<UnreadableRule>,
    /// Made when first asked for: it takes long where there are many.
    findings: OnceLock<Vec<RuleFinding>>,
}

impl BotRules {
    /// Rules that can be read, and those that cannot.
    pub(crate) fn new(rules: Vec<Arc<CompiledRule>>, unreadable: Vec<UnreadableRule>) -> Self {
        Self {
            set: RuleSet::new(rules),
            unreadable,
            findings: OnceLock::new(),
        }
    }

    /// A bot's rules from their rows, which are in order.
    pub(crate) fn read(rows: &[StoredRule], bot: BotId) -> Self {
        let mut compiled = Vec::new();
        let mut unreadable = Vec::new();
        for row in rows.iter().filter(|row| row.bot == bot) {
            match CompiledRule::from_json(&row.definition) {
                Ok(rule) => compiled.push(Arc::new(rule)),
                Err(error) => {
                    tracing::warn!(%bot, rule = row.id, %error, "a stored rule cannot be read");
                    unreadable.push(UnreadableRule::new(row, compiled.len(), error));
                }
            }
        }
        Self::new(compiled, unreadable)
    }

    /// The rules, ready to decide.
    #[must_use]
    pub const fn set(&self) -> &RuleSet {
        &self.set
    }

    /// The rules in their order.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Arc<CompiledRule>> {
        self.set.rules()
    }

    /// A rule and its index.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<(usize, &Arc<CompiledRule>)> {
        self.rules().enumerate().find(|(_, rule)| rule.id() == id)
    }

    /// Rules that this version cannot read.
    #[must_use]
    pub fn unreadable(&self) -> &[UnreadableRule] {
        &self.unreadable
    }

    /// What is proved of each rule, in order. May take long where there are many.
    pub fn findings(&self) -> &[RuleFinding] {
        self.findings.get_or_init(|| self.set.findings())
    }

    /// What is proved of one rule.
    #[must_use]
    pub fn finding(&self, index: usize) -> RuleFinding {
        let known = self.findings.get().map(|findings| findings[index].clone());
        known.unwrap_or_else(|| self.set.finding(index))
    }

    /// The ids of all, of those first that can be read.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        let readable = self.rules().map(|rule| rule.id());
        readable.chain(self.unreadable.iter().map(|one| one.id.as_str()))
    }

    /// The rules with one more, below the others.
    pub(crate) fn with(&self, rule: Arc<CompiledRule>) -> Self {
        let rules = self.rules().cloned().chain([rule]);
        Self::new(rules.collect(), self.unreadable.clone())
    }

    /// The rules with another one in the place of that which has its id; `None` where there is
    /// none.
    pub(crate) fn replaced_by(&self, rule: Arc<CompiledRule>) -> Option<Self> {
        let mut rules: Vec<_> = self.rules().cloned().collect();
        let mut unreadable = self.unreadable.clone();
        if let Some((index, _)) = self.find(rule.id()) {
            rules[index] = rule;
        } else {
            let at = unreadable.iter().position(|one| one.id == rule.id())?;
            rules.insert(unreadable.remove(at).index, rule);
            for below in &mut unreadable[at..] {
                below.index += 1;
            }
        }
        Some(Self::new(rules, unreadable))
    }

    /// The rules without one; `None` where there is none of that id.
    pub(crate) fn without(&self, id: &str) -> Option<Self> {
        let mut rules: Vec<_> = self.rules().cloned().collect();
        let mut unreadable = self.unreadable.clone();
        if let Some((index, _)) = self.find(id) {
            rules.remove(index);
            for below in unreadable.iter_mut().filter(|one| one.index > index) {
                below.index -= 1;
            }
        } else {
            let at = unreadable.iter().position(|one| one.id == id)?;
            unreadable.remove(at);
        }
        Some(Self::new(rules, unreadable))
    }

    /// The rules as they are stored, each with its id before it, in order.
    pub(crate) fn rows(&self) -> Vec<(String, String)> {
        let mut rows: Vec<_> = self
            .rules()
            .map(|rule| (rule.id().to_owned(), rule.definition().to_json()))
            .collect();
        // Each before the rule that followed it.
        for one in self.unreadable.iter().rev() {
            let index = one.index.min(rows.len());
            rows.insert(index, (one.id.clone(), one.definition.clone()));
        }
        rows
    }
}

#[cfg(test)]
mod tests;
