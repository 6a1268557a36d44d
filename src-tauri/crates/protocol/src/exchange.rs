//! An exchange: one request and its answer, as the app stores it.

use messages::{Message, Say};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::content::Body;
use crate::finding::{FindingCounts, OwnFinding};
use crate::message::{Headers, Request};
use crate::names::{
    AnsweredBy, BotId, ExchangeId, FaultKind, Micros, Side, Source, State, UtcMillis,
};
use crate::outcome::Outcome;
use crate::platform::{Platform, PlatformChoice};
use crate::words::failures;

/// The largest body that is received, sent or stored, in bytes. SQLite holds a value of at most
/// 1,000,000,000 bytes by default; the difference is for the row's other columns.
pub const LARGEST_BODY: usize = 900_000_000;

/// An exchange as the list shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The exchange's identity.
    pub id: ExchangeId,
    /// Its number in the order of arrival; never changes.
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
    /// The event, where the platform has one; of a very long one its beginning ([`list_name`]).
    pub event: Option<String>,
    /// The user, where the platform names one; cut as the event.
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
    /// Exempt from the retention.
    pub pinned: bool,
    /// The fault that it ended with.
    pub fault: Option<FaultKind>,
    /// Why it failed or was abandoned.
    pub failure: Option<Failure>,
    /// When the developer's own server had answered, since the request's head arrived.
    pub upstream_after: Option<Micros>,
    /// The same where something else had gone out before.
    pub late_after: Option<Micros>,
    /// The exchange whose answer carried the variables of this one's late answer.
    pub delivered_with: Option<ExchangeId>,
    /// The exchange whose late answer's variables went out with this one's answer.
    pub carried: Option<ExchangeId>,
    /// The length of the body of the developer's own server's answer, where it is kept apart.
    pub upstream_bytes: u64,
    /// The same of its late answer.
    pub late_bytes: u64,
    /// Which of the turns of one message it is.
    pub message: Option<MessageTurn>,
    /// Which attempt of a call it is, where it is not the first.
    pub attempt: Option<AttemptOf>,
    /// The rule that took the turn, whoever answered then.
    pub rule: Option<RuleUse>,
    /// The exchange after whose answer a rule made this call.
    pub caused_by: Option<ExchangeId>,
}

/// A rule as it took a turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleUse {
    /// The rule's id.
    pub id: String,
    /// The number of this turn among those that came to it.
    pub call: u64,
}

/// One of the turns that a bot's platform makes of one message of a user's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageTurn {
    /// From 1.
    pub number: u32,
    /// The first of them.
    pub first: ExchangeId,
    /// From the first one's arrival to this one's.
    pub used: Micros,
}

/// An attempt of a call that its platform makes again after a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttemptOf {
    /// Its number, from 1.
    pub number: u32,
    /// The first attempt.
    pub first: ExchangeId,
}

impl Summary {
    /// What became of an answer that did not reach its bot whole; `None` where one did, or may yet.
    #[must_use]
    pub fn undelivered(&self) -> Option<Outcome> {
        let code = self.failure.as_ref().map(|failure| failure.code);
        match (self.state, code) {
            (State::Abandoned, _)
            | (State::Failed, Some(FailureCode::CallerLeft | FailureCode::WriteFailed)) => {
                Some(Outcome::CALLER_LEFT)
            }
            (State::Failed, _) => Some(Outcome::NO_ANSWER),
            (State::Held | State::Answering | State::Answered, _) => None,
        }
    }

    /// The summary as lists and the feed show it: its texts cut to a length that many rows may
    /// have. The request has them whole.
    #[must_use]
    pub fn for_list(mut self) -> Self {
        self.event = self.event.map(list_name);
        self.user = self.user.map(list_name);
        self.method = cut(self.method, LIST_NAME_CHARS);
        self.path = cut(self.path, LIST_PATH_CHARS);
        self
    }

    /// Its texts in memory, in bytes.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        let names = [&self.event, &self.user].into_iter().flatten();
        let detail = self.failure.iter().map(|failure| &failure.detail);
        let rule = self.rule.iter().map(|rule| &rule.id);
        let texts = [&self.method, &self.path, &self.note];
        let texts = names.chain(detail).chain(rule).chain(texts);
        texts.map(String::capacity).sum()
    }
}

