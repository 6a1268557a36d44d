//! JSON as text, exact to the digit.
//!
//! One scanner walks a text once, without recursion, and reports to a [`Sink`] where each part
//! stands; nothing here turns a number into a float or a value into a copy. `serde_json` stays
//! the judge of what is JSON (a property test compares the two), but it neither gives exact
//! positions nor keeps duplicate keys, and it stops at 128 levels.
//!
//! Pure: texts in, values out.

#![warn(missing_docs)]

mod equal;
mod error;
mod number;
mod pointer;
mod position;
mod print;
mod scan;
mod string;
mod survey;
mod tree;
mod values;
mod words;

pub use equal::same_value;
pub use error::{JsonError, SyntaxError};
pub use number::{Number, compare_numbers, has_no_whole_part, in_javascript, is_zero};
pub use pointer::{push_index, push_key};
pub use position::{Position, Positions};
pub use print::{compact, pretty};
pub use scan::{Kind, Scalar, Sink, Span, scan};
pub use string::{char_count, same_string, unescape_lossy};
pub use survey::{
    Annotation, AnnotationKind, Entry, LONG_STRING_CHARS, MAX_PER_KIND, Survey, survey,
};
pub use tree::{NodeIndex, Tree};
pub use values::{NumberedValues, ValueNumbers};
pub use words::problems;

#[cfg(test)]
mod tests;
