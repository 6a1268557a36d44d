//! What the pages of a database hold, found page by page: where exchanges and their messages lie,
//! and the rows of what stands beside them.

use std::collections::HashSet;

use protocol::Side;
use rusqlite::types::Value;

use super::cell::{Cell, Kind, Page, Place};
use super::file::PageFile;
use super::record::{self, Stored};
use super::shape::{Shape, Shapes};
use super::tree;
use crate::coding::side_number;
use crate::convert::from_sql;
use crate::table::copied::NUMBER_MAX;
use crate::table::messages::SIDE_BITS;

/// A row of a table.
pub(crate) type Row = Vec<Value>;

/// The place of a piece: exchange, side and number.
type PiecePlace = (i64, i64, i64);

/// The pages that are free: what lies in them was removed.
enum Free {
    /// By the list of them.
    Listed(HashSet<u32>),
    /// By what names them, as far as pages were looked at: the list's beginning is lost.
    Named(HashSet<u32>),
}

/// What was found.
pub(crate) struct Found {
    file: PageFile,
    shapes: Shapes,
    free: Free,
    /// The page that is looked at next.
    next: u32,
    exchanges: Vec<(i64, Place)>,
    messages: Vec<(i64, Place)>,
    bodies: Vec<(i64, Place)>,
    pieces: Vec<(PiecePlace, Place)>,
    /// Numbers that the index of ids has: those of all rows of 16 bytes and a number.
    indexed: Vec<(i64, u32)>,
    /// The highest number that the database's own counters have.
    counted: i64,
    starts: i64,
    documents: Vec<(&'static str, Row, u32)>,
    /// The numbers of all exchanges of which something was found.
    numbers: Vec<u64>,
}

impl Found {
    /// Nothing by now.
    pub(crate) fn new(file: PageFile, shapes: Shapes) -> Self {
        Self {
            free: match file.free() {
                Some(free) => Free::Listed(free),
                None => Free::Named(HashSet::new()),
            },
            file,
            shapes,
            next: 1,
            exchanges: Vec::new(),
            messages: Vec::new(),
            bodies: Vec::new(),
            pieces: Vec::new(),
            indexed: Vec::new(),
            counted: 0,
            starts: 0,
            documents: Vec::new(),
            numbers: Vec::new(),
        }
    }

    /// Whether the newest versions of some pages are lost, and with them what nothing tells of.
    pub(crate) fn may_miss_more(&self) -> bool {
        self.file.may_miss_more()
    }

    /// Looks at some more pages; whether all were looked at.
    pub(crate) fn look(&mut self, pages: u32) -> bool {
        if self.is_complete() {
            return true;
        }
        let until = self.next.saturating_add(pages).min(self.file.last + 1);
        for number in self.next..until {
            if let Free::Listed(free) = &self.free
                && free.contains(&number)
            {
                continue;
            }
            let Some(bytes) = self.file.page(number) else {
                continue;
            };
            if let Free::Named(free) = &mut self.free
                && number > 1
                && let Some(leaves) = self.file.trunk(&bytes)
            {
                free.insert(number);
                free.extend(leaves);
                continue;
            }
            if let Some(page) = Page::read(&bytes, number) {
                self.take(&page, number);
            }
        }
        self.next = until;
        if self.is_complete() {
            self.sort();
        }
        self.is_complete()
    }

    /// Whether all pages were looked at.
    pub(crate) const fn is_complete(&self) -> bool {
        self.next > self.file.last
    }

    fn take(&mut self, page: &Page<'_>, number: u32) {
        if page.kind == Kind::Inner {
            return;
        }
        let numbers = fitting(page);
        for index in 0..page.cells {
            let Some(cell) = page.cell(index) else {
                continue;
            };
            let Some((stored, at)) = record::stored(cell.local, cell.length) else {
                continue;
            };
            let place = Place {
                page: number,
                index: u16::try_from(index).unwrap_or(u16::MAX),
            };
            let of_row = numbers.get(index).copied().flatten();
            self.take_row(page.kind, &cell, (&stored, at), (of_row, place));
        }
    }

