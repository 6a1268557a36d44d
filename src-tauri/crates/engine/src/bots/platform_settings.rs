//! What is set for a bot's platforms, as it is stored: one object for each under its name.

use std::collections::BTreeMap;

use protocol::Platform;
use protocol::platform::{PlatformSettings, check_settings, has_setting};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::documents::{Object, Stored, numbered};

/// The field with the platforms.
pub(super) const PLATFORMS: &str = "platforms";

/// The document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredPlatformSettings {
    #[serde(deserialize_with = "known")]
    pub(super) platforms: PlatformSettings,
}

impl Stored for StoredPlatformSettings {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered];

    fn fits(&self) -> bool {
        check_settings(&self.platforms).is_ok()
    }
}

/// A platform of a later version is unknown here, as a field is: neither is taken, and both stay in
/// the document.
fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PlatformSettings, D::Error> {
    let all = BTreeMap::<String, Value>::deserialize(deserializer)?;
    let mut known = BTreeMap::new();
    for (name, settings) in all {
        if let Ok(platform) = name.parse::<Platform>() {
            let mut own = Object::deserialize(settings).map_err(serde::de::Error::custom)?;
            own.retain(|field, _| has_setting(platform, field));
            known.insert(platform, own);
        }
    }
    Ok(PlatformSettings(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::{read, write};

    #[test]
    fn settings_of_a_platform_of_a_later_version_survive_a_save() {
        let text = r#"{"version":1,"platforms":{"graph":{},"pigeon":{"loft":3}}}"#;
        let loaded = read::<StoredPlatformSettings>(Some(text));
        assert_eq!(loaded.unreadable, Vec::<String>::new());
        assert_eq!(loaded.unknown, ["/platforms/pigeon"]);
        let written = write(&loaded.value, &loaded.origin);
        let [written, before] = [&*written, text].map(serde_json::from_str::<Value>);
        assert_eq!(written.unwrap(), before.unwrap());
    }

    #[test]
    fn a_setting_of_a_later_version_is_unknown_and_survives_a_save() {
        let text = r#"{"version":1,"platforms":{"graph":{"loft":3},"plain":{}}}"#;
        let loaded = read::<StoredPlatformSettings>(Some(text));
        assert_eq!(loaded.unreadable, Vec::<String>::new());
        assert_eq!(loaded.unknown, ["/platforms/graph/loft"]);
        let written = write(&loaded.value, &loaded.origin);
        let [written, before] = [&*written, text].map(serde_json::from_str::<Value>);
        assert_eq!(written.unwrap(), before.unwrap());
    }

    #[test]
    fn settings_that_are_no_object_are_reported_and_cost_no_other() {
        let text = r#"{"platforms":{"graph":7,"plain":{}}}"#;
        let loaded = read::<StoredPlatformSettings>(Some(text));
        assert_eq!(loaded.unreadable, ["/platforms/graph"]);
        let platforms = loaded.value.platforms.0;
        assert!(platforms.contains_key(&Platform::default()));
    }
}
