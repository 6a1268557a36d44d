//! Sentences for a person, in Russian and English.
//!
//! A crate that says something declares it once with [`messages!`]: a name, a code and the words
//! in both languages in one entry. A [`Message`] is such an entry with the values for its
//! placeholders; it becomes text only where the reader's language is known ([`Message::text`]).
//! Every table brings its own test that both languages exist and take the same values.
//!
//! Pure, and below every other crate of the product.

#![warn(missing_docs)]

mod foreign;
mod lang;
mod message;
mod parity;
mod table;

pub use foreign::{foreign, foreign_cause};
pub use lang::{Lang, UnknownLang};
pub use message::{Arg, Message, Say};
pub use parity::assert_parity;
pub use table::Words;
