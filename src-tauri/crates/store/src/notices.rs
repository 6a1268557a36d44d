//! What was told of damage, kept in the history until a person has read it.

use std::path::PathBuf;

use protocol::UtcMillis;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::health::{Damaged, Replaced};
use crate::table::settings;
use crate::types::{DocumentKind, LostRows};

/// So many are kept; the oldest goes first.
const MOST: usize = 16;

/// All of them, the oldest first. What cannot be read is none, and is logged.
pub(crate) fn all(conn: &Connection) -> rusqlite::Result<Vec<Replaced>> {
    let stored = settings::get(conn, settings::NOTICES)?;
    let read_list = |stored: String| match serde_json::from_str(&stored) {
        Ok(list) => list,
        Err(error) => {
            tracing::warn!(%error, "the notices of damage cannot be read");
            Value::Null
        }
    };
    let stored = stored.map(read_list).unwrap_or_default();
    let stored = stored.as_array().into_iter().flatten();
    Ok(stored.filter_map(read).collect())
}

/// Adds one, or what it has become.
pub(crate) fn keep(conn: &Connection, notice: &Replaced) -> rusqlite::Result<()> {
    let mut kept = all(conn)?;
    kept.retain(|one| one.id() != notice.id());
    kept.push(notice.clone());
    let first = kept.len().saturating_sub(MOST);
    write(conn, &kept[first..])
}

/// The same where it was not dismissed.
pub(crate) fn renew(conn: &Connection, notice: &Replaced) -> rusqlite::Result<()> {
    match is_kept(conn, &notice.id())? {
        true => keep(conn, notice),
        false => Ok(()),
    }
}

/// Whether nobody has dismissed it.
pub(crate) fn is_kept(conn: &Connection, id: &str) -> rusqlite::Result<bool> {
    Ok(all(conn)?.iter().any(|one| one.id() == id))
}

/// Removes one; whether it was there.
pub(crate) fn dismiss(conn: &Connection, id: &str) -> rusqlite::Result<bool> {
    let mut kept = all(conn)?;
    let before = kept.len();
    kept.retain(|one| one.id() != id);
    if kept.is_empty() {
        settings::remove(conn, settings::NOTICES)?;
    } else {
        write(conn, &kept)?;
    }
    Ok(kept.len() < before)
}

fn write(conn: &Connection, notices: &[Replaced]) -> rusqlite::Result<()> {
    let notices: Vec<Value> = notices.iter().map(shown).collect();
    settings::set(conn, settings::NOTICES, &Value::from(notices).to_string())
}

/// Kinds of which rows are lost, as they are stored.
pub(crate) fn lost(lost: &[LostRows]) -> Value {
    let lost = lost.iter();
    lost.map(|lost| json!({"kind": lost.kind.as_str(), "taken": lost.taken}))
        .collect()
}

/// The same read again.
pub(crate) fn read_lost(stored: &Value) -> Vec<LostRows> {
    let lost = stored.as_array().into_iter().flatten();
    lost.filter_map(|lost| {
        Some(LostRows {
            kind: DocumentKind::named(lost["kind"].as_str()?)?,
            taken: lost["taken"].as_u64()?,
        })
    })
    .collect()
}

fn shown(notice: &Replaced) -> Value {
    json!({
        "at": notice.at.0,
        "file": notice.file.to_string_lossy(),
        "damaged": notice.damaged.as_str(),
        "rescued": notice.rescued,
        "unread": notice.unread,
        "may_miss_more": notice.may_miss_more,
        "lost": lost(&notice.lost),
    })
}

fn read(stored: &Value) -> Option<Replaced> {
    Some(Replaced {
        at: UtcMillis(stored["at"].as_i64()?),
        file: PathBuf::from(stored["file"].as_str()?),
        damaged: Damaged::named(stored["damaged"].as_str()?)?,
        rescued: stored["rescued"].as_u64()?,
        unread: stored["unread"].as_u64()?,
        may_miss_more: stored["may_miss_more"] == true,
        goes_on: false,
        lost: read_lost(&stored["lost"]),
    })
}
