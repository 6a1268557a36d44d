//! Through which door a request came, and what that door leads to.
//!
//! On loopback every path is captured. Through the tunnel stands the whole internet: there only a bot's
//! secret and what lies below it leads anywhere, and everything else is told nothing.

use std::sync::Arc;

use hyper::body::Incoming;
use protocol::Source;

use crate::Bot;
use crate::engine::Inner;
use crate::pipeline::Refusal;
use crate::tunnel::CHECK_HEADER;

/// The door a connection came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// The listener of this machine.
    Loopback,
    /// The public address.
    Tunnel,
}

/// Whose request it is.
pub(crate) struct Address {
    pub(crate) bot: Arc<Bot>,
    /// The path without the secret.
    pub(crate) path: String,
    /// What the caller is told instead of an answer, where the bot does not let it in.
    pub(crate) refusal: Option<Refusal>,
}

/// Where a request goes.
pub(crate) enum Way {
    /// To a bot.
    In(Address),
    /// Nowhere: it was our own call of the public address, and has arrived.
    Checked,
    /// Nowhere: it does not know the secret.
    Stranger,
}

impl Door {
    /// What a request that came through is recorded as.
    pub(crate) const fn source(self) -> Source {
        match self {
            Self::Loopback => Source::Webhook,
            Self::Tunnel => Source::Tunnel,
        }
    }

    /// The bot of a path and the path without the secret.
    pub(crate) fn route(self, inner: &Inner, path: &str) -> Option<(Arc<Bot>, String)> {
        let named = inner.bots.by_secret(path);
        match (named, self) {
            (Some((bot, below)), _) => Some((bot, below.to_owned())),
            (None, Self::Loopback) => Some((inner.bots.first(), path.to_owned())),
            (None, Self::Tunnel) => None,
        }
    }

    /// Where a request goes. `remote`: who called.
    pub(crate) fn way(
        self,
        inner: &Inner,
        remote: std::net::IpAddr,
        request: &http::Request<Incoming>,
    ) -> Way {
        if let Some(mark) = request.headers().get(CHECK_HEADER)
            && inner.tunnel.checks.arrived(mark.as_bytes())
        {
            return Way::Checked;
        }
        let path = request.uri().path();
        if let Some((bot, below)) = inner.bots.by_secret(path) {
            let refusal = bot
                .access
                .refuses(request.method(), request.headers(), remote);
            return Way::In(Address {
                path: below.to_owned(),
                refusal,
                bot,
            });
        }
        match self {
            Self::Loopback => Way::In(Address {
                bot: inner.bots.first(),
                path: path.to_owned(),
                refusal: None,
            }),
            Self::Tunnel => {
                inner.tunnel.strangers.turned_away();
                inner.bots.note_old_address(path);
                Way::Stranger
            }
        }
    }
}
