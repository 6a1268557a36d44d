//! An agent made of the real client, with a small app behind it, and a caller of the edge.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper_util::rt::TokioIo;
use ngrok::config::TunnelBuilder;
use ngrok::session::SessionBuilder;
use ngrok::tunnel::{AcceptError, EndpointInfo, HttpTunnel};
use ngrok::{EndpointConn, Session, conn::ConnInfo};
use ngrok_standin::Standin;
use parking_lot::Mutex;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// No test takes longer.
const LIMIT: Duration = Duration::from_secs(90);
/// Ends of a listener that are waiting to be looked at.
const ENDS: usize = 4;

/// Waits for what has to come, and for no longer than a test may take.
pub async fn soon<T>(what: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(LIMIT, what).await;
    waited.expect("it comes within the limit of a test")
}

/// The real client, which knows the stand-in and nothing else.
pub fn client(standin: &Standin) -> SessionBuilder {
    client_at(standin, &standin.server_addr())
}

/// The same, connecting elsewhere.
pub fn client_at(standin: &Standin, server: &str) -> SessionBuilder {
    // Fails where another test of this process was first, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = Session::builder();
    client
        .authtoken("standin-token")
        .server_addr(server)
        .unwrap()
        .ca_cert(std::fs::read(standin.ca_file()).unwrap().into());
    client
}

/// A session with one endpoint and the app behind it.
pub struct Agent {
    pub session: Session,
    pub url: String,
    pub id: String,
    /// How the listener ended.
    pub ended: mpsc::Receiver<Option<AcceptError>>,
    /// Pieces for the one answer that has no end.
    pub pieces: mpsc::Sender<Bytes>,
    /// Sent to when the app sees that the caller of that answer has disconnected.
    pub caller_left: mpsc::Receiver<()>,
    _tasks: JoinSet<()>,
}

impl Agent {
    /// Connects and listens; for `domain`, where it is not empty.
    pub async fn start(client: &SessionBuilder, domain: &str) -> Self {
        let session = soon(client.connect()).await.unwrap();
        let mut endpoint = session.http_endpoint();
        endpoint.forwards_to("the tests of the stand-in");
        if !domain.is_empty() {
            endpoint.domain(domain);
        }
        let tunnel = soon(endpoint.listen()).await.unwrap();
        let (url, id) = (tunnel.url().to_owned(), tunnel_id(&tunnel));
        let (sender, ended) = mpsc::channel(ENDS);
        let mut tasks = JoinSet::new();
        let (pieces, waiting) = mpsc::channel(ENDS);
        let (dropped, caller_left) = mpsc::channel(ENDS);
        let endless = Arc::new(Mutex::new(Some(Endless { waiting, dropped })));
        tasks.spawn(serve(tunnel, sender, endless));
        Self {
            session,
            url,
            id,
            ended,
            pieces,
            caller_left,
            _tasks: tasks,
        }
    }
}

fn tunnel_id(tunnel: &HttpTunnel) -> String {
    use ngrok::tunnel::TunnelInfo;
    tunnel.id().to_owned()
}

/// The body of an answer that goes on for as long as somebody listens; its drop is seen by the
/// test.
struct Endless {
    waiting: mpsc::Receiver<Bytes>,
    dropped: mpsc::Sender<()>,
}

impl Drop for Endless {
    fn drop(&mut self) {
        // Where the test has ended nobody wants to know.
        let _ = self.dropped.try_send(());
    }
}

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.waiting.poll_recv(cx);
        piece.map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }
}

type OneEndless = Arc<Mutex<Option<Endless>>>;

async fn serve(
    mut tunnel: HttpTunnel,
    ended: mpsc::Sender<Option<AcceptError>>,
    endless: OneEndless,
) {
    let mut connections = JoinSet::new();
    let end = loop {
        match tunnel.try_next().await {
            Ok(Some(connection)) => {
                connections.spawn(app(connection, Arc::clone(&endless)));
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    ended.send(end).await.unwrap();
    // Dropping the tunnel would end it on the other side too, which is not what is looked at here.
    std::future::pending::<()>().await;
}

/// The app: `/close` hangs up without an answer, `/endless` gives the pieces of the test, once,
/// anything else gives the body back, with what was received as headers.
async fn app(connection: EndpointConn, endless: OneEndless) {
    let peer = connection.remote_addr();
    let answer = move |request: Request<Incoming>| {
        match request.uri().path() {
            "/close" => return Err("hangs up"),
            "/endless" => {
                let body = endless.lock().take().ok_or("it was given before")?;
                return Ok(Response::new(body.map_err(|never| match never {}).boxed()));
            }
            _ => {}
        }
        let (parts, body) = request.into_parts();
        let mut response = Response::new(body.boxed());
        let headers = response.headers_mut();
        for (name, value) in &parts.headers {
            if name.as_str().starts_with("x-") {
                headers.insert(name, value.clone());
            }
        }
        headers.insert("x-peer", peer.to_string().parse().unwrap());
        headers.insert("x-method", parts.method.as_str().parse().unwrap());
        Ok(response)
    };
    let service = hyper::service::service_fn(move |request| std::future::ready(answer(request)));
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(connection), service)
        .await;
}

/// What a caller got.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }
}

/// One connection of a caller, which can take several requests.
pub struct Caller {
    pub addr: SocketAddr,
    sender: hyper::client::conn::http1::SendRequest<Full<Bytes>>,
    _tasks: JoinSet<()>,
}

impl Caller {
    pub async fn connect(standin: &Standin) -> Self {
        let stream = TcpStream::connect(standin.public_addr()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let addr = stream.local_addr().unwrap();
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let _ = connection.await;
        });
        Self {
            addr,
            sender,
            _tasks: tasks,
        }
    }

    pub async fn send(&mut self, host: &str, path: &str, body: impl Into<Bytes>) -> Answer {
        let request = Request::post(path)
            .header("Host", host)
            .body(Full::new(body.into()))
            .unwrap();
        let answering = async {
            self.sender.ready().await.unwrap();
            let response = self.sender.send_request(request).await.unwrap();
            let (parts, body) = response.into_parts();
            Answer {
                status: parts.status,
                headers: parts.headers,
                body: body.collect().await.unwrap().to_bytes(),
            }
        };
        soon(answering).await
    }
}

/// One request on a connection of its own.
pub async fn call(standin: &Standin, host: &str, path: &str, body: impl Into<Bytes>) -> Answer {
    Caller::connect(standin).await.send(host, path, body).await
}

/// An echo over plain TCP, for what is about connections alone.
pub async fn echo() -> (SocketAddr, JoinSet<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            connections.spawn(async move {
                let (mut reading, mut writing) = stream.split();
                let _ = tokio::io::copy(&mut reading, &mut writing).await;
            });
        }
    });
    (addr, tasks)
}
