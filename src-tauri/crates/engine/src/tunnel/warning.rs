//! What a person should know of the tunnel though it is online: an address that no bot can reach, a
//! port that has changed, a way in that asks for no secret.

use std::net::SocketAddr;

use messages::{Message, Say};
use tunnel::{Provider, Status};

use super::check::{Check, CheckOutcome};
use super::private::is_private;
use crate::words;

/// What a person should know of a tunnel that is online.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TunnelWarning {
    /// This address is of this machine or of its own network.
    PrivateAddress(String),
    /// The port that the user's proxy was told to lead to was taken.
    ForwardPortChanged {
        /// That port.
        was: u16,
        /// Where the proxy must lead now.
        now: SocketAddr,
    },
    /// The last check came in where no secret is asked for.
    Unguarded(Check),
}

impl TunnelWarning {
    /// All of a tunnel; `previous_port` is the one that a proxy was told, where it has changed.
    pub(crate) fn all(
        status: &Status,
        previous_port: Option<u16>,
        check: Option<&Check>,
    ) -> Vec<Self> {
        let Some(url) = &status.url else {
            return Vec::new();
        };
        let private = is_private(url).then(|| Self::PrivateAddress(url.clone()));
        let own_address = status.provider == Some(Provider::Url);
        let changed = match (previous_port, status.forward_to) {
            (Some(was), Some(now)) if own_address => Some(Self::ForwardPortChanged { was, now }),
            _ => None,
        };
        let unguarded = check
            .filter(|check| check.url == *url)
            .filter(|check| matches!(check.outcome, CheckOutcome::Unguarded { .. }))
            .map(|check| Self::Unguarded(check.clone()));
        [private, changed, unguarded]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Its name in the API.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PrivateAddress(_) => "private_address",
            Self::ForwardPortChanged { .. } => "forward_port_changed",
            Self::Unguarded(_) => "unguarded",
        }
    }
}

/// What is wrong and the next step.
impl Say for TunnelWarning {
    fn message(&self) -> Message {
        match self {
            Self::PrivateAddress(url) => words::PRIVATE_ADDRESS.arg(url.as_str()),
            Self::ForwardPortChanged { was, now } => words::FORWARD_PORT_CHANGED
                .arg(u64::from(*was))
                .arg(format!("http://{now}")),
            Self::Unguarded(check) => check.message(),
        }
    }
}
