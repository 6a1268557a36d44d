//! Tasks that run beside requests: the health of the history, the key store, the tunnel, the
//! self-check.

mod health;
mod key_store;
mod self_check;
mod tunnel;

pub(crate) use health::watch_health;
pub(crate) use key_store::watch_key_store;
pub(crate) use self_check::run as check_address;
pub(crate) use tunnel::{follow, keep_count};
