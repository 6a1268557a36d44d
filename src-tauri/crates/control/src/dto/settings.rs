//! The settings, and a change of some of them.

use engine::{Grouping, KeyStore, LanguageChoice, Settings, Theme};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::dto::present;

/// Declares the settings once, for what the API tells and for what it takes.
macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $(#[schema $limits:tt])? $name:ident: $type:ident,)+) => {
        /// All settings.
        #[derive(Debug, Serialize, ToSchema)]
        #[schema(as = Settings)]
        pub(crate) struct SettingsView {
            $($(#[doc = $doc])+ $(#[schema $limits])? $name: $type,)+
            /// Days an exchange is kept, pinned ones aside; `null` for no limit.
            #[schema(minimum = 1)]
            keep_days: Option<u32>,
            /// Minutes after which a user's next turn begins another conversation.
            #[schema(minimum = 0.01, maximum = 525_600.0, default = 30.0)]
            conversation_gap_minutes: f64,
        }

        impl From<&Settings> for SettingsView {
            fn from(settings: &Settings) -> Self {
                Self {
                    $($name: settings.$name,)+
                    keep_days: settings.keep_days,
                    conversation_gap_minutes: settings.conversation_gap_minutes,
                }
            }
        }

        /// Settings to change; what is absent stays.
        #[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct SettingsPatch {
            $(
                $(#[doc = $doc])+
                #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
                #[schema(value_type = $type, required = false)]
                $(#[schema $limits])?
                $name: Option<$type>,
            )+
            /// Days an exchange is kept, pinned ones aside; `null` for no limit.
            #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
            #[schema(value_type = Option<u32>, minimum = 1)]
            keep_days: Option<Option<u32>>,
            /// Minutes after which a user's next turn begins another conversation.
            #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
            #[schema(value_type = f64, required = false, minimum = 0.01, maximum = 525_600.0,
                default = 30.0)]
            conversation_gap_minutes: Option<f64>,
        }
    };
}

settings! {
    /// The port of the webhook server, 0 for any free one.
    #[schema(minimum = 0, maximum = 65_535, default = 8787)]
    listen_port: u16,
    /// The longest body kept and answered, in bytes.
    #[schema(minimum = 1_024, maximum = 900_000_000, default = 16_777_216)]
    body_limit_bytes: u64,
    /// The longest head of a request, in bytes.
    #[schema(minimum = 8_192, maximum = 1_048_576, default = 65_536)]
    header_limit_bytes: u32,
    /// Connections at once.
    #[schema(minimum = 1, maximum = 16_384, default = 1_024)]
    connection_limit: u32,
    /// Seconds a caller has to send the head.
    #[schema(minimum = 1, maximum = 600, default = 30)]
    header_timeout_s: u32,
    /// Seconds a caller has to send the body.
    #[schema(minimum = 1, maximum = 3_600, default = 120)]
    body_timeout_s: u32,
    /// Wait for the disk itself at every commit, so that even a power cut loses nothing.
    durable: bool,
    /// Start the tunnel of last time when the app starts.
    tunnel_autostart: bool,
    /// Where tokens and keys are kept.
    key_store: KeyStore,
    /// The language.
    language: LanguageChoice,
    /// The colours.
    theme: Theme,
    /// The list's order.
    grouping: Grouping,
    /// Exchanges kept at most, pinned ones aside.
    #[schema(minimum = 100, maximum = 10_000_000, default = 1_000_000)]
    keep_exchanges: u64,
    /// Bytes of bodies kept at most, pinned ones aside.
    #[schema(minimum = 10_485_760, maximum = 1_099_511_627_776_i64, default = 10_000_000_000_i64)]
    keep_bytes: u64,
}

impl SettingsPatch {
    /// The members that are there.
    pub(crate) fn members(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members,
            // A struct of plain values is always an object.
            Ok(_) | Err(_) => Map::new(),
        }
    }
}
