//! The tunnel's vocabularies, as the API names them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who gives the public address.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TunnelProvider)]
pub(crate) enum Provider {
    /// ngrok's service.
    Ngrok,
    /// A remote forward over SSH.
    Ssh,
    /// A program of the developer's own.
    Command,
    /// An address that leads here already.
    Url,
}

impl From<tunnel::Provider> for Provider {
    fn from(provider: tunnel::Provider) -> Self {
        match provider {
            tunnel::Provider::Ngrok => Self::Ngrok,
            tunnel::Provider::Ssh => Self::Ssh,
            tunnel::Provider::Command => Self::Command,
            tunnel::Provider::Url => Self::Url,
        }
    }
}

impl From<Provider> for tunnel::Provider {
    fn from(provider: Provider) -> Self {
        match provider {
            Provider::Ngrok => Self::Ngrok,
            Provider::Ssh => Self::Ssh,
            Provider::Command => Self::Command,
            Provider::Url => Self::Url,
        }
    }
}

/// How far the tunnel has come.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TunnelState)]
pub(crate) enum State {
    /// Not started.
    Offline,
    /// On the way to its first address.
    Connecting,
    /// The address works.
    Online,
    /// It was lost, or could not be reached yet; the next try has a time.
    Reconnecting,
    /// It ended and does not try again by itself.
    Failed,
    /// On its way to offline.
    Stopping,
}

impl From<tunnel::State> for State {
    fn from(state: tunnel::State) -> Self {
        match state {
            tunnel::State::Offline => Self::Offline,
            tunnel::State::Connecting => Self::Connecting,
            tunnel::State::Online => Self::Online,
            tunnel::State::Reconnecting => Self::Reconnecting,
            tunnel::State::Failed => Self::Failed,
            tunnel::State::Stopping => Self::Stopping,
        }
    }
}

/// What a tunnel does while it connects.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TunnelStep)]
pub(crate) enum Step {
    /// Reaches for the service.
    Dial,
    /// Says who we are.
    Auth,
    /// Asks for an address.
    Bind,
    /// Starts the command.
    Start,
    /// Waits for the address to be told.
    Address,
}

impl From<tunnel::Step> for Step {
    fn from(step: tunnel::Step) -> Self {
        match step {
            tunnel::Step::Dial => Self::Dial,
            tunnel::Step::Auth => Self::Auth,
            tunnel::Step::Bind => Self::Bind,
            tunnel::Step::Start => Self::Start,
            tunnel::Step::Address => Self::Address,
        }
    }
}

/// What kind of trouble it is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TunnelErrorClass)]
pub(crate) enum ErrorClass {
    /// The token or key is missing or refused.
    Token,
    /// The service refuses this place.
    Region,
    /// The service refuses this account.
    Account,
    /// Too many agents at once.
    SessionLimit,
    /// Somebody else has this address.
    AddressBusy,
    /// The service wants a newer app.
    Outdated,
    /// There is no way to the service.
    Network,
    /// The other side is not who it should be.
    Tls,
    /// It was stopped from outside.
    Stopped,
    /// Something was filled in that cannot work.
    Config,
    /// Anything else.
    Other,
}

impl From<tunnel::ErrorClass> for ErrorClass {
    fn from(class: tunnel::ErrorClass) -> Self {
        match class {
            tunnel::ErrorClass::Token => Self::Token,
            tunnel::ErrorClass::Region => Self::Region,
            tunnel::ErrorClass::Account => Self::Account,
            tunnel::ErrorClass::SessionLimit => Self::SessionLimit,
            tunnel::ErrorClass::AddressBusy => Self::AddressBusy,
            tunnel::ErrorClass::Outdated => Self::Outdated,
            tunnel::ErrorClass::Network => Self::Network,
            tunnel::ErrorClass::Tls => Self::Tls,
            tunnel::ErrorClass::Stopped => Self::Stopped,
            tunnel::ErrorClass::Config => Self::Config,
            tunnel::ErrorClass::Other => Self::Other,
        }
    }
}

/// A text that is never shown: not in logs, not by `Debug`, not in answers of the API.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub(crate) struct Secret(tunnel::Secret);

impl From<Secret> for tunnel::Secret {
    fn from(secret: Secret) -> Self {
        secret.0
    }
}
