//! The table `body_pieces`: bodies too long for memory, a piece of them in each row.
//!
//! A piece is written in a transaction of its own, before the exchange that it belongs to, so that
//! no commit is longer than a piece. Pieces that no row counts on are stale: their exchange was
//! refused, a process ended before their row, or a short answer replaced a long one. Maintenance
//! removes them.

use bytes::Bytes;
use protocol::Side;
use rusqlite::{Connection, OptionalExtension, params};

use crate::coding::{self, Coding, StoredBody, side_number};
use crate::convert::{from_sql, to_sql};
use crate::error::StoreError;

/// The length of every piece but the last, before compression.
pub(crate) const PIECE_BYTES: usize = 1 << 20;

/// Pieces removed in one transaction: freeing them means reading their chains of pages.
const REMOVED_AT_ONCE: usize = 16;

pub(crate) const CREATE: &str = "
CREATE TABLE body_pieces (
    seq             INTEGER NOT NULL,
    side            INTEGER NOT NULL,
    number          INTEGER NOT NULL,
    coding          INTEGER NOT NULL,
    bytes           BLOB    NOT NULL,
    UNIQUE (seq, side, number)
) STRICT;
";

/// Adds or replaces a piece.
pub(crate) fn put(
    conn: &Connection,
    (seq, side, number): (u64, Side, u64),
    piece: &StoredBody,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO body_pieces (seq, side, number, coding, bytes) \
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        to_sql(seq),
        side_number(side),
        to_sql(number),
        piece.coding as i64,
        &piece.bytes[..]
    ])?;
    Ok(())
}

/// A piece as it arrived; `None` where there is none.
pub(crate) fn get(
    conn: &Connection,
    (seq, side, number): (u64, Side, u64),
) -> Result<Option<Bytes>, StoreError> {
    let stored: Option<(i64, Vec<u8>)> = conn
        .prepare_cached(
            "SELECT coding, bytes FROM body_pieces WHERE seq = ?1 AND side = ?2 AND number = ?3",
        )?
        .query_row(
            params![to_sql(seq), side_number(side), to_sql(number)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    stored
        .map(|(coding, bytes)| Ok(coding::unpack(coding, &bytes)?.into_owned().into()))
        .transpose()
}

/// Removes some pieces of an exchange; whether none remain.
pub(crate) fn remove_some(conn: &Connection, seq: u64) -> rusqlite::Result<bool> {
    let removed = conn
        .prepare_cached(
            "DELETE FROM body_pieces WHERE rowid IN \
             (SELECT rowid FROM body_pieces WHERE seq = ?1 LIMIT ?2)",
        )?
        .execute(params![to_sql(seq), REMOVED_AT_ONCE as i64])?;
    Ok(removed < REMOVED_AT_ONCE)
}

/// Removes some pieces of one side from a number on; whether none remain.
pub(crate) fn remove_some_from(
    conn: &Connection,
    (seq, side, number): (u64, Side, u64),
) -> rusqlite::Result<bool> {
    let removed = conn
        .prepare_cached(
            "DELETE FROM body_pieces WHERE rowid IN (SELECT rowid FROM body_pieces \
             WHERE seq = ?1 AND side = ?2 AND number >= ?3 LIMIT ?4)",
        )?
        .execute(params![
            to_sql(seq),
            side_number(side),
            to_sql(number),
            REMOVED_AT_ONCE as i64
        ])?;
    Ok(removed < REMOVED_AT_ONCE)
}

/// Removes some stale pieces of the exchanges between two numbers, both included, but for one whose
/// row comes yet; whether none remain.
pub(crate) fn remove_stale(
    conn: &Connection,
    (low, high): (u64, u64),
    but_for: Option<u64>,
) -> rusqlite::Result<bool> {
    let pieces = Coding::Pieces as i64;
    let sql = format!(
        "DELETE FROM body_pieces WHERE rowid IN (SELECT p.rowid FROM body_pieces p \
         LEFT JOIN messages m ON m.key = (p.seq << 4) | p.side WHERE p.seq BETWEEN ?1 AND ?2 \
         AND p.seq IS NOT ?3 AND m.coding IS NOT {pieces} LIMIT ?4)"
    );
    let removed = conn.prepare_cached(&sql)?.execute(params![
        to_sql(low),
        to_sql(high),
        but_for.map(to_sql),
        REMOVED_AT_ONCE as i64
    ])?;
    Ok(removed < REMOVED_AT_ONCE)
}

/// In how many pieces the bodies of an exchange lie.
pub(crate) fn count(conn: &Connection, seq: u64) -> rusqlite::Result<u64> {
    conn.prepare_cached("SELECT count(*) FROM body_pieces WHERE seq = ?1")?
        .query_row([to_sql(seq)], |row| row.get(0).map(from_sql))
}

/// The highest number that has pieces; 0 where there are none.
pub(crate) fn highest(conn: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT coalesce(max(seq), 0) FROM body_pieces";
    conn.query_row(sql, [], |row| row.get(0).map(from_sql))
}
