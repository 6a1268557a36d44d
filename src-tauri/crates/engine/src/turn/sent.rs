//! What leaves of an answer: HTTP has no body for some, and the server writes some fields itself.
//! What is made here is what is recorded, and what is written is that. Pure.

use std::cell::RefCell;
use std::time::{Duration, UNIX_EPOCH};

use protocol::{Answer, Body, Code, Headers, HttpVersion, OwnFinding, UtcMillis};

use crate::http::is_hop_by_hop;
use crate::outgoing::Framing;

const CONNECTION: &str = "Connection";
const CONTENT_LENGTH: &str = "Content-Length";
const DATE: &str = "Date";

/// Whether an answer has a body in HTTP (RFC 9110, 6.4.1 and 15.3.6).
fn has_body(method: &str, status: u16) -> bool {
    method != "HEAD" && !matches!(status, 204 | 205 | 304)
}

/// The length that an answer names, where it names one. `length`: of the body that was given.
fn named_length(status: u16, length: u64) -> Option<u64> {
    match status {
        204 | 304 => None,
        205 => Some(0),
        _ => Some(length),
    }
}

/// The length that an answer names itself, where it is one.
fn given_length(headers: &Headers) -> Option<String> {
    let given = headers.get(CONTENT_LENGTH)?.into_owned();
    given
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(given)
}

/// Makes of an answer to this method what leaves of it, and says what does not. `framing`: `None`
/// where it goes to somebody in this process, so that nothing frames it. `breaks_off`: a fault
/// promises a byte at least, and sends half.
pub(crate) fn frame(
    method: &str,
    answer: &mut Answer,
    framing: Option<Framing>,
    breaks_off: bool,
    now: UtcMillis,
) -> Vec<OwnFinding> {
    let mut findings = Vec::new();
    let length = answer.body.length().max(u64::from(breaks_off));
    let named = named_length(answer.status, length).map(|length| length.to_string());
    // It names the length of the body that a `GET` would get, or that has not changed (RFC 9110,
    // 8.6), which is not here.
    let is_of_other = method == "HEAD" || answer.status == 304;
    let named = match is_of_other && answer.body.is_empty() {
        true => given_length(&answer.headers),
        false => named,
    };
    drop_fields(answer, named.as_deref(), framing, &mut findings);
    if !answer.body.is_empty() && !has_body(method, answer.status) {
        let length = answer.body.length().to_string();
        let args = [method.to_owned(), answer.status.to_string(), length];
        findings.push(OwnFinding::new(Code::AnswerBodyNotSent, args));
        answer.body = Body::default();
    }
    if let Some(framing) = framing {
        add_fields(answer, named, framing, now);
    }
    findings
}

/// The same for an answer whose body arrives while it goes out. `length`: of the body, where it is
/// known.
pub(super) fn frame_arriving(
    answer: &mut Answer,
    length: Option<u64>,
    framing: Framing,
    now: UtcMillis,
) {
    let named = length.map(|length| length.to_string());
    drop_fields(answer, named.as_deref(), Some(framing), &mut Vec::new());
    let ends_with_connection = length.is_none() && framing.version == HttpVersion::Http10;
    if length.is_none() && framing.version == HttpVersion::Http11 {
        let chunked = ("Transfer-Encoding".to_owned(), b"chunked".to_vec());
        answer.headers.0.push(chunked);
    }
    let framing = Framing {
        closes: framing.closes || ends_with_connection,
        ..framing
    };
    add_fields(answer, named, framing, now);
}

/// Takes out the fields that are the server's own; one that says what the server says stays.
fn drop_fields(
    answer: &mut Answer,
    named: Option<&str>,
    framing: Option<Framing>,
    findings: &mut Vec<OwnFinding>,
) {
    let is_http2 = framing.is_some_and(|framing| framing.version == HttpVersion::Http2);
    let mut has_length = false;
    let mut dropped: Vec<String> = Vec::new();
    answer.headers.0.retain(|(name, value)| {
        let stays = if name.eq_ignore_ascii_case(CONTENT_LENGTH) {
            let is_right = named.is_some_and(|named| named.as_bytes() == value);
            is_right && !std::mem::replace(&mut has_length, true)
        } else {
            let is_of_http1 = is_http2 && name.eq_ignore_ascii_case("proxy-connection");
            !is_of_http1 && !is_hop_by_hop(name)
        };
        if !stays && !dropped.contains(name) {
            dropped.push(name.clone());
        }
        stays
    });
    if !dropped.is_empty() {
        let names = dropped.join(", ");
        findings.push(OwnFinding::new(Code::AnswerFieldsNotSent, [names]));
    }
}

