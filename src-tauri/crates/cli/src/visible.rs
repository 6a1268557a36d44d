//! Texts from outside as a terminal may show them: what a bot sent, what somebody typed, what the
//! instance quotes of either.

use std::fmt::Write as _;
use std::io;

use protocol::is_unseen;

/// A line as it may be drawn: signs that command the terminal, turn the rest of the line round or
/// hide in it are named, and what would begin another line is a space. What is drawable stays, so
/// that a text may pass twice.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '\t' | '\n' | '\r' => shown.push(' '),
            _ if is_unseen(one) => {
                let _ = write!(shown, "<U+{:04X}>", u32::from(one));
            }
            _ => shown.push(one),
        }
    }
    shown
}

/// Several lines, each as it may be drawn.
pub(crate) fn visible_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(visible).collect();
    lines.join("\n")
}

/// JSON as it may be drawn: the same document, with escapes where a sign is not seen.
pub(crate) fn visible_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for one in json.chars() {
        match one {
            // Between the values of a document of several lines.
            '\t' | '\n' | '\r' => shown.push(one),
            _ if is_unseen(one) => {
                for unit in one.encode_utf16(&mut [0; 2]) {
                    let _ = write!(shown, "\\u{unit:04x}");
                }
            }
            _ => shown.push(one),
        }
    }
    shown
}

/// Standard error for the log, whose lines may quote anything: its writer escapes what commands a
/// terminal, and the signs that it leaves are named here. Its own colours pass.
pub(crate) struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let parts: Vec<String> = text.split('\u{1b}').map(visible_lines).collect();
        io::stderr().write_all(parts.join("\u{1b}").as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_turn_a_line_round_or_command_the_terminal_are_named() {
        let hostile = "a\u{202e}gpj\u{200b}\u{7}\u{1b}[2J\u{9b}x\ny\u{e0041}";
        let shown = "a<U+202E>gpj<U+200B><U+0007><U+001B>[2J<U+009B>x y<U+E0041>";
        assert_eq!(visible(hostile), shown);
        assert_eq!(visible(shown), shown);
        let blank = "a\u{115f}\u{3164}\u{ffa0}\u{2800}\u{e0101}";
        let named = "a<U+115F><U+3164><U+FFA0><U+2800><U+E0101>";
        assert_eq!(visible(blank), named);
        assert_eq!(visible("❤\u{fe0f}"), "❤\u{fe0f}");
        assert_eq!(visible("👨\u{200d}👩 Казань\t1"), "👨\u{200d}👩 Казань 1");
        assert_eq!(visible_lines("a\u{1b}\nb"), "a<U+001B>\nb");
    }

    #[test]
    fn json_stays_the_same_document() {
        let document = serde_json::json!({"a\u{202e}": "b\u{9b}\u{e0041}\u{7f}\n"});
        let shown = visible_json(&document.to_string());
        assert!(!shown.chars().any(is_unseen), "{shown:?}");
        let read: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(read, document);
    }
}
