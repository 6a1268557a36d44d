//! The one entrance: what a request is, and what its caller does with an answer.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::body::{Document, Opened};
use crate::json::{Kind, Note, NoteKind, unescape_lossy};
use crate::platform::{self, AnswerBody, RequestBody};
use crate::{
    Answer, BodyInfo, Code, Finding, Place, Platform, PlatformChoice, Request, Severity, Side,
};

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

impl RequestView {
    /// The names of the variables that came in, in the body's order.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let document = self.document.as_ref().filter(|one| one.is(Kind::Object));
        document.into_iter().flat_map(|document| {
            let text = document.text();
            let counting = document
                .survey
                .entries
                .iter()
                .filter(|entry| !entry.overruled);
            counting.map(|entry| unescape_lossy(entry.key.of(text)).into_owned())
        })
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
        add_notes(&mut findings, document, Side::Request, |note| {
            match note.kind {
                // What the bot sends is not the developer's mistake.
                NoteKind::InexactNumber => Some(Severity::Info),
                NoteKind::LongString => None,
                NoteKind::DuplicateKey | NoteKind::LoneSurrogate => Some(Severity::Warning),
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

/// Turns notes into findings: those that the choice gives a severity.
pub(crate) fn add_notes(
    findings: &mut Vec<Finding>,
    document: &Document,
    side: Side,
    choice: impl Fn(&Note) -> Option<Severity>,
) {
    let survey = &document.survey;
    if survey.notes.is_empty() {
        return;
    }
    let mut places = Places::new(document.text());
    let mut shown = Vec::new();
    for note in &survey.notes {
        let Some(severity) = choice(note) else {
            continue;
        };
        let code = match note.kind {
            NoteKind::DuplicateKey => Code::JsonDuplicateKey,
            NoteKind::InexactNumber => Code::JsonNumberInexact,
            NoteKind::LoneSurrogate => Code::JsonLoneSurrogate,
            NoteKind::LongString => Code::StringTooLong,
        };
        let mut finding = Finding::new(code, side)
            .arg(note.words.as_str())
            .at_pointer(note.pointer.as_str())
            .at_place(places.of(note.offset))
            .with_severity(severity);
        if note.kind == NoteKind::LongString {
            finding = finding.arg(crate::json::LONG_STRING_CHARS as u64);
        }
        findings.push(finding);
        if !shown.contains(&note.kind) {
            shown.push(note.kind);
        }
    }
    for kind in &survey.more {
        if shown.contains(kind) {
            let kept = crate::json::NOTES_PER_KIND as u64;
            findings.push(Finding::new(Code::MoreFindings, side).arg(kept));
        }
    }
}

/// Places of rising offsets in one walk over the text.
struct Places<'a> {
    text: &'a str,
    at: Place,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let at = Place {
            line: 1,
            column: 1,
            offset: 0,
        };
        Self { text, at }
    }

    fn of(&mut self, offset: usize) -> Place {
        let from = usize::try_from(self.at.offset).unwrap_or(usize::MAX);
        let between = self.text.get(from..offset).unwrap_or_default();
        let next = Place::in_text(between, between.len());
        self.at = Place {
            line: self.at.line + next.line - 1,
            column: if next.line == 1 {
                self.at.column + next.column - 1
            } else {
                next.column
            },
            offset: offset as u64,
        };
        self.at
    }
}

#[cfg(test)]
mod tests;
