//! Paths of a platform's examples, and its texts with variables put in.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::Engine;
use json_text::{JsonError, Tree};
use messages::Say as _;
use protocol::platform::{Contract, PathValue, Template, contract, contracts};
use protocol::{Exchange, ExchangeId, Finding, Platform, Side};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dto::present;
use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{ApiJson, ApiText, exactly_one, read_json};
use crate::in_flight::{InFlight, SHOWN_TIMES, counted_json};
use crate::words;

/// Both of them.
pub(crate) fn routes() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(parse))
        .routes(routes!(evaluate))
}

/// How long a text with its variables and all values that it uses may be, in bytes: as long as a
/// body that is read as a whole.
const FILLED_BYTES: usize = protocol::IN_MEMORY_BYTES;

/// Which part of a call an example is of.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SamplePart)]
enum Part {
    Query,
    Body,
}

impl Part {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Body => "body",
        }
    }
}

/// An example of a part of a platform's calls, given or recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PathSample {
    platform: Platform,
    part: Part,
    /// The example; a query may be a whole URL.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    sample: Option<String>,
    /// The recorded request that it is taken from.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ExchangeId, required = false)]
    exchange_id: Option<ExchangeId>,
}

/// The paths of an example.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SamplePaths {
    /// In the order of appearance.
    paths: Vec<PathView>,
    /// `true` where the example has more paths: 5,000 and 32 MiB of values are shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    cut: bool,
}

/// A path and what is there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SamplePath)]
struct PathView {
    path: String,
    /// The value as JSON text.
    value: String,
}

impl From<PathValue> for PathView {
    fn from(one: PathValue) -> Self {
        Self {
            path: one.path,
            value: one.value,
        }
    }
}

/// The paths of an example, as its platform names them.
#[utoipa::path(post, path = "/paths/parse", tag = "bots", request_body = PathSample, responses(
    (status = 200, body = SamplePaths), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn parse(
    State(engine): State<Engine>,
    Extension(in_flight): Extension<Arc<InFlight>>,
    ApiJson(given): ApiJson<PathSample>,
) -> Result<Response, ApiError> {
    let (contract, part) = (contract(given.platform), given.part);
    let one = exactly_one([
        ("sample", given.sample.map(Given::Sample)),
        ("exchange_id", given.exchange_id.map(Given::Exchange)),
    ])?;
    let (sample, at, share) = match one {
        Given::Sample(sample) => {
            let share = in_flight.take(SHOWN_TIMES * sample.len()).await?;
            (Sample::Given(sample), "/sample", share)
        }
        Given::Exchange(id) => {
            let share = in_flight.read(&engine, id, SHOWN_TIMES).await?;
            let exchange = Box::new(engine.exchange(id).await?);
            (Sample::Recorded(exchange), "/exchange_id", share)
        }
    };
    let reading = move || {
        let sample = match sample {
            Sample::Given(sample) => sample,
            Sample::Recorded(exchange) => recorded(&exchange, part)?,
        };
        match contract.paths(part.as_str(), &sample) {
            Some(Ok(found)) => {
                let paths = found.paths.into_iter().map(PathView::from).collect();
                let cut = found.is_cut;
                Ok(counted_json(&SamplePaths { paths, cut }, share))
            }
            Some(Err(error)) => Err(not_json(&error, at)),
            None => Err(not_of(|one| one.paths(part.as_str(), "").is_some())),
        }
    };
    let read = tokio::task::spawn_blocking(reading).await;
    read.expect("reading an example does not panic")
}

/// Which example is given.
enum Given {
    Sample(String),
    Exchange(ExchangeId),
}

enum Sample {
    Given(String),
    Recorded(Box<Exchange>),
}

