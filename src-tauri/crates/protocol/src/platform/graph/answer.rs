//! What is wrong with an answer to a Graph bot.

use json_text::{
    AnnotationKind, Entry, Kind, MAX_PER_KIND, Position, Span, has_no_whole_part, in_javascript,
    push_key, unescape_lossy,
};

use crate::body::BodyKind;
use crate::document::{Document, Lookup};
use crate::finding::{Code, Finding, Severity, add_annotations};
use crate::names::Side;
use crate::outcome::{Outcome, Reason};
use crate::platform::context::AnswerContext;
use crate::platform::graph::limits::Level;
use crate::platform::graph::names::{self, REWRITTEN};
use crate::platform::graph::near_names::NearNames;
use crate::platform::graph::words::table;
use crate::platform::json::kind_words;
use crate::variable::{Change, Role, change};

/// How many names of omitted variables are shown.
const SHOWN_NAMES: usize = 5;

pub(super) fn check(body: &AnswerContext<'_>, outcome: Outcome, findings: &mut Vec<Finding>) {
    let reason = outcome.reason();
    if reason == Some(Reason::STATUS) {
        let status = u64::from(body.answer.status);
        findings.push(Finding::new(Code::ResponseStatus, Side::Response).arg(status));
    }
    let Some(document) = body.document else {
        match body.error {
            Some(error) => findings.push(Finding::json_syntax(error, Side::Response)),
            None if reason != Some(Reason::NOT_JSON) => {}
            None if body.kind == BodyKind::Empty => {
                findings.push(Finding::new(Code::ResponseEmpty, Side::Response));
            }
            None => findings.push(Finding::new(Code::ResponseNotJson, Side::Response)),
        }
        return;
    };
    if reason == Some(Reason::NOT_JSON) {
        findings.push(Finding::new(Code::ResponseNotJson, Side::Response));
    }
    if document.is(Kind::Object) {
        check_object(
            document,
            body.request.document,
            outcome.is_merged(),
            findings,
        );
    } else {
        findings.push(not_an_object(document.survey.root));
        add_annotations(findings, document, Side::Response, |_| {
            Some(Severity::Warning)
        });
    }
}

fn not_an_object(kind: Kind) -> Finding {
    let then = if kind == Kind::Array {
        // Inferred, (13).
        &table::ITEMS_BECOME
    } else {
        &table::IGNORED
    };
    let finding = Finding::new(Code::ResponseNotObject, Side::Response);
    finding.arg(kind_words(kind)).arg(then)
}

fn check_object(
    answer: &Document,
    request: Option<&Document>,
    taken: bool,
    findings: &mut Vec<Finding>,
) {
    let text = answer.text();
    let entries = &answer.survey.entries;
    if entries.is_empty() {
        return;
    }
    let lookup = Lookup::new(request, entries.len());
    let mut check = Check {
        text,
        findings: Vec::new(),
        counts: Vec::new(),
        echoed: Vec::new(),
        same: Vec::new(),
        near: NearNames::new(answer, request),
        replaced_bytes: 0,
    };
    for entry in entries.iter().filter(|entry| !entry.superseded) {
        check.entry(entry, &lookup);
    }
    let Check {
        findings: mut found,
        mut echoed,
        same,
        replaced_bytes,
        ..
    } = check;
    findings.append(&mut found);
    // What comes back as it went out was noted with the request.
    add_annotations(findings, answer, Side::Response, |one| {
        let carried = !matches!(one.kind, AnnotationKind::DuplicateKey);
        let known = carried && same.iter().any(|span| span.contains(one.offset));
        (!known).then_some(Severity::Warning)
    });
    if !echoed.is_empty() {
        findings.extend(omitted(answer, request));
        let finding = Finding::new(Code::ReservedKeysEchoed, Side::Response);
        echoed.truncate(SHOWN_NAMES);
        findings.push(finding.arg(echoed.join(", ")));
    }
    if taken {
        let before = request.map_or(0, Document::len);
        let after = (before + answer.len()).saturating_sub(replaced_bytes);
        if Level::of(after) > Level::of(before) {
            findings.extend(Level::of(after).finding(after, Side::Response));
        }
    }
}

