//! The settings as they are stored, and the one place that changes them.

use std::sync::Arc;

use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use store::{NotSaved, Store, StoreError};

use super::{Grouping, LanguageChoice, Settings, Theme};
use crate::documents::{
    Author, Change, Document, DocumentKind, DocumentReport, Object, Stored, numbered,
};
use crate::secrets::KeyStore;

/// All settings. The fields are those of [`Settings`], written twice on purpose: that type is the
/// API's and strict, and a field renamed there must not lose what is stored under its name. Copying
/// by `same_fields` does not compile where one side lacks a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredSettings {
    listen_port: u16,
    body_limit_bytes: u64,
    header_limit_bytes: u32,
    connection_limit: u32,
    header_timeout_s: u32,
    body_timeout_s: u32,
    durable: bool,
    tunnel_autostart: bool,
    key_store: KeyStore,
    language: LanguageChoice,
    theme: Theme,
    grouping: Grouping,
    keep_exchanges: u64,
    keep_bytes: u64,
    keep_days: Option<u32>,
    conversation_gap_minutes: f64,
}

impl Stored for StoredSettings {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered];

    fn fits(&self) -> bool {
        Settings::from(self).check().is_ok()
    }
}

impl Default for StoredSettings {
    fn default() -> Self {
        Self::from(&Settings::default())
    }
}

/// Copies every field; a field that one side lacks does not compile.
macro_rules! same_fields {
    ($from:ident => $to:ident: $($field:ident),+ $(,)?) => {
        impl From<&$from> for $to {
            fn from(from: &$from) -> Self {
                let $from { $($field),+ } = from;
                Self { $($field: $field.clone()),+ }
            }
        }
    };
}
macro_rules! settings_fields {
    ($from:ident => $to:ident) => {
        same_fields!($from => $to:
            listen_port, body_limit_bytes, header_limit_bytes, connection_limit,
            header_timeout_s, body_timeout_s, durable, tunnel_autostart, key_store,
            language, theme, grouping, keep_exchanges, keep_bytes, keep_days,
            conversation_gap_minutes,
        );
    };
}
settings_fields!(StoredSettings => Settings);
settings_fields!(Settings => StoredSettings);

/// The settings in force, and the document they are stored in.
pub(crate) struct SettingsDocument {
    document: Document<StoredSettings>,
    /// Read at every request.
    current: RwLock<Arc<Settings>>,
}

impl SettingsDocument {
    /// Reads the settings.
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        let document = Document::<StoredSettings>::load(store, DocumentKind::Settings).await?;
        let settings = Settings::from(&*document.current());
        Ok(Self {
            document,
            current: RwLock::new(Arc::new(settings)),
        })
    }

    /// The settings in force.
    pub(crate) fn current(&self) -> Arc<Settings> {
        Arc::clone(&self.current.read())
    }

    /// What of them could not be read, until they are saved.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.document.report()
    }

    /// Begins a change; the next one begins when this one is dropped.
    pub(crate) async fn change(&self) -> SettingsChange<'_> {
        SettingsChange {
            change: self.document.change(Author::Person).await,
            settings: self,
        }
    }
}

/// The right to change the settings.
pub(crate) struct SettingsChange<'a> {
    change: Change<'a, StoredSettings>,
    settings: &'a SettingsDocument,
}

