//! What a rule does: one action, and calls after its answer.

use std::fmt;

use json_text::{Kind, Tree};
use protocol::{Answer, FaultKind, Headers, is_token};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::definition::limits::{
    AFTER_MAX, BODY_MAX_BYTES, DELAY_MAX_MS, HOLD_MAX_SECONDS, PATCH_MAX, REPLIES_MAX,
};
use crate::definition::place::{Fields, Place};
use crate::error::RuleError;
use crate::vocabulary::vocabulary;
use crate::words::problems;

/// One action, and what follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleThen)]
pub struct Then {
    /// What the caller gets.
    #[serde(flatten)]
    pub action: Action,
    /// Calls made once the answer has gone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub after: Vec<AfterCall>,
}

/// What the caller gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RuleAction)]
pub enum Action {
    /// This answer.
    Reply(Reply),
    /// One answer after the other.
    Sequence(Sequence),
    /// What a person gives.
    Hold(Hold),
    /// What a server answers.
    Forward(Forward),
    /// A broken connection.
    Fault(Fault),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleReply)]
pub struct Reply {
    /// The status code.
    #[schema(minimum = 200, maximum = 599)]
    pub status: u16,
    /// The header fields; without them the answer is JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Vec<(String, String)>>,
    /// The body, byte for byte, or its template.
    pub body: String,
    /// The body is a template.
    pub template: bool,
    /// How long the answer waits.
    pub delay_ms: Delay,
}

/// Milliseconds: one number, or a range that each turn draws from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = RuleDelay)]
pub enum Delay {
    /// Always so long.
    Fixed(u64),
    /// From the first to the second, both included.
    Between(u64, u64),
}

impl Default for Delay {
    fn default() -> Self {
        Self::Fixed(0)
    }
}

vocabulary! {
    /// What follows the last reply of a sequence.
    #[derive(Default)]
    #[schema(as = RuleSequenceEnd)]
    SequenceEnd {
        /// The last reply again.
        #[default]
        Last = "last",
        /// The first reply.
        Loop = "loop",
        /// The next rule.
        Pass = "pass",
    }
}

/// Answers that are given one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleSequence)]
pub struct Sequence {
    /// The answers, at least one.
    pub replies: Vec<Reply>,
    /// What follows the last one.
    pub end: SequenceEnd,
}

vocabulary! {
    /// What goes out where nobody answers in time.
    #[schema(as = RuleFallback)]
    Fallback {
        /// The default answer.
        Default = "default",
        /// What the rules say.
        Rules = "rules",
        /// The last answer given to the same event.
        Last = "last",
        /// The server's answer.
        Upstream = "upstream",
    }
}

/// A person is asked. What is absent is taken from the bot's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleHold)]
pub struct Hold {
    /// How long.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3600)]
    pub seconds: Option<u32>,
    /// What goes out then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
}

/// A server is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleForward)]
pub struct Forward {
    /// Its address; without one the bot's server in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<String>,
    /// A person sees its answer first.
    pub hold: bool,
    /// What is changed in its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<Patch>,
}

/// A change of an answer's variables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RulePatch)]
pub struct Patch {
    /// Variables and the JSON text that each becomes, or its template.
    #[serde(serialize_with = "as_map")]
    #[schema(value_type = std::collections::BTreeMap<String, String>, required = false)]
    pub set: Vec<(String, String)>,
    /// Variables that are taken out.
    pub remove: Vec<String>,
    /// The values are templates.
    pub template: bool,
}

/// A wilful break.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleFault)]
pub struct Fault {
    /// Which.
    pub kind: FaultKind,
}

/// A call that is made once the answer has gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleCall)]
pub struct AfterCall {
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body, or its template.
    pub body: String,
    /// The body is a template.
    pub template: bool,
    /// How long after the answer.
    pub delay_ms: Delay,
}

fn as_map<S: Serializer>(entries: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(name, value)| (name, value)))
}

impl Action {
    /// The name of the action's member.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Reply(_) => "reply",
            Self::Sequence(_) => "sequence",
            Self::Hold(_) => "hold",
            Self::Forward(_) => "forward",
            Self::Fault(_) => "fault",
        }
    }
}

