//! What a person asks for: which provider, and how. The API and the memory have documents of their
//! own (`control`'s `dto`, `engine`'s `tunnel/stored.rs`); what does not fit is refused with a
//! pointer to it.

use messages::{Message, Say};
use protocol::is_unseen;
use regex::Regex;
use serde::{Deserialize, Serialize};
use tunnel_session::{Provider, Secret};
use url::Url;

use crate::words::sentences;

/// The longest text of any field, in bytes: Linux's limit of a path.
const TEXT_MAX: usize = 4096;
/// Arguments of a command. A guess.
const ARGS_MAX: usize = 64;

/// A start: `provider` names which of the others it has.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRequest {
    /// Who gives the address.
    pub provider: Provider,
    /// For `ngrok`.
    #[serde(default)]
    pub ngrok: Option<NgrokPlan>,
    /// For `ssh`.
    #[serde(default)]
    pub ssh: Option<SshPlan>,
    /// For `command`.
    #[serde(default)]
    pub command: Option<CommandPlan>,
    /// For `url`.
    #[serde(default)]
    pub url: Option<UrlPlan>,
}

/// Through ngrok's service.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NgrokPlan {
    /// The token of the account; the saved one where absent.
    #[serde(skip_serializing)]
    pub authtoken: Option<Secret>,
    /// A fixed domain of the account.
    pub domain: Option<String>,
    /// Another server than ngrok's own, `host:port`.
    pub server_addr: Option<String>,
    /// A file with the certificates, in PEM, that the server's must be signed by.
    pub ca_file: Option<String>,
    /// Trust what the system trusts, for networks that look into TLS.
    pub system_certificates: bool,
    /// A proxy to go through: `http://`, `https://` or `socks5://`, with `user:password@` where it
    /// asks.
    #[serde(skip_serializing)]
    pub proxy: Option<Secret>,
}

/// Through a remote forward over SSH.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SshPlan {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    #[serde(default = "ssh_port")]
    pub port: u16,
    /// Who logs in.
    pub user: String,
    /// A file with the private key; the app's own key where absent.
    #[serde(default)]
    pub key_file: Option<String>,
    /// What opens the key file.
    #[serde(default, skip_serializing)]
    pub passphrase: Option<Secret>,
    /// The fingerprint that the server must show, `SHA256:…`; where absent the tunnel fails with
    /// the one that was shown, for a person to confirm.
    #[serde(default)]
    pub host_key: Option<String>,
    /// Where the server listens.
    #[serde(default)]
    pub bind_address: String,
    /// And at which port; 0 for any.
    #[serde(default)]
    pub bind_port: u16,
    /// The public address, with `{port}` where the bound port belongs; where absent it is read from
    /// what the server prints.
    #[serde(default)]
    pub public_url: Option<String>,
    /// The domain that a printed address must belong to; the server's own where absent.
    #[serde(default)]
    pub url_domain: Option<String>,
    /// What to ask the server to run so that it prints the address; a shell where absent.
    #[serde(default)]
    pub url_command: Option<String>,
    /// The app's own private key, in OpenSSH's format. Never part of a document.
    #[serde(skip)]
    pub own_key: Option<Secret>,
}

/// Through a program that prints its address.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandPlan {
    /// The program; no shell reads it.
    pub program: String,
    /// Its arguments; `{port}` becomes the port to lead to.
    #[serde(default)]
    pub args: Vec<String>,
    /// What the address looks like among the printed lines, a regular expression; its first group
    /// where it has one.
    #[serde(default = "any_https")]
    pub url_pattern: String,
    /// Whether an address that is announced later replaces the first one: most programs keep to
    /// theirs, and print others for other reasons.
    #[serde(default)]
    pub address_changes: bool,
    /// The port of this machine that it led to last time. Never part of a document.
    #[serde(skip)]
    pub forward_port: Option<u16>,
}

