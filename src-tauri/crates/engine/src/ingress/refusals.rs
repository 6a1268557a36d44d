//! What the HTTP library refuses of an HTTP/2 connection before a request comes of it: a head that
//! breaks the rules or is too long, or frames for which the connection ends. Each leaves a row in
//! the history, as a broken head of HTTP/1 does.
//!
//! Of its bytes nothing is kept: they are coded (HPACK), so that the API's token and the secret of
//! another bot would not be found in them, and those of other requests lie between them.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::Arc;

use parking_lot::Mutex;
use protocol::{
    Answer, Body, Code, Failure, FailureCode, Headers, HttpVersion, OwnFinding, Request,
};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::body::breaks_rules;
use super::connection::Caller;
use super::frames::StreamId;
use crate::receipt::Receipt;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::turn::{self, Reply};

/// Heads that wait for what the library says of them, and refusals to be recorded. It says that
/// at once, or never (beyond a GOAWAY): of more heads than these the oldest are given up, and of
/// more refusals the newest are not recorded.
const WAITING: usize = 64;

/// What was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// A head, or all that comes, breaks the rules.
    Broken(String),
    /// A head is too long, and was answered by the library.
    TooLong,
}

/// Gathers what is refused of a connection.
#[derive(Clone)]
pub(super) struct Refusals {
    /// Heads that the library has not handed on, the oldest first.
    heads: Arc<Mutex<VecDeque<StreamId>>>,
    refused: Sender<Refused>,
}

impl Refusals {
    pub(super) fn new() -> (Self, Receiver<Refused>) {
        let (refused, waiting) = channel(WAITING);
        let heads = Arc::default();
        (Self { heads, refused }, waiting)
    }

    /// It has not handed on the request whose head it was given last.
    pub(super) fn not_handed_on(&self, id: StreamId) {
        let mut heads = self.heads.lock();
        heads.push_back(id);
        if heads.len() > WAITING {
            heads.pop_front();
        }
    }

    /// It has answered on a stream.
    pub(super) fn answered(&self, id: StreamId) {
        self.refused(id, || Some(Refused::TooLong));
    }

    /// It has ended a stream for this reason.
    pub(super) fn reset(&self, id: StreamId, reason: u32) {
        let reason = h2::Reason::from(reason);
        let broken = || Refused::Broken(format!("HTTP/2, the head of stream {id}: {reason:?}"));
        // One that is over the limit of streams may be sent again.
        self.refused(id, || breaks_rules(reason).then(broken));
    }

    fn refused(&self, id: StreamId, what: impl FnOnce() -> Option<Refused>) {
        let waits = {
            let mut heads = self.heads.lock();
            let index = heads.iter().position(|head| *head == id);
            index.and_then(|index| heads.remove(index))
        };
        if let Some(refused) = waits.and_then(|_| what()) {
            self.emit(refused);
        }
    }

    /// It has ended the connection.
    pub(super) fn connection_ended(&self, error: &hyper::Error) {
        tracing::debug!(%error, "an HTTP/2 connection ended");
        let cause = error
            .source()
            .and_then(|cause| cause.downcast_ref::<h2::Error>());
        let broken = cause.filter(|cause| {
            cause.is_go_away() && cause.is_library() && cause.reason().is_some_and(breaks_rules)
        });
        if let Some(broken) = broken {
            let reason = broken.reason().unwrap_or(h2::Reason::PROTOCOL_ERROR);
            self.emit(Refused::Broken(format!("HTTP/2, frames: {reason:?}")));
        }
    }

    fn emit(&self, refused: Refused) {
        if let Err(error) = self.refused.try_send(refused) {
            tracing::debug!(%error, "a refused head of HTTP/2 is not recorded");
        }
    }
}

impl Caller {
    /// Records what was refused, beside the connection. Which bot it was for stands in what could
    /// not be read, so that at a listener for secrets alone it is a stranger's.
    pub(super) fn record_refused(&self, refused: Refused, settings: &Settings) {
        let Some(owner) = self.listener.owner(&self.shared, "/") else {
            self.shared.tunnel.strangers.turned_away();
            return;
        };
        // Its method and its path are not known.
        let request = Request {
            http_version: HttpVersion::Http2,
            remote: self.remote.to_string(),
            ..Request::default()
        };
        let refusal = match refused {
            Refused::Broken(detail) => Refusal {
                answer: Err(Failure::new(FailureCode::BrokenRequest, detail.clone())),
                finding: OwnFinding::new(Code::HttpSyntax, [detail]),
            },
            Refused::TooLong => Refusal {
                // As the library has written it.
                answer: Ok(Answer {
                    status: 431,
                    headers: Headers::default(),
                    body: Body::default(),
                }),
                finding: OwnFinding::new(
                    Code::HeadersTooLarge,
                    [settings.header_limit_bytes.to_string()],
                ),
            },
        };
        let receipt = Receipt::now(&self.shared, self.listener.source(), None);
        let host = Arc::clone(&self.shared);
        let turn = turn::run(
            host,
            owner.bot,
            receipt,
            request,
            Some(refusal),
            Reply::Nobody,
        );
        self.shared.tasks.spawn(turn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_which_the_library_never_says_anything_give_way_to_newer_ones() {
        let (refusals, mut waiting) = Refusals::new();
        let ids: Vec<StreamId> = (0..=WAITING as StreamId).map(|n| 2 * n + 1).collect();
        ids.iter().for_each(|id| refusals.not_handed_on(*id));
        let (oldest, newest) = (ids[0], ids[WAITING]);
        refusals.answered(oldest);
        assert!(waiting.try_recv().is_err(), "given up");
        refusals.answered(newest);
        assert_eq!(waiting.try_recv(), Ok(Refused::TooLong));
        refusals.answered(newest);
        assert!(waiting.try_recv().is_err(), "once");
        // What may be sent again is no refusal, and is forgotten.
        refusals.reset(ids[1], h2::Reason::REFUSED_STREAM.into());
        refusals.reset(ids[2], h2::Reason::PROTOCOL_ERROR.into());
        let Ok(Refused::Broken(detail)) = waiting.try_recv() else {
            panic!("it is recorded");
        };
        assert_eq!(detail, "HTTP/2, the head of stream 5: PROTOCOL_ERROR");
        assert_eq!(refusals.heads.lock().len(), WAITING - 3);
    }
}
