//! What is remembered of the tunnel between two starts of the app: what was started last, the
//! address it had, the SSH servers that are trusted. No secret is among it.

use std::sync::Arc;

use serde_json::{Value, json};
use store::{NotSaved, Store, StoreError};
use tunnel::Plan;

use super::stored::{StoredPlan, StoredTunnel};
use crate::documents::{Author, Document, DocumentKind, DocumentReport};

/// SSH servers remembered.
const HOSTS_MAX: usize = 100;

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

    /// What of it could not be read, until a person starts a tunnel anew.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.document.report()
    }

    /// The plan started last, where all that it needs could be read.
    pub(crate) fn plan(&self) -> Option<Plan> {
        self.known().plan.as_ref()?.plan()
    }

    /// The same as the API takes it, without secrets.
    pub(crate) fn plan_document(&self) -> Option<Value> {
        Some(match self.plan()? {
            Plan::Ngrok(ngrok) => json!({"provider": "ngrok", "ngrok": ngrok}),
            Plan::Ssh(ssh) => json!({"provider": "ssh", "ssh": ssh}),
            Plan::Command(command) => json!({"provider": "command", "command": command}),
            Plan::Url(url) => json!({"provider": "url", "url": url}),
        })
    }

    /// A person has started a tunnel.
    pub(crate) async fn started(&self, plan: &Plan) {
        let started = Some(StoredPlan::of(plan));
        let mut writing = self.document.change(Author::Person).await;
        let mut next = StoredTunnel::clone(&writing.current());
        if next.plan != started {
            // What a newer version knows of the plan before belongs to that one.
            writing.forget("plan");
            next.plan = started;
        }
        report_failure(writing.apply(next).await);
        drop(writing);
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

    /// The new address is pasted, and a proxy leads to the new port.
    pub(crate) async fn acknowledge(&self) {
        self.change(|known| {
            known.previous_url = None;
            known.previous_forward_port = None;
        })
        .await;
    }

    /// The port that a program or a proxy of the user's is to lead to: the one that it was told,
    /// as long as nobody has said that it leads to another.
    pub(crate) fn forward_port(&self) -> Option<u16> {
        let known = self.known();
        known.previous_forward_port.or(known.forward_port)
    }

    /// The port that was open last for a program or a proxy of the user's, and will be again.
    pub(crate) fn open_port(&self) -> Option<u16> {
        self.known().forward_port
    }

    /// This port is open for a program or a proxy of the user's.
    pub(crate) async fn forwards(&self, port: u16) {
        if self.known().forward_port == Some(port) {
            return;
        }
        self.change(|known| {
            let before = known.forward_port.replace(port);
            let told = known.previous_forward_port.take().or(before);
            known.previous_forward_port = told.filter(|told| *told != port);
        })
        .await;
    }

    /// The system's key store has the app's SSH key, with this public half.
    pub(crate) async fn has_ssh_key(&self, public: &str) {
        if self.known().ssh_public_key.as_deref() == Some(public) {
            return;
        }
        self.change(|known| known.ssh_public_key = Some(public.to_owned()))
            .await;
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
        let mut writing = self.document.change(Author::App).await;
        let mut next = StoredTunnel::clone(&writing.current());
        change(&mut next);
        report_failure(writing.apply(next).await);
    }
}

/// Where the disk refuses, the status of the history says so; the tunnel works all the same.
fn report_failure(saved: Result<(), NotSaved>) {
    if let Err(error) = saved {
        tracing::warn!(%error, "what is remembered of the tunnel could not be saved");
    }
}

fn endpoint(host: &str, port: u16) -> String {
    format!("{}:{port}", host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
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

    #[tokio::test]
    async fn what_the_app_notes_by_itself_ends_no_report_and_loses_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let options = store::StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let newer = json!({
            "version": 1,
            "plan": {"provider": "wormhole", "wormhole": {"key": 1}},
            "url": null, "previous_url": null, "host_keys": {"a:22": "SHA256:a"}
        });
        let text = newer.to_string();
        store.set_setting("tunnel", &text).await.unwrap();
        let memory = Memory::load(&store).await.unwrap();
        let unreadable = |memory: &Memory| memory.report().map(|report| report.unreadable);
        let provider = Some(vec!["/plan/provider".to_owned()]);
        assert_eq!(unreadable(&memory), provider);
        assert!(memory.plan().is_none() && memory.plan_document().is_none());
        memory.online("https://a.example").await;
        assert_eq!(unreadable(&memory), provider, "no person has seen to it");
        let saved = store.setting("tunnel").await.unwrap().unwrap();
        let saved: Value = serde_json::from_str(&saved).unwrap();
        assert_eq!(saved["plan"]["provider"], "wormhole");
        assert_eq!(saved["plan"]["wormhole"], json!({"key": 1}));
        assert_eq!(saved["url"], "https://a.example");

        let address = tunnel::UrlPlan {
            url: "https://b.example".to_owned(),
            forward_port: None,
        };
        memory.started(&Plan::Url(address)).await;
        assert_eq!(unreadable(&memory), None);
        let again = Memory::load(&store).await.unwrap();
        assert_eq!(unreadable(&again), None);
        let expected = json!({"provider": "url", "url": {"url": "https://b.example"}});
        assert_eq!(again.plan_document(), Some(expected));
        let aside = store.setting("tunnel.unreadable").await.unwrap();
        assert_eq!(aside, Some(text));
        store.close().await;
    }
}
