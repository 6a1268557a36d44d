//! The rows of one page.

use std::collections::HashSet;

use super::file::PageFile;
use super::number::{four, length, two, varint};
use super::record;
use crate::connection::PAGE_SIZE;

const PAGE: usize = PAGE_SIZE as usize;

/// SQLite's own limit of a row.
const LONGEST: usize = 1_000_000_000;

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Rows of a table by number.
    Rows,
    /// Numbers that lead to pages of rows.
    Inner,
    /// Rows of an index, or of a table without numbers.
    Keys,
    /// The same, which lead to pages below, too.
    InnerKeys,
}

/// Where a row lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) page: u32,
    pub(crate) index: u16,
}

/// A row as it lies in its page.
pub(super) struct Cell<'p> {
    /// Its number, where rows have one.
    pub(super) number: Option<i64>,
    /// The page below it, where there is one.
    pub(super) below: Option<u32>,
    /// How long it is.
    pub(super) length: usize,
    /// What lies in this page of it.
    pub(super) local: &'p [u8],
    /// The page in which it goes on.
    overflow: Option<u32>,
}

/// A page that holds rows or leads to some.
pub(super) struct Page<'p> {
    bytes: &'p [u8],
    pub(super) kind: Kind,
    /// How many rows it has.
    pub(super) cells: usize,
    /// Where its head begins.
    head: usize,
}

impl<'p> Page<'p> {
    /// `None` where it is none of them.
    pub(super) fn read(bytes: &'p [u8], number: u32) -> Option<Self> {
        let head = if number == 1 { 100 } else { 0 };
        let kind = match bytes.get(head)? {
            13 => Kind::Rows,
            5 => Kind::Inner,
            10 => Kind::Keys,
            2 => Kind::InnerKeys,
            _ => return None,
        };
        let page = Self {
            bytes,
            kind,
            cells: two(bytes, head + 3)?,
            head,
        };
        (page.places() + 2 * page.cells <= PAGE).then_some(page)
    }

    fn is_inner(&self) -> bool {
        matches!(self.kind, Kind::Inner | Kind::InnerKeys)
    }

    /// Where the places of its rows begin.
    fn places(&self) -> usize {
        self.head + if self.is_inner() { 12 } else { 8 }
    }

    /// The page behind all of its rows.
    pub(super) fn last_below(&self) -> Option<u32> {
        self.is_inner().then(|| four(self.bytes, self.head + 8))?
    }

    /// A row; `None` where it is damaged.
    pub(super) fn cell(&self, index: usize) -> Option<Cell<'p>> {
        let places = self.places();
        let mut at = two(self.bytes, places + 2 * index)?;
        if at < places + 2 * self.cells {
            return None;
        }
        let below = match self.is_inner() {
            true => {
                at += 4;
                Some(four(self.bytes, at - 4)?)
            }
            false => None,
        };
        if self.kind == Kind::Inner {
            let (number, _) = varint(self.bytes, at)?;
            return Some(Cell {
                number: Some(number),
                below,
                length: 0,
                local: &[],
                overflow: None,
            });
        }
        let (length, taken) = length(self.bytes, at)?;
        at += taken;
        let number = match self.kind {
            Kind::Rows => {
                let (number, taken) = varint(self.bytes, at)?;
                at += taken;
                Some(number)
            }
            _ => None,
        };
        let here = local_length(length, self.kind == Kind::Rows);
        let local = self.bytes.get(at..at.checked_add(here)?)?;
        let overflow = match here < length {
            true => Some(four(self.bytes, at + here)?),
            false => None,
        };
        Some(Cell {
            number,
            below,
            length,
            local,
            overflow,
        })
    }
}

/// How much of a row lies in its page.
const fn local_length(length: usize, is_row: bool) -> usize {
    let most = match is_row {
        true => PAGE - 35,
        false => (PAGE - 12) * 64 / 255 - 23,
    };
    if length <= most {
        return length;
    }
    let least = (PAGE - 12) * 32 / 255 - 23;
    let fitting = least + (length - least) % (PAGE - 4);
    if fitting <= most { fitting } else { least }
}

impl Cell<'_> {
    /// All of it; `None` where a page of it is lost.
    pub(super) fn whole(&self, file: &PageFile) -> Option<Vec<u8>> {
        // More than there are pages is a length that was written over; more than SQLite holds, too.
        if self.length > LONGEST || self.length as u64 > u64::from(file.last) * PAGE as u64 {
            return None;
        }
        // The row's head tells its length a second time.
        record::stored(self.local, self.length)?;
        let mut seen = HashSet::new();
        let mut bytes = Vec::with_capacity(self.length);
        bytes.extend_from_slice(self.local);
        let mut next = self.overflow;
        while bytes.len() < self.length {
            let number = next.filter(|number| (2..=file.last).contains(number))?;
            if !seen.insert(number) {
                return None;
            }
            let page = file.page(number)?;
            let wanted = (self.length - bytes.len()).min(PAGE - 4);
            bytes.extend_from_slice(page.get(4..4 + wanted)?);
            next = four(&page, 0);
        }
        // The last page of a row leads nowhere: else it is a page of something else by now.
        let ends = next.is_none_or(|next| next == 0) || self.overflow.is_none();
        ends.then_some(bytes)
    }
}
