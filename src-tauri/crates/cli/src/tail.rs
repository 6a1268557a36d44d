//! `tail`: what the bots send, as it happens.

use std::collections::HashSet;
use std::io::IsTerminal;

use anyhow::Result;
use reqwest::Method;
use serde_json::Value;

use crate::client::{Client, Instance};
use crate::{table, words};

/// Follows the feed until it is interrupted.
#[derive(Debug, clap::Args)]
pub(crate) struct Tail {
    /// Begin with this many of the newest exchanges.
    #[arg(long, short = 'n', default_value_t = 10)]
    lines: u64,
    /// The same filter as in the window: `event:pay status:5xx is:held text`.
    #[arg(long, short = 'f')]
    filter: Option<String>,
    /// Only this bot's exchanges.
    #[arg(long, value_name = "ID")]
    bot: Option<String>,
    /// One JSON document a line: the default where the output is no terminal.
    #[arg(long, conflicts_with = "table")]
    json: bool,
    /// A table: the default on a terminal.
    #[arg(long)]
    table: bool,
    /// Print what is there and end.
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    instance: Instance,
}

impl Tail {
    pub(crate) async fn run(self) -> Result<()> {
        let json = self.json || (!self.table && !std::io::stdout().is_terminal());
        let mut query = Vec::new();
        query.extend(self.filter.map(|filter| ("filter", filter)));
        query.extend(self.bot.map(|bot| ("bot", bot)));
        let follower = Follower {
            client: self.instance.connect()?,
            query,
            json,
        };
        if !json {
            println!("{}", table::head());
        }
        let mut position = follower.begin(self.lines).await?;
        if self.once {
            return Ok(());
        }
        loop {
            position = follower.step(position).await?;
        }
    }
}

/// A reader of the feed.
struct Follower {
    client: Client,
    /// Filter and bot, as the list takes them.
    query: Vec<(&'static str, String)>,
    json: bool,
}

impl Follower {
    /// Prints the newest exchanges, oldest first; the position to go on from.
    async fn begin(&self, lines: u64) -> Result<u64> {
        let mut query = self.query.clone();
        query.push(("limit", lines.clamp(1, 1000).to_string()));
        let page = self
            .client
            .call(Method::GET, "exchanges", &query, None)
            .await?;
        let shown = page["exchanges"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for exchange in shown
            .iter()
            .rev()
            .take(if lines == 0 { 0 } else { usize::MAX })
        {
            if self.json {
                println!(
                    "{}",
                    serde_json::json!({"kind": "exchange_received", "id": exchange["id"], "exchange": exchange})
                );
            } else {
                println!("{}", table::row(exchange));
            }
        }
        Ok(page["seq"].as_u64().unwrap_or_default())
    }

    /// Waits for what comes after a position and prints it; the next position.
    async fn step(&self, after: u64) -> Result<u64> {
        let query = [
            ("after", after.to_string()),
            ("wait_ms", "25000".to_owned()),
        ];
        let batch = self
            .client
            .call(Method::GET, "events", &query, None)
            .await?;
        let events = batch["events"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let wanted = self.wanted(events).await?;
        for event in events {
            let exchange = &event["exchange"];
            if exchange.is_object()
                && !wanted
                    .as_ref()
                    .is_none_or(|ids| ids.contains(&id(exchange)))
            {
                continue;
            }
            if self.json {
                println!("{event}");
            } else if exchange.is_object() {
                println!("{}", table::row(exchange));
            } else if event["kind"] == "resync" {
                println!("{}", words::text(&words::GAP));
            }
        }
        Ok(batch["next"].as_u64().unwrap_or(after))
    }

    /// Which of the exchanges that changed the filter finds; `None` where there is no filter.
    async fn wanted(&self, events: &[Value]) -> Result<Option<HashSet<String>>> {
        let first = events
            .iter()
            .filter_map(|event| event["exchange"]["seq"].as_u64())
            .min();
        let Some(first) = first.filter(|_| !self.query.is_empty()) else {
            return Ok(None);
        };
        let mut query = self.query.clone();
        query.push(("after", first.saturating_sub(1).to_string()));
        query.push(("limit", "1000".to_owned()));
        let page = self
            .client
            .call(Method::GET, "exchanges", &query, None)
            .await?;
        Ok(page["exchanges"]
            .as_array()
            .map(|list| list.iter().map(id).collect()))
    }
}

fn id(exchange: &Value) -> String {
    exchange["id"].as_str().unwrap_or_default().to_owned()
}
