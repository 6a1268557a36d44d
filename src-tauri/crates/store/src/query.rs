//! Reads that take more than one table or more than one step.

mod turns;

use std::sync::Arc;

use protocol::{
    Answer, AnsweredBy, Body, BotId, Code, Condition, Exchange, ExchangeId, FaultKind, Filter,
    OwnFinding, Side, Summary, Term, Wanted,
};
use rusqlite::Connection;

use crate::compiled_filter::CompiledFilter;
use crate::convert::{from_sql, to_sql};
use crate::error::StoreError;
use crate::filter;
use crate::outside::{Database, StoredPieces};
use crate::table::exchanges::Record;
use crate::table::{exchanges, messages, settings};
use crate::types::{Count, ListQuery, Page};

pub(crate) use turns::{AtNumber, previous_turn, turn_at};

/// The widths, in numbers, of the steps in which a search goes back through the history.
const SEARCH_STEPS: [i64; 4] = [2_000, 20_000, 200_000, i64::MAX];

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
    let mut records = newest(conn, &compiled, end.unwrap_or(low), high, limit)?;
    let more = records.len() > query.limit;
    records.truncate(query.limit);
    let summaries: Vec<Summary> = records.into_iter().map(|record| record.summary).collect();
    let searched_back_to = end.filter(|_| !more).map(from_sql);
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
    let mut high = to_sql(exchanges::bounds(conn)?.1);
    let (low, mut found) = (end.unwrap_or(0), 0);
    for width in steps(&compiled) {
        if high < low || found > limit {
            break;
        }
        let from = high.saturating_sub(width - 1).max(low);
        found += exchanges::count(conn, &compiled, (from, high), limit + 1 - found)?;
        high = from - 1;
    }
    Ok(Count {
        exchanges: found.min(limit) as u64,
        is_whole: found <= limit && end.is_none(),
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

/// The newest exchanges between two numbers that a filter lets through.
fn newest(
    conn: &Connection,
    compiled: &CompiledFilter,
    low: i64,
    high: i64,
    limit: usize,
) -> Result<Vec<Record>, StoreError> {
    let mut high = high.min(to_sql(exchanges::bounds(conn)?.1));
    let mut found = Vec::new();
    for width in steps(compiled) {
        if high < low || found.len() >= limit {
            break;
        }
        let from = high.saturating_sub(width - 1).max(low);
        found.extend(exchanges::list(
            conn,
            compiled,
            (from, high),
            limit - found.len(),
        )?);
        high = from - 1;
    }
    Ok(found)
}

/// Common words are found among the newest; only rare ones take a search all the way.
fn steps(compiled: &CompiledFilter) -> &'static [i64] {
    match compiled.reads_texts {
        true => &SEARCH_STEPS,
        false => &SEARCH_STEPS[3..],
    }
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
    let found = newest(conn, &compiled, 0, i64::MAX, 1)?;
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
        functions::register(&reader, &BotSettings::default()).unwrap();
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
}
