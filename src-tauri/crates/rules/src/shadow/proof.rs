//! Proofs over conditions.

use std::collections::HashMap;

use json_text::compare_numbers;
use messages::Message;
use protocol::{Comparison, PathStep, VariableTest};

use crate::compiled::{CompiledRule, CountTest, JsonTest, Judge, Leaf, TextTest, When};
use crate::definition::{Field, Test};
use crate::sentence;
use crate::words::nevers;

/// Proves within a number of steps.
pub(super) struct Prover {
    steps: u64,
}

/// A leaf of a conjunction, and whether it stands there as it is or negated.
type Literal<'r> = (&'r Leaf, bool);

impl Prover {
    pub(super) const fn new(steps: u64) -> Self {
        Self { steps }
    }

    /// Counts a step; `false` where there are none left.
    fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_sub(1);
        self.steps > 0
    }

    /// Whether one rule's conditions hold whenever another's do.
    pub(super) fn implies(&mut self, rule: &CompiledRule, above: &CompiledRule) -> bool {
        let few = rule.leaves.len() * above.leaves.len() <= FEW_PAIRS;
        let mut pairs = Pairs {
            rule,
            above,
            known: (!few).then(HashMap::new),
        };
        pairs.implies(self, &rule.when, &above.when, false)
    }

    /// Why a rule's conditions never hold together.
    pub(super) fn never(&mut self, rule: &CompiledRule) -> Option<Message> {
        self.contradiction(rule, &rule.when)
    }

    fn contradiction(&mut self, rule: &CompiledRule, when: &When) -> Option<Message> {
        if !self.step() {
            return None;
        }
        match when {
            When::Leaf(index) => alone(&rule.leaves[*index]),
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
                        if !self.step() {
                            return None;
                        }
                        if excludes(*one, *other) {
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
    rule: &'r CompiledRule,
    above: &'r CompiledRule,
    /// What was proved, or not, of two conditions, by where they are. Every way through the groups
    /// leads to them again, which costs less than the table where there are few.
    known: Option<HashMap<(usize, usize), bool>>,
}

impl<'r> Pairs<'r> {
    /// Whether `then` holds whenever `when` does. Within a negation the two rules have changed
    /// places.
    fn implies(
        &mut self,
        prover: &mut Prover,
        when: &'r When,
        then: &'r When,
        turned: bool,
    ) -> bool {
        let address = |when: &When| std::ptr::from_ref(when).addr();
        let key = (address(when), address(then));
        let known = self.known.as_ref().and_then(|known| known.get(&key));
        if let Some(known) = known {
            return *known;
        }
        if !prover.step() {
            return false;
        }
        let proved = self.prove(prover, when, then, turned);
        if let Some(known) = &mut self.known {
            known.insert(key, proved);
        }
        proved
    }

    fn prove(&mut self, prover: &mut Prover, when: &'r When, then: &'r When, turned: bool) -> bool {
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
                leaf_implies(&rule.leaves[*one], &above.leaves[*other])
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

    /// Whether one of several conditions that hold together is enough.
    fn one_of(
        &mut self,
        prover: &mut Prover,
        when: &'r When,
        then: &'r When,
        turned: bool,
    ) -> bool {
        match when {
            When::All(parts) => parts
                .iter()
                .any(|part| self.implies(prover, part, then, turned)),
            When::Any(_) | When::Not(_) | When::Leaf(_) => false,
        }
    }
}

/// Whether one test holds whenever another does, for every turn.
fn leaf_implies(one: &Leaf, other: &Leaf) -> bool {
    let (
        Leaf::Test {
            definition: test,
            judge,
            ..
        },
        Leaf::Test {
            definition: other_test,
            judge: other,
            ..
        },
    ) = (one, other)
    else {
        // Two chances are drawn apart.
        return false;
    };
    if test.field != other_test.field {
        return false;
    }
    match (judge, other) {
        // Two rules number their calls apart.
        (Judge::Count(_), _) | (_, Judge::Count(_)) => false,
        _ if same(test, other_test) => true,
        (Judge::Text(one), Judge::Text(other)) => text_implies(one, other),
        (Judge::Json(one), Judge::Json(other)) => json_implies(one, other),
        _ => false,
    }
}

fn same(one: &Test, other: &Test) -> bool {
    one.op == other.op && one.value == other.value
}

/// For each text: whether what fulfils one test fulfils another.
fn text_implies(one: &TextTest, other: &TextTest) -> bool {
    match (one, other) {
        (TextTest::Is(text), other) => other.fits(Some(text)) == Some(true),
        (TextTest::In(texts), other) => texts
            .iter()
            .all(|text| other.fits(Some(text)) == Some(true)),
        (TextTest::Absent, other) => other.fits(None) == Some(true),
        (TextTest::IsNot(_), _) => false,
        (_, TextTest::Present) => true,
        (one, TextTest::IsNot(text)) => one.fits(Some(text)) == Some(false),
        (TextTest::Contains(part), TextTest::Contains(smaller)) => part.contains(&**smaller),
        (TextTest::Compare(one, number), TextTest::Compare(other, bound)) => {
            bound_implies((*one, number), (*other, bound))
        }
        _ => false,
    }
}

/// The same for JSON values.
fn json_implies(one: &JsonTest, other: &JsonTest) -> bool {
    match (one, other) {
        (JsonTest::Changed, _) | (_, JsonTest::Changed) | (JsonTest::IsNot(_), _) => false,
        (JsonTest::Absent, other) => other.fits(None) == Some(true),
        (_, JsonTest::Present) => true,
        (JsonTest::Is(value), other) => fits_each_spelling(other, &value.text),
        (JsonTest::In(values), other) => values
            .iter()
            .all(|value| fits_each_spelling(other, &value.text)),
        (one, JsonTest::IsNot(value)) => {
            is_by_value(one, &value.text) && one.fits(Some(&value.text)) == Some(false)
        }
        (
            JsonTest::Filter(VariableTest::Contains(part)),
            JsonTest::Filter(VariableTest::Contains(smaller)),
        ) => part.to_lowercase().contains(&smaller.to_lowercase()),
        (
            JsonTest::Filter(VariableTest::Compare(one, number)),
            JsonTest::Filter(VariableTest::Compare(other, bound)),
        ) => bound_implies((*one, number), (*other, bound)),
        _ => false,
    }
}

/// Whether a value fulfils a test, however the same value is written.
fn fits_each_spelling(test: &JsonTest, json: &str) -> bool {
    is_by_value(test, json) && test.fits(Some(json)) == Some(true)
}

/// Whether a test judges a value and not how it is written: `1.0` and `1` are one value, of which
/// only the first contains a dot. Equal strings have equal texts.
fn is_by_value(test: &JsonTest, json: &str) -> bool {
    match test {
        JsonTest::Is(_) | JsonTest::IsNot(_) | JsonTest::In(_) => true,
        JsonTest::Filter(VariableTest::Compare(..)) => true,
        JsonTest::Present | JsonTest::Absent => true,
        JsonTest::Filter(_) | JsonTest::Matches(_) => json.starts_with('"'),
        JsonTest::Changed | JsonTest::Schema(_) => false,
    }
}

/// Whether a number within one bound is within another.
fn bound_implies(one: (Comparison, &str), other: (Comparison, &str)) -> bool {
    let Some(order) = compare_numbers(one.1, other.1) else {
        return false;
    };
    match (one.0, other.0) {
        (Comparison::Less, Comparison::Less) => order.is_le(),
        (Comparison::Greater, Comparison::Greater) => order.is_ge(),
        _ => false,
    }
}

/// Why a test alone never holds.
fn alone(leaf: &Leaf) -> Option<Message> {
    let never = match leaf {
        Leaf::Chance { share, .. } => *share <= 0.0,
        Leaf::Test { judge, .. } => match judge {
            Judge::Text(TextTest::In(texts)) => texts.is_empty(),
            Judge::Json(JsonTest::In(values)) => values.is_empty(),
            Judge::Count(test) => match test {
                CountTest::Is(number) => *number == 0,
                CountTest::In(numbers) => numbers.iter().all(|number| *number == 0),
                CountTest::Less(number) => *number <= 1,
                CountTest::IsNot(_) | CountTest::Greater(_) | CountTest::Every(_) => false,
            },
            Judge::Text(_) | Judge::Json(_) => false,
        },
    };
    never.then(|| nevers::ONE.arg(sentence::leaf(leaf)))
}

/// Whether two literals of one rule cannot hold in one turn.
fn excludes(one: Literal<'_>, other: Literal<'_>) -> bool {
    match (one, other) {
        ((one, true), (other, true)) => tests_exclude(one, other) || tests_exclude(other, one),
        ((one, true), (other, false)) | ((other, false), (one, true)) => {
            leaf_implies(one, other) || is_same_count(one, other)
        }
        ((_, false), (_, false)) => false,
    }
}

/// Within one rule a number of calls is one number.
fn is_same_count(one: &Leaf, other: &Leaf) -> bool {
    match (one, other) {
        (
            Leaf::Test {
                definition: test,
                judge: Judge::Count(_),
                ..
            },
            Leaf::Test {
                definition: other,
                judge: Judge::Count(_),
                ..
            },
        ) => same(test, other),
        _ => false,
    }
}

/// Whether what fulfils one test cannot fulfil another of the same field.
fn tests_exclude(one: &Leaf, other: &Leaf) -> bool {
    let (
        Leaf::Test {
            definition: test,
            judge,
            ..
        },
        Leaf::Test {
            definition: other_test,
            judge: other,
            ..
        },
    ) = (one, other)
    else {
        return false;
    };
    if test.field != other_test.field || !has_one_value(&test.field) {
        return false;
    }
    match (judge, other) {
        (Judge::Text(TextTest::Is(text)), Judge::Text(other)) => {
            other.fits(Some(text)) == Some(false)
        }
        (Judge::Text(TextTest::In(texts)), Judge::Text(other)) => texts
            .iter()
            .all(|text| other.fits(Some(text)) == Some(false)),
        (Judge::Text(TextTest::Absent), Judge::Text(other)) => other.fits(None) == Some(false),
        (
            Judge::Text(TextTest::Compare(Comparison::Less, below)),
            Judge::Text(TextTest::Compare(Comparison::Greater, above)),
        ) => is_empty_between(above, below),
        (Judge::Json(JsonTest::Changed), _) | (_, Judge::Json(JsonTest::Changed)) => false,
        (Judge::Json(JsonTest::Is(value)), Judge::Json(other)) => misfits_each(other, &value.text),
        (Judge::Json(JsonTest::In(values)), Judge::Json(other)) => {
            values.iter().all(|value| misfits_each(other, &value.text))
        }
        (Judge::Json(JsonTest::Absent), Judge::Json(other)) => other.fits(None) == Some(false),
        (
            Judge::Json(JsonTest::Filter(VariableTest::Compare(Comparison::Less, below))),
            Judge::Json(JsonTest::Filter(VariableTest::Compare(Comparison::Greater, above))),
        ) => is_empty_between(above, below),
        (Judge::Count(CountTest::Is(call)), Judge::Count(other)) => !other.holds(*call),
        (Judge::Count(CountTest::In(calls)), Judge::Count(other)) => {
            calls.iter().all(|call| !other.holds(*call))
        }
        (Judge::Count(CountTest::Less(below)), Judge::Count(CountTest::Greater(above))) => {
            *below <= above.saturating_add(1)
        }
        _ => false,
    }
}

fn misfits_each(test: &JsonTest, json: &str) -> bool {
    is_by_value(test, json) && test.fits(Some(json)) == Some(false)
}

/// Whether no number is above one bound and below another.
fn is_empty_between(above: &str, below: &str) -> bool {
    compare_numbers(below, above).is_some_and(std::cmp::Ordering::is_le)
}

/// Whether a field never has several values: headers and parameters may be repeated, items are
/// many, and a path of several steps may lead into several variables.
fn has_one_value(field: &Field) -> bool {
    match field {
        Field::Header(_) | Field::Query(_) => false,
        Field::Variable(path) => matches!(path.steps(), [PathStep::Member(_)]),
        _ => true,
    }
}
