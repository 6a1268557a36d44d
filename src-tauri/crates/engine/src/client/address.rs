//! Where a request is sent: a server, and the request's target byte for byte as it was recorded,
//! edited or typed. URL libraries rewrite a target (`/a/../b` becomes `/b`, `'` becomes `%27`), so
//! that only the server is read by one.

use std::borrow::Cow;

use data_encoding::BASE64;
use protocol::{Exchange, Headers, Request};

use crate::error::Invalid;
use crate::http::{path_and_query, target_bytes};
use crate::words;

/// An address to send to.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// Scheme, host and port.
    server: url::Url,
    target: String,
    /// The target's text stands for one byte a character.
    is_latin1: bool,
}

impl Address {
    /// A bare origin takes the recorded path and query; an address with a path of its own stands as
    /// it is, unless a path was given with the edits.
    pub(crate) fn new(
        typed: &str,
        original: &Exchange,
        path: Option<&str>,
    ) -> Result<Self, Invalid> {
        if path.is_some_and(|path| !is_sendable(path)) {
            return Err(Invalid::new("/edit/path", &words::NOT_A_PATH));
        }
        let wrong = || Invalid::new("/target", &words::NOT_A_TARGET);
        let (scheme, rest) = typed.split_once("://").ok_or_else(wrong)?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, typed_target) = rest.split_at(end);
        let server: url::Url = format!("{scheme}://{authority}")
            .parse()
            .map_err(|_| wrong())?;
        if authority.is_empty() || !matches!(server.scheme(), "http" | "https") {
            return Err(wrong());
        }
        let typed_target = typed_target
            .split_once('#')
            .map_or(typed_target, |(target, _)| target);
        let is_recorded = path.is_none() && matches!(typed_target, "" | "/");
        let target = match (path, typed_target) {
            (Some(path), _) => path.to_owned(),
            (None, "" | "/") => recorded_target(&original.request),
            (None, typed) if typed.starts_with('?') => uri(&format!("/{typed}")),
            (None, typed) => uri(typed),
        };
        if !is_sendable(&target) {
            return Err(wrong());
        }
        Ok(Self {
            server,
            target,
            is_latin1: is_recorded && original.request.is_target_latin1,
        })
    }

    /// A server of the developer's, with the path of a request behind its own, and the query behind
    /// its own: `http://h/x?y=1` and `/p?z=2` are `http://h/x/p?y=1&z=2`.
    pub(crate) fn below(
        server: &str,
        request: &Request,
        path: Option<&str>,
    ) -> Result<Self, Invalid> {
        let own = server.split_once("://").map_or("", |(_, rest)| rest);
        let own = own.find(['/', '?', '#']).map_or("", |at| &own[at..]);
        let own = own.split_once('#').map_or(own, |(own, _)| own);
        let target = match path {
            Some(path) => path.to_owned(),
            None => recorded_target(request),
        };
        let target = match target.starts_with('/') {
            true => behind(own, &target),
            false => target,
        };
        Ok(Self {
            is_latin1: path.is_none() && request.is_target_latin1,
            ..Self::new(server, &Exchange::default(), Some(&target))?
        })
    }

    /// The host, an IPv6 address in brackets.
    pub(super) fn host(&self) -> &str {
        self.server.host_str().unwrap_or_default()
    }

    pub(super) fn port(&self) -> u16 {
        self.server.port_or_known_default().unwrap_or(80)
    }

    /// The server alone.
    pub(super) fn origin(&self) -> Result<http::Uri, http::uri::InvalidUri> {
        format!("{}://{}", self.server.scheme(), self.host_field()).parse()
    }

    /// The value of `Host`: the port is left out where it is the scheme's own.
    pub(crate) fn host_field(&self) -> String {
        let host = self.host();
        self.server
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The request's target as it is sent.
    pub(super) fn target(&self) -> Cow<'_, [u8]> {
        target_bytes(&self.target, self.is_latin1)
    }

    /// The target apart: the path, and the query without its question mark.
    pub(crate) fn path_and_query(&self) -> (&str, Option<&str>) {
        path_and_query(&self.target)
    }

    /// Gives a request the target of this address, and its login.
    pub(crate) fn direct(&self, request: &mut Request) {
        let (path, query) = self.path_and_query();
        path.clone_into(&mut request.path);
        request.query = query.map(str::to_owned);
        request.is_target_latin1 = self.is_latin1;
        self.log_in(&mut request.headers);
    }

    /// Puts the user and the password of the address into the field that they stand for, where the
    /// request names no others.
    pub(crate) fn log_in(&self, fields: &mut Headers) {
        if let Some(login) = self.login()
            && fields.get("authorization").is_none()
        {
            let login = ("Authorization".to_owned(), login.into_bytes());
            fields.0.push(login);
        }
    }

    /// The value of `Authorization` that a user and a password in the address stand for.
    fn login(&self) -> Option<String> {
        let (user, password) = (self.server.username(), self.server.password());
        if user.is_empty() && password.is_none() {
            return None;
        }
        let decoded = |text: &str| percent_decoded(text);
        let password = decoded(password.unwrap_or_default());
        let login = [decoded(user), b":".to_vec(), password].concat();
        Some(format!("Basic {}", BASE64.encode(&login)))
    }
}

