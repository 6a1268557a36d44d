//! Opening a data directory: version, lock, file, migration, and what remains of a killed process.
//!
//! The order matters: everything that can refuse comes before anything that changes the disk.

use std::io;
use std::path::{Path, PathBuf};

use protocol::UtcMillis;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

use crate::aside::{self, sibling};
use crate::connection::{self, Overwrites};
use crate::convert::{from_sql, to_sql};
use crate::documents::{self, Documents};
use crate::error::OpenError;
use crate::health::{Damaged, Replaced};
use crate::inspection::{self, Checked, Looked};
use crate::lock::DirLock;
use crate::pages::{self, Shapes};
use crate::rescue::{self, Noticed, Rescue, SetAside};
use crate::reserve::Reserve;
use crate::table::{bodies, body_pieces, bots, copied, exchanges, messages, settings};
use crate::types::Clock;
use crate::version::{self, Found};
use crate::{notices, private_files, schema};

/// The database's file name.
const DATABASE: &str = "history.sqlite3";

/// How to open a data directory.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// The data directory; it is made where it does not exist.
    pub dir: PathBuf,
    /// Every commit reaches the disk's platter: a power failure loses nothing either.
    pub synchronous_full: bool,
    /// The database's size limit in pages of 8 KiB, for tests and small disks.
    pub max_pages: Option<u32>,
    /// Tells the time: for retention by age, for "not saved since", for the name of a file set
    /// aside.
    pub clock: Clock,
}

impl StoreOptions {
    /// A directory, and nothing out of the ordinary.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>, clock: Clock) -> Self {
        Self {
            dir: dir.into(),
            synchronous_full: false,
            max_pages: None,
            clock,
        }
    }
}

/// What was found when the history was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenReport {
    /// Where the old database is now, if it could not be read and a new one was begun.
    pub set_aside: Option<PathBuf>,
    /// How many exchanges of a killed process were open; they are failed now.
    pub interrupted: u64,
}

/// A locked directory and its database, ready for use.
pub(crate) struct Opened {
    pub(crate) lock: DirLock,
    pub(crate) path: PathBuf,
    pub(crate) report: OpenReport,
    pub(crate) database: Database,
    /// What could not be read, and what of it is taken over.
    pub(crate) set_aside: Option<SetAside>,
    /// What was told before, or is told beside that.
    pub(crate) earlier: Vec<Replaced>,
}

/// A sound database with what is known of it.
pub(crate) struct Database {
    pub(crate) writer: Connection,
    pub(crate) documents: Documents,
    pub(crate) begun: Begun,
    /// All of its pages were sound when it was opened.
    pub(crate) is_known_sound: bool,
}

/// Opens the directory. To open it is to write: on a full disk that takes the reserve's room.
pub(crate) fn open(options: &StoreOptions) -> Result<Opened, OpenError> {
    match open_once(options) {
        Err(OpenError::Unwritable { .. } | OpenError::Io { .. })
            if Reserve::of(&options.dir).release_on_full_disk() =>
        {
            open_once(options)
        }
        opened => opened,
    }
}

fn open_once(options: &StoreOptions) -> Result<Opened, OpenError> {
    let dir = &options.dir;
    let path = dir.join(DATABASE);
    refuse_newer(dir, &path)?;
    private_files::make_dir(dir).map_err(|cause| OpenError::Unwritable {
        dir: dir.clone(),
        cause,
    })?;
    let lock = DirLock::take(dir)?;
    // Before the database opens: its log gets the rights of the file it belongs to.
    private_files::narrow(dir);
    let mut report = OpenReport::default();
    let (database, set_aside) = open_or_repair(&path, options, lock.is_history_open())?;
    lock.set_history_open(true);
    let found = set_aside.as_ref().and_then(|aside| aside.found.as_ref());
    let is_new = set_aside.as_ref().is_some_and(|aside| aside.is_new);
    report.set_aside = found
        .filter(|found| is_new && !found.file.as_os_str().is_empty())
        .map(|found| found.file.clone());
    let mut earlier = database.begun.notices.clone();
    earlier.retain(|one| found.is_none_or(|found| one.id() != found.id()));
    report.interrupted = database.begun.interrupted;
    Ok(Opened {
        lock,
        path,
        report,
        database,
        set_aside,
        earlier,
    })
}

