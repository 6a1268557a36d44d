//! What is expected of a step's answer, and what the answer did.

use std::collections::HashSet;

use messages::Message;
use protocol::platform::{Members, object_members, user_variables};
use protocol::{Answer, Change, Outcome, Platform, PlatformChoice, Request};
use rules::RuleError;
use rules::source::Cursor;

use crate::matcher::{Matcher, short};
use crate::words::{differences, problems};

/// Names in an expectation at most.
const NAMES_MAX: usize = 10_000;

/// The longest name of a variable, in bytes.
const NAME_BYTES: usize = 64 << 10;

/// What is expected of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Expect {
    status: u16,
    merged: Option<bool>,
    answer: Vec<(String, Matcher)>,
    only: Option<Vec<String>>,
    after: Vec<(String, Matcher)>,
    within_ms: Option<u64>,
}

/// What an answer did.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) status: u16,
    pub(crate) outcome: Outcome,
    /// Its variables, where it is an object.
    pub(crate) sent: Option<Members>,
    /// The user's own variables that it makes new or changes, with their values.
    pub(crate) changed: Members,
    /// The user's own variables that it names.
    pub(crate) own: Members,
    /// The user's variables after it.
    pub(crate) after: Members,
}

/// Something that is not as it was expected to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// `/status`, `/merged`, `/NAME` of the answer or `/after/NAME`.
    pub pointer: String,
    /// What was expected, as it is written; `None` where that has no short form.
    pub expected: Option<String>,
    /// What there was, as JSON; `None` where there was nothing.
    pub actual: Option<String>,
    /// A sentence.
    pub message: Message,
}

impl Default for Expect {
    fn default() -> Self {
        Self {
            status: 200,
            merged: None,
            answer: Vec::new(),
            only: None,
            after: Vec::new(),
            within_ms: None,
        }
    }
}

impl Expect {
    /// Reads an expectation. `untyped`: the places of texts from outside.
    pub(crate) fn read(value: &Cursor<'_>, untyped: &HashSet<String>) -> Result<Self, RuleError> {
        let known = ["status", "merged", "answer", "only", "after", "within_ms"];
        let fields = value.object(&known)?;
        let matchers = |name: &str| match fields.get(name) {
            None => Ok(Vec::new()),
            Some(value) => {
                let entries = value.entries(NAMES_MAX)?.into_iter();
                entries
                    .map(|(name, value)| Ok((name, Matcher::read(&value, untyped)?)))
                    .collect::<Result<Vec<_>, RuleError>>()
            }
        };
        let only = fields.get("only").map(|value| {
            let items = value.list(NAMES_MAX)?;
            let items = items.iter().map(|item| item.text_up_to(NAME_BYTES));
            items.collect::<Result<Vec<_>, _>>()
        });
        let within_ms = fields
            .get("within_ms")
            .map(|value| value.whole(0, u64::MAX));
        let merged = fields.get("merged").map(|value| value.boolean());
        Ok(Self {
            status: fields
                .get("status")
                .map_or(Ok(200), |value| status(&value))?,
            merged: merged.transpose()?,
            answer: matchers("answer")?,
            only: only.transpose()?,
            after: matchers("after")?,
            within_ms: within_ms.transpose()?,
        })
    }

    /// What is not as expected.
    pub(crate) fn failures(&self, taken: &Taken) -> Vec<Failure> {
        let mut failures = Vec::new();
        if taken.status != self.status {
            failures.push(Failure {
                pointer: "/status".to_owned(),
                expected: Some(self.status.to_string()),
                actual: Some(taken.status.to_string()),
                message: differences::STATUS
                    .arg(u64::from(self.status))
                    .arg(u64::from(taken.status)),
            });
        }
        let is_merged = taken.outcome.is_merged();
        if let Some(expected) = self.merged.filter(|expected| *expected != is_merged) {
            let message = match taken.outcome.reason() {
                Some(reason) => differences::MERGED.arg(reason.words()),
                None => Message::from(&differences::NOT_MERGED),
            };
            failures.push(Failure {
                pointer: "/merged".to_owned(),
                expected: Some(expected.to_string()),
                actual: Some(is_merged.to_string()),
                message,
            });
        }
        for (name, matcher) in &self.answer {
            let actual = taken.sent.as_ref().and_then(|sent| sent.get(name));
            let failure = failure("", name, matcher, actual.map(String::as_str));
            failures.extend(failure.map(|failure| match &taken.sent {
                Some(_) => failure,
                None => Failure {
                    message: Message::from(&differences::NO_OBJECT),
                    ..failure
                },
            }));
        }
        if let Some(only) = &self.only {
            let others = taken
                .changed
                .iter()
                .filter(|(name, _)| !only.contains(name));
            failures.extend(others.map(|(name, value)| {
                let allowed = match only.is_empty() {
                    true => (&differences::NOTHING).into(),
                    false => messages::Arg::from(only.join(", ")),
                };
                Failure {
                    pointer: pointer("", name),
                    expected: None,
                    actual: Some(value.clone()),
                    message: differences::ONLY.arg(short(value)).arg(allowed),
                }
            }));
        }
        for (name, matcher) in &self.after {
            let actual = taken.after.get(name).map(String::as_str);
            failures.extend(failure("/after", name, matcher, actual));
        }
        failures
    }

    /// That the answer took longer than it should.
    pub(crate) fn slow(&self, took_ms: u64) -> Option<Message> {
        let within = self.within_ms.filter(|within| took_ms > *within)?;
        Some(differences::SLOW.arg(took_ms).arg(within))
    }
}

