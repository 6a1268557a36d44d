//! A recorded request sent again: through the app itself, or to any address.

use std::sync::Arc;

use protocol::{Answer, AnsweredBy, Exchange, ExchangeId, OwnFinding, Request, Source};
use tokio::sync::oneshot;

use crate::answering::Upstream;
use crate::client::{Destination, Unanswered, send};
use crate::outgoing::{Given, Outgoing};
use crate::receipt::Receipt;
use crate::shared::Shared;
use crate::turn::{self, Delivery, Reply, Turn};

/// Where a replay goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Through the capture pipeline, as if it had just arrived.
    Itself,
    /// To this address.
    Url(String),
    /// To this server of the developer's: the recorded path and query are appended to its address.
    Upstream(Upstream),
}

/// Sends a request through the app itself; the new exchange, once it is answered or has failed.
/// With an `answer` a person has given it already, and nobody else is asked.
pub(crate) async fn to_itself(
    shared: Arc<Shared>,
    original: Exchange,
    request: Request,
    findings: Vec<OwnFinding>,
    answer: Option<Answer>,
) -> ExchangeId {
    let bot = shared.bots.get_or_first(original.summary.bot);
    let receipt = receipt(&shared, &original, findings);
    let id = receipt.id;
    let (sender, dispatched) = oneshot::channel();
    let reply = Reply::Caller(sender);
    let host = Arc::clone(&shared);
    match answer {
        Some(answer) => {
            let given = Given::answer(answer, AnsweredBy::Hand);
            let turn = Turn::begin(host, bot, receipt, request).await;
            shared.tasks.spawn(turn.end(given, reply, None));
        }
        None => {
            shared
                .tasks
                .spawn(turn::run(host, bot, receipt, request, None, reply));
        }
    }
    // Without an answer the exchange tells why.
    if let Ok(dispatch) = dispatched.await {
        dispatch.on_delivery.report(Delivery::Written);
    }
    id
}

/// Sends a request to an address; the new exchange, once it is answered or has failed.
pub(crate) async fn to_url(
    shared: Arc<Shared>,
    original: Exchange,
    request: Request,
    findings: Vec<OwnFinding>,
    destination: Destination,
) -> ExchangeId {
    let bot = shared.bots.get_or_first(original.summary.bot);
    let receipt = receipt(&shared, &original, findings);
    let id = receipt.id;
    let mut turn = Turn::begin(Arc::clone(&shared), bot, receipt, request).await;
    turn.record_open().await;
    let limit = shared.settings().body_limit_bytes;
    let sent = send(
        &shared.clients,
        &shared.bodies,
        turn.request(),
        &destination,
        limit,
    );
    let outgoing = match sent.await {
        Ok(answer) => Outgoing::Answer(answer),
        Err(Unanswered {
            failure,
            part: None,
        }) => Outgoing::Nothing(failure),
        Err(Unanswered {
            failure,
            part: Some(part),
        }) => Outgoing::Part(part, failure),
    };
    let given = Given::by_nobody(outgoing);
    turn.end(given, Reply::Nobody, None).await;
    id
}

/// A replay's receipt. `findings`: what of it is not sent as it was given.
fn receipt(shared: &Shared, original: &Exchange, findings: Vec<OwnFinding>) -> Receipt {
    let mut receipt = Receipt::now(shared, Source::Replay, Some(original.summary.id));
    receipt.findings = findings;
    receipt
}
