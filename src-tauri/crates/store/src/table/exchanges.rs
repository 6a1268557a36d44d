//! The table `exchanges`: the small columns, what the list shows. Nothing here touches a body.

use std::sync::LazyLock;

use protocol::{
    AnsweredBy, BotId, ExchangeId, Failure, FailureCode, FindingCounts, State, Summary, Timing,
    UtcMillis,
};
use rusqlite::types::{Type, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, named_params, params, params_from_iter};
use serde::Deserialize;
use serde::de::value::{Error as NameError, StrDeserializer};
use uuid::Uuid;

use crate::Change;
use crate::filter::Compiled;

/// The columns of a summary, in the order [`read_summary`] wants them; `e` is the table.
pub(crate) const SUMMARY_COLUMNS: &str = "e.seq, e.id, e.at, e.bot, e.source, e.platform, \
    e.method, e.path, e.event, e.user, e.state, e.answered_by, e.status, e.request_bytes, \
    e.response_bytes, e.duration_ms, e.deadline, e.errors, e.warnings, e.infos, e.replay_of, \
    e.note, e.pinned, e.failure_code, e.failure_detail";

const INSERT: &str = "INSERT INTO exchanges (seq, id, at, bot, source, platform, method, path, \
    event, user, state, answered_by, status, request_bytes, response_bytes, duration_ms, deadline, \
    errors, warnings, infos, replay_of, note, pinned, failure_code, failure_detail, received_us, \
    decided_us, answered_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, \
    ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)";

/// Adds a row.
pub(crate) fn insert(
    conn: &Connection,
    summary: &Summary,
    timing: &Timing,
    duration_ms: Option<f64>,
) -> rusqlite::Result<()> {
    let failure = summary.failure.as_ref();
    conn.prepare_cached(INSERT)?.execute(params![
        number(summary.seq),
        summary.id.0.as_bytes(),
        summary.at.0,
        summary.bot.0.as_bytes(),
        summary.source.as_str(),
        summary.platform.as_str(),
        summary.method,
        summary.path,
        summary.event,
        summary.user,
        summary.state.as_str(),
        summary.answered_by.map(AnsweredBy::as_str),
        summary.status,
        number(summary.request_bytes),
        number(summary.response_bytes),
        duration_ms,
        summary.deadline.map(|moment| moment.0),
        summary.findings.error,
        summary.findings.warning,
        summary.findings.info,
        summary.replay_of.as_ref().map(|id| id.0.as_bytes()),
        summary.note,
        summary.pinned,
        failure.map(|failure| failure_name(failure.code)),
        failure.map(|failure| failure.detail.as_str()),
        number(timing.received_us),
        timing.decided_us.map(number),
        timing.answered_us.map(number),
    ])?;
    Ok(())
}

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
    let now_us = change.clock.map(|clock| clock.elapsed_us());
    let answered_us = now_us.filter(|_| change.answer.is_some());
    let duration_ms = change.duration_ms.or(now_us.map(milliseconds));
    let status = change
        .status
        .or(change.answer.as_ref().map(|answer| Some(answer.status)));
    let failure = change.failure.as_ref();
    conn.prepare_cached(&UPDATE)?
        .query_row(
            named_params! {
                ":id": id.0.as_bytes(),
                ":state": change.state.map(State::as_str),
                ":answered_by": change.answered_by.map(AnsweredBy::as_str),
                ":set_status": status.is_some(),
                ":status": status.flatten(),
                ":response_bytes": change.answer.as_ref().map(|answer| answer.body.len() as i64),
                ":duration_ms": duration_ms,
                ":set_deadline": change.deadline.is_some(),
                ":deadline": change.deadline.flatten().map(|moment| moment.0),
                ":errors": change.findings.map(|counts| counts.error),
                ":warnings": change.findings.map(|counts| counts.warning),
                ":infos": change.findings.map(|counts| counts.info),
                ":failure_code": failure.map(|failure| failure_name(failure.code)),
                ":failure_detail": failure.map(|failure| failure.detail.as_str()),
                ":decided_us": change.decided_us.map(number),
                ":answered_us": answered_us.map(number),
            },
            |row| {
                Ok(Updated {
                    summary: read_summary(row)?,
                    hidden: row.get(25)?,
                })
            },
        )
        .optional()
}

/// One statement for every change, so that it is prepared once.
static UPDATE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "UPDATE exchanges SET state = coalesce(:state, state), \
         answered_by = coalesce(:answered_by, answered_by), \
         status = iif(:set_status, :status, status), \
         response_bytes = coalesce(:response_bytes, response_bytes), \
         duration_ms = coalesce(:duration_ms, duration_ms), \
         deadline = iif(:set_deadline, :deadline, deadline), \
         errors = coalesce(:errors, errors), warnings = coalesce(:warnings, warnings), \
         infos = coalesce(:infos, infos), failure_code = coalesce(:failure_code, failure_code), \
         failure_detail = coalesce(:failure_detail, failure_detail), \
         decided_us = coalesce(:decided_us, decided_us), \
         answered_us = coalesce(:answered_us, answered_us) \
         WHERE id = :id RETURNING {}, hidden",
        returning_columns()
    )
});

