//! What is wrong with a request of a Graph bot, and which message led to it.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;

use json_text::{Kind, Tree, char_count, unescape_lossy};

use crate::document::Document;
use crate::finding::{Code, Finding};
use crate::names::Side;
use crate::platform::context::{RequestContext, SessionMarks};
use crate::platform::graph::limits::Level;
use crate::platform::graph::names::{CHANNEL_KEY, EVENT_KEY, LAST_SEEN_KEY, MESSAGE_KEY};
use crate::platform::json::kind_words;

/// The longest message of a user, in characters, (3).
const MESSAGE_CHARS: usize = 400;

pub(super) fn check(body: &RequestContext<'_>, findings: &mut Vec<Finding>) {
    let request = body.request;
    if request.method != "POST" {
        let finding = Finding::new(Code::MethodNotPost, Side::Request);
        findings.push(finding.arg(request.method.as_str()));
    }
    let Some(document) = body.document else {
        // A body that was cut is broken by the app's own limit.
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

/// Makes a number of a message, which is compared with those of this run alone.
static MESSAGES: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// What tells one message of a user's from another: its text and what the channel sent. The engine
/// calls the webhook for each screen that a message leads through, with both unchanged, (13).
pub(super) fn message(document: &Document) -> Option<u64> {
    let text = |key| {
        let entry = document.member(key)?;
        Some(entry.value.of(document.text()))
    };
    let channel = text(CHANNEL_KEY)?;
    let beginning: String = channel
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .take("null".len())
        .collect();
    let is_empty = matches!(beginning.as_str(), "{}" | "[]" | "\"\"" | "null");
    (!is_empty).then(|| MESSAGES.hash_one((text(MESSAGE_KEY), channel)))
}

/// Where a channel says that a session is new, and which it is: SmartApp API has the first inside
/// of `payload`.
const NEW_SESSION: &str = "new_session";
const SESSION_ID: &str = "sessionId";
const PAYLOAD: &str = "payload";

/// What a request says of its session.
pub(super) fn session(document: &Document) -> SessionMarks {
    let was_seen = document.member(LAST_SEEN_KEY);
    let mut marks = SessionMarks {
        was_seen: was_seen.is_some_and(|seen| seen.kind != Kind::Null),
        ..SessionMarks::default()
    };
    let channel = document.member(CHANNEL_KEY);
    let text = channel.map_or("null", |channel| channel.value.of(document.text()));
    if let Ok(tree) = Tree::new(text) {
        let whole = Tree::<&str>::ROOT;
        let payload = tree.member(whole, PAYLOAD);
        let inside = |name| {
            let mut levels = [payload, Some(whole)].into_iter().flatten();
            levels.find_map(|level| tree.member(level, name))
        };
        marks.is_new = inside(NEW_SESSION).is_some_and(|new| tree.json(new) == "true");
        marks.id = inside(SESSION_ID).map(|id| text_of(tree.kind(id), tree.json(id)));
    }
    if let (None, Some(id)) = (&marks.id, document.member(SESSION_ID)) {
        marks.id = Some(text_of(id.kind, id.value.of(document.text())));
    }
    marks
}

fn text_of(kind: Kind, json: &str) -> String {
    match kind {
        Kind::String => unescape_lossy(json).into_owned(),
        _ => json.to_owned(),
    }
}
