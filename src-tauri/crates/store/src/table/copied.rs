//! Rows as they lie in a table of a damaged database, for another one of the same or of a later
//! version: what a value means does not matter here.

use protocol::Summary;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::body_pieces::PIECE_BYTES;
use super::{exchanges, messages};
use crate::coding::{self, Coding};
use crate::convert::{from_sql, to_sql};
use crate::error::is_refusal;

type Values = Vec<Value>;

/// A row of `exchanges` with its rows of `messages`.
pub(crate) struct CopiedExchange {
    exchange: Values,
    messages: Vec<Values>,
    /// All of its messages could be read.
    pub(crate) is_whole: bool,
}

/// The place of a piece among those of an exchange: side and number.
pub(crate) type PieceKey = (i64, i64);

/// Where a message's `coding` stands in its row.
const CODING: usize = 2;

impl CopiedExchange {
    /// Reads one; `None` where there is none, or where its request is gone.
    pub(crate) fn read(
        conn: &Connection,
        columns: &str,
        seq: u64,
    ) -> rusqlite::Result<Option<Self>> {
        let sql = format!("SELECT {columns} FROM exchanges WHERE seq = ?1");
        let mut found = conn.prepare_cached(&sql)?;
        let Some(exchange) = found.query_row([to_sql(seq)], values).optional()? else {
            return Ok(None);
        };
        let columns = messages::COLUMNS;
        let sql =
            format!("SELECT {columns} FROM messages WHERE key BETWEEN ?1 AND ?2 ORDER BY key");
        let mut found = conn.prepare_cached(&sql)?;
        let rows = found.query_map(messages::keys(seq), values)?;
        let messages: Vec<Values> = rows.collect::<rusqlite::Result<_>>()?;
        Ok((!messages.is_empty()).then_some(Self::new(exchange, messages, true)))
    }

    /// One that was read by other means.
    pub(crate) const fn new(exchange: Values, messages: Vec<Values>, is_whole: bool) -> Self {
        Self {
            exchange,
            messages,
            is_whole,
        }
    }

    /// Whether a body of it lies in pieces.
    pub(crate) fn has_pieces(&self) -> bool {
        let pieces = Value::Integer(Coding::Pieces as i64);
        self.messages.iter().any(|row| row[CODING] == pieces)
    }

    /// In how many pieces its bodies lie.
    pub(crate) fn pieces(&self) -> u64 {
        let lengths = self
            .messages
            .iter()
            .filter_map(|row| match (&row[CODING], row.last()) {
                (Value::Integer(coding), Some(Value::Blob(body))) => {
                    coding::length_in_pieces(*coding, body)
                }
                _ => None,
            });
        lengths
            .map(|length| length.div_ceil(PIECE_BYTES as u64))
            .sum()
    }

    /// Whether it is shown.
    pub(crate) fn is_shown(&self) -> bool {
        self.exchange.last() == Some(&Value::Integer(0))
    }

    /// Whether it is pinned.
    pub(crate) fn is_pinned(&self, columns: &str) -> bool {
        let pinned = columns.split(", ").position(|name| name == "pinned");
        pinned.is_some_and(|index| self.exchange[index] != Value::Integer(0))
    }

    /// Writes it, and gives it as the list shows it; `None` where its number or id is there
    /// already, or a value of it is not what its column holds: nothing is written then.
    pub(crate) fn write(
        &self,
        conn: &Connection,
        columns: &str,
        seq: u64,
    ) -> rusqlite::Result<Option<Summary>> {
        let is_written = match insert(conn, "exchanges", columns, &self.exchange) {
            Err(error) if is_refusal(&error) => false,
            inserted => inserted?,
        };
        if !is_written {
            return Ok(None);
        }
        // The columns' types allow more than can be read: each list with such a row would fail.
        let read_back = self
            .write_messages(conn)
            .and_then(|()| exchanges::at(conn, seq));
        match read_back {
            Err(error) if is_refusal(&error) => {
                exchanges::remove(conn, seq)?;
                messages::remove(conn, seq)?;
                Ok(None)
            }
            read_back => read_back,
        }
    }

    fn write_messages(&self, conn: &Connection) -> rusqlite::Result<()> {
        for row in &self.messages {
            insert(conn, "messages", messages::COLUMNS, row)?;
        }
        Ok(())
    }
}

