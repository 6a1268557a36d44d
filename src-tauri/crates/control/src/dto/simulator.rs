//! Turns that the app makes in a bot's place, and the users that it plays.

use engine::{Attempt, CallMade, PlayedUser, UserTurnMade};
use messages::{Lang, Say as _};
use protocol::platform::ChatMessage;
use protocol::{ExchangeId, Platform, UtcMillis};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::dto::present;

/// A turn or a call to make: `user`, `event`, `text`, `set` and `unset` of a platform that keeps
/// variables of users from turn to turn; of another one the call, in the field of its name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Simulation {
    /// Whose rules it follows.
    pub(crate) platform: Platform,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    pub(crate) user: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    pub(crate) event: Option<String>,
    /// What the user writes; nothing where it is absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    pub(crate) text: Option<String>,
    /// Variables that are set before the turn, numbers with their digits. Those that the platform
    /// writes itself are set for this turn alone.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"total": 1098.5}))]
    #[expect(
        dead_code,
        reason = "their values are taken from the text, which keeps digits"
    )]
    set: Map<String, Value>,
    /// Variables that are removed before the turn.
    #[serde(default)]
    pub(crate) unset: Vec<String>,
    /// `self`, which it is where it is absent, `upstream` (the bot's server in use), or an
    /// `http://` or `https://` address. A call with an address of its own has none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, example = "self")]
    pub(crate) target: Option<String>,
    /// A request of the HTTP-request block: `method`, `url`, `headers`, `body`, `variables`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    #[expect(dead_code, reason = "it is taken from the text, which keeps digits")]
    graph_http: Option<Map<String, Value>>,
    /// A block's call: `method`, `headers`, `parameters`, `variables`, `result`, `retry`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    #[expect(dead_code, reason = "it is taken from the text, which keeps digits")]
    leadconverter: Option<Map<String, Value>>,
    /// A call of a block's link: `link`, `fields`, `body`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    #[expect(dead_code, reason = "it is taken from the text, which keeps digits")]
    chatapp: Option<Map<String, Value>>,
    /// An event: `version`, `event`, `chat`, `kind`, `text`, `button`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    #[expect(dead_code, reason = "it is taken from the text, which keeps digits")]
    webim: Option<Map<String, Value>>,
    /// A call of a trigger: `url`, `auth`, `query`, `headers`, `body`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    #[expect(dead_code, reason = "it is taken from the text, which keeps digits")]
    nocobase: Option<Map<String, Value>>,
}

/// A turn or a call that was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulatedTurn)]
pub(crate) struct SimulatedTurnView {
    /// Its exchange, of several attempts the first one's.
    id: ExchangeId,
    /// The last answer's status; `null` where nobody answered.
    status: Option<u16>,
    /// Whether the answer is taken; absent where its platform keeps nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    merged: Option<bool>,
    /// The exit of the block that the answer leads to: `ok` or `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    exit: Option<&'static str>,
    /// The variables after it, of a user its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    after: Option<Box<RawValue>>,
    /// Whether the user keeps them; not where they are longer than the simulator holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    carried: Option<bool>,
    /// Why nobody answered, as a sentence.
    failure: Option<String>,
    /// Of a platform that calls again after a failure: the attempts so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<SimulatedAttempt>, required = false)]
    attempts: Option<Vec<SimulatedAttempt>>,
    /// The last attempt that there is has failed, so that the scenario stops.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    suspended: Option<bool>,
}

/// An attempt of a call.
#[derive(Debug, Serialize, ToSchema)]
struct SimulatedAttempt {
    /// Its exchange.
    id: ExchangeId,
    /// The answer's status; `null` where nobody answered.
    status: Option<u16>,
    /// When it is made by the platform's clock, in seconds since the first one.
    after_s: u64,
}

impl From<Attempt> for SimulatedAttempt {
    fn from(attempt: Attempt) -> Self {
        Self {
            id: attempt.id,
            status: attempt.status,
            after_s: attempt.offset.as_secs(),
        }
    }
}

impl SimulatedTurnView {
    pub(crate) fn new(turn: UserTurnMade, lang: Lang) -> Self {
        Self {
            id: turn.id,
            status: turn.status,
            merged: Some(turn.merged),
            exit: None,
            after: Some(raw(turn.after)),
            carried: Some(turn.carried),
            failure: turn.failure.map(|failure| failure.message().text(lang)),
            attempts: None,
            suspended: None,
        }
    }

