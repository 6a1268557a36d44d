//! What can still be read of a damaged database, taken over into the one that was begun in its
//! place: the open exchanges first, then from the newest on, a few in a step.
//!
//! One that was overwritten while it was open is read by the connection that wrote it: its cache
//! and the log have pages that the file has not any more. What cannot be read is passed over.

use std::path::{Path, PathBuf};

use protocol::Summary;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::convert::to_sql;
use crate::health::{HealthSender, Replaced};
use crate::table::copied::{self, CopiedExchange, PieceKey};
use crate::table::{exchanges, search, settings};
use crate::types::DocumentKind;
use crate::{aside, connection};

/// Exchanges taken over in one step.
const STEP_ROWS: u64 = 100;

/// Numbers looked at in one step. Where a table's root is lost, each of them is asked for alone.
const STEP_NUMBERS: usize = 1000;

/// Pieces of a long body taken over in one step.
const STEP_PIECES: usize = 8;

/// Before the first piece of an exchange.
const NO_PIECE: PieceKey = (-1, -1);

/// The damaged database and how far it was read.
pub(crate) struct Rescue {
    conn: Connection,
    /// Where it lies now.
    path: PathBuf,
    /// What both have of the columns of `exchanges`.
    columns: String,
    /// The highest number that it may hold.
    newest: u64,
    noticed: Noticed,
    /// What a transaction that fails takes back.
    pub(crate) progress: Progress,
}

/// When damage was noticed.
pub(crate) enum Noticed {
    /// When the database was opened; these could not be read whole.
    AtStart(Vec<DocumentKind>),
    /// Later. What stands beside the exchanges was in memory.
    WhileOpen,
}

/// A database that could not be opened.
pub(crate) struct SetAside {
    pub(crate) found: Replaced,
    /// `None` where nothing can be read.
    pub(crate) rescue: Option<Rescue>,
}

/// How far a rescue has come.
#[derive(Clone, Copy)]
pub(crate) struct Progress {
    /// Every number from this one on was looked at.
    below: u64,
    /// Open exchanges were taken over.
    has_open: bool,
    /// The exchange whose pieces are being copied, and the last of them.
    pieces: Option<(u64, PieceKey)>,
    /// Exchanges taken over.
    pub(crate) taken: u64,
}

impl Progress {
    /// The exchange that has pieces and no row by now.
    pub(crate) fn under_way(&self) -> Option<u64> {
        self.pieces.map(|(seq, _)| seq)
    }
}

/// What a step has taken over.
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) exchanges: Vec<Summary>,
    /// So many of them are shown.
    pub(crate) shown: i64,
    /// Exchanges with pieces that are not taken over.
    pub(crate) stale: Vec<u64>,
    /// Bodies in pieces are among them.
    pub(crate) has_pieces: bool,
    /// Nothing remains.
    pub(crate) is_done: bool,
}

impl Rescue {
    /// `newest` is the highest number that it may hold, `to` what it is taken over into.
    pub(crate) fn new(
        conn: Connection,
        to: &Connection,
        (path, newest): (&Path, u64),
        noticed: Noticed,
    ) -> Self {
        connection::detach(&conn);
        Self {
            columns: copied::exchange_columns(&conn, to),
            conn,
            path: path.to_owned(),
            newest,
            noticed,
            progress: Progress {
                below: newest.saturating_add(1),
                has_open: false,
                pieces: None,
                taken: 0,
            },
        }
    }

    /// Goes on with what an earlier process has not come to the end of.
    pub(crate) fn resume(to: &Connection, dir: &Path) -> rusqlite::Result<Option<SetAside>> {
        let Some(stored) = settings::get(to, settings::RESCUE)? else {
            return Ok(None);
        };
        let stored: Value = serde_json::from_str(&stored).unwrap_or_default();
        let number = |name: &str| stored[name].as_u64().unwrap_or(0);
        let path = dir.join(stored["file"].as_str().unwrap_or_default());
        let Some(conn) = aside::read(&path) else {
            // A person has removed it.
            settings::remove(to, settings::RESCUE)?;
            return Ok(None);
        };
        let newest = number("below").saturating_sub(1);
        let mut rescue = Self::new(conn, to, (&path, newest), Noticed::AtStart(Vec::new()));
        rescue.progress.has_open = true;
        rescue.progress.taken = number("taken");
        Ok(Some(SetAside {
            found: rescue.found(true),
            rescue: Some(rescue),
        }))
    }

