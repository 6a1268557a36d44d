//! What a person does with a held exchange.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use engine::{AnswerText, Engine, Reading};
use protocol::{BotId, UtcMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{engine_error, exchange_id};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, Language};
use crate::views::{Preview, finding_views};

/// The bytes were written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delivered {
    delivered: bool,
}

/// Answers a held exchange by hand, once the bytes are written.
#[utoipa::path(post, path = "/exchanges/{id}/answer", tag = "answering", params(("id" = String, Path)),
    request_body = AnswerText, responses(
    (status = 200, body = Delivered), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
    (status = 410, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn answer(
    State(engine): State<Engine>,
    Language(lang): Language,
    Path(id): Path<String>,
    ApiJson(given): ApiJson<AnswerText>,
) -> Result<Json<Delivered>, ApiError> {
    let id = exchange_id(&id, lang)?;
    let answer = given
        .to_answer("")
        .map_err(|error| engine_error(lang)(error.into()))?;
    engine
        .answer(id, answer)
        .await
        .map_err(engine_error(lang))?;
    Ok(Json(Delivered { delivered: true }))
}

/// More time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extension {
    /// 1–3600.
    seconds: u32,
}

/// When the exchange answers itself now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deadline {
    deadline: UtcMillis,
}

/// Gives a held exchange more time.
#[utoipa::path(post, path = "/exchanges/{id}/extend", tag = "answering", params(("id" = String, Path)),
    request_body = Extension, responses(
    (status = 200, body = Deadline), (status = 409, body = ErrorBody), (status = 410, body = ErrorBody)))]
pub(crate) async fn extend(
    State(engine): State<Engine>,
    Language(lang): Language,
    Path(id): Path<String>,
    ApiJson(more): ApiJson<Extension>,
) -> Result<Json<Deadline>, ApiError> {
    let id = exchange_id(&id, lang)?;
    let deadline = engine
        .extend(id, more.seconds)
        .await
        .map_err(engine_error(lang))?;
    Ok(Json(Deadline { deadline }))
}

/// How many exchanges were released.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Released {
    released: usize,
}

/// Answers a held exchange with its fallback, now.
#[utoipa::path(post, path = "/exchanges/{id}/release", tag = "answering", params(("id" = String, Path)), responses(
    (status = 200, body = Released), (status = 409, body = ErrorBody), (status = 410, body = ErrorBody)))]
pub(crate) async fn release(
    State(engine): State<Engine>,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Json<Released>, ApiError> {
    engine
        .release(exchange_id(&id, lang)?)
        .await
        .map_err(engine_error(lang))?;
    Ok(Json(Released { released: 1 }))
}

/// Whose exchanges.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WhoseHolds {
    /// This bot's; all where absent.
    bot: Option<BotId>,
}

/// Answers all held exchanges with their fallback, now.
#[utoipa::path(post, path = "/exchanges/release", tag = "answering", request_body = WhoseHolds, responses(
    (status = 200, body = Released)))]
pub(crate) async fn release_all(
    State(engine): State<Engine>,
    ApiJson(whose): ApiJson<WhoseHolds>,
) -> Json<Released> {
    Json(Released {
        released: engine.release_all(whose.bot).await,
    })
}

/// What an answer would do, without sending it.
#[utoipa::path(post, path = "/exchanges/{id}/preview", tag = "answering", params(("id" = String, Path)),
    request_body = AnswerText, responses(
    (status = 200, body = Preview), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn preview(
    State(engine): State<Engine>,
    Language(lang): Language,
    Path(id): Path<String>,
    ApiJson(given): ApiJson<AnswerText>,
) -> Result<Json<Preview>, ApiError> {
    let answer = given
        .to_answer("")
        .map_err(|error| engine_error(lang)(error.into()))?;
    let mut exchange = engine
        .exchange(exchange_id(&id, lang)?)
        .await
        .map_err(engine_error(lang))?;
    // As if it were still to be answered: an answered exchange is a place to try answers out too.
    exchange.summary.state = protocol::State::Held;
    let reading = move || {
        let reading = Reading::with_answer(&exchange, Some(&answer));
        let check = reading.answer.as_ref()?;
        Some(Preview {
            bytes: answer.body.len() as u64,
            outcome: check.outcome,
            findings: finding_views(&check.findings, lang),
            variables: reading.variables_with(&exchange, Some(&answer)),
        })
    };
    let preview = tokio::task::spawn_blocking(reading)
        .await
        .expect("reading an answer does not panic");
    preview.map(Json).ok_or_else(|| ApiError::not_found(lang))
}

/// The last answer given to the same event.
#[utoipa::path(get, path = "/exchanges/{id}/last-answer", tag = "answering", params(("id" = String, Path)),
    responses((status = 200, body = AnswerText), (status = 404, body = ErrorBody)))]
pub(crate) async fn last_answer(
    State(engine): State<Engine>,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<AnswerText>), ApiError> {
    let answer = engine
        .last_answer(exchange_id(&id, lang)?)
        .await
        .map_err(engine_error(lang))?;
    Ok((StatusCode::OK, Json(AnswerText::from_answer(&answer))))
}
