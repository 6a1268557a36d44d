//! Senders that are no platform of the app, but whose budget and repetition are written down: one
//! line each. What is not named here is not known to the app.
//!
//! - MAX: <https://dev.max.ru/docs-api>
//! - Yandex Messenger: <https://yandex.ru/dev/messenger/doc/ru/api-requests/update-webhook>
//! - Sber API: <https://developers.sber.ru/docs/ru/sber-api>
//! - GitHub: <https://docs.github.com/en/webhooks>
//! - Stripe: <https://docs.stripe.com/webhooks>

use json_text::Kind;
use messages::{Message, Words};

use crate::platform::context::RequestContext;
use crate::words::neighbours as words;

/// How a sender shows itself.
enum Mark {
    /// By a header field.
    Field(&'static str),
    /// By a list in the body whose entries have this name.
    List(&'static str, &'static str),
}

const NEIGHBOURS: [(Mark, &Words); 5] = [
    (Mark::Field("X-Max-Bot-Api-Secret"), &words::MAX),
    (Mark::Field("X-WH-Request-Id"), &words::SBER_API),
    (Mark::Field("X-GitHub-Event"), &words::GITHUB),
    (Mark::Field("Stripe-Signature"), &words::STRIPE),
    (Mark::List("updates", "update_id"), &words::YANDEX_MESSENGER),
];

/// What is known of a request's sender, by what it shows itself.
pub(super) fn of(request: &RequestContext<'_>) -> Option<Message> {
    let found = NEIGHBOURS.iter().find_map(|(mark, words)| {
        let shown = match mark {
            Mark::Field(name) => request.request.headers.get(name).map(|_| *name),
            Mark::List(list, entry) => has_entries(request, list, entry).then_some(*list),
        };
        Some((shown?, words))
    });
    found.map(|(shown, words)| words.arg(shown))
}

fn has_entries(request: &RequestContext<'_>, list: &str, entry: &str) -> bool {
    let Some(document) = request.document else {
        return false;
    };
    let Some(found) = document.member(list).filter(|one| one.kind == Kind::Array) else {
        return false;
    };
    found
        .value
        .of(document.text())
        .contains(&format!("\"{entry}\""))
}
