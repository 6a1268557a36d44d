//! The rows of a table that stands beside the exchanges, from its root on.

use std::collections::HashSet;

use rusqlite::types::Value;

use super::cell::{Kind, Page};
use super::file::PageFile;
use super::record;
use super::shape::Shape;

/// What can be read of a table, and whether that is all of it; `None` where its root is not known.
pub(super) fn rows(file: &PageFile, shape: &Shape) -> Option<(Vec<Vec<Value>>, bool)> {
    let root = root(file, shape.table)?;
    let mut rows = Vec::new();
    let is_whole = walk(file, root, |page, index| {
        let cell = page.cell(index)?;
        let values = record::values(&cell.whole(file)?)?;
        rows.push(shape.completed(cell.number, values));
        Some(())
    });
    Some((rows, is_whole))
}

/// The page in which a table begins, by the schema.
fn root(file: &PageFile, table: &str) -> Option<u32> {
    let mut root = None;
    let _is_whole = walk(file, 1, |page, index| {
        let values = record::values(&page.cell(index)?.whole(file)?)?;
        if let [
            Value::Text(kind),
            Value::Text(name),
            _,
            Value::Integer(page),
            ..,
        ] = &values[..]
            && kind == "table"
            && name == table
        {
            root = u32::try_from(*page).ok();
        }
        Some(())
    });
    root
}

/// Gives each row of the pages below one; whether all of them could be read.
fn walk(file: &PageFile, root: u32, mut take: impl FnMut(&Page<'_>, usize) -> Option<()>) -> bool {
    let (mut next, mut seen, mut is_whole) = (vec![root], HashSet::new(), true);
    while let Some(number) = next.pop() {
        let is_new = (1..=file.last).contains(&number) && seen.insert(number);
        let bytes = file.page(number).filter(|_| is_new);
        let page = bytes.as_deref().and_then(|bytes| Page::read(bytes, number));
        is_whole &= !file.may_be_earlier(number);
        let Some(page) = page else {
            is_whole = false;
            continue;
        };
        for index in 0..page.cells {
            let below = page.cell(index).and_then(|cell| cell.below);
            next.extend(below);
            is_whole &= match page.kind {
                Kind::Inner => below.is_some(),
                _ => take(&page, index).is_some(),
            };
        }
        next.extend(page.last_below());
    }
    is_whole
}
