//! What one test says about another of the same field, for every turn.
//!
//! The functions give `None` where the proof takes more steps than there are left.

use std::cmp::Ordering;

use json_text::compare_numbers;
use protocol::{Comparison, PathStep};

use crate::compiled::{Bound, CountTest, JsonTest, Leaf, Predicate, TextTest};
use crate::definition::{Field, Op, Test};
use crate::work::Work;

/// A leaf of a conjunction, and whether it stands there as it is or negated.
pub(super) type Literal<'r> = (&'r Leaf, bool);

/// Whether one test holds whenever another does.
pub(super) fn implies(one: &Leaf, other: &Leaf, work: &Work) -> Option<bool> {
    let Some((test, predicate, other_test, other)) = tests(one, other) else {
        // Two chances are drawn apart.
        return Some(false);
    };
    if test.field != other_test.field {
        return Some(false);
    }
    if is_part_of_body(test) || is_part_of_body(other_test) {
        return Some(same(test, other_test));
    }
    match (predicate, other) {
        // Two rules number their calls apart.
        (Predicate::Count(_), _) | (_, Predicate::Count(_)) => Some(false),
        _ if same(test, other_test) => Some(true),
        (Predicate::Text(one), Predicate::Text(other)) => text_implies(one, other, work),
        (Predicate::Json(one), Predicate::Json(other)) => json_implies(one, other, work),
        _ => Some(false),
    }
}

/// Two leaves, where both are tests.
fn tests<'r>(
    one: &'r Leaf,
    other: &'r Leaf,
) -> Option<(&'r Test, &'r Predicate, &'r Test, &'r Predicate)> {
    match (one, other) {
        (
            Leaf::Test {
                definition: one,
                predicate: one_predicate,
                ..
            },
            Leaf::Test {
                definition: other,
                predicate: other_predicate,
                ..
            },
        ) => Some((one, one_predicate, other, other_predicate)),
        _ => None,
    }
}

fn same(one: &Test, other: &Test) -> bool {
    one.op == other.op && one.value == other.value
}

/// Whether a test looks for a part of the body, whose text is then another: with its escapes
/// resolved.
fn is_part_of_body(test: &Test) -> bool {
    test.field == Field::Body && test.op == Op::Contains
}

/// Whether each of several proofs succeeds; each is a step.
fn all<T>(
    values: impl IntoIterator<Item = T>,
    work: &Work,
    proof: impl Fn(T) -> Option<bool>,
) -> Option<bool> {
    for value in values {
        work.budget.charge(1)?;
        if !proof(value)? {
            return Some(false);
        }
    }
    Some(true)
}

/// For each text: whether what fulfils one test fulfils another.
fn text_implies(one: &TextTest, other: &TextTest, work: &Work) -> Option<bool> {
    match (one, other) {
        (TextTest::Is(text), other) => other.fits(Some(text), work),
        (TextTest::In(texts), other) => all(texts, work, |text| other.fits(Some(text), work)),
        (TextTest::Absent, other) => other.fits(None, work),
        (TextTest::IsNot(_), _) => Some(false),
        (_, TextTest::Present) => Some(true),
        (one, TextTest::IsNot(text)) => Some(!one.fits(Some(text), work)?),
        (TextTest::Contains(part), TextTest::Contains(smaller)) => {
            Some(part.text.contains(&*smaller.text))
        }
        (TextTest::Compare(one), TextTest::Compare(other)) => Some(bound_implies(one, other)),
        _ => Some(false),
    }
}

/// The same for JSON values.
fn json_implies(one: &JsonTest, other: &JsonTest, work: &Work) -> Option<bool> {
    match (one, other) {
        (JsonTest::Changed, _) | (_, JsonTest::Changed) | (JsonTest::IsNot(_), _) => Some(false),
        (JsonTest::Absent, other) => other.fits(None, work),
        (_, JsonTest::Present) => Some(true),
        (JsonTest::Is(value), other) => by_value(other, &value.text, true, work),
        (JsonTest::In(values), other) => all(values, work, |value| {
            by_value(other, &value.text, true, work)
        }),
        (one, JsonTest::IsNot(value)) => by_value(one, &value.text, false, work),
        (JsonTest::Contains(part), JsonTest::Contains(smaller)) => {
            Some(part.text.contains(&*smaller.text))
        }
        (JsonTest::Compare(one), JsonTest::Compare(other)) => Some(bound_implies(one, other)),
        _ => Some(false),
    }
}

/// Whether a value, however it is written, fulfils a test, or does not.
fn by_value(test: &JsonTest, json: &str, wanted: bool, work: &Work) -> Option<bool> {
    if !is_by_value(test, json) {
        return Some(false);
    }
    Some(test.fits(Some(json), work)? == wanted)
}

/// Whether a test judges a value and not how it is written: `1.0` and `1` are one value, of which
/// only the first contains a dot. Equal strings have equal texts.
fn is_by_value(test: &JsonTest, json: &str) -> bool {
    match test {
        JsonTest::Is(_) | JsonTest::IsNot(_) | JsonTest::In(_) => true,
        JsonTest::Compare(_) | JsonTest::Present | JsonTest::Absent => true,
        JsonTest::Contains(_) | JsonTest::Matches(_) => json.starts_with('"'),
        JsonTest::Changed | JsonTest::Schema(_) => false,
    }
}

