//! Connections from a provider to the server behind the tunnel, and their limit.
//!
//! A provider must always accept at once: one that does not blocks its whole session. So nothing
//! waits here; a connection over the limit is delivered with a mark, so that it is answered with a
//! refusal, and one over the limit of those is dropped.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Connections served at once: half of the 512 streams at which a session of ngrok ends with all
/// that is in flight.
pub const CONNECTIONS_MAX: usize = 256;
/// Connections beyond [`CONNECTIONS_MAX`] that are delivered to be refused. With these, with the 64
/// in the accept backlog of ngrok's client and the 64 in its queue, there are still fewer than 512.
const REFUSALS_MAX: usize = 64;
/// Connections in the queue to the server: all that may be there at once, so that only the permits
/// decide, however late the server takes them.
const QUEUE: usize = CONNECTIONS_MAX + REFUSALS_MAX;

/// The bytes of a connection, both ways.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection's bytes, whatever provider they come from.
pub type BoxedStream = Box<dyn Stream>;

/// One connection that came in through the tunnel.
pub struct Connection {
    /// Its bytes: plain HTTP, TLS has ended before.
    pub stream: BoxedStream,
    /// The caller's address, as the service reports it.
    pub peer: SocketAddr,
    /// Over [`CONNECTIONS_MAX`]: it is to be refused and closed.
    pub over_limit: bool,
    /// Held until the connection ends.
    permit: OwnedSemaphorePermit,
}

impl Connection {
    /// The bytes, and the permit that must be held as long as they are used.
    #[must_use]
    pub fn into_parts(self) -> (BoxedStream, impl Send + use<>) {
        (self.stream, self.permit)
    }
}

/// The receiver of connections.
pub struct Incoming {
    receiver: mpsc::Receiver<Connection>,
}

impl Incoming {
    /// The next connection; `None` when the tunnel has been dropped.
    pub async fn next(&mut self) -> Option<Connection> {
        self.receiver.recv().await
    }
}

/// The sender of connections, with their limit.
#[derive(Clone)]
pub struct ConnectionLimiter {
    sender: mpsc::Sender<Connection>,
    served: Arc<Semaphore>,
    refused: Arc<Semaphore>,
}

impl ConnectionLimiter {
    /// One with its receiver.
    #[must_use]
    pub fn new() -> (Self, Incoming) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let limiter = Self {
            sender,
            served: Arc::new(Semaphore::new(CONNECTIONS_MAX)),
            refused: Arc::new(Semaphore::new(REFUSALS_MAX)),
        };
        (limiter, Incoming { receiver })
    }

    /// Delivers a connection; `false` where it was dropped.
    #[must_use]
    pub fn deliver(&self, stream: BoxedStream, peer: SocketAddr) -> bool {
        match self.reserve() {
            Some(reserved) => {
                reserved.deliver(stream, peer);
                true
            }
            None => false,
        }
    }

    /// A permit for a connection that is yet to be accepted; `None` where there is none.
    #[must_use]
    pub fn reserve(&self) -> Option<Reserved> {
        let (permit, over_limit) = match Arc::clone(&self.served).try_acquire_owned() {
            Ok(permit) => (permit, false),
            Err(_) => (Arc::clone(&self.refused).try_acquire_owned().ok()?, true),
        };
        Some(Reserved {
            slot: self.sender.clone().try_reserve_owned().ok()?,
            permit,
            over_limit,
        })
    }
}

/// A permit for one connection and its slot in the queue; both are free again when it is dropped.
pub struct Reserved {
    slot: mpsc::OwnedPermit<Connection>,
    permit: OwnedSemaphorePermit,
    over_limit: bool,
}

impl Reserved {
    /// Delivers the connection.
    pub fn deliver(self, stream: BoxedStream, peer: SocketAddr) {
        self.slot.send(Connection {
            stream,
            peer,
            over_limit: self.over_limit,
            permit: self.permit,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_that_is_late_gets_every_connection_that_has_a_permit() {
        let (limiter, mut incoming) = ConnectionLimiter::new();
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        let deliver = || limiter.deliver(Box::new(tokio::io::duplex(1).0), peer);
        // All of them come before the server takes the first one.
        let delivered = (0..1000).filter(|_| deliver()).count();
        assert_eq!(delivered, CONNECTIONS_MAX + REFUSALS_MAX);
        for number in 0..delivered {
            let one = incoming.next().await.unwrap();
            assert_eq!(one.over_limit, number >= CONNECTIONS_MAX);
            std::mem::forget(one.permit);
        }
    }

    #[tokio::test]
    async fn what_is_over_the_limit_is_marked_and_what_is_over_that_dropped() {
        let (limiter, mut incoming) = ConnectionLimiter::new();
        let mut open = Vec::new();
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        let deliver = || limiter.deliver(Box::new(tokio::io::duplex(1).0), peer);
        for _ in 0..CONNECTIONS_MAX + REFUSALS_MAX {
            assert!(deliver());
            open.push(incoming.next().await.unwrap());
        }
        assert!(!deliver());
        assert_eq!(
            open.iter().filter(|one| one.over_limit).count(),
            REFUSALS_MAX
        );
        open.clear();
        assert!(deliver());
        assert!(!incoming.next().await.unwrap().over_limit);
    }
}
