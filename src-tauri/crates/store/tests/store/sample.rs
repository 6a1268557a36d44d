//! The exchange that is stored wherever one is needed: by the tests, and by the example that
//! measures inserts and includes this file.

use protocol::{
    Answer, AnsweredBy, BotId, Ending, Exchange, ExchangeId, Headers, HttpVersion, Micros,
    Platform, PlatformChoice, Request, Source, State, Summary, Timing, UtcMillis,
};
use uuid::Uuid;

/// When the first exchange arrived; each one comes a second after the one before.
pub(crate) const MORNING: i64 = 1_763_787_600_000;

pub(crate) const BOT: BotId = BotId(Uuid::from_u128(0xb07));

/// An id that tells its number.
pub(crate) fn id(seq: u64) -> ExchangeId {
    ExchangeId(Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(seq),
    ))
}

/// An ordinary answered exchange.
pub(crate) fn exchange(seq: u64) -> Exchange {
    let body = format!("{{\"action\":\"event1\",\"user_id\":\"user{seq}\",\"number\":{seq}}}");
    let answer = Answer::json(200, "{\"answer\":1}");
    Exchange {
        summary: Summary {
            id: id(seq),
            seq,
            at: UtcMillis(MORNING + 1000 * i64::try_from(seq).expect("few exchanges are stored")),
            bot: BOT,
            source: Source::Webhook,
            platform: Platform::Graph,
            method: "POST".into(),
            path: "/".into(),
            event: Some("event1".into()),
            user: Some(format!("user{seq}")),
            state: State::Answered,
            answered_by: Some(AnsweredBy::Default),
            status: Some(answer.status),
            request_bytes: body.len() as u64,
            response_bytes: answer.body.length(),
            ..Summary::default()
        },
        request: request(body),
        answers: answer.into(),
        timing: Timing {
            received: Micros(100),
            decided: Some(Micros(200)),
            ..Timing::default()
        },
        platform_choice: Some(PlatformChoice::Auto),
        rule_context: None,
        own_findings: Vec::new(),
    }
}

/// How an exchange ends that a person answers.
pub(crate) fn ending(answer: &Answer) -> Ending {
    Ending {
        state: State::Answered,
        answered_by: Some(AnsweredBy::Hand),
        status: Some(answer.status),
        response_bytes: answer.body.length(),
        ..Ending::default()
    }
}

pub(crate) fn request(body: impl Into<protocol::Body>) -> Request {
    Request {
        method: "POST".into(),
        path: "/".into(),
        query: None,
        is_target_latin1: true,
        http_version: HttpVersion::Http11,
        remote: "127.0.0.1:5555".into(),
        headers: [("Content-Type", "application/json")].into_iter().collect(),
        trailers: Headers::default(),
        body: body.into(),
        truncated: false,
    }
}
