//! What follows from a rule that answers: replies written, delays drawn, calls prepared.

use protocol::{Answer, Body, FaultKind, Headers};

use crate::compiled::{CompiledAction, CompiledReply, CompiledRule, ReplyBody};
use crate::decide::{Matched, Turn};
use crate::definition::{Delay, Fallback};
use crate::dice::{Draw, draw, draw_below};
use crate::facts::Facts;
use crate::patch::PreparedPatch;
use crate::template::{Inputs, TemplateError};

/// What the caller gets.
#[derive(Debug)]
pub enum Chosen {
    /// An answer.
    Reply(PreparedReply),
    /// What a person gives.
    Hold(PreparedHold),
    /// What a server answers.
    Forward(Box<PreparedForward>),
    /// A broken connection.
    Fault(FaultKind),
}

/// An answer, or why its template failed: then the default answer goes out.
#[derive(Debug)]
pub struct PreparedReply {
    /// The answer.
    pub answer: Result<Answer, TemplateError>,
    /// How long it waits, in milliseconds.
    pub delay_ms: u64,
    /// Its number in a sequence, from 1.
    pub position: Option<u32>,
}

/// A person is asked; what is absent is the bot's own setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreparedHold {
    /// How long, in seconds.
    pub seconds: Option<u32>,
    /// What goes out then.
    pub fallback: Option<Fallback>,
}

/// A server is asked.
#[derive(Debug)]
pub struct PreparedForward {
    /// Its address; without one the bot's server in use.
    pub upstream: Option<String>,
    /// A person sees its answer first.
    pub hold: bool,
    /// What is changed in its answer.
    pub patch: Option<PreparedPatch>,
}

/// A call that is made once the answer has gone.
#[derive(Debug)]
pub struct PreparedCall {
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The header fields.
    pub headers: Headers,
    /// The body, or why its template failed: then the call is not made.
    pub body: Result<String, TemplateError>,
    /// How long after the answer, in milliseconds.
    pub delay_ms: u64,
}

pub(super) fn act<'r>(
    index: usize,
    rule: &'r CompiledRule,
    facts: &Facts<'_>,
    turn: Turn,
    call: u64,
    position: u32,
) -> Matched<'r> {
    let inputs = || Inputs::new(facts, call, turn.now, turn.template_seed);
    let chosen = match &rule.action {
        CompiledAction::Reply(one) => Chosen::Reply(reply(one, &inputs, turn, None)),
        CompiledAction::Sequence(replies, _) => {
            let last = replies.len().saturating_sub(1);
            let at = (position.max(1) as usize - 1).min(last);
            Chosen::Reply(reply(&replies[at], &inputs, turn, Some(position)))
        }
        CompiledAction::Hold(hold) => Chosen::Hold(PreparedHold {
            seconds: hold.seconds,
            fallback: hold.fallback,
        }),
        CompiledAction::Forward(forward, patch) => Chosen::Forward(Box::new(PreparedForward {
            upstream: forward.upstream.clone(),
            hold: forward.hold,
            patch: patch.as_ref().map(|patch| PreparedPatch {
                compiled: std::sync::Arc::clone(patch),
                inputs: inputs(),
            }),
        })),
        CompiledAction::Fault(kind) => Chosen::Fault(*kind),
    };
    let after = rule
        .after
        .iter()
        .enumerate()
        .map(|(number, call)| PreparedCall {
            method: call.definition.method.clone(),
            url: call.definition.url.clone(),
            headers: call.definition.headers.iter().cloned().collect(),
            body: body(&call.body, &inputs),
            delay_ms: delay(call.definition.delay_ms, turn, number as u64 + 1),
        });
    Matched {
        index,
        rule,
        call,
        chosen,
        after: after.collect(),
    }
}

fn reply(
    reply: &CompiledReply,
    inputs: &impl Fn() -> Inputs,
    turn: Turn,
    position: Option<u32>,
) -> PreparedReply {
    let answer = body(&reply.body, inputs).map(|body| Answer {
        status: reply.status,
        headers: reply.headers.clone(),
        body: Body::from(body),
    });
    PreparedReply {
        answer,
        delay_ms: delay(reply.delay, turn, 0),
        position,
    }
}

fn body(body: &ReplyBody, inputs: &impl Fn() -> Inputs) -> Result<String, TemplateError> {
    match body {
        ReplyBody::Fixed(text) => Ok(text.clone()),
        ReplyBody::Template(template) => template.render(&inputs()),
    }
}

/// A delay of this turn; `number` tells several in one turn apart.
fn delay(delay: Delay, turn: Turn, number: u64) -> u64 {
    match delay {
        Delay::Fixed(delay) => delay,
        Delay::Between(least, most) => {
            let drawn = draw(turn.seed ^ number, Draw::Delay, turn.exchange);
            least + draw_below(drawn, most - least + 1)
        }
    }
}
