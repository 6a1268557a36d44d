//! What exchanges say together: what differs between two of them, where conversations begin, and
//! why a variable has its value.
//!
//! Pure: texts in, values out; no number goes through a float.

#![warn(missing_docs)]

mod compare;
mod grouping;
mod why;

pub use compare::{
    Change, ChangeKind, Comparison, ContentKind, Contents, HeaderChange, TooMuch, compare,
    compare_headers,
};
pub use grouping::{RequestMarks, TurnMarks, begins};
pub use why::{StepKind, ValueStep, VariableTurn, why};
