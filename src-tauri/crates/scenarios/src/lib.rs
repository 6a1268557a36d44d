//! Scenarios: what a file says, what each step sends, whether its answer is as expected, and the
//! report.
//!
//! Pure: files are read and requests are sent by whoever runs a scenario. [`load`] checks all of a
//! file before anything is sent; [`Play`] gives the requests and takes the answers.

#![warn(missing_docs)]

mod accept;
mod definition;
mod expect;
mod files;
mod junit;
mod matcher;
mod mutation;
mod play;
mod recorded;
mod send;
mod table;
mod template;
mod words;

pub use accept::{Accepted, accept};
pub use definition::{FileError, VERSION, schema};
pub use expect::Failure;
pub use files::{Case, Loaded, ReadError, ReadFile, load, load_text};
pub use junit::{Suite, junit};
pub use mutation::{Mutation, Mutations};
pub use play::{Next, Outbound, Play, Reply, StepResult, StepState};
pub use recorded::{NotPlayed, RecordedTurn, Shape, Volatile, from_turns, volatile};
pub use template::Values;

#[cfg(test)]
mod tests;
