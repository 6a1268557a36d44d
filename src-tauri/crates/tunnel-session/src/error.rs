//! Why a tunnel is not there: a class for the program, a code where the service gives one, a
//! sentence with the next step for the person.

use messages::{Arg, Message, Say, Words};

use crate::words::sentences;

/// The longest detail, in characters: what a line or two of the window shows.
const DETAIL_CHARS: usize = 400;

/// What an error is about; the window offers the next step by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The token or key is missing or refused.
    Token,
    /// The service refuses connections from this region.
    Region,
    /// The service refuses this account.
    Account,
    /// Too many agents at once.
    SessionLimit,
    /// Somebody else has this address.
    AddressBusy,
    /// The service wants a newer app.
    Outdated,
    /// The service cannot be reached.
    Network,
    /// The other side is not who it should be.
    Tls,
    /// It was stopped from outside.
    Stopped,
    /// Something was filled in that cannot work.
    Config,
    /// Anything else.
    Other,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TunnelErrorKind {
    /// It was to start by itself, and what it needs is not there.
    NotStarted,
    /// ngrok needs a token and there is none.
    TokenMissing,
    /// ngrok refuses the token.
    TokenRefused,
    /// ngrok refuses connections from our IP address.
    RegionRefused,
    /// ngrok has blocked the account.
    AccountBlocked,
    /// Too many agents at once.
    SessionLimit,
    /// Another agent has the address.
    AddressBusy,
    /// ngrok wants a newer app.
    Outdated,
    /// The service refused for another reason.
    Refused,
    /// The connection was refused or broken.
    Unreachable,
    /// The server is there, and nothing listens at the port.
    PortRefused,
    /// The name could not be found.
    NameUnknown,
    /// No answer in time.
    NoAnswer,
    /// The link was lost.
    LinkLost,
    /// No byte has come for the heartbeat and its tolerance.
    LinkSilent,
    /// The machine has slept.
    Slept,
    /// The proxy refused.
    ProxyRefused,
    /// The certificate is not signed by a trusted one.
    CertificateUnknown,
    /// TLS failed for another reason.
    TlsFailed,
    /// A file of certificates cannot be read.
    CertificateFile,
    /// The service ended the tunnel.
    StoppedOutside,
    /// The SSH server showed a key that nobody has confirmed yet.
    HostKeyUnknown,
    /// The SSH server showed another key than the confirmed one.
    HostKeyChanged,
    /// The SSH server refuses our key.
    KeyRefused,
    /// The key file cannot be read.
    KeyFile,
    /// The key file is locked and no passphrase, or a wrong one, was given.
    PassphraseNeeded,
    /// The SSH server does not forward.
    ForwardRefused,
    /// The SSH server still has the port in use, most often for the connection that was lost.
    PortHeld,
    /// No address was printed.
    NoAddress,
    /// The address that was printed can stand in no bot's settings.
    AddressUnusable,
    /// No port of this machine could be opened for what comes in.
    NoPort,
    /// There is no such program.
    CommandMissing,
    /// The program could not be started.
    CommandFailed,
    /// The program ended.
    CommandEnded,
}

/// Why a tunnel failed or was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TunnelError {
    /// What happened.
    pub kind: TunnelErrorKind,
    /// The service's own code, such as `ERR_NGROK_105`.
    pub code: Option<String>,
    /// What the sentence names: a server and its port, a program.
    pub subjects: Vec<Arg>,
    /// What the other side or the system said, without secrets. No part of the sentence.
    pub detail: Arg,
    /// The fingerprint that an SSH server showed.
    pub host_key: Option<String>,
}

impl TunnelError {
    /// Something happened; `detail` must hold no secret (see `redact`).
    #[must_use]
    pub fn new(kind: TunnelErrorKind, detail: impl Into<Arg>) -> Self {
        let detail = match detail.into() {
            Arg::Text(text) => Arg::Text(text.trim().chars().take(DETAIL_CHARS).collect()),
            other => other,
        };
        Self {
            kind,
            code: None,
            subjects: Vec::new(),
            detail,
            host_key: None,
        }
    }

    /// The same, and its sentence names something more.
    #[must_use]
    pub fn about(mut self, subject: impl Into<Arg>) -> Self {
        self.subjects.push(subject.into());
        self
    }

