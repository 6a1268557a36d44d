//! Reads that take more than one table or more than one step.

mod turns;

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{
    Answer, AnsweredBy, Body, BotId, Code, Condition, Exchange, ExchangeId, FaultKind, Filter,
    OwnFinding, Side, Summary, Term, Wanted,
};
use rusqlite::{Connection, ErrorCode};

use crate::compiled_filter::CompiledFilter;
use crate::convert::{from_sql, to_sql};
use crate::error::StoreError;
use crate::filter;
use crate::outside::{Database, StoredPieces};
use crate::table::exchanges::Record;
use crate::table::{exchanges, messages, settings};
use crate::types::{Count, ListQuery, Page};

pub(crate) use turns::{AtNumber, previous_turn, turn_at};

/// The width, in numbers, of the first step in which a search goes back through the history; each
/// step is [`WIDER`] times as wide as the one before.
const FIRST_STEP: i64 = 2_000;
const WIDER: u8 = 10;

/// How long bodies are read for one answer, and how long in one step before it is taken in smaller
/// ones: a body of 20,000 fields takes some 10 ms.
const TIMES: Times = Times {
    answer: Duration::from_secs(2),
    step: Duration::from_millis(250),
};

#[derive(Clone, Copy)]
struct Times {
    answer: Duration,
    step: Duration,
}

/// Exchanges that the search index does not hold yet, read through for one answer at most: some
/// tenths of a second. With more of them an answer says how far back it has looked.
pub(crate) const UNINDEXED_READ: usize = 20_000;

/// A part of the list.
pub(crate) fn list(
    conn: &Connection,
    query: &ListQuery,
    unindexed: usize,
) -> Result<Page, StoreError> {
    let compiled = compile(&query.filter, query.bot);
    let (low, high) = bounds(query);
    let end = unindexed_end(conn, &compiled, (low, high), unindexed)?;
    // One more than asked for tells whether there is a next page.
    let limit = query.limit.saturating_add(1);
    let (mut records, stopped) = newest(conn, &compiled, end.unwrap_or(low), high, limit)?;
    let more = records.len() > query.limit;
    records.truncate(query.limit);
    let summaries: Vec<Summary> = records.into_iter().map(|record| record.summary).collect();
    let searched_back_to = stopped.or(end).filter(|_| !more).map(from_sql);
    let next_before = match more {
        true => summaries.last().map(|last| last.seq),
        false => searched_back_to,
    };
    Ok(Page {
        summaries,
        next_before,
        searched_back_to,
    })
}

/// How many exchanges a filter lets through, counted up to a limit.
pub(crate) fn count(
    conn: &Connection,
    filter: &Filter,
    bot: Option<BotId>,
    limit: usize,
    unindexed: usize,
) -> Result<Count, StoreError> {
    let compiled = compile(filter, bot);
    let end = unindexed_end(conn, &compiled, (0, i64::MAX), unindexed)?;
    let high = to_sql(exchanges::bounds(conn)?.1);
    let mut found = 0;
    let stopped = go_back(&compiled, (end.unwrap_or(0), high), TIMES, |part| {
        found += exchanges::count(conn, &compiled, part, limit + 1 - found)?;
        Ok(found > limit)
    })?;
    Ok(Count {
        exchanges: found.min(limit) as u64,
        is_whole: found <= limit && stopped.or(end).is_none(),
    })
}

/// The lowest number that one answer looks back to, where there are more exchanges above it that
/// have to be read through than one answer should wait for.
fn unindexed_end(
    conn: &Connection,
    compiled: &CompiledFilter,
    (low, high): (i64, i64),
    unindexed: usize,
) -> Result<Option<i64>, StoreError> {
    if !compiled.reads_messages {
        return Ok(None);
    }
    let indexed = settings::counter(conn, settings::INDEXED_SEQ)?;
    let low = low.max(indexed.saturating_add(1));
    Ok(exchanges::nth_before(conn, (low, high), unindexed)?)
}

/// The newest exchanges between two numbers that a filter lets through, and how far back was looked
/// where the time was over before.
fn newest(
    conn: &Connection,
    compiled: &CompiledFilter,
    low: i64,
    high: i64,
    limit: usize,
) -> Result<(Vec<Record>, Option<i64>), StoreError> {
    let high = high.min(to_sql(exchanges::bounds(conn)?.1));
    let mut found = Vec::new();
    let stopped = go_back(compiled, (low, high), TIMES, |part| {
        found.extend(exchanges::list(conn, compiled, part, limit - found.len())?);
        Ok(found.len() >= limit)
    })?;
    Ok((found, stopped))
}

