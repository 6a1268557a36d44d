//! One start of the tunnel, as a provider sees it: it writes the status, delivers connections,
//! carries the stop signal, and waits before a retry.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio_util::sync::CancellationToken;

use crate::backoff;
use crate::connection::{BoxedStream, ConnectionLimiter, Reserved};
use crate::error::TunnelError;
use crate::status::{State, StatusWriter, Step};
use crate::timing::Timing;

/// How a provider's run, or a session of its client, ended.
#[derive(Debug)]
pub enum End<E = TunnelError> {
    /// It was asked to.
    Stopped,
    /// The link was lost or could not be made; another try may do.
    Lost(E),
    /// Another try would end the same way.
    Failed(E),
}

/// The stop signal came while something was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

/// One start of the tunnel. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Session {
    generation: u64,
    writer: StatusWriter,
    limiter: ConnectionLimiter,
    timing: Timing,
    stop: CancellationToken,
    retry: Arc<Notify>,
    woke: Arc<Notify>,
}

impl Session {
    /// The start of this generation.
    #[must_use]
    pub fn new(
        generation: u64,
        writer: StatusWriter,
        limiter: ConnectionLimiter,
        timing: Timing,
    ) -> Self {
        Self {
            generation,
            writer,
            limiter,
            timing,
            stop: CancellationToken::new(),
            retry: Arc::new(Notify::new()),
            woke: Arc::new(Notify::new()),
        }
    }

    /// How long everything may take.
    #[must_use]
    pub fn timing(&self) -> &Timing {
        &self.timing
    }

    /// Ends when the run must end.
    #[must_use]
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Resolves when the machine has slept: connections from before are dead, though no byte says
    /// so.
    pub fn woke(&self) -> Notified<'_> {
        self.woke.notified()
    }

    /// The machine has slept.
    pub fn wake(&self) {
        self.woke.notify_waiters();
        self.retry.notify_waiters();
    }

    /// Ends a pause before its time.
    pub fn retry_now(&self) {
        self.retry.notify_waiters();
    }

    /// Writes the step; a link that was online and reconnects stays `Reconnecting`.
    pub fn step(&self, step: Step) {
        self.writer.write(self.generation, |status| {
            status.step = Some(step);
            status.next_try_at = None;
        });
    }

    /// The address works. Called again with another address where it changed.
    pub fn online(&self, url: &str) {
        let url = url.trim_end_matches('/').to_owned();
        self.writer.write(self.generation, |status| {
            status.state = State::Online;
            status.step = None;
            status.url = Some(url);
            status.attempt = 0;
            status.next_try_at = None;
            status.error = None;
        });
    }

    /// A port of this machine is open for a program or a proxy of the user's.
    pub fn forwards(&self, at: SocketAddr) {
        self.writer
            .write(self.generation, |status| status.forward_to = Some(at));
    }

    /// The port that was open last in this start, so that the next try takes the same.
    #[must_use]
    pub fn forward_to(&self) -> Option<SocketAddr> {
        self.writer.watch().borrow().forward_to
    }

    /// How long a heartbeat took.
    pub fn latency(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.writer
            .write(self.generation, |status| status.latency_us = Some(us));
    }

    /// The link is lost, and the next try begins after the pause.
    pub fn lost(&self, error: &TunnelError, attempt: u32, pause: Duration) {
        let next = self.writer.later(pause);
        self.writer.write(self.generation, |status| {
            status.state = State::Reconnecting;
            status.step = None;
            status.latency_us = None;
            status.attempt = attempt;
            status.next_try_at = Some(next);
            status.error = Some(error.clone());
        });
    }

    /// Writes the loss and waits before try number `attempt` (from 1); a retry ends the wait.
    ///
    /// # Errors
    /// The stop signal came.
    pub async fn pause(&self, error: &TunnelError, attempt: u32) -> Result<(), Stopped> {
        let pause = backoff::pause(&self.timing, attempt, backoff::chance());
        self.wait(error, attempt, pause).await
    }

    /// The same with a pause of its own.
    ///
    /// # Errors
    /// The stop signal came.
    pub async fn wait(
        &self,
        error: &TunnelError,
        attempt: u32,
        pause: Duration,
    ) -> Result<(), Stopped> {
        // Enabled first: a person may press "retry" the moment the pause is shown.
        let retry = self.retry.notified();
        tokio::pin!(retry);
        retry.as_mut().enable();
        self.lost(error, attempt, pause);
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(Stopped),
            () = retry => Ok(()),
            () = tokio::time::sleep(pause) => Ok(()),
        }
    }

    /// Delivers a connection; `false` where it was dropped.
    pub fn deliver(&self, stream: BoxedStream, peer: SocketAddr) -> bool {
        self.limiter.deliver(stream, peer)
    }

    /// A permit for a connection that is yet to be accepted; `None` where it must be refused.
    #[must_use]
    pub fn reserve(&self) -> Option<Reserved> {
        self.limiter.reserve()
    }

    /// It ended and does not try again.
    pub fn failed(&self, error: TunnelError) {
        self.writer.write(self.generation, |status| {
            status.state = State::Failed;
            status.step = None;
            status.url = None;
            status.forward_to = None;
            status.attempt = 0;
            status.next_try_at = None;
            status.latency_us = None;
            status.error = Some(error);
        });
    }

    /// It is being stopped.
    pub fn stopping(&self) {
        self.writer.write(self.generation, |status| {
            status.state = State::Stopping;
            status.step = None;
            status.attempt = 0;
            status.next_try_at = None;
        });
    }

    /// It has ended as asked.
    pub fn offline(&self) {
        self.writer.write(self.generation, |status| {
            status.state = State::Offline;
            status.step = None;
            status.url = None;
            status.forward_to = None;
            status.attempt = 0;
            status.next_try_at = None;
            status.latency_us = None;
            status.error = None;
        });
    }

    /// Whether the service may still count an address or an agent session of ours that we have
    /// lost or given up.
    #[must_use]
    pub fn held_lately(&self) -> bool {
        self.writer.held_lately(self.generation, self.timing.busy)
    }

    /// Whether this start has had an address before.
    #[must_use]
    pub fn had_address(&self) -> bool {
        self.writer.watch().borrow().url.is_some()
    }

    /// Whether the address works right now.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.writer.watch().borrow().state == State::Online
    }
}
