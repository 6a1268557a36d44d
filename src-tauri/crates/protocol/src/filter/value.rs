//! What the value of a variable has to be.

use std::cmp::Ordering;

use json_text::{compare_numbers, same_value, unescape_lossy};

use super::Comparison;

/// What follows `var.PATH`.
#[derive(Clone, Debug, PartialEq)]
pub enum VariableTest {
    /// `=` this JSON value, or a string of this text.
    Equals(String),
    /// `=` and quotes: a string of this text, and no number that is written so.
    Text(String),
    /// `~` a part of the string, or of how the value is written.
    Contains(String),
    /// A comparison with a number. A string that is written as one counts too: bots often send
    /// numbers so.
    Compare(Comparison, String),
}

impl VariableTest {
    /// Whether the value that this JSON text is passes.
    #[must_use]
    pub fn fits(&self, json: &str) -> bool {
        let text = match json.starts_with('"') {
            true => unescape_lossy(json),
            false => json.into(),
        };
        match self {
            Self::Equals(wanted) => {
                text.to_lowercase() == wanted.to_lowercase() || same_value(json, wanted)
            }
            Self::Text(wanted) => {
                json.starts_with('"') && text.to_lowercase() == wanted.to_lowercase()
            }
            Self::Contains(part) => text.to_lowercase().contains(&part.to_lowercase()),
            Self::Compare(comparison, number) => {
                compare_numbers(text.trim(), number).is_some_and(|order| match comparison {
                    Comparison::Less => order == Ordering::Less,
                    Comparison::AtMost => order != Ordering::Greater,
                    Comparison::Greater => order == Ordering::Greater,
                    Comparison::AtLeast => order != Ordering::Less,
                })
            }
        }
    }

    /// The sign, as a filter spells it, with the quote that may follow it.
    #[must_use]
    pub const fn sign(&self) -> &'static str {
        match self {
            Self::Equals(_) => "=",
            Self::Text(_) => "=\"",
            Self::Contains(_) => "~",
            Self::Compare(comparison, _) => comparison.as_str(),
        }
    }

    /// The text that the value is compared with.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Equals(text)
            | Self::Text(text)
            | Self::Contains(text)
            | Self::Compare(_, text) => text,
        }
    }

    /// The test of a sign and a text; `None` for a sign that there is not, or a comparison with
    /// something that is no number.
    #[must_use]
    pub fn new(sign: &str, text: &str) -> Option<Self> {
        let comparison = match sign {
            "=" => return Some(Self::Equals(text.to_owned())),
            "=\"" => return Some(Self::Text(text.to_owned())),
            "~" => return Some(Self::Contains(text.to_owned())),
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            ">" => Comparison::Greater,
            ">=" => Comparison::AtLeast,
            _ => return None,
        };
        compare_numbers(text, text).map(|_| Self::Compare(comparison, text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(sign: &str, text: &str, json: &str) -> bool {
        VariableTest::new(sign, text).unwrap().fits(json)
    }

    #[test]
    fn equality_is_of_json_values_and_of_texts_without_case() {
        for (text, json) in [
            ("1098", "1098.0"),
            ("1098.00", "1098"),
            ("1e3", "1000"),
            ("1098", "\"1098\""),
            ("КАЗАНЬ", "\"Казань\""),
            ("казань", "\"\\u041a\\u0430\\u0437\\u0430\\u043d\\u044c\""),
            ("True", "true"),
            ("null", "null"),
            ("{\"b\":2,\"a\":1.0}", "{\"a\":1,\"b\":2}"),
        ] {
            assert!(fits("=", text, json), "{text} {json}");
        }
        for (text, json) in [
            ("9007199254740993", "9007199254740992"),
            ("109", "1098"),
            ("1098", "\"1098.0\""),
            ("казан", "\"Казань\""),
        ] {
            assert!(!fits("=", text, json), "{text} {json}");
        }
    }

    #[test]
    fn comparisons_are_of_numbers_and_parts_of_texts() {
        assert!(fits(">", "100", "100.5"));
        assert!(fits(">", "9007199254740992", "9007199254740993"));
        assert!(fits(">", "100", "\"200\""), "a number in quotes");
        assert!(!fits(">", "100", "100"));
        assert!(fits(">=", "100", "1e2"));
        assert!(fits("<", "0", "-0.5"));
        assert!(!fits("<", "5", "\"abc\""));
        assert!(!fits("<", "5", "null"));
        assert!(fits("~", "ЗАН", "\"Казань\""));
        assert!(fits("~", "98", "1098"));
        assert_eq!(VariableTest::new(">", "abc"), None);
    }
}
