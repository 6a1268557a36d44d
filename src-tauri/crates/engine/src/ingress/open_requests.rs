//! The requests that an HTTP/2 connection has open, and what the end of its caller means to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use super::frames::StreamId;

/// How a caller's half of a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallerEnd {
    /// In order: it may wait for what its requests are answered.
    SendingHalf,
    /// With an error: it has gone.
    Gone,
}

/// The requests of a connection.
#[derive(Clone, Default)]
pub(super) struct OpenRequests {
    /// From their heads to the last bytes of their answers.
    pub(super) open: Count,
    /// Those of which bytes are still taken.
    reading: Count,
    end: Arc<watch::Sender<Option<CallerEnd>>>,
    /// The stream of the head that the HTTP library has been given and has not handed on; 0 for
    /// none. It is given one after the other.
    passed: Arc<AtomicU32>,
    /// A request is recorded as broken by what ends the connection.
    is_blamed: Arc<AtomicBool>,
}

impl OpenRequests {
    /// A request whose head has come.
    pub(super) fn read(&self) -> Reading {
        Reading {
            end: self.end.subscribe(),
            is_blamed: Arc::clone(&self.is_blamed),
            _counted: self.reading.one_more(),
        }
    }

    /// The HTTP library has been given the head on a stream.
    pub(super) fn head_passed(&self, id: StreamId) {
        self.passed.store(id, Ordering::Relaxed);
    }

    /// The stream whose head was given last: of the request that is handed on, and of one that the
    /// library has refused where it is not. Each is taken once.
    pub(super) fn take_passed(&self) -> Option<StreamId> {
        match self.passed.swap(0, Ordering::Relaxed) {
            0 => None,
            id => Some(id),
        }
    }

    /// Whether the head that was given last is on this stream and was not handed on: what the
    /// library writes on it then is a refusal.
    pub(super) fn take_passed_on(&self, id: StreamId) -> bool {
        let taken = Ordering::Relaxed;
        self.passed.compare_exchange(id, 0, taken, taken).is_ok()
    }

    /// Whether a request is, or will be, recorded as broken by what has ended the connection.
    pub(super) fn is_blamed(&self) -> bool {
        // In this order: one that was being read says so before it is not read any more.
        self.reading.is_any() || self.is_blamed.load(Ordering::Acquire)
    }

    /// All that comes of any request has been handed to the HTTP library.
    pub(super) fn caller_ended(&self, end: CallerEnd) {
        self.end.send_if_modified(|known| {
            let is_new = known.is_none();
            known.get_or_insert(end);
            is_new
        });
    }

    /// Resolves when bytes are taken of none.
    pub(super) fn all_read(&self) -> impl Future<Output = ()> + Send + use<> {
        self.reading.none()
    }
}

/// A request of which bytes are taken, until it is dropped.
pub(crate) struct Reading {
    end: watch::Receiver<Option<CallerEnd>>,
    is_blamed: Arc<AtomicBool>,
    _counted: Counted,
}

impl Reading {
    /// Its request is recorded as broken by what ends the connection.
    pub(super) fn blame(&self) {
        self.is_blamed.store(true, Ordering::Release);
    }

    /// Resolves when no more can come than the HTTP library has.
    pub(super) async fn caller_end(&self) -> CallerEnd {
        let mut end = self.end.clone();
        let ended = end.wait_for(Option::is_some).await;
        // The connection has been dropped where nobody can say it any more.
        ended.ok().and_then(|end| *end).unwrap_or(CallerEnd::Gone)
    }
}

/// How many there are of something.
#[derive(Clone, Default)]
pub(super) struct Count(Arc<watch::Sender<usize>>);

/// One of them, until it is dropped.
pub(super) struct Counted(Count);

impl Count {
    pub(super) fn one_more(&self) -> Counted {
        self.0.send_modify(|count| *count += 1);
        Counted(self.clone())
    }

    fn is_any(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// Resolves when there is none.
    pub(super) fn none(&self) -> impl Future<Output = ()> + Send + use<> {
        let count = self.clone();
        async move {
            // There is always a sender: the one that is counted with.
            let _ = count.0.subscribe().wait_for(|count| *count == 0).await;
        }
    }

    /// Resolves when there has been none for so long.
    pub(super) async fn none_for(&self, limit: Duration) {
        unchanged_for(&self.0, limit, |count| *count == 0).await;
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count -= 1);
    }
}

/// Resolves when for so long nothing was sent on the channel and its value was such a one.
pub(super) async fn unchanged_for<T>(
    value: &watch::Sender<T>,
    limit: Duration,
    holds: impl Fn(&T) -> bool,
) {
    let mut changes = value.subscribe();
    loop {
        let is_so = holds(&changes.borrow_and_update());
        tokio::select! {
            // There is always a sender: the one that is borrowed.
            _ = changes.changed() => {}
            () = tokio::time::sleep(limit), if is_so => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time that has to pass, in whole seconds of the paused clock, until it resolves.
    async fn seconds(waiting: impl Future<Output = ()>) -> u64 {
        let begun = tokio::time::Instant::now();
        waiting.await;
        begun.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_idle_only_after_the_whole_limit_without_a_request() {
        const LIMIT: Duration = Duration::from_secs(30);
        let open = Count::default();
        assert_eq!(seconds(open.none_for(LIMIT)).await, 30, "it never had one");

        let one = open.one_more();
        let later = async {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            drop(one);
            tokio::time::sleep(Duration::from_secs(29)).await;
            // Over between two looks: the limit begins anew all the same.
            drop(open.one_more());
            std::future::pending().await
        };
        let idle = tokio::select! {
            idle = seconds(open.none_for(LIMIT)) => idle,
            () = later => unreachable!("it never ends"),
        };
        assert_eq!(idle, 3600 + 29 + 30);
    }
}