/// By an address that a proxy of the user's leads here.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UrlPlan {
    /// The address.
    pub url: String,
    /// The port of this machine that it led to last time. Never part of a document.
    #[serde(skip)]
    pub forward_port: Option<u16>,
}

/// A plan that can be carried out.
#[derive(Clone, Debug)]
pub enum Plan {
    /// ngrok's service.
    Ngrok(NgrokPlan),
    /// A remote forward over SSH.
    Ssh(SshPlan),
    /// A program of the developer's own.
    Command(CommandPlan),
    /// An address that leads here already.
    Url(UrlPlan),
}

/// Why a plan cannot be carried out: the field, and what it takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {message}")]
pub struct PlanError {
    /// A JSON pointer into the document.
    pub pointer: String,
    message: Message,
}

impl PlanError {
    fn new(pointer: impl Into<String>, message: impl Into<Message>) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
        }
    }
}

impl Say for PlanError {
    fn message(&self) -> Message {
        self.message.clone()
    }
}

const fn ssh_port() -> u16 {
    22
}

fn any_https() -> String {
    r"https://\S+".to_owned()
}

impl PlanRequest {
    /// The plan, with every field checked that can be without going out.
    ///
    /// # Errors
    /// The provider's own part is missing, or a field does not fit.
    pub fn plan(self) -> Result<Plan, PlanError> {
        let parts = [
            (Provider::Ngrok, "/ngrok", self.ngrok.is_some()),
            (Provider::Ssh, "/ssh", self.ssh.is_some()),
            (Provider::Command, "/command", self.command.is_some()),
            (Provider::Url, "/url", self.url.is_some()),
        ];
        let is_other =
            |(provider, _, is_given): &(Provider, _, bool)| *is_given && *provider != self.provider;
        if let Some((_, pointer, _)) = parts.into_iter().find(is_other) {
            return Err(PlanError::new(pointer, &sentences::PLAN_OTHER_PART));
        }
        let plan = match self.provider {
            Provider::Ngrok => Plan::Ngrok(self.ngrok.unwrap_or_default()),
            Provider::Ssh => Plan::Ssh(self.ssh.ok_or_else(|| part_missing("/ssh"))?),
            Provider::Command => {
                Plan::Command(self.command.ok_or_else(|| part_missing("/command"))?)
            }
            Provider::Url => Plan::Url(self.url.ok_or_else(|| part_missing("/url"))?),
        };
        match &plan {
            Plan::Ngrok(ngrok) => ngrok.check()?,
            Plan::Ssh(ssh) => ssh.check()?,
            Plan::Command(command) => command.check()?,
            Plan::Url(url) => {
                public_url("/url/url", &url.url)?;
            }
        }
        Ok(plan)
    }
}

impl Plan {
    /// Who gives the address.
    #[must_use]
    pub const fn provider(&self) -> Provider {
        match self {
            Self::Ngrok(_) => Provider::Ngrok,
            Self::Ssh(_) => Provider::Ssh,
            Self::Command(_) => Provider::Command,
            Self::Url(_) => Provider::Url,
        }
    }
}

impl NgrokPlan {
    fn check(&self) -> Result<(), PlanError> {
        for (pointer, text) in [
            ("/ngrok/domain", &self.domain),
            ("/ngrok/server_addr", &self.server_addr),
            ("/ngrok/ca_file", &self.ca_file),
        ] {
            if let Some(text) = text {
                word(pointer, text)?;
            }
        }
        if let Some(domain) = &self.domain
            && (domain.contains('/') || domain.contains(':'))
        {
            return Err(PlanError::new("/ngrok/domain", &sentences::PLAN_DOMAIN));
        }
        if let Some(proxy) = &self.proxy {
            let fits = Url::parse(proxy.expose()).is_ok_and(|url| {
                matches!(url.scheme(), "http" | "https" | "socks5") && url.host().is_some()
            });
            if !fits {
                return Err(PlanError::new("/ngrok/proxy", &sentences::PLAN_PROXY));
            }
        }
        Ok(())
    }
}

