//! One connection: which HTTP it speaks, its requests, and the turn that each of them gets.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::request::Parts;
use hyper::body::{Body as _, Incoming};
use hyper_util::rt::{TokioIo, TokioTimer};
use protocol::{Code, Request};
use tokio::io::AsyncWriteExt;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::GRACE;
use super::access::refuses;
use super::body::{BodyProblem, ReadBody, read_body};
use super::broken_head::{BrokenHead, is_callers_leaving, is_stalled};
use super::open_requests::Reading;
use super::recorded::{framing, recorded_headers, recorded_trailers};
use super::response::{self, AnswerBody, FaultError, Leave, fault_of};
use super::route::{Destination, ListenerKind, Route};
use super::sniff::speaks_http2;
use super::streams::OpenStream;
use super::target::Target;
use super::transport::Transport;
use super::watched_stream::WatchedStream;
use super::web_page::web_page_finding;
use super::wire::Wire;
use crate::access::Login;
use crate::detach_on_drop::DetachOnDrop;
use crate::http::{HEADER_FIELDS, version};
use crate::outgoing::{Fault, Framing, Outgoing};
use crate::receipt::Receipt;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::turn::{self, Delivery, Dispatch, Reply};

/// Bytes kept of the body of a caller that is turned away, by guess enough to tell whose it is.
const DENIED_BYTES: u64 = 4 << 10;
/// What is said of `CONNECT`.
const NO_PROXY: &str = "CONNECT asks for a proxy, and this is none";

/// Whoever is at the other end of a connection.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) shared: Arc<Shared>,
    pub(crate) remote: SocketAddr,
    pub(crate) listener: ListenerKind,
}

/// A request for a bot, as the HTTP library gives it, with its head as it was received.
pub(super) struct Accepted {
    destination: Destination,
    receipt: Receipt,
    parts: Parts,
    target: Target,
    head: Vec<u8>,
    body: Incoming,
    reading: Option<Reading>,
}

impl Caller {
    /// One connection, from its first byte to its last.
    pub(crate) async fn connection<S>(self, mut stream: S, stop: CancellationToken)
    where
        S: Transport,
    {
        let settings = self.shared.settings();
        let timeout = settings.header_timeout();
        let first = tokio::select! {
            () = stop.cancelled() => return,
            first = speaks_http2(&mut stream, timeout) => first,
        };
        match first {
            Ok((_, bytes)) if bytes.is_empty() => {}
            Ok((true, bytes)) => self.http2(stream, bytes, &settings, stop).await,
            Ok((false, bytes)) => self.http1(stream, bytes, &settings, stop).await,
            Err((error, bytes))
                if error.kind() == std::io::ErrorKind::TimedOut && !bytes.is_empty() =>
            {
                Box::pin(self.head_overdue(stream, &bytes, &settings)).await;
            }
            Err(_) => {}
        }
    }

