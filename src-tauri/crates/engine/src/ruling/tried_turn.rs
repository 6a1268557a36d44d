//! A draft of a rule tried on one recorded turn: its conditions one by one, and what it would send.

use json_text::Position;
use messages::{Message, Say as _};
use protocol::{Answer, AnsweredBy, Exchange, Side};
use rules::{
    Chosen, Explanation, PatchError, PreparedCallback, PreparedForward, PreparedReply, Preview,
    RecordedStates, Refused, Rule, RuleError, States, TemplateError,
};

use super::context::RuleContext;
use super::facts::{PreviousFacts, TurnFacts};
use crate::bots::Bot;

/// What a draft makes of one turn, whether or not its conditions let it answer.
#[derive(Debug)]
pub struct TriedTurn {
    /// Its conditions, every one.
    pub explanation: Explanation,
    /// Why it does not take the turn.
    pub refused: Option<Refused>,
    /// The number of this call.
    pub call: u64,
    /// What it would send; `None` where a person or a server is asked first, where the connection
    /// is broken, and where a template failed.
    pub reply: Option<TriedReply>,
    /// Calls once the answer has gone.
    pub after: Vec<PreparedCallback>,
    /// Templates that failed, by their places.
    pub errors: Vec<TriedError>,
}

/// An answer that a draft would send.
#[derive(Debug)]
pub struct TriedReply {
    /// The answer.
    pub answer: Answer,
    /// How long it would wait, in milliseconds.
    pub delay_ms: u64,
    /// Its number in a sequence, from 1.
    pub position: Option<u32>,
}

/// A part of a draft that fails for this turn.
#[derive(Debug)]
pub struct TriedError {
    /// The part, as a JSON pointer into the rule.
    pub pointer: String,
    /// Where in that text; `None` where the whole of it is meant.
    pub position: Option<Position>,
    /// What is wrong.
    pub message: Message,
}

impl TriedTurn {
    /// Tries a draft. `previous`: the user's turn before. `conversation`: its id. `today`: what the
    /// rules remember now, for what the turn did not record. `reply`: the reply of a sequence that
    /// is shown, from 1; absent, the one that this turn would get.
    ///
    /// # Errors
    /// What of the draft cannot be compiled.
    pub(crate) fn new(
        bot: &Bot,
        draft: Rule,
        exchange: &Exchange,
        (previous, conversation): (Option<&Exchange>, Option<String>),
        today: &dyn States,
        reply: Option<u32>,
    ) -> Result<Self, RuleError> {
        let preview = Preview::new(bot.rules.set(), draft)?;
        let context = RuleContext::of(exchange);
        let previous = previous.map(|one| PreviousFacts::of(one, bot.read_as()));
        let facts = TurnFacts::recorded(bot, exchange, previous).in_conversation(conversation);
        let turn = context.turn(bot, exchange);
        let states = RecordedStates::new(&context.states, today);
        Ok(facts.ask(&exchange.request, &exchange.summary, |facts| {
            let tried = preview.one(facts, &states, turn, reply);
            let mut errors = Vec::new();
            let reply = match tried.matched.chosen {
                Chosen::Reply(reply) => Self::reply(reply, &mut errors),
                Chosen::Forward(forward) => {
                    // As it came, before any rule or person corrected it.
                    let is_servers = exchange.summary.answered_by == Some(AnsweredBy::Upstream);
                    let untouched = || exchange.answer().filter(|_| is_servers);
                    let server = exchange.answers.get(Side::Upstream).or_else(untouched);
                    Self::corrected(*forward, server, facts, &mut errors)
                }
                Chosen::Hold(_) | Chosen::Fault(_) => None,
            };
            for (number, call) in tried.matched.after.iter().enumerate() {
                let at = format!("/then/after/{number}");
                errors.extend(call.body.as_ref().err().map(|error| failed(&at, error)));
            }
            Self {
                explanation: tried.explanation,
                refused: tried.refused,
                call: tried.call,
                reply,
                after: tried.matched.after,
                errors,
            }
        }))
    }

    fn reply(reply: PreparedReply, errors: &mut Vec<TriedError>) -> Option<TriedReply> {
        let PreparedReply {
            answer,
            delay_ms,
            position,
        } = reply;
        let at = position.map_or_else(
            || "/then/reply".to_owned(),
            |number| format!("/then/sequence/replies/{}", number.saturating_sub(1)),
        );
        let answer = answer.map_err(|error| errors.push(failed(&at, &error)));
        Some(TriedReply {
            answer: answer.ok()?,
            delay_ms,
            position,
        })
    }

    fn corrected(
        forward: PreparedForward,
        server: Option<&Answer>,
        facts: &rules::Facts<'_>,
        errors: &mut Vec<TriedError>,
    ) -> Option<TriedReply> {
        let corrected = forward.patch?.correct(server?, facts);
        let corrected = corrected.map_err(|error| errors.push(not_corrected(error)));
        Some(TriedReply {
            answer: corrected.ok()?,
            delay_ms: 0,
            position: None,
        })
    }
}

fn failed(at: &str, error: &TemplateError) -> TriedError {
    TriedError {
        pointer: format!("{at}{}", error.pointer),
        position: Some(error.position),
        message: error.message(),
    }
}

fn not_corrected(error: PatchError) -> TriedError {
    let message = error.message();
    let (pointer, position) = match error.place {
        Some((pointer, position)) => (pointer, Some(position)),
        None => ("/then/forward/patch".to_owned(), None),
    };
    TriedError {
        pointer,
        position,
        message,
    }
}
