//! A public address for the laptop, and the connections that come in through it.
//!
//! One supervisor owns one tunnel: it takes commands (start, stop, retry), publishes its
//! [`Status`], and delivers every inbound connection to [`Incoming`]. What differs between ngrok,
//! SSH, an own command and an own address lives in `provider/`, one folder or file each.
//! Nothing here knows HTTP, the history or the window.

#![warn(missing_docs)]

mod backoff;
mod connection;
mod error;
mod home;
mod plan;
mod provider;
mod redact;
mod session;
mod status;
mod supervisor;
mod timing;
mod words;

pub use connection::{BoxedStream, CONNECTIONS_MAX, Connection, Incoming, Stream};
pub use error::{ErrorClass, TunnelError, TunnelErrorKind};
pub use plan::{
    CommandPlan, NgrokPlan, Plan, PlanError, PlanRequest, Provider, Secret, SshPlan, UrlPlan,
};
pub use provider::ssh::{Key, KeyError};
pub use status::{State, Status, Step};
pub use supervisor::{Options, Tunnel, supervise};
pub use timing::Timing;
