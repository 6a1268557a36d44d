//! Sber's SaluteBot Graph: one POST with all variables and an `action`; the answer's top-level
//! keys are copied over them. The facts and their sources are in `protocols.md` §1; what is
//! inferred there stands here as one named constant each.

use json_text::{
    AnnotationKind, Entry, Kind, MAX_PER_KIND, Position, Span, char_count, is_zero, push_key,
    unescape_lossy,
};

use super::limits::Level;
use super::{AnswerBody, RequestBody, Rules, kind_words, refusal};
use crate::body::BodyKind;
use crate::document::{Document, Lookup};
use crate::finding::{Code, Finding, Severity, Side, add_annotations};
use crate::message::Headers;
use crate::names::Platform;
use crate::outcome::Reason;
use crate::variable::{Change, Role, change};
use crate::words::graph as words;

pub(super) const RULES: Rules = Rules {
    platform: Platform::Graph,
    recognises,
    identify,
    role,
    check_request,
    refusal,
    check_answer,
};

/// The one status whose answer is merged. Inferred, §1.4 (13).
pub(super) const TAKEN_STATUS: u16 = 200;

/// The key of the event, §1.1 (seed 000).
const EVENT_KEY: &str = "action";

/// The key of the user, §1.2 (2).
const USER_KEY: &str = "userId";

/// The key of the user's message, §1.2 (2).
const MESSAGE_KEY: &str = "queryText";

/// The longest message of a user, in characters, §1.3 (3).
const MESSAGE_CHARS: usize = 400;

/// Variables that the platform writes, §1.2.
const SYSTEM: [&str; 16] = [
    "queryText",
    "userId",
    "rawRequest",
    "lastSeen",
    "clientProfile",
    "userChannel",
    "httpResponse",
    "httpStatus",
    "eventData",
    "gigaChatResponseStatus",
    "gigaChatResponseError",
    "knowledgeBaseResponseStatus",
    "knowledgeBaseResponseError",
    "channelType",
    "channelId",
    "start",
];

/// Written anew on every message, so that a change lives for one turn. Inferred, §1.2 (13).
const REWRITTEN: [&str; 6] = [
    "queryText",
    "userId",
    "rawRequest",
    "channelType",
    "channelId",
    EVENT_KEY,
];

/// The dialog engine's own: never sent, not filtered when returned. Inferred, §1.1, §1.2 (13).
const ENGINE: [&str; 7] = [
    "currentState",
    "contextPath",
    "contextHistory",
    "transitionsHistory",
    "smartRandom",
    "transitions",
    "_started",
];

/// Keys that begin so are kept and never sent. Inferred, §1.1 (13).
const HIDDEN_PREFIX: char = '_';

