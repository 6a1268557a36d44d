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
        let prover = Prover::new(STEPS_MAX);
        let rules: Vec<&CompiledRule> = self.rules().map(AsRef::as_ref).collect();
        let mut findings = Vec::with_capacity(rules.len());
        for (index, rule) in rules.iter().enumerate() {
            let never = prover.never(rule);
            let shadow = match never {
                // Nothing has to shadow what never is.
                Some(_) => None,
                None => {
                    let mut above = rules[..index].iter().filter(|above| always_answers(above));
                    above.find(|above| prover.implies(rule, above))
                }
            };
            findings.push(RuleFinding {
                shadowed_by: shadow.map(|above| above.id().to_owned()),
                never,
            });
        }
        findings
    }
}

/// Whether a rule answers whenever its conditions hold for the facts of the turn alone.
fn always_answers(rule: &CompiledRule) -> bool {
    let passes = matches!(&rule.action, CompiledAction::Sequence(_, SequenceEnd::Pass));
    rule.definition().enabled && rule.chances == 0 && !rule.judges_calls && !passes
}

#[cfg(test)]
mod tests;
