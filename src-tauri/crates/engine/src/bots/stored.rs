//! A bot as it is stored: its row, and the document of its address, which holds who may use it
//! and the addresses it had before.

use ipnet::IpNet;
use protocol::UtcMillis;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Store;

use super::{Bot, OldAddress, prepared};
use crate::access::{Access, Login};
use crate::answering::{Answering, StoredAnswering};
use crate::documents::{self, DocumentKind, DocumentReport, Loaded, Object, Origin, Stored};

/// What a bot's documents hold beyond what this version knows, and what of them could not be read.
#[derive(Clone, Debug, Default)]
pub(super) struct BotDocuments {
    answering: Origin,
    answering_unreadable: Vec<String>,
    endpoint: Origin,
    endpoint_unreadable: Vec<String>,
}

impl BotDocuments {
    /// A person has said how the bot answers.
    pub(super) fn answering_is_set(&mut self) {
        self.answering_unreadable.clear();
    }

    /// A person has said who may use the address.
    pub(super) fn access_is_set(&mut self) {
        self.endpoint_unreadable.clear();
    }
}

impl Bot {
    /// A bot from its row. What cannot be read is set aside.
    pub(super) async fn read(row: store::Bot, store: &Store) -> Self {
        let answering =
            document::<StoredAnswering>(&row, &row.answering, DocumentKind::Answering, store);
        let answering = answering.await;
        let endpoint =
            document::<StoredEndpoint>(&row, &row.endpoint, DocumentKind::Endpoint, store);
        let endpoint = endpoint.await;
        let access = endpoint.value.access(&endpoint.unreadable);
        let old = endpoint.value.old.into_iter().map(OldAddress::from);
        let answers = Answering::from(answering.value);
        Self {
            id: row.id,
            name: row.name,
            platform: row.platform,
            secret: row.secret,
            default_answer: prepared(&answers),
            answering: answers,
            access,
            old: old.collect(),
            documents: BotDocuments {
                answering: answering.origin,
                answering_unreadable: answering.unreadable,
                endpoint: endpoint.origin,
                endpoint_unreadable: endpoint.unreadable,
            },
        }
    }

    /// The bot's row.
    pub(super) fn stored(&self, position: usize) -> store::Bot {
        let answering = StoredAnswering::from(self.answering.clone());
        let endpoint = StoredEndpoint::new(&self.access, &self.old);
        store::Bot {
            id: self.id,
            name: self.name.clone(),
            platform: self.platform,
            secret: self.secret.clone(),
            answering: documents::write(&answering, &self.documents.answering),
            endpoint: documents::write(&endpoint, &self.documents.endpoint),
            position: i64::try_from(position).unwrap_or(i64::MAX),
        }
    }

    /// What of the bot's documents could not be read, and was not set anew since.
    pub(crate) fn reports(&self) -> Vec<DocumentReport> {
        let report = |kind, unreadable: &[String], closed| DocumentReport {
            kind,
            bot: Some((self.id, self.name.clone())),
            unreadable: unreadable.to_vec(),
            closed,
        };
        let documents = &self.documents;
        let mut reports = Vec::new();
        if !documents.answering_unreadable.is_empty() {
            let unreadable = &documents.answering_unreadable;
            reports.push(report(DocumentKind::Answering, unreadable, false));
        }
        if self.access.closed || !documents.endpoint_unreadable.is_empty() {
            let unreadable = &documents.endpoint_unreadable;
            reports.push(report(
                DocumentKind::Endpoint,
                unreadable,
                self.access.closed,
            ));
        }
        reports
    }
}

async fn document<T: Stored>(
    row: &store::Bot,
    text: &str,
    kind: DocumentKind,
    store: &Store,
) -> Loaded<T> {
    let loaded = documents::read::<T>(Some(text));
    if !loaded.unreadable.is_empty() {
        let key = format!("bot.{}.{}", row.id, kind.key());
        documents::set_aside(store, &key, text, &loaded.unreadable).await;
    }
    loaded
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
        let rule_lost = |pointer: &String| !pointer.starts_with("/old");
        let access = self.access.clone();
        Access {
            closed: access.closed || unreadable.iter().any(rule_lost),
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
    use crate::documents::read;

    fn access(text: &str) -> Access {
        let loaded = read::<StoredEndpoint>(Some(text));
        loaded.value.access(&loaded.unreadable)
    }

    #[test]
    fn an_address_from_before_versions_is_read() {
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
        assert!(login.is("bot", "пароль: 1"));
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
    fn a_rule_that_cannot_be_read_closes_the_address() {
        for text in [
            "",
            "{",
            "[]",
            r#"{"access":"all"}"#,
            r#"{"access":{"login":{"user":"bot"}}}"#,
            r#"{"access":{"addresses":["everywhere"]}}"#,
            r#"{"access":{"methods":"POST"}}"#,
            r#"{"access":{"closed":true}}"#,
            r#"{"version":"new","access":{}}"#,
        ] {
            assert!(access(text).closed, "{text}");
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
