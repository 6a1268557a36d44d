//! A tunnel on a rig: the supervisor at work with small times, a server behind it that answers with
//! what it was sent, and functions that wait for a state.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Once;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming as Body;
use hyper::header::{CONNECTION, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use protocol::UtcMillis;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use tunnel::{Connection, Incoming, Options, Plan, State, Status, Timing, Tunnel, supervise};

/// How long anything that is waited for may take.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(90);
/// How long an answer may take; hundreds may be waited for at once.
const ANSWERED: Duration = TIMEOUT;
/// A request to this path is answered only after [`Rig::release`].
pub(crate) const HELD: &str = "/held";

/// Times for tests. Limits that only a fault reaches are long, so that a busy machine does not
/// reach them; a test of a limit shortens that one.
pub(crate) fn timing() -> Timing {
    Timing {
        dial: Duration::from_secs(30),
        handshake: Duration::from_secs(30),
        heartbeat: Duration::from_millis(200),
        tolerance: Duration::from_secs(30),
        pause: Duration::from_millis(40),
        settle: Duration::from_millis(600),
        busy: Duration::from_secs(30),
        busy_pause: Duration::from_millis(60),
        address: Duration::from_secs(30),
        stop: Duration::from_secs(30),
        sleep_gap: Duration::from_secs(5),
        sleep_check: Duration::from_millis(40),
    }
}

/// The same, with silence noticed after 2.2 s.
pub(crate) fn alert() -> Timing {
    Timing {
        tolerance: Duration::from_secs(2),
        ..timing()
    }
}

/// The same, with silence noticed after 8.2 s, forty heartbeats: a link that is alive stays even
/// where the machine is busy.
pub(crate) fn attentive() -> Timing {
    Timing {
        tolerance: Duration::from_secs(8),
        ..timing()
    }
}

/// The system's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the tunnel is given its clock, here the real one"
)]
pub(crate) fn now() -> UtcMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    UtcMillis(i64::try_from(since.as_millis()).unwrap())
}

/// What every `main` of the product does first.
pub(crate) fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        rustls::crypto::ring::default_provider()
            .install_default()
            .unwrap()
    });
}

/// A supervised tunnel with a server behind it. All of it ends when this is dropped.
pub(crate) struct Rig {
    /// The tunnel.
    pub(crate) tunnel: Tunnel,
    server: Arc<Server>,
    history: Arc<Mutex<Vec<Status>>>,
    _end: DropGuard,
}

impl Rig {
    /// One with the times of tests.
    pub(crate) fn new() -> Self {
        Self::with(timing(), now)
    }

    /// One with times and a clock of its own.
    pub(crate) fn with(timing: Timing, now: fn() -> UtcMillis) -> Self {
        install_tls();
        let end = CancellationToken::new();
        let (tunnel, incoming, supervisor) = supervise(Options { timing, now });
        let server = Arc::new(Server::default());
        let history = Arc::default();
        let serving = Arc::clone(&server).serve(incoming, end.clone());
        let recording = record(tunnel.watch(), Arc::clone(&history));
        tokio::spawn(end.clone().run_until_cancelled_owned(supervisor));
        tokio::spawn(end.clone().run_until_cancelled_owned(serving));
        tokio::spawn(end.clone().run_until_cancelled_owned(recording));
        Self {
            tunnel,
            server,
            history,
            _end: end.drop_guard(),
        }
    }

    /// Starts a plan and waits until its address works.
    pub(crate) async fn online(&self, plan: Plan) -> Status {
        self.tunnel.start(plan).await;
        self.until(|status| status.state == State::Online).await
    }

    /// Starts a plan and waits until it has failed.
    pub(crate) async fn failed(&self, plan: Plan) -> Status {
        self.tunnel.start(plan).await;
        self.until(|status| status.state == State::Failed).await
    }

    /// Waits for a status of which `holds` is true, and gives it.
    pub(crate) async fn until(&self, holds: impl Fn(&Status) -> bool) -> Status {
        let mut watch = self.tunnel.watch();
        let waiting = watch.wait_for(|status| holds(status));
        match tokio::time::timeout(TIMEOUT, waiting).await {
            Ok(status) => status.unwrap().clone(),
            Err(_) => panic!("not within {TIMEOUT:?}: {:#?}", self.history()),
        }
    }

    /// The statuses so far; what changed twice at once may be missing.
    pub(crate) fn history(&self) -> Vec<Status> {
        self.history.lock().clone()
    }

