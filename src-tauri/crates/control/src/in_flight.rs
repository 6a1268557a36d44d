//! The bytes of bodies that calls of the API bring and take, all calls together: a body that is
//! not read, or waits for its turn, stays in memory meanwhile.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::{Extension, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use engine::BodyStream;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{ApiError, ErrorCode};
use crate::extract::BODY_LIMIT;
use crate::words;

/// A body up to this length is not counted: connections are limited, and so is their sum.
const UNCOUNTED_BYTES: usize = 64 << 10;

/// What an exchange may take while it is read: the longest request and answer that stay in memory.
pub(crate) const RECORDED_BYTES: usize = 2 * protocol::IN_MEMORY_BYTES;

/// What one may take of which a body is decoded or laid out.
pub(crate) const DECODED_BYTES: usize = protocol::DECODED_LIMIT + RECORDED_BYTES;

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
    /// How long a body that is brought may make no progress.
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

/// A share of the bytes, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Share(OwnedSemaphorePermit);

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
        self.share(&self.taken, bytes).await
    }

    async fn share(&self, of: &Arc<Semaphore>, bytes: usize) -> Result<Share, ApiError> {
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        let permit = Arc::clone(of).acquire_many_owned(kib);
        match tokio::time::timeout(self.wait, permit).await {
            Ok(Ok(permit)) => Ok(Share(permit)),
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
        let needed = usize::try_from(bytes.div_ceil(1024)).unwrap_or(usize::MAX);
        let surplus = self.0.num_permits().saturating_sub(needed);
        drop(self.0.split(surplus));
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
            taken_bytes: 4096,
            wait: Duration::ZERO,
            ..Bounds::default()
        });
        let mut first = in_flight.take(4096).await.unwrap();
        let refused = in_flight.take(1).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Busy);
        first.shrink(1025);
        let second = in_flight.take(2048).await.unwrap();
        assert!(in_flight.take(1).await.is_err());
        drop((first, second));
        in_flight.take(4096).await.unwrap();
    }

    #[tokio::test]
    async fn bytes_that_the_library_has_not_written_are_counted_after_their_stream() {
        let in_flight = InFlight::new(Bounds {
            brought_bytes: 0,
            taken_bytes: 4096,
            wait: Duration::ZERO,
            ..Bounds::default()
        });
        let share = in_flight.take(4096).await.unwrap();
        let (body, share) = counted(vec![0; 4096].into(), share);
        let mut taken = Taken::new(BodyStream::new(body), share);
        let frame = http_body_util::BodyExt::frame(&mut taken).await;
        drop(taken);
        assert!(in_flight.take(1).await.is_err(), "they wait to be written");
        drop(frame);
        in_flight.take(4096).await.unwrap();
    }
}
