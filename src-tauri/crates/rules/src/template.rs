//! Templates: Jinja (`minijinja`) over the facts of a turn, for bodies that are mostly JSON.
//!
//! **Sandbox.** A template sees [`Inputs`] and nothing else: no files, no clock, no randomness of
//! its own. Work is counted as fuel, by instruction, by byte and by item ([`FUEL`]), and reading
//! variables by an allowance of their own; what runs out stops. All templates of a turn share both.
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

mod depth;
mod filters;
mod inputs;
mod json;
mod library;
mod number;
mod rewrite;
mod values;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use json_text::Position;
use messages::{Message, Say};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};

pub use inputs::Inputs;
pub(crate) use values::quoted;

use crate::definition::BODY_MAX_BYTES;
use crate::words::{problems, templates};
use rewrite::{RewriteError, Rewritten};

/// The work that the templates of a turn may do together: loops of some 10,000 steps. The slowest
/// templates that were found end within 60 ms (`cargo xtask bench rules`).
pub const FUEL: u64 = 50_000;

/// What is left of the fuel of a turn.
#[derive(Debug)]
pub(crate) struct Fuel(Cell<u64>);

impl Fuel {
    pub(crate) const fn full() -> Self {
        Self(Cell::new(FUEL))
    }
}

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
    /// Which of several templates, as a JSON pointer below the reply or the call that has them.
    pub pointer: String,
    /// Where in its source.
    pub position: Position,
}

impl Say for TemplateError {
    fn message(&self) -> Message {
        self.message.clone()
    }
}

impl TemplateError {
    pub(crate) fn new(message: impl Into<Message>, position: Position) -> Self {
        Self {
            message: message.into(),
            pointer: String::new(),
            position,
        }
    }

    /// The same, of the template at this pointer.
    pub(crate) fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
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
            let position = position(error, source, rewritten);
            TemplateError::new(problems::TEMPLATE.arg(detail), position)
        };
        if let Some(offset) = depth::too_deep_at(source) {
            let message = problems::TEMPLATE_DEEP
                .arg(depth::DEPTH_MAX as u64)
                .arg(depth::NESTING_MAX as u64);
            let position = Position::in_text(source, offset);
            return Err(TemplateError::new(message, position));
        }
        let rewritten = rewrite::rewrite(source, mode).map_err(|error| match error {
            RewriteError::Syntax(error) => syntax(&error, None),
            RewriteError::UnevenQuotes(offset) => {
                let position = Position::in_text(source, offset);
                TemplateError::new(&problems::TEMPLATE_QUOTES, position)
            }
        })?;
        let mut environment = Environment::new();
        environment.set_debug(true);
        environment.set_syntax(rewrite::syntax());
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_formatter(filters::write);
        environment.set_recursion_limit(RECURSION);
        environment.remove_global("debug");
        for nesting in NESTING_FILTERS {
            environment.remove_filter(nesting);
        }
        library::add(&mut environment);
        environment.add_filter("tojson", filters::tojson);
        environment.add_filter("escape", filters::escape);
        environment.add_filter("e", filters::escape);
        environment.add_filter(rewrite::OPERAND, filters::operand);
        environment.add_filter(rewrite::SIZED, filters::sized);
        environment.add_filter(rewrite::FLAT, filters::flat);
        environment.add_filter(rewrite::HELD, filters::held);
        environment.add_filter(rewrite::OUTSIDE, filters::outside);
        environment.add_filter(rewrite::WITHIN, filters::within);
        let added = unpanicked(|| environment.add_template_owned(NAME, rewritten.text.clone()));
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

    /// Runs it by itself.
    ///
    /// # Errors
    /// Why it failed, and where.
    pub fn render(&self, inputs: &Inputs) -> Result<String, TemplateError> {
        self.render_with(inputs, &Fuel::full())
    }

    /// Runs it as one of several templates of a turn.
    pub(crate) fn render_with(
        &self,
        inputs: &Inputs,
        fuel: &Fuel,
    ) -> Result<String, TemplateError> {
        let remaining = fuel.0.get();
        let mut limited = None;
        if remaining < FUEL {
            let mut environment = Environment::clone(&self.environment);
            environment.set_fuel(Some(remaining));
            limited = Some(environment);
        }
        let environment = limited.as_ref().unwrap_or(&self.environment);
        let template = environment.get_template(NAME);
        let rendered =
            unpanicked(|| template.and_then(|template| template.render_captured(inputs.context())));
        let exceeded = |position| TemplateError::new(&templates::FUEL, position);
        let rendered = rendered.map_err(|error| {
            // How much a failed template used is not known.
            fuel.0.set(match error.kind() {
                ErrorKind::OutOfFuel => 0,
                _ => remaining / 2,
            });
            let failure = self.failure(&error);
            match inputs.is_exceeded() {
                true => exceeded(failure.position),
                false => failure,
            }
        })?;
        if inputs.is_exceeded() {
            return Err(exceeded(Position::START));
        }
        let levels = rendered.state().fuel_levels();
        fuel.0.set(levels.map_or(0, |(_, remaining)| remaining));
        let output = rendered.into_output();
        if output.len() > OUTPUT_MAX_BYTES {
            let message = templates::TOO_LONG.arg(OUTPUT_MAX_BYTES as u64);
            return Err(TemplateError::new(message, Position::START));
        }
        Ok(output)
    }

    fn failure(&self, error: &minijinja::Error) -> TemplateError {
        let source = &self.rewritten.source;
        let range = error.range().map(|range| {
            self.rewritten.origin(range.start)..self.rewritten.origin_of_end(range.end)
        });
        // Of a name behind a dot the library gives the last part.
        let text = range
            .and_then(|range| source.get(path_start(source, range.start)..range.end))
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
        TemplateError::new(message, position(error, source, Some(&self.rewritten)))
    }
}

/// Where the path begins that goes on with a dot or a bracket at an offset.
fn path_start(source: &str, offset: usize) -> usize {
    let rest = source.get(offset..);
    let goes_on = rest.is_some_and(|rest| rest.starts_with(['.', '[']));
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
    match goes_on {
        true => source[..offset].trim_end_matches(is_path).len(),
        false => offset,
    }
}

/// Has the library do something. Where it panics, one template has failed, and not the turn.
fn unpanicked<T>(ask: impl FnOnce() -> Result<T, minijinja::Error>) -> Result<T, minijinja::Error> {
    // What it worked on is dropped with the error.
    catch_unwind(AssertUnwindSafe(ask)).unwrap_or_else(|_| {
        let detail = "the template library gave up";
        Err(minijinja::Error::new(ErrorKind::InvalidOperation, detail))
    })
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
