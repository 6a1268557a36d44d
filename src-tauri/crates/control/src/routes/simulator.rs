//! The simulator: turns that the app makes in a bot's place, and the users that it plays.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{ComposedCall, Engine, Error, NewUserTurn, Subject, Target};
use json_text::Tree;
use protocol::platform::{Members, contract, object_members};
use protocol::{ExchangeId, Platform};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dto::simulator::{
    NewBranch, NewUserVariables, NextAnswer, PlayFrom, SimulatedTurnView, SimulatedUserView,
    SimulatedUsers, Simulation, StepBack,
};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, ApiQuery, ApiText, OptionalJson, PathId, PathName, read_json};
use crate::language::Language;
use crate::routes::{BotQuery, target};
use crate::words;

/// The fields of a turn of a user.
const OF_A_TURN: [&str; 5] = ["user", "event", "text", "set", "unset"];

/// All of them.
pub(crate) fn routes() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(simulate))
        .routes(routes!(stop))
        .routes(routes!(list))
        .routes(routes!(get, put, delete))
        .routes(routes!(play_from))
        .routes(routes!(back))
        .routes(routes!(branch))
        .routes(routes!(set_next))
}

/// Makes a turn as the bot would, with what its user keeps, and keeps what the user has after it.
/// Turns of one user are made one after another. Of a platform that keeps nothing it makes a call,
/// after a failure again where that is asked for. Answers when the answer is complete or has
/// failed.
#[utoipa::path(post, path = "/simulate", tag = "simulator", params(("bot" = Option<String>, Query)),
    request_body = Simulation, responses((status = 201, body = SimulatedTurnView),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn simulate(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiText(json): ApiText,
) -> Result<(StatusCode, Json<SimulatedTurnView>), ApiError> {
    let given: Simulation = read_json(json.as_bytes())?;
    let platform = part_given(&json, given.platform);
    let keeps_users = contract(platform).lifetime("").is_some();
    check_fields(&json, platform, keeps_users)?;
    let bot = engine.bot(whose.bot)?;
    let target = given.target.map(|named| target(named, &bot)).transpose()?;
    let made = if keeps_users {
        let turn = NewUserTurn {
            platform,
            user: given.user.unwrap_or_default(),
            event: given.event.unwrap_or_default(),
            text: given.text.unwrap_or_default(),
            set: members(&json, "set"),
            unset: given.unset,
            target: target.unwrap_or(Target::Itself),
        };
        let made = engine.simulate(Some(bot.id), turn).await?;
        SimulatedTurnView::new(made, lang)
    } else {
        let call = ComposedCall {
            platform,
            composed: field(&json, platform.as_str()),
            target,
        };
        let made = engine.call_composed(Some(bot.id), call).await?;
        SimulatedTurnView::of_call(made, lang)
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Makes no further attempt of a call, named by the exchange of its first one.
#[utoipa::path(delete, path = "/simulate/{id}", tag = "simulator", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(crate) async fn stop(
    State(engine): State<Engine>,
    id: PathId<ExchangeId>,
) -> Result<StatusCode, ApiError> {
    engine.stop_call(id.get()?)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The part of a platform whose call is given, else the platform.
fn part_given(json: &str, platform: Platform) -> Platform {
    let tree = Tree::new(json).ok();
    let part = tree.and_then(|tree| {
        let mut names = tree
            .members(Tree::<&str>::ROOT)
            .filter_map(|node| tree.name(node).parse().ok());
        names.find(|named| contract(*named).part_of() == Some(platform))
    });
    part.unwrap_or(platform)
}

/// That a turn has no field of another kind of turn.
fn check_fields(json: &str, platform: Platform, keeps_users: bool) -> Result<(), ApiError> {
    let is_composed = contract(platform).sending("{}").is_some();
    let tree = Tree::new(json).ok().filter(|_| keeps_users || is_composed);
    // One that is not played at all is told so.
    let Some(tree) = tree else {
        return Ok(());
    };
    for node in tree.members(Tree::<&str>::ROOT) {
        let name = tree.name(node);
        let fits = match name.parse::<Platform>() {
            Ok(named) => !keeps_users && named == platform,
            Err(_) => keeps_users || !OF_A_TURN.contains(&&*name),
        };
        if !fits {
            let message = words::NOT_OF_THIS_TURN.arg(&*name).arg(platform.as_str());
            return Err(ApiError::invalid(format!("/{name}"), message));
        }
    }
    Ok(())
}

/// A field as it was written: what serde makes of a number loses digits.
fn field(json: &str, name: &str) -> Option<String> {
    let tree = Tree::new(json).ok()?;
    let node = tree.member(Tree::<&str>::ROOT, name)?;
    Some(tree.json(node).to_owned())
}

/// The members of a field as they were written.
fn members(json: &str, name: &str) -> Members {
    let object = field(json, name);
    object
        .and_then(|object| object_members(&object))
        .unwrap_or_default()
}

/// The users of a bot that were played.
#[utoipa::path(get, path = "/simulator/users", tag = "simulator",
    params(("bot" = Option<String>, Query)),
    responses((status = 200, body = SimulatedUsers), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<SimulatedUsers>, ApiError> {
    Ok(Json(engine.played_users(whose.bot)?.into()))
}

/// A user; one that was never played has no variables.
#[utoipa::path(get, path = "/simulator/users/{id}", tag = "simulator",
    params(("id" = String, Path), ("bot" = Option<String>, Query)),
    responses((status = 200, body = SimulatedUserView), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    user: PathName,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<SimulatedUserView>, ApiError> {
    Ok(Json(engine.played_user(whose.bot, &named(user)?)?.into()))
}

/// Sets all variables of a user.
#[utoipa::path(put, path = "/simulator/users/{id}", tag = "simulator",
    params(("id" = String, Path), ("bot" = Option<String>, Query)),
    request_body = NewUserVariables, responses((status = 200, body = SimulatedUserView),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn put(
    State(engine): State<Engine>,
    user: PathName,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiText(json): ApiText,
) -> Result<Json<SimulatedUserView>, ApiError> {
    let _: NewUserVariables = read_json(json.as_bytes())?;
    let variables = members(&json, "variables");
    let user = engine.set_played_user(whose.bot, named(user)?, variables);
    Ok(Json(user.await?.into()))
}

/// Forgets a user.
#[utoipa::path(delete, path = "/simulator/users/{id}", tag = "simulator",
    params(("id" = String, Path), ("bot" = Option<String>, Query)),
    responses((status = 200, body = SimulatedUserView), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody)))]
pub(crate) async fn delete(
    State(engine): State<Engine>,
    user: PathName,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<SimulatedUserView>, ApiError> {
    let user = engine.forget_played_user(whose.bot, named(user)?);
    Ok(Json(user.await?.into()))
}

/// Gives a user the variables that a bot had after a recorded turn.
#[utoipa::path(post, path = "/simulator/users/{id}/from", tag = "simulator",
    params(("id" = String, Path), ("bot" = Option<String>, Query)), request_body = PlayFrom,
    responses((status = 200, body = SimulatedUserView), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn play_from(
    State(engine): State<Engine>,
    user: PathName,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiJson(turn): ApiJson<PlayFrom>,
) -> Result<Json<SimulatedUserView>, ApiError> {
    let user = engine.play_from(whose.bot, named(user)?, turn.exchange);
    Ok(Json(user.await?.into()))
}

/// Takes the latest turns of a user back; their exchanges stay.
#[utoipa::path(post, path = "/simulator/users/{id}/back", tag = "simulator",
    params(("id" = String, Path), ("bot" = Option<String>, Query)),
    request_body = Option<StepBack>, responses((status = 200, body = SimulatedUserView),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn back(
    State(engine): State<Engine>,
    user: PathName,
    ApiQuery(whose): ApiQuery<BotQuery>,
    OptionalJson(step): OptionalJson<StepBack>,
) -> Result<Json<SimulatedUserView>, ApiError> {
    let user = engine.step_back(whose.bot, named(user)?, step.turns);
    Ok(Json(user.await?.into()))
}

/// Makes a user with the variables and the turns of this one.
#[utoipa::path(post, path = "/simulator/users/{id}/branch", tag = "simulator",
    params(("id" = String, Path), ("bot" = Option<String>, Query)), request_body = NewBranch,
    responses((status = 200, body = SimulatedUserView), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn branch(
    State(engine): State<Engine>,
    user: PathName,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiJson(branch): ApiJson<NewBranch>,
) -> Result<Json<SimulatedUserView>, ApiError> {
    let user = engine.branch_user(whose.bot, named(user)?, branch.name);
    Ok(Json(user.await?.into()))
}

/// Sets what the next call to a platform that the program stands in for gets, once: `ok` for what
/// it would answer anyway.
#[utoipa::path(put, path = "/simulator/{id}/next", tag = "simulator",
    params(("id" = String, Path), ("bot" = Option<String>, Query)), request_body = NextAnswer,
    responses((status = 200, body = NextAnswer), (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn set_next(
    State(engine): State<Engine>,
    PathName(platform): PathName,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiJson(next): ApiJson<NextAnswer>,
) -> Result<Json<NextAnswer>, ApiError> {
    let platform = platform.parse::<Platform>();
    let platform = platform.map_err(|_| ApiError::not_found(&words::NOTHING_HERE))?;
    engine.set_next_answer(whose.bot, platform, &next.answer)?;
    Ok(Json(next))
}

/// The user that a path names.
fn named(PathName(user): PathName) -> Result<String, ApiError> {
    match user.is_empty() {
        true => Err(Error::NotFound(Subject::SimulatedUser).into()),
        false => Ok(user),
    }
}
