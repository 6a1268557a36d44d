//! The tables of conversations: who talks (`conversation_users`), which turn belongs to which
//! conversation (`conversation_turns`), and what the list shows of each (`conversations`).
//!
//! All of it is made of the exchanges, behind capture (`grouping.rs`), as far as
//! `counters.grouped_seq` tells. `conversation_again` names exchanges that changed since, or came
//! behind others. A conversation has the id of the exchange that began it, also when that is gone;
//! where all is made anew `conversation_ids` has it by the turn that is the first then.

mod proofs;

use protocol::{BotId, ConversationId, FindingCounts, Platform, UtcMillis};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params, params_from_iter};
use uuid::Uuid;

use crate::convert::{from_sql, to_sql};
use crate::types::{Conversation, ConversationQuery};

pub(crate) use proofs::{seen, set_proof};

// The first column of the index of users is a number, so that no entry of it looks like a row of
// another table where a damaged database is read by page.
pub(crate) const CREATE: &str = "
CREATE TABLE conversation_users (
    number          INTEGER PRIMARY KEY,
    simulated       INTEGER NOT NULL,
    bot             BLOB    NOT NULL,
    platform        TEXT    NOT NULL,
    user            TEXT    NOT NULL,
    UNIQUE (simulated, bot, user, platform)
) STRICT;
CREATE TABLE conversation_turns (
    seq             INTEGER PRIMARY KEY,
    talks           INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    conversation    INTEGER NOT NULL,
    begins          INTEGER NOT NULL,
    shown           INTEGER NOT NULL,
    errors          INTEGER NOT NULL,
    warnings        INTEGER NOT NULL,
    infos           INTEGER NOT NULL,
    event           TEXT
) STRICT;
CREATE INDEX conversation_turns_order ON conversation_turns (talks, at, seq);
CREATE INDEX conversation_turns_of    ON conversation_turns (conversation, at, seq);
CREATE TABLE conversations (
    number          INTEGER PRIMARY KEY,
    talks           INTEGER NOT NULL,
    id              BLOB    NOT NULL UNIQUE,
    stale           INTEGER NOT NULL,
    turns           INTEGER NOT NULL,
    started         INTEGER NOT NULL,
    last            INTEGER NOT NULL,
    errors          INTEGER NOT NULL,
    warnings        INTEGER NOT NULL,
    infos           INTEGER NOT NULL,
    events          TEXT    NOT NULL
) STRICT;
CREATE INDEX conversations_last  ON conversations (last, number);
CREATE INDEX conversations_of    ON conversations (talks, last, number);
CREATE INDEX conversations_stale ON conversations (number) WHERE stale <> 0;
CREATE TABLE conversation_ids (
    seq             INTEGER PRIMARY KEY,
    id              BLOB    NOT NULL
) STRICT;
CREATE TABLE conversation_again (seq INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER conversation_hidden AFTER UPDATE OF hidden ON exchanges
WHEN old.hidden <> new.hidden BEGIN
    INSERT OR IGNORE INTO conversation_again (seq) VALUES (new.seq);
END;
";

/// What the next turn shows of the platform's rules ([`conversations::Evidence`]); null where there
/// is none. Conversations are made anew for it.
pub(crate) const ADD_PROOF: &str = "
ALTER TABLE conversation_turns ADD COLUMN proof INTEGER;
DELETE FROM conversation_turns;
DELETE FROM conversations;
DELETE FROM conversation_users;
DELETE FROM conversation_again;
UPDATE counters SET value = 0 WHERE name = 'grouped_seq';
";

/// Events of one conversation that are listed: its first ones, a run of equal ones once.
const EVENTS_MAX: usize = 200;

/// A turn in its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) seq: u64,
    pub(crate) at: UtcMillis,
    pub(crate) talks: i64,
    pub(crate) conversation: i64,
    pub(crate) begins: bool,
}

