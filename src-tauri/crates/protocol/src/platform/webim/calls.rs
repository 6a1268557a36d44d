//! The events that Webim sends.

use serde_json::{Value, json};

use super::bot::VERSION_FIELD;
use crate::message::Request;
use crate::platform::chat::{ChatEvent, ChatMessage, Speaker};
use crate::platform::sending::{Composed, Sending};
use crate::platform::settings::SettingsError;

/// The fields of a composed event.
const FIELDS: [&str; 6] = ["version", "event", "chat", "kind", "text", "button"];

/// The versions, as the sender's field names them, (23).
const VERSIONS: [&str; 2] = ["2.0", "1.0"];
const EVENTS: [&str; 2] = ["new_message", "new_chat"];
const KINDS: [&str; 3] = ["visitor", "keyboard_response", "file_visitor"];

/// The other fields of a call, with the values of the vendor's tests, (23).
const HEADERS: [(&str, &str); 3] = [
    ("Content-Type", "application/json"),
    ("X-Bot-API-Dialect", "Webim Standard"),
    ("X-Webim-Version", "10.5.62"),
];

/// A visitor as the vendor's samples have one, (23).
const VISITOR: &str = "51b6d2d74ac24af38cbfbb7cf5529845";

pub(super) fn sending(composed: &str) -> Result<Sending, SettingsError> {
    let composed = Composed::read(composed, &FIELDS)?;
    let version = composed.choice("version", &VERSIONS)?;
    let name = composed.choice("event", &EVENTS)?;
    let kind = composed.choice("kind", &KINDS)?;
    let chat = composed.needed("chat")?;
    let button = composed.json("button").map(serde_json::from_str::<Value>);
    let button = button.and_then(Result::ok);
    let text = composed.text("text")?;
    let is_v1 = version == VERSIONS[1];
    let body = event(
        name,
        is_v1,
        &chat_id(&chat),
        message(kind, is_v1, text, button),
    );
    Ok(Sending {
        address: None,
        request: request(version, &body),
        ..Sending::default()
    })
}

/// Whether an event is of version 1.
pub(super) fn is_v1(composed: &str) -> bool {
    let composed = Composed::read(composed, &FIELDS);
    let version = composed.and_then(|composed| composed.choice("version", &VERSIONS));
    version == Ok(VERSIONS[1])
}

/// What an event says in its chat.
pub(super) fn chat_event(composed: &str) -> Result<ChatEvent, SettingsError> {
    let is_v1 = is_v1(composed);
    let composed = Composed::read(composed, &FIELDS)?;
    let name = composed.choice("event", &EVENTS)?;
    let kind = composed.choice("kind", &KINDS)?;
    let button = composed.json("button").map(serde_json::from_str::<Value>);
    let button = button.and_then(Result::ok);
    let text = composed.text("text")?;
    let begins = name == EVENTS[1];
    let is_said = text.is_some() || button.is_some() || !begins;
    let message = is_said.then(|| ChatMessage {
        from: Speaker::Visitor,
        kind: kind.to_owned(),
        text: text.clone(),
        json: message(kind, is_v1, text, button).to_string(),
    });
    Ok(ChatEvent {
        chat: composed.needed("chat")?,
        begins,
        message,
    })
}

pub(super) fn request(version: &str, body: &Value) -> Request {
    let headers = HEADERS.into_iter().chain([(VERSION_FIELD, version)]);
    Request {
        method: "POST".into(),
        path: "/".into(),
        headers: headers.collect(),
        body: body.to_string().into(),
        ..Request::default()
    }
}

/// The vendor's ids are numbers; one that is none is a text.
pub(super) fn chat_id(text: &str) -> Value {
    match text.parse::<u64>() {
        Ok(number) if number.to_string() == text => number.into(),
        _ => text.into(),
    }
}

/// What was said. In version 1 a button is under `response`, else under `data`.
fn message(kind: &str, is_v1: bool, text: Option<String>, button: Option<Value>) -> Value {
    let mut message = json!({"kind": kind});
    if let Some(text) = text {
        message["text"] = text.into();
    }
    if let Some(button) = button {
        let place = if is_v1 { "response" } else { "data" };
        message[place] = json!({"button": button});
    }
    message
}

fn event(name: &str, is_v1: bool, chat: &Value, message: Value) -> Value {
    if name == EVENTS[1] {
        let visitor = json!({"id": VISITOR});
        let chat = json!({"id": chat});
        return json!({"event": name, "chat": chat, "visitor": visitor, "messages": [message]});
    }
    if is_v1 {
        let mut event = message;
        event["event"] = name.into();
        event["chat"] = json!({"id": chat});
        return event;
    }
    json!({"event": name, "chat_id": chat, "message": message})
}
