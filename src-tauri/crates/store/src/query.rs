//! Reads that take more than one table or more than one step.

use std::path::Path;
use std::sync::Arc;

use protocol::{
    Answer, AnsweredBy, Body, BotId, Code, Condition, Exchange, ExchangeId, FaultKind, Filter,
    OwnFinding, Summary, Term,
};
use rusqlite::Connection;

use crate::compiled_filter::CompiledFilter;
use crate::convert::to_sql;
use crate::error::StoreError;
use crate::filter;
use crate::outside::StoredPieces;
use crate::table::body_pieces::Side;
use crate::table::exchanges::Record;
use crate::table::{bodies, exchanges};
use crate::types::{ListQuery, Page};

/// The widths, in numbers, of the steps in which a search goes back through the history.
const SEARCH_STEPS: [i64; 4] = [2_000, 20_000, 200_000, i64::MAX];

/// A part of the list.
pub(crate) fn list(conn: &Connection, query: &ListQuery) -> Result<Page, StoreError> {
    let compiled = compile(&query.filter, query.bot);
    let (low, high) = bounds(query);
    // One more than asked for tells whether there is a next page.
    let mut records = newest(conn, &compiled, low, high, query.limit.saturating_add(1))?;
    let more = records.len() > query.limit;
    records.truncate(query.limit);
    let summaries: Vec<Summary> = records.into_iter().map(|record| record.summary).collect();
    let next_before = summaries.last().filter(|_| more).map(|last| last.seq);
    Ok(Page {
        summaries,
        next_before,
    })
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
    // Common words are found among the newest; only rare ones take the search all the way.
    let steps = if compiled.reads_texts {
        &SEARCH_STEPS[..]
    } else {
        &SEARCH_STEPS[3..]
    };
    for width in steps {
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

/// One exchange with its messages.
pub(crate) fn get(
    conn: &Connection,
    database: &Path,
    id: ExchangeId,
) -> Result<Option<Exchange>, StoreError> {
    let found = exchanges::get(conn, id)?;
    found
        .map(|record| with_messages(conn, database, record))
        .transpose()
}

fn with_messages(
    conn: &Connection,
    database: &Path,
    record: Record,
) -> Result<Exchange, StoreError> {
    let Record {
        summary,
        timing,
        platform_choice,
        unknown,
    } = record;
    let Some(messages) = bodies::get(conn, summary.seq)? else {
        return Err(StoreError::Unreadable(format!(
            "exchange {} has no messages",
            summary.id
        )));
    };
    let whole = |beginning: Body, length: Option<u64>, side| match length {
        None => beginning,
        Some(length) => {
            let source = StoredPieces::new(database.to_owned(), summary.seq, side);
            Body::outside(beginning.beginning().clone(), length, Arc::new(source))
        }
    };
    let mut request = messages.request;
    request.body = whole(request.body, messages.request_length, Side::Request);
    let answer = messages.answer.map(|answer| Answer {
        body: whole(answer.body, messages.answer_length, Side::Answer),
        ..answer
    });
    let mut own_findings = messages.own_findings;
    let unknown = unknown.into_iter().map(|unknown| {
        OwnFinding::new(Code::UnknownName, [unknown.column.to_owned(), unknown.name])
    });
    own_findings.extend(unknown);
    request.method.clone_from(&summary.method);
    request.path.clone_from(&summary.path);
    Ok(Exchange {
        summary,
        request,
        answer,
        timing,
        platform_choice,
        own_findings,
    })
}

/// The newest answer that a bot gave to an event: the event's newest exchanges are looked at first.
pub(crate) fn last_answer(
    conn: &Connection,
    database: &Path,
    bot: BotId,
    event: Option<&str>,
) -> Result<Option<Answer>, StoreError> {
    let terms = event.map(|event| Term {
        negated: false,
        condition: Condition::Event(event.to_owned()),
    });
    let mut compiled = compile(
        &Filter {
            terms: terms.into_iter().collect(),
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
        " AND EXISTS (SELECT 1 FROM bodies b WHERE b.seq = e.seq AND b.answer_head IS NOT NULL \
         AND instr(coalesce(b.own_findings, ''), {cut}) = 0)",
    ));
    let found = newest(conn, &compiled, 0, i64::MAX, 1)?;
    match found.into_iter().next() {
        Some(record) => Ok(with_messages(conn, database, record)?.answer),
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
