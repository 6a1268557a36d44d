//! Who may come in over a port: only this machine, only this page, only with the token.

use std::net::{Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use headers::HeaderMapExt as _;
use headers::authorization::{Authorization, Bearer};
use messages::Words;
use subtle::ConstantTimeEq;

use crate::error::{ApiError, ErrorCode};
use crate::words;

/// Routes of the API that need no token.
const OPEN: [&str; 3] = ["/api/v1/openapi.json", "/api/v1/health", "/api/v1/session"];

/// The rules of one listener.
pub(crate) struct Access {
    token: String,
    /// `Host` values of this listener: the loopback names with its port.
    hosts: Vec<String>,
}

impl Access {
    pub(crate) fn new(address: SocketAddr, token: String) -> Arc<Self> {
        let port = address.port();
        let mut hosts: Vec<String> = ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .map(|name| format!("{name}:{port}"))
            .collect();
        hosts.push(address.to_string());
        if port == 80 {
            hosts.extend(["127.0.0.1", "localhost", "[::1]"].map(str::to_owned));
        }
        Arc::new(Self { token, hosts })
    }

    fn check(
        &self,
        path: &str,
        headers: &HeaderMap,
        uri_host: Option<&str>,
    ) -> Result<(), ApiError> {
        // One that stands twice names nobody: another reader may take the other one.
        let host = match once(headers, &header::HOST) {
            Ok(host) => host.and_then(|value| value.to_str().ok()).or(uri_host),
            Err(Repeated) => None,
        };
        let is_own = |host: &str| self.hosts.contains(&plain(host));
        // A target in the absolute form outweighs the field (RFC 9112, 3.2.2).
        let host = host
            .filter(|host| is_own(host) && uri_host.is_none_or(is_own))
            .map(str::to_ascii_lowercase);
        // A page of another name that leads here (DNS rebinding) gets nothing.
        let Some(host) = host else {
            return Err(forbidden(
                ErrorCode::ForbiddenHost,
                &words::HOST_NOT_ALLOWED,
            ));
        };
        let own = format!("http://{host}");
        let is_own = match once(headers, &header::ORIGIN) {
            Ok(origin) => origin.is_none_or(|origin| origin.as_bytes() == own.as_bytes()),
            Err(Repeated) => false,
        };
        if !is_own {
            return Err(forbidden(
                ErrorCode::ForbiddenOrigin,
                &words::ORIGIN_NOT_ALLOWED,
            ));
        }
        if !is_from_here(headers) {
            return Err(forbidden(
                ErrorCode::ForbiddenOrigin,
                &words::ORIGIN_NOT_ALLOWED,
            ));
        }
        let needs_token = (path == "/api" || path.starts_with("/api/")) && !OPEN.contains(&path);
        if needs_token && !self.has_token(headers) {
            return Err(ApiError::new(
                StatusCode::UNAUTHORIZED,
                ErrorCode::Unauthorized,
                &words::TOKEN_NEEDED,
            ));
        }
        Ok(())
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        headers
            .typed_get::<Authorization<Bearer>>()
            .is_some_and(|bearer| {
                let token = bearer.token().trim_end();
                token.as_bytes().ct_eq(self.token.as_bytes()).into()
            })
    }
}

/// A host and port as they are compared: without the dot at a name's end (RFC 1034, 3.1), and
/// with the IPv4 address that an IPv6 one stands for.
fn plain(host: &str) -> String {
    let lower = host.to_ascii_lowercase();
    let (name, port) = match lower.rfind(':') {
        Some(colon) if !lower.ends_with(']') => lower.split_at(colon),
        _ => (lower.as_str(), ""),
    };
    let literal = name
        .strip_prefix('[')
        .and_then(|literal| literal.strip_suffix(']'));
    let mapped = literal.and_then(|literal| literal.parse::<Ipv6Addr>().ok());
    match mapped.and_then(|address| address.to_ipv4_mapped()) {
        Some(address) => format!("{address}{port}"),
        None => format!("{}{port}", name.strip_suffix('.').unwrap_or(name)),
    }
}

/// A field stands more than once.
struct Repeated;

/// The value of a field that stands once or not at all.
fn once<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a HeaderValue>, Repeated> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    values.next().map_or(Ok(first), |_| Err(Repeated))
}

/// Whether a browser says that the page itself, or the reader, calls. An image or a script of
/// another page has no `Origin`, and would find out that the program runs. A link to the page is
/// followed from anywhere: it shows nothing without the token.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        None | Some("same-origin" | "none") => true,
        Some(_) => text("sec-fetch-dest") == Some("document"),
    }
}

/// What no other page may do with an answer, and no cache may keep.
fn close_to_others(response: &mut Response, is_api: bool) {
    let headers = response.headers_mut();
    let resource_policy = header::HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(resource_policy, HeaderValue::from_static("same-origin"));
    if is_api {
        let keep_nothing = HeaderValue::from_static("no-store");
        headers.insert(header::CACHE_CONTROL, keep_nothing);
    }
}

fn forbidden(code: ErrorCode, words: &'static Words) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, code, words)
}

