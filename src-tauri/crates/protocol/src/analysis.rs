//! The entry points: what a request is, what becomes of an answer, and the variables of both.

use std::sync::Arc;

use json_text::{AnnotationKind, JsonError, Kind};

use crate::answer::Answer;
use crate::body::{BodyInfo, BodyKind, ParsedBody, decode_text};
use crate::document::Document;
use crate::finding::{Code, Finding, Severity, add_annotations};
use crate::message::Request;
use crate::names::Side;
use crate::outcome::Outcome;
use crate::platform::{
    self, After, AnswerContext, ChatStep, Contract, ExportedAnswer, Identity, JudgedAnswer,
    Platform, PlatformChoice, PlatformReason, PlatformSettings, RequestContext, SessionMarks,
    SettingsError, contract,
};
use crate::variable::Variable;

/// How a bot's requests are read.
#[derive(Clone, Debug, Default)]
pub struct ReadAs {
    /// The platform, or that each request is recognised.
    pub choice: PlatformChoice,
    /// What is set for the platforms.
    pub settings: Option<Arc<PlatformSettings>>,
}

impl From<PlatformChoice> for ReadAs {
    fn from(choice: PlatformChoice) -> Self {
        Self {
            choice,
            settings: None,
        }
    }
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
    /// Equal for requests that one message of a user's led to, where that can be told.
    pub message: Option<u64>,
    /// The body in short.
    pub body: BodyInfo,
    /// What is worth knowing about it.
    pub findings: Vec<Finding>,
    document: Option<Document>,
    error: Option<JsonError>,
    settings: Option<Arc<PlatformSettings>>,
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
    document: Option<Document>,
}

impl RequestView {
    /// The request as its platform sees it.
    #[must_use]
    pub fn context<'a>(&'a self, request: &'a Request) -> RequestContext<'a> {
        RequestContext {
            request,
            document: self.document.as_ref(),
            error: self.error.as_ref(),
            kind: self.body.kind,
            settings: self.settings.as_ref(),
        }
    }

    /// What goes out to the request when nobody else answers and the bot was given no answer.
    #[must_use]
    pub fn default_answer(&self, request: &Request) -> Answer {
        contract(self.platform).default_answer(&self.context(request))
    }

    /// The program that sent the request, where its platform tells its callers apart.
    #[must_use]
    pub fn sender(&self, request: &Request) -> Option<&'static str> {
        contract(self.platform).sender(&self.context(request))
    }

    /// What it says of the session that it belongs to.
    #[must_use]
    pub fn session(&self, request: &Request) -> SessionMarks {
        contract(self.platform).session(&self.context(request))
    }

    /// The text of its body as another user's; `None` where it names no user.
    #[must_use]
    pub fn of_user(&self, request: &Request, user: &str) -> Option<String> {
        let contract = contract(self.platform);
        let span = contract.user_span(&self.context(request))?;
        let text = self.document.as_ref()?.text();
        let [before, behind] = [&text[..span.start()], &text[span.end()..]];
        Some(format!("{before}{}{behind}", contract.user_value(user)))
    }

    /// The text of the user's message that led to it.
    #[must_use]
    pub fn message_text(&self, request: &Request) -> Option<String> {
        contract(self.platform).message_text(&self.context(request))
    }

    /// Whether variables can be read from its body.
    #[must_use]
    pub fn has_variables(&self) -> bool {
        let document = self.document.as_ref();
        document.is_some_and(|document| document.is(Kind::Object))
            || self.body.kind == BodyKind::Form
    }

    /// Why the request follows its platform, where its bot chooses so.
    #[must_use]
    pub fn platform_reason(&self, request: &Request, choice: PlatformChoice) -> PlatformReason {
        let sender = platform::recognise(&self.context(request));
        PlatformReason::new(self.platform, choice, sender)
    }
}

impl AnswerView {
    /// The same answer where the bot did not get all of it: nothing is taken.
    #[must_use]
    pub fn undelivered(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }
}

