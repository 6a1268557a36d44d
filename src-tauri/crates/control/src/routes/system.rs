//! The app itself: is it there, how is it, how is it set.

use axum::Json;
use axum::extract::State;
use engine::Engine;
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::settings::{SettingsPatch, SettingsView};
use crate::dto::status::StatusView;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, ApiQuery};
use crate::language::Language;
use crate::routes::BotQuery;

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
#[utoipa::path(get, path = "/settings", tag = "system", responses((status = 200, body = SettingsView)))]
pub(crate) async fn settings(State(engine): State<Engine>) -> Json<SettingsView> {
    Json(SettingsView::from(&*engine.settings()))
}

/// Changes settings; what is absent stays.
#[utoipa::path(patch, path = "/settings", tag = "system", request_body = SettingsPatch, responses(
    (status = 200, body = SettingsView), (status = 422, body = ErrorBody)))]
pub(crate) async fn patch_settings(
    State(engine): State<Engine>,
    ApiJson(patch): ApiJson<SettingsPatch>,
) -> Result<Json<SettingsView>, ApiError> {
    let settings = engine.patch_settings(&patch.members()).await?;
    Ok(Json(SettingsView::from(&*settings)))
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
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<Names>, ApiError> {
    let names = engine.variable_names(whose.bot).await?;
    Ok(Json(Names { names }))
}
