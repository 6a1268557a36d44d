//! Servers of a developer's: one of axum, one of Python's standard library, and one on a raw socket
//! that answers whatever a test wants.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use ngrok_standin::ReservedPort;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Notify};

use crate::support::other_program;

/// What a server was sent.
#[derive(Clone, Debug, Default)]
pub struct Received {
    pub method: String,
    pub uri: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Received {
    /// All values of a field.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let values = self.headers.get_all(name);
        values.iter().map(|value| value.to_str().unwrap()).collect()
    }
}

/// A server of axum's that answers every request alike, and remembers them.
pub struct Axum {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Axum {
    pub async fn answering(answer: impl IntoResponse + Clone + Send + Sync + 'static) -> Self {
        Self::at(([127, 0, 0, 1], 0).into(), answer).await
    }

    /// The same at this address.
    pub async fn at(
        address: SocketAddr,
        answer: impl IntoResponse + Clone + Send + Sync + 'static,
    ) -> Self {
        let received = Arc::<Mutex<Vec<Received>>>::default();
        let answer = move |State(seen): State<Arc<Mutex<Vec<Received>>>>,
                           method: Method,
                           uri: Uri,
                           headers: HeaderMap,
                           body: Bytes| async move {
            seen.lock().await.push(Received {
                method: method.to_string(),
                uri: uri.to_string(),
                headers,
                body,
            });
            Response::from(answer.into_response())
        };
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&received));
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, received }
    }

    /// A JSON object with status 200.
    pub async fn with_json(body: &'static str) -> Self {
        Self::answering((StatusCode::OK, [("Content-Type", "application/json")], body)).await
    }

    pub async fn received(&self) -> Vec<Received> {
        self.received.lock().await.clone()
    }
}

/// What the server of Python's standard library runs: it answers what it was sent, and fails at
/// `/boom`.
const PYTHON: &str = r#"
import json, traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            if self.path == "/boom":
                raise ValueError("boom in handler")
            said = {"line": self.requestline, "body": body.decode("latin-1")}
            status, answer = 200, json.dumps(said).encode()
        except ValueError:
            status, answer = 500, traceback.format_exc().encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"#;

/// A server of Python's standard library, which speaks HTTP/1.0 and names no length.
pub struct Python {
    pub url: String,
    process: Child,
}

impl Python {
    /// `None` where this machine has no Python.
    pub fn start() -> Option<Self> {
        let start = |name: &str| {
            let mut command = other_program(name);
            command.args(["-c", PYTHON]).stdout(Stdio::piped());
            command.spawn().ok()
        };
        let mut process = start("python3").or_else(|| start("python"))?;
        let mut line = String::new();
        let output = process.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let port: u16 = line.trim().parse().ok()?;
        Some(Self {
            url: format!("http://localhost:{port}"),
            process,
        })
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a server on a raw socket does with a connection, once the request's head and body are here.
#[derive(Clone, Debug)]
pub enum Act {
    /// These bytes, and then the end.
    Say(Vec<u8>),
    /// These bytes, and then nothing more.
    SayAndWait(Vec<u8>),
    /// These bytes, and nobody listens any more.
    SayLast(Vec<u8>),
    /// The end, and nobody listens any more.
    Die,
}

impl Act {
    pub fn say(text: impl Into<Vec<u8>>) -> Self {
        Self::Say(text.into())
    }
}

/// A server on a raw socket.
pub struct Raw {
    pub url: String,
    received: Arc<Mutex<Vec<Vec<u8>>>>,
    called: Arc<Notify>,
    /// Nobody else gets its port once it does not listen any more.
    _port: ReservedPort,
}

impl Raw {
    /// Does this with every connection.
    pub async fn doing(act: Act) -> Self {
        let port = ReservedPort::take();
        let listener = TcpListener::bind(port.addr()).await.unwrap();
        let url = format!("http://{}", port.addr());
        let received = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let (seen, called) = (Arc::clone(&received), Arc::<Notify>::default());
        let calls = Arc::clone(&called);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let Some(request) = read_request(&mut stream).await else {
                    continue;
                };
                seen.lock().await.push(request);
                calls.notify_one();
                match act.clone() {
                    Act::Say(bytes) => drop(stream.write_all(&bytes).await),
                    Act::SayAndWait(bytes) => {
                        stream.write_all(&bytes).await.unwrap();
                        tokio::spawn(async move {
                            let _ = stream.read_to_end(&mut Vec::new()).await;
                        });
                    }
                    Act::SayLast(bytes) => {
                        drop(listener);
                        return drop(stream.write_all(&bytes).await);
                    }
                    Act::Die => {
                        drop(listener);
                        // Only now does the caller see an end.
                        return drop(stream);
                    }
                }
            }
        });
        Self {
            url,
            received,
            called,
            _port: port,
        }
    }

    /// Resolves when a request has come.
    pub async fn called(&self) {
        self.called.notified().await;
    }

    /// The bytes of the requests that came, as they were on the wire.
    pub async fn received(&self) -> Vec<String> {
        let received = self.received.lock().await;
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        received.iter().map(text).collect()
    }
}

/// A request to its end, by its length; `None` where the caller only looks whether it is there.
pub async fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    loop {
        let mut piece = [0; 65_536];
        let length = stream.read(&mut piece).await.ok()?;
        if length == 0 && read.is_empty() {
            return None;
        }
        read.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&read).to_ascii_lowercase();
        let Some((head, _)) = text.split_once("\r\n\r\n") else {
            assert!(length > 0, "the request ends in its head");
            continue;
        };
        let field = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let body = field.map_or(0, |length| length.parse::<usize>().unwrap());
        if read.len() >= head.len() + 4 + body || length == 0 {
            return Some(read);
        }
    }
}

/// A way of answering that asks a server.
pub fn asking(mode: &str, url: &str, seconds: u32) -> Value {
    json!({
        "mode": mode,
        "upstream": url,
        "hold": {"seconds": seconds, "fallback": "default"},
    })
}
