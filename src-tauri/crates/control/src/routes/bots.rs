//! The bots: what is being debugged, each with its own address.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{AccessChange, BotPatch, Engine};
use protocol::{BotId, PlatformChoice};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dto::bot::BotView;
use crate::dto::present;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, PathId};

/// All of them.
pub(crate) fn routes() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(patch, delete))
        .routes(routes!(renew_secret))
        .routes(routes!(access))
}

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
    /// Settings of platforms: an object for each, by its `id`.
    #[serde(default)]
    platform_settings: Map<String, Value>,
}

/// Adds a bot with a secret of its own.
#[utoipa::path(post, path = "/bots", tag = "bots", request_body = NewBot, responses(
    (status = 201, body = BotView), (status = 422, body = ErrorBody)))]
pub(crate) async fn create(
    State(engine): State<Engine>,
    ApiJson(new): ApiJson<NewBot>,
) -> Result<(StatusCode, Json<BotView>), ApiError> {
    let new = engine::NewBot {
        name: new.name,
        platform: new.platform,
        platform_settings: new.platform_settings,
    };
    let bot = engine.create_bot(new).await?;
    Ok((StatusCode::CREATED, Json(BotView::new(&bot, &engine))))
}

/// What to change about a bot; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BotChange {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = PlatformChoice, required = false)]
    platform: Option<PlatformChoice>,
    /// Settings of platforms: an object for each, by its `id`; fields that are not named stay, and
    /// `null` removes one.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Map<String, Value>, required = false)]
    platform_settings: Option<Map<String, Value>>,
    /// What its users are called: a name by each user; users that are not named here keep theirs,
    /// and `null` takes one away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = BTreeMap<String, Option<String>>, required = false)]
    user_names: Option<BTreeMap<String, Option<String>>>,
    /// What the chances of its rules are rolled from.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = u64, required = false, maximum = 9007199254740991_u64)]
    seed: Option<u64>,
}

/// Changes a bot.
#[utoipa::path(patch, path = "/bots/{id}", tag = "bots", params(("id" = String, Path)), request_body = BotChange,
    responses((status = 200, body = BotView), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn patch(
    State(engine): State<Engine>,
    id: PathId<BotId>,
    ApiJson(change): ApiJson<BotChange>,
) -> Result<Json<BotView>, ApiError> {
    let patch = BotPatch {
        name: change.name,
        platform: change.platform,
        platform_settings: change.platform_settings,
        user_names: change.user_names,
        seed: change.seed,
    };
    let bot = engine.patch_bot(id.get()?, patch).await?;
    Ok(Json(BotView::new(&bot, &engine)))
}

/// Removes a bot; its exchanges stay.
#[utoipa::path(delete, path = "/bots/{id}", tag = "bots", params(("id" = String, Path)), responses(
    (status = 204), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn delete(
    State(engine): State<Engine>,
    id: PathId<BotId>,
) -> Result<StatusCode, ApiError> {
    engine.delete_bot(id.get()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a bot another secret; its old address leads nowhere from then on.
#[utoipa::path(post, path = "/bots/{id}/secret", tag = "bots", params(("id" = String, Path)), responses(
    (status = 200, body = BotView), (status = 404, body = ErrorBody)))]
pub(crate) async fn renew_secret(
    State(engine): State<Engine>,
    id: PathId<BotId>,
) -> Result<Json<BotView>, ApiError> {
    let bot = engine.renew_secret(id.get()?).await?;
    Ok(Json(BotView::new(&bot, &engine)))
}

/// Says who may use a bot's address; what is absent stays.
#[utoipa::path(put, path = "/bots/{id}/access", tag = "bots", params(("id" = String, Path)), request_body = AccessChange,
    responses((status = 200, body = BotView), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn access(
    State(engine): State<Engine>,
    id: PathId<BotId>,
    ApiJson(change): ApiJson<AccessChange>,
) -> Result<Json<BotView>, ApiError> {
    let bot = engine.set_access(id.get()?, change).await?;
    Ok(Json(BotView::new(&bot, &engine)))
}
