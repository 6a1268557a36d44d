//! The bots: what is being debugged, each with its own address.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use engine::{AccessChange, BotPatch, Engine};
use protocol::PlatformChoice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{bot_id, engine_error};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, Language};
use crate::views::BotView;

/// All bots.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BotList {
    /// In their order; the first one gets the paths that name no bot.
    bots: Vec<BotView>,
}

/// Lists the bots.
#[utoipa::path(get, path = "/bots", tag = "bots", responses((status = 200, body = BotList)))]
pub(crate) async fn list(State(engine): State<Engine>) -> Json<BotList> {
    Json(BotList {
        bots: engine
            .bots()
            .iter()
            .map(|bot| BotView::new(bot, &engine))
            .collect(),
    })
}

/// A bot to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBot {
    name: String,
    #[serde(default)]
    platform: PlatformChoice,
}

/// Adds a bot with a secret of its own.
#[utoipa::path(post, path = "/bots", tag = "bots", request_body = NewBot, responses(
    (status = 201, body = BotView), (status = 422, body = ErrorBody)))]
pub(crate) async fn create(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiJson(new): ApiJson<NewBot>,
) -> Result<(StatusCode, Json<BotView>), ApiError> {
    let bot = engine
        .create_bot(new.name, new.platform)
        .await
        .map_err(engine_error(lang))?;
    Ok((StatusCode::CREATED, Json(BotView::new(&bot, &engine))))
}

/// What to change about a bot; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BotChange {
    name: Option<String>,
    platform: Option<PlatformChoice>,
}

/// Changes a bot.
#[utoipa::path(patch, path = "/bots/{id}", tag = "bots", params(("id" = String, Path)), request_body = BotChange,
    responses((status = 200, body = BotView), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn patch(
    State(engine): State<Engine>,
    Language(lang): Language,
    Path(id): Path<String>,
    ApiJson(change): ApiJson<BotChange>,
) -> Result<Json<BotView>, ApiError> {
    let patch = BotPatch {
        name: change.name,
        platform: change.platform,
    };
    let bot = engine
        .patch_bot(bot_id(&id, lang)?, patch)
        .await
        .map_err(engine_error(lang))?;
    Ok(Json(BotView::new(&bot, &engine)))
}

/// Removes a bot; its exchanges stay.
#[utoipa::path(delete, path = "/bots/{id}", tag = "bots", params(("id" = String, Path)), responses(
    (status = 204), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn delete(
    State(engine): State<Engine>,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    engine
        .delete_bot(bot_id(&id, lang)?)
        .await
        .map_err(engine_error(lang))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a bot another secret; its old address leads nowhere from then on.
#[utoipa::path(post, path = "/bots/{id}/secret", tag = "bots", params(("id" = String, Path)), responses(
    (status = 200, body = BotView), (status = 404, body = ErrorBody)))]
pub(crate) async fn renew_secret(
    State(engine): State<Engine>,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Json<BotView>, ApiError> {
    let bot = engine
        .renew_secret(bot_id(&id, lang)?)
        .await
        .map_err(engine_error(lang))?;
    Ok(Json(BotView::new(&bot, &engine)))
}

/// Says who may use a bot's address; what is absent stays.
#[utoipa::path(put, path = "/bots/{id}/access", tag = "bots", params(("id" = String, Path)), request_body = AccessChange,
    responses((status = 200, body = BotView), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn access(
    State(engine): State<Engine>,
    Language(lang): Language,
    Path(id): Path<String>,
    ApiJson(change): ApiJson<AccessChange>,
) -> Result<Json<BotView>, ApiError> {
    let bot = engine
        .set_access(bot_id(&id, lang)?, change)
        .await
        .map_err(engine_error(lang))?;
    Ok(Json(BotView::new(&bot, &engine)))
}
