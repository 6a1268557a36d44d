//! Rules as files: exported, imported, kept in a folder.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{Engine, Error};

use crate::dto::rule_files::{ExportedRules, FolderOfRules, FolderPath, ImportedRules};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, ApiQuery};
use crate::language::Language;
use crate::routes::BotQuery;

/// What is the matter with a folder is so with the path that was given.
fn of_path(error: Error) -> ApiError {
    let is_of_folder = matches!(error, Error::RuleFolder(_));
    let error = ApiError::from(error);
    if is_of_folder {
        error.at("/path")
    } else {
        error
    }
}

/// Writes the rules into a folder, one YAML file a rule; files that are as they have to be stay.
#[utoipa::path(post, path = "/rules/export", tag = "rules",
    params(("bot" = Option<String>, Query)), request_body = FolderPath,
    responses((status = 200, body = ExportedRules), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn export(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiJson(folder): ApiJson<FolderPath>,
) -> Result<Json<ExportedRules>, ApiError> {
    let done = engine.export_rules(whose.bot, &folder.path).await;
    Ok(Json(done.map_err(of_path)?.into()))
}

/// Puts the rules of a folder in the place of the bot's: all of them or none.
#[utoipa::path(post, path = "/rules/import", tag = "rules",
    params(("bot" = Option<String>, Query)), request_body = FolderPath,
    responses((status = 200, body = ImportedRules), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn import(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiJson(folder): ApiJson<FolderPath>,
) -> Result<Json<ImportedRules>, ApiError> {
    let done = engine.import_rules(whose.bot, &folder.path).await;
    Ok(Json(done.map_err(of_path)?.into()))
}

/// The folder that the rules are kept in, and how it stands.
#[utoipa::path(get, path = "/rules/folder", tag = "rules",
    params(("bot" = Option<String>, Query)),
    responses((status = 200, body = FolderOfRules), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<Json<FolderOfRules>, ApiError> {
    let bot = engine.bot(whose.bot)?.id;
    Ok(Json(FolderOfRules::of(&engine, bot, lang)))
}

/// Keeps the rules in a folder from now on: it is watched, and changes of rules are written to it.
#[utoipa::path(put, path = "/rules/folder", tag = "rules",
    params(("bot" = Option<String>, Query)), request_body = FolderPath,
    responses((status = 200, body = FolderOfRules), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn put(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiJson(folder): ApiJson<FolderPath>,
) -> Result<Json<FolderOfRules>, ApiError> {
    let bot = engine.bot(whose.bot)?.id;
    let done = engine.keep_rules_in(Some(bot), &folder.path).await;
    done.map_err(of_path)?;
    Ok(Json(FolderOfRules::of(&engine, bot, lang)))
}

/// Keeps the rules in no folder any more: rules and files stay as they are.
#[utoipa::path(delete, path = "/rules/folder", tag = "rules",
    params(("bot" = Option<String>, Query)),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(crate) async fn delete(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
) -> Result<StatusCode, ApiError> {
    engine.keep_rules_in_none(whose.bot).await?;
    Ok(StatusCode::NO_CONTENT)
}