    /// Writes down how far it has come, within the caller's transaction: the next start goes on.
    pub(crate) fn store(&self, to: &Connection, is_done: bool) -> rusqlite::Result<()> {
        if is_done {
            return settings::remove(to, settings::RESCUE);
        }
        let stored = json!({
            "file": self.path.file_name().unwrap_or_default().to_string_lossy(),
            "below": self.progress.below,
            "taken": self.progress.taken,
        });
        settings::set(to, settings::RESCUE, &stored.to_string())
    }

    /// What has become of the database by now.
    pub(crate) fn found(&self, goes_on: bool) -> Replaced {
        Replaced {
            file: self.path.clone(),
            rescued: self.progress.taken,
            goes_on,
            lost: match &self.noticed {
                Noticed::AtStart(lost) => lost.clone(),
                Noticed::WhileOpen => Vec::new(),
            },
        }
    }

    /// Tells it.
    pub(crate) fn tell(&self, health: &HealthSender, goes_on: bool) {
        match self.noticed {
            Noticed::AtStart(_) => health.set_aside(self.found(goes_on)),
            Noticed::WhileOpen => health.replaced(self.found(goes_on)),
        }
    }

    /// Nothing remains to be taken over.
    pub(crate) fn end(self) {
        drop(self.conn);
        if matches!(self.noticed, Noticed::AtStart(_)) {
            aside::tidy(&self.path);
        }
    }

    /// Takes over some exchanges, within the caller's transaction on `to`. Exchanges up to
    /// `indexed` are in the search index by now. Where there is room for no more of them it takes
    /// those that are pinned.
    pub(crate) fn step(
        &mut self,
        to: &Connection,
        indexed: u64,
        only_pinned: bool,
    ) -> rusqlite::Result<Taken> {
        let taken = self.take_some(to, indexed, only_pinned)?;
        if matches!(self.noticed, Noticed::AtStart(_)) {
            // Whoever had them open is gone.
            exchanges::fail_open(to, to_sql(self.newest))?;
        }
        Ok(taken)
    }

    fn take_some(
        &mut self,
        to: &Connection,
        indexed: u64,
        only_pinned: bool,
    ) -> rusqlite::Result<Taken> {
        let mut taken = Taken::default();
        if !self.progress.has_open {
            self.progress.has_open = true;
            for seq in copied::open(&self.conn) {
                self.take((to, indexed), seq, false, &mut taken)?;
            }
        }
        let enough = self.progress.taken + STEP_ROWS;
        for _ in 0..STEP_NUMBERS {
            if self.progress.taken >= enough {
                return Ok(taken);
            }
            let Some(seq) = self.next(only_pinned) else {
                taken.stale.extend(self.progress.under_way());
                self.progress.pieces = None;
                taken.is_done = true;
                return Ok(taken);
            };
            if !self.take((to, indexed), seq, only_pinned, &mut taken)? {
                return Ok(taken);
            }
            self.progress.below = seq;
        }
        Ok(taken)
    }

    /// The next lower number; by counting where the table does not tell.
    fn next(&self, only_pinned: bool) -> Option<u64> {
        match self.progress.below {
            0 => None,
            below => {
                copied::highest_below(&self.conn, below, only_pinned).unwrap_or(Some(below - 1))
            }
        }
    }

    /// Takes over one; `false` where pieces of it remain.
    fn take(
        &mut self,
        (to, indexed): (&Connection, u64),
        seq: u64,
        only_pinned: bool,
        taken: &mut Taken,
    ) -> rusqlite::Result<bool> {
        let before = self.progress.under_way().filter(|before| *before != seq);
        if before.is_some() {
            taken.stale.extend(before);
            self.progress.pieces = None;
        }
        let found = CopiedExchange::read(&self.conn, &self.columns, seq);
        let Ok(Some(exchange)) = found else {
            return Ok(true);
        };
        if only_pinned && !exchange.is_pinned(&self.columns) {
            return Ok(true);
        }
        if exchange.has_pieces() {
            taken.has_pieces = true;
            let after = self.progress.pieces.map_or(NO_PIECE, |(_, last)| last);
            let both = (&self.conn, to);
            match copied::copy_pieces(both, seq, after, STEP_PIECES)? {
                Ok(Some(last)) => {
                    self.progress.pieces = Some((seq, last));
                    return Ok(false);
                }
                Ok(None) => self.progress.pieces = None,
                Err(_) => {
                    self.progress.pieces = None;
                    taken.stale.push(seq);
                    return Ok(true);
                }
            }
        }
        match exchange.write(to, &self.columns, seq)? {
            Some(summary) => {
                self.progress.taken += 1;
                taken.shown += i64::from(exchange.is_shown());
                taken.exchanges.push(summary);
                if seq <= indexed {
                    search::again(to, seq)?;
                }
            }
            None if exchange.has_pieces() => taken.stale.push(seq),
            None => {}
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
