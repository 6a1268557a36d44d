//! What is remembered of the tunnel between two starts of the app: what was started last, the
//! address it had, the SSH servers that are trusted. No secret is among it.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Store;
use tunnel::{Plan, PlanRequest};

/// The key among the settings.
pub(crate) const MEMORY: &str = "tunnel";
/// SSH servers remembered.
const HOSTS_MAX: usize = 100;

/// What is remembered, as one JSON document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Known {
    /// The start that was asked for last, as the API takes it, without secrets.
    pub(crate) plan: Option<Value>,
    /// The address that was online last.
    pub(crate) url: Option<String>,
    /// The one before, until somebody says that the new one is pasted.
    pub(crate) previous_url: Option<String>,
    /// Fingerprints by `host:port`.
    pub(crate) host_keys: BTreeMap<String, String>,
}

/// What is remembered, and where.
pub(crate) struct Memory {
    store: Store,
    known: Mutex<Known>,
}

impl Memory {
    pub(crate) fn new(store: Store, stored: Option<&str>) -> Self {
        let known = stored.and_then(|text| serde_json::from_str(text).ok());
        Self {
            store,
            known: Mutex::new(known.unwrap_or_default()),
        }
    }

    pub(crate) fn known(&self) -> Known {
        self.known.lock().clone()
    }

    /// The plan started last.
    pub(crate) fn plan(&self) -> Option<Plan> {
        let request: PlanRequest = serde_json::from_value(self.known().plan?).ok()?;
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
        self.known.lock().host_keys.get(&place(host, port)).cloned()
    }

    pub(crate) async fn trust(&self, host: &str, port: u16, fingerprint: &str) {
        self.change(|known| {
            known
                .host_keys
                .insert(place(host, port), fingerprint.to_owned());
            while known.host_keys.len() > HOSTS_MAX {
                known.host_keys.pop_first();
            }
        })
        .await;
    }

    async fn change(&self, change: impl FnOnce(&mut Known)) {
        let text = {
            let mut known = self.known.lock();
            change(&mut known);
            serde_json::to_string(&*known).unwrap_or_default()
        };
        // Where the disk refuses, the status of the history says so; the tunnel works all the same.
        if let Err(error) = self.store.set_setting(MEMORY, &text).await {
            tracing::warn!(%error, "what is remembered of the tunnel could not be saved");
        }
    }
}

fn place(host: &str, port: u16) -> String {
    format!("{}:{port}", host.to_ascii_lowercase())
}
