//! An exchange as a line of a table.

use anstyle::{AnsiColor, Style};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::Value;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::visible::visible;

/// A column.
#[derive(Clone, Copy)]
struct Column {
    head: &'static str,
    /// In a terminal's cells.
    width: usize,
    cell: fn(&Value, &Table) -> String,
    style: fn(&Value) -> Style,
    /// The higher, the earlier it is left out where the terminal is narrow; 0 always stays.
    rank: u8,
}

const COLUMNS: [Column; 9] = [
    column("TIME", 12, |row, table| table.time(&row["at"]), 1),
    Column {
        style: state_style,
        ..column("STATE", 9, |row, _| text(&row["state"]), 2)
    },
    column("BY", 8, |row, _| text(&row["answered_by"]), 7),
    Column {
        style: status_style,
        ..column("STATUS", 6, |row, _| number(&row["status"], 0), 3)
    },
    column("MS", 8, |row, _| number(&row["duration_ms"], 1), 6),
    column("EVENT", 24, |row, _| text(&row["event"]), 0),
    column("USER", 16, |row, _| text(&row["user"]), 4),
    column("REQUEST", 24, request, 5),
    column("ID", 36, |row, table| table.id(&row["id"]), 0),
];

/// Characters of an id that a terminal shows. The end of it, where each one differs; its beginning
/// is the time, and the same for a minute.
const SHORT_ID: usize = 8;

/// The narrowest that an event may become before a column is left out.
const EVENT_MIN: usize = 12;

/// Marks without a width that may stand at one sign: more of them cover the lines above and below.
/// A guess: twice as many as a syllable of Hebrew or Tibetan has.
const MARKS: usize = 8;

const fn column(
    head: &'static str,
    width: usize,
    cell: fn(&Value, &Table) -> String,
    rank: u8,
) -> Column {
    Column {
        head,
        width,
        cell,
        style: |_| Style::new(),
        rank,
    }
}

/// A table of exchanges.
pub(crate) struct Table {
    columns: Vec<Column>,
    zone: TimeZone,
    today: Date,
    is_narrow: bool,
}

impl Table {
    /// A table in this time zone. `width`: of the terminal; without it every column stands whole.
    #[expect(
        clippy::disallowed_methods,
        reason = "a person's clock and zone are meant, and nothing else rests on it"
    )]
    pub(crate) fn new(width: Option<usize>) -> Self {
        let now = Zoned::now();
        Self::at(width, now.time_zone().clone(), now.date())
    }

    fn at(width: Option<usize>, zone: TimeZone, today: Date) -> Self {
        let mut columns = COLUMNS.to_vec();
        if let Some(width) = width {
            fit(&mut columns, width);
        }
        Self {
            columns,
            zone,
            today,
            is_narrow: width.is_some(),
        }
    }

    /// The line above.
    pub(crate) fn head(&self) -> String {
        self.line(|column| (column.head.to_owned(), Style::new()))
    }

    /// A summary as a line.
    pub(crate) fn row(&self, summary: &Value) -> String {
        self.line(|column| ((column.cell)(summary, self), (column.style)(summary)))
    }

    fn line(&self, cell: impl Fn(&Column) -> (String, Style)) -> String {
        let mut line = String::new();
        let last = self.columns.len() - 1;
        for (index, column) in self.columns.iter().enumerate() {
            let (text, style) = cell(column);
            let shown = cut(text, column.width);
            let pad = column.width - shown.width();
            line.push_str(&format!("{style}{shown}{style:#}"));
            if index < last {
                line.extend(std::iter::repeat_n(' ', pad + 1));
            }
        }
        line
    }

    /// Today's by the time of day, others by their date.
    fn time(&self, at: &Value) -> String {
        let Some(at) = at.as_str().and_then(|at| at.parse::<Timestamp>().ok()) else {
            return "-".to_owned();
        };
        let at = at.to_zoned(self.zone.clone());
        let form = match at.date() == self.today {
            true => "%H:%M:%S%.3f",
            false => "%m-%d %H:%M",
        };
        at.strftime(form).to_string()
    }

    fn id(&self, id: &Value) -> String {
        let id = text(id);
        match id.len().checked_sub(SHORT_ID) {
            Some(from) if self.is_narrow && id.is_ascii() => id[from..].to_owned(),
            _ => id,
        }
    }
}

/// A text in so many cells of a terminal: some signs take two of them, some none.
fn cut(text: String, cells: usize) -> String {
    let text = thinned(text);
    if text.width() <= cells {
        return text;
    }
    let mut shown = String::new();
    for one in text.chars() {
        let next = one.width().unwrap_or_default();
        if shown.width() + next + 1 > cells {
            break;
        }
        shown.push(one);
    }
    shown.push('…');
    shown
}

