//! Webim, both sides: its external bot, versions 2 and 1, and Webim itself, which a bot calls back.
//! Each fact is one named constant with its source.
//!
//! - (23) <https://github.com/webim/webim-extbot>: the vendor's sample bot 0.3.0
//! - (24) <https://webim.ru/kb/bots/external-bot/v-1-0.html> and `…/smart-bot/v-2-0.html`
//! - seed 003: <https://developers.sber.ru/docs/ru/salutebot/webim-integration>

mod bot;
mod calls;
mod message;
mod settings;
mod standin;
mod words;

use json_text::Span;
use messages::Words;
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::finding::Finding;
use crate::message::Request;
use crate::outcome::Outcome;
use crate::platform::chat::{ChatAction, ChatEvent, ChatStep};
use crate::platform::context::{AnswerContext, Identity, JudgedAnswer, RequestContext, SampleTurn};
use crate::platform::contract::{
    Certainty, Contract, PlatformAnswer, Recognition, Side as PlayedSide,
};
use crate::platform::fact::Fact;
use crate::platform::name::Platform;
use crate::platform::preview::{self, Preview, PreviewButton};
use crate::platform::sending::Sending;
use crate::platform::settings::SettingsError;
use crate::variable::{Change, Role, Variable};
use bot::{Event, Version};
use words::{facts, table};

const SYSTEM: Role = Role::new(&table::SYSTEM);

/// The pages (23), (24) and seed 003.
const SOURCES: [&str; 4] = [
    "https://github.com/webim/webim-extbot",
    "https://webim.ru/kb/bots/external-bot/v-1-0.html",
    "https://webim.ru/kb/bots/smart-bot/v-2-0.html",
    "https://developers.sber.ru/docs/ru/salutebot/webim-integration",
];

/// The sample turn.
const SAMPLE_CHAT: &str = "12345";
const SAMPLE_EVENT: &str = "new_message";
const SAMPLE_TEXT: &str = "\"Где мой заказ?\"";

/// Webim.
pub(super) struct Webim;

impl Contract for Webim {
    fn platform(&self) -> Platform {
        Platform::Webim
    }

