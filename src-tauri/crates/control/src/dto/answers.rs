//! What was answered, as versions.

use engine::{AnswerPage, AnswerVersion, AnsweredTurn};
use protocol::{AnsweredBy, BodyInfo, BotId, ExchangeId, UtcMillis};
use serde::Serialize;
use utoipa::ToSchema;

/// The versions of answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswerVersions {
    /// Newest first.
    versions: Vec<AnswerVersionView>,
    /// Where the next page begins, `null` at the end. A page may be empty and not be the last one.
    next_before: Option<u64>,
}

/// An answer, and how often it was given. Equal are event, who answered, rule, status, the fields
/// that were given and the bytes of the body; of a body of more than 16 MiB its length and its
/// first MiB, and of an event what the list shows of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnswerVersion)]
struct AnswerVersionView {
    /// The newest exchange that it was given in.
    exchange_id: ExchangeId,
    /// Its place in the order of arrival.
    seq: u64,
    /// When its request arrived.
    at: UtcMillis,
    bot: BotId,
    event: Option<String>,
    user: Option<String>,
    answered_by: Option<AnsweredBy>,
    /// The id of the rule that took the turn.
    rule: Option<String>,
    #[schema(minimum = 100, maximum = 999)]
    status: u16,
    /// Name and value, in order, without those that the server adds.
    headers: Vec<(String, String)>,
    body: BodyInfo,
    /// The body, where it is UTF-8 of at most 64 KiB.
    text: Option<String>,
    /// How often it was given, within this page.
    times: u64,
    /// The oldest exchange that it was given in, within this page.
    first: FirstAnswer,
}

/// An exchange that had an answer.
#[derive(Debug, Serialize, ToSchema)]
struct FirstAnswer {
    exchange_id: ExchangeId,
    seq: u64,
    at: UtcMillis,
}

impl From<AnswerPage> for AnswerVersions {
    fn from(page: AnswerPage) -> Self {
        Self {
            versions: page.versions.into_iter().map(Into::into).collect(),
            next_before: page.next_before,
        }
    }
}

impl From<AnswerVersion> for AnswerVersionView {
    fn from(version: AnswerVersion) -> Self {
        let newest = version.newest;
        Self {
            exchange_id: newest.id,
            seq: newest.seq,
            at: newest.at,
            bot: newest.bot,
            event: newest.event,
            user: newest.user,
            answered_by: newest.answered_by,
            rule: newest.rule.map(|rule| rule.id),
            status: version.status,
            headers: version.headers,
            body: version.body,
            text: version.text,
            times: version.times,
            first: version.first.into(),
        }
    }
}

impl From<AnsweredTurn> for FirstAnswer {
    fn from(turn: AnsweredTurn) -> Self {
        Self {
            exchange_id: turn.id,
            seq: turn.seq,
            at: turn.at,
        }
    }
}