/// A part of a recorded request as text.
fn recorded(exchange: &Exchange, part: Part) -> Result<String, ApiError> {
    let request = &exchange.request;
    match part {
        Part::Query => Ok(request.query.clone().unwrap_or_default()),
        Part::Body => {
            let decoded = protocol::decode_body(&request.headers, &request.body, false);
            match decoded.body.whole() {
                Some(whole) if !decoded.in_part => Ok(String::from_utf8_lossy(whole).into_owned()),
                _ => Err(ApiError::body_too_long(&words::TOO_LONG_TO_READ)),
            }
        }
    }
}

fn not_json(error: &JsonError, at: &str) -> ApiError {
    let message = Finding::json_syntax(error, Side::Request).message();
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    ApiError::new(status, ErrorCode::JsonSyntax, message)
        .at(at)
        .positioned(error.position.into())
}

/// That a platform does not do what others do.
fn not_of(does: impl Fn(&dyn Contract) -> bool) -> ApiError {
    let others = contracts().iter().filter(|one| does(**one));
    let others: Vec<&str> = others.map(|one| one.platform().as_str()).collect();
    ApiError::invalid("/platform", words::NOT_OF_PLATFORM.arg(others.join(", ")))
}

/// A text with variables.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateText {
    platform: Platform,
    text: String,
    /// The variables by their names; numbers keep their digits.
    #[schema(value_type = Object, example = json!({"result": {"promo": {"code": "ABC"}}}))]
    #[expect(
        dead_code,
        reason = "their values are taken from the text, which keeps digits"
    )]
    variables: Map<String, Value>,
}

/// A text with its variables put in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FilledText {
    /// Of a variable that was not found nothing is here.
    text: String,
    /// Each occurrence, in order.
    used: Vec<UsedVariable>,
}

/// A variable that a text names.
#[derive(Debug, Serialize, ToSchema)]
struct UsedVariable {
    path: String,
    found: bool,
    /// The value as JSON text.
    value: Option<String>,
}

/// What a platform makes of a text with variables.
#[utoipa::path(post, path = "/paths/evaluate", tag = "bots", request_body = TemplateText,
    responses((status = 200, body = FilledText), (status = 422, body = ErrorBody)))]
pub(crate) async fn evaluate(
    Extension(in_flight): Extension<Arc<InFlight>>,
    ApiText(json): ApiText,
) -> Result<Response, ApiError> {
    let given: TemplateText = read_json(json.as_bytes())?;
    let template = contract(given.platform).template();
    let template = template.ok_or_else(|| not_of(|one| one.template().is_some()))?;
    // Each letter of the text names no more than the document holds.
    let longest = given.text.len().saturating_mul(json.len());
    let bytes = SHOWN_TIMES * json.len() + longest.min(FILLED_BYTES);
    let share = in_flight.take(bytes).await?;
    let filling = move || {
        let filled = filled(template, &given.text, &json)?;
        Ok(counted_json(&filled, share))
    };
    let filled = tokio::task::spawn_blocking(filling).await;
    filled.expect("filling a text does not panic")
}

fn filled(template: Template, text: &str, document: &str) -> Result<FilledText, ApiError> {
    // Its values as they were written: what serde makes of a number loses digits.
    let tree = Tree::new(document).map_err(|error| not_json(&error.locate(document), ""))?;
    let variables = tree.member(Tree::<&str>::ROOT, "variables");
    let variables = tree.json(variables.expect("it was read"));
    let variables = Tree::new(variables).expect("a part of JSON is JSON");
    let filled = template.fill_within(text, &variables, FILLED_BYTES);
    let mebibytes = FILLED_BYTES as u64 >> 20;
    let too_long = || ApiError::invalid("/text", words::FILLED_TOO_LONG.arg(mebibytes));
    let filled = filled.ok_or_else(too_long)?;
    let used = filled.used.into_iter().map(|one| UsedVariable {
        path: one.path,
        found: one.value.is_some(),
        value: one.value,
    });
    Ok(FilledText {
        text: filled.text,
        used: used.collect(),
    })
}
