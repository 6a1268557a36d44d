//! Measures the app against a bare axum echo in one run and prints ratios.
//!
//! `cargo xtask bench` builds and runs it. Needs `wrk`. Every figure of a run comes from the same
//! machine minutes apart at most, so ratios hold where single numbers would not.

#![allow(clippy::print_stdout, reason = "printing is what a measurement does")]

#[path = "bench/server.rs"]
mod server;

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::server::{Server, median};

/// Seconds of each load.
const SECONDS: u64 = 8;
/// Pairs of loads, app and echo in turn; medians are told.
const ROUNDS: usize = 3;
/// Exchanges behind which memory and the list are measured.
const MANY: u64 = 100_000;

fn main() -> Result<()> {
    if std::env::args().nth(1).as_deref() == Some("echo") {
        return echo();
    }
    let body = include_str!("../../../../tests/fixtures/samples/graph-event.json");
    println!("body: {} bytes of a Graph turn; load: wrk -t1", body.len());
    let script = script(body)?;
    throughput(script.path())?;
    latency(script.path())?;
    memory_and_list()
}

/// A bare axum server that parses the same JSON and answers the same bytes.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn echo() -> Result<()> {
    use axum::{Json, Router, routing::any};
    let app = Router::new().fallback(any(|Json(_): Json<Value>| async {
        ([("content-type", "application/json")], "{}")
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!(
        "{}",
        serde_json::json!({"webhook": format!("http://{}/", listener.local_addr()?)})
    );
    Ok(axum::serve(listener, app).await?)
}

/// What is looked at from outside.
impl Server {
    fn webhook(&self) -> &str {
        self.ready["webhook"].as_str().unwrap_or_default()
    }

    /// Resident memory, in megabytes.
    fn memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("VmRSS")?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kilobytes / 1024.0)
    }

    fn get(&self, route: &str) -> Result<(Duration, Value)> {
        let address = format!(
            "{}/api/v1/{route}",
            self.ready["control"].as_str().unwrap_or_default()
        );
        let token = self.ready["token"].as_str().unwrap_or_default().to_owned();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let _ = rustls::crypto::ring::default_provider().install_default();
        runtime.block_on(async {
            let http = reqwest::Client::builder().no_proxy().build()?;
            // The connection is made first: a window has one already.
            http.get(&address)
                .bearer_auth(&token)
                .send()
                .await?
                .bytes()
                .await?;
            let start = Instant::now();
            let value = http
                .get(&address)
                .bearer_auth(&token)
                .send()
                .await?
                .json()
                .await?;
            Ok((start.elapsed(), value))
        })
    }
}

/// What wrk said of one load.
struct Load {
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
}

fn script(body: &str) -> Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().suffix(".lua").tempfile()?;
    write!(
        file,
        "wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\nwrk.body = [==[{body}]==]\n"
    )?;
    Ok(file)
}

#[expect(clippy::disallowed_methods, reason = "wrk makes the load")]
fn load(script: &Path, address: &str, connections: u32, seconds: u64) -> Result<Load> {
    let output = Command::new("wrk")
        .args([
            "-t1",
            &format!("-c{connections}"),
            &format!("-d{seconds}s"),
            "--latency",
            "-s",
        ])
        .arg(script)
        .arg(address)
        .output()
        .context("wrk runs (Debian: apt-get install wrk)")?;
    let text = String::from_utf8(output.stdout)?;
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        bail!("the load failed:\n{text}");
    }
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.trim().strip_prefix(name))
            .map(str::trim)
            .context("a line of wrk's")
    };
    Ok(Load {
        per_second: field("Requests/sec:")?.parse()?,
        p50_ms: milliseconds(field("50%")?)?,
        p99_ms: milliseconds(field("99%")?)?,
    })
}

/// `215.00us`, `1.20ms` or `1.00s` in milliseconds.
fn milliseconds(text: &str) -> Result<f64> {
    for (unit, factor) in [("us", 0.001), ("ms", 1.0), ("s", 1000.0)] {
        if let Some(number) = text.strip_suffix(unit) {
            return Ok(number.parse::<f64>()? * factor);
        }
    }
    bail!("no time: {text}")
}

/// Requests per second, every exchange committed before its answer.
fn throughput(script: &Path) -> Result<()> {
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let app = load(script, Server::app()?.webhook(), 8, SECONDS)?;
        let echo = load(script, Server::other(&["echo"])?.webhook(), 8, SECONDS)?;
        println!(
            "throughput {round}: app {:.0}/s p50 {:.2} ms p99 {:.2} ms · echo {:.0}/s p99 {:.2} ms · ratio {:.2}",
            app.per_second,
            app.p50_ms,
            app.p99_ms,
            echo.per_second,
            echo.p99_ms,
            app.per_second / echo.per_second
        );
        ratios.push(app.per_second / echo.per_second);
    }
    println!(
        "throughput: ratio {:.2} (median of {ROUNDS})",
        median(ratios)
    );
    Ok(())
}

/// Median latency at one connection.
fn latency(script: &Path) -> Result<()> {
    let mut added = Vec::new();
    for _ in 0..ROUNDS {
        let app = load(script, Server::app()?.webhook(), 1, SECONDS / 2)?;
        let echo = load(script, Server::other(&["echo"])?.webhook(), 1, SECONDS / 2)?;
        println!(
            "latency, one connection: app p50 {:.3} ms · echo p50 {:.3} ms",
            app.p50_ms, echo.p50_ms
        );
        added.push(app.p50_ms - echo.p50_ms);
    }
    println!(
        "latency: {:.3} ms added (median of {ROUNDS})",
        median(added)
    );
    Ok(())
}

/// Memory idle and behind many exchanges, and how long the list takes then.
fn memory_and_list() -> Result<()> {
    let server = Server::app()?;
    println!("memory idle: {:.1} MB", server.memory()?);
    let body = format!(
        r#"{{"action":"e","userId":"1","text":"{}"}}"#,
        "x".repeat(2000)
    );
    let script = script(&body)?;
    let mut sent = 0;
    while sent < MANY {
        load(script.path(), server.webhook(), 8, 2)?;
        sent = server.get("exchanges?limit=1")?.1["exchanges"][0]["seq"]
            .as_u64()
            .unwrap_or_default();
    }
    println!(
        "memory after {sent} requests of 2 KB: {:.1} MB",
        server.memory()?
    );
    for route in [
        "exchanges?limit=100",
        "exchanges?limit=100&filter=status:200",
        "exchanges?limit=100&filter=event:none",
    ] {
        let (time, page) = server.get(route)?;
        let rows = page["exchanges"].as_array().map_or(0, Vec::len);
        println!(
            "list at {sent}: {:.1} ms for {rows} rows of {route}",
            time.as_secs_f64() * 1000.0
        );
    }
    let before = sent / 2;
    let (time, _) = server.get(&format!("exchanges?limit=100&before={before}"))?;
    println!("page in the middle: {:.1} ms", time.as_secs_f64() * 1000.0);
    Ok(())
}