/// Opens what is there, or begins another one with what can be read of it.
fn open_or_repair(
    path: &Path,
    options: &StoreOptions,
    was_open: bool,
) -> Result<(Database, Option<SetAside>), OpenError> {
    let dir = &options.dir;
    let unwritable = |cause| OpenError::Unwritable {
        dir: dir.clone(),
        cause,
    };
    if let Some(begun) = repair_again(path, options)? {
        return Ok(begun);
    }
    let looked = inspection::look(path, options.clock, was_open).map_err(unwritable)?;
    let told = match looked {
        Looked::ByPage => {
            let (database, set_aside) = begin_anew(path, options, Damaged::Log)?;
            return Ok((database, Some(set_aside)));
        }
        Looked::Sound { told, copy } => {
            let opened = open_whole(path, options, told.as_ref());
            if let (Ok(_), Some(copy)) = (&opened, copy) {
                aside::drop_copy(&copy);
            }
            match opened {
                Err(Failure::Broken(why)) => {
                    tracing::warn!(%why, "the history cannot be read and is set aside");
                    told
                }
                Ok((database, None)) => {
                    return Ok((database, told.map(SetAside::log_alone)));
                }
                opened => return opened.map_err(|failure| failure.refusal(dir)),
            }
        }
    };
    let is_gone = std::fs::metadata(path).map_or(0, |file| file.len()) == 0;
    let damaged = if is_gone {
        Damaged::Gone
    } else {
        Damaged::File
    };
    let (mut database, set_aside) = begin_anew(path, options, damaged)?;
    if let Some(told) = told {
        // Of the log, beside that of the file.
        notices::keep(&database.writer, &told)
            .map_err(|error| Failure::from(error).refusal(dir))?;
        database.begun.notices.push(told);
    }
    Ok((database, Some(set_aside)))
}

/// Does a repair again that an earlier process has not come to the end of; `None` where there is
/// none.
fn repair_again(
    path: &Path,
    options: &StoreOptions,
) -> Result<Option<(Database, Option<SetAside>)>, OpenError> {
    let dir = &options.dir;
    let unwritable = |cause| OpenError::Unwritable {
        dir: dir.clone(),
        cause,
    };
    let Some(aside) = aside::half_repaired(path).map_err(unwritable)? else {
        return Ok(None);
    };
    match Replacement::look(path).map_err(|failure| failure.refusal(dir))? {
        Replacement::Whole | Replacement::Damaged => {
            aside::repaired(path);
            return Ok(None);
        }
        Replacement::Nothing => aside::remove(path).map_err(unwritable)?,
        Replacement::Unknown => {
            let kept = aside::keep(path, options.clock).map_err(unwritable)?;
            tracing::error!(kept = %kept.display(), "what was begun cannot be read");
        }
    }
    tracing::warn!("the history that was set aside is read once more");
    let begun = take_over(path, &aside, options, Damaged::File);
    let (database, set_aside) = begun.map_err(|failure| failure.refusal(dir))?;
    Ok(Some((database, Some(set_aside))))
}

/// What there is of the database that was begun in the place of another one.
enum Replacement {
    /// It has what could be read of that: its first transaction has both.
    Whole,
    /// The process ended before that transaction.
    Nothing,
    /// It cannot be read any more, and its pages hold exchanges.
    Damaged,
    /// It cannot be read, and nothing tells what it was.
    Unknown,
}

impl Replacement {
    fn look(path: &Path) -> Result<Self, Failure> {
        let log = sibling(path, "-wal");
        match version::look(path, &log) {
            Ok(Found::Nothing) => return Ok(Self::Nothing),
            Ok(Found::NoDatabase) => return Self::by_page(path),
            Ok(Found::Database(_)) => {}
            Err(error) => return Err(Failure::Other(error.to_string())),
        }
        match is_begun(path).map_err(Failure::from) {
            Ok(Some(true)) => Ok(Self::Whole),
            Ok(Some(false)) => Ok(Self::Nothing),
            Ok(None) | Err(Failure::Broken(_)) => Self::by_page(path),
            Err(failure) => Err(failure),
        }
    }