/// Goes back through the history in steps, each wider than the one before: common words are found
/// among the newest; only rare ones take a search all the way. One in which bodies are read ends at
/// its deadline, and is taken in smaller ones. A step tells whether there is enough. Gives the
/// lowest number that was looked at, where the time was over before all were.
fn go_back(
    compiled: &CompiledFilter,
    (low, mut high): (i64, i64),
    times: Times,
    mut step: impl FnMut(((i64, i64), Option<Instant>)) -> rusqlite::Result<bool>,
) -> Result<Option<i64>, StoreError> {
    let (begun, first) = (Instant::now(), high);
    let mut is_narrowed = false;
    let mut width = match compiled.reads_texts {
        true => FIRST_STEP,
        false => i64::MAX,
    };
    while high >= low {
        let from = high.saturating_sub(width - 1).max(low);
        // One body is read to its end.
        let is_bounded = compiled.reads_messages && from < high;
        let step_begun = Instant::now();
        let until = is_bounded.then(|| step_begun + times.step);
        match step(((from, high), until)) {
            Ok(true) => return Ok(None),
            Ok(false) => {}
            Err(error) if is_bounded && is_interrupted(&error) => {
                if high < first && begun.elapsed() >= times.answer {
                    return Ok(Some(high + 1));
                }
                (width, is_narrowed) = (((high - from) / i64::from(WIDER)).max(1), true);
                continue;
            }
            Err(error) => return Err(error.into()),
        }
        if compiled.reads_messages && from > low && begun.elapsed() >= times.answer {
            return Ok(Some(from));
        }
        high = from - 1;
        // Where one heavy body made it narrow, it widens again behind that: where the wider step
        // takes half of its time, if bodies stay as they are.
        if !is_narrowed || step_begun.elapsed() * (2 * u32::from(WIDER)) < times.step {
            width = width.saturating_mul(WIDER.into());
        }
    }
    Ok(None)
}

fn is_interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted)
}

/// One exchange with its messages, or with one of them.
pub(crate) fn get(
    conn: &Connection,
    database: &Database,
    id: ExchangeId,
    only: Option<Side>,
) -> Result<Option<Exchange>, StoreError> {
    let found = exchanges::get(conn, id)?;
    found
        .map(|record| with_messages(conn, database, record, only))
        .transpose()
}

fn with_messages(
    conn: &Connection,
    database: &Database,
    record: Record,
    only: Option<Side>,
) -> Result<Exchange, StoreError> {
    let Record {
        summary,
        timing,
        platform_choice,
        rule_context,
        own_findings,
        unknown,
    } = record;
    let body = |side, beginning, length| match length {
        None => Body::from(beginning),
        Some(length) => {
            let source = StoredPieces::new(database.clone(), summary.seq, side);
            Body::outside(beginning, length, Arc::new(source))
        }
    };
    let Some((mut request, answers)) = messages::get(conn, summary.seq, only, body)? else {
        return Err(StoreError::Unreadable(format!(
            "exchange {} has no messages",
            summary.id
        )));
    };
    let mut own_findings = match own_findings {
        None => Vec::new(),
        Some(json) => serde_json::from_str(&json)
            .map_err(|error| StoreError::Unreadable(format!("own findings: {error}")))?,
    };
    let unknown = unknown.into_iter().map(|unknown| {
        OwnFinding::new(Code::UnknownName, [unknown.column.to_owned(), unknown.name])
    });
    own_findings.extend(unknown);
    request.method.clone_from(&summary.method);
    request.path.clone_from(&summary.path);
    Ok(Exchange {
        summary,
        request,
        answers,
        timing,
        platform_choice,
        rule_context,
        own_findings,
    })
}

