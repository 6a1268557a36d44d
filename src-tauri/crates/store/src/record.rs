//! Writes one exchange or one change of it, within the writer's transaction.

use protocol::{Micros, Side, Summary, Timing};

use crate::error::is_refusal;
use crate::job::{ExchangeChange, NewExchange, Pending};
use crate::session::Session;
use crate::table::exchanges::NewRow;
use crate::table::messages::StoredMessage;
use crate::table::{body_pieces, conversations, exchanges, messages, search};

/// Adds an exchange; gives the moment of its end, where it has come to it.
pub(crate) fn insert(session: &mut Session, row: &NewExchange) -> rusqlite::Result<Option<Micros>> {
    let inserted = insert_row(session, row);
    if inserted.as_ref().is_err_and(is_refusal) && row.has_pieces() {
        session.stale.push((row.summary.seq, row.summary.seq));
    }
    inserted
}

fn insert_row(session: &mut Session, row: &NewExchange) -> rusqlite::Result<Option<Micros>> {
    let seq = row.summary.seq;
    // A refused statement is undone alone. The messages go first, so that a number or an id that
    // exists already leaves no half of an exchange.
    messages::insert(&session.conn, seq, &row.messages)?;
    let is_settled = row.summary.state.is_settled();
    let ended = is_settled.then(|| row.clock.elapsed());
    // Every end has a duration; this moment only one with an answer (most faults have none).
    let answered = ended.filter(|_| row.messages.iter().any(is_response));
    let timing = Timing {
        answered: answered.or(row.timing.answered),
        ..row.timing
    };
    let duration_ms = ended.map(Micros::as_ms).or(row.summary.duration_ms);
    let written = exchanges::insert(
        &session.conn,
        &NewRow {
            summary: &row.summary,
            timing,
            duration_ms,
            platform_choice: row.platform_choice,
            rule_context: row.rule_context.as_deref(),
            own_findings: row.own_findings.as_deref(),
        },
    );
    if let Err(error) = written {
        messages::remove(&session.conn, seq)?;
        return Err(error);
    }
    // A long body takes longer than those that came after it: the index has passed its number.
    if seq <= session.indexed {
        search::again(&session.conn, seq)?;
    }
    if seq <= session.grouped {
        conversations::again(&session.conn, seq)?;
    }
    session.shown_by += 1;
    session.newest = session.newest.max(seq);
    Ok(ended)
}

fn is_response(message: &StoredMessage) -> bool {
    message.side == Side::Response
}

/// Changes an exchange; `None` where none is shown.
pub(crate) fn update(
    session: &mut Session,
    change: &ExchangeChange,
) -> rusqlite::Result<Option<Summary>> {
    let Some(updated) = exchanges::update(&session.conn, change.id, &change.change)? else {
        return Ok(None);
    };
    let seq = updated.summary.seq;
    for finding in &change.change.own_findings {
        exchanges::add_own_finding(&session.conn, seq, finding)?;
    }
    for answer in &change.answers {
        messages::put(&session.conn, seq, answer)?;
        if !answer.is_in_pieces()
            && session.has_pieces
            && !body_pieces::remove_some_from(&session.conn, (seq, answer.side, 0))?
        {
            session.stale.push((seq, seq));
        }
    }
    if seq <= session.grouped {
        conversations::again(&session.conn, seq)?;
    }
    if !change.answers.is_empty() && seq <= session.indexed {
        search::again(&session.conn, seq)?;
    }
    Ok((!updated.hidden).then_some(updated.summary))
}

/// Writes what could not be written before; what is refused for itself is passed over.
pub(crate) fn write_again(session: &mut Session, pending: &Pending) -> rusqlite::Result<()> {
    let done = match pending {
        Pending::Insert(row) => insert(session, row).map(|_| ()),
        Pending::Update(change) => update(session, change).map(|_| ()),
    };
    done.or_else(|error| {
        if is_refusal(&error) {
            Ok(())
        } else {
            Err(error)
        }
    })
}
