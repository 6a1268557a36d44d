//! Turns that the app makes in a bot's place, and the users that it plays.

use engine::{PlayedUser, UserTurnMade};
use messages::{Lang, Say as _};
use protocol::{ExchangeId, Platform, UtcMillis};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::dto::present;

/// A turn to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Simulation {
    /// Whose rules it follows: one that keeps variables of users from turn to turn.
    pub(crate) platform: Platform,
    pub(crate) user: String,
    pub(crate) event: String,
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
    /// `self`, `upstream` (the bot's server in use), or an `http://` or `https://` address.
    #[serde(default = "itself")]
    #[schema(example = "self")]
    pub(crate) target: String,
}

fn itself() -> String {
    "self".to_owned()
}

/// A turn that was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulatedTurn)]
pub(crate) struct SimulatedTurnView {
    /// Its exchange.
    id: ExchangeId,
    /// The answer's status; `null` where nobody answered.
    status: Option<u16>,
    /// Whether the bot takes the answer.
    merged: bool,
    /// The user's own variables after the turn.
    #[schema(value_type = Object)]
    after: Box<RawValue>,
    /// Whether the user keeps them; not where they are longer than the simulator holds.
    carried: bool,
    /// Why nobody answered, as a sentence.
    failure: Option<String>,
}

impl SimulatedTurnView {
    pub(crate) fn new(turn: UserTurnMade, lang: Lang) -> Self {
        Self {
            id: turn.id,
            status: turn.status,
            merged: turn.merged,
            after: raw(turn.after),
            carried: turn.carried,
            failure: turn.failure.map(|failure| failure.message().text(lang)),
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
}

impl From<PlayedUser> for SimulatedUserView {
    fn from(user: PlayedUser) -> Self {
        Self {
            variables: raw(user.variables),
            last: user.last,
            turns: user.turns,
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
