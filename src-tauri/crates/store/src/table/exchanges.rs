//! The table `exchanges`: the small columns, what the list shows. Nothing here touches a body.
//!
//! `hidden` is 0, or the number of the deletion that hides the row until it is purged or restored.

mod columns;
mod hidden;
mod row;
mod values;

use std::sync::LazyLock;
use std::time::Instant;

use protocol::{BotId, ExchangeId, FailureCode, OwnFinding, Source, Summary, UtcMillis};
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OptionalExtension, ToSql, params, params_from_iter};
use uuid::Uuid;

use crate::compiled_filter::CompiledFilter;
use crate::convert::{from_sql, to_sql};
use crate::types::{Annotated, Annotation, Change, ReadAnew};
use columns::{COLUMNS, OF_E, names, read};
pub(crate) use hidden::{
    RETENTION, hidden_by_retention, hidden_for_good, hide, hide_at, only_hidden, unhide,
};
use row::{Column, Measured};
pub(crate) use row::{NewRow, Record};

// The partial indexes cost next to nothing while few rows are pinned, open, noted or hidden. There
// is no index of events or users: its entries lie apart, so that each insert would write one page
// more for each event, a third of all writing. The search index holds these names, behind capture.
// An index of conversations, (bot, user, seq) where there is a user, was measured three times in
// turn with 40,000 inserts on two busy cores: for a caller alone the median insert took 34-37 µs
// without and 50-127 µs with it. The query that wants it is served from memory (`last_turns.rs`).
pub(crate) const CREATE: &str = "
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
";

/// What the bot had chosen as its platform when the request arrived: `auto` or a platform.
pub(crate) const ADD_PLATFORM_CHOICE: &str =
    "ALTER TABLE exchanges ADD COLUMN platform_choice TEXT;";

/// What the app noticed while serving, as JSON. Up to version 6 it stood in `bodies`.
pub(crate) const ADD_OWN_FINDINGS: &str = "ALTER TABLE exchanges ADD COLUMN own_findings TEXT;";

/// When the developer's own server answered, in time and late, and how long its answers are; where
/// late variables went; and which of the turns of one message it is.
pub(crate) const ADD_UPSTREAM: &str = "
ALTER TABLE exchanges ADD COLUMN upstream_us INTEGER;
ALTER TABLE exchanges ADD COLUMN late_us INTEGER;
ALTER TABLE exchanges ADD COLUMN upstream_bytes INTEGER;
ALTER TABLE exchanges ADD COLUMN late_bytes INTEGER;
ALTER TABLE exchanges ADD COLUMN delivered_with BLOB;
ALTER TABLE exchanges ADD COLUMN carried BLOB;
ALTER TABLE exchanges ADD COLUMN message_number INTEGER;
ALTER TABLE exchanges ADD COLUMN message_first BLOB;
ALTER TABLE exchanges ADD COLUMN message_used_us INTEGER;
";

/// The rule that took a turn, the number of its call, and what caused a call of a rule's.
pub(crate) const ADD_RULE: &str = "
ALTER TABLE exchanges ADD COLUMN rule TEXT;
ALTER TABLE exchanges ADD COLUMN rule_call INTEGER;
ALTER TABLE exchanges ADD COLUMN rule_context TEXT;
ALTER TABLE exchanges ADD COLUMN caused_by BLOB;
";

/// Which attempt of a call it is, from the second on, and the first of them.
pub(crate) const ADD_ATTEMPT: &str = "
ALTER TABLE exchanges ADD COLUMN attempt_number INTEGER;
ALTER TABLE exchanges ADD COLUMN attempt_first BLOB;
";

/// How many of the warnings tell that its variables came back otherwise than they were answered.
pub(crate) const ADD_PROOF: &str = "ALTER TABLE exchanges ADD COLUMN proof INTEGER;";

