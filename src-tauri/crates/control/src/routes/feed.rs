//! The feed: what happened since, at once or as soon as something does.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use engine::{Batch, Engine};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::dto::feed::{EventView, FeedBatch};
use crate::error::ApiError;
use crate::extract::ApiQuery;
use crate::language::Language;

/// The longest wait.
const WAIT_MAX_MS: u64 = 30_000;

/// Since when, and how long to wait for more.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedParams {
    /// The position read last; the present one where absent.
    after: Option<u64>,
    /// 0–30000, 20000 if absent.
    wait_ms: Option<u64>,
}

/// What happened after a position.
#[utoipa::path(get, path = "/events", tag = "feed", params(FeedParams), responses(
    (status = 200, body = FeedBatch), (status = 422, body = crate::error::ErrorBody)))]
pub(crate) async fn events(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiQuery(params): ApiQuery<FeedParams>,
) -> Result<Json<FeedBatch>, ApiError> {
    let wait = params.wait_ms.unwrap_or(20_000);
    if wait > WAIT_MAX_MS {
        return Err(ApiError::out_of_range("/wait_ms", 0, WAIT_MAX_MS));
    }
    let after = params.after.unwrap_or_else(|| engine.feed().head());
    let wait = Duration::from_millis(wait);
    let batch = tokio::select! {
        batch = engine.feed().read(after, wait) => batch,
        () = engine.stopping() => Batch { next: after, events: Vec::new() },
    };
    let events = batch
        .events
        .into_iter()
        .map(|event| EventView::new(event, &engine, lang))
        .collect();
    Ok(Json(FeedBatch {
        next: batch.next,
        events,
    }))
}
