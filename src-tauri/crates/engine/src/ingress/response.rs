//! What goes out, as the HTTP library sends it: whole, slowly, or broken on purpose.
//!
//! A fault ends what its exchange came on: on HTTP/1 the connection; on HTTP/2 its stream alone
//! (`RST_STREAM`), while the other streams of the connection go on.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use protocol::{Answer, Body, Headers, HttpVersion};
use tokio::sync::oneshot;
use tokio::time::Sleep;

use super::source::{BrokenOff, Source};
use super::streams::OpenStream;
use super::wire::Wire;
use crate::body_stream::BodyStream;
use crate::clock;
use crate::outgoing::{BodyPieces, Framing};
use crate::turn::{self, Delivery, OnDelivery};

/// How far the bytes of a slow answer are apart.
const SLOW_STEP: Duration = Duration::from_millis(100);
/// How long the half that goes out is given to leave after a flush: on HTTP/2 the flush may have
/// been another stream's.
const LEAVING_TIME: Duration = Duration::from_millis(20);
/// The first piece of a body on HTTP/2, in bytes. The caller's window may have room for less than a
/// piece, and that its rest is taken is not seen: a piece is as long as all before it that the
/// caller took at once, so that one who takes the same again and again is seen to take something.
const FIRST_PIECE: usize = 64;
/// The longest, which is the longest frame of HTTP/2 unless a caller takes longer ones.
const LONGEST_PIECE: usize = 16 << 10;
/// A caller that has taken nothing for so long takes one byte first.
const PAUSE: Duration = Duration::from_millis(500);

/// What the HTTP library meets as an error, and ends the connection or the stream for: a fault, or
/// a request without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FaultError {
    #[error("closed on purpose")]
    Close,
    #[error("reset on purpose")]
    Reset,
    #[error("not HTTP on purpose")]
    Garbage,
    #[error("cut off on purpose")]
    Truncate,
    #[error("nobody is there for an answer")]
    NoAnswer,
}

/// How the connection is to end: what a fault left for the time after the HTTP library.
pub(crate) fn fault_of(error: &hyper::Error) -> Option<FaultError> {
    std::error::Error::source(error)?.downcast_ref().copied()
}

/// How a body goes out.
enum Pace {
    Whole,
    /// On HTTP/2, where the caller's flow window may hold back what the HTTP library has taken: the
    /// library asks for a piece when the window has room for all before it, so that after the last
    /// byte, which goes apart, nothing is held back.
    Windowed {
        piece: Bytes,
        /// How long the next piece is, and when the one before it was asked for.
        next: usize,
        asked: tokio::time::Instant,
    },
    /// A byte of this piece at each step.
    Slow {
        step: Pin<Box<Sleep>>,
        piece: Bytes,
    },
    /// All that is to come of it, and then an end.
    Part,
    /// The part is with the HTTP library, which tells when it has flushed.
    Leaving(oneshot::Receiver<()>),
    /// It is given time to leave.
    Ending(Pin<Box<Sleep>>),
}

impl Pace {
    /// That of an answer which nothing breaks.
    fn of(wire: &Wire) -> Self {
        match wire.is_http2() {
            true => Self::Windowed {
                piece: Bytes::new(),
                next: FIRST_PIECE,
                asked: tokio::time::Instant::now(),
            },
            false => Self::Whole,
        }
    }
}

/// A body on its way out, whose leaving is watched.
pub(crate) struct AnswerBody {
    /// What is still to come.
    stream: Source,
    /// What the head promises, in bytes; `None` where it names no length.
    promised: Option<u64>,
    pace: Pace,
    wire: Option<Arc<Wire>>,
    /// On HTTP/2, the stream that it goes out on.
    open: Option<OpenStream>,
    on_delivery: Option<OnDelivery>,
}

/// Which connection an answer goes out on, and who hears of it.
pub(crate) struct Leave {
    pub(crate) wire: Arc<Wire>,
    /// On HTTP/2, the stream.
    pub(crate) open: Option<OpenStream>,
    pub(crate) on_delivery: OnDelivery,
    pub(crate) version: HttpVersion,
}

/// An answer.
pub(crate) fn whole(answer: Answer, leave: Leave) -> Response<AnswerBody> {
    let pace = Pace::of(&leave.wire);
    response(answer, leave, |body| Outflow {
        promised: Some(body.length()),
        stream: Source::Whole(BodyStream::new(body)),
        pace,
    })
}

/// An answer whose body goes out a byte at a time.
pub(crate) fn slow(answer: Answer, leave: Leave) -> Response<AnswerBody> {
    response(answer, leave, |body| Outflow {
        promised: Some(body.length()),
        stream: Source::Whole(BodyStream::new(body)),
        pace: Pace::Slow {
            step: Box::pin(tokio::time::sleep(SLOW_STEP)),
            piece: Bytes::new(),
        },
    })
}