/// The user's own variables that an answer leaves out, where it returns the whole set otherwise.
fn omitted(answer: &Document, request: Option<&Document>) -> Option<Finding> {
    let request = request?;
    let text = request.text();
    let returned = Lookup::new(Some(answer), request.survey.entries.len());
    let mut names = Vec::new();
    for entry in request
        .survey
        .entries
        .iter()
        .filter(|entry| !entry.superseded)
    {
        let quoted = entry.key.of(text);
        let name = unescape_lossy(quoted);
        if names::role(&name) == Role::USER && returned.find(quoted, &name).is_none() {
            if names.len() == SHOWN_NAMES {
                names.push("…".to_owned());
                break;
            }
            names.push(name.into_owned());
        }
    }
    let finding = Finding::new(Code::KeysNotRemoved, Side::Response);
    (!names.is_empty()).then(|| finding.arg(names.join(", ")))
}

/// The findings about single variables of an answer.
struct Check<'a> {
    text: &'a str,
    findings: Vec<Finding>,
    /// How many there are of each code.
    counts: Vec<(Code, usize)>,
    /// The platform's own variables that came back unchanged.
    echoed: Vec<&'static str>,
    /// The values that came back unchanged.
    same: Vec<Span>,
    /// The bot's variables that a new name may have been meant to be.
    near: NearNames,
    /// The request's bytes that the answer replaces.
    replaced_bytes: usize,
}

impl Check<'_> {
    fn entry(&mut self, entry: &Entry, lookup: &Lookup<'_>) {
        let quoted = entry.key.of(self.text);
        let value = entry.value.of(self.text);
        let name = unescape_lossy(quoted);
        let before = lookup.find(quoted, &name);
        if let Some((before, _)) = before {
            self.replaced_bytes += before.key.len() + before.value.len();
        }
        let change = before.map(|(before, text)| change((before.kind, text), (entry.kind, value)));
        if change == Some(Change::Same) {
            let own = REWRITTEN.iter().find(|own| **own == name);
            self.echoed.extend(own);
            self.same.push(entry.value);
            return;
        }
        if let Some(code) = names::problem(&name, before.is_some()) {
            self.add(code, entry, &name, |finding| finding);
            if matches!(code, Code::EngineKey | Code::ReservedKey) {
                return;
            }
        }
        if before.is_none()
            && let Some(near) = self.near.find(&name)
        {
            self.add(Code::NameNear, entry, &name, |finding| finding.arg(near));
        }
        match entry.kind {
            Kind::Null => self.add(Code::VariableNull, entry, &name, |finding| finding),
            Kind::Number if has_no_whole_part(value) => {
                let held = in_javascript(value);
                self.add(Code::VariableZero, entry, &name, |finding| {
                    finding.arg(held)
                });
            }
            _ => {}
        }
        if let (Some(Change::TypeChanged), Some((before, _))) = (change, before) {
            let (was, is) = (kind_words(before.kind), kind_words(entry.kind));
            self.add(Code::TypeChanged, entry, &name, |finding| {
                finding.arg(was).arg(is)
            });
        }
    }

    fn add(
        &mut self,
        code: Code,
        entry: &Entry,
        name: &str,
        more: impl FnOnce(Finding) -> Finding,
    ) {
        let count = match self.counts.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => count,
            None => &mut self.counts.push_mut((code, 0)).1,
        };
        *count += 1;
        if *count > MAX_PER_KIND {
            if *count == MAX_PER_KIND + 1 {
                let finding = Finding::new(Code::MoreFindings, Side::Response);
                self.findings.push(finding.arg(MAX_PER_KIND as u64));
            }
            return;
        }
        let mut pointer = String::new();
        push_key(&mut pointer, name);
        let finding = Finding::new(code, Side::Response)
            .arg(name)
            .at_pointer(pointer)
            .at_position(Position::in_text(self.text, entry.key.start()));
        self.findings.push(more(finding));
    }
}
