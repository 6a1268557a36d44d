//! What can still be read of a damaged database, taken over into the one that was begun in its
//! place: the open exchanges first, then from the newest on, a few in a step.
//!
//! It is read twice. First by SQLite: one that was overwritten while it was open by the connection
//! that wrote it, whose cache and log have pages that the file has not any more. Then page by page
//! (`pages`), which finds what lies behind a page that SQLite cannot pass; one that was damaged
//! while it was open only where SQLite met damage: its file may hold what was removed since. What
//! was taken over once is not taken over again (`rescue_taken`): it may be deleted meanwhile.

use std::path::{Path, PathBuf};

use protocol::{Summary, UtcMillis};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::convert::to_sql;
use crate::health::{Damaged, HealthSender, Replaced};
use crate::pages::{Found, PageFile, Shapes};
use crate::table::copied::{self, CopiedExchange, PieceKey};
use crate::table::{body_pieces, conversations, exchanges, rescue_taken, search, settings};
use crate::types::LostRows;
use crate::{aside, connection, notices, pages};

/// Exchanges taken over in one step.
const STEP_ROWS: u64 = 100;

/// Numbers looked at in one step. Where a table's root is lost, each of them is asked for alone.
const STEP_NUMBERS: usize = 1000;

/// Pieces of a long body taken over in one step.
const STEP_PIECES: usize = 8;

/// Pages looked at in one step: 16 MiB.
const STEP_PAGES: u32 = 2000;

/// Before the first piece of an exchange.
const NO_PIECE: PieceKey = (-1, -1);

/// The damaged database and how far it was read.
pub(crate) struct Rescue {
    /// `None` where SQLite does not read it.
    conn: Option<Connection>,
    /// What its pages hold, once that is asked for.
    found: Option<Found>,
    /// Where it lies now.
    path: PathBuf,
    /// What both have of the columns of `exchanges`.
    columns: String,
    /// All of them, as pages are read.
    all_columns: String,
    /// The highest number that it may hold.
    newest: u64,
    noticed: Noticed,
    /// What a transaction that fails takes back.
    pub(crate) progress: Progress,
}

/// How damage was noticed.
#[derive(Clone, Debug)]
pub(crate) struct Noticed {
    pub(crate) at: UtcMillis,
    /// When the database was opened; later, what stands beside the exchanges was in memory.
    pub(crate) at_start: bool,
    pub(crate) damaged: Damaged,
    /// What could not be read whole.
    pub(crate) lost: Vec<LostRows>,
    pub(crate) may_miss_more: bool,
}

/// A database that could not be opened, or what is lost of one that could.
pub(crate) struct SetAside {
    /// `None` where a person has read it.
    pub(crate) found: Option<Replaced>,
    /// `None` where nothing remains to be read.
    pub(crate) rescue: Option<Rescue>,
    /// It was found now, and not by an earlier process.
    pub(crate) is_new: bool,
}

impl SetAside {
    /// What is lost of a log: nothing remains to be read.
    pub(crate) const fn log_alone(found: Replaced) -> Self {
        Self {
            found: Some(found),
            rescue: None,
            is_new: true,
        }
    }
}

/// How far a rescue has come.
#[derive(Clone, Copy)]
pub(crate) struct Progress {
    /// Every number from this one on was looked at.
    below: u64,
    /// It is read page by page now.
    by_page: bool,
    /// SQLite met something that no sound database holds.
    has_met_damage: bool,
    /// Open exchanges were taken over.
    has_open: bool,
    /// The exchange whose pieces are being copied, and the last of them.
    pieces: Option<(u64, PieceKey)>,
    /// Exchanges taken over.
    pub(crate) taken: u64,
    /// Exchanges of which something was found, and not all.
    unread: u64,
}

