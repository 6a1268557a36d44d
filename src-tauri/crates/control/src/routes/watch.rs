//! Conversations that are sent again after each save in a folder.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{ChangedTurn, Engine, WatchPlan, WatchRun, WatchState, WatchView};
use messages::Lang;
use protocol::{ConversationId, ExchangeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorBody};
use crate::extract::ApiJson;
use crate::language::Language;

/// What is watched.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWatch {
    /// The folder, with its whole path.
    folder: String,
    /// The conversations, 50 at most.
    #[schema(max_items = 50)]
    conversations: Vec<ConversationId>,
    /// The server's address on this machine: `127.0.0.0/8`, `[::1]` or `localhost`.
    #[schema(example = "http://127.0.0.1:3000/hook")]
    target: String,
}

/// What is watched, and how it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Watch {
    folder: String,
    conversations: Vec<ConversationId>,
    target: String,
    state: WatchState,
    /// The last run after a save.
    last: Option<SavedRun>,
    /// What prevents it from going on: the folder or the server is not there.
    message: Option<String>,
    /// Files in which nothing counts as a save, for the server itself writes them when it is asked.
    ignored: Vec<String>,
}

/// What a save did.
#[derive(Debug, Serialize, ToSchema)]
struct SavedRun {
    /// The file that was saved last; empty where that is not known.
    saved: String,
    /// How many turns were sent.
    turns: usize,
    /// Those that are answered otherwise than the time before.
    changed: Vec<ChangedAnswer>,
}

/// A turn that is answered otherwise.
#[derive(Debug, Serialize, ToSchema)]
struct ChangedAnswer {
    original: ExchangeId,
    /// It as it was sent after the save.
    replay: ExchangeId,
    /// How much differs, what is another one each time left out.
    changes: usize,
}

impl Watch {
    fn new(view: WatchView, lang: Lang) -> Self {
        let changed = |turn: ChangedTurn| ChangedAnswer {
            original: turn.original,
            replay: turn.replay,
            changes: turn.changes,
        };
        let run = |run: WatchRun| SavedRun {
            saved: run.saved,
            turns: run.turns,
            changed: run.changed.into_iter().map(changed).collect(),
        };
        Self {
            folder: view.plan.folder.display().to_string(),
            conversations: view.plan.conversations,
            target: view.plan.target,
            state: view.state,
            last: view.last.map(run),
            message: view.message.map(|message| message.text(lang)),
            ignored: view.ignored,
        }
    }
}

/// How what is watched stands.
#[utoipa::path(get, path = "/watch", tag = "replay", responses((status = 200, body = Watch),
    (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    Language(lang): Language,
) -> Result<Json<Watch>, ApiError> {
    Ok(Json(Watch::new(engine.watch()?, lang)))
}

/// Sends conversations again after each save in a folder, in place of what was watched before. They
/// are sent twice at first, to learn what is another one each time.
#[utoipa::path(put, path = "/watch", tag = "replay", request_body = NewWatch, responses(
    (status = 200, body = Watch), (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn put(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiJson(new): ApiJson<NewWatch>,
) -> Result<Json<Watch>, ApiError> {
    let plan = WatchPlan {
        folder: new.folder.into(),
        conversations: new.conversations,
        target: new.target,
    };
    Ok(Json(Watch::new(engine.set_watch(plan).await?, lang)))
}

/// Watches nothing any more.
#[utoipa::path(delete, path = "/watch", tag = "replay", responses((status = 204)))]
pub(crate) async fn delete(State(engine): State<Engine>) -> Result<StatusCode, ApiError> {
    engine.end_watch().await?;
    Ok(StatusCode::NO_CONTENT)
}
