//! `tunnel`: the public address.

use anyhow::Result;
use reqwest::Method;
use serde_json::Value;

use crate::client::Instance;
use crate::output;
use crate::visible::visible;

/// Shows the tunnel; starts it as it was last started, or stops it.
#[derive(Debug, clap::Args)]
pub(crate) struct TunnelArgs {
    /// What to do; without it the state is printed.
    action: Option<Action>,
    /// Print the tunnel as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    instance: Instance,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Action {
    /// Start it as it was last started.
    Start,
    /// Stop it.
    Stop,
}

impl TunnelArgs {
    pub(crate) async fn run(self) -> Result<()> {
        let client = self.instance.connect().await?;
        let (method, route) = match self.action {
            None => (Method::GET, "tunnel"),
            Some(Action::Start) => (Method::POST, "tunnel/retry"),
            Some(Action::Stop) => (Method::POST, "tunnel/stop"),
        };
        let tunnel = client.call(method, route, &[], None).await?;
        if self.json {
            return output::print_json(tunnel);
        }
        let text = |value: &Value| value.as_str().map(visible);
        let words = [
            &tunnel["state"],
            &tunnel["provider"],
            &tunnel["webhook_url"],
        ];
        let line: Vec<String> = words.into_iter().filter_map(text).collect();
        output::print(line.join("  "))?;
        let error = &tunnel["error"];
        if let Some(message) = text(&error["message"]) {
            output::print(message)?;
        }
        for line in error["detail"].as_str().unwrap_or_default().lines() {
            output::print(format!("  {}", visible(line)))?;
        }
        Ok(())
    }
}
