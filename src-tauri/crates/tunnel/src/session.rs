//! One start of the tunnel, as a provider sees it: where it reports, where it puts connections, when it must
//! end, and how it waits before a new try.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::backoff;
use crate::connection::{BoxedStream, Gate, Reserved};
use crate::status::Board;
use crate::{State, Step, Timing, TunnelError};

/// How a provider's run ended.
#[derive(Debug)]
pub(crate) enum End {
    /// It was asked to.
    Stopped,
    /// The link was lost or could not be made; another try may do.
    Lost(TunnelError),
    /// Another try would end the same way.
    Failed(TunnelError),
}

/// The stop signal came while something was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stopped;

/// One start of the tunnel. Cloning gives another handle to the same one.
#[derive(Clone)]
pub(crate) struct Session {
    generation: u64,
    board: Board,
    gate: Gate,
    timing: Timing,
    stop: CancellationToken,
    retry: Arc<Notify>,
    woke: Arc<Notify>,
}

impl Session {
    pub(crate) fn new(generation: u64, board: Board, gate: Gate, timing: Timing) -> Self {
        Self {
            generation,
            board,
            gate,
            timing,
            stop: CancellationToken::new(),
            retry: Arc::new(Notify::new()),
            woke: Arc::new(Notify::new()),
        }
    }

    /// How long everything may take.
    pub(crate) fn timing(&self) -> &Timing {
        &self.timing
    }

    /// Ends when the run must end.
    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Resolves when the machine has slept: what was connected before is gone, though nobody said so.
    pub(crate) async fn woke(&self) {
        self.woke.notified().await;
    }

    /// The machine has slept.
    pub(crate) fn wake(&self) {
        self.woke.notify_waiters();
        self.retry.notify_waiters();
    }

    /// Ends a pause before its time.
    pub(crate) fn retry_now(&self) {
        self.retry.notify_waiters();
    }

    /// Tells what is being done; a link that was online and reconnects stays `Reconnecting`.
    pub(crate) fn step(&self, step: Step) {
        self.board.write(self.generation, |status| {
            status.step = Some(step);
            status.next_try_at = None;
        });
    }

    /// The address works. Told again with another address where it changed.
    pub(crate) fn online(&self, url: &str) {
        let url = url.trim_end_matches('/').to_owned();
        self.board.write(self.generation, |status| {
            status.state = State::Online;
            status.step = None;
            status.url = Some(url);
            status.attempt = 0;
            status.next_try_at = None;
            status.error = None;
        });
    }

    /// How long a sign of life took.
    pub(crate) fn latency(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.board
            .write(self.generation, |status| status.latency_us = Some(us));
    }

    /// The link is gone, and the next try begins now or after a pause.
    pub(crate) fn lost(&self, error: &TunnelError, attempt: u32, pause: Duration) {
        let next = self.board.later(pause);
        self.board.write(self.generation, |status| {
            status.state = State::Reconnecting;
            status.step = None;
            status.latency_us = None;
            status.attempt = attempt;
            status.next_try_at = Some(next);
            status.error = Some(error.clone());
        });
    }

    /// Tells of the loss and waits before try number `attempt` (from 1); a "retry now" ends the wait.
    pub(crate) async fn pause(&self, error: &TunnelError, attempt: u32) -> Result<(), Stopped> {
        let pause = backoff::pause(&self.timing, attempt, backoff::chance());
        self.wait(error, attempt, pause).await
    }

    /// The same with a pause of its own.
    pub(crate) async fn wait(
        &self,
        error: &TunnelError,
        attempt: u32,
        pause: Duration,
    ) -> Result<(), Stopped> {
        // Heard from here on: a person may press "retry" the moment the pause is shown.
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

    /// Hands a connection on; whether there was room for it.
    pub(crate) fn deliver(&self, stream: BoxedStream, peer: SocketAddr) -> bool {
        self.gate.deliver(stream, peer)
    }

    /// Room for a connection that is yet to be accepted; `None` where it must be refused.
    pub(crate) fn reserve(&self) -> Option<Reserved> {
        self.gate.reserve()
    }

    /// It ended and does not try again.
    pub(crate) fn failed(&self, error: TunnelError) {
        self.board.write(self.generation, |status| {
            status.state = State::Failed;
            status.step = None;
            status.url = None;
            status.attempt = 0;
            status.next_try_at = None;
            status.latency_us = None;
            status.error = Some(error);
        });
    }

    /// It is on its way to offline.
    pub(crate) fn stopping(&self) {
        self.board.write(self.generation, |status| {
            status.state = State::Stopping;
            status.step = None;
            status.attempt = 0;
            status.next_try_at = None;
        });
    }

    /// It has ended as asked.
    pub(crate) fn offline(&self) {
        self.board.write(self.generation, |status| {
            status.state = State::Offline;
            status.step = None;
            status.url = None;
            status.attempt = 0;
            status.next_try_at = None;
            status.latency_us = None;
            status.error = None;
        });
    }

    /// Whether the service may still hold an address or a place of ours that we have lost or given up.
    pub(crate) fn held_lately(&self) -> bool {
        self.board.held_lately(self.generation, self.timing.busy)
    }

    /// Whether this start has had an address before.
    pub(crate) fn had_address(&self) -> bool {
        self.board.watch().borrow().url.is_some()
    }

    /// Whether the address works right now.
    pub(crate) fn is_online(&self) -> bool {
        self.board.watch().borrow().state == State::Online
    }
}
