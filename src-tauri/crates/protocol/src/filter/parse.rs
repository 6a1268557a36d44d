//! From the filter's text to its terms.
//!
//! A term is a word, a quoted text, or `key:value`, `key>value` with an optional `-` before it.
//! Quotes may stand round the value or round the whole term; inside them `\"` and `\\` are
//! escapes. A quoted whole term is always free text.

use messages::Message;

use super::keys::{Form, Key, find, list};
use super::{Comparison, Condition, Filter, FilterError, FilterTime, Term};
use crate::words::filters;

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
        let area = lower.split_once('.').and_then(|(area, _)| find(area));
        if let Some(
            area @ Key {
                form: Form::Named(_, make),
                ..
            },
        ) = area
        {
            let name = self.name(area, key, key_at, sign)?;
            return Ok(make(name, value.text.clone()));
        }
        let unknown = || self.error(key_at, filters::KEY_UNKNOWN.arg(key).arg(list()));
        let found = find(&lower).ok_or_else(unknown)?;
        let example = found.example;
        let empty = value.text.is_empty() && !value.quoted;
        match (&found.form, sign) {
            (Form::Named(..), _) => Err(unknown()),
            (Form::Quantity(read), Sign::Compare(comparison)) => {
                read(comparison, &value.text, time).ok_or_else(|| {
                    let shown = value.text.as_str();
                    let message = filters::QUANTITY_UNKNOWN.arg(shown).arg(found.name);
                    self.error(value.at, message.arg(example))
                })
            }
            (_, Sign::Compare(comparison)) => {
                let message = filters::KEY_COMPARED
                    .arg(found.name)
                    .arg(comparison.as_str());
                Err(self.error(key_at + key.len(), message.arg(example)))
            }
            (_, _) if empty => {
                let message = filters::VALUE_MISSING.arg(key).arg(example);
                Err(self.error(value.at, message))
            }
            (Form::Quantity(_), _) => {
                let message = filters::COMPARISON_MISSING.arg(key).arg(example);
                Err(self.error(value.at - 1, message))
            }
            (Form::Text(make), _) => Ok(make(&value.text)),
            (Form::Value(known), _) => (known.read)(&value.text).ok_or_else(|| {
                let message = filters::VALUE_UNKNOWN.arg(value.text.as_str());
                self.error(value.at, message.arg(found.name).arg(known.takes()))
            }),
        }
    }

    /// The name after a key that has one.
    fn name(
        &self,
        area: &Key,
        key: &str,
        key_at: usize,
        sign: Sign,
    ) -> Result<String, FilterError> {
        let name = &key[area.name.len() + 1..];
        if name.is_empty() {
            let message = filters::NAME_MISSING.arg(area.name).arg(area.example);
            return Err(self.error(key_at, message));
        }
        if matches!(sign, Sign::Compare(_)) {
            let message = filters::NAMED_COMPARED.arg(area.name).arg(name);
            return Err(self.error(key_at + key.len(), message.arg(area.example)));
        }
        Ok(name.to_owned())
    }
}
