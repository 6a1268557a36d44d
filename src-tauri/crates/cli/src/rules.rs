//! `rules`: a bot's rules as files.

use std::path::PathBuf;

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Instance, file_errors};
use crate::output;
use crate::visible::visible;

/// Writes a bot's rules into a folder of YAML files, reads them from one, or keeps them in one.
#[derive(Debug, clap::Args)]
pub(crate) struct RulesArgs {
    /// What to do.
    action: FileAction,
    /// The folder; `unwatch` and `state` take none.
    #[arg(value_name = "DIR", required_if_eq_any([
        ("action", "export"), ("action", "import"), ("action", "watch"),
    ]))]
    dir: Option<PathBuf>,
    /// The bot; without it the first one is taken.
    #[arg(long, value_name = "NAME OR ID")]
    bot: Option<String>,
    #[command(flatten)]
    instance: Instance,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FileAction {
    /// Write the rules into a folder, one file a rule.
    Export,
    /// Put the rules of a folder in the place of the bot's.
    Import,
    /// Keep the rules in a folder from now on.
    Watch,
    /// Keep them in none any more.
    Unwatch,
    /// Show the folder that they are kept in.
    State,
}

impl RulesArgs {
    pub(crate) async fn run(self) -> Result<()> {
        let client = self.instance.connect().await?;
        let mut query = Vec::new();
        if let Some(bot) = &self.bot {
            query.push(("bot", client.bot(bot).await?));
        }
        let (method, route) = match self.action {
            FileAction::Export => (Method::POST, "rules/export"),
            FileAction::Import => (Method::POST, "rules/import"),
            FileAction::Watch => (Method::PUT, "rules/folder"),
            FileAction::Unwatch => (Method::DELETE, "rules/folder"),
            FileAction::State => (Method::GET, "rules/folder"),
        };
        let body = match &self.dir {
            // The instance has another working directory.
            Some(dir) => Some(json!({"path": std::path::absolute(dir)?})),
            None => None,
        };
        let done = client.call(method, route, &query, body.as_ref()).await?;
        tell(&done)
    }
}

/// Numbers, or how the folder stands.
fn tell(done: &Value) -> Result<()> {
    if let Some(folder) = done.get("folder") {
        let text = |value: &Value| value.as_str().map(visible);
        let words = [&folder["state"], &folder["path"]];
        let line: Vec<String> = words.into_iter().filter_map(text).collect();
        output::print(line.join("  "))?;
        if let Some(message) = text(&folder["message"]) {
            output::print(message)?;
        }
        for line in file_errors(folder) {
            output::print(line)?;
        }
        return Ok(());
    }
    let numbers = done.as_object().into_iter().flatten();
    let numbers: Vec<String> = numbers
        .map(|(name, many)| format!("{name} {many}"))
        .collect();
    output::print(numbers.join("  "))
}
