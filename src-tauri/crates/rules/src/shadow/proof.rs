//! Proofs over conditions.

use std::collections::HashMap;

use messages::Message;

use crate::compiled::{CompiledRule, Leaf, When};
use crate::sentence;
use crate::set::RuleSet;
use crate::shadow::implication::{Literal, excludes, implies, never};
use crate::words::nevers;
use crate::work::Work;

/// Proves within a number of steps.
pub(super) struct Prover {
    work: Work,
}

impl Prover {
    pub(super) fn new(steps: u64) -> Self {
        Self {
            work: Work::new(steps),
        }
    }

    /// Counts a step; `None` where there are none left.
    fn step(&self) -> Option<()> {
        self.work.budget.charge(1)
    }

    /// Whether one rule's conditions hold whenever another's do.
    pub(super) fn implies(&self, set: &RuleSet, rule: usize, above: usize) -> bool {
        let (below_rule, above_rule) = (set.rule(rule), set.rule(above));
        let few = below_rule.leaves.len() * above_rule.leaves.len() <= FEW_PAIRS;
        let mut pairs = Pairs {
            set,
            rule,
            above,
            known: (!few).then(HashMap::new),
        };
        pairs.implies(self, &below_rule.when, &above_rule.when, false)
    }

    /// Why a rule's conditions never hold together.
    pub(super) fn never(&self, rule: &CompiledRule) -> Option<Message> {
        self.contradiction(rule, &rule.when)
    }

    fn contradiction(&self, rule: &CompiledRule, when: &When) -> Option<Message> {
        self.step()?;
        match when {
            When::Leaf(index) => {
                let leaf = &rule.leaves[*index];
                never(leaf).then(|| nevers::ONE.arg(sentence::leaf(leaf)))
            }
            When::Any(parts) => {
                let mut reason = Some(Message::from(&nevers::EMPTY));
                for part in parts {
                    reason = Some(self.contradiction(rule, part)?);
                }
                reason
            }
            When::Not(part) => match &**part {
                When::All(parts) if parts.is_empty() => Some((&nevers::EMPTY).into()),
                _ => None,
            },
            When::All(parts) => {
                for part in parts {
                    if let Some(reason) = self.contradiction(rule, part) {
                        return Some(reason);
                    }
                }
                let mut literals = Vec::new();
                conjunction(rule, when, &mut literals);
                for (at, one) in literals.iter().enumerate() {
                    for other in &literals[at + 1..] {
                        self.step()?;
                        if excludes(*one, *other, &self.work) == Some(true) {
                            return Some(nevers::PAIR.arg(said(*one)).arg(said(*other)));
                        }
                    }
                }
                None
            }
        }
    }
}

fn said((leaf, holds): Literal<'_>) -> Message {
    let said = sentence::leaf(leaf);
    match holds {
        true => said,
        false => crate::words::sentences::NOT.arg(said),
    }
}

/// The leaves that all have to hold, or not to hold, for a condition to hold.
fn conjunction<'r>(rule: &'r CompiledRule, when: &'r When, out: &mut Vec<Literal<'r>>) {
    match when {
        When::All(parts) => parts.iter().for_each(|part| conjunction(rule, part, out)),
        When::Leaf(index) => out.push((&rule.leaves[*index], true)),
        When::Not(part) => {
            if let When::Leaf(index) = &**part {
                out.push((&rule.leaves[*index], false));
            }
        }
        When::Any(parts) => {
            if let [part] = parts.as_slice() {
                conjunction(rule, part, out);
            }
        }
    }
}

/// Pairs of conditions up to which none is remembered.
const FEW_PAIRS: usize = 32;

/// Two rules while one is proved to imply the other.
struct Pairs<'r> {
    set: &'r RuleSet,
    rule: usize,
    above: usize,
    /// What was proved, or not, of two conditions, by where they are. Every way through the groups
    /// leads to them again, which costs less than the table where there are few.
    known: Option<HashMap<(usize, usize), bool>>,
}

impl<'r> Pairs<'r> {
    /// Whether `then` holds whenever `when` does. Within a negation the two rules have changed
    /// places.
    fn implies(&mut self, prover: &Prover, when: &'r When, then: &'r When, turned: bool) -> bool {
        let address = |when: &When| std::ptr::from_ref(when).addr();
        let key = (address(when), address(then));
        let known = self.known.as_ref().and_then(|known| known.get(&key));
        if let Some(known) = known {
            return *known;
        }
        if prover.step().is_none() {
            return false;
        }
        let proved = self.prove(prover, when, then, turned);
        if let Some(known) = &mut self.known {
            known.insert(key, proved);
        }
        proved
    }

    fn prove(&mut self, prover: &Prover, when: &'r When, then: &'r When, turned: bool) -> bool {
        match (when, then) {
            (_, When::All(parts)) => parts
                .iter()
                .all(|part| self.implies(prover, when, part, turned)),
            (When::Any(parts), _) => parts
                .iter()
                .all(|part| self.implies(prover, part, then, turned)),
            (When::Not(one), When::Not(other)) => self.implies(prover, other, one, !turned),
            (When::Leaf(one), When::Leaf(other)) => {
                let (rule, above) = match turned {
                    false => (self.rule, self.above),
                    true => (self.above, self.rule),
                };
                self.leaf_implies(prover, (rule, *one), (above, *other))
            }
            (_, When::Any(choices)) => {
                choices
                    .iter()
                    .any(|choice| self.implies(prover, when, choice, turned))
                    || self.one_of(prover, when, then, turned)
            }
            _ => self.one_of(prover, when, then, turned),
        }
    }

    /// Whether a leaf of one rule holds whenever a leaf of the other does. The set has numbered
    /// what is the same, so that most pairs take two comparisons of numbers.
    fn leaf_implies(&self, prover: &Prover, one: (usize, usize), other: (usize, usize)) -> bool {
        let (leaf, other_leaf) = (
            &self.set.rule(one.0).leaves[one.1],
            &self.set.rule(other.0).leaves[other.1],
        );
        let (numbers, other_numbers) = (
            self.set.numbers(one.0, one.1),
            self.set.numbers(other.0, other.1),
        );
        is_of_turn(leaf)
            && is_of_turn(other_leaf)
            && numbers.field == other_numbers.field
            && (numbers.test == other_numbers.test
                || implies(leaf, other_leaf, &prover.work) == Some(true))
    }

    /// Whether one of several conditions that hold together is enough.
    fn one_of(&mut self, prover: &Prover, when: &'r When, then: &'r When, turned: bool) -> bool {
        match when {
            When::All(parts) => parts
                .iter()
                .any(|part| self.implies(prover, part, then, turned)),
            When::Any(_) | When::Not(_) | When::Leaf(_) => false,
        }
    }
}

/// Whether a leaf judges the turn alone: chances are drawn and calls are numbered for each rule.
fn is_of_turn(leaf: &Leaf) -> bool {
    match leaf {
        Leaf::Test { predicate, .. } => !predicate.is_number_of_calls(),
        Leaf::Chance { .. } => false,
    }
}
