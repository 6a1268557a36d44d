//! What is asked of a request's body before a handler or a bound of all bodies sees it: that it
//! goes on arriving, that it is short where anybody may send it, and that it says nothing where
//! the operation asks for nothing.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use engine::StallWatch;
use http_body::{Body as _, Frame, SizeHint};
use serde::Deserialize;

use crate::arrival_error::ArrivalError;
use crate::error::{ApiError, ErrorCode};
use crate::extract::read_json;
use crate::words;

/// The longest body where none is asked for, or where no token is. The longest that anybody has a
/// reason to send is the proof for a session, 64 digits and their name; the rest is for spaces.
const SHORT_BYTES: usize = 1 << 10;

/// What the body of an operation may be, where it is not a document of 64 MiB at most.
#[derive(Clone, Copy, Debug)]
pub(crate) enum BodyRule {
    /// Nothing, or an empty object.
    Nothing,
    /// A short document, of a caller that has no token yet; a longer one counts as an empty text.
    Short,
}

/// Which rule holds, by method and path, as routes name it.
pub(crate) type BodyRules = HashMap<(Method, String), BodyRule>;

/// What the layer knows of all operations.
#[derive(Debug)]
pub(crate) struct BodyChecks {
    pub(crate) rules: BodyRules,
    /// How long a body may make no progress.
    pub(crate) stall_limit: Duration,
}

/// The layer between the access rules and the bound of all bodies.
pub(crate) async fn check(
    State(checks): State<Arc<BodyChecks>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let rule = path.and_then(|path| {
        let operation = (request.method().clone(), path.as_str().to_owned());
        checks.rules.get(&operation).copied()
    });
    let (head, body) = request.into_parts();
    let body = Body::new(Unstalled::new(body, checks.stall_limit));
    let checked = match rule {
        None => Ok(body),
        Some(BodyRule::Short) => match short(body).await {
            Err(ArrivalError::TooLong) => Ok(Body::empty()),
            read => read.map(Body::from).map_err(ApiError::from),
        },
        Some(BodyRule::Nothing) => match short(body).await {
            Ok(bytes) => says_nothing(&bytes).map(|()| Body::empty()),
            Err(ArrivalError::TooLong) => Err(not_an_object()),
            Err(error) => Err(error.into()),
        },
    };
    match checked {
        Ok(body) => next.run(Request::from_parts(head, body)).await,
        Err(error) => error.into_response(),
    }
}

/// The bytes of a short body.
async fn short(body: Body) -> Result<Bytes, ArrivalError> {
    if body.size_hint().lower() > SHORT_BYTES as u64 {
        return Err(ArrivalError::TooLong);
    }
    to_bytes(body, SHORT_BYTES)
        .await
        .map_err(|error| ArrivalError::of(&error))
}

fn says_nothing(bytes: &[u8]) -> Result<(), ApiError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    if bytes.trim_ascii().is_empty() {
        return Ok(());
    }
    match read_json::<Nothing>(bytes) {
        Ok(Nothing {}) => Ok(()),
        // Where no document is asked for, none has a syntax error.
        Err(error) if error.code() == ErrorCode::BadJson => Err(not_an_object()),
        Err(error) => Err(error),
    }
}

fn not_an_object() -> ApiError {
    ApiError::invalid("", words::WRONG_VALUE.arg(&words::OBJECT))
}

/// A body that ends with an error where nothing of it arrives for so long.
struct Unstalled {
    body: Body,
    /// Of a piece that is waited for.
    stall: StallWatch,
}

impl Unstalled {
    fn new(body: Body, limit: Duration) -> Self {
        Self {
            body,
            stall: StallWatch::new(limit),
        }
    }
}

impl http_body::Body for Unstalled {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        let watched = self.stall.watch(cx, frame);
        let stalled = || axum::Error::new(io::Error::from(ErrorKind::TimedOut));
        watched.map(|frame| frame.unwrap_or_else(|_| Some(Err(stalled()))))
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
    use futures_util::stream;
    use http_body_util::{BodyExt as _, StreamBody};
    use tokio::time::{Instant, sleep};

    use super::*;

    /// So many pieces, each after so many seconds, and then nothing for ever.
    fn arriving(pieces: usize, after: u64) -> Unstalled {
        let pieces = stream::unfold(pieces, move |remaining| async move {
            if remaining == 0 {
                std::future::pending::<()>().await;
            }
            sleep(Duration::from_secs(after)).await;
            let piece = Frame::data(Bytes::from_static(b"{"));
            Some((Ok::<_, axum::Error>(piece), remaining - 1))
        });
        Unstalled::new(Body::new(StreamBody::new(pieces)), Duration::from_secs(30))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_makes_no_progress_ends_and_a_slow_one_arrives() {
        let started = Instant::now();
        let mut body = arriving(3, 29);
        for _ in 0..3 {
            let piece = body.frame().await.unwrap().unwrap();
            assert_eq!(piece.data_ref().unwrap(), "{");
        }
        let error = body.frame().await.unwrap().unwrap_err();
        assert_eq!(ArrivalError::of(&error), ArrivalError::Stalled);
        assert_eq!(started.elapsed().as_secs(), 3 * 29 + 30);
    }
}
