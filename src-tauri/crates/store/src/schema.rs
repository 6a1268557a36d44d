//! The database's versions: what of the tables' files each of them added.
//!
//! A released migration never changes. `exchanges` holds what the list shows and nothing bulky,
//! `messages` the bytes, one row for each side of an exchange. `search` is an index only: it stores
//! no text. Names of states, platforms and the like are stored as the API spells them, so that the
//! file can be read with any SQLite tool.

use rusqlite::{Connection, TransactionBehavior};

use crate::table::{
    bodies, body_pieces, bots, conversations, exchanges, messages, rules, search, settings,
    user_names,
};

/// Marks the file as this app's history, in SQLite's `application_id`: "Hklp".
pub(crate) const APPLICATION_ID: i32 = 0x486b_6c70;

/// What one version adds to the one before it.
type Step = fn(&Connection) -> rusqlite::Result<()>;

/// The migrations in order; the database's `user_version` is how many of them were applied.
const STEPS: &[Step] = &[
    |conn| {
        conn.execute_batch(exchanges::CREATE)?;
        conn.execute_batch(bodies::CREATE)?;
        conn.execute_batch(bots::CREATE)?;
        conn.execute_batch(settings::CREATE)?;
        conn.execute_batch(search::CREATE)
    },
    |conn| conn.execute_batch(bots::ADD_ENDPOINT),
    |conn| conn.execute_batch(body_pieces::CREATE),
    |conn| conn.execute_batch(exchanges::ADD_PLATFORM_CHOICE),
    |conn| conn.execute_batch(bots::ADD_PLATFORM_SETTINGS),
    exchanges::add_fault,
    |conn| {
        conn.execute_batch(messages::CREATE)?;
        conn.execute_batch(exchanges::ADD_OWN_FINDINGS)
    },
    |conn| conn.execute_batch(user_names::CREATE),
    |conn| conn.execute_batch(exchanges::ADD_UPSTREAM),
    |conn| {
        conn.execute_batch(rules::CREATE)?;
        conn.execute_batch(exchanges::ADD_RULE)?;
        conn.execute_batch(bots::ADD_SEED)
    },
    |conn| conn.execute_batch(conversations::CREATE),
    |conn| conn.execute_batch(exchanges::ADD_ATTEMPT),
    |conn| {
        conn.execute_batch(exchanges::ADD_PROOF)?;
        conn.execute_batch(conversations::ADD_PROOF)
    },
];

/// The newest version of the database that this build knows.
pub(crate) fn known_version() -> u32 {
    u32::try_from(STEPS.len()).expect("there are few migrations")
}

/// Brings the database to the newest version: each step and its number in one transaction.
pub(crate) fn migrate(conn: &mut Connection) -> rusqlite::Result<()> {
    let found: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (version, step) in (1..).zip(STEPS).skip(found as usize) {
        let step_taken = conn.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        step(&step_taken)?;
        step_taken.pragma_update(None, "application_id", APPLICATION_ID)?;
        step_taken.pragma_update(None, "user_version", version)?;
        step_taken.commit()?;
    }
    Ok(())
}
