//! The table `bodies` of versions 1 to 6: the request and the answer of an exchange in one row,
//! with the app's own findings. What is left of it is moved to `messages` at opening.

use protocol::Side;
use rusqlite::{Connection, TransactionBehavior};

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

/// Moves every row and removes the table, where there is one. It is done in many transactions, so
/// that a long history needs no room for a second copy of itself: the pages of what was moved are
/// used again. One that was ended half way goes on at the next opening.
pub(crate) fn move_to_messages(conn: &mut Connection) -> rusqlite::Result<()> {
    let is_there = conn
        .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'bodies'")?
        .exists([])?;
    if !is_there {
        return Ok(());
    }
    tracing::info!("the history of an earlier version is rewritten; a long one takes a while");
    let checkpoints = "wal_autocheckpoint";
    conn.pragma_update_and_check(None, checkpoints, CHECKPOINT_PAGES, |_| Ok(()))?;
    while move_some(conn)? > 0 {}
    conn.execute_batch("DROP TABLE bodies")?;
    conn.pragma_update_and_check(None, checkpoints, 0, |_| Ok(()))
}

/// Moves the first rows; how many those were.
fn move_some(conn: &mut Connection) -> rusqlite::Result<usize> {
    let step = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let first = first_rows(&step)?;
    for seq in &first {
        for sql in moves() {
            step.prepare_cached(&sql)?.execute([seq])?;
        }
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

/// The statements that move one row.
fn moves() -> [String; 4] {
    let [request, answer] = [Side::Request, Side::Response].map(|side| key_sql("seq", side));
    [
        format!(
            "INSERT INTO messages (key, head, coding, body) SELECT {request}, request_head, \
             request_coding, request_body FROM bodies WHERE seq = ?1"
        ),
        format!(
            "INSERT INTO messages (key, head, coding, body) SELECT {answer}, answer_head, \
             answer_coding, answer_body FROM bodies WHERE seq = ?1 AND answer_head IS NOT NULL"
        ),
        "UPDATE exchanges SET own_findings = b.own_findings FROM bodies b \
         WHERE exchanges.seq = ?1 AND b.seq = ?1 AND b.own_findings IS NOT NULL"
            .to_owned(),
        "DELETE FROM bodies WHERE seq = ?1".to_owned(),
    ]
}
