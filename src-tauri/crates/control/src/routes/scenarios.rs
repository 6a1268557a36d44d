//! Scenarios: the format's schema, one made of a conversation, one that is played.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{Engine, RunId, ScenarioRunView, ScenarioState, ScenarioStep};
use messages::Lang;
use protocol::{ConversationId, ExchangeId};
use scenarios::StepState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, ApiQuery, PathId};
use crate::language::Language;
use crate::routes::{BotQuery, target};

/// All of them.
pub(crate) fn routes() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(schema))
        .routes(routes!(from_conversation))
        .routes(routes!(run))
        .routes(routes!(get, stop))
}

/// The format of scenarios as a JSON schema, for editors.
#[utoipa::path(get, path = "/scenarios/schema", tag = "scenarios",
    responses((status = 200, body = ScenarioSchema)))]
pub(crate) async fn schema() -> Json<ScenarioSchema> {
    Json(ScenarioSchema(scenarios::schema()))
}

/// The schema: an object of JSON Schema 2020-12.
#[derive(Debug, Serialize, ToSchema)]
#[schema(value_type = Object)]
pub(crate) struct ScenarioSchema(serde_json::Value);

/// Of which conversation a scenario is made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToScenario {
    conversation: ConversationId,
    /// The server that the turns are sent to three times, to learn which values differ; `null`:
    /// nothing is sent.
    #[serde(default)]
    #[schema(example = "http://127.0.0.1:3000/hook")]
    target: Option<String>,
}

/// A scenario made of a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeScenario {
    /// Its text.
    yaml: String,
    /// Values that differ from run to run, and are looked at by their shape.
    volatile: Vec<VolatileValue>,
}

/// A value that differs from run to run.
#[derive(Debug, Serialize, ToSchema)]
struct VolatileValue {
    /// The step, from 0.
    step: usize,
    /// Where it is in the answer, a JSON pointer.
    pointer: String,
    /// What it looks like.
    #[serde(rename = "as")]
    #[schema(value_type = VolatileShape)]
    shape: &'static str,
}

/// What a value looks like that differs from run to run.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "the document's words for `Shape`")]
enum VolatileShape {
    Uuid,
    Time,
    Counter,
    Any,
}

/// A scenario that plays a conversation's turns and expects what their answers made new or changed.
#[utoipa::path(post, path = "/scenarios/from-conversation", tag = "scenarios",
    request_body = ToScenario, responses(
    (status = 200, body = MadeScenario), (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody)))]
pub(crate) async fn from_conversation(
    State(engine): State<Engine>,
    ApiJson(given): ApiJson<ToScenario>,
) -> Result<Json<MadeScenario>, ApiError> {
    let made = engine.scenario_of(given.conversation, given.target).await?;
    let volatile = made.volatile.into_iter().map(|one| VolatileValue {
        step: one.step,
        pointer: one.pointer,
        shape: one.shape.as_str(),
    });
    Ok(Json(MadeScenario {
        yaml: made.yaml,
        volatile: volatile.collect(),
    }))
}

/// A scenario to play.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToRun {
    /// Its text, without `include` and `rows`.
    yaml: String,
    /// `self`, `upstream` (the bot's server in use), or an `http://` or `https://` address.
    #[schema(example = "http://127.0.0.1:3000/hook")]
    target: String,
}

/// A run has begun.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScenarioBegun {
    id: RunId,
}

/// A scenario that is played.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScenarioRun {
    state: ScenarioState,
    /// How many steps it has in all.
    total: usize,
    /// Those that are over, in their order.
    steps: Vec<RunStep>,
}

/// A step that is over.
#[derive(Debug, Serialize, ToSchema)]
struct RunStep {
    /// From 0.
    index: usize,
    /// Its name, or what it sends.
    name: String,
    /// The line of the text that it begins at, from 1.
    line: u64,
    passed: bool,
    /// It was not sent.
    not_run: bool,
    /// The exchange, where it was sent.
    exchange: Option<ExchangeId>,
    /// The status of its answer.
    status: Option<u16>,
    /// How long the answer took, in milliseconds.
    took_ms: u64,
    failures: Vec<StepFailure>,
    /// What is worth knowing, and no failure.
    warnings: Vec<String>,
    /// Why there is no answer, or why it was not sent.
    message: Option<String>,
}

/// Something that is not as it was expected to be.
#[derive(Debug, Serialize, ToSchema)]
struct StepFailure {
    /// `/status`, `/merged`, `/NAME` of the answer or `/after/NAME`.
    pointer: String,
    /// What was expected, as it is written.
    expected: Option<String>,
    /// What there was, as JSON; `null` where there was nothing.
    actual: Option<String>,
    /// A sentence.
    message: String,
}

impl ScenarioRun {
    fn new(run: ScenarioRunView, lang: Lang) -> Self {
        Self {
            state: run.state,
            total: run.total,
            steps: run
                .steps
                .into_iter()
                .map(|step| RunStep::new(step, lang))
                .collect(),
        }
    }
}

impl RunStep {
    fn new(step: ScenarioStep, lang: Lang) -> Self {
        let ScenarioStep { result, exchange } = step;
        let failures = result.failures.into_iter().map(|failure| StepFailure {
            pointer: failure.pointer,
            expected: failure.expected,
            actual: failure.actual,
            message: failure.message.text(lang),
        });
        Self {
            index: result.index,
            name: result.name,
            line: result.line,
            passed: result.state == StepState::Passed,
            not_run: result.state == StepState::NotRun,
            exchange,
            status: result.status,
            took_ms: u64::try_from(result.took.as_millis()).unwrap_or(u64::MAX),
            failures: failures.collect(),
            warnings: result.warnings.iter().map(|one| one.text(lang)).collect(),
            message: result.message.map(|message| message.text(lang)),
        }
    }
}

/// Plays a scenario: each step when the one before is answered.
#[utoipa::path(post, path = "/scenarios/run", tag = "scenarios",
    params(("bot" = Option<String>, Query)), request_body = ToRun, responses(
    (status = 202, body = ScenarioBegun), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn run(
    State(engine): State<Engine>,
    ApiQuery(whose): ApiQuery<BotQuery>,
    ApiJson(given): ApiJson<ToRun>,
) -> Result<(StatusCode, Json<ScenarioBegun>), ApiError> {
    let bot = engine.bot(whose.bot)?;
    let target = target(given.target, &bot)?;
    let id = engine.run_scenario(whose.bot, given.yaml, target).await?;
    Ok((StatusCode::ACCEPTED, Json(ScenarioBegun { id })))
}

/// How far a run has come. It is forgotten when the app ends.
#[utoipa::path(get, path = "/scenarios/runs/{id}", tag = "scenarios",
    params(("id" = String, Path)),
    responses((status = 200, body = ScenarioRun), (status = 404, body = ErrorBody)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    Language(lang): Language,
    id: PathId<RunId>,
) -> Result<Json<ScenarioRun>, ApiError> {
    let run = engine.scenario_run(id.get()?)?;
    Ok(Json(ScenarioRun::new(run, lang)))
}

/// Stops a run at once.
#[utoipa::path(delete, path = "/scenarios/runs/{id}", tag = "scenarios",
    params(("id" = String, Path)),
    responses((status = 200, body = ScenarioRun), (status = 404, body = ErrorBody)))]
pub(crate) async fn stop(
    State(engine): State<Engine>,
    Language(lang): Language,
    id: PathId<RunId>,
) -> Result<Json<ScenarioRun>, ApiError> {
    let run = engine.stop_scenario(id.get()?)?;
    Ok(Json(ScenarioRun::new(run, lang)))
}
