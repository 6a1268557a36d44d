//! The one way of a request through the app: begin, decide, hold or answer, settle, record,
//! deliver.
//!
//! A request runs inside its connection's future, and becomes a task of its own when the caller
//! leaves: the connection ends then, and the task is there to say so in the history.
//! An answer's bytes leave only after the exchange is committed.

mod begin;
mod carry;
mod decide;
mod deliver;
mod forward;
mod held_body;
mod hold;
mod host;
mod late;
mod record;
mod respond;
mod sent;
mod server_findings;
mod settle;

use std::sync::Arc;

use protocol::{Exchange, Request, RequestView};
use store::Stopwatch;

pub(crate) use deliver::{Delivery, Dispatch, OnDelivery, Reply};
pub(crate) use host::Host;
#[cfg(test)]
pub(crate) use host::{Calling, History};
pub(crate) use sent::{as_given, frame};

use crate::bots::Bot;
use crate::outgoing::Framing;
use crate::receipt::Receipt;
use crate::refusal::Refusal;
use crate::responder::{Load, Question};
use decide::decide;
use record::Entry;

/// One request on its way.
pub(crate) struct Turn<H> {
    host: Arc<H>,
    bot: Arc<Bot>,
    clock: Stopwatch,
    /// In a box of its own, which is what goes from step to step to the history.
    exchange: Box<Exchange>,
    view: RequestView,
    entry: Entry,
    /// Of the connection that the answer goes out on; `None` where there is none.
    framing: Option<Framing>,
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
    let decision = decide(&Question {
        bot: &turn.bot,
        request: &turn.exchange.request,
        view: &turn.view,
        load: Load {
            held: turn.host.holds().len(),
            held_max: turn.host.holds().limit(),
        },
    });
    turn.carry_out(decision, reply).await;
}

impl<H> Turn<H> {
    /// The request as it is sent on.
    pub(crate) const fn request(&self) -> &Request {
        &self.exchange.request
    }
}
