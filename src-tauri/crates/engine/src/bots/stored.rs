//! A bot as it is stored: its row, and the document of its address, which holds who may use it
//! and the addresses it had before.

use std::sync::Arc;

use ipnet::IpNet;
use protocol::platform::PlatformSettings;
use protocol::{Platform, PlatformChoice, UtcMillis};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{NotSaved, Store};

use super::platform_settings::{PLATFORMS, StoredPlatformSettings};
use super::{Bot, OldAddress};
use crate::access::{Access, Login};
use crate::answering::{Answering, StoredAnswering};
use crate::documents::{
    self, Aside, DocumentKind, DocumentReport, Loaded, Object, Origin, Stored, child, is_related,
    is_within,
};

/// What a bot's documents hold beyond what this version knows, and what of them could not be read.
#[derive(Clone, Debug, Default)]
pub(super) struct BotDocuments {
    answering: BotDocument,
    endpoint: BotDocument,
    platform_settings: BotDocument,
    /// The platform of the row, where a later version wrote it and none was chosen since.
    unknown_platform: Option<String>,
}

/// A document in a bot's row.
#[derive(Clone, Debug, Default)]
struct BotDocument {
    /// As it is stored, until something in it changes: a change of the rest of the row leaves it
    /// as it is.
    text: Option<String>,
    origin: Origin,
    /// JSON pointers to what could not be read and was not set anew since.
    unreadable: Vec<String>,
    aside: Aside,
}

impl BotDocuments {
    /// A person has said how the bot answers.
    pub(super) fn answering_is_set(&mut self) {
        self.answering.text = None;
        self.answering.origin.replace_unreadable();
        self.answering.unreadable.clear();
    }

    /// A person has said who may use the address. Whatever counted as a rule and could not be read
    /// goes with the others: the address would be closed for it again.
    pub(super) fn access_is_set(&mut self) {
        self.endpoint.text = None;
        self.endpoint.origin.forget(ACCESS);
        let unreadable = std::mem::take(&mut self.endpoint.unreadable);
        let (rules, rest): (Vec<_>, Vec<_>) =
            unreadable.into_iter().partition(|pointer| is_rule(pointer));
        for rule in rules {
            self.endpoint.origin.forget_at(&rule);
        }
        self.endpoint.unreadable = rest;
    }

    /// The login has another digest of the same password.
    pub(super) fn digest_is_renewed(&mut self) {
        self.endpoint.text = None;
    }

    /// The list of addresses that the bot had is another one.
    pub(super) fn old_addresses_are_set(&mut self) {
        self.endpoint.text = None;
        self.endpoint.origin.forget(OLD);
        let unreadable = &mut self.endpoint.unreadable;
        unreadable.retain(|pointer| is_rule(pointer));
    }

    /// A person has set these fields of these platforms. What was stored in their place goes,
    /// whether it could be read or not; every other field stays.
    pub(super) fn platforms_are_set(&mut self, changes: &Object) {
        let document = &mut self.platform_settings;
        document.text = None;
        let all = child("", PLATFORMS);
        for (platform, fields) in changes {
            let at = child(&all, platform);
            document.is_made_object_at(&at);
            for name in fields.as_object().into_iter().flat_map(Object::keys) {
                document.is_set_at(&child(&at, name));
            }
        }
    }

    /// A person has chosen the platform.
    pub(super) fn platform_is_set(&mut self) {
        self.unknown_platform = None;
    }

    /// Returns once nothing is lost by writing what has changed.
    pub(super) async fn secure(&mut self, store: &Store) -> Result<(), NotSaved> {
        let Self {
            answering,
            endpoint,
            platform_settings,
            unknown_platform: _,
        } = self;
        for document in [answering, endpoint, platform_settings] {
            if document.text.is_none() {
                document.aside.secure(store).await?;
            }
        }
        Ok(())
    }
}

impl BotDocument {
    /// What lies at a pointer is set anew.
    fn is_set_at(&mut self, pointer: &str) {
        self.origin.forget_at(pointer);
        self.unreadable
            .retain(|unreadable| !is_related(unreadable, pointer));
    }

    /// An object lies at a pointer now, if none did.
    fn is_made_object_at(&mut self, pointer: &str) {
        self.origin.forget_unreadable_above(pointer);
        self.unreadable
            .retain(|unreadable| !is_within(pointer, unreadable));
    }

