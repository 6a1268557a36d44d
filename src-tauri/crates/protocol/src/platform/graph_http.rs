//! The HTTP-request block of SaluteBot Graph, by which a scenario calls any server: its answer
//! becomes two variables, and its status decides by which exit the scenario goes on. Each fact is
//! one named constant with its source.
//!
//! - (3) <https://github.com/baslie/salutebot-docs>: Sber's documentation in November 2025
//! - (6) <https://github.com/baslie/salutebot-code>: the same of its Code projects
//! - (15) compiled scenarios of Aimylogic, Graph's neighbour: what rests on them is inferred

mod calls;
mod words;
mod xml;

use std::time::Duration;

use json_text::Kind;
use messages::Words;
use serde_json::Value;

use crate::answer::Answer;
use crate::body::{BodyKind, body_info, decode_text};
use crate::document::Document;
use crate::finding::{Finding, Severity, add_annotations};
use crate::names::Side;
use crate::outcome::{Outcome, Reason, Saved};
use crate::platform::context::{AnswerContext, JudgedAnswer, RequestContext};
use crate::platform::contract::Contract;
use crate::platform::fact::Fact;
use crate::platform::json;
use crate::platform::name::Platform;
use crate::platform::sending::{After, Sending};
use crate::platform::settings::SettingsError;
use crate::platform::templates::Template;
use crate::variable::{Change, Role, Variable};
use words::{facts, table};

/// The variables that an answer goes into, (3).
const ANSWER: &str = "httpResponse";
const STATUS: &str = "httpStatus";

/// The statuses of the exit for success, (15).
const TAKEN: std::ops::RangeInclusive<u16> = 200..=299;

/// How long an answer is waited for, (15).
const LIMIT: Duration = Duration::from_secs(10);

/// The status where none came: that of a Code project, (6).
const NO_STATUS: i64 = -1;

/// The exits.
const OK: &str = "ok";
const ERROR: &str = "error";

const SYSTEM: Role = Role::new(&table::SYSTEM);

/// The page (3).
const SOURCES: [&str; 1] =
    ["https://github.com/baslie/salutebot-docs/blob/main/docs/scenario/blocks/http-request.md"];

/// The HTTP-request block.
pub(super) struct GraphHttp;

impl Contract for GraphHttp {
    fn platform(&self) -> Platform {
        Platform::GraphHttp
    }

    fn part_of(&self) -> Option<Platform> {
        Some(Platform::Graph)
    }

    fn name(&self) -> &'static Words {
        &table::NAME
    }

    fn roles(&self) -> &'static [Role] {
        &[Role::USER, SYSTEM]
    }

    fn reasons(&self) -> &'static [Reason] {
        &[Reason::STATUS]
    }

    fn outcome(&self, answer: &AnswerContext<'_>) -> Outcome {
        let is_object = as_object(answer.answer, answer.document, answer.kind).is_some();
        let saved = Some(if is_object {
            Saved::Object
        } else {
            Saved::Text
        });
        match TAKEN.contains(&answer.answer.status) {
            true => Outcome::Merged { saved },
            false => Outcome::NotMerged {
                reason: Reason::STATUS,
                saved,
            },
        }
    }

    fn check_answer(&self, answer: &AnswerContext<'_>, _: Outcome, findings: &mut Vec<Finding>) {
        if let (Some(error), BodyKind::Json) = (answer.error, answer.kind) {
            findings.push(Finding::json_syntax(error, Side::Response));
        }
        if let Some(document) = answer.document {
            add_annotations(findings, document, Side::Response, |one| {
                (one.kind != json_text::AnnotationKind::LongString).then_some(Severity::Warning)
            });
        }
    }

    /// What was sent, and the two variables of the answer.
    fn variables(
        &self,
        request: &RequestContext<'_>,
        answer: Option<&JudgedAnswer<'_>>,
    ) -> Vec<Variable> {
        let mut rows = json::variables(request, None, |_| Role::USER);
        let out = answer.map(|one| {
            [
                saved(one.answer, one.document),
                one.answer.status.to_string(),
            ]
        });
        for (index, name) in [ANSWER, STATUS].into_iter().enumerate() {
            let value = out.as_ref().map(|out| out[index].clone());
            rows.push(Variable {
                name: name.to_owned(),
                role: SYSTEM,
                before: None,
                change: match value {
                    Some(_) => Change::New,
                    None => Change::Untouched,
                },
                after: value.clone(),
                sent: value,
                assumed: false,
            });
        }
        rows
    }

    fn facts(&self) -> Vec<Fact> {
        let (from, to) = (u64::from(*TAKEN.start()), u64::from(*TAKEN.end()));
        vec![
            Fact::stated(facts::ANSWER.arg(ANSWER).arg(STATUS)),
            Fact::stated(&facts::TEXT),
            Fact::assumed(&facts::XML),
            Fact::assumed(facts::EXITS.arg(from).arg(to)),
            Fact::assumed(&facts::BOTH),
            Fact::assumed(
                facts::LIMIT
                    .arg(LIMIT.as_secs())
                    .arg(STATUS)
                    .arg(NO_STATUS.to_string()),
            ),
            Fact::stated(&facts::BRACES),
            Fact::stated(&facts::DOLLAR),
            Fact::assumed(&facts::CONTENT_TYPE),
        ]
    }

    fn sources(&self) -> &'static [&'static str] {
        &SOURCES
    }

    fn template(&self) -> Option<Template> {
        Some(Template::Dollar)
    }

    fn sending(&self, composed: &str) -> Option<Result<Sending, SettingsError>> {
        Some(calls::sending(composed))
    }

    fn after_sending(
        &self,
        composed: &str,
        answer: Option<&JudgedAnswer<'_>>,
    ) -> Option<Result<After, SettingsError>> {
        let (value, status) = match answer {
            Some(one) => (
                saved(one.answer, one.document),
                i64::from(one.answer.status),
            ),
            None => ("null".to_owned(), NO_STATUS),
        };
        let is_taken = answer.is_some_and(|one| TAKEN.contains(&one.answer.status));
        let variables = calls::after(composed, &value, status);
        Some(variables.map(|variables| After {
            merged: None,
            exit: Some(if is_taken { OK } else { ERROR }),
            variables,
        }))
    }
}

/// The object that an answer becomes, as JSON text: JSON that is an object, or XML, (3).
fn as_object(answer: &Answer, document: Option<&Document>, kind: BodyKind) -> Option<String> {
    if let Some(document) = document {
        let is_object = document.is(Kind::Object);
        return is_object.then(|| document.text().trim().to_owned());
    }
    if kind != BodyKind::Xml {
        return None;
    }
    let text = decode_text(&answer.headers, answer.body.beginning()).text?;
    xml::to_json(&text)
}

/// What an answer is saved as, as JSON text: its object, else its text.
fn saved(answer: &Answer, document: Option<&Document>) -> String {
    let kind = body_info(&answer.headers, &answer.body, false).kind;
    as_object(answer, document, kind).unwrap_or_else(|| {
        let bytes = answer.body.beginning();
        let text = decode_text(&answer.headers, bytes).text;
        let text = text.unwrap_or_else(|| String::from_utf8_lossy(bytes));
        Value::from(&*text).to_string()
    })
}

#[cfg(test)]
mod tests;
