//! `mode`: who answers a bot.

use anyhow::Result;
use reqwest::Method;

use crate::client::Instance;
use crate::output;

/// Shows who answers a bot, or chooses it.
#[derive(Debug, clap::Args)]
pub(crate) struct ModeArgs {
    /// The mode to choose: `rules`, `hold`, `upstream` or `upstream_hold`; without it the present
    /// one is printed.
    mode: Option<String>,
    /// The bot; without it the first one is taken.
    #[arg(long, value_name = "NAME OR ID")]
    bot: Option<String>,
    #[command(flatten)]
    instance: Instance,
}

impl ModeArgs {
    pub(crate) async fn run(self) -> Result<()> {
        let client = self.instance.connect().await?;
        let mut query = Vec::new();
        if let Some(bot) = &self.bot {
            query.push(("bot", client.bot(bot).await?));
        }
        let mut answering = client.call(Method::GET, "answering", &query, None).await?;
        if let Some(mode) = self.mode {
            answering["mode"] = mode.into();
            answering = client
                .call(Method::PUT, "answering", &query, Some(&answering))
                .await?;
        }
        output::print(answering["mode"].as_str().unwrap_or_default())
    }
}
