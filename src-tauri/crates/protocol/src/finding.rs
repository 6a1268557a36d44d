//! Findings: something worth knowing about a request or an answer.
//!
//! A finding is a code of the registry, the place it is about and the values for its words.
//! The words, in both languages, are in `registry.rs`; a finding is made of data only, so that
//! the same one can be shown in either language.

mod registry;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use registry::Code;

use crate::{FindingCounts, Lang, OwnFinding};

/// How much a finding matters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something does not work.
    Error,
    /// Something is likely not meant.
    Warning,
    /// Worth knowing.
    Info,
}

/// Which of the two messages a finding is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// What the bot sent.
    Request,
    /// What goes back to it.
    Response,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// The offset in bytes, from 0.
    pub offset: u64,
}

impl Place {
    /// The place of a byte offset in a text. An offset inside a character means its beginning.
    #[must_use]
    pub fn in_text(text: &str, offset: usize) -> Self {
        let end = text.floor_char_boundary(offset);
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.bytes().filter(|byte| *byte == b'\n').count() as u64 + 1,
            column: before[line_start..].chars().count() as u64 + 1,
            offset: end as u64,
        }
    }
}

/// Words of this crate's own, in both languages.
#[derive(Debug, PartialEq, Eq)]
pub struct Phrase {
    /// In English.
    pub en: &'static str,
    /// In Russian.
    pub ru: &'static str,
}

/// A value for a place in a finding's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// A text from the message or from outside, shown as it is.
    Text(String),
    /// A number.
    Number(u64),
    /// Words that have a translation.
    Phrase(&'static Phrase),
}

impl Arg {
    fn words(&self, lang: Lang) -> Cow<'_, str> {
        match (self, lang) {
            (Self::Text(text), _) => Cow::Borrowed(text),
            (Self::Number(number), _) => Cow::Owned(number.to_string()),
            (Self::Phrase(phrase), Lang::En) => Cow::Borrowed(phrase.en),
            (Self::Phrase(phrase), Lang::Ru) => Cow::Borrowed(phrase.ru),
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

impl From<&'static Phrase> for Arg {
    fn from(phrase: &'static Phrase) -> Self {
        Self::Phrase(phrase)
    }
}

/// Something worth knowing about a request or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// How much it matters; the registry's value unless the place makes a difference.
    pub severity: Severity,
    /// Which message it is about.
    pub side: Side,
    /// A JSON pointer into the body; empty for the whole. In a body nested deeper than
    /// 256 levels it names the nearest ancestor within them.
    pub pointer: String,
    /// The values for the words' places.
    pub args: Vec<Arg>,
    /// The place in the decoded text, or in the bytes where there is no text.
    pub place: Option<Place>,
}

impl Finding {
    /// A finding about a whole message.
    #[must_use]
    pub fn new(code: Code, side: Side) -> Self {
        let severity = code.severity();
        Self {
            code,
            severity,
            side,
            pointer: String::new(),
            args: Vec::new(),
            place: None,
        }
    }

    /// Adds a value for the next place in the words.
    #[must_use]
    pub fn arg(mut self, value: impl Into<Arg>) -> Self {
        self.args.push(value.into());
        self
    }

    /// Says which part of the body it is about.
    #[must_use]
    pub fn at_pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }

    /// Says which place in the text it is about.
    #[must_use]
    pub fn at_place(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Takes another severity than the registry's.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Moves it to the other message.
    #[must_use]
    pub fn of(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// The words for a person: what it is and what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        fill(self.code.words(lang), &self.args, lang)
    }
}

impl From<&OwnFinding> for Finding {
    /// A finding that the app made while serving. A code that this version does not know
    /// becomes [`Code::Other`] with the code and its values as words.
    fn from(own: &OwnFinding) -> Self {
        let Ok(code) = own.code.parse::<Code>() else {
            let words = std::iter::once(&own.code).chain(&own.args);
            let words = words.map(String::as_str).collect::<Vec<_>>().join(" ");
            return Self::new(Code::Other, Side::Request).arg(words);
        };
        let mut finding = Self::new(code, code.own_side());
        finding.args = own.args.iter().cloned().map(Arg::Text).collect();
        finding
    }
}

impl OwnFinding {
    /// A finding to keep with an exchange.
    #[must_use]
    pub fn new(code: Code, args: impl IntoIterator<Item = String>) -> Self {
        Self {
            code: code.as_str().to_owned(),
            args: args.into_iter().collect(),
        }
    }
}

