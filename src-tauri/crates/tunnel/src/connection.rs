//! Connections on their way from a provider to whoever serves them, and how many there may be.
//!
//! A provider must always accept at once: one that does not blocks its whole session. So nothing waits
//! here; what is over the limit is handed on marked, to be told so, and what is over that is dropped.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Connections served at once. A session of ngrok dies with everything in flight at 512 streams.
pub const PLACES: usize = 256;
/// Connections beyond [`PLACES`] that are told so; what is beyond both is dropped. With these, and with the 64
/// that ngrok's client takes in and the 64 that it hands on, there are still less than 512.
const TOLD: usize = 64;
/// Connections on their way; whoever serves them takes them as fast as they come.
const QUEUE: usize = 64;

/// The bytes of a connection, both ways.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection's bytes, whatever provider they come from.
pub type BoxedStream = Box<dyn Stream>;

/// One connection that came in through the tunnel.
pub struct Connection {
    /// Its bytes: plain HTTP, TLS has ended before.
    pub stream: BoxedStream,
    /// Who called, as the service tells it.
    pub peer: SocketAddr,
    /// There are too many: say so and close.
    pub over_limit: bool,
    /// Held until the connection ends.
    _place: OwnedSemaphorePermit,
}

impl Connection {
    /// The bytes, and the place that must be held as long as they are used.
    #[must_use]
    pub fn into_parts(self) -> (BoxedStream, impl Send + use<>) {
        (self.stream, self._place)
    }
}

/// Where connections come out.
pub struct Incoming {
    receiver: mpsc::Receiver<Connection>,
}

impl Incoming {
    /// The next connection; `None` when the tunnel has been dropped.
    pub async fn next(&mut self) -> Option<Connection> {
        self.receiver.recv().await
    }
}

/// Where providers put connections in.
#[derive(Clone)]
pub(crate) struct Gate {
    sender: mpsc::Sender<Connection>,
    places: Arc<Semaphore>,
    told: Arc<Semaphore>,
}

impl Gate {
    pub(crate) fn new() -> (Self, Incoming) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let gate = Self {
            sender,
            places: Arc::new(Semaphore::new(PLACES)),
            told: Arc::new(Semaphore::new(TOLD)),
        };
        (gate, Incoming { receiver })
    }

    /// Hands a connection on; whether there was room for it, be it only to be told that there is none.
    pub(crate) fn deliver(&self, stream: BoxedStream, peer: SocketAddr) -> bool {
        match self.reserve() {
            Some(reserved) => {
                reserved.deliver(stream, peer);
                true
            }
            None => false,
        }
    }

    /// Room for one connection that is yet to be accepted; `None` where there is none.
    pub(crate) fn reserve(&self) -> Option<Reserved> {
        let (place, over_limit) = match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => (place, false),
            Err(_) => (Arc::clone(&self.told).try_acquire_owned().ok()?, true),
        };
        Some(Reserved {
            way: self.sender.clone().try_reserve_owned().ok()?,
            place,
            over_limit,
        })
    }
}

/// Room for one connection; dropped, it is free again.
pub(crate) struct Reserved {
    way: mpsc::OwnedPermit<Connection>,
    place: OwnedSemaphorePermit,
    over_limit: bool,
}

impl Reserved {
    /// Hands the connection on.
    pub(crate) fn deliver(self, stream: BoxedStream, peer: SocketAddr) {
        self.way.send(Connection {
            stream,
            peer,
            over_limit: self.over_limit,
            _place: self.place,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_over_the_limit_is_marked_and_what_is_over_that_dropped() {
        let (gate, mut incoming) = Gate::new();
        let mut open = Vec::new();
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        let deliver = || gate.deliver(Box::new(tokio::io::duplex(1).0), peer);
        for _ in 0..PLACES + TOLD {
            assert!(deliver());
            open.push(incoming.next().await.unwrap());
        }
        assert!(!deliver());
        assert_eq!(open.iter().filter(|one| one.over_limit).count(), TOLD);
        open.clear();
        assert!(deliver());
        assert!(!incoming.next().await.unwrap().over_limit);
    }
}
