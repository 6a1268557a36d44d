//! A table of values, one run for each row: CSV with the columns' names in its first line.

use json_text::Position;
use messages::Message;

use crate::template::Values;
use crate::words::files;

/// What begins a text that some programs write.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A table.
pub(crate) struct Table {
    columns: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    /// Reads a table: commas, or the semicolons that spreadsheets write where the comma is for
    /// decimals.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub(crate) fn read(text: &str) -> Result<Self, (Position, Message)> {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let first = text.lines().next().unwrap_or_default();
        let delimiter = match first.contains(';') && !first.contains(',') {
            true => b';',
            false => b',',
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut columns: Option<Vec<String>> = None;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let at = error.position().map_or(0, csv::Position::byte);
                (place(text, at), files::TABLE.arg(messages::foreign(error)))
            })?;
            let at = place(text, record.position().map_or(0, csv::Position::byte));
            let Some(columns) = &columns else {
                columns = Some(names(&record).map_err(|message| (at, message))?);
                continue;
            };
            if record.len() != columns.len() {
                let message = files::ROW
                    .arg(record.len() as u64)
                    .arg(columns.len() as u64);
                return Err((at, message));
            }
            rows.push(record);
        }
        let columns = columns.ok_or((Position::START, Message::from(&files::NO_COLUMNS)))?;
        match rows.is_empty() {
            true => Err((
                place(text, text.len() as u64),
                Message::from(&files::NO_ROWS),
            )),
            false => Ok(Self { columns, rows }),
        }
    }

    /// Each row's values by the columns' names.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Values> + '_ {
        self.rows.iter().map(|row| {
            let pairs = self.columns.iter().zip(row.iter());
            pairs
                .map(|(name, value)| (name.clone(), value.to_owned()))
                .collect()
        })
    }
}

fn names(record: &csv::StringRecord) -> Result<Vec<String>, Message> {
    let mut names: Vec<String> = Vec::new();
    for name in record {
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(Message::from(&files::NO_COLUMNS));
        }
        if names.contains(&name) {
            return Err(files::COLUMN_TWICE.arg(name));
        }
        names.push(name);
    }
    Ok(names)
}

fn place(text: &str, byte: u64) -> Position {
    let byte = usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
    // A record begins behind the end of the line before it, which the reader counts to it.
    let skipped = text[byte..].len() - text[byte..].trim_start_matches(['\r', '\n']).len();
    Position::in_text(text, byte + skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_with_either_delimiter() {
        for text in [
            "city,total\nКазань,90\n\"Нижний, Новгород\",\"1\"\"2\"\n",
            "\u{feff}city;total\r\nКазань;90\r\nНижний, Новгород;\"1\"\"2\"",
        ] {
            let table = Table::read(text).unwrap();
            let rows: Vec<Values> = table.rows().collect();
            assert_eq!(rows[0]["city"], "Казань");
            assert_eq!(rows[1]["city"], "Нижний, Новгород");
            assert_eq!(rows[1]["total"], "1\"2");
            assert_eq!(rows.len(), 2);
        }
    }

    #[test]
    fn what_is_no_table_is_named_with_its_line() {
        for (text, line, part) in [
            ("", 1, "name the columns"),
            ("a,,b\n1,2,3\n", 1, "name the columns"),
            ("a,b,a\n1,2,3\n", 1, "“a” stands twice"),
            ("a,b\n", 2, "no rows"),
            ("a,b\n1,2\n3\n", 3, "1 values"),
        ] {
            let (position, message) = Table::read(text).err().unwrap();
            assert_eq!(position.line, line, "{text:?} {message}");
            assert!(message.to_string().contains(part), "{text:?} {message}");
        }
    }
}
