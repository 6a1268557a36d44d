//! The three kinds of connection: one writes, one moves the log into the file, some read.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// Bytes in a page. 8 KiB holds four or five ordinary requests.
pub(crate) const PAGE_SIZE: i64 = 8192;

/// What the log file is cut to after it was moved into the database.
pub(crate) const LOG_KEPT_BYTES: i64 = 64 * 1024 * 1024;

/// How long the writer waits for the checkpointer, the only other one that takes its lock.
const WRITER_PATIENCE: Duration = Duration::from_secs(5);

/// The writer waits at its gate while the checkpointer waits for readers, so it waits briefly.
const CHECKPOINTER_PATIENCE: Duration = Duration::from_millis(5);

/// Prepared statements in the cache: more than there are.
const STATEMENTS: usize = 96;

/// Cache sizes in KiB.
const WRITER_CACHE: i64 = 8 * 1024;
const READER_CACHE: i64 = 2 * 1024;
const CHECKPOINTER_CACHE: i64 = 512;

/// The one connection that writes. Makes the file where there is none.
pub(crate) fn writer(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(WRITER_PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.pragma_update(None, "page_size", PAGE_SIZE)?;
    conn.pragma_update(None, "cache_size", -WRITER_CACHE)?;
    overwrite_removed(&conn, Overwrites::WithinPages)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(conn)
}

/// What is filled with zeros of what is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overwrites {
    /// What lies in pages that are written anyhow.
    WithinPages,
    /// Pages that are free then, too.
    WholePages,
}

/// Sets what is overwritten, of the transaction under way too.
pub(crate) fn overwrite_removed(conn: &Connection, what: Overwrites) -> rusqlite::Result<()> {
    let value = match what {
        Overwrites::WithinPages => "FAST",
        Overwrites::WholePages => "ON",
    };
    conn.pragma_update_and_check(None, "secure_delete", value, |_| Ok(()))
}

/// Turns the write-ahead log on; checkpoints are another connection's work.
pub(crate) fn use_log(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    conn.pragma_update_and_check(None, "journal_size_limit", LOG_KEPT_BYTES, |_| Ok(()))?;
    set_durable(conn, false)
}

/// Moves all of the log into the file and empties the log. Both are on the disk then.
pub(crate) fn empty_log(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// With `durable` a power failure loses nothing either; a killed process never does.
pub(crate) fn set_durable(conn: &Connection, durable: bool) -> rusqlite::Result<()> {
    conn.pragma_update(None, "synchronous", if durable { "FULL" } else { "NORMAL" })
}

/// The connection that moves the log into the database.
pub(crate) fn checkpointer(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.busy_timeout(CHECKPOINTER_PATIENCE)?;
    conn.pragma_update(None, "cache_size", -CHECKPOINTER_CACHE)?;
    conn.pragma_update_and_check(None, "journal_size_limit", LOG_KEPT_BYTES, |_| Ok(()))?;
    Ok(conn)
}

/// A connection that only reads.
pub(crate) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.pragma_update(None, "cache_size", -READER_CACHE)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(conn)
}

/// One that reads a database that was cut, too: SQLite refuses a file that is shorter than its
/// header says, but where somebody is about to repair it.
pub(crate) fn reader_of_damaged(path: &Path) -> rusqlite::Result<Connection> {
    let conn = reader(path)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, true)?;
    Ok(conn)
}

/// From here on, closing a connection leaves the files beside its database alone: by their names
/// they are those of the database that has its place.
pub(crate) fn detach(conn: &Connection) {
    if let Err(error) = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) {
        tracing::warn!(%error, "a connection to a damaged history could not be detached");
    }
}
