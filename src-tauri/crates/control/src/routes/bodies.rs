//! Bodies: as they were on the wire, decoded, or laid out for reading; whole or by range.

use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::body::Body as ResponseBody;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use engine::{BodyStream, Engine};
use http_range_header::{EndPosition, StartPosition, SyntacticallyCorrectRange};
use messages::Say as _;
use protocol::{Body, DecodedBody, ExchangeId, Finding, Headers, Side};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{ApiJson, ApiQuery, PathId};
use crate::in_flight::{InFlight, Share, Taken, counted};
use crate::words;

/// What `X-Body-Part` says where not all of a body could be decoded.
const BEGINNING: HeaderValue = HeaderValue::from_static("beginning");

/// How a body is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct BodyParams {
    /// `1`: after content encoding and charset, as UTF-8. Of a body too long for memory that is
    /// compressed or in another charset it is the beginning, with `X-Body-Part: beginning`.
    #[serde(default)]
    #[param(inline)]
    decoded: Switch,
    /// `1`: decoded, and JSON laid out with every digit kept; `409 body_too_long` for a body too
    /// long for memory.
    #[serde(default)]
    #[param(inline)]
    pretty: Switch,
}

/// Yes or no, as a query says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
enum Switch {
    #[serde(rename = "1", alias = "true")]
    On,
    #[default]
    #[serde(rename = "0", alias = "false")]
    Off,
}

/// The routes of all bodies: one of each side, in the document too.
pub(crate) fn routes() -> OpenApiRouter<Engine> {
    Side::ALL.iter().fold(OpenApiRouter::new(), |router, side| {
        router.routes(of(*side))
    })
}

fn of(side: Side) -> UtoipaMethodRouter<Engine> {
    let (schemas, mut paths, router) = utoipa_axum::routes!(body);
    let name = |path: String| path.replace("{side}", side.as_str());
    let all = std::mem::take(&mut paths.paths).into_iter();
    paths.paths = all.map(|(path, item)| (name(path), item)).collect();
    (schemas, paths, router.layer(Extension(side)))
}

/// What a body is asked for with.
type Asked = (
    State<Engine>,
    Extension<Arc<InFlight>>,
    Extension<Side>,
    PathId<ExchangeId>,
    ApiQuery<BodyParams>,
    HeaderMap,
);

