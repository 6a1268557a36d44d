//! What goes out, handed to its caller, and what became of it.

use std::sync::Arc;

use protocol::{ExchangeId, FailureCode};
use tokio::sync::oneshot;

use super::host::Host;
use super::patience::is_bots;
use super::record::{Recorded, record_undelivered};
use crate::error::Error;
use crate::holds::Ack;
use crate::late::DeliveryEnd;
use crate::outgoing::{BodyPieces, Outgoing};
use crate::patience::CallerWait;

/// What became of an answer's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// They were handed to the operating system.
    Written,
    /// The connection ended first.
    Lost,
    /// The caller had gone before the first of them.
    NobodyThere,
}

/// Hears once what became of an answer. Dropped before: it was lost.
pub(crate) struct OnDelivery(Option<Box<dyn FnOnce(Delivery) + Send>>);

impl OnDelivery {
    pub(crate) fn new(report: impl FnOnce(Delivery) + Send + 'static) -> Self {
        Self(Some(Box::new(report)))
    }

    pub(crate) fn report(mut self, delivery: Delivery) {
        if let Some(report) = self.0.take() {
            report(delivery);
        }
    }
}

impl Drop for OnDelivery {
    fn drop(&mut self) {
        if let Some(report) = self.0.take() {
            report(Delivery::Lost);
        }
    }
}

/// What goes out, on its way to its caller.
pub(crate) struct Dispatch {
    pub(crate) outgoing: Outgoing,
    /// The body of the answer, where it arrives while it goes out.
    pub(crate) body: Option<BodyPieces>,
    pub(crate) on_delivery: OnDelivery,
}

/// Where it goes.
pub(crate) enum Reply {
    /// To a connection, or to somebody in this process.
    Caller(oneshot::Sender<Dispatch>),
    /// To nobody: it went out already, or the caller had gone.
    Nobody,
}

impl Reply {
    /// Resolves when the caller has gone.
    pub(super) async fn disconnected(&mut self) {
        match self {
            Self::Caller(sender) => sender.closed().await,
            Self::Nobody => std::future::pending().await,
        }
    }

    pub(super) fn is_disconnected(&self) -> bool {
        match self {
            Self::Caller(sender) => sender.is_closed(),
            Self::Nobody => false,
        }
    }
}

/// Hands over what goes out, and records it where it does not get there.
pub(crate) fn deliver<H: Host>(
    host: &Arc<H>,
    recorded: Recorded,
    reply: Reply,
    outgoing: Outgoing,
    ack: Option<Ack<()>>,
) {
    let carried = recorded.carried;
    let mut recorded = recorded;
    let after = recorded.after.take();
    let id = recorded.summary.id;
    if reply.is_disconnected() {
        spawn_delivery_ended(host, carried, DeliveryEnd::Lost);
        spawn_undelivered(host, recorded, FailureCode::CallerLeft);
        if let Some(ack) = ack {
            let _ = ack.send(Err(Error::CallerLeft));
        }
        return;
    }
    let is_caller = matches!(reply, Reply::Caller(_));
    let reporting = Arc::clone(host);
    let on_delivery = OnDelivery::new(move |delivery| {
        let failure = match delivery {
            Delivery::Written => None,
            Delivery::Lost => Some(FailureCode::WriteFailed),
            Delivery::NobodyThere => Some(FailureCode::CallerLeft),
        };
        let end = match failure {
            None => DeliveryEnd::WentOut(id),
            Some(_) => DeliveryEnd::Lost,
        };
        spawn_delivery_ended(&reporting, carried, end);
        if is_caller && failure.is_none() {
            waited(&reporting, &recorded);
        }
        match (failure, after) {
            (Some(failure), _) => spawn_undelivered(&reporting, recorded, failure),
            (None, Some(after)) => after(&recorded.summary),
            (None, None) => {}
        }
        if let Some(ack) = ack {
            let outcome = match delivery {
                Delivery::Written => Ok(()),
                Delivery::Lost | Delivery::NobodyThere => Err(Error::CallerLeft),
            };
            let _ = ack.send(outcome);
        }
    });
    match reply {
        // A refused dispatch is dropped, and reports its loss by that.
        Reply::Caller(sender) => drop(sender.send(Dispatch {
            outgoing,
            body: None,
            on_delivery,
        })),
        Reply::Nobody => on_delivery.report(Delivery::Written),
    }
}

/// A caller of a bot has got its answer: it waits so long at least.
fn waited<H: Host>(host: &Arc<H>, recorded: &Recorded) {
    let summary = &recorded.summary;
    if is_bots(summary.source) {
        let ms = recorded.clock.elapsed().0 / 1000;
        host.caller_waited(summary.bot, summary.platform, ms);
    }
}

/// What became of a late answer that went with an answer.
fn spawn_delivery_ended<H: Host>(host: &Arc<H>, late: Option<ExchangeId>, end: DeliveryEnd) {
    if let Some(late) = late {
        let ending = Arc::clone(host);
        host.tasks()
            .spawn(async move { ending.delivery_ended(late, end).await });
    }
}

/// Beside everything else: a connection that ends does not wait for the record.
fn spawn_undelivered<H: Host>(host: &Arc<H>, recorded: Recorded, code: FailureCode) {
    let summary = &recorded.summary;
    // Whose answer was ready has waited for it too, and no longer.
    if code == FailureCode::CallerLeft && is_bots(summary.source) {
        let wait = CallerWait {
            ms: recorded.clock.elapsed().0 / 1000,
            at: host.now(),
            exchange: summary.id,
            probe: false,
        };
        host.caller_left(summary.bot, summary.platform, wait);
    }
    let recording = Arc::clone(host);
    host.tasks()
        .spawn(async move { record_undelivered(&*recording, recorded, code).await });
}