    fn take_row(
        &mut self,
        kind: Kind,
        cell: &Cell<'_>,
        (stored, at): (&[Stored], usize),
        (number, place): (Option<i64>, Place),
    ) {
        if let [Stored::Blob(16), Stored::Integer(..)] = stored {
            let seq = record::value(cell.local, at + 16, stored[1]);
            if let Some(Value::Integer(seq)) = seq {
                self.indexed.push((seq, place.page));
            }
            return;
        }
        let Some(shape) = self.shapes.of_row(kind, stored) else {
            return;
        };
        match (shape.table, number) {
            ("exchanges", Some(seq)) => self.exchanges.push((seq, place)),
            // One side more or less is no number that can be told by its neighbours.
            ("messages", _) => self.messages.extend(cell.number.map(|key| (key, place))),
            ("bodies", Some(seq)) => self.bodies.push((seq, place)),
            ("body_pieces", _) => {
                let mut at = at;
                let mut key = [0; 3];
                for (index, part) in key.iter_mut().enumerate() {
                    let Some(Value::Integer(value)) = record::value(cell.local, at, stored[index])
                    else {
                        return;
                    };
                    *part = value;
                    at += match stored[index] {
                        Stored::Integer(bytes, _) => bytes,
                        _ => return,
                    };
                }
                self.pieces.push(((key[0], key[1], key[2]), place));
            }
            ("exchanges" | "bodies", None) => {}
            (table, _) => {
                let row = cell.whole(&self.file);
                let row = row.and_then(|row| record::values(&row));
                let row = row.map(|values| shape.completed(cell.number, values));
                match (table, row.as_deref()) {
                    ("counters", Some([Value::Text(name), Value::Integer(value)])) => {
                        match name.as_str() {
                            "last_seq" | "indexed_seq" if *value <= NUMBER_MAX => {
                                self.counted = self.counted.max(*value);
                            }
                            "starts" if *value <= NUMBER_MAX => {
                                self.starts = self.starts.max(*value);
                            }
                            _ => {}
                        }
                    }
                    ("counters", _) => {}
                    _ => self
                        .documents
                        .extend(row.map(|row| (table, row, place.page))),
                }
            }
        }
    }

    fn sort(&mut self) {
        if let Free::Named(free) = &self.free {
            let is_kept = |place: &Place| !free.contains(&place.page);
            self.exchanges.retain(|(_, place)| is_kept(place));
            self.messages.retain(|(_, place)| is_kept(place));
            self.bodies.retain(|(_, place)| is_kept(place));
            self.pieces.retain(|(_, place)| is_kept(place));
            self.indexed.retain(|(_, page)| !free.contains(page));
            self.documents.retain(|(_, _, page)| !free.contains(page));
        }
        let file = &self.file;
        // What the log has is newer.
        let order = |place: &Place| (!file.is_in_log(place.page), place.page, place.index);
        let by_number = |(number, place): &(i64, Place)| (*number, order(place));
        self.exchanges.sort_unstable_by_key(by_number);
        self.messages.sort_unstable_by_key(by_number);
        self.bodies.sort_unstable_by_key(by_number);
        self.pieces
            .sort_unstable_by_key(|(key, place)| (*key, order(place)));
        self.documents.sort_by_key(|(_, _, page)| {
            (file.may_be_earlier(*page), !file.is_in_log(*page), *page)
        });
        let exchanges = self.exchanges.iter().map(|(seq, _)| (*seq, 1_u8));
        let sent = self.messages.iter().map(|(key, _)| (key >> SIDE_BITS, 2));
        let sent = sent.chain(self.bodies.iter().map(|(seq, _)| (*seq, 2)));
        let indexed = self.indexed.drain(..).map(|(seq, _)| (seq, 4));
        let all = exchanges.chain(sent).chain(indexed);
        let mut all: Vec<(i64, u8)> = all
            .filter(|(seq, _)| (1..=NUMBER_MAX).contains(seq))
            .collect();
        all.sort_unstable();
        all.dedup_by(|next, kept| {
            kept.1 |= if next.0 == kept.0 { next.1 } else { 0 };
            next.0 == kept.0
        });
        // One that was written over stands in a single place.
        let mut newest = all
            .iter()
            .rev()
            .filter(|(_, places)| places.count_ones() > 1);
        let newest = newest.next().map_or(0, |(seq, _)| *seq).max(self.counted);
        let known = all.into_iter().filter(|(seq, _)| *seq <= newest);
        self.numbers = known.map(|(seq, _)| from_sql(seq)).collect();
    }

