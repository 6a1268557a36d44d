//! Who may use a bot's address, asked of each request that names the bot.
//!
//! A caller who is turned away here knows the secret, so it is most likely the bot itself, set up
//! wrongly: the refusal is recorded, with what to change.

use std::net::IpAddr;

use headers::authorization::Basic;
use headers::{Authorization, HeaderMapExt};
use http::{HeaderMap, Method};
use ipnet::{IpNet, Ipv4Net};
use protocol::Code;

use crate::access::{Access, Login, Verdict};
use crate::refusal::Refusal;

/// What a refused caller is told to log in to, as NocoBase's own webhooks do.
const REALM: &str = "Basic realm=\"hookloupe\"";

/// What a request is told that may not come in; `None` where it may. `renew` takes the digest that
/// is to replace the login's.
pub(super) async fn refuses(
    access: &Access,
    method: &Method,
    headers: &HeaderMap,
    remote: IpAddr,
    renew: impl FnOnce(&Login, String) + Send,
) -> Option<Refusal> {
    if access.closed {
        return Some(Refusal::bare(403, Code::AccessClosed, String::new()));
    }
    let remote = remote.to_canonical();
    let allowed = |net: &IpNet| canonical(*net).contains(&remote);
    if !access.addresses.is_empty() && !access.addresses.iter().any(allowed) {
        let detail = remote.to_string();
        return Some(Refusal::bare(403, Code::AccessAddress, detail));
    }
    if let Some(login) = &access.login {
        let given: Option<Authorization<Basic>> = headers.typed_get();
        let verdict = match &given {
            Some(given) => login.verify(given.username(), given.password()).await,
            None => Verdict::Wrong,
        };
        match verdict {
            Verdict::Right => {}
            Verdict::Renewed(digest) => renew(login, digest),
            Verdict::Wrong => {
                let refusal = Refusal::bare(401, Code::AccessLogin, String::new());
                return Some(refusal.with_header("WWW-Authenticate", REALM));
            }
        }
    }
    if !access.methods.is_empty() && !access.methods.iter().any(|one| one == method.as_str()) {
        let refusal = Refusal::bare(405, Code::AccessMethod, method.to_string());
        return Some(refusal.with_header("Allow", &access.methods.join(", ")));
    }
    None
}

/// A network as its callers are known: of IPv4 where all of it is addresses of IPv4 that are
/// written as ones of IPv6 (RFC 4291 §2.5.5.2).
fn canonical(net: IpNet) -> IpNet {
    /// Bits before the address of IPv4.
    const MAPPED_PREFIX: u8 = 96;
    let IpNet::V6(six) = net else { return net };
    let four = six.addr().to_ipv4_mapped();
    match (four, six.prefix_len().checked_sub(MAPPED_PREFIX)) {
        (Some(four), Some(length)) => Ipv4Net::new(four, length).map_or(net, IpNet::V4),
        _ => net,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::AccessChange;

    fn access(change: serde_json::Value) -> Access {
        let change = serde_json::from_value(change).unwrap();
        Access::default().changed(change).unwrap()
    }

    async fn status(
        access: &Access,
        method: &str,
        login: Option<(&str, &str)>,
        remote: &str,
    ) -> u16 {
        let mut headers = HeaderMap::new();
        if let Some((user, password)) = login {
            headers.typed_insert(Authorization::basic(user, password));
        }
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let refusal = refuses(
            access,
            &method,
            &headers,
            remote.parse().unwrap(),
            |_, _| {},
        )
        .await;
        refusal.map_or(200, |refusal| refusal.answer.unwrap().status)
    }

    #[tokio::test]
    async fn a_closed_address_takes_nobody_until_its_rules_are_set() {
        let closed = Access {
            closed: true,
            ..Access::default()
        };
        assert_eq!(status(&closed, "POST", None, "::1").await, 403);
        let nothing = closed.changed(AccessChange::default()).unwrap();
        assert_eq!(status(&nothing, "POST", None, "::1").await, 403);
        let change = |rules| serde_json::from_value(rules).unwrap();
        let partial = closed.changed(change(serde_json::json!({"methods": []})));
        assert_eq!(partial.unwrap_err().pointer, "/login");
        let rules = serde_json::json!({"login": null, "addresses": [], "methods": []});
        let set = closed.changed(change(rules)).unwrap();
        assert_eq!(status(&set, "POST", None, "::1").await, 200);
    }

    #[tokio::test]
    async fn without_rules_everybody_comes_in() {
        assert_eq!(
            status(&Access::default(), "PUT", None, "203.0.113.7").await,
            200
        );
    }

    #[tokio::test]
    async fn a_login_is_asked_for() {
        let access = access(serde_json::json!({"login": {"user": "bot", "password": "пароль: 1"}}));
        assert_eq!(status(&access, "POST", None, "::1").await, 401);
        let wrong = Some(("bot", "wrong"));
        assert_eq!(status(&access, "POST", wrong, "::1").await, 401);
        let right = Some(("bot", "пароль: 1"));
        assert_eq!(status(&access, "POST", right, "::1").await, 200);
    }

    #[tokio::test]
    async fn lists_of_callers_and_methods_are_kept_to() {
        let access =
            access(serde_json::json!({"addresses": ["203.0.113.0/24"], "methods": ["post"]}));
        assert_eq!(status(&access, "POST", None, "203.0.113.7").await, 200);
        assert_eq!(
            status(&access, "POST", None, "::ffff:203.0.113.7").await,
            200
        );
        assert_eq!(status(&access, "POST", None, "198.51.100.1").await, 403);
        assert_eq!(status(&access, "GET", None, "203.0.113.7").await, 405);
    }

    #[tokio::test]
    async fn an_address_of_ipv4_that_is_written_as_one_of_ipv6_is_the_same_caller() {
        for entry in [
            "::ffff:203.0.113.7",
            "::ffff:203.0.113.0/120",
            "203.0.113.7",
        ] {
            let access = access(serde_json::json!({"addresses": [entry]}));
            for remote in ["203.0.113.7", "::ffff:203.0.113.7"] {
                assert_eq!(status(&access, "POST", None, remote).await, 200, "{entry}");
            }
            for remote in ["198.51.100.1", "2001:db8::1"] {
                assert_eq!(status(&access, "POST", None, remote).await, 403, "{entry}");
            }
        }
        let six = access(serde_json::json!({"addresses": ["2001:db8::/32"]}));
        assert_eq!(status(&six, "POST", None, "2001:db8::1").await, 200);
        assert_eq!(status(&six, "POST", None, "203.0.113.7").await, 403);
    }
}