    pub(crate) fn of_call(call: CallMade, lang: Lang) -> Self {
        let suspended = call.attempts.as_ref().map(|_| call.suspended);
        let attempts = call
            .attempts
            .map(|all| all.into_iter().map(Into::into).collect());
        Self {
            id: call.id,
            status: call.status,
            merged: call.after.as_ref().and_then(|after| after.merged),
            exit: call.after.as_ref().and_then(|after| after.exit),
            after: call.after.map(|after| raw(after.variables)),
            carried: None,
            failure: call.failure.map(|failure| failure.message().text(lang)),
            attempts,
            suspended,
        }
    }
}

/// What a user keeps.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUserVariables {
    /// The user's own variables, all of them; numbers keep their digits.
    #[schema(value_type = Object, example = json!({"total": 1098.5}))]
    #[expect(
        dead_code,
        reason = "their values are taken from the text, which keeps digits"
    )]
    variables: Map<String, Value>,
}

/// A user that the simulator plays.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulatedUser)]
pub(crate) struct SimulatedUserView {
    /// The user's own variables.
    #[schema(value_type = Object)]
    variables: Box<RawValue>,
    /// When its last turn was sent.
    last: Option<UtcMillis>,
    /// The turns that can be taken back, the oldest first.
    turns: Vec<ExchangeId>,
    /// Of a chat of this id: what was said, the oldest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<SimulatedMessage>, required = false)]
    messages: Option<Vec<SimulatedMessage>>,
    /// Who has it: `bot`, `queue`, `department:KEY`, `operator:ID` or `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    chat: Option<String>,
}

/// A message in a chat.
#[derive(Debug, Serialize, ToSchema)]
struct SimulatedMessage {
    /// `visitor` or `bot`.
    from: &'static str,
    /// The platform's name for what it is.
    kind: String,
    text: Option<String>,
    /// The whole as it was sent; `null` where that is too long.
    #[schema(value_type = Object)]
    message: Box<RawValue>,
}

impl From<ChatMessage> for SimulatedMessage {
    fn from(message: ChatMessage) -> Self {
        Self {
            from: message.from.as_str(),
            kind: message.kind,
            text: message.text,
            message: raw(message.json),
        }
    }
}

/// What the next call gets.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NextAnswer {
    /// One of the platform's names, for Webim `ok`, `error`, `unauthorized`, `html`, `broken`.
    #[schema(example = "error")]
    pub(crate) answer: String,
}

impl From<PlayedUser> for SimulatedUserView {
    fn from(user: PlayedUser) -> Self {
        Self {
            variables: raw(user.variables),
            last: user.last,
            turns: user.turns,
            chat: user.chat.as_ref().map(|chat| chat.place.to_string()),
            messages: user
                .chat
                .map(|chat| chat.messages.into_iter().map(Into::into).collect()),
        }
    }
}

/// The users of a bot that were played.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimulatedUsers {
    /// By name.
    users: Vec<SimulatedUserRow>,
}

/// A user in the list.
#[derive(Debug, Serialize, ToSchema)]
struct SimulatedUserRow {
    user: String,
    /// When its last turn was sent.
    last: Option<UtcMillis>,
    /// How many turns can be taken back.
    turns: usize,
}

impl From<Vec<(String, PlayedUser)>> for SimulatedUsers {
    fn from(users: Vec<(String, PlayedUser)>) -> Self {
        let users = users.into_iter().map(|(user, played)| SimulatedUserRow {
            user,
            last: played.last,
            turns: played.turns.len(),
        });
        Self {
            users: users.collect(),
        }
    }
}

/// A recorded turn to play on from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlayFrom {
    pub(crate) exchange: ExchangeId,
}

/// Turns to take back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StepBack {
    /// How many, the latest ones.
    #[schema(minimum = 1, default = 1)]
    pub(crate) turns: usize,
}

impl Default for StepBack {
    fn default() -> Self {
        Self { turns: 1 }
    }
}

/// A user to make of another one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBranch {
    /// Its name, which no other user has.
    #[serde(rename = "as")]
    pub(crate) name: String,
}

fn raw(object: String) -> Box<RawValue> {
    RawValue::from_string(object).expect("an object of JSON values is JSON")
}
