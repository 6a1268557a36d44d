//! The table `user_names`: what a person calls the users of a bot, a few of each.

use protocol::BotId;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::types::UserName;

pub(crate) const CREATE: &str = "
CREATE TABLE user_names (
    bot             BLOB    NOT NULL,
    user            TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    PRIMARY KEY (bot, user)
) STRICT, WITHOUT ROWID;
";

/// All of them, by bot and user.
pub(crate) fn all(conn: &Connection) -> rusqlite::Result<Vec<UserName>> {
    let sql = "SELECT bot, user, name FROM user_names ORDER BY bot, user";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(UserName {
            bot: BotId(Uuid::from_bytes(row.get(0)?)),
            user: row.get(1)?,
            name: row.get(2)?,
        })
    })?;
    rows.collect()
}

/// Puts these in place of a bot's.
pub(crate) fn replace(
    conn: &Connection,
    bot: BotId,
    names: &[(String, String)],
) -> rusqlite::Result<()> {
    remove(conn, bot)?;
    for (user, name) in names {
        insert_one(conn, bot, user, name)?;
    }
    Ok(())
}

/// Adds one.
pub(crate) fn insert(conn: &Connection, name: &UserName) -> rusqlite::Result<()> {
    insert_one(conn, name.bot, &name.user, &name.name)
}

fn insert_one(conn: &Connection, bot: BotId, user: &str, name: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO user_names (bot, user, name) VALUES (?1, ?2, ?3)";
    conn.prepare_cached(sql)?
        .execute(params![bot.0.as_bytes(), user, name])?;
    Ok(())
}

/// Removes a bot's.
pub(crate) fn remove(conn: &Connection, bot: BotId) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM user_names WHERE bot = ?1")?
        .execute([bot.0.as_bytes()])?;
    Ok(())
}