    async fn new<T>(text: &str, key: &str, loaded: Loaded<T>, store: &Store) -> (T, Self) {
        let Loaded {
            value,
            origin,
            unreadable,
            ..
        } = loaded;
        let aside = match unreadable.is_empty() {
            true => Aside::default(),
            false => Aside::keep(store, key, text, &unreadable).await,
        };
        let document = Self {
            text: Some(text.to_owned()),
            origin,
            unreadable,
            aside,
        };
        (value, document)
    }

    /// The text of its row: an earlier version's is brought to this one, unless a part of it could
    /// not be read.
    fn stored<T: Stored>(&self, value: impl FnOnce() -> T) -> String {
        let is_outdated = self.unreadable.is_empty() && self.origin.is_outdated::<T>();
        let text = self.text.clone().filter(|_| !is_outdated);
        text.unwrap_or_else(|| documents::write(&value(), &self.origin))
    }
}

impl Bot {
    /// A bot from its row. What cannot be read is set aside.
    pub(super) async fn read(row: store::Bot, store: &Store) -> Self {
        let key = DocumentKind::Answering.key_of(row.id);
        let loaded = documents::read::<StoredAnswering>(Some(&row.answering));
        let (answers, answering) = BotDocument::new(&row.answering, &key, loaded, store).await;
        let key = DocumentKind::Endpoint.key_of(row.id);
        let mut loaded = documents::read::<StoredEndpoint>(Some(&row.endpoint));
        add_unknown_rules(&mut loaded);
        let (stored, endpoint) = BotDocument::new(&row.endpoint, &key, loaded, store).await;
        let key = DocumentKind::PlatformSettings.key_of(row.id);
        let loaded = documents::read::<StoredPlatformSettings>(Some(&row.platform_settings));
        let text = &row.platform_settings;
        let (settings, platform_settings) = BotDocument::new(text, &key, loaded, store).await;
        let access = stored.access(&endpoint.unreadable);
        let old = stored.old.into_iter().map(OldAddress::from);
        let answers = Answering::from(answers);
        let choice = row.platform.parse().ok();
        if choice.is_none() {
            tracing::warn!(bot = %row.id, "the platform of a bot is unknown to this version");
        }
        Self {
            id: row.id,
            name: row.name,
            // Nothing is assumed of its requests.
            platform: choice.unwrap_or(PlatformChoice::Fixed(Platform::default())),
            platform_settings: Arc::new(settings.platforms),
            secret: row.secret,
            given_answer: answers.given_answer().unwrap_or_default(),
            answering: answers,
            access,
            old: old.collect(),
            user_names: Arc::default(),
            rules: Arc::default(),
            seed: row.seed,
            documents: BotDocuments {
                answering,
                endpoint,
                platform_settings,
                unknown_platform: choice.is_none().then_some(row.platform),
            },
        }
    }

    /// The bot's row.
    pub(super) fn stored(&self, position: usize) -> store::Bot {
        let answering = || StoredAnswering::from(self.answering.clone());
        let endpoint = || StoredEndpoint::new(&self.access, &self.old);
        let settings = || StoredPlatformSettings {
            platforms: PlatformSettings::clone(&self.platform_settings),
        };
        let platform = self.documents.unknown_platform.clone();
        store::Bot {
            id: self.id,
            name: self.name.clone(),
            platform: platform.unwrap_or_else(|| self.platform.into()),
            secret: self.secret.clone(),
            answering: self.documents.answering.stored(answering),
            endpoint: self.documents.endpoint.stored(endpoint),
            platform_settings: self.documents.platform_settings.stored(settings),
            position: i64::try_from(position).unwrap_or(i64::MAX),
            seed: self.seed,
        }
    }

    /// What of the bot's documents could not be read, and was not set anew since.
    pub(crate) fn reports(&self) -> Vec<DocumentReport> {
        let report = |kind, unreadable: &[String], closed| DocumentReport {
            kind,
            bot: Some((self.id, self.name.clone())),
            unreadable: unreadable.to_owned(),
            closed,
        };
        let BotDocuments {
            answering,
            endpoint,
            platform_settings,
            unknown_platform,
        } = &self.documents;
        let mut reports = Vec::new();
        if unknown_platform.is_some() {
            let pointer = ["/platform".to_owned()];
            reports.push(report(DocumentKind::Platform, &pointer, false));
        }
        if !platform_settings.unreadable.is_empty() {
            let unreadable = &platform_settings.unreadable;
            reports.push(report(DocumentKind::PlatformSettings, unreadable, false));
        }
        if !answering.unreadable.is_empty() {
            reports.push(report(
                DocumentKind::Answering,
                &answering.unreadable,
                false,
            ));
        }
        let closed = self.access.closed;
        if closed || !endpoint.unreadable.is_empty() {
            reports.push(report(DocumentKind::Endpoint, &endpoint.unreadable, closed));
        }
        reports
    }
}

