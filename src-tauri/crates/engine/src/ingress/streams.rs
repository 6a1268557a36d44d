//! The streams of an HTTP/2 connection whose answers are on their way, and what becomes of each.
//!
//! Answers share the connection, so that a flush tells nothing of any one of them. An answer has
//! left when the frame that ends its stream has been written and flushed; before its first frame
//! there was nobody for it, and between the two it was lost.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::frames::StreamId;
use crate::turn::{Delivery, OnDelivery};

/// The streams of a connection.
#[derive(Clone, Default)]
pub(super) struct Streams(Arc<Mutex<HashMap<StreamId, Answering>>>);

/// How far an answer is.
#[derive(Default)]
struct Answering {
    /// A frame of it has been written.
    has_begun: bool,
    /// All of it has left, before anybody asked for that.
    has_left: bool,
    /// Who hears what becomes of it, once the HTTP library has its last byte.
    asks: Option<OnDelivery>,
}

/// A stream whose request was handed on, until its answer is with the HTTP library.
pub(crate) struct OpenStream {
    streams: Streams,
    id: StreamId,
}

impl Streams {
    /// A request has come on a stream.
    pub(super) fn open(&self, id: StreamId) -> OpenStream {
        self.0.lock().insert(id, Answering::default());
        OpenStream {
            streams: self.clone(),
            id,
        }
    }

    /// A frame of the answer on a stream has been written.
    pub(super) fn begun(&self, id: StreamId) {
        if let Some(answer) = self.0.lock().get_mut(&id) {
            answer.has_begun = true;
        }
    }

    /// All frames of the answer on a stream have been written and flushed.
    pub(super) fn left(&self, id: StreamId) {
        self.end(id, |answer| {
            answer.has_left = true;
            Delivery::Written
        });
    }

    /// A stream was ended within its answer.
    pub(super) fn reset(&self, id: StreamId) {
        self.end(id, |answer| answer.loss());
    }

    /// The connection has ended.
    pub(super) fn ended(&self) {
        let open: Vec<StreamId> = self.0.lock().keys().copied().collect();
        for id in open {
            self.reset(id);
        }
    }

    fn end(&self, id: StreamId, ends: impl FnOnce(&mut Answering) -> Delivery) {
        let mut streams = self.0.lock();
        let Some(answer) = streams.get_mut(&id) else {
            return;
        };
        let delivery = ends(answer);
        let Some(asks) = answer.asks.take() else {
            return;
        };
        streams.remove(&id);
        drop(streams);
        asks.report(delivery);
    }
}

impl Answering {
    const fn loss(&self) -> Delivery {
        match self.has_begun {
            true => Delivery::Lost,
            false => Delivery::NobodyThere,
        }
    }
}

impl OpenStream {
    /// The HTTP library has the answer's last byte: tell when it has left.
    pub(super) fn leaving(&self, on_delivery: OnDelivery) {
        let mut streams = self.streams.0.lock();
        match streams.get_mut(&self.id) {
            Some(answer) if !answer.has_left => answer.asks = Some(on_delivery),
            _ => {
                streams.remove(&self.id);
                drop(streams);
                on_delivery.report(Delivery::Written);
            }
        }
    }

    /// What becomes of an answer that does not leave whole.
    pub(super) fn loss(&self) -> Delivery {
        let streams = self.streams.0.lock();
        let answer = streams.get(&self.id);
        answer.map_or(Delivery::Lost, Answering::loss)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut streams = self.streams.0.lock();
        // One that is on its way is forgotten when that is told.
        if streams
            .get(&self.id)
            .is_some_and(|answer| answer.asks.is_none())
        {
            streams.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was told of the answer on a stream, once it is.
    fn asked(stream: &OpenStream) -> Arc<Mutex<Option<Delivery>>> {
        let told = Arc::new(Mutex::new(None));
        let tells = Arc::clone(&told);
        stream.leaving(OnDelivery::new(move |delivery| {
            *tells.lock() = Some(delivery)
        }));
        told
    }

    #[test]
    fn an_answer_has_left_with_the_end_of_its_own_stream_and_not_of_another() {
        let streams = Streams::default();
        let [one, other, quick] = [1, 3, 5].map(|id| streams.open(id));
        let told = [asked(&one), asked(&other)];
        streams.begun(1);
        streams.begun(3);
        streams.left(3);
        assert_eq!(
            told.each_ref().map(|told| *told.lock()),
            [None, Some(Delivery::Written)]
        );
        drop(one);
        streams.left(1);
        assert_eq!(*told[0].lock(), Some(Delivery::Written));
        // It had left before anybody asked.
        streams.left(5);
        assert_eq!(*asked(&quick).lock(), Some(Delivery::Written));
        drop((other, quick));
        assert!(streams.0.lock().is_empty(), "nothing is kept of any");
    }

    #[test]
    fn an_answer_that_does_not_leave_was_lost_within_it_and_met_nobody_before_it() {
        let streams = Streams::default();
        let [begun, other, not_whole] = [1, 3, 5].map(|id| streams.open(id));
        let told = [asked(&begun), asked(&other)];
        streams.begun(1);
        assert_eq!(not_whole.loss(), Delivery::NobodyThere);
        streams.begun(5);
        assert_eq!(not_whole.loss(), Delivery::Lost);
        streams.reset(1);
        drop((begun, other));
        streams.ended();
        assert_eq!(
            told.map(|told| *told.lock()),
            [Some(Delivery::Lost), Some(Delivery::NobodyThere)]
        );
        drop(not_whole);
        assert!(streams.0.lock().is_empty(), "nothing is kept of any");
    }
}
