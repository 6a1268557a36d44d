//! The public side: plain HTTP in, one Proxy stream to the agent for each caller's connection.
//!
//! Each request is read and sent on by an HTTP library, as the real edge does, so headers of the
//! edge are in each of them and a missing answer can be text from a broken one.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
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
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Semaphore};

use crate::delegate::delegate_io;
use crate::state::{Endpoint, Shared};

/// Callers at once. A guess: above what a test or the benchmark opens.
const CALLERS: usize = 2048;
/// How long a caller may take over the head of a request. A guess: a busy machine does not reach
/// it.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// The pause after the system refused a connection, most likely for want of file handles. A
/// guess.
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
    let permits = Arc::new(Semaphore::new(CALLERS));
    loop {
        let permit = Arc::clone(&permits).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let caller = Arc::new(Caller {
            shared: Arc::clone(&shared),
            peer,
            proxy_stream: Mutex::default(),
        });
        let serving = async move {
            caller.serve(stream).await;
            drop(permit);
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
    proxy_stream: Mutex<Option<ProxyStream>>,
}

/// A Proxy stream, ready for requests.
struct ProxyStream {
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
            let text = format!("The endpoint {name} is offline.");
            return refusal(StatusCode::NOT_FOUND, OFFLINE, &text);
        };
        self.add_headers(&mut request, &endpoint, host);
        match self.forward(request, &endpoint).await {
            Ok(response) => response.map(BodyExt::boxed),
            Err(error) => {
                tracing::debug!(%error, "an agent gave no answer");
                let text = "The agent's side gave an invalid or incomplete HTTP response.";
                refusal(StatusCode::BAD_GATEWAY, NO_ANSWER, text)
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

    /// Sends the request on and waits for the head of the answer. An idle stream that turns out to
    /// have been closed gives the request back untouched, and a new stream takes it.
    async fn forward(
        &self,
        request: Request<Incoming>,
        endpoint: &Endpoint,
    ) -> Result<Response<Incoming>, Box<dyn std::error::Error + Send + Sync>> {
        let mut idle = self.proxy_stream.lock().await;
        let mut request = request;
        if let Some(mut proxy_stream) = idle
            .take()
            .filter(|proxy_stream| proxy_stream.endpoint == endpoint.id)
            && proxy_stream.sender.ready().await.is_ok()
        {
            match proxy_stream.sender.try_send_request(request).await {
                Ok(response) => {
                    *idle = Some(proxy_stream);
                    return Ok(response);
                }
                Err(mut failed) => match failed.take_message() {
                    Some(untouched) => request = untouched,
                    None => return Err(failed.into_error().into()),
                },
            }
        }
        let mut proxy_stream = self.open(endpoint).await?;
        proxy_stream.sender.ready().await?;
        let response = proxy_stream.sender.send_request(request).await?;
        *idle = Some(proxy_stream);
        Ok(response)
    }

    /// Opens a Proxy stream; it ends with the agent's session at the latest.
    async fn open(
        &self,
        endpoint: &Endpoint,
    ) -> Result<ProxyStream, Box<dyn std::error::Error + Send + Sync>> {
        let mut agent = endpoint.agent.clone();
        let mut stream = agent.open.open_typed(PROXY).await?;
        stream.write_all(&self.proxy_header(endpoint)).await?;
        let (sender, connection) = hyper::client::conn::http1::Builder::new()
            .preserve_header_case(true)
            .handshake(TokioIo::new(Pipe(stream)))
            .await?;
        let tasks = &self.shared.tasks;
        tasks.spawn(agent.kill.run_until_cancelled_owned(connection));
        Ok(ProxyStream {
            endpoint: endpoint.id.clone(),
            sender,
        })
    }

    /// The proxy header, which goes before the bytes of a connection: a length, an i64 in
    /// little-endian, and a JSON document of that length.
    fn proxy_header(&self, endpoint: &Endpoint) -> Vec<u8> {
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
fn refusal(status: StatusCode, code: &'static str, text: &str) -> Response<Body> {
    let body = Full::new(Bytes::from(format!("{text}\n\n{code}\n")));
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

delegate_io!(Pipe);
