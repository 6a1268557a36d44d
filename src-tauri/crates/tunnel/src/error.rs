//! Why a tunnel is not there: a class for the program, a code where the service gives one, a sentence with the
//! next step for the person.

use protocol::Lang;
use serde::Serialize;
use utoipa::ToSchema;

/// The longest detail kept, in characters.
const DETAIL_CHARS: usize = 400;

/// What kind of trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TunnelErrorClass)]
pub enum Class {
    /// The token or key is missing or refused.
    Token,
    /// The service refuses this place.
    Region,
    /// The service refuses this account.
    Account,
    /// Too many agents at once.
    SessionLimit,
    /// Somebody else has this address.
    AddressBusy,
    /// The service wants a newer app.
    Outdated,
    /// There is no way to the service.
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
pub enum What {
    /// ngrok needs a token and there is none.
    TokenMissing,
    /// ngrok does not take the token.
    TokenRefused,
    /// ngrok does not take this address of ours.
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
    /// The name could not be found.
    NameUnknown,
    /// No answer in time.
    NoAnswer,
    /// The link was there and is not any more.
    LinkLost,
    /// Nothing has come for too long.
    LinkSilent,
    /// The machine has slept.
    Slept,
    /// The proxy refused.
    ProxyRefused,
    /// The certificate is not signed by anybody trusted.
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
    /// The SSH server does not take our key.
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
    pub what: What,
    /// The service's own code, such as `ERR_NGROK_105`.
    pub code: Option<String>,
    /// What the other side or the system said, without secrets.
    pub detail: String,
    /// The fingerprint that an SSH server showed.
    pub host_key: Option<String>,
}

impl TunnelError {
    /// Something happened; `detail` must hold no secret (see [`crate::redact`]).
    #[must_use]
    pub fn new(what: What, detail: impl Into<String>) -> Self {
        let detail: String = detail.into();
        let detail = detail.trim().chars().take(DETAIL_CHARS).collect();
        Self {
            what,
            code: None,
            detail,
            host_key: None,
        }
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

    /// What kind of trouble it is.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self.what {
            What::TokenMissing | What::TokenRefused | What::KeyRefused => Class::Token,
            What::RegionRefused => Class::Region,
            What::AccountBlocked => Class::Account,
            What::SessionLimit => Class::SessionLimit,
            What::AddressBusy | What::PortHeld => Class::AddressBusy,
            What::Outdated => Class::Outdated,
            What::Unreachable
            | What::NameUnknown
            | What::NoAnswer
            | What::LinkLost
            | What::LinkSilent
            | What::Slept
            | What::ProxyRefused => Class::Network,
            What::CertificateUnknown
            | What::TlsFailed
            | What::HostKeyUnknown
            | What::HostKeyChanged => Class::Tls,
            What::StoppedOutside => Class::Stopped,
            What::CertificateFile
            | What::KeyFile
            | What::PassphraseNeeded
            | What::ForwardRefused
            | What::NoAddress
            | What::CommandMissing
            | What::CommandFailed => Class::Config,
            What::CommandEnded | What::Refused => Class::Other,
        }
    }

    /// Whether trying again as it is may help.
    #[must_use]
    pub const fn can_retry(&self) -> bool {
        matches!(
            self.what,
            What::SessionLimit
                | What::AddressBusy
                | What::PortHeld
                | What::Unreachable
                | What::NameUnknown
                | What::NoAnswer
                | What::LinkLost
                | What::LinkSilent
                | What::Slept
                | What::ProxyRefused
                | What::TlsFailed
                | What::CertificateUnknown
                | What::StoppedOutside
                | What::NoAddress
                | What::CommandEnded
        )
    }

    /// Where to read more.
    #[must_use]
    pub fn help_url(&self) -> Option<String> {
        let number = self.code.as_deref()?.strip_prefix("ERR_NGROK_")?;
        Some(format!("https://ngrok.com/docs/errors/err_ngrok_{number}"))
    }

    /// What happened and the next step, in one or two sentences.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let words = match lang {
            Lang::En => english(self.what),
            Lang::Ru => russian(self.what),
        };
        if self.detail.is_empty() {
            words.to_owned()
        } else {
            format!("{words} ({})", self.detail)
        }
    }
}

