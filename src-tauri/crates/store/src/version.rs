//! The version of a database file, read without SQLite, so that a refusal changes nothing.
//!
//! SQLite opens a file in WAL mode only by making files beside it, and closes it by moving the
//! log into it. A database of a newer version must stay as it is, so its `user_version` is read
//! here from the bytes of its first page: the newest one in the log, else the one in the file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// What a SQLite file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Where the first page holds `user_version`.
const USER_VERSION_AT: usize = 60;
const FILE_HEADER: usize = 100;
/// What a write-ahead log, and each page in it, begins with.
pub(crate) const LOG_HEADER: usize = 32;
pub(crate) const FRAME_HEADER: usize = 24;

/// What lies at a database's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing, or an empty file.
    Nothing,
    /// A SQLite database with this `user_version`.
    Database(u32),
    /// Something else.
    NoDatabase,
}

/// Looks at the file and at its log.
pub(crate) fn look(database: &Path, log: &Path) -> io::Result<Found> {
    let mut header = Vec::new();
    match File::open(database) {
        Ok(file) => file.take(FILE_HEADER as u64).read_to_end(&mut header)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    if header.is_empty() {
        // One that was cut has its log yet, which SQLite deletes at the sight of an empty file.
        let has_log = std::fs::metadata(log).is_ok_and(|log| log.len() > 0);
        return Ok(if has_log {
            Found::NoDatabase
        } else {
            Found::Nothing
        });
    }
    if header.len() < FILE_HEADER || !header.starts_with(MAGIC) {
        return Ok(Found::NoDatabase);
    }
    // A log that cannot be read is SQLite's to judge.
    let in_log = File::open(log)
        .ok()
        .and_then(|file| version_in_log(file).ok().flatten());
    Ok(Found::Database(
        in_log.unwrap_or_else(|| number(&header, USER_VERSION_AT)),
    ))
}

/// The `user_version` of the newest committed first page in a write-ahead log.
///
/// The format is SQLite's: <https://sqlite.org/fileformat2.html#the_write_ahead_log>.
fn version_in_log(mut log: File) -> io::Result<Option<u32>> {
    let mut header = [0; LOG_HEADER];
    if !read_whole(&mut log, &mut header)? {
        return Ok(None);
    }
    let (page_size, salts) = (number(&header, 8), &header[16..24]);
    let (mut uncommitted, mut committed) = (None, None);
    let mut frame = [0; FRAME_HEADER];
    while read_whole(&mut log, &mut frame)? && &frame[8..16] == salts {
        let mut read = 0;
        if number(&frame, 0) == 1 {
            let mut page = [0; FILE_HEADER];
            if !read_whole(&mut log, &mut page)? {
                break;
            }
            read = FILE_HEADER as u32;
            uncommitted = Some(number(&page, USER_VERSION_AT));
        }
        // Only the last frame of a transaction names the database's size.
        if number(&frame, 4) != 0 {
            committed = uncommitted.or(committed);
        }
        log.seek(SeekFrom::Current(i64::from(page_size.saturating_sub(read))))?;
    }
    Ok(committed)
}

/// Fills the buffer; `false` at the end of the file.
fn read_whole(file: &mut File, buffer: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Four bytes, the most significant first.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4]
        .iter()
        .fold(0, |value, byte| value << 8 | u32::from(*byte))
}
