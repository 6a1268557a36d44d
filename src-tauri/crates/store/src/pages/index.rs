//! The index that SQLite keeps beside a log while it is open (`-shm`). After a kill it tells how
//! many frames were committed, of which pages, and how many of them the file has.
//!
//! The format is SQLite's: <https://sqlite.org/walformat.html#the_wal_index_file_format>. Its
//! numbers are in the machine's own order of bytes.

use std::path::Path;

use super::number::four;

/// The header stands there twice.
const HEADER: usize = 48;
const MOVED_AT: usize = 96;
const ATTEMPTED_AT: usize = 128;
/// Where the numbers of pages begin in the first block, and how many it has.
const FIRST_PAGES_AT: usize = 136;
const FIRST_PAGES: usize = 4062;
const BLOCK: usize = 32 * 1024;
const PAGES: usize = 4096;

/// A log that is so many times begun anew after the index was written is none of another database.
const LATER: u32 = 1000;

/// What an index is to a log beside it. The first salt is raised by one each time the log is begun
/// anew, the second one is drawn by lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// It is the index of this log.
    Same,
    /// All of the log is in the file: the next one was about to begin.
    Restarted,
    /// It is an earlier log's, or there is none: it tells nothing.
    Unknown,
    /// The log is another database's, or an earlier one.
    Foreign,
}

/// What it tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LogIndex {
    /// The salts of its log.
    salts: [u8; 8],
    /// So many frames were committed.
    pub(super) committed: u32,
    /// So many of them are in the file.
    pub(super) moved: u32,
    /// Of so many it was tried.
    pub(super) attempted: u32,
    /// The pages of the frames, as far as they are known.
    pages: Vec<u32>,
}

impl LogIndex {
    /// `None` where there is none, or not a whole one.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let bytes = std::fs::read(path).ok()?;
        let header = bytes.get(..HEADER)?;
        let is_begun = header[12] == 1 && bytes.get(HEADER..2 * HEADER)? == header;
        if !is_begun || sums(&header[..40])? != (number(header, 40)?, number(header, 44)?) {
            return None;
        }
        let committed = number(header, 16)?;
        let mut pages = Vec::new();
        for frame in 0..committed as usize {
            let at = match frame.checked_sub(FIRST_PAGES) {
                None => FIRST_PAGES_AT + 4 * frame,
                Some(frame) => (1 + frame / PAGES) * BLOCK + 4 * (frame % PAGES),
            };
            let Some(page) = number(&bytes, at) else {
                break;
            };
            pages.push(page);
        }
        Some(Self {
            salts: header[32..40].try_into().ok()?,
            committed,
            moved: number(&bytes, MOVED_AT)?.min(committed),
            attempted: number(&bytes, ATTEMPTED_AT)?.min(committed),
            pages,
        })
    }

    /// What it is to a log of these salts.
    pub(super) fn relation(&self, salts: &[u8]) -> Relation {
        if self.salts == salts {
            Relation::Same
        } else if follows(&self.salts, salts) {
            Relation::Unknown
        } else if self.committed == 0 && times(salts, &self.salts) == Some(1) {
            Relation::Restarted
        } else {
            Relation::Foreign
        }
    }

    /// The page of a frame, which is counted from 1 on.
    pub(super) fn page(&self, frame: u32) -> Option<u32> {
        let page = self.pages.get(frame.checked_sub(1)? as usize);
        page.copied().filter(|page| *page > 0)
    }
}

/// How many times the log was begun anew between these salts.
fn times(earlier: &[u8], later: &[u8]) -> Option<u32> {
    let first = |salts| four(salts, 0);
    Some(first(later)?.wrapping_sub(first(earlier)?))
}

/// Whether the second salts may be of a log after that of the first.
pub(super) fn follows(earlier: &[u8], later: &[u8]) -> bool {
    times(earlier, later).is_some_and(|times| (1..=LATER).contains(&times))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_ne_bytes(bytes.try_into().ok()?))
}

fn sums(bytes: &[u8]) -> Option<(u32, u32)> {
    let (mut one, mut two) = (0_u32, 0_u32);
    for at in (0..bytes.len()).step_by(8) {
        one = one.wrapping_add(number(bytes, at)?).wrapping_add(two);
        two = two.wrapping_add(number(bytes, at + 4)?).wrapping_add(one);
    }
    Some((one, two))
}