/// What a request is. Runs on every request.
#[must_use]
pub fn read_request(read_as: impl Into<ReadAs>, request: &Request) -> RequestView {
    let ReadAs { choice, settings } = read_as.into();
    let parsed = ParsedBody::new(
        &request.headers,
        &request.body,
        request.truncated,
        Side::Request,
    );
    let context = RequestContext {
        request,
        document: parsed.document.as_ref(),
        error: parsed.error.as_ref(),
        kind: parsed.info.kind,
        settings: settings.as_ref(),
    };
    let platform = match choice {
        PlatformChoice::Auto => platform::recognise(&context)
            .sure_platform()
            .unwrap_or_default(),
        PlatformChoice::Fixed(platform) => platform,
    };
    let mut findings = parsed.findings;
    add_general_findings(&context, &mut findings);
    let contract = contract(platform);
    let Identity {
        event,
        user,
        message,
    } = contract.identify(&context);
    contract.check_request(&context, &mut findings);
    RequestView {
        platform,
        event,
        user,
        message,
        body: parsed.info,
        findings,
        document: parsed.document,
        error: parsed.error,
        settings,
    }
}

/// What is worth knowing about any request, whatever its platform.
fn add_general_findings(context: &RequestContext<'_>, findings: &mut Vec<Finding>) {
    if let Some(document) = context.document {
        add_annotations(findings, document, Side::Request, |one| {
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
    let trailers = &context.request.trailers.0;
    if !trailers.is_empty() {
        let names: Vec<&str> = trailers.iter().map(|(name, _)| name.as_str()).collect();
        findings.push(Finding::new(Code::Trailers, Side::Request).arg(names.join(", ")));
    }
}

/// What an answer does. Runs on every answer.
#[must_use]
pub fn read_answer(view: &RequestView, request: &Request, answer: &Answer) -> AnswerView {
    judge(contract(view.platform), &view.context(request), answer)
}

fn judge(contract: &dyn Contract, request: &RequestContext<'_>, answer: &Answer) -> AnswerView {
    let parsed = ParsedBody::new(&answer.headers, &answer.body, false, Side::Response);
    let context = AnswerContext {
        request,
        answer,
        document: parsed.document.as_ref(),
        error: parsed.error.as_ref(),
        certain: parsed.certain,
        kind: parsed.info.kind,
    };
    let outcome = contract.outcome(&context);
    let mut findings = parsed.findings;
    contract.check_answer(&context, outcome, &mut findings);
    AnswerView {
        outcome,
        body: parsed.info,
        findings,
        document: parsed.document,
    }
}

/// The variables in, out and after, in the order in which the platform shows them.
#[must_use]
pub fn variables(
    view: &RequestView,
    request: &Request,
    answer: Option<(&Answer, &AnswerView)>,
) -> Vec<Variable> {
    let answer = answer.map(|(answer, view)| JudgedAnswer {
        answer,
        document: view.document.as_ref(),
        outcome: view.outcome,
    });
    contract(view.platform).variables(&view.context(request), answer.as_ref())
}

/// An answer as it is written into a file; `None` where not all of its body lies in memory.
#[must_use]
pub fn exported_answer(answer: &Answer, view: &AnswerView) -> Option<ExportedAnswer> {
    let whole = answer.body.whole()?;
    let document = view.document.as_ref();
    let decoded = decode_text(&answer.headers, whole).text;
    let is_in_part = document.is_none() && decoded.is_none();
    let text = match document {
        Some(document) => document.text().to_owned(),
        None => decoded
            .unwrap_or_else(|| String::from_utf8_lossy(whole))
            .into_owned(),
    };
    Some(ExportedAnswer {
        status: answer.status,
        text,
        is_json: document.is_some(),
        is_in_part,
    })
}

/// What the platform's user has after a call that was composed for it, and its answer.
#[must_use]
pub fn after_sending(
    platform: Platform,
    composed: &str,
    answer: Option<(&Answer, &AnswerView)>,
) -> Option<Result<After, SettingsError>> {
    let answer = answer.map(|(answer, view)| JudgedAnswer {
        answer,
        document: view.document.as_ref(),
        outcome: view.outcome,
    });
    contract(platform).after_sending(composed, answer.as_ref())
}

/// What the answer to an event that was composed does in its chat.
#[must_use]
pub fn answer_steps(
    platform: Platform,
    composed: &str,
    answer: Option<(&Answer, &AnswerView)>,
) -> Vec<ChatStep> {
    let answer = answer.map(|(answer, view)| JudgedAnswer {
        answer,
        document: view.document.as_ref(),
        outcome: view.outcome,
    });
    contract(platform).answer_steps(composed, answer.as_ref())
}

#[cfg(test)]
mod tests;
