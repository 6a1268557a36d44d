//! A bot of Webim's: events that come, and what becomes of the answer, in versions 2 and 1.

use json_text::{Kind, NodeIndex, Span, Tree, unescape_lossy};

use super::{message, table};
use crate::document::Document;
use crate::finding::{Code, Finding};
use crate::message::Request;
use crate::names::Side;
use crate::outcome::{Outcome, Reason, Saved};
use crate::platform::chat::{ChatStep, Place};
use crate::platform::context::{AnswerContext, JudgedAnswer, RequestContext};
use crate::platform::contract::{Certainty, Recognition};

/// The field that names the version, (23).
pub(super) const VERSION_FIELD: &str = "X-Bot-API-Version";

/// The events that are described, (23).
const EVENTS: [&str; 2] = ["new_chat", "new_message"];

const ROOT: usize = Tree::<&str>::ROOT;

/// A version of the bot's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// The answer acknowledges.
    V2,
    /// The answer holds the messages.
    V1,
}

/// The version that a field or a path names, as the vendor's sample bot tells it, (23).
pub(super) fn version(request: &Request) -> Option<Version> {
    let of = |text: &str, v2: &str, v1: &str, fits: fn(&str, &str) -> bool| {
        let v1 = fits(text, v1).then_some(Version::V1);
        if fits(text, v2) {
            Some(Version::V2)
        } else {
            v1
        }
    };
    match request.headers.get(VERSION_FIELD) {
        Some(field) => of(field.trim(), "2.", "1.", |text, begin| {
            text.starts_with(begin)
        }),
        None => {
            let path = request.path.trim_end_matches('/');
            of(path, "/v2", "/v1", |text, end| text.ends_with(end))
        }
    }
}

/// The version in the field of a call's, as it is written.
pub(super) fn version_field(request: &Request) -> Option<String> {
    let field = request.headers.get(VERSION_FIELD)?;
    version(request).map(|_| field.into_owned())
}

/// An event's body.
pub(super) struct Event<'a> {
    tree: Tree<&'a str>,
}

impl<'a> Event<'a> {
    pub(super) fn of(request: &RequestContext<'a>) -> Option<Self> {
        let document = request.document.filter(|one| one.is(Kind::Object))?;
        let tree = Tree::new(document.text()).ok()?;
        Some(Self { tree })
    }

    pub(super) fn name(&self) -> Option<String> {
        message::text(&self.tree, ROOT, &["event"])
    }

    fn chat_node(&self) -> Option<NodeIndex> {
        let ways: [&[&str]; 2] = [&["chat_id"], &["chat", "id"]];
        ways.iter()
            .find_map(|way| message::member(&self.tree, ROOT, way))
    }

    /// Where the chat's id stands.
    pub(super) fn chat_span(&self) -> Option<Span> {
        Some(self.tree.span(self.chat_node()?))
    }

    /// The chat's id as text.
    pub(super) fn chat(&self) -> Option<String> {
        let ways: [&[&str]; 2] = [&["chat_id"], &["chat", "id"]];
        ways.iter()
            .find_map(|way| message::id(&self.tree, ROOT, way))
    }

    /// What was said: the message, the last one of a new chat, in version 1 the event itself.
    fn message(&self) -> NodeIndex {
        let last = || {
            let all = message::member(&self.tree, ROOT, &["messages"])?;
            self.tree.children(all).last()
        };
        let own = self.tree.member(ROOT, "message");
        let own = own.filter(|node| self.tree.kind(*node) == Kind::Object);
        own.or_else(last).unwrap_or(ROOT)
    }

    /// What the visitor wrote.
    pub(super) fn text(&self) -> Option<String> {
        message::text(&self.tree, self.message(), &["text"])
    }

    /// The names and JSON texts of what it has.
    pub(super) fn variables(&self) -> Vec<(&'static str, String)> {
        let said = self.message();
        let at = |node: NodeIndex, way: &[&str]| message::member(&self.tree, node, way);
        let found = [
            ("chat_id", self.chat_node()),
            ("kind", at(said, &["kind"])),
            (
                "text",
                at(said, &["text"]).or_else(|| at(said, &["message"])),
            ),
            (
                "button",
                at(said, &["data", "button"]).or_else(|| at(said, &["response", "button"])),
            ),
            ("buttons", at(said, &["buttons"])),
            (
                "file",
                at(said, &["data"]).filter(|data| at(*data, &["url"]).is_some()),
            ),
            ("visitor", at(ROOT, &["visitor"])),
            ("operator_id", at(ROOT, &["operator_id"])),
            ("dep_key", at(ROOT, &["dep_key"])),
        ];
        let found = found
            .into_iter()
            .filter_map(|(name, node)| Some((name, node?)));
        found
            .map(|(name, node)| (name, self.tree.json(node).to_owned()))
            .collect()
    }
}

