//! Who is let in: the path and the token.

use subtle::ConstantTimeEq as _;

use super::{PATHS, TOKEN, settings};
use crate::answer::Answer;
use crate::finding::{Code, Finding, OwnFinding};
use crate::forms::{parameters, unescape};
use crate::message::Request;
use crate::names::Side;
use crate::platform::context::RequestContext;
use crate::platform::contract::PlatformAnswer;

/// What is said to who is refused. No page states it.
const WRONG_PATH: &str = r#"{"error":"not-found"}"#;
const WRONG_TOKEN: &str = r#"{"error":"unauthorized"}"#;

/// Whether a path is the link's, with or without the slash at its end.
pub(super) fn is_path(path: &str) -> bool {
    PATHS
        .iter()
        .any(|one| path == *one || one.strip_suffix('/') == Some(path))
}

/// Every token of the link, in order.
fn tokens(request: &Request) -> Vec<Vec<u8>> {
    let query = request.query.as_deref().unwrap_or_default().as_bytes();
    let tokens =
        parameters(query).filter(|one| *unescape(&query[one.name.clone()]) == *TOKEN.as_bytes());
    let values = tokens.map(|one| one.value.map(|value| unescape(&query[value]).into_owned()));
    values.map(Option::unwrap_or_default).collect()
}

/// Whether the link has a token, whatever it is.
pub(super) fn has_token(request: &Request) -> bool {
    !tokens(request).is_empty()
}

pub(super) fn answer(request: &RequestContext<'_>) -> Option<PlatformAnswer> {
    let refused = |status, body: &'static str, code| PlatformAnswer {
        answer: Answer::json(status, body),
        finding: OwnFinding::new(code, []),
    };
    // Nobody is refused before it is set up.
    let wanted = settings::token(request)?;
    if !is_path(&request.request.path) {
        return Some(refused(404, WRONG_PATH, Code::ChatappPath));
    }
    // Two tokens are one too many: which one counts is not stated.
    let code = match tokens(request.request).as_slice() {
        [given] if bool::from(given.ct_eq(wanted.as_bytes())) => return None,
        [_, _, ..] => Code::ChatappTokenRepeated,
        _ => Code::ChatappToken,
    };
    Some(refused(401, WRONG_TOKEN, code))
}

/// A token where none is looked for, and that none is set.
pub(super) fn check(request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
    if settings::token(request).is_none() {
        findings.push(Finding::new(Code::ChatappTokenUnset, Side::Request));
    }
    let in_body = request
        .document
        .is_some_and(|body| body.member(TOKEN).is_some());
    let in_header = request.request.headers.get("authorization").is_some();
    if !has_token(request.request) && (in_body || in_header) {
        findings.push(Finding::new(Code::ChatappTokenMisplaced, Side::Request));
    }
}