/// How an action is read.
type Read = fn(&Place<'_>) -> Result<Action, RuleError>;

/// The actions and how each is read.
const ACTIONS: &[(&str, Read)] = &[
    ("reply", |place| reply(place).map(Action::Reply)),
    ("sequence", |place| sequence(place).map(Action::Sequence)),
    ("hold", |place| hold(place).map(Action::Hold)),
    ("forward", |place| forward(place).map(Action::Forward)),
    ("fault", |place| fault(place).map(Action::Fault)),
];

pub(super) fn read(place: &Place<'_>) -> Result<Then, RuleError> {
    let mut known: Vec<&str> = ACTIONS.iter().map(|(name, _)| *name).collect();
    let list = known.join(", ");
    known.push("after");
    let fields = place.object(&known)?;
    let mut actions = ACTIONS
        .iter()
        .filter_map(|(name, read)| Some((fields.raw(name)?, read)));
    let (Some((place, read)), None) = (actions.next(), actions.next()) else {
        return Err(fields.error(problems::ONE_ACTION.arg(list)));
    };
    let action = read(&place)?;
    let calls = fields.get("after").map(|place| place.list(AFTER_MAX));
    let calls = calls.transpose()?.unwrap_or_default();
    let after = calls.iter().map(after_call);
    Ok(Then {
        action,
        after: after.collect::<Result<_, _>>()?,
    })
}

fn reply(place: &Place<'_>) -> Result<Reply, RuleError> {
    let fields = place.object(&["status", "headers", "body", "template", "delay_ms"])?;
    let status = fields
        .get("status")
        .map(|place| place.whole(200, 599))
        .transpose()?;
    let headers = fields
        .get("headers")
        .map(|place| headers(&place))
        .transpose()?;
    Ok(Reply {
        status: status
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or(200),
        headers,
        body: body(&fields)?,
        template: flag(&fields, "template")?,
        delay_ms: delay(&fields)?,
    })
}

fn body(fields: &Fields<'_>) -> Result<String, RuleError> {
    let body = fields
        .get("body")
        .map(|place| place.text_up_to(BODY_MAX_BYTES));
    Ok(body.transpose()?.unwrap_or_default())
}

fn flag(fields: &Fields<'_>, name: &str) -> Result<bool, RuleError> {
    Ok(fields
        .get(name)
        .map(|place| place.boolean())
        .transpose()?
        .unwrap_or(false))
}

fn delay(fields: &Fields<'_>) -> Result<Delay, RuleError> {
    let Some(place) = fields.get("delay_ms") else {
        return Ok(Delay::default());
    };
    if place.kind() != Kind::Array {
        return Ok(Delay::Fixed(place.whole(0, DELAY_MAX_MS)?));
    }
    let bounds = place.list(2)?;
    let [least, most] = bounds.as_slice() else {
        return Err(place.error(&problems::DELAY_RANGE));
    };
    let (least, most) = (least.whole(0, DELAY_MAX_MS)?, most.whole(0, DELAY_MAX_MS)?);
    if least > most {
        return Err(place.error(&problems::DELAY_RANGE));
    }
    Ok(Delay::Between(least, most))
}

/// Header fields that HTTP can carry, as pairs.
fn headers(place: &Place<'_>) -> Result<Vec<(String, String)>, RuleError> {
    let mut pairs = Vec::new();
    for pair in place.list(usize::MAX)? {
        let parts = pair.list(2)?;
        let [name, value] = parts.as_slice() else {
            return Err(pair.error(&problems::HEADER_PAIR));
        };
        pairs.push((name.short_text()?, value.short_text()?));
    }
    let fields: Headers = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let answer = Answer {
        status: 200,
        headers: fields,
        body: protocol::Body::default(),
    };
    match answer.check() {
        Ok(()) => Ok(pairs),
        Err(error) => {
            let below = error.pointer.strip_prefix("/headers").unwrap_or_default();
            let message = messages::Say::message(&error);
            Err(place.error(message).below(below))
        }
    }
}

fn sequence(place: &Place<'_>) -> Result<Sequence, RuleError> {
    let fields = place.object(&["replies", "end"])?;
    let list = fields.required("replies")?;
    let replies = list.list(REPLIES_MAX)?;
    let replies = replies.iter().map(reply);
    let replies: Vec<_> = replies.collect::<Result<_, _>>()?;
    if replies.is_empty() {
        return Err(list.error(&problems::NO_REPLIES));
    }
    let end = fields
        .get("end")
        .map(|place| place.one_of(SequenceEnd::ALL, SequenceEnd::as_str));
    Ok(Sequence {
        replies,
        end: end.transpose()?.unwrap_or_default(),
    })
}

fn hold(place: &Place<'_>) -> Result<Hold, RuleError> {
    let fields = place.object(&["seconds", "fallback"])?;
    let seconds = fields
        .get("seconds")
        .map(|place| place.whole(1, HOLD_MAX_SECONDS))
        .transpose()?;
    let fallback = fields
        .get("fallback")
        .map(|place| place.one_of(Fallback::ALL, Fallback::as_str));
    Ok(Hold {
        seconds: seconds.and_then(|seconds| u32::try_from(seconds).ok()),
        fallback: fallback.transpose()?,
    })
}

fn forward(place: &Place<'_>) -> Result<Forward, RuleError> {
    let fields = place.object(&["upstream", "hold", "patch"])?;
    Ok(Forward {
        upstream: fields
            .get("upstream")
            .map(|place| address(&place))
            .transpose()?,
        hold: flag(&fields, "hold")?,
        patch: fields.get("patch").as_ref().map(patch).transpose()?,
    })
}

fn patch(place: &Place<'_>) -> Result<Patch, RuleError> {
    let fields = place.object(&["set", "remove", "template"])?;
    let template = flag(&fields, "template")?;
    let entries = fields
        .get("set")
        .map(|place| place.entries(PATCH_MAX))
        .transpose()?;
    let mut set = Vec::new();
    for (name, place) in entries.unwrap_or_default() {
        let json = place.text_up_to(BODY_MAX_BYTES)?;
        if !template && let Err(error) = Tree::new(json.as_str()) {
            let message = messages::Say::message(&error.locate(&json));
            return Err(place.error(problems::NOT_JSON.arg(message)));
        }
        set.push((name, json));
    }
    let names = fields
        .get("remove")
        .map(|place| place.list(PATCH_MAX))
        .transpose()?;
    let names = names.unwrap_or_default();
    let remove = names.iter().map(|place| place.short_text());
    Ok(Patch {
        set,
        remove: remove.collect::<Result<_, _>>()?,
        template,
    })
}

fn fault(place: &Place<'_>) -> Result<Fault, RuleError> {
    let fields = place.object(&["kind"])?;
    let kind = fields.required("kind")?;
    Ok(Fault {
        kind: kind.one_of(FaultKind::ALL, FaultKind::as_str)?,
    })
}

fn after_call(place: &Place<'_>) -> Result<AfterCall, RuleError> {
    let fields = place.object(&["method", "url", "headers", "body", "template", "delay_ms"])?;
    let method = match fields.get("method") {
        None => "POST".to_owned(),
        Some(place) => {
            let method = place.short_text()?;
            if !is_token(&method) {
                return Err(place.error(problems::METHOD.arg(method)));
            }
            method
        }
    };
    let given = fields
        .get("headers")
        .map(|place| headers(&place))
        .transpose()?;
    Ok(AfterCall {
        method,
        url: address(&fields.required("url")?)?,
        headers: given.unwrap_or_default(),
        body: body(&fields)?,
        template: flag(&fields, "template")?,
        delay_ms: delay(&fields)?,
    })
}

/// The address of a server: `http` or `https`, a host, nothing that no address has.
fn address(place: &Place<'_>) -> Result<String, RuleError> {
    let text = place.short_text()?;
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        let (start, rest) = text.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let has_host = host.is_some_and(|host| !host.trim_start_matches(':').is_empty());
    if !has_host
        || text
            .chars()
            .any(|one| one.is_whitespace() || one.is_control())
    {
        return Err(place.error(problems::ADDRESS.arg(text)));
    }
    Ok(text)
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(delay) => write!(f, "{delay}"),
            Self::Between(least, most) => write!(f, "{least}–{most}"),
        }
    }
}
