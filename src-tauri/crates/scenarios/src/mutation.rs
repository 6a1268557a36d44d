//! How much of an answer its expectation looks at: each variable is changed in turn, as if the
//! server had answered so.

use json_text::{Kind, Tree};
use protocol::platform::{Members, object_text};
use protocol::{Answer, Headers};

use crate::expect::Taken;

/// A change of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// It is removed.
    Removed,
    /// It becomes a value of another type.
    Type,
    /// It becomes another value of its type.
    Value,
}

impl Mutation {
    const ALL: [Self; 3] = [Self::Removed, Self::Type, Self::Value];

    /// Its name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Type => "type",
            Self::Value => "value",
        }
    }
}

/// What the expectation of a step notices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mutations {
    /// How many variables the answer has.
    pub total: usize,
    /// How many of them are noticed: all three changes are.
    pub noticed: usize,
    /// Changes that are not noticed, by the variable's name.
    pub survivors: Vec<(String, Mutation)>,
    /// Whether a 500 in place of the answer is noticed.
    pub replaced: bool,
}

/// Changes each variable of an answer in turn. `notices`: whether the expectation fails.
pub(crate) fn mutations(
    answer: &Answer,
    taken: &Taken,
    notices: impl Fn(&Answer) -> bool,
) -> Mutations {
    let replaced = Answer {
        status: 500,
        ..answer.clone()
    };
    let mut found = Mutations {
        replaced: notices(&replaced),
        ..Mutations::default()
    };
    let Some(sent) = &taken.sent else {
        return found;
    };
    for (name, value) in &taken.own {
        found.total += 1;
        let before = found.survivors.len();
        for mutation in Mutation::ALL {
            let mut changed = sent.clone();
            match mutation {
                Mutation::Removed => drop(changed.shift_remove(name)),
                Mutation::Type => drop(changed.insert(name.clone(), other_type(value))),
                Mutation::Value => drop(changed.insert(name.clone(), other_value(value))),
            }
            if !notices(&with_body(answer, &changed)) {
                found.survivors.push((name.clone(), mutation));
            }
        }
        found.noticed += usize::from(found.survivors.len() == before);
    }
    found
}

fn with_body(answer: &Answer, members: &Members) -> Answer {
    let headers: Headers = [("Content-Type", "application/json")].into_iter().collect();
    Answer {
        status: answer.status,
        headers,
        body: object_text(members).into(),
    }
}

fn kind(json: &str) -> Kind {
    Tree::new(json).map_or(Kind::Null, |tree| tree.kind(Tree::<&str>::ROOT))
}

fn other_type(json: &str) -> String {
    match kind(json) {
        Kind::String => "1".to_owned(),
        Kind::Array => "{}".to_owned(),
        Kind::Object => "[]".to_owned(),
        // As a text that reads alike: the mistake that is made most.
        Kind::Number | Kind::Bool | Kind::Null => format!("\"{json}\""),
    }
}

fn other_value(json: &str) -> String {
    match kind(json) {
        Kind::String if json == "\"\"" => "\"changed\"".to_owned(),
        Kind::String => "\"\"".to_owned(),
        Kind::Number => match json.parse::<i64>() {
            Ok(number) => number.wrapping_add(1).to_string(),
            Err(_) => "0".to_owned(),
        },
        Kind::Bool => (json != "true").to_string(),
        // There is no other null: any value is a change.
        Kind::Null => "0".to_owned(),
        Kind::Array if json.trim_matches(['[', ']', ' ']).is_empty() => "[null]".to_owned(),
        Kind::Array => "[]".to_owned(),
        Kind::Object if json.trim_matches(['{', '}', ' ']).is_empty() => {
            "{\"changed\":true}".to_owned()
        }
        Kind::Object => "{}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use json_text::same_value;

    use super::*;

    #[test]
    fn a_changed_value_differs_and_a_value_of_another_type_has_one() {
        for json in [
            "\"\"",
            "\"a\"",
            "0",
            "1.50",
            "-3",
            "true",
            "false",
            "[]",
            "[1]",
            "{}",
            "{\"a\":1}",
        ] {
            assert!(!same_value(json, &other_value(json)), "{json}");
            assert_eq!(kind(json), kind(&other_value(json)), "{json}");
            assert_ne!(kind(json), kind(&other_type(json)), "{json}");
        }
        assert_ne!(kind("null"), kind(&other_type("null")));
    }
}
