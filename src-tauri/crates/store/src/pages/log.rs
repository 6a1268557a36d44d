//! The write-ahead log: the newest version of each page, and what of it is lost.
//!
//! SQLite reads a log up to the first frame whose checksum does not fit, and takes what follows for
//! the rest of an earlier log. What it has read counts before the file, which may be newer: a log
//! whose pages are all in the file lies beside it until it is begun anew. So a log is judged before
//! SQLite opens it, by its checksums and by the index beside it. Without that index nothing tells
//! how much of a log was committed, and how much of that the file has: of one that is damaged each
//! page is needed then.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::index::{self, LogIndex, Relation};
use super::number::four;
use crate::aside::sibling;
use crate::connection::PAGE_SIZE;
use crate::version::{FRAME_HEADER, LOG_HEADER as HEADER};

const PAGE: usize = PAGE_SIZE as usize;
const FRAME: usize = FRAME_HEADER + PAGE;

/// What the header begins with; the lowest bit tells the order of bytes in checksums.
const MAGIC: u32 = 0x377f_0682;

/// The format's version.
const FORMAT: u32 = 3_007_000;

/// What is to be made of a log.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// SQLite reads from it what was committed.
    Whole,
    /// It is damaged, and the newest version of each page is known: this log holds those that the
    /// file has not; an empty one holds none.
    WholeInOther(Vec<u8>),
    /// What was committed last is lost, and what was before is known: by this log.
    Earlier(Vec<u8>),
    /// The newest versions of some pages are lost, those of pages behind them are not.
    Lost,
}

/// The pages of a log that count before those of the file, and those that are lost.
#[derive(Default)]
pub(crate) struct LogPages {
    /// Where the newest committed version of each page lies in the log.
    pub(super) at: HashMap<u32, u64>,
    /// Pages of which the newest version is lost.
    pub(super) lost: HashSet<u32>,
    /// So is that of pages of which the number is lost, too.
    pub(super) has_unknown: bool,
}

#[derive(Clone, Copy)]
struct Sums {
    one: u32,
    two: u32,
}

impl Sums {
    const NONE: Self = Self { one: 0, two: 0 };

    fn of(bytes: &[u8], at: usize) -> Option<Self> {
        let (one, two) = (four(bytes, at)?, four(bytes, at + 4)?);
        Some(Self { one, two })
    }

    /// What they become by further bytes.
    fn and(mut self, bytes: &[u8], is_big_endian: bool) -> Self {
        let word = |bytes: &[u8]| match is_big_endian {
            true => u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
            false => u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
        };
        for pair in bytes.chunks_exact(8) {
            self.one = self.one.wrapping_add(word(pair)).wrapping_add(self.two);
            self.two = self
                .two
                .wrapping_add(word(&pair[4..]))
                .wrapping_add(self.one);
        }
        self
    }

    const fn is(self, other: Self) -> bool {
        self.one == other.one && self.two == other.two
    }

    fn write(self, to: &mut Vec<u8>) {
        to.extend(self.one.to_be_bytes());
        to.extend(self.two.to_be_bytes());
    }
}

/// A frame by what it says of itself.
struct Frame {
    /// Its page, where it is of this log.
    page: Option<u32>,
    /// The database's length in pages after the commit that it ends; 0 within one.
    commits: u32,
    /// Its checksums fit those of the frame before it.
    fits: bool,
    /// It is left of a log before this one.
    is_earlier: bool,
}

/// A log as it was read.
#[derive(Default)]
struct Read {
    salts: [u8; 8],
    frames: Vec<Frame>,
    /// So many bytes follow, fewer than a frame has.
    rest: usize,
}

/// A log as it lies beside its database.
pub(crate) struct Log {
    salts: [u8; 8],
    frames: Vec<Frame>,
    index: Option<LogIndex>,
    /// So many frames were committed, as far as that is known.
    committed: usize,
    /// So many of them are in the file.
    moved: usize,
    /// SQLite must not read it: it is older than the file, or another database's.
    is_past: bool,
    /// Behind the last commit is what no process leaves that is killed.
    is_cut: bool,
}

