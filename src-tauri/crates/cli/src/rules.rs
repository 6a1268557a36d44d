//! `rules`: a bot's rules as files.

use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum as _;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Instance, file_errors};
use crate::output;
use crate::visible::visible;
use crate::words;

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
        let body = self.body()?;
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
        let done = client.call(method, route, &query, body.as_ref()).await?;
        tell(self.action, &done)
    }

    /// The folder as the instance is told of it: it has another working directory.
    fn body(&self) -> Result<Option<Value>> {
        let Some(dir) = &self.dir else {
            return Ok(None);
        };
        if let FileAction::Unwatch | FileAction::State = self.action {
            let action = self.action.to_possible_value();
            let action = action.map(|value| value.get_name().to_owned());
            let unwanted = words::FOLDER_UNWANTED.arg(action.unwrap_or_default());
            anyhow::bail!(words::text(unwanted));
        }
        let whole = std::path::absolute(dir)?;
        match whole.to_str() {
            Some(path) => Ok(Some(json!({"path": path}))),
            None => {
                let shown = dir.display().to_string();
                anyhow::bail!(words::text(words::PATH_NO_TEXT.arg(shown)))
            }
        }
    }
}

/// Numbers, or how the folder stands.
fn tell(action: FileAction, done: &Value) -> Result<()> {
    let number = |name: &str| done[name].as_u64().unwrap_or_default();
    match action {
        FileAction::Export => {
            let told = words::RULES_EXPORTED.arg(number("written"));
            let told = told.arg(number("removed")).arg(number("unchanged"));
            output::print(words::text(told))
        }
        FileAction::Import => {
            let told = words::RULES_IMPORTED.arg(number("added"));
            let told = told.arg(number("changed")).arg(number("removed"));
            output::print(words::text(told.arg(number("unchanged"))))
        }
        FileAction::Unwatch => output::print(words::text(&words::FOLDER_LEFT)),
        FileAction::Watch | FileAction::State => tell_folder(&done["folder"]),
    }
}

/// How a folder stands.
fn tell_folder(folder: &Value) -> Result<()> {
    let text = |name: &str| folder[name].as_str().map(visible);
    let Some(path) = text("path") else {
        return output::print(words::text(&words::NO_FOLDER));
    };
    let state = text("state").unwrap_or_default();
    let stands = match state.as_str() {
        "watching" => words::FOLDER_WATCHING.arg(path),
        "broken" => words::FOLDER_BROKEN.arg(path),
        "missing" => words::FOLDER_MISSING.arg(path),
        "unwatched" => words::FOLDER_UNWATCHED.arg(path),
        _ => words::FOLDER_OTHER.arg(state).arg(path),
    };
    output::print(words::text(stands))?;
    let message = text("message");
    for line in message.iter() {
        output::print(line)?;
    }
    let errors = file_errors(folder).into_iter();
    for line in errors.filter(|line| Some(line) != message.as_ref()) {
        output::print(line)?;
    }
    Ok(())
}