/// Adds the fields that the server writes, last and in this order.
fn add_fields(answer: &mut Answer, named: Option<String>, framing: Framing, now: UtcMillis) {
    let fields = &mut answer.headers.0;
    let has = |fields: &[(String, Vec<u8>)], wanted: &str| {
        let mut names = fields.iter();
        names.any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    };
    // What is left of the request is not read: the connection cannot go on.
    let closes = framing.closes || matches!(answer.status, 408 | 413 | 431);
    let connection = match framing.version {
        HttpVersion::Http2 => None,
        HttpVersion::Http10 | HttpVersion::Http11 if closes => Some("close"),
        HttpVersion::Http10 => Some("keep-alive"),
        HttpVersion::Http11 => None,
    };
    if let Some(connection) = connection {
        fields.push((CONNECTION.to_owned(), connection.into()));
    }
    if let Some(named) = named.filter(|_| !has(fields, CONTENT_LENGTH)) {
        fields.push((CONTENT_LENGTH.to_owned(), named.into_bytes()));
    }
    if !has(fields, DATE) {
        fields.push((DATE.to_owned(), date(now)));
    }
    if framing.version == HttpVersion::Http2 {
        as_in_http2(fields);
    }
}

/// HTTP/2 has no capitals in names, and the HTTP library sends the fields of one name together.
fn as_in_http2(fields: &mut Vec<(String, Vec<u8>)>) {
    let mut sorted: Vec<(String, Vec<u8>)> = Vec::with_capacity(fields.len());
    for (mut name, value) in fields.drain(..) {
        name.make_ascii_lowercase();
        let last = sorted.iter().rposition(|(other, _)| *other == name);
        let at = last.map_or(sorted.len(), |at| at + 1);
        sorted.insert(at, (name, value));
    }
    *fields = sorted;
}

/// The value of `Date`, made once a second on each thread.
fn date(now: UtcMillis) -> Vec<u8> {
    thread_local! {
        static LAST: RefCell<(i64, Vec<u8>)> = const { RefCell::new((-1, Vec::new())) };
    }
    let second = now.0.max(0) / 1000;
    LAST.with_borrow_mut(|(of, text)| {
        if *of != second {
            let moment = UNIX_EPOCH + Duration::from_secs(second.unsigned_abs());
            *text = httpdate::fmt_http_date(moment).into_bytes();
            *of = second;
        }
        text.clone()
    })
}