/// Adds the fault that an exchange ended with. Some databases of version 5 have it: for a time,
/// step 5 added it.
pub(crate) fn add_fault(conn: &Connection) -> rusqlite::Result<()> {
    let is_there = conn
        .prepare("SELECT 1 FROM pragma_table_info('exchanges') WHERE name = 'fault'")?
        .exists([])?;
    match is_there {
        true => Ok(()),
        false => conn.execute_batch("ALTER TABLE exchanges ADD COLUMN fault TEXT;"),
    }
}

/// Every column that is read, with commas between them.
pub(crate) fn column_names() -> String {
    names("")
}

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let values: Vec<String> = (1..=COLUMNS.len())
        .map(|number| format!("?{number}"))
        .collect();
    format!(
        "INSERT INTO exchanges ({}) VALUES ({})",
        names(""),
        values.join(", ")
    )
});

/// Adds a row.
pub(crate) fn insert(conn: &Connection, row: &NewRow<'_>) -> rusqlite::Result<()> {
    let values = COLUMNS.iter().map(|column| (column.bind)(row));
    conn.prepare_cached(&INSERT)?
        .execute(params_from_iter(values))?;
    Ok(())
}

/// One statement for every change, so that it is prepared once: `?1` is the id, then two
/// parameters for each column that a change may set: whether it does, and the value.
static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let changing = COLUMNS.iter().filter(|column| column.change.is_some());
    let sets: Vec<String> = (1..)
        .zip(changing)
        .map(|(number, Column { name, .. })| {
            format!("{name} = iif(?{}, ?{}, {name})", 2 * number, 2 * number + 1)
        })
        .collect();
    format!(
        "UPDATE exchanges SET {} WHERE id = ?1 RETURNING {}, hidden",
        sets.join(", "),
        names("")
    )
});

/// What an update found: the row as it is now, and whether a deletion hides it.
pub(crate) struct Updated {
    pub(crate) summary: Summary,
    pub(crate) hidden: bool,
}

/// Writes what is given of a change; `None` where there is no such exchange.
pub(crate) fn update(
    conn: &Connection,
    id: ExchangeId,
    change: &Change,
) -> rusqlite::Result<Option<Updated>> {
    let measured = Measured {
        change,
        elapsed: change.clock.map(|clock| clock.elapsed()),
    };
    let mut values: Vec<ToSqlOutput<'_>> = vec![id.0.as_bytes().to_sql()?];
    for new_value in COLUMNS.iter().filter_map(|column| column.change) {
        let value = new_value(&measured);
        values.push(value.is_some().into());
        values.push(value.unwrap_or_else(|| rusqlite::types::Null.into()));
    }
    conn.prepare_cached(&UPDATE)?
        .query_row(params_from_iter(values), |row| {
            Ok(Updated {
                summary: read(row)?.summary,
                hidden: row.get("hidden")?,
            })
        })
        .optional()
}

/// Writes what is given of a person's change.
pub(crate) fn annotate(
    conn: &Connection,
    id: ExchangeId,
    change: &Annotation,
) -> rusqlite::Result<Annotated> {
    if let Some(read) = &change.read {
        let now = get(conn, id)?.map(|record| record.summary);
        if now.is_some_and(|now| {
            apart_from_annotations(now) != apart_from_annotations(read.from.clone())
        }) {
            return Ok(Annotated::Changed);
        }
        write_read_anew(conn, id, read)?;
    }
    let sql = format!(
        "UPDATE exchanges SET note = coalesce(?2, note), pinned = coalesce(?3, pinned) \
         WHERE id = ?1 AND hidden = 0 RETURNING {}",
        names("")
    );
    let values = params![id.0.as_bytes(), change.note, change.pinned];
    let summary = conn
        .prepare_cached(&sql)?
        .query_row(values, read_summary)
        .optional()?;
    Ok(match summary {
        Some(summary) => Annotated::Done(Box::new(summary)),
        None => Annotated::NotFound,
    })
}

