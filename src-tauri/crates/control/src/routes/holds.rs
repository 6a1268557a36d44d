//! What a person does with a held exchange.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use engine::{AnswerText, Engine, Reading};
use protocol::{BotId, ExchangeId, UtcMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dto::answering::{AnswerView, NewAnswer};
use crate::dto::exchange::{Preview, finding_views};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, PathId};
use crate::in_flight::{InFlight, SHOWN_TIMES, counted_json};
use crate::language::Language;
use crate::words;

/// The bytes were written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delivered {
    delivered: bool,
}

/// Answers a held exchange by hand, once the bytes are written.
#[utoipa::path(post, path = "/exchanges/{id}/answer", tag = "answering", params(("id" = String, Path)),
    request_body = NewAnswer, responses(
    (status = 200, body = Delivered), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
    (status = 410, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn answer(
    State(engine): State<Engine>,
    id: PathId<ExchangeId>,
    ApiJson(given): ApiJson<NewAnswer>,
) -> Result<Json<Delivered>, ApiError> {
    let id = id.get()?;
    let answer = AnswerText::from(given)
        .to_answer("")
        .map_err(engine::Error::from)?;
    engine.answer(id, answer).await?;
    Ok(Json(Delivered { delivered: true }))
}

/// More time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extension {
    #[schema(minimum = 1, maximum = 3600)]
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
    id: PathId<ExchangeId>,
    ApiJson(more): ApiJson<Extension>,
) -> Result<Json<Deadline>, ApiError> {
    let id = id.get()?;
    let deadline = engine.extend(id, more.seconds).await?;
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
    id: PathId<ExchangeId>,
) -> Result<Json<Released>, ApiError> {
    engine.release(id.get()?).await?;
    Ok(Json(Released { released: 1 }))
}

/// Whose exchanges.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ReleaseFilter {
    /// This bot's; all where absent or `null`.
    bot: Option<BotId>,
}

/// Answers all held exchanges with their fallback, now.
#[utoipa::path(post, path = "/exchanges/release", tag = "answering", request_body = ReleaseFilter, responses(
    (status = 200, body = Released)))]
pub(crate) async fn release_all(
    State(engine): State<Engine>,
    ApiJson(whose): ApiJson<ReleaseFilter>,
) -> Json<Released> {
    Json(Released {
        released: engine.release_all(whose.bot).await,
    })
}

/// What an answer would do, without sending it.
#[utoipa::path(post, path = "/exchanges/{id}/preview", tag = "answering", params(("id" = String, Path)),
    request_body = NewAnswer, responses(
    (status = 200, body = Preview), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn preview(
    State(engine): State<Engine>,
    axum::Extension(in_flight): axum::Extension<Arc<InFlight>>,
    Language(lang): Language,
    id: PathId<ExchangeId>,
    ApiJson(given): ApiJson<NewAnswer>,
) -> Result<Response, ApiError> {
    let answer = AnswerText::from(given)
        .to_answer("")
        .map_err(engine::Error::from)?;
    let id = id.get()?;
    let bytes = engine.recorded_bytes(id).await?;
    let given = usize::try_from(answer.body.length()).unwrap_or(usize::MAX);
    let share = in_flight.take(SHOWN_TIMES * (bytes + given)).await?;
    let mut exchange = engine.exchange(id).await?;
    // As if it were still to be answered: an answered exchange is a place to try answers out too.
    exchange.summary.state = protocol::State::Held;
    let bot = engine.bot(Some(exchange.summary.bot)).ok();
    let reading = move || {
        let reading = Reading::with_answer(&exchange, bot.as_deref(), Some(&answer));
        let check = reading.answer.as_ref()?;
        Some(Preview {
            bytes: answer.body.length(),
            outcome: check.outcome,
            findings: finding_views(&check.findings, lang),
            variables: reading.variables_with(&exchange, Some(&answer)),
        })
    };
    let reading = move || reading().map(|preview| counted_json(&preview, share));
    let preview = tokio::task::spawn_blocking(reading)
        .await
        .expect("reading an answer does not panic");
    preview.ok_or_else(|| ApiError::not_found(&words::NO_RESPONSE))
}

/// The last answer given to the same event.
#[utoipa::path(get, path = "/exchanges/{id}/last-answer", tag = "answering", params(("id" = String, Path)),
    responses((status = 200, body = AnswerView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn last_answer(
    State(engine): State<Engine>,
    id: PathId<ExchangeId>,
) -> Result<Json<AnswerView>, ApiError> {
    let answer = engine.last_answer(id.get()?).await?;
    let answer = AnswerText::from_answer(&answer)
        .ok_or_else(|| ApiError::body_too_long(&words::TOO_LONG_TO_EDIT))?;
    Ok(Json(answer.into()))
}
