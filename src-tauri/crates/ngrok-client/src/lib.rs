//! ngrok's own client under control.
//!
//! The crate `ngrok` 0.19 notices no dead connection, waits up to hours between retries, keeps
//! sockets after its end and writes the token into its events. [`run`] drives one session of it
//! on a runtime of its own (`isolated_runtime`), gives it connections that are dialled and
//! watched here (`connector`, `link`), and says how the session ended. Whether another one
//! begins is for the caller to decide, with which it speaks through the trait [`Host`].
//!
//! Knows nothing of the tunnel's states, of HTTP or of the history.

#![warn(missing_docs)]

mod agent;
mod codes;
mod config;
mod connector;
mod dial;
mod error;
mod handshake_reorder;
mod host;
mod isolated_runtime;
mod link;
mod proxy;
mod run;
mod transport;
mod trust;
mod words;

pub use agent::run;
pub use config::{Config, Timing, Trust};
pub use error::Error;
pub use host::{End, Host};
