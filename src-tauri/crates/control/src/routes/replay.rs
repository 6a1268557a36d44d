//! Sending a recorded request again, and the first turn of all: a sample.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use engine::{AnswerText, Edit, Engine, Target};
use protocol::{BotId, ExchangeId, Headers, Lang};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{engine_error, exchange_id};
use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{ApiJson, Language};

/// Where a request goes again, and what is different about it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replay {
    /// `self`, or an `http://` or `https://` address. A bare origin takes the recorded path and
    /// query; an address with a path of its own stands as it is.
    target: String,
    #[serde(default)]
    edit: ReplayEdit,
}

/// What is sent differently; what is absent stays as recorded.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ReplayEdit {
    method: Option<String>,
    /// May carry a query.
    path: Option<String>,
    /// Replaces all headers. `Host` and `Content-Length` are made anew unless named here.
    headers: Option<Vec<(String, String)>>,
    body: Option<String>,
    /// The body's bytes, in place of `body`.
    body_base64: Option<String>,
}

/// A new exchange.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Created {
    id: ExchangeId,
}

/// Sends a recorded request again; answers when the answer is complete or has failed.
#[utoipa::path(post, path = "/exchanges/{id}/replay", tag = "replay", params(("id" = String, Path)),
    request_body = Replay, responses(
    (status = 201, body = Created), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn replay(
    State(engine): State<Engine>,
    Language(lang): Language,
    Path(id): Path<String>,
    ApiJson(replay): ApiJson<Replay>,
) -> Result<(StatusCode, Json<Created>), ApiError> {
    let id = exchange_id(&id, lang)?;
    let target = match replay.target.as_str() {
        "self" => Target::Itself,
        "upstream" => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let message = match lang {
                Lang::En => "No own server is set; give its address as the target.",
                Lang::Ru => "Свой сервер не задан: укажите его адрес как цель.",
            };
            return Err(ApiError::new(status, ErrorCode::ModeUnavailable, message).at("/target"));
        }
        url => Target::Url(url.to_owned()),
    };
    let edit = replay.edit;
    let has_body = edit.body.is_some() || edit.body_base64.is_some();
    let body = AnswerText {
        status: 200,
        headers: None,
        body: edit.body,
        body_base64: edit.body_base64,
    };
    let body = body
        .to_answer("/edit")
        .map_err(|error| engine_error(lang)(error.into()))?
        .body;
    let headers = edit
        .headers
        .map(|headers| headers.into_iter().collect::<Headers>());
    let edit = Edit {
        method: edit.method,
        path: edit.path,
        headers,
        body: has_body.then_some(body),
    };
    let id = engine
        .replay(id, target, edit)
        .await
        .map_err(engine_error(lang))?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

/// Whose sample turn.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WhoseSample {
    /// This bot's; the first one's where absent.
    bot: Option<BotId>,
}

/// The sample is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sent {
    sent: bool,
}

/// Sends the sample turn of the bot's platform to the webhook server.
///
/// It comes back through the feed.
#[utoipa::path(post, path = "/sample", tag = "replay", request_body = WhoseSample, responses(
    (status = 202, body = Sent), (status = 404, body = ErrorBody)))]
pub(crate) async fn sample(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiJson(whose): ApiJson<WhoseSample>,
) -> Result<(StatusCode, Json<Sent>), ApiError> {
    let bot = engine.bot(whose.bot).map_err(engine_error(lang))?;
    engine.send_sample(&bot);
    Ok((StatusCode::ACCEPTED, Json(Sent { sent: true })))
}
