//! What a draft would have answered: a walk over recorded turns with counters of its own.

use std::sync::Arc;

use protocol::Answer;

use crate::choose::{Chosen, Evaluator, Explanation, Failed, Matched, Taken, Turn, next_position};
use crate::compiled::CompiledRule;
use crate::definition::Rule;
use crate::error::RuleError;
use crate::facts::Facts;
use crate::set::RuleSet;
use crate::state::{States, StatesInMemory};
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
    /// Why it does not.
    pub refused: Option<Refused>,
    /// What the caller would have got.
    pub answer: PreviewedAnswer,
}

/// Why a draft does not take a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The rule of this id stands above it, and takes the turn.
    RuleAbove(String),
    /// Its sequence has ended, and passes.
    Finished,
    /// The first condition that does not hold, or of which that is not found out.
    Condition(Box<Failed>),
}

impl Refused {
    /// The same condition of the draft, or the same rule above it, whatever each turn had.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::RuleAbove(one), Self::RuleAbove(other)) => one == other,
            (Self::Finished, Self::Finished) => true,
            (Self::Condition(one), Self::Condition(other)) => {
                one.unjudged == other.unjudged && one.pointer == other.pointer
            }
            _ => false,
        }
    }
}

/// One turn with a draft, whether or not the draft takes it.
#[derive(Debug)]
pub struct DraftTurn<'r> {
    /// Its conditions, every one.
    pub explanation: Explanation,
    /// Why it does not take the turn.
    pub refused: Option<Refused>,
    /// What it would send.
    pub matched: Matched<'r>,
    /// The number of the call.
    pub call: u64,
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
        let refused = self.refused(choice.taken.as_ref(), facts, &self.states, turn);
        self.states.apply(&choice.changes);
        let Some(taken) = choice.taken else {
            return PreviewedTurn {
                matched: false,
                refused,
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
            refused,
            answer,
        }
    }

    /// Why the draft does not take a turn that this rule takes, or none.
    fn refused(
        &self,
        taken: Option<&Taken>,
        facts: &Facts<'_>,
        states: &dyn States,
        turn: Turn,
    ) -> Option<Refused> {
        match taken {
            Some(taken) if taken.index == self.draft => return None,
            Some(taken) if taken.index < self.draft => {
                let above = self.set.rule_at(taken.index).id().to_owned();
                return Some(Refused::RuleAbove(above));
            }
            _ => {}
        }
        let evaluator = Evaluator::new(&self.set, facts, turn);
        let explanation = evaluator.explain(self.draft, states);
        match explanation.failed {
            Some(failed) => Some(Refused::Condition(Box::new(failed))),
            None => explanation.finished.then_some(Refused::Finished),
        }
    }

    /// One turn by itself: every condition of the draft, and what it would send whether or not they
    /// are met. `reply`: the number of a sequence's reply, from 1; without one that of the turn.
    #[must_use]
    pub fn one(
        &self,
        facts: &Facts<'_>,
        states: &dyn States,
        turn: Turn,
        reply: Option<u32>,
    ) -> DraftTurn<'_> {
        let rule = self.set.rule_at(self.draft);
        let choice = self.set.choose(facts, states, turn);
        let refused = self.refused(choice.taken.as_ref(), facts, states, turn);
        let evaluator = Evaluator::new(&self.set, facts, turn);
        let explanation = evaluator.explain_whole(self.draft, states);
        let before = states.get(rule.id(), &evaluator.key(rule));
        let call = before.calls.saturating_add(1);
        let taken = Taken {
            index: self.draft,
            call,
            position: reply.unwrap_or_else(|| next_position(rule, before.position)),
        };
        DraftTurn {
            explanation,
            refused,
            matched: self.set.prepare(&taken, facts, turn),
            call,
        }
    }
}

#[cfg(test)]
mod tests;