impl Log {
    /// Reads the log of a database; what is no log has no frames.
    pub(crate) fn read(database: &Path) -> io::Result<Self> {
        let Read {
            salts,
            mut frames,
            rest,
        } = match File::open(sibling(database, "-wal")) {
            Ok(log) => read_frames(log)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Read::default(),
            Err(error) => return Err(error),
        };
        let has_sound = frames.iter().any(|frame| frame.fits);
        let index = LogIndex::read(&sibling(database, "-shm"));
        let relation = match &index {
            None => Relation::Unknown,
            // The index tells which log there was.
            Some(_) if !has_sound => Relation::Same,
            Some(index) => index.relation(&salts),
        };
        if relation == Relation::Foreign {
            frames.clear();
        }
        let index = index.filter(|_| matches!(relation, Relation::Same | Relation::Foreign));
        let ends = |frame: &Frame| frame.fits && frame.commits != 0;
        let found = frames.iter().rposition(ends).map_or(0, |last| last + 1);
        let mut behind = frames[found..].iter();
        let is_cut = match behind.find(|frame| !frame.fits) {
            Some(frame) => !frame.is_earlier,
            // A frame's head is written before its page.
            None => !matches!(rest, 0 | FRAME_HEADER),
        };
        let committed = index.as_ref().map_or(0, |index| index.committed as usize);
        let committed = found.max(committed);
        let moved = match relation {
            Relation::Same | Relation::Foreign => {
                index.as_ref().map_or(0, |index| index.moved as usize)
            }
            Relation::Restarted => committed,
            Relation::Unknown => 0,
        };
        // A file that was removed or emptied has nothing of it.
        let has_file = std::fs::metadata(database).is_ok_and(|file| file.len() > 0);
        Ok(Self {
            salts,
            frames,
            index,
            committed,
            moved: if has_file { moved } else { 0 },
            is_cut: is_cut && relation == Relation::Unknown,
            is_past: has_file && matches!(relation, Relation::Restarted | Relation::Foreign),
        })
    }

    /// Whether it has nothing of any commit, and nothing tells that there was none.
    pub(crate) fn is_gone(&self) -> bool {
        self.index.is_none() && !self.frames.iter().any(|frame| frame.fits)
    }

    /// Whether commits at its end may be lost, and nothing tells how many there were.
    pub(crate) const fn is_cut(&self) -> bool {
        self.is_cut
    }

    fn fits(&self, frame: usize) -> bool {
        self.frames.get(frame).is_some_and(|frame| frame.fits)
    }

    fn page(&self, frame: usize) -> Option<u32> {
        let by_index = self.index.as_ref();
        let by_index = by_index.and_then(|index| index.page(u32::try_from(frame).ok()? + 1));
        by_index.or_else(|| self.frames.get(frame)?.page)
    }

    /// Frames of which the file has no newer version, and neither has the log.
    fn lost(&self) -> impl Iterator<Item = usize> {
        let mut newer = HashSet::new();
        let frames = (self.moved.min(self.committed)..self.committed).rev();
        frames.filter(move |frame| {
            let page = self.page(*frame);
            if self.fits(*frame) {
                newer.extend(page);
                return false;
            }
            !page.is_some_and(|page| newer.contains(&page))
        })
    }

    /// What is to be made of it.
    pub(crate) fn verdict(&self, database: &Path) -> io::Result<Verdict> {
        let is_whole = (0..self.committed).all(|frame| self.fits(frame));
        if is_whole && !self.is_past {
            return Ok(Verdict::Whole);
        }
        let Some(first) = self.lost().min() else {
            let other = self.other(database, self.committed)?;
            return Ok(other.map_or(Verdict::Lost, Verdict::WholeInOther));
        };
        let is_last = (first..self.committed).all(|frame| !self.fits(frame));
        let ends = |frame: &usize| self.fits(*frame) && self.frames[*frame].commits != 0;
        let before = (self.moved..first).rev().find(ends);
        let until = before.map_or(self.moved, |last| last + 1);
        let attempted = self.index.as_ref().map_or(0, |index| index.attempted);
        // The file has pages of later commits where some of those are on their way into it.
        if !is_last || attempted as usize > until {
            return Ok(Verdict::Lost);
        }
        let other = self.other(database, until)?;
        Ok(other.map_or(Verdict::Lost, Verdict::Earlier))
    }

    /// The pages that count before the file's.
    pub(crate) fn pages(&self) -> LogPages {
        let mut pages = LogPages::default();
        for frame in 0..self.committed {
            let Some(page) = self.page(frame) else {
                continue;
            };
            if self.fits(frame) {
                // Those that the file has, too: it may be damaged.
                pages.at.insert(page, place(frame));
            } else if frame < self.moved {
                // The file has this one, as a rule, and the log an earlier one at most.
                pages.at.remove(&page);
            }
        }
        for frame in self.lost() {
            match self.page(frame) {
                Some(page) => pages.lost.insert(page),
                None => std::mem::replace(&mut pages.has_unknown, true),
            };
        }
        pages
    }

    /// The frames that have the state after so many of them, where the file may have another one.
    /// SQLite moves a page's newest version alone: of one that has a version behind those that are
    /// moved, the file may have none of these either. `None` where some of it is lost.
    fn state(&self, until: usize) -> Option<Vec<(u32, usize)>> {
        let mut newest = HashMap::new();
        let mut has_later = HashSet::new();
        for frame in 0..self.committed {
            let Some(page) = self.page(frame) else {
                if frame >= self.moved && (frame < until || self.moved > 0) {
                    return None;
                }
                continue;
            };
            if frame < until {
                newest.insert(page, frame);
            }
            if frame >= self.moved {
                has_later.insert(page);
            }
        }
        newest.retain(|page, _| has_later.contains(page));
        let mut frames: Vec<_> = newest.into_iter().collect();
        frames.sort_unstable();
        let are_sound = frames.iter().all(|(_, frame)| self.fits(*frame));
        are_sound.then_some(frames)
    }

