//! What is looked at before a history is used: its log before SQLite opens it, and its pages
//! afterwards, as far as there is time for them.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use crate::aside::{self, sibling};
use crate::health::{Damaged, Replaced};
use crate::pages::log::{Log, Verdict};
use crate::reserve::Reserve;
use crate::types::Clock;
use crate::version::{self, Found};

/// What is to be done about a history.
pub(crate) enum Looked {
    /// SQLite opens it.
    Sound {
        /// What is lost of it.
        told: Option<Replaced>,
        /// A copy of a log that another one has taken the place of, and of which nothing is lost.
        copy: Option<PathBuf>,
    },
    /// It is set aside, and read page by page alone.
    ByPage,
}

impl Looked {
    const fn told(told: Option<Replaced>) -> Self {
        Self::Sound { told, copy: None }
    }
}

/// Looks at what a run that was not closed may have left, and at what became of it since. A log
/// that SQLite would misread is copied, and another one put in its place.
pub(crate) fn look(path: &Path, now: Clock, was_open: bool) -> io::Result<Looked> {
    let dir = path.parent().unwrap_or(path);
    let told = |damaged, file: Option<PathBuf>| Replaced {
        at: now(),
        file: file.unwrap_or_default(),
        damaged,
        rescued: 0,
        unread: 0,
        may_miss_more: true,
        goes_on: false,
        lost: Vec::new(),
    };
    match version::look(path, &sibling(path, "-wal"))? {
        Found::Nothing if was_open || Reserve::of(dir).exists() => {
            return Ok(Looked::told(Some(told(Damaged::Gone, None))));
        }
        Found::Nothing | Found::NoDatabase => return Ok(Looked::told(None)),
        Found::Database(_) => {}
    }
    let log = Log::read(path)?;
    if log.is_cut() || log.is_gone() && was_open {
        let kept = keep_log(path, now)?;
        return Ok(Looked::told(Some(told(Damaged::LogEnd, kept))));
    }
    let (other, is_lost) = match log.verdict(path)? {
        Verdict::Whole => return Ok(Looked::told(None)),
        Verdict::Lost => {
            tracing::error!("the log of the history is damaged: it is read by page");
            return Ok(Looked::ByPage);
        }
        Verdict::WholeInOther(other) => (other, false),
        Verdict::Earlier(other) => (other, true),
    };
    let copy = keep_log(path, now)?;
    tracing::error!(
        ?copy,
        is_lost,
        "SQLite would misread the log of the history"
    );
    aside::replace_log(path, &other)?;
    Ok(match is_lost {
        true => Looked::told(Some(told(Damaged::LogEnd, copy))),
        false => Looked::Sound { told: None, copy },
    })
}

/// A copy of the log; `None` where it has nothing.
fn keep_log(path: &Path, now: Clock) -> io::Result<Option<PathBuf>> {
    let has_log = std::fs::metadata(sibling(path, "-wal")).is_ok_and(|log| log.len() > 0);
    has_log.then(|| aside::copy_log(path, now)).transpose()
}

/// How long a start reads the file for damage: all of some hundred MiB.
const TIME: Duration = Duration::from_secs(1);

/// Steps of SQLite's, or pages, between two looks at the time.
const STEPS: std::ffi::c_int = 1000;

/// What pages show.
pub(crate) enum Checked {
    /// All of them were looked at.
    Sound,
    /// So were those for which there was time.
    SoundSoFar,
    Damaged(String),
}

/// Looks at pages, as far as there is time for them: what stands beside the exchanges first. An
/// index of texts that is damaged is made again from them.
pub(crate) fn check(conn: &mut Connection) -> rusqlite::Result<Checked> {
    let until = Instant::now() + TIME;
    conn.progress_handler(STEPS, Some(move || Instant::now() >= until))?;
    let found = first_damage(conn);
    conn.progress_handler(0, None::<fn() -> bool>)?;
    match found {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            Ok(Checked::SoundSoFar)
        }
        found => Ok(found?.map_or(Checked::Sound, Checked::Damaged)),
    }
}

fn first_damage(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%' \
         ORDER BY name IN ('exchanges', 'messages', 'body_pieces'), name";
    let mut tables = conn.prepare(sql)?;
    let tables = tables.query_map([], |row| row.get::<_, String>(0))?;
    for table in tables {
        let check = format!("PRAGMA quick_check('{}')", table?.replace('\'', "''"));
        let found: String = conn.query_row(&check, [], |row| row.get(0))?;
        if found != "ok" {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
