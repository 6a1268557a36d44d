//! Answers as the people in a platform's channel see them.

use std::sync::Arc;

use axum::Extension;
use axum::response::Response;
use protocol::Platform;
use protocol::platform::{PreviewButton, PreviewMessage, contract, contracts};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dto::exchange::{FindingView, finding_views};
use crate::dto::present;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, PathName};
use crate::in_flight::{InFlight, SHOWN_TIMES, counted_json};
use crate::language::Language;
use crate::words;

/// An answer's text and its buttons.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelText {
    text: String,
    #[serde(default)]
    buttons: Vec<ChannelButton>,
}

/// A button under a text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChannelButton {
    text: String,
    /// The address that it opens, where it is a link.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    url: Option<String>,
}

/// What is seen of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelPreview {
    messages: Vec<SeenMessage>,
    /// What was lost on the way.
    findings: Vec<FindingView>,
}

/// A message as it is seen.
#[derive(Debug, Serialize, ToSchema)]
struct SeenMessage {
    text: String,
    /// What stands on the buttons under it; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    buttons: Vec<String>,
}

impl From<PreviewMessage> for SeenMessage {
    fn from(message: PreviewMessage) -> Self {
        Self {
            text: message.text,
            buttons: message.buttons,
        }
    }
}

/// What is seen of a text and its buttons where a platform shows less than was sent.
#[utoipa::path(post, path = "/preview/{id}", tag = "answering", params(("id" = String, Path)),
    request_body = ChannelText, responses((status = 200, body = ChannelPreview),
    (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn preview(
    Extension(in_flight): Extension<Arc<InFlight>>,
    Language(lang): Language,
    PathName(name): PathName,
    ApiJson(given): ApiJson<ChannelText>,
) -> Result<Response, ApiError> {
    let texts = given
        .buttons
        .iter()
        .map(|one| one.text.len() + one.url.as_ref().map_or(0, String::len));
    let bytes = given.text.len() + texts.sum::<usize>();
    let share = in_flight.take(SHOWN_TIMES * bytes).await?;
    let buttons = given.buttons.into_iter().map(|one| PreviewButton {
        text: one.text,
        url: one.url,
    });
    let buttons: Vec<PreviewButton> = buttons.collect();
    let platform = name.parse::<Platform>().ok();
    let drawing = move || contract(platform?).preview(&given.text, &buttons);
    let drawn = tokio::task::spawn_blocking(drawing).await;
    let preview = drawn.expect("a preview does not panic").ok_or_else(|| {
        let others = contracts()
            .iter()
            .filter(|one| one.preview("", &[]).is_some());
        let others: Vec<&str> = others.map(|one| one.platform().as_str()).collect();
        ApiError::not_found(words::NO_PREVIEW.arg(others.join(", ")))
    })?;
    let messages = preview.messages.into_iter().map(SeenMessage::from);
    let shown = ChannelPreview {
        messages: messages.collect(),
        findings: finding_views(&preview.findings, lang),
    };
    Ok(counted_json(&shown, share))
}
