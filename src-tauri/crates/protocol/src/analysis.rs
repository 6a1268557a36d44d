//! The one entrance: what a request is, and what its caller does with an answer.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Answer, BodyInfo, BodyKind, Finding, Platform, PlatformChoice, Request, body_info};

/// Why a bot does not take an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The status is not the one it takes.
    Status,
    /// The body is not JSON, or empty.
    NotJson,
    /// The body is JSON, but a string, a number, a boolean or null.
    NotObject,
    /// The caller closed the connection first.
    CallerLeft,
}

/// Whether a bot takes an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Outcome {
    /// It takes it.
    pub merged: bool,
    /// Why it does not.
    pub reason: Option<Reason>,
}

/// What a request is.
#[derive(Clone, Debug)]
pub struct RequestView {
    /// Whose rules it follows.
    pub platform: Platform,
    /// The event, where the platform has one.
    pub event: Option<String>,
    /// The user, where the platform names one.
    pub user: Option<String>,
    /// The body in short.
    pub body: BodyInfo,
    /// What is worth knowing about it.
    pub findings: Vec<Finding>,
}

/// What an answer does.
#[derive(Clone, Debug)]
pub struct AnswerView {
    /// Whether the bot takes it.
    pub outcome: Outcome,
    /// The body in short.
    pub body: BodyInfo,
    /// What is worth knowing about it.
    pub findings: Vec<Finding>,
}

impl RequestView {
    /// The names of the variables that came in, in the body's order.
    pub fn names(&self) -> impl Iterator<Item = String> {
        std::iter::empty()
    }
}

impl AnswerView {
    /// The same answer when the caller left before it: nothing is taken.
    #[must_use]
    pub fn caller_left(mut self) -> Self {
        self.outcome = Outcome {
            merged: false,
            reason: Some(Reason::CallerLeft),
        };
        self
    }
}

/// What a request is. Runs on every request.
#[must_use]
pub fn read_request(choice: PlatformChoice, request: &Request) -> RequestView {
    let platform = match choice {
        PlatformChoice::Auto => Platform::Plain,
        PlatformChoice::Fixed(platform) => platform,
    };
    let body = body_info(&request.headers, &request.body, request.truncated);
    RequestView {
        platform,
        event: None,
        user: None,
        body,
        findings: Vec::new(),
    }
}

/// What an answer does. Runs on every answer.
#[must_use]
pub fn read_answer(_view: &RequestView, _request: &Request, answer: &Answer) -> AnswerView {
    let body = body_info(&answer.headers, &answer.body, false);
    let reason = match body.kind {
        _ if answer.status != 200 => Some(Reason::Status),
        BodyKind::Json => None,
        _ => Some(Reason::NotJson),
    };
    let outcome = Outcome {
        merged: reason.is_none(),
        reason,
    };
    AnswerView {
        outcome,
        body,
        findings: Vec::new(),
    }
}
