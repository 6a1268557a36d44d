//! The simulator: turns that the app makes in a bot's place, and the users that it plays.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{Engine, Error, NewUserTurn, Subject};
use json_text::Tree;
use protocol::platform::{Members, object_members};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dto::simulator::{
    NewBranch, NewUserVariables, PlayFrom, SimulatedTurnView, SimulatedUserView, SimulatedUsers,
    Simulation, StepBack,
};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, ApiQuery, ApiText, OptionalJson, PathName, read_json};
use crate::language::Language;
use crate::routes::{BotQuery, target};

/// All of them.
pub(crate) fn routes() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(simulate))
        .routes(routes!(list))
        .routes(routes!(get, put, delete))
        .routes(routes!(play_from))
        .routes(routes!(back))
        .routes(routes!(branch))
}

/// Makes a turn as the bot would, with what its user keeps, and keeps what the user has after it.
/// Turns of one user are made one after another. Answers when the answer is complete or has failed.
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
    let bot = engine.bot(whose.bot)?;
    let turn = NewUserTurn {
        platform: given.platform,
        user: given.user,
        event: given.event,
        text: given.text.unwrap_or_default(),
        set: members(&json, "set"),
        unset: given.unset,
        target: target(given.target, &bot)?,
    };
    let made = engine.simulate(Some(bot.id), turn).await?;
    Ok((
        StatusCode::CREATED,
        Json(SimulatedTurnView::new(made, lang)),
    ))
}

/// The members of a field as they were written: what serde makes of a number loses digits.
fn members(json: &str, field: &str) -> Members {
    let read = || {
        let tree = Tree::new(json).ok()?;
        let node = tree.member(Tree::<&str>::ROOT, field)?;
        object_members(tree.json(node))
    };
    read().unwrap_or_default()
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

/// The user that a path names.
fn named(PathName(user): PathName) -> Result<String, ApiError> {
    match user.is_empty() {
        true => Err(Error::NotFound(Subject::SimulatedUser).into()),
        false => Ok(user),
    }
}