/// Whether HTTP can carry a target: no space or control character ends it. It begins as a path
/// does, or in the absolute form; what callers send beyond the rules (a `#`, bytes above 127) is
/// sent again.
pub(crate) fn is_sendable(target: &str) -> bool {
    let starts = target.starts_with('/') || target == "*" || target.contains("://");
    let forbidden = |byte: u8| byte <= b' ' || byte == 0x7f;
    starts && !target.bytes().any(forbidden)
}

/// The target of a request. One in the absolute form may have no path, which is its root's
/// (RFC 9112, 3.2.2).
fn recorded_target(request: &Request) -> String {
    let path = match request.path.as_str() {
        "" => "/",
        path => path,
    };
    match &request.query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}

/// A target behind the path and the query of a server, byte for byte.
fn behind(own: &str, target: &str) -> String {
    let (own_path, own_query) = path_and_query(own);
    let (path, query) = path_and_query(target);
    let path = format!("{}{path}", own_path.trim_end_matches('/'));
    match (own_query.filter(|own| !own.is_empty()), query) {
        (None, None) => path,
        (None, Some(query)) => format!("{path}?{query}"),
        (Some(own), None | Some("")) => format!("{path}?{own}"),
        (Some(own), Some(query)) => format!("{path}?{own}&{query}"),
    }
}

