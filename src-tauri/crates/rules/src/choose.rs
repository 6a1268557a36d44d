//! Which of the rules answers: a pure function of the turn, the states and the seed.
//!
//! [`RuleSet::choose`] judges and renders nothing; [`RuleSet::prepare`] renders what the chosen
//! rule sends, once the states are committed. [`RuleSet::explain`] asks the same evaluator as
//! [`RuleSet::choose`], so that what is explained is what is chosen.
//!
//! A rule's `call` condition is judged in two steps. First the other conditions, with each `call`
//! taken for what would let the rule answer; a turn that fulfils them is numbered. Then all of
//! them with that number. So a turn that `call` refuses is numbered too, and one that another
//! condition refuses is not.
//!
//! A condition has three results: it holds, it does not, or that is not found out because judging
//! it would take longer than a turn may wait. The third is neither for a negation, so that a rule
//! answers only where its conditions are found to hold.

mod explain;
mod prepare;

use protocol::UtcMillis;

pub use explain::{Explanation, Failed, JudgedCondition};
pub use prepare::{
    Chosen, Matched, PreparedCallback, PreparedForward, PreparedHold, PreparedReply,
};

use crate::among::Among;
use crate::compiled::{CompiledAction, CompiledRule, JsonTest, Leaf, Predicate, TextTest, When};
use crate::definition::{Scope, SequenceEnd};
use crate::facts::Facts;
use crate::reading::Reading;
use crate::seeded;
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

/// Which rule takes a turn, and what that changes. It borrows nothing, so that nothing is locked
/// while it is made: its changes say what the states have to be for it to be right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The rule that answers; `None` where none does.
    pub taken: Option<Taken>,
    /// The states to write, of the rule that answers and of those that counted above it.
    pub changes: Vec<StateChange>,
    /// Conditions of which it was not found out whether they hold; their rules do not answer.
    pub unjudged: Vec<Unjudged>,
}

/// A rule that takes a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its index in the order.
    pub index: usize,
    /// The number of this call.
    pub call: u64,
    /// The number of the reply of its sequence; 0 where it has none.
    pub position: u32,
}

/// A condition that takes longer to judge than a turn may wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unjudged {
    /// The rule's id.
    pub rule: String,
    /// The place of the condition in the rule, a JSON pointer.
    pub pointer: String,
}

/// What a rule makes of a turn.
enum Evaluation {
    /// A condition does not hold.
    Fails,
    /// It is not found out whether they hold, with this number; where it is known, the turn counts.
    Unjudged(CallNumber, Option<Count>),
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
    number: u64,
}

/// What of a condition keeps it from being what is wanted, and what that came to.
struct FailingPart {
    part: Part,
    holds: Option<bool>,
}

enum Part {
    /// By its index among the rule's leaves.
    Leaf(usize),
    /// `all` or `any` of nothing.
    EmptyGroup(&'static str),
}

/// The number that `call` conditions are judged with.
#[derive(Clone, Copy)]
enum CallNumber {
    /// None yet: each is taken for what lets the rule answer.
    Open,
    Known(u64),
}

/// Judges the rules of a set for one turn.
pub(crate) struct Evaluator<'r, 'f> {
    set: &'r RuleSet,
    reading: Reading<'r, 'f>,
    turn: Turn,
}

impl RuleSet {
    /// Chooses the rule that answers among the enabled ones.
    #[must_use]
    pub fn choose(&self, facts: &Facts<'_>, states: &dyn States, turn: Turn) -> Choice {
        self.choose_among(Among::All, facts, states, turn)
    }

