//! From the filter's text to its terms.
//!
//! A term is a word, a quoted text, or `key:value`, `key>value` with an optional `-` before it.
//! Quotes may stand round the value or round the whole term; inside them `\"` and `\\` are
//! escapes. A quoted whole term is always free text.

use messages::Message;

use super::{
    Comparison, Condition, Filter, FilterError, FilterTime, Having, Mark, Term, time::moment,
};
use crate::names::{AnsweredBy, Source, State};
use crate::platform::Platform;
use crate::words::filters;

/// The keys that stand before `:`, named in the message about an unknown one.
const KEYS: &str = "event: user: status: by: is: has: method: path: source: platform: bot: body: \
                    note: id: at> duration> size> var.NAME= header.NAME:";

/// Understands a filter's text.
///
/// # Errors
/// The first term that cannot be understood, with its offset.
pub fn parse_filter(text: &str, time: FilterTime) -> Result<Filter, FilterError> {
    let mut reader = Reader { text, at: 0 };
    let mut terms = Vec::new();
    while let Some(term) = reader.term(time)? {
        terms.push(term);
    }
    Ok(Filter { terms })
}

/// A part of a term and where it stands.
struct Word {
    text: String,
    at: usize,
    quoted: bool,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// The sign between a key and its value.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Colon,
    Equals,
    Compare(Comparison),
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self, character: char) {
        self.at += character.len_utf8();
    }

    fn term(&mut self, time: FilterTime) -> Result<Option<Term>, FilterError> {
        while let Some(space) = self.peek().filter(|c| c.is_whitespace()) {
            self.bump(space);
        }
        let start = self.at;
        let followed = |rest: &str| rest.chars().nth(1).is_some_and(|c| !c.is_whitespace());
        let negated = self.peek() == Some('-') && followed(&self.text[self.at..]);
        if negated {
            self.at += 1;
        }
        if self.peek().is_none() {
            return Ok(None);
        }
        if self.peek() == Some('"') {
            let word = self.quoted()?;
            return Ok(Some(Term {
                negated,
                condition: Condition::Text(word.text),
            }));
        }
        let key = self.key();
        let Some(sign) = self.sign() else {
            let rest = self.bare();
            let text = format!("{key}{}", rest.text);
            return Ok(Some(Term {
                negated,
                condition: Condition::Text(text),
            }));
        };
        let value = if self.peek() == Some('"') {
            self.quoted()?
        } else {
            self.bare()
        };
        let key_at = start + usize::from(negated);
        let condition = self.condition(&key, key_at, sign, &value, time)?;
        Ok(Some(Term { negated, condition }))
    }

    /// The characters before a sign, a space or a quote.
    fn key(&mut self) -> String {
        let start = self.at;
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, ':' | '=' | '<' | '>' | '"') {
                break;
            }
            self.bump(c);
        }
        self.text[start..self.at].to_owned()
    }

    fn sign(&mut self) -> Option<Sign> {
        let rest = &self.text.as_bytes()[self.at..];
        let (sign, length) = match rest {
            [b'<', b'=', ..] => (Sign::Compare(Comparison::AtMost), 2),
            [b'>', b'=', ..] => (Sign::Compare(Comparison::AtLeast), 2),
            [b'<', ..] => (Sign::Compare(Comparison::Less), 1),
            [b'>', ..] => (Sign::Compare(Comparison::Greater), 1),
            [b':', ..] => (Sign::Colon, 1),
            [b'=', ..] => (Sign::Equals, 1),
            _ => return None,
        };
        self.at += length;
        Some(sign)
    }

    /// Everything up to a space.
    fn bare(&mut self) -> Word {
        let at = self.at;
        while let Some(c) = self.peek().filter(|c| !c.is_whitespace()) {
            self.bump(c);
        }
        Word {
            text: self.text[at..self.at].to_owned(),
            at,
            quoted: false,
        }
    }

    fn quoted(&mut self) -> Result<Word, FilterError> {
        let at = self.at;
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.bump(c);
            match c {
                '"' => {
                    return Ok(Word {
                        text,
                        at,
                        quoted: true,
                    });
                }
                '\\' => match self.peek() {
                    Some(escaped @ ('"' | '\\')) => {
                        self.bump(escaped);
                        text.push(escaped);
                    }
                    _ => text.push('\\'),
                },
                _ => text.push(c),
            }
        }
        Err(self.error(at, &filters::QUOTE_OPEN))
    }

    fn error(&self, at: usize, message: impl Into<Message>) -> FilterError {
        FilterError {
            message: message.into(),
            offset: at,
            column: self.text[..at].chars().count() + 1,
        }
    }

    fn condition(
        &self,
        key: &str,
        key_at: usize,
        sign: Sign,
        value: &Word,
        time: FilterTime,
    ) -> Result<Condition, FilterError> {
        let lower = key.to_ascii_lowercase();
        if let Some((area @ ("var" | "header"), _)) = lower.split_once('.') {
            let name = &key[area.len() + 1..];
            return self.named(area, name, key_at, sign, value);
        }
        if let Sign::Compare(comparison) = sign {
            return self.compared(&lower, key_at, comparison, value, time);
        }
        let text = || value.text.clone();
        if value.text.is_empty() && !value.quoted && is_key(&lower) {
            return Err(self.error(
                value.at,
                filters::VALUE_MISSING.arg(key).arg(example(&lower)),
            ));
        }
        Ok(match lower.as_str() {
            "event" => Condition::Event(text()),
            "user" => Condition::User(text()),
            "status" => self.status(value)?,
            "by" => Condition::By(self.one_of(value, value.text.parse().ok(), "by")?),
            "is" => Condition::Is(self.one_of(value, mark(&value.text), "is")?),
            "has" => Condition::Has(self.one_of(value, having(&value.text), "has")?),
            "method" => Condition::Method(text()),
            "path" => Condition::Path(text()),
            "source" => Condition::Source(self.one_of(value, value.text.parse().ok(), "source")?),
            "platform" => {
                Condition::Platform(self.one_of(value, value.text.parse().ok(), "platform")?)
            }
            "bot" => Condition::Bot(text()),
            "body" => Condition::Body(text()),
            "note" => Condition::Note(text()),
            "id" => Condition::Id(text()),
            "at" | "duration" | "size" => {
                let at = value.at - 1;
                return Err(self.error(
                    at,
                    filters::COMPARISON_MISSING.arg(key).arg(example(&lower)),
                ));
            }
            _ => return Err(self.unknown_key(key, key_at)),
        })
    }

    fn unknown_key(&self, key: &str, at: usize) -> FilterError {
        self.error(at, filters::KEY_UNKNOWN.arg(key).arg(KEYS))
    }

    fn named(
        &self,
        area: &str,
        name: &str,
        key_at: usize,
        sign: Sign,
        value: &Word,
    ) -> Result<Condition, FilterError> {
        if name.is_empty() {
            return Err(self.error(key_at, filters::NAME_MISSING.arg(area).arg(example(area))));
        }
        if matches!(sign, Sign::Compare(_)) {
            return Err(self.error(
                key_at + area.len() + 1 + name.len(),
                filters::NAMED_COMPARED
                    .arg(area)
                    .arg(name)
                    .arg(example(area)),
            ));
        }
        let (name, value) = (name.to_owned(), value.text.clone());
        Ok(match area {
            "var" => Condition::Variable { name, value },
            _ => Condition::Header { name, value },
        })
    }

    fn compared(
        &self,
        key: &str,
        key_at: usize,
        comparison: Comparison,
        value: &Word,
        time: FilterTime,
    ) -> Result<Condition, FilterError> {
        let condition = match key {
            "at" => moment(&value.text, time).map(|at| Condition::At(comparison, at)),
            "duration" => {
                let number = value.text.strip_suffix("ms").unwrap_or(&value.text);
                let number = number
                    .parse::<f64>()
                    .ok()
                    .filter(|ms| ms.is_finite() && *ms >= 0.0);
                number.map(|ms| Condition::Duration(comparison, ms))
            }
            "size" => value
                .text
                .parse()
                .ok()
                .map(|bytes| Condition::Size(comparison, bytes)),
            _ if is_key(key) => {
                let sign = comparison.as_str();
                return Err(self.error(
                    key_at + key.len(),
                    filters::KEY_COMPARED.arg(key).arg(sign).arg(example(key)),
                ));
            }
            _ => return Err(self.unknown_key(key, key_at)),
        };
        condition.ok_or_else(|| {
            let shown = value.text.as_str();
            self.error(
                value.at,
                filters::QUANTITY_UNKNOWN
                    .arg(shown)
                    .arg(key)
                    .arg(example(key)),
            )
        })
    }

    /// `200`, `5xx` or `500-599`.
    fn status(&self, value: &Word) -> Result<Condition, FilterError> {
        let text = value.text.to_ascii_lowercase();
        let range = match (text.strip_suffix("xx"), text.split_once('-')) {
            (Some(class), _) => class
                .parse()
                .ok()
                .filter(|class| (1..=9).contains(class))
                .map(|class: u16| (class * 100, class * 100 + 99)),
            (None, Some((from, to))) => status_number(from).zip(status_number(to)),
            (None, None) => status_number(&text).map(|status| (status, status)),
        };
        match range {
            Some((from, to)) if from <= to => Ok(Condition::Status { from, to }),
            _ => self.one_of(value, None, "status"),
        }
    }

    fn one_of<T>(&self, value: &Word, found: Option<T>, key: &str) -> Result<T, FilterError> {
        found.ok_or_else(|| {
            let (shown, known) = (value.text.as_str(), values(key));
            self.error(
                value.at,
                filters::VALUE_UNKNOWN.arg(shown).arg(key).arg(known),
            )
        })
    }
}

