//! The tables `settings` (JSON text by key) and `counters` (the store's own numbers).

use rusqlite::{Connection, OptionalExtension, params};

pub(crate) const CREATE: &str = "
CREATE TABLE settings (
    key             TEXT    PRIMARY KEY,
    value           TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
    name            TEXT    PRIMARY KEY,
    value           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// How many times the database was opened.
pub(crate) const STARTS: &str = "starts";
/// The highest exchange number that was purged.
pub(crate) const LAST_SEQ: &str = "last_seq";
/// Every exchange up to this number is in the search index.
pub(crate) const INDEXED_SEQ: &str = "indexed_seq";

/// Every exchange up to this number is in its conversation.
pub(crate) const GROUPED_SEQ: &str = "grouped_seq";
/// How long a conversation may be idle, in milliseconds, as conversations were made.
pub(crate) const GAP_MS: &str = "conversation_gap_ms";

/// The key of what is taken over from a damaged database, while it goes on.
pub(crate) const RESCUE: &str = "store.rescue";

/// The key of what was told of damage and not dismissed.
pub(crate) const NOTICES: &str = "store.notices";

/// A setting's JSON text.
pub(crate) fn get(conn: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached("SELECT value FROM settings WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

/// All of them, as key and JSON text.
pub(crate) fn all(conn: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = conn.prepare_cached("SELECT key, value FROM settings ORDER BY key")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// Writes a setting.
pub(crate) fn set(conn: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO settings (key, value) VALUES (?1, ?2) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?
    .execute(params![key, value])?;
    Ok(())
}

/// Removes a setting.
pub(crate) fn remove(conn: &Connection, key: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM settings WHERE key = ?1")?
        .execute([key])?;
    Ok(())
}

/// Adds a text under a key; where that has another one, under `<key>.2`, `<key>.3` and so on.
pub(crate) fn add(conn: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    let numbered = (2_u64..).map(|number| format!("{key}.{number}"));
    for key in std::iter::once(key.to_owned()).chain(numbered) {
        match get(conn, &key)? {
            Some(found) if found == value => return Ok(()),
            Some(_) => {}
            None => return set(conn, &key, value),
        }
    }
    Ok(())
}

/// A counter, 0 where it was never written.
pub(crate) fn counter(conn: &Connection, name: &str) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT value FROM counters WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
        .map(Option::unwrap_or_default)
}

/// Sets a counter.
pub(crate) fn put(conn: &Connection, name: &str, value: i64) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO counters (name, value) VALUES (?1, ?2) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute(params![name, value])?;
    Ok(())
}

/// Raises a counter to a value; it never falls.
pub(crate) fn raise(conn: &Connection, name: &str, value: i64) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO counters (name, value) VALUES (?1, ?2) \
         ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
    )?
    .execute(params![name, value])?;
    Ok(())
}