    /// The highest number that it may hold, once all pages were looked at.
    pub(crate) fn newest(&self) -> u64 {
        let found = self.numbers.last().copied().unwrap_or(0);
        found.max(from_sql(self.counted))
    }

    /// How many times it was opened.
    pub(crate) const fn starts(&self) -> i64 {
        self.starts
    }

    /// The next lower number of which something was found.
    pub(crate) fn highest_below(&self, below: u64) -> Option<u64> {
        let above = self.numbers.partition_point(|seq| *seq < below);
        self.numbers[..above].last().copied()
    }

    /// The rows of a table that stands beside the exchanges, and whether that is certainly all.
    pub(crate) fn documents(&mut self, table: &str) -> (Vec<Row>, bool) {
        let shape = self.shapes.named(table);
        let by_tree = shape.and_then(|shape| tree::rows(&self.file, shape));
        if let Some((rows, true)) = by_tree {
            return (rows, true);
        }
        while !self.look(u32::MAX) {}
        let of_table = self.documents.iter().filter(|(of, ..)| *of == table);
        (of_table.map(|(_, row, _)| row.clone()).collect(), false)
    }

    /// The names of a table's columns, in the order of its rows.
    pub(crate) fn columns(&self, table: &str) -> String {
        self.shapes
            .named(table)
            .map_or_else(String::new, Shape::names)
    }

    /// An exchange in the order of these columns, with its rows of `messages`, and whether those
    /// are all; `None` where its row or its request is lost.
    pub(crate) fn exchange(&self, columns: &str, seq: u64) -> Option<(Row, Vec<Row>, bool)> {
        let seq = i64::try_from(seq).ok()?;
        let shape = self.shapes.named("exchanges")?;
        let row = self
            .all(&self.exchanges, seq)
            .find_map(|place| self.row(shape, seq, place))?;
        let wanted = columns.split(", ");
        let mut values: Row = wanted
            .map(|name| Some(row[shape.place(name)?].clone()))
            .collect::<Option<_>>()?;
        let is_answered = row[shape.place("status")?] != Value::Null;
        let is_whole = |messages: &[Row]| !is_answered || has(messages, seq, Side::Response);
        let (messages, all_read) = self.messages_of(seq);
        if !messages.is_empty() {
            let is_whole = all_read && is_whole(&messages);
            return Some((values, messages, is_whole));
        }
        let (messages, findings) = self.bodies_of(seq)?;
        let place = columns.split(", ").position(|name| name == "own_findings");
        if let (Some(place), Value::Text(_)) = (place, &findings) {
            values[place] = findings;
        }
        let is_whole = is_whole(&messages);
        Some((values, messages, is_whole))
    }

    /// The rows that can be read, none where the request cannot, and whether that is each of which
    /// a place is known.
    fn messages_of(&self, seq: i64) -> (Vec<Row>, bool) {
        let Some(shape) = self.shapes.named("messages") else {
            return (Vec::new(), false);
        };
        let (mut rows, mut all_read) = (Vec::new(), true);
        for key in seq << SIDE_BITS..=(seq << SIDE_BITS | 15) {
            let mut places = self.all(&self.messages, key).peekable();
            let is_known = places.peek().is_some();
            let row = places.find_map(|place| self.row(shape, key, place));
            all_read &= row.is_some() || !is_known;
            rows.extend(row);
        }
        if !has(&rows, seq, Side::Request) {
            rows.clear();
        }
        (rows, all_read)
    }

