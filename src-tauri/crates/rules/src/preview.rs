//! What a draft would have answered: a walk over recorded turns with counters of its own.

use std::sync::Arc;

use protocol::Answer;

use crate::choose::{Chosen, Turn};
use crate::compiled::CompiledRule;
use crate::definition::Rule;
use crate::error::RuleError;
use crate::facts::Facts;
use crate::set::RuleSet;
use crate::state::StatesInMemory;
use crate::template::TemplateError;

/// A set of rules with a draft among them, and what they counted so far. No state of the rules
/// themselves changes.
#[derive(Debug)]
pub struct Preview {
    set: RuleSet,
    draft: usize,
    states: StatesInMemory,
}

/// What the rules make of a turn.
#[derive(Debug)]
pub struct PreviewedTurn {
    /// The draft takes it.
    pub matched: bool,
    /// What the caller would have got.
    pub answer: PreviewedAnswer,
}

/// What the caller would have got.
#[derive(Debug)]
pub enum PreviewedAnswer {
    /// No rule takes the turn.
    Unmatched,
    /// This answer.
    Reply(Answer),
    /// The default answer, because a template failed.
    Failed(TemplateError),
    /// What nobody knows beforehand: a person's answer, a server's, or a broken connection.
    Unknown,
}

impl Preview {
    /// Puts a draft among rules: in the place of the rule that has its id, else above all. A draft
    /// that is switched off is tried as if it were on.
    ///
    /// # Errors
    /// What of the draft cannot be compiled.
    pub fn new(set: &RuleSet, mut draft: Rule) -> Result<Self, RuleError> {
        draft.enabled = true;
        let draft = Arc::new(CompiledRule::new(draft)?);
        let mut rules: Vec<_> = set.rules().cloned().collect();
        let known = draft.definition().id.as_deref();
        let known = known.and_then(|id| rules.iter().position(|rule| rule.id() == id));
        match known {
            Some(index) => rules[index] = draft,
            None => rules.insert(0, draft),
        }
        Ok(Self {
            set: RuleSet::new(rules),
            draft: known.unwrap_or(0),
            states: StatesInMemory::default(),
        })
    }

    /// Whether any rule asks for the user's turn before.
    #[must_use]
    pub fn asks_for_previous_turns(&self) -> bool {
        let mut rules = self.set.rules();
        rules.any(|rule| rule.definition().enabled && rule.needs.previous_turn)
    }

    /// The next turn, from the oldest on.
    pub fn turn(&mut self, facts: &Facts<'_>, turn: Turn) -> PreviewedTurn {
        let choice = self.set.choose(facts, &self.states, turn);
        self.states.apply(&choice.changes);
        let Some(taken) = choice.taken else {
            return PreviewedTurn {
                matched: false,
                answer: PreviewedAnswer::Unmatched,
            };
        };
        let answer = match self.set.prepare(&taken, facts, turn).chosen {
            Chosen::Reply(reply) => match reply.answer {
                Ok(answer) => PreviewedAnswer::Reply(answer),
                Err(error) => PreviewedAnswer::Failed(error),
            },
            Chosen::Hold(_) | Chosen::Forward(_) | Chosen::Fault(_) => PreviewedAnswer::Unknown,
        };
        PreviewedTurn {
            matched: taken.index == self.draft,
            answer,
        }
    }
}

#[cfg(test)]
mod tests;