    fn by_page(path: &Path) -> Result<Self, Failure> {
        let io = |error: io::Error| Failure::Other(error.to_string());
        let shapes = Shapes::known()?;
        let mut found = pages::Found::new(pages::PageFile::open(path).map_err(io)?, shapes);
        while !found.look(u32::MAX) {}
        Ok(match found.newest() {
            0 => Self::Unknown,
            _ => Self::Damaged,
        })
    }
}

/// Whether a database has what its first transaction writes; `None` where it has exchanges without
/// that.
fn is_begun(path: &Path) -> rusqlite::Result<Option<bool>> {
    let conn = connection::reader(path)?;
    let has = |sql: &str, name: &str| conn.prepare(sql)?.exists([name]);
    let has_table = |name| has("SELECT 1 FROM sqlite_schema WHERE name = ?1", name);
    let counted = "SELECT 1 FROM counters WHERE name = ?1";
    if has_table("counters")? && has(counted, settings::STARTS)? {
        return Ok(Some(true));
    }
    let has_exchanges = has_table("exchanges")? && exchanges::bounds(&conn)?.1 > 0;
    Ok((!has_exchanges).then_some(false))
}

/// Opens what is there, or makes what is missing; with what an earlier process has not taken over
/// to the end.
fn open_whole(
    path: &Path,
    options: &StoreOptions,
    told: Option<&Replaced>,
) -> Result<(Database, Option<SetAside>), Failure> {
    let (mut writer, found) = open_database(path)?;
    let is_known_sound = match inspection::check(&mut writer)? {
        Checked::Damaged(why) => return Err(Failure::Broken(why)),
        Checked::Sound => true,
        Checked::SoundSoFar => false,
    };
    let (documents, begun) = begin(&mut writer, options, told)?;
    settle(&writer, found)?;
    let set_aside = Rescue::resume(&writer, &options.dir)?;
    let database = Database {
        writer,
        documents,
        begun,
        is_known_sound,
    };
    Ok((database, set_aside))
}

/// Sets a database aside that cannot be read, and begins another one with what can be.
fn begin_anew(
    path: &Path,
    options: &StoreOptions,
    damaged: Damaged,
) -> Result<(Database, SetAside), OpenError> {
    let dir = &options.dir;
    let aside = aside::set_aside(path, options.clock);
    let aside = aside.map_err(|cause| OpenError::Unwritable {
        dir: dir.clone(),
        cause,
    })?;
    take_over(path, &aside, options, damaged).map_err(|failure| {
        if let Err(error) = aside::put_back(&aside, path) {
            tracing::error!(%error, "the damaged history has no more its name");
        }
        failure.refusal(dir)
    })
}

fn take_over(
    path: &Path,
    aside: &Path,
    options: &StoreOptions,
    damaged: Damaged,
) -> Result<(Database, SetAside), Failure> {
    let old = rescue::reader(aside);
    let file = pages::PageFile::open(aside).map_err(|error| Failure::Other(error.to_string()))?;
    let (mut writer, (found, newest, noticed)) = anew(path, options, |conn| {
        let mut found = pages::Found::new(file, Shapes::of(conn)?);
        let newest = match old.as_ref().and_then(copied::highest) {
            Some(newest) => newest,
            None => {
                while !found.look(u32::MAX) {}
                found.newest()
            }
        };
        let starts = old
            .as_ref()
            .map(|old| settings::counter(old, settings::STARTS));
        let starts = starts.and_then(Result::ok).unwrap_or(0).max(found.starts());
        settings::raise(conn, settings::STARTS, starts)?;
        settings::raise(conn, settings::LAST_SEQ, to_sql(newest))?;
        let lost = documents::copy(old.as_ref(), Some(&mut found), conn)?;
        // In place of that of a rescue that it had not come to the end of.
        let noticed = Noticed {
            at: (options.clock)(),
            at_start: true,
            damaged,
            lost,
            may_miss_more: damaged == Damaged::Gone || found.may_miss_more(),
        };
        rescue::written_down(conn, (aside, newest), &noticed)?;
        Ok((found, newest, noticed))
    })?;
    aside::repaired(path);
    let (documents, begun) = begin(&mut writer, options, None)?;
    let database = Database {
        writer,
        documents,
        begun,
        is_known_sound: true,
    };
    let rescue = Rescue::new(old, &database.writer, (aside, newest), noticed).with(Some(found));
    let set_aside = SetAside {
        found: Some(rescue.replaced(true)),
        rescue: Some(rescue),
        is_new: true,
    };
    Ok((database, set_aside))
}

