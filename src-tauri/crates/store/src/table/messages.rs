//! The table `messages`: heads and bytes, one row for each message of an exchange.
//!
//! A row's key is the exchange's number with the side behind it. So the messages of an exchange
//! lie together, a new exchange is appended, and there is no second index to write. A side is a
//! number here, as it stands in the list of `protocol::Side`: a further one needs no migration. Of
//! a side that a later version added, a row is left as it is, and goes with its exchange.

use std::sync::LazyLock;

use bytes::Bytes;
use protocol::{Answers, Body, Request, Side};
use rusqlite::{Connection, Params};

use crate::coding::{self, Coding, StoredBody, side_number};
use crate::convert::to_sql;
use crate::error::StoreError;

pub(crate) const CREATE: &str = "
CREATE TABLE messages (
    key     INTEGER PRIMARY KEY,
    head    BLOB    NOT NULL,
    coding  INTEGER NOT NULL,
    body    BLOB    NOT NULL,
    seq     INTEGER GENERATED ALWAYS AS (key >> 4) VIRTUAL,
    side    INTEGER GENERATED ALWAYS AS (key & 15) VIRTUAL
) STRICT;
";

/// The columns that are written and read.
pub(crate) const COLUMNS: &str = "key, head, coding, body";

/// The bits of a key that hold the side.
pub(crate) const SIDE_BITS: u32 = 4;

/// The condition that a row `m` belongs to the exchange `e`. By the key: the columns made of it
/// are for people who read the file, and have no index.
pub(crate) const OF_E: &str = "m.key BETWEEN (e.seq << 4) AND ((e.seq << 4) | 15)";

/// What a search reads of a row `m`, as the functions of SQL take it.
pub(crate) const READ: &str = "m.key & 15, m.head, m.coding, m.body";

/// The key of one side's row, as SQL, where `seq` is the SQL of the number.
pub(crate) fn key_sql(seq: &str, side: Side) -> String {
    format!("(({seq} << {SIDE_BITS}) | {})", side_number(side))
}

fn key(seq: u64, number: i64) -> i64 {
    to_sql(seq) << SIDE_BITS | number
}

/// The keys that an exchange may have, both included.
pub(crate) fn keys(seq: u64) -> [i64; 2] {
    [key(seq, 0), key(seq, (1 << SIDE_BITS) - 1)]
}

/// A message as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredMessage {
    pub(crate) side: Side,
    pub(crate) head: Vec<u8>,
    pub(crate) body: StoredBody,
}

impl StoredMessage {
    /// Its size in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.head.len() + self.body.bytes.len()
    }

    /// Whether its body lies in pieces.
    pub(crate) fn is_in_pieces(&self) -> bool {
        self.body.coding == Coding::Pieces
    }
}

/// Adds the rows of a new exchange, which has each side once at most: all of them or none.
///
/// One row a statement: SQLite keeps a journal in memory for a statement of several rows, which
/// was 7,400 of 115,800 instructions of a request with a body of 62 bytes.
pub(crate) fn insert(
    conn: &Connection,
    seq: u64,
    messages: &[StoredMessage],
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(&INSERT)?;
    for (before, message) in messages.iter().enumerate() {
        if let Err(error) = statement.execute(row(seq, message)) {
            if before > 0
                && let Err(second) = remove(conn, seq)
            {
                // Where the disk fails the transaction does, and takes this back as well.
                tracing::warn!(error = %second, "half of an exchange could not be taken back");
            }
            return Err(error);
        }
    }
    Ok(())
}

/// Adds or replaces one message of an exchange.
pub(crate) fn put(conn: &Connection, seq: u64, message: &StoredMessage) -> rusqlite::Result<()> {
    conn.prepare_cached(&PUT)?.execute(row(seq, message))?;
    Ok(())
}

static INSERT: LazyLock<String> = LazyLock::new(|| write_sql("INSERT"));
static PUT: LazyLock<String> = LazyLock::new(|| write_sql("INSERT OR REPLACE"));

fn write_sql(verb: &str) -> String {
    format!("{verb} INTO messages ({COLUMNS}) VALUES (?, ?, ?, ?)")
}

/// A row's values, in the order of [`COLUMNS`].
fn row(seq: u64, message: &StoredMessage) -> impl Params + '_ {
    (
        key(seq, side_number(message.side)),
        &message.head[..],
        message.body.coding as i64,
        &message.body.bytes[..],
    )
}

/// The messages of an exchange, or one of them; method and path of the request are in the other
/// table. `body` makes each body of what lies in the row, with its length where that is the
/// beginning alone.
pub(crate) fn get(
    conn: &Connection,
    seq: u64,
    only: Option<Side>,
    body: impl Fn(Side, Bytes, Option<u64>) -> Body,
) -> Result<Option<(Request, Answers)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE key BETWEEN ?1 AND ?2 ORDER BY key");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(keys(seq))?;
    let (mut request, mut answers) = (None, Answers::default());
    while let Some(row) = rows.next()? {
        let key: i64 = row.get(0)?;
        let Some(side) = coding::side_of(key - keys(seq)[0]) else {
            continue;
        };
        // Of a row whose body is not asked for the pages that have it are not read.
        if only.is_some_and(|only| only != side) {
            continue;
        }
        let head = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let stored = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
        let length = coding::length_in_pieces(row.get(2)?, stored);
        let bytes = coding::unpack(row.get(2)?, stored)?.into_owned();
        let body = body(side, bytes.into(), length);
        if side == Side::Request {
            let head = coding::unpack_request(head)?;
            request = Some(Request { body, ..head });
        } else {
            answers.set(side, coding::unpack_answer(head, body)?);
        }
    }
    if only.is_some() {
        request.get_or_insert_default();
    }
    Ok(request.map(|request| (request, answers)))
}

/// Gives each message of an exchange as [`READ`] has it.
pub(crate) fn each(
    conn: &Connection,
    seq: u64,
    mut take: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let sql = format!("SELECT {READ} FROM messages m WHERE m.key BETWEEN ?1 AND ?2 ORDER BY m.key");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(keys(seq))?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

/// Removes all messages of an exchange.
pub(crate) fn remove(conn: &Connection, seq: u64) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM messages WHERE key BETWEEN ?1 AND ?2")?
        .execute(keys(seq))?;
    Ok(())
}