/// The body of a message.
#[utoipa::path(get, path = "/exchanges/{id}/{side}/body", tag = "exchanges",
    params(("id" = String, Path), BodyParams), responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 206, body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 416, body = ErrorBody),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn body(
    (State(engine), Extension(in_flight), Extension(side), id, ApiQuery(params), wanted): Asked,
) -> Result<Response, ApiError> {
    let id = id.get()?;
    let (decoded, pretty) = (params.decoded == Switch::On, params.pretty == Switch::On);
    let share = match decoded || pretty {
        // How long it becomes is known when it is done.
        true => {
            let bytes = engine.recorded_bytes(id).await?;
            in_flight.take(bytes + protocol::DECODED_LIMIT).await?
        }
        false => in_flight.read(&engine, id, 1).await?,
    };
    let exchange = engine.exchange(id).await?;
    let recorded = exchange.message(side);
    let recorded = recorded.ok_or_else(|| ApiError::not_found(&words::NO_RESPONSE))?;
    let (headers, body) = (recorded.headers.clone(), recorded.body.clone());
    let truncated = recorded.is_truncated;
    if !decoded && !pretty {
        let kind = headers
            .0
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let kind = kind.and_then(|(_, value)| HeaderValue::from_bytes(value).ok());
        let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
        return Ok(part(body, kind, &wanted, share));
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
    let mut response = part(decoded.body, kind, &wanted, share);
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
fn part(body: Body, kind: HeaderValue, wanted: &HeaderMap, share: Share) -> Response {
    let length = body.length();
    let (body, share) = counted(body, share);
    let range = match byte_range(wanted) {
        // No range of no bytes can be named (RFC 9110 §14.4).
        Some(ranges) if length > 0 => match within(ranges, length) {
            Some(range) => range,
            None => return not_satisfiable(length),
        },
        _ => None,
    };
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
    // A body that a browser shows all the same runs nothing of what it holds.
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("sandbox"),
    );
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    match range {
        Some(range) => {
            let (first, last) = range.into_inner();
            name_range(headers, &format!("bytes {first}-{last}/{length}"));
            let range = BodyStream::range(body, first, last.saturating_add(1));
            *response.body_mut() = ResponseBody::new(Taken::new(range, share));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        None => {
            let whole = BodyStream::new(body);
            *response.body_mut() = ResponseBody::new(Taken::new(whole, share));
        }
    }
    response
}

/// The ranges that are asked for. What is not understood is ignored (RFC 9110 §14.2): another unit,
/// and what is no set of ranges, such as one that ends before it begins. The unit's case does not
/// matter, nor do spaces around a comma.
fn byte_range(wanted: &HeaderMap) -> Option<Vec<SyntacticallyCorrectRange>> {
    let mut values = wanted.get_all(header::RANGE).iter();
    let value = values.next()?.to_str().ok()?;
    let (unit, set) = value.split_once('=')?;
    if values.next().is_some() || !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let set: Vec<&str> = set.split(',').map(str::trim).collect();
    let parsed = http_range_header::parse_range_header(&format!("bytes={}", set.join(",")));
    let ranges = parsed.ok()?.ranges;
    let is_reversed = |range: &SyntacticallyCorrectRange| match (range.start, range.end) {
        (StartPosition::Index(first), EndPosition::Index(last)) => last < first,
        _ => false,
    };
    (!ranges.iter().any(is_reversed)).then_some(ranges)
}

/// The one range that is asked for of a body of this length; `None` without an inner one for
/// several, which are answered with the whole, as HTTP allows. `None` where the body has none of
/// them. A longer suffix is all of it (RFC 9110 §14.1.2).
fn within(
    ranges: Vec<SyntacticallyCorrectRange>,
    length: u64,
) -> Option<Option<RangeInclusive<u64>>> {
    let mut inside = ranges.into_iter().filter_map(|range| {
        let first = match range.start {
            StartPosition::Index(first) => first,
            StartPosition::FromLast(suffix) => length.saturating_sub(suffix),
        };
        let last = match range.end {
            EndPosition::Index(last) => last.min(length - 1),
            EndPosition::LastByte => length - 1,
        };
        (first < length).then_some(first..=last)
    });
    let first = inside.next()?;
    Some(inside.next().is_none().then_some(first))
}

fn not_satisfiable(length: u64) -> Response {
    let error = ApiError::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        ErrorCode::RangeNotSatisfiable,
        words::NO_SUCH_RANGE.arg(length),
    );
    let mut response = error.into_response();
    name_range(response.headers_mut(), &format!("bytes */{length}"));
    response
}

fn name_range(headers: &mut HeaderMap, range: &str) {
    if let Ok(value) = HeaderValue::from_str(range) {
        headers.insert(header::CONTENT_RANGE, value);
    }
}

/// A text.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    #[schema(example = "{\"a\": 1}")]
    text: String,
}

/// Lays JSON out for reading; digits, escapes and order stay.
#[utoipa::path(post, path = "/format", tag = "answering", request_body = Text, responses(
    (status = 200, body = Text), (status = 422, body = ErrorBody)))]