    /// What a row of versions 1 to 6 is as rows of `messages`, and the findings that stood in it.
    fn bodies_of(&self, seq: i64) -> Option<(Vec<Row>, Value)> {
        let shape = self.shapes.named("bodies")?;
        let mut places = self.all(&self.bodies, seq);
        let row = places.find_map(|place| self.row(shape, seq, place))?;
        let [_, head, coding, body, answer @ .., findings] = row.as_slice() else {
            return None;
        };
        let key = |side| Value::Integer(seq << SIDE_BITS | side_number(side));
        let request = vec![
            key(Side::Request),
            head.clone(),
            coding.clone(),
            body.clone(),
        ];
        let mut messages = vec![request];
        if answer.iter().all(|value| *value != Value::Null) {
            let mut response = vec![key(Side::Response)];
            response.extend_from_slice(answer);
            messages.push(response);
        }
        messages.sort_by_key(|row| match row[0] {
            Value::Integer(key) => key,
            _ => 0,
        });
        Some((messages, findings.clone()))
    }

    /// So many pieces of an exchange behind the one with that side and number.
    pub(crate) fn pieces(&self, seq: u64, after: (i64, i64), limit: usize) -> Option<Vec<Row>> {
        let seq = i64::try_from(seq).ok()?;
        let shape = self.shapes.named("body_pieces")?;
        let first = self
            .pieces
            .partition_point(|(key, _)| *key <= (seq, after.0, after.1));
        let of_exchange = self.pieces[first..].iter();
        let of_exchange = of_exchange.take_while(|(key, _)| key.0 == seq);
        let (mut rows, mut last) = (Vec::new(), None);
        // A piece of which one place cannot be read may have another one.
        let mut is_read = true;
        for (key, place) in of_exchange {
            if last == Some(key) && is_read {
                continue;
            }
            if last != Some(key) && (!is_read || rows.len() == limit) {
                break;
            }
            let row = self.row(shape, 0, *place);
            (last, is_read) = (Some(key), row.is_some());
            rows.extend(row);
        }
        is_read.then_some(rows)
    }

    /// The places of all rows with a number: an earlier state of a page may be there, too.
    fn all<'f>(
        &self,
        places: &'f [(i64, Place)],
        number: i64,
    ) -> impl Iterator<Item = Place> + use<'f> {
        let first = places.partition_point(|(known, _)| *known < number);
        let same = places[first..]
            .iter()
            .take_while(move |(known, _)| *known == number);
        same.map(|(_, place)| *place)
    }

    fn row(&self, shape: &Shape, number: i64, place: Place) -> Option<Row> {
        let bytes = self.file.page(place.page)?;
        let page = Page::read(&bytes, place.page)?;
        let cell = page.cell(usize::from(place.index))?;
        let values = record::values(&cell.whole(&self.file)?)?;
        Some(shape.completed(Some(number), values))
    }
}

/// Whether an exchange's rows have one of that side.
fn has(messages: &[Row], seq: i64, side: Side) -> bool {
    let key = Value::Integer(seq << SIDE_BITS | side_number(side));
    messages.iter().any(|row| row[0] == key)
}

/// The numbers of a page's rows. They rise within it; one that does not fit between those around it
/// was written over, and is the number that is missing there, or unknown.
fn fitting(page: &Page<'_>) -> Vec<Option<i64>> {
    let said: Vec<Option<i64>> = (0..page.cells)
        .map(|index| page.cell(index).and_then(|cell| cell.number))
        .collect();
    let at = |index: Option<usize>| index.and_then(|index| said.get(index).copied().flatten());
    let one = |index: usize| {
        let number = said[index]?;
        let (before, after) = (at(index.checked_sub(1)), at(Some(index + 1)));
        let fits =
            before.is_none_or(|before| before < number) && after.is_none_or(|after| number < after);
        if fits {
            return Some(number);
        }
        match (before, after) {
            // The others fit each other: this one is at fault.
            (Some(before), Some(after)) if before < after => {
                (after - before == 2).then_some(before + 1)
            }
            // One of those beside it is.
            _ => Some(number),
        }
    };
    (0..said.len()).map(one).collect()
}

#[cfg(test)]
mod tests;
