//! What decides: a rule with its expressions, schemas and templates compiled, once.
//!
//! The types here mirror the definition's and are others on purpose: a definition is kept and
//! shown as a person wrote it, and these hold what running it takes. What of a definition cannot
//! be compiled is refused with its place.
//!
//! How the operators stand to the filter's signs (`protocol::filter`), which mean the same where
//! they can say the same; a property test holds both against each other (`compiled/tests.rs`):
//!
//! - `equals` on `var:` is equality of JSON values, so `"50"` is not `50`. The filter's `=` has
//!   no quotes to tell them by and takes either, without case: it finds all that `equals` finds.
//! - `equals` on texts is the whole text, letter for letter. The filter's `event:"…"` leaves case
//!   aside: it finds all that `equals` finds.
//! - `not_equals` is not `equals`, of any one value; what is absent is no such value, and counts.
//! - `in` is `equals` with any of the list.
//! - `contains` on `var:` is the filter's `~`, on texts the filter's `:` without quotes: a part,
//!   without case; in a body its escapes are resolved, too.
//! - `less` and `greater` on `var:` are the filter's `<` and `>`; a string that is written as a
//!   number counts. On texts they compare the text so, which the filter does not.
//! - `present`, `absent`, `matches`, `schema`, `changed` and `every` are nothing that the filter
//!   says.
//!
//! Names of variables compare letter for letter, as in the bot and as in templates; the filter
//! leaves their case aside.
//!
//! A field of several values (`[*]`, a header or a parameter that is repeated) is judged value by
//! value, and one that fits is enough: `not_equals` holds where one differs, `absent` where one
//! item lacks it, and of an empty list nothing holds. `changed` compares all of them with all of
//! before.

mod expression;
mod predicate;
mod rule;
mod schema;

pub(crate) use expression::Expression;
pub(crate) use predicate::{Bound, CountTest, JsonTest, Predicate, TextTest, is_plain};
pub use rule::CompiledRule;
pub(crate) use rule::{
    CompiledAction, CompiledField, CompiledPatch, CompiledReply, Leaf, ReplyBody, When,
};
pub(crate) use schema::Schema;

#[cfg(test)]
mod tests;
