//! What people write for JSON and is none: curly quotes, keys without quotes, commas that are
//! missing or stand before a closing bracket. The pages of two platforms show such text.

use json_text::Position;
use messages::{Message, messages};

use crate::finding::{Code, Finding};
use crate::names::Side;

messages! {
    /// The faults, each with the place of its first occurrence.
    mod words;

    CURLY_QUOTES = "curly_quotes",
        "curly quotes in place of \" (line {0}, column {1})",
        "фигурные кавычки вместо \" (строка {0}, столбец {1})";
    MISSING_COMMA = "missing_comma",
        "a comma is missing (line {0}, column {1})",
        "не хватает запятой (строка {0}, столбец {1})";
    TRAILING_COMMA = "trailing_comma",
        "a comma before a closing bracket (line {0}, column {1})",
        "запятая перед закрывающей скобкой (строка {0}, столбец {1})";
    UNQUOTED_KEY = "unquoted_key",
        "a key without quotes (line {0}, column {1})",
        "ключ без кавычек (строка {0}, столбец {1})";
    BOTH = "both", "{0}; {1}", "{0}; {1}";
}

/// A fault in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Curly quotes round a key or a value.
    CurlyQuotes,
    /// Two values one after the other.
    MissingComma,
    /// A comma with nothing behind it.
    TrailingComma,
    /// A bare word before a colon.
    UnquotedKey,
}

/// The finding about a text that is no JSON for these faults; `None` where it has none of them.
pub(super) fn finding(text: &str, side: Side) -> Option<Finding> {
    let faults = faults(text);
    let (_, first) = faults.first()?;
    let position = Position::in_text(text, *first);
    let said = faults.iter().map(|(fault, offset)| {
        let place = Position::in_text(text, *offset);
        let words = match fault {
            Fault::CurlyQuotes => &words::CURLY_QUOTES,
            Fault::MissingComma => &words::MISSING_COMMA,
            Fault::TrailingComma => &words::TRAILING_COMMA,
            Fault::UnquotedKey => &words::UNQUOTED_KEY,
        };
        words.arg(place.line).arg(place.column)
    });
    let said: Option<Message> = said.reduce(|before, next| words::BOTH.arg(before).arg(next));
    Some(
        Finding::new(Code::JsonSyntax, side)
            .arg(said?)
            .at_position(position),
    )
}

/// The faults of a text in the order of their first places, each once.
fn faults(text: &str) -> Vec<(Fault, usize)> {
    let mut found: Vec<(Fault, usize)> = Vec::new();
    let mut add = |fault: Fault, offset: usize| {
        if !found.iter().any(|(one, _)| *one == fault) {
            found.push((fault, offset));
        }
    };
    let mut before = Part::Start;
    for (part, offset, end) in (Parts { text, at: 0 }) {
        // A quote inside of a string: where the string ends is not to be told any more.
        match (before, part) {
            (Part::Value(after), Part::Word(_)) | (Part::Word(after), Part::Value(_))
                if after == offset =>
            {
                break;
            }
            _ => {}
        }
        match (before, part) {
            (Part::Value(after), Part::Value(_) | Part::Word(_) | Part::Curly(_) | Part::Open)
            | (
                Part::Word(after) | Part::Curly(after),
                Part::Value(_) | Part::Curly(_) | Part::Open,
            )
            | (Part::Close(after), Part::Value(_) | Part::Word(_) | Part::Curly(_) | Part::Open) => {
                add(Fault::MissingComma, after);
            }
            (Part::Comma(comma), Part::Close(_)) => add(Fault::TrailingComma, comma),
            _ => {}
        }
        match part {
            Part::Curly(_) => add(Fault::CurlyQuotes, offset),
            Part::Word(_) if text[end..].trim_start().starts_with(':') => {
                add(Fault::UnquotedKey, offset);
            }
            _ => {}
        }
        before = part;
    }
    found.sort_by_key(|(_, offset)| *offset);
    found
}

/// A part of a text; numbers are where it ends, of a comma where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Start,
    Open,
    Close(usize),
    Comma(usize),
    Colon,
    /// A string in the quotes that JSON has.
    Value(usize),
    /// A number, or a word.
    Word(usize),
    /// A string in others.
    Curly(usize),
}

