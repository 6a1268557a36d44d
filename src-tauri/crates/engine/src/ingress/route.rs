//! Where a request goes, by its path and by the listener it came to.
//!
//! On loopback every path is captured. Elsewhere only a bot's secret and what lies below it is: a
//! public address is open to the whole internet, a listener of the network to that network, and
//! every other path gets a bare 404.

use std::net::IpAddr;
use std::sync::Arc;

use protocol::platform::contract;
use protocol::{Headers, Request, Source};

use super::target::Target;
use crate::bots::Bot;
use crate::shared::Shared;
use crate::tunnel::CHECK_HEADER;

/// What a connection came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListenerKind {
    /// The listener of this machine.
    Loopback,
    /// The listener at an address that other machines reach.
    Network,
    /// The public address.
    Tunnel,
}

/// The bot that a path belongs to.
pub(super) struct Owner {
    pub(super) bot: Arc<Bot>,
    /// The path without the secret.
    pub(super) path: String,
    /// The path names the bot by its secret.
    pub(super) is_named: bool,
}

/// The bot that a request is for.
pub(crate) struct Destination {
    pub(crate) bot: Arc<Bot>,
    /// The target without its query and without the secret.
    pub(crate) path: String,
    /// The path names the bot by its secret, so that the bot's access rules hold.
    pub(crate) is_named: bool,
}

/// Where a request goes.
pub(crate) enum Route {
    /// To a bot.
    Bot(Destination),
    /// Nowhere: it was our own call of the public address, and has arrived.
    SelfCheck,
    /// Nowhere: it does not know the secret.
    Stranger,
}

impl ListenerKind {
    /// The kind of the webhook server's listener at this address.
    pub(crate) fn at(address: IpAddr) -> Self {
        if address.to_canonical().is_loopback() {
            Self::Loopback
        } else {
            Self::Network
        }
    }

    /// Only what names a secret is taken.
    pub(crate) const fn is_guarded(self) -> bool {
        match self {
            Self::Loopback => false,
            Self::Network | Self::Tunnel => true,
        }
    }

    /// What a request that came to it is recorded as.
    pub(crate) const fn source(self) -> Source {
        match self {
            Self::Loopback | Self::Network => Source::Webhook,
            Self::Tunnel => Source::Tunnel,
        }
    }

    /// The bot that a path belongs to.
    pub(super) fn owner(self, shared: &Shared, path: &str) -> Option<Owner> {
        let named = shared.bots.by_secret(path);
        let is_named = named.is_some();
        let (bot, path) = match named {
            Some(named) => named,
            None if self.is_guarded() => return None,
            None => (shared.bots.first(), path),
        };
        Some(Owner {
            bot,
            path: path.to_owned(),
            is_named,
        })
    }

    /// The bot of a platform that is called at the root of its host: its login says which. On this
    /// machine a wrong one is answered where only one bot can be meant.
    fn owner_at_root(
        self,
        shared: &Shared,
        headers: &http::HeaderMap,
        path: &str,
    ) -> Option<Owner> {
        let bots = shared.bots.list();
        let is_played = |bot: &Arc<Bot>| {
            let mut all = bot.platform_settings.0.iter();
            all.any(|(platform, own)| contract(*platform).has_root_path(own, path))
        };
        let mut played = bots.iter().filter(|bot| is_played(bot)).peekable();
        played.peek()?;
        let played: Vec<&Arc<Bot>> = played.collect();
        let login = headers.get(http::header::AUTHORIZATION);
        let login = login.map(|login| ("Authorization".to_owned(), login.as_bytes().to_vec()));
        let call = Request {
            path: path.to_owned(),
            headers: Headers(login.into_iter().collect()),
            ..Request::default()
        };
        let is_login = |bot: &&&Arc<Bot>| {
            let mut all = bot.platform_settings.0.iter();
            all.any(|(platform, own)| contract(*platform).is_at_root(own, &call))
        };
        let alone = match played.as_slice() {
            [alone] if !self.is_guarded() => Some(*alone),
            _ => None,
        };
        let bot = played.iter().find(is_login).copied().or(alone)?;
        Some(Owner {
            bot: Arc::clone(bot),
            path: path.to_owned(),
            is_named: self.is_guarded(),
        })
    }

    /// Where a request goes.
    pub(super) fn route(
        self,
        shared: &Shared,
        headers: &http::HeaderMap,
        target: &Target,
    ) -> Route {
        if let Some(mark) = headers.get(CHECK_HEADER)
            && shared
                .tunnel
                .checks
                .arrived(mark.as_bytes(), self.is_guarded())
        {
            return Route::SelfCheck;
        }
        let path = match target.path.as_str() {
            "" => "/",
            path => path,
        };
        let owner = match self.owner(shared, path) {
            Some(owner) if owner.is_named => Some(owner),
            owner => self.owner_at_root(shared, headers, path).or(owner),
        };
        let Some(owner) = owner else {
            shared.tunnel.strangers.turned_away();
            shared.bots.count_old_address(path);
            return Route::Stranger;
        };
        Route::Bot(Destination {
            bot: owner.bot,
            path: match target.origin.as_str() {
                "" => owner.path,
                origin if target.path.is_empty() => origin.to_owned(),
                origin => format!("{origin}{}", owner.path),
            },
            is_named: owner.is_named,
        })
    }
}