/// A text without the marks that stand beyond [`MARKS`] at one sign.
fn thinned(mut text: String) -> String {
    let mut marks = 0;
    text.retain(|one| {
        marks = if one.width() == Some(0) { marks + 1 } else { 0 };
        marks <= MARKS
    });
    text
}

/// Fits the columns into a terminal: short ids, then less of the event, then fewer columns, and
/// then hardly anything of the event.
fn fit(columns: &mut Vec<Column>, width: usize) {
    if let Some(id) = columns.last_mut() {
        id.width = SHORT_ID;
    }
    loop {
        let wanted: usize = columns.iter().map(|column| column.width + 1).sum();
        let Some(excess) = wanted.saturating_sub(1).checked_sub(width) else {
            return;
        };
        if excess == 0 {
            return;
        }
        let event = columns.iter_mut().find(|column| column.head == "EVENT");
        if let Some(event) = event.filter(|event| event.width > EVENT_MIN) {
            event.width = event.width.saturating_sub(excess).max(EVENT_MIN);
            continue;
        }
        let first = columns.iter().map(|column| column.rank).max();
        let Some(first) = first.filter(|rank| *rank > 0) else {
            let least = width / 3;
            for column in columns {
                let most = if column.head == "EVENT" {
                    least
                } else {
                    width - least
                };
                column.width = column.width.min(most.saturating_sub(1)).max(1);
            }
            return;
        };
        columns.retain(|column| column.rank != first);
    }
}

fn request(summary: &Value, _: &Table) -> String {
    format!("{} {}", text(&summary["method"]), text(&summary["path"]))
}

fn number(value: &Value, digits: usize) -> String {
    value
        .as_f64()
        .map_or_else(|| "-".to_owned(), |number| format!("{number:.digits$}"))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| "-".to_owned(), visible)
}

fn state_style(summary: &Value) -> Style {
    match summary["state"].as_str() {
        Some("held" | "answering") => AnsiColor::Yellow.on_default(),
        Some("failed" | "abandoned") => AnsiColor::Red.on_default(),
        _ => Style::new(),
    }
}

fn status_style(summary: &Value) -> Style {
    match summary["status"].as_u64() {
        Some(400..) => AnsiColor::Red.on_default(),
        _ => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn table(width: Option<usize>) -> Table {
        let moscow = TimeZone::fixed(jiff::tz::offset(3));
        Table::at(width, moscow, date(2026, 11, 22))
    }

    fn exchange() -> Value {
        json!({"at": "2026-11-22T05:00:00.123Z", "event": "Очень длинное событие с\u{1b}[31m цветом",
            "status": 200, "duration_ms": 0.81, "method": "POST", "path": "/", "state": "answered",
            "id": "019aa6d2-0000-7000-8000-0123456789ab"})
    }

    fn plain(line: &str) -> String {
        anstream::adapter::strip_str(line).to_string()
    }

    #[test]
    fn a_row_has_its_columns_under_the_head_and_no_control_characters() {
        let row = plain(&table(None).row(&exchange()));
        assert!(row.starts_with("08:00:00.123 answered"), "{row}");
        assert!(!row.contains('\u{1b}'));
        let column =
            |text: &str, word: &str| text.split(word).next().map(|before| before.chars().count());
        let head = plain(&table(None).head());
        assert_eq!(column(&row, "POST"), column(&head, "REQUEST"));
        assert!(row.ends_with("019aa6d2-0000-7000-8000-0123456789ab"));
    }

    #[test]
    fn a_row_is_as_wide_as_its_terminal_at_most_and_its_id_short() {
        let mut wide = exchange();
        wide["event"] = "支払い🙂完了🙂🙂支払い支払い支払い".into();
        for width in 4..=200 {
            let table = table(Some(width));
            for line in [table.head(), table.row(&exchange()), table.row(&wide)] {
                assert!(plain(&line).width() <= width, "{width}: {line}");
            }
            let row = plain(&table.row(&exchange()));
            if width >= 21 {
                assert!(row.ends_with(" 456789ab"), "{row}");
                assert!(row.contains("Очень"), "{row}");
            }
            assert_eq!(
                row.starts_with("08:00:00.123"),
                width >= 34,
                "{width}: {row}"
            );
        }
    }

    #[test]
    fn marks_without_a_width_are_not_piled_up() {
        let mut row = exchange();
        row["event"] = format!("o{}plata", "\u{301}".repeat(500)).into();
        row["user"] = "é".into();
        let row = plain(&table(Some(100)).row(&row));
        assert_eq!(row.matches('\u{301}').count(), MARKS, "{row}");
        assert!(row.contains("plata"), "{row}");
    }

    #[test]
    fn another_day_has_its_date() {
        let yesterday = json!({"at": "2026-11-21T20:59:00Z"});
        assert!(plain(&table(None).row(&yesterday)).starts_with("11-21 23:59  "));
    }
}
