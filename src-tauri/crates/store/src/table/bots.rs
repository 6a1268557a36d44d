//! The table `bots`: what is being debugged, a handful of rows.

use protocol::BotId;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::convert::{from_sql, to_sql};
use crate::types::Bot;

pub(crate) const CREATE: &str = "
CREATE TABLE bots (
    id              BLOB    PRIMARY KEY,
    name            TEXT    NOT NULL,
    platform        TEXT    NOT NULL,
    secret          TEXT    NOT NULL UNIQUE,
    answering       TEXT    NOT NULL,
    position        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Who may use a bot's address, and the addresses it had before: a JSON document of the engine's.
pub(crate) const ADD_ENDPOINT: &str =
    "ALTER TABLE bots ADD COLUMN endpoint TEXT NOT NULL DEFAULT '{}';";

/// What is set for a bot's platforms: a JSON document of the engine's.
pub(crate) const ADD_PLATFORM_SETTINGS: &str =
    "ALTER TABLE bots ADD COLUMN platform_settings TEXT NOT NULL DEFAULT '{}';";

/// What the chances of a bot's rules are rolled from.
pub(crate) const ADD_SEED: &str = "ALTER TABLE bots ADD COLUMN seed INTEGER NOT NULL DEFAULT 0;";

/// Every column, as [`all`] reads them.
pub(crate) const COLUMNS: &str =
    "id, name, platform, secret, answering, position, endpoint, platform_settings, seed";

/// All of them, in their order.
pub(crate) fn all(conn: &Connection) -> rusqlite::Result<Vec<Bot>> {
    let sql = format!("SELECT {COLUMNS} FROM bots ORDER BY position, id");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    rows.collect()
}

/// Adds one.
pub(crate) fn insert(conn: &Connection, bot: &Bot) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO bots \
         (id, name, platform, secret, answering, position, endpoint, platform_settings, seed) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        bot.id.0.as_bytes(),
        bot.name,
        bot.platform,
        bot.secret,
        bot.answering,
        bot.position,
        bot.endpoint,
        bot.platform_settings,
        to_sql(bot.seed)
    ])?;
    Ok(())
}

/// Replaces one; whether it was there.
pub(crate) fn update(conn: &Connection, bot: &Bot) -> rusqlite::Result<bool> {
    let changed = conn
        .prepare_cached(
            "UPDATE bots SET name = ?2, platform = ?3, secret = ?4, answering = ?5, position = ?6, \
             endpoint = ?7, platform_settings = ?8, seed = ?9 WHERE id = ?1",
        )?
        .execute(params![
            bot.id.0.as_bytes(),
            bot.name,
            bot.platform,
            bot.secret,
            bot.answering,
            bot.position,
            bot.endpoint,
            bot.platform_settings,
            to_sql(bot.seed)
        ])?;
    Ok(changed > 0)
}

/// Removes one; whether it was there. Its exchanges stay.
pub(crate) fn remove(conn: &Connection, id: BotId) -> rusqlite::Result<bool> {
    let changed = conn
        .prepare_cached("DELETE FROM bots WHERE id = ?1")?
        .execute([id.0.as_bytes()])?;
    Ok(changed > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Bot> {
    Ok(Bot {
        id: BotId(Uuid::from_bytes(row.get(0)?)),
        name: row.get(1)?,
        platform: row.get(2)?,
        secret: row.get(3)?,
        answering: row.get(4)?,
        position: row.get(5)?,
        endpoint: row.get(6)?,
        platform_settings: row.get(7)?,
        seed: from_sql(row.get(8)?),
    })
}