/// Reads the version from the file's bytes: nothing is touched before this is known.
fn refuse_newer(dir: &Path, path: &Path) -> Result<(), OpenError> {
    let known = schema::known_version();
    match version::look(path, &sibling(path, "-wal")) {
        Ok(Found::Database(found)) if found > known => Err(OpenError::Newer { found, known }),
        Ok(_) => Ok(()),
        // A path through a file, or one that may not be entered.
        Err(cause) => Err(OpenError::Unwritable {
            dir: dir.to_owned(),
            cause,
        }),
    }
}

/// Why a database did not open.
pub(crate) enum Failure {
    /// It is no database, or not a whole one: it is set aside.
    Broken(String),
    /// It cannot be written.
    ReadOnly(String),
    Other(String),
}

impl Failure {
    pub(crate) fn refusal(self, dir: &Path) -> OpenError {
        let dir = dir.to_owned();
        match self {
            Self::ReadOnly(detail) => OpenError::Unwritable {
                dir,
                cause: io::Error::new(io::ErrorKind::PermissionDenied, detail),
            },
            Self::Broken(detail) | Self::Other(detail) => OpenError::Io { dir, detail },
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        let detail = error.to_string();
        match error.sqlite_error_code() {
            // No code: a value is not what its column holds.
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) | None => {
                Self::Broken(detail)
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::ReadOnly(detail)
            }
            _ => Self::Other(detail),
        }
    }
}

/// Opens it, and brings it to the present version; with the version that was found.
fn open_database(path: &Path) -> Result<(Connection, u32), Failure> {
    match version::look(path, &sibling(path, "-wal")) {
        Ok(Found::NoDatabase) => return Err(Failure::Broken("it is no SQLite file".to_owned())),
        // Where it fails, opening it tells why.
        Ok(Found::Nothing) => drop(private_files::make_file(path)),
        Ok(Found::Database(_)) => {}
        Err(error) => return Err(Failure::Other(error.to_string())),
    }
    let mut conn = connection::writer(path)?;
    // Until it is known to be sound, closing it must not move its log into it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let found: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found == 0 && schema_objects(&conn)? > 0 {
        return Err(Failure::Broken("it belongs to another program".to_owned()));
    }
    connection::use_log(&conn)?;
    schema::migrate(&mut conn)?;
    probe(&conn)?;
    bodies::move_to_messages(&mut conn)?;
    connection::overwrite_removed(&conn, Overwrites::WholePages)?;
    bodies::remove_deleted(&mut conn)?;
    connection::overwrite_removed(&conn, Overwrites::WithinPages)?;
    Ok((conn, found))
}

/// It is known to be sound.
fn settle(conn: &Connection, found: u32) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    if found != schema::known_version() {
        // The version must be in the file itself: see `version`.
        connection::empty_log(conn)?;
    }
    Ok(())
}

fn schema_objects(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
}

