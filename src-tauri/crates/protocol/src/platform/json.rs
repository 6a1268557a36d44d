//! Reading as any sender's JSON: the variables are the top-level keys, and an answer's are
//! copied over them. The contract's defaults, and the base for platforms that work so.

use std::borrow::Cow;
use std::collections::HashMap;

use bytes::Bytes;
use json_text::{AnnotationKind, Entry, Kind, unescape_lossy};
use messages::Words;

use crate::answer::Answer;
use crate::body::BodyKind;
use crate::document::Document;
use crate::finding::{Code, Finding, Severity, add_annotations};
use crate::names::Side;
use crate::outcome::{Outcome, Reason};
use crate::platform::context::{AnswerContext, JudgedAnswer, RequestContext};
use crate::variable::{Change, Role, Variable, change};
use crate::words::{kinds, plain as words};

/// The one status whose answer is taken, unless a platform says otherwise.
pub(super) const TAKEN_STATUS: u16 = 200;

/// Status first, then JSON, then an object or an array: the API names the first reason of the
/// three.
pub(super) fn outcome(body: &AnswerContext<'_>, taken_status: u16) -> Outcome {
    if body.answer.status != taken_status {
        return Outcome::not_merged(Reason::STATUS);
    }
    match body.document {
        // JSON is UTF-8 (RFC 8259 §8.1): what had to be guessed or repaired is none.
        Some(_) if !body.certain => Outcome::not_merged(Reason::NOT_JSON),
        Some(document) if document.is(Kind::Object) || document.is(Kind::Array) => Outcome::MERGED,
        Some(_) => Outcome::not_merged(Reason::NOT_OBJECT),
        None => Outcome::not_merged(Reason::NOT_JSON),
    }
}

/// An answer that changes nothing.
pub(super) fn empty_object() -> Answer {
    let headers = [("Content-Type", "application/json")];
    Answer {
        headers: headers.into_iter().collect(),
        ..Answer::json(200, Bytes::from_static(b"{}"))
    }
}

pub(super) fn check_request(body: &RequestContext<'_>, findings: &mut Vec<Finding>) {
    // A body that was cut is broken by the app's own limit.
    if let (Some(error), BodyKind::Json, false) = (body.error, body.kind, body.request.truncated) {
        findings.push(Finding::json_syntax(error, Side::Request));
    }
}

pub(super) fn check_answer(body: &AnswerContext<'_>, findings: &mut Vec<Finding>) {
    if let (Some(error), BodyKind::Json) = (body.error, body.kind) {
        findings.push(Finding::json_syntax(error, Side::Response));
    }
    let Some(document) = body.document else {
        return;
    };
    if document.is(Kind::Array) {
        let finding = Finding::new(Code::ResponseNotObject, Side::Response);
        let finding = finding.arg(kind_words(Kind::Array));
        findings.push(finding.arg(&words::ITEMS_READ));
    }
    add_annotations(findings, document, Side::Response, |one| {
        (one.kind != AnnotationKind::LongString).then_some(Severity::Warning)
    });
}

/// The rows: the request's keys in the body's order, then the answer's new ones.
pub(super) fn variables(
    request: &RequestContext<'_>,
    answer: Option<&JudgedAnswer<'_>>,
    role: impl Fn(&str) -> Role,
) -> Vec<Variable> {
    let merged = answer.is_some_and(|answer| answer.outcome.is_merged());
    let answer = answer.and_then(|answer| answer.document);
    let sent = answer.map(entries).unwrap_or_default();
    let mut by_name: HashMap<&str, usize> = HashMap::with_capacity(sent.len());
    for (index, one) in sent.iter().enumerate() {
        by_name.insert(&one.name, index);
    }
    let mut returned = vec![false; sent.len()];
    let mut rows = Vec::new();
    for one in request.document.map(members).unwrap_or_default() {
        let out = by_name.get(&*one.name).map(|index| {
            returned[*index] = true;
            &sent[*index]
        });
        let change = out.map_or(Change::Untouched, |out| one.change(out));
        let after = out.filter(|_| merged).map_or(one.value, |out| out.value);
        rows.push(Variable {
            role: role(&one.name),
            name: one.name.into_owned(),
            before: Some(one.value.to_owned()),
            sent: out.map(|out| out.value.to_owned()),
            after: Some(after.to_owned()),
            change,
            assumed: false,
        });
    }
    let new = sent
        .into_iter()
        .zip(returned)
        .filter(|(_, returned)| !returned);
    rows.extend(new.map(|(one, _)| Variable {
        role: role(&one.name),
        name: one.name.into_owned(),
        before: None,
        sent: Some(one.value.to_owned()),
        after: merged.then(|| one.value.to_owned()),
        change: Change::New,
        assumed: false,
    }));
    rows
}

/// A variable's name and value in a text.
struct Named<'a> {
    name: Cow<'a, str>,
    value: &'a str,
    kind: Kind,
}

impl Named<'_> {
    fn change(&self, out: &Self) -> Change {
        change((self.kind, self.value), (out.kind, out.value))
    }
}

/// The members of an object.
fn members(document: &Document) -> Vec<Named<'_>> {
    if document.is(Kind::Object) {
        entries(document)
    } else {
        Vec::new()
    }
}

/// The members of an object, or the items of an array by number.
fn entries(document: &Document) -> Vec<Named<'_>> {
    let text = document.text();
    let counted = document.survey.entries.iter().enumerate();
    let counting = counted.filter(|(_, entry)| !entry.superseded);
    counting
        .map(|(index, entry)| Named {
            name: name(document, text, index, entry),
            value: entry.value.of(text),
            kind: entry.kind,
        })
        .collect()
}

fn name<'a>(document: &Document, text: &'a str, index: usize, entry: &Entry) -> Cow<'a, str> {
    if document.is(Kind::Object) {
        unescape_lossy(entry.key.of(text))
    } else {
        Cow::Owned(index.to_string())
    }
}

/// The words for a value's kind.
pub(super) const fn kind_words(kind: Kind) -> &'static Words {
    match kind {
        Kind::Null => &kinds::NULL,
        Kind::Bool => &kinds::BOOL,
        Kind::Number => &kinds::NUMBER,
        Kind::String => &kinds::STRING,
        Kind::Array => &kinds::ARRAY,
        Kind::Object => &kinds::OBJECT,
    }
}
