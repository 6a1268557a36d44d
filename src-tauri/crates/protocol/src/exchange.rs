//! An exchange: one request and its answer, as the app keeps it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Answer, AnsweredBy, BotId, ExchangeId, Lang, Platform, Request, Source, State, UtcMillis,
};

/// How many findings an exchange has, by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingCounts {
    /// Something does not work.
    pub error: u32,
    /// Something is likely not meant.
    pub warning: u32,
    /// Worth knowing.
    pub info: u32,
}

/// An exchange as the list shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Summary {
    /// The exchange's identity.
    pub id: ExchangeId,
    /// Its place in the order of arrival; never changes.
    pub seq: u64,
    /// When the request's head had arrived.
    pub at: UtcMillis,
    /// The bot it belongs to.
    pub bot: BotId,
    /// Where it came from.
    pub source: Source,
    /// Whose rules it follows.
    pub platform: Platform,
    /// The request's method.
    pub method: String,
    /// The path as received, percent-encoded, without the bot's secret.
    pub path: String,
    /// The event, where the platform has one.
    pub event: Option<String>,
    /// The user, where the platform names one.
    pub user: Option<String>,
    /// How far it has come.
    pub state: State,
    /// Who gave the answer.
    pub answered_by: Option<AnsweredBy>,
    /// The answer's status.
    pub status: Option<u16>,
    /// The length of the request's body, in bytes.
    pub request_bytes: u64,
    /// The length of the answer's body, in bytes.
    pub response_bytes: u64,
    /// From the head's arrival to the answer, in milliseconds.
    pub duration_ms: Option<f64>,
    /// When a held exchange answers itself.
    pub deadline: Option<UtcMillis>,
    /// How many findings it has.
    pub findings: FindingCounts,
    /// The exchange it repeats.
    pub replay_of: Option<ExchangeId>,
    /// The developer's note.
    pub note: String,
    /// Kept whatever the retention says.
    pub pinned: bool,
    /// Why it failed or was abandoned. Not part of the JSON: the API puts it into words.
    #[serde(skip)]
    pub failure: Option<Failure>,
}

/// Why an exchange failed: a code for programs, a detail for people.
///
/// Stored with its code; the API shows it as a sentence in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The cause.
    pub code: FailureCode,
    /// What belongs to the cause, such as an address; may be empty.
    pub detail: String,
}

/// The causes an exchange can fail from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The caller closed the connection before the answer.
    CallerLeft,
    /// The answer's bytes could not be written.
    WriteFailed,
    /// The app ended while the exchange was open.
    ProcessEnded,
    /// The target's name has no address.
    NoAddress,
    /// The target refused the connection.
    Refused,
    /// The target did not answer in time.
    TimedOut,
    /// TLS with the target failed.
    Tls,
    /// The target's answer was not readable.
    BadAnswer,
    /// The target's address cannot be used.
    BadTarget,
    /// Anything else.
    Other,
}

impl Failure {
    /// A failure with a detail.
    #[must_use]
    pub fn new(code: FailureCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }

    /// The cause as a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let (en, ru) = match self.code {
            FailureCode::CallerLeft => (
                "The caller left before the answer",
                "Вызывающий ушёл, не дождавшись ответа",
            ),
            FailureCode::WriteFailed => (
                "The answer could not be written",
                "Ответ не удалось передать",
            ),
            FailureCode::ProcessEnded => (
                "The app ended before the answer",
                "Программа закрылась до ответа",
            ),
            FailureCode::NoAddress => (
                "No address found for this name",
                "Для этого имени не найден адрес",
            ),
            FailureCode::Refused => ("The connection was refused", "В соединении отказано"),
            FailureCode::TimedOut => ("No answer in time", "Ответ не пришёл вовремя"),
            FailureCode::Tls => (
                "The secure connection failed",
                "Не удалось установить защищённое соединение",
            ),
            FailureCode::BadAnswer => {
                ("The answer could not be read", "Ответ не удалось прочитать")
            }
            FailureCode::BadTarget => (
                "This address cannot be used",
                "Этот адрес нельзя использовать",
            ),
            FailureCode::Other => ("Sending failed", "Отправить не удалось"),
        };
        let sentence = match lang {
            Lang::En => en,
            Lang::Ru => ru,
        };
        if self.detail.is_empty() {
            format!("{sentence}.")
        } else {
            format!("{sentence}: {}", self.detail)
        }
    }
}

/// Moments of an exchange, in microseconds since the request's head arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// The body had arrived.
    pub received_us: u64,
    /// It was decided who answers.
    pub decided_us: Option<u64>,
    /// The answer was handed to the network.
    pub answered_us: Option<u64>,
}

/// A finding made by the app itself while serving, kept with the exchange.
///
/// Findings that follow from the bytes alone are not kept: they are made again from the bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnFinding {
    /// A code of the findings registry.
    pub code: String,
    /// Values for the message's places, in order.
    pub args: Vec<String>,
}

/// An exchange with everything that is kept of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// What the list shows.
    pub summary: Summary,
    /// The request as it arrived.
    pub request: Request,
    /// The answer, once there is one.
    pub answer: Option<Answer>,
    /// When things happened.
    pub timing: Timing,
    /// What the app noticed while serving.
    pub own_findings: Vec<OwnFinding>,
}
