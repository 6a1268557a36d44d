//! What the paths of a set lead to in one turn.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use json_text::{Kind, NodeIndex, Tree};
use protocol::{NameCase, PathStep, values_below};

use crate::facts::FactVariable;
use crate::paths::{PathIndex, Step, StepIndex};
use crate::work::Budget;

/// Steps that lead on from one value, above which the value is walked and not the steps.
const FEW_STEPS: usize = 4;

/// A value at a path; `None` where the path leads nowhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'f> {
    pub(crate) json: Option<&'f str>,
    /// The variable's index, where the value is in one.
    variable: usize,
    node: NodeIndex,
}

impl<'f> Found<'f> {
    const NOTHING: Self = Self {
        json: None,
        variable: usize::MAX,
        node: 0,
    };
}

/// What a step leads to.
#[derive(Debug)]
enum Reached<'f> {
    /// One value, or nothing.
    One(Found<'f>),
    /// What is behind `[*]`.
    Many(Box<[Found<'f>]>),
    /// Reading the variable is more work than there is left.
    NotRead,
}

/// What a path leads to: for `[*]`, and where several variables fit, several values.
pub(crate) enum FoundValues<'v, 'f> {
    Stored(&'v [Found<'f>]),
    Collected(Vec<Found<'f>>),
}

impl<'f> FoundValues<'_, 'f> {
    pub(crate) fn as_slice(&self) -> &[Found<'f>] {
        match self {
            Self::Stored(found) => found,
            Self::Collected(found) => found,
        }
    }
}

/// The paths of a set in one turn.
pub(crate) struct PathValues<'r, 'f> {
    index: &'r PathIndex,
    variables: &'f [FactVariable<'f>],
    trees: Vec<OnceCell<Option<Tree<&'f str>>>>,
    reached: Vec<OnceCell<Reached<'f>>>,
    /// Of a step, whether all that follow it by a name or a number were taken at once.
    walked: Vec<Cell<bool>>,
    /// Of a path, the variables whose names are several of its steps, and how many.
    long_named: HashMap<usize, Vec<(usize, usize)>>,
}

impl<'r, 'f> PathValues<'r, 'f> {
    pub(crate) fn new(index: &'r PathIndex, variables: &'f [FactVariable<'f>]) -> Self {
        let reached: Vec<OnceCell<Reached<'f>>> =
            index.steps.iter().map(|_| OnceCell::new()).collect();
        let mut long_named: HashMap<usize, Vec<_>> = HashMap::new();
        // Of several variables of one name the last counts, as in templates and in JSON.
        for (at, variable) in variables.iter().enumerate().rev() {
            if let Some(step) = index.variables.get(variable.name) {
                let found = Found {
                    json: Some(variable.json),
                    variable: at,
                    node: Tree::<&str>::ROOT,
                };
                let _ = reached[*step as usize].set(Reached::One(found));
            }
            for (path, steps) in index.long_names.get(variable.name).into_iter().flatten() {
                let list = long_named.entry(*path).or_default();
                let is_same = |(other, _): &(usize, usize)| variables[*other].name == variable.name;
                if !list.iter().any(is_same) {
                    list.push((at, *steps));
                }
            }
        }
        Self {
            index,
            variables,
            trees: variables.iter().map(|_| OnceCell::new()).collect(),
            reached,
            walked: vec![Cell::new(false); index.steps.len()],
            long_named,
        }
    }

    /// What a path leads to, by its number; `None` where that is not found out.
    ///
    /// Where several variables fit, what one of them has outweighs that another has it not.
    pub(crate) fn get(&self, path: usize, budget: &Budget) -> Option<FoundValues<'_, 'f>> {
        let indexed = &self.index.paths[path];
        let nothing = || FoundValues::Stored(&[Found::NOTHING]);
        let found = match self.reach(indexed.last, budget) {
            None => None,
            Some(Reached::NotRead) => return None,
            Some(Reached::One(found)) => Some(std::slice::from_ref(found)),
            Some(Reached::Many(found)) => Some(&**found),
        };
        let Some(others) = self.long_named.get(&path) else {
            return Some(found.map_or_else(nothing, FoundValues::Stored));
        };
        let mut by_variable: Vec<Vec<Found<'f>>> = found.map(<[_]>::to_vec).into_iter().collect();
        for (variable, steps) in others {
            let below = &indexed.path.steps()[*steps..];
            by_variable.push(self.below(*variable, below, budget)?);
        }
        let has_it = |found: &Vec<Found<'f>>| found.iter().any(|one| one.json.is_some());
        if by_variable.iter().any(has_it) {
            by_variable.retain(has_it);
        }
        Some(FoundValues::Collected(by_variable.concat()))
    }

    /// What steps lead to in a variable.
    fn below(
        &self,
        variable: usize,
        steps: &[PathStep],
        budget: &Budget,
    ) -> Option<Vec<Found<'f>>> {
        if steps.is_empty() {
            return Some(vec![Found {
                json: Some(self.variables[variable].json),
                variable,
                node: Tree::<&str>::ROOT,
            }]);
        }
        let Some(tree) = self.tree(variable, budget)? else {
            return Some(vec![Found::NOTHING]);
        };
        let nodes = values_below(tree, steps, NameCase::Exact).into_iter();
        let found =
            nodes.map(|node| node.map_or(Found::NOTHING, |node| self.at(variable, tree, node)));
        Some(found.collect())
    }

