//! The tables `rules` and `rule_states`: the rules that answer, in their order, and what they
//! remember between turns.

use protocol::{BotId, ExchangeId};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::convert::{from_sql, to_sql};
use crate::types::{RuleUses, StoredRule, StoredRuleState};

pub(crate) const CREATE: &str = "
CREATE TABLE rules (
    bot             BLOB    NOT NULL,
    id              TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    definition      TEXT    NOT NULL,
    hits            INTEGER NOT NULL DEFAULT 0,
    last_hit        BLOB,
    PRIMARY KEY (bot, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE rule_states (
    bot             BLOB    NOT NULL,
    rule            TEXT    NOT NULL,
    key             TEXT    NOT NULL,
    calls           INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    PRIMARY KEY (bot, rule, key)
) STRICT, WITHOUT ROWID;
";

/// All rules, by bot and order.
pub(crate) fn all(conn: &Connection) -> rusqlite::Result<Vec<StoredRule>> {
    let sql = "SELECT bot, id, definition, hits, last_hit FROM rules ORDER BY bot, position, id";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let last_hit: Option<[u8; 16]> = row.get(4)?;
        Ok(StoredRule {
            bot: BotId(Uuid::from_bytes(row.get(0)?)),
            id: row.get(1)?,
            definition: row.get(2)?,
            hits: from_sql(row.get(3)?),
            last_hit: last_hit.map(|id| ExchangeId(Uuid::from_bytes(id))),
        })
    })?;
    rows.collect()
}

/// Puts these, each with its id before it, in place of a bot's rules, in this order. What the
/// others remember goes with them.
pub(crate) fn replace(
    conn: &Connection,
    bot: BotId,
    rules: &[(String, String)],
) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE rules SET position = -1 WHERE bot = ?1")?
        .execute([bot.0.as_bytes()])?;
    let sql = "INSERT INTO rules (bot, id, position, definition) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (bot, id) DO UPDATE \
               SET position = excluded.position, definition = excluded.definition";
    let mut insert = conn.prepare_cached(sql)?;
    for (position, (id, definition)) in (0_i64..).zip(rules) {
        insert.execute(params![bot.0.as_bytes(), id, position, definition])?;
    }
    let gone = "SELECT id FROM rules WHERE bot = ?1 AND position < 0";
    let sql = format!("DELETE FROM rule_states WHERE bot = ?1 AND rule IN ({gone})");
    conn.prepare_cached(&sql)?.execute([bot.0.as_bytes()])?;
    conn.prepare_cached("DELETE FROM rules WHERE bot = ?1 AND position < 0")?
        .execute([bot.0.as_bytes()])?;
    Ok(())
}

/// Removes all that belongs to a bot.
pub(crate) fn remove(conn: &Connection, bot: BotId) -> rusqlite::Result<()> {
    for table in ["rules", "rule_states"] {
        conn.prepare_cached(&format!("DELETE FROM {table} WHERE bot = ?1"))?
            .execute([bot.0.as_bytes()])?;
    }
    Ok(())
}

/// What all rules remember.
pub(crate) fn states(conn: &Connection) -> rusqlite::Result<Vec<StoredRuleState>> {
    let sql = "SELECT bot, rule, key, calls, position FROM rule_states";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(StoredRuleState {
            bot: BotId(Uuid::from_bytes(row.get(0)?)),
            rule: row.get(1)?,
            key: row.get(2)?,
            calls: from_sql(row.get(3)?),
            position: row.get(4)?,
        })
    })?;
    rows.collect()
}

/// Writes down what turns have changed, each as it is now.
pub(crate) fn save_uses(conn: &Connection, uses: &RuleUses) -> rusqlite::Result<()> {
    let upsert = "ON CONFLICT (bot, rule, key) DO UPDATE \
                  SET calls = excluded.calls, position = excluded.position";
    let sql = format!(
        "INSERT INTO rule_states (bot, rule, key, calls, position) SELECT ?1, ?2, ?3, ?4, ?5 \
         WHERE EXISTS (SELECT 1 FROM rules WHERE bot = ?1 AND id = ?2) {upsert}"
    );
    let mut save = conn.prepare_cached(&sql)?;
    for state in &uses.states {
        save.execute(params![
            state.bot.0.as_bytes(),
            state.rule,
            state.key,
            to_sql(state.calls),
            state.position
        ])?;
    }
    if let Some((bot, number)) = &uses.number {
        let sql = format!(
            "INSERT INTO rule_states (bot, rule, key, calls, position) SELECT ?1, '', '', ?2, 0 \
             WHERE EXISTS (SELECT 1 FROM bots WHERE id = ?1) {upsert}"
        );
        conn.prepare_cached(&sql)?
            .execute(params![bot.0.as_bytes(), to_sql(*number)])?;
    }
    for (bot, rule, key) in &uses.forgotten {
        reset(conn, *bot, rule, Some(key))?;
    }
    if let Some((bot, rule, hits, exchange)) = &uses.hit {
        let sql = "UPDATE rules SET hits = ?3, last_hit = ?4 WHERE bot = ?1 AND id = ?2";
        conn.prepare_cached(sql)?.execute(params![
            bot.0.as_bytes(),
            rule,
            to_sql(*hits),
            exchange.0.as_bytes()
        ])?;
    }
    Ok(())
}

/// Forgets what a rule remembers: of one key, or of all.
pub(crate) fn reset(
    conn: &Connection,
    bot: BotId,
    rule: &str,
    key: Option<&str>,
) -> rusqlite::Result<()> {
    let sql = "DELETE FROM rule_states \
               WHERE bot = ?1 AND rule = ?2 AND (?3 IS NULL OR key = ?3)";
    conn.prepare_cached(sql)?
        .execute(params![bot.0.as_bytes(), rule, key])?;
    Ok(())
}
