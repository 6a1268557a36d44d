//! The settings a person may change, as the API takes them: each field with its default and range.

mod stored;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use stored::SettingsDocument;

use crate::error::Invalid;
use crate::secrets::KeyStore;
use crate::words;

/// The largest body limit that can be set: a row of the database holds 1 GB, and the packed body
/// must fit into it with its headers.
pub(crate) const BODY_LIMIT_MAX: u64 = protocol::LARGEST_BODY as u64;

/// How long a conversation may be idle, in minutes; the longest is a year.
const GAP_MINUTES: std::ops::RangeInclusive<f64> = 0.01..=525_600.0;

/// The language of the interface and of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LanguageChoice {
    /// The system's.
    #[default]
    System,
    /// Russian.
    Ru,
    /// English.
    En,
}

/// The colours of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// The system's.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// High contrast.
    Contrast,
}

/// How the list is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// Turns under their user.
    #[default]
    User,
    /// One list, newest first.
    Flat,
}

/// All settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The port of the webhook server, 0 for any free one.
    pub listen_port: u16,
    /// The longest body kept and answered, in bytes.
    pub body_limit_bytes: u64,
    /// The longest head of a request, in bytes.
    pub header_limit_bytes: u32,
    /// Connections at once.
    pub connection_limit: u32,
    /// Seconds a caller has to send the head.
    pub header_timeout_s: u32,
    /// Seconds a caller has to send the body.
    pub body_timeout_s: u32,
    /// Wait for the disk itself at every commit, so that even a power cut loses nothing.
    pub durable: bool,
    /// Start the tunnel of last time when the app starts.
    pub tunnel_autostart: bool,
    /// Where tokens and keys are kept.
    pub key_store: KeyStore,
    /// The language.
    pub language: LanguageChoice,
    /// The colours.
    pub theme: Theme,
    /// The list's order.
    pub grouping: Grouping,
    /// Exchanges kept at most, pinned ones aside.
    pub keep_exchanges: u64,
    /// Bytes of bodies kept at most, pinned ones aside.
    pub keep_bytes: u64,
    /// Days an exchange is kept, pinned ones aside.
    pub keep_days: Option<u32>,
    /// Minutes after which a user's next turn begins another conversation.
    pub conversation_gap_minutes: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen_port: 8787,
            body_limit_bytes: 16 << 20,
            header_limit_bytes: 64 << 10,
            connection_limit: 1024,
            header_timeout_s: 30,
            body_timeout_s: 120,
            durable: false,
            tunnel_autostart: false,
            key_store: KeyStore::System,
            language: LanguageChoice::System,
            theme: Theme::System,
            grouping: Grouping::User,
            keep_exchanges: 1_000_000,
            keep_bytes: 10_000_000_000,
            keep_days: None,
            conversation_gap_minutes: 30.0,
        }
    }
}

impl Settings {
    /// How long a caller may take over the head.
    #[must_use]
    pub fn header_timeout(&self) -> Duration {
        Duration::from_secs(self.header_timeout_s.into())
    }

    /// How long a caller may take over the body.
    #[must_use]
    pub fn body_timeout(&self) -> Duration {
        Duration::from_secs(self.body_timeout_s.into())
    }

    /// How long a conversation may be idle.
    #[must_use]
    pub fn conversation_gap(&self) -> Duration {
        Duration::from_secs_f64(self.conversation_gap_minutes * 60.0)
    }