/// What says whether a turn went on: all of it but what people write beside it.
fn apart_from_annotations(summary: Summary) -> Summary {
    Summary {
        note: String::new(),
        pinned: false,
        ..summary
    }
}

fn write_read_anew(conn: &Connection, id: ExchangeId, read: &ReadAnew) -> rusqlite::Result<()> {
    let findings = read.findings;
    conn.prepare_cached(
        "UPDATE exchanges SET platform = ?2, platform_choice = ?3, event = ?4, user = ?5, \
         errors = ?6, warnings = ?7, infos = ?8, proof = 0 WHERE id = ?1 AND hidden = 0",
    )?
    .execute(params![
        id.0.as_bytes(),
        read.platform.as_str(),
        read.choice.as_str(),
        read.event,
        read.user,
        findings.error,
        findings.warning,
        findings.info
    ])?;
    Ok(())
}

/// Sets how many of the warnings tell what became of the answer's variables; whether those were
/// others before.
pub(crate) fn set_proof(conn: &Connection, seq: u64, findings: usize) -> rusqlite::Result<bool> {
    let sql = "UPDATE exchanges SET warnings = warnings - coalesce(proof, 0) + ?2, proof = ?2 \
               WHERE seq = ?1 AND coalesce(proof, 0) <> ?2";
    let changed = conn
        .prepare_cached(sql)?
        .execute(params![to_sql(seq), findings as i64])?;
    Ok(changed > 0)
}

/// Adds to the app's own findings of an exchange.
pub(crate) fn add_own_finding(
    conn: &Connection,
    seq: u64,
    finding: &OwnFinding,
) -> rusqlite::Result<()> {
    let json = serde_json::to_string(finding).expect("texts in a list are always JSON");
    conn.prepare_cached(
        "UPDATE exchanges SET own_findings = \
         json_insert(coalesce(own_findings, '[]'), '$[#]', json(?2)) WHERE seq = ?1",
    )?
    .execute(params![to_sql(seq), json])?;
    Ok(())
}

/// One exchange that is not hidden.
pub(crate) fn get(conn: &Connection, id: ExchangeId) -> rusqlite::Result<Option<Record>> {
    let sql = format!(
        "SELECT {} FROM exchanges e WHERE e.id = ?1 AND e.hidden = 0",
        *OF_E
    );
    conn.prepare_cached(&sql)?
        .query_row([id.0.as_bytes()], read)
        .optional()
}

/// The exchange with a number, hidden or not.
pub(crate) fn at(conn: &Connection, seq: u64) -> rusqlite::Result<Option<Summary>> {
    let sql = format!("SELECT {} FROM exchanges WHERE seq = ?1", names(""));
    conn.prepare_cached(&sql)?
        .query_row([to_sql(seq)], read_summary)
        .optional()
}

/// A part of the list, newest first: what a filter lets through between two numbers.
pub(crate) fn list(
    conn: &Connection,
    filter: &CompiledFilter,
    (between, until): ((i64, i64), Option<Instant>),
    limit: usize,
) -> rusqlite::Result<Vec<Record>> {
    let sql = format!(
        "SELECT {} FROM exchanges e WHERE e.seq BETWEEN ?1 AND ?2 AND {} \
         ORDER BY e.seq DESC LIMIT {limit}",
        *OF_E, filter.sql
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(filter.between(between, until)), read)?;
    rows.collect()
}

/// How many a filter lets through between two numbers, counted up to a limit.
pub(crate) fn count(
    conn: &Connection,
    filter: &CompiledFilter,
    (between, until): ((i64, i64), Option<Instant>),
    limit: usize,
) -> rusqlite::Result<usize> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM exchanges e WHERE e.seq BETWEEN ?1 AND ?2 AND {} \
         LIMIT {limit})",
        filter.sql
    );
    let found: i64 = conn
        .prepare_cached(&sql)?
        .query_row(params_from_iter(filter.between(between, until)), |row| {
            row.get(0)
        })?;
    Ok(usize::try_from(found).unwrap_or(0))
}

