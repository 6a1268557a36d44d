//! What the app sends itself: the clients, a recorded request framed for its target, the sending,
//! and the cause where it fails. Used by the replay and by the tunnel's self-check.

mod allowance;
mod clients;
mod failure;
mod prepare;
mod resolve;
mod send;

pub(crate) use allowance::TIMEOUT;
pub(crate) use clients::Clients;
pub(crate) use failure::deepest_cause;
pub use prepare::Edit;
pub(crate) use prepare::{address, prepare};
pub(crate) use send::send;
