//! The values of a row.

use rusqlite::types::Value;

use super::number::{length, varint};

/// What a value is and how many bytes it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    Null,
    /// So many bytes; 8 and 9 of the format are the numbers 0 and 1.
    Integer(usize, Option<i64>),
    Real,
    Blob(usize),
    Text(usize),
}

impl Stored {
    fn of(code: i64) -> Option<Self> {
        Some(match code {
            0 => Self::Null,
            1..=4 => Self::Integer(usize::try_from(code).ok()?, None),
            5 => Self::Integer(6, None),
            6 => Self::Integer(8, None),
            7 => Self::Real,
            8 | 9 => Self::Integer(0, Some(code - 8)),
            12.. => {
                let bytes = usize::try_from((code - 12) / 2).ok()?;
                match code % 2 {
                    0 => Self::Blob(bytes),
                    _ => Self::Text(bytes),
                }
            }
            _ => return None,
        })
    }

    const fn bytes(self) -> usize {
        match self {
            Self::Null => 0,
            Self::Integer(bytes, _) | Self::Blob(bytes) | Self::Text(bytes) => bytes,
            Self::Real => 8,
        }
    }
}

/// What the values of a row of so many bytes are, by its beginning, and where they begin. `None`
/// where that does not come to so many bytes: it is no row.
pub(super) fn stored(local: &[u8], row: usize) -> Option<(Vec<Stored>, usize)> {
    let (head, taken) = length(local, 0)?;
    // All of it lies in the page: the widest table has some fifty columns.
    if head > local.len() || head > row {
        return None;
    }
    let (mut at, mut all, mut bytes) = (taken, Vec::new(), 0_usize);
    while at < head {
        let (code, taken) = varint(&local[..head], at)?;
        at += taken;
        let stored = Stored::of(code)?;
        bytes = bytes.checked_add(stored.bytes())?;
        all.push(stored);
    }
    (at == head && head.checked_add(bytes)? == row).then_some((all, head))
}

/// The value at an offset of a row; `None` where the row ends before, or the text is none.
pub(super) fn value(row: &[u8], at: usize, stored: Stored) -> Option<Value> {
    let bytes = row.get(at..at.checked_add(stored.bytes())?)?;
    Some(match stored {
        Stored::Null => Value::Null,
        Stored::Integer(_, Some(known)) => Value::Integer(known),
        Stored::Integer(..) => {
            let sign = bytes.first().is_some_and(|first| first & 0x80 != 0);
            let start = if sign { -1 } else { 0 };
            let number = bytes
                .iter()
                .fold(start, |number: i64, byte| number << 8 | i64::from(*byte));
            Value::Integer(number)
        }
        Stored::Real => Value::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
        Stored::Blob(_) => Value::Blob(bytes.to_vec()),
        Stored::Text(_) => Value::Text(String::from_utf8(bytes.to_vec()).ok()?),
    })
}

/// All values of a row.
pub(super) fn values(row: &[u8]) -> Option<Vec<Value>> {
    let (stored, mut at) = stored(row, row.len())?;
    let mut all = Vec::with_capacity(stored.len());
    for one in stored {
        all.push(value(row, at, one)?);
        at += one.bytes();
    }
    Some(all)
}
