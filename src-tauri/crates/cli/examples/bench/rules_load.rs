//! What a thousand rules take off the turns that an app answers in a second.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::claims::Claims;
use crate::server::{Server, median};

/// Rules at most, as many as a bot has.
const RULES: usize = 1000;
/// Callers at once, as in the measurement of the capture.
const CALLERS: usize = 8;
/// How long each load takes, and how many there are of each kind in turn.
const LOAD: Duration = Duration::from_secs(4);
const ROUNDS: usize = 5;
/// The part of the turns without rules that may be lost, as it is claimed.
const LOST: f64 = 0.2;

pub(crate) async fn measure(claims: &mut Claims) -> Result<()> {
    let (bare, ruled) = (Server::app()?, Server::app()?);
    add_rules(&ruled).await?;
    let mut lost = Vec::new();
    for round in 1..=ROUNDS {
        let without = per_second(webhook(&bare)?).await?;
        let with = per_second(webhook(&ruled)?).await?;
        println!("turns a second {round}: {without:.0} without rules · {with:.0} with {RULES}");
        lost.push(1.0 - with / without);
    }
    claims.below(
        "lost to 1,000 rules of three conditions",
        median(lost),
        LOST,
        "",
    );
    Ok(())
}

fn webhook(app: &Server) -> Result<SocketAddr> {
    let webhook = app.ready["webhook"].as_str().context("a webhook")?;
    let webhook = webhook.trim_start_matches("http://").trim_end_matches('/');
    Ok(webhook.parse()?)
}

/// Rules whose conditions are all judged: the last one of each does not hold. None names an event,
/// by which it would be passed over.
async fn add_rules(app: &Server) -> Result<()> {
    let part = |name: &str| app.ready[name].as_str().unwrap_or_default();
    let http = reqwest::Client::builder().no_proxy().build()?;
    for number in 0..RULES {
        let test =
            |field: &str, op: &str, value: Value| json!({"field": field, "op": op, "value": value});
        let rule = json!({"version": 1, "name": number.to_string(),
            "when": {"all": [
                test("method", "equals", json!("POST")),
                test("var:variable1", "less", json!(1000 + number)),
                test("user", "equals", json!(format!("nobody {number}"))),
            ]},
            "then": {"reply": {"body": "{}"}}});
        let added = http
            .post(format!("{}/api/v1/rules", part("control")))
            .bearer_auth(part("token"))
            .json(&rule)
            .send()
            .await?;
        ensure!(added.status().is_success(), "{}", added.text().await?);
    }
    Ok(())
}

async fn per_second(address: SocketAddr) -> Result<f64> {
    let begun = Instant::now();
    let callers = (0..CALLERS).map(|_| {
        tokio::spawn(async move {
            let (mut caller, mut turns) = (Caller::new(address), 0_u32);
            while begun.elapsed() < LOAD {
                caller.turn().await?;
                turns += 1;
            }
            anyhow::Ok(turns)
        })
    });
    let mut all = 0;
    for caller in callers.collect::<Vec<_>>() {
        all += caller.await??;
    }
    Ok(f64::from(all) / begun.elapsed().as_secs_f64())
}
