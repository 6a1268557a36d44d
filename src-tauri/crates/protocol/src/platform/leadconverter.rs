//! LeadConverter's block "send via webhook": we are its handler. Parameters come in a query, a form
//! or as JSON; the answer becomes one variable. Each fact is one named constant with its source.
//!
//! - (1) <https://docs.leadconverter.su/bots/blok-deistvie/otpravit-cherez-vebkhuk>
//! - (2) the vendor's own API, which takes `variable[name]=…` as an associative array

mod calls;
mod words;

use std::time::Duration;

use indexmap::IndexMap;
use json_text::{AnnotationKind, Kind, unescape_lossy};
use messages::{Arg, Message, Words};
use serde_json::{Map, Value, json};

use crate::body::{BodyKind, decode_text};
use crate::finding::{Code, Finding, Severity, add_annotations};
use crate::message::Request;
use crate::names::Side;
use crate::outcome::{Outcome, Reason, Saved};
use crate::platform::context::{AnswerContext, JudgedAnswer, RequestContext, SampleTurn};
use crate::platform::contract::{Certainty, Contract, Recognition};
use crate::platform::fact::Fact;
use crate::platform::loose;
use crate::platform::name::Platform;
use crate::platform::nested::{self, Nested};
use crate::platform::retries::Retries;
use crate::platform::sending::{After, Sending};
use crate::platform::settings::SettingsError;
use crate::platform::templates::Template;
use crate::variable::{Change, Role, Variable};
use words::{facts, table};

/// The methods of the block, JSON POST among POST, (1).
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// The page (1).
const SOURCES: [&str; 1] =
    ["https://docs.leadconverter.su/bots/blok-deistvie/otpravit-cherez-vebkhuk"];

/// After which time a failed call is repeated, (1). That each counts from the attempt before is
/// inferred.
const RETRIES: Retries = Retries {
    delays: &[
        Duration::from_secs(5),
        Duration::from_secs(30),
        Duration::from_mins(1),
        Duration::from_mins(30),
        Duration::from_hours(2),
    ],
};

/// How the block names a variable, (1).
const TEMPLATE: Template = Template::Between("({", "})");

/// The variable of the page's example, (1).
const DEFAULT_RESULT: &str = "result";
const RESULT_SETTING: &str = "result";

const PARAMETER: Role = Role::new(&table::PARAMETER);
const RESULT: Role = Role::own(&table::RESULT);

/// LeadConverter.
pub(super) struct LeadConverter;

impl Contract for LeadConverter {
    fn platform(&self) -> Platform {
        Platform::Leadconverter
    }

    fn name(&self) -> &'static Words {
        &table::NAME
    }

    fn roles(&self) -> &'static [Role] {
        &[PARAMETER, RESULT]
    }

    fn reasons(&self) -> &'static [Reason] {
        &[Reason::STATUS]
    }

    /// It has no mark of its own: nested names are all that can be seen.
    fn recognise(&self, request: &RequestContext<'_>) -> Option<Recognition> {
        if request.kind != BodyKind::Form || !METHODS.contains(&request.request.method.as_str()) {
            return None;
        }
        Some(Recognition {
            certainty: Certainty::Likely,
            score: 1,
            reason: table::NESTED_FORM.arg(nested::first_nested_name(request)?),
        })
    }

    fn check_request(&self, request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
        let method = request.request.method.as_str();
        if !METHODS.contains(&method) {
            findings.push(Finding::new(Code::LeadconverterMethod, Side::Request).arg(method));
        }
        check_json(request, findings);
        nested::check(request, findings);
    }

    fn outcome(&self, answer: &AnswerContext<'_>) -> Outcome {
        if Retries::fails(answer.answer.status) {
            return Outcome::not_merged(Reason::STATUS);
        }
        // JSON is UTF-8 (RFC 8259 §8.1): what had to be guessed or repaired is none.
        let is_json = answer.document.is_some() && answer.certain;
        Outcome::Merged {
            saved: Some(if is_json { Saved::Object } else { Saved::Text }),
        }
    }

    fn check_answer(
        &self,
        answer: &AnswerContext<'_>,
        outcome: Outcome,
        findings: &mut Vec<Finding>,
    ) {
        check_answer(answer, outcome, findings);
    }

    fn variables(
        &self,
        request: &RequestContext<'_>,
        answer: Option<&JudgedAnswer<'_>>,
    ) -> Vec<Variable> {
        let mut rows: Vec<Variable> = parameters(request).into_iter().map(parameter_row).collect();
        let out = answer.map(|answer| answer_json(answer));
        let saved = answer.is_some_and(|answer| answer.outcome.is_merged());
        rows.push(Variable {
            name: result_name(request).to_owned(),
            role: RESULT,
            before: None,
            after: out.clone().filter(|_| saved),
            change: match out {
                Some(_) => Change::New,
                None => Change::Untouched,
            },
            sent: out,
            assumed: false,
        });
        rows
    }

    fn retries(&self) -> Option<&'static Retries> {
        Some(&RETRIES)
    }

    fn facts(&self) -> Vec<Fact> {
        let delays = RETRIES.delays.iter().map(|delay| duration_words(*delay));
        let delays = delays.reduce(|before, next| facts::LIST.arg(before).arg(next).into());
        let failed = u64::from(Retries::FAILED_FROM);
        let retry = facts::RETRY.arg(failed);
        vec![
            Fact::stated(&facts::OBJECT),
            Fact::stated(&facts::TEXT),
            Fact::assumed(&facts::ANY_JSON),
            Fact::assumed(&facts::WHOLE),
            Fact::stated(delays.into_iter().fold(retry, Message::arg)),
            Fact::assumed(&facts::RETRY_FROM),
            Fact::assumed(facts::REDIRECT.arg(failed)),
            Fact::assumed(&facts::ENCODING),
        ]
    }

    fn sources(&self) -> &'static [&'static str] {
        &SOURCES
    }

    fn template(&self) -> Option<Template> {
        Some(TEMPLATE)
    }

    fn sample(&self) -> Option<SampleTurn> {
        Some(calls::sample())
    }

    fn compose(&self, turn: &SampleTurn) -> Option<Request> {
        Some(calls::compose(turn))
    }

    fn sending(&self, composed: &str) -> Option<Result<Sending, SettingsError>> {
        Some(calls::sending(composed))
    }

    fn after_sending(
        &self,
        composed: &str,
        answer: Option<&JudgedAnswer<'_>>,
    ) -> Option<Result<After, SettingsError>> {
        let taken = answer.filter(|answer| answer.outcome.is_merged());
        let json = taken.map(answer_json);
        let variables = calls::after(composed, json.as_deref());
        Some(variables.map(|variables| After {
            merged: Some(json.is_some()),
            exit: None,
            variables,
        }))
    }

    fn settings_schema(&self) -> Option<Value> {
        Some(json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                RESULT_SETTING: {"type": "string", "minLength": 1, "default": DEFAULT_RESULT},
            },
        }))
    }

    fn check_settings(&self, settings: &Map<String, Value>) -> Result<(), SettingsError> {
        let is_name = |value: &Value| {
            let name = value.as_str();
            name.is_some_and(|name| {
                !name.is_empty() && name.trim() == name && !name.contains(['(', ')', '{', '}'])
            })
        };
        match settings.get(RESULT_SETTING) {
            Some(value) if !is_name(value) => {
                Err(SettingsError::at(RESULT_SETTING, &table::RESULT_NAME))
            }
            _ => Ok(()),
        }
    }
}

