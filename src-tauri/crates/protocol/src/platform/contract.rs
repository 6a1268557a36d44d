//! What a platform owns: everything that differs from one sender of webhooks to the next.
//!
//! The defaults read a request as that of any other sender: its JSON is shown, and nothing is
//! assumed about what becomes of the answer.

use std::time::Duration;

use json_text::{JsonError, Span};
use messages::{Message, Words};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::finding::{Finding, OwnFinding};
use crate::forms::FormReader;
use crate::message::Request;
use crate::outcome::{Outcome, Reason};
use crate::platform::chat::{ChatAction, ChatEvent, ChatStep};
use crate::platform::context::{
    AnswerContext, Identity, JudgedAnswer, RequestContext, SampleTurn, SessionMarks,
};
use crate::platform::export::{ExportedConversation, ExportedFile};
use crate::platform::fact::Fact;
use crate::platform::json;
use crate::platform::name::Platform;
use crate::platform::paths::ExamplePaths;
use crate::platform::preview::{Preview, PreviewButton};
use crate::platform::retries::Retries;
use crate::platform::sending::{After, Sending};
use crate::platform::settings::SettingsError;
use crate::platform::templates::Template;
use crate::platform::user_turn::{Lifetime, UserTurn};
use crate::variable::{Role, Variable};

/// A platform. One unit struct for each, one line in the list.
pub trait Contract: Sync {
    /// Whose contract this is.
    fn platform(&self) -> Platform;

    /// The platform that it is a part of, where it is no platform of its own.
    fn part_of(&self) -> Option<Platform> {
        None
    }

    /// The platform's name for a person.
    fn name(&self) -> &'static Words;

