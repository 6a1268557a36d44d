//! Who of the rules answers, and with what: a pure function of the turn, the states and the dice.
//!
//! [`RuleSet::decide`] and [`RuleSet::explain`] ask the same `judge`, so that what is explained is
//! what is decided.
//!
//! A rule's `call` condition is judged in two steps. First the other conditions, with each `call`
//! taken for what would let the rule answer; a turn that fulfils them is numbered. Then all of
//! them with that number. So a turn that `call` refuses is numbered too, and one that another
//! condition refuses is not.

mod act;
mod explain;

use protocol::UtcMillis;

pub use act::{Chosen, PreparedCall, PreparedForward, PreparedHold, PreparedReply};
pub use explain::{Explanation, Failed};

use crate::compiled::{CompiledAction, CompiledRule, JsonTest, Judge, Leaf, When};
use crate::definition::{Field, Scope, SequenceEnd};
use crate::dice;
use crate::facts::{Facts, Reading, Values};
use crate::set::RuleSet;
use crate::state::{RuleState, StateChange, States};

/// What is decided by, beside the facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// The bot's seed: what strikes by chance follows from it.
    pub seed: u64,
    /// The number of this exchange among the bot's.
    pub exchange: u64,
    /// The present moment, for templates.
    pub now: UtcMillis,
    /// What `uuid()` and `random()` of templates follow from: another number for each turn.
    pub template_seed: u64,
}

/// What was decided.
#[derive(Debug, Default)]
pub struct Decision<'r> {
    /// The rule that answers, and how; `None` where none does.
    pub matched: Option<Matched<'r>>,
    /// The states to write, of the rule that answers and of those that counted above it.
    pub changes: Vec<StateChange>,
}

/// The rule that answers.
#[derive(Debug)]
pub struct Matched<'r> {
    /// Its index in the order.
    pub index: usize,
    /// The rule.
    pub rule: &'r CompiledRule,
    /// The number of this call.
    pub call: u64,
    /// What the caller gets.
    pub chosen: Chosen,
    /// Calls once the answer has gone.
    pub after: Vec<PreparedCall>,
}

/// How a rule takes a turn.
enum Verdict {
    /// A condition does not hold.
    Fails,
    /// Its sequence has ended, and passes.
    Finished,
    /// It counted the turn and refuses its number.
    Refuses(Count),
    /// It answers.
    Answers(Count),
}

/// A turn that was numbered.
struct Count {
    key: String,
    before: RuleState,
    call: u64,
}

/// Which number a `call` is judged with.
#[derive(Clone, Copy)]
enum Call {
    /// One that lets the rule answer.
    Fitting,
    Number(u64),
}

/// A turn before all rules.
struct Court<'r, 'f> {
    set: &'r RuleSet,
    reading: Reading<'f>,
    turn: Turn,
}

impl RuleSet {
    /// Decides who of the enabled rules answers.
    #[must_use]
    pub fn decide(&self, facts: &Facts<'_>, states: &dyn States, turn: Turn) -> Decision<'_> {
        let court = Court::new(self, facts, turn);
        let mut decision = Decision::default();
        for index in self.candidates(facts.event) {
            let rule = self.rule(index);
            let change = |count: &Count, position| StateChange {
                rule: rule.id().to_owned(),
                key: count.key.clone(),
                state: RuleState {
                    calls: count.call,
                    position,
                },
                is_used: rule.uses_state,
            };
            match court.judge(index, states) {
                Verdict::Fails | Verdict::Finished => {}
                Verdict::Refuses(count) => {
                    decision.changes.push(change(&count, count.before.position));
                }
                Verdict::Answers(count) => {
                    let position = next_position(rule, count.before.position);
                    decision.changes.push(change(&count, position));
                    decision.matched =
                        Some(act::act(index, rule, facts, turn, count.call, position));
                    break;
                }
            }
        }
        decision
    }
}

/// The number of the reply of a sequence that follows the one that was given last.
fn next_position(rule: &CompiledRule, before: u32) -> u32 {
    let CompiledAction::Sequence(replies, end) = &rule.action else {
        return 0;
    };
    let length = u32::try_from(replies.len()).unwrap_or(u32::MAX);
    match (before < length, end) {
        (true, _) => before + 1,
        (false, SequenceEnd::Loop) => 1,
        (false, SequenceEnd::Last | SequenceEnd::Pass) => length,
    }
}

impl<'r, 'f> Court<'r, 'f> {
    fn new(set: &'r RuleSet, facts: &'f Facts<'f>, turn: Turn) -> Self {
        Self {
            set,
            reading: Reading::new(facts, set.field_count(), set.test_count()),
            turn,
        }
    }

