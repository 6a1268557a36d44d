//! All rules of a bot in their order, ready to decide.
//!
//! A turn asks many rules the same things, so every field that any rule asks for has a number,
//! under which a choice keeps what it read; and so has every test, under which it keeps what that
//! came to. Rules that take one event, or one of a few, are found by it; the others are
//! asked in any case.

use std::collections::HashMap;
use std::sync::Arc;

use crate::among::Among;
use crate::compiled::CompiledRule;
use crate::definition::{Field, Test};
use crate::facts::Needs;
use crate::reading::{Asked, Numbers};

/// The rules of a bot.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Entry>,
    asked: Asked,
    /// Enabled rules that take certain events only, in order.
    by_event: HashMap<Box<str>, Vec<usize>>,
    /// All other enabled rules, in order.
    of_any_event: Vec<usize>,
}

#[derive(Debug)]
struct Entry {
    rule: Arc<CompiledRule>,
    /// The number of the field, and of the test, of each of its leaves.
    numbers: Vec<Numbers>,
    /// How many chances the rules above have.
    chances_above: u64,
}

impl RuleSet {
    /// The rules in their order. Compiling is the work, so that a set is made anew when one of its
    /// rules changes.
    #[must_use]
    pub fn new(rules: Vec<Arc<CompiledRule>>) -> Self {
        let mut set = Self::default();
        let mut numbering = Numbering::default();
        let mut numbers = Vec::with_capacity(rules.len());
        for (index, rule) in rules.iter().enumerate() {
            let mut of_rule = Vec::with_capacity(rule.leaves.len());
            for leaf in &rule.leaves {
                of_rule.push(match leaf.test() {
                    None => Numbers::default(),
                    Some(test) => numbering.numbers(&mut set.asked, test),
                });
            }
            numbers.push(of_rule);
            if rule.definition().enabled {
                set.add_to_groups(index, rule);
            }
        }
        drop(numbering);
        let mut chances_above = 0;
        for (rule, numbers) in rules.into_iter().zip(numbers) {
            let chances = u64::from(rule.chances);
            set.rules.push(Entry {
                rule,
                numbers,
                chances_above,
            });
            chances_above += chances;
        }
        set
    }

    fn add_to_groups(&mut self, index: usize, rule: &CompiledRule) {
        match rule.events() {
            Some(events) => {
                for event in events {
                    let indices = self.by_event.entry(event.into()).or_default();
                    // An event may be named twice.
                    if indices.last() != Some(&index) {
                        indices.push(index);
                    }
                }
            }
            None => self.of_any_event.push(index),
        }
    }

    /// The rules in their order.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Arc<CompiledRule>> {
        self.rules.iter().map(|entry| &entry.rule)
    }

    /// What the rules that take part and may take an event ask for, their templates included;
    /// `None` where there are none.
    #[must_use]
    pub fn needs(&self, event: Option<&str>, among: Among) -> Option<Needs> {
        let rules = self.candidates(event).map(|index| self.rule(index));
        let asked = rules.filter(|rule| among.has(&rule.action));
        asked.map(|rule| rule.needs).reduce(Needs::or)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rule at an index in the order.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn rule_at(&self, index: usize) -> &Arc<CompiledRule> {
        self.rule(index)
    }

    pub(crate) fn rule(&self, index: usize) -> &Arc<CompiledRule> {
        &self.rules[index].rule
    }

    /// What they ask for.
    pub(crate) fn asked(&self) -> &Asked {
        &self.asked
    }

    pub(crate) fn numbers(&self, rule: usize, leaf: usize) -> Numbers {
        self.rules[rule].numbers[leaf]
    }

    /// The position of a rule's chance among all of the bot's.
    pub(crate) fn chance_position(&self, rule: usize, number: u32) -> u64 {
        self.rules[rule].chances_above + u64::from(number)
    }

    /// The enabled rules that may take an event, by their indices in order.
    pub fn candidates(&self, event: Option<&str>) -> impl Iterator<Item = usize> + '_ {
        let of_event = event.and_then(|event| self.by_event.get(event));
        let mut of_event = of_event.map_or(&[][..], Vec::as_slice);
        let mut of_any = self.of_any_event.as_slice();
        std::iter::from_fn(move || {
            let from_event = match (of_event.first(), of_any.first()) {
                (None, None) => return None,
                (Some(one), Some(other)) => one < other,
                (one, _) => one.is_some(),
            };
            let list = if from_event {
                &mut of_event
            } else {
                &mut of_any
            };
            let (first, remaining) = list.split_first()?;
            *list = remaining;
            Some(*first)
        })
    }
}

/// The numbers that were given, by what they are given for.
#[derive(Default)]
struct Numbering<'r> {
    texts: HashMap<&'r Field, usize>,
    tests: HashMap<&'r Test, usize>,
}

impl<'r> Numbering<'r> {
    fn numbers(&mut self, asked: &mut Asked, test: &'r Test) -> Numbers {
        let field = match &test.field {
            Field::Variable(path) => asked.paths.add(path),
            field => *self.texts.entry(field).or_insert_with(|| {
                asked.texts.push(field.clone());
                asked.texts.len() - 1
            }),
        };
        let test = self.tests.entry(test).or_insert_with(|| {
            asked.tests += 1;
            asked.tests - 1
        });
        Numbers { field, test: *test }
    }
}