/// Puts the values into `{0}`, `{1}` …; other braces stand for themselves.
fn fill(words: &str, args: &[Arg], lang: Lang) -> String {
    let mut out = String::with_capacity(words.len() + 16);
    let mut rest = words;
    while let Some(open) = rest.find('{') {
        let (before, from_open) = rest.split_at(open);
        out.push_str(before);
        let place = from_open.find('}').and_then(|close| {
            let index: usize = from_open[1..close].parse().ok()?;
            Some((index, close + 1))
        });
        let (index, length) = place.unwrap_or((usize::MAX, 1));
        match args.get(index) {
            Some(arg) => out.push_str(&arg.words(lang)),
            None if place.is_none() => out.push('{'),
            None => {}
        }
        rest = &from_open[length..];
    }
    out.push_str(rest);
    out
}

/// A finding as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingView {
    /// The code, for programs.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// Which message it is about.
    #[serde(rename = "where")]
    pub side: Side,
    /// A JSON pointer into the body; empty for the whole.
    pub pointer: String,
    /// The words for a person.
    pub message: String,
    /// The line, from 1, where it is about a place in a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column in characters, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// The offset in bytes, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

impl FindingView {
    /// The finding in a language.
    #[must_use]
    pub fn new(finding: &Finding, lang: Lang) -> Self {
        Self {
            code: finding.code,
            severity: finding.severity,
            side: finding.side,
            pointer: finding.pointer.clone(),
            message: finding.message(lang),
            line: finding.place.map(|place| place.line),
            column: finding.place.map(|place| place.column),
            offset: finding.place.map(|place| place.offset),
        }
    }
}

/// How many findings there are, by severity.
#[must_use]
pub fn count<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> FindingCounts {
    let mut counts = FindingCounts::default();
    for finding in findings {
        match finding.severity {
            Severity::Error => counts.error += 1,
            Severity::Warning => counts.warning += 1,
            Severity::Info => counts.info += 1,
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_take_their_values_in_both_languages() {
        let finding = Finding::new(Code::ResponseStatus, Side::Response).arg(500);
        for lang in [Lang::En, Lang::Ru] {
            assert!(
                finding.message(lang).contains("500"),
                "{}",
                finding.message(lang)
            );
        }
        assert_ne!(finding.message(Lang::En), finding.message(Lang::Ru));
    }

    #[test]
    fn every_code_has_whole_sentences_in_both_languages_with_the_same_values() {
        for code in Code::ALL {
            let places = |words: &str| {
                (0..9)
                    .filter(|n| words.contains(&format!("{{{n}}}")))
                    .count()
            };
            let (en, ru) = (code.words(Lang::En), code.words(Lang::Ru));
            assert_eq!(places(en), places(ru), "{code}");
            assert!(
                en.is_ascii() || !en.chars().any(|c| ('а'..='я').contains(&c)),
                "{code}"
            );
            assert!(ru.chars().any(|c| ('а'..='я').contains(&c)), "{code}");
            for words in [en, ru] {
                assert!(words.ends_with(['.', '}']), "{code}: {words}");
            }
        }
    }

    #[test]
    fn a_finding_of_a_newer_version_is_still_shown() {
        let own = OwnFinding {
            code: "from_the_future".into(),
            args: vec!["7".into()],
        };
        let finding = Finding::from(&own);
        assert_eq!(finding.code, Code::Other);
        assert!(finding.message(Lang::En).contains("from_the_future 7"));
    }

    #[test]
    fn an_own_finding_keeps_its_values() {
        let own = OwnFinding::new(Code::BodyTooLarge, ["16777216".to_owned()]);
        let view = FindingView::new(&Finding::from(&own), Lang::Ru);
        assert_eq!(view.code.as_str(), "body_too_large");
        assert!(view.message.contains("16777216"));
        let json = serde_json::to_value(&view).unwrap();
        assert_eq!(json["where"], "request");
        assert!(json.get("line").is_none());
    }

    #[test]
    fn a_place_counts_characters_in_a_line() {
        let text = "{\n \"имя\": x}";
        let offset = text.find('x').unwrap();
        assert_eq!(
            Place::in_text(text, offset),
            Place {
                line: 2,
                column: 9,
                offset: 13
            }
        );
        assert_eq!(Place::in_text(text, 999).line, 2);
        assert_eq!(
            Place::in_text("", 0),
            Place {
                line: 1,
                column: 1,
                offset: 0
            }
        );
    }
}
