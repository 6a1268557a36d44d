//! What a rule does: one action, and calls after its answer.

mod read;

use std::fmt;

use protocol::FaultKind;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

pub(super) use read::read;

use crate::vocabulary::vocabulary;

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
    #[schema(value_type = Vec<(String, String)>, required = false)]
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
    #[schema(value_type = u32, required = false, minimum = 1, maximum = 3600)]
    pub seconds: Option<u32>,
    /// What goes out then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Fallback, required = false)]
    pub fallback: Option<Fallback>,
}

/// A server is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleForward)]
pub struct Forward {
    /// Its address; without one the bot's server in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub upstream: Option<String>,
    /// A person sees its answer first.
    pub hold: bool,
    /// What is changed in its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Patch, required = false)]
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

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(delay) => write!(f, "{delay}"),
            Self::Between(least, most) => write!(f, "{least}–{most}"),
        }
    }
}
