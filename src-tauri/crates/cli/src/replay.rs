//! `replay`: a recorded request, again.

use anyhow::Result;
use reqwest::Method;
use serde_json::json;

use crate::client::{Instance, Refused};
use crate::message::MessageArgs;
use crate::output;
use crate::table::Table;

/// Sends a recorded request again and prints the new exchange; what is not given stays as recorded.
#[derive(Debug, clap::Args)]
pub(crate) struct ReplayArgs {
    /// The exchange, or `last` for the newest one.
    exchange: String,
    /// `self`, or an http:// or https:// address.
    #[arg(long, default_value = "self")]
    target: String,
    /// Another method.
    #[arg(long, short = 'X')]
    method: Option<String>,
    /// Another path, with its query.
    #[arg(long)]
    path: Option<String>,
    #[command(flatten)]
    message: MessageArgs,
    /// Print the new exchange as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    instance: Instance,
}

impl ReplayArgs {
    pub(crate) async fn run(self) -> Result<()> {
        let client = self.instance.connect().await?;
        let id = client.exchange(&self.exchange).await?;
        let mut edit = json!({});
        if let Some(method) = self.method {
            edit["method"] = method.into();
        }
        if let Some(path) = self.path {
            edit["path"] = path.into();
        }
        self.message.write(&mut edit, None)?;
        let replay = json!({"target": self.target, "edit": edit});
        let made = client
            .call(
                Method::POST,
                &format!("exchanges/{id}/replay"),
                &[],
                Some(&replay),
            )
            .await?;
        let id = made["id"].as_str().unwrap_or_default();
        let exchange = client
            .call(Method::GET, &format!("exchanges/{id}"), &[], None)
            .await?;
        if self.json {
            output::print_json(&exchange)?;
        } else {
            let table = Table::new(output::width());
            output::print_coloured(table.head())?;
            output::print_coloured(table.row(&exchange))?;
        }
        match exchange["failure"].as_str() {
            Some(cause) if exchange["state"] == "failed" => Err(Refused::new(cause).into()),
            _ => Ok(()),
        }
    }
}
