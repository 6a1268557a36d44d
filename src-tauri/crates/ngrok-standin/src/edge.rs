//! The public side: plain HTTP in, one Proxy stream to the agent for each caller's connection.
//!
//! Each request is read and sent on by an HTTP library, as the real edge does, so headers of the edge are in
//! each of them and a missing answer can be told from a broken one.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, Version, header};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::{TokioIo, TokioTimer};
use muxado::typed::{StreamType, TypedOpenClose, TypedStream};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Semaphore};

use crate::state::{Endpoint, Shared};

/// Callers at once.
const CALLERS: usize = 2048;
/// How long a caller may take over the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// A pause after the system refused a connection, which is when it has no file handles left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

const PROXY: StreamType = StreamType::clamp(3);
/// The kind of edge that ends TLS and speaks HTTP.
const EDGE_HTTPS: &str = "3";

/// No endpoint of that name is online.
const OFFLINE: &str = "ERR_NGROK_3200";
/// The agent's side closed without an answer, or with one that is none.
const NO_ANSWER: &str = "ERR_NGROK_3004";

type Body = BoxBody<Bytes, hyper::Error>;

/// Takes callers in until it is dropped.
pub(crate) async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let places = Arc::new(Semaphore::new(CALLERS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let place = place.expect("the semaphore is never closed");
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let caller = Arc::new(Caller {
            shared: Arc::clone(&shared),
            peer,
            way: Mutex::default(),
        });
        let serving = async move {
            caller.serve(stream).await;
            drop(place);
        };
        let stop = shared.stop.clone();
        shared.tasks.spawn(stop.run_until_cancelled_owned(serving));
    }
}

/// One connection of a caller.
struct Caller {
    shared: Arc<Shared>,
    peer: SocketAddr,
    /// The stream that its last request took. Requests of a connection come one after the other.
    way: Mutex<Option<Way>>,
}

/// A Proxy stream, ready for requests.
struct Way {
    endpoint: String,
    sender: SendRequest<Incoming>,
}

impl Caller {
    async fn serve(self: Arc<Self>, stream: TcpStream) {
        let service = hyper::service::service_fn(move |request| {
            let caller = Arc::clone(&self);
            async move { Ok::<_, Infallible>(caller.answer(request).await) }
        });
        let served = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .preserve_header_case(true)
            .serve_connection(TokioIo::new(stream), service)
            .await;
        if let Err(error) = served {
            tracing::debug!(%error, "a caller's connection ended");
        }
    }

    async fn answer(&self, mut request: Request<Incoming>) -> Response<Body> {
        let host = request.headers().get(header::HOST).cloned();
        let host = host.unwrap_or_else(|| HeaderValue::from_static(""));
        let name = host.to_str().unwrap_or_default();
        let Some(endpoint) = self.shared.endpoint_for(name) else {
            let told = format!("The endpoint {name} is offline.");
            return refusal(StatusCode::NOT_FOUND, OFFLINE, &told);
        };
        self.add_headers(&mut request, &endpoint, host);
        match self.forward(request, &endpoint).await {
            Ok(response) => response.map(BodyExt::boxed),
            Err(error) => {
                tracing::debug!(%error, "an agent gave no answer");
                let told = "The agent's side gave an invalid or incomplete HTTP response.";
                refusal(StatusCode::BAD_GATEWAY, NO_ANSWER, told)
            }
        }
    }

    /// What the edge tells of the caller; what the caller claims of itself is replaced.
    fn add_headers(&self, request: &mut Request<Incoming>, endpoint: &Endpoint, host: HeaderValue) {
        *request.version_mut() = Version::HTTP_11;
        let peer = self.peer.ip().to_string();
        for (name, text) in [
            ("x-forwarded-for", peer.as_str()),
            ("x-forwarded-proto", endpoint.scheme()),
        ] {
            let value = HeaderValue::from_str(text).expect("an address or a scheme is printable");
            request
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
        let name = HeaderName::from_static("x-forwarded-host");
        request.headers_mut().insert(name, host);
    }

    /// Sends the request on and waits for the head of the answer. A kept stream that turns out to have been
    /// closed gives the request back untouched, and a new stream takes it.
    async fn forward(
        &self,
        request: Request<Incoming>,
        endpoint: &Endpoint,
    ) -> Result<Response<Incoming>, Box<dyn std::error::Error + Send + Sync>> {
        let mut kept = self.way.lock().await;
        let mut request = request;
        if let Some(mut way) = kept.take().filter(|way| way.endpoint == endpoint.id)
            && way.sender.ready().await.is_ok()
        {
            match way.sender.try_send_request(request).await {
                Ok(response) => {
                    *kept = Some(way);
                    return Ok(response);
                }
                Err(mut failed) => match failed.take_message() {
                    Some(untouched) => request = untouched,
                    None => return Err(failed.into_error().into()),
                },
            }
        }
        let mut way = self.open(endpoint).await?;
        way.sender.ready().await?;
        let response = way.sender.send_request(request).await?;
        *kept = Some(way);
        Ok(response)
    }

    /// Opens a Proxy stream; it ends with the agent's session at the latest.
    async fn open(
        &self,
        endpoint: &Endpoint,
    ) -> Result<Way, Box<dyn std::error::Error + Send + Sync>> {
        let mut agent = endpoint.agent.clone();
        let mut stream = agent.open.open_typed(PROXY).await?;
        stream.write_all(&self.introduction(endpoint)).await?;
        let (sender, connection) = hyper::client::conn::http1::Builder::new()
            .preserve_header_case(true)
            .handshake(TokioIo::new(Pipe(stream)))
            .await?;
        let tasks = &self.shared.tasks;
        tasks.spawn(agent.kill.run_until_cancelled_owned(connection));
        Ok(Way {
            endpoint: endpoint.id.clone(),
            sender,
        })
    }

    /// What stands before the bytes of a connection: a length, in eight bytes with the lowest first, and a
    /// document of that length.
    fn introduction(&self, endpoint: &Endpoint) -> Vec<u8> {
        let document = json!({
            "Id": endpoint.id,
            "ClientAddr": self.peer.to_string(),
            "Proto": endpoint.scheme(),
            "EdgeType": EDGE_HTTPS,
            "PassthroughTLS": false,
        });
        let document = document.to_string();
        let length = i64::try_from(document.len()).expect("the document is a few hundred bytes");
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend_from_slice(document.as_bytes());
        bytes
    }
}

/// An answer of the edge itself.
fn refusal(status: StatusCode, code: &'static str, told: &str) -> Response<Body> {
    let body = Full::new(Bytes::from(format!("{told}\n\n{code}\n")));
    let mut response = Response::new(body.map_err(|never| match never {}).boxed());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(
        HeaderName::from_static("ngrok-error-code"),
        HeaderValue::from_static(code),
    );
    response
}

/// A muxado stream as one value that reads and writes.
struct Pipe(TypedStream);

impl Pipe {
    fn stream(&mut self) -> Pin<&mut muxado::Stream> {
        Pin::new(&mut *self.0)
    }
}

impl AsyncRead for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(cx, into)
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
    }
}
