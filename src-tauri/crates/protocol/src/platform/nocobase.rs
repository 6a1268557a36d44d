//! NocoBase's webhook trigger, which others call: we stand in for it. The trigger is a closed
//! plugin; what it takes is stated by its page, what its server's door does was read in the public
//! core. Each fact is one named constant with its source.
//!
//! - (1) `docs/docs/en/workflow/triggers/webhook` and `nodes/response` in
//!   <https://github.com/nocobase/nocobase>
//! - (2) the same repository's server: `koa-bodyparser`, `@nocobase/resourcer`
//! - (3) `docs/docs/en/workflow/advanced/options`: the time limit, since 2.1.0

mod calls;
mod door;
mod reading;
mod settings;
mod trigger;
mod words;

use std::time::Duration;

use json_text::{JsonError, Tree};
use messages::Words;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::finding::{Code, Finding, OwnFinding};
use crate::forms::{FormReader, QsOptions};
use crate::message::Request;
use crate::names::Side;
use crate::outcome::{Outcome, Reason};
use crate::platform::context::{AnswerContext, JudgedAnswer, RequestContext};
use crate::platform::contract::{
    Certainty, Contract, NoAnswer, PlatformAnswer, Recognition, Side as PlayedSide,
};
use crate::platform::fact::Fact;
use crate::platform::name::Platform;
use crate::platform::paths::{self, ExamplePaths};
use crate::platform::sending::Sending;
use crate::platform::settings::SettingsError;
use crate::variable::{Role, Variable};
use words::{facts, table};

const HEADER: Role = Role::own(&table::HEADER);
const QUERY: Role = Role::own(&table::QUERY);
const BODY: Role = Role::own(&table::BODY);

/// The pages (1) and (3).
const SOURCES: [&str; 3] = [
    "https://docs.nocobase.com/workflow/triggers/webhook",
    "https://docs.nocobase.com/workflow/nodes/response",
    "https://docs.nocobase.com/workflow/advanced/options",
];

/// The name under which its address is shown among the settings.
const ADDRESS: &str = "address";

/// What an asynchronous trigger answers until it is set otherwise, "usually", (1).
const USUAL_ANSWER: (u16, &str) = (200, "ok");

/// The key of the page's example, (1).
const SAMPLE_KEY: &str = "1hfmkioou0d";

/// The first status that tells the caller of a failure.
const FAILED_FROM: u16 = 400;

/// NocoBase.
pub(super) struct NocoBase;

impl Contract for NocoBase {
    fn platform(&self) -> Platform {
        Platform::Nocobase
    }

