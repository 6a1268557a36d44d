//! A request's body: read up to the limits, and what becomes of one that breaks them.

use std::io::{self, ErrorKind};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Frame, Incoming};
use protocol::{Answer, Body, Code, Failure, FailureCode, Headers, OwnFinding};
use tokio_util::sync::CancellationToken;

use super::open_requests::{CallerEnd, Reading};
use crate::bodies::{Bodies, CollectError, Collector};
use crate::http::fields;
use crate::refusal::Refusal;
use crate::settings::Settings;

/// After a body over the limit: how much more is read and thrown away, so that the caller gets to
/// read the answer instead of a reset connection.
const DRAIN_BYTES: u64 = 64 << 20;
/// And for how long.
const DRAIN_TIME: Duration = Duration::from_secs(5);
/// How long a body that is longer than the limit, as its head says, may be silent: its caller waits
/// for the answer, or will send for long.
const SILENCE: Duration = Duration::from_secs(1);
/// How long a body may still arrive when the app ends; the rest of [`super::GRACE`] is for the
/// record of what came and for the answer.
const END_TIME: Duration = Duration::from_secs(2);

/// What is read of a body.
pub(crate) struct ReadBody {
    pub(crate) body: Body,
    pub(crate) trailers: Headers,
    pub(crate) problem: Option<BodyProblem>,
}

impl ReadBody {
    /// Of a body that is not asked for.
    pub(crate) fn unread(body: &Incoming) -> Self {
        Self {
            body: Body::default(),
            trailers: Headers::default(),
            problem: (!body.is_end_stream()).then_some(BodyProblem::TooLarge),
        }
    }
}

/// Why a body was not read to its end.
pub(crate) enum BodyProblem {
    TooLarge,
    TooSlow,
    CallerLeft,
    /// Its framing is no HTTP, such as a chunk without a length.
    Malformed(String),
    /// Its caller ended the sending half before the body's end.
    CutShort {
        received: u64,
        /// The length that its head names; none has a body in chunks.
        declared: Option<u64>,
    },
    /// It breaks the rules of HTTP/2, for which the HTTP library has ended its stream already.
    StreamBroken {
        /// The length that it was to have, where the library ended the stream for that.
        declared: Option<u64>,
        /// The library ended the connection with it.
        ends_connection: bool,
        detail: String,
    },
    /// Too many bytes of others are in memory.
    Busy {
        most_bytes: u64,
    },
    /// Too many bytes of others are in files.
    FilesFull {
        most_bytes: u64,
    },
    /// It is too long for memory, and its file could not be written.
    NoSpace,
    /// The app ends.
    AppEnds,
}

impl BodyProblem {
    /// Whether it outweighs that the caller is turned away: it has gone, or speaks no HTTP.
    pub(crate) const fn is_callers(&self) -> bool {
        matches!(
            self,
            Self::CallerLeft
                | Self::Malformed(_)
                | Self::CutShort { .. }
                | Self::StreamBroken { .. }
        )
    }

    /// What the caller is told.
    pub(crate) fn refusal(self, settings: &Settings, clock: store::Stopwatch) -> Refusal {
        let (status, code, limit) = match self {
            Self::TooLarge => (413, Code::BodyTooLarge, Some(settings.body_limit_bytes)),
            Self::TooSlow => (408, Code::BodyTimeout, Some(settings.body_timeout_s.into())),
            Self::Busy { most_bytes } => (503, Code::BodiesInFlight, Some(most_bytes)),
            Self::FilesFull { most_bytes } => (507, Code::BodiesOnDisk, Some(most_bytes)),
            Self::NoSpace => (507, Code::BodyNoSpace, None),
            Self::AppEnds => (503, Code::BodyAppEnded, None),
            Self::Malformed(detail) => {
                return Refusal::told(400, OwnFinding::new(Code::HttpSyntax, [detail]));
            }
            Self::CutShort { received, declared } => {
                return Refusal::told(400, cut_short(received, declared));
            }
            Self::StreamBroken {
                declared, detail, ..
            } => {
                let finding = match declared {
                    Some(length) => OwnFinding::new(Code::BodyLengthWrong, [length.to_string()]),
                    None => OwnFinding::new(Code::HttpSyntax, [detail.clone()]),
                };
                return Refusal {
                    answer: Err(Failure::new(FailureCode::BrokenRequest, detail)),
                    finding,
                };
            }
            Self::CallerLeft => {
                let seconds = clock.elapsed().0 / 1_000_000;
                return Refusal {
                    answer: Err(Failure::new(FailureCode::CallerLeft, "")),
                    finding: OwnFinding::new(Code::CallerLeft, [seconds.to_string()]),
                };
            }
        };
        let limit = limit.map(|limit| limit.to_string());
        let body = match &limit {
            Some(limit) => serde_json::json!({"code": code.as_str(), "limit": limit}),
            None => serde_json::json!({"code": code.as_str()}),
        };
        Refusal {
            answer: Ok(Answer::json(status, body.to_string())),
            finding: OwnFinding::new(code, limit),
        }
    }
}

