//! Measures the public address: what a request takes on its way through, and how soon the tunnel is
//! back.
//!
//! `cargo xtask bench tunnel` builds and runs it; takes three minutes. The program is the real one,
//! in a process of its own, with ngrok's own client in it; the service is the stand-in, here. Each
//! number is told beside its claim.

#![allow(clippy::print_stdout, reason = "printing is what a measurement does")]

#[path = "bench/app.rs"]
mod app;
#[path = "bench/claims.rs"]
mod claims;
#[path = "bench/latency.rs"]
mod latency;
#[path = "bench/raw.rs"]
mod raw;
#[path = "bench/recovery.rs"]
mod recovery;
#[path = "bench/server.rs"]
mod server;

use anyhow::{Result, bail};

use crate::claims::Claims;

#[tokio::main]
async fn main() -> Result<()> {
    // It fails only where there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => measure().await,
        ["raw", server_addr, ca_file, domain] => raw::run(server_addr, ca_file, domain).await,
        _ => bail!("this takes no arguments"),
    }
}

async fn measure() -> Result<()> {
    let mut claims = Claims::default();
    println!("load of the machine: {}", load());
    latency::measure(&mut claims).await?;
    recovery::measure(&mut claims).await?;
    println!("load of the machine: {}", load());
    claims.verdict()
}

/// Over the last 1, 5 and 15 minutes, where the system tells.
fn load() -> String {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<&str> = told.split_whitespace().take(3).collect();
    if averages.is_empty() {
        "unknown".to_owned()
    } else {
        averages.join(" ")
    }
}
