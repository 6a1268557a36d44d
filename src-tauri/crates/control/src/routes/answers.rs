//! What was answered to events, by whom and when.

use axum::Json;
use axum::extract::State;
use engine::{AnswerQuery, Engine};
use protocol::BotId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::dto::answers::AnswerVersions;
use crate::error::{ApiError, ErrorBody};
use crate::extract::ApiQuery;

/// Versions in a page where the query does not say.
const PAGE: usize = 50;
/// Versions in a page at most: each may carry 64 KiB of text.
const PAGE_MAX: usize = 200;

/// Which answers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerParams {
    /// Only this bot's.
    bot: Option<BotId>,
    /// Only to this event, by its whole name.
    event: Option<String>,
    /// Only to exchanges with a smaller `seq`.
    before: Option<u64>,
    /// 1–200, 50 if absent.
    limit: Option<usize>,
}

/// What was answered, newest first, equal answers as one version. A page reads 2,000 exchanges and
/// 64 MiB of answers at most.
#[utoipa::path(get, path = "/answers", tag = "answers", params(AnswerParams), responses(
    (status = 200, body = AnswerVersions), (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn list(
    State(engine): State<Engine>,
    ApiQuery(params): ApiQuery<AnswerParams>,
) -> Result<Json<AnswerVersions>, ApiError> {
    let limit = params.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ApiError::out_of_range("/limit", 1, PAGE_MAX as u64));
    }
    let asked = AnswerQuery {
        bot: params.bot,
        event: params.event,
        before: params.before,
        limit,
    };
    Ok(Json(engine.answer_versions(asked).await?.into()))
}
