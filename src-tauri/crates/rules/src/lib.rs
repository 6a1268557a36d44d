//! Rules that answer a bot: what they are, which one takes a turn, with what, and why.
//!
//! Pure: facts, states, time and seeds come in as values, decisions and states to write go out.
//! Definitions ([`definition`]) are what a person edits; [`CompiledRule`] is what decides.

#![warn(missing_docs)]

mod among;
mod choose;
mod compiled;
pub mod definition;
mod error;
mod facts;
mod file;
mod gates;
mod patch;
mod paths;
mod preview;
mod reading;
mod seeded;
mod sentence;
mod set;
mod shadow;
mod state;
mod template;
mod value_test;
mod vocabulary;
mod words;
mod work;

pub use among::Among;
pub use choose::{
    Choice, Chosen, Explanation, Failed, JudgedCondition, Matched, PreparedCallback,
    PreparedForward, PreparedHold, PreparedReply, Taken, Turn, Unjudged,
};
pub use compiled::CompiledRule;
pub use definition::Rule;
pub use error::{RuleError, RuleErrorKind};
pub use facts::{FactVariable, Facts, Needs, PreviousTurn};
pub use file::{read_file, write_file};
pub use patch::{PatchError, PreparedPatch, patch};
pub use preview::{DraftTurn, Preview, PreviewedAnswer, PreviewedTurn, Refused};
pub use set::RuleSet;
pub use shadow::RuleFinding;
pub use state::{RecordedState, RecordedStates, RuleState, StateChange, States, StatesInMemory};
/// Reading documents that a person writes: YAML with where its values are, and its fields.
pub mod source {
    pub use crate::definition::{Cursor, Fields};
    pub use crate::file::{File, Location, Locations, read, write_object};
}

pub use template::{FUEL, Inputs, Mode, OUTPUT_MAX_BYTES, Template, TemplateError};
pub use value_test::ValueTest;
