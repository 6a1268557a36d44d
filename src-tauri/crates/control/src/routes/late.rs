//! Answers of the developer's own server that come after something else has gone out.

use axum::Json;
use axum::extract::State;
use engine::{Engine, Error};
use protocol::ExchangeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dto::exchange::LatePart;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{OptionalJson, PathId};

/// The late answer of an exchange.
#[utoipa::path(get, path = "/exchanges/{id}/late", tag = "late", params(("id" = String, Path)), responses(
    (status = 200, body = LatePart), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    id: PathId<ExchangeId>,
) -> Result<Json<LatePart>, ApiError> {
    let id = id.get()?;
    let exchange = engine.exchange(id).await?;
    let late = LatePart::new(&exchange, engine.is_queued(id));
    Ok(Json(late.ok_or(Error::NoLateAnswer)?))
}

/// Whether a call was open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stopped {
    stopped: bool,
}

/// Stops waiting for a late answer.
#[utoipa::path(delete, path = "/exchanges/{id}/late", tag = "late", params(("id" = String, Path)), responses(
    (status = 200, body = Stopped), (status = 404, body = ErrorBody)))]
pub(crate) async fn stop(
    State(engine): State<Engine>,
    id: PathId<ExchangeId>,
) -> Result<Json<Stopped>, ApiError> {
    let stopped = engine.stop_late(id.get()?).await?;
    Ok(Json(Stopped { stopped }))
}

/// Which variables are delivered; all where there is no body.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DeliveredNames {
    /// These; all where absent or `null`.
    names: Option<Vec<String>>,
}

/// Whether variables are to go out with the user's next answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Queued {
    queued: bool,
}

/// Has a late answer's variables go out once, with the next answer that this user's bot takes.
#[utoipa::path(post, path = "/exchanges/{id}/late/deliver", tag = "late", params(("id" = String, Path)),
    request_body = Option<DeliveredNames>, responses(
    (status = 200, body = Queued), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn deliver(
    State(engine): State<Engine>,
    id: PathId<ExchangeId>,
    OptionalJson(what): OptionalJson<DeliveredNames>,
) -> Result<Json<Queued>, ApiError> {
    engine.deliver_late(id.get()?, what.names).await?;
    Ok(Json(Queued { queued: true }))
}

/// Takes a delivery back that has not gone out.
#[utoipa::path(delete, path = "/exchanges/{id}/late/deliver", tag = "late", params(("id" = String, Path)), responses(
    (status = 200, body = Queued), (status = 404, body = ErrorBody)))]
pub(crate) async fn withdraw(
    State(engine): State<Engine>,
    id: PathId<ExchangeId>,
) -> Result<Json<Queued>, ApiError> {
    engine.withdraw_late(id.get()?).await?;
    Ok(Json(Queued { queued: false }))
}
