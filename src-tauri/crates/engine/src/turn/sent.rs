//! What leaves of an answer: HTTP has no body for some, and the server writes some fields itself.
//! Pure.

use protocol::{Answer, Body, Code, OwnFinding};

use crate::http::is_hop_by_hop;

/// Whether an answer has a body in HTTP (RFC 9110, 6.4.1).
pub(crate) fn has_body(method: &str, status: u16) -> bool {
    method != "HEAD" && !matches!(status, 204 | 304)
}

/// Whether the server sends this field of an answer as it is given.
pub(crate) fn is_sent(name: &str) -> bool {
    !is_hop_by_hop(name) && !name.eq_ignore_ascii_case("content-length")
}

/// What is recorded of an answer to this method in place of what was given, and what to say of it;
/// `None` where all of it leaves.
pub(super) fn sent(method: &str, given: &Answer) -> Option<(Answer, Vec<OwnFinding>)> {
    let drops_body = !given.body.is_empty() && !has_body(method, given.status);
    let length = given.body.length().to_string();
    // The length is written anyhow; one that says the same is sent.
    let stays = |(name, value): &(String, Vec<u8>)| {
        is_sent(name)
            || (name.eq_ignore_ascii_case("content-length") && *value == length.as_bytes())
    };
    if !drops_body && given.headers.0.iter().all(stays) {
        return None;
    }
    let mut answer = given.clone();
    let mut findings = Vec::new();
    let mut dropped: Vec<String> = Vec::new();
    answer.headers.0.retain(|field| {
        let stays = stays(field);
        if !stays && !dropped.contains(&field.0) {
            dropped.push(field.0.clone());
        }
        stays
    });
    if !dropped.is_empty() {
        let names = dropped.join(", ");
        findings.push(OwnFinding::new(Code::AnswerFieldsNotSent, [names]));
    }
    if drops_body {
        answer.body = Body::default();
        let args = [method.to_owned(), given.status.to_string(), length];
        findings.push(OwnFinding::new(Code::AnswerBodyNotSent, args));
    }
    Some((answer, findings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_leave_is_not_recorded_and_is_found() {
        let answer = |status, fields: &[(&str, &str)]| Answer {
            status,
            headers: fields.iter().copied().collect(),
            body: "{}".into(),
        };
        for (method, given) in [
            (
                "POST",
                answer(200, &[("X-A", "1"), ("Content-Length", "2")]),
            ),
            ("GET", answer(404, &[])),
        ] {
            assert_eq!(sent(method, &given), None, "all of it leaves");
        }
        for (method, status) in [("HEAD", 200), ("POST", 204), ("GET", 304)] {
            let (recorded, findings) = sent(method, &answer(status, &[("X-A", "1")])).unwrap();
            assert!(recorded.body.is_empty());
            assert_eq!(recorded.headers.0.len(), 1);
            assert!(findings[0].is(Code::AnswerBodyNotSent));
        }
        let fields = [
            ("Content-Length", "5"),
            ("Connection", "close"),
            ("X-A", "1"),
        ];
        let (recorded, findings) = sent("POST", &answer(200, &fields)).unwrap();
        assert_eq!(recorded, answer(200, &[("X-A", "1")]));
        let names = "Content-Length, Connection".to_owned();
        assert_eq!(
            findings,
            [OwnFinding::new(Code::AnswerFieldsNotSent, [names])]
        );
    }
}
