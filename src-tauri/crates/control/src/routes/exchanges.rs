//! The history: list, look at, note, pin, delete, undo.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use engine::{Engine, Error, Subject};
use protocol::{BotId, ExchangeId, PlatformChoice};
use serde::{Deserialize, Serialize};
use store::{DeleteWhat, ListQuery};
use utoipa::{IntoParams, ToSchema};

use crate::dto::exchange::{ExchangeView, Present, SummaryView};
use crate::dto::present;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, ApiQuery, PathId};
use crate::in_flight::{InFlight, SHOWN_TIMES, counted_json};
use crate::language::Language;
use crate::routes::filter;
use crate::words;

/// Exchanges in a page where the query does not say.
const PAGE: usize = 100;
/// Exchanges in a page at most.
const PAGE_MAX: usize = 1_000;
/// Matches that are counted at most: a person reads "10,000 and more" as well as the number.
const COUNT_MAX: usize = 10_000;
/// Exchanges that are deleted by their ids at once: ten pages of the list.
const DELETED_MAX: usize = 10_000;
/// The longest note, in characters.
const NOTE_CHARS: usize = 10_000;

/// Which part of the history.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListParams {
    /// 1–1000, 100 if absent.
    limit: Option<usize>,
    /// Only exchanges with a smaller `seq`.
    before: Option<u64>,
    /// Only exchanges with a larger `seq`.
    after: Option<u64>,
    /// The filter language: `event:pay status:5xx is:held text`.
    filter: Option<String>,
    /// Only this bot's.
    bot: Option<BotId>,
}

/// A page of the history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeList {
    /// Newest first.
    exchanges: Vec<SummaryView>,
    /// Where the next page begins, `null` at the end.
    next_before: Option<u64>,
    /// The filter was asked of what is not older than this only, because the text index has not
    /// come to the rest yet; the next page goes on with it. `null` where all was looked at.
    searched_back_to: Option<u64>,
    /// What a reader should know about how the filter was understood.
    filter_notes: Vec<String>,
    /// The feed's position this was read at.
    seq: u64,
}

/// Lists exchanges, newest first.
#[utoipa::path(get, path = "/exchanges", tag = "exchanges", params(ListParams), responses(
    (status = 200, body = ExchangeList), (status = 422, body = ErrorBody)))]
pub(crate) async fn list(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiQuery(params): ApiQuery<ListParams>,
) -> Result<Json<ExchangeList>, ApiError> {
    let limit = params.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ApiError::out_of_range("/limit", 1, PAGE_MAX as u64));
    }
    let filter = filter(params.filter.as_deref())?;
    // Read first: what happens while the list is read is then seen twice rather than never.
    let seq = engine.feed().head();
    let filter_notes = filter.notes.iter().map(|note| note.text(lang)).collect();
    let query = ListQuery {
        limit,
        before: params.before,
        after: params.after,
        filter,
        bot: params.bot,
    };
    let page = engine.list(query).await?;
    let exchanges = page
        .summaries
        .into_iter()
        .map(|summary| SummaryView::new(summary, &engine, lang))
        .collect();
    Ok(Json(ExchangeList {
        exchanges,
        next_before: page.next_before,
        searched_back_to: page.searched_back_to,
        filter_notes,
        seq,
    }))
}

/// Which part of the history is counted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountParams {
    /// The filter language; empty for all.
    filter: Option<String>,
    /// Only this bot's.
    bot: Option<BotId>,
}

/// How many exchanges a filter finds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatchCount {
    /// So many were counted, 10,000 at most.
    count: u64,
    /// There may be more: counting ended at its limit, or the text index has not come to all.
    more: bool,
}

/// Counts what a filter finds.
#[utoipa::path(get, path = "/exchanges/count", tag = "exchanges", params(CountParams), responses(
    (status = 200, body = MatchCount), (status = 422, body = ErrorBody)))]
pub(crate) async fn count(
    State(engine): State<Engine>,
    ApiQuery(params): ApiQuery<CountParams>,
) -> Result<Json<MatchCount>, ApiError> {
    let filter = filter(params.filter.as_deref())?;
    let count = engine.count(filter, params.bot, COUNT_MAX).await?;
    Ok(Json(MatchCount {
        count: count.exchanges,
        more: !count.is_whole,
    }))
}

/// One exchange with its variables, findings and timing.
#[utoipa::path(get, path = "/exchanges/{id}", tag = "exchanges", params(("id" = String, Path)), responses(
    (status = 200, body = ExchangeView), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    Extension(in_flight): Extension<Arc<InFlight>>,
    Language(lang): Language,
    id: PathId<ExchangeId>,
) -> Result<Response, ApiError> {
    let id = id.get()?;
    let share = in_flight.read(&engine, id, SHOWN_TIMES).await?;
    let exchange = engine.exchange(id).await?;
    let bot = engine.bot(Some(exchange.summary.bot)).ok();
    let proved = engine.proved(&exchange).await?;
    // Bodies may be large: reading them again must not hold up other requests.
    let known = (Present::of(&exchange.summary, &engine), proved);
    let reading = move || ExchangeView::new(&exchange, bot.as_deref(), known, lang);
    let reading = move || counted_json(&reading(), share);
    let shown = tokio::task::spawn_blocking(reading).await;
    Ok(shown.expect("reading an exchange does not panic"))
}

