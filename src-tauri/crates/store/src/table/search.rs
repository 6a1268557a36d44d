//! The search index: which exchanges hold which three letters in a row, in names or bodies.
//!
//! It holds no positions (with them it is several times the size of the bodies), so what it finds
//! are candidates: they hold every three letters of a text, and are read to see whether they hold
//! them in a row.
//!
//! It is filled behind capture. `counters.indexed_seq` tells how far it has come; whatever is
//! newer is read through instead, so that a search is never wrong, only slower. `search_again`
//! names exchanges whose answer came after they were indexed, `search_cut` those whose text is
//! too long to be indexed whole.

use rusqlite::{Connection, Row, params};

use super::{messages, settings};
use crate::convert::{from_sql, to_sql};
use crate::text::{self, Reach};

pub(crate) const CREATE: &str = "
CREATE VIRTUAL TABLE search USING fts5 (
    text, content='', contentless_delete=1, detail='none', tokenize='trigram case_sensitive 0'
);
CREATE TABLE search_again (seq INTEGER PRIMARY KEY) STRICT;
CREATE TABLE search_cut   (seq INTEGER PRIMARY KEY) STRICT;
";

/// Text of one exchange that is indexed at most, in bytes; what follows is found by reading it.
const INDEXED_BYTES: usize = 128 * 1024;

/// Text indexed in one step, in bytes: a few milliseconds of the writer's time.
const STEP_BYTES: usize = 32 * 1024;

/// Exchanges indexed in one step at most.
const STEP_ROWS: i64 = 64;

const COLUMNS: &str = "e.seq, e.event, e.user, e.path";

/// How far a step has come.
pub(crate) struct Step {
    /// Every exchange up to this one is indexed.
    pub(crate) indexed: u64,
    /// Nothing remains to be done.
    pub(crate) done: bool,
}

/// Indexes the next few exchanges after `indexed`. The caller's transaction is around it.
pub(crate) fn step(conn: &Connection, indexed: u64) -> rusqlite::Result<Step> {
    let mut bytes = 0;
    // CROSS: SQLite keeps the order, and would read all exchanges otherwise to find a few.
    let again = format!(
        "SELECT {COLUMNS} FROM search_again a CROSS JOIN exchanges e ON e.seq = a.seq \
         WHERE a.seq <= ?1 LIMIT {STEP_ROWS}"
    );
    let anew = read(conn, &again, indexed, &mut bytes)?;
    for entry in &anew {
        remove(conn, entry.seq)?;
        add(conn, entry)?;
    }
    let next = format!(
        "SELECT {COLUMNS} FROM exchanges e WHERE e.seq > ?1 ORDER BY e.seq LIMIT {STEP_ROWS}"
    );
    let fresh = if bytes < STEP_BYTES {
        read(conn, &next, indexed, &mut bytes)?
    } else {
        Vec::new()
    };
    for entry in &fresh {
        add(conn, entry)?;
    }
    let reached = fresh.last().map_or(indexed, |entry| entry.seq);
    if reached > indexed {
        settings::raise(conn, settings::INDEXED_SEQ, to_sql(reached))?;
    }
    Ok(Step {
        indexed: reached,
        done: anew.is_empty() && fresh.is_empty(),
    })
}

/// The exchange's answer changed: it has to be indexed again.
pub(crate) fn again(conn: &Connection, seq: u64) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT OR IGNORE INTO search_again (seq) VALUES (?1)")?
        .execute([to_sql(seq)])?;
    Ok(())
}

/// Takes an exchange out of the index.
pub(crate) fn remove(conn: &Connection, seq: u64) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM search WHERE rowid = ?1",
        "DELETE FROM search_again WHERE seq = ?1",
        "DELETE FROM search_cut WHERE seq = ?1",
    ] {
        conn.prepare_cached(sql)?.execute([to_sql(seq)])?;
    }
    Ok(())
}

/// What the index is given of one exchange.
struct Entry {
    seq: u64,
    text: String,
    cut: bool,
}

fn add(conn: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO search (rowid, text) VALUES (?1, ?2)")?
        .execute(params![to_sql(entry.seq), entry.text])?;
    if entry.cut {
        conn.prepare_cached("INSERT OR IGNORE INTO search_cut (seq) VALUES (?1)")?
            .execute([to_sql(entry.seq)])?;
    }
    Ok(())
}

/// Reads entries until there is enough for one step.
fn read(
    conn: &Connection,
    sql: &str,
    indexed: u64,
    bytes: &mut usize,
) -> rusqlite::Result<Vec<Entry>> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([to_sql(indexed)])?;
    let mut entries = Vec::new();
    while *bytes < STEP_BYTES {
        let Some(row) = rows.next()? else { break };
        let entry = entry(conn, row)?;
        *bytes += entry.text.len();
        entries.push(entry);
    }
    Ok(entries)
}

fn entry(conn: &Connection, row: &Row<'_>) -> rusqlite::Result<Entry> {
    let seq = from_sql(row.get(0)?);
    let names = [row.get::<_, Option<String>>(1)?, row.get(2)?, row.get(3)?];
    let mut parts: Vec<String> = names.into_iter().flatten().collect();
    messages::each(conn, seq, |row| {
        let message = text::Message::of(|index| row.get_ref(index))?;
        parts.extend(message.query());
        parts.push(message.text(Reach::Beginning(INDEXED_BYTES)));
        Ok(())
    })?;
    let mut text = parts.join("\n");
    let cut = text.len() > INDEXED_BYTES;
    if cut {
        text.truncate(text.floor_char_boundary(INDEXED_BYTES));
    }
    Ok(Entry { seq, text, cut })
}
