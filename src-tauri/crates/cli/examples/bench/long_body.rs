//! What a long body costs the app in memory, on its way to a server and back.

use std::io;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use futures::{Stream, stream};
use serde_json::{Value, json};

use crate::claims::Claims;
use crate::server::Server;

/// How long the body is each way, in MiB.
const LENGTH_MIB: usize = 200;
/// By how much the app's memory may grow meanwhile, as it is claimed, in MB.
const GROWN_MB: f64 = 32.0;

/// The body, piece by piece.
pub(crate) fn pieces() -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::iter((0..LENGTH_MIB).map(|_| Ok(Bytes::from(vec![b'a'; 1 << 20]))))
}

pub(crate) async fn measure(app: &Server, claims: &mut Claims) -> Result<()> {
    let part = |name: &str| app.ready[name].as_str().unwrap_or_default();
    let http = reqwest::Client::builder().no_proxy().build()?;
    let longer = http
        .patch(format!("{}/api/v1/settings", part("control")))
        .bearer_auth(part("token"))
        .json(&json!({"body_limit_bytes": 300 << 20}))
        .send()
        .await?;
    ensure!(longer.status().is_success(), "{}", longer.text().await?);
    let before = kilobytes(app, "VmRSS:")?;
    let url = format!("{}long", part("webhook"));
    let length = (LENGTH_MIB << 20).to_string();
    let sent = http
        .post(url)
        .header("Content-Length", &length)
        .body(reqwest::Body::wrap_stream(pieces()));
    let mut answer = sent.send().await?;
    let mut received = 0;
    while let Some(piece) = answer.chunk().await? {
        received += piece.len();
    }
    ensure!(received == LENGTH_MIB << 20, "{received} bytes came back");
    let newest = http
        .get(format!("{}/api/v1/exchanges?limit=1", part("control")))
        .bearer_auth(part("token"));
    let newest: Value = newest.send().await?.json().await?;
    let exchange = &newest["exchanges"][0];
    ensure!(exchange["request_bytes"] == LENGTH_MIB << 20, "{exchange}");
    let grown = (kilobytes(app, "VmHWM:")? - before) / 1024.0;
    let what = format!("{LENGTH_MIB} MiB to a server and back: memory at its highest grew by");
    claims.below(&what, grown, GROWN_MB, " MB");
    Ok(())
}

/// A line of what the system says of the process.
fn kilobytes(app: &Server, name: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", app.process.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line
        .context("the system tells it")?
        .trim()
        .trim_end_matches(" kB")
        .trim();
    Ok(number.parse()?)
}
