//! The history on disk: the only crate that speaks SQL.
//!
//! One thread writes, in groups; a call that changes something returns after the commit that
//! holds it, so whatever a caller was answered survives a kill of the process. Reads have
//! connections of their own and never wait for the writer. See `writer` for how a change travels,
//! `table` for the tables, `filter` for what a list can be asked.

#![warn(missing_docs)]

mod age_clock;
mod aside;
mod backlog;
mod checkpointer;
mod coding;
mod compiled_filter;
mod connection;
mod convert;
mod damage;
mod database_file;
mod deadline;
mod documents;
mod error;
mod filter;
mod functions;
mod grouping;
mod health;
mod inspection;
mod job;
mod last_turns;
mod lock;
mod maintenance;
mod notices;
mod open;
mod outside;
mod pack;
mod pages;
mod private_files;
mod query;
mod queue;
mod reader;
mod record;
mod rescue;
mod reserve;
#[cfg(test)]
#[path = "../tests/store/sample.rs"]
mod sample;
mod schema;
mod session;
mod shared;
mod store;
mod table;
mod text;
mod types;
mod version;
mod words;
mod writer;

pub use error::{NotSaved, NotSavedKind, OpenError, StoreError};
pub use health::{Damaged, Health, Replaced};
pub use lock::{read_holder, read_last_holder};
pub use open::{OpenReport, StoreOptions};
pub use store::Store;
pub use types::{
    Annotated, Annotation, Bot, Change, Clock, Conversation, ConversationPage, ConversationQuery,
    Count, Counts, DeleteWhat, Deletion, DocumentKind, Inserted, ListQuery, LostRows, NextTurn,
    Page, ProvedTurns, ReadAnew, Restored, Retention, RuleSeen, RuleUses, SettingsOfBot, Stopwatch,
    StoredRule, StoredRuleState, UndoToken, UpdateOutcome, UserName,
};
