//! One rule as a text file, for a folder under version control.
//!
//! The format is YAML 1.2, one document, one rule, the definition's own names in their own order;
//! bodies of several lines are literal blocks, so that a difference shows lines. A plain scalar
//! is `null`, `true`, `false`, a number as JSON writes it, or text; numbers keep their digits.
//! Anchors, aliases and tags are refused: a rule needs none, and they can make a small file
//! large.
//!
//! A file is read into the JSON text of the definition, with where each of its values is in the
//! file, and goes the one way of all definitions from there. Which files there are is the
//! engine's.

mod locations;
mod read;
mod write;

use json_text::Position;

pub use locations::{Location, Locations};
pub use read::{File, read};

use crate::compiled::CompiledRule;
use crate::definition::Rule;
use crate::error::{RuleError, RuleErrorKind};

/// Reads and compiles a rule from the text of a file.
///
/// # Errors
/// The first place that does not fit, as a pointer and as a position in the file.
pub fn read_file(text: &str) -> Result<CompiledRule, RuleError> {
    let file = read(text)?;
    let rule = CompiledRule::from_json(&file.json)
        .and_then(|rule| rule.definition().check_names().map(|()| rule));
    rule.map_err(|error| {
        let position = file.position(text, &error);
        error.at(position)
    })
}

/// The text of a file for a rule.
#[must_use]
pub fn write_file(rule: &Rule) -> String {
    write::write(&rule.to_json())
}

/// A JSON object as the text of a file.
#[must_use]
pub fn write_object(json: &str) -> String {
    write::write(json)
}

impl File {
    /// Where in the file an error is.
    #[must_use]
    pub fn position(&self, text: &str, error: &RuleError) -> Position {
        let Some(location) = self.locations.find(&error.pointer) else {
            return Position::START;
        };
        let within = error
            .position
            .filter(|_| error.kind == RuleErrorKind::TemplateSyntax);
        match within.and_then(|within| location.within(text, within)) {
            Some(position) => position,
            None if error.is_about_a_name() => location.name,
            None => location.value,
        }
    }
}

#[cfg(test)]
mod tests;
