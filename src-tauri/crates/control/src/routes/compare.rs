//! Two messages compared: of two exchanges, or of one.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use conversations::{Decoded, compare as compare_contents, compare_headers};
use engine::Engine;
use protocol::{Exchange, ExchangeId, Headers, Side};
use tokio::sync::Semaphore;

use crate::dto::compare::{ComparedMessage, MessageComparison, ToCompare};
use crate::error::{ApiError, ErrorBody};
use crate::extract::ApiJson;
use crate::in_flight::{InFlight, Share, counted_json};
use crate::words;

/// Comparisons at once: one of the longest bodies takes a second and some 300 MB.
static AT_ONCE: Semaphore = Semaphore::const_new(1);

/// What differs between two messages of exchanges, their bodies compared decoded.
#[utoipa::path(post, path = "/compare", tag = "exchanges", request_body = ToCompare, responses(
    (status = 200, body = MessageComparison), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn compare(
    State(engine): State<Engine>,
    Extension(in_flight): Extension<Arc<InFlight>>,
    ApiJson(given): ApiJson<ToCompare>,
) -> Result<Response, ApiError> {
    let ToCompare { left, right, side } = given;
    let Some(first) = left.id.or(right.id) else {
        return Err(ApiError::invalid("/left", &words::NAME_AN_EXCHANGE));
    };
    let side = side.unwrap_or(Side::Response);
    let of = |message: ComparedMessage, other: ComparedMessage, pointer| Asked {
        id: message.id.or(other.id).unwrap_or(first),
        side: message.side.unwrap_or(side),
        pointer,
    };
    let mut sides = [of(left, right, "/left"), of(right, left, "/right")];
    // One answer of one exchange is equal to itself: asked for is what became of the server's.
    let is_itself = sides[0].id == sides[1].id && left.side.is_none() && right.side.is_none();
    if is_itself && side == Side::Upstream {
        sides[1].side = Side::Response;
    }
    let share = room(&engine, &in_flight, &sides).await?;
    let [left, right] = sides;
    let left = Compared::read(&engine, left).await?;
    let right = Compared::read(&engine, right).await?;
    let _permit = AT_ONCE.acquire().await;
    let comparing = move || Ok(counted_json(&between(&left, &right)?, share));
    let compared = tokio::task::spawn_blocking(comparing).await;
    compared.expect("comparing does not panic")
}

/// Room for both, which are decoded: how long a body becomes is known when it is done.
async fn room(
    engine: &Engine,
    in_flight: &InFlight,
    sides: &[Asked; 2],
) -> Result<Share, ApiError> {
    let mut bytes = protocol::DECODED_LIMIT;
    for asked in sides {
        let recorded = engine.recorded_bytes(asked.id).await;
        bytes += recorded.map_err(|error| ApiError::from(error).at(asked.pointer))?;
    }
    in_flight.take(bytes).await
}

/// Which message is asked for, and where that stands.
#[derive(Clone, Copy)]
struct Asked {
    id: ExchangeId,
    side: Side,
    pointer: &'static str,
}

/// A message that is there.
struct Compared {
    exchange: Exchange,
    side: Side,
}

/// What is compared of a message.
struct Parts<'a> {
    headers: &'a Headers,
    body: &'a Bytes,
    is_truncated: bool,
}

impl Compared {
    async fn read(engine: &Engine, asked: Asked) -> Result<Self, ApiError> {
        let Asked { id, side, pointer } = asked;
        let exchange = engine.exchange(id).await;
        let exchange = exchange.map_err(|error| ApiError::from(error).at(pointer))?;
        let Some(message) = exchange.message(side) else {
            let missing = match side {
                Side::Response => ApiError::not_found(&words::NO_RESPONSE),
                side => ApiError::not_found(words::NO_SUCH_ANSWER.arg(side.as_str())),
            };
            return Err(missing.at(pointer));
        };
        if message.body.whole().is_none() {
            return Err(ApiError::body_too_long(&words::TOO_LONG_TO_READ).at(pointer));
        }
        Ok(Self { exchange, side })
    }

    /// What was looked for when it was read.
    fn parts(&self) -> Option<Parts<'_>> {
        let message = self.exchange.message(self.side)?;
        Some(Parts {
            headers: message.headers,
            body: message.body.whole()?,
            is_truncated: message.is_truncated,
        })
    }

    fn status(&self) -> Option<u16> {
        let answer = self.exchange.answers.get(self.side)?;
        Some(answer.status)
    }
}

fn between(left: &Compared, right: &Compared) -> Result<MessageComparison, ApiError> {
    let missing = || ApiError::not_found(&words::NO_RESPONSE);
    let one = left.parts().ok_or_else(missing)?;
    let two = right.parts().ok_or_else(missing)?;
    let decoded = |parts: &Parts<'_>| Decoded::new(parts.headers, parts.body, parts.is_truncated);
    let (first, second) = (decoded(&one), decoded(&two));
    let compared = compare_contents(first.contents(), second.contents())
        .map_err(|_| ApiError::body_too_long(&words::TOO_MUCH_TO_COMPARE))?;
    let (ones, twos): (Vec<_>, Vec<_>) =
        (one.headers.texts().collect(), two.headers.texts().collect());
    let headers = compare_headers(
        ones.iter().map(|(name, value)| (*name, &**value)),
        twos.iter().map(|(name, value)| (*name, &**value)),
    );
    let status = left.status().zip(right.status());
    let status = status.map(|(left, right)| [left, right]);
    let partial = one.is_truncated || two.is_truncated;
    Ok(MessageComparison::new(compared, headers, status, partial))
}