/// `RETURNING` knows no alias of the table.
fn returning_columns() -> String {
    SUMMARY_COLUMNS.replace("e.", "")
}

/// Writes the note or the pin; `None` where there is no such exchange.
pub(crate) fn annotate(
    conn: &Connection,
    id: ExchangeId,
    note: Option<&str>,
    pinned: Option<bool>,
) -> rusqlite::Result<Option<Summary>> {
    let sql = format!(
        "UPDATE exchanges SET note = coalesce(?2, note), pinned = coalesce(?3, pinned) \
         WHERE id = ?1 AND hidden = 0 RETURNING {}",
        returning_columns()
    );
    conn.prepare_cached(&sql)?
        .query_row(params![id.0.as_bytes(), note, pinned], read_summary)
        .optional()
}

/// The summary of one exchange that is not hidden.
pub(crate) fn summary(conn: &Connection, id: ExchangeId) -> rusqlite::Result<Option<Summary>> {
    let sql = format!("SELECT {SUMMARY_COLUMNS} FROM exchanges e WHERE e.id = ?1 AND e.hidden = 0");
    conn.prepare_cached(&sql)?
        .query_row([id.0.as_bytes()], read_summary)
        .optional()
}

/// The moments of one exchange.
pub(crate) fn timing(conn: &Connection, seq: u64) -> rusqlite::Result<Timing> {
    conn.prepare_cached(
        "SELECT received_us, decided_us, answered_us FROM exchanges WHERE seq = ?1",
    )?
    .query_row([number(seq)], |row| {
        Ok(Timing {
            received_us: count(row.get(0)?),
            decided_us: row.get::<_, Option<i64>>(1)?.map(count),
            answered_us: row.get::<_, Option<i64>>(2)?.map(count),
        })
    })
}

/// A part of the list, newest first: what a compiled filter lets through between two numbers.
pub(crate) fn list(
    conn: &Connection,
    filter: &Compiled,
    (low, high): (i64, i64),
    limit: usize,
) -> rusqlite::Result<Vec<Summary>> {
    let sql = format!(
        "SELECT {SUMMARY_COLUMNS} FROM exchanges e WHERE e.seq BETWEEN ?1 AND ?2 AND {} \
         ORDER BY e.seq DESC LIMIT {limit}",
        filter.sql
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(bounded(filter, low, high)), read_summary)?;
    rows.collect()
}

/// Numbers and ids of everything that a compiled filter lets through.
pub(crate) fn matching(
    conn: &Connection,
    filter: &Compiled,
) -> rusqlite::Result<Vec<(u64, ExchangeId)>> {
    let sql = format!(
        "SELECT e.seq, e.id FROM exchanges e WHERE e.seq BETWEEN ?1 AND ?2 AND {} ORDER BY e.seq",
        filter.sql
    );
    let mut statement = conn.prepare(&sql)?;
    let values = params_from_iter(bounded(filter, 0, i64::MAX));
    let rows = statement.query_map(values, |row| {
        Ok((count(row.get(0)?), ExchangeId(uuid(row, 1)?)))
    })?;
    rows.collect()
}

fn bounded(filter: &Compiled, low: i64, high: i64) -> impl Iterator<Item = Value> {
    [low, high]
        .map(Value::from)
        .into_iter()
        .chain(filter.values.iter().cloned())
}

/// The number of an exchange that is shown.
pub(crate) fn seq_of(conn: &Connection, id: ExchangeId) -> rusqlite::Result<Option<u64>> {
    conn.prepare_cached("SELECT seq FROM exchanges WHERE id = ?1 AND hidden = 0")?
        .query_row([id.0.as_bytes()], |row| row.get(0).map(count))
        .optional()
}

/// The highest number in the table.
pub(crate) fn max_seq(conn: &Connection) -> rusqlite::Result<u64> {
    conn.query_row("SELECT coalesce(max(seq), 0) FROM exchanges", [], |row| {
        row.get(0).map(count)
    })
}

/// How many are shown. SQLite counts the smallest index: some 20 ms for a million.
pub(crate) fn count_shown(conn: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT (SELECT count(*) FROM exchanges) \
               - (SELECT count(*) FROM exchanges WHERE hidden <> 0)";
    conn.query_row(sql, [], |row| row.get(0).map(count))
}

/// Marks what a process that ended left open; how many those were.
pub(crate) fn fail_open(conn: &Connection) -> rusqlite::Result<u64> {
    let changed = conn.execute(
        "UPDATE exchanges SET state = 'failed', failure_code = ?1, failure_detail = '', \
         deadline = NULL WHERE state IN ('held', 'answering')",
        [failure_name(FailureCode::ProcessEnded)],
    )?;
    Ok(changed as u64)
}

