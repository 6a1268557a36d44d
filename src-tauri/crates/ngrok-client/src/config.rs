//! What a session needs to know before it begins.

use std::path::PathBuf;
use std::time::Duration;

/// One account, one endpoint and how to reach the service. Holds secrets, so it has no `Debug`.
#[derive(Clone)]
pub struct Config {
    /// The token of the account.
    pub authtoken: String,
    /// A domain of the account; any where absent.
    pub domain: Option<String>,
    /// Another server than ngrok's own, `host:port`.
    pub server_addr: Option<String>,
    /// Which certificates the service may show.
    pub trust: Trust,
    /// The URL of a proxy, with its login.
    pub proxy: Option<String>,
    /// How the agent and its endpoint are called in ngrok's dashboard.
    pub name: &'static str,
    /// The version of the agent there.
    pub version: &'static str,
    /// How long everything may take.
    pub timing: Timing,
}

/// Which certificates the service may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Those signed by ngrok's root, which the client brings along.
    Ngrok,
    /// Those signed by a certificate of a PEM file.
    File(PathBuf),
    /// Those that the system trusts.
    System,
}

/// All times of a session.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// One TCP connection with its TLS handshake, and what a proxy adds.
    pub dial: Duration,
    /// From the connection to a session, and from a session to an endpoint.
    pub handshake: Duration,
    /// Between two heartbeats.
    pub heartbeat: Duration,
    /// How late a heartbeat may be.
    pub tolerance: Duration,
    /// A connection that lived this long after a reconnect counts as good.
    pub settle: Duration,
    /// How long the service may take to confirm that an endpoint is given back.
    pub unbind: Duration,
}

impl Timing {
    /// After this long without a byte the connection counts as dead.
    pub(crate) fn silence(&self) -> Duration {
        self.heartbeat + self.tolerance
    }
}