impl Progress {
    const fn begin(newest: u64) -> Self {
        Self {
            below: newest.saturating_add(1),
            by_page: false,
            has_met_damage: false,
            has_open: false,
            pieces: None,
            taken: 0,
            unread: 0,
        }
    }

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

/// A connection that reads one that was set aside; `None` where SQLite would not read it, or not
/// the newest versions of its pages.
pub(crate) fn reader(aside: &Path) -> Option<Connection> {
    pages::log::is_whole(aside).then(|| aside::read(aside))?
}

/// What a rescue that has not come to its end is written down as: the next start goes on.
pub(crate) fn written_down(
    to: &Connection,
    (path, newest): (&Path, u64),
    noticed: &Noticed,
) -> rusqlite::Result<()> {
    let progress = Progress::begin(newest);
    notices::keep(to, &noticed.told(path, &progress, true))?;
    write_down(to, (path, newest), noticed, &progress)
}

impl Noticed {
    fn told(&self, file: &Path, progress: &Progress, goes_on: bool) -> Replaced {
        Replaced {
            at: self.at,
            file: file.to_owned(),
            damaged: self.damaged,
            rescued: progress.taken,
            unread: progress.unread,
            may_miss_more: self.may_miss_more,
            goes_on,
            lost: self.lost.clone(),
        }
    }
}

fn write_down(
    to: &Connection,
    (path, newest): (&Path, u64),
    noticed: &Noticed,
    progress: &Progress,
) -> rusqlite::Result<()> {
    let stored = json!({
        "file": path.file_name().unwrap_or_default().to_string_lossy(),
        "newest": newest,
        "below": progress.below,
        "by_page": progress.by_page,
        "has_met_damage": progress.has_met_damage || noticed.at_start,
        "taken": progress.taken,
        "unread": progress.unread,
        "at": noticed.at.0,
        "damaged": noticed.damaged.as_str(),
        "may_miss_more": noticed.may_miss_more,
        "lost": notices::lost(&noticed.lost),
    });
    settings::set(to, settings::RESCUE, &stored.to_string())
}

impl Rescue {
    /// `newest` is the highest number that it may hold, `to` what it is taken over into.
    pub(crate) fn new(
        conn: Option<Connection>,
        to: &Connection,
        (path, newest): (&Path, u64),
        noticed: Noticed,
    ) -> Self {
        if let Some(conn) = &conn {
            connection::detach(conn);
        }
        let columns = conn.as_ref().map(|conn| copied::exchange_columns(conn, to));
        Self {
            columns: columns.unwrap_or_default(),
            all_columns: format!("{}, hidden", exchanges::column_names()),
            conn,
            found: None,
            path: path.to_owned(),
            newest,
            progress: Progress {
                has_met_damage: noticed.at_start,
                ..Progress::begin(newest)
            },
            noticed,
        }
    }

    /// The same with what its pages hold, as far as that is known.
    pub(crate) fn with(mut self, found: Option<Found>) -> Self {
        self.found = found;
        self
    }

    /// Goes on with what an earlier process has not come to the end of.
    pub(crate) fn resume(to: &Connection, dir: &Path) -> rusqlite::Result<Option<SetAside>> {
        let Some(stored) = settings::get(to, settings::RESCUE)? else {
            return Ok(None);
        };
        let stored: Value = serde_json::from_str(&stored).unwrap_or_default();
        let number = |name: &str| stored[name].as_u64();
        let path = dir.join(stored["file"].as_str().unwrap_or_default());
        if !path.is_file() && !aside::sibling(&path, "-wal").is_file() {
            // A person has removed it.
            settings::remove(to, settings::RESCUE)?;
            rescue_taken::end(to)?;
            return Ok(None);
        }
        let below = number("below").unwrap_or(0);
        let newest = number("newest").unwrap_or(below.saturating_sub(1));
        let damaged = stored["damaged"].as_str().and_then(Damaged::named);
        let noticed = Noticed {
            at: UtcMillis(stored["at"].as_i64().unwrap_or(0)),
            at_start: true,
            damaged: damaged.unwrap_or(Damaged::File),
            lost: notices::read_lost(&stored["lost"]),
            may_miss_more: stored["may_miss_more"] == true,
        };
        let mut rescue = Self::new(reader(&path), to, (&path, newest), noticed);
        rescue.progress = Progress {
            below,
            by_page: stored["by_page"] == true,
            has_met_damage: stored["has_met_damage"] != false,
            has_open: true,
            pieces: None,
            taken: number("taken").unwrap_or(0),
            unread: number("unread").unwrap_or(0),
        };
        let found = rescue.replaced(true);
        if stored["at"].is_null() {
            // It was begun by a version that kept no notices.
            notices::keep(to, &found)?;
        }
        let is_unread = notices::is_kept(to, &found.id())?;
        Ok(Some(SetAside {
            found: is_unread.then_some(found),
            rescue: Some(rescue),
            is_new: false,
        }))
    }

