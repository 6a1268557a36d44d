//! What one request takes from the public edge to the program and back, beside a raw copy through
//! the same stand-in. Both in turn, request by request, so that whatever slows the machine slows
//! both.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use ngrok_standin::{Knobs, Standin};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::App;
use crate::claims::Claims;
use crate::server::{Server, median};

/// Requests to each before any counts.
const WARM_UP: usize = 200;
/// Requests to each that count, per kind of connection.
const REQUESTS: usize = 2000;
/// The median that is claimed, in milliseconds.
const MEDIAN_MS: f64 = 3.0;
/// And how many times the raw copy it may be.
const RATIO: f64 = 1.5;
/// Names that lead nowhere but to this machine, should anything look them up.
const APP: &str = "app.localhost";
const RAW: &str = "raw.localhost";
/// The longest answer that is read, in bytes.
const ANSWER_MAX: usize = 4096;

/// Measures both kinds of connection.
pub(crate) async fn measure(claims: &mut Claims) -> Result<()> {
    let standin = Standin::start(Knobs::default()).await;
    let server = standin.server_addr();
    let mut app = App::start().await?;
    app.online(&standin, &server, Some(APP)).await?;
    let ca_file = standin.ca_file().display().to_string();
    let _raw = Server::other(&["raw", &server, &ca_file, RAW])?;
    let edge = standin.public_addr();
    let mut to_app = Visitor::new(edge, APP, &app.path().await?);
    let mut to_raw = Visitor::new(edge, RAW, "/bench");
    for (kind, kept) in [("a new connection", false), ("a kept connection", true)] {
        to_app.kept = kept;
        to_raw.kept = kept;
        compare(claims, kind, &mut to_app, &mut to_raw).await?;
    }
    let newest = &app.get("exchanges?limit=1").await?["exchanges"][0];
    ensure!(
        newest["source"] == "tunnel" && newest["path"] == "/bench",
        "the requests are not in the history: {newest}"
    );
    Ok(())
}

async fn compare(
    claims: &mut Claims,
    kind: &str,
    to_app: &mut Visitor,
    to_raw: &mut Visitor,
) -> Result<()> {
    for _ in 0..WARM_UP {
        to_app.get().await?;
        to_raw.get().await?;
    }
    let (mut app, mut raw) = (Vec::new(), Vec::new());
    for _ in 0..REQUESTS {
        app.push(milliseconds(to_app.get().await?));
        raw.push(milliseconds(to_raw.get().await?));
    }
    let (worst_app, worst_raw) = (p99(&app), p99(&raw));
    let (app, raw) = (median(app), median(raw));
    println!(
        "GET over {kind}, {REQUESTS} in turn: app p50 {app:.3} ms p99 {worst_app:.2} ms · raw copy p50 \
         {raw:.3} ms p99 {worst_raw:.2} ms"
    );
    claims.below(&format!("GET over {kind}"), app, MEDIAN_MS, " ms");
    let ratio = format!("GET over {kind}, against a raw copy");
    claims.below(&ratio, app / raw, RATIO, " times");
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn p99(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() * 99 / 100]
}

/// Who calls at the public edge.
pub(crate) struct Visitor {
    edge: SocketAddr,
    request: String,
    /// Whether the next request takes the same connection.
    kept: bool,
    stream: Option<TcpStream>,
}

impl Visitor {
    pub(crate) fn new(edge: SocketAddr, host: &str, path: &str) -> Self {
        Self {
            edge,
            request: format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            kept: false,
            stream: None,
        }
    }

    /// One GET and its whole answer, from the connection on where there is none.
    pub(crate) async fn get(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.edge).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        stream.write_all(self.request.as_bytes()).await?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n{}") {
            let more = stream.read_buf(&mut answer).await?;
            ensure!(
                more > 0 && answer.len() < ANSWER_MAX,
                "no such answer was expected: {}",
                String::from_utf8_lossy(&answer)
            );
        }
        let took = begun.elapsed();
        ensure!(
            answer.starts_with(b"HTTP/1.1 200 "),
            "not answered with 200"
        );
        self.stream = self.kept.then_some(stream);
        Ok(took)
    }
}
