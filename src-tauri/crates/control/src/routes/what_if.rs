//! A recorded answer that is changed, and the difference carried through the turns behind it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{AnswerText, CarriedTurn, Engine, RunId, RunTarget, WhatIfState, WhatIfView};
use messages::Lang;
use protocol::ExchangeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dto::answering::NewAnswer;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, PathId};
use crate::language::Language;
use crate::routes::replays::{ReplayRow, RunBegun};

/// All of it.
pub(crate) fn routes() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(begin))
        .routes(routes!(get, stop))
}

/// Which turn is answered otherwise.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWhatIf {
    /// A turn of a conversation.
    exchange: ExchangeId,
    /// Its other answer.
    answer: NewAnswer,
    /// Who answers the turns behind it: `upstream` (the server in use of the bot), or an `http://`
    /// or `https://` address, behind whose path the recorded one goes.
    #[schema(example = "http://127.0.0.1:3000/hook")]
    target: String,
}

/// How far a changed answer was carried.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhatIf {
    state: WhatIfState,
    /// How many turns there are behind the changed one.
    total: usize,
    /// Those that are over, in their order.
    turns: Vec<CarriedRow>,
    /// Why the bot would probably have gone elsewhere.
    message: Option<String>,
    /// The recorded turn that would probably not have come.
    parted_at: Option<ExchangeId>,
}

/// A recorded turn that was sent with what differs; `replay` is always `null`.
#[derive(Debug, Serialize, ToSchema)]
struct CarriedRow {
    #[serde(flatten)]
    row: ReplayRow,
    /// The variables that the change put into its request.
    carried: Vec<String>,
    /// Its answer.
    answer: Option<CarriedAnswer>,
    /// That it cannot be told whether the bot would have gone on so.
    remark: Option<String>,
}

/// An answer that is not in the history.
#[derive(Debug, Serialize, ToSchema)]
struct CarriedAnswer {
    status: u16,
    /// Its text; `null` where it is none, or there is no room for it.
    body: Option<String>,
    /// Not all of the body is here: 64 KiB of one at most, and 4 MiB of all.
    cut: bool,
}

impl WhatIf {
    fn new(view: WhatIfView, lang: Lang) -> Self {
        let row = |turn: CarriedTurn| CarriedRow {
            row: ReplayRow::new(turn.turn, lang),
            carried: turn.carried,
            answer: turn.answer.map(|answer| CarriedAnswer {
                status: answer.status,
                body: answer.body,
                cut: answer.is_cut,
            }),
            remark: turn.remark.map(|message| message.text(lang)),
        };
        Self {
            state: view.state,
            total: view.total,
            turns: view.turns.into_iter().map(row).collect(),
            message: view.message.map(|message| message.text(lang)),
            parted_at: view.parted_at,
        }
    }
}

/// Answers a recorded turn otherwise and sends those behind it with what differs, each when the one
/// before is answered. Nothing of it comes into the history.
#[utoipa::path(post, path = "/what-if", tag = "replay", request_body = NewWhatIf, responses(
    (status = 202, body = RunBegun), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn begin(
    State(engine): State<Engine>,
    ApiJson(wanted): ApiJson<NewWhatIf>,
) -> Result<(StatusCode, Json<RunBegun>), ApiError> {
    let answer = AnswerText::from(wanted.answer).to_answer("/answer");
    let answer = answer.map_err(engine::Error::from)?;
    let target = match wanted.target.as_str() {
        "self" => RunTarget::Itself,
        "upstream" => RunTarget::Upstream,
        _ => RunTarget::Url(wanted.target),
    };
    let id = engine.what_if(wanted.exchange, answer, target).await?;
    Ok((StatusCode::ACCEPTED, Json(RunBegun::new(id))))
}

/// How far a changed answer was carried. It is forgotten when the app ends.
#[utoipa::path(get, path = "/what-if/{id}", tag = "replay", params(("id" = String, Path)),
    responses((status = 200, body = WhatIf), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    Language(lang): Language,
    id: PathId<RunId>,
) -> Result<Json<WhatIf>, ApiError> {
    Ok(Json(WhatIf::new(engine.what_if_now(id.get()?)?, lang)))
}

/// Stops it at once.
#[utoipa::path(delete, path = "/what-if/{id}", tag = "replay", params(("id" = String, Path)),
    responses((status = 200, body = WhatIf), (status = 404, body = ErrorBody)))]
pub(crate) async fn stop(
    State(engine): State<Engine>,
    Language(lang): Language,
    id: PathId<RunId>,
) -> Result<Json<WhatIf>, ApiError> {
    Ok(Json(WhatIf::new(engine.stop_what_if(id.get()?)?, lang)))
}
