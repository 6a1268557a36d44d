//! A public address for the laptop, and the connections that come in through it.
//!
//! One supervisor owns one tunnel: it takes commands (start, stop, retry), publishes its
//! [`Status`], and delivers every inbound connection to [`Incoming`]. What differs between ngrok,
//! SSH, an own command and an own address lives in `provider/`, one folder or file each.
//! Nothing here knows HTTP, the history or the window.

#![warn(missing_docs)]

mod home;
mod plan;
mod provider;
mod supervisor;
mod words;

pub use plan::{CommandPlan, NgrokPlan, Plan, PlanError, PlanRequest, SshPlan, UrlPlan};
pub use ssh_forward::{Key, KeyError};
pub use supervisor::{Options, Tunnel, supervise};
pub use tunnel_session::{
    BoxedStream, CONNECTIONS_MAX, Connection, ErrorClass, Incoming, Provider, Secret, State,
    Status, Step, Stream, Timing, TunnelError, TunnelErrorKind, without_brackets,
};
