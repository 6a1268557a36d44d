//! What the server answers before a trigger runs, in its order: path, method, login, body.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use json_text::Kind;
use subtle::ConstantTimeEq as _;

use super::trigger::{self, PATH};
use super::{reading, settings};
use crate::answer::Answer;
use crate::finding::{Code, OwnFinding};
use crate::message::Request;
use crate::platform::context::RequestContext;
use crate::platform::contract::PlatformAnswer;

/// The one method, (1).
const METHOD: &str = "POST";

/// The longest body, in bytes, (2).
pub(super) const BODY_MAX: u64 = 10 << 20;

/// The name of what a login opens. No page states it.
const REALM: &str = "Basic realm=\"NocoBase webhook\"";

/// A plain answer, as the server makes one of a text.
pub(super) fn text_answer(status: u16, text: &'static str) -> Answer {
    let headers = [("Content-Type", "text/plain; charset=utf-8")];
    Answer {
        status,
        headers: headers.into_iter().collect(),
        body: text.into(),
    }
}

pub(super) fn answer(request: &RequestContext<'_>) -> Option<PlatformAnswer> {
    // Nobody is refused before it is set up.
    settings::of(request).filter(|own| own.contains_key(settings::KEY))?;
    let refusals = [wrong_path, wrong_method, wrong_login, wrong_body];
    refusals.iter().find_map(|refusal| refusal(request))
}

fn refused(
    (status, text): (u16, &'static str),
    field: Option<(&str, &str)>,
    finding: OwnFinding,
) -> PlatformAnswer {
    let mut answer = text_answer(status, text);
    let field = field.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
    answer.headers.0.extend(field);
    PlatformAnswer { answer, finding }
}

fn wrong_path(request: &RequestContext<'_>) -> Option<PlatformAnswer> {
    let wanted = settings::of(request).and_then(|own| own.get(settings::KEY)?.as_str());
    let key = trigger::key_of(&request.request.path);
    if key.is_some_and(|key| wanted.is_none_or(|wanted| wanted == key)) {
        return None;
    }
    let address = format!("{PATH}{}", wanted.unwrap_or("…"));
    let finding = OwnFinding::new(Code::NocobasePath, [address]);
    Some(refused((404, "Not Found"), None, finding))
}

fn wrong_method(request: &RequestContext<'_>) -> Option<PlatformAnswer> {
    let method = request.request.method.as_str();
    (method != METHOD).then(|| {
        let finding = OwnFinding::new(Code::NocobaseMethod, [method.to_owned()]);
        refused(
            (405, "Method Not Allowed"),
            Some(("Allow", METHOD)),
            finding,
        )
    })
}

fn wrong_login(request: &RequestContext<'_>) -> Option<PlatformAnswer> {
    let (user, password) = settings::login(request)?;
    let wanted = format!("{user}:{password}");
    let given = given_login(request.request);
    // Compared whole and at one pace: how much of a secret fits is not to be measured.
    let fits = given.is_some_and(|given| bool::from(given.ct_eq(wanted.as_bytes())));
    (!fits).then(|| {
        let finding = OwnFinding::new(Code::NocobaseLogin, []);
        refused(
            (401, "Unauthorized"),
            Some(("WWW-Authenticate", REALM)),
            finding,
        )
    })
}

/// What a caller logs in with: user, colon, password.
fn given_login(request: &Request) -> Option<Vec<u8>> {
    let field = request.headers.get("authorization")?;
    let (scheme, coded) = field.trim().split_once(' ')?;
    let is_basic = scheme.eq_ignore_ascii_case("basic");
    is_basic.then(|| BASE64_STANDARD.decode(coded.trim()).ok())?
}

fn wrong_body(request: &RequestContext<'_>) -> Option<PlatformAnswer> {
    let body = &request.request.body;
    if body.length() > BODY_MAX && reading::is_read(request.request) {
        let finding = OwnFinding::new(Code::NocobaseBodyTooLarge, []);
        return Some(refused((413, "Payload Too Large"), None, finding));
    }
    if !reading::is_json(request.request) || body.is_empty() {
        return None;
    }
    let is_taken = |kind| matches!(kind, Kind::Object | Kind::Array);
    let root = request.document.map(|document| document.survey.root);
    (!root.is_some_and(is_taken)).then(|| {
        let finding = OwnFinding::new(Code::NocobaseBodyNotJson, []);
        refused((400, "Bad Request"), None, finding)
    })
}