/// The highest number that an exchange may have; `None` where that cannot be read, or where what
/// tells it says different things: one of them was written over then.
pub(crate) fn highest(conn: &Connection) -> Option<u64> {
    /// So many numbers are given away before anything of them is stored, at most.
    const APART: i64 = 100_000;
    const NUMBERS: [&str; 4] = [
        "SELECT max(seq) FROM exchanges",
        "SELECT max(seq) FROM exchanges INDEXED BY sqlite_autoindex_exchanges_1",
        "SELECT max(key) >> 4 FROM messages",
        "SELECT max(seq) FROM body_pieces",
    ];
    const COUNTED: &str =
        "SELECT max(value) FROM counters WHERE name IN ('last_seq', 'indexed_seq')";
    let number = |sql| conn.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
    let counted = number(COUNTED).ok()?.unwrap_or(0);
    let numbers = NUMBERS.iter().map(|sql| number(sql).ok());
    let numbers: Vec<Option<i64>> = numbers.collect::<Option<_>>()?;
    let [exchanges, indexed, messages, pieces] = numbers[..] else {
        return None;
    };
    let newest = exchanges.unwrap_or(0);
    let agree = indexed == exchanges && messages == exchanges;
    let near = pieces.unwrap_or(0).max(counted).max(newest);
    (agree && near - newest.max(counted) <= APART && near <= NUMBER_MAX).then(|| from_sql(near))
}

/// No history has counted so far: a number beyond is one that was written over.
pub(crate) const NUMBER_MAX: i64 = 1 << 40;

/// The highest number of an exchange, or of a pinned one, below another one.
pub(crate) fn highest_below(
    conn: &Connection,
    seq: u64,
    only_pinned: bool,
) -> rusqlite::Result<Option<u64>> {
    let sql = match only_pinned {
        true => "SELECT max(seq) FROM exchanges WHERE seq < ?1 AND pinned <> 0",
        false => "SELECT max(seq) FROM exchanges WHERE seq < ?1",
    };
    conn.prepare_cached(sql)?
        .query_row([to_sql(seq)], |row| row.get::<_, Option<i64>>(0))
        .map(|found| found.map(from_sql))
}

/// The exchanges that were open, as far as they can be read.
pub(crate) fn open(conn: &Connection) -> Vec<u64> {
    let sql = "SELECT seq FROM exchanges WHERE state IN ('held', 'answering') ORDER BY seq DESC";
    let Ok(mut statement) = conn.prepare(sql) else {
        return Vec::new();
    };
    let Ok(rows) = statement.query_map([], |row| row.get(0).map(from_sql)) else {
        return Vec::new();
    };
    rows.map_while(Result::ok).collect()
}

/// Copies some pieces of an exchange behind the one copied last; the last of them, or `None` where
/// all are copied. The inner error: the first database cannot be read, or the second one refuses.
pub(crate) fn copy_pieces(
    (from, to): (&Connection, &Connection),
    seq: u64,
    after: PieceKey,
    limit: usize,
) -> rusqlite::Result<Result<Option<PieceKey>, ()>> {
    match read_pieces(from, seq, after, limit) {
        Ok(rows) => write_pieces(to, &rows, limit),
        Err(_) => Ok(Err(())),
    }
}

/// Writes pieces, in their order; the last of them where so many are written that there may be
/// more. The inner error: the database refuses one.
pub(crate) fn write_pieces(
    to: &Connection,
    rows: &[Values],
    limit: usize,
) -> rusqlite::Result<Result<Option<PieceKey>, ()>> {
    for row in rows {
        match insert(to, "body_pieces", PIECE_COLUMNS, row) {
            Err(error) if is_refusal(&error) => return Ok(Err(())),
            inserted => inserted?,
        };
    }
    let last = rows.last().filter(|_| rows.len() == limit);
    Ok(Ok(last.and_then(|row| match (&row[1], &row[2]) {
        (Value::Integer(side), Value::Integer(number)) => Some((*side, *number)),
        _ => None,
    })))
}

const PIECE_COLUMNS: &str = "seq, side, number, coding, bytes";

fn read_pieces(
    conn: &Connection,
    seq: u64,
    (side, number): PieceKey,
    limit: usize,
) -> rusqlite::Result<Vec<Values>> {
    let sql = format!(
        "SELECT {PIECE_COLUMNS} FROM body_pieces WHERE seq = ?1 AND (side, number) > (?2, ?3) \
         ORDER BY side, number LIMIT ?4"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params![to_sql(seq), side, number, limit as i64], values)?;
    rows.collect()
}

