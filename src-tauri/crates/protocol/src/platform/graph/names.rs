//! Names that mean something to the bot, and headers that name other senders.

use crate::Headers;
use crate::variables::Role;

/// Names that the system writes (protocols.md §1.2: stated; the last three inferred).
const SYSTEM: &[&str] = &[
    "queryText",
    "userId",
    "rawRequest",
    "lastSeen",
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

/// Names of the dialog's own state (protocols.md §1.1 "not sent" and §1.2, inferred).
const ENGINE: &[&str] = &[
    "currentState",
    "contextPath",
    "contextHistory",
    "transitionsHistory",
    "transitions",
    "smartRandom",
    "_started",
];

/// Names rewritten on every message (protocols.md §1.2, inferred).
const RESERVED: &[&str] = &[
    "queryText",
    "userId",
    "rawRequest",
    "channelType",
    "channelId",
    "action",
];

/// JavaScript's reserved words: variables cannot be named so (protocols.md §1.3, stated).
const KEYWORDS: &[&str] = &[
    "arguments",
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
    "eval",
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
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Headers of senders whose bodies may hold an `action` of their own.
const OTHER_SENDERS: &[&str] = &[
    "x-github-event",
    "x-gitlab-event",
    "x-gitea-event",
    "x-gogs-event",
    "x-event-key",
    "x-hub-signature",
    "x-hub-signature-256",
    "stripe-signature",
    "x-shopify-topic",
    "x-bot-api-dialect",
    "x-telegram-bot-api-secret-token",
    "x-slack-signature",
    "x-viber-content-signature",
    "x-line-signature",
    "x-twilio-signature",
    "x-signature-ed25519",
    "x-wc-webhook-topic",
    "x-atlassian-webhook-identifier",
    "x-pagerduty-signature",
    "x-trello-webhook",
    "linear-signature",
    "sentry-hook-resource",
    "paypal-transmission-id",
    "webhook-signature",
    "svix-signature",
];

pub(super) fn role(name: &str) -> Role {
    if name == "action" {
        Role::Event
    } else if SYSTEM.contains(&name) {
        Role::System
    } else if ENGINE.contains(&name) {
        Role::Engine
    } else {
        Role::User
    }
}

pub(super) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

pub(super) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Whether a header names another sender than a Graph bot.
pub(super) fn sent_by_another(headers: &Headers) -> bool {
    let other = |name: &str| {
        OTHER_SENDERS
            .iter()
            .any(|one| one.eq_ignore_ascii_case(name))
    };
    headers.0.iter().any(|(name, _)| other(name))
}