const fn english(what: What) -> &'static str {
    match what {
        What::TokenMissing => {
            "ngrok needs the token of your account. Paste it from the ngrok dashboard."
        }
        What::TokenRefused => {
            "ngrok does not take this token. Check it in the settings of the tunnel."
        }
        What::RegionRefused => {
            "ngrok takes no connections from your IP address. Choose another way: an SSH tunnel or a proxy."
        }
        What::AccountBlocked => "ngrok has blocked this account. Its dashboard says why.",
        What::SessionLimit => "The number of agents at once is used up. Close the others.",
        What::AddressBusy => {
            "Another agent has this address. Stop it there, or take another domain."
        }
        What::Outdated => "ngrok wants a newer version. Update the app.",
        What::Refused => "The service refused.",
        What::Unreachable => "There is no connection to the service. Check the network.",
        What::NameUnknown => "The server's name cannot be found. Check the name and the network.",
        What::NoAnswer => "The service does not answer. Check the network or try a proxy.",
        What::LinkLost => "The connection to the service was lost.",
        What::LinkSilent => {
            "Nothing comes from the service any more; the connection counts as lost."
        }
        What::Slept => "The computer has slept; the connection is made anew.",
        What::ProxyRefused => {
            "The proxy does not let the connection through. Check its address and login."
        }
        What::CertificateUnknown => {
            "The certificate was put in by somebody else (a company's proxy?). Switch on \u{201c}system certificates\u{201d}."
        }
        What::TlsFailed => "The secure connection could not be made.",
        What::CertificateFile => "The file of certificates cannot be read. Choose a PEM file.",
        What::StoppedOutside => "The tunnel was stopped by the service or in its dashboard.",
        What::HostKeyUnknown => {
            "The server shows this key for the first time. Compare the fingerprint and confirm it."
        }
        What::HostKeyChanged => {
            "The server shows another key than the one you confirmed. Somebody may stand in between: ask the server's owner before you go on."
        }
        What::KeyRefused => {
            "The server does not take this key. Add the public key to the server's user."
        }
        What::KeyFile => "The key file cannot be read. Choose a private key of OpenSSH.",
        What::PassphraseNeeded => "The key file is locked. Enter its passphrase.",
        What::ForwardRefused => {
            "The server does not forward ports. Allow AllowTcpForwarding and GatewayPorts, or take another port."
        }
        What::PortHeld => {
            "The port on the server is still taken, most often by the connection that was lost. Wait a few minutes or take another port."
        }
        What::NoAddress => {
            "No address was printed. Check what the address looks like, or fill it in."
        }
        What::CommandMissing => "There is no such program. Install it or give the whole path.",
        What::CommandFailed => "The program cannot be started.",
        What::CommandEnded => "The program has ended.",
    }
}

const fn russian(what: What) -> &'static str {
    match what {
        What::TokenMissing => {
            "Для ngrok нужен токен вашей учётной записи. Вставьте его из панели ngrok."
        }
        What::TokenRefused => "Токен ngrok не принят. Проверьте токен в настройках туннеля.",
        What::RegionRefused => {
            "ngrok не принимает подключения с вашего IP-адреса. Выберите другой способ: SSH-туннель или прокси."
        }
        What::AccountBlocked => "ngrok заблокировал эту учётную запись. Причина — в панели ngrok.",
        What::SessionLimit => "Достигнут предел одновременных агентов. Закройте другие.",
        What::AddressBusy => {
            "Этот адрес уже занят другим агентом. Остановите его или возьмите другой домен."
        }
        What::Outdated => "ngrok требует более новую версию. Обновите приложение.",
        What::Refused => "Сервис отказал.",
        What::Unreachable => "Нет связи с сервисом. Проверьте сеть.",
        What::NameUnknown => "Имя сервера не найдено. Проверьте имя и сеть.",
        What::NoAnswer => "Сервис не отвечает. Проверьте сеть или попробуйте прокси.",
        What::LinkLost => "Связь с сервисом потеряна.",
        What::LinkSilent => "От сервиса ничего не приходит; связь считается потерянной.",
        What::Slept => "Компьютер спал; связь устанавливается заново.",
        What::ProxyRefused => "Прокси не пропускает подключение. Проверьте его адрес и логин.",
        What::CertificateUnknown => {
            "Сертификат подменён (корпоративный прокси?). Включите «системные сертификаты»."
        }
        What::TlsFailed => "Не удалось установить защищённое соединение.",
        What::CertificateFile => "Файл сертификатов не читается. Выберите файл PEM.",
        What::StoppedOutside => "Туннель остановлен сервисом или в его панели.",
        What::HostKeyUnknown => {
            "Сервер показывает этот ключ впервые. Сверьте отпечаток и подтвердите его."
        }
        What::HostKeyChanged => {
            "Сервер показывает не тот ключ, который вы подтвердили. Возможно, кто-то стоит посередине: спросите владельца сервера, прежде чем продолжать."
        }
        What::KeyRefused => {
            "Сервер не принимает этот ключ. Добавьте открытый ключ пользователю на сервере."
        }
        What::KeyFile => "Файл ключа не читается. Выберите закрытый ключ OpenSSH.",
        What::PassphraseNeeded => "Файл ключа защищён. Введите его пароль.",
        What::ForwardRefused => {
            "Сервер не пробрасывает порты. Разрешите AllowTcpForwarding и GatewayPorts или возьмите другой порт."
        }
        What::PortHeld => {
            "Порт на сервере ещё занят, чаще всего потерянным соединением. Подождите несколько минут или возьмите другой порт."
        }
        What::NoAddress => "Адрес не напечатан. Проверьте, как он выглядит, или впишите его сами.",
        What::CommandMissing => "Такой программы нет. Установите её или укажите полный путь.",
        What::CommandFailed => "Программу не удалось запустить.",
        What::CommandEnded => "Программа завершилась.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_what_happened_and_the_detail() {
        let error = TunnelError::new(What::TokenRefused, "invalid").with_code("ERR_NGROK_107");
        assert_eq!(error.class(), Class::Token);
        assert!(!error.can_retry());
        assert!(error.sentence(Lang::Ru).ends_with("(invalid)"));
        assert_eq!(
            error.help_url().as_deref(),
            Some("https://ngrok.com/docs/errors/err_ngrok_107")
        );
    }
}