/// Touches both ends of every table that is needed, and every column of those with migrations. A
/// whole check would read the whole file.
fn probe(conn: &Connection) -> Result<(), Failure> {
    const PROBES: &[&str] = &[
        "SELECT id FROM exchanges ORDER BY id DESC LIMIT 1",
        "SELECT seq FROM exchanges WHERE state IN ('held', 'answering')",
        "SELECT seq, side, number FROM body_pieces ORDER BY seq DESC LIMIT 1",
        "SELECT * FROM settings",
        "SELECT * FROM counters",
        "SELECT seq FROM search_again LIMIT 1",
        "SELECT seq FROM search_cut LIMIT 1",
        "SELECT rowid FROM search LIMIT 1",
    ];
    // By name, so that a missing column is found here: `*` is whatever there is.
    let exchanges = exchanges::column_names();
    let messages = messages::COLUMNS;
    let named = [
        format!("SELECT {exchanges}, hidden FROM exchanges ORDER BY seq LIMIT 1"),
        format!("SELECT {exchanges}, hidden FROM exchanges ORDER BY seq DESC LIMIT 1"),
        format!("SELECT {messages} FROM messages ORDER BY key LIMIT 1"),
        format!("SELECT {messages} FROM messages ORDER BY key DESC LIMIT 1"),
        format!("SELECT {} FROM bots", bots::COLUMNS),
    ];
    let named = named.iter().map(String::as_str);
    for sql in named.chain(PROBES.iter().copied()) {
        let looked = conn.prepare(sql).and_then(|mut statement| {
            let mut rows = statement.query([])?;
            while rows.next()?.is_some() {}
            Ok(())
        });
        looked.map_err(|error| match Failure::from(error) {
            // A missing table or column is a plain SQL error.
            Failure::Other(detail) => Failure::Broken(detail),
            failure => failure,
        })?;
    }
    Ok(())
}

/// What is known once the database is open.
pub(crate) struct Begun {
    interrupted: u64,
    pub(crate) starts: u64,
    /// The highest number that was ever used.
    pub(crate) last_seq: u64,
    /// The highest number of an exchange, purged ones included.
    pub(crate) newest: u64,
    /// When the newest exchange came.
    pub(crate) newest_at: Option<UtcMillis>,
    pub(crate) indexed_seq: u64,
    pub(crate) grouped_seq: u64,
    pub(crate) shown: u64,
    pub(crate) has_pieces: bool,
    /// What was told and not dismissed.
    notices: Vec<Replaced>,
}

fn begin(
    writer: &mut Connection,
    options: &StoreOptions,
    told: Option<&Replaced>,
) -> rusqlite::Result<(Documents, Begun)> {
    set_up(writer, options)?;
    let start = writer.transaction()?;
    if let Some(told) = told {
        notices::keep(&start, told)?;
    }
    let starts = settings::counter(&start, settings::STARTS)?;
    settings::raise(&start, settings::STARTS, starts + 1)?;
    let interrupted = exchanges::fail_open(&start, i64::MAX)?;
    let purged = from_sql(settings::counter(&start, settings::LAST_SEQ)?);
    let newest = exchanges::bounds(&start)?.1.max(purged);
    let pieces = body_pieces::highest(&start)?;
    let begun = Begun {
        interrupted,
        starts: from_sql(starts),
        // A body that was never finished has pieces under a number that no exchange has.
        last_seq: newest.max(pieces),
        newest,
        newest_at: exchanges::newest_at(&start)?,
        indexed_seq: from_sql(settings::counter(&start, settings::INDEXED_SEQ)?),
        grouped_seq: from_sql(settings::counter(&start, settings::GROUPED_SEQ)?),
        shown: exchanges::count_shown(&start)?,
        has_pieces: pieces > 0,
        notices: notices::all(&start)?,
    };
    let documents = Documents::read(&start)?;
    start.commit()?;
    Ok((documents, begun))
}

fn set_up(writer: &Connection, options: &StoreOptions) -> rusqlite::Result<()> {
    connection::set_durable(writer, options.synchronous_full)?;
    if let Some(pages) = options.max_pages {
        writer.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(())
}

/// Begins a database where another one was set aside; what is written first is in it or it is not
/// begun. It is on the disk then.
pub(crate) fn anew<T>(
    path: &Path,
    options: &StoreOptions,
    write: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<(Connection, T), Failure> {
    let (mut conn, found) = open_database(path)?;
    settle(&conn, found)?;
    set_up(&conn, options)?;
    let written = conn.transaction()?;
    let done = write(&written)?;
    written.commit()?;
    // What says that the other one is to be read goes next.
    connection::empty_log(&conn)?;
    Ok((conn, done))
}
