//! The app itself: is it there, how is it, how is it set.

use axum::Json;
use axum::extract::State;
use engine::{Engine, Settings};
use serde::Serialize;
use utoipa::ToSchema;

use super::{BotQuery, engine_error};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, ApiQuery, Language};
use crate::views::StatusView;

/// The app is there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    ok: bool,
}

/// Whether the app is there; needs no token.
#[utoipa::path(get, path = "/health", tag = "system", security(()), responses((status = 200, body = Health)))]
pub(crate) async fn health() -> Json<Health> {
    Json(Health { ok: true })
}

/// The app's state at a glance.
#[utoipa::path(get, path = "/status", tag = "system", responses((status = 200, body = StatusView)))]
pub(crate) async fn status(
    State(engine): State<Engine>,
    Language(lang): Language,
) -> Json<StatusView> {
    Json(StatusView::new(&engine, lang).await)
}

/// The settings.
#[utoipa::path(get, path = "/settings", tag = "system", responses((status = 200, body = Settings)))]
pub(crate) async fn settings(State(engine): State<Engine>) -> Json<Settings> {
    Json(Settings::clone(&engine.settings()))
}

/// Changes settings; what is absent stays.
#[utoipa::path(patch, path = "/settings", tag = "system", request_body = Settings, responses(
    (status = 200, body = Settings), (status = 422, body = ErrorBody)))]
pub(crate) async fn patch_settings(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiJson(patch): ApiJson<serde_json::Map<String, serde_json::Value>>,
) -> Result<Json<Settings>, ApiError> {
    let settings = engine
        .patch_settings(&patch)
        .await
        .map_err(engine_error(lang))?;
    Ok(Json(Settings::clone(&settings)))
}

/// Names of variables.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Names {
    names: Vec<String>,
}

/// Variable names seen lately, for completion.
#[utoipa::path(get, path = "/names", tag = "answering", params(("bot" = Option<String>, Query)), responses(
    (status = 200, body = Names)))]
pub(crate) async fn names(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<Names>, ApiError> {
    let names = engine
        .variable_names(whose.bot)
        .await
        .map_err(engine_error(lang))?;
    Ok(Json(Names { names }))
}
