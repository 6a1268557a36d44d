//! The app itself: is it there, how is it, how is it set.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use engine::Engine;
use messages::Words;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dto::settings::{SettingsPatch, SettingsView};
use crate::dto::status::StatusView;
use crate::entrance::{Entrance, token_proof};
use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{ApiJson, ApiQuery, PathName, read_json};
use crate::language::Language;
use crate::routes::BotQuery;
use crate::words;

/// The routes of the app itself.
pub(super) fn routes() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(challenge, session))
        .routes(routes!(session_key))
        .routes(routes!(status))
        .routes(routes!(dismiss))
        .routes(routes!(settings, patch_settings))
        .routes(routes!(names))
}

/// The app is there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    ok: bool,
    /// The challenge signed with the token, HMAC-SHA-256 in hexadecimal digits: who is about to
    /// send the token learns whether it is known here. Absent without a challenge, and where there
    /// is no token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    proof: Option<String>,
}

/// What whoever asks wants to know.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct HealthQuery {
    /// A text to be signed with the token; another one each time.
    challenge: Option<String>,
}

/// Whether the app is there; needs no token.
#[utoipa::path(get, path = "/health", tag = "system", security(()), params(HealthQuery),
    responses((status = 200, body = Health), (status = 422, body = ErrorBody)))]
pub(crate) async fn health(
    entrance: Option<Extension<Arc<Entrance>>>,
    ApiQuery(query): ApiQuery<HealthQuery>,
) -> Json<Health> {
    let signed = |challenge: String| {
        let Extension(entrance) = entrance?;
        Some(token_proof(entrance.token(), &challenge))
    };
    Json(Health {
        ok: true,
        proof: query.challenge.and_then(signed),
    })
}

/// What the token is given for, one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionRequest {
    /// A word of the address that `serve` printed for a browser.
    word: Option<String>,
    /// The challenge, signed with the key that a run at this address gave: HMAC-SHA-256, in
    /// hexadecimal digits.
    proof: Option<String>,
}

/// What every other call asks for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    token: String,
}

/// What a page signs that had the token of the run before; another text in each run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Challenge {
    challenge: String,
}

/// What a page signs the next run's challenge with. It is never sent to the program.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionKey {
    key: String,
}

/// The challenge of this run; needs no token. In the window there is none.
#[utoipa::path(get, path = "/session", tag = "system", security(()), responses(
    (status = 200, body = Challenge), (status = 404, body = ErrorBody)))]
pub(crate) async fn challenge(
    entrance: Option<Extension<Arc<Entrance>>>,
) -> Result<Json<Challenge>, ApiError> {
    let entrance = existing(entrance)?;
    Ok(Json(Challenge {
        challenge: entrance.challenge().to_owned(),
    }))
}

/// The key with which an open page gets the token of the next run at this address. In the window
/// there is none.
#[utoipa::path(get, path = "/session/key", tag = "system", responses(
    (status = 200, body = SessionKey), (status = 404, body = ErrorBody)))]
pub(crate) async fn session_key(
    entrance: Option<Extension<Arc<Entrance>>>,
) -> Result<Json<SessionKey>, ApiError> {
    let entrance = existing(entrance)?;
    Ok(Json(SessionKey {
        key: entrance.key().to_owned(),
    }))
}

fn existing(entrance: Option<Extension<Arc<Entrance>>>) -> Result<Arc<Entrance>, ApiError> {
    let Some(Extension(entrance)) = entrance else {
        return Err(ApiError::not_found(&words::NOTHING_HERE));
    };
    Ok(entrance)
}

/// The token for a word, which counts once, or for a proof that the page had it before; needs no
/// token. In the window there is none to ask for.
#[utoipa::path(post, path = "/session", tag = "system", security(()), request_body = SessionRequest, responses(
    (status = 200, body = Session), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn session(
    entrance: Option<Extension<Arc<Entrance>>>,
    given: Bytes,
) -> Result<Json<Session>, ApiError> {
    let entrance = existing(entrance)?;
    let refused = |words: &'static Words| {
        ApiError::new(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized, words)
    };
    // What is wrong with a body is told to those who have the token.
    let Ok(given) = read_json::<SessionRequest>(&given) else {
        return Err(refused(&words::TOKEN_NEEDED));
    };
    let token = match (&given.word, &given.proof) {
        (Some(word), None) => entrance.enter(word),
        (None, Some(proof)) => entrance.resume(proof),
        _ => return Err(refused(&words::TOKEN_NEEDED)),
    };
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

/// Puts a notice of the status away: a person has read it.
#[utoipa::path(delete, path = "/notices/{id}", tag = "system", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(crate) async fn dismiss(
    State(engine): State<Engine>,
    PathName(id): PathName,
) -> Result<StatusCode, ApiError> {
    engine.dismiss_notice(id).await?;
    Ok(StatusCode::NO_CONTENT)
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
