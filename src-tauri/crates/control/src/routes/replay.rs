//! Sending a recorded request again, and the first turn of all: a sample.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use engine::{AnswerText, Edit, EditedBody, Engine, Target};
use protocol::{BotId, ExchangeId, Headers};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dto::answering::NewAnswer;
use crate::dto::present;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, PathId};
use crate::in_flight::InFlight;
use crate::routes::target;
use crate::words;

/// Where a request goes again, and what is different about it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replay {
    /// `self`, `upstream` (the bot's server in use), or an `http://` or `https://` address. A bare
    /// origin takes the recorded path and query; an address with a path of its own stands as it is.
    #[schema(example = "self")]
    target: String,
    #[serde(default)]
    edit: ReplayEdit,
    /// The answer that this replay gets, as by hand, whoever answers its bot. For `self` alone.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = NewAnswer, required = false)]
    answer: Option<NewAnswer>,
}

/// What is sent differently; what is absent stays as recorded.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({"path": "/?again=1", "body": "{\"action\": \"pay\"}"}))]
pub(crate) struct ReplayEdit {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    method: Option<String>,
    /// May carry a query.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    path: Option<String>,
    /// Replaces all headers. `Host` and `Content-Length` are made anew unless named here.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<(String, String)>, required = false)]
    headers: Option<Vec<(String, String)>>,
    /// The body as text, sent in the charset that `Content-Type` or the text itself names, which
    /// names UTF-8 where its charset has not all of the letters, and in the codings that
    /// `Content-Encoding` names.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    body: Option<String>,
    /// The body's bytes, in place of `body`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    body_base64: Option<String>,
}

/// A new exchange.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Created {
    id: ExchangeId,
}

/// Sends a recorded request again; answers when the answer is complete or has failed.
#[utoipa::path(post, path = "/exchanges/{id}/replay", tag = "replay", params(("id" = String, Path)),
    request_body = Replay, responses(
    (status = 201, body = Created), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn replay(
    State(engine): State<Engine>,
    Extension(in_flight): Extension<Arc<InFlight>>,
    id: PathId<ExchangeId>,
    ApiJson(replay): ApiJson<Replay>,
) -> Result<(StatusCode, Json<Created>), ApiError> {
    let id = id.get()?;
    let bot = match replay.target.as_str() {
        "upstream" => Some(engine.exchange(id).await?.summary.bot),
        _ => None,
    };
    let bot = engine.bot(bot).or_else(|_| engine.bot(None))?;
    let target = target(replay.target, &bot)?;
    let answer = match (replay.answer, &target) {
        (Some(_), Target::Url(_) | Target::Upstream(_)) => {
            return Err(ApiError::invalid("/answer", &words::ANSWER_ELSEWHERE));
        }
        (answer, _) => answer
            .map(|answer| AnswerText::from(answer).to_answer("/answer"))
            .transpose()
            .map_err(engine::Error::from)?,
    };
    let edit = replay.edit;
    let text = edit.body.clone();
    let has_bytes = edit.body_base64.is_some();
    let body = AnswerText {
        status: 200,
        headers: None,
        body: edit.body,
        body_base64: edit.body_base64,
    };
    let body = body.to_answer("/edit").map_err(engine::Error::from)?.body;
    let body = match has_bytes {
        true => Some(EditedBody::Bytes(body.beginning().clone())),
        false => text.map(EditedBody::Text),
    };
    let headers = edit
        .headers
        .map(|headers| headers.into_iter().collect::<Headers>());
    let edit = Edit {
        method: edit.method,
        path: edit.path,
        headers,
        body,
    };
    let _share = in_flight.read(&engine, id, 1).await?;
    let id = engine.replay(id, target, edit, answer).await?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

/// Whose sample turn.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SampleTarget {
    /// This bot's; the first one's where absent or `null`.
    bot: Option<BotId>,
}

/// The sample is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sent {
    sent: bool,
}

/// Sends the sample turn of the bot's platform to the webhook server.
///
/// It comes back through the feed.
#[utoipa::path(post, path = "/sample", tag = "replay", request_body = SampleTarget, responses(
    (status = 202, body = Sent), (status = 404, body = ErrorBody)))]
pub(crate) async fn sample(
    State(engine): State<Engine>,
    ApiJson(whose): ApiJson<SampleTarget>,
) -> Result<(StatusCode, Json<Sent>), ApiError> {
    let bot = engine.bot(whose.bot)?;
    engine.send_sample(&bot);
    Ok((StatusCode::ACCEPTED, Json(Sent { sent: true })))
}
