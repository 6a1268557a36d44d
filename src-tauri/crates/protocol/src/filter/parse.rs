//! From the filter's text to its terms.
//!
//! A term is a word, a quoted text, or `key:value`, `key>value` with an optional `-` before it.
//! Quotes may stand round the value or round the whole term; inside them `\"` and `\\` are
//! escapes. A quoted whole term is always free text. Commas between values mean "or".

use messages::Message;

use super::keys::{Form, Key, find, list};
use super::time::Moment;
use super::value::VariableTest;
use super::{Comparison, Condition, Filter, FilterError, FilterTime, Term, Wanted};
use crate::words::{filter_notes, filters};

/// Conditions in a filter at most: SQLite takes expressions of a bounded depth, and each
/// condition is asked of every exchange.
const MOST_CONDITIONS: usize = 100;

/// Understands a filter's text.
///
/// # Errors
/// The first term that cannot be understood, with its offset.
pub fn parse_filter(text: &str, time: FilterTime) -> Result<Filter, FilterError> {
    let mut reader = Reader {
        text,
        at: 0,
        conditions: 0,
        notes: Vec::new(),
    };
    if let Some(at) = text.find('\0') {
        return Err(reader.error(at, &filters::NUL));
    }
    let mut terms = Vec::new();
    while let Some(term) = reader.term(time)? {
        terms.push(term);
    }
    Ok(Filter {
        terms,
        notes: reader.notes,
    })
}

/// A part of a term and where it stands.
struct Word {
    text: String,
    at: usize,
    quoted: bool,
}

impl Word {
    fn wanted(&self) -> Wanted {
        Wanted {
            text: self.text.clone(),
            whole: self.quoted,
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    conditions: usize,
    notes: Vec<Message>,
}

/// The sign between a key and its value.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Colon,
    Equals,
    Tilde,
    Compare(Comparison),
}

/// A key and its sign.
struct Head<'a> {
    key: &'a str,
    at: usize,
    sign: Sign,
}

