//! The names of a Graph bot's variables: whose each is, and which cannot be used.

use crate::finding::Code;
use crate::platform::graph::words::table;
use crate::variable::Role;

/// The key of the event, (1).
pub(super) const EVENT_KEY: &str = "action";

/// The key of the user, (2).
pub(super) const USER_KEY: &str = "userId";

/// The key of the user's message, (2).
pub(super) const MESSAGE_KEY: &str = "queryText";

/// The key of what the user's channel sent, (2).
pub(super) const CHANNEL_KEY: &str = "rawRequest";

/// The key of the seconds since the user's request before, (2).
pub(super) const LAST_SEEN_KEY: &str = "lastSeen";

/// Variables that the platform writes, (2).
pub(super) const SYSTEM: [&str; 16] = [
    MESSAGE_KEY,
    USER_KEY,
    CHANNEL_KEY,
    LAST_SEEN_KEY,
    "clientProfile",
    "userChannel",
    "httpResponse",
    "httpStatus",
    "eventData",
    "gigaChatResponseStatus",
    "gigaChatResponseError",
    "knowledgeBaseResponseStatus",
    "knowledgeBaseResponseError",
    "channelType",
    "channelId",
    "start",
];

/// Rewritten on every message, so that a change lives for one turn. Inferred, (13).
pub(super) const REWRITTEN: [&str; 6] = [
    "queryText",
    "userId",
    "rawRequest",
    "channelType",
    "channelId",
    EVENT_KEY,
];

/// The dialog engine's own: never sent, not filtered when returned. Inferred, (13).
pub(super) const ENGINE: [&str; 7] = [
    "currentState",
    "contextPath",
    "contextHistory",
    "transitionsHistory",
    "smartRandom",
    "transitions",
    "_started",
];

/// Variables whose names begin so are stored and never sent. Inferred, (13).
pub(super) const HIDDEN_PREFIX: char = '_';

/// Words that cannot name a variable, (3): the reserved words of ECMAScript.
const KEYWORDS: [&str; 46] = [
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Names the event.
const EVENT: Role = Role::new(&table::EVENT);

/// Written by the platform.
const SYSTEM_ROLE: Role = Role::new(&table::SYSTEM);

/// Belongs to the dialog engine.
const ENGINE_ROLE: Role = Role::new(&table::ENGINE);

/// Every role.
pub(super) const ROLES: [Role; 4] = [EVENT, SYSTEM_ROLE, ENGINE_ROLE, Role::USER];

/// Whose a variable is.
pub(super) fn role(name: &str) -> Role {
    if name == EVENT_KEY {
        EVENT
    } else if SYSTEM.contains(&name) {
        SYSTEM_ROLE
    } else if is_engine(name) {
        ENGINE_ROLE
    } else {
        Role::USER
    }
}

/// Whether a variable is the dialog engine's own, which is never sent.
pub(super) fn is_engine(name: &str) -> bool {
    ENGINE.contains(&name) || name.starts_with(HIDDEN_PREFIX)
}

/// What is wrong with a name in an answer; one that came in from the bot is usable there.
pub(super) fn problem(name: &str, known: bool) -> Option<Code> {
    if ENGINE.contains(&name) {
        return Some(Code::EngineKey);
    }
    if REWRITTEN.contains(&name) {
        return Some(Code::ReservedKey);
    }
    if name.starts_with(HIDDEN_PREFIX) {
        return Some(Code::HiddenKey);
    }
    if known {
        return None;
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(fits) {
        return Some(Code::NameNotUsable);
    }
    KEYWORDS.contains(&name).then_some(Code::NameKeyword)
}