    async fn http1<S>(self, stream: S, first: Bytes, settings: &Settings, stop: CancellationToken)
    where
        S: Transport,
    {
        let wire = Wire::http1();
        let stream =
            WatchedStream::new(stream, Arc::clone(&wire), first, settings.header_timeout());
        let service = {
            let (caller, wire) = (self.clone(), Arc::clone(&wire));
            hyper::service::service_fn(move |request: http::Request<Incoming>| {
                let head = wire.take_head(request.body().size_hint().exact());
                caller
                    .clone()
                    .answer(request, Arc::clone(&wire), head, None)
            })
        };
        let mut connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(settings.header_timeout())
            .max_buf_size(settings.header_limit_bytes as usize)
            .max_headers(HEADER_FIELDS)
            // Heads are our own, with the fields that were recorded.
            .auto_date_header(false)
            // The library would take the end of a caller's sending half for its leaving.
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service);
        let mut stopping = std::pin::pin!(stop.cancelled());
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = wire.impossible_length() => {
                let stream = connection.into_parts().io.into_inner().without_library();
                return Box::pin(self.length_refused(Some(stream), &wire.head(), settings)).await;
            }
            () = &mut stopping => {
                std::pin::Pin::new(&mut connection).graceful_shutdown();
                (&mut connection).await
            }
        };
        // In a box: a connection that ends well carries nothing of it.
        let Err(error) = ended else { return };
        let head = wire.head();
        let stream = connection.into_parts().io.into_inner().without_library();
        Box::pin(self.broken_http1(stream, &error, &head, settings, &stop)).await;
    }

    /// Ends an HTTP/1 connection on which the HTTP library has met an error.
    async fn broken_http1<S: Transport>(
        self,
        stream: WatchedStream<S>,
        error: &hyper::Error,
        head: &[u8],
        settings: &Settings,
        stop: &CancellationToken,
    ) {
        if let Some(fault) = fault_of(error) {
            return end_by_fault(stream, fault).await;
        }
        let Some(broken) = BrokenHead::of(error, head, settings) else {
            let is_there = is_stalled(error);
            return self.left_behind(stream, is_there, settings, stop).await;
        };
        // Whose half has ended in order may wait for the answer.
        let stream = (!is_callers_leaving(error)).then_some(stream);
        self.refused_head(stream, head, broken).await;
    }

    /// Takes a request through; what is left of it when its caller leaves goes on as a task.
    /// `head`: its head as it was received; empty where there is none as text. `stream`: on HTTP/2,
    /// that bytes of it are taken, and what its answer goes out on.
    pub(super) async fn answer(
        self,
        request: http::Request<Incoming>,
        wire: Arc<Wire>,
        head: Vec<u8>,
        stream: Option<(Reading, Option<OpenStream>)>,
    ) -> Result<Response<AnswerBody>, FaultError> {
        let (reading, open) = match stream {
            Some((reading, open)) => (Some(reading), open),
            None => (None, None),
        };
        let method = request.method().clone();
        let (framing, accepted) = self.accept(request, head, reading);
        let accepted = match accepted {
            Ok(accepted) => accepted,
            Err(status) => return Ok(response::bare(status, &method, framing, &wire)),
        };
        let (sender, dispatched) = oneshot::channel();
        let shared = Arc::clone(&self.shared);
        let turn = self.take(accepted, Arc::clone(&wire), Reply::Caller(sender));
        DetachOnDrop::new(shared.tasks.clone(), turn).await;
        // There is an answer unless the caller has gone. The HTTP library reads no more after a
        // body that ended badly, so that it would not see the end of an HTTP/1 connection itself.
        let Ok(dispatch) = dispatched.await else {
            return Err(FaultError::NoAnswer);
        };
        let Dispatch {
            outgoing,
            body: pieces,
            on_delivery,
        } = dispatch;
        let leave = Leave {
            wire,
            open,
            on_delivery,
            version: framing.version,
        };
        match outgoing {
            Outgoing::Answer(answer) => Ok(match pieces {
                None => response::whole(answer, leave),
                Some(pieces) => response::arriving(answer, pieces, leave),
            }),
            Outgoing::Fault(fault) => carry_out(fault, leave, &shared.stop).await,
            Outgoing::Part(..) | Outgoing::Nothing(_) => Err(FaultError::NoAnswer),
        }
    }

    /// Where a request leads, and how its answer is framed; a status where it leads to no bot.
    pub(super) fn accept(
        &self,
        request: http::Request<Incoming>,
        head: Vec<u8>,
        reading: Option<Reading>,
    ) -> (Framing, Result<Accepted, http::StatusCode>) {
        let (parts, body) = request.into_parts();
        let target = Target::read(&head, &parts.uri);
        let framing = framing(&parts);
        let destination = match self.listener.route(&self.shared, &parts.headers, &target) {
            Route::Bot(destination) => destination,
            Route::SelfCheck => return (framing, Err(http::StatusCode::NO_CONTENT)),
            Route::Stranger => return (framing, Err(http::StatusCode::NOT_FOUND)),
        };
        let mut receipt = Receipt::now(&self.shared, self.listener.source(), None);
        receipt.framing = Some(framing);
        let accepted = Accepted {
            destination,
            receipt,
            parts,
            target,
            head,
            body,
            reading,
        };
        (framing, Ok(accepted))
    }

    /// Takes a request through.
    pub(super) async fn take(self, accepted: Accepted, wire: Arc<Wire>, reply: Reply) {
        let settings = self.shared.settings();
        let Accepted {
            destination,
            mut receipt,
            parts,
            target,
            head,
            body,
            reading,
        } = accepted;
        let headers = recorded_headers(&head, &parts, &target, &mut receipt.findings);
        receipt.findings.extend(web_page_finding(&headers));
        // Before the body: a caller that is turned away is asked for none and fills no history.
        let denial = match parts.method == http::Method::CONNECT {
            true => Some(Refusal::bare(405, Code::HttpSyntax, NO_PROXY.to_owned())),
            false => self.denial(&destination, &parts).await,
        };
        let read = self.read(body, reading, &parts, denial.is_some(), &settings);
        let read = read.await;
        if parts.version < http::Version::HTTP_2 && read.problem.is_none() {
            wire.expect_answer();
        }
        if let Some(framing) = &mut receipt.framing {
            framing.closes |= read.problem.is_some() || self.shared.stop.is_cancelled();
        }
        let mut request = Request {
            method: parts.method.as_str().to_owned(),
            path: destination.path,
            query: target.query,
            is_target_latin1: target.is_latin1,
            http_version: version(parts.version),
            remote: self.remote.to_string(),
            headers,
            trailers: recorded_trailers(read.trailers, &wire),
            body: read.body,
            truncated: read.problem.is_some(),
        };
        let concealed = self.shared.conceal_token(&mut request);
        receipt.findings.extend(concealed);
        let refusal = refusal(read.problem, denial, &settings, receipt.clock);
        let reply = if refusal.as_ref().is_some_and(|one| one.answer.is_err()) {
            Reply::Nobody
        } else {
            reply
        };
        turn::run(
            self.shared,
            destination.bot,
            receipt,
            request,
            refusal,
            reply,
        )
        .await;
    }

    /// Reads a body as far as it is wanted: a little of one that is turned away, and nothing of one
    /// whose caller waits to be asked for it and is not going to be.
    async fn read(
        &self,
        body: Incoming,
        reading: Option<Reading>,
        parts: &Parts,
        is_denied: bool,
        settings: &Settings,
    ) -> ReadBody {
        let limit = match is_denied {
            true => DENIED_BYTES,
            false => settings.body_limit_bytes,
        };
        let is_too_long = body.size_hint().lower() > settings.body_limit_bytes;
        if expects_continue(parts) && (is_denied || is_too_long) {
            return ReadBody::unread(&body);
        }
        let Shared { bodies, stop, .. } = &*self.shared;
        let timeout = settings.body_timeout();
        read_body(body, reading, timeout, limit, bodies, stop).await
    }

    /// What the caller gets instead of an answer, where the bot does not let it in. A path that
    /// names no bot is let in without asking: it came from this machine.
    async fn denial(&self, destination: &Destination, parts: &Parts) -> Option<Refusal> {
        if !destination.is_named {
            return None;
        }
        let renew = |login: &Login, digest: String| {
            let (shared, before) = (Arc::clone(&self.shared), login.digest().to_owned());
            let id = destination.bot.id;
            self.shared.tasks.spawn(async move {
                if let Err(error) = shared.bots.renew_digest(id, &before, digest).await {
                    tracing::warn!(%error, "the digest of a login could not be replaced");
                }
            });
        };
        let (access, remote) = (&destination.bot.access, self.remote.ip());
        refuses(access, &parts.method, &parts.headers, remote, renew).await
    }
}