impl SshPlan {
    fn check(&self) -> Result<(), PlanError> {
        word("/ssh/host", &self.host)?;
        word("/ssh/user", &self.user)?;
        if self.port == 0 {
            return Err(PlanError::new("/ssh/port", &sentences::PLAN_PORT));
        }
        if let Some(template) = &self.public_url {
            public_url("/ssh/public_url", &template.replace("{port}", "1"))?;
        }
        if let Some(fingerprint) = &self.host_key
            && !fingerprint.starts_with("SHA256:")
        {
            return Err(PlanError::new(
                "/ssh/host_key",
                &sentences::PLAN_FINGERPRINT,
            ));
        }
        Ok(())
    }
}

impl CommandPlan {
    fn check(&self) -> Result<(), PlanError> {
        // No system takes a NUL in a command.
        let is_text = |text: &String| text.len() <= TEXT_MAX && !text.contains('\0');
        if self.program.trim().is_empty() || !is_text(&self.program) {
            return Err(missing("/command/program"));
        }
        if self.args.len() > ARGS_MAX || !self.args.iter().all(is_text) {
            return Err(PlanError::new("/command/args", &sentences::PLAN_ARGS));
        }
        // One that fits the empty text finds nothing in any line.
        if Regex::new(&self.url_pattern).map_or(true, |pattern| pattern.is_match("")) {
            return Err(PlanError::new(
                "/command/url_pattern",
                &sentences::PLAN_PATTERN,
            ));
        }
        Ok(())
    }
}

/// A text of one word.
fn word(pointer: &str, text: &str) -> Result<(), PlanError> {
    if text.trim().is_empty() {
        return Err(missing(pointer));
    }
    if text.len() > TEXT_MAX || text.chars().any(char::is_control) {
        return Err(PlanError::new(pointer, &sentences::PLAN_WORD));
    }
    Ok(())
}

fn missing(pointer: &str) -> PlanError {
    PlanError::new(pointer, &sentences::PLAN_MISSING)
}

fn part_missing(pointer: &str) -> PlanError {
    PlanError::new(pointer, &sentences::PLAN_PART_MISSING)
}

/// An address that can stand in a bot's settings.
fn public_url(pointer: &str, text: &str) -> Result<Url, PlanError> {
    // A URL library drops line breaks, and makes other characters of spaces.
    let text = text.trim_matches(' ');
    if text
        .chars()
        .any(|one| one.is_whitespace() || is_unseen(one))
    {
        return Err(PlanError::new(pointer, &sentences::PLAN_ADDRESS_UNSEEN));
    }
    public_address(text).ok_or_else(|| PlanError::new(pointer, &sentences::PLAN_ADDRESS))
}

/// An address that can stand in a bot's settings: it reads as what it is, a bot's path can go
/// behind it, and nobody's password would be shown with it.
pub(crate) fn public_address(text: &str) -> Option<Url> {
    let is_seen = !text.chars().any(is_unseen);
    let url = Url::parse(text).ok()?;
    (is_seen && is_written_out(text) && is_public_url(&url)).then_some(url)
}

/// Whether an address names its host where everybody reads it: a URL library takes `https:a` and
/// `https:\\a` for `https://a` too, and `https://a\@b` for a path of `a`.
fn is_written_out(text: &str) -> bool {
    let Some((_, behind)) = text.split_once("://").filter(|(scheme, _)| {
        ["http", "https"]
            .iter()
            .any(|one| scheme.eq_ignore_ascii_case(one))
    }) else {
        return false;
    };
    let authority = behind.split('/').next().unwrap_or_default();
    !authority.is_empty() && !authority.contains('@') && !text.contains('\\')
}

