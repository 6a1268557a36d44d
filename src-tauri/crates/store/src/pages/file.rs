//! The pages of a database, as its file and its log have them.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::log::{self, Log, LogPages};
use super::number::four;
use crate::aside::sibling;
use crate::connection::PAGE_SIZE;

const PAGE: u64 = PAGE_SIZE as u64;

/// What the file begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Where the first page names the first trunk of the list of free pages.
const FREE_AT: usize = 32;

/// A database that is read page by page.
pub(crate) struct PageFile {
    file: Option<File>,
    log: Option<File>,
    log_pages: LogPages,
    /// The highest number of a page.
    pub(crate) last: u32,
    /// How many pages were read.
    #[cfg(test)]
    pub(super) reads: std::cell::Cell<u32>,
}

impl PageFile {
    /// Opens what there is of it.
    pub(crate) fn open(database: &Path) -> io::Result<Self> {
        let file = File::open(database).ok();
        let log = File::open(sibling(database, "-wal")).ok();
        if file.is_none() && log.is_none() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let log_pages = Log::read(database)?.pages();
        let length = file
            .as_ref()
            .map_or(Ok(0), |file| file.metadata().map(|metadata| metadata.len()))?;
        let in_file = u32::try_from(length.div_ceil(PAGE)).unwrap_or(u32::MAX);
        let in_log = log_pages.at.keys().max().copied().unwrap_or(0);
        Ok(Self {
            file,
            log,
            log_pages,
            last: in_file.max(in_log),
            #[cfg(test)]
            reads: std::cell::Cell::default(),
        })
    }

    /// A page by its number, from 1 on; `None` where it cannot be read.
    pub(crate) fn page(&self, number: u32) -> Option<Vec<u8>> {
        #[cfg(test)]
        self.reads.set(self.reads.get() + 1);
        if let (Some(log), Some(at)) = (&self.log, self.log_pages.at.get(&number)) {
            return log::page(log, *at).ok();
        }
        let mut file = self.file.as_ref()?;
        let at = u64::from(number.checked_sub(1)?) * PAGE;
        file.seek(SeekFrom::Start(at)).ok()?;
        // The last one may be cut: rows lie at its end, and its beginning tells where.
        let mut page = Vec::with_capacity(PAGE as usize);
        file.take(PAGE).read_to_end(&mut page).ok()?;
        page.resize(PAGE as usize, 0);
        Some(page)
    }

    /// Whether what is read of a page may be an earlier version of it.
    pub(super) fn may_be_earlier(&self, number: u32) -> bool {
        self.log_pages.has_unknown || self.log_pages.lost.contains(&number)
    }

    /// Whether there are such pages.
    pub(super) fn may_miss_more(&self) -> bool {
        self.log_pages.has_unknown || !self.log_pages.lost.is_empty()
    }

    /// Whether a page is read from the log.
    pub(super) fn is_in_log(&self, number: u32) -> bool {
        self.log_pages.at.contains_key(&number)
    }

    /// The pages that are free: what lies in them was removed. `None` where the first page is lost,
    /// with which their list begins.
    pub(super) fn free(&self) -> Option<HashSet<u32>> {
        let first = self.page(1).filter(|first| first.starts_with(MAGIC))?;
        let mut free = HashSet::new();
        let mut next = four(&first, FREE_AT).unwrap_or(0);
        while next != 0 && free.insert(next) {
            let Some(page) = self.page(next) else {
                break;
            };
            free.extend(self.trunk(&page).unwrap_or_default());
            next = four(&page, 0).unwrap_or(0);
        }
        Some(free)
    }

    /// The pages that a trunk of the list of free pages names; `None` where it is none.
    pub(super) fn trunk(&self, page: &[u8]) -> Option<Vec<u32>> {
        let (next, many) = (four(page, 0)?, four(page, 4)?);
        let fits = next <= self.last && many > 0 && u64::from(many) <= PAGE / 4 - 2;
        if !fits {
            return None;
        }
        let numbers = (0..many as usize).map(|index| four(page, 8 + 4 * index));
        let numbers: Vec<u32> = numbers.collect::<Option<_>>()?;
        let all_fit = numbers
            .iter()
            .all(|number| (2..=self.last).contains(number));
        let different: HashSet<&u32> = numbers.iter().collect();
        (all_fit && different.len() == numbers.len()).then_some(numbers)
    }
}
