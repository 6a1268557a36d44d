//! The developer's own server: the definition that a person edits, and what of it can be called.

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::error::Invalid;
use crate::words;

/// Servers that a bot remembers.
pub const UPSTREAMS_MAX: usize = 50;

/// The range of the time that a connection may take, in seconds.
pub const CONNECT_SECONDS: std::ops::RangeInclusive<u32> = 1..=60;

/// Characters that a server's name may have.
const NAME_CHARS: usize = 100;

/// A server of the developer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// What the developer calls it; may be empty.
    #[serde(default)]
    pub name: String,
    /// Its address; a request's path goes behind its own, and the query behind its own.
    pub url: String,
    /// A file with the certificates that its own is proved by, in place of the system's.
    #[serde(default)]
    pub ca_file: Option<String>,
    /// Any certificate is accepted.
    #[serde(default)]
    pub insecure: bool,
    /// How long a connection may take, 1–60 s.
    #[serde(default = "connect_seconds")]
    pub connect_seconds: u32,
}

/// The contract's five seconds: on a network that works a connection takes milliseconds.
pub(crate) const fn connect_seconds() -> u32 {
    5
}

impl Upstream {
    /// A server of which nothing but the address is known.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self {
            name: String::new(),
            url: url.to_owned(),
            ca_file: None,
            insecure: false,
            connect_seconds: connect_seconds(),
        }
    }

    /// Its host and port, as a person is told of it; without a login.
    #[must_use]
    pub(crate) fn host(&self) -> String {
        let parsed = Url::parse(&self.url).ok();
        let host = parsed.as_ref().and_then(|url| {
            let host = url.host_str()?;
            Some(match url.port() {
                Some(port) => format!("{host}:{port}"),
                None => host.to_owned(),
            })
        });
        host.unwrap_or_default()
    }

    /// Checks ranges and the address; `at`: where it stands in the document.
    pub(super) fn check(&self, at: &str) -> Result<(), Invalid> {
        let invalid = |field: &str, message| Err(Invalid::new(format!("{at}/{field}"), message));
        if self.name.chars().count() > NAME_CHARS {
            return invalid("name", words::UPSTREAM_NAME.arg(NAME_CHARS as u64));
        }
        check_url(&self.url, &format!("{at}/url"))?;
        if self.ca_file.as_deref().is_some_and(str::is_empty) {
            return invalid("ca_file", (&words::CA_FILE_EMPTY).into());
        }
        if !CONNECT_SECONDS.contains(&self.connect_seconds) {
            return invalid("connect_seconds", connect_range());
        }
        Ok(())
    }
}

fn connect_range() -> messages::Message {
    let number = |seconds: &u32| u64::from(*seconds);
    words::NUMBER_RANGE
        .arg(number(CONNECT_SECONDS.start()))
        .arg(number(CONNECT_SECONDS.end()))
}

/// An address that paths and queries can be appended to: of HTTP, with a host, without fragment.
pub(crate) fn check_url(url: &str, at: &str) -> Result<(), Invalid> {
    let wrong = || Invalid::new(at, &words::UPSTREAM_URL);
    let parsed = Url::parse(url).map_err(|_| wrong())?;
    let is_http = matches!(parsed.scheme(), "http" | "https");
    let fits = is_http && parsed.host_str().is_some_and(|host| !host.is_empty());
    if names_login(&parsed) {
        return Err(Invalid::new(at, &words::UPSTREAM_LOGIN));
    }
    // As it is typed: the target goes out byte for byte.
    let is_plain = url.bytes().all(|byte| byte > b' ' && byte != 0x7f);
    let has_end = url.contains(['#', '\\']);
    match fits && is_plain && !has_end && url.contains("://") {
        true => Ok(()),
        false => Err(wrong()),
    }
}

/// That the address of a rule's call has no user and no password: it is shown wherever the rule is,
/// and fields have a name for it.
pub(crate) fn check_call_url(url: &str, at: &str) -> Result<(), Invalid> {
    match Url::parse(url) {
        Ok(url) if names_login(&url) => Err(Invalid::new(at, &words::CALL_LOGIN)),
        _ => Ok(()),
    }
}

fn names_login(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_paths_can_be_appended_to_is_taken_and_another_is_not() {
        for url in [
            "http://127.0.0.1:5000",
            "http://localhost:3000/",
            "https://bot.example/hook",
            "http://[::1]:81/a/b/",
            "http://h/?a=b",
            "https://h/x?token=a%2Fb&b",
        ] {
            assert_eq!(check_url(url, ""), Ok(()), "{url}");
        }
        for url in [
            "",
            "localhost:3000",
            "bot.example",
            "ftp://h/",
            "http://",
            "http:h",
            "http://h/a b",
            "http://h/?a b",
            "http://h/#part",
            "http://h/?a#part",
            "http://h\\x",
            " http://h",
            "http://h:99999/",
            "http://u:p@h",
            "http://u@h",
            "http://:p@h",
        ] {
            assert_eq!(
                check_url(url, "/upstream").unwrap_err().pointer,
                "/upstream",
                "{url:?}"
            );
        }
    }

    #[test]
    fn what_does_not_fit_of_a_server_names_its_place() {
        let fits = Upstream::at("http://h");
        assert_eq!(fits.check("/upstreams/0"), Ok(()));
        type Misfit = fn(&mut Upstream);
        let cases: [(&str, Misfit); 4] = [
            ("name", |server| server.name = "я".repeat(NAME_CHARS + 1)),
            ("url", |server| server.url.clear()),
            ("ca_file", |server| server.ca_file = Some(String::new())),
            ("connect_seconds", |server| server.connect_seconds = 0),
        ];
        for (field, break_it) in cases {
            let mut server = fits.clone();
            break_it(&mut server);
            let invalid = server.check("/upstreams/3").unwrap_err();
            assert_eq!(invalid.pointer, format!("/upstreams/3/{field}"));
        }
    }
}
