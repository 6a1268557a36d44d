//! A sentence with its values, not yet in a language.

use std::borrow::Cow;
use std::fmt;

use crate::{Lang, Words};

/// A value for a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// A text from a message or from outside, shown as it is.
    Text(String),
    /// A number.
    Number(u64),
    /// A part that has words of its own.
    Message(Box<Message>),
    /// A part that was said before: in English, and in Russian.
    Said(Box<[String; 2]>),
}

impl Arg {
    /// The value in a language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Message(message) => Cow::Owned(message.text(lang)),
            Self::Said(said) => Cow::Borrowed(&said[usize::from(lang == Lang::Ru)]),
        }
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<Message> for Arg {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

impl From<&'static Words> for Arg {
    fn from(words: &'static Words) -> Self {
        Message::from(words).into()
    }
}

/// An entry of a table with the values for its placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    words: &'static Words,
    args: Vec<Arg>,
}

impl Message {
    /// Adds the value of the next placeholder.
    #[must_use]
    pub fn arg(mut self, value: impl Into<Arg>) -> Self {
        self.args.push(value.into());
        self
    }

    /// The entry's code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.words.code
    }

    /// The sentence in a language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        fill(self.words.template(lang), &self.args, lang)
    }
}

impl From<&'static Words> for Message {
    fn from(words: &'static Words) -> Self {
        Self {
            words,
            args: Vec::new(),
        }
    }
}

/// The English sentence, for logs and for `std::error::Error`.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

/// What an error or a state says to a person.
pub trait Say {
    /// What happened and the next step.
    fn message(&self) -> Message;
}

/// Puts the values into `{0}`, `{1}` …; braces around anything else stand for themselves.
pub(crate) fn fill(template: &str, args: &[Arg], lang: Lang) -> String {
    let mut text = String::with_capacity(template.len() + 16);
    let mut remaining = template;
    while let Some(open) = remaining.find('{') {
        let (before, from_open) = remaining.split_at(open);
        text.push_str(before);
        let placeholder = from_open.find('}').and_then(|close| {
            let index: usize = from_open[1..close].parse().ok()?;
            Some((index, close + 1))
        });
        let (index, length) = placeholder.unwrap_or((usize::MAX, 1));
        match args.get(index) {
            Some(arg) => text.push_str(&arg.text(lang)),
            None if placeholder.is_none() => text.push('{'),
            None => {}
        }
        remaining = &from_open[length..];
    }
    text.push_str(remaining);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::messages! {
        /// Sentences of these tests.
        mod words;

        /// A value and a part with words.
        NAMED = "named", "The {0} is {1}.", "Это {0}: {1}.";
        /// The part.
        PART = "part", "value", "значение";
        /// Braces that are no placeholder.
        BRACES = "braces", "Write {} or {\"a\": {0}}.", "Напишите {} или {\"a\": {0}}.";
    }

    #[test]
    fn values_and_parts_are_put_in_by_language() {
        let message = words::NAMED.arg(&words::PART).arg(7);
        assert_eq!(message.text(Lang::En), "The value is 7.");
        assert_eq!(message.text(Lang::Ru), "Это значение: 7.");
        assert_eq!(message.to_string(), "The value is 7.");
        assert_eq!(message.code(), "named");
    }

    #[test]
    fn other_braces_stand_for_themselves() {
        let message = words::BRACES.arg("1");
        assert_eq!(message.text(Lang::En), "Write {} or {\"a\": 1}.");
    }

    #[test]
    fn a_value_is_not_read_as_a_template() {
        let message = words::NAMED.arg("{1}").arg("x");
        assert_eq!(message.text(Lang::En), "The {1} is x.");
    }

    #[test]
    fn a_missing_value_leaves_nothing() {
        assert_eq!(words::NAMED.arg("a").text(Lang::En), "The a is .");
    }
}
