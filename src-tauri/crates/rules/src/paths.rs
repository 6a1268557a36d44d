//! The paths to variables that rules ask for, and what they lead to in one turn.
//!
//! A thousand rules ask for a thousand paths, of which most begin alike. So the paths of a set are
//! one tree of steps ([`PathIndex`]), and in a turn each step is taken once, when the first
//! condition asks for it ([`PathValues`]). Where many steps lead on from one object, its members
//! are looked up among the steps and not the steps among its members.
//!
//! A path of several steps may also be the name of a variable, `a.b`, or begin with one. That is
//! looked for from the variables' side: a turn that has no variable of such a name takes no time.

mod values;

use std::collections::HashMap;

use protocol::{PathStep, VariablePath};

pub(crate) use values::{Found, FoundValues, PathValues};

/// A step in the tree, by its index.
type StepIndex = u32;

/// The paths of a set of rules.
#[derive(Debug, Default)]
pub(crate) struct PathIndex {
    steps: Vec<Step>,
    /// The first steps, by the variables' names.
    variables: HashMap<Box<str>, StepIndex>,
    paths: Vec<Path>,
    /// Their indices by their texts.
    known: HashMap<Box<str>, usize>,
    /// Names of variables that are several steps of a path: which path, and how many steps.
    long_names: HashMap<Box<str>, Vec<(usize, usize)>>,
}

#[derive(Debug)]
struct Path {
    path: VariablePath,
    last: StepIndex,
}

/// A step, and the steps that follow it in some path.
#[derive(Debug)]
struct Step {
    /// The step before; a variable has none.
    before: Option<StepIndex>,
    step: PathStep,
    members: HashMap<Box<str>, StepIndex>,
    items: HashMap<usize, StepIndex>,
    any_item: Option<StepIndex>,
}

impl PathIndex {
    /// The number of a path, the same for each that is written the same.
    pub(crate) fn add(&mut self, path: &VariablePath) -> usize {
        if let Some(number) = self.known.get(path.text()) {
            return *number;
        }
        let number = self.paths.len();
        let last = self.add_steps(path.steps());
        for (name, steps) in path.other_names() {
            let list = self.long_names.entry(name.into()).or_default();
            list.push((number, steps));
        }
        self.known.insert(path.text().into(), number);
        self.paths.push(Path {
            path: path.clone(),
            last,
        });
        number
    }

    fn add_steps(&mut self, path: &[PathStep]) -> StepIndex {
        let mut before = None;
        for step in path {
            let next = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
            let of_before = before.map(|before: StepIndex| &mut self.steps[before as usize]);
            let known = match (of_before, step) {
                (None, PathStep::Member(name)) => {
                    *self.variables.entry(name.as_str().into()).or_insert(next)
                }
                (Some(before), PathStep::Member(name)) => {
                    *before.members.entry(name.as_str().into()).or_insert(next)
                }
                (Some(before), PathStep::Item(number)) => {
                    *before.items.entry(*number).or_insert(next)
                }
                (Some(before), PathStep::AnyItem) => *before.any_item.get_or_insert(next),
                // A path begins with a name.
                (None, PathStep::Item(_) | PathStep::AnyItem) => next,
            };
            if known == next {
                self.steps.push(Step {
                    before,
                    step: step.clone(),
                    members: HashMap::new(),
                    items: HashMap::new(),
                    any_item: None,
                });
            }
            before = Some(known);
        }
        before.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
