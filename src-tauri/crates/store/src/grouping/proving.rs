//! Compares answers with their users' next requests, as turns come into their conversations.

use conversations::{Proved as Found, ReadTurn};
use protocol::platform::contract;
use protocol::{Side, Source, Summary};
use rusqlite::Connection;

use super::{MOST_BYTES, messages_of};
use crate::table::conversations::{self as table, Placed, Shown};
use crate::table::exchanges;
use crate::types::NextTurn;

/// Turns that are passed over on the way to the next one: calls of one user at once are few.
const PASSED_MOST: usize = 32;

/// Turns before one whose answers it may show.
const BEFORE_MOST: usize = 8;

/// A clock in milliseconds and a stopwatch may be so much apart, in milliseconds.
const CLOCKS_APART_MS: i64 = 2;

/// Turns of which something else is known now.
#[derive(Default)]
pub(crate) struct Proved {
    /// The highest number at the start: lists of what was there are read after it.
    pub(crate) since: u64,
    pub(crate) summaries: Vec<Summary>,
}

/// Where such turns are told of.
pub(super) struct Telling<'a> {
    /// Only those whose next turn has a higher number.
    pub(super) since: u64,
    pub(super) summaries: &'a mut Vec<Summary>,
}

impl Proved {
    /// For turns in the order of arrival.
    pub(super) fn new_ones(&mut self) -> Telling<'_> {
        Telling {
            since: self.since,
            summaries: &mut self.summaries,
        }
    }

    /// For turns that changed.
    pub(super) fn all(&mut self) -> Telling<'_> {
        Telling {
            since: 0,
            summaries: &mut self.summaries,
        }
    }
}

/// The next turn.
struct Next {
    summary: Summary,
    begins: bool,
}

/// The turn that shows what became of an exchange's answer.
pub(crate) fn next_turn(conn: &Connection, seq: u64) -> rusqlite::Result<Option<NextTurn>> {
    let Some((turn, summary)) = table::turn(conn, seq)?.zip(exchanges::at(conn, seq)?) else {
        return Ok(None);
    };
    let next = next_of(conn, turn, &summary)?;
    Ok(next.map(|next| NextTurn {
        id: next.summary.id,
        begins: next.begins,
    }))
}

/// Whether it came from a bot, which has kept what it was answered.
fn is_live(summary: &Summary) -> bool {
    matches!(summary.source, Source::Webhook | Source::Tunnel)
}

/// The first request that its user made after its answer had left.
fn next_of(conn: &Connection, turn: Placed, summary: &Summary) -> rusqlite::Result<Option<Next>> {
    let keeps_variables = contract(summary.platform).lifetime("a").is_some();
    if !is_live(summary) || !summary.state.is_settled() || !keeps_variables || is_long(summary) {
        return Ok(None);
    }
    let took = summary.duration_ms.map_or(0, |millis| millis as i64);
    let left = summary.at.0.saturating_add(took) - CLOCKS_APART_MS;
    let mut here = turn;
    for _ in 0..PASSED_MOST {
        let Some(behind) = table::neighbour(conn, turn.talks, (here.at, here.seq), false)? else {
            return Ok(None);
        };
        here = behind;
        let Some(next) = exchanges::at(conn, behind.seq)? else {
            continue;
        };
        if !is_live(&next) || next.at.0 < left || exchanges::is_hidden(conn, behind.seq)? {
            continue;
        }
        let is_after_a_gap = match (summary.message, next.message) {
            (Some(one), Some(other)) => one.first == other.first && other.number != one.number + 1,
            _ => false,
        };
        let begins = behind.conversation != turn.conversation;
        let next = Next {
            summary: next,
            begins,
        };
        return Ok((!is_after_a_gap && !is_long(&next.summary)).then_some(next));
    }
    Ok(None)
}

/// Reading it would hold the writer up.
fn is_long(summary: &Summary) -> bool {
    summary.request_bytes.saturating_add(summary.response_bytes) > MOST_BYTES
}

/// Finds out anew what the next turn shows of a turn's answer.
pub(super) fn prove(
    conn: &Connection,
    turn: Placed,
    telling: &mut Telling<'_>,
) -> rusqlite::Result<()> {
    let Some(summary) = exchanges::at(conn, turn.seq)? else {
        return Ok(());
    };
    let next = next_of(conn, turn, &summary)?;
    let found = next
        .as_ref()
        .and_then(|next| compared(conn, &summary, next));
    let findings = found.as_ref().map_or(0, |found| found.findings().len());
    let evidence = found.map(|found| found.evidence.0);
    let is_found_anew = table::set_proof(conn, turn.seq, evidence)?;
    let is_counted_anew = exchanges::set_proof(conn, turn.seq, findings)?;
    if !is_found_anew && !is_counted_anew {
        return Ok(());
    }
    let Some(summary) = exchanges::at(conn, turn.seq)? else {
        return Ok(());
    };
    let is_shown = !exchanges::is_hidden(conn, turn.seq)?;
    if is_counted_anew {
        let shown = Shown {
            is_shown,
            findings: summary.findings,
            event: summary.event.clone(),
        };
        if table::show(conn, turn.seq, &shown)? {
            table::make_stale(conn, turn.conversation)?;
        }
    }
    let is_new = next.is_none_or(|next| next.summary.seq > telling.since);
    if is_shown && is_new {
        telling.summaries.push(summary);
    }
    Ok(())
}

/// What the next turn shows; `None` where the answer changes nothing that could be looked for.
fn compared(conn: &Connection, summary: &Summary, next: &Next) -> Option<Found> {
    let read = |summary: &Summary| {
        let (request, answers) = messages_of(conn, summary)?;
        Some(ReadTurn::new(
            summary,
            &request,
            answers.get(Side::Response),
        ))
    };
    let (answered, behind) = (read(summary)?, read(&next.summary)?);
    let found = conversations::prove(answered.turn(), behind.turn(), next.begins);
    (found != Found::default()).then_some(found)
}

/// The same for the turns before one whose next turn it is, or was.
pub(super) fn prove_before(
    conn: &Connection,
    turn: Placed,
    telling: &mut Telling<'_>,
) -> rusqlite::Result<()> {
    let mut here = turn;
    for _ in 0..BEFORE_MOST {
        let Some(before) = table::neighbour(conn, turn.talks, (here.at, here.seq), true)? else {
            return Ok(());
        };
        let Some(summary) = exchanges::at(conn, before.seq)? else {
            return Ok(());
        };
        // The turn right before it may have had it; those further back only while they have it.
        let is_first = here.seq == turn.seq;
        let next = next_of(conn, before, &summary)?;
        if !is_first && next.is_none_or(|next| next.summary.seq != turn.seq) && is_live(&summary) {
            return Ok(());
        }
        prove(conn, before, telling)?;
        here = before;
    }
    Ok(())
}
