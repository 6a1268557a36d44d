//! What the app sends itself: the clients, a recorded request framed for its target, a request
//! forwarded to a server of the developer's, and the cause where it fails. Used by turns, the
//! replay and the tunnel's self-check.

mod address;
mod allowance;
mod certificate;
mod clients;
mod connect;
mod early_answer;
mod failure;
mod forward;
mod forward_fields;
mod handing;
mod hops;
mod own_head;
mod prepare;
mod reach;
mod receive;
mod resolve;
mod send;
mod trust;

pub(crate) use address::Address;
pub(crate) use allowance::TIMEOUT;
pub(crate) use clients::Clients;
pub(crate) use failure::deepest_cause;
pub(crate) use forward::{Call, CallFailure, forward};
pub(crate) use hops::Hops;
pub(crate) use prepare::prepare;
pub use prepare::{Edit, EditedBody};
pub(crate) use send::{Destination, Unanswered, send};
pub(crate) use trust::certificates;
