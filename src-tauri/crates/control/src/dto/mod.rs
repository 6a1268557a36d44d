//! The documents of the API.
//!
//! A request and an answer never share a type: a request may leave out what has a default and may
//! carry secrets, an answer has every field and no secret.

pub(crate) mod answering;
pub(crate) mod answers;
pub(crate) mod bot;
pub(crate) mod compare;
pub(crate) mod conversations;
pub(crate) mod exchange;
pub(crate) mod feed;
pub(crate) mod patience;
pub(crate) mod platform_reason;
pub(crate) mod proof;
pub(crate) mod rule_files;
pub(crate) mod rules;
pub(crate) mod settings;
pub(crate) mod simulator;
pub(crate) mod status;
pub(crate) mod tunnel;

use serde::{Deserialize, Deserializer};

/// Tells a value from an absent one: `null` is a value, and fits where the type takes it.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
