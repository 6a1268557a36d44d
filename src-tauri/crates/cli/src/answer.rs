//! `answer`: a held exchange, by hand.

use anyhow::Result;
use reqwest::Method;
use serde_json::json;

use crate::client::Instance;
use crate::message::MessageArgs;
use crate::{output, show};

/// Answers a held exchange; returns once the bytes are written. Without headers it goes out with
/// Content-Type: application/json; charset=utf-8, without a body with {}.
#[derive(Debug, clap::Args)]
pub(crate) struct AnswerArgs {
    /// The exchange, or `held` for the newest one that waits.
    exchange: String,
    /// The status.
    #[arg(long, default_value_t = 200)]
    status: u16,
    #[command(flatten)]
    message: MessageArgs,
    #[command(flatten)]
    instance: Instance,
}

impl AnswerArgs {
    pub(crate) async fn run(self) -> Result<()> {
        let mut answer = json!({"status": self.status});
        self.message.write(&mut answer, Some("{}"))?;
        let client = self.instance.connect().await?;
        let id = client.exchange(&self.exchange).await?;
        let done = client
            .call(
                Method::POST,
                &format!("exchanges/{id}/answer"),
                &[],
                Some(&answer),
            )
            .await?;
        output::print_json(&done)?;
        // It has gone out as it was written; what the bot will make of it is said all the same.
        let exchange = client
            .call(Method::GET, &format!("exchanges/{id}"), &[], None)
            .await?;
        for sentence in show::findings(&exchange, Some("response")) {
            output::say(sentence);
        }
        Ok(())
    }
}
