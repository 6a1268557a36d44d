//! The database's shape: one migration per version of it, never changed once released.
//!
//! `exchanges` holds what the list shows and nothing bulky, `bodies` the bytes, one row beside
//! each exchange. `search` is an index only: it keeps no text of its own. Names of states,
//! platforms and the like are stored as the API spells them, so that the file can be read with
//! any SQLite tool.

use rusqlite::{Connection, TransactionBehavior};

/// Marks the file as this app's history, in SQLite's `application_id`: "Hklp".
pub(crate) const APPLICATION_ID: i32 = 0x486b_6c70;

/// The migrations in order; the database's `user_version` is how many of them were applied.
const STEPS: &[&str] = &[FIRST, ENDPOINTS];

/// The newest version of the database that this build knows.
pub(crate) fn known_version() -> u32 {
    u32::try_from(STEPS.len()).expect("there are few migrations")
}

/// Brings the database to the newest version: each step and its number in one transaction.
pub(crate) fn migrate(conn: &mut Connection) -> rusqlite::Result<()> {
    let found: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (version, step) in (1..).zip(STEPS).skip(found as usize) {
        let step_taken = conn.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        step_taken.execute_batch(step)?;
        step_taken.pragma_update(None, "application_id", APPLICATION_ID)?;
        step_taken.pragma_update(None, "user_version", version)?;
        step_taken.commit()?;
    }
    Ok(())
}

// `hidden` is 0, or the number of the deletion that hides the row until it is purged or restored.
// The partial indexes cost next to nothing while few rows are pinned, open, noted or hidden. There
// is no index of events or users: its entries lie apart, so that each insert would write one page
// more for each event, a third of all writing. The search index holds these names, behind capture.
const FIRST: &str = "
CREATE TABLE exchanges (
    seq             INTEGER PRIMARY KEY,
    id              BLOB    NOT NULL UNIQUE,
    at              INTEGER NOT NULL,
    bot             BLOB    NOT NULL,
    source          TEXT    NOT NULL,
    platform        TEXT    NOT NULL,
    method          TEXT    NOT NULL,
    path            TEXT    NOT NULL,
    event           TEXT,
    user            TEXT,
    state           TEXT    NOT NULL,
    answered_by     TEXT,
    status          INTEGER,
    request_bytes   INTEGER NOT NULL,
    response_bytes  INTEGER NOT NULL,
    duration_ms     REAL,
    deadline        INTEGER,
    errors          INTEGER NOT NULL,
    warnings        INTEGER NOT NULL,
    infos           INTEGER NOT NULL,
    replay_of       BLOB,
    note            TEXT    NOT NULL,
    pinned          INTEGER NOT NULL,
    failure_code    TEXT,
    failure_detail  TEXT,
    received_us     INTEGER NOT NULL,
    decided_us      INTEGER,
    answered_us     INTEGER,
    hidden          INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX exchanges_open   ON exchanges (seq) WHERE state IN ('held', 'answering');
CREATE INDEX exchanges_pinned ON exchanges (seq) WHERE pinned <> 0;
CREATE INDEX exchanges_noted  ON exchanges (seq) WHERE note <> '';
CREATE INDEX exchanges_hidden ON exchanges (hidden) WHERE hidden <> 0;

CREATE TABLE bodies (
    seq             INTEGER PRIMARY KEY,
    request_head    BLOB    NOT NULL,
    request_coding  INTEGER NOT NULL,
    request_body    BLOB    NOT NULL,
    answer_head     BLOB,
    answer_coding   INTEGER,
    answer_body     BLOB,
    own_findings    TEXT
) STRICT;

CREATE TABLE bots (
    id              BLOB    PRIMARY KEY,
    name            TEXT    NOT NULL,
    platform        TEXT    NOT NULL,
    secret          TEXT    NOT NULL UNIQUE,
    answering       TEXT    NOT NULL,
    position        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    key             TEXT    PRIMARY KEY,
    value           TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
    name            TEXT    PRIMARY KEY,
    value           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (
    text, content='', contentless_delete=1, detail='none', tokenize='trigram case_sensitive 0'
);
CREATE TABLE search_again (seq INTEGER PRIMARY KEY) STRICT;
CREATE TABLE search_cut   (seq INTEGER PRIMARY KEY) STRICT;
";

// Who may use a bot's address, and the addresses it had before: a JSON document of the engine's.
const ENDPOINTS: &str = "ALTER TABLE bots ADD COLUMN endpoint TEXT NOT NULL DEFAULT '{}';";
