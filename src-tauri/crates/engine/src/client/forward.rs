//! A request forwarded to a server of the developer's, and its answer, byte for byte.
//!
//! The call ends when the whole answer has come, however long that takes: whoever makes it has a
//! deadline, and may leave the call open behind it. Where an answer grows long, it is handed on
//! piece by piece meanwhile.

#[cfg(test)]
mod tests;

use std::io::ErrorKind;
use std::time::Duration;

use http_body::Body as _;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use messages::{Lang, Say as _};
use protocol::{Answer, Body, Code, Headers, OwnFinding, Request};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::AbortOnDropHandle;
use tunnel::without_brackets;

use super::address::Address;
use super::allowance::SLOWEST_BYTES_PER_SECOND;
use super::clients::Clients;
use super::connect::Connected;
use super::early_answer::EarlyAnswer;
use super::failure::{deepest, sources};
use super::forward_fields::{end_to_end, forwarded};
use super::handing::{AnswerHead, Handing};
use super::own_head::OwnHead;
use super::reach::{ReachError, reach};
use super::send::{framed, head};
use crate::answering::Upstream;
use crate::bodies::{Bodies, CollectError, Collector};
use crate::body_stream::UnreadableBody;
use crate::error::Invalid;
use crate::http::{HEADER_FIELDS, fields};
use crate::outgoing::AnswerStream;

/// How long after a server has closed its connection it is looked for again: a process that fails
/// takes some milliseconds to end, and this is by guess ten times that.
const GONE_AFTER: Duration = Duration::from_millis(250);

/// A request on its way to a server.
#[derive(Debug)]
pub(crate) struct Call {
    /// As it was received.
    pub(crate) request: Request,
    pub(crate) server: Upstream,
    /// The caller spoke TLS, as far as is known.
    pub(crate) is_https: bool,
    /// How long a long answer may take on its way, its length apart.
    pub(crate) seconds: u32,
    /// Where a long answer goes piece by piece; `None` or gone: it is only collected.
    pub(crate) stream: Option<oneshot::Sender<AnswerStream>>,
}

/// Why a call has no whole answer.
#[derive(Debug)]
pub(crate) struct CallFailure {
    /// The cause; `None` where the bot left in the middle of its answer.
    pub(crate) finding: Option<OwnFinding>,
    /// What had arrived.
    pub(crate) part: Option<Box<Answer>>,
}

impl CallFailure {
    fn new(code: Code, args: impl IntoIterator<Item = String>) -> Self {
        Self {
            finding: Some(OwnFinding::new(code, args)),
            part: None,
        }
    }
}

/// Forwards a request. `limit`: the longest body taken, in bytes.
///
/// # Errors
/// The server cannot be reached, or its answer is not whole.
pub(crate) async fn forward(
    clients: &Clients,
    bodies: &Bodies,
    call: Call,
    limit: u64,
) -> Result<Answer, CallFailure> {
    let address = address(&call.request, &call.server)?;
    let forwarding = Forwarding {
        bodies,
        host: address.host_field(),
        address,
        limit,
        seconds: call.seconds,
    };
    let mut request = call.request;
    request.headers = forwarded(&request, &forwarding.host, call.is_https);
    forwarding.address.log_in(&mut request.headers);
    let reached = reach(clients, &forwarding.address, &call.server).await;
    let connected = reached.map_err(|error| forwarding.unreached(error))?;
    forwarding.exchange(connected, request, call.stream).await
}

/// The server, with the request's path and query behind its own.
fn address(request: &Request, server: &Upstream) -> Result<Address, CallFailure> {
    let unusable = |error: Invalid| {
        let args = [server.host(), error.message().text(Lang::En)];
        CallFailure::new(Code::UpstreamName, args)
    };
    Address::below(&server.url, request, None).map_err(unusable)
}

struct Forwarding<'a> {
    bodies: &'a Bodies,
    address: Address,
    /// The server as findings name it.
    host: String,
    limit: u64,
    seconds: u32,
}

