//! How long everything may take. One value for the product; tests give smaller ones, because real
//! sockets need real time.

use std::time::Duration;

/// All times of a tunnel.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// One TCP connection with its TLS or SSH handshake.
    pub dial: Duration,
    /// From the dialled connection to a session, and from a session to an address.
    pub handshake: Duration,
    /// Between two heartbeats.
    pub heartbeat: Duration,
    /// How late a heartbeat may be; after interval and tolerance together the link counts as dead.
    pub tolerance: Duration,
    /// The first pause before a new try; the later ones grow from it, see `backoff`.
    pub pause: Duration,
    /// A link that lived this long after a reconnect counts as good. The service refuses as soon as
    /// it has read two documents, each a round trip; and until then a tunnel that works already is
    /// shown as lost.
    pub settle: Duration,
    /// How long an address or an agent session that our own lost session still holds is retried.
    pub busy: Duration,
    /// The pause between two such tries.
    pub busy_pause: Duration,
    /// How long a command may take to print its address.
    pub address: Duration,
    /// How long a stop may take before everything is dropped.
    pub stop: Duration,
    /// How far the clock may jump ahead of the time that passed before the machine counts as having
    /// slept.
    pub sleep_gap: Duration,
    /// How often the clock is looked at for that.
    pub sleep_check: Duration,
}

impl Timing {
    /// After this long without a byte the link counts as dead: 20 s, well below the 30 s promised.
    #[must_use]
    pub fn silence(&self) -> Duration {
        self.heartbeat + self.tolerance
    }
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            dial: Duration::from_secs(10),
            handshake: Duration::from_secs(20),
            heartbeat: Duration::from_secs(8),
            tolerance: Duration::from_secs(12),
            pause: Duration::from_millis(500),
            settle: Duration::from_secs(1),
            busy: Duration::from_secs(60),
            busy_pause: Duration::from_secs(5),
            address: Duration::from_secs(30),
            stop: Duration::from_secs(3),
            sleep_gap: Duration::from_secs(10),
            sleep_check: Duration::from_secs(2),
        }
    }
}
