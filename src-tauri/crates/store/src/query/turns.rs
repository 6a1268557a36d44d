//! The turn of a user before another one.

use protocol::{BotId, Condition, Exchange, Filter, Term};
use rusqlite::Connection;

use super::{compile, newest, with_messages};
use crate::compiled_filter::CompiledFilter;
use crate::convert::to_sql;
use crate::error::StoreError;
use crate::last_turns::SOURCES;
use crate::outside::Database;
use crate::table::exchanges;

/// The user's turn before a number, searched for.
pub(crate) fn previous_turn(
    conn: &Connection,
    database: &Database,
    (bot, user): (BotId, &str),
    before: u64,
) -> Result<Option<Exchange>, StoreError> {
    let condition = Condition::UserOf {
        bot,
        user: user.to_owned(),
    };
    let term = Term {
        negated: false,
        condition,
    };
    let terms = Filter {
        terms: vec![term],
        ..Filter::default()
    };
    let compiled = turns_of(&terms, bot, user);
    let (found, _) = newest(conn, &compiled, 0, to_sql(before) - 1, 1)?;
    let found = found.into_iter().next();
    found
        .map(|record| with_messages(conn, database, record, None))
        .transpose()
}

/// What has a number.
pub(crate) enum AtNumber {
    /// A turn of the user.
    Turn(Box<Exchange>),
    /// Nothing: it is purged, and all before it are.
    Purged,
    /// Something else, or nothing that is shown.
    Other,
}

/// What has a number at which a turn of the user was recorded.
pub(crate) fn turn_at(
    conn: &Connection,
    database: &Database,
    (bot, user): (BotId, &str),
    seq: u64,
) -> Result<AtNumber, StoreError> {
    let compiled = turns_of(&Filter::default(), bot, user);
    let number = to_sql(seq);
    let found = exchanges::list(conn, &compiled, ((number, number), None), 1)?;
    Ok(match found.into_iter().next() {
        Some(record) => AtNumber::Turn(Box::new(with_messages(conn, database, record, None)?)),
        None if seq < exchanges::bounds(conn)?.0 => AtNumber::Purged,
        None => AtNumber::Other,
    })
}

/// Turns of a user: a replay and an import are none of theirs.
fn turns_of(terms: &Filter, bot: BotId, user: &str) -> CompiledFilter {
    let mut compiled = compile(terms, Some(bot));
    let sources = SOURCES.map(|source| compiled.bind(source.as_str().to_owned()));
    let exactly = compiled.bind(user.to_owned());
    compiled.sql.push_str(&format!(
        " AND e.user = {exactly} AND e.source IN ({})",
        sources.join(", ")
    ));
    compiled
}