/// The number of the `nth` newest exchange between two numbers; `None` where it is the oldest of
/// them, or there are fewer.
pub(crate) fn nth_before(
    conn: &Connection,
    (low, high): (i64, i64),
    nth: usize,
) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT seq FROM exchanges WHERE seq BETWEEN ?1 AND ?2 \
               ORDER BY seq DESC LIMIT 2 OFFSET ?3";
    let numbers: Vec<i64> = conn
        .prepare_cached(sql)?
        .query_map(params![low, high, nth as i64 - 1], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(numbers.first().copied().filter(|_| numbers.len() == 2))
}

/// Goes over the turns that came from these sources, hidden or not, as long as it is wanted.
pub(crate) fn each_turn(
    conn: &Connection,
    sources: &[Source],
    mut turn: impl FnMut(u64, BotId, &str) -> bool,
) -> rusqlite::Result<()> {
    let sources: Vec<String> = sources
        .iter()
        .map(|source| format!("'{}'", source.as_str()))
        .collect();
    let sql = format!(
        "SELECT seq, bot, user FROM exchanges WHERE user IS NOT NULL AND source IN ({})",
        sources.join(", ")
    );
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let bot = BotId(Uuid::from_bytes(row.get(1)?));
        if !turn(from_sql(row.get(0)?), bot, row.get_ref(2)?.as_str()?) {
            break;
        }
    }
    Ok(())
}

/// The numbers of the next few behind one, hidden or not.
pub(crate) fn behind(conn: &Connection, seq: u64, limit: usize) -> rusqlite::Result<Vec<u64>> {
    let sql = "SELECT seq FROM exchanges WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params![to_sql(seq), limit as i64], |row| {
        row.get(0).map(from_sql)
    })?;
    rows.collect()
}

/// Whether a deletion hides it.
pub(crate) fn is_hidden(conn: &Connection, seq: u64) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM exchanges WHERE seq = ?1 AND hidden <> 0")?
        .exists([to_sql(seq)])
}

/// Whether there is one of that number, hidden or not.
pub(crate) fn has(conn: &Connection, seq: u64) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM exchanges WHERE seq = ?1")?
        .exists([to_sql(seq)])
}

/// The number of an exchange, hidden or not.
pub(crate) fn seq_of(conn: &Connection, id: ExchangeId) -> rusqlite::Result<Option<u64>> {
    conn.prepare_cached("SELECT seq FROM exchanges WHERE id = ?1")?
        .query_row([id.0.as_bytes()], |row| row.get(0).map(from_sql))
        .optional()
}

/// The lowest and the highest number in the table; 0 where it is empty.
pub(crate) fn bounds(conn: &Connection) -> rusqlite::Result<(u64, u64)> {
    // Two queries: SQLite takes either end from the tree, but both at once from a scan.
    let sql = "SELECT (SELECT coalesce(min(seq), 0) FROM exchanges), \
               (SELECT coalesce(max(seq), 0) FROM exchanges)";
    conn.query_row(sql, [], |row| {
        Ok((from_sql(row.get(0)?), from_sql(row.get(1)?)))
    })
}

/// When the newest exchange came.
pub(crate) fn newest_at(conn: &Connection) -> rusqlite::Result<Option<UtcMillis>> {
    let sql = "SELECT at FROM exchanges ORDER BY seq DESC LIMIT 1";
    conn.query_row(sql, [], |row| row.get(0).map(UtcMillis))
        .optional()
}

/// How many are shown. SQLite counts the smallest index: some 20 ms for a million.
pub(crate) fn count_shown(conn: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT (SELECT count(*) FROM exchanges) \
               - (SELECT count(*) FROM exchanges WHERE hidden <> 0)";
    conn.query_row(sql, [], |row| row.get(0).map(from_sql))
}

