//! Puts turns into conversations, behind capture: in the order of arrival, and again where one
//! came late, changed or was hidden. Whether a turn begins a conversation depends on it and the one
//! before it alone ([`conversations::begins`]), so a late one changes where it is and behind it.

mod proving;

use std::time::Duration;

use conversations::{TurnMarks, begins};
use protocol::{Answers, ConversationId, Request, Side, Source, Summary};
use rusqlite::Connection;

use crate::convert::to_sql;
use crate::table::conversations::{self as table, Placed, Shown};
use crate::table::{exchanges, messages, settings};

pub(crate) use self::proving::{Proved, next_turn};
use self::proving::{Telling, prove, prove_before};

/// Exchanges looked at in one step: some milliseconds of the writer's time.
const STEP_ROWS: usize = 32;

/// Bytes of bodies in one step.
const STEP_BYTES: u64 = 256 << 10;

/// Conversations counted again in one step.
const STEP_STALE: usize = 64;

/// A turn with longer bodies says nothing of its conversation: reading it would hold the writer up.
const MOST_BYTES: u64 = 1 << 20;

/// How far a step has come.
pub(crate) struct Step {
    /// Every exchange up to this one is in its conversation.
    pub(crate) grouped: u64,
    /// Nothing remains to be done.
    pub(crate) done: bool,
}

/// Goes on behind `grouped`. With another gap than before everything is made again.
pub(crate) fn step(
    conn: &Connection,
    grouped: u64,
    gap: Duration,
    proved: &mut Proved,
) -> rusqlite::Result<Step> {
    let millis = i64::try_from(gap.as_millis()).unwrap_or(i64::MAX);
    let mut grouped = grouped;
    if settings::counter(conn, settings::GAP_MS)? != millis {
        table::clear(conn)?;
        settings::put(conn, settings::GAP_MS, millis)?;
        settings::put(conn, settings::GROUPED_SEQ, 0)?;
        grouped = 0;
    }
    let again = table::take_again(conn, STEP_ROWS)?;
    for seq in &again {
        // One behind what is grouped has its turn.
        if *seq <= grouped {
            look_at(conn, *seq, gap, &mut proved.all())?;
        }
    }
    let (mut bytes, mut fresh, mut reached) = (0, 0, grouped);
    if again.is_empty() {
        for seq in exchanges::behind(conn, grouped, STEP_ROWS)? {
            bytes += look_at(conn, seq, gap, &mut proved.new_ones())?;
            fresh += 1;
            reached = seq;
            if bytes >= STEP_BYTES {
                break;
            }
        }
    }
    if reached > grouped {
        settings::put(conn, settings::GROUPED_SEQ, to_sql(reached))?;
    }
    let refreshed = match again.is_empty() && fresh == 0 {
        true => table::refresh(conn, STEP_STALE)?,
        false => 1,
    };
    Ok(Step {
        grouped: reached,
        done: refreshed == 0,
    })
}

/// Whether a turn counts as a bot's or the simulator's; others belong to no conversation.
fn is_simulated(source: Source) -> Option<bool> {
    match source {
        Source::Webhook | Source::Tunnel | Source::Import => Some(false),
        Source::Simulator => Some(true),
        Source::Replay | Source::Callback | Source::Scenario => None,
    }
}

/// Puts an exchange where it belongs; the bytes of its bodies.
fn look_at(
    conn: &Connection,
    seq: u64,
    gap: Duration,
    telling: &mut Telling<'_>,
) -> rusqlite::Result<u64> {
    let placed = table::turn(conn, seq)?;
    let summary = exchanges::at(conn, seq)?;
    let talks = match &summary {
        Some(summary) => talker(conn, summary)?,
        None => None,
    };
    let (Some(summary), Some(talks)) = (summary, talks) else {
        if let Some(turn) = placed {
            leave(conn, turn)?;
            prove_before(conn, turn, telling)?;
        }
        return Ok(0);
    };
    let shown = Shown {
        is_shown: !exchanges::is_hidden(conn, seq)?,
        findings: summary.findings,
        event: summary.event.clone(),
    };
    let bytes = summary.request_bytes.saturating_add(summary.response_bytes);
    match placed {
        Some(turn) if turn.talks == talks => {
            if table::show(conn, seq, &shown)? {
                table::make_stale(conn, turn.conversation)?;
            }
            look_behind(conn, turn, gap)?;
        }
        placed => {
            if let Some(turn) = placed {
                leave(conn, turn)?;
                prove_before(conn, turn, telling)?;
            }
            add(conn, (&summary, talks), &shown, gap)?;
        }
    }
    if let Some(turn) = table::turn(conn, seq)? {
        prove(conn, turn, telling)?;
        prove_before(conn, turn, telling)?;
    }
    Ok(bytes)
}

fn talker(conn: &Connection, summary: &Summary) -> rusqlite::Result<Option<i64>> {
    let Some((user, is_simulated)) = summary.user.as_deref().zip(is_simulated(summary.source))
    else {
        return Ok(None);
    };
    let of = (summary.bot, summary.platform, user, is_simulated);
    table::talker(conn, of).map(Some)
}

