//! All rules of a bot in their order, ready to decide.
//!
//! A turn asks many rules the same things, so every field that any rule asks for has a number,
//! under which a choice keeps what it read; and so has every test, under which it keeps what that
//! came to. Rules that need a field to be one of a few values are found by it ([`Gates`]); the
//! others are asked in any case.

use std::collections::HashMap;
use std::sync::Arc;

use crate::among::Among;
use crate::compiled::CompiledRule;
use crate::definition::{Field, Test};
use crate::facts::Needs;
use crate::gates::Gates;
use crate::reading::{Asked, Numbers, Reading};

/// The rules of a bot.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Entry>,
    asked: Asked,
    /// The enabled rules by what they need.
    gates: Gates,
    /// What the enabled rules ask for that take certain events only.
    needs_by_event: HashMap<Box<str>, NeedsAmong>,
    /// What all other enabled rules ask for.
    needs_of_any: NeedsAmong,
}

/// What rules ask for, as far as they take part: see [`Among`].
#[derive(Clone, Copy, Debug, Default)]
struct NeedsAmong {
    asking: Option<Needs>,
    answering: Option<Needs>,
}

impl NeedsAmong {
    fn add(&mut self, rule: &CompiledRule) {
        let needs = match Among::Asking.has(&rule.action) {
            true => &mut self.asking,
            false => &mut self.answering,
        };
        *needs = either(*needs, Some(rule.needs));
    }

    fn of(&self, among: Among) -> Option<Needs> {
        match among {
            Among::All => either(self.asking, self.answering),
            Among::Asking => self.asking,
            Among::Answering => self.answering,
        }
    }
}

fn either(one: Option<Needs>, other: Option<Needs>) -> Option<Needs> {
    one.into_iter().chain(other).reduce(Needs::or)
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
        for rule in &rules {
            let mut of_rule = Vec::with_capacity(rule.leaves.len());
            for leaf in &rule.leaves {
                of_rule.push(match leaf.test() {
                    None => Numbers::default(),
                    Some(test) => numbering.numbers(&mut set.asked, test),
                });
            }
            numbers.push(of_rule);
            if rule.definition().enabled {
                set.add_needs(rule);
            }
        }
        drop(numbering);
        let pairs = rules.iter().zip(&numbers);
        let pairs: Vec<_> = pairs.map(|(rule, of)| (&**rule, &**of)).collect();
        set.gates = Gates::new(&pairs);
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

    fn add_needs(&mut self, rule: &CompiledRule) {
        match rule.events() {
            None => self.needs_of_any.add(rule),
            Some(events) => {
                for event in events {
                    self.needs_by_event
                        .entry(event.into())
                        .or_default()
                        .add(rule);
                }
            }
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
        let of_event = event.and_then(|event| self.needs_by_event.get(event));
        let of_event = of_event.and_then(|needs| needs.of(among));
        either(self.needs_of_any.of(among), of_event)
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

    /// The enabled rules that a turn may fit, by their indices in order.
    pub(crate) fn candidates(&self, reading: &Reading<'_, '_>) -> Vec<usize> {
        self.gates.let_through(reading)
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