/// Words that cannot name a variable, §1.3 (3): the reserved words of ECMAScript.
const KEYWORDS: [&str; 46] = [
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Fields by which other senders show themselves; their bodies may have an `action` too.
const OTHER_SENDERS: [&str; 31] = [
    "X-GitHub-Event",
    "X-GitHub-Delivery",
    "X-Gitlab-Event",
    "X-Gitlab-Token",
    "X-Gitea-Event",
    "X-Gogs-Event",
    "X-Forgejo-Event",
    "X-Event-Key",
    "X-Atlassian-Webhook-Identifier",
    "X-Hub-Signature",
    "X-Hub-Signature-256",
    "Stripe-Signature",
    "Paddle-Signature",
    "X-Shopify-Topic",
    "X-Shopify-Hmac-Sha256",
    "X-WC-Webhook-Topic",
    "X-Slack-Signature",
    "X-Signature-Ed25519",
    "X-Telegram-Bot-Api-Secret-Token",
    "X-Viber-Content-Signature",
    "X-Line-Signature",
    "X-Twilio-Signature",
    "X-Zm-Signature",
    "X-Bot-API-Dialect",
    "X-Bot-API-Version",
    "X-Webim-Version",
    "Linear-Event",
    "Sentry-Hook-Resource",
    "X-Discourse-Event",
    "Svix-Id",
    "Webhook-Signature",
];

/// Names of left-out variables that are shown.
const SHOWN_NAMES: usize = 5;

fn recognises(body: &RequestBody<'_>) -> bool {
    let event = body
        .document
        .and_then(|document| document.member(EVENT_KEY));
    event.is_some_and(|event| event.kind == Kind::String) && !names_other(&body.request.headers)
}

fn names_other(headers: &Headers) -> bool {
    headers.0.iter().any(|(name, _)| {
        let mut others = OTHER_SENDERS.iter();
        others.any(|other| other.eq_ignore_ascii_case(name))
    })
}

fn identify(body: &RequestBody<'_>) -> (Option<String>, Option<String>) {
    let Some(document) = body.document else {
        return (None, None);
    };
    let text = |key: &str| {
        let entry = document.member(key)?;
        let value = entry.value.of(document.text());
        match entry.kind {
            Kind::String => Some(unescape_lossy(value).into_owned()),
            Kind::Number if key == USER_KEY => Some(value.to_owned()),
            _ => None,
        }
    };
    (text(EVENT_KEY), text(USER_KEY))
}

fn role(name: &str) -> Role {
    if name == EVENT_KEY {
        Role::Event
    } else if SYSTEM.contains(&name) {
        Role::System
    } else if ENGINE.contains(&name) || name.starts_with(HIDDEN_PREFIX) {
        Role::Engine
    } else {
        Role::User
    }
}

fn check_request(body: &RequestBody<'_>, findings: &mut Vec<Finding>) {
    let request = body.request;
    if request.method != "POST" {
        let finding = Finding::new(Code::MethodNotPost, Side::Request);
        findings.push(finding.arg(request.method.as_str()));
    }
    let Some(document) = body.document else {
        // A body that was cut is broken by us.
        match body.error {
            _ if request.truncated => {}
            Some(error) => findings.push(Finding::json_syntax(error, Side::Request)),
            None => findings.push(Finding::new(Code::RequestNotJson, Side::Request)),
        }
        return;
    };
    if !document.is(Kind::Object) {
        let kind = kind_words(document.survey.root);
        findings.push(Finding::new(Code::RequestNotObject, Side::Request).arg(kind));
        return;
    }
    if document
        .member(EVENT_KEY)
        .is_none_or(|event| event.kind != Kind::String)
    {
        findings.push(Finding::new(Code::EventMissing, Side::Request));
    }
    if let Some(message) = document
        .member(MESSAGE_KEY)
        .filter(|one| one.kind == Kind::String)
        && message.value.len() > MESSAGE_CHARS
    {
        let count = char_count(message.value.of(document.text()));
        if count > MESSAGE_CHARS {
            let finding = Finding::new(Code::UserMessageTooLong, Side::Request);
            let finding = finding.arg(count as u64).arg(MESSAGE_CHARS as u64);
            findings.push(finding.at_pointer(format!("/{MESSAGE_KEY}")));
        }
    }
    let bytes = document.len();
    findings.extend(Level::of(bytes).finding(bytes, Side::Request));
}

fn check_answer(body: &AnswerBody<'_>, reason: Option<Reason>, findings: &mut Vec<Finding>) {
    if reason == Some(Reason::Status) {
        let status = u64::from(body.status);
        findings.push(Finding::new(Code::ResponseStatus, Side::Response).arg(status));
    }
    let Some(document) = body.document else {
        match body.error {
            Some(error) => findings.push(Finding::json_syntax(error, Side::Response)),
            None if reason != Some(Reason::NotJson) => {}
            None if body.kind == BodyKind::Empty => {
                findings.push(Finding::new(Code::ResponseEmpty, Side::Response));
            }
            None => findings.push(Finding::new(Code::ResponseNotJson, Side::Response)),
        }
        return;
    };
    if reason == Some(Reason::NotJson) {
        findings.push(Finding::new(Code::ResponseNotJson, Side::Response));
    }
    if document.is(Kind::Object) {
        check_object(document, body.request, reason.is_none(), findings);
    } else {
        findings.push(not_an_object(document.survey.root));
        add_annotations(findings, document, Side::Response, |_| {
            Some(Severity::Warning)
        });
    }
}

fn not_an_object(kind: Kind) -> Finding {
    let then = if kind == Kind::Array {
        // Inferred, §1.4.
        &words::ITEMS_BECOME
    } else {
        &words::IGNORED
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
        replaced_bytes: 0,
    };
    for entry in entries.iter().filter(|entry| !entry.overruled) {
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
        findings.extend(left_out(answer, request));
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
fn left_out(answer: &Document, request: Option<&Document>) -> Option<Finding> {
    let request = request?;
    let text = request.text();
    let returned = Lookup::new(Some(answer), request.survey.entries.len());
    let mut names = Vec::new();
    for entry in request
        .survey
        .entries
        .iter()
        .filter(|entry| !entry.overruled)
    {
        let quoted = entry.key.of(text);
        let name = unescape_lossy(quoted);
        if role(&name) == Role::User && returned.find(quoted, &name).is_none() {
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
    /// The request's bytes that the answer takes the place of.
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
        if let Some(code) = name_problem(&name, before.is_some()) {
            self.add(code, entry, &name, |finding| finding);
            if matches!(code, Code::EngineKey | Code::ReservedKey) {
                return;
            }
        }
        match entry.kind {
            Kind::Null => self.add(Code::VariableNull, entry, &name, |finding| finding),
            Kind::Number if is_zero(value) => {
                self.add(Code::VariableZero, entry, &name, |finding| finding);
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
        let kept = MAX_PER_KIND;
        let count = match self.counts.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => count,
            None => &mut self.counts.push_mut((code, 0)).1,
        };
        *count += 1;
        if *count > kept {
            if *count == kept + 1 {
                let finding = Finding::new(Code::MoreFindings, Side::Response);
                self.findings.push(finding.arg(kept as u64));
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

/// What is wrong with a name in an answer; one that came in from the bot is usable there.
fn name_problem(name: &str, known: bool) -> Option<Code> {
    if ENGINE.contains(&name) {
        return Some(Code::EngineKey);
    }
    if REWRITTEN.contains(&name) {
        return Some(Code::ReservedKey);
    }
    if name.starts_with(HIDDEN_PREFIX) {
        return Some(Code::HiddenKey);
    }
    if known {
        return None;
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(fits) {
        return Some(Code::NameNotUsable);
    }
    KEYWORDS.contains(&name).then_some(Code::NameKeyword)
}