    /// Which sides of the platform's webhook the app plays: [`Side::Platform`] exactly where
    /// [`Self::answer`] gives answers.
    fn acts_as(&self) -> &'static [Side] {
        &[Side::Server]
    }

    /// Whose a variable can be.
    fn roles(&self) -> &'static [Role] {
        &[Role::USER]
    }

    /// Why the platform may not take an answer, the caller's leaving apart.
    fn reasons(&self) -> &'static [Reason] {
        &[Reason::STATUS, Reason::NOT_JSON, Reason::NOT_OBJECT]
    }

    /// Header fields that only this platform's requests have. No other platform recognises a
    /// request that has one.
    fn marks(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a request is one of its own, and by what it shows. Runs on every request.
    fn recognise(&self, _request: &RequestContext<'_>) -> Option<Recognition> {
        None
    }

    /// The event and the user. Runs on every request.
    fn identify(&self, _request: &RequestContext<'_>) -> Identity {
        Identity::default()
    }

    /// Where the user's value stands in the text of a request's body; `None` where it names none
    /// there.
    fn user_span(&self, _request: &RequestContext<'_>) -> Option<Span> {
        None
    }

    /// A user as the JSON value that its requests have.
    fn user_value(&self, user: &str) -> String {
        Value::from(user).to_string()
    }

    /// What a request says of the session that it belongs to.
    fn session(&self, _request: &RequestContext<'_>) -> SessionMarks {
        SessionMarks::default()
    }

    /// The text of the user's message that led to a request.
    fn message_text(&self, _request: &RequestContext<'_>) -> Option<String> {
        None
    }

    /// What is wrong with a request. Runs on every request.
    fn check_request(&self, request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
        json::check_request(request, findings);
    }

    /// What becomes of an answer. Runs on every answer.
    fn outcome(&self, answer: &AnswerContext<'_>) -> Outcome {
        json::outcome(answer, json::TAKEN_STATUS)
    }

    /// What is wrong with an answer. Runs on every answer.
    fn check_answer(
        &self,
        answer: &AnswerContext<'_>,
        _outcome: Outcome,
        findings: &mut Vec<Finding>,
    ) {
        json::check_answer(answer, findings);
    }

    /// The variables in, out and after, in the order in which they are shown.
    fn variables(
        &self,
        request: &RequestContext<'_>,
        answer: Option<&JudgedAnswer<'_>>,
    ) -> Vec<Variable> {
        json::variables(request, answer, |_| Role::USER)
    }

    /// What goes out when nobody else answers, until the bot is given a default answer.
    fn default_answer(&self, _request: &RequestContext<'_>) -> Answer {
        json::empty_object()
    }

    /// What the platform itself answers as a server, before the bot's own answering.
    fn answer(&self, _request: &RequestContext<'_>) -> Option<PlatformAnswer> {
        None
    }

    /// Whether its own default answer goes out at once, before rules, a person or a server.
    fn answers_at_once(&self, _request: &RequestContext<'_>) -> bool {
        false
    }

    /// How long it lets the bot work on an answer, where it sets a limit.
    fn time_limit(&self, _request: &RequestContext<'_>) -> Option<Duration> {
        None
    }

    /// What it answers where the bot gave none; `None` where the bot's fallback does.
    fn answer_without_bot(
        &self,
        _request: &RequestContext<'_>,
        _why: NoAnswer,
    ) -> Option<PlatformAnswer> {
        None
    }

    /// The paths of an example of a part of its calls; `None` where it has no such part.
    ///
    /// # Errors
    /// Why the example cannot be read.
    fn paths(&self, _part: &str, _sample: &str) -> Option<Result<ExamplePaths, JsonError>> {
        None
    }

    /// Which of the three readers of forms its `query`, or a form in its `body`, is read with;
    /// `None` where it has a reader of its own, or reads neither.
    fn form_reader(&self, _part: &str) -> Option<FormReader> {
        None
    }

    /// What a call that its door takes does in one of its chats; `None` where it has no chats, or
    /// the call does nothing in one.
    fn chat_action(&self, _request: &RequestContext<'_>) -> Option<ChatAction> {
        None
    }

    /// What an event that a person composed says in one of its chats.
    fn chat_event(&self, _composed: &str) -> Option<ChatEvent> {
        None
    }

    /// What the answer to such an event does in the chat, where it does anything.
    fn answer_steps(&self, _composed: &str, _answer: Option<&JudgedAnswer<'_>>) -> Vec<ChatStep> {
        Vec::new()
    }

    /// What it answers to a call for a chat that is not there, or not the bot's any more.
    fn unknown_chat(&self) -> Option<PlatformAnswer> {
        None
    }

    /// An answer that it may give to a good call, for a program's own handling of failures; by its
    /// name, see [`Self::trial_answers`].
    fn trial_answer(&self, _name: &str) -> Option<Answer> {
        None
    }

    /// The names of such answers.
    fn trial_answers(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a call may get such an answer: it is one of the platform's, with its login.
    fn takes_trial(&self, _request: &RequestContext<'_>) -> bool {
        false
    }

    /// Whether the bot with these settings is called at this path of a host's root.
    fn has_root_path(&self, _settings: &Map<String, Value>, _path: &str) -> bool {
        false
    }

    /// Where events go that a person composes, where nothing else is said.
    fn usual_target<'s>(&self, _settings: &'s Map<String, Value>) -> Option<&'s str> {
        None
    }

    /// Whether a request at the root of the public host is for the bot with these settings: its
    /// login says so.
    fn is_at_root(&self, _settings: &Map<String, Value>, _request: &Request) -> bool {
        false
    }

    /// What its user sees of a text and its buttons; `None` where it shows both as they are.
    fn preview(&self, _text: &str, _buttons: &[PreviewButton]) -> Option<Preview> {
        None
    }

    /// Which program a request is of, among those that call this platform.
    fn sender(&self, _request: &RequestContext<'_>) -> Option<&'static str> {
        None
    }

    /// When it calls again after a failure; `None` where it does not, or that is not known.
    fn retries(&self) -> Option<&'static Retries> {
        None
    }

    /// What it does with an answer, for a person: from the constants that decide it.
    fn facts(&self) -> Vec<Fact> {
        Vec::new()
    }

    /// The pages that its stated facts are from.
    fn sources(&self) -> &'static [&'static str] {
        &[]
    }
    /// How its texts name variables.
    fn template(&self) -> Option<Template> {
        None
    }

    /// A turn to look at before there is a bot.
    fn sample(&self) -> Option<SampleTurn> {
        None
    }

    /// The request that the platform sends for a turn.
    fn compose(&self, _turn: &SampleTurn) -> Option<Request> {
        None
    }

    /// How long a variable lives that a person sets for a user; `None` where the platform keeps no
    /// variables from turn to turn.
    ///
    /// # Errors
    /// Why it cannot be set.
    fn lifetime(&self, _name: &str) -> Option<Result<Lifetime, Message>> {
        None
    }

    /// How long all variables of a user may be together, as the bytes of a JSON text: above it
    /// nothing of an answer is saved. `None` where no limit is known.
    fn session_limit(&self) -> Option<usize> {
        None
    }

    /// The request of a user's turn; `None` where the platform keeps no variables from turn to
    /// turn.
    fn user_turn(&self, _turn: &UserTurn<'_>) -> Option<Request> {
        None
    }

    /// The call that a person composed, a JSON object; `None` where no calls are composed.
    ///
    /// # Errors
    /// The first field that does not fit.
    fn sending(&self, _composed: &str) -> Option<Result<Sending, SettingsError>> {
        None
    }

    /// What its user has after such a call and its answer; `None` where it keeps nothing of it.
    ///
    /// # Errors
    /// The first field that does not fit.
    fn after_sending(
        &self,
        _composed: &str,
        _answer: Option<&JudgedAnswer<'_>>,
    ) -> Option<Result<After, SettingsError>> {
        None
    }

    /// The formats of files that a conversation can be written as.
    fn export_formats(&self) -> &'static [&'static str] {
        &[]
    }

    /// A conversation as a file; `None` where there is no such format.
    fn export(&self, _format: &str, _what: &ExportedConversation) -> Option<ExportedFile> {
        None
    }

    /// A call to look at, of a bot with these settings: one that its own door takes.
    fn sample_call(&self, _own: &Map<String, Value>) -> Option<Request> {
        self.compose(&self.sample()?)
    }

    /// The JSON schema of its settings, an object whose `properties` name all that there are;
    /// `None` where there is nothing to set.
    fn settings_schema(&self) -> Option<Value> {
        None
    }

    /// The settings that are secret, each the names that lead to it.
    fn secrets(&self) -> &'static [&'static [&'static str]] {
        &[]
    }

    /// What follows from its settings and the bot's address, shown beside them.
    fn made_of_settings(
        &self,
        _settings: &Map<String, Value>,
        _address: &str,
    ) -> Map<String, Value> {
        Map::new()
    }

    /// Whether its settings can be used. Their names are those of the schema.
    ///
    /// # Errors
    /// The first field that does not fit.
    fn check_settings(&self, _settings: &Map<String, Value>) -> Result<(), SettingsError> {
        Ok(())
    }
}

/// A side of a platform's webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PlatformSide)]
pub enum Side {
    /// The developer's server, which the platform calls.
    Server,
    /// The platform, which the developer's program calls.
    Platform,
}

/// How sure a platform is of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It looks like one of its own; it is not taken without a choice.
    Likely,
    /// It is one of its own.
    Sure,
}

/// That a platform recognises a request. Of several, the surest counts, then the highest score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// How sure it is.
    pub certainty: Certainty,
    /// How many of its marks the request shows.
    pub score: u8,
    /// By what it shows.
    pub reason: Message,
}

/// Why there is no answer of the bot's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The rule or the server failed.
    Failed,
    /// It took longer than the platform lets it.
    TooLate,
}

/// An answer that the platform itself gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformAnswer {
    /// The answer.
    pub answer: Answer,
    /// Why the platform answers so.
    pub finding: OwnFinding,
}
