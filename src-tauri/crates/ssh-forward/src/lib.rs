//! A remote forward over SSH (RFC 4254, section 7): the server listens and opens a channel for each
//! connection. Own servers and services such as localhost.run or pinggy support it.
//!
//! [`run()`] drives one link for a [`Session`](tunnel_session::Session) of the tunnel; whether
//! another one follows is for the caller to decide. The server must show the host key that a person
//! has confirmed before we authenticate. No `ssh` program is needed, and neither `~/.ssh` nor an
//! agent is looked at.

#![warn(missing_docs)]

mod address;
mod channel_stream;
mod client;
mod config;
mod host_key;
mod keys;
mod link;
mod run;
mod shell;
mod socket;
mod words;

pub use config::{AddressSource, Config, KeySource};
pub use keys::{Key, KeyError};
pub use run::run;
