//! What a bot sets for its platforms: one object for each, under the platform's name.

use std::collections::BTreeMap;

use messages::{Message, Say};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::platform::name::Platform;
use crate::words::settings as words;

/// The settings of a bot's platforms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlatformSettings(pub BTreeMap<Platform, Map<String, Value>>);

impl PlatformSettings {
    /// What is set for one platform.
    #[must_use]
    pub fn of(&self, platform: Platform) -> Option<&Map<String, Value>> {
        self.0.get(&platform)
    }
}

/// Why a platform does not take its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// A JSON pointer into the platform's object.
    pub pointer: String,
    /// What is wrong and what to write instead.
    pub message: Message,
    /// A value that would fit.
    pub suggestion: Option<String>,
}

impl SettingsError {
    /// A field that the platform does not have.
    #[must_use]
    pub fn unknown_field(name: &str) -> Self {
        let mut pointer = String::new();
        json_text::push_key(&mut pointer, name);
        Self {
            pointer,
            message: words::UNKNOWN_FIELD.arg(name),
            suggestion: None,
        }
    }
}

impl Say for SettingsError {
    fn message(&self) -> Message {
        self.message.clone()
    }
}
