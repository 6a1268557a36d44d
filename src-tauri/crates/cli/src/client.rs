//! Talking to an instance that runs.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use reqwest::header::ACCEPT_LANGUAGE;
use reqwest::{Method, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::words;

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

/// How an instance is reached, as `serve` writes it into its data directory for the other commands.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) control: String,
    pub(crate) token: String,
    /// What an open page shows with, at this address, that it had the token of a run before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
}

/// The instance said no.
#[derive(Debug)]
pub(crate) struct Refused {
    message: String,
}

impl Refused {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
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
    endpoint: Endpoint,
}

impl Instance {
    pub(crate) fn connect(self) -> Result<Client> {
        let endpoint = match self.control {
            Some(control) => {
                let token = std::env::var("HOOKLOUPE_TOKEN")
                    .with_context(|| words::text(&words::NO_TOKEN))?;
                Endpoint {
                    control: with_scheme(&control),
                    token,
                    key: None,
                }
            }
            None => {
                let dir = self.data_dir.or_else(engine::default_data_dir);
                let dir = dir.with_context(|| words::text(&words::NO_HOME))?;
                let address = store::read_holder(&dir).with_context(|| {
                    words::text(words::NO_INSTANCE.arg(dir.display().to_string()))
                })?;
                serde_json::from_str(&address)
                    .with_context(|| words::text(&words::ADDRESS_UNREADABLE))?
            }
        };
        // The instance is on this machine: a proxy would look for it somewhere else.
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Client { http, endpoint })
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
        let response = self.send(method, route, query, body).await?;
        let status = response.status();
        let value: Value = response.json().await.unwrap_or_default();
        match status.is_success() {
            true => Ok(value),
            false => Err(said(status, &value)),
        }
    }

    async fn send(
        &self,
        method: Method,
        route: &str,
        query: &[(&str, String)],
        body: Option<&Value>,
    ) -> Result<Response> {
        let mut request = self
            .http
            .request(method, format!("{}/api/v1/{route}", self.endpoint.control))
            .bearer_auth(&self.endpoint.token)
            .query(query)
            // Else the instance would speak the language of its settings, beside this program's.
            .header(ACCEPT_LANGUAGE, control::system_language().as_str());
        if let Some(body) = body {
            request = request.json(body);
        }
        request
            .send()
            .await
            .map_err(reqwest::Error::without_url)
            .with_context(|| words::text(words::NO_ANSWER.arg(self.endpoint.control.as_str())))
    }

    /// The text that a route gives.
    pub(crate) async fn text(&self, route: &str, query: &[(&str, String)]) -> Result<String> {
        let response = self.send(Method::GET, route, query, None).await?;
        let status = response.status();
        let bytes = response.bytes().await?;
        if !status.is_success() {
            return Err(said(
                status,
                &serde_json::from_slice(&bytes).unwrap_or_default(),
            ));
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The id given, or the newest exchange a filter finds.
    pub(crate) async fn exchange(&self, id: &str) -> Result<String> {
        let filter = match id {
            "last" => "",
            "held" => "is:held",
            // As it is written whole, with or without its hyphens.
            _ if id.len() >= 32 => return Ok(id.to_owned()),
            _ => return self.by_part(id).await,
        };
        let query = [("limit", "1".to_owned()), ("filter", filter.to_owned())];
        let page = self.call(Method::GET, "exchanges", &query, None).await?;
        match page["exchanges"][0]["id"].as_str() {
            Some(id) => Ok(id.to_owned()),
            None if id == "held" => Err(refused(&words::NOTHING_HELD)),
            None => Err(refused(words::NO_EXCHANGE.arg(id))),
        }
    }

    /// The id of the one among the newest exchanges whose id begins or ends so: a table shows the
    /// end alone.
    async fn by_part(&self, part: &str) -> Result<String> {
        let query = [("limit", "1000".to_owned())];
        let page = self.call(Method::GET, "exchanges", &query, None).await?;
        let part = part.to_ascii_lowercase();
        let ids = page["exchanges"].as_array().into_iter().flatten();
        let mut found = ids
            .filter_map(|exchange| exchange["id"].as_str())
            .filter(|id| id.starts_with(&part) || id.ends_with(&part));
        match (found.next(), found.next()) {
            (Some(id), None) => Ok(id.to_owned()),
            (Some(_), Some(_)) => Err(refused(words::SEVERAL_EXCHANGES.arg(part))),
            (None, _) => Err(refused(words::NO_EXCHANGE.arg(part))),
        }
    }

    /// The id of a bot that is named by its id or its name.
    pub(crate) async fn bot(&self, wanted: &str) -> Result<String> {
        let answer = self.call(Method::GET, "bots", &[], None).await?;
        let bots = answer["bots"].as_array().map(Vec::as_slice);
        let bots = bots.unwrap_or_default();
        let by = |field: &str| bots.iter().find(|bot| bot[field] == wanted);
        let found = by("id").or_else(|| by("name"));
        match found.and_then(|bot| bot["id"].as_str()) {
            Some(id) => Ok(id.to_owned()),
            None => {
                let names = bots.iter().filter_map(|bot| bot["name"].as_str());
                let names = names.collect::<Vec<_>>().join(", ");
                Err(refused(words::NO_BOT.arg(wanted).arg(names)))
            }
        }
    }
}

/// What the instance says in place of what was asked for.
fn said(status: StatusCode, value: &Value) -> anyhow::Error {
    let message = value["message"].as_str().unwrap_or(status.as_str());
    match status.as_u16() {
        404 | 409 | 410 | 422 => Refused::new(message).into(),
        _ => anyhow!("{message}"),
    }
}

fn refused(message: impl Into<messages::Message>) -> anyhow::Error {
    Refused::new(words::text(message)).into()
}

/// A control address as people type it.
fn with_scheme(control: &str) -> String {
    let control = control.trim_end_matches('/');
    match control.contains("://") {
        true => control.to_owned(),
        false => format!("http://{control}"),
    }
}
