//! One start of a tunnel, as the provider of its address sees it.
//!
//! A provider is given a [`Session`]: it writes its steps and the address there, delivers the
//! connections that come in, waits before a retry, and hears of a stop. It ends with an [`End`],
//! whose [`TunnelError`] says in one vocabulary what happened, whatever the provider.
//! The supervisor above writes and reads the same through [`StatusWriter`].
//!
//! **Invariant:** a report of an older start changes nothing.
//! **Invariant:** a connection is never waited for.

#![warn(missing_docs)]

mod backoff;
mod connection;
mod error;
mod host_name;
mod provider;
mod redact;
mod secret;
mod session;
mod status;
mod timing;
mod words;

pub use connection::{
    BoxedStream, CONNECTIONS_MAX, Connection, ConnectionLimiter, Incoming, Reserved, Stream,
};
pub use error::{ErrorClass, TunnelError, TunnelErrorKind};
pub use host_name::without_brackets;
pub use provider::Provider;
pub use redact::redact;
pub use secret::{HIDDEN, Secret};
pub use session::{End, Session, Stopped};
pub use status::{State, Status, StatusWriter, Step};
pub use timing::Timing;
