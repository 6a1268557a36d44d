//! Talking to an instance that runs.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use reqwest::Method;
use reqwest::header::ACCEPT_LANGUAGE;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How to find the instance.
#[derive(Debug, clap::Args)]
pub(crate) struct Instance {
    /// The data directory of the instance.
    #[arg(long, value_name = "DIR", env = "HOOKLOUPE_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// The control address of the instance, as `serve` printed it; the token is taken from the
    /// environment variable HOOKLOUPE_TOKEN.
    #[arg(long, value_name = "URL", env = "HOOKLOUPE_CONTROL")]
    control: Option<String>,
}

/// What `serve` leaves in its data directory for the other commands.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) control: String,
    pub(crate) token: String,
}

/// The instance said no.
#[derive(Debug)]
pub(crate) struct Refused {
    message: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

/// A connection to an instance.
pub(crate) struct Client {
    http: reqwest::Client,
    note: Note,
}

impl Instance {
    pub(crate) fn connect(self) -> Result<Client> {
        let note = match self.control {
            Some(control) => {
                let token = std::env::var("HOOKLOUPE_TOKEN").context(
                    "--control needs the token in the environment variable HOOKLOUPE_TOKEN",
                )?;
                Note {
                    control: control.trim_end_matches('/').to_owned(),
                    token,
                }
            }
            None => {
                let dir = self.data_dir.or_else(engine::default_data_dir);
                let dir = dir.context("this system names no home directory: give --data-dir")?;
                let note = store::read_holder(&dir).ok_or_else(|| {
                    anyhow!(
                        "no instance serves {}: start one with `hookloupe-cli serve`",
                        dir.display()
                    )
                })?;
                serde_json::from_str(&note)
                    .context("the note of the running instance cannot be read")?
            }
        };
        // The instance is on this machine: a proxy would look for it somewhere else.
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Client { http, note })
    }
}

impl Client {
    /// Calls a route of the API; the answer's JSON.
    pub(crate) async fn call(
        &self,
        method: Method,
        route: &str,
        query: &[(&str, String)],
        body: Option<&Value>,
    ) -> Result<Value> {
        let mut request = self
            .http
            .request(method, format!("{}/api/v1/{route}", self.note.control))
            .bearer_auth(&self.note.token)
            .query(query);
        // Without it the instance speaks the language that its settings name.
        if let Some(lang) = control::known_system_language() {
            request = request.header(ACCEPT_LANGUAGE, lang.as_str());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request
            .send()
            .await
            .map_err(reqwest::Error::without_url)
            .with_context(|| {
                format!(
                    "no answer from {}: is the instance still there?",
                    self.note.control
                )
            })?;
        let status = response.status();
        let value: Value = response.json().await.unwrap_or_default();
        if status.is_success() {
            return Ok(value);
        }
        let message = value["message"]
            .as_str()
            .unwrap_or(status.as_str())
            .to_owned();
        match status.as_u16() {
            404 | 409 | 410 | 422 => Err(Refused { message }.into()),
            _ => Err(anyhow!(message)),
        }
    }

    /// The id given, or the newest exchange a filter finds.
    pub(crate) async fn exchange(&self, id: &str) -> Result<String> {
        let filter = match id {
            "last" => "",
            "held" => "is:held",
            _ => return Ok(id.to_owned()),
        };
        let query = [("limit", "1".to_owned()), ("filter", filter.to_owned())];
        let page = self.call(Method::GET, "exchanges", &query, None).await?;
        match page["exchanges"][0]["id"].as_str() {
            Some(id) => Ok(id.to_owned()),
            None => Err(Refused {
                message: format!("there is no exchange for \"{id}\""),
            }
            .into()),
        }
    }
}
