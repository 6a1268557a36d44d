//! What follows from a rule that answers: replies written, delays drawn, calls prepared.

use std::cell::OnceCell;
use std::sync::Arc;

use json_text::Position;
use protocol::{Answer, Body, FaultKind, Headers};

use crate::choose::{Taken, Turn};
use crate::compiled::{CompiledAction, CompiledField, CompiledReply, CompiledRule, ReplyBody};
use crate::definition::{Delay, Fallback};
use crate::facts::Facts;
use crate::patch::PreparedPatch;
use crate::seeded::{Draw, draw, draw_below};
use crate::set::RuleSet;
use crate::template::{Fuel, Inputs, TemplateError};
use crate::words::templates;

/// The rule that answers, and what it sends.
#[derive(Debug)]
pub struct Matched<'r> {
    /// The rule.
    pub rule: &'r CompiledRule,
    /// What the caller gets.
    pub chosen: Chosen,
    /// Calls once the answer has gone.
    pub after: Vec<PreparedCallback>,
}

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
pub struct PreparedCallback {
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The header fields.
    pub headers: Headers,
    /// The body, or why a template of the call failed: then it is not made.
    pub body: Result<String, TemplateError>,
    /// How long after the answer, in milliseconds.
    pub delay_ms: u64,
}

/// The turn that templates see, copied when the first of them runs.
struct LazyInputs<'f> {
    facts: &'f Facts<'f>,
    call: u64,
    turn: Turn,
    inputs: OnceCell<Inputs>,
    fuel: Fuel,
}

impl LazyInputs<'_> {
    fn get(&self) -> &Inputs {
        let (call, turn) = (self.call, self.turn);
        self.inputs
            .get_or_init(|| Inputs::new(self.facts, call, turn.now, turn.template_seed))
    }

    fn render(&self, body: &ReplyBody) -> Result<String, TemplateError> {
        match body {
            ReplyBody::Fixed(text) => Ok(text.clone()),
            ReplyBody::Template(template) => template.render_with(self.get(), &self.fuel),
        }
    }

    fn body(&self, body: &ReplyBody) -> Result<String, TemplateError> {
        self.render(body).map_err(|error| error.at("/body"))
    }

    fn fields(&self, fields: &[CompiledField]) -> Result<Headers, TemplateError> {
        let rendered = fields.iter().enumerate().map(|(index, (name, value))| {
            let at = || format!("/headers/{index}/1");
            let text = self.render(value).map_err(|error| error.at(at()))?;
            match text
                .chars()
                .any(|one| one.is_ascii_control() && one != '\t')
            {
                false => Ok((name.clone(), text.trim_matches([' ', '\t']).to_owned())),
                // The rest would be fields that the rule does not name.
                true => {
                    let message = templates::FIELD.arg(name.as_str());
                    Err(TemplateError::new(message, Position::START).at(at()))
                }
            }
        });
        rendered.collect()
    }
}

impl RuleSet {
    /// Renders what the chosen rule sends: templates run here, after the states were committed.
    ///
    /// # Panics
    /// Where `taken` was not chosen among these rules.
    #[must_use]
    pub fn prepare(&self, taken: &Taken, facts: &Facts<'_>, turn: Turn) -> Matched<'_> {
        let rule: &CompiledRule = self.rule(taken.index);
        let inputs = LazyInputs {
            facts,
            call: taken.call,
            turn,
            inputs: OnceCell::new(),
            fuel: Fuel::full(),
        };
        let chosen = match &rule.action {
            CompiledAction::Reply(one) => Chosen::Reply(reply(one, &inputs, None)),
            CompiledAction::Sequence(replies, _) => {
                let last = replies.len().saturating_sub(1);
                let at = (taken.position.max(1) as usize - 1).min(last);
                Chosen::Reply(reply(&replies[at], &inputs, Some(taken.position)))
            }
            CompiledAction::Hold(hold) => Chosen::Hold(PreparedHold {
                seconds: hold.seconds,
                fallback: hold.fallback,
            }),
            CompiledAction::Forward(forward, patch) => Chosen::Forward(Box::new(PreparedForward {
                upstream: forward.upstream.clone(),
                hold: forward.hold,
                patch: patch.as_ref().map(|patch| PreparedPatch {
                    compiled: Arc::clone(patch),
                    call: taken.call,
                    now: turn.now,
                    seed: turn.template_seed,
                }),
            })),
            CompiledAction::Fault(kind) => Chosen::Fault(*kind),
        };
        let after = rule.after.iter().enumerate();
        let after = after.map(|(number, callback)| {
            let definition = &callback.definition;
            let (headers, body) = match inputs.fields(&callback.headers) {
                Ok(headers) => (headers, inputs.body(&callback.body)),
                Err(error) => (definition.headers.iter().cloned().collect(), Err(error)),
            };
            PreparedCallback {
                method: definition.method.clone(),
                url: definition.url.clone(),
                headers,
                body,
                delay_ms: delay(definition.delay_ms, turn, number as u64 + 1),
            }
        });
        Matched {
            rule,
            chosen,
            after: after.collect(),
        }
    }
}

fn reply(reply: &CompiledReply, inputs: &LazyInputs<'_>, position: Option<u32>) -> PreparedReply {
    let rendered = inputs.fields(&reply.headers);
    let rendered = rendered.and_then(|headers| Ok((headers, inputs.body(&reply.body)?)));
    let answer = rendered.map(|(headers, body)| Answer {
        status: reply.status,
        headers,
        body: Body::from(body),
    });
    PreparedReply {
        answer,
        delay_ms: delay(reply.delay, inputs.turn, 0),
        position,
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
