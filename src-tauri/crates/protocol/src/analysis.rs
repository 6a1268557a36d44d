//! The one entrance: what a request is, and what its caller does with an answer.

use json_text::AnnotationKind;

use crate::answer::Answer;
use crate::body::{BodyInfo, Opened};
use crate::document::Document;
use crate::finding::{Code, Finding, Severity, Side, add_annotations};
use crate::message::Request;
use crate::names::{Platform, PlatformChoice};
use crate::outcome::{Outcome, Reason};
use crate::platform::{self, AnswerBody, RequestBody};

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
    pub(crate) document: Option<Document>,
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
    pub(crate) document: Option<Document>,
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
    let opened = Opened::new(
        &request.headers,
        &request.body,
        request.truncated,
        Side::Request,
    );
    let body = RequestBody {
        request,
        document: opened.document.as_ref(),
        error: opened.error.as_ref(),
        kind: opened.info.kind,
    };
    let platform = match choice {
        PlatformChoice::Auto => platform::recognise(&body),
        PlatformChoice::Fixed(platform) => platform,
    };
    let mut findings = opened.findings;
    if let Some(document) = body.document {
        add_annotations(&mut findings, document, Side::Request, |one| {
            match one.kind {
                // What the bot sends is not the developer's mistake.
                AnnotationKind::InexactNumber => Some(Severity::Info),
                AnnotationKind::LongString => None,
                AnnotationKind::DuplicateKey | AnnotationKind::LoneSurrogate => {
                    Some(Severity::Warning)
                }
            }
        });
    }
    if !request.trailers.0.is_empty() {
        let names: Vec<&str> = request
            .trailers
            .0
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        findings.push(Finding::new(Code::Trailers, Side::Request).arg(names.join(", ")));
    }
    let rules = platform::rules(platform);
    let (event, user) = (rules.identify)(&body);
    (rules.check_request)(&body, &mut findings);
    RequestView {
        platform,
        event,
        user,
        body: opened.info,
        findings,
        document: opened.document,
    }
}

/// What an answer does. Runs on every answer.
#[must_use]
pub fn read_answer(view: &RequestView, _request: &Request, answer: &Answer) -> AnswerView {
    let opened = Opened::new(&answer.headers, &answer.body, false, Side::Response);
    let body = AnswerBody {
        status: answer.status,
        document: opened.document.as_ref(),
        error: opened.error.as_ref(),
        certain: opened.certain,
        kind: opened.info.kind,
        request: view.document.as_ref(),
    };
    let rules = platform::rules(view.platform);
    let reason = (rules.refusal)(&body);
    let mut findings = opened.findings;
    (rules.check_answer)(&body, reason, &mut findings);
    AnswerView {
        outcome: Outcome {
            merged: reason.is_none(),
            reason,
        },
        body: opened.info,
        findings,
        document: opened.document,
    }
}

#[cfg(test)]
mod tests;