/// Characters of an event, a user or a method that a list shows. A body's event may be as long as
/// the body: 20 of 4 MB made a list of 152 MB.
const LIST_NAME_CHARS: usize = 256;

/// Characters of a path that a list shows.
const LIST_PATH_CHARS: usize = 2_048;

/// The name of an event or a user as a summary has it.
#[must_use]
pub fn list_name(name: String) -> String {
    cut(name, LIST_NAME_CHARS)
}

/// A text of so many characters at most, the last of which tells that more followed.
fn cut(text: String, most: usize) -> String {
    if text.len() <= most {
        return text;
    }
    match text.char_indices().nth(most) {
        None => text,
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

/// How an exchange ended: what is recorded of it then, whole and at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ending {
    /// How far it has come.
    pub state: State,
    /// Who gave the answer.
    pub answered_by: Option<AnsweredBy>,
    /// The answer's status.
    pub status: Option<u16>,
    /// The length of the answer's body, in bytes.
    pub response_bytes: u64,
    /// The fault that it ended with.
    pub fault: Option<FaultKind>,
    /// Why it failed or was abandoned.
    pub failure: Option<Failure>,
}

impl Summary {
    /// Ends the exchange: nobody is waited for any more.
    pub fn end(&mut self, ending: Ending) {
        let Ending {
            state,
            answered_by,
            status,
            response_bytes,
            fault,
            failure,
        } = ending;
        self.state = state;
        self.answered_by = answered_by;
        self.status = status;
        self.response_bytes = response_bytes;
        self.fault = fault;
        self.failure = failure;
        self.deadline = None;
    }

    /// How the exchange ended; `None` while it is open.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.state.is_settled().then(|| Ending {
            state: self.state,
            answered_by: self.answered_by,
            status: self.status,
            response_bytes: self.response_bytes,
            fault: self.fault,
            failure: self.failure.clone(),
        })
    }
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
    /// The target's answer is not whole; what had arrived of it is recorded.
    AnswerCut,
    /// The target's address cannot be used.
    BadTarget,
    /// The recorded body that was to be sent could not be read.
    BodyUnreadable,
    /// There was no room for the target's answer.
    NoRoom,
    /// The request broke HTTP's rules, and its stream was ended for that.
    BrokenRequest,
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
}

impl Say for Failure {
    fn message(&self) -> Message {
        let cause = match self.code {
            FailureCode::CallerLeft => &failures::CALLER_LEFT,
            FailureCode::WriteFailed => &failures::WRITE_FAILED,
            FailureCode::ProcessEnded => &failures::PROCESS_ENDED,
            FailureCode::NoAddress => &failures::NO_ADDRESS,
            FailureCode::Refused => &failures::REFUSED,
            FailureCode::TimedOut => &failures::TIMED_OUT,
            FailureCode::Tls => &failures::TLS,
            FailureCode::BadAnswer => &failures::BAD_ANSWER,
            FailureCode::AnswerCut => &failures::ANSWER_CUT,
            FailureCode::BadTarget => &failures::BAD_TARGET,
            FailureCode::BodyUnreadable => &failures::BODY_UNREADABLE,
            FailureCode::NoRoom => &failures::NO_ROOM,
            FailureCode::BrokenRequest => &failures::BROKEN_REQUEST,
            FailureCode::Other => &failures::OTHER,
        };
        if self.detail.is_empty() {
            failures::ALONE.arg(cause)
        } else {
            failures::DETAILED
                .arg(cause)
                .arg(messages::foreign(&self.detail))
        }
    }
}

/// Moments of an exchange, since the request's head arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// The body had arrived.
    pub received: Micros,
    /// It was decided who answers.
    pub decided: Option<Micros>,
    /// The answer was handed to the network.
    pub answered: Option<Micros>,
}

