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
    /// What became of it, before anybody waited for that.
    end: Option<Delivery>,
    /// Who hears of that, once the HTTP library has its last byte.
    on_delivery: Option<OnDelivery>,
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
    pub(super) fn flushed(&self, id: StreamId) {
        self.end(id, |_| Delivery::Written);
    }

    /// A stream was ended within its answer, by either side.
    pub(super) fn reset(&self, id: StreamId) {
        self.end(id, Answering::loss);
    }

    /// The connection has ended.
    pub(super) fn ended(&self) {
        let open: Vec<StreamId> = self.0.lock().keys().copied().collect();
        for id in open {
            self.reset(id);
        }
    }

    fn end(&self, id: StreamId, delivery: impl FnOnce(&Answering) -> Delivery) {
        let mut streams = self.0.lock();
        let Some(answer) = streams.get_mut(&id) else {
            return;
        };
        let delivery = delivery(answer);
        let Some(on_delivery) = answer.on_delivery.take() else {
            answer.end = Some(delivery);
            return;
        };
        streams.remove(&id);
        drop(streams);
        on_delivery.report(delivery);
    }
}

impl Answering {
    /// What becomes of it where it does not leave whole. What has become of it stays.
    fn loss(&self) -> Delivery {
        self.end.unwrap_or(match self.has_begun {
            true => Delivery::Lost,
            false => Delivery::NobodyThere,
        })
    }
}

impl OpenStream {
    /// The HTTP library has the answer's last byte: tell what becomes of it.
    pub(super) fn on_flush(&self, on_delivery: OnDelivery) {
        let mut streams = self.streams.0.lock();
        let end = match streams.get_mut(&self.id) {
            Some(answer) => match answer.end {
                None => {
                    answer.on_delivery = Some(on_delivery);
                    return;
                }
                Some(end) => end,
            },
            None => Delivery::Lost,
        };
        streams.remove(&self.id);
        drop(streams);
        on_delivery.report(end);
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
        // One that is on its way is forgotten when its end is reported.
        if streams
            .get(&self.id)
            .is_some_and(|answer| answer.on_delivery.is_none())
        {
            streams.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What became of the answer on a stream, once that is reported.
    fn delivery(stream: &OpenStream) -> Arc<Mutex<Option<Delivery>>> {
        let reported = Arc::new(Mutex::new(None));
        let report = Arc::clone(&reported);
        stream.on_flush(OnDelivery::new(move |delivery| {
            *report.lock() = Some(delivery)
        }));
        reported
    }

    #[test]
    fn an_answer_has_left_with_the_end_of_its_own_stream_and_not_of_another() {
        let streams = Streams::default();
        let [one, other, quick] = [1, 3, 5].map(|id| streams.open(id));
        let reported = [delivery(&one), delivery(&other)];
        streams.begun(1);
        streams.begun(3);
        streams.flushed(3);
        assert_eq!(
            reported.each_ref().map(|reported| *reported.lock()),
            [None, Some(Delivery::Written)]
        );
        drop(one);
        streams.flushed(1);
        assert_eq!(*reported[0].lock(), Some(Delivery::Written));
        // It had left before anybody waited for that.
        streams.flushed(5);
        assert_eq!(*delivery(&quick).lock(), Some(Delivery::Written));
        drop((other, quick));
        assert!(streams.0.lock().is_empty(), "nothing is kept of any");
    }

    #[test]
    fn an_answer_that_does_not_leave_was_lost_within_it_and_met_nobody_before_it() {
        let streams = Streams::default();
        let [begun, other, not_whole, early] = [1, 3, 5, 7].map(|id| streams.open(id));
        let reported = [delivery(&begun), delivery(&other)];
        streams.begun(1);
        assert_eq!(not_whole.loss(), Delivery::NobodyThere);
        streams.begun(5);
        assert_eq!(not_whole.loss(), Delivery::Lost);
        streams.reset(1);
        // Before the library had the last byte of it; what is written to the stream then is gone.
        streams.reset(7);
        streams.begun(7);
        assert_eq!(early.loss(), Delivery::NobodyThere);
        assert_eq!(*delivery(&early).lock(), Some(Delivery::NobodyThere));
        drop((begun, other, early));
        streams.ended();
        assert_eq!(
            reported.map(|reported| *reported.lock()),
            [Some(Delivery::Lost), Some(Delivery::NobodyThere)]
        );
        drop(not_whole);
        assert!(streams.0.lock().is_empty(), "nothing is kept of any");
    }
}
