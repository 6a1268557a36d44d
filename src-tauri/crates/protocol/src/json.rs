//! JSON text, exact to the digit.
//!
//! One scanner walks a text once, without recursion, and tells a [`scan::Sink`] what stands
//! where; nothing here turns a number into a float or a value into a copy. serde_json stays the
//! judge of what is JSON (a property test compares the two), but it neither gives exact places
//! nor keeps duplicate keys, and it stops at 128 levels.

pub(crate) mod equal;
mod error;
mod number;
mod print;
mod scan;
mod string;
mod survey;

pub use error::JsonError;
pub use print::{compact, pretty};

pub(crate) use number::is_zero;
pub(crate) use scan::{Kind, Span};
pub(crate) use string::{char_count, same_string, unescape_lossy};
pub(crate) use survey::{Entry, LONG_STRING_CHARS, NOTES_PER_KIND, Note, NoteKind, Survey, survey};

#[cfg(test)]
mod tests;