/// Hides one exchange under a deletion's number; whether it was shown.
pub(crate) fn hide(conn: &Connection, seq: u64, deletion: i64) -> rusqlite::Result<bool> {
    let changed = conn
        .prepare_cached("UPDATE exchanges SET hidden = ?2 WHERE seq = ?1 AND hidden = 0")?
        .execute(params![number(seq), deletion])?;
    Ok(changed > 0)
}

/// Brings back up to `limit` exchanges of a deletion, the newest first.
pub(crate) fn unhide(
    conn: &Connection,
    deletion: i64,
    limit: usize,
) -> rusqlite::Result<Vec<Summary>> {
    let sql = format!(
        "UPDATE exchanges SET hidden = 0 WHERE seq IN (SELECT seq FROM exchanges \
         WHERE hidden = ?1 AND hidden <> 0 ORDER BY seq DESC LIMIT ?2) RETURNING {}",
        returning_columns()
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params![deletion, limit as i64], read_summary)?;
    rows.collect()
}

/// Up to `limit` hidden exchanges that no deletion of `kept` can bring back.
pub(crate) fn hidden_for_good(
    conn: &Connection,
    kept: &[i64],
    limit: usize,
) -> rusqlite::Result<Vec<u64>> {
    let kept = kept
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(",");
    let sql = format!(
        "SELECT seq FROM exchanges WHERE hidden <> 0 AND hidden NOT IN ({kept}) LIMIT {limit}"
    );
    let mut statement = conn.prepare(&sql)?;
    let rows = statement.query_map([], |row| row.get(0).map(count))?;
    rows.collect()
}

/// The oldest exchanges that retention may take: shown, not pinned, not open.
pub(crate) fn oldest(
    conn: &Connection,
    older_than: Option<UtcMillis>,
    limit: usize,
) -> rusqlite::Result<Vec<u64>> {
    let mut statement = conn.prepare_cached(
        "SELECT seq FROM exchanges WHERE pinned = 0 AND hidden = 0 \
         AND state NOT IN ('held', 'answering') ORDER BY seq LIMIT ?1",
    )?;
    let Some(moment) = older_than else {
        return statement
            .query_map([limit as i64], |row| row.get(0).map(count))?
            .collect();
    };
    // Arrival is the order of `seq`, so the first that is young enough ends the search.
    let mut aged = conn.prepare_cached(
        "SELECT seq, at FROM exchanges WHERE pinned = 0 AND hidden = 0 \
         AND state NOT IN ('held', 'answering') ORDER BY seq LIMIT ?1",
    )?;
    let mut rows = aged.query([limit as i64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(1)? >= moment.0 {
            break;
        }
        found.push(count(row.get(0)?));
    }
    Ok(found)
}

/// Removes a row; the body and the index entry are the other tables' to remove.
pub(crate) fn remove(conn: &Connection, seq: u64) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM exchanges WHERE seq = ?1")?
        .execute([number(seq)])?;
    Ok(())
}

/// Reads a summary from a row that begins with [`SUMMARY_COLUMNS`].
pub(crate) fn read_summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    Ok(Summary {
        seq: count(row.get(0)?),
        id: ExchangeId(uuid(row, 1)?),
        at: UtcMillis(row.get(2)?),
        bot: BotId(uuid(row, 3)?),
        source: name(row, 4)?,
        platform: name(row, 5)?,
        method: row.get(6)?,
        path: row.get(7)?,
        event: row.get(8)?,
        user: row.get(9)?,
        state: name(row, 10)?,
        answered_by: if row.get_ref(11)? == ValueRef::Null {
            None
        } else {
            Some(name(row, 11)?)
        },
        status: row.get(12)?,
        request_bytes: count(row.get(13)?),
        response_bytes: count(row.get(14)?),
        duration_ms: row.get(15)?,
        deadline: row.get::<_, Option<i64>>(16)?.map(UtcMillis),
        findings: FindingCounts {
            error: row.get(17)?,
            warning: row.get(18)?,
            info: row.get(19)?,
        },
        replay_of: row
            .get::<_, Option<[u8; 16]>>(20)?
            .map(|id| ExchangeId(Uuid::from_bytes(id))),
        note: row.get(21)?,
        pinned: row.get(22)?,
        failure: failure(row)?,
    })
}

fn failure(row: &Row<'_>) -> rusqlite::Result<Option<Failure>> {
    let Some(code) = row.get::<_, Option<String>>(23)? else {
        return Ok(None);
    };
    // A code of a later version is not known here.
    let code = FailureCode::deserialize(StrDeserializer::<NameError>::new(&code))
        .unwrap_or(FailureCode::Other);
    Ok(Some(Failure {
        code,
        detail: row.get::<_, Option<String>>(24)?.unwrap_or_default(),
    }))
}

fn failure_name(code: FailureCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        _ => "other".to_owned(),
    }
}

fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    row.get::<_, [u8; 16]>(column).map(Uuid::from_bytes)
}

/// A column that holds a vocabulary's text.
fn name<T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    text.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

/// SQLite's integers have a sign; a count beyond their end is written as the end.
pub(crate) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count as it was written by [`number`].
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Microseconds as the API's milliseconds.
pub(crate) fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}
