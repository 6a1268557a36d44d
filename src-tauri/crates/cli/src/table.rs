//! An exchange as a line of a table.

use serde_json::Value;

/// The line above.
pub(crate) fn head() -> String {
    line([
        "TIME", "STATE", "BY", "STATUS", "MS", "EVENT", "USER", "REQUEST", "ID",
    ])
}

/// A summary as a line.
pub(crate) fn row(summary: &Value) -> String {
    let text = |name: &str| summary[name].as_str().unwrap_or("-").to_owned();
    let time = text("at").get(11..23).unwrap_or("-").to_owned();
    let status = summary["status"]
        .as_u64()
        .map_or_else(|| "-".to_owned(), |status| status.to_string());
    let duration = summary["duration_ms"]
        .as_f64()
        .map_or_else(|| "-".to_owned(), |ms| format!("{ms:.1}"));
    let request = format!("{} {}", text("method"), text("path"));
    let cells = [
        time,
        text("state"),
        text("answered_by"),
        status,
        duration,
        text("event"),
        text("user"),
        request,
        text("id"),
    ];
    line(cells.each_ref().map(String::as_str))
}

fn line(cells: [&str; 9]) -> String {
    /// Widths of the columns, in characters; the last one is as wide as it is.
    const WIDTHS: [usize; 8] = [12, 9, 8, 6, 8, 24, 16, 24];
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(WIDTHS) {
        // One control character in an event must not upset a terminal.
        let mut shown: Vec<char> = cell
            .chars()
            .map(|one| if one.is_control() { ' ' } else { one })
            .collect();
        if shown.len() > width {
            shown.truncate(width - 1);
            shown.push('…');
        }
        let pad = width - shown.len();
        line.extend(shown);
        line.extend(std::iter::repeat_n(' ', pad + 1));
    }
    line.push_str(cells[8]);
    line
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_has_its_columns_under_the_head_and_no_control_characters() {
        let row = row(
            &json!({"at": "2026-11-22T05:00:00.123Z", "event": "Очень длинное событие с\u{1b}[31m цветом",
            "status": 200, "duration_ms": 0.81, "method": "POST", "path": "/", "id": "x"}),
        );
        assert!(row.starts_with("05:00:00.123 -"));
        assert!(!row.contains('\u{1b}'));
        let column =
            |text: &str, word: &str| text.split(word).next().map(|before| before.chars().count());
        assert_eq!(column(&row, "POST"), column(&head(), "REQUEST"));
    }
}