    /// The same with the service's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The same with the key that was shown.
    #[must_use]
    pub fn with_host_key(mut self, fingerprint: impl Into<String>) -> Self {
        self.host_key = Some(fingerprint.into());
        self
    }

    /// The class of the error.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self.kind {
            TunnelErrorKind::TokenMissing
            | TunnelErrorKind::TokenRefused
            | TunnelErrorKind::KeyRefused => ErrorClass::Token,
            TunnelErrorKind::RegionRefused => ErrorClass::Region,
            TunnelErrorKind::AccountBlocked => ErrorClass::Account,
            TunnelErrorKind::SessionLimit => ErrorClass::SessionLimit,
            TunnelErrorKind::AddressBusy | TunnelErrorKind::PortHeld => ErrorClass::AddressBusy,
            TunnelErrorKind::Outdated => ErrorClass::Outdated,
            TunnelErrorKind::Unreachable
            | TunnelErrorKind::PortRefused
            | TunnelErrorKind::NameUnknown
            | TunnelErrorKind::NoAnswer
            | TunnelErrorKind::LinkLost
            | TunnelErrorKind::LinkSilent
            | TunnelErrorKind::Slept
            | TunnelErrorKind::ProxyRefused => ErrorClass::Network,
            TunnelErrorKind::CertificateUnknown
            | TunnelErrorKind::TlsFailed
            | TunnelErrorKind::HostKeyUnknown
            | TunnelErrorKind::HostKeyChanged => ErrorClass::Tls,
            TunnelErrorKind::StoppedOutside => ErrorClass::Stopped,
            TunnelErrorKind::NotStarted
            | TunnelErrorKind::CertificateFile
            | TunnelErrorKind::KeyFile
            | TunnelErrorKind::PassphraseNeeded
            | TunnelErrorKind::ForwardRefused
            | TunnelErrorKind::NoAddress
            | TunnelErrorKind::AddressUnusable
            | TunnelErrorKind::CommandMissing
            | TunnelErrorKind::CommandFailed => ErrorClass::Config,
            TunnelErrorKind::CommandEnded | TunnelErrorKind::NoPort | TunnelErrorKind::Refused => {
                ErrorClass::Other
            }
        }
    }

    /// Whether trying again as it is may help.
    #[must_use]
    pub const fn can_retry(&self) -> bool {
        matches!(
            self.kind,
            TunnelErrorKind::NotStarted
                | TunnelErrorKind::SessionLimit
                | TunnelErrorKind::AddressBusy
                | TunnelErrorKind::PortHeld
                | TunnelErrorKind::Unreachable
                | TunnelErrorKind::PortRefused
                | TunnelErrorKind::NameUnknown
                | TunnelErrorKind::NoAnswer
                | TunnelErrorKind::LinkLost
                | TunnelErrorKind::LinkSilent
                | TunnelErrorKind::Slept
                | TunnelErrorKind::ProxyRefused
                | TunnelErrorKind::TlsFailed
                | TunnelErrorKind::CertificateUnknown
                | TunnelErrorKind::StoppedOutside
                | TunnelErrorKind::NoAddress
                | TunnelErrorKind::AddressUnusable
                | TunnelErrorKind::NoPort
                | TunnelErrorKind::CommandEnded
        )
    }

    /// Where to read more.
    #[must_use]
    pub fn help_url(&self) -> Option<String> {
        let number = self.code.as_deref()?.strip_prefix("ERR_NGROK_")?;
        Some(format!("https://ngrok.com/docs/errors/err_ngrok_{number}"))
    }
}

/// What happened and the next step, in one or two sentences without the detail.
impl Say for TunnelError {
    fn message(&self) -> Message {
        let subjects = self.subjects.iter().cloned();
        subjects.fold(words_of(self.kind).into(), Message::arg)
    }
}

