//! The app itself: is it there, how is it, how is it set.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use engine::Engine;
use messages::Words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dto::settings::{SettingsPatch, SettingsView};
use crate::dto::status::StatusView;
use crate::entrance::Entrance;
use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{ApiJson, ApiQuery, read_json};
use crate::language::Language;
use crate::routes::BotQuery;
use crate::words;

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

/// A word of the address that `serve` printed for a browser.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionRequest {
    word: String,
}

/// What every other call asks for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    token: String,
}

/// The token for a word, which counts once; needs no token. In the window there is none to ask for.
#[utoipa::path(post, path = "/session", tag = "system", security(()), request_body = SessionRequest, responses(
    (status = 200, body = Session), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn session(
    entrance: Option<Extension<Arc<Entrance>>>,
    given: Bytes,
) -> Result<Json<Session>, ApiError> {
    let Some(Extension(entrance)) = entrance else {
        return Err(ApiError::not_found(&words::NOTHING_HERE));
    };
    let refused = |words: &'static Words| {
        ApiError::new(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized, words)
    };
    // What is wrong with a body is told to those who have the token.
    let Ok(given) = read_json::<SessionRequest>(&given) else {
        return Err(refused(&words::TOKEN_NEEDED));
    };
    let token = entrance.enter(&given.word);
    let token = token.ok_or_else(|| refused(&words::WORD_COUNTS_NO_MORE))?;
    Ok(Json(Session {
        token: token.to_owned(),
    }))
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
