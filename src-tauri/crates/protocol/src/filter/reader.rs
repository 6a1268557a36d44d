//! The filter's text, read from left to right: words, quotes, keys and the signs after them.

use messages::Message;

use super::keys::{Form, Key, find};
use super::{Comparison, FilterError, Wanted};
use crate::words::{filter_notes, filters};

/// Conditions in a filter at most: SQLite takes expressions of a bounded depth, and each
/// condition is asked of every exchange.
const MOST_CONDITIONS: usize = 100;

/// A part of a term and where it stands.
pub(super) struct Word {
    pub(super) text: String,
    pub(super) at: usize,
    pub(super) quoted: bool,
}

impl Word {
    pub(super) fn wanted(&self) -> Wanted {
        Wanted {
            text: self.text.clone(),
            whole: self.quoted,
        }
    }

    /// Nothing is written where a value belongs; two quotes are an empty text.
    pub(super) fn is_missing(&self) -> bool {
        self.text.is_empty() && !self.quoted
    }
}

/// The text and how far it is read.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    conditions: usize,
    pub(super) notes: Vec<Message>,
}

/// The sign between a key and its value.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Sign<'a> {
    Colon,
    Equals,
    Tilde,
    Compare(Comparison),
    /// Signs that other languages compare with, such as `!=`.
    Unknown(&'a str),
}

/// A key and its sign.
pub(super) struct Head<'a> {
    pub(super) key: &'a str,
    pub(super) at: usize,
    pub(super) sign: Sign<'a>,
}

impl Head<'_> {
    /// Where the sign stands.
    pub(super) const fn sign_at(&self) -> usize {
        self.at + self.key.len()
    }
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            conditions: 0,
            notes: Vec::new(),
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self, character: char) {
        self.at += character.len_utf8();
    }

    pub(super) fn skip_spaces(&mut self) {
        while let Some(space) = self.peek().filter(|c| c.is_whitespace()) {
            self.bump(space);
        }
    }

    /// The minus that negates what follows it at once.
    pub(super) fn minus(&mut self) -> bool {
        let mut rest = self.text[self.at..].chars();
        let negates = rest.next() == Some('-') && rest.next().is_some_and(|c| !c.is_whitespace());
        if negates {
            self.at += 1;
        }
        negates
    }

    /// Counts one condition more, of a term that begins here.
    pub(super) fn count(&mut self, at: usize) -> Result<(), FilterError> {
        self.conditions += 1;
        if self.conditions > MOST_CONDITIONS {
            return Err(self.error(at, filters::TOO_MANY.arg(MOST_CONDITIONS as u64)));
        }
        Ok(())
    }

    /// A word that other search languages take for an operator.
    pub(super) fn note_operator(&mut self, word: &str) {
        let words = match word {
            "OR" | "or" | "Or" | "ИЛИ" | "|" | "||" => &filter_notes::OR,
            "NOT" | "not" | "Not" | "НЕ" | "!" => &filter_notes::NOT,
            "AND" | "and" | "And" | "И" | "&" | "&&" => &filter_notes::AND,
            _ => return,
        };
        self.note(Message::from(words).arg(word));
    }

    /// Says something to the reader, once.
    pub(super) fn note(&mut self, note: Message) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The characters before a sign, a space or a quote; a variable's path may have quotes in it.
    pub(super) fn key(&mut self) -> Result<&'a str, FilterError> {
        let text = self.text;
        let start = self.at;
        while let Some(c) = self.peek() {
            let key = &text[start..self.at];
            match c {
                '"' if is_path(key) => {
                    self.quoted()?;
                }
                '"' | ':' | '=' | '<' | '>' => break,
                '~' if is_known(key) => break,
                '!' if is_known(key) && text[self.at + 1..].starts_with(OPERATORS) => break,
                c if c.is_whitespace() => break,
                c => self.bump(c),
            }
        }
        Ok(&text[start..self.at])
    }

    /// The sign after a key. After a colon a value may begin with any sign, but for a variable.
    pub(super) fn sign(&mut self, key: &str) -> Option<Sign<'a>> {
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        let long = match first {
            ':' => is_path(key),
            '=' => !takes_prose(key),
            '<' | '>' => true,
            '~' | '!' => is_known(key),
            _ => return None,
        };
        let more = rest[1..].find(|c| !OPERATORS.contains(&c));
        let length = match long {
            true => more.unwrap_or(rest.len() - 1) + 1,
            false => 1,
        };
        let sign = &rest[..length];
        self.at += length;
        Some(match sign {
            ":" => Sign::Colon,
            "=" => Sign::Equals,
            "~" => Sign::Tilde,
            "<" => Sign::Compare(Comparison::Less),
            "<=" => Sign::Compare(Comparison::AtMost),
            ">" => Sign::Compare(Comparison::Greater),
            ">=" => Sign::Compare(Comparison::AtLeast),
            unknown => Sign::Unknown(unknown),
        })
    }

    /// Everything up to a space, or to a comma where values stand side by side.
    pub(super) fn bare(&mut self, in_list: bool) -> Word {
        let at = self.at;
        let ends = |c: char| c.is_whitespace() || (in_list && c == ',');
        while let Some(c) = self.peek().filter(|c| !ends(*c)) {
            self.bump(c);
        }
        Word {
            text: self.text[at..self.at].to_owned(),
            at,
            quoted: false,
        }
    }

    pub(super) fn quoted(&mut self) -> Result<Word, FilterError> {
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

    pub(super) fn value(&mut self, in_list: bool) -> Result<Word, FilterError> {
        match self.peek() {
            Some('"') => self.quoted(),
            _ => Ok(self.bare(in_list)),
        }
    }

    /// The values with commas between them, at least one; empty ones are left out.
    pub(super) fn values(&mut self) -> Result<Vec<Word>, FilterError> {
        let mut values = vec![self.value(true)?];
        while self.peek() == Some(',') {
            self.at += 1;
            let value = self.value(true)?;
            if !value.is_missing() {
                self.count(value.at)?;
                values.push(value);
            }
        }
        if values.len() > 1 && values[0].is_missing() {
            values.remove(0);
        }
        Ok(values)
    }

    pub(super) fn error(&self, at: usize, message: impl Into<Message>) -> FilterError {
        FilterError {
            message: message.into(),
            offset: at,
            column: self.text[..at].chars().count() + 1,
        }
    }
}

/// What comparisons are written with, here and in other languages.
const OPERATORS: [char; 5] = ['=', '<', '>', '~', '!'];

/// Whether a key is the beginning of a variable's path.
fn is_path(key: &str) -> bool {
    area(key).is_some_and(|key| matches!(key.form, Form::Variable))
}

/// The key before a dot, where it is one that has names.
pub(super) fn area(key: &str) -> Option<&'static Key> {
    let (area, _) = key.split_once('.')?;
    let found = find(&area.to_ascii_lowercase())?;
    matches!(found.form, Form::Variable | Form::Header).then_some(found)
}

/// Whether a filter has this key.
fn is_known(key: &str) -> bool {
    area(key).is_some() || find(&key.to_ascii_lowercase()).is_some()
}

fn takes_prose(key: &str) -> bool {
    let found = find(&key.to_ascii_lowercase());
    found.is_some_and(|key| matches!(key.form, Form::Prose(_)))
}
