//! The rules of a bot.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::{Bot, DRY_RUN_MAX, Engine, Error, Subject};
use json_text::{Kind, Tree};
use messages::Lang;
use protocol::{BotId, ExchangeId};
use rules::Rule;
use rules::definition::Action;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::dto::rules::{
    CreatedRule, RuleExplanations, RuleList, RulePreview, RuleStates, RuleView, TriedTurnView,
};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, ApiQuery, ApiText, PathName};
use crate::in_flight::{InFlight, SHOWN_TIMES, counted_json};
use crate::language::Language;
use crate::routes::BotQuery;
use crate::words;

/// Turns that a preview looks at where none are named.
const LAST: usize = 500;

/// The rules in their order, with how they fare.
#[utoipa::path(get, path = "/rules", tag = "rules", params(("bot" = Option<String>, Query)),
    responses((status = 200, body = RuleList), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<RuleList>, ApiError> {
    let bot = engine.bot(whose.bot)?;
    // What is proved of a thousand rules takes some tenths of a second.
    let listing = tokio::task::spawn_blocking(move || RuleList::new(&bot, &engine, lang));
    Ok(Json(listing.await.expect("a list does not panic")))
}

/// Adds a rule below the others. Without an id it gets one.
#[utoipa::path(post, path = "/rules", tag = "rules", params(("bot" = Option<String>, Query)),
    request_body = Rule, responses((status = 201, body = CreatedRule),
    (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn create(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiText(text): ApiText,
) -> Result<(StatusCode, Json<CreatedRule>), ApiError> {
    let id = engine.add_rule(whose.bot, rule(&text, "")?).await?;
    Ok((StatusCode::CREATED, Json(CreatedRule { id })))
}

/// A rule with how it fares.
#[utoipa::path(get, path = "/rules/{id}", tag = "rules",
    params(("id" = String, Path), ("bot" = Option<String>, Query)),
    responses((status = 200, body = RuleView), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    Language(lang): Language,
    PathName(id): PathName,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<RuleView>, ApiError> {
    let bot = engine.bot(whose.bot)?;
    one(engine, lang, bot, id).await
}

async fn one(
    engine: Engine,
    lang: Lang,
    bot: Arc<Bot>,
    id: String,
) -> Result<Json<RuleView>, ApiError> {
    let viewing = tokio::task::spawn_blocking(move || RuleView::of(&bot, &id, &engine, lang));
    let rule = viewing.await.expect("a view does not panic");
    Ok(Json(rule.ok_or(Error::NotFound(Subject::Rule))?))
}

/// Replaces a rule. What it remembers stays.
#[utoipa::path(put, path = "/rules/{id}", tag = "rules",
    params(("id" = String, Path), ("bot" = Option<String>, Query)), request_body = Rule,
    responses((status = 200, body = RuleView), (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn put(
    State(engine): State<Engine>,
    Language(lang): Language,
    PathName(id): PathName,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiText(text): ApiText,
) -> Result<Json<RuleView>, ApiError> {
    let rule = rule(&text, "")?;
    let bot = engine.replace_rule(whose.bot, &id, rule).await?;
    one(engine, lang, bot, id).await
}

/// Removes a rule, and what it remembers.
#[utoipa::path(delete, path = "/rules/{id}", tag = "rules",
    params(("id" = String, Path), ("bot" = Option<String>, Query)),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(crate) async fn delete(
    State(engine): State<Engine>,
    PathName(id): PathName,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<StatusCode, ApiError> {
    engine.delete_rule(whose.bot, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An order of all rules.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleOrder {
    /// The id of each rule, once.
    ids: Vec<String>,
}

/// Puts the rules into another order.
#[utoipa::path(put, path = "/rules/order", tag = "rules", params(("bot" = Option<String>, Query)),
    request_body = RuleOrder, responses((status = 204), (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn order(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiJson(order): ApiJson<RuleOrder>,
) -> Result<StatusCode, ApiError> {
    engine.order_rules(whose.bot, order.ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whose state is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StateQuery {
    bot: Option<BotId>,
    key: Option<String>,
}

/// What a rule remembers.
#[utoipa::path(get, path = "/rules/{id}/state", tag = "rules",
    params(("id" = String, Path), ("bot" = Option<String>, Query)),
    responses((status = 200, body = RuleStates), (status = 404, body = ErrorBody)))]
pub(crate) async fn state(
    State(engine): State<Engine>,
    PathName(id): PathName,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<RuleStates>, ApiError> {
    Ok(Json(engine.rule_states(whose.bot, &id)?.into()))
}

/// Forgets what a rule remembers, of one key or of all.
#[utoipa::path(delete, path = "/rules/{id}/state", tag = "rules",
    params(("id" = String, Path), ("bot" = Option<String>, Query), ("key" = Option<String>, Query)),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(crate) async fn reset(
    State(engine): State<Engine>,
    PathName(id): PathName,
    ApiQuery(which): ApiQuery<StateQuery>,
) -> Result<StatusCode, ApiError> {
    engine.reset_rule(which.bot, &id, which.key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A draft to try.
#[derive(ToSchema)]
#[allow(
    dead_code,
    reason = "the document alone: it is read as text, which keeps digits"
)]
pub(crate) struct RuleDraft {
    /// With an id it stands in that rule's place, else on top.
    rule: Rule,
    /// The number of turns that are tried, the newest ones.
    #[schema(minimum = 1, maximum = 1000, default = 500, required = false)]
    last: usize,
}

/// What a draft would have answered to the last turns. No state of any rule changes.
#[utoipa::path(post, path = "/rules/preview", tag = "rules",
    params(("bot" = Option<String>, Query)), request_body = RuleDraft,
    responses((status = 200, body = RulePreview), (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn preview(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiText(text): ApiText,
) -> Result<Json<RulePreview>, ApiError> {
    let (rule, last) = draft(&text)?;
    let turns = engine.dry_run(whose.bot, rule, last).await;
    let turns = turns.map_err(|error| ApiError::from(error).inside("/rule"))?;
    Ok(Json(turns.into()))
}

/// A draft to try on one turn.
#[derive(ToSchema)]
#[allow(
    dead_code,
    reason = "the document alone: it is read as text, which keeps digits"
)]
pub(crate) struct RuleDraftOnTurn {
    /// With an id it stands in that rule's place, else on top.
    rule: Rule,
    /// The turn.
    exchange_id: ExchangeId,
    /// The reply that is shown, of a sequence, from 1; absent, the one that this turn would get.
    #[schema(minimum = 1, required = false)]
    reply: u32,
}

/// What a draft makes of one turn of the bot that the turn came to: each condition, and what it
/// would send whether or not they are met. No state of any rule changes.
#[utoipa::path(post, path = "/rules/preview/turn", tag = "rules", request_body = RuleDraftOnTurn,
    responses((status = 200, body = TriedTurnView), (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn preview_turn(
    State(engine): State<Engine>,
    axum::Extension(in_flight): axum::Extension<Arc<InFlight>>,
    Language(lang): Language,
    ApiText(text): ApiText,
) -> Result<Response, ApiError> {
    let members = Members::read(&text, &["rule", "exchange_id", "reply"])?;
    // What is there and does not fit is told before what is not there.
    let rule = members.get("rule").map(|json| rule(json, "/rule"));
    let rule = rule.transpose()?;
    let reply = members.get("reply").map(|json| {
        let number = json.parse().ok().filter(|number| *number >= 1);
        number.ok_or_else(|| ApiError::out_of_range("/reply", 1, u64::from(u32::MAX)))
    });
    let reply = reply.transpose()?;
    let id = serde_json::from_str(members.needed("exchange_id")?);
    let wrong = words::WRONG_VALUE.arg(&words::TEXT);
    let id: ExchangeId = id.map_err(|_| ApiError::invalid("/exchange_id", wrong))?;
    let rule = rule.ok_or_else(|| Members::missing("rule"))?;
    let replies = match &rule.then.action {
        Action::Sequence(sequence) => sequence.replies.len(),
        _ => 1,
    };
    if reply.is_some_and(|number: u32| number as usize > replies) {
        return Err(ApiError::out_of_range("/reply", 1, replies as u64));
    }
    let bytes = engine.recorded_bytes(id).await?;
    let share = in_flight.take(SHOWN_TIMES * bytes).await?;
    let mut exchange = engine.exchange(id).await?;
    let bot = engine.bot(Some(exchange.summary.bot)).ok();
    let recorded = Arc::new(exchange.clone());
    let tried = engine.try_turn(recorded, rule, reply).await;
    let tried = tried.map_err(|error| ApiError::from(error).inside("/rule"))?;
    // As if it were still to be answered.
    exchange.summary.state = protocol::State::Held;
    let viewing = move || {
        let view = TriedTurnView::new(tried, &exchange, bot.as_deref(), lang);
        counted_json(&view, share)
    };
    let viewing = tokio::task::spawn_blocking(viewing);
    Ok(viewing.await.expect("reading an answer does not panic"))
}

/// A turn to explain.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleQuestion {
    exchange_id: ExchangeId,
    /// The id of the only rule that is explained: with every condition.
    rule: Option<String>,
}

/// Why each rule took a recorded turn, or did not.
#[utoipa::path(post, path = "/rules/explain", tag = "rules", request_body = RuleQuestion,
    responses((status = 200, body = RuleExplanations), (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn explain(
    State(engine): State<Engine>,
    ApiJson(question): ApiJson<RuleQuestion>,
) -> Result<Json<RuleExplanations>, ApiError> {
    let RuleQuestion { exchange_id, rule } = question;
    let rules = engine.explain_rules(exchange_id, rule).await?;
    Ok(Json(RuleExplanations { rules }))
}

/// A rule from JSON text that stands at a pointer of the body.
fn rule(text: &str, at: &str) -> Result<Rule, ApiError> {
    Rule::from_json(text).map_err(|error| engine::Error::rule(&error, at).into())
}

/// A draft and how many turns it is tried on.
fn draft(text: &str) -> Result<(Rule, usize), ApiError> {
    let members = Members::read(text, &["rule", "last"])?;
    let last = members.get("last").map_or(Ok(LAST), |json| {
        let fits = |number: &usize| (1..=DRY_RUN_MAX).contains(number);
        let number = json.parse().ok().filter(fits);
        number.ok_or_else(|| ApiError::out_of_range("/last", 1, DRY_RUN_MAX as u64))
    })?;
    Ok((rule(members.needed("rule")?, "/rule")?, last))
}

/// The members of a body that holds a rule, as texts: reading numbers as numbers loses digits.
struct Members(HashMap<String, String>);

impl Members {
    fn read(text: &str, known: &[&str]) -> Result<Self, ApiError> {
        let object = || ApiError::invalid("", words::WRONG_VALUE.arg(&words::OBJECT));
        let tree = Tree::new(text).map_err(|_| object())?;
        if tree.kind(Tree::<&str>::ROOT) != Kind::Object {
            return Err(object());
        }
        let mut members = HashMap::new();
        for member in tree.children(Tree::<&str>::ROOT) {
            let name = tree.name(member);
            if tree.is_superseded(member) {
                let message = words::REPEATED_FIELD.arg(&*name);
                return Err(ApiError::invalid(pointer_to(&name), message));
            }
            if !known.contains(&&*name) {
                let message = words::UNKNOWN_FIELD.arg(&*name).arg(known.join(", "));
                return Err(ApiError::invalid(pointer_to(&name), message));
            }
            members.insert(name.into_owned(), tree.json(member).to_owned());
        }
        Ok(Self(members))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn needed(&self, name: &str) -> Result<&str, ApiError> {
        self.get(name).ok_or_else(|| Self::missing(name))
    }

    fn missing(name: &str) -> ApiError {
        ApiError::invalid(pointer_to(name), words::MISSING_FIELD.arg(name))
    }
}

fn pointer_to(name: &str) -> String {
    let mut pointer = String::new();
    json_text::push_key(&mut pointer, name);
    pointer
}