/// An answer whose body arrives while it goes out.
pub(crate) fn arriving(answer: Answer, body: BodyPieces, leave: Leave) -> Response<AnswerBody> {
    let pace = Pace::of(&leave.wire);
    response(answer, leave, |_| Outflow {
        promised: body.length,
        stream: Source::Arriving(body),
        pace,
    })
}

/// An answer's head and half of its body; an empty body is promised a byte that does not come.
pub(crate) fn truncated(answer: Answer, leave: Leave) -> Response<AnswerBody> {
    response(answer, leave, |body| {
        let length = body.length();
        Outflow {
            promised: Some(length.max(1)),
            stream: Source::Whole(BodyStream::range(body, 0, length / 2)),
            pace: Pace::Part,
        }
    })
}

/// An answer of nothing but a status, whose leaving nobody watches.
pub(crate) fn bare(
    status: StatusCode,
    method: &http::Method,
    framing: Framing,
    wire: &Arc<Wire>,
) -> Response<AnswerBody> {
    let mut answer = Answer {
        status: status.as_u16(),
        headers: Headers::default(),
        body: Body::default(),
    };
    turn::frame(
        method.as_str(),
        &mut answer,
        Some(framing),
        false,
        clock::now(),
    );
    let body = AnswerBody {
        stream: Source::Whole(BodyStream::new(Body::default())),
        promised: Some(0),
        pace: Pace::Whole,
        // With its flush the request is over for the connection, too.
        wire: Some(Arc::clone(wire)),
        open: None,
        on_delivery: Some(OnDelivery::new(|_| ())),
    };
    with_head(body, answer.status, &answer.headers, framing.version, wire)
}

/// What goes out of a body, and how.
struct Outflow {
    promised: Option<u64>,
    stream: Source,
    pace: Pace,
}

fn response(
    answer: Answer,
    leave: Leave,
    outflow: impl FnOnce(Body) -> Outflow,
) -> Response<AnswerBody> {
    let Answer {
        status,
        headers,
        body,
    } = answer;
    let Outflow {
        promised,
        stream,
        pace,
    } = outflow(body);
    let Leave {
        wire,
        open,
        on_delivery,
        version,
    } = leave;
    let body = AnswerBody {
        stream,
        promised,
        pace,
        wire: Some(Arc::clone(&wire)),
        open,
        on_delivery: Some(on_delivery),
    };
    with_head(body, status, &headers, version, &wire)
}

/// Puts the head that was recorded before a body: as text on HTTP/1, where the HTTP library's own
/// is replaced by it; on HTTP/2 through the library.
fn with_head(
    body: AnswerBody,
    status: u16,
    headers: &Headers,
    version: HttpVersion,
    wire: &Wire,
) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    if wire.is_http2() {
        for (name, value) in &headers.0 {
            // `Answer::check` has seen them; what it let through fits.
            let (Ok(name), Ok(value)) = (
                HeaderName::try_from(name.as_str()),
                HeaderValue::try_from(value.as_slice()),
            ) else {
                continue;
            };
            response.headers_mut().append(name, value);
        }
        return response;
    }
    let connection = headers.get("connection");
    if connection.is_some_and(|connection| connection == "close") {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    wire.answer_begins(Some(head(status, headers, version).into()));
    response
}

