//! A start of the tunnel as it is asked for, with its secrets, and as it is told, without them.

mod vocabulary;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tunnel::{CommandPlan, NgrokPlan, PlanRequest, SshPlan, UrlPlan};
use utoipa::ToSchema;

use crate::dto::present;

pub(crate) use self::vocabulary::{ErrorClass, Provider, Secret, State, Step};

/// A start: `provider` names which of the others counts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"provider": "url", "url": {"url": "https://bot.example.org"}}))]
pub(crate) struct TunnelStart {
    provider: Provider,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = NgrokStart, required = false)]
    ngrok: Option<NgrokStart>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = SshStart, required = false)]
    ssh: Option<SshStart>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = CommandStart, required = false)]
    command: Option<CommandStart>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = UrlStart, required = false)]
    url: Option<UrlStart>,
}

/// Through ngrok's service.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NgrokStart {
    /// The token of the account; the saved one where absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Secret, required = false)]
    authtoken: Option<Secret>,
    /// A fixed domain of the account.
    domain: Option<String>,
    /// Another server than ngrok's own, `host:port`.
    server_addr: Option<String>,
    /// A file with the certificates, in PEM, that the server's must be signed by.
    ca_file: Option<String>,
    /// Trust what the system trusts, for networks that look into TLS.
    #[serde(default)]
    system_certificates: bool,
    /// A proxy to go through: `http://`, `https://` or `socks5://`, with `user:password@` where
    /// it asks.
    proxy: Option<Secret>,
}

/// Through a remote forward over SSH.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SshStart {
    /// The server's name or address.
    host: String,
    /// Its port.
    #[serde(default = "ssh_port")]
    #[schema(minimum = 1, maximum = 65_535, default = 22)]
    port: u16,
    /// Who logs in.
    user: String,
    /// A file with the private key; the app's own key where absent.
    key_file: Option<String>,
    /// What opens the key file.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Secret, required = false)]
    passphrase: Option<Secret>,
    /// The fingerprint that the server must show, `SHA256:…`; where absent the tunnel fails with
    /// the one that was shown, for a person to confirm.
    host_key: Option<String>,
    /// Where the server listens.
    #[serde(default)]
    bind_address: String,
    /// And at which port; 0 for any.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 65_535, default = 0)]
    bind_port: u16,
    /// The public address, with `{port}` where the bound port belongs; where absent it is read
    /// from what the server prints.
    public_url: Option<String>,
    /// The domain that a printed address must belong to; the server's own where absent.
    url_domain: Option<String>,
    /// What to ask the server to run so that it prints the address; a shell where absent.
    url_command: Option<String>,
}

/// Through a program that prints its address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommandStart {
    /// The program; no shell reads it.
    program: String,
    /// Its arguments; `{port}` becomes the port to lead to.
    #[serde(default)]
    args: Vec<String>,
    /// What the address looks like among the printed lines, a regular expression; its first group
    /// where it has one.
    #[serde(default = "any_https")]
    #[schema(default = "https://\\S+")]
    url_pattern: String,
    /// Whether an address that is announced later replaces the first one.
    #[serde(default)]
    address_changes: bool,
}

/// By an address that a proxy of the user's leads here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UrlStart {
    url: String,
}

const fn ssh_port() -> u16 {
    22
}

fn any_https() -> String {
    r"https://\S+".to_owned()
}

impl From<TunnelStart> for PlanRequest {
    fn from(start: TunnelStart) -> Self {
        Self {
            provider: start.provider.into(),
            ngrok: start.ngrok.map(|ngrok| NgrokPlan {
                authtoken: ngrok.authtoken.map(Into::into),
                domain: ngrok.domain,
                server_addr: ngrok.server_addr,
                ca_file: ngrok.ca_file,
                system_certificates: ngrok.system_certificates,
                proxy: ngrok.proxy.map(Into::into),
            }),
            ssh: start.ssh.map(|ssh| SshPlan {
                host: ssh.host,
                port: ssh.port,
                user: ssh.user,
                key_file: ssh.key_file,
                passphrase: ssh.passphrase.map(Into::into),
                host_key: ssh.host_key,
                bind_address: ssh.bind_address,
                bind_port: ssh.bind_port,
                public_url: ssh.public_url,
                url_domain: ssh.url_domain,
                url_command: ssh.url_command,
                own_key: None,
            }),
            command: start.command.map(|command| CommandPlan {
                program: command.program,
                args: command.args,
                url_pattern: command.url_pattern,
                address_changes: command.address_changes,
                forward_port: None,
            }),
            url: start.url.map(|url| UrlPlan {
                url: url.url,
                forward_port: None,
            }),
        }
    }
}

/// The last start, without its secrets.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = TunnelPlan)]
pub(crate) struct PlanView {
    provider: Provider,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = NgrokPlanView, required = false)]
    ngrok: Option<NgrokPlanView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = SshPlanView, required = false)]
    ssh: Option<SshPlanView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = CommandPlanView, required = false)]
    command: Option<CommandPlanView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = UrlPlanView, required = false)]
    url: Option<UrlPlanView>,
}

/// Through ngrok's service.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = NgrokPlan)]
struct NgrokPlanView {
    domain: Option<String>,
    server_addr: Option<String>,
    ca_file: Option<String>,
    #[serde(default)]
    #[schema(required = true)]
    system_certificates: bool,
}

/// Through a remote forward over SSH.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = SshPlan)]
struct SshPlanView {
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

/// Through a program that prints its address.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = CommandPlan)]
struct CommandPlanView {
    program: String,
    args: Vec<String>,
    url_pattern: String,
    #[serde(default)]
    address_changes: bool,
}

/// By an address that a proxy of the user's leads here.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = UrlPlan)]
struct UrlPlanView {
    url: String,
}

impl PlanView {
    /// The start that is remembered; `None` where it is of a shape that this version does not know.
    pub(crate) fn of(document: Value) -> Option<Self> {
        serde_json::from_value(document).ok()
    }
}
