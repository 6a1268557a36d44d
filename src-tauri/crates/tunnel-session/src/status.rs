//! The state of the tunnel, and the one writer of it.
//!
//! Every start has a generation. Reports of an older one are dropped, so that a fast stop and start
//! never shows a report of the old one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use protocol::UtcMillis;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::TunnelError;
use crate::provider::Provider;

/// How far the tunnel has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Not started.
    #[default]
    Offline,
    /// Between the start and its first address.
    Connecting,
    /// The address works.
    Online,
    /// It was lost, or could not be reached yet; the next try has a time.
    Reconnecting,
    /// It ended and does not try again by itself.
    Failed,
    /// Between a stop and its end.
    Stopping,
}

/// What a tunnel does while it connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Dials the service.
    Dial,
    /// Authenticates.
    Auth,
    /// Requests an address.
    Bind,
    /// Starts the command.
    Start,
    /// Waits for the address to be printed.
    Address,
}

/// The tunnel as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// Which start this belongs to; 0 before the first.
    pub generation: u64,
    /// How far it has come.
    pub state: State,
    /// What it does while it connects.
    pub step: Option<Step>,
    /// Who gives the address.
    pub provider: Option<Provider>,
    /// The public address, without the secret and without a slash at its end; the last one while it
    /// reconnects.
    pub url: Option<String>,
    /// Where a program or a proxy of the user's must lead, while it is listened there.
    pub forward_to: Option<SocketAddr>,
    /// Since when it is in this state.
    pub since: UtcMillis,
    /// The number of the try that is waited for, 0 where none is.
    pub attempt: u32,
    /// When that try begins.
    pub next_try_at: Option<UtcMillis>,
    /// Why it failed or was lost.
    pub error: Option<TunnelError>,
    /// How long the last heartbeat took, in microseconds.
    pub latency_us: Option<u64>,
}

impl Status {
    fn offline(now: UtcMillis) -> Self {
        Self {
            generation: 0,
            state: State::Offline,
            step: None,
            provider: None,
            url: None,
            forward_to: None,
            since: now,
            attempt: 0,
            next_try_at: None,
            error: None,
            latency_us: None,
        }
    }
}

/// Writes the status, and publishes it to those who watch.
#[derive(Clone)]
pub struct StatusWriter {
    sender: watch::Sender<Status>,
    now: fn() -> UtcMillis,
    last: Arc<Mutex<Option<Last>>>,
}

/// The last address that worked and does not any more.
#[derive(Clone, Copy)]
struct Last {
    generation: u64,
    provider: Option<Provider>,
    until: Instant,
}

impl StatusWriter {
    /// One that writes "offline" first; `now` is the system's clock.
    #[must_use]
    pub fn new(now: fn() -> UtcMillis) -> Self {
        Self {
            sender: watch::Sender::new(Status::offline(now())),
            now,
            last: Arc::default(),
        }
    }

    /// The status, to read and to wait for changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.sender.subscribe()
    }

    /// The time by the system's clock.
    #[must_use]
    pub fn now(&self) -> UtcMillis {
        (self.now)()
    }

    /// The time after this duration.
    #[must_use]
    pub fn later(&self, by: Duration) -> UtcMillis {
        let ahead = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        UtcMillis(self.now().0.saturating_add(ahead))
    }

    /// Begins a new generation and gives its number.
    #[must_use]
    pub fn begin(&self, provider: Provider) -> u64 {
        let mut generation = 0;
        self.sender.send_modify(|status| {
            generation = status.generation + 1;
            *status = Status {
                generation,
                state: State::Connecting,
                provider: Some(provider),
                ..Status::offline(self.now())
            };
        });
        generation
    }

    /// Changes the status on behalf of a generation; nothing happens where it is not the present
    /// one.
    pub fn write(&self, generation: u64, change: impl FnOnce(&mut Status)) {
        let now = self.now();
        self.sender.send_if_modified(|status| {
            if status.generation != generation {
                return false;
            }
            let before = status.clone();
            change(status);
            if status.state != before.state {
                status.since = now;
            }
            if before.state == State::Online && status.state != State::Online {
                *self.last.lock() = Some(Last {
                    generation,
                    provider: before.provider,
                    until: Instant::now(),
                });
            }
            *status != before
        });
    }

    /// Whether the service may still hold an address of ours: this start has had one, or an earlier
    /// start had one until at most `within` ago.
    #[must_use]
    pub fn held_lately(&self, generation: u64, within: Duration) -> bool {
        let provider = self.sender.borrow().provider;
        self.last.lock().is_some_and(|last| {
            last.provider == provider
                && (last.generation == generation || last.until.elapsed() <= within)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_of_an_older_start_are_dropped() {
        let writer = StatusWriter::new(|| UtcMillis(7));
        let old = writer.begin(Provider::Ngrok);
        let new = writer.begin(Provider::Ssh);
        writer.write(old, |status| status.state = State::Online);
        assert_eq!(writer.watch().borrow().state, State::Connecting);
        writer.write(new, |status| status.state = State::Online);
        let seen = writer.watch().borrow().clone();
        assert_eq!(
            (seen.state, seen.provider),
            (State::Online, Some(Provider::Ssh))
        );
    }
}
