//! From the filter's text to its terms.
//!
//! A term is a word, a quoted text, or `key:value`, `key>value` with an optional `-` before it.
//! Quotes may stand round the value or round the whole term; inside them `\"` and `\\` are
//! escapes. A quoted whole term is always free text. Commas between values mean "or".

use super::keys::{Form, Key, find, list};
use super::reader::{Head, Reader, Sign, Word, area};
use super::time::{Day, Moment};
use super::{Condition, Filter, FilterError, FilterTime, Term};
use crate::words::filters;

/// Understands a filter's text.
///
/// # Errors
/// The first term that cannot be understood, with its offset.
pub fn parse_filter(text: &str, time: &FilterTime) -> Result<Filter, FilterError> {
    let mut reader = Reader::new(text);
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

impl Reader<'_> {
    fn term(&mut self, time: &FilterTime) -> Result<Option<Term>, FilterError> {
        self.skip_spaces();
        let start = self.at;
        let negated = self.minus();
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
                None if area(key).is_some() => return Err(self.sign_missing(key, at)),
                None => {
                    let text = format!("{key}{}", self.bare(false).text);
                    self.note_operator(&text);
                    Condition::Text(text)
                }
            }
        };
        Ok(Some(Term { negated, condition }))
    }

    fn condition(&mut self, head: &Head<'_>, time: &FilterTime) -> Result<Condition, FilterError> {
        let &Head { key, at, sign } = head;
        if let Some(area) = area(key) {
            return self.named(area, head);
        }
        let unknown = |reader: &Self| reader.error(at, filters::KEY_UNKNOWN.arg(key).arg(list()));
        let found = find(&key.to_ascii_lowercase()).ok_or_else(|| unknown(self))?;
        match (&found.form, sign) {
            (Form::Variable | Form::Header, _) => Err(unknown(self)),
            (_, Sign::Unknown(sign)) => Err(self.operator_unknown(found, head, sign)),
            (_, Sign::Tilde) => Err(self.operator_unknown(found, head, "~")),
            (Form::Quantity(read), Sign::Compare(comparison)) => {
                let value = self.value(false)?;
                read(comparison, &value.text).ok_or_else(|| self.unfit(found, &value))
            }
            (Form::Moment, Sign::Compare(comparison)) => {
                let value = self.value(false)?;
                let moment = Moment::read(&value.text, time, Day::of(comparison));
                moment
                    .map(|moment| moment.compared(comparison))
                    .ok_or_else(|| self.unfit(found, &value))
            }
            (_, Sign::Compare(comparison)) => {
                let message = filters::KEY_COMPARED
                    .arg(found.name)
                    .arg(comparison.as_str());
                Err(self.error(head.sign_at(), message.arg(found.example)))
            }
            (Form::Quantity(_), _) if self.peek().is_some_and(|c| !c.is_whitespace()) => {
                let message = filters::COMPARISON_MISSING.arg(key).arg(found.example);
                Err(self.error(head.sign_at(), message))
            }
            (form, _) => {
                let values = match form {
                    Form::Prose(_) => vec![self.value(false)?],
                    _ => self.values()?,
                };
                let mut conditions = Vec::new();
                for value in &values {
                    if value.is_missing() {
                        return Err(self.value_missing(head, value.at, found.example));
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
    fn one(&self, key: &Key, value: &Word, time: &FilterTime) -> Result<Condition, FilterError> {
        match &key.form {
            Form::Prose(make) => Ok(make(&value.text)),
            Form::Text(make) => Ok(make(value.wanted())),
            Form::Value(known) => (known.read)(&value.text).ok_or_else(|| {
                let message = filters::VALUE_UNKNOWN.arg(value.text.as_str());
                self.error(value.at, message.arg(key.name).arg(known.takes()))
            }),
            Form::Moment => Moment::read(&value.text, time, Day::Last)
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

    /// A value is missing after a key and its sign.
    pub(super) fn value_missing(&self, head: &Head<'_>, at: usize, example: &str) -> FilterError {
        let message = filters::VALUE_MISSING.arg(&self.text[head.at..at]);
        self.error(at, message.arg(example))
    }

    /// A sign that no key has, or not this one.
    pub(super) fn operator_unknown(&self, key: &Key, head: &Head<'_>, sign: &str) -> FilterError {
        let message = filters::OPERATOR_UNKNOWN.arg(sign).arg(head.key);
        let message = message.arg(key.form.operators()).arg(key.example);
        self.error(head.sign_at(), message)
    }
}