/// Marks what was open when a process ended; how many those were.
pub(crate) fn fail_open(conn: &Connection, last: i64) -> rusqlite::Result<u64> {
    let changed = conn.execute(
        "UPDATE exchanges SET state = 'failed', failure_code = ?1, failure_detail = '', \
         deadline = NULL WHERE state IN ('held', 'answering') AND seq <= ?2",
        params![values::failure_name(FailureCode::ProcessEnded), last],
    )?;
    Ok(changed as u64)
}

/// Some of what a filter lets through, lowest numbers first.
pub(crate) struct Matching {
    pub(crate) numbers: Vec<u64>,
    /// From where there may be more.
    pub(crate) next: Option<u64>,
}

/// Up to `limit` exchanges between two numbers that a filter lets through. For one that reads
/// texts it looks at `width` numbers only, from the first exchange there is: numbers have gaps.
pub(crate) fn matching(
    conn: &Connection,
    filter: &CompiledFilter,
    (low, high): (u64, u64),
    (width, limit): (u64, usize),
) -> rusqlite::Result<Matching> {
    let first: Option<i64> = conn
        .prepare_cached("SELECT min(seq) FROM exchanges WHERE seq BETWEEN ?1 AND ?2")?
        .query_row([to_sql(low), to_sql(high)], |row| row.get(0))?;
    let Some(first) = first.map(from_sql) else {
        let numbers = Vec::new();
        return Ok(Matching {
            numbers,
            next: None,
        });
    };
    let last = match filter.reads_texts {
        true => high.min(first.saturating_add(width - 1)),
        false => high,
    };
    let sql = format!(
        "SELECT e.seq FROM exchanges e WHERE e.seq BETWEEN ?1 AND ?2 AND {} \
         ORDER BY e.seq LIMIT {limit}",
        filter.sql
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let values = filter.between((to_sql(first), to_sql(last)), None);
    let rows = statement.query_map(params_from_iter(values), |row| row.get(0).map(from_sql))?;
    let numbers = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let full = numbers.last().filter(|_| numbers.len() == limit);
    let next = full.copied().unwrap_or(last).saturating_add(1);
    Ok(Matching {
        numbers,
        next: (next <= high).then_some(next),
    })
}

/// The oldest exchanges that retention may take: shown, not pinned, not open.
pub(crate) fn oldest(
    conn: &Connection,
    older_than: Option<UtcMillis>,
    limit: usize,
) -> rusqlite::Result<Vec<u64>> {
    let mut statement = conn.prepare_cached(
        "SELECT seq, at FROM exchanges WHERE pinned = 0 AND hidden = 0 \
         AND state NOT IN ('held', 'answering') ORDER BY seq LIMIT ?1",
    )?;
    let mut rows = statement.query([limit as i64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        // Arrival is the order of `seq`, so the first that is young enough ends the search.
        if older_than.is_some_and(|moment| row.get(1).is_ok_and(|at: i64| at >= moment.0)) {
            break;
        }
        found.push(from_sql(row.get(0)?));
    }
    Ok(found)
}

/// Removes a row; the body and the index entry are the other tables' to remove.
pub(crate) fn remove(conn: &Connection, seq: u64) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM exchanges WHERE seq = ?1")?
        .execute([to_sql(seq)])?;
    Ok(())
}

fn read_summary(row: &rusqlite::Row<'_>) -> rusqlite::Result<Summary> {
    Ok(read(row)?.summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_the_schema_is_an_entry_in_the_list_and_the_other_way_round() {
        let mut conn = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&mut conn).unwrap();
        let mut statement = conn
            .prepare("SELECT name FROM pragma_table_info('exchanges')")
            .unwrap();
        let columns = statement.query_map([], |row| row.get(0)).unwrap();
        let mut schema: Vec<String> = columns.map(Result::unwrap).collect();
        let mut listed: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
        listed.push("hidden");
        schema.sort_unstable();
        listed.sort_unstable();
        assert_eq!(schema, listed);
    }
}
