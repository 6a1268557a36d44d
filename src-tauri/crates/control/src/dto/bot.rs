//! A bot and who may use its address.

use std::collections::BTreeMap;

use engine::{Bot, Engine, OldAddress, UserNames};
use protocol::platform::{PlatformSettings, shown_settings};
use protocol::{BotId, PlatformChoice, UtcMillis};
use serde::Serialize;
use utoipa::ToSchema;

/// A bot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bot)]
pub(crate) struct BotView {
    id: BotId,
    name: String,
    platform: PlatformChoice,
    /// What is set for its platforms: an object for each, by its `id`.
    #[schema(value_type = Object)]
    platform_settings: PlatformSettings,
    /// The unguessable part of its addresses.
    secret: String,
    /// Its address on this machine.
    webhook_url: String,
    /// Its public address, while a tunnel is online.
    public_url: Option<String>,
    /// Who may use its address.
    access: AccessView,
    /// The addresses it had before, the latest first; they lead nowhere.
    old_addresses: Vec<OldAddressView>,
    /// What a person calls its users: a name by each user.
    user_names: BTreeMap<String, String>,
    /// What the chances of its rules are rolled from.
    #[schema(maximum = 9007199254740991_u64)]
    seed: u64,
}

/// An address that a bot had before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OldAddress)]
struct OldAddressView {
    /// The secret it was made of.
    secret: String,
    /// When it was replaced.
    until: UtcMillis,
    /// Requests that came to it since, in this run of the app.
    requests: u64,
}

impl From<OldAddress> for OldAddressView {
    fn from(old: OldAddress) -> Self {
        Self {
            secret: old.secret,
            until: old.until,
            requests: old.requests,
        }
    }
}

/// Who may use a bot's address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Access)]
pub(crate) struct AccessView {
    /// The user that is asked for; its password is never given back.
    login: Option<String>,
    /// The callers it takes; all where empty.
    addresses: Vec<String>,
    /// The methods it takes; all where empty.
    methods: Vec<String>,
    /// The stored rules could not be read: nobody comes in until they are set anew.
    closed: bool,
}

impl BotView {
    pub(crate) fn new(bot: &Bot, engine: &Engine) -> Self {
        let webhook_url = engine.webhook_url(bot);
        let public_url = engine.public_url(bot);
        let address = public_url.as_deref().unwrap_or(&webhook_url);
        let address = address.trim_end_matches('/');
        Self {
            id: bot.id,
            name: bot.name.clone(),
            platform: bot.platform,
            platform_settings: shown_settings(&bot.platform_settings, Some(address)),
            secret: bot.secret.clone(),
            seed: bot.seed,
            webhook_url,
            public_url,
            access: AccessView {
                login: bot.access.login.as_ref().map(|login| login.user.clone()),
                addresses: bot
                    .access
                    .addresses
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                methods: bot.access.methods.clone(),
                closed: bot.access.closed,
            },
            old_addresses: engine
                .old_addresses(bot)
                .into_iter()
                .map(OldAddressView::from)
                .collect(),
            user_names: UserNames::clone(&bot.user_names),
        }
    }
}
