//! Who answers a bot.

use axum::Json;
use axum::extract::State;
use engine::{Answering, Engine};

use super::{BotQuery, engine_error};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, ApiQuery, Language};

/// Who answers, and with what.
#[utoipa::path(get, path = "/answering", tag = "answering", params(("bot" = Option<String>, Query)), responses(
    (status = 200, body = Answering), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<Answering>, ApiError> {
    let bot = engine.bot(whose.bot).map_err(engine_error(lang))?;
    Ok(Json(bot.answering.clone()))
}

/// Sets who answers, and with what; absent parts get their defaults.
#[utoipa::path(put, path = "/answering", tag = "answering", params(("bot" = Option<String>, Query)),
    request_body = Answering, responses(
    (status = 200, body = Answering), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn put(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiJson(answering): ApiJson<Answering>,
) -> Result<Json<Answering>, ApiError> {
    let bot = engine
        .set_answering(whose.bot, answering)
        .await
        .map_err(engine_error(lang))?;
    Ok(Json(bot.answering.clone()))
}
