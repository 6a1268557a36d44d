//! Findings: something worth knowing about a request or an answer.
//!
//! A finding is a code of the registry, the part it is about and the values for its words.
//! The words, in both languages, are in `registry.rs`; a finding is made of data only, so that
//! the same one can be shown in either language.

mod annotations;
mod registry;

use std::ops::AddAssign;

use json_text::{JsonError, Position};
use messages::{Arg, Lang, Message, Say};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::names::Side;
pub use registry::Code;

pub(crate) use annotations::add_annotations;

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

/// Something worth knowing about a request or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// How much it matters; the registry's value unless the check that made it decides otherwise.
    pub severity: Severity,
    /// Which message it is about.
    pub side: Side,
    /// A JSON pointer into the body; empty for the whole. In a body nested deeper than
    /// 256 levels it names the nearest ancestor within them.
    pub pointer: String,
    /// The position in the decoded text, or in the bytes where there is no text.
    pub position: Option<Position>,
    message: Message,
}

impl Finding {
    /// A finding about a whole message.
    #[must_use]
    pub fn new(code: Code, side: Side) -> Self {
        Self {
            code,
            severity: code.severity(),
            side,
            pointer: String::new(),
            position: None,
            message: code.words().into(),
        }
    }

    /// Adds a value for the next placeholder in the words.
    #[must_use]
    pub fn arg(mut self, value: impl Into<Arg>) -> Self {
        self.message = self.message.arg(value);
        self
    }

    /// Says which part of the body it is about.
    #[must_use]
    pub fn at_pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }

    /// Says which position in the text it is about.
    #[must_use]
    pub fn at_position(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// Takes another severity than the registry's.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// `json_syntax`, at its position.
    #[must_use]
    pub fn json_syntax(error: &JsonError, side: Side) -> Self {
        let finding = Self::new(Code::JsonSyntax, side).arg(error.problem);
        finding.at_position(error.position)
    }
}

/// What it is and what to do.
impl Say for Finding {
    fn message(&self) -> Message {
        self.message.clone()
    }
}

/// A finding made by the app itself while serving, stored with the exchange.
///
/// Findings that follow from the bytes alone are not stored: they are made again from the bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnFinding {
    /// A text, because another version of the app may have stored a code that this one lacks.
    code: String,
    args: Vec<OwnArg>,
    /// Where in a text: line and column from 1, bytes from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<[u64; 3]>,
}

/// A value of such a finding, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum OwnArg {
    Text(String),
    /// A sentence whose words whoever shows it does not have.
    Said {
        en: String,
        ru: String,
    },
}

impl OwnArg {
    fn english(&self) -> &str {
        match self {
            Self::Text(text) | Self::Said { en: text, .. } => text,
        }
    }
}

impl OwnFinding {
    /// A finding to store with an exchange.
    #[must_use]
    pub fn new(code: Code, args: impl IntoIterator<Item = String>) -> Self {
        Self {
            code: code.as_str().to_owned(),
            args: args.into_iter().map(OwnArg::Text).collect(),
            at: None,
        }
    }

    /// Adds a value.
    #[must_use]
    pub fn arg(mut self, value: String) -> Self {
        self.args.push(OwnArg::Text(value));
        self
    }

    /// Adds a sentence, which is stored in each language.
    #[must_use]
    pub fn said(mut self, message: &Message) -> Self {
        self.args.push(OwnArg::Said {
            en: message.text(Lang::En),
            ru: message.text(Lang::Ru),
        });
        self
    }

    /// Says which position in a text it is about.
    #[must_use]
    pub const fn at_position(mut self, position: Position) -> Self {
        let Position {
            line,
            column,
            offset,
        } = position;
        self.at = Some([line, column, offset]);
        self
    }

    /// Whether it has this code.
    #[must_use]
    pub fn is(&self, code: Code) -> bool {
        self.code == code.as_str()
    }
}

