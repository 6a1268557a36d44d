//! The program under measurement, as its window sees it: by the control API, and told of changes.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use ngrok_standin::Standin;
use reqwest::Method;
use serde_json::{Value, json};

use crate::server::Server;

/// The token that the stand-in takes.
pub(crate) const TOKEN: &str = "standin-token";
/// How long one look at the feed waits for an event.
const WAIT_MS: u32 = 20_000;
/// The longest any state is waited for; the longest outage here and then some.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program, with a place in its feed.
pub(crate) struct App {
    server: Server,
    http: reqwest::Client,
    after: u64,
}

impl App {
    /// Starts one whose secrets stay in its memory, whatever key store this machine has.
    pub(crate) async fn start() -> Result<Self> {
        let mut app = Self {
            server: Server::app()?,
            http: reqwest::Client::builder().no_proxy().build()?,
            after: 0,
        };
        let keep = json!({"key_store": "session"});
        app.call(Method::PATCH, "settings", Some(keep)).await?;
        app.after = app.get("exchanges?limit=1").await?["seq"]
            .as_u64()
            .context("a place in the feed")?;
        Ok(app)
    }

    /// Starts its tunnel and waits for the address and the check that follows it.
    pub(crate) async fn online(
        &mut self,
        standin: &Standin,
        server_addr: &str,
        domain: Option<&str>,
    ) -> Result<()> {
        let plan = json!({"provider": "ngrok", "ngrok": {
            "authtoken": TOKEN, "domain": domain, "server_addr": server_addr,
            "ca_file": standin.ca_file(), "proxy": null}});
        self.call(Method::POST, "tunnel/start", Some(plan)).await?;
        self.until("online").await?;
        self.until_tunnel(|tunnel| !tunnel["check"].is_null())
            .await?;
        Ok(())
    }

    /// Waits until the tunnel is in a state, and says when that was heard.
    pub(crate) async fn until(&mut self, state: &str) -> Result<Instant> {
        self.until_tunnel(|tunnel| tunnel["state"] == state)
            .await
            .with_context(|| format!("waiting for `{state}`"))
    }

    async fn until_tunnel(&mut self, holds: impl Fn(&Value) -> bool) -> Result<Instant> {
        let begun = Instant::now();
        loop {
            let tunnel = self.get("tunnel").await?;
            if holds(&tunnel) {
                return Ok(Instant::now());
            }
            ensure!(begun.elapsed() < PATIENCE, "in vain: {tunnel}");
            let route = format!("events?after={}&wait_ms={WAIT_MS}", self.after);
            self.after = self.get(&route).await?["next"]
                .as_u64()
                .context("a place in the feed")?;
        }
    }

    /// The path that leads to its only bot.
    pub(crate) async fn path(&self) -> Result<String> {
        let bots = self.get("bots").await?;
        let secret = bots["bots"][0]["secret"].as_str();
        Ok(format!("/{}/bench", secret.context("a bot's secret")?))
    }

    pub(crate) async fn get(&self, route: &str) -> Result<Value> {
        self.call(Method::GET, route, None).await
    }

    async fn call(&self, method: Method, route: &str, body: Option<Value>) -> Result<Value> {
        let part = |name: &str| self.server.ready[name].as_str().unwrap_or_default();
        let mut request = self
            .http
            .request(method, format!("{}/api/v1/{route}", part("control")))
            .bearer_auth(part("token"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let (status, bytes) = (answer.status(), answer.bytes().await?);
        ensure!(status.is_success(), "{route}: {status}");
        // Some have nothing to say.
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }
}
