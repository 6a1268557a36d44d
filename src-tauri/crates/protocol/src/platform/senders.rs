//! Senders that are no platform of the app: the header fields by which they show themselves.

use crate::message::Headers;

/// Fields of other senders; their bodies may have a platform's keys too.
const OTHER_SENDERS: [&str; 30] = [
    "X-Max-Bot-Api-Secret",
    "X-WH-Request-Id",
    "X-GitHub-Event",
    "X-GitHub-Delivery",
    "X-Gitlab-Event",
    "X-Gitlab-Token",
    "X-Gitea-Event",
    "X-Gogs-Event",
    "X-Forgejo-Event",
    "X-Event-Key",
    "X-Atlassian-Webhook-Identifier",
    "X-Hub-Signature",
    "X-Hub-Signature-256",
    "Stripe-Signature",
    "Paddle-Signature",
    "X-Shopify-Topic",
    "X-Shopify-Hmac-Sha256",
    "X-WC-Webhook-Topic",
    "X-Slack-Signature",
    "X-Signature-Ed25519",
    "X-Telegram-Bot-Api-Secret-Token",
    "X-Viber-Content-Signature",
    "X-Line-Signature",
    "X-Twilio-Signature",
    "X-Zm-Signature",
    "Linear-Event",
    "Sentry-Hook-Resource",
    "X-Discourse-Event",
    "Svix-Id",
    "Webhook-Signature",
];

/// The header field that shows another sender than one with these marks; `others` are those of the
/// other platforms.
pub(super) fn foreign_mark<'h, 'a>(
    headers: &'h Headers,
    others: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'h str> {
    let marks = OTHER_SENDERS.iter().copied().chain(others);
    let mut names = headers.0.iter().map(|(name, _)| name.as_str());
    names.find(|name| marks.clone().any(|mark| name.eq_ignore_ascii_case(mark)))
}
