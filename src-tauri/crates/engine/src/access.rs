//! Who may use a bot's address: a login, a list of callers, a list of methods. None of it is asked for unless
//! somebody set it, and none of it is asked of paths on this machine that name no bot.
//!
//! A caller who is turned away here knows the secret, so it is most likely the bot itself, set up wrongly:
//! the refusal is recorded, with what to change.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use data_encoding::HEXLOWER;
use http::{HeaderMap, Method, header};
use ipnet::IpNet;
use protocol::{Answer, Code, Headers, OwnFinding};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use utoipa::ToSchema;

use crate::pipeline::Refusal;
use crate::{Invalid, words};

/// Entries of a list.
const ENTRIES_MAX: usize = 64;
/// The longest user name or password, in bytes.
const LOGIN_BYTES: usize = 256;
/// What a refused caller is told to log in to, as NocoBase's own webhooks do.
const REALM: &str = "Basic realm=\"hookloupe\"";

/// Who may use a bot's address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Access {
    /// The login it asks for (HTTP Basic).
    pub login: Option<Login>,
    /// The callers it takes, as addresses or networks; all where empty.
    #[schema(value_type = Vec<String>)]
    pub addresses: Vec<IpNet>,
    /// The methods it takes; all where empty.
    pub methods: Vec<String>,
}

/// A login, its password not readable from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Login {
    /// The user.
    pub user: String,
    /// A random text, and SHA-256 over it and the password, both in hexadecimal digits.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    digest: String,
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
    pub addresses: Option<Vec<String>>,
    /// Methods such as `POST`.
    pub methods: Option<Vec<String>>,
}

/// A login with its password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLogin {
    /// The user.
    pub user: String,
    /// The password; the present one stays where it is absent.
    #[serde(default)]
    pub password: Option<String>,
}

impl std::fmt::Debug for NewLogin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NewLogin")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Tells `null` from absent.
fn present<'de, D>(deserializer: D) -> Result<Option<Option<NewLogin>>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