    fn name(&self) -> &'static Words {
        &table::NAME
    }

    fn acts_as(&self) -> &'static [PlayedSide] {
        &[PlayedSide::Platform]
    }

    fn roles(&self) -> &'static [Role] {
        &[HEADER, QUERY, BODY]
    }

    fn reasons(&self) -> &'static [Reason] {
        &[Reason::STATUS]
    }

    /// A trigger's path is no other sender's. Where none is set up, nobody is refused.
    fn recognise(&self, request: &RequestContext<'_>) -> Option<Recognition> {
        trigger::key_of(&request.request.path)?;
        let (certainty, reason) = match settings::is_set(request) {
            true => (Certainty::Sure, &table::TRIGGER_PATH),
            false => (Certainty::Likely, &table::TRIGGER_PATH_LIKELY),
        };
        Some(Recognition {
            certainty,
            score: 3,
            reason: reason.into(),
        })
    }

    fn check_request(&self, request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
        reading::check(request, findings);
    }

    /// Whatever is answered goes to the caller as it is.
    fn outcome(&self, answer: &AnswerContext<'_>) -> Outcome {
        match answer.answer.status {
            FAILED_FROM.. => Outcome::not_merged(Reason::STATUS),
            _ => Outcome::MERGED,
        }
    }

    fn check_answer(&self, answer: &AnswerContext<'_>, _: Outcome, findings: &mut Vec<Finding>) {
        if let (crate::body::BodyKind::Json, Some(error)) = (answer.kind, answer.error) {
            findings.push(Finding::json_syntax(error, Side::Response));
        }
    }

    fn variables(
        &self,
        request: &RequestContext<'_>,
        _: Option<&JudgedAnswer<'_>>,
    ) -> Vec<Variable> {
        reading::variables(request)
    }

    fn default_answer(&self, _: &RequestContext<'_>) -> Answer {
        let (status, body) = USUAL_ANSWER;
        door::text_answer(status, body)
    }

    fn answer(&self, request: &RequestContext<'_>) -> Option<PlatformAnswer> {
        door::answer(request)
    }

    /// Where no trigger is set up, the bot answers as it always did.
    fn answers_at_once(&self, request: &RequestContext<'_>) -> bool {
        settings::is_set(request) && !settings::is_sync(request)
    }

    /// Since 2.1.0, none by default, (3).
    fn time_limit(&self, request: &RequestContext<'_>) -> Option<Duration> {
        if !settings::is_sync(request) {
            return None;
        }
        let seconds = settings::of(request)?.get(settings::TIMEOUT)?.as_f64()?;
        Duration::try_from_secs_f64(seconds).ok()
    }

    fn answer_without_bot(
        &self,
        request: &RequestContext<'_>,
        why: NoAnswer,
    ) -> Option<PlatformAnswer> {
        if !settings::is_sync(request) {
            return None;
        }
        let (status, text, code) = match why {
            // A synchronous trigger that failed, (1).
            NoAnswer::Failed => (500, "Internal Server Error", Code::NocobaseFailed),
            // One that took too long, (3).
            NoAnswer::TooLate => (408, "Request Timeout", Code::NocobaseTooLate),
        };
        Some(PlatformAnswer {
            answer: door::text_answer(status, text),
            finding: OwnFinding::new(code, []),
        })
    }

    fn paths(&self, part: &str, sample: &str) -> Option<Result<ExamplePaths, JsonError>> {
        let json = match part {
            "query" => reading::query_json(query_of(sample)),
            "body" => sample.to_owned(),
            _ => return None,
        };
        let tree = Tree::new(json.as_str());
        let tree = tree.map_err(|error| error.locate(&json));
        Some(tree.map(|tree| paths::all(&tree)))
    }

    fn form_reader(&self, part: &str) -> Option<FormReader> {
        Some(FormReader::Qs(match part {
            "query" => QsOptions::NOCOBASE_QUERY,
            _ => QsOptions::NOCOBASE_FORM,
        }))
    }

    fn sources(&self) -> &'static [&'static str] {
        &SOURCES
    }

    fn facts(&self) -> Vec<Fact> {
        let megabytes = door::BODY_MAX >> 20;
        vec![
            Fact::stated(&facts::POST),
            Fact::stated(&facts::LOGIN),
            Fact::stated(&facts::JSON_ONLY),
            Fact::assumed(&facts::SILENT),
            Fact::assumed(&facts::FORMS),
            Fact::assumed(facts::LIMIT.arg(megabytes)),
            Fact::stated(&facts::AT_ONCE),
            Fact::stated(&facts::AT_END),
        ]
    }

    fn sending(&self, composed: &str) -> Option<Result<Sending, SettingsError>> {
        Some(calls::sending(composed))
    }

    fn sample_call(&self, own: &Map<String, Value>) -> Option<Request> {
        let key = own.get(settings::KEY).and_then(Value::as_str);
        let path = format!("{}{}", trigger::PATH, key.unwrap_or(SAMPLE_KEY));
        Some(calls::sample(path, settings::login_of(own)))
    }

    fn settings_schema(&self) -> Option<Value> {
        Some(settings::schema())
    }

    fn secrets(&self) -> &'static [&'static [&'static str]] {
        &[&[settings::AUTH, settings::PASSWORD]]
    }

    /// The address to give to callers.
    fn made_of_settings(&self, own: &Map<String, Value>, address: &str) -> Map<String, Value> {
        let key = own.get(settings::KEY).and_then(Value::as_str);
        let address = key.map(|key| format!("{address}{}{key}", trigger::PATH));
        address
            .map(|address| (ADDRESS.to_owned(), Value::from(address)))
            .into_iter()
            .collect()
    }

    fn check_settings(&self, own: &Map<String, Value>) -> Result<(), SettingsError> {
        settings::check(own)
    }
}

/// The query in an example: of a whole address what stands behind `?`, else all.
fn query_of(sample: &str) -> &str {
    let sample = sample.trim();
    let sample = sample.split('#').next().unwrap_or_default();
    match sample.split_once('?') {
        Some((_, query)) => query,
        None if sample.contains("://") || sample.starts_with('/') => "",
        None => sample,
    }
}

#[cfg(test)]
mod tests;
