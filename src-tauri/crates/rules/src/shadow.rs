//! Rules that never answer: because a rule above takes all their turns, or because their own
//! conditions exclude each other. Only what is proved is said.
//!
//! A proof goes over the structure of the conditions and, for two tests of one field, over their
//! values. What a proof does not see is left unsaid: a rule may be shadowed by two rules together.

mod implication;
mod proof;

use messages::Message;

use crate::compiled::{CompiledAction, CompiledRule};
use crate::definition::SequenceEnd;
use crate::set::RuleSet;
use proof::Prover;

/// What is proved of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleFinding {
    /// The rule above that takes every turn which this one would take.
    pub shadowed_by: Option<String>,
    /// Why its own conditions never hold together.
    pub never: Option<Message>,
}

/// Steps of proofs for one set of rules. A thousand rules of a few conditions take a million or
/// so; where there are more, later rules are left without findings.
const STEPS_MAX: u64 = 20_000_000;

impl RuleSet {
    /// What is proved of each rule, in order.
    #[must_use]
    pub fn findings(&self) -> Vec<RuleFinding> {
        let proofs = Proofs::of(self);
        (0..self.rules().len())
            .map(|index| proofs.finding(index))
            .collect()
    }

    /// What is proved of the rule at an index.
    #[must_use]
    pub fn finding(&self, index: usize) -> RuleFinding {
        Proofs::of(self).finding(index)
    }
}

/// What proofs about a set go over.
struct Proofs<'r> {
    set: &'r RuleSet,
    prover: Prover,
    rules: Vec<&'r CompiledRule>,
    /// Those that answer whenever their conditions hold.
    answering: Vec<usize>,
    /// The events of each that takes some only.
    events: Vec<Option<Vec<&'r str>>>,
}

impl<'r> Proofs<'r> {
    fn of(set: &'r RuleSet) -> Self {
        let rules: Vec<&CompiledRule> = set.rules().map(AsRef::as_ref).collect();
        let answering = (0..rules.len()).filter(|index| always_answers(rules[*index]));
        Self {
            set,
            prover: Prover::new(STEPS_MAX),
            answering: answering.collect(),
            events: rules.iter().map(|rule| rule.events()).collect(),
            rules,
        }
    }

    fn finding(&self, index: usize) -> RuleFinding {
        let never = self.prover.never(self.rules[index]);
        let takes_all = |above: &usize| {
            let events = [*above, index].map(|index| self.events[index].as_deref());
            may_take_all(events[0], events[1]) && self.prover.implies(self.set, index, *above)
        };
        let above = self.answering.iter().copied();
        let shadow = match never {
            // Nothing has to shadow what never is.
            Some(_) => None,
            None => above.take_while(|above| *above < index).find(takes_all),
        };
        RuleFinding {
            shadowed_by: shadow.map(|above| self.rules[above].id().to_owned()),
            never,
        }
    }
}

/// Whether a rule that takes some events only may take all turns of another: a proof would not be
/// found otherwise, and looking for it takes longer.
fn may_take_all(above: Option<&[&str]>, rule: Option<&[&str]>) -> bool {
    match (above, rule) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(above), Some(rule)) => rule.iter().all(|event| above.contains(event)),
    }
}

/// Whether a rule answers whenever its conditions hold for the facts of the turn alone.
fn always_answers(rule: &CompiledRule) -> bool {
    let passes = matches!(&rule.action, CompiledAction::Sequence(_, SequenceEnd::Pass));
    rule.definition().enabled && rule.chances == 0 && !rule.judges_calls && !passes
}

#[cfg(test)]
mod tests;
