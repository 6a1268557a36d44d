//! Tasks that run beside requests: the health of the history, what next turns show of answers, the
//! key store, the tunnel, the self-check.

mod health;
mod key_store;
mod proofs;
mod self_check;
mod tunnel;

pub(crate) use health::watch_health;
pub(crate) use key_store::watch_key_store;
pub(crate) use proofs::tell_proofs;
pub(crate) use self_check::run as check_address;
pub(crate) use tunnel::{follow, keep_count};