    /// The same where not all rules take part. Those that do not count nothing.
    #[must_use]
    pub fn choose_among(
        &self,
        among: Among,
        facts: &Facts<'_>,
        states: &dyn States,
        turn: Turn,
    ) -> Choice {
        let evaluator = Evaluator::new(self, facts, turn);
        let mut choice = Choice::default();
        for index in self.candidates(&evaluator.reading) {
            let rule = self.rule(index);
            if !among.has(&rule.action) {
                continue;
            }
            let change = |count: Count, position| StateChange {
                rule: rule.id().to_owned(),
                key: count.key,
                before: count.before,
                after: RuleState {
                    calls: count.number,
                    position,
                },
                is_used: rule.uses_state,
            };
            let refused = |count: Count| {
                let position = count.before.position;
                change(count, position)
            };
            match evaluator.evaluate(index, states) {
                Evaluation::Fails | Evaluation::Finished => {}
                Evaluation::Unjudged(number, count) => {
                    choice.unjudged.push(evaluator.unjudged(index, number));
                    choice.changes.extend(count.map(refused));
                }
                Evaluation::Refuses(count) => choice.changes.push(refused(count)),
                Evaluation::Answers(count) => {
                    let position = next_position(rule, count.before.position);
                    choice.taken = Some(Taken {
                        index,
                        call: count.number,
                        position,
                    });
                    choice.changes.push(change(count, position));
                    break;
                }
            }
        }
        choice
    }
}

/// The number of the reply of a sequence that follows the one that was given last.
pub(crate) fn next_position(rule: &CompiledRule, before: u32) -> u32 {
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

impl<'r, 'f> Evaluator<'r, 'f> {
    pub(crate) fn new(set: &'r RuleSet, facts: &'f Facts<'f>, turn: Turn) -> Self {
        Self {
            set,
            reading: Reading::new(facts, set.asked()),
            turn,
        }
    }

    /// Whose calls a rule counts in this turn: by the name that lists have, since a request may
    /// call its user by megabytes.
    pub(crate) fn key(&self, rule: &CompiledRule) -> String {
        let facts = self.reading.facts;
        let key = match rule.definition().scope {
            Scope::User => facts.user,
            Scope::Conversation => facts.conversation,
            Scope::Rule => None,
        };
        protocol::list_name(key.unwrap_or_default().to_owned())
    }

    fn evaluate(&self, index: usize, states: &dyn States) -> Evaluation {
        let rule = self.set.rule(index);
        match self.holds(index, &rule.when, CallNumber::Open, true) {
            Some(true) => {}
            Some(false) => return Evaluation::Fails,
            None => return Evaluation::Unjudged(CallNumber::Open, None),
        }
        let key = self.key(rule);
        let before = states.get(rule.id(), &key);
        if let CompiledAction::Sequence(replies, SequenceEnd::Pass) = &rule.action
            && before.position as usize >= replies.len()
        {
            return Evaluation::Finished;
        }
        let number = before.calls.saturating_add(1);
        let count = Count {
            key,
            before,
            number,
        };
        if !rule.judges_calls {
            return Evaluation::Answers(count);
        }
        let known = CallNumber::Known(number);
        match self.holds(index, &rule.when, known, true) {
            Some(true) => Evaluation::Answers(count),
            Some(false) => Evaluation::Refuses(count),
            None => Evaluation::Unjudged(known, Some(count)),
        }
    }

    /// Whether a condition holds; `None` where that is not found out. `wanted` is what lets the
    /// rule answer, which an odd number of negations around it turns.
    fn holds(&self, index: usize, when: &When, number: CallNumber, wanted: bool) -> Option<bool> {
        match when {
            When::All(parts) => self.group(index, parts, number, wanted, true),
            When::Any(parts) => self.group(index, parts, number, wanted, false),
            When::Not(part) => self.holds(index, part, number, !wanted).map(|holds| !holds),
            When::Leaf(leaf) => self.leaf_holds(index, *leaf, number, wanted),
        }
    }

    /// Whether all of several conditions hold, or any of them: one that is the other value decides,
    /// found out or not what comes before it.
    fn group(
        &self,
        index: usize,
        parts: &[When],
        number: CallNumber,
        wanted: bool,
        is_all: bool,
    ) -> Option<bool> {
        let mut result = Some(is_all);
        for part in parts {
            match self.holds(index, part, number, wanted) {
                Some(holds) if holds != is_all => return Some(holds),
                Some(_) => {}
                None => result = None,
            }
        }
        result
    }

    fn leaf_holds(
        &self,
        index: usize,
        leaf: usize,
        number: CallNumber,
        wanted: bool,
    ) -> Option<bool> {
        match &self.set.rule(index).leaves[leaf] {
            Leaf::Chance { share, number, .. } => Some(self.roll(index, *number) < *share),
            Leaf::Test {
                predicate: Predicate::Count(test),
                ..
            } => Some(match number {
                CallNumber::Open => wanted,
                CallNumber::Known(number) => test.holds(number),
            }),
            Leaf::Test { predicate, .. } => {
                let numbers = self.set.numbers(index, leaf);
                self.reading
                    .result(numbers.test, || self.test_holds(predicate, numbers.field))
            }
        }
    }

    /// Whether one of a field's values fulfils a test.
    fn test_holds(&self, predicate: &Predicate, field: usize) -> Option<bool> {
        let (reading, work) = (&self.reading, &self.reading.work);
        match predicate {
            Predicate::Json(JsonTest::Changed) => reading.changed(field),
            Predicate::Text(test @ TextTest::Contains(_)) if reading.is_body(field) => {
                test.fits(reading.searched_body()?, work)
            }
            Predicate::Text(test) => any(reading.texts(field), |text| {
                test.fits(text.as_deref(), work)
            }),
            Predicate::Json(test) => any(reading.path(field)?.as_slice(), |found| {
                test.fits(found.json, work)
            }),
            // A number of calls belongs to a rule.
            Predicate::Count(_) => Some(false),
        }
    }

    /// The first part for which a condition is not what is wanted. The pointer to the condition
    /// becomes that of the part.
    fn failing(
        &self,
        index: usize,
        when: &When,
        number: CallNumber,
        wanted: bool,
        pointer: &mut String,
    ) -> FailingPart {
        let holds = self.holds(index, when, number, wanted);
        let (parts, group) = match when {
            When::Leaf(leaf) => {
                return FailingPart {
                    part: Part::Leaf(*leaf),
                    holds,
                };
            }
            When::Not(part) => {
                pointer.push_str("/not");
                return self.failing(index, part, number, !wanted, pointer);
            }
            When::All(parts) => (parts, "all"),
            When::Any(parts) => (parts, "any"),
        };
        // The first part that came to what the group came to; an empty group has none.
        let mut parts = parts.iter().enumerate();
        match parts.find(|(_, part)| self.holds(index, part, number, wanted) == holds) {
            Some((at, part)) => {
                pointer.push_str(&format!("/{group}/{at}"));
                self.failing(index, part, number, wanted, pointer)
            }
            None => FailingPart {
                part: Part::EmptyGroup(group),
                holds,
            },
        }
    }

    /// The condition for which it is not found out whether a rule answers.
    fn unjudged(&self, index: usize, number: CallNumber) -> Unjudged {
        let rule = self.set.rule(index);
        let mut pointer = "/when".to_owned();
        self.failing(index, &rule.when, number, true, &mut pointer);
        Unjudged {
            rule: rule.id().to_owned(),
            pointer,
        }
    }

    fn roll(&self, index: usize, number: u32) -> f64 {
        let position = self.set.chance_position(index, number);
        seeded::chance(self.turn.seed, self.turn.exchange, position)
    }
}

/// Whether one of several values fits; `None` where that is not found out.
fn any<T>(values: &[T], fits: impl Fn(&T) -> Option<bool>) -> Option<bool> {
    let mut result = Some(false);
    for value in values {
        match fits(value) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

#[cfg(test)]
mod tests;
