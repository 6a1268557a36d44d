//! What the engine keeps about the tunnel: what is remembered of it, counted of it and checked of
//! it. The tunnel itself is the crate `tunnel`.

mod check;
mod memory;
mod plan;
mod private;
mod stored;
mod strangers;
mod usage;
mod warning;

use protocol::UtcMillis;

pub(crate) use check::{CHECK_HEADER, Checks};
pub use check::{Check, CheckOutcome};
pub(crate) use memory::Memory;
pub(crate) use plan::AUTHTOKEN;
pub(crate) use strangers::{REPORTED_EVERY, Strangers};
pub use usage::Usage;
pub(crate) use usage::{Usages, counted};
pub use warning::TunnelWarning;

use crate::clock;
use crate::secrets::Secrets;

/// Everything the engine keeps about the tunnel.
pub(crate) struct TunnelPart {
    pub(crate) tunnel: tunnel::Tunnel,
    pub(crate) strangers: Strangers,
    pub(crate) checks: Checks,
    pub(crate) usage: Usages,
    pub(crate) memory: Memory,
    pub(crate) secrets: Secrets,
}

impl TunnelPart {
    /// Writes down what went through this month.
    pub(crate) async fn save_usage(&self) {
        if let Err(error) = self.usage.save(clock::now()).await {
            tracing::warn!(%error, "what went through the tunnel could not be written down");
        }
    }
}

/// The month of a moment, in UTC.
pub(crate) fn month(now: UtcMillis) -> String {
    /// `2026-11` of `2026-11-22T…`.
    const LENGTH: usize = 7;
    now.to_string().chars().take(LENGTH).collect()
}
