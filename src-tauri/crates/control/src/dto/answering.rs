//! Who answers, with what, and an answer itself.

use engine::{AnswerText, Answering, Bot, Fallback, Hold, Mode};
use protocol::platform::default_answer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
    headers: Option<Vec<(String, String)>>,
    /// The body as text.
    body: Option<String>,
    /// The body's bytes, in place of `body`.
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
    mode: Option<Mode>,
    /// The address of the developer's own server.
    upstream: Option<String>,
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
}

fn hold_seconds() -> u32 {
    Answering::default().hold.seconds
}

impl NewAnswering {
    /// How the bot, as it is, is to be answered.
    pub(crate) fn of(self, bot: &Bot) -> Answering {
        let is_given = self.default_answer_given;
        let mut answering = Answering::from(self);
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
            hold: new.hold.map_or(default.hold, |hold| Hold {
                seconds: hold.seconds,
                fallback: hold.fallback,
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
    /// The address of the developer's own server.
    upstream: Option<String>,
    hold: HoldView,
    /// What goes out when nothing else answers.
    default_answer: AnswerView,
    /// Whether the bot was given it; else it is the platform's own.
    default_answer_given: bool,
}

/// How long a person has, and what happens then.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hold)]
pub(crate) struct HoldView {
    #[schema(minimum = 1, maximum = 3600, default = 50)]
    seconds: u32,
    /// What goes out at the deadline.
    fallback: Fallback,
}

impl From<&Bot> for AnsweringView {
    fn from(bot: &Bot) -> Self {
        let answering = &bot.answering;
        Self {
            mode: answering.mode,
            upstream: answering.upstream.clone(),
            hold: HoldView {
                seconds: answering.hold.seconds,
                fallback: answering.hold.fallback,
            },
            default_answer: bot.default_answer_text().into(),
            default_answer_given: answering.default_answer.is_some(),
        }
    }
}
