//! What other servers would refuse in how a request is framed and whom it names as its host, and
//! this one answers.

use std::net::Ipv6Addr;

use protocol::{Code, Headers, OwnFinding};

/// The name of the field that HTTP/2 has in place of `Host`.
pub(super) const AUTHORITY: &str = ":authority";

/// Whom a request is for, beside its field `Host`: `:authority` of HTTP/2, or what a target in the
/// absolute form names.
#[derive(Clone, Copy)]
pub(super) struct Authority<'a> {
    pub(super) text: &'a str,
    pub(super) scheme: Option<&'a str>,
}

/// Everything that is wrong with it.
pub(super) fn framing_findings(
    headers: &Headers,
    (method, version): (&http::Method, http::Version),
    authority: Option<Authority<'_>>,
) -> Vec<OwnFinding> {
    let mut findings = Vec::new();
    if version < http::Version::HTTP_2 {
        of_text(headers, version, &mut findings);
    }
    if version < http::Version::HTTP_11 && has_no_length(headers, method) {
        let method = method.as_str().to_owned();
        findings.push(OwnFinding::new(Code::LengthMissing, [method]));
    }
    of_host(headers, authority, &mut findings);
    let mut expected = values(headers, "expect");
    let other = expected.find(|value| !value.eq_ignore_ascii_case(b"100-continue"));
    findings.extend(other.map(|value| {
        let value = String::from_utf8_lossy(value).into_owned();
        OwnFinding::new(Code::ExpectUnknown, [value])
    }));
    findings
}

/// Whether a request whose method is about a body names no length of one. Before HTTP/1.1 none
/// comes in chunks.
fn has_no_length(headers: &Headers, method: &http::Method) -> bool {
    let with_body = [http::Method::POST, http::Method::PUT, http::Method::PATCH];
    with_body.contains(method) && headers.get("content-length").is_none()
}

/// The values of a field.
fn values<'a>(headers: &'a Headers, wanted: &str) -> impl Iterator<Item = &'a [u8]> {
    let fields = headers.0.iter();
    fields
        .filter(move |(name, _)| name.eq_ignore_ascii_case(wanted))
        .map(|(_, value)| value.as_slice())
}

/// What HTTP/2 has no room for.
fn of_text(headers: &Headers, version: http::Version, findings: &mut Vec<OwnFinding>) {
    let count = |wanted| values(headers, wanted).count();
    let repeated = |code, times: usize| OwnFinding::new(code, [times.to_string()]);
    let (hosts, lengths) = (count("host"), count("content-length"));
    match hosts {
        0 if version == http::Version::HTTP_11 => {
            findings.push(OwnFinding::new(Code::HostMissing, []));
        }
        0 | 1 => {}
        more => findings.push(repeated(Code::HostRepeated, more)),
    }
    if lengths > 0 && count("transfer-encoding") > 0 {
        findings.push(OwnFinding::new(Code::LengthWithCoding, []));
    }
    let is_chunked = |coding: &[u8]| coding.trim_ascii().eq_ignore_ascii_case(b"chunked");
    let codings = |value: &'_ [u8]| -> Vec<bool> {
        value.split(|byte| *byte == b',').map(is_chunked).collect()
    };
    let all = values(headers, "transfer-encoding").flat_map(codings);
    let chunked = all.filter(|is_chunked| *is_chunked).count();
    if chunked > 1 {
        findings.push(repeated(Code::ChunkedRepeated, chunked));
    }
    let mut fields = values(headers, "transfer-encoding");
    if let Some(coding) = fields.find(|value| codings(value).contains(&false)) {
        let coding = String::from_utf8_lossy(coding).into_owned();
        findings.push(OwnFinding::new(Code::TransferCoded, [coding]));
    }
    if lengths > 1 {
        findings.push(repeated(Code::LengthRepeated, lengths));
    }
}

fn of_host(headers: &Headers, authority: Option<Authority<'_>>, findings: &mut Vec<OwnFinding>) {
    let of_authority = authority.map(|one| (AUTHORITY, one.text.as_bytes()));
    let hosts = values(headers, "host").map(|value| ("Host", value));
    let mut named = of_authority.into_iter().chain(hosts);
    if let Some((field, value)) = named.find(|(_, value)| !is_host(value)) {
        let value = String::from_utf8_lossy(value).into_owned();
        findings.push(OwnFinding::new(
            Code::HostInvalid,
            [value, field.to_owned()],
        ));
    }
    let Some(authority) = authority else { return };
    let port = match authority.scheme {
        Some("https") => ":443",
        _ => ":80",
    };
    let whole = authority.text.as_bytes();
    let without_port = |value: &'_ [u8]| value.strip_suffix(port.as_bytes()).map(<[u8]>::len);
    let entity = |value: &[u8]| value[..without_port(value).unwrap_or(value.len())].to_vec();
    let differs = |value: &&[u8]| !entity(value).eq_ignore_ascii_case(&entity(whole));
    if let Some(other) = values(headers, "host").find(differs) {
        let other = String::from_utf8_lossy(other).into_owned();
        let args = [authority.text.to_owned(), other];
        findings.push(OwnFinding::new(Code::HostDiffers, args));
    }
}