/// Names and JSON texts of what came: the members of a JSON object as sent, else those of the query
/// and the form.
fn parameters(request: &RequestContext<'_>) -> IndexMap<String, String> {
    let nested = Nested::of(request);
    let members = nested.variables.members();
    let mut all: IndexMap<String, String> = members
        .map(|(name, value)| (name.to_owned(), value.json()))
        .collect();
    let Some(document) = request.document.filter(|one| one.is(Kind::Object)) else {
        return all;
    };
    let text = document.text();
    for entry in document.entries().iter().filter(|one| !one.superseded) {
        let name = unescape_lossy(entry.key.of(text)).into_owned();
        all.insert(name, entry.value.of(text).to_owned());
    }
    all
}

fn parameter_row((name, json): (String, String)) -> Variable {
    Variable {
        name,
        role: PARAMETER,
        after: Some(json.clone()),
        before: Some(json),
        sent: None,
        change: Change::Untouched,
        assumed: false,
    }
}

/// The variable that the answer goes into.
fn result_name<'a>(request: &RequestContext<'a>) -> &'a str {
    let settings = request.settings_of(Platform::Leadconverter);
    let name = settings.and_then(|own| own.get(RESULT_SETTING)?.as_str());
    name.unwrap_or(DEFAULT_RESULT)
}

/// What the answer is saved as: its JSON, else its text as a JSON string.
fn answer_json(answer: &JudgedAnswer<'_>) -> String {
    let is_text = answer.outcome.saved() == Some(Saved::Text);
    if let Some(document) = answer.document.filter(|_| !is_text) {
        return document.text().trim().to_owned();
    }
    let bytes = answer.answer.body.beginning();
    let text = decode_text(&answer.answer.headers, bytes).text;
    let text = text.unwrap_or_else(|| String::from_utf8_lossy(bytes));
    Value::from(&*text).to_string()
}

/// What is wrong with a body that is meant as JSON.
fn check_json(request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
    if let (BodyKind::Json, Some(error), false) =
        (request.kind, request.error, request.request.truncated)
    {
        let text = decode_text(&request.request.headers, request.request.body.beginning()).text;
        let loose = text.and_then(|text| loose::finding(&text, Side::Request));
        findings.push(loose.unwrap_or_else(|| Finding::json_syntax(error, Side::Request)));
    }
}

fn check_answer(answer: &AnswerContext<'_>, outcome: Outcome, findings: &mut Vec<Finding>) {
    if !outcome.is_merged() {
        let delay = RETRIES.delays.first().map(|delay| duration_words(*delay));
        let finding = Finding::new(Code::LeadconverterRetry, Side::Response);
        let finding = finding.arg(u64::from(answer.answer.status));
        let finding = delay.into_iter().fold(finding, |one, delay| one.arg(delay));
        findings.push(finding.arg(RETRIES.attempts() as u64));
        return;
    }
    if let (BodyKind::Json, Some(error)) = (answer.kind, answer.error) {
        let text = decode_text(&answer.answer.headers, answer.answer.body.beginning()).text;
        let loose = text.and_then(|text| loose::finding(&text, Side::Response));
        findings.push(loose.unwrap_or_else(|| Finding::json_syntax(error, Side::Response)));
        let finding = Finding::new(Code::LeadconverterSavedAsText, Side::Response);
        findings.push(finding.arg(result_name(answer.request)));
    }
    if let Some(document) = answer.document {
        add_annotations(findings, document, Side::Response, |one| {
            (one.kind != AnnotationKind::LongString).then_some(Severity::Warning)
        });
    }
}

fn duration_words(duration: Duration) -> Arg {
    let seconds = duration.as_secs();
    let message = match seconds {
        3600.. if seconds.is_multiple_of(3600) => facts::HOURS.arg(seconds / 3600),
        60.. if seconds.is_multiple_of(60) => facts::MINUTES.arg(seconds / 60),
        _ => facts::SECONDS.arg(seconds),
    };
    message.into()
}

#[cfg(test)]
mod tests;