/// The middleware before everything else.
pub(crate) async fn guard(
    State(access): State<Arc<Access>>,
    request: Request,
    next: Next,
) -> Response {
    let uri_host = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = match access.check(request.uri().path(), request.headers(), uri_host) {
        Ok(()) => next.run(request).await,
        Err(error) => {
            let mut response = error.into_response();
            if response.status() == StatusCode::UNAUTHORIZED {
                let scheme = HeaderValue::from_static("Bearer");
                response
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, scheme);
            }
            response
        }
    };
    close_to_others(&mut response, is_api);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(path: &str, fields: &[(&'static str, &'static str)]) -> Option<ErrorCode> {
        let access = Access::new(([127, 0, 0, 1], 4000).into(), "secret".into());
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, value.parse().unwrap());
        }
        let checked = access.check(path, &headers, None);
        checked.err().map(|error| error.code())
    }

    #[test]
    fn what_another_page_loads_is_refused_and_a_link_to_the_page_is_followed() {
        let from = |site, destination| {
            let host = ("host", "localhost:4000");
            let fields = [
                host,
                ("sec-fetch-site", site),
                ("sec-fetch-dest", destination),
            ];
            ["/", "/api/v1/health", "/api/v1/openapi.json"].map(|path| outcome(path, &fields))
        };
        let refused = [Some(ErrorCode::ForbiddenOrigin); 3];
        for site in ["cross-site", "same-site"] {
            for destination in ["image", "script", "empty", "iframe"] {
                assert_eq!(from(site, destination), refused, "{site} {destination}");
            }
            assert_eq!(from(site, "document"), [None; 3], "{site}");
        }
        assert_eq!(from("same-origin", "empty"), [None; 3]);
        assert_eq!(from("none", "document"), [None; 3]);
    }

    #[test]
    fn only_loopback_names_with_this_port_are_hosts() {
        for host in [
            "127.0.0.1:4000",
            "localhost:4000",
            "[::1]:4000",
            "LOCALHOST:4000",
            "localhost.:4000",
            "[::ffff:127.0.0.1]:4000",
            "[::FFFF:7f00:1]:4000",
        ] {
            assert_eq!(outcome("/", &[("host", host)]), None, "{host}");
        }
        for host in [
            "evil.example:4000",
            "127.0.0.1:4001",
            "127.0.0.1",
            "127.0.0.1.evil.example:4000",
            "localhost..:4000",
            "[::ffff:127.0.0.2]:4000",
            "[::ffff:127.0.0.1]:4001",
        ] {
            assert_eq!(
                outcome("/", &[("host", host)]),
                Some(ErrorCode::ForbiddenHost),
                "{host}"
            );
        }
        assert_eq!(outcome("/", &[]), Some(ErrorCode::ForbiddenHost));
        let own = ("host", "127.0.0.1:4000");
        for other in ["127.0.0.1:4000", "localhost:4000", "evil.example"] {
            let twice = outcome("/", &[own, ("host", other)]);
            assert_eq!(twice, Some(ErrorCode::ForbiddenHost), "{other}");
        }
    }

    #[test]
    fn a_target_in_the_absolute_form_names_this_listener_too() {
        let access = Access::new(([127, 0, 0, 1], 4000).into(), "secret".into());
        let mut headers = HeaderMap::new();
        headers.insert("host", "127.0.0.1:4000".parse().unwrap());
        for (target, expected) in [
            (None, None),
            (Some("localhost:4000"), None),
            (Some("evil.example"), Some(ErrorCode::ForbiddenHost)),
            (Some("evil.example:4000"), Some(ErrorCode::ForbiddenHost)),
        ] {
            let checked = access.check("/", &headers, target);
            let code = checked.err().map(|error| error.code());
            assert_eq!(code, expected, "{target:?}");
        }
    }

    #[test]
    fn only_this_page_is_an_origin() {
        let host = ("host", "127.0.0.1:4000");
        assert_eq!(
            outcome("/", &[host, ("origin", "http://127.0.0.1:4000")]),
            None
        );
        for origin in [
            "null",
            "http://localhost:4000",
            "https://127.0.0.1:4000",
            "http://evil.example",
        ] {
            assert_eq!(
                outcome("/", &[host, ("origin", origin)]),
                Some(ErrorCode::ForbiddenOrigin)
            );
            let own = ("origin", "http://127.0.0.1:4000");
            for twice in [
                [own, ("origin", origin)],
                [("origin", origin), own],
                [own, own],
            ] {
                let found = outcome("/", &[host, twice[0], twice[1]]);
                assert_eq!(found, Some(ErrorCode::ForbiddenOrigin), "{twice:?}");
            }
        }
    }

    #[test]
    fn a_wrong_host_is_named_before_a_wrong_origin_and_both_before_a_missing_token() {
        let (host, origin) = (
            ("host", "127.0.0.1:4000"),
            ("origin", "http://evil.example"),
        );
        let path = "/api/v1/status";
        assert_eq!(
            outcome(path, &[("host", "evil.example"), origin]),
            Some(ErrorCode::ForbiddenHost)
        );
        assert_eq!(
            outcome(path, &[host, origin]),
            Some(ErrorCode::ForbiddenOrigin)
        );
        assert_eq!(outcome(path, &[host]), Some(ErrorCode::Unauthorized));
    }

    #[test]
    fn the_api_asks_for_the_token_and_the_page_does_not() {
        let host = ("host", "127.0.0.1:4000");
        assert_eq!(
            outcome("/api/v1/status", &[host]),
            Some(ErrorCode::Unauthorized)
        );
        assert_eq!(
            outcome("/api/v1/nothing", &[host]),
            Some(ErrorCode::Unauthorized)
        );
        assert_eq!(
            outcome("/api/v1/status", &[host, ("authorization", "Bearer wrong")]),
            Some(ErrorCode::Unauthorized)
        );
        assert_eq!(
            outcome(
                "/api/v1/status",
                &[host, ("authorization", "bearer secret")]
            ),
            None
        );
        for open in OPEN {
            assert_eq!(outcome(open, &[host]), None);
        }
        assert_eq!(outcome("/assets/x.js", &[host]), None);
    }
}