/// What to change about an exchange; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExchangePatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    note: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    pinned: Option<bool>,
    /// The platform that it is read as; `auto`: as its bot says.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = PlatformChoice, required = false)]
    platform: Option<PlatformChoice>,
}

/// Notes or pins an exchange, or has it read as another platform's.
#[utoipa::path(patch, path = "/exchanges/{id}", tag = "exchanges", params(("id" = String, Path)),
    request_body = ExchangePatch, responses(
    (status = 200, body = SummaryView), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn patch(
    State(engine): State<Engine>,
    Extension(in_flight): Extension<Arc<InFlight>>,
    Language(lang): Language,
    id: PathId<ExchangeId>,
    ApiJson(patch): ApiJson<ExchangePatch>,
) -> Result<Json<SummaryView>, ApiError> {
    if patch
        .note
        .as_ref()
        .is_some_and(|note| note.chars().count() > NOTE_CHARS)
    {
        return Err(ApiError::invalid(
            "/note",
            words::NOTE_TOO_LONG.arg(NOTE_CHARS as u64),
        ));
    }
    let id = id.get()?;
    let _share = match patch.platform {
        Some(_) => Some(in_flight.read(&engine, id, SHOWN_TIMES).await?),
        None => None,
    };
    let ExchangePatch {
        note,
        pinned,
        platform,
    } = patch;
    let summary = engine.annotate(id, note, pinned, platform).await?;
    Ok(Json(SummaryView::new(summary, &engine, lang)))
}

/// What was deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deleted {
    /// How many exchanges.
    deleted: u64,
    /// Takes the deletion back for a minute; see `POST /exchanges/restore`.
    undo: String,
}

/// Deletes one exchange.
#[utoipa::path(delete, path = "/exchanges/{id}", tag = "exchanges", params(("id" = String, Path)), responses(
    (status = 200, body = Deleted), (status = 404, body = ErrorBody)))]
pub(crate) async fn delete_one(
    State(engine): State<Engine>,
    id: PathId<ExchangeId>,
) -> Result<Json<Deleted>, ApiError> {
    let id = id.get()?;
    let deletion = engine.delete(DeleteWhat::Ids(vec![id])).await?;
    if deletion.count == 0 {
        return Err(Error::NotFound(Subject::Exchange).into());
    }
    Ok(Json(Deleted {
        deleted: deletion.count,
        undo: deletion.undo.to_string(),
    }))
}

/// Which exchanges to delete.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteParams {
    /// The filter language; empty for all but pinned ones.
    filter: Option<String>,
    /// Only this bot's.
    bot: Option<BotId>,
}

/// Deletes all exchanges that a filter finds; held ones stay, and without a filter pinned ones.
#[utoipa::path(delete, path = "/exchanges", tag = "exchanges", params(DeleteParams), responses(
    (status = 200, body = Deleted), (status = 422, body = ErrorBody)))]
pub(crate) async fn delete_many(
    State(engine): State<Engine>,
    ApiQuery(params): ApiQuery<DeleteParams>,
) -> Result<Json<Deleted>, ApiError> {
    let asked = filter(params.filter.as_deref())?;
    let asked = match asked.terms.is_empty() {
        true => filter(Some("-is:pinned"))?,
        false => asked,
    };
    let what = DeleteWhat::Filter(asked, params.bot);
    let deletion = engine.delete(what).await?;
    Ok(Json(Deleted {
        deleted: deletion.count,
        undo: deletion.undo.to_string(),
    }))
}

/// Exchanges to delete.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deletable {
    /// 10,000 at most.
    #[schema(max_items = 10_000)]
    ids: Vec<ExchangeId>,
}

/// Deletes these exchanges; held ones stay, and what is not there is not counted.
#[utoipa::path(post, path = "/exchanges/delete", tag = "exchanges", request_body = Deletable, responses(
    (status = 200, body = Deleted), (status = 422, body = ErrorBody)))]
pub(crate) async fn delete_each(
    State(engine): State<Engine>,
    ApiJson(what): ApiJson<Deletable>,
) -> Result<Json<Deleted>, ApiError> {
    if what.ids.len() > DELETED_MAX {
        return Err(ApiError::out_of_range("/ids", 0, DELETED_MAX as u64));
    }
    let deletion = engine.delete_each(what.ids).await?;
    Ok(Json(Deleted {
        deleted: deletion.count,
        undo: deletion.undo.to_string(),
    }))
}

/// Which deletion to take back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Undo {
    undo: String,
}

/// What came back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Restored {
    /// How many exchanges; none where the deletion is final.
    restored: u64,
}

/// Takes a deletion back.
#[utoipa::path(post, path = "/exchanges/restore", tag = "exchanges", request_body = Undo, responses(
    (status = 200, body = Restored)))]
pub(crate) async fn restore(
    State(engine): State<Engine>,
    ApiJson(undo): ApiJson<Undo>,
) -> Result<Json<Restored>, ApiError> {
    let restored = engine.restore(&undo.undo).await?;
    Ok(Json(Restored { restored }))
}
