//! Recorded requests sent again one after the other.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{Engine, ReplayedTurn, RunId, RunOf, RunState, RunTarget, RunView};
use messages::Lang;
use protocol::{ConversationId, ExchangeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dto::present;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, PathId};
use crate::language::Language;
use crate::routes::{replay, watch};
use crate::words;

/// Requests sent again, one or many.
pub(crate) fn routes() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(replay::replay))
        .routes(routes!(replay::sample))
        .routes(routes!(begin))
        .routes(routes!(get, stop))
        .routes(routes!(resume))
        .routes(routes!(watch::get, watch::put, watch::delete))
}

/// What is sent again: exactly one of `ids`, `conversation` and `from`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReplays {
    /// These exchanges, in this order.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<ExchangeId>, required = false)]
    ids: Option<Vec<ExchangeId>>,
    /// The turns of this conversation.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ConversationId, required = false)]
    conversation: Option<ConversationId>,
    /// This exchange, and the turns behind it in its conversation.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ExchangeId, required = false)]
    from: Option<ExchangeId>,
    /// The user that stands in them in place of the recorded one; `null`: as recorded.
    #[serde(default)]
    user: Option<String>,
    /// `self`, `upstream` (the server in use of each one's bot), or an `http://` or `https://`
    /// address, behind whose path the recorded one goes.
    #[schema(example = "self")]
    target: String,
}

impl NewReplays {
    fn of(&mut self) -> Result<RunOf, ApiError> {
        let named = (self.ids.take(), self.conversation.take(), self.from.take());
        match named {
            (Some(ids), None, None) => Ok(RunOf::Exchanges(ids)),
            (None, Some(id), None) => Ok(RunOf::Conversation(id)),
            (None, None, Some(id)) => Ok(RunOf::From(id)),
            _ => Err(ApiError::invalid("", &words::ONE_OF_THREE)),
        }
    }
}

/// A run has begun.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunBegun {
    id: RunId,
}

impl RunBegun {
    pub(crate) const fn new(id: RunId) -> Self {
        Self { id }
    }
}

/// Requests that are sent again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Replays {
    state: RunState,
    /// How many turns it has in all.
    total: usize,
    /// Those that are over, in their order. Where the target could not be reached the run is
    /// stopped, and the last one says so; it is sent again by `resume`.
    turns: Vec<ReplayRow>,
}

/// A turn that was sent again, beside the recorded one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplayRow {
    original: ExchangeId,
    /// The new exchange; `null` where nothing could be sent.
    replay: Option<ExchangeId>,
    /// The status of its answer.
    status: Option<u16>,
    /// Both answers are equal, their statuses too.
    equal: bool,
    /// How much differs between their bodies.
    changes: usize,
    /// Why there is no answer, or none that can be compared.
    failure: Option<String>,
}

impl ReplayRow {
    pub(crate) fn new(turn: ReplayedTurn, lang: Lang) -> Self {
        Self {
            original: turn.original,
            replay: turn.replay,
            status: turn.status,
            equal: turn.is_equal,
            changes: turn.changes,
            failure: turn.failure.map(|message| message.text(lang)),
        }
    }
}

impl Replays {
    fn new(run: RunView, lang: Lang) -> Self {
        let rows = run.turns.into_iter();
        Self {
            state: run.state,
            total: run.total,
            turns: rows.map(|turn| ReplayRow::new(turn, lang)).collect(),
        }
    }
}

/// Sends recorded requests again, each when the one before is answered, bodies as recorded.
#[utoipa::path(post, path = "/replays", tag = "replay", request_body = NewReplays, responses(
    (status = 202, body = RunBegun), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn begin(
    State(engine): State<Engine>,
    ApiJson(mut replays): ApiJson<NewReplays>,
) -> Result<(StatusCode, Json<RunBegun>), ApiError> {
    let of = replays.of()?;
    let target = match replays.target.as_str() {
        "self" => RunTarget::Itself,
        "upstream" => RunTarget::Upstream,
        _ => RunTarget::Url(replays.target),
    };
    let id = engine.replay_many(of, replays.user, target).await?;
    Ok((StatusCode::ACCEPTED, Json(RunBegun::new(id))))
}

/// How far a run has come. It is forgotten when the app ends.
#[utoipa::path(get, path = "/replays/{id}", tag = "replay", params(("id" = String, Path)),
    responses((status = 200, body = Replays), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    Language(lang): Language,
    id: PathId<RunId>,
) -> Result<Json<Replays>, ApiError> {
    Ok(Json(Replays::new(engine.run(id.get()?)?, lang)))
}

/// Stops a run behind the turn that is under way.
#[utoipa::path(delete, path = "/replays/{id}", tag = "replay", params(("id" = String, Path)),
    responses((status = 200, body = Replays), (status = 404, body = ErrorBody)))]
pub(crate) async fn stop(
    State(engine): State<Engine>,
    Language(lang): Language,
    id: PathId<RunId>,
) -> Result<Json<Replays>, ApiError> {
    Ok(Json(Replays::new(engine.set_run(id.get()?, false)?, lang)))
}

/// Has a run that was stopped go on.
#[utoipa::path(post, path = "/replays/{id}/resume", tag = "replay", params(("id" = String, Path)),
    responses((status = 200, body = Replays), (status = 404, body = ErrorBody)))]
pub(crate) async fn resume(
    State(engine): State<Engine>,
    Language(lang): Language,
    id: PathId<RunId>,
) -> Result<Json<Replays>, ApiError> {
    Ok(Json(Replays::new(engine.set_run(id.get()?, true)?, lang)))
}
