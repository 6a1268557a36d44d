//! Who gives the public address.

use serde::{Deserialize, Serialize};

/// Who gives the public address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