    /// These settings with the members of a JSON object laid over them.
    ///
    /// # Errors
    /// An unknown name, a wrong type or a value out of range, with a pointer to it.
    pub fn patched(
        &self,
        patch: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Self, Invalid> {
        let Ok(serde_json::Value::Object(mut document)) = serde_json::to_value(self) else {
            return Err(Invalid::new("", &words::SETTING_UNFIT));
        };
        for (name, value) in patch {
            let Some(field) = document.get_mut(name) else {
                return Err(Invalid::new(format!("/{name}"), &words::NO_SETTING));
            };
            let before = std::mem::replace(field, value.clone());
            // One at a time, so that the first wrong one can be named.
            if serde_json::from_value::<Self>(document.clone().into()).is_err() {
                document.insert(name.clone(), before);
                return Err(Invalid::new(format!("/{name}"), &words::SETTING_UNFIT));
            }
        }
        let patched: Self = serde_json::from_value(document.into())
            .map_err(|_| Invalid::new("", &words::SETTING_UNFIT))?;
        patched.check()?;
        Ok(patched)
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        for range in RANGES {
            let Range { least, most, .. } = range;
            if !(least..=most).contains(&(range.value)(self)) {
                return Err(Invalid::new(
                    format!("/{}", range.setting),
                    words::NUMBER_RANGE.arg(least).arg(most),
                ));
            }
        }
        if !GAP_MINUTES.contains(&self.conversation_gap_minutes) {
            return Err(Invalid::new(
                "/conversation_gap_minutes",
                &words::GAP_MINUTES,
            ));
        }
        if self.keep_days == Some(0) {
            return Err(Invalid::new("/keep_days", &words::DAYS));
        }
        Ok(())
    }
}

/// The range of a setting that is a number.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The setting's name.
    pub setting: &'static str,
    /// The least value that it takes.
    pub least: u64,
    /// The greatest value that it takes.
    pub most: u64,
    value: fn(&Settings) -> u64,
}

/// The range of every setting that is a number and has one of its own; the others take what their
/// type holds, and `keep_days` takes 1 and more.
pub const RANGES: [Range; 7] = [
    Range {
        setting: "body_limit_bytes",
        least: 1024,
        most: BODY_LIMIT_MAX,
        value: |settings| settings.body_limit_bytes,
    },
    Range {
        setting: "header_limit_bytes",
        least: 8 << 10,
        most: 1 << 20,
        value: |settings| settings.header_limit_bytes as u64,
    },
    Range {
        setting: "connection_limit",
        least: 1,
        most: 16_384,
        value: |settings| settings.connection_limit as u64,
    },
    Range {
        setting: "header_timeout_s",
        least: 1,
        most: 600,
        value: |settings| settings.header_timeout_s as u64,
    },
    Range {
        setting: "body_timeout_s",
        least: 1,
        most: 3600,
        value: |settings| settings.body_timeout_s as u64,
    },
    Range {
        setting: "keep_exchanges",
        least: 100,
        most: 10_000_000,
        value: |settings| settings.keep_exchanges,
    },
    Range {
        setting: "keep_bytes",
        least: 10 << 20,
        most: 1 << 40,
        value: |settings| settings.keep_bytes,
    },
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patch(value: serde_json::Value) -> Result<Settings, Invalid> {
        let serde_json::Value::Object(patch) = value else {
            panic!("an object")
        };
        Settings::default().patched(&patch)
    }

    #[test]
    fn a_patch_changes_what_it_names_and_nothing_else() {
        let settings = patch(json!({"theme": "dark", "keep_days": 30})).unwrap();
        assert_eq!(settings.theme, Theme::Dark);
        assert_eq!(settings.keep_days, Some(30));
        assert_eq!(settings.listen_port, 8787);
    }

    #[test]
    fn a_wrong_patch_names_its_place() {
        for (value, pointer) in [
            (json!({"colour": "red"}), "/colour"),
            (json!({"theme": "red"}), "/theme"),
            (json!({"body_limit_bytes": 1}), "/body_limit_bytes"),
            (json!({"listen_port": 70_000}), "/listen_port"),
            (json!({"keep_days": 0}), "/keep_days"),
            (
                json!({"conversation_gap_minutes": 0}),
                "/conversation_gap_minutes",
            ),
            (
                json!({"conversation_gap_minutes": "1"}),
                "/conversation_gap_minutes",
            ),
        ] {
            assert_eq!(patch(value).unwrap_err().pointer, pointer);
        }
    }
}
