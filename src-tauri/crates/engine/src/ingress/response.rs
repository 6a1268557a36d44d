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
use http_body::Body as _;
use protocol::{Answer, Body};
use tokio::sync::oneshot;
use tokio::time::Sleep;

use super::wire::Wire;
use crate::body_stream::BodyStream;
use crate::http::is_hop_by_hop;
use crate::turn::{Delivery, OnDelivery};

/// How far the bytes of a slow answer are apart.
const SLOW_STEP: Duration = Duration::from_millis(100);
/// How long the half that goes out is given to leave after a flush: on HTTP/2 the flush may have
/// been another stream's.
const LEAVING_TIME: Duration = Duration::from_millis(20);

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
    /// All of it from outside of memory; `bytes` is empty.
    Stream(BodyStream),
    /// A byte at each step.
    Slow(Pin<Box<Sleep>>),
    /// Half of it, and then an end.
    Half,
    /// Half of it is with the HTTP library, which tells when it has flushed.
    Leaving(oneshot::Receiver<()>),
    /// It is given time to leave.
    Ending(Pin<Box<Sleep>>),
}

/// A body on its way out, whose leaving is watched.
pub(crate) struct AnswerBody {
    bytes: Bytes,
    /// What the head promises, in bytes.
    promised: u64,
    pace: Pace,
    wire: Option<Arc<Wire>>,
    on_delivery: Option<OnDelivery>,
    /// No body goes out whatever `bytes` holds (an answer to HEAD).
    headless: bool,
}

/// Which connection an answer goes out on, and who hears of it.
pub(crate) struct Leave {
    pub(crate) wire: Arc<Wire>,
    pub(crate) on_delivery: OnDelivery,
    /// The answer to HEAD: its head alone.
    pub(crate) headless: bool,
}

/// An answer.
pub(crate) fn whole(answer: Answer, leave: Leave) -> Response<AnswerBody> {
    response(answer, leave, |_| Pace::Whole)
}

/// An answer whose body goes out a byte at a time.
pub(crate) fn slow(answer: Answer, leave: Leave) -> Response<AnswerBody> {
    response(answer, leave, |_| {
        Pace::Slow(Box::pin(tokio::time::sleep(SLOW_STEP)))
    })
}

/// An answer's head and half of its body; an empty body is promised a byte that does not come.
pub(crate) fn truncated(answer: Answer, leave: Leave) -> Response<AnswerBody> {
    response(answer, leave, |body| {
        body.promised = body.promised.max(1);
        body.bytes.truncate(body.bytes.len() / 2);
        Pace::Half
    })
}

/// An answer of nothing but a status, whose leaving nobody watches.
pub(crate) fn bare(status: StatusCode) -> Response<AnswerBody> {
    let body = AnswerBody {
        bytes: Bytes::new(),
        promised: 0,
        pace: Pace::Whole,
        wire: None,
        on_delivery: None,
        headless: false,
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

fn response(
    answer: Answer,
    leave: Leave,
    pace: impl FnOnce(&mut AnswerBody) -> Pace,
) -> Response<AnswerBody> {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let bodyless = status == StatusCode::NO_CONTENT || status == StatusCode::NOT_MODIFIED;
    let body = if bodyless {
        Body::default()
    } else {
        answer.body
    };
    let promised = body.length();
    let (bytes, whole) = match body.whole() {
        Some(bytes) => (bytes.clone(), Pace::Whole),
        None => (Bytes::new(), Pace::Stream(BodyStream::new(body))),
    };
    let mut body = AnswerBody {
        promised,
        bytes,
        pace: whole,
        wire: Some(leave.wire),
        on_delivery: Some(leave.on_delivery),
        headless: leave.headless,
    };
    // No fault was made for a body outside of memory: it goes out whole.
    if matches!(body.pace, Pace::Whole) {
        body.pace = pace(&mut body);
    }
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in answer.headers.0 {
        // `Answer::check` has seen them; what it let through fits.
        let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value))
        else {
            continue;
        };
        if !is_hop_by_hop(name.as_str()) && name != header::CONTENT_LENGTH {
            response.headers_mut().append(name, value);
        }
    }
    if matches!(answer.status, 408 | 413 | 431) {
        // What is left of the request is not read: the connection cannot go on.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

impl AnswerBody {
    /// The HTTP library has taken the last byte.
    fn taken(&mut self) {
        if let (Some(wire), Some(on_delivery)) = (&self.wire, self.on_delivery.take()) {
            wire.on_flush(on_delivery);
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
                    body.taken();
                    let bytes = std::mem::take(&mut body.bytes);
                    let frame = (!bytes.is_empty()).then(|| Ok(http_body::Frame::data(bytes)));
                    return Poll::Ready(frame);
                }
                Pace::Stream(stream) => {
                    let frame = ready!(Pin::new(&mut *stream).poll_frame(cx));
                    if stream.is_end_stream() {
                        body.taken();
                    }
                    let frame = frame.map(|read| read.map_err(|_| FaultError::Truncate));
                    return Poll::Ready(frame);
                }
                Pace::Slow(sleep) => {
                    ready!(sleep.as_mut().poll(cx));
                    sleep
                        .as_mut()
                        .reset(tokio::time::Instant::now() + SLOW_STEP);
                    let length = body.bytes.len().min(1);
                    let byte = body.bytes.split_to(length);
                    if body.bytes.is_empty() {
                        body.taken();
                    }
                    let frame = (!byte.is_empty()).then(|| Ok(http_body::Frame::data(byte)));
                    return Poll::Ready(frame);
                }
                Pace::Half if body.bytes.is_empty() => body.pace = Pace::Leaving(body.leaving()),
                Pace::Half => {
                    let half = std::mem::take(&mut body.bytes);
                    return Poll::Ready(Some(Ok(http_body::Frame::data(half))));
                }
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
            Pace::Stream(stream) => stream.is_end_stream(),
            Pace::Whole | Pace::Slow(_) => self.bytes.is_empty(),
            Pace::Half | Pace::Leaving(_) | Pace::Ending(_) => false,
        }
    }

    fn size_hint(&self) -> http_body::SizeHint {
        match &self.pace {
            Pace::Stream(stream) => stream.size_hint(),
            Pace::Whole | Pace::Slow(_) => http_body::SizeHint::with_exact(self.bytes.len() as u64),
            Pace::Half | Pace::Leaving(_) | Pace::Ending(_) => {
                http_body::SizeHint::with_exact(self.promised)
            }
        }
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        let done = match &self.pace {
            Pace::Stream(stream) => stream.is_end_stream(),
            _ => self.bytes.is_empty(),
        };
        if done || self.headless {
            // The head alone is the answer; it leaves with the next flush.
            self.taken();
        } else if let Some(on_delivery) = self.on_delivery.take() {
            on_delivery.report(Delivery::Lost);
        }
    }
}
