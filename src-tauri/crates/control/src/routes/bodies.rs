//! Bodies: as they were on the wire, decoded, or laid out for reading; whole or by range.

use axum::Json;
use axum::body::Body as ResponseBody;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use engine::{BodyStream, Engine};
use messages::Say as _;
use protocol::{Body, Exchange, ExchangeId, Finding, Headers, Side};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ErrorBody, ErrorCode, Position};
use crate::extract::{ApiJson, ApiQuery, PathId};
use crate::words;

/// How a body is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BodyParams {
    /// `1`: after content encoding and charset, as UTF-8.
    decoded: Option<String>,
    /// `1`: decoded, and JSON laid out with every digit kept.
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
        Some((exchange.request.headers, exchange.request.body))
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
        let answer = exchange.answer?;
        Some((answer.headers, answer.body))
    })
    .await
}

/// The body of the message that `side` takes out of the exchange.
async fn serve(
    (State(engine), id, ApiQuery(params), wanted): Asked,
    side: fn(Exchange) -> Option<(Headers, Body)>,
) -> Result<Response, ApiError> {
    let exchange = engine.exchange(id.get()?).await?;
    let (headers, body) = side(exchange).ok_or_else(|| ApiError::not_found(&words::NO_RESPONSE))?;
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
            Ok(decode(&headers, &body))
        }
    };
    let text = tokio::task::spawn_blocking(work)
        .await
        .expect("decoding a body does not panic")?;
    Ok(part(
        text.into(),
        HeaderValue::from_static("text/plain; charset=utf-8"),
        &wanted,
    ))
}

/// The body as UTF-8; bytes that are no text stay as they are.
fn decode(headers: &Headers, body: &Bytes) -> Bytes {
    match protocol::decode_text(headers, body).text {
        Some(text) => Bytes::from(text.into_owned()),
        None => match protocol::decode_bytes(headers, body) {
            Ok(bytes) => Bytes::from(bytes.into_owned()),
            Err(_) => body.clone(),
        },
    }
}

fn laid_out(headers: &Headers, body: &Bytes) -> Result<Bytes, ApiError> {
    let text = protocol::decode_text(headers, body)
        .text
        .unwrap_or_default();
    let laid_out = json_text::pretty(&text)
        .map_err(|_| ApiError::new(StatusCode::CONFLICT, ErrorCode::NotJson, &words::NOT_JSON))?;
    Ok(laid_out.into())
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