/// A recorded answer as it was given: without the fields that the server wrote, which are its last.
pub(crate) fn as_given(mut answer: Answer) -> Answer {
    for own in [DATE, CONTENT_LENGTH, CONNECTION] {
        let fields = &mut answer.headers.0;
        if fields
            .last()
            .is_some_and(|(name, _)| name.eq_ignore_ascii_case(own))
        {
            fields.pop();
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP11: Framing = Framing {
        version: HttpVersion::Http11,
        closes: false,
    };

    fn answer(status: u16, fields: &[(&str, &str)]) -> Answer {
        Answer {
            status,
            headers: fields.iter().copied().collect(),
            body: "{}".into(),
        }
    }

    /// The answer as it leaves, and the codes of what is said of it.
    fn framed(method: &str, mut answer: Answer, framing: Framing) -> (Answer, Vec<OwnFinding>) {
        let findings = frame(method, &mut answer, Some(framing), false, UtcMillis(1234));
        (answer, findings)
    }

    fn fields(answer: &Answer) -> Vec<String> {
        let texts = answer.headers.texts();
        texts
            .map(|(name, value)| format!("{name}: {value}"))
            .collect()
    }

    const DATED: &str = "Date: Thu, 01 Jan 1970 00:00:01 GMT";

    #[test]
    fn an_answer_keeps_its_order_and_spelling_and_gets_the_fields_of_the_server() {
        let given = answer(
            200,
            &[("X-Chat-ID", "1"), ("Content-LENGTH", "2"), ("b", "")],
        );
        let (sent, findings) = framed("POST", given, HTTP11);
        assert_eq!(
            fields(&sent),
            ["X-Chat-ID: 1", "Content-LENGTH: 2", "b: ", DATED]
        );
        assert_eq!(findings, []);
        let (sent, _) = framed("POST", answer(200, &[("Date", "then")]), HTTP11);
        assert_eq!(fields(&sent), ["Date: then", "Content-Length: 2"]);
        for (version, closes, status, connection) in [
            (HttpVersion::Http11, true, 200, "Connection: close"),
            (HttpVersion::Http11, false, 413, "Connection: close"),
            (HttpVersion::Http10, true, 200, "Connection: close"),
            (HttpVersion::Http10, false, 200, "Connection: keep-alive"),
        ] {
            let (sent, _) = framed("POST", answer(status, &[]), Framing { version, closes });
            assert_eq!(fields(&sent), [connection, "Content-Length: 2", DATED]);
            assert_eq!(as_given(sent), answer(status, &[]));
        }
    }

    #[test]
    fn an_answer_that_arrives_names_its_length_or_how_its_end_is_told() {
        for (version, length, expected) in [
            (
                HttpVersion::Http11,
                Some(7),
                vec!["X-A: 1", "Content-Length: 7", DATED],
            ),
            (
                HttpVersion::Http11,
                None,
                vec!["X-A: 1", "Transfer-Encoding: chunked", DATED],
            ),
            (
                HttpVersion::Http10,
                None,
                vec!["X-A: 1", "Connection: close", DATED],
            ),
            (
                HttpVersion::Http2,
                None,
                vec!["x-a: 1", "date: Thu, 01 Jan 1970 00:00:01 GMT"],
            ),
        ] {
            let mut answer = answer(200, &[("X-A", "1")]);
            let framing = Framing {
                version,
                closes: false,
            };
            frame_arriving(&mut answer, length, framing, UtcMillis(1234));
            assert_eq!(fields(&answer), expected, "{version:?} {length:?}");
        }
    }

    #[test]
    fn in_http2_names_are_small_and_the_fields_of_one_name_together() {
        let given = [
            ("X-A", "1"),
            ("B", "2"),
            ("x-a", "3"),
            ("Proxy-Connection", "a"),
        ];
        let http2 = Framing {
            version: HttpVersion::Http2,
            closes: true,
        };
        let (sent, findings) = framed("POST", answer(413, &given), http2);
        let date = DATED.replace('D', "d");
        let expected = ["x-a: 1", "x-a: 3", "b: 2", "content-length: 2", &date];
        assert_eq!(fields(&sent), expected);
        assert!(findings[0].is(Code::AnswerFieldsNotSent));
    }

    #[test]
    fn the_length_of_a_body_that_is_not_there_stays_as_it_was_given() {
        let given = (Some("123"), Some("Content-Length: 123"));
        for (method, status, (given, length)) in [
            ("HEAD", 200, given),
            ("HEAD", 200, (None, None)),
            ("GET", 304, given),
            ("GET", 304, (None, None)),
            ("GET", 304, (Some("x"), None)),
        ] {
            let mut head = answer(status, &[]);
            head.body = Body::default();
            let given = given.map(|given| ("Content-Length", given));
            head.headers = given.into_iter().collect();
            let (sent, findings) = framed(method, head, HTTP11);
            let expected = length.into_iter().chain([DATED]);
            assert_eq!(fields(&sent), Vec::from_iter(expected));
            assert_eq!(findings.is_empty(), given.is_some() == length.is_some());
        }
    }

    #[test]
    fn what_does_not_leave_is_not_recorded_and_is_found() {
        for (method, status, length) in [
            ("HEAD", 200, Some("Content-Length: 2")),
            ("POST", 204, None),
            ("GET", 304, None),
            ("POST", 205, Some("Content-Length: 0")),
        ] {
            let (sent, findings) = framed(method, answer(status, &[("X-A", "1")]), HTTP11);
            assert!(sent.body.is_empty());
            let expected = ["X-A: 1"].into_iter().chain(length).chain([DATED]);
            assert_eq!(fields(&sent), Vec::from_iter(expected), "{method} {status}");
            assert_eq!(findings.len(), 1);
            assert!(findings[0].is(Code::AnswerBodyNotSent));
        }
        let given = [
            ("Content-Length", "5"),
            ("Connection", "close"),
            ("X-A", "1"),
        ];
        let (sent, findings) = framed("POST", answer(200, &given), HTTP11);
        assert_eq!(fields(&sent), ["X-A: 1", "Content-Length: 2", DATED]);
        let names = "Content-Length, Connection".to_owned();
        let found = [OwnFinding::new(Code::AnswerFieldsNotSent, [names])];
        assert_eq!(findings, found);
        // A length is no part of these answers, right or not.
        let (sent, findings) = framed("GET", answer(304, &[("Content-Length", "2")]), HTTP11);
        assert_eq!(fields(&sent), [DATED]);
        assert_eq!(findings.len(), 2);
    }

    #[test]
    fn what_goes_to_somebody_in_this_process_gets_no_fields() {
        let mut given = answer(204, &[("X-A", "1"), ("Connection", "close")]);
        let findings = frame("POST", &mut given, None, false, UtcMillis(0));
        assert_eq!(fields(&given), ["X-A: 1"]);
        assert!(given.body.is_empty());
        assert_eq!(findings.len(), 2);
    }
}
