//! Talking to an instance that runs.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use reqwest::Method;
use reqwest::header::ACCEPT_LANGUAGE;
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
    endpoint: Endpoint,
}

impl Instance {
    pub(crate) fn connect(self) -> Result<Client> {
        let endpoint = match self.control {
            Some(control) => {
                let token = std::env::var("HOOKLOUPE_TOKEN")
                    .with_context(|| words::text(&words::NO_TOKEN))?;
                Endpoint {
                    control: control.trim_end_matches('/').to_owned(),
                    token,
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
        let mut request = self
            .http
            .request(method, format!("{}/api/v1/{route}", self.endpoint.control))
            .bearer_auth(&self.endpoint.token)
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
            .with_context(|| words::text(words::NO_ANSWER.arg(self.endpoint.control.as_str())))?;
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
                message: words::text(words::NO_EXCHANGE.arg(id)),
            }
            .into()),
        }
    }
}