    fn judge(&self, index: usize, states: &dyn States) -> Verdict {
        let rule = self.set.rule(index);
        if !self.holds(index, &rule.when, Call::Fitting, true) {
            return Verdict::Fails;
        }
        let facts = self.reading.facts;
        let key = match rule.definition().scope {
            Scope::User => facts.user,
            Scope::Conversation => facts.conversation,
            Scope::Rule => None,
        };
        let key = key.unwrap_or_default();
        let before = states.get(rule.id(), key);
        if let CompiledAction::Sequence(replies, SequenceEnd::Pass) = &rule.action
            && before.position as usize >= replies.len()
        {
            return Verdict::Finished;
        }
        let call = before.calls.saturating_add(1);
        let count = Count {
            key: key.to_owned(),
            before,
            call,
        };
        if rule.judges_calls && !self.holds(index, &rule.when, Call::Number(call), true) {
            return Verdict::Refuses(count);
        }
        Verdict::Answers(count)
    }

    /// Whether a condition holds. `wanted` is what lets the rule answer, which an odd number of
    /// negations around it turns.
    fn holds(&self, index: usize, when: &When, call: Call, wanted: bool) -> bool {
        match when {
            When::All(parts) => parts
                .iter()
                .all(|part| self.holds(index, part, call, wanted)),
            When::Any(parts) => parts
                .iter()
                .any(|part| self.holds(index, part, call, wanted)),
            When::Not(part) => !self.holds(index, part, call, !wanted),
            When::Leaf(leaf) => self.leaf_holds(index, *leaf, call, wanted),
        }
    }

    fn leaf_holds(&self, index: usize, leaf: usize, call: Call, wanted: bool) -> bool {
        match &self.set.rule(index).leaves[leaf] {
            Leaf::Chance { share, number, .. } => self.roll(index, *number) < *share,
            Leaf::Test {
                judge: Judge::Count(test),
                ..
            } => match call {
                Call::Fitting => wanted,
                Call::Number(call) => test.holds(call),
            },
            Leaf::Test {
                definition, judge, ..
            } => {
                let numbers = self.set.numbers(index, leaf);
                let (reading, field) = (&self.reading, &definition.field);
                reading.result(numbers.test, || match (judge, field) {
                    (Judge::Json(JsonTest::Changed), Field::Variable(path)) => {
                        reading.changed(numbers.field, field, path)
                    }
                    _ => fits(judge, reading.values(numbers.field, field)).is_some(),
                })
            }
        }
    }

    fn roll(&self, index: usize, number: u32) -> f64 {
        let place = self.set.chance_place(index, number);
        dice::chance(self.turn.seed, self.turn.exchange, place)
    }
}

/// The first of a field's values that fulfils a test.
fn fits(judge: &Judge, values: &Values<'_>) -> Option<usize> {
    match (judge, values) {
        (Judge::Text(test), Values::Texts(texts)) => {
            texts.iter().position(|text| test.fits(text.as_deref()))
        }
        (Judge::Json(test), Values::Json(found)) => {
            found.iter().position(|found| test.fits(found.json))
        }
        // A field's kind decides both its values and its tests.
        _ => None,
    }
}

#[cfg(test)]
mod tests;