/// What the list shows of a turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) is_shown: bool,
    pub(crate) findings: FindingCounts,
    pub(crate) event: Option<String>,
}

const PLACED: &str = "seq, at, talks, conversation, begins";

fn placed(row: &Row<'_>) -> rusqlite::Result<Placed> {
    Ok(Placed {
        seq: from_sql(row.get(0)?),
        at: UtcMillis(row.get(1)?),
        talks: row.get(2)?,
        conversation: row.get(3)?,
        begins: row.get(4)?,
    })
}

/// Forgets everything but the ids whose exchanges are gone: it is made again.
pub(crate) fn clear(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(
        "INSERT OR REPLACE INTO conversation_ids (seq, id) \
         SELECT (SELECT t.seq FROM conversation_turns t WHERE t.conversation = c.number \
                 ORDER BY t.at, t.seq LIMIT 1), c.id FROM conversations c \
         WHERE EXISTS (SELECT 1 FROM conversation_turns t WHERE t.conversation = c.number) \
         AND NOT EXISTS (SELECT 1 FROM conversation_turns t WHERE t.seq = c.number); \
         DELETE FROM conversation_turns; DELETE FROM conversations; \
         DELETE FROM conversation_users; DELETE FROM conversation_again;",
    )
}

/// An exchange has to be looked at again.
pub(crate) fn again(conn: &Connection, seq: u64) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT OR IGNORE INTO conversation_again (seq) VALUES (?1)")?
        .execute([to_sql(seq)])?;
    Ok(())
}

/// Some of those that have to be looked at again.
pub(crate) fn take_again(conn: &Connection, limit: usize) -> rusqlite::Result<Vec<u64>> {
    let sql = "DELETE FROM conversation_again WHERE seq IN \
               (SELECT seq FROM conversation_again ORDER BY seq LIMIT ?1) RETURNING seq";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([limit as i64], |row| row.get(0).map(from_sql))?;
    let mut numbers = rows.collect::<rusqlite::Result<Vec<u64>>>()?;
    numbers.sort_unstable();
    Ok(numbers)
}

/// The number of who talks: a user of a bot on a platform, or the simulator in its place.
pub(crate) fn talker(
    conn: &Connection,
    (bot, platform, user, is_simulated): (BotId, Platform, &str, bool),
) -> rusqlite::Result<i64> {
    if let Some(number) = known_talker(conn, (bot, platform, user, is_simulated))? {
        return Ok(number);
    }
    let values = params![is_simulated, bot.0.as_bytes(), user, platform.as_str()];
    let add = "INSERT INTO conversation_users (simulated, bot, user, platform) \
               VALUES (?1, ?2, ?3, ?4) RETURNING number";
    conn.prepare_cached(add)?
        .query_row(values, |row| row.get(0))
}

/// The same where that one has talked before.
pub(crate) fn known_talker(
    conn: &Connection,
    (bot, platform, user, is_simulated): (BotId, Platform, &str, bool),
) -> rusqlite::Result<Option<i64>> {
    let values = params![is_simulated, bot.0.as_bytes(), user, platform.as_str()];
    let find = "SELECT number FROM conversation_users \
                WHERE simulated = ?1 AND bot = ?2 AND user = ?3 AND platform = ?4";
    conn.prepare_cached(find)?
        .query_row(values, |row| row.get(0))
        .optional()
}

/// Where a turn is.
pub(crate) fn turn(conn: &Connection, seq: u64) -> rusqlite::Result<Option<Placed>> {
    let sql = format!("SELECT {PLACED} FROM conversation_turns WHERE seq = ?1");
    conn.prepare_cached(&sql)?
        .query_row([to_sql(seq)], placed)
        .optional()
}

