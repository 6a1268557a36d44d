//! What is known of one connection's bytes, shared between the connection and its requests.
//!
//! Five things the HTTP library keeps to itself or does in its own way are wanted here: how a head
//! was spelled, what had arrived of a head that was never finished, the head that an answer is to
//! have, when an answer's last byte left, and whether a caller that has ended its sending half
//! still waits for its answer.

use std::sync::Arc;

use bytes::Bytes;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;

use super::streams::Streams;
use super::wire_head::HeadTracker;
use crate::turn::{Delivery, OnDelivery};

/// What is known of a connection's bytes.
pub(crate) struct Wire {
    state: Mutex<State>,
    /// Of HTTP/2, where answers share the connection.
    streams: Option<Streams>,
    /// Has a permit once a head has come whose length no body has.
    impossible_length: Notify,
}

#[derive(Default)]
pub(super) struct State {
    heads: HeadTracker,
    /// The head of the answer that begins, in place of the HTTP library's.
    pub(super) own_head: Option<Bytes>,
    /// Answers whose last byte the HTTP library has taken and not flushed.
    leaving: Vec<OnDelivery>,
    pub(super) expects: Expects,
    /// The caller has ended its sending half.
    pub(super) has_ended: bool,
    /// The system has taken bytes of the answer that is on its way.
    pub(super) has_begun: bool,
    /// A head has come that names a length which no body has: the HTTP library sees no more.
    is_refused: bool,
}

/// What is to come next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Expects {
    /// Bytes of a request: the HTTP library reads.
    #[default]
    Request,
    /// An answer to a whole request: the HTTP library reads nothing meanwhile.
    Answer,
    /// Nothing any more but the end of the caller.
    Nothing,
}

impl Wire {
    /// The bytes of an HTTP/1 connection.
    pub(crate) fn http1() -> Arc<Self> {
        let state = State::default();
        Arc::new(Self {
            state: Mutex::new(state),
            streams: None,
            impossible_length: Notify::new(),
        })
    }

    /// The bytes of an HTTP/2 connection, in which there are no heads as text.
    pub(crate) fn http2() -> Arc<Self> {
        let state = State {
            heads: HeadTracker::disabled(),
            ..State::default()
        };
        Arc::new(Self {
            state: Mutex::new(state),
            streams: Some(Streams::default()),
            impossible_length: Notify::new(),
        })
    }

    /// The head that is arriving or has just arrived, as received.
    pub(crate) fn head(&self) -> Vec<u8> {
        self.state.lock().heads.head().to_vec()
    }

    /// A head has come that names a length which no body has. The HTTP library has not seen the end
    /// of it, and waits.
    pub(crate) async fn impossible_length(&self) {
        self.impossible_length.notified().await;
    }

    /// These bytes have arrived: how many of them the HTTP library is to see. It sees one message
    /// after the other, and what follows once it asks for that; `None`: nothing, from the head on
    /// that names a length which no body has. Where it would refuse a target, it sees another in
    /// its place.
    pub(super) fn passes(&self, bytes: &mut [u8]) -> Option<usize> {
        let mut state = self.state.lock();
        if state.is_refused {
            return None;
        }
        let arrived = state.heads.arrived(bytes);
        if arrived.is_impossible {
            state.is_refused = true;
            self.impossible_length.notify_one();
            return None;
        }
        Some(arrived.length)
    }

    /// Whether the HTTP library has seen whole messages alone.
    pub(super) fn is_between_messages(&self) -> bool {
        self.state.lock().heads.is_between_messages()
    }

    /// Takes the head that the HTTP library has just read, whose body is so long; where that is not
    /// known, it comes in chunks.
    pub(crate) fn take_head(&self, body_length: Option<u64>) -> Vec<u8> {
        self.state.lock().heads.take(body_length)
    }

    /// Takes the trailer section of the body that has just been read, as received.
    pub(super) fn take_trailers(&self) -> Vec<u8> {
        self.state.lock().heads.take_trailers()
    }

    /// The request is whole, and its answer is being made: from here on the caller is watched.
    pub(crate) fn expect_answer(&self) {
        let mut state = self.state.lock();
        state.expects = Expects::Answer;
        state.has_begun = false;
    }

    /// There will be no answer: a caller that ends its sending half has gone.
    pub(crate) fn expect_nothing(&self) {
        self.state.lock().expects = Expects::Nothing;
    }

    /// The answer goes out, with this head; `None` where it is none.
    pub(crate) fn answer_begins(&self, own_head: Option<Bytes>) {
        let mut state = self.state.lock();
        state.expects = Expects::Request;
        state.own_head = own_head;
    }

    /// The HTTP library has taken an answer's last byte; tell when it has left.
    pub(crate) fn on_flush(&self, on_delivery: OnDelivery) {
        self.state.lock().leaving.push(on_delivery);
    }

    /// Whether answers share the connection, each with a flow window of its own.
    pub(crate) fn is_http2(&self) -> bool {
        self.streams.is_some()
    }

    /// The streams of an HTTP/2 connection.
    pub(super) fn streams(&self) -> Option<&Streams> {
        self.streams.as_ref()
    }

    /// What became of an answer that did not leave whole.
    pub(crate) fn loss(&self) -> Delivery {
        self.state.lock().loss()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// All that the HTTP library has given was flushed: the answers that have left by that. `None`
    /// where there are none.
    pub(super) fn flushed(&self) -> Option<Vec<OnDelivery>> {
        let mut state = self.state.lock();
        if state.leaving.is_empty() {
            return None;
        }
        state.has_begun = false;
        // Of an answer that the library has written behind another one, before that one had left:
        // it went out with the library's head.
        state.own_head = None;
        Some(std::mem::take(&mut state.leaving))
    }

    /// The connection has ended.
    pub(super) fn ended(&self) {
        let (leaving, delivery) = {
            let mut state = self.state.lock();
            (std::mem::take(&mut state.leaving), state.loss())
        };
        for on_delivery in leaving {
            on_delivery.report(delivery);
        }
        if let Some(streams) = &self.streams {
            streams.ended();
        }
    }
}

impl State {
    fn loss(&self) -> Delivery {
        if self.has_ended && !self.has_begun {
            Delivery::NobodyThere
        } else {
            Delivery::Lost
        }
    }
}