/// An answer's head as text.
pub(crate) fn head(status: u16, headers: &Headers, version: HttpVersion) -> Vec<u8> {
    let fields = headers.0.iter();
    let length: usize = fields
        .map(|(name, value)| name.len() + value.len() + 4)
        .sum();
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default();
    let mut head = Vec::with_capacity("HTTP/1.1 200 \r\n\r\n".len() + reason.len() + length);
    head.extend_from_slice(match version {
        HttpVersion::Http10 => b"HTTP/1.0 ",
        HttpVersion::Http11 | HttpVersion::Http2 => b"HTTP/1.1 ",
    });
    head.extend_from_slice(status.to_string().as_bytes());
    head.push(b' ');
    head.extend_from_slice(reason.as_bytes());
    head.extend_from_slice(b"\r\n");
    for (name, value) in &headers.0 {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

impl AnswerBody {
    /// The HTTP library has taken the last byte.
    fn taken(&mut self) {
        let Some(on_delivery) = self.on_delivery.take() else {
            return;
        };
        match (&self.open, &self.wire) {
            // Of a part nothing ends the stream but a reset.
            (Some(open), _) if !matches!(self.pace, Pace::Part) => open.on_flush(on_delivery),
            (_, Some(wire)) => wire.on_flush(on_delivery),
            (_, None) => {}
        }
    }

    /// The last byte that goes out is with the HTTP library: hear when it has flushed.
    fn leaving(&mut self) -> oneshot::Receiver<()> {
        let (sender, flushed) = oneshot::channel();
        self.taken();
        if let Some(wire) = &self.wire {
            wire.on_flush(OnDelivery::new(move |_| {
                let _ = sender.send(());
            }));
        }
        flushed
    }

    /// The next bytes of a piece, and of the next one where it has none.
    fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, FaultError>>> {
        let (Pace::Windowed { piece, .. } | Pace::Slow { piece, .. }) = &mut self.pace else {
            return Poll::Ready(None);
        };
        if piece.is_empty() {
            match ready!(next(&mut self.stream, cx)) {
                Some(Ok(bytes)) => *piece = bytes,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    self.taken();
                    return Poll::Ready(None);
                }
            }
        }
        let is_last = self.stream.is_end_stream();
        let bytes = match &mut self.pace {
            Pace::Windowed { piece, next, asked } => {
                let now = tokio::time::Instant::now();
                let most = match now.duration_since(std::mem::replace(asked, now)) > PAUSE {
                    true => 1,
                    false => *next,
                };
                *next = (most * 2).min(LONGEST_PIECE);
                // The last byte goes apart.
                let length = piece.len() - usize::from(is_last);
                piece.split_to(length.clamp(1, most))
            }
            Pace::Slow { piece, .. } => piece.split_to(1),
            _ => Bytes::new(),
        };
        Poll::Ready(Some(Ok(http_body::Frame::data(bytes))))
    }
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = FaultError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, FaultError>>> {
        let body = self.get_mut();
        loop {
            match &mut body.pace {
                Pace::Whole => {
                    let frame = ready!(next(&mut body.stream, cx));
                    if body.stream.is_end_stream() {
                        body.taken();
                    }
                    return Poll::Ready(frame.map(|bytes| bytes.map(http_body::Frame::data)));
                }
                Pace::Windowed { .. } => return body.poll_piece(cx),
                Pace::Slow { step, .. } => {
                    ready!(step.as_mut().poll(cx));
                    let byte = ready!(body.poll_piece(cx));
                    if let Pace::Slow { step, .. } = &mut body.pace {
                        step.as_mut().reset(tokio::time::Instant::now() + SLOW_STEP);
                    }
                    if http_body::Body::is_end_stream(body) {
                        body.taken();
                    }
                    return Poll::Ready(byte);
                }
                Pace::Part => match ready!(next(&mut body.stream, cx)) {
                    Some(bytes) => return Poll::Ready(Some(bytes.map(http_body::Frame::data))),
                    None => body.pace = Pace::Leaving(body.leaving()),
                },
                Pace::Leaving(flushed) => {
                    let _ = ready!(Pin::new(flushed).poll(cx));
                    body.pace = Pace::Ending(Box::pin(tokio::time::sleep(LEAVING_TIME)));
                }
                Pace::Ending(sleep) => {
                    ready!(sleep.as_mut().poll(cx));
                    return Poll::Ready(Some(Err(FaultError::Truncate)));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.pace {
            Pace::Whole => self.stream.is_end_stream(),
            // Otherwise the library would not ask again after the last byte.
            Pace::Windowed { .. } => self.promised == Some(0),
            Pace::Slow { piece, .. } => piece.is_empty() && self.stream.is_end_stream(),
            Pace::Part | Pace::Leaving(_) | Pace::Ending(_) => false,
        }
    }

    fn size_hint(&self) -> http_body::SizeHint {
        match &self.pace {
            Pace::Whole => self.stream.size_hint(),
            Pace::Windowed { piece, .. } | Pace::Slow { piece, .. } => {
                let remaining = self.stream.size_hint().exact();
                remaining.map_or_else(http_body::SizeHint::default, |remaining| {
                    http_body::SizeHint::with_exact(remaining + piece.len() as u64)
                })
            }
            Pace::Part | Pace::Leaving(_) | Pace::Ending(_) => {
                http_body::SizeHint::with_exact(self.promised.unwrap_or_default())
            }
        }
    }
}

/// The next bytes of a body. Bytes that are there no more end it as a fault would: the head has
/// promised them.
fn next(stream: &mut Source, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, FaultError>>> {
    let piece = ready!(stream.poll_next(cx));
    Poll::Ready(piece.map(|piece| piece.map_err(|BrokenOff| FaultError::Truncate)))
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        let done = match &self.pace {
            Pace::Windowed { .. } => self.promised == Some(0),
            Pace::Slow { piece, .. } => piece.is_empty() && self.stream.is_end_stream(),
            _ => self.stream.is_end_stream(),
        };
        if done {
            // A head alone leaves with the next flush.
            self.taken();
        } else if let Some(on_delivery) = self.on_delivery.take() {
            let loss = match (&self.open, &self.wire) {
                (Some(open), _) => open.loss(),
                (None, Some(wire)) => wire.loss(),
                (None, None) => Delivery::Lost,
            };
            on_delivery.report(loss);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use http_body::Body as _;
    use http_body_util::BodyExt;
    use protocol::BodySource;
    use tokio::io::AsyncWriteExt;

    use super::*;
    use crate::ingress::watched_stream::WatchedStream;

    /// Each byte tells its place.
    #[derive(Debug)]
    struct Outside;

    impl BodySource for Outside {
        fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
            let bytes = offset..offset + length as u64;
            Ok(bytes.map(|byte| byte as u8).collect())
        }
    }

    /// An answer whose body lies outside of memory, and the connection it goes out on.
    fn answer(length: u64) -> (Answer, Leave, impl AsyncWriteExt + Unpin) {
        let body = Body::outside(Bytes::from_static(&[0]), length, Arc::new(Outside));
        let answer = Answer {
            status: 200,
            headers: protocol::Headers::default(),
            body,
        };
        let wire = Wire::http1();
        let (stream, _) = tokio::io::duplex(1);
        let stream = WatchedStream::new(stream, Arc::clone(&wire), Bytes::new(), SLOW_STEP);
        let leave = Leave {
            wire,
            open: None,
            on_delivery: OnDelivery::new(|_| ()),
            version: HttpVersion::Http11,
        };
        (answer, leave, stream)
    }

    #[tokio::test]
    async fn behind_an_answer_of_a_status_alone_a_length_that_no_body_has_is_refused_by_us() {
        const FIRST: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let mut long = *b"POST / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n";
        let wire = Wire::http1();
        assert_eq!(wire.passes(&mut FIRST.to_vec()), Some(FIRST.len()));
        assert_eq!(wire.take_head(Some(0)), FIRST);
        let framing = Framing {
            version: HttpVersion::Http11,
            closes: false,
        };
        let nothing = bare(StatusCode::NOT_FOUND, &http::Method::GET, framing, &wire);
        drop(nothing);
        for leaving in wire.flushed().into_iter().flatten() {
            leaving.report(Delivery::Written);
        }
        assert_eq!(wire.passes(&mut long), None);
    }

    #[tokio::test]
    async fn on_http2_an_answer_has_left_when_the_library_asks_for_more_than_its_last_byte() {
        let (answer, mut leave, _stream) = answer(3 * LONGEST_PIECE as u64);
        leave.wire = Wire::http2();
        let mut pieces = Vec::new();
        let mut body = whole(answer, leave).into_body();
        while let Some(piece) = body.frame().await {
            assert!(!body.is_end_stream());
            assert!(body.on_delivery.is_some(), "after {pieces:?}");
            pieces.push(piece.unwrap().into_data().unwrap().len());
        }
        assert!(body.on_delivery.is_none());
        assert_eq!(pieces.iter().sum::<usize>(), 3 * LONGEST_PIECE);
        assert!(pieces.iter().all(|piece| *piece <= LONGEST_PIECE));
        assert_eq!(pieces.last(), Some(&1));
    }

    #[tokio::test(start_paused = true)]
    async fn on_http2_a_piece_is_as_long_as_what_was_taken_at_once_and_short_after_a_pause() {
        let (answer, mut leave, _stream) = answer(1 << 20);
        leave.wire = Wire::http2();
        let mut body = whole(answer, leave).into_body();
        for (pause, length) in [
            (0, FIRST_PIECE),
            (0, 2 * FIRST_PIECE),
            (29, 1),
            (0, 2),
            (0, 4),
            (1, 1),
        ] {
            tokio::time::sleep(Duration::from_secs(pause)).await;
            let piece = body.frame().await.unwrap().unwrap().into_data().unwrap();
            assert_eq!(piece.len(), length);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_outside_of_memory_is_cut_at_its_half() {
        let (answer, leave, mut stream) = answer(21);
        let mut body = truncated(answer, leave).into_body();
        assert_eq!(body.size_hint().exact(), Some(21), "the head promises all");
        let half = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(half, (0..10).collect::<Bytes>());
        let (end, flushed) = tokio::join!(biased; body.frame(), stream.flush());
        flushed.unwrap();
        assert_eq!(end.unwrap().unwrap_err(), FaultError::Truncate);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_outside_of_memory_goes_out_slowly_byte_for_byte() {
        let (answer, leave, _stream) = answer(5);
        let begun = tokio::time::Instant::now();
        let mut body = slow(answer, leave).into_body();
        for byte in 0..5 {
            assert_eq!(body.size_hint().exact(), Some(5 - u64::from(byte)));
            let piece = body.frame().await.unwrap().unwrap().into_data().unwrap();
            assert_eq!(piece, [byte].as_slice());
            assert!(begun.elapsed() >= SLOW_STEP * (u32::from(byte) + 1));
        }
        assert!(body.is_end_stream());
    }
}
