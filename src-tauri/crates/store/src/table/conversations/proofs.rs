//! What turns show of the platforms' inferred rules.

use conversations::InferredRule;
use protocol::{BotId, ExchangeId};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::convert::{from_sql, to_sql};
use crate::types::RuleSeen;

/// Examples of a rule at most.
const EXAMPLES_MAX: usize = 5;

/// Turns of one bot, or of all where there is none.
const SHOWN: &str = "t.shown <> 0 AND (?1 IS NULL OR t.talks IN \
                     (SELECT number FROM conversation_users WHERE simulated IN (0, 1) AND bot = ?1))";

/// Writes what the next turn shows; whether that is another than before.
pub(crate) fn set_proof(
    conn: &Connection,
    seq: u64,
    evidence: Option<u16>,
) -> rusqlite::Result<bool> {
    let sql = "UPDATE conversation_turns SET proof = ?2 WHERE seq = ?1 AND proof IS NOT ?2";
    let changed = conn
        .prepare_cached(sql)?
        .execute(params![to_sql(seq), evidence])?;
    Ok(changed > 0)
}

/// How often each rule was seen to hold and to be broken, and in which answers.
pub(crate) fn seen(conn: &Connection, bot: Option<BotId>) -> rusqlite::Result<Vec<RuleSeen>> {
    let sums: Vec<String> = InferredRule::ALL
        .iter()
        .flat_map(|rule| rule.bits())
        .map(|bit| format!("coalesce(sum(t.proof & {bit} <> 0), 0)"))
        .collect();
    let sql = format!(
        "SELECT {} FROM conversation_turns t WHERE t.proof > 0 AND {SHOWN}",
        sums.join(", ")
    );
    let bot = bot.map(|bot| *bot.0.as_bytes());
    let counts: Vec<i64> = conn.prepare_cached(&sql)?.query_row([bot], |row| {
        (0..sums.len()).map(|index| row.get(index)).collect()
    })?;
    let mut all = Vec::new();
    for (rule, counts) in InferredRule::ALL.into_iter().zip(counts.chunks(2)) {
        let [is_held, is_broken] = rule.bits();
        let mut examples = Vec::new();
        for (bit, count) in [(is_broken, counts[1]), (is_held, counts[0])] {
            let limit = EXAMPLES_MAX - examples.len();
            if count > 0 && limit > 0 {
                examples.extend(some(conn, bot, bit, limit)?);
            }
        }
        all.push(RuleSeen {
            rule,
            held: from_sql(counts[0]),
            broken: from_sql(counts[1]),
            examples,
        });
    }
    Ok(all)
}

/// The newest turns that show it.
fn some(
    conn: &Connection,
    bot: Option<[u8; 16]>,
    bit: u16,
    limit: usize,
) -> rusqlite::Result<Vec<ExchangeId>> {
    let sql = format!(
        "SELECT e.id FROM conversation_turns t JOIN exchanges e ON e.seq = t.seq \
         WHERE t.proof & ?2 <> 0 AND {SHOWN} ORDER BY t.seq DESC LIMIT ?3"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params![bot, bit, limit as i64], |row| {
        Ok(ExchangeId(Uuid::from_bytes(row.get(0)?)))
    })?;
    rows.collect()
}
