//! The caller of a session, as the session sees it.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tunnel_session::{Step, Stopped};

use crate::error::Error;

/// How a session ended; `Stopped` once [`Host::stopped`] has resolved.
pub type End = tunnel_session::End<Error>;

/// What a session tells its caller, and what it asks. Cloning gives another handle to the same
/// caller; the session calls it from its own runtime.
pub trait Host: Clone + Send + Sync + 'static {
    /// The session has come to this step.
    fn step(&self, step: Step);

    /// The endpoint works. Called again after each reconnect.
    fn online(&self, url: &str);

    /// How long the last heartbeat took.
    fn latency(&self, took: Duration);

    /// A connection has come in. It must be taken or dropped at once: the client's accept loop
    /// waits for it.
    fn deliver(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        peer: SocketAddr,
    );

    /// Waits before retry number `attempt` (from 1) after this error.
    fn pause(
        &self,
        error: &Error,
        attempt: u32,
    ) -> impl Future<Output = Result<(), Stopped>> + Send;

    /// Resolves when the session must end.
    fn stopped(&self) -> impl Future<Output = ()> + Send;

    /// Resolves when the machine has slept since this call: the connection is dead, though no byte
    /// says so.
    fn woke(&self) -> impl Future<Output = ()> + Send;
}