/// The turn before a moment of one who talks, or the one behind it.
pub(crate) fn neighbour(
    conn: &Connection,
    talks: i64,
    (at, seq): (UtcMillis, u64),
    is_before: bool,
) -> rusqlite::Result<Option<Placed>> {
    let (sign, order) = if is_before {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    let sql = format!(
        "SELECT {PLACED} FROM conversation_turns WHERE talks = ?1 AND (at, seq) {sign} (?2, ?3) \
         ORDER BY at {order}, seq {order} LIMIT 1"
    );
    conn.prepare_cached(&sql)?
        .query_row(params![talks, at.0, to_sql(seq)], placed)
        .optional()
}

/// Begins a conversation with a turn.
pub(crate) fn begin(
    conn: &Connection,
    turn: (u64, UtcMillis, &[u8; 16]),
    talks: i64,
) -> rusqlite::Result<i64> {
    let (seq, at, id) = turn;
    // One of that number whose turns went into another one may not have been removed yet.
    let sql = "INSERT OR REPLACE INTO conversations (number, talks, id, stale, turns, started, \
               last, errors, warnings, infos, events) \
               VALUES (?1, ?2, coalesce((SELECT id FROM conversation_ids WHERE seq = ?1), ?3), \
               EXISTS (SELECT 1 FROM conversation_turns WHERE conversation = ?1), \
               0, ?4, ?4, 0, 0, 0, '[]')";
    conn.prepare_cached(sql)?
        .execute(params![to_sql(seq), talks, id, at.0])?;
    Ok(to_sql(seq))
}

/// Adds a turn.
pub(crate) fn add(conn: &Connection, turn: Placed, shown: &Shown) -> rusqlite::Result<()> {
    let sql = "INSERT INTO conversation_turns (seq, talks, at, conversation, begins, shown, \
               errors, warnings, infos, event) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let found = shown.findings;
    conn.prepare_cached(sql)?.execute(params![
        to_sql(turn.seq),
        turn.talks,
        turn.at.0,
        turn.conversation,
        turn.begins,
        shown.is_shown,
        found.error,
        found.warning,
        found.info,
        shown.event,
    ])?;
    Ok(())
}

/// Counts a turn that came last in its conversation.
pub(crate) fn count_last(conn: &Connection, turn: Placed, shown: &Shown) -> rusqlite::Result<()> {
    let sql = "SELECT turns, events FROM conversations WHERE number = ?1";
    let (turns, events): (i64, String) = conn
        .prepare_cached(sql)?
        .query_row([turn.conversation], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut names: Vec<String> = serde_json::from_str(&events).unwrap_or_default();
    add_event(&mut names, shown.event.as_deref());
    let started = (turns == 0).then_some(turn.at.0);
    let found = shown.findings;
    let sql = "UPDATE conversations SET turns = turns + 1, last = max(last, ?2), \
               started = coalesce(?3, started), errors = errors + ?4, warnings = warnings + ?5, \
               infos = infos + ?6, events = ?7 WHERE number = ?1";
    conn.prepare_cached(sql)?.execute(params![
        turn.conversation,
        turn.at.0,
        started,
        found.error,
        found.warning,
        found.info,
        json(&names),
    ])?;
    Ok(())
}

fn add_event(names: &mut Vec<String>, event: Option<&str>) {
    let Some(event) = event else { return };
    if names.len() < EVENTS_MAX && names.last().is_none_or(|last| last != event) {
        names.push(event.to_owned());
    }
}

fn json(names: &[String]) -> String {
    serde_json::to_string(names).expect("texts in a list are always JSON")
}

/// Writes what the list shows of a turn; whether that is another than before.
pub(crate) fn show(conn: &Connection, seq: u64, shown: &Shown) -> rusqlite::Result<bool> {
    let found = shown.findings;
    let sql = "UPDATE conversation_turns SET shown = ?2, errors = ?3, warnings = ?4, infos = ?5, \
               event = ?6 WHERE seq = ?1 AND (shown, errors, warnings, infos) <> (?2, ?3, ?4, ?5) \
               OR seq = ?1 AND event IS NOT ?6";
    let changed = conn.prepare_cached(sql)?.execute(params![
        to_sql(seq),
        shown.is_shown,
        found.error,
        found.warning,
        found.info,
        shown.event
    ])?;
    Ok(changed > 0)
}

/// Moves a conversation's turns from one on into another conversation.
pub(crate) fn move_from(
    conn: &Connection,
    from: i64,
    (at, seq): (UtcMillis, u64),
    to: i64,
) -> rusqlite::Result<()> {
    let sql = "UPDATE conversation_turns SET conversation = ?4 \
               WHERE conversation = ?1 AND (at, seq) >= (?2, ?3)";
    conn.prepare_cached(sql)?
        .execute(params![from, at.0, to_sql(seq), to])?;
    make_stale(conn, from)?;
    make_stale(conn, to)
}

/// Says whether a turn begins its conversation.
pub(crate) fn set_begins(conn: &Connection, seq: u64, begins: bool) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE conversation_turns SET begins = ?2 WHERE seq = ?1")?
        .execute(params![to_sql(seq), begins])?;
    Ok(())
}

/// What the list shows of a conversation has to be counted again.
pub(crate) fn make_stale(conn: &Connection, conversation: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE conversations SET stale = 1 WHERE number = ?1 AND stale = 0")?
        .execute([conversation])?;
    Ok(())
}

/// Takes a turn out: its exchange is gone, or is another user's now. The one before it has another
/// next one.
pub(crate) fn remove(conn: &Connection, seq: u64) -> rusqlite::Result<()> {
    if let Some(turn) = turn(conn, seq)? {
        if let Some(before) = neighbour(conn, turn.talks, (turn.at, seq), true)? {
            again(conn, before.seq)?;
        }
        conn.prepare_cached("DELETE FROM conversation_turns WHERE seq = ?1")?
            .execute([to_sql(seq)])?;
        make_stale(conn, turn.conversation)?;
    }
    conn.prepare_cached("DELETE FROM conversation_again WHERE seq = ?1")?
        .execute([to_sql(seq)])?;
    Ok(())
}

/// Counts some stale conversations again; how many those were.
pub(crate) fn refresh(conn: &Connection, limit: usize) -> rusqlite::Result<usize> {
    let sql = "SELECT number FROM conversations WHERE stale <> 0 LIMIT ?1";
    let numbers: Vec<i64> = conn
        .prepare_cached(sql)?
        .query_map([limit as i64], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for number in &numbers {
        refresh_one(conn, *number)?;
    }
    Ok(numbers.len())
}

fn refresh_one(conn: &Connection, number: i64) -> rusqlite::Result<()> {
    let sql = "SELECT at, shown, errors, warnings, infos, event FROM conversation_turns \
               WHERE conversation = ?1 ORDER BY at, seq";
    let (mut all, mut turns, mut times) = (0_u64, 0_i64, None);
    let (mut found, mut names) = ([0_i64; 3], Vec::new());
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        all += 1;
        if !row.get::<_, bool>(1)? {
            continue;
        }
        turns += 1;
        let at: i64 = row.get(0)?;
        times = Some(times.map_or((at, at), |(first, _)| (first, at)));
        for (index, sum) in found.iter_mut().enumerate() {
            *sum += row.get::<_, i64>(2 + index)?;
        }
        let event: Option<String> = row.get(5)?;
        add_event(&mut names, event.as_deref());
    }
    if all == 0 {
        conn.prepare_cached("DELETE FROM conversations WHERE number = ?1")?
            .execute([number])?;
        return Ok(());
    }
    let (first, last) = times.unzip();
    let [errors, warnings, infos] = found;
    let sql = "UPDATE conversations SET stale = 0, turns = ?2, started = coalesce(?3, started), \
               last = coalesce(?4, last), errors = ?5, warnings = ?6, infos = ?7, events = ?8 \
               WHERE number = ?1";
    let names = json(&names);
    let values = params![number, turns, first, last, errors, warnings, infos, names];
    conn.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

const LISTED: &str = "c.number, c.id, u.bot, u.platform, u.user, u.simulated, c.started, c.last, \
                      c.turns, c.errors, c.warnings, c.infos, c.events";

fn listed(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    let platform: String = row.get(3)?;
    let events: String = row.get(12)?;
    Ok(Conversation {
        number: from_sql(row.get(0)?),
        id: ConversationId(Uuid::from_bytes(row.get(1)?)),
        bot: BotId(Uuid::from_bytes(row.get(2)?)),
        platform: platform.parse().unwrap_or_default(),
        user: row.get(4)?,
        is_simulated: row.get(5)?,
        started: UtcMillis(row.get(6)?),
        last: UtcMillis(row.get(7)?),
        turns: from_sql(row.get(8)?),
        findings: FindingCounts {
            error: row.get(9)?,
            warning: row.get(10)?,
            info: row.get(11)?,
        },
        events: serde_json::from_str(&events).unwrap_or_default(),
    })
}

/// Some conversations, those with the newest turns first.
pub(crate) fn list(
    conn: &Connection,
    query: &ConversationQuery,
) -> rusqlite::Result<Vec<Conversation>> {
    let mut sql = format!(
        "SELECT {LISTED} FROM conversations c JOIN conversation_users u ON u.number = c.talks \
         WHERE c.turns > 0"
    );
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    if let Some((last, number)) = query.before {
        sql.push_str(" AND (c.last, c.number) < (?, ?)");
        values.extend([Box::new(last.0) as Box<dyn ToSql>, Box::new(to_sql(number))]);
    }
    if let Some(bot) = query.bot {
        sql.push_str(" AND u.bot = ?");
        values.push(Box::new(bot.0.as_bytes().to_vec()));
    }
    if let Some(user) = &query.user {
        // A user has few; all others have as many as there are.
        sql.push_str(
            " AND c.talks IN (SELECT number FROM conversation_users \
             WHERE simulated IN (0, 1) AND user = ?)",
        );
        values.push(Box::new(user.clone()));
    }
    sql.push_str(" ORDER BY c.last DESC, c.number DESC LIMIT ?");
    values.push(Box::new(query.limit as i64));
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), listed)?;
    rows.collect()
}

