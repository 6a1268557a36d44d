//! `answer`: a held exchange, by hand.

use std::path::PathBuf;

use anyhow::Result;
use reqwest::Method;
use serde_json::json;

use crate::client::{Instance, body, header, put_body};

/// Answers a held exchange; returns once the bytes are written.
#[derive(Debug, clap::Args)]
pub(crate) struct Give {
    /// The exchange, or `held` for the newest one that waits.
    exchange: String,
    /// The status.
    #[arg(long, default_value_t = 200)]
    status: u16,
    /// A header, `Name: value`; without any: Content-Type: application/json; charset=utf-8.
    #[arg(long = "header", short = 'H', value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// The body.
    #[arg(long, short = 'd', value_name = "TEXT", conflicts_with = "body_file")]
    body: Option<String>,
    /// A file that holds the body; - for standard input.
    #[arg(long, value_name = "FILE")]
    body_file: Option<PathBuf>,
    #[command(flatten)]
    instance: Instance,
}

impl Give {
    pub(crate) async fn run(self) -> Result<()> {
        let bytes = body(self.body, self.body_file)?.unwrap_or_else(|| b"{}".to_vec());
        let client = self.instance.connect()?;
        let id = client.exchange(&self.exchange).await?;
        let mut answer = json!({"status": self.status});
        if !self.headers.is_empty() {
            answer["headers"] = json!(self.headers);
        }
        put_body(&mut answer, bytes);
        let done = client
            .call(
                Method::POST,
                &format!("exchanges/{id}/answer"),
                &[],
                Some(&answer),
            )
            .await?;
        println!("{done}");
        Ok(())
    }
}