/// What a person types may have letters of any language and spaces, which a URI writes as bytes in
/// per cent (RFC 3987, 3.1). Nothing else is touched.
fn uri(typed: &str) -> String {
    let mut uri = String::with_capacity(typed.len());
    for letter in typed.chars() {
        if letter.is_ascii() && letter != ' ' {
            uri.push(letter);
            continue;
        }
        let mut bytes = [0; 4];
        for byte in letter.encode_utf8(&mut bytes).bytes() {
            uri.push('%');
            uri.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    uri
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(typed: &str, recorded: &str, edited: Option<&str>) -> Result<Address, Invalid> {
        let mut original = Exchange::default();
        let (path, query) = path_and_query(recorded);
        path.clone_into(&mut original.request.path);
        original.request.query = query.map(str::to_owned);
        Address::new(typed, &original, edited)
    }

    #[test]
    fn a_target_is_sent_as_it_was_recorded_edited_or_typed() {
        for target in [
            "/?text=it's",
            "/a/../b",
            "/%2e%2e/b",
            "/{id}",
            "/a\\b",
            "/\\evil",
            "/..;/../x",
            "//x//y",
            "/a?b?c=\"<d>\"|^`",
            "/?",
            "/%zz",
            "/;a=b/,",
            "/a#b?c#d",
            "http://a/b?c",
            "/имя",
            "*",
        ] {
            let recorded = address("http://bot.example", target, None).unwrap();
            assert_eq!(*recorded.target(), *target.as_bytes(), "recorded");
            let edited = address("http://bot.example/own", "/", Some(target)).unwrap();
            assert_eq!(*edited.target(), *target.as_bytes(), "edited");
            if target.starts_with('/') && target.is_ascii() && !target.contains('#') {
                let typed = address(&format!("http://bot.example{target}"), "/r", None).unwrap();
                assert_eq!(*typed.target(), *target.as_bytes(), "typed");
            }
        }
    }

    #[test]
    fn a_request_goes_behind_the_path_of_a_server_byte_for_byte() {
        for (server, target, expected) in [
            ("http://h", "/a/../b?x='%zz", "/a/../b?x='%zz"),
            ("http://h/", "/", "/"),
            ("http://h/bot", "/", "/bot/"),
            ("http://h/bot/", "/pay?", "/bot/pay?"),
            ("http://h/bot", "*", "*"),
            ("http://h/bot", "", "/bot/"),
            ("http://h/bot", "?a=b", "/bot/?a=b"),
            ("http://h/x?y=1", "/p/q?z=2", "/x/p/q?y=1&z=2"),
            ("http://h?y='%zz", "/p", "/p?y='%zz"),
            ("http://h/x/?y=1&y", "/?", "/x/?y=1&y"),
            ("http://h/x?", "/p?z=?", "/x/p?z=?"),
            ("http://h/x?y=/1?", "/p?z", "/x/p?y=/1?&z"),
            ("http://h/x?y=1", "*", "*"),
        ] {
            let (path, query) = path_and_query(target);
            let request = Request {
                path: path.to_owned(),
                query: query.map(str::to_owned),
                ..Request::default()
            };
            let address = Address::below(server, &request, None).unwrap();
            assert_eq!(*address.target(), *expected.as_bytes(), "{server} {target}");
            if !matches!(target, "" | "?a=b") {
                let edited = Address::below(server, &Request::default(), Some(target)).unwrap();
                assert_eq!(*edited.target(), *expected.as_bytes(), "edited");
            }
        }
    }

    #[test]
    fn an_address_that_is_typed_is_read_as_a_person_means_it() {
        for (typed, target) in [
            ("http://h", "/recorded?q=1"),
            ("http://h/", "/recorded?q=1"),
            ("HTTP://h/own", "/own"),
            ("http://h?a=b", "/?a=b"),
            ("http://h/own#part", "/own"),
            (
                "http://h/оплата 1",
                "/%D0%BE%D0%BF%D0%BB%D0%B0%D1%82%D0%B0%201",
            ),
        ] {
            let address = address(typed, "/recorded?q=1", None).unwrap();
            assert_eq!(*address.target(), *target.as_bytes(), "{typed}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_server_is_refused() {
        for typed in [
            "",
            "bot.example",
            "ftp://x/",
            "http:///x",
            "http://",
            "http://a b/",
            "http://h\\evil",
            "http://h/a\tb",
            "http://h:99999/",
        ] {
            assert!(address(typed, "/", None).is_err(), "{typed:?}");
        }
        for path in ["", "no-slash", "/a b", "/\u{7f}", "/\r\nX: 1"] {
            let wrong = address("http://h", "/", Some(path)).unwrap_err();
            assert_eq!(wrong.pointer, "/edit/path", "{path:?}");
        }
    }

    #[test]
    fn a_host_is_named_as_its_address_names_it_and_a_login_goes_into_its_field() {
        for (typed, host) in [
            ("http://bot.example:80/", "bot.example"),
            ("https://bot.example:8443/", "bot.example:8443"),
            ("http://[::1]:81/", "[::1]:81"),
            ("http://u%3A:p%40@h/", "h"),
        ] {
            assert_eq!(address(typed, "/", None).unwrap().host_field(), host);
        }
        let logged_in = |typed: &str, fields: &[(&str, &str)]| {
            let mut fields: Headers = fields.iter().copied().collect();
            address(typed, "/", None).unwrap().log_in(&mut fields);
            fields
        };
        let login: Headers = [("Authorization", "Basic dTo6cEA=")].into_iter().collect();
        assert_eq!(logged_in("http://u%3A:p%40@h/", &[]), login);
        assert_eq!(logged_in("http://h/", &[]), Headers::default());
        let own = [("authorization", "Bearer a")];
        let kept: Headers = own.into_iter().collect();
        assert_eq!(logged_in("http://u:p@h/", &own), kept);
    }
}
