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

/// Why settings of platforms are not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// A JSON pointer into what was given.
    pub pointer: String,
    /// What is wrong and what to write instead.
    pub message: Message,
    /// What can be written, where that is known.
    pub suggestion: Option<String>,
}

impl SettingsError {
    /// What does not fit in a field.
    #[must_use]
    pub fn at(field: &str, message: impl Into<Message>) -> Self {
        let mut pointer = String::new();
        json_text::push_key(&mut pointer, field);
        Self {
            pointer,
            ..Self::whole(message)
        }
    }

    /// What does not fit in the whole of what was given.
    pub(crate) fn whole(message: impl Into<Message>) -> Self {
        Self {
            pointer: String::new(),
            message: message.into(),
            suggestion: None,
        }
    }

    /// The same error with what can be written in its place.
    pub(crate) fn suggesting(self, suggestion: String) -> Self {
        Self {
            suggestion: Some(suggestion),
            ..self
        }
    }

    /// A field that the platform does not have.
    #[must_use]
    pub fn unknown_field(name: &str) -> Self {
        Self::at(name, words::UNKNOWN_FIELD.arg(name))
    }

    /// The same error about what lies in a field.
    #[must_use]
    pub(crate) fn within(self, field: &str) -> Self {
        let mut pointer = String::new();
        json_text::push_key(&mut pointer, field);
        pointer.push_str(&self.pointer);
        Self { pointer, ..self }
    }
}

impl Say for SettingsError {
    fn message(&self) -> Message {
        self.message.clone()
    }
}