fn is_public_url(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "http")
        && url.host().is_some()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(document: serde_json::Value) -> String {
        let request: PlanRequest = serde_json::from_value(document).unwrap();
        request.plan().unwrap_err().pointer
    }

    #[test]
    fn the_documents_of_the_api_are_taken() {
        for document in [
            json!({"provider":"ngrok","ngrok":{"authtoken":"x","domain":null,"server_addr":null,"ca_file":null,"proxy":null}}),
            json!({"provider":"ngrok"}),
            json!({"provider":"ssh","ssh":{"host":"h","port":22,"user":"u","key_file":null,"host_key":"SHA256:x",
                "bind_address":"","bind_port":0,"public_url":"https://{port}.example.org"}}),
            json!({"provider":"command","command":{"program":"p","args":["{port}"],"url_pattern":"https://\\S+"}}),
            json!({"provider":"url","url":{"url":"https://example.org/"}}),
            json!({"provider":"url","url":{"url":" HTTPS://пример.рф:8443/бот/@a "}}),
        ] {
            let request: PlanRequest = serde_json::from_value(document).unwrap();
            request.plan().unwrap();
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        assert_eq!(refused(json!({"provider":"ssh"})), "/ssh");
        assert_eq!(
            refused(json!({"provider":"url","url":{"url":"example.org"}})),
            "/url/url"
        );
        for url in [
            "https://a.example/?x",
            "https://a.example/#x",
            "https://u:p@a.example",
            "https://u@a.example",
            "https://@a.example",
            "https://a.example\\@b.example",
            "https:\\\\a.example",
            "https:a.example",
            "https:/a.example",
            "https:///a.example",
            "ftp://a.example",
            "https://a.example\n",
            "https://a.exa\tmple",
            "https://a.example/\u{7}",
            "https://a.example/a b",
            "https://a.example\u{a0}/a",
            "https://a.example/\u{202e}moc",
            "https://a\u{200b}.example",
        ] {
            let document = json!({"provider":"url","url":{"url":url}});
            assert_eq!(refused(document), "/url/url", "{url}");
        }
        assert_eq!(
            refused(json!({"provider":"command","command":{"program":" ","url_pattern":"x"}})),
            "/command/program"
        );
        assert_eq!(
            refused(json!({"provider":"command","command":{"program":"p","url_pattern":"("}})),
            "/command/url_pattern"
        );
        let command = |program: &str, arg: &str, pattern: &str| {
            json!({"provider":"command",
                "command":{"program":program,"args":[arg],"url_pattern":pattern}})
        };
        assert_eq!(refused(command("p\0", "", "x")), "/command/program");
        assert_eq!(refused(command("p", "\0", "x")), "/command/args");
        for pattern in ["", "x*", "(?:https://x)?"] {
            let pointer = refused(command("p", "", pattern));
            assert_eq!(pointer, "/command/url_pattern", "{pattern}");
        }
        let url = json!({"url":"https://example.org"});
        assert_eq!(refused(json!({"provider":"ngrok","url":url})), "/url");
        assert_eq!(
            refused(json!({"provider":"url","url":url,"ngrok":{}})),
            "/ngrok"
        );
        assert_eq!(
            refused(json!({"provider":"ngrok","ngrok":{"proxy":"ftp://x"}})),
            "/ngrok/proxy"
        );
        assert_eq!(
            refused(json!({"provider":"ngrok","ngrok":{"domain":"https://x"}})),
            "/ngrok/domain"
        );
    }

    #[test]
    fn secrets_are_neither_shown_nor_written() {
        let request: PlanRequest = serde_json::from_value(
            json!({"provider":"ngrok","ngrok":{"authtoken":"hidden-token","proxy":"http://me:hidden-word@p"}}),
        )
        .unwrap();
        let Ok(Plan::Ngrok(plan)) = request.clone().plan() else {
            panic!("an ngrok plan")
        };
        let shown = format!(
            "{request:?} {plan:?} {}",
            serde_json::to_string(&plan).unwrap()
        );
        assert!(!shown.contains("hidden"), "{shown}");
    }
}
