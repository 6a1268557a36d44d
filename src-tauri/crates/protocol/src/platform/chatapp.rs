//! ChatApp's block "incoming webhook", which others call: we stand in for it. Each fact is one
//! named constant with its source.
//!
//! - (1) <https://help.chatapp.online/vhodyashhij-webhook>
//! - (2) <https://chatapp.online/help/vars-and-const/>

mod calls;
mod door;
mod reading;
mod senders;
mod settings;
mod words;

use messages::Words;
use serde_json::{Map, Value};

use crate::finding::Finding;
use crate::forms::FormReader;
use crate::message::Request;
use crate::names::Side;
use crate::outcome::{Outcome, Reason};
use crate::platform::context::{AnswerContext, Identity, JudgedAnswer, RequestContext};
use crate::platform::contract::{
    Certainty, Contract, PlatformAnswer, Recognition, Side as PlayedSide,
};
use crate::platform::fact::Fact;
use crate::platform::name::Platform;
use crate::platform::sending::Sending;
use crate::platform::settings::SettingsError;
use crate::platform::templates::Template;
use crate::variable::{Role, Variable};
use words::{facts, table};

/// The pages (1) and (2).
const SOURCES: [&str; 2] = [
    "https://help.chatapp.online/vhodyashhij-webhook",
    "https://chatapp.online/help/vars-and-const/",
];

/// System variables, whose names no field and no key of a body may have, (2).
const SYSTEM_NAMES: [&str; 12] = [
    "company_id",
    "email",
    "license_id",
    "message",
    "messenger_type",
    "name",
    "phone",
    "responsible",
    "username",
    "date",
    "day_of_week",
    "time",
];

/// The link, and its shorter form, (1).
const PATHS: [&str; 2] = ["/api/request/", "/get/"];

/// The link's own parameters, (1).
const TOKEN: &str = "token";
const TEMPLATE_ID: &str = "template_id";

/// How a text names a variable, (1).
const TEMPLATE: Template = Template::Between("{{", "}}");

/// The first status that tells the caller of a failure.
const FAILED_FROM: u16 = 400;

const LINK: Role = Role::own(&table::LINK);
const BODY: Role = Role::own(&table::BODY);

/// ChatApp.
pub(super) struct ChatApp;

impl Contract for ChatApp {
    fn platform(&self) -> Platform {
        Platform::Chatapp
    }

    fn name(&self) -> &'static Words {
        &table::NAME
    }

    fn acts_as(&self) -> &'static [PlayedSide] {
        &[PlayedSide::Platform]
    }

    fn roles(&self) -> &'static [Role] {
        &[LINK, BODY]
    }

    fn reasons(&self) -> &'static [Reason] {
        &[Reason::STATUS]
    }

    /// Where no token is set, nobody is refused.
    fn recognise(&self, request: &RequestContext<'_>) -> Option<Recognition> {
        let is_set = settings::token(request).is_some();
        let is_link = door::is_path(&request.request.path);
        let (certainty, reason) = match is_set {
            true => (Certainty::Sure, &table::LINK_CALL),
            false => (Certainty::Likely, &table::LINK_CALL_LIKELY),
        };
        (is_link && (is_set || door::has_token(request.request))).then(|| Recognition {
            certainty,
            score: 3,
            reason: reason.into(),
        })
    }

    /// The event of a sender that has one.
    fn identify(&self, request: &RequestContext<'_>) -> Identity {
        Identity {
            event: senders::event(request),
            ..Identity::default()
        }
    }

    fn check_request(&self, request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
        reading::check(request, findings);
        door::check(request, findings);
        senders::check(request, findings);
    }

    /// What the block returns goes to the caller as it is.
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

    fn answer(&self, request: &RequestContext<'_>) -> Option<PlatformAnswer> {
        door::answer(request)
    }

    fn sender(&self, request: &RequestContext<'_>) -> Option<&'static str> {
        senders::of(request).map(|sender| sender.id)
    }

    fn facts(&self) -> Vec<Fact> {
        vec![
            Fact::stated(&facts::DECLARED),
            Fact::stated(&facts::JSON_BODY),
            Fact::stated(&facts::BODY_WINS),
            Fact::stated(facts::SYSTEM_NAMES.arg(SYSTEM_NAMES.join(", "))),
            Fact::assumed(&facts::FORM),
            Fact::assumed(&facts::METHODS),
            Fact::assumed(&facts::REFUSED),
            Fact::stated(&facts::RETURN),
        ]
    }

    fn sources(&self) -> &'static [&'static str] {
        &SOURCES
    }

    /// A form is read as PHP reads one. Inferred.
    fn form_reader(&self, _: &str) -> Option<FormReader> {
        Some(FormReader::Php)
    }

    fn template(&self) -> Option<Template> {
        Some(TEMPLATE)
    }

    fn sending(&self, composed: &str) -> Option<Result<Sending, SettingsError>> {
        Some(calls::sending(composed))
    }

    /// The page's example of a body, through the link.
    fn sample_call(&self, own: &Map<String, Value>) -> Option<Request> {
        let address = settings::link(own, "").unwrap_or_else(|| format!("{}?token=", PATHS[0]));
        Some(calls::sample(&address))
    }

    fn settings_schema(&self) -> Option<Value> {
        Some(settings::schema())
    }

    fn secrets(&self) -> &'static [&'static [&'static str]] {
        &[&[settings::TOKEN]]
    }

    /// The address to give to the sender.
    fn made_of_settings(&self, own: &Map<String, Value>, address: &str) -> Map<String, Value> {
        let link = settings::link(own, address);
        link.map(|link| ("link".to_owned(), Value::from(link)))
            .into_iter()
            .collect()
    }

    fn check_settings(&self, own: &Map<String, Value>) -> Result<(), SettingsError> {
        settings::check(own)
    }
}

/// Whether ChatApp has a variable of this name itself.
fn is_system(name: &str) -> bool {
    SYSTEM_NAMES.contains(&name)
}

#[cfg(test)]
mod tests;
