//! Reads that take more than one table or more than one step.

use protocol::{Answer, BotId, Condition, Exchange, ExchangeId, Filter, Summary, Term};
use rusqlite::Connection;

use crate::filter::{self, Compiled};
use crate::table::{bodies, exchanges};
use crate::{DeleteWhat, ListQuery, Page, StoreError};

/// The widths, in numbers, of the steps in which a search goes back through the history.
const SEARCH_STEPS: [i64; 4] = [2_000, 20_000, 200_000, i64::MAX];

/// A part of the list.
pub(crate) fn list(conn: &Connection, query: &ListQuery) -> Result<Page, StoreError> {
    let compiled = compile(&query.filter, query.bot);
    let low = query
        .after
        .map_or(0, |after| exchanges::number(after).saturating_add(1));
    let high = query
        .before
        .map_or(i64::MAX, |before| exchanges::number(before) - 1);
    // One more than asked for tells whether there is a next page.
    let mut summaries = newest(conn, &compiled, low, high, query.limit.saturating_add(1))?;
    let more = summaries.len() > query.limit;
    summaries.truncate(query.limit);
    let next_before = summaries.last().filter(|_| more).map(|last| last.seq);
    Ok(Page {
        summaries,
        next_before,
    })
}

/// The newest exchanges between two numbers that a filter lets through.
fn newest(
    conn: &Connection,
    compiled: &Compiled,
    low: i64,
    high: i64,
    limit: usize,
) -> Result<Vec<Summary>, StoreError> {
    let mut high = high.min(exchanges::number(exchanges::max_seq(conn)?));
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
pub(crate) fn get(conn: &Connection, id: ExchangeId) -> Result<Option<Exchange>, StoreError> {
    let Some(summary) = exchanges::summary(conn, id)? else {
        return Ok(None);
    };
    let Some(messages) = bodies::get(conn, summary.seq)? else {
        return Err(StoreError::Unreadable(format!(
            "exchange {id} has no messages"
        )));
    };
    let mut request = messages.request;
    request.method.clone_from(&summary.method);
    request.path.clone_from(&summary.path);
    let timing = exchanges::timing(conn, summary.seq)?;
    let (answer, own_findings) = (messages.answer, messages.own_findings);
    Ok(Some(Exchange {
        summary,
        request,
        answer,
        timing,
        own_findings,
    }))
}

/// The newest answer that a bot gave to an event: the event's newest exchanges are looked at first.
pub(crate) fn last_answer(
    conn: &Connection,
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
    let answered = format!(" AND e.event IS {exactly} AND e.answered_by IS NOT NULL");
    compiled.sql.push_str(&answered);
    compiled.sql.push_str(
        " AND EXISTS (SELECT 1 FROM bodies b WHERE b.seq = e.seq AND b.answer_head IS NOT NULL)",
    );
    let found = newest(conn, &compiled, 0, i64::MAX, 1)?;
    found
        .first()
        .map_or(Ok(None), |summary| bodies::answer(conn, summary.seq))
}

/// What a deletion means: numbers and ids.
pub(crate) fn find(
    conn: &Connection,
    what: DeleteWhat,
) -> Result<Vec<(u64, ExchangeId)>, StoreError> {
    match what {
        DeleteWhat::Ids(ids) => {
            let mut found = Vec::new();
            for id in ids {
                found.extend(exchanges::seq_of(conn, id)?.map(|seq| (seq, id)));
            }
            Ok(found)
        }
        DeleteWhat::Filter(terms, bot) => {
            let mut compiled = compile(&terms, bot);
            // Somebody waits for it: it is deleted by name only.
            compiled.sql.push_str(" AND e.state <> 'held'");
            Ok(exchanges::matching(conn, &compiled)?)
        }
    }
}

fn compile(terms: &Filter, bot: Option<BotId>) -> Compiled {
    let mut compiled = filter::compile(terms);
    if let Some(bot) = bot {
        let bot = compiled.bind(bot.0.as_bytes().to_vec());
        compiled.sql.push_str(&format!(" AND e.bot = {bot}"));
    }
    compiled
}