pub(super) fn recognise(request: &RequestContext<'_>) -> Option<Recognition> {
    let found = |certainty, score, reason| {
        Some(Recognition {
            certainty,
            score,
            reason,
        })
    };
    let version = version(request.request);
    if let Some(field) = request.request.headers.get(VERSION_FIELD) {
        version?;
        return found(Certainty::Sure, 3, table::VERSION_FIELD.arg(&*field));
    }
    // Most requests are of other senders: they are told by one key, without reading the rest.
    let document = request.document?;
    let entry = document
        .member("event")
        .filter(|entry| entry.kind == Kind::String)?;
    let name = unescape_lossy(entry.value.of(document.text()));
    if !EVENTS.contains(&&*name) {
        return None;
    }
    Event::of(request)?.chat()?;
    // Least of what is sure: a path and common names, where another platform has a mark of its own.
    match version {
        Some(Version::V2) => found(Certainty::Sure, 0, table::VERSION_PATH.arg("/v2")),
        Some(Version::V1) => found(Certainty::Sure, 0, table::VERSION_PATH.arg("/v1")),
        None => found(Certainty::Likely, 2, (&table::EVENT_BODY).into()),
    }
}

pub(super) fn check_request(request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
    let finding = |code| Finding::new(code, Side::Request);
    if request.request.method != "POST" {
        findings.push(finding(Code::MethodNotPost).arg(request.request.method.as_str()));
    }
    if version(request.request).is_none() {
        findings.push(finding(Code::WebimVersionUnknown));
    }
    match Event::of(request) {
        Some(event) => {
            let name = event.name().unwrap_or_default();
            if !EVENTS.contains(&name.as_str()) {
                findings.push(finding(Code::WebimEventUnknown).arg(name));
            }
        }
        None if request.request.truncated => {}
        None => findings.push(match request.error {
            Some(error) => Finding::json_syntax(error, Side::Request),
            None => finding(Code::RequestNotJson),
        }),
    }
}

/// Whether a status acknowledges.
const fn is_success(status: u16) -> bool {
    matches!(status, 200..=299)
}

pub(super) fn outcome(answer: &AnswerContext<'_>) -> Outcome {
    let status = answer.answer.status;
    if version(answer.request.request) != Some(Version::V1) {
        return match is_success(status) {
            true => Outcome::MERGED,
            // What Webim does then is not stated.
            false => Outcome::not_merged(Reason::STATUS),
        };
    }
    // No answer or an error leads to the queue, (24).
    let queue = |reason| Outcome::NotMerged {
        reason,
        saved: Some(Saved::Queue),
    };
    match answer.document {
        _ if !is_success(status) => queue(Reason::STATUS),
        None => queue(Reason::NOT_JSON),
        Some(document) if !document.is(Kind::Object) => queue(Reason::NOT_OBJECT),
        Some(document) => Outcome::Merged {
            saved: Some(match has_answer(document) {
                Some(true) => Saved::Messages,
                Some(false) | None => Saved::Queue,
            }),
        },
    }
}

fn has_answer(document: &Document) -> Option<bool> {
    let entry = document.member("has_answer")?;
    match entry.value.of(document.text()) {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// What an answer of version 1 does in its chat: the bot says its messages, or the visitor waits
/// for an operator, as without an answer, (24).
pub(super) fn steps(answer: Option<&JudgedAnswer<'_>>) -> Vec<ChatStep> {
    let taken = answer.filter(|answer| answer.outcome.saved() == Some(Saved::Messages));
    let document = taken.and_then(|answer| answer.document);
    let tree = document.and_then(|document| Tree::new(document.text()).ok());
    let Some(tree) = tree else {
        return vec![ChatStep::Move(Place::Queue)];
    };
    let messages = tree.member(ROOT, "messages");
    let messages = messages.filter(|node| tree.kind(*node) == Kind::Array);
    let all = messages.into_iter().flat_map(|node| tree.children(node));
    let said = all.filter(|node| message::check(&tree, *node).is_ok());
    said.map(|node| ChatStep::Say(message::of_bot(&tree, node)))
        .collect()
}

pub(super) fn check_answer(
    answer: &AnswerContext<'_>,
    outcome: Outcome,
    findings: &mut Vec<Finding>,
) {
    let finding = |code| Finding::new(code, Side::Response);
    if let (crate::body::BodyKind::Json, Some(error)) = (answer.kind, answer.error) {
        findings.push(Finding::json_syntax(error, Side::Response));
    }
    if version(answer.request.request) != Some(Version::V1) {
        if let Some(Reason::STATUS) = outcome.reason() {
            let status = u64::from(answer.answer.status);
            findings.push(finding(Code::WebimNotAcknowledged).arg(status));
        }
        if answer
            .document
            .is_some_and(|document| has_answer(document).is_some())
        {
            findings.push(finding(Code::WebimAnswerOfV1));
        }
        return;
    }
    if outcome.saved() == Some(Saved::Queue) {
        let why = match outcome.reason() {
            Some(reason) => reason.words(),
            None => &table::NO_ANSWER,
        };
        findings.push(finding(Code::WebimToQueue).arg(why));
        return;
    }
    let tree = answer
        .document
        .and_then(|document| Tree::new(document.text()).ok());
    let Some(tree) = tree else { return };
    let messages = tree.member(ROOT, "messages");
    let checked = match messages.filter(|node| tree.kind(*node) == Kind::Array) {
        Some(node) => tree.children(node).enumerate().find_map(|(index, one)| {
            let wrong = message::check(&tree, one).err()?;
            Some((format!("/messages/{index}"), wrong))
        }),
        None => Some((String::new(), "messages is no list")),
    };
    if let Some((pointer, wrong)) = checked {
        findings.push(
            finding(Code::WebimMessageInvalid)
                .arg(wrong)
                .at_pointer(pointer),
        );
    }
}