impl From<&OwnFinding> for Finding {
    /// A code that this version does not know becomes [`Code::Other`] with the code and its
    /// values as words.
    fn from(own: &OwnFinding) -> Self {
        let Ok(code) = own.code.parse::<Code>() else {
            let args = own.args.iter().map(OwnArg::english);
            let words = std::iter::once(own.code.as_str()).chain(args);
            let words = words.collect::<Vec<_>>().join(" ");
            return Self::new(Code::Other, Side::Request).arg(words);
        };
        let mut finding = Self::new(code, code.own_side());
        finding.position = own.at.map(|[line, column, offset]| Position {
            line,
            column,
            offset,
        });
        own.args.iter().fold(finding, |finding, arg| match arg {
            OwnArg::Text(text) if quotes_a_library(code) => finding.arg(messages::foreign(text)),
            OwnArg::Text(text) => finding.arg(text.as_str()),
            OwnArg::Said { en, ru } => finding.arg(Arg::Said(Box::new([en.clone(), ru.clone()]))),
        })
    }
}

/// Whether a value of this finding is what the system or a library said.
const fn quotes_a_library(code: Code) -> bool {
    matches!(
        code,
        Code::HttpSyntax
            | Code::UpstreamRefused
            | Code::UpstreamName
            | Code::UpstreamTls
            | Code::UpstreamClosed
            | Code::UpstreamGone
            | Code::UpstreamNotSent
            | Code::UpstreamNoRoom
            | Code::UpstreamHalf
            | Code::UpstreamNotHttp
    )
}

impl Side {
    /// What is said of an exchange of whose message only the beginning could be recorded.
    #[must_use]
    pub const fn not_saved(self) -> Code {
        match self {
            Self::Request => Code::BodyNotSaved,
            Self::Response => Code::AnswerNotSaved,
            Self::Upstream => Code::UpstreamNotSaved,
            Self::Late => Code::LateNotSaved,
            Self::Corrected => Code::CorrectedNotSaved,
        }
    }
}

/// How many findings an exchange has, by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingCounts {
    /// Something does not work.
    pub error: u32,
    /// Something is likely not meant.
    pub warning: u32,
    /// Worth knowing.
    pub info: u32,
}

impl AddAssign for FindingCounts {
    fn add_assign(&mut self, more: Self) {
        self.error += more.error;
        self.warning += more.warning;
        self.info += more.info;
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
    use messages::Lang;

    use super::*;

    #[test]
    fn the_words_take_their_values_in_both_languages() {
        let finding = Finding::new(Code::ResponseStatus, Side::Response).arg(500);
        let [en, ru] = [Lang::En, Lang::Ru].map(|lang| finding.message().text(lang));
        assert!(en.contains("500") && ru.contains("500"), "{en} {ru}");
        assert_ne!(en, ru);
    }

    #[test]
    fn every_code_has_whole_sentences_in_both_languages_with_the_same_values() {
        let table: Vec<&messages::Words> = Code::ALL.iter().map(|code| code.words()).collect();
        messages::assert_parity(&table);
        for words in table {
            for text in [words.en, words.ru] {
                assert!(text.ends_with(['.', '}']), "{}: {text}", words.code);
            }
        }
    }

    #[test]
    fn a_finding_of_a_newer_version_is_still_shown() {
        let own = OwnFinding {
            code: "from_the_future".into(),
            args: vec![OwnArg::Text("7".into())],
            at: None,
        };
        let finding = Finding::from(&own);
        assert_eq!(finding.code, Code::Other);
        assert!(
            finding
                .message()
                .text(Lang::En)
                .contains("from_the_future 7")
        );
    }

    #[test]
    fn what_a_library_said_is_in_the_readers_words() {
        for (code, arg) in [
            (Code::HttpSyntax, "invalid HTTP method parsed"),
            (Code::UpstreamRefused, "connection refused"),
            (
                Code::UpstreamHalf,
                "end of file before message length reached",
            ),
        ] {
            let values = ["h", arg, arg].map(str::to_owned);
            let said = Finding::from(&OwnFinding::new(code, values)).message();
            assert!(!said.text(Lang::Ru).contains(arg), "{said}");
        }
        let own = OwnFinding::new(Code::HttpSyntax, ["invalid HTTP method parsed".to_owned()]);
        let said = Finding::from(&own).message().text(Lang::Ru);
        assert_eq!(said, "Это неправильный HTTP-запрос: неверный метод.");
    }

    #[test]
    fn an_own_finding_keeps_its_values() {
        let own = OwnFinding::new(Code::BodyTooLarge, ["16777216".to_owned()]);
        let finding = Finding::from(&own);
        assert_eq!(finding.code.as_str(), "body_too_large");
        assert!(finding.message().text(Lang::Ru).contains("16777216"));
        assert_eq!(finding.side, Side::Request);
    }
}
