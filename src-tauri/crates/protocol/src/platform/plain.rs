//! Any other sender: its JSON is shown, and nothing is assumed about what it does with it.

use json_text::{AnnotationKind, Kind};

use super::{AnswerBody, RequestBody, Rules, kind_words, refusal};
use crate::body::BodyKind;
use crate::finding::{Code, Finding, Severity, Side, add_annotations};
use crate::names::Platform;
use crate::outcome::Reason;
use crate::variable::Role;
use crate::words::plain as words;

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
        findings.push(Finding::json_syntax(error, Side::Request));
    }
}

fn check_answer(body: &AnswerBody<'_>, _reason: Option<Reason>, findings: &mut Vec<Finding>) {
    if let (Some(error), BodyKind::Json) = (body.error, body.kind) {
        findings.push(Finding::json_syntax(error, Side::Response));
    }
    let Some(document) = body.document else {
        return;
    };
    if document.is(Kind::Array) {
        let taken = &words::ITEMS_READ;
        let finding = Finding::new(Code::ResponseNotObject, Side::Response);
        findings.push(finding.arg(kind_words(Kind::Array)).arg(taken));
    }
    add_annotations(findings, document, Side::Response, |one| {
        (one.kind != AnnotationKind::LongString).then_some(Severity::Warning)
    });
}
