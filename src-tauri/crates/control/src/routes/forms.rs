//! Forms and queries as their readers see them.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::{Engine, Reading};
use protocol::forms::{FormReader, FormReadings, QsOptions};
use protocol::platform::contract;
use protocol::{BodyKind, Exchange, ExchangeId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::dto::present;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, exactly_one};
use crate::in_flight::{InFlight, SHOWN_TIMES, counted_json};
use crate::words;

/// A form or a query, one of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"body": "user[name]=1&user.name=2"}))]
pub(crate) struct FormText {
    /// A form or a query, without a `?`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    body: Option<String>,
    /// The same as bytes.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    body_base64: Option<String>,
    /// A recorded one: the request's body where that is a form, else its query.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ExchangeId, required = false)]
    exchange_id: Option<ExchangeId>,
}

/// The same bytes as three readers see them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadForm {
    /// PHP's `$_POST` and `$_GET`.
    #[schema(value_type = serde_json::Value)]
    php: Box<RawValue>,
    /// qs, as NocoBase's server reads a query.
    #[schema(value_type = serde_json::Value)]
    qs: Box<RawValue>,
    /// Names and values in order, by the WHATWG's rules.
    #[schema(value_type = Vec<(String, String)>)]
    whatwg: Box<RawValue>,
    /// The one that its platform takes a recorded one with; absent where that is none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = InForce, required = false)]
    in_force: Option<InForce>,
}

/// A reader that a platform takes forms with.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FormReader)]
enum InForce {
    Php,
    Qs,
}

impl ReadForm {
    fn of(bytes: &[u8], reader: Option<FormReader>) -> Self {
        let (in_force, options) = match reader {
            None => (None, QsOptions::NOCOBASE_QUERY),
            Some(FormReader::Php) => (Some(InForce::Php), QsOptions::NOCOBASE_QUERY),
            Some(FormReader::Qs(options)) => (Some(InForce::Qs), options),
        };
        let FormReadings { php, qs, whatwg } = FormReadings::by(bytes, options);
        let raw = |json| RawValue::from_string(json).expect("a reader writes JSON");
        Self {
            php: raw(php),
            qs: raw(qs),
            whatwg: raw(whatwg),
            in_force,
        }
    }
}

/// What three readers make of a form or a query.
#[utoipa::path(post, path = "/forms/read", tag = "bots", request_body = FormText, responses(
    (status = 200, body = ReadForm), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn read(
    State(engine): State<Engine>,
    Extension(in_flight): Extension<Arc<InFlight>>,
    ApiJson(given): ApiJson<FormText>,
) -> Result<Response, ApiError> {
    let one = exactly_one([
        ("body", given.body.map(Given::Text)),
        ("body_base64", given.body_base64.map(Given::Base64)),
        ("exchange_id", given.exchange_id.map(Given::Exchange)),
    ])?;
    let (form, share) = match one {
        Given::Text(text) => {
            let share = in_flight.take(SHOWN_TIMES * text.len()).await?;
            (Form::Text(text), share)
        }
        Given::Base64(coded) => {
            let share = in_flight.take(SHOWN_TIMES * coded.len()).await?;
            (Form::Base64(coded), share)
        }
        Given::Exchange(id) => {
            let share = in_flight.read(&engine, id, SHOWN_TIMES).await?;
            (Form::Recorded(Box::new(engine.exchange(id).await?)), share)
        }
    };
    // A form of megabytes takes a second.
    let reading = move || {
        let form = match form {
            Form::Text(text) => ReadForm::of(text.as_bytes(), None),
            Form::Base64(coded) => {
                let bytes = STANDARD.decode(coded.as_bytes());
                let not_base64 = |_| ApiError::invalid("/body_base64", &words::NO_BASE64);
                ReadForm::of(&bytes.map_err(not_base64)?, None)
            }
            Form::Recorded(exchange) => recorded(&exchange)?,
        };
        Ok(counted_json(&form, share))
    };
    let read = tokio::task::spawn_blocking(reading).await;
    read.expect("reading a form does not panic")
}

/// Which form is given.
enum Given {
    Text(String),
    Base64(String),
    Exchange(ExchangeId),
}

enum Form {
    Text(String),
    Base64(String),
    Recorded(Box<Exchange>),
}

fn recorded(exchange: &Exchange) -> Result<ReadForm, ApiError> {
    let request = &exchange.request;
    let reader = |part| contract(exchange.summary.platform).form_reader(part);
    if Reading::new(exchange, None).request.body.kind != BodyKind::Form {
        let query = request.query.as_deref().unwrap_or_default();
        return Ok(ReadForm::of(query.as_bytes(), reader("query")));
    }
    let decoded = protocol::decode_body(&request.headers, &request.body, false);
    match decoded.body.whole() {
        Some(whole) if !decoded.in_part => Ok(ReadForm::of(whole, reader("body"))),
        _ => Err(ApiError::body_too_long(&words::TOO_LONG_TO_READ)),
    }
}
