//! A request's body: read up to the limits, and what becomes of one that breaks them.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use protocol::{Answer, Code, Headers, OwnFinding};

use crate::http::fields;
use crate::refusal::Refusal;
use crate::settings::Settings;

/// After a body over the limit: how much more is read and thrown away, so that the caller gets to
/// read the answer instead of a reset connection.
const DRAIN_BYTES: u64 = 64 << 20;
/// And for how long.
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// What is read of a body.
pub(crate) struct ReadBody {
    pub(crate) bytes: Bytes,
    pub(crate) trailers: Headers,
    pub(crate) problem: Option<BodyProblem>,
}

/// Why a body was not read to its end.
pub(crate) enum BodyProblem {
    TooLarge,
    TooSlow,
    CallerLeft,
}

impl BodyProblem {
    /// What the caller is told.
    pub(crate) fn refusal(self, settings: &Settings, clock: store::Stopwatch) -> Refusal {
        let (status, code, limit) = match self {
            Self::TooLarge => (413, Code::BodyTooLarge, settings.body_limit_bytes),
            Self::TooSlow => (408, Code::BodyTimeout, settings.body_timeout_s.into()),
            Self::CallerLeft => {
                let seconds = clock.elapsed_us() / 1_000_000;
                return Refusal {
                    answer: None,
                    finding: OwnFinding::new(Code::CallerLeft, [seconds.to_string()]),
                };
            }
        };
        let limit = limit.to_string();
        let body = serde_json::json!({"code": code.as_str(), "limit": limit}).to_string();
        Refusal {
            answer: Some(Answer::json(status, body)),
            finding: OwnFinding::new(code, [limit]),
        }
    }
}

/// Reads a body up to the limits.
pub(crate) async fn read_body(mut body: Incoming, settings: &Settings) -> ReadBody {
    let mut pieces = Pieces::default();
    let mut trailers = Headers::default();
    let reading = async {
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else {
                return Some(BodyProblem::CallerLeft);
            };
            match frame.into_data() {
                Ok(data) => {
                    if !pieces.push(data, settings.body_limit_bytes) {
                        return Some(BodyProblem::TooLarge);
                    }
                }
                Err(other) => {
                    if let Ok(map) = other.into_trailers() {
                        trailers = fields(&map);
                    }
                }
            }
        }
        None
    };
    let problem = match tokio::time::timeout(settings.body_timeout(), reading).await {
        Ok(problem) => problem,
        Err(_) => Some(BodyProblem::TooSlow),
    };
    if matches!(problem, Some(BodyProblem::TooLarge)) {
        drain(body).await;
    }
    ReadBody {
        bytes: pieces.join(),
        trailers,
        problem,
    }
}

/// Reads on for a while and throws it away.
async fn drain(mut body: Incoming) {
    let mut remaining = DRAIN_BYTES;
    let draining = async {
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, |data| data.len() as u64);
            let Some(after) = remaining.checked_sub(length) else {
                return;
            };
            remaining = after;
        }
    };
    let _ = tokio::time::timeout(DRAIN_TIME, draining).await;
}

/// A body's pieces; a body of one piece, the usual case, is not copied.
#[derive(Default)]
struct Pieces {
    first: Bytes,
    joined: BytesMut,
}

impl Pieces {
    /// Takes a piece; `false` where the limit cuts it.
    fn push(&mut self, piece: Bytes, limit: u64) -> bool {
        let length = (self.first.len() + self.joined.len()) as u64;
        let remaining = usize::try_from(limit.saturating_sub(length)).unwrap_or(usize::MAX);
        let fits = piece.len() <= remaining;
        let piece = if fits {
            piece
        } else {
            piece.slice(..remaining)
        };
        if length == 0 {
            self.first = piece;
        } else {
            if self.joined.is_empty() {
                self.joined
                    .extend_from_slice(&std::mem::take(&mut self.first));
            }
            self.joined.extend_from_slice(&piece);
        }
        fits
    }

    fn join(self) -> Bytes {
        if self.joined.is_empty() {
            self.first
        } else {
            self.joined.freeze()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_of_many_pieces_is_joined_and_cut_at_the_limit() {
        let mut pieces = Pieces::default();
        assert!(pieces.push(Bytes::from_static(b"abc"), 5));
        assert!(pieces.push(Bytes::from_static(b"d"), 5));
        assert!(!pieces.push(Bytes::from_static(b"efg"), 5));
        assert_eq!(pieces.join(), "abcde");
    }
}
