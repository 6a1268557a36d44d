//! Exchanges that no list shows: what deletions hide until it is purged or restored, and what
//! retention removes in several steps.

use protocol::{ExchangeId, Summary};
use rusqlite::{Connection, params};

use super::columns::OF_E;
use super::read_summary;
use crate::convert::{from_sql, to_sql};
use crate::types::UndoToken;

/// The number under which retention hides what it removes in several steps: no undo has it.
pub(crate) const RETENTION: UndoToken = UndoToken(-1);

/// Hides one exchange under a deletion's number; whether it was shown.
pub(crate) fn hide(
    conn: &Connection,
    id: ExchangeId,
    deletion: UndoToken,
) -> rusqlite::Result<bool> {
    let changed = conn
        .prepare_cached("UPDATE exchanges SET hidden = ?2 WHERE id = ?1 AND hidden = 0")?
        .execute(params![id.0.as_bytes(), deletion.0])?;
    Ok(changed > 0)
}

/// The same for a number; what is held is left alone, because a caller waits for it.
pub(crate) fn hide_at(conn: &Connection, seq: u64, deletion: UndoToken) -> rusqlite::Result<bool> {
    let changed = conn
        .prepare_cached(
            "UPDATE exchanges SET hidden = ?2 WHERE seq = ?1 AND hidden = 0 AND state <> 'held'",
        )?
        .execute(params![to_sql(seq), deletion.0])?;
    Ok(changed > 0)
}

/// The exchange that a deletion hides, where it hides exactly one.
pub(crate) fn only_hidden(
    conn: &Connection,
    deletion: UndoToken,
) -> rusqlite::Result<Option<Summary>> {
    let sql = format!(
        "SELECT {} FROM exchanges e WHERE e.hidden = ?1 AND e.hidden <> 0 LIMIT 2",
        *OF_E
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([deletion.0], read_summary)?;
    let mut found = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// Shows up to `limit` exchanges of a deletion again; how many those were.
pub(crate) fn unhide(
    conn: &Connection,
    deletion: UndoToken,
    limit: usize,
) -> rusqlite::Result<u64> {
    let changed = conn
        .prepare_cached(
            "UPDATE exchanges SET hidden = 0 WHERE seq IN (SELECT seq FROM exchanges \
             WHERE hidden = ?1 AND hidden <> 0 LIMIT ?2)",
        )?
        .execute(params![deletion.0, limit as i64])?;
    Ok(changed as u64)
}

/// Up to `limit` hidden exchanges that no deletion of `undoable` can bring back.
pub(crate) fn hidden_for_good(
    conn: &Connection,
    undoable: &[UndoToken],
    limit: usize,
) -> rusqlite::Result<Vec<u64>> {
    let undoable: Vec<String> = undoable.iter().map(ToString::to_string).collect();
    let undoable = undoable.join(",");
    let sql = format!(
        "SELECT seq FROM exchanges WHERE hidden <> 0 AND hidden NOT IN ({undoable}) LIMIT {limit}"
    );
    let mut statement = conn.prepare(&sql)?;
    let rows = statement.query_map([], |row| row.get(0).map(from_sql))?;
    rows.collect()
}

/// Up to `limit` exchanges that retention has begun to remove.
pub(crate) fn hidden_by_retention(conn: &Connection, limit: usize) -> rusqlite::Result<Vec<u64>> {
    let mut statement = conn
        .prepare_cached("SELECT seq FROM exchanges WHERE hidden = ?1 AND hidden <> 0 LIMIT ?2")?;
    let rows = statement.query_map(params![RETENTION.0, limit as i64], |row| {
        row.get(0).map(from_sql)
    })?;
    rows.collect()
}