/// A status, or a text that is one: a table gives texts.
fn status(value: &Cursor<'_>) -> Result<u16, RuleError> {
    let text = match value.kind() {
        json_text::Kind::String => value.text_up_to(NAME_BYTES)?,
        _ => value.json().to_owned(),
    };
    let status = text.trim().parse().ok();
    let status = status.filter(|status| (100..=999).contains(status));
    status.ok_or_else(|| value.unfit(&problems::STATUS))
}

fn failure(at: &str, name: &str, matcher: &Matcher, actual: Option<&str>) -> Option<Failure> {
    let misfit = matcher.misfit(actual)?;
    Some(Failure {
        pointer: pointer(at, name),
        expected: Some(misfit.expected),
        actual: actual.map(str::to_owned),
        message: misfit.message,
    })
}

pub(crate) fn pointer(at: &str, name: &str) -> String {
    let mut pointer = at.to_owned();
    json_text::push_key(&mut pointer, name);
    pointer
}

/// What an answer does. `composed`: the call that a person wrote, where the platform's user keeps
/// nothing from turn to turn.
pub(crate) fn taken(
    platform: Platform,
    composed: Option<&str>,
    request: &Request,
    answer: &Answer,
) -> Taken {
    let view = protocol::read_request(PlatformChoice::Fixed(platform), request);
    let read = protocol::read_answer(&view, request, answer);
    let both = Some((answer, &read));
    let rows = protocol::variables(&view, request, both);
    let own = rows.iter().filter(|row| row.role.is_own());
    let mut changed = Members::new();
    let mut named = Members::new();
    for row in own {
        let Some(sent) = &row.sent else { continue };
        named.insert(row.name.clone(), sent.clone());
        if let Change::New | Change::Changed | Change::TypeChanged = row.change {
            changed.insert(row.name.clone(), sent.clone());
        }
    }
    let after = composed.and_then(|composed| {
        let after = protocol::after_sending(platform, composed, both)?;
        object_members(&after.ok()?.variables)
    });
    let body = answer.body.whole();
    let text = body.and_then(|body| protocol::decode_text(&answer.headers, body).text);
    Taken {
        status: answer.status,
        outcome: read.outcome,
        sent: text.and_then(|text| object_members(&text)),
        changed,
        own: named,
        after: after.unwrap_or_else(|| user_variables(rows)),
    }
}

#[cfg(test)]
mod tests {
    use json_text::Tree;
    use protocol::Headers;

    use super::*;

    pub(super) fn answer(status: u16, body: &str) -> Answer {
        let headers: Headers = [("Content-Type", "application/json")].into_iter().collect();
        Answer {
            status,
            headers,
            body: body.to_owned().into(),
        }
    }

    fn failures(expect: &str, status: u16, body: &str) -> Vec<(String, Option<String>)> {
        let request = Request {
            method: "POST".into(),
            path: "/".into(),
            headers: [("Content-Type", "application/json")].into_iter().collect(),
            body: r#"{"userId":"u","action":"pay","total":100,"same":1}"#
                .to_owned()
                .into(),
            ..Request::default()
        };
        let tree = Tree::new(expect).unwrap();
        let expect = Expect::read(&Cursor::root(&tree), &HashSet::new()).unwrap();
        let taken = taken(Platform::Graph, None, &request, &answer(status, body));
        let failures = expect.failures(&taken).into_iter();
        failures.map(|one| (one.pointer, one.actual)).collect()
    }

    #[test]
    fn each_part_of_an_expectation_has_its_pointer() {
        let body = r#"{"total":90,"new":"x","same":1}"#;
        let at =
            |pointer: &str, actual: Option<&str>| (pointer.to_owned(), actual.map(str::to_owned));
        for (expect, status, body, wanted) in [
            ("{}", 200, body, vec![]),
            ("{}", 500, body, vec![at("/status", Some("500"))]),
            (r#"{"status":"500"}"#, 500, body, vec![]),
            (
                r#"{"merged":true}"#,
                200,
                "1",
                vec![at("/merged", Some("false"))],
            ),
            (
                r#"{"merged":false}"#,
                200,
                body,
                vec![at("/merged", Some("true"))],
            ),
            (
                r#"{"answer":{"total":90,"old":{"$absent":true}}}"#,
                200,
                body,
                vec![],
            ),
            (
                r#"{"answer":{"total":91,"n/o":1}}"#,
                200,
                body,
                vec![at("/total", Some("90")), at("/n~1o", None)],
            ),
            (
                r#"{"answer":{"total":90}}"#,
                200,
                "[90]",
                vec![at("/total", None)],
            ),
            (
                r#"{"only":["total"]}"#,
                200,
                body,
                vec![at("/new", Some("\"x\""))],
            ),
            (r#"{"only":["total","new"]}"#, 200, body, vec![]),
            (
                r#"{"after":{"total":90,"same":1,"new":"y"}}"#,
                200,
                body,
                vec![at("/after/new", Some("\"x\""))],
            ),
        ] {
            assert_eq!(
                failures(expect, status, body),
                wanted,
                "{expect} {status} {body}"
            );
        }
    }

    #[test]
    fn what_does_not_fit_in_an_expectation_is_named() {
        for (json, pointer) in [
            (r#"{"stat":200}"#, "/stat"),
            (r#"{"status":99}"#, "/status"),
            (r#"{"status":[]}"#, "/status"),
            (r#"{"merged":1}"#, "/merged"),
            (r#"{"answer":[]}"#, "/answer"),
            (r#"{"only":["a",1]}"#, "/only/1"),
            (r#"{"within_ms":"x"}"#, "/within_ms"),
            (r#"{"after":{"a":{"$x":1}}}"#, "/after/a/$x"),
        ] {
            let tree = Tree::new(json).unwrap();
            let error = Expect::read(&Cursor::root(&tree), &HashSet::new()).unwrap_err();
            assert_eq!(error.pointer, pointer, "{json}");
        }
    }
}
