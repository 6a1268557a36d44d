//! What real traffic shows of the platforms' rules that are inferred.

use axum::Json;
use axum::extract::State;
use engine::Engine;
use protocol::BotId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::dto::proof::RuleEvidence;
use crate::error::{ApiError, ErrorBody};
use crate::extract::ApiQuery;

/// Whose traffic.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofParams {
    /// Only this bot's.
    bot: Option<BotId>,
}

/// The rules that are inferred, with what was seen of each.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleEvidences {
    rules: Vec<RuleEvidence>,
}

/// How often each inferred rule was seen to hold and to be broken, counted by answers.
#[utoipa::path(get, path = "/proof", tag = "conversations", params(ProofParams),
    responses((status = 200, body = RuleEvidences), (status = 422, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    ApiQuery(params): ApiQuery<ProofParams>,
) -> Result<Json<RuleEvidences>, ApiError> {
    let rules = engine.rules_seen(params.bot).await?;
    Ok(Json(RuleEvidences {
        rules: rules.into_iter().map(Into::into).collect(),
    }))
}
