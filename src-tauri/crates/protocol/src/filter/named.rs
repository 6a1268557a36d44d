//! The terms whose key has a name of its own after a dot: `var.PATH=` and `header.NAME:`.

use json_text::survey;

use super::keys::{Form, Key};
use super::reader::{Head, Reader, Sign, Word, area};
use super::value::VariableTest;
use super::variable_path::VariablePath;
use super::{Condition, FilterError};
use crate::words::{filter_notes, filters};

impl Reader<'_> {
    pub(super) fn named(&mut self, area: &Key, head: &Head<'_>) -> Result<Condition, FilterError> {
        let name = self.name(area, head.key, head.at)?;
        match area.form {
            Form::Variable => self.variable(area, head, name),
            _ => self.header(area, head, name),
        }
    }

    /// A key with a name and no sign after it: it would be looked for as a text, which is hardly
    /// ever meant.
    pub(super) fn sign_missing(&self, key: &str, at: usize) -> FilterError {
        let Some(area) = area(key) else {
            return self.error(at, filters::KEY_UNKNOWN.arg(key));
        };
        let message = || {
            let message = filters::SIGN_MISSING.arg(key).arg(area.form.operators());
            self.error(self.at, message.arg(area.example))
        };
        let read = self.name(area, key, at).and_then(|name| match area.form {
            Form::Variable => self.path(area, name, at).map(|_| ()),
            _ => Ok(()),
        });
        read.err().unwrap_or_else(message)
    }

    fn variable(
        &mut self,
        area: &Key,
        head: &Head<'_>,
        name: &str,
    ) -> Result<Condition, FilterError> {
        let path = self.path(area, name, head.at)?;
        if let Sign::Unknown(sign) = head.sign {
            return Err(self.operator_unknown(area, head, sign));
        }
        let value = self.variable_value()?;
        if value.is_missing() {
            return Err(self.value_missing(head, value.at, "var.city=Казань, var.city=\"\""));
        }
        let test = match head.sign {
            Sign::Tilde => VariableTest::Contains(value.text),
            Sign::Compare(comparison) => VariableTest::new(comparison.as_str(), &value.text)
                .ok_or_else(|| {
                    let message = filters::NO_NUMBER.arg(value.text.as_str());
                    self.error(value.at, message.arg("var.total>100"))
                })?,
            _ if value.quoted => VariableTest::Text(value.text),
            _ => {
                self.note_value(&value.text);
                VariableTest::Equals(value.text)
            }
        };
        Ok(Condition::Variable { path, test })
    }

    /// An object or an array is read to its end, spaces included.
    fn variable_value(&mut self) -> Result<Word, FilterError> {
        let rest = &self.text[self.at..];
        if let Some(length) = json_length(rest) {
            let at = self.at;
            self.at += length;
            return Ok(Word {
                text: rest[..length].to_owned(),
                at,
                quoted: false,
            });
        }
        self.value(false)
    }

    /// What a value is not, though it looks so.
    fn note_value(&mut self, value: &str) {
        let like_json = value.starts_with(['{', '[']);
        if like_json && survey(value).is_err() {
            self.note(filter_notes::NO_JSON.arg(value));
        } else if !like_json && value.contains(',') {
            self.note(filter_notes::COMMA.arg(value));
        }
    }

    fn path(&self, area: &Key, name: &str, at: usize) -> Result<VariablePath, FilterError> {
        name.parse().map_err(|_| {
            let message = filters::PATH_UNKNOWN.arg(name).arg(area.example);
            self.error(at, message)
        })
    }

    fn header(
        &mut self,
        area: &Key,
        head: &Head<'_>,
        name: &str,
    ) -> Result<Condition, FilterError> {
        match head.sign {
            Sign::Colon | Sign::Equals => {}
            Sign::Compare(_) => {
                let message = filters::NAMED_COMPARED.arg(area.name).arg(name);
                return Err(self.error(head.sign_at(), message.arg(area.example)));
            }
            Sign::Tilde => return Err(self.operator_unknown(area, head, "~")),
            Sign::Unknown(sign) => return Err(self.operator_unknown(area, head, sign)),
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
    fn name<'k>(&self, area: &Key, key: &'k str, at: usize) -> Result<&'k str, FilterError> {
        let name = &key[area.name.len() + 1..];
        if name.is_empty() {
            let message = filters::NAME_MISSING.arg(area.name).arg(area.example);
            return Err(self.error(at, message));
        }
        Ok(name)
    }
}

/// How long the object or array is that a text begins with, when a space or nothing follows it.
fn json_length(text: &str) -> Option<usize> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, sign) in text.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let end = at + 1;
            let ends = text[end..].chars().next().is_none_or(char::is_whitespace);
            return (ends && survey(&text[..end]).is_ok()).then_some(end);
        }
    }
    None
}
