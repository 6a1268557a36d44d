//! The tables: one file each, plain functions over a connection.

pub(crate) mod bodies;
pub(crate) mod bots;
pub(crate) mod exchanges;
pub(crate) mod search;
pub(crate) mod settings;
