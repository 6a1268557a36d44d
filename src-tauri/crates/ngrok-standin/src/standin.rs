//! The handle: starts a stand-in, shows what it sees, ends it.

use std::io;
use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use parking_lot::MutexGuard;
use tempfile::NamedTempFile;
use tokio::net::TcpListener;

use crate::knobs::{Command, Knobs, Received};
use crate::state::Shared;
use crate::{edge, rpc, session, tls};

/// Where a stand-in listens: by default at free ports of the loopback.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// For agents.
    pub listen: SocketAddr,
    /// For callers: the public edge.
    pub public: SocketAddr,
}

impl Default for Addresses {
    fn default() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            listen: any,
            public: any,
        }
    }
}

/// A running stand-in. Everything it started ends when it is dropped.
pub struct Standin {
    shared: Arc<Shared>,
    listen: SocketAddr,
    ca_file: NamedTempFile,
}

impl Standin {
    /// Starts one at free ports, for a test.
    ///
    /// # Panics
    /// The loopback has no free port, or a temporary file cannot be written.
    pub async fn start(knobs: Knobs) -> Self {
        let started = Self::start_at(knobs, Addresses::default()).await;
        started
            .expect("the loopback has a free port and the system a directory for temporary files")
    }

    /// Starts one at given addresses of the loopback.
    ///
    /// # Errors
    /// An address is taken or is not of the loopback, or the file with the authority cannot be
    /// written.
    pub async fn start_at(knobs: Knobs, addresses: Addresses) -> io::Result<Self> {
        for address in [addresses.listen, addresses.public] {
            if !address.ip().is_loopback() {
                let text =
                    format!("{address} is not an address of the loopback, such as 127.0.0.1:0");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
            }
        }
        let agents = TcpListener::bind(addresses.listen).await?;
        let callers = TcpListener::bind(addresses.public).await?;
        let certificates = tls::certificates()?;
        let public = callers.local_addr()?;
        let shared = Arc::new(Shared::new(knobs, certificates.acceptor, public));
        let standin = Self {
            listen: agents.local_addr()?,
            ca_file: certificates.ca_file,
            shared: Arc::clone(&shared),
        };
        let (tasks, stop) = (&shared.tasks, &shared.stop);
        tasks.spawn(
            stop.clone()
                .run_until_cancelled_owned(session::accept(Arc::clone(&shared), agents)),
        );
        tasks.spawn(
            stop.clone()
                .run_until_cancelled_owned(edge::accept(Arc::clone(&shared), callers)),
        );
        Ok(standin)
    }

    /// `localhost:PORT`, for agents.
    #[must_use]
    pub fn server_addr(&self) -> String {
        format!("localhost:{}", self.listen.port())
    }

    /// The same as an address, to put a [`Wire`](crate::Wire) in front.
    #[must_use]
    pub const fn listen_addr(&self) -> SocketAddr {
        self.listen
    }

    /// The authority, in PEM, that the certificate is signed by: a temporary file, gone with the
    /// stand-in.
    #[must_use]
    pub fn ca_file(&self) -> &Path {
        self.ca_file.path()
    }

    /// The edge: plain HTTP. The endpoint is the one that `Host` names, or the only one.
    #[must_use]
    pub fn public_addr(&self) -> SocketAddr {
        self.shared.public
    }

    /// The knobs, to look at or to turn. What waits for one sees the change when the guard is
    /// dropped.
    #[must_use]
    pub fn knobs(&self) -> KnobsGuard<'_> {
        KnobsGuard {
            knobs: Some(self.shared.knobs.lock()),
            shared: &self.shared,
        }
    }

    /// Drops the connections of all agents, without a word. They are gone when [`Self::sessions`]
    /// says so.
    pub fn drop_sessions(&self) {
        self.shared.drop_sessions();
    }

    /// Live TCP connections of agents, whether they have been let in or not.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.shared.live.load(Ordering::SeqCst)
    }

    /// The addresses that are online, the oldest first.
    #[must_use]
    pub fn endpoints(&self) -> Vec<String> {
        self.shared.endpoints()
    }

    /// Sends a command to the newest agent, as the dashboard does, and gives its answer: a JSON
    /// document. `None` where no answer belongs to it ([`Command::StopTunnel`]), none came in time,
    /// or nobody is there.
    pub async fn command(&self, command: Command) -> Option<String> {
        rpc::command(&self.shared, command).await
    }

    /// What agents have sent, in order; the last thousand.
    #[must_use]
    pub fn log(&self) -> Vec<Received> {
        self.shared.log()
    }

    /// Resolves at the next change of log, sessions, endpoints or knobs after this call.
    pub fn changed(&self) -> impl Future<Output = ()> + use<> {
        self.shared.changes.next()
    }

    /// Resolves as soon as the condition holds.
    ///
    /// # Panics
    /// It does not hold within 20 s; the words are the log.
    pub async fn until(&self, holds: impl Fn(&Self) -> bool) {
        let text = || {
            let (sessions, endpoints) = (self.sessions(), self.endpoints());
            let log = self.log();
            format!("{sessions} sessions, endpoints {endpoints:?}, received {log:#?}")
        };
        self.shared.changes.until(|| holds(self), text).await;
    }

    /// Ends everything and waits until it has ended. Dropping does the same without waiting.
    pub async fn stop(self) {
        let shared = Arc::clone(&self.shared);
        drop(self);
        shared.tasks.wait().await;
        // The library that owns an agent's connection lets go of it in a task of its own.
        loop {
            let change = shared.changes.next();
            if shared.live.load(Ordering::SeqCst) == 0 {
                return;
            }
            change.await;
        }
    }
}

impl Drop for Standin {
    fn drop(&mut self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
    }
}

/// The knobs, held. Do not keep it over an `.await`: the stand-in waits for it.
pub struct KnobsGuard<'a> {
    knobs: Option<MutexGuard<'a, Knobs>>,
    shared: &'a Shared,
}

impl Deref for KnobsGuard<'_> {
    type Target = Knobs;

    fn deref(&self) -> &Knobs {
        self.knobs.as_ref().expect("the lock is held until drop")
    }
}

impl DerefMut for KnobsGuard<'_> {
    fn deref_mut(&mut self) -> &mut Knobs {
        self.knobs.as_mut().expect("the lock is held until drop")
    }
}

impl Drop for KnobsGuard<'_> {
    fn drop(&mut self) {
        // Released first, so that the woken task can lock it.
        drop(self.knobs.take());
        self.shared.changes.notify();
    }
}
