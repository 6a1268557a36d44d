//! `tail`: what the bots send, as it happens.

use anyhow::Result;
use reqwest::Method;
use serde_json::Value;
use std::collections::HashSet;

use crate::client::{Client, Instance};
use crate::output;
use crate::table::Table;
use crate::words;

/// Follows the feed until it is interrupted.
#[derive(Debug, clap::Args)]
pub(crate) struct Tail {
    /// Begin with this many of the newest exchanges.
    #[arg(long, short = 'n', default_value_t = 10)]
    lines: u64,
    #[command(flatten)]
    what: What,
    /// Print what is there and end.
    #[arg(long)]
    once: bool,
}

/// Prints the newest exchanges, the newest last.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// So many of them.
    #[arg(long, short = 'n', default_value_t = 20)]
    lines: u64,
    #[command(flatten)]
    what: What,
}

/// Which exchanges, and how they are printed.
#[derive(Debug, clap::Args)]
struct What {
    /// The same filter as in the window: `event:pay status:5xx is:held text`. Without a value
    /// everything is shown.
    #[arg(long, short = 'f', num_args = 0..=1, default_missing_value = "")]
    filter: Option<String>,
    /// Only this bot's exchanges.
    #[arg(long, value_name = "NAME OR ID")]
    bot: Option<String>,
    /// One JSON document a line: the default where the output is no terminal.
    #[arg(long, conflicts_with = "table")]
    json: bool,
    /// A table: the default on a terminal.
    #[arg(long)]
    table: bool,
    #[command(flatten)]
    instance: Instance,
}

impl Tail {
    pub(crate) async fn run(self) -> Result<()> {
        let follower = self.what.follower().await?;
        let mut position = follower.begin(self.lines).await?;
        if self.once {
            return Ok(());
        }
        // Where nothing happens nothing is printed, and only this tells.
        let mut reader_left = std::pin::pin!(output::reader_left());
        loop {
            position = tokio::select! {
                next = follower.step(position) => next?,
                () = &mut reader_left => return Ok(()),
            };
        }
    }
}

impl List {
    pub(crate) async fn run(self) -> Result<()> {
        self.what.follower().await?.begin(self.lines).await?;
        Ok(())
    }
}

impl What {
    async fn follower(self) -> Result<Follower> {
        let json = self.json || (!self.table && !output::is_terminal());
        let client = self.instance.connect().await?;
        let mut query = Vec::new();
        let filter = self.filter.filter(|filter| !filter.is_empty());
        query.extend(filter.map(|filter| ("filter", filter)));
        if let Some(bot) = self.bot {
            query.push(("bot", client.bot(&bot).await?));
        }
        Ok(Follower {
            client,
            query,
            table: (!json).then(|| Table::new(output::width())),
        })
    }
}

/// A reader of the feed.
struct Follower {
    client: Client,
    /// Filter and bot, as the list takes them.
    query: Vec<(&'static str, String)>,
    /// `None` where JSON is printed.
    table: Option<Table>,
}

impl Follower {
    /// Prints the newest exchanges, oldest first; the position to go on from.
    async fn begin(&self, lines: u64) -> Result<u64> {
        if let Some(table) = &self.table {
            output::print_coloured(table.head())?;
        }
        let mut query = self.query.clone();
        query.push(("limit", lines.clamp(1, 1000).to_string()));
        let page = self
            .client
            .call(Method::GET, "exchanges", &query, None)
            .await?;
        for note in page["filter_notes"].as_array().into_iter().flatten() {
            output::say(note.as_str().unwrap_or_default());
        }
        let mut shown = page["exchanges"].as_array().cloned().unwrap_or_default();
        // The text index has not come to all: the program looks on, some at a time.
        let mut on = page["searched_back_to"].as_u64();
        while let Some(before) = on.filter(|_| (shown.len() as u64) < lines) {
            let mut query = query.clone();
            query.push(("before", before.to_string()));
            let page = self
                .client
                .call(Method::GET, "exchanges", &query, None)
                .await?;
            shown.extend(page["exchanges"].as_array().into_iter().flatten().cloned());
            on = page["searched_back_to"].as_u64();
        }
        shown.truncate(usize::try_from(lines).unwrap_or(usize::MAX));
        for exchange in shown.iter().rev() {
            match &self.table {
                Some(table) => output::print_coloured(table.row(exchange))?,
                None => output::print_json(serde_json::json!({
                    "kind": "exchange_received", "id": exchange["id"], "exchange": exchange
                }))?,
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
            match &self.table {
                None => output::print_json(event)?,
                Some(table) if exchange.is_object() => {
                    output::print_coloured(table.row(exchange))?;
                }
                Some(_) if event["kind"] == "resync" => {
                    output::print(words::text(&words::GAP))?;
                }
                Some(_) => {}
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
