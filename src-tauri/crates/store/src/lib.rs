//! The history on disk: the only crate that speaks SQL.
//!
//! One thread writes, in groups; a call that changes something returns after the commit that
//! holds it, so whatever was told to a caller survives a kill of the process. Reads have
//! connections of their own and never wait for the writer. See `writer` for how a change travels,
//! `schema` for the tables, `filter` for what a list can be asked.

#![warn(missing_docs)]

mod backlog;
mod checkpointer;
mod clock;
mod coding;
mod connection;
mod error;
mod filter;
mod functions;
mod health;
mod lock;
mod maintenance;
mod open;
mod pack;
mod query;
mod queue;
mod reader;
mod schema;
mod store;
mod table;
mod text;
mod types;
mod version;
mod writer;

pub use error::{NotSaved, OpenError, StoreError};
pub use health::Health;
pub use lock::read_lock_note;
pub use open::{OpenReport, StoreOptions};
pub use store::Store;
pub use types::{Bot, Change, Counts, DeleteWhat, Deletion, ListQuery, Page, Retention, Stopwatch};
