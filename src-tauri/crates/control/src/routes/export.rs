//! Conversations as files.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use engine::Engine;
use protocol::ConversationId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::dto::present;
use crate::error::{ApiError, ErrorBody};
use crate::extract::ApiJson;
use crate::language::Language;

/// Which conversation becomes which file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewExport {
    /// The format's name.
    #[schema(example = "sber-code-xml")]
    format: String,
    /// The conversation.
    conversation: ConversationId,
    /// The address that the platform calls. It is left out unless it is given: a bot's own has its
    /// secret.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, example = "https://bot.example/hook")]
    url: Option<String>,
}

/// Writes a conversation as a file of its platform's.
#[utoipa::path(post, path = "/export", tag = "conversations", request_body = NewExport, responses(
    (status = 200, description = "The file", content_type = "application/xml", body = String),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn export(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiJson(wanted): ApiJson<NewExport>,
) -> Result<Response, ApiError> {
    let (format, id) = (&wanted.format, wanted.conversation);
    let file = engine
        .export_conversation(format, id, wanted.url, lang)
        .await?;
    let attachment = format!("attachment; filename=\"{}\"", file.name);
    let mut response = file.bytes.into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static(file.content_type);
    headers.insert(header::CONTENT_TYPE, kind);
    if let Ok(attachment) = HeaderValue::from_str(&attachment) {
        headers.insert(header::CONTENT_DISPOSITION, attachment);
    }
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    Ok(response)
}