/// The parts of a text, each with its beginning and its end.
struct Parts<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Parts<'_> {
    type Item = (Part, usize, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text[self.at..];
        let start = self.at + (rest.len() - rest.trim_start().len());
        let rest = &self.text[start..];
        let first = rest.chars().next()?;
        let mut end = start + first.len_utf8();
        let part = match first {
            '{' | '[' => Part::Open,
            '}' | ']' => Part::Close(end),
            ',' => Part::Comma(start),
            ':' => Part::Colon,
            '"' => {
                end = start + string_length(rest);
                Part::Value(end)
            }
            first if is_curly(first) => {
                end = start + curly_length(rest);
                Part::Curly(end)
            }
            _ => {
                let is_end = |sign: char| {
                    sign.is_whitespace() || "{}[],:\"".contains(sign) || is_curly(sign)
                };
                end = start + rest.find(is_end).unwrap_or(rest.len());
                Part::Word(end)
            }
        };
        self.at = end;
        Some((part, start, end))
    }
}

const fn is_curly(sign: char) -> bool {
    matches!(sign, '“' | '”' | '„' | '«' | '»')
}

/// The length of a string with its quotes, to the line's end where it has no second one.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'\n' => return at,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn curly_length(text: &str) -> usize {
    let mut signs = text.char_indices().skip(1);
    let end = signs.find(|(_, sign)| *sign == '\n' || *sign == '"' || is_curly(*sign));
    end.map_or(text.len(), |(at, sign)| match sign {
        '\n' => at,
        sign => at + sign.len_utf8(),
    })
}

#[cfg(test)]
mod tests {
    use messages::{Lang, Say as _};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_samples_of_the_platforms_pages_name_their_faults() {
        let chatapp =
            include_str!("../../../../../tests/fixtures/samples/chatapp-doc-copy-paste-broken.txt");
        for (text, wanted) in [
            (
                "{\npromo: {\ncode: \"ABC\",\npercent: 15,\n}\n}",
                &[(Fault::UnquotedKey, 2), (Fault::TrailingComma, 35)][..],
            ),
            (
                chatapp,
                &[
                    (Fault::CurlyQuotes, 3),
                    (Fault::MissingComma, 47),
                    (Fault::TrailingComma, 85),
                ],
            ),
            (
                "[{“name”: “Вася” “email1”: “v”} {“name” : “Петя”}]",
                &[(Fault::CurlyQuotes, 2), (Fault::MissingComma, 28)],
            ),
            (r#"{"a":1 "b":2}"#, &[(Fault::MissingComma, 6)]),
            (r#"[1 2]"#, &[]),
            (r#"{"a":[1,],}"#, &[(Fault::TrailingComma, 7)]),
            (r#"{"a":"“b”, c: d,}"}"#, &[]),
            (r#"{"a": "он сказал "да" и ушёл"}"#, &[]),
            (r#"{a: "b "c" d"}"#, &[(Fault::UnquotedKey, 1)]),
            ("OK: заявка принята", &[(Fault::UnquotedKey, 0)]),
        ] {
            assert_eq!(faults(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_sentence_names_every_fault_with_its_place() {
        let finding = finding("{\na: 1,\n}", Side::Response).unwrap();
        assert_eq!(finding.code, Code::JsonSyntax);
        assert_eq!(
            finding.position.map(|one| (one.line, one.column)),
            Some((2, 1))
        );
        assert_eq!(
            finding.message().text(Lang::Ru),
            "Это не JSON: ключ без кавычек (строка 2, столбец 1); \
             запятая перед закрывающей скобкой (строка 2, столбец 5)"
        );
    }

    proptest! {
        #[test]
        fn json_has_no_faults_and_any_text_is_read_to_its_end(text in "\\PC{0,80}") {
            let json = serde_json::json!({"a": [text, 1, {"b": null}], "c": text}).to_string();
            prop_assert_eq!(faults(&json), []);
            let parts = Parts { text: &text, at: 0 };
            let end = parts.last().map_or(0, |(_, _, end)| end);
            prop_assert_eq!(text[end..].trim(), "");
        }
    }
}