    /// A log that has the same as one commit; `None` where some of it is lost.
    fn other(&self, database: &Path, until: usize) -> io::Result<Option<Vec<u8>>> {
        let Some(frames) = self.state(until) else {
            return Ok(None);
        };
        let Some(last) = frames.len().checked_sub(1) else {
            return Ok(Some(Vec::new()));
        };
        let ends = until.checked_sub(1).filter(|frame| self.fits(*frame));
        let length = ends.map_or(0, |frame| self.frames[frame].commits);
        if length == 0 {
            return Ok(None);
        }
        let log = File::open(sibling(database, "-wal"))?;
        let mut bytes = Vec::with_capacity(HEADER + frames.len() * FRAME);
        for number in [MAGIC, FORMAT, PAGE as u32, 0] {
            bytes.extend(number.to_be_bytes());
        }
        // Of the next log, as SQLite counts them: the index beside it is of the damaged one.
        let mut salts = self.salts;
        let first = four(&salts, 0).unwrap_or_default().wrapping_add(1);
        salts[..4].copy_from_slice(&first.to_be_bytes());
        bytes.extend(salts);
        let mut sums = Sums::NONE.and(&bytes, false);
        sums.write(&mut bytes);
        for (index, (page, frame)) in frames.into_iter().enumerate() {
            let content = self::page(&log, place(frame))?;
            let begin = bytes.len();
            bytes.extend(page.to_be_bytes());
            bytes.extend(if index == last { length } else { 0 }.to_be_bytes());
            sums = sums.and(&bytes[begin..], false).and(&content, false);
            bytes.extend(salts);
            sums.write(&mut bytes);
            bytes.extend(content);
        }
        Ok(Some(bytes))
    }
}

/// Whether SQLite reads from a database's log what was committed.
pub(crate) fn is_whole(database: &Path) -> bool {
    let verdict = Log::read(database).and_then(|log| log.verdict(database));
    matches!(verdict, Ok(Verdict::Whole))
}

/// Where the page of a frame begins.
const fn place(frame: usize) -> u64 {
    (HEADER + frame * FRAME + FRAME_HEADER) as u64
}

fn read_frames(mut log: File) -> io::Result<Read> {
    let length = log.metadata()?.len();
    let behind = length.saturating_sub(HEADER as u64) % FRAME as u64;
    let mut log = io::BufReader::with_capacity(1 << 20, &mut log);
    let mut read = Read {
        rest: usize::try_from(behind).unwrap_or(0),
        ..Read::default()
    };
    let mut header = [0; HEADER];
    if !read_whole(&mut log, &mut header)? {
        return Ok(read);
    }
    let magic = four(&header, 0).unwrap_or_default();
    let sums = Sums::NONE.and(&header[..HEADER - 8], magic & 1 == 1);
    let fits = Sums::of(&header, HEADER - 8).is_some_and(|said| said.is(sums));
    let fits = fits && magic & !1 == MAGIC && four(&header, 8) == Some(PAGE as u32);
    // Where the header is lost, as this machine writes it.
    let is_big_endian = fits && magic & 1 == 1;
    let mut before = fits.then_some(sums);
    read.salts.copy_from_slice(&header[16..24]);
    let mut bytes = vec![0; FRAME];
    while read_whole(&mut log, &mut bytes)? {
        if !fits && read.frames.is_empty() {
            read.salts.copy_from_slice(&bytes[8..16]);
        }
        let is_of_this_log = bytes[8..16] == read.salts && read.salts != [0; 8];
        let said = Sums::of(&bytes, 16);
        let computed = before.map(|sums| {
            let sums = sums.and(&bytes[..8], is_big_endian);
            sums.and(&bytes[FRAME_HEADER..], is_big_endian)
        });
        let is_sound = computed.zip(said).is_some_and(|(one, two)| one.is(two));
        before = said;
        read.frames.push(Frame {
            page: four(&bytes, 0).filter(|page| is_of_this_log && *page > 0),
            commits: four(&bytes, 4).unwrap_or(0),
            fits: is_of_this_log && is_sound,
            is_earlier: index::follows(&bytes[8..16], &read.salts),
        });
    }
    Ok(read)
}

/// Fills the buffer; `false` at the end of the file.
fn read_whole(file: &mut impl io::Read, buffer: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Reads the version of a page.
pub(super) fn page(mut log: &File, at: u64) -> io::Result<Vec<u8>> {
    log.seek(SeekFrom::Start(at))?;
    let mut page = vec![0; PAGE];
    log.read_exact(&mut page)?;
    Ok(page)
}
