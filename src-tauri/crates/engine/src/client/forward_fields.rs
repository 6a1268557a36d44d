//! The header fields of a request that is forwarded: as they came, less those of the connection,
//! with whence it came. Pure.

use std::net::SocketAddr;

use protocol::{Headers, HttpVersion, Request};

use super::hops::Hops;
use crate::http::ConnectionFields;

/// The fields as they go out. `host`: the server's name; `is_https`: what the caller spoke, where
/// no proxy before has said it.
pub(super) fn forwarded(request: &Request, host: &str, is_https: bool) -> Headers {
    let recorded = &request.headers;
    let of_connection = ConnectionFields::of(recorded);
    let named = recorded.get(":authority").or_else(|| recorded.get("host"));
    let caller = named.unwrap_or_default().into_owned();
    let mut fields = Headers(vec![("Host".to_owned(), host.as_bytes().to_vec())]);
    let dropped = |name: &str| {
        let is = |one: &str| name.eq_ignore_ascii_case(one);
        // The body is here, whole: its length is known, and nobody waits to be asked for it. What
        // begins with a colon is no field, but a part of the head of HTTP/2.
        name.starts_with(':')
            || is("host")
            || is("content-length")
            || is("expect")
            || of_connection.has(name)
    };
    let passed_on = recorded.0.iter().filter(|(name, _)| !dropped(name));
    fields.0.extend(passed_on.cloned());
    if request.http_version == HttpVersion::Http2 {
        join_cookies(&mut fields);
    }
    let is_bodyless = matches!(request.method.as_str(), "GET" | "HEAD");
    if !request.body.is_empty() || !is_bodyless {
        let length = request.body.length().to_string();
        set(&mut fields, "Content-Length", &length);
    }
    let remote = request.remote.parse::<SocketAddr>().map(|at| at.ip());
    let remote = remote.map_or("unknown".to_owned(), |ip| ip.to_canonical().to_string());
    let proto = if is_https { "https" } else { "http" };
    append(&mut fields, "X-Forwarded-For", &remote);
    for (name, value) in [("X-Forwarded-Proto", proto), ("X-Forwarded-Host", &caller)] {
        if fields.get(name).is_none() && !value.is_empty() {
            set(&mut fields, name, value);
        }
    }
    append(&mut fields, "Forwarded", &element(&remote, &caller, proto));
    Hops::of(recorded).count(&mut fields);
    fields
}

/// Cookies come in fields apart in HTTP/2, and are one in HTTP/1.1 (RFC 9113, 8.2.3).
fn join_cookies(fields: &mut Headers) {
    let is_cookie = |name: &str| name.eq_ignore_ascii_case("cookie");
    let of_cookies = fields.0.iter().filter(|(name, _)| is_cookie(name));
    let values: Vec<&[u8]> = of_cookies.map(|(_, value)| value.as_slice()).collect();
    let mut joined = Some(values.join(b"; ".as_slice()));
    fields.0.retain_mut(|(name, value)| {
        if !is_cookie(name) {
            return true;
        }
        let first = joined.take();
        let is_first = first.is_some();
        *value = first.unwrap_or_default();
        is_first
    });
}

/// The fields of an answer that belong to it and not to the connection that it came by.
pub(super) fn end_to_end(mut fields: Headers) -> Headers {
    let of_connection = ConnectionFields::of(&fields);
    fields.0.retain(|(name, _)| !of_connection.has(name));
    fields
}

/// One proxy's part of `Forwarded` (RFC 7239, 4): what is no token is quoted.
fn element(remote: &str, host: &str, proto: &str) -> String {
    let remote = match remote.contains(':') {
        true => format!("\"[{remote}]\""),
        false => remote.to_owned(),
    };
    let is_plain = |text: &str| !text.contains(['"', '\\', '\r', '\n']);
    match host.is_empty() || !is_plain(host) {
        true => format!("for={remote};proto={proto}"),
        false => format!("for={remote};host=\"{host}\";proto={proto}"),
    }
}

fn set(fields: &mut Headers, name: &str, value: &str) {
    fields.0.push((name.to_owned(), value.as_bytes().to_vec()));
}

