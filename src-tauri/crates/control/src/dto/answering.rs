//! Who answers, with what, and an answer itself.

use engine::{AnswerText, Answering, Bot, Fallback, Hold, Mode, Upstream};
use protocol::platform::default_answer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dto::present;

/// An answer to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "status": 200,
    "headers": [["Content-Type", "application/json"]],
    "body": "{\"a\": 1}",
}))]
pub(crate) struct NewAnswer {
    /// The status code.
    #[serde(default = "ok_status")]
    #[schema(minimum = 200, maximum = 599, default = 200)]
    status: u16,
    /// Name and value, in order. Without them: `application/json; charset=utf-8`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<(String, String)>, required = false)]
    headers: Option<Vec<(String, String)>>,
    /// The body as text.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    body: Option<String>,
    /// The body's bytes, in place of `body`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    body_base64: Option<String>,
}

const fn ok_status() -> u16 {
    200
}

impl From<NewAnswer> for AnswerText {
    fn from(answer: NewAnswer) -> Self {
        Self {
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
            body_base64: answer.body_base64,
        }
    }
}

/// An answer as it is known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub(crate) struct AnswerView {
    /// The status code.
    #[schema(minimum = 100, maximum = 999)]
    status: u16,
    /// Name and value, in order. Absent where the default ones apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<(String, String)>, required = false)]
    headers: Option<Vec<(String, String)>>,
    /// The body, where it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    body: Option<String>,
    /// The body's bytes, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    body_base64: Option<String>,
}

impl From<AnswerText> for AnswerView {
    fn from(answer: AnswerText) -> Self {
        Self {
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
            body_base64: answer.body_base64,
        }
    }
}

/// How a bot is to be answered; what is absent gets its default.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAnswering {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Mode, required = false)]
    mode: Option<Mode>,
    /// The address of the developer's own server that is in use.
    #[schema(example = "http://localhost:3000")]
    upstream: Option<String>,
    /// The servers that are remembered; absent, they stay as they are.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<NewUpstream>, required = false, max_items = 50)]
    upstreams: Option<Vec<NewUpstream>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = NewHold, required = false)]
    hold: Option<NewHold>,
    /// What goes out when nothing else answers; `null` is the platform's own default answer.
    default_answer: Option<NewAnswer>,
    /// `false`: a `default_answer` that is the platform's own is not given. So what was read can be
    /// given back as it is.
    #[serde(default = "is_given")]
    #[schema(default = true)]
    default_answer_given: bool,
}

const fn is_given() -> bool {
    true
}

/// A server of the developer's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "local", "url": "http://localhost:3000"}))]
pub(crate) struct NewUpstream {
    /// What the developer calls it.
    #[serde(default)]
    name: String,
    /// Its address; a request's path and query are appended to it.
    url: String,
    /// A PEM file with the certificates that its own is proved by, in place of the system's.
    ca_file: Option<String>,
    /// Any certificate is accepted.
    #[serde(default)]
    insecure: bool,
    /// How long a connection may take, in seconds.
    #[serde(default = "connect_seconds")]
    #[schema(minimum = 1, maximum = 60, default = 5)]
    connect_seconds: u32,
}

fn connect_seconds() -> u32 {
    Upstream::at("").connect_seconds
}

impl From<NewUpstream> for Upstream {
    fn from(new: NewUpstream) -> Self {
        Self {
            name: new.name,
            url: new.url,
            ca_file: new.ca_file,
            insecure: new.insecure,
            connect_seconds: new.connect_seconds,
        }
    }
}

/// How long a person has, and what happens then.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewHold {
    #[serde(default = "hold_seconds")]
    #[schema(minimum = 1, maximum = 3600, default = 50)]
    seconds: u32,
    /// What goes out at the deadline.
    #[serde(default)]
    fallback: Fallback,
    /// The seconds count from the first of the turns that belong to one message of the user's;
    /// absent, it stays as it is.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    per_message: Option<bool>,
}

fn hold_seconds() -> u32 {
    Answering::default().hold.seconds
}

impl NewAnswering {
    /// How the bot, as it is, is to be answered.
    pub(crate) fn of(self, bot: &Bot) -> Answering {
        let is_given = self.default_answer_given;
        let hold = self.hold.as_ref();
        let names_per_message = hold.is_some_and(|hold| hold.per_message.is_some());
        let keeps_servers = self.upstreams.is_none();
        let mut answering = Answering::from(self);
        if keeps_servers {
            answering.upstreams.clone_from(&bot.answering.upstreams);
        }
        if !names_per_message {
            answering.hold.per_message = bot.answering.hold.per_message;
        }
        let usual = || AnswerText::from_answer(&default_answer(bot.platform));
        if !is_given && answering.default_answer == usual() {
            answering.default_answer = None;
        }
        answering
    }
}

impl From<NewAnswering> for Answering {
    fn from(new: NewAnswering) -> Self {
        let default = Self::default();
        Self {
            mode: new.mode.unwrap_or(default.mode),
            upstream: new.upstream,
            upstreams: new
                .upstreams
                .unwrap_or_default()
                .into_iter()
                .map(Upstream::from)
                .collect(),
            hold: new.hold.map_or(default.hold, |hold| Hold {
                seconds: hold.seconds,
                fallback: hold.fallback,
                per_message: hold.per_message.unwrap_or(default.hold.per_message),
            }),
            default_answer: new.default_answer.map(AnswerText::from),
        }
    }
}

/// How a bot is answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answering)]
pub(crate) struct AnsweringView {
    mode: Mode,
    /// The address of the developer's own server that is in use.
    upstream: Option<String>,
    /// The servers that are remembered.
    upstreams: Vec<UpstreamView>,
    hold: HoldView,
    /// What goes out when nothing else answers.
    default_answer: AnswerView,
    /// Whether the bot was given it; else it is the platform's own.
    default_answer_given: bool,
}

/// A server of the developer's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Upstream)]
pub(crate) struct UpstreamView {
    /// What the developer calls it.
    name: String,
    /// Its address; a request's path and query are appended to it.
    url: String,
    /// A PEM file with the certificates that its own is proved by, in place of the system's.
    ca_file: Option<String>,
    /// Any certificate is accepted.
    insecure: bool,
    /// How long a connection may take, in seconds.
    #[schema(minimum = 1, maximum = 60, default = 5)]
    connect_seconds: u32,
}

impl From<&Upstream> for UpstreamView {
    fn from(server: &Upstream) -> Self {
        Self {
            name: server.name.clone(),
            url: server.url.clone(),
            ca_file: server.ca_file.clone(),
            insecure: server.insecure,
            connect_seconds: server.connect_seconds,
        }
    }
}

/// How long a person has, and what happens then.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hold)]
pub(crate) struct HoldView {
    #[schema(minimum = 1, maximum = 3600, default = 50)]
    seconds: u32,
    /// What goes out at the deadline.
    fallback: Fallback,
    /// The seconds count from the first of the turns that belong to one message of the user's.
    per_message: bool,
}

impl From<&Bot> for AnsweringView {
    fn from(bot: &Bot) -> Self {
        let answering = &bot.answering;
        Self {
            mode: answering.mode,
            upstream: answering.upstream.clone(),
            upstreams: answering.upstreams.iter().map(UpstreamView::from).collect(),
            hold: HoldView {
                seconds: answering.hold.seconds,
                fallback: answering.hold.fallback,
                per_message: answering.hold.per_message,
            },
            default_answer: bot.default_answer_text().into(),
            default_answer_given: answering.default_answer.is_some(),
        }
    }
}