/// The fields of an endpoint's document.
const ACCESS: &str = "access";
const OLD: &str = "old";

/// Whether a pointer may name a rule of who may use the address.
fn is_rule(pointer: &str) -> bool {
    pointer != "/old" && !pointer.starts_with("/old/")
}

/// A rule that this version does not know might keep a caller out, so it counts as unreadable: all
/// that is unknown among the rules, and in a newer version's document all but what is known to be
/// the list of old addresses. So does a rule that is gone: every version writes each of them.
fn add_unknown_rules(loaded: &mut Loaded<StoredEndpoint>) {
    let absent = loaded.origin.absent(ACCESS);
    loaded.unreadable.extend(absent);
    let is_newer = loaded.is_newer;
    let may_be_rule =
        |pointer: &&String| pointer.starts_with("/access/") || is_newer && is_rule(pointer);
    let rules = loaded.unknown.iter().filter(may_be_rule);
    loaded.unreadable.extend(rules.cloned());
}

/// The document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredEndpoint {
    access: StoredAccess,
    old: Vec<StoredOldAddress>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct StoredAccess {
    /// The rules could not be read and were not set since.
    closed: bool,
    login: Option<StoredLogin>,
    addresses: Vec<IpNet>,
    methods: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredLogin {
    user: String,
    digest: String,
}

/// An address that the bot had before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredOldAddress {
    secret: String,
    until: UtcMillis,
}

impl Stored for StoredEndpoint {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[without_counts];
}

/// Version 0 wrote the requests to each old address, a number of one run only, and never read it.
fn without_counts(object: &mut Object) {
    let Some(Value::Array(old)) = object.get_mut("old") else {
        return;
    };
    for address in old.iter_mut().filter_map(Value::as_object_mut) {
        address.remove("requests");
    }
}

impl StoredEndpoint {
    /// The document of these parts.
    fn new(access: &Access, old: &[OldAddress]) -> Self {
        let old = old.iter().map(|address| StoredOldAddress {
            secret: address.secret.clone(),
            until: address.until,
        });
        let login = access.login.as_ref().map(|login| StoredLogin {
            user: login.user.clone(),
            digest: login.digest().to_owned(),
        });
        Self {
            access: StoredAccess {
                closed: access.closed,
                login,
                addresses: access.addresses.clone(),
                methods: access.methods.clone(),
            },
            old: old.collect(),
        }
    }

    /// Who may use the address. A rule that could not be read might have kept a caller out, so
    /// nobody comes in then.
    fn access(&self, unreadable: &[String]) -> Access {
        let access = self.access.clone();
        Access {
            closed: access.closed || unreadable.iter().any(|pointer| is_rule(pointer)),
            login: access
                .login
                .map(|login| Login::stored(login.user, login.digest)),
            addresses: access.addresses,
            methods: access.methods,
        }
    }
}