    /// The paths of the requests that came through the tunnel so far.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.server.paths.lock().clone()
    }

    /// Waits until so many requests are held.
    pub(crate) async fn until_held(&self, count: usize) {
        let mut held = self.server.held.subscribe();
        let waiting = held.wait_for(|held| *held == count);
        let waited = tokio::time::timeout(TIMEOUT, waiting)
            .await
            .map(|held| *held.unwrap());
        assert_eq!(
            waited.ok(),
            Some(count),
            "{} are held",
            *self.server.held.borrow()
        );
    }

    /// Answers what is held, now and from now on.
    pub(crate) fn release(&self) {
        self.server.released.send_replace(true);
    }
}

async fn record(mut watch: watch::Receiver<Status>, history: Arc<Mutex<Vec<Status>>>) {
    loop {
        let status = watch.borrow_and_update().clone();
        history.lock().push(status);
        if watch.changed().await.is_err() {
            return;
        }
    }
}

/// Answers with what it was sent: the body, each header with `echo-` before its name, the caller as
/// `peer`.
struct Server {
    held: watch::Sender<usize>,
    released: watch::Sender<bool>,
    /// The paths of the requests so far.
    paths: Mutex<Vec<String>>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            held: watch::Sender::new(0),
            released: watch::Sender::new(false),
            paths: Mutex::default(),
        }
    }
}

impl Server {
    async fn serve(self: Arc<Self>, mut incoming: Incoming, end: CancellationToken) {
        while let Some(connection) = incoming.next().await {
            let serving = Arc::clone(&self).serve_one(connection);
            tokio::spawn(end.clone().run_until_cancelled_owned(serving));
        }
    }

    async fn serve_one(self: Arc<Self>, connection: Connection) {
        let (peer, over_limit) = (connection.peer, connection.over_limit);
        let (stream, permit) = connection.into_parts();
        let service = service_fn(|request| self.answer(request, peer, over_limit));
        // A caller that breaks off is none of the server's business.
        let _ = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await;
        drop(permit);
    }

    async fn answer(
        &self,
        request: Request<Body>,
        peer: SocketAddr,
        over_limit: bool,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        self.paths.lock().push(request.uri().path().to_owned());
        let mut response = Response::new(Full::default());
        if over_limit {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            return Ok(response);
        }
        if request.uri().path() == HELD {
            self.hold().await;
        }
        let headers = response.headers_mut();
        for (name, value) in request.headers() {
            let name = HeaderName::try_from(format!("echo-{name}")).unwrap();
            headers.append(name, value.clone());
        }
        headers.insert("peer", HeaderValue::try_from(peer.to_string()).unwrap());
        if let Ok(body) = request.into_body().collect().await {
            *response.body_mut() = Full::new(body.to_bytes());
        }
        Ok(response)
    }

    /// Waits for the release; counted for as long, also where the caller leaves.
    async fn hold(&self) {
        struct Held<'a>(&'a watch::Sender<usize>);
        impl Drop for Held<'_> {
            fn drop(&mut self) {
                self.0.send_modify(|held| *held -= 1);
            }
        }
        self.held.send_modify(|held| *held += 1);
        let _held = Held(&self.held);
        let mut released = self.released.subscribe();
        released.wait_for(|released| *released).await.unwrap();
    }
}

/// Sends a request over a connection of its own and reads the whole answer.
pub(crate) async fn ask(
    to: SocketAddr,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, hyper::Error> {
    let asking = async {
        let stream = TcpStream::connect(to).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let carrying = tokio::spawn(connection);
        let response = sender.send_request(request).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        carrying.abort();
        Ok(Response::from_parts(head, body))
    };
    let answer = tokio::time::timeout(ANSWERED, asking).await;
    answer.unwrap_or_else(|_| panic!("no whole answer within {ANSWERED:?}"))
}

/// A GET of a path, with `host` as its `Host`.
pub(crate) async fn get(to: SocketAddr, host: &str, path: &str) -> Response<Bytes> {
    let request = Request::get(path).header("host", host);
    ask(to, request.body(Full::default()).unwrap())
        .await
        .unwrap()
}

/// A POST of a body.
pub(crate) async fn post(to: SocketAddr, host: &str, body: Bytes) -> Response<Bytes> {
    let request = Request::post("/").header("host", host);
    ask(to, request.body(Full::new(body)).unwrap())
        .await
        .unwrap()
}
