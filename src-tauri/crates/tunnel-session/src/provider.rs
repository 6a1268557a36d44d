//! Who gives the public address.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who gives the public address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TunnelProvider)]
pub enum Provider {
    /// ngrok's service.
    Ngrok,
    /// A remote forward over SSH.
    Ssh,
    /// A program of the developer's own.
    Command,
    /// An address that leads here already.
    Url,
}
