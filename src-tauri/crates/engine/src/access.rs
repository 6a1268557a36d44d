//! Who may use a bot's address: a login, a list of callers, a list of methods. None of it is asked
//! for unless somebody set it, and none of it is asked of paths on this machine that name no bot.

mod login;

use std::net::IpAddr;

use http::Method;
use ipnet::IpNet;
use serde::Deserialize;
use utoipa::ToSchema;

pub use login::Login;
pub(crate) use login::Verdict;

use crate::error::Invalid;
use crate::words;

/// Entries of a list.
const ENTRIES_MAX: usize = 64;
/// The longest user name or password, in bytes.
const LOGIN_BYTES: usize = 256;

/// Who may use a bot's address.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// The stored rules could not be read: nobody comes in until a person sets them anew.
    pub closed: bool,
    /// The login it asks for (HTTP Basic).
    pub login: Option<Login>,
    /// The callers it takes, as addresses or networks; all where empty.
    pub addresses: Vec<IpNet>,
    /// The methods it takes; all where empty.
    pub methods: Vec<String>,
}

/// What to change about who may use an address; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessChange {
    /// A login, or `null` for none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<NewLogin>)]
    pub login: Option<Option<NewLogin>>,
    /// Addresses such as `203.0.113.7` and networks such as `203.0.113.0/24`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>, required = false)]
    pub addresses: Option<Vec<String>>,
    /// Methods such as `POST`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>, required = false)]
    pub methods: Option<Vec<String>>,
}

/// A login with its password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLogin {
    /// The user.
    pub user: String,
    /// The password; the present one stays where it is absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    pub password: Option<String>,
    /// What is stored in place of the password, once it is made.
    #[serde(skip)]
    digest: Option<String>,
}

impl std::fmt::Debug for NewLogin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NewLogin")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Tells a value from an absent one: `null` is a value, and fits where the type takes it.
fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl AccessChange {
    /// Whether it names any rule.
    pub(crate) const fn says_something(&self) -> bool {
        self.login.is_some() || self.addresses.is_some() || self.methods.is_some()
    }

    /// The first rule that it does not name.
    fn missing(&self) -> Option<&'static str> {
        let named = [
            ("/login", self.login.is_some()),
            ("/addresses", self.addresses.is_some()),
            ("/methods", self.methods.is_some()),
        ];
        named
            .into_iter()
            .find_map(|(rule, is_named)| (!is_named).then_some(rule))
    }

    /// This change with the digest of its password, made away from the tasks that take requests.
    pub(crate) async fn with_digest(mut self) -> Self {
        let digesting = tokio::task::spawn_blocking(move || {
            if let Some(Some(login)) = &mut self.login {
                login.digest = login.fitting_password().map(login::digest_of);
            }
            self
        });
        digesting.await.expect("making a digest does not panic")
    }
}

impl Access {
    /// These rules with a change laid over them.
    ///
    /// A closed address opens by all rules at once: one that is left out could not stay as it was,
    /// for nobody knows how it was.
    pub(crate) fn changed(&self, change: AccessChange) -> Result<Self, Invalid> {
        if self.closed
            && change.says_something()
            && let Some(rule) = change.missing()
        {
            return Err(Invalid::new(rule, &words::ACCESS_INCOMPLETE));
        }
        let mut next = self.clone();
        next.closed = self.closed && !change.says_something();
        match change.login {
            None => {}
            Some(None) => next.login = None,
            Some(Some(new)) => next.login = Some(new.checked(self.login.as_ref())?),
        }
        if let Some(addresses) = change.addresses {
            next.addresses = checked_addresses(&addresses)?;
        }
        if let Some(methods) = change.methods {
            next.methods = checked_methods(&methods)?;
        }
        Ok(next)
    }
}

impl NewLogin {
    fn checked(self, before: Option<&Login>) -> Result<Login, Invalid> {
        let long = self.user.len() > LOGIN_BYTES;
        if self.user.is_empty() || long || self.user.contains(':') {
            return Err(Invalid::new(
                "/login/user",
                words::LOGIN_USER.arg(LOGIN_BYTES as u64),
            ));
        }
        let digest = match (self.fitting_password(), before) {
            (Some(password), _) => {
                let made = self.digest.clone();
                made.unwrap_or_else(|| login::digest_of(password))
            }
            (None, Some(before)) if self.password.is_none() => before.digest().to_owned(),
            (None, _) => {
                return Err(Invalid::new(
                    "/login/password",
                    words::LOGIN_PASSWORD.arg(LOGIN_BYTES as u64),
                ));
            }
        };
        Ok(Login::stored(self.user, digest))
    }

    /// The password, where it has a length that is taken.
    fn fitting_password(&self) -> Option<&[u8]> {
        let password = self.password.as_deref()?.as_bytes();
        (1..=LOGIN_BYTES)
            .contains(&password.len())
            .then_some(password)
    }
}

fn checked_addresses(texts: &[String]) -> Result<Vec<IpNet>, Invalid> {
    bounded("/addresses", texts.len())?;
    let one = |(index, text): (usize, &String)| {
        let text = text.trim();
        let address = text.parse::<IpAddr>().map(IpNet::from);
        address
            .or_else(|_| text.parse::<IpNet>())
            .map_err(|_| Invalid::new(format!("/addresses/{index}"), &words::CALLER_ADDRESS))
    };
    texts.iter().enumerate().map(one).collect()
}

fn checked_methods(texts: &[String]) -> Result<Vec<String>, Invalid> {
    bounded("/methods", texts.len())?;
    let one = |(index, text): (usize, &String)| {
        let name = text.trim().to_ascii_uppercase();
        match Method::from_bytes(name.as_bytes()) {
            Ok(_) => Ok(name),
            Err(_) => Err(Invalid::new(format!("/methods/{index}"), &words::METHOD)),
        }
    };
    texts.iter().enumerate().map(one).collect()
}

fn bounded(pointer: &str, length: usize) -> Result<(), Invalid> {
    if length > ENTRIES_MAX {
        return Err(Invalid::new(
            pointer,
            words::LIST_LENGTH.arg(ENTRIES_MAX as u64),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(change: serde_json::Value) -> Access {
        let change = serde_json::from_value(change).unwrap();
        Access::default().changed(change).unwrap()
    }

    #[tokio::test]
    async fn a_password_cannot_be_read_back_and_stays_where_it_is_not_changed() {
        let access = access(serde_json::json!({"login": {"user": "bot", "password": "пароль: 1"}}));
        assert!(!format!("{access:?}").contains("пароль"));
        let renamed = serde_json::from_value(serde_json::json!({"login": {"user": "b"}})).unwrap();
        let renamed = access.changed(renamed).unwrap().login.unwrap();
        assert_eq!(renamed.verify("b", "пароль: 1").await, Verdict::Right);
        assert_eq!(renamed.verify("bot", "пароль: 1").await, Verdict::Wrong);
        assert_eq!(renamed.verify("b", "пароль").await, Verdict::Wrong);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (change, pointer) in [
            (
                serde_json::json!({"login": {"user": "a:b", "password": "x"}}),
                "/login/user",
            ),
            (
                serde_json::json!({"login": {"user": "a"}}),
                "/login/password",
            ),
            (
                serde_json::json!({"addresses": ["10.0.0.1", "x"]}),
                "/addresses/1",
            ),
            (serde_json::json!({"methods": ["PO ST"]}), "/methods/0"),
        ] {
            let change = serde_json::from_value(change).unwrap();
            assert_eq!(
                Access::default().changed(change).unwrap_err().pointer,
                pointer
            );
        }
    }
}