const fn words_of(kind: TunnelErrorKind) -> &'static Words {
    match kind {
        TunnelErrorKind::NotStarted => &sentences::NOT_STARTED,
        TunnelErrorKind::TokenMissing => &sentences::TOKEN_MISSING,
        TunnelErrorKind::TokenRefused => &sentences::TOKEN_REFUSED,
        TunnelErrorKind::RegionRefused => &sentences::REGION_REFUSED,
        TunnelErrorKind::AccountBlocked => &sentences::ACCOUNT_BLOCKED,
        TunnelErrorKind::SessionLimit => &sentences::SESSION_LIMIT,
        TunnelErrorKind::AddressBusy => &sentences::ADDRESS_BUSY,
        TunnelErrorKind::Outdated => &sentences::OUTDATED,
        TunnelErrorKind::Refused => &sentences::REFUSED,
        TunnelErrorKind::Unreachable => &sentences::UNREACHABLE,
        TunnelErrorKind::PortRefused => &sentences::PORT_REFUSED,
        TunnelErrorKind::NameUnknown => &sentences::NAME_UNKNOWN,
        TunnelErrorKind::NoAnswer => &sentences::NO_ANSWER,
        TunnelErrorKind::LinkLost => &sentences::LINK_LOST,
        TunnelErrorKind::LinkSilent => &sentences::LINK_SILENT,
        TunnelErrorKind::Slept => &sentences::SLEPT,
        TunnelErrorKind::ProxyRefused => &sentences::PROXY_REFUSED,
        TunnelErrorKind::CertificateUnknown => &sentences::CERTIFICATE_UNKNOWN,
        TunnelErrorKind::TlsFailed => &sentences::TLS_FAILED,
        TunnelErrorKind::CertificateFile => &sentences::CERTIFICATE_FILE,
        TunnelErrorKind::StoppedOutside => &sentences::STOPPED_OUTSIDE,
        TunnelErrorKind::HostKeyUnknown => &sentences::HOST_KEY_UNKNOWN,
        TunnelErrorKind::HostKeyChanged => &sentences::HOST_KEY_CHANGED,
        TunnelErrorKind::KeyRefused => &sentences::KEY_REFUSED,
        TunnelErrorKind::KeyFile => &sentences::KEY_FILE,
        TunnelErrorKind::PassphraseNeeded => &sentences::PASSPHRASE_NEEDED,
        TunnelErrorKind::ForwardRefused => &sentences::FORWARD_REFUSED,
        TunnelErrorKind::PortHeld => &sentences::PORT_HELD,
        TunnelErrorKind::NoAddress => &sentences::NO_ADDRESS,
        TunnelErrorKind::AddressUnusable => &sentences::ADDRESS_UNUSABLE,
        TunnelErrorKind::NoPort => &sentences::NO_PORT,
        TunnelErrorKind::CommandMissing => &sentences::COMMAND_MISSING,
        TunnelErrorKind::CommandFailed => &sentences::COMMAND_FAILED,
        TunnelErrorKind::CommandEnded => &sentences::COMMAND_ENDED,
    }
}

#[cfg(test)]
mod tests {
    use messages::Lang;

    use super::*;

    #[test]
    fn a_sentence_says_what_happened_and_the_detail_stands_beside_it() {
        let error =
            TunnelError::new(TunnelErrorKind::TokenRefused, "invalid").with_code("ERR_NGROK_107");
        assert_eq!(error.class(), ErrorClass::Token);
        assert!(!error.can_retry());
        assert!(!error.message().text(Lang::Ru).contains("invalid"));
        assert_eq!(error.detail.text(Lang::Ru), "invalid");
        assert_eq!(
            error.help_url().as_deref(),
            Some("https://ngrok.com/docs/errors/err_ngrok_107")
        );
    }

    #[test]
    fn no_sentence_promises_a_detail_that_may_be_empty() {
        for kind in [TunnelErrorKind::Refused, TunnelErrorKind::CommandEnded] {
            let error = TunnelError::new(kind, " \n").about("program");
            assert_eq!(error.detail.text(Lang::En), "");
            let text = |lang| error.message().text(lang).to_lowercase();
            assert!(!text(Lang::En).contains("details"), "{kind:?}");
            assert!(!text(Lang::Ru).contains("подробност"), "{kind:?}");
        }
    }

    #[test]
    fn a_refused_port_is_named_and_not_put_down_to_the_network() {
        let error = TunnelError::new(TunnelErrorKind::PortRefused, "os error 111")
            .about("bot.example")
            .about(22_u64);
        assert!(error.can_retry());
        assert_eq!(error.class(), ErrorClass::Network);
        assert_eq!(
            error.message().text(Lang::Ru),
            "Сервер bot.example не принимает соединения на порту 22. Проверьте имя и порт."
        );
    }
}
