//! What is stored beside the history, a few rows, as it was committed last. It is in memory too, so
//! that a database that takes the place of a damaged one begins with it.

use rusqlite::Connection;

use crate::table::{bots, settings, user_names};
use crate::types::{Bot, UserName};

/// Bots, their users' names and the settings.
#[derive(Default)]
pub(crate) struct Documents {
    bots: Vec<Bot>,
    user_names: Vec<UserName>,
    settings: Vec<(String, String)>,
}

impl Documents {
    pub(crate) fn read(conn: &Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            bots: bots::all(conn)?,
            user_names: user_names::all(conn)?,
            settings: settings::all(conn)?,
        })
    }

    /// Writes them into a database that has none of them.
    pub(crate) fn write(&self, conn: &Connection) -> rusqlite::Result<()> {
        for bot in &self.bots {
            bots::insert(conn, bot)?;
        }
        for name in &self.user_names {
            user_names::insert(conn, name)?;
        }
        for (key, value) in &self.settings {
            settings::set(conn, key, value)?;
        }
        Ok(())
    }
}
