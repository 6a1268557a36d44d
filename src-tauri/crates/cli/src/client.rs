//! Talking to an instance that runs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use reqwest::header::ACCEPT_LANGUAGE;
use reqwest::{Method, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::visible::visible;
use crate::words;

/// How long whoever has the address may take to show that it is the instance: it only signs a text.
/// A webhook server that holds requests would take its time.
const PROOF_TIMEOUT: Duration = Duration::from_secs(30);

/// An URL of this length goes into the head that the instance reads.
const URL_BYTES: usize = 32 * 1024;

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
    /// The data directory that was named.
    pub(crate) fn data_dir(&self) -> Option<&Path> {
        self.data_dir.as_deref()
    }

    /// Whether somebody serves it, or is named.
    pub(crate) fn is_running(&self) -> bool {
        let dir = self.data_dir.clone().or_else(engine::default_data_dir);
        self.control.is_some() || dir.is_some_and(|dir| store::read_holder(&dir).is_some())
    }

    /// Finds the instance and has it show that it is the one with the token.
    pub(crate) async fn connect(self) -> Result<Client> {
        let endpoint = match self.control {
            Some(control) => {
                let token = std::env::var("HOOKLOUPE_TOKEN")
                    .map_err(|_| anyhow!(words::text(&words::NO_TOKEN)))?;
                let no_url = || anyhow!(words::text(words::NO_URL.arg(control.as_str())));
                Endpoint {
                    control: control_address(&control).ok_or_else(no_url)?,
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
                    .map_err(|_| anyhow!(words::text(&words::ADDRESS_UNREADABLE)))?
            }
        };
        // The instance is on this machine: a proxy would look for it somewhere else, and it leads
        // nowhere else.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| anyhow!(words::said(&error)))?;
        let client = Client { http, endpoint };
        client.prove().await?;
        Ok(client)
    }
}

impl Client {
    /// Has the instance show that it knows the token: until then it may be any server, such as the
    /// one that bots send to, which records what it gets.
    async fn prove(&self) -> Result<()> {
        let control = &self.endpoint.control;
        let challenge = engine::new_secret();
        let request = self
            .http
            .get(format!("{control}/api/v1/health"))
            .query(&[("challenge", &challenge)])
            .timeout(PROOF_TIMEOUT);
        let response = request
            .send()
            .await
            .map_err(|error| self.no_answer(&error))?;
        let is_well = response.status() == StatusCode::OK;
        let answer: Value = response.json().await.unwrap_or_default();
        let Some(proof) = answer["proof"].as_str().filter(|_| is_well) else {
            bail!(words::text(words::NOT_CONTROL.arg(control.as_str())));
        };
        if proof != control::token_proof(&self.endpoint.token, &challenge) {
            bail!(words::text(words::OTHER_TOKEN.arg(control.as_str())));
        }
        Ok(())
    }

    fn no_answer(&self, error: &reqwest::Error) -> anyhow::Error {
        let control = self.endpoint.control.as_str();
        let message = words::NO_ANSWER.arg(control);
        anyhow!(words::text(message.arg(messages::foreign_cause(error))))
    }

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
        let request = request.build().map_err(|error| self.no_answer(&error))?;
        if request.url().as_str().len() > URL_BYTES {
            bail!(words::text(&words::TOO_LONG));
        }
        let sent = self.http.execute(request).await;
        sent.map_err(|error| self.no_answer(&error))
    }

    /// The text that a route gives.
    pub(crate) async fn text(&self, route: &str, query: &[(&str, String)]) -> Result<String> {
        let response = self.send(Method::GET, route, query, None).await?;
        let status = response.status();
        let bytes = response.bytes().await;
        let bytes = bytes.map_err(|error| self.no_answer(&error))?;
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
        let names = bots
            .iter()
            .filter_map(|bot| Some((bot["id"].as_str()?, bot["name"].as_str()?)));
        match &named(wanted, names.clone())[..] {
            [] => {
                let names: Vec<&str> = names.map(|(_, name)| name).collect();
                Err(refused(words::NO_BOT.arg(wanted).arg(names.join(", "))))
            }
            [id] => Ok((*id).to_owned()),
            ids => Err(refused(words::SEVERAL_BOTS.arg(wanted).arg(ids.join(", ")))),
        }
    }
}

