//! What the app sends itself: the clients, a recorded request framed for its target, the sending,
//! and the cause where it fails. Used by the replay and by the tunnel's self-check.

mod address;
mod allowance;
mod clients;
mod connect;
mod failure;
mod own_head;
mod prepare;
mod receive;
mod resolve;
mod send;

pub(crate) use address::Address;
pub(crate) use allowance::TIMEOUT;
pub(crate) use clients::Clients;
pub(crate) use failure::deepest_cause;
pub(crate) use prepare::prepare;
pub use prepare::{Edit, EditedBody};
pub(crate) use send::{Unanswered, send};