/// The conversation that goes on with a turn which is not recorded yet; `None` where it begins one,
/// or belongs to none.
pub(crate) fn conversation_for(
    conn: &Connection,
    (summary, request): (&Summary, &Request),
    gap: Duration,
) -> rusqlite::Result<Option<ConversationId>> {
    let of = summary.user.as_deref().zip(is_simulated(summary.source));
    let Some((user, is_simulated)) = of else {
        return Ok(None);
    };
    let of = (summary.bot, summary.platform, user, is_simulated);
    let Some(talks) = table::known_talker(conn, of)? else {
        return Ok(None);
    };
    let Some(before) = table::neighbour(conn, talks, (summary.at, summary.seq), true)? else {
        return Ok(None);
    };
    let own = TurnMarks::read(summary, request, None);
    match begins(&marks(conn, before.seq)?, &own, gap) {
        true => Ok(None),
        false => table::of_turn(conn, before.seq),
    }
}

/// Takes a turn out that is another user's now, or nobody's. What it began goes on under the id of
/// the turn behind it: its own id is going to be another conversation's.
fn leave(conn: &Connection, turn: Placed) -> rusqlite::Result<()> {
    let here = (turn.at, turn.seq);
    let behind = table::neighbour(conn, turn.talks, here, false)?;
    let next = behind.filter(|behind| behind.conversation == turn.conversation);
    if let Some(next) = next.filter(|_| turn.begins) {
        begin_at(conn, turn.conversation, next)?;
    }
    table::remove(conn, turn.seq)
}

/// Begins a conversation with a turn of another one, and with those behind it.
fn begin_at(conn: &Connection, before: i64, turn: Placed) -> rusqlite::Result<()> {
    let Some(summary) = exchanges::at(conn, turn.seq)? else {
        return Ok(());
    };
    let first = (turn.seq, turn.at, summary.id.0.as_bytes());
    let conversation = table::begin(conn, first, turn.talks)?;
    table::move_from(conn, before, (turn.at, turn.seq), conversation)?;
    table::set_begins(conn, turn.seq, true)
}

/// Adds a turn that is in no conversation.
fn add(
    conn: &Connection,
    (summary, talks): (&Summary, i64),
    shown: &Shown,
    gap: Duration,
) -> rusqlite::Result<()> {
    let here = (summary.at, summary.seq);
    let before = table::neighbour(conn, talks, here, true)?;
    let behind = table::neighbour(conn, talks, here, false)?;
    let begins = match before {
        Some(before) => begins(&marks(conn, before.seq)?, &marks(conn, summary.seq)?, gap),
        None => true,
    };
    let conversation = match before {
        Some(before) if !begins => before.conversation,
        _ => table::begin(
            conn,
            (summary.seq, summary.at, summary.id.0.as_bytes()),
            talks,
        )?,
    };
    let turn = Placed {
        seq: summary.seq,
        at: summary.at,
        talks,
        conversation,
        begins,
    };
    let splits = before.zip(behind);
    let splits = splits.filter(|(one, two)| begins && one.conversation == two.conversation);
    if let Some((before, behind)) = splits {
        let from = (behind.at, behind.seq);
        table::move_from(conn, before.conversation, from, conversation)?;
    }
    table::add(conn, turn, shown)?;
    match behind {
        None if shown.is_shown => table::count_last(conn, turn, shown)?,
        None => {}
        Some(_) => {
            table::make_stale(conn, conversation)?;
            look_behind(conn, turn, gap)?;
        }
    }
    Ok(())
}

/// Finds out anew whether the turn behind another one begins a conversation.
fn look_behind(conn: &Connection, turn: Placed, gap: Duration) -> rusqlite::Result<()> {
    let here = (turn.at, turn.seq);
    let Some(behind) = table::neighbour(conn, turn.talks, here, false)? else {
        return Ok(());
    };
    let is_same = behind.conversation == turn.conversation;
    if !is_same && !behind.begins {
        // What began its conversation is gone, and it stays one.
        return Ok(());
    }
    let begins = begins(&marks(conn, turn.seq)?, &marks(conn, behind.seq)?, gap);
    let from = (behind.at, behind.seq);
    if begins && is_same {
        begin_at(conn, turn.conversation, behind)?;
    } else if !begins && !is_same {
        table::move_from(conn, behind.conversation, from, turn.conversation)?;
        table::set_begins(conn, behind.seq, false)?;
    }
    Ok(())
}

/// What a turn says of its conversation.
fn marks(conn: &Connection, seq: u64) -> rusqlite::Result<TurnMarks> {
    let Some(summary) = exchanges::at(conn, seq)? else {
        return Ok(TurnMarks::default());
    };
    let bytes = summary.request_bytes.saturating_add(summary.response_bytes);
    if bytes > MOST_BYTES {
        return Ok(TurnMarks::unread(&summary));
    }
    Ok(match messages_of(conn, &summary) {
        Some((request, answers)) => {
            TurnMarks::read(&summary, &request, answers.get(Side::Response))
        }
        None => TurnMarks::unread(&summary),
    })
}

/// The messages of a turn. What cannot be read says nothing; who shows it is told.
fn messages_of(conn: &Connection, summary: &Summary) -> Option<(Request, Answers)> {
    let read = messages::get(conn, summary.seq, None, |_, bytes, _| bytes.into());
    let (mut request, answers) = read.ok()??;
    request.method.clone_from(&summary.method);
    request.path.clone_from(&summary.path);
    Some((request, answers))
}