fn status_number(text: &str) -> Option<u16> {
    text.parse()
        .ok()
        .filter(|status| (100..=999).contains(status))
}

fn mark(text: &str) -> Option<Mark> {
    match text {
        "pinned" => Some(Mark::Pinned),
        "replay" => Some(Mark::Replay),
        _ => text.parse::<State>().ok().map(Mark::State),
    }
}

fn having(text: &str) -> Option<Having> {
    Some(match text {
        "finding" => Having::Finding,
        "error" => Having::Error,
        "warning" => Having::Warning,
        "info" => Having::Info,
        "note" => Having::Note,
        _ => return None,
    })
}

fn is_key(key: &str) -> bool {
    KEYS.split([' ', ':', '>']).any(|known| known == key)
}

/// A right term, for messages.
fn example(key: &str) -> &'static str {
    match key {
        "event" => "event:pay",
        "user" => "user:77",
        "status" => "status:5xx",
        "by" => "by:hand",
        "is" => "is:held",
        "has" => "has:finding",
        "method" => "method:POST",
        "path" => "path:/hook",
        "source" => "source:tunnel",
        "platform" => "platform:graph",
        "bot" => "bot:\"Bot 1\"",
        "body" => "body:\"text\"",
        "note" => "note:check",
        "id" => "id:0193",
        "at" => "at>12:00 at>2026-11-22T05:00",
        "duration" => "duration>100",
        "size" => "size>1000",
        "var" => "var.city=Казань",
        _ => "header.x-id:abc",
    }
}

/// The values that a key takes, for messages.
fn values(key: &str) -> String {
    fn list(names: impl Iterator<Item = &'static str>) -> String {
        names.collect::<Vec<_>>().join(", ")
    }
    match key {
        "by" => list(AnsweredBy::ALL.iter().map(|one| one.as_str())),
        "source" => list(Source::ALL.iter().map(|one| one.as_str())),
        "platform" => list(Platform::ALL.iter().map(|one| one.as_str())),
        "is" => list(
            State::ALL
                .iter()
                .map(|one| one.as_str())
                .chain(["pinned", "replay"]),
        ),
        "has" => "finding, error, warning, info, note".to_owned(),
        _ => "200, 5xx, 500-599".to_owned(),
    }
}
