//! Webim itself, which bots call: the token, the three calls, and what they do in a chat.

use json_text::{Kind, Tree};
use serde_json::json;
use subtle::ConstantTimeEq as _;

use super::{message, settings};
use crate::answer::Answer;
use crate::document::Document;
use crate::finding::{Code, OwnFinding};
use crate::message::{Headers, Request};
use crate::platform::chat::{ChatAction, ChatStep, Place};
use crate::platform::context::RequestContext;
use crate::platform::contract::PlatformAnswer;
use crate::platform::name::Platform;

/// What stands before a call's name, (23).
pub(super) const CALLS: &str = "/api/bot/v2/";

/// Makes a step of a call's body, or says what is missing.
type Read = fn(&Tree<&str>) -> Result<ChatStep, &'static str>;

/// The calls, (23).
const ALL: [(&str, Read); 3] = [
    ("send_message", say),
    ("redirect_chat", redirect),
    ("close_chat", |_| Ok(ChatStep::Move(Place::Closed))),
];

const ROOT: usize = Tree::<&str>::ROOT;

/// The name of a call in a path.
pub(super) fn call(path: &str) -> Option<&str> {
    path.strip_prefix(CALLS)
}

/// Whether a bot logs in with this token.
pub(super) fn is_login(headers: &Headers, token: &str) -> bool {
    let Some(field) = headers.get("authorization") else {
        return false;
    };
    let given = field
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("token"));
    // Compared at one pace: how much of a secret fits is not to be measured.
    given.is_some_and(|(_, given)| bool::from(given.trim().as_bytes().ct_eq(token.as_bytes())))
}

/// Whether a request is a call with the token of its bot's settings.
pub(super) fn is_logged_in(request: &RequestContext<'_>) -> bool {
    let own = request.settings_of(Platform::Webim);
    let token = own.and_then(settings::token);
    token.is_some_and(|token| is_at_root(request.request, token))
}

/// Whether a request at the root of the public host is a call with this token.
pub(super) fn is_at_root(request: &Request, token: &str) -> bool {
    call(&request.path).is_some() && is_login(&request.headers, token)
}

/// An error as the sample bot reads one, (23). That these codes are Webim's is inferred.
fn error(status: u16, code: &str, description: Option<&str>) -> Answer {
    let mut body = json!({"error": code});
    if let Some(description) = description {
        body["desc"] = description.into();
    }
    Answer::json(status, body.to_string())
}

fn refused(answer: Answer, finding: OwnFinding) -> PlatformAnswer {
    PlatformAnswer { answer, finding }
}

/// What is answered to a call that needs no chat to be refused.
pub(super) fn answer(request: &RequestContext<'_>) -> Option<PlatformAnswer> {
    let token = request
        .settings_of(Platform::Webim)
        .and_then(settings::token);
    let name = call(&request.request.path);
    let unknown = || {
        let names: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
        let finding = OwnFinding::new(Code::WebimMethodUnknown, [names.join(", ")]);
        refused(error(404, "unknown-method", None), finding)
    };
    let Some(name) = name else {
        return Some(unknown());
    };
    if !token.is_some_and(|token| is_login(&request.request.headers, token)) {
        let finding = OwnFinding::new(Code::WebimToken, []);
        return Some(refused(error(401, "unauthorized", None), finding));
    }
    if request.request.method != "POST" || !ALL.iter().any(|(known, _)| *known == name) {
        return Some(unknown());
    }
    read(request).err().map(|description| {
        let finding = OwnFinding::new(Code::WebimMessageInvalid, [description.to_owned()]);
        refused(error(400, "invalid-message", Some(description)), finding)
    })
}

/// What a call does.
pub(super) fn read(request: &RequestContext<'_>) -> Result<ChatAction, &'static str> {
    let document = request.document.filter(|one| one.is(Kind::Object));
    let text = document
        .map(Document::text)
        .ok_or("the body is no JSON object")?;
    let tree = Tree::new(text).map_err(|_| "the body is no JSON object")?;
    let chat = message::id(&tree, ROOT, &["chat_id"]).ok_or("chat_id is missing")?;
    let name = call(&request.request.path).unwrap_or_default();
    let known = ALL.iter().find(|(known, _)| *known == name);
    let (_, read) = known.ok_or("the call is unknown")?;
    let step = read(&tree)?;
    Ok(ChatAction { chat, step })
}

fn say(tree: &Tree<&str>) -> Result<ChatStep, &'static str> {
    let node = tree.member(ROOT, "message").ok_or("message is missing")?;
    message::check(tree, node)?;
    Ok(ChatStep::Say(message::of_bot(tree, node)))
}

/// An operator, else a department, else the queue, (23).
fn redirect(tree: &Tree<&str>) -> Result<ChatStep, &'static str> {
    let given = |name: &str| {
        let node = tree.member(ROOT, name);
        node.filter(|node| tree.kind(*node) != Kind::Null)
    };
    let place = if given("operator_id").is_some() {
        let id = message::id(tree, ROOT, &["operator_id"]);
        Place::Operator(id.ok_or("operator_id is no id")?)
    } else if given("dep_key").is_some() {
        let key = message::id(tree, ROOT, &["dep_key"]);
        Place::Department(key.ok_or("dep_key is no id")?)
    } else {
        Place::Queue
    };
    Ok(ChatStep::Move(place))
}

/// What is answered for a chat that is not there.
pub(super) fn unknown_chat() -> PlatformAnswer {
    let finding = OwnFinding::new(Code::WebimChatUnknown, []);
    refused(error(400, "chat-not-found", None), finding)
}

/// What is answered to a good call.
pub(super) fn taken() -> Answer {
    Answer::json(200, r#"{"result":"ok"}"#)
}

/// What a bot counts as an error, (23).
pub(super) const TRIALS: [&str; 5] = ["ok", "error", "unauthorized", "html", "broken"];

pub(super) fn trial(name: &str) -> Option<Answer> {
    Some(match name {
        "ok" => taken(),
        "error" => error(200, "internal-error", Some("asked for in the simulator")),
        "unauthorized" => error(401, "unauthorized", None),
        "html" => {
            let headers = [("Content-Type", "text/html; charset=utf-8")];
            Answer {
                status: 200,
                headers: headers.into_iter().collect(),
                body: "<!doctype html><title>502</title><h1>502 Bad Gateway</h1>".into(),
            }
        }
        "broken" => Answer::json(200, r#"{"result":"ok""#),
        _ => return None,
    })
}

/// A bot's call, as the vendor's sample bot makes it, (23).
pub(super) fn sample(token: &str) -> Request {
    let message = json!({"kind": "operator", "text": "Ваш заказ в пути"});
    let login = format!("Token {token}");
    Request {
        method: "POST".into(),
        path: format!("{CALLS}{}", ALL[0].0),
        headers: [
            ("Authorization", &*login),
            ("Content-Type", "application/json"),
        ]
        .into_iter()
        .collect(),
        body: json!({"chat_id": 12345, "message": message})
            .to_string()
            .into(),
        ..Request::default()
    }
}
