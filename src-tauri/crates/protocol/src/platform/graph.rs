//! Sber's SaluteBot Graph: one POST with all variables and an `action`; the answer's top-level
//! keys are copied over them. Each fact is one named constant with its source; where the source is
//! (11) or (13) it is inferred, for these show an older engine or only its neighbour.
//!
//! - (1) <https://developers.sber.ru/docs/ru/salutebot/scenario/bot-logic-webhooks>
//! - (2) <https://developers.sber.ru/docs/ru/tools/graph/variables/system-variables>
//! - (3) <https://github.com/baslie/salutebot-docs>: Sber's documentation in November 2025
//! - (6) <https://github.com/baslie/salutebot-code>: the same of its Code projects
//! - (11) <https://github.com/aimylogic/nodejs-webhook>,
//!   <https://github.com/aimylogic/python-webhook>: official sample servers
//! - (13) public copies of the engine's script module, of 2018 and 2019

mod answer;
mod code_tests;
mod limits;
mod names;
mod near_names;
mod request;
mod turn;
mod words;

use json_text::{Kind, Span, unescape_lossy};
use messages::{Message, Words};

use crate::finding::Finding;
use crate::message::Request;
use crate::outcome::Outcome;
use crate::platform::context::{
    AnswerContext, Identity, JudgedAnswer, RequestContext, SampleTurn, SessionMarks,
};
use crate::platform::contract::{Certainty, Contract, Recognition};
use crate::platform::export::{ExportedConversation, ExportedFile};
use crate::platform::fact::Fact;
use crate::platform::json;
use crate::platform::name::Platform;
use crate::platform::templates::Template;
use crate::platform::user_turn::{Lifetime, UserTurn};
use crate::variable::{Role, Variable};
use names::{EVENT_KEY, MESSAGE_KEY, USER_KEY};
use words::{facts, table};

/// The one status whose answer is merged. Inferred, (13).
const TAKEN_STATUS: u16 = 200;

/// The pages (1) and (2).
const SOURCES: [&str; 2] = [
    "https://developers.sber.ru/docs/ru/salutebot/scenario/bot-logic-webhooks",
    "https://developers.sber.ru/docs/ru/tools/graph/variables/system-variables",
];

/// The content type of a call. Inferred, (13)(6)(11).
const CONTENT_TYPE: &str = "application/json";

/// The sample turn.
const SAMPLE_EVENT: &str = "Оплата картой";
const SAMPLE_USER: &str = "1234567890";
const SAMPLE_VARIABLES: &str = include_str!("graph/sample.json");

/// SaluteBot Graph.
pub(super) struct Graph;

impl Contract for Graph {
    fn platform(&self) -> Platform {
        Platform::Graph
    }

    fn name(&self) -> &'static Words {
        &table::NAME
    }

    fn roles(&self) -> &'static [Role] {
        &names::ROLES
    }

    fn recognise(&self, request: &RequestContext<'_>) -> Option<Recognition> {
        let document = request.document?;
        let is_text = |key| {
            let entry = document.member(key);
            entry.is_some_and(|entry| entry.kind == Kind::String)
        };
        if is_text(EVENT_KEY) {
            return Some(Recognition {
                certainty: Certainty::Sure,
                score: 1,
                reason: (&table::GRAPH_EVENT).into(),
            });
        }
        (is_text(MESSAGE_KEY) && document.member(USER_KEY).is_some()).then(|| Recognition {
            certainty: Certainty::Likely,
            score: 2,
            reason: table::GRAPH_VARIABLES.arg(format!("{USER_KEY}, {MESSAGE_KEY}")),
        })
    }

    fn identify(&self, request: &RequestContext<'_>) -> Identity {
        let Some(document) = request.document else {
            return Identity::default();
        };
        let text = |key: &str| {
            let entry = document.member(key)?;
            let value = entry.value.of(document.text());
            match entry.kind {
                Kind::String => Some(unescape_lossy(value).into_owned()),
                Kind::Number if key == USER_KEY => Some(value.to_owned()),
                _ => None,
            }
        };
        Identity {
            event: text(EVENT_KEY),
            user: text(USER_KEY),
            message: request::message(document),
        }
    }

    fn user_span(&self, request: &RequestContext<'_>) -> Option<Span> {
        let entry = request.document?.member(USER_KEY)?;
        Some(entry.value)
    }

    fn session(&self, request: &RequestContext<'_>) -> SessionMarks {
        request.document.map(request::session).unwrap_or_default()
    }

    fn message_text(&self, request: &RequestContext<'_>) -> Option<String> {
        let document = request.document?;
        let text = document.member(MESSAGE_KEY)?;
        let is_text = text.kind == Kind::String;
        is_text.then(|| unescape_lossy(text.value.of(document.text())).into_owned())
    }

    fn check_request(&self, request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
        request::check(request, findings);
    }

    fn outcome(&self, answer: &AnswerContext<'_>) -> Outcome {
        json::outcome(answer, TAKEN_STATUS)
    }

    fn check_answer(
        &self,
        answer: &AnswerContext<'_>,
        outcome: Outcome,
        findings: &mut Vec<Finding>,
    ) {
        answer::check(answer, outcome, findings);
    }

    fn variables(
        &self,
        request: &RequestContext<'_>,
        answer: Option<&JudgedAnswer<'_>>,
    ) -> Vec<Variable> {
        json::variables(request, answer, names::role)
    }

    fn facts(&self) -> Vec<Fact> {
        vec![
            Fact::assumed(&facts::MERGED),
            Fact::assumed(facts::STATUS.arg(u64::from(TAKEN_STATUS))),
            Fact::assumed(&facts::MISSING),
            Fact::assumed(&facts::SILENT),
            Fact::stated(facts::LIMIT.arg(limits::SOFT_KB as u64)),
            Fact::assumed(facts::REWRITTEN.arg(names::REWRITTEN.join(", "))),
        ]
    }

    fn sources(&self) -> &'static [&'static str] {
        &SOURCES
    }

    /// In texts, and as `${a}` in the address of the HTTP-request block, (3).
    fn template(&self) -> Option<Template> {
        Some(Template::Dollar)
    }

    fn sample(&self) -> Option<SampleTurn> {
        let survey = json_text::survey(SAMPLE_VARIABLES).ok()?;
        let variables = survey.entries.iter().map(|entry| {
            let name = unescape_lossy(entry.key.of(SAMPLE_VARIABLES));
            let value = entry.value.of(SAMPLE_VARIABLES);
            (name.into_owned(), value.to_owned())
        });
        Some(SampleTurn {
            event: SAMPLE_EVENT.to_owned(),
            user: SAMPLE_USER.to_owned(),
            variables: variables.collect(),
        })
    }

    fn compose(&self, turn: &SampleTurn) -> Option<Request> {
        Some(turn::of_sample(turn))
    }

    fn lifetime(&self, name: &str) -> Option<Result<Lifetime, Message>> {
        Some(turn::lifetime(name))
    }

    fn session_limit(&self) -> Option<usize> {
        Some(limits::SESSION_BYTES)
    }

    fn user_turn(&self, turn: &UserTurn<'_>) -> Option<Request> {
        Some(turn::of_user(turn))
    }

    fn export_formats(&self) -> &'static [&'static str] {
        &[code_tests::FORMAT]
    }

    fn export(&self, format: &str, conversation: &ExportedConversation) -> Option<ExportedFile> {
        (format == code_tests::FORMAT).then(|| ExportedFile {
            name: "conversation.xml",
            content_type: "application/xml; charset=utf-8",
            bytes: code_tests::write(conversation),
        })
    }
}