impl Forwarding<'_> {
    fn failed(&self, code: Code, detail: impl Into<String>) -> CallFailure {
        CallFailure::new(code, [self.host.clone(), detail.into()])
    }

    fn unreached(&self, error: ReachError) -> CallFailure {
        match error {
            ReachError::Name(cause) => self.failed(Code::UpstreamName, cause),
            ReachError::OwnApi => {
                CallFailure::new(Code::UpstreamLoop, ["0".to_owned(), self.host.clone()])
            }
            ReachError::Refused(cause) => self.failed(Code::UpstreamRefused, cause),
            ReachError::TimedOut(most) => {
                self.failed(Code::UpstreamRefused, format!("> {} s", most.as_secs()))
            }
            ReachError::Tls(cause, issuer) => {
                let issuer = issuer.unwrap_or_else(|| "—".to_owned());
                CallFailure::new(Code::UpstreamTls, [self.host.clone(), cause, issuer])
            }
        }
    }

    /// Sends the request and takes the answer.
    async fn exchange(
        &self,
        connected: Connected,
        request: Request,
        stream: Option<oneshot::Sender<AnswerStream>>,
    ) -> Result<Answer, CallFailure> {
        let head = head(&request, &self.address, &connected);
        let is_direct = connected.forwarder.is_none();
        let (io, answer_head) = OwnHead::new(EarlyAnswer::new(connected.stream), head);
        let mut http = http1::Builder::new();
        http.max_headers(HEADER_FIELDS);
        let handshake = http.handshake(TokioIo::new(io)).await;
        let closed = |error: hyper::Error| self.failed(Code::UpstreamClosed, deepest(&error));
        let (mut sender, connection) = handshake.map_err(closed)?;
        let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
        let sending = framed(&request)
            .map_err(|failure| self.failed(Code::UpstreamNotHttp, failure.detail))?;
        // What is sent holds it alone: a long body is not kept until the answer comes.
        drop(request);
        let response = match sender.send_request(sending).await {
            Ok(response) => response,
            Err(error) => {
                let beginning = answer_head.lock().beginning();
                return Err(self.unanswered(&error, &beginning, is_direct).await);
            }
        };
        let (parts, body) = response.into_parts();
        let status = parts.status.as_u16();
        // 101 ends HTTP on this connection, which was not asked for; above 599 there is none.
        if status == 101 || status > 599 {
            return Err(self.failed(Code::UpstreamNotHttp, parts.status.to_string()));
        }
        let received = answer_head.lock().take();
        let headers = end_to_end(received.unwrap_or_else(|| fields(&parts.headers)));
        self.receive(status, headers, body, stream).await
    }

    /// Why no answer has begun. `beginning`: what came of it.
    async fn unanswered(
        &self,
        error: &hyper::Error,
        beginning: &[u8],
        is_direct: bool,
    ) -> CallFailure {
        if let Some(cause) = unreadable(error) {
            return self.failed(Code::UpstreamNotSent, cause);
        }
        if error.is_parse() || (!beginning.is_empty() && !b"HTTP/1.".starts_with(start(beginning)))
        {
            return self.failed(Code::UpstreamNotHttp, shown(beginning));
        }
        if !beginning.is_empty() {
            return self.half(0, deepest(error));
        }
        let code = match is_direct && self.is_gone().await {
            true => Code::UpstreamGone,
            false => Code::UpstreamClosed,
        };
        self.failed(code, deepest(error))
    }

    /// Whether nobody listens any more, a moment later.
    async fn is_gone(&self) -> bool {
        sleep(GONE_AFTER).await;
        let host = without_brackets(self.address.host());
        let connecting = TcpStream::connect((host, self.address.port()));
        match timeout(Duration::from_secs(1), connecting).await {
            Ok(Err(error)) => error.kind() == ErrorKind::ConnectionRefused,
            Ok(Ok(_)) | Err(_) => false,
        }
    }

    fn half(&self, bytes: u64, cause: impl Into<String>) -> CallFailure {
        let args = [self.host.clone(), bytes.to_string(), cause.into()];
        CallFailure::new(Code::UpstreamHalf, args)
    }

    fn no_room(&self, error: &CollectError) -> CallFailure {
        self.failed(Code::UpstreamNoRoom, error.to_string())
    }

    fn too_large(&self) -> CallFailure {
        self.failed(Code::UpstreamTooLarge, self.limit.to_string())
    }

    async fn receive(
        &self,
        status: u16,
        headers: Headers,
        body: Incoming,
        stream: Option<oneshot::Sender<AnswerStream>>,
    ) -> Result<Answer, CallFailure> {
        let length = body.size_hint().exact();
        if body.size_hint().lower() > self.limit {
            return Err(self.too_large());
        }
        let mut handing = Handing::new(stream);
        let mut collector = self.bodies.collect_passing();
        let head = (status, &headers);
        let cut = self
            .pump(body, &mut collector, &mut handing, head, length)
            .await;
        let finished = collector.finish().await;
        let (body, cut) = match (finished, cut) {
            (Ok(body), cut) => (body, cut),
            (Err(unfinished), cut) => {
                let no_room = self.no_room(&unfinished.error);
                (unfinished.beginning, Some(cut.unwrap_or(no_room)))
            }
        };
        let answer = answer(status, headers, body);
        match cut {
            None => {
                handing.end().await;
                Ok(answer)
            }
            Some(failure) => Err(CallFailure {
                part: Some(Box::new(answer)),
                ..failure
            }),
        }
    }

    /// Takes the body to its end; why it is not whole where it is not.
    async fn pump(
        &self,
        mut body: Incoming,
        collector: &mut Collector<'_>,
        handing: &mut Handing,
        (status, headers): (u16, &Headers),
        length: Option<u64>,
    ) -> Option<CallFailure> {
        let mut waited = Duration::ZERO;
        loop {
            let seconds = u64::from(self.seconds) + collector.length() / SLOWEST_BYTES_PER_SECOND;
            let began = Instant::now();
            let next = match handing.is_under_way() {
                true => {
                    timeout(
                        Duration::from_secs(seconds).saturating_sub(waited),
                        body.frame(),
                    )
                    .await
                }
                false => Ok(body.frame().await),
            };
            if handing.is_under_way() {
                waited += began.elapsed();
            }
            let piece = match next {
                Err(_) => {
                    let cause = format!("> {seconds} s");
                    return Some(self.half(collector.length(), cause));
                }
                Ok(None) => return None,
                Ok(Some(Err(error))) => {
                    return Some(self.half(collector.length(), deepest(&error)));
                }
                Ok(Some(Ok(frame))) => match frame.into_data() {
                    Ok(piece) => piece,
                    Err(_) => continue,
                },
            };
            if collector.length() + piece.len() as u64 > self.limit {
                return Some(self.too_large());
            }
            if let Err(error) = collector.push(piece.clone()).await {
                return Some(self.no_room(&error));
            }
            let begin = || AnswerHead {
                status,
                headers: headers.clone(),
                length,
            };
            if !handing.push(piece, begin).await {
                return Some(CallFailure {
                    finding: None,
                    part: None,
                });
            }
        }
    }
}

const fn answer(status: u16, headers: Headers, body: Body) -> Answer {
    Answer {
        status,
        headers,
        body,
    }
}

/// Why the request's own body could not be read, where that is the cause.
fn unreadable(error: &hyper::Error) -> Option<String> {
    let cause = sources(error).find(|cause| cause.is::<UnreadableBody>());
    cause.map(deepest)
}

/// As much of what came as is compared with the beginning of every answer.
fn start(beginning: &[u8]) -> &[u8] {
    &beginning[..beginning.len().min(b"HTTP/1.".len())]
}

/// What came instead of an answer, for a person.
fn shown(beginning: &[u8]) -> String {
    const SHOWN_BYTES: usize = 60;
    let shown = &beginning[..beginning.len().min(SHOWN_BYTES)];
    let text = String::from_utf8_lossy(shown);
    text.chars()
        .map(|letter| if letter.is_control() { '·' } else { letter })
        .collect()
}
