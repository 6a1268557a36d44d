//! Templates: Jinja (`minijinja`) over the facts of a turn, for bodies that are mostly JSON.
//!
//! **Sandbox.** A template sees [`Inputs`] and nothing else: no files, no clock, no randomness of
//! its own. Work is counted as fuel, by instruction, by byte and by item ([`FUEL`]); what runs
//! out stops.
//!
//! **Numbers keep their digits.** A variable's number that the library would write otherwise
//! (`1290.00`, `1e2`, more than 128 bits) is an object that prints as it was sent. Where a
//! template counts with it the library's own number is taken, so `vars.total * 2` is 2580.
//!
//! **Strings are escaped where they stand** (mode [`Mode::Json`]): within quotes of the
//! template's text a value is escaped for them, `"Hello {{ vars.name }}"`; outside a string
//! becomes a JSON string with its quotes and everything else its JSON text, `{"name": {{
//! vars.name }}}`. `| tojson` gives JSON text and `| safe` leaves a text as it is. What `{% set
//! %}` captures and what a macro gives is text, and is escaped where it is written.
//!
//! **What is undefined** can be asked for (`if vars.x`, `vars.x is defined`, `| default(…)`) and
//! not be written: an answer with a hole in it is worse than none, and the default answer goes
//! out.
//!
//! The last two need the template's tree: [`rewrite`] reads it and adds filters to the source, and
//! places of errors are led back to the source as it was written.

mod filters;
mod inputs;
mod json;
mod number;
mod rewrite;
mod values;

use std::collections::BTreeSet;
use std::sync::Arc;

use json_text::Position;
use messages::{Message, Say};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};

pub use inputs::Inputs;
pub(crate) use values::quoted;

use crate::definition::BODY_MAX_BYTES;
use crate::words::{problems, templates};
use rewrite::Rewritten;

/// The work that a template may do: loops of some 20,000 steps. The slowest templates that were
/// found end within 60 ms in release (`examples/measure.rs`).
pub const FUEL: u64 = 100_000;

/// Macros within macros. The library's 500 take more stack than a thread of a server has to have.
const RECURSION: usize = 50;

/// Filters that put what they are given one level deeper each time they are applied in a row.
const NESTING_FILTERS: &[&str] = &["batch", "slice", "zip", "groupby"];

/// Bytes that a template may give, as long as an answer is read whole.
pub const OUTPUT_MAX_BYTES: usize = BODY_MAX_BYTES * 4;

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The body is JSON.
    Json,
    /// The body is anything else: texts as they are.
    Plain,
}

/// A compiled template.
#[derive(Clone, Debug)]
pub struct Template {
    environment: Arc<Environment<'static>>,
    rewritten: Arc<Rewritten>,
}

/// Why a template cannot be parsed, or failed while it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    pub(crate) message: Message,
    /// Where in its source.
    pub position: Position,
}

impl Say for TemplateError {
    fn message(&self) -> Message {
        self.message.clone()
    }
}

impl std::fmt::Display for TemplateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Position { line, column, .. } = self.position;
        write!(f, "{line}:{column}: {}", self.message)
    }
}

impl std::error::Error for TemplateError {}

/// The name of the one template of an environment.
const NAME: &str = "template";

impl Template {
    /// Compiles a template.
    ///
    /// # Errors
    /// Why it cannot be parsed, and where.
    pub fn new(source: &str, mode: Mode) -> Result<Self, TemplateError> {
        let syntax = |error: &minijinja::Error, rewritten: Option<&Rewritten>| {
            let detail = error
                .detail()
                .map_or_else(|| error.kind().to_string(), str::to_owned);
            TemplateError {
                message: problems::TEMPLATE.arg(detail),
                position: position(error, source, rewritten),
            }
        };
        let rewritten = rewrite::rewrite(source, mode).map_err(|error| syntax(&error, None))?;
        let mut environment = Environment::new();
        environment.set_debug(true);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_formatter(filters::write);
        environment.set_recursion_limit(RECURSION);
        environment.remove_global("debug");
        for nesting in NESTING_FILTERS {
            environment.remove_filter(nesting);
        }
        environment.add_filter("tojson", filters::tojson);
        environment.add_filter(rewrite::OPERAND, filters::operand);
        environment.add_filter(rewrite::SIZED, filters::sized);
        environment.add_filter(rewrite::FLAT, filters::flat);
        environment.add_filter(rewrite::OUTSIDE, filters::outside);
        environment.add_filter(rewrite::WITHIN, filters::within);
        let added = environment.add_template_owned(NAME, rewritten.text.clone());
        added.map_err(|error| syntax(&error, Some(&rewritten)))?;
        Ok(Self {
            environment: Arc::new(environment),
            rewritten: Arc::new(rewritten),
        })
    }

    /// The names of [`Inputs`] that it uses.
    #[must_use]
    pub fn names(&self) -> BTreeSet<String> {
        let template = self.environment.get_template(NAME);
        let names = template.map(|template| template.undeclared_variables(false));
        names
            .map(|names| names.into_iter().collect())
            .unwrap_or_default()
    }

    /// Runs it.
    ///
    /// # Errors
    /// Why it failed, and where.
    pub fn render(&self, inputs: &Inputs) -> Result<String, TemplateError> {
        let template = self.environment.get_template(NAME);
        let rendered = template.and_then(|template| template.render(inputs.context()));
        let output = rendered.map_err(|error| self.failure(&error))?;
        if output.len() > OUTPUT_MAX_BYTES {
            return Err(TemplateError {
                message: templates::TOO_LONG.arg(OUTPUT_MAX_BYTES as u64),
                position: Position::START,
            });
        }
        Ok(output)
    }

    fn failure(&self, error: &minijinja::Error) -> TemplateError {
        let source = &self.rewritten.source;
        let range = error.range().map(|range| {
            self.rewritten.origin(range.start)..self.rewritten.origin_of_end(range.end)
        });
        let text = range
            .and_then(|range| source.get(range))
            .unwrap_or_default()
            .trim();
        let message = match error.kind() {
            ErrorKind::OutOfFuel => Message::from(&templates::FUEL),
            ErrorKind::UndefinedError if !text.is_empty() => templates::UNDEFINED.arg(text),
            _ if error.detail() == Some(json::NOT_JSON) => templates::NOT_JSON.arg(text),
            _ => {
                let detail = error.detail().map(str::to_owned);
                templates::FAILED.arg(detail.unwrap_or_else(|| error.kind().to_string()))
            }
        };
        TemplateError {
            message,
            position: position(error, source, Some(&self.rewritten)),
        }
    }
}

/// Where an error is in the source as it was written.
fn position(error: &minijinja::Error, source: &str, rewritten: Option<&Rewritten>) -> Position {
    if let Some(range) = error.range() {
        let start = rewritten.map_or(range.start, |rewritten| rewritten.origin(range.start));
        return Position::in_text(source, start);
    }
    // A line without a range: its beginning.
    let line = error.line().unwrap_or(1);
    let before = source.split_inclusive('\n').take(line.saturating_sub(1));
    Position::in_text(source, before.map(str::len).sum())
}

#[cfg(test)]
mod tests;
