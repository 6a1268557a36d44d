//! The table `bodies` of versions 1 to 6: the request and the answer of an exchange in one row,
//! with the app's own findings. What is left of it is moved to `messages` at opening.

use std::sync::LazyLock;

use protocol::Side;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::messages::key_sql;

pub(crate) const CREATE: &str = "
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
";

/// Bytes of bodies that are moved in one transaction: the log grows by so much.
const STEP_BYTES: i64 = 8 * 1024 * 1024;

/// Rows that are moved in one transaction at most.
const STEP_ROWS: i64 = 2_000;

/// After how many pages the log is moved into the file meanwhile: what SQLite takes by itself.
const CHECKPOINT_PAGES: i64 = 1_000;

/// How many rows are moved between two lines in the log.
const ROWS_A_LINE: usize = 100_000;

/// What becomes of the table where a part of it cannot be read: the rest stays in the file for
/// whoever can read it, under this name, until its exchanges are deleted.
const DAMAGED: &str = "bodies_damaged";

/// Moves every row and removes the table, where there is one. It is done in many transactions, so
/// that a long history needs no room for a second copy of itself: the pages of what was moved are
/// used again. One that was ended half way goes on at the next opening. What lies in a damaged page
/// is passed over, so that the exchanges around it stay; it was not readable before either.
pub(crate) fn move_to_messages(conn: &mut Connection) -> rusqlite::Result<()> {
    if !has_table(conn, "bodies")? {
        return Ok(());
    }
    tracing::info!("the history of an earlier version is rewritten; a long one takes a while");
    let checkpoints = "wal_autocheckpoint";
    conn.pragma_update_and_check(None, checkpoints, CHECKPOINT_PAGES, |_| Ok(()))?;
    match move_all(conn) {
        Err(error) if is_damage(&error) => {
            tracing::warn!(%error, "the history is damaged; what can be read of it is moved");
            move_readable(conn)?;
        }
        done => done?,
    }
    conn.pragma_update_and_check(None, checkpoints, 0, |_| Ok(()))
}

fn has_table(conn: &Connection, name: &str) -> rusqlite::Result<bool> {
    conn.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")?
        .exists([name])
}

