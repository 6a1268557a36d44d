//! The tables: one file each, with its part of the schema, its rows, its reads and its writes.

pub(crate) mod bodies;
pub(crate) mod body_pieces;
pub(crate) mod bots;
pub(crate) mod conversations;
pub(crate) mod copied;
pub(crate) mod exchanges;
pub(crate) mod messages;
pub(crate) mod rescue_taken;
pub(crate) mod rules;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod user_names;
