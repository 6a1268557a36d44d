//! The table `rescue_taken`: which exchanges of a damaged database were taken over. It is there
//! while a rescue goes on. A second look at the damaged database would bring back what was removed
//! since the first.
//!
//! Exchanges are taken over from the newest on, and a row holds all between two numbers: a history
//! without gaps takes one row.

use rusqlite::{Connection, OptionalExtension, params};

use crate::convert::to_sql;

/// Makes it where there is none.
pub(crate) fn begin(conn: &Connection) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "CREATE TABLE IF NOT EXISTS rescue_taken (
            last        INTEGER PRIMARY KEY,
            first       INTEGER NOT NULL
        ) STRICT",
    )?
    .execute([])?;
    Ok(())
}

/// Removes it.
pub(crate) fn end(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch("DROP TABLE IF EXISTS rescue_taken")
}

/// The lowest row that reaches up to a number: where it ends and where it begins.
fn row(conn: &Connection, seq: i64) -> rusqlite::Result<Option<(i64, i64)>> {
    let sql = "SELECT last, first FROM rescue_taken WHERE last >= ?1 ORDER BY last LIMIT 1";
    conn.prepare_cached(sql)?
        .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// Whether an exchange was taken over.
pub(crate) fn has(conn: &Connection, seq: u64) -> rusqlite::Result<bool> {
    let seq = to_sql(seq);
    Ok(row(conn, seq)?.is_some_and(|(_, first)| first <= seq))
}

/// An exchange is taken over.
pub(crate) fn add(conn: &Connection, seq: u64) -> rusqlite::Result<()> {
    let seq = to_sql(seq);
    match row(conn, seq)? {
        Some((_, first)) if first <= seq => {}
        Some((last, first)) if first == seq + 1 => {
            conn.prepare_cached("UPDATE rescue_taken SET first = ?2 WHERE last = ?1")?
                .execute([last, seq])?;
        }
        _ => {
            conn.prepare_cached("INSERT INTO rescue_taken (last, first) VALUES (?1, ?2)")?
                .execute(params![seq, seq])?;
        }
    }
    Ok(())
}