    /// Writes down how far it has come, within the caller's transaction: the next start goes on.
    pub(crate) fn store(&self, to: &Connection, is_done: bool) -> rusqlite::Result<()> {
        if is_done {
            notices::renew(to, &self.replaced(false))?;
            return settings::remove(to, settings::RESCUE);
        }
        write_down(to, (&self.path, self.newest), &self.noticed, &self.progress)
    }

    /// What has become of the database by now.
    pub(crate) fn replaced(&self, goes_on: bool) -> Replaced {
        self.noticed.told(&self.path, &self.progress, goes_on)
    }

    /// Tells it.
    pub(crate) fn tell(&self, health: &HealthSender, goes_on: bool) {
        health.taken_over(&self.replaced(goes_on));
    }

    /// Nothing remains to be taken over.
    pub(crate) fn end(self) {
        drop(self.conn);
        if self.noticed.at_start {
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
        rescue_taken::begin(to)?;
        let taken = match self.progress.by_page || self.conn.is_none() {
            false => self.take_some(to, indexed, only_pinned)?,
            true if self.look(to)? => self.take_some(to, indexed, only_pinned)?,
            true => Taken::default(),
        };
        if self.noticed.at_start {
            // Whoever had them open is gone.
            exchanges::fail_open(to, to_sql(self.newest))?;
        }
        if taken.is_done {
            rescue_taken::end(to)?;
        }
        Ok(taken)
    }

    /// Looks at some of the pages; whether all were looked at.
    fn look(&mut self, to: &Connection) -> rusqlite::Result<bool> {
        self.progress.by_page = true;
        if self.found.is_none() {
            match PageFile::open(&self.path) {
                Ok(file) => self.found = Some(Found::new(file, Shapes::of(to)?)),
                Err(error) => {
                    tracing::warn!(%error, "the damaged history cannot be read by pages");
                    return Ok(true);
                }
            }
        }
        Ok(self
            .found
            .as_mut()
            .is_none_or(|found| found.look(STEP_PAGES)))
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
            for seq in self.conn.as_ref().map(copied::open).unwrap_or_default() {
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
                taken.is_done = !self.reads_pages_next();
                return Ok(taken);
            };
            if !self.take((to, indexed), seq, only_pinned, &mut taken)? {
                return Ok(taken);
            }
            self.progress.below = seq;
        }
        Ok(taken)
    }

    /// Whether pages are to be read after what SQLite reads.
    fn reads_pages_next(&mut self) -> bool {
        let progress = &mut self.progress;
        if progress.by_page {
            return false;
        }
        progress.by_page = true;
        progress.below = self.newest.saturating_add(1);
        progress.has_met_damage
    }

