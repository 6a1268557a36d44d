//! Any other sender: its JSON is shown, and nothing is assumed about what it does with it.

use super::{AnswerBody, RequestBody, Rules, kind_phrase, refusal};
use crate::analysis::add_notes;
use crate::json::{Kind, NoteKind};
use crate::{BodyKind, Code, Finding, Phrase, Platform, Reason, Role, Severity, Side};

pub(super) const RULES: Rules = Rules {
    platform: Platform::Plain,
    recognises: |_| true,
    identify: |_| (None, None),
    role: |_| Role::User,
    check_request,
    refusal,
    check_answer,
};

fn check_request(body: &RequestBody<'_>, findings: &mut Vec<Finding>) {
    // A body that was cut is broken by us.
    if let (Some(error), BodyKind::Json, false) = (body.error, body.kind, body.request.truncated) {
        findings.push(error.finding(Side::Request));
    }
}

fn check_answer(body: &AnswerBody<'_>, _reason: Option<Reason>, findings: &mut Vec<Finding>) {
    if let (Some(error), BodyKind::Json) = (body.error, body.kind) {
        findings.push(error.finding(Side::Response));
    }
    let Some(document) = body.document else {
        return;
    };
    if document.is(Kind::Array) {
        let taken = &Phrase {
            en: "its items are read as variables 0, 1 and so on",
            ru: "его элементы читаются как переменные 0, 1 и так далее",
        };
        let finding = Finding::new(Code::ResponseNotObject, Side::Response);
        findings.push(finding.arg(kind_phrase(Kind::Array)).arg(taken));
    }
    add_notes(findings, document, Side::Response, |note| {
        (note.kind != NoteKind::LongString).then_some(Severity::Warning)
    });
}
