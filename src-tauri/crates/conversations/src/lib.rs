//! What exchanges say together: what differs between two of them.
//!
//! Pure: texts in, values out; no number goes through a float.

#![warn(missing_docs)]

mod compare;

pub use compare::{
    Change, ChangeKind, Comparison, ContentKind, Contents, HeaderChange, TooMuch, compare,
    compare_headers,
};