    /// The next lower number; by counting where the table does not tell.
    fn next(&mut self, only_pinned: bool) -> Option<u64> {
        let below = self.progress.below;
        if below == 0 {
            return None;
        }
        if self.progress.by_page {
            return self.found.as_ref()?.highest_below(below);
        }
        match copied::highest_below(self.conn.as_ref()?, below, only_pinned) {
            Ok(None) => None,
            Ok(Some(seq)) if seq < below => Some(seq),
            // A number that is none of those that were asked for lies in a damaged page.
            Ok(Some(_)) | Err(_) => {
                self.progress.has_met_damage = true;
                Some(below - 1)
            }
        }
    }

    /// One exchange, if all of it can be read.
    fn read(&mut self, seq: u64) -> Option<CopiedExchange> {
        if self.progress.by_page {
            let found = self.found.as_ref()?;
            let (exchange, messages, is_whole) = found.exchange(&self.all_columns, seq)?;
            return Some(CopiedExchange::new(exchange, messages, is_whole));
        }
        let found = CopiedExchange::read(self.conn.as_ref()?, &self.columns, seq);
        self.progress.has_met_damage |= !matches!(found, Ok(Some(_)));
        found.ok().flatten()
    }

    /// Copies some pieces of an exchange behind the one copied last; the last of them, or `None`
    /// where all are copied. The inner error: they cannot be copied.
    fn copy_pieces(
        &self,
        to: &Connection,
        seq: u64,
        after: PieceKey,
    ) -> rusqlite::Result<Result<Option<PieceKey>, ()>> {
        if self.progress.by_page {
            let found = self.found.as_ref();
            return match found.and_then(|found| found.pieces(seq, after, STEP_PIECES)) {
                Some(rows) => copied::write_pieces(to, &rows, STEP_PIECES),
                None => Ok(Err(())),
            };
        }
        match &self.conn {
            Some(conn) => copied::copy_pieces((conn, to), seq, after, STEP_PIECES),
            None => Ok(Err(())),
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
        if self.progress.by_page && (seq > self.newest || exchanges::has(to, seq)?) {
            return Ok(true);
        }
        // One that is not there any more was removed since.
        if rescue_taken::has(to, seq)? {
            return Ok(true);
        }
        let Some(exchange) = self.read(seq) else {
            self.progress.unread += u64::from(self.progress.by_page && !only_pinned);
            return Ok(true);
        };
        let columns = match self.progress.by_page {
            true => &self.all_columns,
            false => &self.columns,
        };
        if only_pinned && !exchange.is_pinned(columns) {
            return Ok(true);
        }
        if exchange.has_pieces() {
            taken.has_pieces = true;
            let after = self.progress.pieces.map_or(NO_PIECE, |(_, last)| last);
            match self.copy_pieces(to, seq, after)? {
                Ok(Some(last)) => {
                    self.progress.pieces = Some((seq, last));
                    return Ok(false);
                }
                Ok(None) => self.progress.pieces = None,
                Err(()) => {
                    self.lose(seq, taken);
                    return Ok(true);
                }
            }
            if body_pieces::count(to, seq)? < exchange.pieces() {
                self.lose(seq, taken);
                return Ok(true);
            }
        }
        match exchange.write(to, columns, seq)? {
            Some(summary) => {
                rescue_taken::add(to, seq)?;
                self.progress.taken += 1;
                self.progress.unread += u64::from(!exchange.is_whole);
                taken.shown += i64::from(exchange.is_shown());
                taken.exchanges.push(summary);
                if seq <= indexed {
                    search::again(to, seq)?;
                }
                // Those of higher numbers may be in their conversations by now.
                conversations::again(to, seq)?;
            }
            None => {
                self.progress.unread += u64::from(self.progress.by_page);
                taken.stale.extend(exchange.has_pieces().then_some(seq));
            }
        }
        Ok(true)
    }

    /// Gives an exchange up of whose body not all can be read.
    fn lose(&mut self, seq: u64, taken: &mut Taken) {
        self.progress.pieces = None;
        self.progress.has_met_damage = true;
        self.progress.unread += u64::from(self.progress.by_page);
        taken.stale.push(seq);
    }
}

#[cfg(test)]
mod tests;