    fn at(&self, variable: usize, tree: &Tree<&'f str>, node: NodeIndex) -> Found<'f> {
        Found {
            json: Some(tree.span(node).of(self.variables[variable].json)),
            variable,
            node,
        }
    }

    /// What a step leads to; `None` where there is no such variable.
    fn reach(&self, step: StepIndex, budget: &Budget) -> Option<&Reached<'f>> {
        let cell = &self.reached[step as usize];
        if let Some(reached) = cell.get() {
            return Some(reached);
        }
        let taken = &self.index.steps[step as usize];
        // A path has at most 64 steps.
        let before = taken.before?;
        let from = self.reach(before, budget)?;
        let reached = match from {
            _ if self.walked[before as usize].get() && taken.step != PathStep::AnyItem => {
                Reached::One(Found::NOTHING)
            }
            Reached::NotRead => Reached::NotRead,
            Reached::One(found) => match self.step_from(*found, before, taken, budget) {
                Some(Some(reached)) => reached,
                Some(None) => return cell.get().or_else(|| self.nothing_at(step)),
                None => Reached::NotRead,
            },
            Reached::Many(found) => self
                .steps_from(found, &taken.step, budget)
                .map_or(Reached::NotRead, Reached::Many),
        };
        Some(cell.get_or_init(|| reached))
    }

