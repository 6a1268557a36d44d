//! JSON Schema 2020-12 for conditions: nothing is fetched, no circles, no explosion.
//!
//! The validator follows references as it validates. One that leads in a circle would never end,
//! and a few levels of parts that each refer to the next one twice would take years. So the
//! schema's size with all references written out is computed first ([`sizes`]), and circles are
//! refused. A value is judged where size times values fits into what is left of the budget;
//! `pattern` is an [`Expression`] with the same budget.
//!
//! Numbers beyond 64 bits and fractions are compared as doubles: the validator knows no others
//! without changing how the whole program reads JSON.

mod sizes;

use std::cell::Cell;
use std::sync::Arc;

use jsonschema::{Keyword, PatternOptions, ValidationError, Validator};
use messages::Message;
use serde_json::{Map, Value};

use crate::compiled::expression::{self, Expression, REGEX_MAX_BYTES};
use crate::words::problems;
use crate::work::Budget;
use sizes::{Size, Sizes};

/// Parts of a schema with its references written out: a guess far above hand-written ones.
const PARTS_MAX: u64 = 10_000;

/// Steps that reading a byte of JSON takes.
const STEPS_PER_BYTE: u64 = 2;

/// A compiled schema.
#[derive(Debug)]
pub(crate) struct Schema {
    validator: Validator,
    size: Size,
}

impl Schema {
    /// Compiles a schema.
    ///
    /// # Errors
    /// What is wrong with it, and the pointer to the place in it.
    pub(crate) fn new(json: &str) -> Result<Self, (Message, String)> {
        let schema: Value = serde_json::from_str(json)
            .map_err(|error| (problems::SCHEMA.arg(error.to_string()), String::new()))?;
        let size = expression::on_trial(|| Sizes::new(&schema).whole())?;
        if size.parts > PARTS_MAX {
            return Err((problems::SCHEMA_TOO_LARGE.arg(PARTS_MAX), String::new()));
        }
        let patterns = PatternOptions::regex()
            .size_limit(REGEX_MAX_BYTES)
            .dfa_size_limit(REGEX_MAX_BYTES);
        let options = jsonschema::draft202012::options()
            .with_pattern_options(patterns)
            .with_keyword("pattern", |_: &Map<String, Value>, value: &Value, _| {
                match value.as_str().map(pattern) {
                    Some(Ok(expression)) => {
                        Ok(Box::new(Pattern(Arc::new(expression))) as Box<dyn for<'i> Keyword<'i>>)
                    }
                    // The schema's own schema has refused what is no text.
                    _ => Err(ValidationError::custom("no regular expression")),
                }
            })
            .offline();
        let validator = options.build(&schema).map_err(|error| {
            let pointer = error.instance_path().to_string();
            (problems::SCHEMA.arg(error.to_string()), pointer)
        })?;
        Ok(Self { validator, size })
    }

    /// Whether a value is valid; `None` where that is not found out.
    pub(crate) fn is_valid(&self, json: &str, budget: &Budget) -> Option<bool> {
        budget.charge(json.len() as u64 * STEPS_PER_BYTE)?;
        let Ok(value) = serde_json::from_str::<Value>(json) else {
            return Some(false);
        };
        let (values, name_bytes) = extent(&value);
        let names = self.size.name_states.saturating_mul(name_bytes);
        budget.charge(self.size.parts.saturating_mul(values).saturating_add(names))?;
        PATTERNS.with(|patterns| {
            patterns.budget.set(budget.remaining());
            patterns.all_judged.set(true);
            let is_valid = self.validator.is_valid(&value);
            budget.set(patterns.budget.remaining());
            patterns.all_judged.get().then_some(is_valid)
        })
    }
}

/// The expression of a `pattern`, which is one of ECMAScript: `\d` is a digit of ASCII.
fn pattern(source: &str) -> Result<Expression, Message> {
    match jsonschema_regex::to_rust_regex(source) {
        Ok(translated) => Expression::new(&translated),
        Err(()) => Expression::new(source),
    }
}

/// The values in a value, itself included, and the bytes of their names.
fn extent(value: &Value) -> (u64, u64) {
    let (mut values, mut name_bytes) = (0, 0);
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        values += 1;
        match value {
            Value::Array(items) => pending.extend(items),
            Value::Object(members) => {
                name_bytes += members.keys().map(|name| name.len() as u64).sum::<u64>();
                pending.extend(members.values());
            }
            _ => {}
        }
    }
    (values, name_bytes)
}

/// What the patterns of the schema that this thread judges by may do. The library hands nothing
/// through to a keyword but the value.
struct Patterns {
    budget: Budget,
    all_judged: Cell<bool>,
}

thread_local! {
    static PATTERNS: Patterns = const {
        Patterns {
            budget: Budget::new(0),
            all_judged: Cell::new(true),
        }
    };
}

/// `pattern`, within the budget.
struct Pattern(Arc<Expression>);

impl<'i> Keyword<'i> for Pattern {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        match Keyword::is_valid(self, instance) {
            true => Ok(()),
            false => Err(ValidationError::custom("the pattern does not fit")),
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        let Some(text) = instance.as_str() else {
            return true;
        };
        PATTERNS.with(|patterns| match self.0.is_match(text, &patterns.budget) {
            Some(fits) => fits,
            None => {
                patterns.all_judged.set(false);
                false
            }
        })
    }
}

#[cfg(test)]
mod tests;
