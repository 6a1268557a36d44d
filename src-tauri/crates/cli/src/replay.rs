//! `replay`: a recorded request, again.

use std::path::PathBuf;

use anyhow::Result;
use reqwest::Method;
use serde_json::json;

use crate::client::{Instance, body, header, put_body};
use crate::table;

/// Sends a recorded request again and prints the new exchange.
#[derive(Debug, clap::Args)]
pub(crate) struct Again {
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
    /// A header, `Name: value`; any replaces all that were recorded.
    #[arg(long = "header", short = 'H', value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Another body.
    #[arg(long, short = 'd', value_name = "TEXT", conflicts_with = "body_file")]
    body: Option<String>,
    /// A file that holds another body; - for standard input.
    #[arg(long, value_name = "FILE")]
    body_file: Option<PathBuf>,
    /// Print the new exchange as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    instance: Instance,
}

impl Again {
    pub(crate) async fn run(self) -> Result<()> {
        let bytes = body(self.body, self.body_file)?;
        let client = self.instance.connect()?;
        let id = client.exchange(&self.exchange).await?;
        let mut edit = json!({});
        if let Some(method) = self.method {
            edit["method"] = method.into();
        }
        if let Some(path) = self.path {
            edit["path"] = path.into();
        }
        if !self.headers.is_empty() {
            edit["headers"] = json!(self.headers);
        }
        if let Some(bytes) = bytes {
            put_body(&mut edit, bytes);
        }
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
            println!("{exchange}");
        } else {
            println!("{}\n{}", table::head(), table::row(&exchange));
        }
        Ok(())
    }
}
