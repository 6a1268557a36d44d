//! The bytes of bodies that calls of the API bring and take, all calls together: a body that is
//! not read, or waits for its turn, stays in memory meanwhile.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::{Extension, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use engine::{BodyStream, Engine};
use http_body::{Body, Frame, SizeHint};
use protocol::ExchangeId;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::arrival_error::BODY_LIMIT;
use crate::error::{ApiError, ErrorCode};
use crate::words;

/// A body up to this length is not counted: connections are limited, and so is their sum.
const UNCOUNTED_BYTES: usize = 64 << 10;

/// What an exchange takes while it is shown, to a byte of its bodies: beside them its variables
/// before and after, which are parts of them.
pub(crate) const SHOWN_TIMES: usize = 3;

/// What a body outside of memory takes: a piece that is sent, and one that is read.
const PIECES_BYTES: u64 = 512 << 10;

/// How much there may be at once. The numbers of the default are guesses: four of the longest
/// bodies that the API takes, and exchanges with eight pairs of the longest bodies in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Bytes that calls bring.
    pub(crate) brought_bytes: usize,
    /// Bytes that they take.
    pub(crate) taken_bytes: usize,
    /// How long a call waits for others.
    pub(crate) wait: Duration,
    /// How long a body that is brought may make no progress: as long as a head may take to come,
    /// and a caller to take an answer ([`crate::listener::LIMITS`]).
    pub(crate) stall_limit: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            brought_bytes: 4 * BODY_LIMIT,
            taken_bytes: 256 << 20,
            wait: Duration::from_secs(10),
            stall_limit: Duration::from_secs(30),
        }
    }
}

/// The bytes of all calls of one API.
#[derive(Debug)]
pub(crate) struct InFlight {
    brought: Arc<Semaphore>,
    taken: Arc<Semaphore>,
    wait: Duration,
}

/// A share of the bytes, given back when it is dropped; none for what is too short to count.
#[derive(Debug)]
pub(crate) struct Share(Option<OwnedSemaphorePermit>);

impl InFlight {
    pub(crate) fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self {
            brought: Arc::new(Semaphore::new(bounds.brought_bytes / 1024)),
            taken: Arc::new(Semaphore::new(bounds.taken_bytes / 1024)),
            wait: bounds.wait,
        })
    }

    /// Room for a body that is going to be taken.
    pub(crate) async fn take(&self, bytes: usize) -> Result<Share, ApiError> {
        match bytes {
            0..=UNCOUNTED_BYTES => Ok(Share(None)),
            _ => self.share(&self.taken, bytes).await,
        }
    }

    /// Room for an exchange while it is read, so many times the length of its bodies.
    pub(crate) async fn read(
        &self,
        engine: &Engine,
        id: ExchangeId,
        times: usize,
    ) -> Result<Share, ApiError> {
        let bytes = engine.recorded_bytes(id).await?;
        self.take(times * bytes).await
    }

    async fn share(&self, of: &Arc<Semaphore>, bytes: usize) -> Result<Share, ApiError> {
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        let permit = Arc::clone(of).acquire_many_owned(kib);
        match tokio::time::timeout(self.wait, permit).await {
            Ok(Ok(permit)) => Ok(Share(Some(permit))),
            _ => Err(ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::Busy,
                &words::BODIES_IN_FLIGHT,
            )),
        }
    }
}

impl Share {
    /// Gives back what is more than so many bytes.
    pub(crate) fn shrink(&mut self, bytes: u64) {
        let Some(permit) = &mut self.0 else {
            return;
        };
        let needed = usize::try_from(bytes.div_ceil(1024)).unwrap_or(usize::MAX);
        let surplus = permit.num_permits().saturating_sub(needed);
        drop(permit.split(surplus));
    }
}

/// The layer inside of the access rules: a call that brings a long body waits until there is room
/// for it, and has it until it is answered.
pub(crate) async fn bring(
    Extension(in_flight): Extension<Arc<InFlight>>,
    request: Request,
    next: Next,
) -> Response {
    let announced = request.body().size_hint().upper();
    let announced = announced.and_then(|bytes| usize::try_from(bytes).ok());
    let bytes = announced.unwrap_or(BODY_LIMIT).min(BODY_LIMIT);
    let _share = match bytes {
        0..=UNCOUNTED_BYTES => None,
        _ => match in_flight.share(&in_flight.brought, bytes).await {
            Ok(share) => Some(share),
            Err(error) => return error.into_response(),
        },
    };
    next.run(request).await
}

/// A recorded body that is to be taken, with what its share is held by: its bytes, which the HTTP
/// library has after their stream has ended, or that stream, where it is read by pieces.
pub(crate) fn counted(body: protocol::Body, mut share: Share) -> (protocol::Body, Option<Share>) {
    struct Counted {
        bytes: Bytes,
        _share: Share,
    }
    impl AsRef<[u8]> for Counted {
        fn as_ref(&self) -> &[u8] {
            &self.bytes
        }
    }
    let Some(bytes) = body.whole().cloned() else {
        share.shrink(PIECES_BYTES);
        return (body, Some(share));
    };
    share.shrink(body.length());
    let counted = Counted {
        bytes,
        _share: share,
    };
    (Bytes::from_owner(counted).into(), None)
}

/// A document about an exchange, with the share of the exchange until the HTTP library has written
/// it.
pub(crate) fn counted_json(document: &impl Serialize, share: Share) -> Response {
    let json = serde_json::to_vec(document).unwrap_or_default();
    let (body, share) = counted(json.into(), share);
    let body = Taken::new(BodyStream::new(body), share);
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], axum::body::Body::new(body)).into_response()
}

/// A recorded body on its way out, and its share.
pub(crate) struct Taken {
    body: BodyStream,
    _share: Option<Share>,
}

impl Taken {
    pub(crate) fn new(body: BodyStream, share: Option<Share>) -> Self {
        Self {
            body,
            _share: share,
        }
    }
}

impl Body for Taken {
    type Data = Bytes;
    type Error = engine::UnreadableBody;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_share_is_given_back_in_part_and_then_whole() {
        let in_flight = InFlight::new(Bounds {
            brought_bytes: 0,
            taken_bytes: 4 << 20,
            wait: Duration::ZERO,
            ..Bounds::default()
        });
        let mut first = in_flight.take(4 << 20).await.unwrap();
        let refused = in_flight.take(1 << 20).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Busy);
        first.shrink(1 + (1 << 20));
        let second = in_flight.take(2 << 20).await.unwrap();
        assert!(in_flight.take(1 << 20).await.is_err());
        drop((first, second));
        in_flight.take(4 << 20).await.unwrap();
    }

    #[tokio::test]
    async fn bytes_that_the_library_has_not_written_are_counted_after_their_stream() {
        let in_flight = InFlight::new(Bounds {
            brought_bytes: 0,
            taken_bytes: 4 << 20,
            wait: Duration::ZERO,
            ..Bounds::default()
        });
        let share = in_flight.take(4 << 20).await.unwrap();
        let (body, share) = counted(vec![0; 4 << 20].into(), share);
        let mut taken = Taken::new(BodyStream::new(body), share);
        let frame = http_body_util::BodyExt::frame(&mut taken).await;
        drop(taken);
        assert!(
            in_flight.take(1 << 20).await.is_err(),
            "they wait to be written"
        );
        drop(frame);
        in_flight.take(4 << 20).await.unwrap();
    }
}