/// The newest answer that a bot gave to an event: the event's newest exchanges are looked at first.
pub(crate) fn last_answer(
    conn: &Connection,
    database: &Database,
    bot: BotId,
    event: Option<&str>,
) -> Result<Option<Answer>, StoreError> {
    let terms = event.map(|event| Term {
        negated: false,
        condition: Condition::Event(Wanted::whole(event)),
    });
    let mut compiled = compile(
        &Filter {
            terms: terms.into_iter().collect(),
            ..Filter::default()
        },
        Some(bot),
    );
    let exactly = compiled.bind(event.map(str::to_owned));
    // What the platform itself answered as a server was no answer to a bot, and one that a fault
    // cut off came to none.
    let platform = compiled.bind(AnsweredBy::Platform.as_str().to_owned());
    let truncate = compiled.bind(FaultKind::Truncate.as_str().to_owned());
    compiled.sql.push_str(&format!(
        " AND e.event IS {exactly} AND e.answered_by IS NOT NULL \
         AND e.answered_by <> {platform} AND e.fault IS NOT {truncate}",
    ));
    // One of which only the beginning was recorded cannot be given again.
    let cut = compiled.bind(format!("\"{}\"", Code::AnswerNotSaved.as_str()));
    compiled.sql.push_str(&format!(
        " AND EXISTS (SELECT 1 FROM messages m WHERE m.key = {answer}) \
         AND instr(coalesce(e.own_findings, ''), {cut}) = 0",
        answer = messages::key_sql("e.seq", Side::Response),
    ));
    let (found, _) = newest(conn, &compiled, 0, i64::MAX, 1)?;
    match found.into_iter().next() {
        Some(record) => {
            let only = Some(Side::Response);
            let mut exchange = with_messages(conn, database, record, only)?;
            Ok(exchange.answers.take(Side::Response))
        }
        None => Ok(None),
    }
}

/// The numbers between which a query looks, both included.
fn bounds(query: &ListQuery) -> (i64, i64) {
    let after = |after| to_sql(after).saturating_add(1);
    let before = |before| to_sql(before) - 1;
    (
        query.after.map_or(0, after),
        query.before.map_or(i64::MAX, before),
    )
}

/// What a deletion by a filter takes: held exchanges are deleted by name only, because a caller
/// waits for each.
pub(crate) fn deletable(terms: &Filter, bot: Option<BotId>) -> CompiledFilter {
    let mut compiled = compile(terms, bot);
    compiled.sql.push_str(" AND e.state <> 'held'");
    compiled
}