/// An exchange with everything that is stored of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exchange {
    /// What the list shows.
    pub summary: Summary,
    /// The request as it arrived.
    pub request: Request,
    /// The answers, as far as there are any.
    pub answers: Answers,
    /// When things happened.
    pub timing: Timing,
    /// What its bot had chosen as its platform when it arrived; `None` where it was received by a
    /// version that did not store it.
    pub platform_choice: Option<PlatformChoice>,
    /// What the bot's rules rested on beside the request, where they were asked: a JSON document of
    /// the engine's.
    pub rule_context: Option<String>,
    /// What the app noticed while serving.
    pub own_findings: Vec<OwnFinding>,
}

impl Exchange {
    /// What went back to the caller, or goes back.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        self.answers.get(Side::Response)
    }

    /// One of its messages; `None` where there is none of that side.
    #[must_use]
    pub fn message(&self, side: Side) -> Option<RecordedMessage<'_>> {
        if side == Side::Request {
            return Some(RecordedMessage {
                headers: &self.request.headers,
                body: &self.request.body,
                is_truncated: self.request.truncated,
            });
        }
        let not_saved = |finding: &OwnFinding| finding.is(side.not_saved());
        let failure = self.summary.failure.as_ref();
        let is_cut = side == Side::Response
            && failure.is_some_and(|failure| failure.code == FailureCode::AnswerCut);
        self.answers.get(side).map(|answer| RecordedMessage {
            headers: &answer.headers,
            body: &answer.body,
            is_truncated: is_cut || self.own_findings.iter().any(not_saved),
        })
    }
}

/// A message of an exchange as it is recorded.
#[derive(Clone, Copy, Debug)]
pub struct RecordedMessage<'a> {
    /// Its header fields.
    pub headers: &'a Headers,
    /// Its body, or what was recorded of it.
    pub body: &'a Body,
    /// Only the beginning of the body was recorded.
    pub is_truncated: bool,
}

/// The answers of an exchange, at most one of each side, in the order of the sides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers(Vec<(Side, Answer)>);

impl Answers {
    /// The answer of a side.
    #[must_use]
    pub fn get(&self, side: Side) -> Option<&Answer> {
        self.iter()
            .find_map(|(other, answer)| (other == side).then_some(answer))
    }

    /// Adds, replaces or removes the answer of a side.
    pub fn set(&mut self, side: Side, answer: impl Into<Option<Answer>>) {
        self.0.retain(|(other, _)| *other != side);
        if let Some(answer) = answer.into() {
            let index = self.0.partition_point(|(other, _)| *other < side);
            self.0.insert(index, (side, answer));
        }
    }

    /// Takes the answer of a side out.
    pub fn take(&mut self, side: Side) -> Option<Answer> {
        let index = self.0.iter().position(|(other, _)| *other == side)?;
        Some(self.0.remove(index).1)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (Side, &Answer)> {
        self.0.iter().map(|(side, answer)| (*side, answer))
    }
}

/// What goes back to the caller alone.
impl From<Answer> for Answers {
    fn from(answer: Answer) -> Self {
        Self(vec![(Side::Response, answer)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_has_one_answer_at_most() {
        let mut answers = Answers::from(Answer::json(200, "1"));
        answers.set(Side::Response, Answer::json(201, "2"));
        assert_eq!(answers, Answer::json(201, "2").into());
        assert_eq!(answers.take(Side::Response).unwrap().status, 201);
        assert_eq!(answers, Answers::default());
    }

    #[test]
    fn a_list_shows_long_names_and_paths_by_their_beginning() {
        let summary = Summary {
            event: Some("я".repeat(LIST_NAME_CHARS)),
            user: Some("u".repeat(LIST_NAME_CHARS + 1)),
            method: "POST".to_owned(),
            path: format!("/{}", "é".repeat(1 << 20)),
            ..Summary::default()
        };
        let event = summary.event.clone();
        let listed = summary.for_list();
        assert_eq!(listed.event, event, "one that fits stays");
        let user = listed.user.clone().unwrap();
        assert_eq!(user, format!("{}…", "u".repeat(LIST_NAME_CHARS - 1)));
        assert_eq!(listed.method, "POST");
        assert_eq!(listed.path.chars().count(), LIST_PATH_CHARS);
        assert!(listed.text_bytes() < 8_192);
    }
}
