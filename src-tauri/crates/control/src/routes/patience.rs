//! How long a bot's callers wait, and the probe that finds it out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{Engine, PROBE_SECONDS};
use protocol::{BotId, Platform};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::dto::patience::{PatienceView, ProbeView};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiQuery, OptionalJson};
use crate::routes::BotQuery;

/// How long a probe holds at most where nothing is said: ten times what the slowest platform that
/// is known waits.
const SECONDS: u32 = 600;

/// How long a bot's callers wait, as far as that is known, and its probe.
#[utoipa::path(get, path = "/patience", tag = "patience", params(("bot" = Option<String>, Query)),
    responses((status = 200, body = PatienceView), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<PatienceView>, ApiError> {
    let bot = engine.bot(whose.bot)?;
    Ok(Json(PatienceView::new(&bot, &engine)))
}

/// What is to be forgotten.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgottenQuery {
    bot: Option<BotId>,
    platform: Option<Platform>,
}

/// Forgets how long a bot's callers wait, on one platform or on all.
#[utoipa::path(delete, path = "/patience", tag = "patience",
    params(("bot" = Option<String>, Query), ("platform" = Option<Platform>, Query)),
    responses((status = 204), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn forget(
    State(engine): State<Engine>,
    ApiQuery(which): ApiQuery<ForgottenQuery>,
) -> Result<StatusCode, ApiError> {
    engine.forget_patience(which.bot, which.platform).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A probe to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewProbe {
    /// How long it holds at most, in seconds.
    #[schema(minimum = 10, maximum = 3600, default = 600)]
    seconds: u32,
}

impl Default for NewProbe {
    fn default() -> Self {
        Self { seconds: SECONDS }
    }
}

/// Holds the next request of a bot until its caller leaves. It takes the place of a probe before.
#[utoipa::path(post, path = "/patience/probe", tag = "patience",
    params(("bot" = Option<String>, Query)), request_body = Option<NewProbe>,
    responses((status = 200, body = ProbeView), (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn probe(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
    OptionalJson(probe): OptionalJson<NewProbe>,
) -> Result<Json<ProbeView>, ApiError> {
    let (least, most) = (*PROBE_SECONDS.start(), *PROBE_SECONDS.end());
    if !PROBE_SECONDS.contains(&probe.seconds) {
        return Err(ApiError::out_of_range(
            "/seconds",
            least.into(),
            most.into(),
        ));
    }
    let probe = engine.probe(whose.bot, probe.seconds)?;
    Ok(Json(ProbeView::from(probe)))
}

/// Ends a probe; a request that it holds gets its fallback.
#[utoipa::path(delete, path = "/patience/probe", tag = "patience",
    params(("bot" = Option<String>, Query)),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(crate) async fn stop(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<StatusCode, ApiError> {
    engine.stop_probe(whose.bot).await?;
    Ok(StatusCode::NO_CONTENT)
}