fn compile(terms: &Filter, bot: Option<BotId>) -> CompiledFilter {
    let mut compiled = filter::compile(terms);
    if let Some(bot) = bot {
        let bot = compiled.bind(bot.0.as_bytes().to_vec());
        compiled.sql.push_str(&format!(" AND e.bot = {bot}"));
    }
    compiled
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use protocol::{FilterTime, parse_filter};
    use rusqlite::ffi;

    use super::*;
    use crate::functions::BotSettings;
    use crate::open::StoreOptions;
    use crate::store::Store;
    use crate::types::Stopwatch;
    use crate::{connection, functions, sample};

    /// Exchanges 1 to 8, of which the index holds the first two; 1 and 7 have the word.
    async fn lagging(dir: &Path) -> Connection {
        let clock = || protocol::UtcMillis(sample::MORNING);
        let (store, _) = Store::open(&StoreOptions::new(dir, clock)).unwrap();
        for seq in 1..=8 {
            let mut one = sample::exchange(seq);
            if seq == 1 || seq == 7 {
                one.request.body = "{\"a\":\"жираф\"}".into();
            }
            store.insert(one, Stopwatch::start()).await.unwrap();
        }
        store.idle().await;
        store.close().await;
        let path = dir.join("history.sqlite3");
        let writer = Connection::open(&path).unwrap();
        writer
            .execute_batch(
                "DELETE FROM search WHERE rowid > 2;
                 UPDATE counters SET value = 2 WHERE name = 'indexed_seq'",
            )
            .unwrap();
        drop(writer);
        let reader = connection::reader(&path).unwrap();
        functions::register(&reader, &BotSettings::default(), || false).unwrap();
        reader
    }

    fn asked(text: &str, before: Option<u64>) -> ListQuery {
        ListQuery {
            limit: 10,
            before,
            filter: parse_filter(text, &FilterTime::default()).unwrap(),
            ..ListQuery::default()
        }
    }

    #[tokio::test]
    async fn a_search_that_stops_before_the_index_says_how_far_it_looked_and_can_go_on() {
        let dir = tempfile::tempdir().unwrap();
        let conn = lagging(dir.path()).await;
        let mut seen = Vec::new();
        let mut before = None;
        for (found, end) in [(&[7][..], Some(7)), (&[], Some(5)), (&[1], None)] {
            let page = list(&conn, &asked("жираф", before), 2).unwrap();
            let numbers: Vec<u64> = page.summaries.iter().map(|one| one.seq).collect();
            assert_eq!(
                (&numbers[..], page.searched_back_to),
                (found, end),
                "{before:?}"
            );
            assert_eq!(page.next_before, end);
            seen.extend(numbers);
            before = end;
        }
        assert_eq!(seen, [7, 1]);
        let whole = list(&conn, &asked("жираф", None), 6).unwrap();
        assert_eq!((whole.summaries.len(), whole.searched_back_to), (2, None));
        let columns = list(&conn, &asked("status:200", None), 3).unwrap();
        assert_eq!(
            (columns.summaries.len(), columns.searched_back_to),
            (8, None)
        );
    }

    #[tokio::test]
    async fn matches_are_counted_up_to_a_limit_and_as_far_as_the_search_has_come() {
        let dir = tempfile::tempdir().unwrap();
        let conn = lagging(dir.path()).await;
        let counted = |text: &str, limit, unindexed| {
            let filter = asked(text, None).filter;
            let count = count(&conn, &filter, None, limit, unindexed).unwrap();
            (count.exchanges, count.is_whole)
        };
        assert_eq!(counted("жираф", 10, 100), (2, true));
        assert_eq!(counted("жираф", 10, 3), (1, false));
        assert_eq!(counted("жираф", 1, 100), (1, false));
        assert_eq!(counted("status:200", 8, 3), (8, true));
        assert_eq!(counted("status:200", 7, 3), (7, false));
    }

    fn reading(reads_messages: bool) -> CompiledFilter {
        CompiledFilter {
            reads_texts: true,
            reads_messages,
            ..CompiledFilter::shown()
        }
    }

    fn interrupted() -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_INTERRUPT), None)
    }

    #[test]
    fn a_step_that_takes_long_is_taken_in_smaller_ones_and_no_number_is_left_out_or_taken_twice() {
        let times = Times {
            answer: Duration::from_secs(3600),
            ..TIMES
        };
        let mut next = 100_000;
        let stopped = go_back(
            &reading(true),
            (1, 100_000),
            times,
            |((from, to), until)| {
                // Each number takes a part of the step's time, and one takes longer than all of it.
                let is_long = to - from >= 500 || (from..=to).contains(&77_777) && from < to;
                if is_long && until.is_some() {
                    return Err(interrupted());
                }
                assert_eq!(to, next);
                next = from - 1;
                Ok(false)
            },
        );
        assert_eq!((stopped.unwrap(), next), (None, 0));
    }

    #[test]
    fn behind_a_body_that_takes_long_the_steps_are_wide_again() {
        let times = Times {
            answer: Duration::from_secs(3600),
            step: Duration::from_secs(3600),
        };
        let mut steps = 0;
        let stopped = go_back(&reading(true), (1, 1_000_000), times, |((from, to), _)| {
            steps += 1;
            match (from..=to).contains(&990_000) && from < to {
                true => Err(interrupted()),
                false => Ok(false),
            }
        });
        assert_eq!(stopped.unwrap(), None);
        assert!(steps < 100, "{steps} steps for a million");
    }

    #[test]
    fn an_answer_whose_time_is_over_says_how_far_it_has_looked() {
        let over = Times {
            answer: Duration::ZERO,
            ..TIMES
        };
        let back = |reads_messages, low| {
            let found = |_| Ok(false);
            go_back(&reading(reads_messages), (low, 9_000), over, found).unwrap()
        };
        assert_eq!(back(true, 1), Some(7_001));
        assert_eq!(back(true, 7_001), None, "that was all");
        assert_eq!(back(false, 1), None, "columns are read to the end");
    }

    #[tokio::test]
    async fn bodies_are_read_until_the_deadline() {
        let dir = tempfile::tempdir().unwrap();
        let conn = lagging(dir.path()).await;
        for text in ["жираф", "body:жираф", "var.a=жираф"] {
            let compiled = compile(&asked(text, None).filter, None);
            assert!(compiled.reads_messages, "{text}");
            let found = |until| exchanges::list(&conn, &compiled, ((1, 8), until), 10);
            assert_eq!(found(None).unwrap().len(), 2, "{text}");
            let later = Instant::now() + Duration::from_secs(3600);
            assert_eq!(found(Some(later)).unwrap().len(), 2, "{text}");
            let error = found(Some(Instant::now())).err().unwrap();
            assert!(is_interrupted(&error), "{text}: {error}");
        }
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_ends_before_the_next_body() {
        let dir = tempfile::tempdir().unwrap();
        drop(lagging(dir.path()).await);
        let conn = connection::reader(&dir.path().join("history.sqlite3")).unwrap();
        functions::register(&conn, &BotSettings::default(), || true).unwrap();
        let error = list(&conn, &asked("body:жираф", None), 8).err().unwrap();
        assert!(
            matches!(&error, StoreError::Read(cause) if is_interrupted(cause)),
            "{error:?}"
        );
    }
}
