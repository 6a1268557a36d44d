//! A port for a server that a test starts, or starts again, by its number, and for an address where
//! nobody may listen.
//!
//! A port that the system chose and that was let go is chosen again for whatever asks next: another
//! test's listener, or the near end of a connection. So this one is chosen below every system's own
//! range, which begins at 16 000 (gVisor), 32 768 (Linux) or 49 152 (macOS, Windows), and its upper
//! neighbour stays bound for as long as it is in use. Whoever reserves another looks at that first,
//! in this process, in another one, or in `tests/e2e/lib/reserved-port.mjs`, which does the same.

use std::hash::{BuildHasher as _, RandomState};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

/// The first port of a pair is even; the second one is its lock. Above 10080, which browsers and
/// node's `fetch` refuse (<https://fetch.spec.whatwg.org/#port-blocking>).
const FIRST: u16 = 10_100;
/// 2950 pairs.
const END: u16 = 16_000;

/// A free port of the loopback interface that is given to nobody else until this is dropped.
pub struct ReservedPort {
    number: u16,
    _lock: TcpListener,
}

impl ReservedPort {
    /// Reserves one.
    ///
    /// # Panics
    ///
    /// When all are in use.
    pub fn take() -> Self {
        let pairs = (END - FIRST) / 2;
        // Processes that start at the same moment begin at different ones.
        let random = RandomState::new().hash_one(());
        let start =
            u16::try_from(random % u64::from(pairs)).expect("less than the number of pairs");
        (0..pairs)
            .map(|pair| FIRST + (start + pair) % pairs * 2)
            .find_map(Self::of)
            .expect("one port of thousands is free")
    }

    fn of(number: u16) -> Option<Self> {
        let bind = |number| TcpListener::bind((Ipv4Addr::LOCALHOST, number)).ok();
        let lock = bind(number + 1)?;
        drop(bind(number)?);
        Some(Self {
            number,
            _lock: lock,
        })
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Its address.
    pub fn addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.number).into()
    }
}
