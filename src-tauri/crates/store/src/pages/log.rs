//! The write-ahead log: the newest version of each page, and whether commits lie behind damage.
//!
//! SQLite reads a log up to the first frame whose checksum does not fit, and takes what follows for
//! the rest of an earlier log. It is not, where frames behind it carry the same salts and
//! checksums that fit each other: something has written into the middle, and commits behind it
//! would be lost without a word.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::number::four;
use crate::connection::PAGE_SIZE;
use crate::version::{FRAME_HEADER, LOG_HEADER as HEADER};

const PAGE: usize = PAGE_SIZE as usize;

/// What the header begins with; the lowest bit tells the order of bytes in checksums.
const MAGIC: u32 = 0x377f_0682;

/// The pages of a log.
#[derive(Default)]
pub(crate) struct LogPages {
    /// Where the newest committed version of each page lies in the file.
    pub(super) at: HashMap<u32, u64>,
    /// Commits lie behind damage.
    pub(crate) has_lost_commits: bool,
}

#[derive(Clone, Copy)]
struct Sums {
    one: u32,
    two: u32,
}

impl Sums {
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
}

struct Frames {
    salts: [u8; 8],
    is_big_endian: bool,
    /// The checksums that the last frame says it has.
    sums: Option<Sums>,
    /// A frame of this log did not fit.
    is_broken: bool,
    /// Pages since the last commit.
    open: Vec<(u32, u64)>,
    pages: LogPages,
}

/// Reads a log; of one that is no log nothing.
pub(crate) fn read(path: &Path) -> io::Result<LogPages> {
    let mut log = io::BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut header = [0; HEADER];
    if log.read_exact(&mut header).is_err() {
        return Ok(LogPages::default());
    }
    let magic = four(&header, 0).unwrap_or_default();
    let is_big_endian = magic & 1 == 1;
    let sums = Sums { one: 0, two: 0 }.and(&header[..HEADER - 8], is_big_endian);
    let fits = Sums::of(&header, HEADER - 8).is_some_and(|said| said.is(sums));
    let fits = fits && magic & !1 == MAGIC && four(&header, 8) == Some(PAGE as u32);
    let mut frames = Frames {
        salts: [0; 8],
        is_big_endian: fits && is_big_endian,
        sums: fits.then_some(sums),
        is_broken: !fits,
        open: Vec::new(),
        pages: LogPages::default(),
    };
    frames.salts.copy_from_slice(&header[16..24]);
    let mut frame = vec![0; FRAME_HEADER + PAGE];
    let mut at = HEADER as u64;
    while log.read_exact(&mut frame).is_ok() {
        if !fits && at == HEADER as u64 {
            frames.salts.copy_from_slice(&frame[8..16]);
        }
        frames.take(&frame, at);
        at += frame.len() as u64;
    }
    Ok(frames.pages)
}

impl Frames {
    fn take(&mut self, frame: &[u8], at: u64) {
        let is_of_this_log = frame[8..16] == self.salts;
        let computed = self.sums.map(|sums| {
            let sums = sums.and(&frame[..8], self.is_big_endian);
            sums.and(&frame[FRAME_HEADER..], self.is_big_endian)
        });
        let said = Sums::of(frame, 16);
        let fits = match (computed, said) {
            (Some(computed), Some(said)) => computed.is(said),
            _ => false,
        };
        self.sums = said;
        if !is_of_this_log || !fits {
            self.is_broken = true;
            return;
        }
        let (number, commits) = (four(frame, 0), four(frame, 4));
        self.open
            .extend(number.map(|number| (number, at + FRAME_HEADER as u64)));
        if commits != Some(0) {
            self.pages.at.extend(self.open.drain(..));
            self.pages.has_lost_commits |= self.is_broken;
        }
    }
}

/// Whether commits of a log lie behind damage.
pub(crate) fn has_lost_commits(path: &Path) -> bool {
    read(path).is_ok_and(|log| log.has_lost_commits)
}

/// Reads the version of a page.
pub(super) fn page(mut log: &File, at: u64) -> io::Result<Vec<u8>> {
    log.seek(SeekFrom::Start(at))?;
    let mut page = vec![0; PAGE];
    log.read_exact(&mut page)?;
    Ok(page)
}
