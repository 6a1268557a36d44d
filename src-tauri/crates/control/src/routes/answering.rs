//! Who answers a bot.

use axum::Json;
use axum::extract::State;
use engine::Engine;

use crate::dto::answering::{AnsweringView, NewAnswering};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, ApiQuery};
use crate::routes::BotQuery;

/// Who answers, and with what.
#[utoipa::path(get, path = "/answering", tag = "answering", params(("bot" = Option<String>, Query)), responses(
    (status = 200, body = AnsweringView), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<AnsweringView>, ApiError> {
    let bot = engine.bot(whose.bot)?;
    Ok(Json(bot.as_ref().into()))
}

/// Sets who answers, and with what; absent parts get their defaults.
#[utoipa::path(put, path = "/answering", tag = "answering", params(("bot" = Option<String>, Query)),
    request_body = NewAnswering, responses(
    (status = 200, body = AnsweringView), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn put(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiJson(answering): ApiJson<NewAnswering>,
) -> Result<Json<AnsweringView>, ApiError> {
    let answering = answering.of(&*engine.bot(whose.bot)?);
    let bot = engine.set_answering(whose.bot, answering).await?;
    Ok(Json(bot.as_ref().into()))
}