    fn nothing_at(&self, step: StepIndex) -> Option<&Reached<'f>> {
        let cell = &self.reached[step as usize];
        Some(cell.get_or_init(|| Reached::One(Found::NOTHING)))
    }

    /// What a step leads to from one value: nothing where all the steps from it were taken.
    fn step_from(
        &self,
        from: Found<'f>,
        before: StepIndex,
        taken: &Step,
        budget: &Budget,
    ) -> Option<Option<Reached<'f>>> {
        let nothing = Some(Some(Reached::One(Found::NOTHING)));
        if from.json.is_none() {
            return nothing;
        }
        let Some(tree) = self.tree(from.variable, budget)? else {
            return nothing;
        };
        let steps = &self.index.steps[before as usize];
        let is_many = match (tree.kind(from.node), &taken.step) {
            (Kind::Object, PathStep::Member(_)) => steps.members.len() > FEW_STEPS,
            (Kind::Array, PathStep::Item(_)) => steps.items.len() > FEW_STEPS,
            _ => false,
        };
        if is_many {
            self.walk(from, before, tree);
            return Some(None);
        }
        Some(Some(match stepped(tree, from.node, &taken.step) {
            Stepped::Nothing => Reached::One(Found::NOTHING),
            Stepped::One(node) => Reached::One(self.at(from.variable, tree, node)),
            Stepped::Items => {
                let items = tree.children(from.node);
                let items = items.map(|node| self.at(from.variable, tree, node));
                Reached::Many(items.collect())
            }
        }))
    }

    /// Takes all steps from a value.
    fn walk(&self, from: Found<'f>, before: StepIndex, tree: &Tree<&'f str>) {
        let steps = &self.index.steps[before as usize];
        let reach = |step: &StepIndex, node| {
            let found = self.at(from.variable, tree, node);
            let _ = self.reached[*step as usize].set(Reached::One(found));
        };
        if tree.kind(from.node) == Kind::Object {
            for node in tree.members(from.node) {
                let step = steps.members.get(&*tree.name(node));
                // A name that is no text is none that a path can have.
                let step = step.filter(|_| tree.has_text_name(node));
                step.into_iter().for_each(|step| reach(step, node));
            }
        } else {
            for (number, node) in tree.children(from.node).enumerate() {
                let step = steps.items.get(&number);
                step.into_iter().for_each(|step| reach(step, node));
            }
        }
        self.walked[before as usize].set(true);
    }

    /// What a step leads to from each of several values.
    fn steps_from(
        &self,
        from: &[Found<'f>],
        step: &PathStep,
        budget: &Budget,
    ) -> Option<Box<[Found<'f>]>> {
        let mut all = Vec::with_capacity(from.len());
        for found in from {
            let tree = match found.json {
                Some(_) => self.tree(found.variable, budget)?,
                None => None,
            };
            let Some(tree) = tree else {
                all.push(Found::NOTHING);
                continue;
            };
            match stepped(tree, found.node, step) {
                Stepped::Nothing => all.push(Found::NOTHING),
                Stepped::One(node) => all.push(self.at(found.variable, tree, node)),
                Stepped::Items => {
                    let items = tree.children(found.node);
                    all.extend(items.map(|node| self.at(found.variable, tree, node)));
                }
            }
        }
        Some(all.into())
    }

    /// A variable, read; `None` within for one that is no JSON, and without for one whose reading
    /// is more work than there is left.
    fn tree(&self, variable: usize, budget: &Budget) -> Option<Option<&Tree<&'f str>>> {
        let cell = &self.trees[variable];
        if let Some(tree) = cell.get() {
            return Some(tree.as_ref());
        }
        let json = self.variables[variable].json;
        budget.charge(json.len() as u64)?;
        Some(cell.get_or_init(|| Tree::new(json).ok()).as_ref())
    }

    /// Where a value of a variable stands, with the numbers of its items: `cart[1].sku`.
    pub(crate) fn path_of(&self, found: &Found<'f>) -> Option<String> {
        let variable = self.variables.get(found.variable)?;
        let tree = self.trees[found.variable].get()?.as_ref()?;
        let mut path = variable.name.to_owned();
        let mut at = Tree::<&str>::ROOT;
        while at != found.node {
            let within = |child: &NodeIndex| {
                *child <= found.node && tree.span(*child).end() >= tree.span(found.node).end()
            };
            let (number, child) = tree
                .children(at)
                .enumerate()
                .find(|(_, child)| within(child))?;
            match tree.kind(at) {
                Kind::Array => path.push_str(&format!("[{number}]")),
                _ => path.push_str(&format!(".{}", tree.name(child))),
            }
            at = child;
        }
        Some(path)
    }
}

/// Where one step leads in a tree.
enum Stepped {
    Nothing,
    One(NodeIndex),
    Items,
}

fn stepped(tree: &Tree<&str>, node: NodeIndex, step: &PathStep) -> Stepped {
    let found = match step {
        PathStep::Member(name) => tree.member(node, name),
        PathStep::Item(number) => tree.item(node, *number),
        PathStep::AnyItem if tree.kind(node) == Kind::Array => return Stepped::Items,
        PathStep::AnyItem => None,
    };
    found.map_or(Stepped::Nothing, Stepped::One)
}