/// Whether it is a host, with or without a port (RFC 9110, 7.2; RFC 3986, 3.2.2 and 3.2.3). An
/// empty one is valid as a field, but no `http` address has it (RFC 9110, 4.2.1).
fn is_host(value: &[u8]) -> bool {
    let (host, port) = match value.iter().rposition(|byte| *byte == b':') {
        Some(colon) if !value.ends_with(b"]") => (&value[..colon], &value[colon + 1..]),
        _ => (value, &value[..0]),
    };
    let is_port = port.is_empty()
        || str::from_utf8(port).is_ok_and(|text| {
            text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
        });
    let literal = host
        .strip_prefix(b"[")
        .and_then(|literal| literal.strip_suffix(b"]"));
    let is_name = match literal {
        Some(literal) => str::from_utf8(literal).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok()),
        None => is_registered_name(host),
    };
    is_port && is_name
}

/// `reg-name`, of which an IPv4 address is one.
fn is_registered_name(host: &[u8]) -> bool {
    let mut bytes = host.iter();
    while let Some(byte) = bytes.next() {
        let mut is_escape = || {
            let mut digits = bytes.by_ref().take(2);
            let both = [digits.next(), digits.next()];
            both.iter()
                .all(|digit| digit.is_some_and(u8::is_ascii_hexdigit))
        };
        let fits = match byte {
            b'%' => is_escape(),
            other => other.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(other),
        };
        if !fits {
            return false;
        }
    }
    !host.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_or_without_a_port() {
        for host in [
            "a",
            "bot.example",
            "bot.example:8080",
            "bot.example:",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:80",
            "xn--d1ayk.xn--p1ai",
            "a_b",
            "%D0%BF",
        ] {
            assert!(is_host(host.as_bytes()), "{host:?}");
        }
        for other in [
            "",
            " ",
            "a b",
            "a:1:2",
            "a:b",
            "a:65536",
            "a:+1",
            "a/b",
            "/",
            "u@a",
            "http://a",
            "a?b",
            "[::1",
            "::1",
            "[a]",
            "[::1]x",
            "%zz",
            "%d",
            "a\tb",
            "под.рф",
            "a,b c",
            ":80",
            "a#",
        ] {
            assert!(!is_host(other.as_bytes()), "{other:?}");
        }
        assert!(!is_host(b"\xff"));
    }

    #[test]
    fn what_no_server_knows_how_to_expect_is_found() {
        for (value, is_known) in [
            ("100-continue", true),
            ("100-Continue", true),
            ("200-ok", false),
            ("", false),
        ] {
            let headers: Headers = [("Host", "a"), ("expect", value)].into_iter().collect();
            for version in [http::Version::HTTP_11, http::Version::HTTP_2] {
                let found = framing_findings(&headers, (&http::Method::POST, version), None);
                let unknown = OwnFinding::new(Code::ExpectUnknown, [value.to_owned()]);
                assert_eq!(found.contains(&unknown), !is_known, "{value:?}");
            }
        }
    }

    #[test]
    fn chunked_twice_and_a_body_without_a_length_are_found() {
        let found = |fields: &[(&str, &str)], version| {
            let headers: Headers = [("Host", "a")].iter().chain(fields).copied().collect();
            framing_findings(&headers, (&http::Method::POST, version), None)
        };
        let twice = [OwnFinding::new(Code::ChunkedRepeated, ["2".to_owned()])];
        let coding = "Transfer-Encoding";
        for fields in [
            &[(coding, "chunked, chunked")][..],
            &[(coding, "chunked"), (coding, "Chunked")],
        ] {
            assert_eq!(found(fields, http::Version::HTTP_11), twice);
        }
        assert_eq!(found(&[(coding, " chunked ")], http::Version::HTTP_11), []);
        let other = [OwnFinding::new(
            Code::TransferCoded,
            ["gzip, chunked".to_owned()],
        )];
        assert_eq!(
            found(&[(coding, "gzip, chunked")], http::Version::HTTP_11),
            other
        );
        let missing = [OwnFinding::new(Code::LengthMissing, ["POST".to_owned()])];
        assert_eq!(found(&[], http::Version::HTTP_10), missing);
        assert_eq!(
            found(&[("content-length", "0")], http::Version::HTTP_10),
            []
        );
        assert_eq!(found(&[], http::Version::HTTP_11), []);
    }

    #[test]
    fn two_names_of_one_host_are_the_same_and_two_hosts_are_not() {
        let found = |text, host: &str, scheme| {
            let headers: Headers = [("host", host)].into_iter().collect();
            let authority = Some(Authority {
                text,
                scheme: Some(scheme),
            });
            let head = (&http::Method::POST, http::Version::HTTP_2);
            framing_findings(&headers, head, authority)
        };
        assert_eq!(found("a.example", "A.example", "http"), []);
        assert_eq!(found("a:80", "a", "http"), []);
        assert_eq!(found("a", "a:443", "https"), []);
        let args = |one: &str, two: &str| [one.to_owned(), two.to_owned()];
        assert_eq!(
            found("a:443", "a", "http"),
            [OwnFinding::new(Code::HostDiffers, args("a:443", "a"))]
        );
        assert_eq!(
            found("u@a", "u@a", "http"),
            [OwnFinding::new(Code::HostInvalid, args("u@a", AUTHORITY))]
        );
    }
}
