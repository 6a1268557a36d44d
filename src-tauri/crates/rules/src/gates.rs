//! Which rules a turn may fit at all, without asking each: most ask for one value of one field.
//!
//! Of a rule that needs a field to be one of a few values, one such need is its gate: a turn with
//! another value is not asked for the rest. Of several needs the one that the fewest rules share
//! is taken. Leaving such a rule out changes nothing: one condition of `all` that fails decides,
//! whatever the others come to.

use std::collections::HashMap;

use crate::compiled::{CompiledRule, JsonTest, Leaf, Predicate, TextTest, When};
use crate::definition::Field;
use crate::reading::{Numbers, Reading};

/// The enabled rules by their gates.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    /// By the number of a field of texts.
    texts: Vec<(usize, ByValue)>,
    /// By the number of a path.
    paths: Vec<(usize, Path)>,
    /// Those without a gate.
    open: Vec<usize>,
}

/// The rules behind each value, in their order.
type ByValue = HashMap<Box<str>, Vec<usize>>;

#[derive(Debug, Default)]
struct Path {
    /// By JSON texts that are equal where their values are.
    by_value: ByValue,
    /// All of them: a value that has another spelling is compared one by one.
    all: Vec<usize>,
}

/// A need of a rule that can be its gate.
struct Need<'r> {
    place: Place,
    values: Vec<&'r str>,
}

/// What a gate looks at.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Text(usize),
    Path(usize),
}

/// The needs of a rule: of each one that is not fulfilled it follows that the rule does not answer.
fn needs<'r>(rule: &'r CompiledRule, numbers: &[Numbers], when: &'r When, all: &mut Vec<Need<'r>>) {
    let leaf = match when {
        When::All(parts) => {
            for part in parts {
                needs(rule, numbers, part, all);
            }
            return;
        }
        When::Leaf(leaf) => *leaf,
        When::Any(_) | When::Not(_) => return,
    };
    let Leaf::Test {
        definition,
        predicate,
    } = &rule.leaves[leaf]
    else {
        return;
    };
    let field = numbers[leaf].field;
    let need = match predicate {
        // Looking a whole body up costs as much as comparing it.
        Predicate::Text(_) if definition.field == Field::Body => return,
        Predicate::Text(TextTest::Is(value)) => Need {
            place: Place::Text(field),
            values: vec![value],
        },
        Predicate::Text(TextTest::In(values)) => Need {
            place: Place::Text(field),
            values: values.iter().map(AsRef::as_ref).collect(),
        },
        Predicate::Json(JsonTest::Is(value)) if value.is_plain() => Need {
            place: Place::Path(field),
            values: vec![&value.text],
        },
        Predicate::Json(JsonTest::In(values)) if values.iter().all(|one| one.is_plain()) => Need {
            place: Place::Path(field),
            values: values.iter().map(|one| &*one.text).collect(),
        },
        _ => return,
    };
    all.push(need);
}

impl Gates {
    /// The gates of enabled rules, each with the numbers of its leaves.
    pub(crate) fn new(rules: &[(&CompiledRule, &[Numbers])]) -> Self {
        let each: Vec<Vec<Need<'_>>> = rules
            .iter()
            .map(|(rule, numbers)| {
                let mut all = Vec::new();
                if rule.definition().enabled {
                    needs(rule, numbers, &rule.when, &mut all);
                }
                all
            })
            .collect();
        let mut shared: HashMap<(Place, &str), usize> = HashMap::new();
        for need in each.iter().flatten() {
            for value in &need.values {
                *shared.entry((need.place, value)).or_default() += 1;
            }
        }
        let mut gates = Self::default();
        for (index, needs) in each.iter().enumerate() {
            if !rules[index].0.definition().enabled {
                continue;
            }
            let company = |need: &&Need<'_>| {
                let of_value = need
                    .values
                    .iter()
                    .map(|value| shared[&(need.place, *value)]);
                of_value.max().unwrap_or_default()
            };
            match needs.iter().min_by_key(company) {
                None => gates.open.push(index),
                Some(need) => gates.add(need, index),
            }
        }
        gates
    }

    fn add(&mut self, need: &Need<'_>, index: usize) {
        let by_value = match need.place {
            Place::Text(number) => of(&mut self.texts, number),
            Place::Path(number) => {
                let path = of(&mut self.paths, number);
                path.all.push(index);
                &mut path.by_value
            }
        };
        for value in &need.values {
            let behind = by_value.entry((*value).into()).or_default();
            // A value may be named twice.
            if behind.last() != Some(&index) {
                behind.push(index);
            }
        }
    }

    /// The rules that a turn may fit, in their order.
    pub(crate) fn let_through(&self, reading: &Reading<'_, '_>) -> Vec<usize> {
        let mut through = self.open.clone();
        for (number, by_value) in &self.texts {
            let texts = reading.texts(*number).iter().flatten();
            let behind = texts.filter_map(|text| by_value.get(text.as_ref()));
            through.extend(behind.flatten());
        }
        for (number, path) in &self.paths {
            let Some(found) = reading.path(*number) else {
                // Not found out: so is each of their conditions.
                through.extend(&path.all);
                continue;
            };
            let values = found.as_slice().iter().filter_map(|found| found.json);
            for json in values {
                if crate::compiled::is_plain(json) {
                    through.extend(path.by_value.get(json).into_iter().flatten());
                } else if may_be_plain(json) {
                    through.extend(&path.all);
                }
            }
        }
        through.sort_unstable();
        through.dedup();
        through
    }
}

/// Whether a value that is not plain may be equal to one that is: texts and numbers alone may.
fn may_be_plain(json: &str) -> bool {
    let begins = json.trim_start().as_bytes().first();
    !matches!(begins, Some(b'{' | b'[' | b't' | b'f' | b'n'))
}

fn of<T: Default>(all: &mut Vec<(usize, T)>, number: usize) -> &mut T {
    let at = all.iter().position(|(known, _)| *known == number);
    let at = at.unwrap_or_else(|| {
        all.push((number, T::default()));
        all.len() - 1
    });
    &mut all[at].1
}