/// Reads a body up to the limits, or until some time after `stop`. `stream`: on HTTP/2, that it is
/// read, until this ends.
pub(crate) async fn read_body(
    mut body: Incoming,
    stream: Option<Reading>,
    timeout: Duration,
    limit: u64,
    bodies: &Bodies,
    stop: &CancellationToken,
) -> ReadBody {
    let mut collector = bodies.collect();
    let mut trailers = Headers::default();
    let stream = stream.as_ref();
    let is_too_long = body.size_hint().lower() > limit;
    let declared = body.size_hint().exact();
    let reading = async {
        loop {
            let received = collector.length();
            let frame = tokio::select! {
                biased;
                frame = next_frame(&mut body, declared, received, is_too_long) => frame,
                end = ended(stream, declared, received) => Some(Err(end)),
            };
            let frame = match frame {
                None => break,
                Some(Ok(frame)) => frame,
                Some(Err(problem)) => return Some(problem),
            };
            match frame.into_data() {
                Ok(data) => {
                    let remaining = limit.saturating_sub(collector.length());
                    let (piece, fits) = cut(data, remaining);
                    if let Err(error) = collector.push(piece).await {
                        return Some(error.into());
                    }
                    if !fits {
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
        // The HTTP library takes a stream that its caller has reset without an error for whole.
        (stream.is_some() && !body.is_end_stream()).then_some(BodyProblem::CallerLeft)
    };
    let ends = async {
        stop.cancelled().await;
        tokio::time::sleep(END_TIME).await;
    };
    let mut problem = tokio::select! {
        biased;
        read = tokio::time::timeout(timeout, reading) => read.unwrap_or(Some(BodyProblem::TooSlow)),
        () = ends => Some(BodyProblem::AppEnds),
    };
    blame(problem.as_ref(), stream);
    let collected = collected(collector, body, &mut problem).await;
    ReadBody {
        body: collected,
        trailers,
        problem,
    }
}

/// Notes that a connection's end is recorded with the request whose body it broke.
fn blame(problem: Option<&BodyProblem>, stream: Option<&Reading>) {
    let ends_connection = matches!(
        problem,
        Some(BodyProblem::StreamBroken {
            ends_connection: true,
            ..
        })
    );
    if let Some(stream) = stream.filter(|_| ends_connection) {
        stream.blame();
    }
}

/// What has come of a body. Of one that is not taken the rest is thrown away.
async fn collected(
    collector: Collector<'_>,
    rest: Incoming,
    problem: &mut Option<BodyProblem>,
) -> Body {
    let has_no_room = matches!(
        problem,
        Some(BodyProblem::Busy { .. } | BodyProblem::FilesFull { .. } | BodyProblem::NoSpace)
    );
    let collected = match has_no_room {
        true => collector.cut(),
        false => finish(collector, problem).await,
    };
    if has_no_room || matches!(problem, Some(BodyProblem::TooLarge)) {
        drain(rest).await;
    }
    collected
}

/// Resolves when no more can come on a stream of HTTP/2; on HTTP/1 the HTTP library says it.
async fn ended(stream: Option<&Reading>, declared: Option<u64>, received: u64) -> BodyProblem {
    match stream {
        None => std::future::pending().await,
        Some(stream) => match stream.caller_end().await {
            CallerEnd::SendingHalf => BodyProblem::CutShort { received, declared },
            CallerEnd::Gone => BodyProblem::CallerLeft,
        },
    }
}

async fn finish(collector: Collector<'_>, problem: &mut Option<BodyProblem>) -> Body {
    collector.finish().await.unwrap_or_else(|unfinished| {
        problem.get_or_insert(unfinished.error.into());
        unfinished.beginning
    })
}

/// The next part of a body; where it is too long already by its head, within a time of its own.
async fn next_frame(
    body: &mut Incoming,
    declared: Option<u64>,
    received: u64,
    is_too_long: bool,
) -> Option<Result<Frame<Bytes>, BodyProblem>> {
    let frame = match is_too_long {
        false => body.frame().await,
        true => match tokio::time::timeout(SILENCE, body.frame()).await {
            Ok(frame) => frame,
            Err(_) => return Some(Err(BodyProblem::TooLarge)),
        },
    };
    Some(frame?.map_err(|error| BodyProblem::of(&error, declared, received)))
}

/// That a body ended before its end.
fn cut_short(received: u64, declared: Option<u64>) -> OwnFinding {
    let received = received.to_string();
    match declared {
        Some(length) => OwnFinding::new(Code::BodyTooShort, [received, length.to_string()]),
        None => OwnFinding::new(Code::BodyWithoutEnd, [received]),
    }
}

/// The part of a piece that fits, and whether that is all of it.
fn cut(mut piece: Bytes, remaining: u64) -> (Bytes, bool) {
    let remaining = usize::try_from(remaining).unwrap_or(usize::MAX);
    let fits = piece.len() <= remaining;
    piece.truncate(remaining);
    (piece, fits)
}

/// Reads on for a while and throws it away.
async fn drain(mut body: Incoming) {
    let mut remaining = DRAIN_BYTES;
    let draining = async {
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(SILENCE, body.frame()).await {
            let length = frame.data_ref().map_or(0, |data| data.len() as u64);
            let Some(after) = remaining.checked_sub(length) else {
                return;
            };
            remaining = after;
        }
    };
    let _ = tokio::time::timeout(DRAIN_TIME, draining).await;
}

impl BodyProblem {
    /// `declared`: the length that the head names.
    fn of(error: &hyper::Error, declared: Option<u64>, received: u64) -> Self {
        let cause = std::error::Error::source(error);
        if let Some(broken) = cause.and_then(|cause| cause.downcast_ref::<h2::Error>()) {
            return Self::of_stream(broken, declared);
        }
        let cause = cause.and_then(|cause| cause.downcast_ref::<io::Error>());
        match cause.map(|cause| (cause.kind(), cause)) {
            // What the HTTP library says of bytes that it cannot read, and of an end that comes too
            // soon. Whoever leaves with a reset has another kind.
            Some((ErrorKind::InvalidInput | ErrorKind::InvalidData, cause)) => {
                Self::Malformed(cause.to_string())
            }
            Some((ErrorKind::UnexpectedEof, _)) => Self::CutShort { received, declared },
            _ => Self::CallerLeft,
        }
    }

    /// What the library ends by itself is broken; what its caller ends is left.
    fn of_stream(error: &h2::Error, declared: Option<u64>) -> Self {
        let is_broken = error.is_library() && error.reason().is_some_and(breaks_rules);
        if !is_broken {
            return Self::CallerLeft;
        }
        // Of a stream alone it is the length, where there is one to break (RFC 9113, 8.1.1).
        let is_length = error.is_reset() && error.reason() == Some(h2::Reason::PROTOCOL_ERROR);
        Self::StreamBroken {
            declared: declared.filter(|_| is_length),
            ends_connection: error.is_go_away(),
            detail: error.to_string(),
        }
    }
}

/// Whether the HTTP library ends a stream or a connection of HTTP/2 for this because what came
/// breaks the rules.
pub(super) fn breaks_rules(reason: h2::Reason) -> bool {
    matches!(
        reason,
        h2::Reason::PROTOCOL_ERROR
            | h2::Reason::FLOW_CONTROL_ERROR
            | h2::Reason::FRAME_SIZE_ERROR
            | h2::Reason::COMPRESSION_ERROR
            | h2::Reason::STREAM_CLOSED
    )
}

impl From<CollectError> for BodyProblem {
    fn from(error: CollectError) -> Self {
        match error {
            CollectError::Busy { most_bytes } => Self::Busy { most_bytes },
            CollectError::FilesFull { most_bytes } => Self::FilesFull { most_bytes },
            CollectError::Disk(error) => {
                tracing::warn!(%error, "a long body could not be put into a file");
                Self::NoSpace
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_bound_that_was_hit_and_none_where_the_disk_failed() {
        for (problem, status, body) in [
            (
                BodyProblem::Busy { most_bytes: 7 },
                503,
                r#"{"code":"bodies_in_flight","limit":"7"}"#,
            ),
            (
                BodyProblem::FilesFull { most_bytes: 8 },
                507,
                r#"{"code":"bodies_on_disk","limit":"8"}"#,
            ),
            (BodyProblem::NoSpace, 507, r#"{"code":"body_no_space"}"#),
        ] {
            let refusal = problem.refusal(&Settings::default(), store::Stopwatch::start());
            let answer = refusal.answer.unwrap();
            assert_eq!((answer.status, &answer.body), (status, &body.into()));
        }
    }

    #[test]
    fn a_piece_is_cut_at_the_limit() {
        let piece = Bytes::from_static(b"abc");
        assert_eq!(cut(piece.clone(), 3), (piece.clone(), true));
        assert_eq!(cut(piece, 1), (Bytes::from_static(b"a"), false));
    }
}