pub(crate) async fn format(ApiJson(given): ApiJson<Text>) -> Result<Json<Text>, ApiError> {
    // A text of megabytes takes a second, and a bot may have sent it.
    let laying_out = tokio::task::spawn_blocking(move || json_text::pretty(&given.text));
    match laying_out.await.expect("laying JSON out does not panic") {
        Ok(text) => Ok(Json(Text { text })),
        Err(error) => {
            let message = Finding::json_syntax(&error, Side::Request).message();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Err(ApiError::new(status, ErrorCode::JsonSyntax, message)
                .at("/text")
                .positioned(error.position.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::in_flight::Bounds;

    async fn asked(range: Option<&str>) -> Response {
        asked_of("0123456789", range).await
    }

    async fn asked_of(body: &'static str, range: Option<&str>) -> Response {
        let range = range.map(|range| (header::RANGE, range.parse().unwrap()));
        let text = HeaderValue::from_static("text/plain");
        let in_flight = InFlight::new(Bounds::default());
        let share = in_flight.take(1 << 20).await.unwrap();
        let wanted = range.into_iter().collect();
        part(body.into(), text, &wanted, share)
    }

    #[tokio::test]
    async fn a_range_in_bytes_is_a_part_and_what_is_no_range_in_bytes_is_the_whole() {
        for (range, status, content_range, bytes) in [
            (None, 200, None, "0123456789"),
            (Some("bytes=2-4"), 206, Some("bytes 2-4/10"), "234"),
            (Some("bytes=-3"), 206, Some("bytes 7-9/10"), "789"),
            (Some("bytes=-50"), 206, Some("bytes 0-9/10"), "0123456789"),
            (Some("BYTES=0-1"), 206, Some("bytes 0-1/10"), "01"),
            (Some("bytes=0-1,4-5"), 200, None, "0123456789"),
            (Some("items=2-4"), 200, None, "0123456789"),
            (Some("items=20-40"), 200, None, "0123456789"),
            (Some("nothing"), 200, None, "0123456789"),
            (Some("bytes=abc"), 200, None, "0123456789"),
            (Some("bytes="), 200, None, "0123456789"),
            (Some("bytes=-"), 200, None, "0123456789"),
            (Some("bytes=5-2"), 200, None, "0123456789"),
            (Some("bytes=15-12"), 200, None, "0123456789"),
            (Some("bytes=1-2-3"), 200, None, "0123456789"),
            (Some("bytes=2-4,x"), 200, None, "0123456789"),
            (Some("bytes=0-1, 4-5 , 6-7"), 200, None, "0123456789"),
            (Some("bytes=0-5,2-7"), 200, None, "0123456789"),
            // Of several the body has one.
            (Some("bytes=2-4,20-40"), 206, Some("bytes 2-4/10"), "234"),
        ] {
            let response = asked(range).await;
            assert_eq!(response.status().as_u16(), status, "{range:?}");
            let named = response.headers().get(header::CONTENT_RANGE);
            let named = named.map(|value| value.to_str().unwrap());
            assert_eq!(named, content_range, "{range:?}");
            let read = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(read, bytes, "{range:?}");
        }
    }

    #[tokio::test]
    async fn an_empty_body_has_no_ranges_and_is_given_whole() {
        for range in ["bytes=0-0", "bytes=0-", "bytes=-1", "bytes=5-9"] {
            let response = asked_of("", Some(range)).await;
            assert_eq!(response.status(), StatusCode::OK, "{range}");
            let named = response.headers().get(header::CONTENT_RANGE);
            assert_eq!(named, None, "{range}");
            let read = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(read, "", "{range}");
        }
    }

    #[tokio::test]
    async fn a_range_outside_of_the_body_is_an_error_that_names_its_length() {
        let several = asked(Some("bytes=10-12,50-")).await;
        assert_eq!(several.status(), StatusCode::RANGE_NOT_SATISFIABLE);
        let response = asked(Some("bytes=10-12")).await;
        assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE);
        assert_eq!(response.headers()[header::CONTENT_RANGE], "bytes */10");
        let error = response.extensions().get::<ApiError>().unwrap();
        assert_eq!(error.code(), ErrorCode::RangeNotSatisfiable);
        let sentence = error.body(messages::Lang::Ru).message;
        assert!(sentence.contains("10"), "{sentence}");
    }
}