/// Adds to a list that proxies before have begun, in its last field.
fn append(fields: &mut Headers, name: &str, value: &str) {
    let mut fields_of = fields.0.iter_mut().rev();
    let last = fields_of.find(|(found, _)| found.eq_ignore_ascii_case(name));
    match last {
        Some((_, list)) if !list.is_empty() => {
            list.extend_from_slice(b", ");
            list.extend_from_slice(value.as_bytes());
        }
        Some((_, list)) => *list = value.as_bytes().to_vec(),
        None => set(fields, name, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(fields: &[(&str, &str)], remote: &str) -> Request {
        Request {
            method: "POST".to_owned(),
            remote: remote.to_owned(),
            headers: fields.iter().copied().collect(),
            body: "{}".into(),
            ..Request::default()
        }
    }

    /// The fields as lines, less the last, which counts how often a request was sent on.
    fn texts(fields: &Headers) -> Vec<String> {
        let mut fields = fields.clone();
        let hops = fields.0.pop_if(|(name, _)| name == "X-Hookloupe-Hops");
        assert!(hops.is_none_or(|(_, value)| value.starts_with(b"1;")));
        let texts = fields.texts();
        texts
            .map(|(name, value)| format!("{name}: {value}"))
            .collect()
    }

    #[test]
    fn fields_go_on_as_they_came_less_those_of_the_connection_and_with_whence_they_came() {
        let came = request(
            &[
                ("hOST", "bot.example:8080"),
                ("X-One", "1"),
                ("Connection", "close, X-Own"),
                ("x-own", "of the connection"),
                ("connection", ""),
                ("Connection", "X-Second,\tX-Third ,"),
                ("X-SECOND", "of the connection"),
                ("x-third", "of the connection"),
                ("HTTP2-Settings", "AAMAAABk"),
                ("Upgrade", "h2c"),
                ("TE", "trailers"),
                ("Trailer", "X-Sum"),
                ("Keep-Alive", "timeout=5"),
                ("Proxy-Connection", "keep-alive"),
                ("Proxy-Authorization", "Basic YTpi"),
                ("Content-Length", "7"),
                ("Transfer-Encoding", "chunked"),
                ("Expect", "100-continue"),
                ("x-one", "2"),
            ],
            "203.0.113.7:5000",
        );
        let sent = forwarded(&came, "localhost:3000", false);
        assert_eq!(
            texts(&sent),
            [
                "Host: localhost:3000",
                "X-One: 1",
                "x-one: 2",
                "Content-Length: 2",
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Proto: http",
                "X-Forwarded-Host: bot.example:8080",
                "Forwarded: for=203.0.113.7;host=\"bot.example:8080\";proto=http",
            ]
        );
    }

    #[test]
    fn of_a_request_over_http2_the_pseudo_fields_stay_behind_and_cookies_are_one_field() {
        let mut came = request(
            &[
                (":authority", "bot.example"),
                ("cookie", "a=1"),
                ("x-one", "1"),
                ("cookie", "b=2"),
            ],
            "203.0.113.7:5000",
        );
        came.http_version = HttpVersion::Http2;
        assert_eq!(
            texts(&forwarded(&came, "h", true)),
            [
                "Host: h",
                "cookie: a=1; b=2",
                "x-one: 1",
                "Content-Length: 2",
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: bot.example",
                "Forwarded: for=203.0.113.7;host=\"bot.example\";proto=https",
            ]
        );
    }

    #[test]
    fn what_proxies_before_have_said_stays_and_this_one_is_the_last_of_the_list() {
        let came = request(
            &[
                ("X-Forwarded-For", "198.51.100.1"),
                ("X-Forwarded-Proto", "https"),
                ("X-Forwarded-Host", "a.example"),
                ("Forwarded", "for=198.51.100.1"),
            ],
            "[::1]:5000",
        );
        assert_eq!(
            texts(&forwarded(&came, "h", false)),
            [
                "Host: h",
                "X-Forwarded-For: 198.51.100.1, ::1",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: a.example",
                "Forwarded: for=198.51.100.1, for=\"[::1]\";proto=http",
                "Content-Length: 2",
            ]
        );
    }

    #[test]
    fn an_answer_loses_the_fields_of_its_connection_alone() {
        let answer: Headers = [
            ("Content-Type", "application/json"),
            ("Connection", "keep-alive, X-Own"),
            ("Keep-Alive", "timeout=5"),
            ("X-Own", "1"),
            ("Connection", "X-Second"),
            ("x-second", "1"),
            ("Proxy-Authenticate", "Basic"),
            ("Trailer", "X-Sum"),
            ("Content-Length", "2"),
        ]
        .into_iter()
        .collect();
        let expected = ["Content-Type: application/json", "Content-Length: 2"];
        assert_eq!(texts(&end_to_end(answer)), expected);
    }
}
