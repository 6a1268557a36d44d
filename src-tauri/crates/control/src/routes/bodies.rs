//! Bodies: as they were on the wire, decoded, or laid out for reading; whole or by range.

use axum::Json;
use axum::body::Body as ResponseBody;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use engine::{BodyStream, Engine};
use messages::Say as _;
use protocol::{Body, DecodedBody, Exchange, ExchangeId, Finding, Headers, Side};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ErrorBody, ErrorCode, Position};
use crate::extract::{ApiJson, ApiQuery, PathId};
use crate::words;

/// What `X-Body-Part` says where not all of a body could be decoded.
const BEGINNING: HeaderValue = HeaderValue::from_static("beginning");

/// How a body is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BodyParams {
    /// `1`: after content encoding and charset, as UTF-8. Of a body too long for memory that is
    /// compressed or in another charset it is the beginning, with `X-Body-Part: beginning`.
    decoded: Option<String>,
    /// `1`: decoded, and JSON laid out with every digit kept; `409 body_too_long` for a body too
    /// long for memory.
    pretty: Option<String>,
}

/// What both routes are asked with.
type Asked = (
    State<Engine>,
    PathId<ExchangeId>,
    ApiQuery<BodyParams>,
    HeaderMap,
);

/// The request's body.
#[utoipa::path(get, path = "/exchanges/{id}/request/body", tag = "exchanges",
    params(("id" = String, Path), BodyParams), responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 206, body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 416, description = "No such range"),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn request_body(asked: Asked) -> Result<Response, ApiError> {
    serve(asked, |exchange| {
        let request = exchange.request;
        Some(Recorded {
            headers: request.headers,
            body: request.body,
            truncated: request.truncated,
        })
    })
    .await
}

/// The answer's body.
#[utoipa::path(get, path = "/exchanges/{id}/response/body", tag = "exchanges",
    params(("id" = String, Path), BodyParams), responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 206, body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 416, description = "No such range"),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn response_body(asked: Asked) -> Result<Response, ApiError> {
    serve(asked, |exchange| {
        let truncated = exchange.is_answer_truncated();
        let answer = exchange.answer?;
        Some(Recorded {
            headers: answer.headers,
            body: answer.body,
            truncated,
        })
    })
    .await
}

/// One message's part in what is served.
struct Recorded {
    headers: Headers,
    body: Body,
    /// Only the beginning of the body was recorded.
    truncated: bool,
}

/// The body of the message that `side` takes out of the exchange.
async fn serve(
    (State(engine), id, ApiQuery(params), wanted): Asked,
    side: fn(Exchange) -> Option<Recorded>,
) -> Result<Response, ApiError> {
    let exchange = engine.exchange(id.get()?).await?;
    let Recorded {
        headers,
        body,
        truncated,
    } = side(exchange).ok_or_else(|| ApiError::not_found(&words::NO_RESPONSE))?;
    let on = |flag: &Option<String>| flag.as_deref().is_some_and(|text| text != "0");
    let (decoded, pretty) = (on(&params.decoded), on(&params.pretty));
    if !decoded && !pretty {
        let kind = headers
            .0
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let kind = kind.and_then(|(_, value)| HeaderValue::from_bytes(value).ok());
        let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
        return Ok(part(body, kind, &wanted));
    }
    let work = move || {
        if pretty {
            laid_out(&headers, &body)
        } else {
            Ok(protocol::decode_body(&headers, &body, truncated))
        }
    };
    let decoded = tokio::task::spawn_blocking(work)
        .await
        .expect("decoding a body does not panic")?;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    let mut response = part(decoded.body, kind, &wanted);
    if decoded.in_part {
        response.headers_mut().insert("x-body-part", BEGINNING);
    }
    Ok(response)
}

fn laid_out(headers: &Headers, body: &Body) -> Result<DecodedBody, ApiError> {
    let too_long = || ApiError::body_too_long(&words::TOO_LONG_TO_LAY_OUT);
    let whole = body.whole().ok_or_else(too_long)?;
    let text = protocol::decode_text(headers, whole)
        .text
        .unwrap_or_default();
    let laid_out = json_text::pretty(&text)
        .map_err(|_| ApiError::new(StatusCode::CONFLICT, ErrorCode::NotJson, &words::NOT_JSON))?;
    Ok(DecodedBody {
        body: laid_out.into(),
        in_part: false,
    })
}

/// The bytes, or the range of them that was asked for.
fn part(body: Body, kind: HeaderValue, wanted: &HeaderMap) -> Response {
    let length = body.length();
    let range = wanted
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok())
        .map(|value| {
            http_range_header::parse_range_header(value).and_then(|ranges| ranges.validate(length))
        });
    let mut response = Response::new(ResponseBody::empty());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let mut name_range = |text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(header::CONTENT_RANGE, value);
        }
    };
    match range {
        Some(Ok(ranges)) if ranges.len() == 1 => {
            let (first, last) = (*ranges[0].start(), *ranges[0].end());
            name_range(format!("bytes {first}-{last}/{length}"));
            let range = BodyStream::range(body, first, last.saturating_add(1));
            *response.body_mut() = ResponseBody::new(range);
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        Some(Err(_)) => {
            name_range(format!("bytes */{length}"));
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
        }
        // Several ranges at once are answered with the whole, as HTTP allows.
        Some(Ok(_)) | None => *response.body_mut() = ResponseBody::new(BodyStream::new(body)),
    }
    response
}

/// A text.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    text: String,
}

/// Lays JSON out for reading; digits, escapes and order stay.
#[utoipa::path(post, path = "/format", tag = "answering", request_body = Text, responses(
    (status = 200, body = Text), (status = 422, body = ErrorBody)))]
pub(crate) async fn format(ApiJson(given): ApiJson<Text>) -> Result<Json<Text>, ApiError> {
    match json_text::pretty(&given.text) {
        Ok(text) => Ok(Json(Text { text })),
        Err(error) => {
            let message = Finding::json_syntax(&error, Side::Request).message();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Err(ApiError::new(status, ErrorCode::JsonSyntax, message)
                .at("/text")
                .positioned(Position {
                    line: Some(error.position.line),
                    column: Some(error.position.column),
                    offset: Some(error.position.offset),
                }))
        }
    }
}