impl SettingsChange<'_> {
    /// The settings that the change begins from.
    pub(crate) fn current(&self) -> Arc<Settings> {
        self.settings.current()
    }

    /// Writes the settings down, and only then puts them in force. Only these fields were set: one
    /// that could not be read is not taken for chosen.
    pub(crate) async fn save(
        &mut self,
        next: Settings,
        fields: impl Iterator<Item = &str>,
    ) -> Result<Arc<Settings>, NotSaved> {
        self.change.only(fields);
        self.change.save(StoredSettings::from(&next)).await?;
        let next = Arc::new(next);
        *self.settings.current.write() = Arc::clone(&next);
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use store::StoreOptions;

    use super::*;
    use crate::documents::read;

    fn settings(document: &str) -> Settings {
        let loaded = read::<StoredSettings>(Some(document));
        assert_eq!(loaded.unreadable, Vec::<String>::new());
        Settings::from(&loaded.value)
    }

    #[test]
    fn settings_from_before_the_tunnel_are_read() {
        let read = settings(include_str!(
            "../../tests/fixtures/documents/settings-0-capture.json"
        ));
        let expected = Settings {
            listen_port: 9000,
            body_limit_bytes: 1 << 20,
            header_limit_bytes: 32 << 10,
            connection_limit: 64,
            header_timeout_s: 10,
            body_timeout_s: 20,
            durable: true,
            language: LanguageChoice::Ru,
            theme: Theme::Contrast,
            grouping: Grouping::Flat,
            keep_exchanges: 5_000_000,
            keep_bytes: 20_000_000_000,
            keep_days: Some(30),
            ..Settings::default()
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn settings_from_before_versions_are_read() {
        let read = settings(include_str!(
            "../../tests/fixtures/documents/settings-0-tunnel.json"
        ));
        let expected = Settings {
            listen_port: 0,
            tunnel_autostart: true,
            key_store: KeyStore::Session,
            language: LanguageChoice::En,
            theme: Theme::Dark,
            ..Settings::default()
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn a_number_out_of_its_range_is_the_default() {
        let loaded = read::<StoredSettings>(Some(r#"{"keep_bytes":1,"theme":"dark"}"#));
        assert_eq!(loaded.unreadable, ["/keep_bytes"]);
        let settings = Settings::from(&loaded.value);
        assert_eq!(settings.keep_bytes, Settings::default().keep_bytes);
        assert_eq!(settings.theme, Theme::Dark);
    }

    #[tokio::test]
    async fn a_setting_that_cannot_be_read_is_not_chosen_by_setting_another() {
        const TEXT: &str = r#"{"keep_days":"forever","theme":"neon"}"#;
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        store.set_setting("settings", TEXT).await.unwrap();
        let settings = SettingsDocument::load(&store).await.unwrap();
        let set = async |patch: serde_json::Value| {
            let mut change = settings.change().await;
            let patch = patch.as_object().unwrap();
            let next = change.current().patched(patch).unwrap();
            let fields = patch.keys().map(String::as_str);
            change.save(next, fields).await.unwrap();
            settings.report().map(|report| report.unreadable)
        };
        let left = set(json!({"theme": "dark"})).await;
        assert_eq!(left, Some(vec!["/keep_days".to_owned()]));
        let again = SettingsDocument::load(&store).await.unwrap();
        assert_eq!(again.report().unwrap().unreadable, ["/keep_days"]);
        assert_eq!(again.current().theme, Theme::Dark);
        assert_eq!(set(json!({"keep_days": 30})).await, None);
        let again = SettingsDocument::load(&store).await.unwrap();
        assert_eq!(
            (again.report(), again.current().keep_days),
            (None, Some(30))
        );
        store.close().await;
    }

    #[tokio::test]
    async fn of_two_patches_at_once_none_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let settings = Arc::new(SettingsDocument::load(&store).await.unwrap());
        let add = |name: &'static str, value: fn(&Settings) -> u64| {
            let settings = Arc::clone(&settings);
            async move {
                for _ in 0..50 {
                    let mut change = settings.change().await;
                    let before = change.current();
                    let patch = json!({ name: value(&before) + 1 });
                    let next = before.patched(patch.as_object().unwrap()).unwrap();
                    change.save(next, [name].into_iter()).await.unwrap();
                }
            }
        };
        let bodies = tokio::spawn(add("body_limit_bytes", |settings| {
            settings.body_limit_bytes
        }));
        let exchanges = tokio::spawn(add("keep_exchanges", |settings| settings.keep_exchanges));
        bodies.await.unwrap();
        exchanges.await.unwrap();
        let before = Settings::default();
        let after = SettingsDocument::load(&store).await.unwrap().current();
        assert_eq!(after.body_limit_bytes, before.body_limit_bytes + 50);
        assert_eq!(after.keep_exchanges, before.keep_exchanges + 50);
        store.close().await;
    }
}
