//! Tasks that run beside requests: the health of the history, the tunnel, the self-check.

mod health;
mod self_check;
mod tunnel;

pub(crate) use health::watch_health;
pub(crate) use self_check::run as check_address;
pub(crate) use tunnel::{follow, keep_count};