/// The ids of the bots that a text names: the one with this id, else all with this name, compared
/// whole and without regard to case, as the filter's `bot:` does.
fn named<'b>(wanted: &str, bots: impl Iterator<Item = (&'b str, &'b str)> + Clone) -> Vec<&'b str> {
    let folded = wanted.to_lowercase();
    let ids = bots.clone().map(|(id, _)| id);
    let by_id: Vec<&str> = ids.filter(|id| *id == folded).collect();
    if !by_id.is_empty() {
        return by_id;
    }
    bots.filter(|(_, name)| name.to_lowercase() == folded)
        .map(|(id, _)| id)
        .collect()
}

/// What the instance says in place of what was asked for.
fn said(status: StatusCode, value: &Value) -> anyhow::Error {
    let message = value["message"].as_str().unwrap_or(status.as_str());
    let errors = file_errors(value).into_iter();
    // What is the matter with the folder itself stands in both.
    let errors = errors.filter(|line| *line != visible(message));
    let lines = [message.to_owned()].into_iter().chain(errors);
    let message = lines.collect::<Vec<_>>().join("; ");
    match status.as_u16() {
        404 | 409 | 410 | 422 => Refused::new(message).into(),
        _ => anyhow!("{message}"),
    }
}

/// What is wrong with files, a line each: file, line and column as compilers write them.
pub(crate) fn file_errors(error: &Value) -> Vec<String> {
    let files = error["files"].as_array().into_iter().flatten();
    files
        .map(|one| {
            let place = ["line", "column"]
                .iter()
                .filter_map(|name| one[*name].as_u64());
            let place: Vec<String> = place.map(|number| format!(":{number}")).collect();
            let text = |name: &str| visible(one[name].as_str().unwrap_or_default());
            match one["file"].as_str().unwrap_or_default() {
                "" => text("message"),
                _ => format!("{}{}: {}", text("file"), place.concat(), text("message")),
            }
        })
        .collect()
}

fn refused(message: impl Into<messages::Message>) -> anyhow::Error {
    Refused::new(words::text(message)).into()
}

/// A control address as people type it, with its scheme; `None` where it is none.
fn control_address(typed: &str) -> Option<String> {
    let address = match typed.contains("://") {
        true => typed.to_owned(),
        false => format!("http://{typed}"),
    };
    let url: reqwest::Url = address.parse().ok()?;
    let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
    is_http.then(|| address.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_address_is_taken_as_people_type_it() {
        for (typed, address) in [
            ("127.0.0.1:4040", Some("http://127.0.0.1:4040")),
            ("http://localhost:4040/", Some("http://localhost:4040")),
            ("https://h", Some("https://h")),
            ("http://", None),
            ("ftp://h", None),
            ("", None),
            ("a b", None),
        ] {
            assert_eq!(control_address(typed).as_deref(), address, "{typed}");
        }
    }

    #[test]
    fn a_bot_is_named_by_its_id_or_by_its_whole_name_in_any_case() {
        let bots = [
            ("a1", "Мой бот"),
            ("b2", "dup"),
            ("c3", "DUP"),
            ("dup", "x"),
        ];
        let found = |wanted: &str| named(wanted, bots.into_iter());
        assert_eq!(found("a1"), ["a1"]);
        assert_eq!(found("мой БОТ"), ["a1"]);
        assert_eq!(found("A1"), ["a1"]);
        assert_eq!(found("Мой"), [] as [&str; 0]);
        assert_eq!(found("dup"), ["dup"], "an id is one bot's alone");
        let two = [("b2", "dup"), ("c3", "DUP")];
        assert_eq!(named("Dup", two.into_iter()), ["b2", "c3"]);
    }
}
