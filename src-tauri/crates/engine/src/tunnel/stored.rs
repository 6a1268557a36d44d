//! What is remembered of the tunnel, as it is stored: apart from what the API takes, so that a plan
//! of another version is read as far as it goes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tunnel::{CommandPlan, NgrokPlan, Plan, PlanRequest, Provider, SshPlan, UrlPlan};

use crate::documents::{Object, Stored, numbered};

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredTunnel {
    /// The start that was asked for last, without secrets.
    pub(super) plan: Option<StoredPlan>,
    /// The address that was online last.
    pub(crate) url: Option<String>,
    /// The one before, until somebody says that the new one is pasted.
    pub(crate) previous_url: Option<String>,
    /// The port of this machine that a program or a proxy of the user's leads to.
    pub(crate) forward_port: Option<u16>,
    /// The one before, where it was taken, until somebody says that the proxy leads to the new one.
    pub(crate) previous_forward_port: Option<u16>,
    /// The public half of the app's SSH key that the system's key store has.
    pub(crate) ssh_public_key: Option<String>,
    /// Fingerprints by `host:port`.
    pub(crate) host_keys: BTreeMap<String, String>,
}

impl Stored for StoredTunnel {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered];
}

/// A start: `provider` names which of the others counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredPlan {
    provider: Option<Provider>,
    ngrok: Option<StoredNgrok>,
    ssh: Option<StoredSsh>,
    command: Option<StoredCommand>,
    url: Option<StoredAddress>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct StoredNgrok {
    domain: Option<String>,
    server_addr: Option<String>,
    ca_file: Option<String>,
    system_certificates: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct StoredSsh {
    host: String,
    port: u16,
    user: String,
    key_file: Option<String>,
    host_key: Option<String>,
    bind_address: String,
    bind_port: u16,
    public_url: Option<String>,
    url_domain: Option<String>,
    url_command: Option<String>,
}

impl Default for StoredSsh {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 22,
            user: String::new(),
            key_file: None,
            host_key: None,
            bind_address: String::new(),
            bind_port: 0,
            public_url: None,
            url_domain: None,
            url_command: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct StoredCommand {
    program: String,
    args: Vec<String>,
    url_pattern: String,
    address_changes: bool,
}

impl Default for StoredCommand {
    fn default() -> Self {
        Self {
            program: String::new(),
            args: Vec::new(),
            url_pattern: r"https://\S+".to_owned(),
            address_changes: false,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct StoredAddress {
    url: String,
}

impl StoredPlan {
    /// What is stored of a plan.
    pub(super) fn of(plan: &Plan) -> Self {
        let mut stored = Self {
            provider: Some(plan.provider()),
            ..Self::default()
        };
        match plan.clone() {
            Plan::Ngrok(ngrok) => stored.ngrok = Some(ngrok.into()),
            Plan::Ssh(ssh) => stored.ssh = Some(ssh.into()),
            Plan::Command(command) => stored.command = Some(command.into()),
            Plan::Url(UrlPlan { url, .. }) => stored.url = Some(StoredAddress { url }),
        }
        stored
    }

    /// The plan; `None` where something that it needs could not be read.
    pub(super) fn plan(&self) -> Option<Plan> {
        let stored = self.clone();
        let request = PlanRequest {
            provider: stored.provider?,
            ngrok: stored.ngrok.map(NgrokPlan::from),
            ssh: stored.ssh.map(SshPlan::from),
            command: stored.command.map(CommandPlan::from),
            url: stored.url.map(|address| UrlPlan {
                url: address.url,
                forward_port: None,
            }),
        };
        request.plan().ok()
    }
}

impl From<NgrokPlan> for StoredNgrok {
    fn from(plan: NgrokPlan) -> Self {
        Self {
            domain: plan.domain,
            server_addr: plan.server_addr,
            ca_file: plan.ca_file,
            system_certificates: plan.system_certificates,
        }
    }
}

impl From<StoredNgrok> for NgrokPlan {
    fn from(stored: StoredNgrok) -> Self {
        Self {
            authtoken: None,
            domain: stored.domain,
            server_addr: stored.server_addr,
            ca_file: stored.ca_file,
            system_certificates: stored.system_certificates,
            proxy: None,
        }
    }
}

impl From<SshPlan> for StoredSsh {
    fn from(plan: SshPlan) -> Self {
        Self {
            host: plan.host,
            port: plan.port,
            user: plan.user,
            key_file: plan.key_file,
            host_key: plan.host_key,
            bind_address: plan.bind_address,
            bind_port: plan.bind_port,
            public_url: plan.public_url,
            url_domain: plan.url_domain,
            url_command: plan.url_command,
        }
    }
}

impl From<StoredSsh> for SshPlan {
    fn from(stored: StoredSsh) -> Self {
        Self {
            host: stored.host,
            port: stored.port,
            user: stored.user,
            key_file: stored.key_file,
            passphrase: None,
            host_key: stored.host_key,
            bind_address: stored.bind_address,
            bind_port: stored.bind_port,
            public_url: stored.public_url,
            url_domain: stored.url_domain,
            url_command: stored.url_command,
            own_key: None,
        }
    }
}

impl From<CommandPlan> for StoredCommand {
    fn from(plan: CommandPlan) -> Self {
        Self {
            program: plan.program,
            args: plan.args,
            url_pattern: plan.url_pattern,
            address_changes: plan.address_changes,
        }
    }
}

impl From<StoredCommand> for CommandPlan {
    fn from(stored: StoredCommand) -> Self {
        Self {
            program: stored.program,
            args: stored.args,
            url_pattern: stored.url_pattern,
            address_changes: stored.address_changes,
            forward_port: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::read;

    fn known(text: &str) -> (StoredTunnel, Plan) {
        let loaded = read::<StoredTunnel>(Some(text));
        assert_eq!(loaded.unreadable, Vec::<String>::new());
        assert_eq!(loaded.unknown, Vec::<String>::new());
        let plan = loaded.value.plan.as_ref().unwrap().plan().unwrap();
        assert_eq!(StoredPlan::of(&plan), loaded.value.plan.clone().unwrap());
        (loaded.value, plan)
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

    #[test]
    fn a_plan_of_another_version_is_read_as_far_as_it_goes() {
        let loaded = read::<StoredTunnel>(Some(
            r#"{"plan":{"provider":"ssh","ssh":{"host":"a.example","user":"me",
                "port":"22","jump":"b.example"}},"host_keys":{"a:22":"SHA256:a","b:22":5}}"#,
        ));
        assert_eq!(loaded.unreadable, ["/host_keys/b:22", "/plan/ssh/port"]);
        assert_eq!(loaded.unknown, ["/plan/ssh/jump"]);
        let Some(Plan::Ssh(ssh)) = loaded.value.plan.unwrap().plan() else {
            panic!("SSH's plan")
        };
        assert_eq!((ssh.host.as_str(), ssh.port), ("a.example", 22));
        assert_eq!(loaded.value.host_keys["a:22"], "SHA256:a");
    }
}