impl Access {
    /// These rules with a change laid over them.
    pub(crate) fn changed(&self, change: AccessChange) -> Result<Self, Invalid> {
        let mut next = self.clone();
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

    /// What a request is told that may not come in; `None` where it may.
    pub(crate) fn refuses(
        &self,
        method: &Method,
        headers: &HeaderMap,
        remote: IpAddr,
    ) -> Option<Refusal> {
        let allowed = |net: &IpNet| net.contains(&remote.to_canonical());
        if !self.addresses.is_empty() && !self.addresses.iter().any(allowed) {
            return Some(refusal(
                403,
                Code::AccessAddress,
                remote.to_canonical().to_string(),
            ));
        }
        if let Some(login) = &self.login
            && !login.given(headers)
        {
            let mut refusal = refusal(401, Code::AccessLogin, String::new());
            if let Some(answer) = &mut refusal.answer {
                answer.headers = [("WWW-Authenticate", REALM)].into_iter().collect();
            }
            return Some(refusal);
        }
        if !self.methods.is_empty() && !self.methods.iter().any(|one| one == method.as_str()) {
            let mut refusal = refusal(405, Code::AccessMethod, method.to_string());
            if let Some(answer) = &mut refusal.answer {
                let allow = self.methods.join(", ");
                answer.headers = [("Allow", allow.as_str())].into_iter().collect();
            }
            return Some(refusal);
        }
        None
    }
}

impl Login {
    /// Whether a request brings it.
    fn given(&self, headers: &HeaderMap) -> bool {
        let Some(text) = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
        else {
            return false;
        };
        let Some((scheme, encoded)) = text.split_once(' ') else {
            return false;
        };
        let decoded = BASE64.decode(encoded.trim()).unwrap_or_default();
        let Some(colon) = decoded.iter().position(|byte| *byte == b':') else {
            return false;
        };
        let (user, password) = (&decoded[..colon], &decoded[colon + 1..]);
        let salt = self.digest.split(':').next().unwrap_or_default();
        let right = user.ct_eq(self.user.as_bytes())
            & digest(salt, password)
                .as_bytes()
                .ct_eq(self.digest.as_bytes());
        scheme.eq_ignore_ascii_case("basic") && bool::from(right)
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
        let digest = match (self.password, before) {
            (Some(password), _) if !password.is_empty() && password.len() <= LOGIN_BYTES => {
                let mut salt = [0_u8; 16];
                getrandom::fill(&mut salt).expect("the system has a source of random bytes");
                digest(&HEXLOWER.encode(&salt), password.as_bytes())
            }
            (None, Some(before)) => before.digest.clone(),
            _ => {
                return Err(Invalid::new(
                    "/login/password",
                    words::LOGIN_PASSWORD.arg(LOGIN_BYTES as u64),
                ));
            }
        };
        Ok(Login {
            user: self.user,
            digest,
        })
    }
}

fn digest(salt: &str, password: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(salt.as_bytes());
    hash.update(password);
    format!("{salt}:{}", HEXLOWER.encode(&hash.finalize()))
}

fn refusal(status: u16, code: Code, detail: String) -> Refusal {
    let answer = Answer {
        status,
        headers: Headers::default(),
        body: bytes::Bytes::new(),
    };
    Refusal {
        answer: Some(answer),
        finding: OwnFinding::new(code, [detail]),
    }
}

fn checked_addresses(texts: &[String]) -> Result<Vec<IpNet>, Invalid> {
    bounded("/addresses", texts.len())?;
    let one = |(place, text): (usize, &String)| {
        let text = text.trim();
        let address = text.parse::<IpAddr>().map(IpNet::from);
        address
            .or_else(|_| text.parse::<IpNet>())
            .map_err(|_| Invalid::new(format!("/addresses/{place}"), &words::CALLER_ADDRESS))
    };
    texts.iter().enumerate().map(one).collect()
}

fn checked_methods(texts: &[String]) -> Result<Vec<String>, Invalid> {
    bounded("/methods", texts.len())?;
    let one = |(place, text): (usize, &String)| {
        let name = text.trim().to_ascii_uppercase();
        match Method::from_bytes(name.as_bytes()) {
            Ok(_) => Ok(name),
            Err(_) => Err(Invalid::new(format!("/methods/{place}"), &words::METHOD)),
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

    fn status(access: &Access, method: &str, login: Option<&str>, remote: &str) -> Option<u16> {
        let mut headers = HeaderMap::new();
        if let Some(login) = login {
            let value = format!("Basic {}", BASE64.encode(login));
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        }
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let refusal = access.refuses(&method, &headers, remote.parse().unwrap())?;
        refusal.answer.map(|answer| answer.status)
    }

    #[test]
    fn without_rules_everybody_comes_in() {
        assert_eq!(status(&Access::default(), "PUT", None, "203.0.113.7"), None);
    }

    #[test]
    fn a_login_is_asked_for_and_its_password_cannot_be_read_back() {
        let access = access(serde_json::json!({"login": {"user": "bot", "password": "пароль: 1"}}));
        assert_eq!(status(&access, "POST", None, "::1"), Some(401));
        assert_eq!(status(&access, "POST", Some("bot:wrong"), "::1"), Some(401));
        assert_eq!(status(&access, "POST", Some("bot:пароль: 1"), "::1"), None);
        assert!(!serde_json::to_string(&access).unwrap().contains("пароль"));
        let kept = serde_json::from_value(serde_json::json!({"login": {"user": "b"}})).unwrap();
        let kept = access.changed(kept).unwrap();
        assert_eq!(status(&kept, "POST", Some("b:пароль: 1"), "::1"), None);
    }

    #[test]
    fn lists_of_callers_and_methods_are_kept_to() {
        let access =
            access(serde_json::json!({"addresses": ["203.0.113.0/24"], "methods": ["post"]}));
        assert_eq!(status(&access, "POST", None, "203.0.113.7"), None);
        assert_eq!(status(&access, "POST", None, "::ffff:203.0.113.7"), None);
        assert_eq!(status(&access, "POST", None, "198.51.100.1"), Some(403));
        assert_eq!(status(&access, "GET", None, "203.0.113.7"), Some(405));
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