impl From<StoredOldAddress> for OldAddress {
    fn from(stored: StoredOldAddress) -> Self {
        Self {
            secret: stored.secret,
            until: stored.until,
            requests: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Verdict;
    use crate::documents::read;

    fn access(text: &str) -> Access {
        let mut loaded = read::<StoredEndpoint>(Some(text));
        add_unknown_rules(&mut loaded);
        loaded.value.access(&loaded.unreadable)
    }

    #[tokio::test]
    async fn an_address_from_before_versions_is_read() {
        let text = include_str!("../../tests/fixtures/documents/endpoint-0.json");
        let loaded = read::<StoredEndpoint>(Some(text));
        assert_eq!(loaded.unreadable, Vec::<String>::new());
        let access = loaded.value.access(&[]);
        assert!(!access.closed);
        let networks: Vec<_> = access.addresses.iter().map(ToString::to_string).collect();
        assert_eq!(networks, ["203.0.113.0/24", "2001:db8::1/128"]);
        assert_eq!(access.methods, ["POST"]);
        let login = access.login.unwrap();
        assert_eq!(login.user, "bot");
        let verdict = login.verify("bot", "пароль: 1").await;
        assert!(matches!(verdict, Verdict::Renewed(_)), "{verdict:?}");
        let old: Vec<_> = loaded.value.old.into_iter().map(OldAddress::from).collect();
        let expected = OldAddress {
            secret: "abcdefghijklmnopqrstuvwxyz".to_owned(),
            until: UtcMillis(1_795_581_091_250),
            requests: 0,
        };
        assert_eq!(old, [expected]);
    }

    #[test]
    fn an_address_without_rules_is_open() {
        let text = include_str!("../../tests/fixtures/documents/endpoint-0-empty.json");
        let access = access(text);
        assert!(!access.closed && access.login.is_none() && access.addresses.is_empty());
    }

    #[test]
    fn a_rule_that_cannot_be_read_closes_the_address_until_it_is_set_anew() {
        /// All rules, and all of them let everybody in.
        const RULES: &str = r#"{"closed":false,"login":null,"addresses":[],"methods":[]}"#;
        let twenty = [r#"{"secret":"a","secret":"b"}"#; 20].join(",");
        for text in [
            "",
            "{",
            "[]",
            r#"{"access":"all"}"#,
            r#"{"access":[]}"#,
            r#"{"access":[false,null,[],[]]}"#,
            r#"{"access":{"login":["bot","a:b"]}}"#,
            r#"{"access":{"login":{"user":"bot"}}}"#,
            r#"{"access":{"addresses":["everywhere"]}}"#,
            r#"{"access":{"methods":"POST"}}"#,
            r#"{"access":{"closed":true}}"#,
            r#"{"version":"new","access":{}}"#,
            r#"{"access":{"countries":["FI"]}}"#,
            r#"{"access":{"login":{"user":"bot","digest":"a:b","otp":true}}}"#,
            r#"{"version":9,"access":{},"admission":{"from":"nowhere"}}"#,
            r#"{"version":9,"access":{},"old_rules":{"from":"nowhere"}}"#,
            r#"{"version":1}"#,
            r#"{"version":1,"old":[],"Access":{"methods":["POST"]}}"#,
            r#"{"version":1,"access":{}}"#,
            r#"{"version":1,"access":{"closed":false,"addresses":[],"methods":[]}}"#,
            r#"{"access":{"methods":["POST"]},"access":{}}"#,
            r#"{"access":{"methods":["POST"],"methods":[]}}"#,
            &format!(r#"{{"version":1,"access":{RULES},"access":{RULES}}}"#),
            &format!(r#"{{"version":1,"access":{RULES},"old":[{twenty}],"access":{RULES}}}"#),
        ] {
            assert!(access(text).closed, "{text}");
            // Its other half is saved, by a new secret for one.
            let mut loaded = read::<StoredEndpoint>(Some(text));
            add_unknown_rules(&mut loaded);
            let closed = StoredEndpoint::new(&access(text), &[]);
            let written = documents::write(&closed, &loaded.origin);
            assert!(access(&written).closed, "{text} became {written}");
        }
    }

    #[test]
    fn an_address_opened_anew_stays_open_whatever_closed_it() {
        for text in [
            r#"{"access":[]}"#,
            r#"{"access":{"countries":["FI"]},"colour":"red"}"#,
            r#"{"version":9,"access":{},"admission":{"from":"nowhere"}}"#,
        ] {
            let mut loaded = read::<StoredEndpoint>(Some(text));
            add_unknown_rules(&mut loaded);
            let mut documents = BotDocuments::default();
            documents.endpoint.origin = loaded.origin;
            documents.endpoint.unreadable = loaded.unreadable;
            documents.access_is_set();
            assert_eq!(documents.endpoint.unreadable, Vec::<String>::new());
            let open = StoredEndpoint::new(&Access::default(), &[]);
            let written = documents::write(&open, &documents.endpoint.origin);
            assert!(!access(&written).closed, "{text} became {written}");
            assert_eq!(written.contains("colour"), text.contains("colour"));
        }
    }

    #[test]
    fn what_is_unknown_beside_the_rules_closes_nothing() {
        for text in [
            r#"{"access":{"methods":["GET"]},"colour":"red"}"#,
            r#"{"version":9,"access":{"closed":false,"login":null,"addresses":[],"methods":[]},
                "old":[{"secret":"a","until":0,"why":"leaked"}]}"#,
        ] {
            assert!(!access(text).closed, "{text}");
        }
    }

    #[test]
    fn old_addresses_that_cannot_be_read_close_nothing() {
        let access = access(r#"{"access":{"methods":["GET"]},"old":7}"#);
        assert!(!access.closed);
        assert_eq!(access.methods, ["GET"]);
    }

    #[test]
    fn a_closed_address_stays_closed_in_its_document() {
        let access = Access {
            closed: true,
            ..Access::default()
        };
        let text = documents::write(&StoredEndpoint::new(&access, &[]), &Origin::default());
        assert!(super::tests::access(&text).closed);
    }
}