impl<'a> Reader<'a> {
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
        self.count(start)?;
        let condition = if self.peek() == Some('"') {
            Condition::Text(self.quoted()?.text)
        } else {
            let at = self.at;
            let key = self.key()?;
            match self.sign(key) {
                Some(sign) => self.condition(&Head { key, at, sign }, time)?,
                None => {
                    let text = format!("{key}{}", self.bare(false).text);
                    self.note(&text);
                    Condition::Text(text)
                }
            }
        };
        Ok(Some(Term { negated, condition }))
    }

    /// Counts one condition more, of a term that begins here.
    fn count(&mut self, at: usize) -> Result<(), FilterError> {
        self.conditions += 1;
        if self.conditions > MOST_CONDITIONS {
            return Err(self.error(at, filters::TOO_MANY.arg(MOST_CONDITIONS as u64)));
        }
        Ok(())
    }

    /// A word that other search languages take for an operator.
    fn note(&mut self, word: &str) {
        let words = match word {
            "OR" | "or" | "Or" | "ИЛИ" | "|" | "||" => &filter_notes::OR,
            "NOT" | "not" | "Not" | "НЕ" | "!" => &filter_notes::NOT,
            "AND" | "and" | "And" | "И" | "&" | "&&" => &filter_notes::AND,
            _ => return,
        };
        let note = Message::from(words).arg(word);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The characters before a sign, a space or a quote; a variable's path may have quotes in it.
    fn key(&mut self) -> Result<&'a str, FilterError> {
        let text = self.text;
        let start = self.at;
        while let Some(c) = self.peek() {
            let in_path = is_variable(&text[start..self.at]);
            match c {
                '"' if in_path => {
                    self.quoted()?;
                }
                '"' | ':' | '=' | '<' | '>' => break,
                '~' if in_path => break,
                c if c.is_whitespace() => break,
                c => self.bump(c),
            }
        }
        Ok(&text[start..self.at])
    }

    fn sign(&mut self, key: &str) -> Option<Sign> {
        let rest = &self.text.as_bytes()[self.at..];
        let (sign, length) = match rest {
            [b'<', b'=', ..] => (Sign::Compare(Comparison::AtMost), 2),
            [b'>', b'=', ..] => (Sign::Compare(Comparison::AtLeast), 2),
            [b'<', ..] => (Sign::Compare(Comparison::Less), 1),
            [b'>', ..] => (Sign::Compare(Comparison::Greater), 1),
            [b':', ..] => (Sign::Colon, 1),
            [b'=', ..] => (Sign::Equals, 1),
            [b'~', ..] if is_variable(key) => (Sign::Tilde, 1),
            _ => return None,
        };
        self.at += length;
        Some(sign)
    }

    /// Everything up to a space, or to a comma where values stand side by side.
    fn bare(&mut self, in_list: bool) -> Word {
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

    fn value(&mut self, in_list: bool) -> Result<Word, FilterError> {
        match self.peek() {
            Some('"') => self.quoted(),
            _ => Ok(self.bare(in_list)),
        }
    }

    /// The values with commas between them, at least one; empty ones are left out.
    fn values(&mut self) -> Result<Vec<Word>, FilterError> {
        let mut values = vec![self.value(true)?];
        while self.peek() == Some(',') {
            self.at += 1;
            let value = self.value(true)?;
            if value.quoted || !value.text.is_empty() {
                self.count(value.at)?;
                values.push(value);
            }
        }
        if values.len() > 1 && values[0].text.is_empty() && !values[0].quoted {
            values.remove(0);
        }
        Ok(values)
    }

    fn error(&self, at: usize, message: impl Into<Message>) -> FilterError {
        FilterError {
            message: message.into(),
            offset: at,
            column: self.text[..at].chars().count() + 1,
        }
    }

    fn condition(&mut self, head: &Head<'_>, time: FilterTime) -> Result<Condition, FilterError> {
        let &Head { key, at, sign } = head;
        let lower = key.to_ascii_lowercase();
        let area = lower.split_once('.').and_then(|(area, _)| find(area));
        let unknown = |reader: &Self| reader.error(at, filters::KEY_UNKNOWN.arg(key).arg(list()));
        match area {
            Some(area) if matches!(area.form, Form::Variable) => return self.variable(area, head),
            Some(area) if matches!(area.form, Form::Header) => return self.header(area, head),
            _ => {}
        }
        let found = find(&lower).ok_or_else(|| unknown(self))?;
        match (&found.form, sign) {
            (Form::Variable | Form::Header, _) => Err(unknown(self)),
            (Form::Quantity(read), Sign::Compare(comparison)) => {
                let value = self.value(false)?;
                read(comparison, &value.text).ok_or_else(|| self.unfit(found, &value))
            }
            (Form::Moment, Sign::Compare(comparison)) => {
                let value = self.value(false)?;
                let moment = Moment::read(&value.text, time);
                moment
                    .map(|moment| moment.compared(comparison))
                    .ok_or_else(|| self.unfit(found, &value))
            }
            (_, Sign::Compare(comparison)) => {
                let message = filters::KEY_COMPARED
                    .arg(found.name)
                    .arg(comparison.as_str());
                Err(self.error(at + key.len(), message.arg(found.example)))
            }
            (Form::Quantity(_), _) if self.peek().is_some_and(|c| !c.is_whitespace()) => {
                let message = filters::COMPARISON_MISSING.arg(key).arg(found.example);
                Err(self.error(at + key.len(), message))
            }
            (form, _) => {
                let values = match form {
                    Form::Prose(_) => vec![self.value(false)?],
                    _ => self.values()?,
                };
                let mut conditions = Vec::new();
                for value in &values {
                    if value.text.is_empty() && !value.quoted {
                        let message = filters::VALUE_MISSING.arg(key).arg(found.example);
                        return Err(self.error(value.at, message));
                    }
                    conditions.push(self.one(found, value, time)?);
                }
                Ok(match conditions.len() {
                    1 => conditions.remove(0),
                    _ => Condition::Any(conditions),
                })
            }
        }
    }

    /// The condition of one value after a colon.
    fn one(&self, key: &Key, value: &Word, time: FilterTime) -> Result<Condition, FilterError> {
        match &key.form {
            Form::Prose(make) => Ok(make(&value.text)),
            Form::Text(make) => Ok(make(value.wanted())),
            Form::Value(known) => (known.read)(&value.text).ok_or_else(|| {
                let message = filters::VALUE_UNKNOWN.arg(value.text.as_str());
                self.error(value.at, message.arg(key.name).arg(known.takes()))
            }),
            Form::Moment => Moment::read(&value.text, time)
                .map(Moment::span)
                .ok_or_else(|| self.unfit(key, value)),
            Form::Quantity(_) | Form::Variable | Form::Header => Err(self.unfit(key, value)),
        }
    }

    fn unfit(&self, key: &Key, value: &Word) -> FilterError {
        let message = filters::QUANTITY_UNKNOWN
            .arg(value.text.as_str())
            .arg(key.name);
        self.error(value.at, message.arg(key.example))
    }

    fn variable(&mut self, area: &Key, head: &Head<'_>) -> Result<Condition, FilterError> {
        let name = self.name(area, head)?;
        let path = name.parse().map_err(|_| {
            let message = filters::PATH_UNKNOWN.arg(name).arg(area.example);
            self.error(head.at, message)
        })?;
        let value = self.value(false)?;
        let test = match head.sign {
            Sign::Colon | Sign::Equals => VariableTest::Equals(value.text),
            Sign::Tilde => VariableTest::Contains(value.text),
            Sign::Compare(comparison) => VariableTest::new(comparison.as_str(), &value.text)
                .ok_or_else(|| {
                    let message = filters::NO_NUMBER.arg(value.text.as_str());
                    self.error(value.at, message.arg("var.total>100"))
                })?,
        };
        Ok(Condition::Variable { path, test })
    }

    fn header(&mut self, area: &Key, head: &Head<'_>) -> Result<Condition, FilterError> {
        let name = self.name(area, head)?;
        if matches!(head.sign, Sign::Compare(_)) {
            let message = filters::NAMED_COMPARED.arg(area.name).arg(name);
            return Err(self.error(head.at + head.key.len(), message.arg(area.example)));
        }
        let mut conditions: Vec<Condition> = self
            .values()?
            .iter()
            .map(|value| Condition::Header {
                name: name.to_owned(),
                value: value.wanted(),
            })
            .collect();
        Ok(match conditions.len() {
            1 => conditions.remove(0),
            _ => Condition::Any(conditions),
        })
    }

    /// The name after a key that has one.
    fn name<'k>(&self, area: &Key, head: &Head<'k>) -> Result<&'k str, FilterError> {
        let name = &head.key[area.name.len() + 1..];
        if name.is_empty() {
            let message = filters::NAME_MISSING.arg(area.name).arg(area.example);
            return Err(self.error(head.at, message));
        }
        Ok(name)
    }
}

/// Whether a key is the beginning of a variable's path.
fn is_variable(key: &str) -> bool {
    key.get(..4)
        .is_some_and(|area| area.eq_ignore_ascii_case("var."))
}