/// Removes from the table of a damaged history what belongs to exchanges that were deleted since,
/// as far as it can be read. Done at opening, where each row has a transaction of its own; see
/// [`move_readable`].
pub(crate) fn remove_deleted(conn: &mut Connection) -> rusqlite::Result<()> {
    if !has_table(conn, DAMAGED)? {
        return Ok(());
    }
    // Rows of a page that cannot be read are passed over one by one, and so many at most.
    let (mut after, mut width, mut unreadable) = (i64::MIN, STEP_ROWS, 0);
    while unreadable < STEP_ROWS {
        match rows_of_none(conn, after, width) {
            Ok(seqs) => {
                let Some(last) = seqs.last() else {
                    break;
                };
                after = *last;
                for seq in seqs {
                    alone(conn, |step| remove_from(step, DAMAGED, seq))?;
                }
                width = STEP_ROWS;
            }
            Err(error) if is_damage(&error) && width > 1 => width = 1,
            Err(error) if is_damage(&error) => {
                after = after.max(0) + 1;
                unreadable += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The next rows that no exchange has, or one that is about to be removed.
fn rows_of_none(conn: &Connection, after: i64, width: i64) -> rusqlite::Result<Vec<i64>> {
    let sql = format!(
        "SELECT b.seq FROM {DAMAGED} b WHERE b.seq > ?1 AND NOT EXISTS \
         (SELECT 1 FROM exchanges e WHERE e.seq = b.seq AND e.hidden = 0) \
         ORDER BY b.seq LIMIT ?2"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([after, width], |row| row.get(0))?;
    rows.collect()
}

/// An error of the disk itself is none: it may pass, and nothing is decided because of it.
fn is_damage(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
}

fn move_all(conn: &mut Connection) -> rusqlite::Result<()> {
    let (mut moved, mut logged) = (0, 0);
    loop {
        match move_some(conn)? {
            0 => return conn.execute_batch("DROP TABLE bodies"),
            many => moved += many,
        }
        if moved / ROWS_A_LINE > logged {
            logged = moved / ROWS_A_LINE;
            tracing::info!(moved, "the history is being rewritten");
        }
    }
}

/// Moves the first rows; how many those were.
fn move_some(conn: &mut Connection) -> rusqlite::Result<usize> {
    let step = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let first = first_rows(&step)?;
    for seq in &first {
        let _is_there = copy_row(&step, *seq)?;
        remove_from(&step, "bodies", *seq)?;
    }
    step.commit()?;
    Ok(first.len())
}

/// The numbers of the first rows, as many as one transaction takes.
fn first_rows(conn: &Connection) -> rusqlite::Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "SELECT seq, length(request_body) + coalesce(length(answer_body), 0) FROM bodies \
         ORDER BY seq LIMIT ?1",
    )?;
    let mut rows = statement.query([STEP_ROWS])?;
    let (mut first, mut bytes) = (Vec::new(), 0);
    while bytes < STEP_BYTES
        && let Some(row) = rows.next()?
    {
        first.push(row.get(0)?);
        bytes += row.get::<_, i64>(1)?;
    }
    Ok(first)
}

/// Moves each row that can be found by its exchange's number, and puts the table away. Each row is
/// moved in transactions of its own: with many in one, each undone by a savepoint, the whole failed
/// where a page was damaged. Where a row's removal fails because of a page beside it, the row
/// stands twice: the copy in `messages` is the one that counts.
fn move_readable(conn: &mut Connection) -> rusqlite::Result<()> {
    let (mut after, mut moved, mut lost) = (i64::MIN, 0_u64, 0_u64);
    loop {
        let seqs = exchanges_after(conn, after)?;
        let Some(last) = seqs.last() else {
            break;
        };
        after = *last;
        for seq in seqs {
            match alone(conn, |step| copy_row(step, seq))? {
                Some(true) => {
                    moved += 1;
                    alone(conn, |step| remove_from(step, "bodies", seq))?;
                }
                Some(false) | None => lost += 1,
            }
        }
        tracing::info!(moved, lost, "the damaged history is being rewritten");
    }
    conn.execute_batch(&format!("ALTER TABLE bodies RENAME TO {DAMAGED}"))?;
    tracing::warn!(lost, "exchanges whose bodies lay in damaged pages");
    Ok(())
}

/// Does something in a transaction of its own; `None` where a damaged page forbids it.
fn alone<T>(
    conn: &mut Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    let step = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&step).and_then(|done| step.commit().map(|()| done));
    match done {
        Ok(done) => Ok(Some(done)),
        Err(error) if is_damage(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The next exchanges whose messages were not moved yet.
fn exchanges_after(conn: &Connection, after: i64) -> rusqlite::Result<Vec<i64>> {
    let request = key_sql("e.seq", Side::Request);
    let sql = format!(
        "SELECT e.seq FROM exchanges e WHERE e.seq > ?1 AND NOT EXISTS \
         (SELECT 1 FROM messages m WHERE m.key = {request}) ORDER BY e.seq LIMIT ?2"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([after, STEP_ROWS], |row| row.get(0))?;
    rows.collect()
}

/// Whether there was a row to copy.
fn copy_row(conn: &Connection, seq: i64) -> rusqlite::Result<bool> {
    let is_there = conn
        .prepare_cached("SELECT 1 FROM bodies WHERE seq = ?1")?
        .exists([seq])?;
    for sql in COPIES.iter() {
        conn.prepare_cached(sql)?.execute([seq])?;
    }
    Ok(is_there)
}

fn remove_from(conn: &Connection, table: &str, seq: i64) -> rusqlite::Result<()> {
    conn.prepare_cached(&format!("DELETE FROM {table} WHERE seq = ?1"))?
        .execute([seq])?;
    Ok(())
}

/// The statements that copy one row. One that stands there already is from a move that was ended
/// half way, in a damaged history.
static COPIES: LazyLock<[String; 3]> = LazyLock::new(|| {
    let [request, answer] = [Side::Request, Side::Response].map(|side| key_sql("seq", side));
    [
        format!(
            "INSERT OR IGNORE INTO messages (key, head, coding, body) SELECT {request}, request_head, \
             request_coding, request_body FROM bodies WHERE seq = ?1"
        ),
        format!(
            "INSERT OR IGNORE INTO messages (key, head, coding, body) SELECT {answer}, answer_head, \
             answer_coding, answer_body FROM bodies WHERE seq = ?1 AND answer_head IS NOT NULL"
        ),
        "UPDATE exchanges SET own_findings = b.own_findings FROM bodies b \
         WHERE exchanges.seq = ?1 AND b.seq = ?1 AND b.own_findings IS NOT NULL"
            .to_owned(),
    ]
});