/// What a caller is told in place of an answer: that its body broke off or broke the rules before
/// that it is turned away, and that before what the limits say.
fn refusal(
    problem: Option<BodyProblem>,
    denial: Option<Refusal>,
    settings: &Settings,
    clock: store::Stopwatch,
) -> Option<Refusal> {
    match problem {
        Some(problem) if problem.is_callers() || denial.is_none() => {
            Some(problem.refusal(settings, clock))
        }
        _ => denial,
    }
}

/// Whether the caller sends its body only when it is asked for (RFC 9110, 10.1.1).
fn expects_continue(parts: &Parts) -> bool {
    let expects = parts.headers.get(http::header::EXPECT);
    expects.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

/// Breaks an exchange as ordered. `stop`: cancelled when the app stops, which no fault outlives.
async fn carry_out(
    fault: Fault,
    leave: Leave,
    stop: &CancellationToken,
) -> Result<Response<AnswerBody>, FaultError> {
    match fault {
        Fault::Never => leave.wire.expect_nothing(),
        Fault::Truncate(_) | Fault::Slow(_) => {}
        Fault::Close | Fault::Reset | Fault::Garbage => leave.wire.answer_begins(None),
    }
    let error = match fault {
        Fault::Truncate(answer) => return Ok(response::truncated(answer, leave)),
        Fault::Slow(answer) => return Ok(response::slow(answer, leave)),
        Fault::Close | Fault::Never => FaultError::Close,
        Fault::Reset => FaultError::Reset,
        Fault::Garbage => FaultError::Garbage,
    };
    leave.on_delivery.report(Delivery::Written);
    if fault == Fault::Never {
        stop.cancelled().await;
    }
    Err(error)
}

/// Ends an HTTP/1 connection after a fault, or where there is no answer.
async fn end_by_fault<S: Transport>(mut stream: WatchedStream<S>, fault: FaultError) {
    /// Neither a head nor a chunk of any HTTP.
    const GARBAGE: &[u8] = b"\x00\xff\x16\x03garbage\xfe\r\n\r\n\x00";
    let ending = async {
        match fault {
            // Not shut down: an orderly end would come before the reset.
            FaultError::Reset => {
                stream.reset();
                return Ok(());
            }
            FaultError::Garbage => stream.write_all(GARBAGE).await?,
            FaultError::Close | FaultError::Truncate | FaultError::NoAnswer => {}
        }
        stream.shutdown().await
    };
    // A caller that does not read is let go all the same.
    let _ = tokio::time::timeout(GRACE, ending).await;
}
