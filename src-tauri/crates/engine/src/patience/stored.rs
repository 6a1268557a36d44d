//! Waits as they are stored.

use std::collections::BTreeMap;

use protocol::{ExchangeId, UtcMillis};
use serde::{Deserialize, Serialize};

use crate::documents::{Object, Stored, numbered};

/// A caller that left without its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerWait {
    /// How long it had waited since its head came, in milliseconds.
    pub ms: u64,
    /// When it left.
    pub at: UtcMillis,
    /// The exchange.
    pub exchange: ExchangeId,
    /// It was held on purpose.
    #[serde(default)]
    pub probe: bool,
}

/// Waits by bot and platform, the oldest first.
pub(super) type Bots = BTreeMap<String, BTreeMap<String, Vec<CallerWait>>>;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredPatience {
    pub(super) bots: Bots,
}

impl Stored for StoredPatience {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered];
    /// What cannot be read is learned anew.
    const KEEPS_UNREADABLE: bool = false;
}
