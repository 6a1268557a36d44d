//! What exchanges say together: what differs between two of them, where conversations begin, why a
//! variable has its value, and whether what was answered comes back.
//!
//! Pure: texts in, values out; no number goes through a float.

#![warn(missing_docs)]

mod carry;
mod compare;
mod grouping;
mod proof;
mod why;

pub use carry::{CarriedValue, EarlierTurn, Following, Parting, carry, following};
pub use compare::{
    Change, ChangeKind, Comparison, ContentKind, Contents, Decoded, HeaderChange, TooMuch, compare,
    compare_headers,
};
pub use grouping::{RequestMarks, TurnMarks, begins};
pub use proof::{Evidence, InferredRule, Proof, ProofTurn, Proved, ReadTurn, Verdict, prove};
pub use why::{StepKind, ValueStep, VariableTurn, why};