/// One conversation, while a turn of it is shown.
pub(crate) fn get(conn: &Connection, id: ConversationId) -> rusqlite::Result<Option<Conversation>> {
    let sql = format!(
        "SELECT {LISTED} FROM conversations c JOIN conversation_users u ON u.number = c.talks \
         WHERE c.id = ?1 AND c.turns > 0"
    );
    conn.prepare_cached(&sql)?
        .query_row([id.0.as_bytes()], listed)
        .optional()
}

/// The ids of a conversation's newest turns that are shown, oldest first.
pub(crate) fn turns(
    conn: &Connection,
    number: u64,
    limit: usize,
) -> rusqlite::Result<Vec<[u8; 16]>> {
    let sql = "SELECT e.id FROM conversation_turns t JOIN exchanges e ON e.seq = t.seq \
               WHERE t.conversation = ?1 AND e.hidden = 0 ORDER BY t.at DESC, t.seq DESC LIMIT ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params![to_sql(number), limit as i64], |row| row.get(0))?;
    let mut ids = rows.collect::<rusqlite::Result<Vec<[u8; 16]>>>()?;
    ids.reverse();
    Ok(ids)
}

/// The conversation of a turn that is shown.
pub(crate) fn of_turn(conn: &Connection, seq: u64) -> rusqlite::Result<Option<ConversationId>> {
    let sql = "SELECT c.id FROM conversation_turns t JOIN conversations c \
               ON c.number = t.conversation WHERE t.seq = ?1";
    conn.prepare_cached(sql)?
        .query_row([to_sql(seq)], |row| {
            Ok(ConversationId(Uuid::from_bytes(row.get(0)?)))
        })
        .optional()
}