/// Whether a number within one bound is within another.
fn bound_implies(one: &Bound, other: &Bound) -> bool {
    let Some(order) = compare_numbers(&one.text, &other.text) else {
        return false;
    };
    match (one.comparison, other.comparison) {
        (Comparison::Less, Comparison::Less) => order.is_le(),
        (Comparison::Greater, Comparison::Greater) => order.is_ge(),
        _ => false,
    }
}

/// Whether a test alone never holds.
pub(super) fn never(leaf: &Leaf) -> bool {
    match leaf {
        Leaf::Chance { share, .. } => *share <= 0.0,
        Leaf::Test { predicate, .. } => match predicate {
            Predicate::Text(TextTest::In(texts)) => texts.is_empty(),
            Predicate::Json(JsonTest::In(values)) => values.is_empty(),
            Predicate::Count(test) => match test {
                CountTest::Is(number) => *number == 0,
                CountTest::In(numbers) => numbers.iter().all(|number| *number == 0),
                CountTest::Less(number) => *number <= 1,
                CountTest::IsNot(_) | CountTest::Greater(_) | CountTest::Every(_) => false,
            },
            Predicate::Text(_) | Predicate::Json(_) => false,
        },
    }
}

/// Whether two literals of one rule cannot hold in one turn.
pub(super) fn excludes(one: Literal<'_>, other: Literal<'_>, work: &Work) -> Option<bool> {
    match (one, other) {
        ((one, true), (other, true)) => {
            Some(tests_exclude(one, other, work)? || tests_exclude(other, one, work)?)
        }
        ((one, true), (other, false)) | ((other, false), (one, true)) => {
            Some(is_same_count(one, other) || implies(one, other, work)?)
        }
        ((_, false), (_, false)) => Some(false),
    }
}

/// Within one rule a number of calls is one number.
fn is_same_count(one: &Leaf, other: &Leaf) -> bool {
    tests(one, other).is_some_and(|(test, predicate, other_test, other)| {
        let are_counts = matches!(
            (predicate, other),
            (Predicate::Count(_), Predicate::Count(_))
        );
        are_counts && same(test, other_test)
    })
}

/// Whether what fulfils one test cannot fulfil another of the same field.
fn tests_exclude(one: &Leaf, other: &Leaf, work: &Work) -> Option<bool> {
    let Some((test, predicate, other_test, other)) = tests(one, other) else {
        return Some(false);
    };
    let is_searched = is_part_of_body(test) || is_part_of_body(other_test);
    if test.field != other_test.field || !has_one_value(&test.field) || is_searched {
        return Some(false);
    }
    match (predicate, other) {
        (Predicate::Text(one), Predicate::Text(other)) => texts_exclude(one, other, work),
        (Predicate::Json(one), Predicate::Json(other)) => values_exclude(one, other, work),
        (Predicate::Count(one), Predicate::Count(other)) => Some(counts_exclude(one, other)),
        _ => Some(false),
    }
}

fn texts_exclude(one: &TextTest, other: &TextTest, work: &Work) -> Option<bool> {
    let misfits = |text: Option<&str>| Some(!other.fits(text, work)?);
    match (one, other) {
        (TextTest::Is(text), _) => misfits(Some(text)),
        (TextTest::In(texts), _) => all(texts, work, |text| misfits(Some(text))),
        (TextTest::Absent, _) => misfits(None),
        (TextTest::Compare(one), TextTest::Compare(other)) => Some(bounds_exclude(one, other)),
        _ => Some(false),
    }
}

fn values_exclude(one: &JsonTest, other: &JsonTest, work: &Work) -> Option<bool> {
    match (one, other) {
        (JsonTest::Changed, _) | (_, JsonTest::Changed) => Some(false),
        (JsonTest::Is(value), _) => by_value(other, &value.text, false, work),
        (JsonTest::In(values), _) => all(values, work, |value| {
            by_value(other, &value.text, false, work)
        }),
        (JsonTest::Absent, _) => Some(!other.fits(None, work)?),
        (JsonTest::Compare(one), JsonTest::Compare(other)) => Some(bounds_exclude(one, other)),
        _ => Some(false),
    }
}

fn counts_exclude(one: &CountTest, other: &CountTest) -> bool {
    match (one, other) {
        (CountTest::Is(call), _) => !other.holds(*call),
        (CountTest::In(calls), _) => calls.iter().all(|call| !other.holds(*call)),
        (CountTest::Less(below), CountTest::Greater(above)) => *below <= above.saturating_add(1),
        _ => false,
    }
}

/// Whether no number is below the first bound and above the second.
fn bounds_exclude(one: &Bound, other: &Bound) -> bool {
    matches!(
        (one.comparison, other.comparison),
        (Comparison::Less, Comparison::Greater)
    ) && compare_numbers(&one.text, &other.text).is_some_and(Ordering::is_le)
}

/// Whether a field never has several values: headers and parameters may be repeated, items are
/// many, and a path of several steps may lead into several variables. So may a name in quotes: the
/// quotes may be a variable's own.
fn has_one_value(field: &Field) -> bool {
    match field {
        Field::Header(_) | Field::Query(_) => false,
        Field::Variable(path) => {
            matches!(path.steps(), [PathStep::Member(_)]) && path.other_names().next().is_none()
        }
        _ => true,
    }
}