/// The columns of `exchanges` that both databases have, `hidden` last.
pub(crate) fn exchange_columns(from: &Connection, to: &Connection) -> String {
    let shared = shared_columns(from, to, "exchanges").unwrap_or_default();
    let all = exchanges::column_names();
    let all = all.split(", ").chain(["hidden"]);
    let both = all.filter(|name| shared.iter().any(|(shared, _)| shared == name));
    both.collect::<Vec<_>>().join(", ")
}

/// The columns that both databases have, each with its place in the key, 0 where it is none of it.
fn shared_columns(
    from: &Connection,
    to: &Connection,
    table: &str,
) -> rusqlite::Result<Vec<(String, i64)>> {
    let columns = |conn: &Connection| -> rusqlite::Result<Vec<(String, i64)>> {
        let mut found = conn.prepare("SELECT name, pk FROM pragma_table_info(?1)")?;
        let rows = found.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    };
    let here = columns(to)?;
    let there = columns(from)?;
    let mut shared = there;
    shared.retain(|column| here.contains(column));
    Ok(shared)
}

/// Copies a table of a few columns into an empty one; whether all of it could be read. It is read
/// from both ends, so that a page that is lost costs its own rows. The error is of `to`.
pub(crate) fn copy_table(
    from: &Connection,
    to: &Connection,
    table: &str,
) -> rusqlite::Result<bool> {
    let Ok(columns) = shared_columns(from, to, table) else {
        return Ok(false);
    };
    if columns.is_empty() {
        // A later version has added the table.
        return Ok(true);
    }
    let mut is_whole = true;
    for order in ["ASC", "DESC"] {
        is_whole &= copy_until_damage(from, to, (table, &columns, order))?;
        if is_whole {
            break;
        }
    }
    Ok(is_whole)
}

fn copy_until_damage(
    from: &Connection,
    to: &Connection,
    (table, columns, order): (&str, &[(String, i64)], &str),
) -> rusqlite::Result<bool> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(", ");
    let mut key: Vec<&(String, i64)> = columns.iter().filter(|(_, place)| *place > 0).collect();
    key.sort_by_key(|(_, place)| *place);
    let key: Vec<String> = key
        .iter()
        .map(|(name, _)| format!("{name} {order}"))
        .collect();
    let sql = format!("SELECT {names} FROM {table} ORDER BY {}", key.join(", "));
    let Ok(mut statement) = from.prepare(&sql) else {
        return Ok(false);
    };
    let Ok(mut rows) = statement.query([]) else {
        return Ok(false);
    };
    let mut is_whole = true;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(is_whole),
            Err(_) => return Ok(false),
        };
        let inserted = match values(row) {
            Ok(values) => insert(to, table, &names, &values),
            Err(_) => Ok(false),
        };
        is_whole &= match inserted {
            Err(error) if is_refusal(&error) => false,
            inserted => inserted?,
        };
    }
}

/// Adds a row where there is none with its key; whether it was added. One that its table refuses is
/// not.
pub(crate) fn insert_if_it_fits(
    conn: &Connection,
    table: &str,
    columns: &str,
    row: &Values,
) -> rusqlite::Result<bool> {
    match insert(conn, table, columns, row) {
        Err(error) if is_refusal(&error) => Ok(false),
        inserted => inserted,
    }
}

/// Whether a table has that row.
pub(crate) fn has_row(
    conn: &Connection,
    table: &str,
    columns: &str,
    row: &Values,
) -> rusqlite::Result<bool> {
    let same: Vec<String> = columns
        .split(", ")
        .map(|name| format!("{name} IS ?"))
        .collect();
    let sql = format!("SELECT 1 FROM {table} WHERE {}", same.join(" AND "));
    conn.prepare_cached(&sql)?.exists(params_from_iter(row))
}

fn values(row: &Row<'_>) -> rusqlite::Result<Values> {
    (0..row.as_ref().column_count())
        .map(|column| row.get(column))
        .collect()
}

fn insert(conn: &Connection, table: &str, columns: &str, row: &Values) -> rusqlite::Result<bool> {
    let places = vec!["?"; row.len()].join(", ");
    let sql = format!("INSERT OR IGNORE INTO {table} ({columns}) VALUES ({places})");
    let mut statement = conn.prepare_cached(&sql)?;
    Ok(statement.execute(params_from_iter(row))? > 0)
}
