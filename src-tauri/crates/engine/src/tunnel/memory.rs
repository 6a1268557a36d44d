//! What is remembered of the tunnel between two starts of the app: what was started last, the
//! address it had, the SSH servers that are trusted. No secret is among it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Store, StoreError};
use tunnel::{Plan, PlanRequest};

use crate::documents::{Document, DocumentKind, DocumentReport, Object, Stored, numbered};

/// SSH servers remembered.
const HOSTS_MAX: usize = 100;

/// What is remembered, as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredTunnel {
    /// The start that was asked for last, as the API takes it, without secrets.
    pub(crate) plan: Option<Value>,
    /// The address that was online last.
    pub(crate) url: Option<String>,
    /// The one before, until somebody says that the new one is pasted.
    pub(crate) previous_url: Option<String>,
    /// Fingerprints by `host:port`.
    pub(crate) host_keys: BTreeMap<String, String>,
}

impl Stored for StoredTunnel {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered];
}

/// What is remembered, and where.
pub(crate) struct Memory {
    document: Document<StoredTunnel>,
}

impl Memory {
    /// Reads what is remembered.
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        let document = Document::load(store, DocumentKind::Tunnel).await?;
        Ok(Self { document })
    }

    pub(crate) fn known(&self) -> Arc<StoredTunnel> {
        self.document.current()
    }

    /// What of it could not be read, until it is saved.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.document.report()
    }

    /// The plan started last.
    pub(crate) fn plan(&self) -> Option<Plan> {
        let request: PlanRequest = serde_json::from_value(self.known().plan.clone()?).ok()?;
        request.plan().ok()
    }

    /// A tunnel was started.
    pub(crate) async fn started(&self, plan: &Plan) {
        let document = match plan {
            Plan::Ngrok(ngrok) => json!({"provider": "ngrok", "ngrok": ngrok}),
            Plan::Ssh(ssh) => json!({"provider": "ssh", "ssh": ssh}),
            Plan::Command(command) => json!({"provider": "command", "command": command}),
            Plan::Url(url) => json!({"provider": "url", "url": url}),
        };
        self.change(|known| known.plan = Some(document)).await;
        // A key that a person has named is trusted from then on, for this server.
        if let Plan::Ssh(ssh) = plan
            && let Some(key) = &ssh.host_key
        {
            self.trust(&ssh.host, ssh.port, key).await;
        }
    }

    /// An address works.
    pub(crate) async fn online(&self, url: &str) {
        self.change(|known| {
            if known.url.as_deref() == Some(url) {
                return;
            }
            let before = known.url.replace(url.to_owned());
            // Back at what is pasted: there is nothing to say.
            let pasted = known.previous_url.take().or(before);
            known.previous_url = pasted.filter(|pasted| pasted != url);
        })
        .await;
    }

    /// The new address is pasted.
    pub(crate) async fn acknowledge(&self) {
        self.change(|known| known.previous_url = None).await;
    }

    pub(crate) fn host_key(&self, host: &str, port: u16) -> Option<String> {
        self.known().host_keys.get(&endpoint(host, port)).cloned()
    }

    pub(crate) async fn trust(&self, host: &str, port: u16, fingerprint: &str) {
        self.change(|known| {
            known
                .host_keys
                .insert(endpoint(host, port), fingerprint.to_owned());
            while known.host_keys.len() > HOSTS_MAX {
                known.host_keys.pop_first();
            }
        })
        .await;
    }

    async fn change(&self, change: impl FnOnce(&mut StoredTunnel)) {
        let writing = self.document.change().await;
        let mut next = StoredTunnel::clone(&writing.current());
        change(&mut next);
        // Where the disk refuses, the status of the history says so; the tunnel works all the same.
        if let Err(error) = writing.apply(next).await {
            tracing::warn!(%error, "what is remembered of the tunnel could not be saved");
        }
    }
}

fn endpoint(host: &str, port: u16) -> String {
    format!("{}:{port}", host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::read;

    fn known(text: &str) -> (StoredTunnel, Plan) {
        let loaded = read::<StoredTunnel>(Some(text));
        assert_eq!(loaded.unreadable, Vec::<String>::new());
        let plan = loaded.value.plan.clone().unwrap();
        let request: PlanRequest = serde_json::from_value(plan).unwrap();
        (loaded.value, request.plan().unwrap())
    }

    #[test]
    fn what_was_remembered_of_ngrok_is_read() {
        let (known, plan) = known(include_str!(
            "../../tests/fixtures/documents/tunnel-0-ngrok.json"
        ));
        assert_eq!(known.url.as_deref(), Some("https://bot.example.ngrok.app"));
        assert_eq!(known.previous_url.as_deref(), Some("https://a.ngrok.app"));
        assert_eq!(known.host_keys["serveo.net:22"], "SHA256:abc");
        let Plan::Ngrok(ngrok) = plan else {
            panic!("ngrok's plan")
        };
        assert_eq!(ngrok.domain.as_deref(), Some("bot.example.ngrok.app"));
        assert!(ngrok.system_certificates);
        assert_eq!((ngrok.server_addr, ngrok.ca_file), (None, None));
    }

    #[test]
    fn what_was_remembered_of_ssh_is_read() {
        let (known, plan) = known(include_str!(
            "../../tests/fixtures/documents/tunnel-0-ssh.json"
        ));
        assert_eq!((known.url, known.previous_url), (None, None));
        let Plan::Ssh(ssh) = plan else {
            panic!("SSH's plan")
        };
        assert_eq!((ssh.host.as_str(), ssh.port), ("serveo.net", 22));
        assert_eq!((ssh.user.as_str(), ssh.bind_port), ("me", 80));
        assert_eq!(ssh.host_key.as_deref(), Some("SHA256:abc"));
        assert_eq!((ssh.bind_address.as_str(), ssh.key_file), ("", None));
        assert_eq!((ssh.public_url, ssh.url_domain), (None, None));
        assert_eq!(ssh.url_command, None);
    }

    #[test]
    fn what_was_remembered_of_a_command_and_of_an_address_is_read() {
        let (_, plan) = known(include_str!(
            "../../tests/fixtures/documents/tunnel-0-command.json"
        ));
        let Plan::Command(command) = plan else {
            panic!("a command's plan")
        };
        assert_eq!(command.program, "bore");
        assert_eq!(command.args, ["local", "{port}"]);
        assert_eq!(command.url_pattern, r"https://\S+");
        let (_, plan) = known(include_str!(
            "../../tests/fixtures/documents/tunnel-0-url.json"
        ));
        let Plan::Url(address) = plan else {
            panic!("an address's plan")
        };
        assert_eq!(address.url, "https://bot.example");
    }

    #[tokio::test]
    async fn of_a_hundred_servers_trusted_at_once_none_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let options = store::StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let memory = Memory::load(&store).await.unwrap();
        let trust = |host: u16| {
            let memory = &memory;
            async move { memory.trust("ssh.example", host, "SHA256:a").await }
        };
        futures_util::future::join_all((1..=100).map(trust)).await;
        memory.online("https://a.example").await;
        let again = Memory::load(&store).await.unwrap().known();
        assert_eq!(again.host_keys.len(), 100);
        assert_eq!(again.url.as_deref(), Some("https://a.example"));
        store.close().await;
    }
}
