//! What the HTTP library refuses of an HTTP/2 connection before a request comes of it: a head that
//! breaks the rules or is too long, or frames for which the connection ends. Each leaves a row in
//! the history, as a broken head of HTTP/1 does.

use std::collections::HashMap;
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

/// Bytes kept of what was refused, by guess enough to tell what it is: it is coded.
const KEPT_BYTES: usize = 4 << 10;
/// Heads that wait for what the library says of them, and refusals that wait to be recorded. The
/// library says it at once; of more than these the rest is not recorded.
const WAITING: usize = 64;

/// What was refused.
#[derive(Debug)]
pub(super) struct Refused {
    what: Kind,
    bytes: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// A head, or all that comes, breaks the rules.
    Broken(String),
    /// A head is too long, and was answered by the library.
    TooLong,
}

/// Gathers what is refused of a connection.
#[derive(Clone)]
pub(super) struct Refusals {
    state: Arc<Mutex<State>>,
    refused: Sender<Refused>,
}

#[derive(Default)]
struct State {
    /// The bytes that the library was given last, as far as they are kept.
    passed: Vec<u8>,
    /// Those of heads that it has not handed on.
    heads: HashMap<StreamId, Vec<u8>>,
}

impl Refusals {
    pub(super) fn new() -> (Self, Receiver<Refused>) {
        let (refused, waiting) = channel(WAITING);
        let state = Arc::default();
        (Self { state, refused }, waiting)
    }

    /// The library has been given these bytes.
    pub(super) fn passed(&self, bytes: &[u8]) {
        let passed = &mut self.state.lock().passed;
        passed.clear();
        passed.extend_from_slice(&bytes[..bytes.len().min(KEPT_BYTES)]);
    }

    /// It has not handed on the request whose head it was given last.
    pub(super) fn not_handed_on(&self, id: StreamId) {
        let mut state = self.state.lock();
        if state.heads.len() < WAITING {
            let head = state.passed.clone();
            state.heads.insert(id, head);
        }
    }

    /// It has answered on a stream.
    pub(super) fn answered(&self, id: StreamId) {
        self.refused(id, || Some(Kind::TooLong));
    }

    /// It has ended a stream for this reason.
    pub(super) fn reset(&self, id: StreamId, reason: u32) {
        let reason = h2::Reason::from(reason);
        let broken = || Kind::Broken(format!("HTTP/2, the head of stream {id}: {reason:?}"));
        // One that is over the limit of streams may be sent again.
        self.refused(id, || breaks_rules(reason).then(broken));
    }

    fn refused(&self, id: StreamId, kind: impl FnOnce() -> Option<Kind>) {
        let head = self.state.lock().heads.remove(&id);
        if let Some((bytes, what)) = head.and_then(|head| Some((head, kind()?))) {
            self.emit(Refused { what, bytes });
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
            let bytes = std::mem::take(&mut self.state.lock().passed);
            let reason = broken.reason().unwrap_or(h2::Reason::PROTOCOL_ERROR);
            let what = Kind::Broken(format!("HTTP/2, frames: {reason:?}"));
            self.emit(Refused { what, bytes });
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
        let mut request = Request {
            path: owner.path,
            http_version: HttpVersion::Http2,
            remote: self.remote.to_string(),
            body: refused.bytes.into(),
            ..Request::default()
        };
        let refusal = match refused.what {
            Kind::Broken(detail) => Refusal {
                answer: Err(Failure::new(FailureCode::BrokenRequest, detail.clone())),
                finding: OwnFinding::new(Code::HttpSyntax, [detail]),
            },
            Kind::TooLong => Refusal {
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
        let mut receipt = Receipt::now(&self.shared, self.listener.source(), None);
        receipt
            .findings
            .extend(self.shared.conceal_token(&mut request));
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
