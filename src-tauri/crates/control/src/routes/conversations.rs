//! Conversations: the list, one with its turns, and the matrix of its variables.

use std::collections::HashMap;
use std::ops::ControlFlow;

use axum::Json;
use axum::extract::State;
use engine::{ConversationTurn, Engine};
use protocol::{BotId, ConversationId, ExchangeId, UtcMillis};
use serde::{Deserialize, Serialize};
use store::ConversationQuery;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dto::conversations::{Cell, ConversationDetail, ConversationView, Matrix};
use crate::dto::exchange::TurnView;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiQuery, PathId};
use crate::language::Language;
use crate::routes::{compare, export, proof, why};
use crate::words;

/// Conversations in a page where the query does not say.
const PAGE: usize = 100;
/// Conversations in a page at most.
const PAGE_MAX: usize = 1_000;
/// Bytes of values in a matrix at most: 500 turns of 200 variables of 600 bytes.
const MATRIX_BYTES: usize = 64 << 20;

/// What exchanges say together.
pub(crate) fn routes() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(compare::compare))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(matrix))
        .routes(routes!(why::why))
        .routes(routes!(proof::get))
        .routes(routes!(export::export))
}

/// Which conversations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConversationParams {
    /// 1–1000, 100 if absent.
    limit: Option<usize>,
    /// The `next_before` of the page before.
    before: Option<String>,
    /// Only this bot's.
    bot: Option<BotId>,
    /// Only this user's, exactly.
    user: Option<String>,
    /// Only the one that this exchange belongs to, whatever else is asked for.
    turn: Option<ExchangeId>,
}

/// A page of conversations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationList {
    /// Newest first by their last turns.
    conversations: Vec<ConversationView>,
    /// Where the next page begins, `null` at the end.
    next_before: Option<String>,
    /// Some turns are not in their conversations yet: the history is being read through.
    catching_up: bool,
}

/// Lists conversations, newest first.
#[utoipa::path(get, path = "/conversations", tag = "conversations", params(ConversationParams),
    responses((status = 200, body = ConversationList), (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn list(
    State(engine): State<Engine>,
    ApiQuery(params): ApiQuery<ConversationParams>,
) -> Result<Json<ConversationList>, ApiError> {
    let limit = params.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ApiError::out_of_range("/limit", 1, PAGE_MAX as u64));
    }
    if let Some(turn) = params.turn {
        let found = engine.conversation_of(turn).await?;
        return Ok(Json(ConversationList {
            conversations: found.into_iter().map(Into::into).collect(),
            next_before: None,
            catching_up: false,
        }));
    }
    let before = params.before.as_deref().map(position).transpose()?;
    let query = ConversationQuery {
        limit,
        before,
        bot: params.bot,
        user: params.user,
    };
    let page = engine.conversations(query).await?;
    let next = page.next_before;
    Ok(Json(ConversationList {
        conversations: page.conversations.into_iter().map(Into::into).collect(),
        next_before: next.map(|(last, number)| format!("{}-{number}", last.0)),
        catching_up: !page.is_whole,
    }))
}

/// Where a page begins, as the page before said.
fn position(text: &str) -> Result<(UtcMillis, u64), ApiError> {
    let parts = text.rsplit_once('-');
    let read = parts
        .and_then(|(last, number)| Some((UtcMillis(last.parse().ok()?), number.parse().ok()?)));
    read.ok_or_else(|| ApiError::invalid("/before", &words::UNFIT))
}

/// One conversation with its turns, oldest first.
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = ConversationDetail),
    (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    Language(lang): Language,
    id: PathId<ConversationId>,
) -> Result<Json<ConversationDetail>, ApiError> {
    let (conversation, ids) = engine.conversation(id.get()?).await?;
    let mut turns = Vec::with_capacity(ids.len());
    engine
        .read_conversation(ids, |turn, proofs| {
            turns.push(TurnView::new(turn, proofs, &engine, lang));
        })
        .await?;
    Ok(Json(ConversationDetail::new(conversation, turns)))
}

/// The variables of a conversation over its turns.
#[utoipa::path(get, path = "/conversations/{id}/matrix", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = Matrix),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn matrix(
    State(engine): State<Engine>,
    id: PathId<ConversationId>,
) -> Result<Json<Matrix>, ApiError> {
    let (_, ids) = engine.conversation(id.get()?).await?;
    let mut rows = Rows::default();
    engine.read_turns(ids, |turn| rows.add(&turn)).await?;
    if rows.bytes > MATRIX_BYTES {
        return Err(ApiError::body_too_long(&words::MATRIX_TOO_LONG));
    }
    Ok(Json(rows.matrix))
}

/// A matrix while it is made.
#[derive(Default)]
struct Rows {
    matrix: Matrix,
    by_name: HashMap<String, usize>,
    bytes: usize,
}

impl Rows {
    fn add(&mut self, turn: &ConversationTurn) -> ControlFlow<()> {
        let column = self.matrix.turns.len();
        self.matrix.turns.push(turn.summary.id);
        for row in &mut self.matrix.cells {
            row.push(None);
        }
        for variable in turn.own() {
            let row = match self.by_name.get(&variable.name) {
                Some(row) => *row,
                None => {
                    let row = self.matrix.variables.len();
                    self.by_name.insert(variable.name.clone(), row);
                    self.matrix.variables.push(variable.name.clone());
                    self.matrix.cells.push(vec![None; column + 1]);
                    row
                }
            };
            let values = [&variable.before, &variable.after].into_iter().flatten();
            self.bytes += values.map(String::len).sum::<usize>();
            self.matrix.cells[row][column] = Some(Cell {
                before: variable.before.clone(),
                after: variable.after.clone(),
                change: variable.change,
            });
        }
        match self.bytes > MATRIX_BYTES {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}
