//! Measures what forwarding adds to a turn: a developer's own server called directly, through the
//! app, and through mitmproxy as a reverse proxy, in one run; what a thousand rules take off the
//! turns of a second; and what a long body takes of memory on its way.
//!
//! `cargo xtask bench forward` brings mitmproxy, and builds and runs this. Three kinds of turns in
//! turn, request by request, so that whatever slows the machine slows all of them. Each has a kept
//! connection.

#![allow(clippy::print_stdout, reason = "printing is what a measurement does")]

#[path = "bench/caller.rs"]
mod caller;
#[path = "bench/claims.rs"]
mod claims;
#[path = "bench/long_body.rs"]
mod long_body;
#[path = "bench/rules_load.rs"]
mod rules_load;
#[path = "bench/server.rs"]
mod server;

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use futures::StreamExt as _;
use ngrok_standin::ReservedPort;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::caller::Caller;
use crate::claims::Claims;
use crate::server::{Server, median};

/// Turns of each kind before any counts.
const WARM_UP: usize = 200;
/// Turns of each kind that count.
const TURNS: usize = 2000;
/// What forwarding adds at the median, as it is claimed, in milliseconds.
const ADDED_MS: f64 = 0.5;
/// And which part of what mitmproxy adds.
const PART: f64 = 0.1;
/// How long mitmproxy may take to listen.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> Result<()> {
    // It fails only where there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["own"] => own_server().await,
        [mitmdump] => measure(mitmdump).await,
        _ => bail!("this takes the path of mitmdump"),
    }
}

/// The developer's own server: it parses a turn and answers an object; a long body is answered with
/// one as long.
async fn own_server() -> Result<()> {
    use axum::{Json, Router, body::Body, http::StatusCode, routing::any};
    let long = |body: Body| async move {
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            if piece.is_err() {
                return (StatusCode::BAD_REQUEST, Body::empty());
            }
        }
        (StatusCode::OK, Body::from_stream(long_body::pieces()))
    };
    let app = Router::new()
        .route("/long", any(long))
        .fallback(any(|Json(_): Json<Value>| async {
            ([("content-type", "application/json")], "{}")
        }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    println!("{}", json!({"address": address}));
    Ok(axum::serve(listener, app).await?)
}

async fn measure(mitmdump: &str) -> Result<()> {
    let server = Server::other(&["own"])?;
    let own: SocketAddr = address_of(&server)?.parse()?;
    let app = Server::app()?;
    forward(&app, own).await?;
    let webhook = app.ready["webhook"].as_str().context("a webhook")?;
    let webhook = webhook.trim_start_matches("http://").trim_end_matches('/');
    let port = ReservedPort::take();
    let _mitmproxy = mitmproxy(mitmdump, own, port.addr()).await?;
    let mut callers = [own, webhook.parse()?, port.addr()].map(Caller::new);
    for _ in 0..WARM_UP {
        for caller in &mut callers {
            caller.turn().await?;
        }
    }
    let mut took = [const { Vec::new() }; 3];
    for _ in 0..TURNS {
        for (caller, took) in callers.iter_mut().zip(&mut took) {
            took.push(caller.turn().await?.as_secs_f64() * 1000.0);
        }
    }
    let [direct, app, mitmproxy] = took.map(median);
    println!(
        "{TURNS} turns in turn, p50: directly {direct:.3} ms · through the app {app:.3} ms · \
         through mitmproxy {mitmproxy:.3} ms"
    );
    let mut claims = Claims::default();
    claims.below("forwarding adds", app - direct, ADDED_MS, " ms");
    let part = (app - direct) / (mitmproxy - direct);
    claims.below("against what mitmproxy adds", part, PART, " times");
    let fresh = Server::app()?;
    forward(&fresh, own).await?;
    long_body::measure(&fresh, &mut claims).await?;
    rules_load::measure(&mut claims).await?;
    claims.verdict()
}

fn address_of(own: &Server) -> Result<&str> {
    own.ready["address"].as_str().context("an address")
}

/// Has the app forward every turn.
async fn forward(app: &Server, own: SocketAddr) -> Result<()> {
    let part = |name: &str| app.ready[name].as_str().unwrap_or_default();
    let http = reqwest::Client::builder().no_proxy().build()?;
    let answer = http
        .put(format!("{}/api/v1/answering", part("control")))
        .bearer_auth(part("token"))
        .json(&json!({"mode": "upstream", "upstream": format!("http://{own}")}))
        .send()
        .await?;
    ensure!(answer.status().is_success(), "{}", answer.text().await?);
    Ok(())
}

/// A process that is ended when this is dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// mitmproxy before the developer's server, once it listens.
async fn mitmproxy(mitmdump: &str, own: SocketAddr, at: SocketAddr) -> Result<Process> {
    #[expect(clippy::disallowed_methods, reason = "what is compared with")]
    let mut command = Command::new(mitmdump);
    let child = command
        .args(["--quiet", "--mode", &format!("reverse:http://{own}")])
        .args(["--listen-host", &at.ip().to_string()])
        .args(["--listen-port", &at.port().to_string()])
        .stdout(Stdio::null())
        .spawn()
        .context("mitmdump starts")?;
    let mut process = Process(child);
    let begun = Instant::now();
    while TcpStream::connect(at).await.is_err() {
        ensure!(process.0.try_wait()?.is_none(), "mitmdump has ended");
        ensure!(begun.elapsed() < PATIENCE, "mitmdump does not listen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(process)
}
