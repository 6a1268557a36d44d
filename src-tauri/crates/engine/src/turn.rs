//! The one way of a request through the app: begin, ask the bot's rules, decide, hold or answer,
//! settle, record, deliver.
//!
//! A request runs inside its connection's future, and becomes a task of its own when the caller
//! leaves: the connection ends then, and the task is there to say so in the history.
//! An answer's bytes leave only after the exchange is committed.

mod begin;
mod callback;
mod carry;
mod decide;
mod delay;
mod deliver;
mod forward;
mod held_body;
mod hold;
mod host;
mod late;
mod patch;
mod patience;
mod platform;
mod record;
mod respond;
mod rule;
mod sent;
mod server_findings;
mod settle;

use std::sync::Arc;

use protocol::{Exchange, Request, RequestView, UtcMillis};
use rules::{PreparedCallback, PreparedPatch};
use store::Stopwatch;
use tokio::time::Instant;

pub(crate) use deliver::{Delivery, Dispatch, OnDelivery, Reply};
pub(crate) use host::Host;
#[cfg(test)]
pub(crate) use host::{Calling, History};
pub(crate) use record::undelivered;
pub(crate) use sent::{as_given, frame};

use crate::answering::Fallback;
use crate::attempts::CallKey;
use crate::bot_rules::PendingUses;
use crate::bots::Bot;
use crate::outgoing::Framing;
use crate::receipt::Receipt;
use crate::refusal::Refusal;
use crate::responder::{AFTER_RULES, BEFORE_RULES, Load, Question};
use decide::decide;
use forward::ServerSide;
use record::Entry;

/// One request on its way.
pub(crate) struct Turn<H> {
    host: Arc<H>,
    bot: Arc<Bot>,
    clock: Stopwatch,
    /// When it arrived, by the clock that waits go by.
    arrived: Instant,
    /// In a box of its own, which is what goes from step to step to the history.
    exchange: Box<Exchange>,
    view: RequestView,
    entry: Entry,
    /// Of the connection that the answer goes out on; `None` where there is none.
    framing: Option<Framing>,
    /// What goes out where nobody answers, where a rule says it.
    fallback: Option<Fallback>,
    /// Its number among the bot's, once its rules were asked: each question has the same, so that
    /// what strikes by chance does not depend on how often they are asked.
    number: Option<u64>,
    /// What rules remember of it and is not on disk yet.
    uses: Option<PendingUses>,
    /// When a server was asked for its answer.
    server_asked: Option<UtcMillis>,
    /// What a rule changes in the server's answer.
    patch: Option<Box<PreparedPatch>>,
    /// Calls that are made once its answer has gone.
    after: Vec<PreparedCallback>,
    /// It is held on purpose until its caller leaves.
    is_probe: bool,
    /// How many calls in a row it has followed that the app made with its body.
    depth: u32,
    /// What it has in common with the other attempts of its call, where its platform makes any.
    call: Option<CallKey>,
}

/// Takes one request through.
pub(crate) async fn run<H: Host>(
    host: Arc<H>,
    bot: Arc<Bot>,
    receipt: Receipt,
    request: Request,
    refusal: Option<Refusal>,
    reply: Reply,
) {
    let turn = Turn::begin(host, bot, receipt, request).await;
    if let Some(refusal) = refusal {
        return turn.refuse(refusal, reply).await;
    }
    let mut turn = turn;
    if let Some(seconds) = turn.take_probe() {
        // In a box of its own: most turns are never held, and carry less for it.
        return Box::pin(turn.hold(seconds, reply, ServerSide::default())).await;
    }
    if let Some(given) = turn.trial_answer() {
        return turn.end(given, reply, None).await;
    }
    if let Some(decision) = decide(BEFORE_RULES, &turn.question()) {
        return turn.carry_out(decision, reply).await;
    }
    if let Some(given) = turn.act_in_chat().await {
        return turn.end(given, reply, None).await;
    }
    let ruled = match turn.bot.rules.set().is_empty() {
        true => None,
        false => {
            let among = turn.among();
            // In a box of its own: a turn without rules carries less for it.
            Box::pin(turn.ask_rules(among)).await
        }
    };
    let decision = ruled.or_else(|| decide(AFTER_RULES, &turn.question()));
    let decision = decision.expect("the default responder always answers");
    turn.carry_out(decision, reply).await;
}

impl<H: Host> Turn<H> {
    /// All that a decision rests on, as it is now.
    fn question(&self) -> Question<'_> {
        Question {
            bot: &self.bot,
            request: &self.exchange.request,
            view: &self.view,
            load: Load {
                held: self.host.holds().len(),
                held_max: self.host.holds().limit(),
            },
        }
    }
}

impl<H> Turn<H> {
    /// The request as it is sent on.
    pub(crate) const fn request(&self) -> &Request {
        &self.exchange.request
    }
}
