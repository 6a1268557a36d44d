//! A request that the app sends, a recorded one or one of its own: through the app itself, or to
//! any address.

use std::sync::Arc;
use std::time::Duration;

use protocol::{Answer, AnsweredBy, Exchange, ExchangeId, Failure, FailureCode, Request};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::answering::Upstream;
use crate::bots::Bot;
use crate::client::{Address, Destination, Unanswered, send};
use crate::error::Invalid;
use crate::outgoing::{Given, Outgoing};
use crate::receipt::Receipt;
use crate::shared::Shared;
use crate::turn::{self, Delivery, Reply, Turn};

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Through the capture pipeline, as if it had just arrived.
    Itself,
    /// To this address.
    Url(String),
    /// To this address, with the recorded path and query behind its own. A root adds nothing to a
    /// path.
    Below(String),
    /// To this server of the developer's: the recorded path and query are appended to its address.
    Upstream(Upstream),
}

/// A request that is sent, with the bot that it is of.
pub(crate) struct Outbound {
    pub(crate) bot: Arc<Bot>,
    pub(crate) receipt: Receipt,
    pub(crate) request: Request,
    /// How long its answer is waited for, where that is less than for any request.
    pub(crate) limit: Option<Duration>,
}

/// Where a request leads; `None`: through the app itself. `path`: another one than it has.
///
/// # Errors
/// It is no address that a request can be sent to.
pub(crate) fn destination(
    target: Target,
    original: &Exchange,
    path: Option<&str>,
) -> Result<Option<Destination>, Invalid> {
    Ok(match target {
        Target::Itself => None,
        Target::Url(url) => Some(Destination {
            address: Address::new(&url, original, path)?,
            server: None,
        }),
        Target::Below(url) => {
            let is_root = matches!(original.request.path.as_str(), "" | "/");
            let address = match is_root && original.request.query.is_none() {
                true => Address::new(&url, original, path)?,
                false => Address::below(&url, &original.request, path)?,
            };
            Some(Destination {
                address,
                server: None,
            })
        }
        Target::Upstream(server) => Some(Destination {
            address: Address::below(&server.url, &original.request, path)?,
            server: Some(server),
        }),
    })
}

/// Sends a request through the app itself; the new exchange, once it is answered or has failed.
/// With an `answer` a person has given it already, and nobody else is asked.
pub(crate) async fn to_itself(
    shared: Arc<Shared>,
    outbound: Outbound,
    answer: Option<Answer>,
) -> ExchangeId {
    let Outbound {
        bot,
        receipt,
        request,
        limit,
    } = outbound;
    let id = receipt.id;
    let (sender, dispatched) = oneshot::channel();
    let reply = Reply::Caller(sender);
    let host = Arc::clone(&shared);
    let answering = match answer {
        Some(answer) => {
            let given = Given::answer(answer, AnsweredBy::Hand);
            let turn = Turn::begin(host, bot, receipt, request).await;
            shared.tasks.spawn(turn.end(given, reply, None))
        }
        None => shared
            .tasks
            .spawn(turn::run(host, bot, receipt, request, None, reply)),
    };
    let dispatched = match limit {
        None => dispatched.await.ok(),
        Some(limit) => match timeout(limit, dispatched).await {
            Ok(dispatched) => dispatched.ok(),
            // Whoever waited has left, which ends the turn.
            Err(_) => {
                let _ = answering.await;
                None
            }
        },
    };
    // Without an answer the exchange tells why.
    if let Some(dispatch) = dispatched {
        dispatch.on_delivery.report(Delivery::Written);
    }
    id
}

/// Sends a request to an address; the new exchange, once it is answered or has failed.
pub(crate) async fn to_url(
    shared: Arc<Shared>,
    outbound: Outbound,
    destination: Destination,
) -> ExchangeId {
    let Outbound {
        bot,
        receipt,
        request,
        limit: patience,
    } = outbound;
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
    let sent = async {
        match patience {
            None => sent.await,
            Some(patience) => match timeout(patience, sent).await {
                Ok(sent) => sent,
                Err(_) => Err(Unanswered {
                    failure: Failure::new(FailureCode::TimedOut, seconds(patience)),
                    part: None,
                }),
            },
        }
    };
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

/// A time in words, as failures have it.
fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