    fn name(&self) -> &'static Words {
        &table::NAME
    }

    fn acts_as(&self) -> &'static [PlayedSide] {
        &[PlayedSide::Server, PlayedSide::Platform]
    }

    fn roles(&self) -> &'static [Role] {
        &[SYSTEM]
    }

    fn marks(&self) -> &'static [&'static str] {
        &["X-Bot-API-Dialect", "X-Bot-API-Version", "X-Webim-Version"]
    }

    fn recognise(&self, request: &RequestContext<'_>) -> Option<Recognition> {
        let plays_webim = settings::is_webim(request);
        let is_call = standin::call(&request.request.path).is_some();
        if !is_call || (!plays_webim && bot::version_field(request.request).is_some()) {
            return bot::recognise(request);
        }
        let certainty = match plays_webim {
            true => Certainty::Sure,
            false => Certainty::Likely,
        };
        Some(Recognition {
            certainty,
            score: 3,
            reason: (&table::BOT_CALL).into(),
        })
    }

    fn identify(&self, request: &RequestContext<'_>) -> Identity {
        let event = Event::of(request);
        let call = standin::call(&request.request.path).filter(|_| settings::is_webim(request));
        Identity {
            event: match call {
                Some(call) => Some(call.to_owned()),
                None => event.as_ref().and_then(Event::name),
            },
            user: event.as_ref().and_then(Event::chat),
            message: None,
        }
    }

    fn message_text(&self, request: &RequestContext<'_>) -> Option<String> {
        Event::of(request)?.text()
    }

    fn user_span(&self, request: &RequestContext<'_>) -> Option<Span> {
        Event::of(request)?.chat_span()
    }

    fn user_value(&self, user: &str) -> String {
        calls::chat_id(user).to_string()
    }

    fn check_request(&self, request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
        if !settings::is_webim(request) {
            bot::check_request(request, findings);
        }
    }

    fn outcome(&self, answer: &AnswerContext<'_>) -> Outcome {
        bot::outcome(answer)
    }

    fn check_answer(
        &self,
        answer: &AnswerContext<'_>,
        outcome: Outcome,
        findings: &mut Vec<Finding>,
    ) {
        if !settings::is_webim(answer.request) {
            bot::check_answer(answer, outcome, findings);
        }
    }

    fn variables(
        &self,
        request: &RequestContext<'_>,
        _: Option<&JudgedAnswer<'_>>,
    ) -> Vec<Variable> {
        let event = Event::of(request);
        let variables = event.as_ref().map(Event::variables).unwrap_or_default();
        let rows = variables.into_iter().map(|(name, json)| Variable {
            name: name.to_owned(),
            role: SYSTEM,
            after: Some(json.clone()),
            before: Some(json),
            sent: None,
            change: Change::Untouched,
            assumed: false,
        });
        rows.collect()
    }

    fn default_answer(&self, request: &RequestContext<'_>) -> Answer {
        let is_v1 = bot::version(request.request) == Some(Version::V1);
        match is_v1 && !settings::is_webim(request) {
            true => Answer::json(200, r#"{"has_answer":false}"#),
            false => standin::taken(),
        }
    }

    fn answer(&self, request: &RequestContext<'_>) -> Option<PlatformAnswer> {
        settings::is_webim(request).then(|| standin::answer(request))?
    }

    fn chat_action(&self, request: &RequestContext<'_>) -> Option<ChatAction> {
        settings::is_webim(request).then(|| standin::read(request).ok())?
    }

    fn chat_event(&self, composed: &str) -> Option<ChatEvent> {
        calls::chat_event(composed).ok()
    }

    fn answer_steps(&self, composed: &str, answer: Option<&JudgedAnswer<'_>>) -> Vec<ChatStep> {
        match calls::is_v1(composed) {
            true => bot::steps(answer),
            false => Vec::new(),
        }
    }

    fn unknown_chat(&self) -> Option<PlatformAnswer> {
        Some(standin::unknown_chat())
    }

    fn trial_answer(&self, name: &str) -> Option<Answer> {
        standin::trial(name)
    }

    fn trial_answers(&self) -> &'static [&'static str] {
        &standin::TRIALS
    }

    fn takes_trial(&self, request: &RequestContext<'_>) -> bool {
        settings::is_webim(request) && standin::is_logged_in(request)
    }

    fn has_root_path(&self, own: &Map<String, Value>, path: &str) -> bool {
        settings::plays_webim(own) && standin::call(path).is_some()
    }

    fn usual_target<'s>(&self, own: &'s Map<String, Value>) -> Option<&'s str> {
        settings::bot_url(own).filter(|_| settings::plays_webim(own))
    }

    fn is_at_root(&self, own: &Map<String, Value>, request: &Request) -> bool {
        let token = settings::token(own).filter(|_| settings::plays_webim(own));
        token.is_some_and(|token| standin::is_at_root(request, token))
    }

    fn preview(&self, text: &str, buttons: &[PreviewButton]) -> Option<Preview> {
        Some(preview::plain(text, buttons))
    }

    fn facts(&self) -> Vec<Fact> {
        vec![
            Fact::stated(&facts::ACKNOWLEDGED),
            Fact::stated(&facts::ANSWER_V1),
            Fact::assumed(&facts::FAILED_V2),
            Fact::stated(&facts::TOKEN),
            Fact::assumed(&facts::ERRORS),
            Fact::assumed(&facts::CLOSED),
            Fact::stated(&facts::PLAIN_TEXT),
        ]
    }

    fn sample(&self) -> Option<SampleTurn> {
        Some(SampleTurn {
            event: SAMPLE_EVENT.to_owned(),
            user: SAMPLE_CHAT.to_owned(),
            variables: vec![("text".to_owned(), SAMPLE_TEXT.to_owned())],
        })
    }

    /// A message of the visitor's, version 2.
    fn compose(&self, turn: &SampleTurn) -> Option<Request> {
        let text = turn.variables.iter().find(|(name, _)| name == "text");
        let text: Value = text.and_then(|(_, json)| serde_json::from_str(json).ok())?;
        let body = json!({
            "event": turn.event,
            "chat_id": calls::chat_id(&turn.user),
            "message": {"kind": "visitor", "text": text},
        });
        Some(calls::request("2.0", &body))
    }

    fn sources(&self) -> &'static [&'static str] {
        &SOURCES
    }

    fn sending(&self, composed: &str) -> Option<Result<Sending, SettingsError>> {
        Some(calls::sending(composed))
    }

    /// An event, or a bot's call where we stand in for Webim.
    fn sample_call(&self, own: &Map<String, Value>) -> Option<Request> {
        match settings::token(own).filter(|_| settings::plays_webim(own)) {
            Some(token) => Some(standin::sample(token)),
            None => self.compose(&self.sample()?),
        }
    }

    fn settings_schema(&self) -> Option<Value> {
        Some(settings::schema())
    }

    fn secrets(&self) -> &'static [&'static [&'static str]] {
        &[&[settings::TOKEN]]
    }

    /// Where bots call, while we stand in for Webim.
    fn made_of_settings(&self, own: &Map<String, Value>, address: &str) -> Map<String, Value> {
        let plays = settings::plays_webim(own);
        let address = plays.then(|| format!("{address}{}", standin::CALLS));
        address
            .map(|address| ("address".to_owned(), Value::from(address)))
            .into_iter()
            .collect()
    }

    fn check_settings(&self, own: &Map<String, Value>) -> Result<(), SettingsError> {
        settings::check(own)
    }
}

#[cfg(test)]
mod tests;
