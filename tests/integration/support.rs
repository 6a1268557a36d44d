//! An instance of the program and hands to use it with.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest any test waits for anything.
pub const TIMEOUT: Duration = Duration::from_secs(90);

/// A running `hookloupe-cli serve`; ended, and its files removed, when dropped.
pub struct Instance {
    pub ready: Value,
    pub http: reqwest::Client,
    pub process: Child,
    dir: Option<TempDir>,
}

/// `hookloupe-cli`, in English and without a data directory from outside.
pub fn program() -> Command {
    let mut program = other_program(env!("CARGO_BIN_EXE_hookloupe-cli"));
    program
        .env("LANG", "en_US.UTF-8")
        .env("LC_ALL", "en_US.UTF-8")
        .env_remove("HOOKLOUPE_DATA_DIR");
    program
}

/// A program that a test needs beside the one under test.
#[expect(clippy::disallowed_methods, reason = "tests start what they test")]
pub fn other_program(name: impl AsRef<OsStr>) -> Command {
    Command::new(name)
}

/// `hookloupe-cli serve` over a data directory, on a free port.
pub fn command(dir: &Path) -> Command {
    let mut command = program();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(dir);
    command
}

impl Instance {
    pub fn start() -> Self {
        let dir = TempDir::new().unwrap();
        let mut instance = Self::start_in(dir.path());
        instance.dir = Some(dir);
        instance
    }

    pub fn start_in(dir: &Path) -> Self {
        Self::spawn(command(dir))
    }

    /// Starts by a command of its own.
    pub fn spawn(mut command: Command) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Ok(ready) = serde_json::from_str::<Value>(&line) else {
            let output = process.wait_with_output().unwrap();
            panic!(
                "no ready line: {line:?}, {}",
                String::from_utf8_lossy(&output.stderr)
            );
        };
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(TIMEOUT)
            .build()
            .unwrap();
        Self {
            ready,
            http,
            process,
            dir: None,
        }
    }

    pub fn dir(&self) -> PathBuf {
        self.ready["data_dir"].as_str().unwrap().into()
    }

    /// The address bots send to, with this path.
    pub fn webhook(&self, path: &str) -> String {
        format!(
            "{}{}",
            self.ready["webhook"]
                .as_str()
                .unwrap()
                .trim_end_matches('/'),
            path
        )
    }

    /// Host and port of the webhook server.
    pub fn webhook_host(&self) -> String {
        self.webhook("").trim_start_matches("http://").to_owned()
    }

    pub fn control(&self, route: &str) -> String {
        format!("{}/api/v1/{route}", self.ready["control"].as_str().unwrap())
    }

    /// Calls the control API: status and JSON.
    pub async fn call(
        &self,
        method: Method,
        route: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let mut request = self
            .http
            .request(method, self.control(route))
            .bearer_auth(self.ready["token"].as_str().unwrap())
            .header("Accept-Language", "en");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap_or_default())
    }

    pub async fn get(&self, route: &str) -> Value {
        let (status, value) = self.call(Method::GET, route, None).await;
        assert_eq!(status, 200, "{route}: {value}");
        value
    }

    pub async fn post(&self, route: &str, body: Value) -> (StatusCode, Value) {
        self.call(Method::POST, route, Some(body)).await
    }

    /// A body of an exchange, byte for byte.
    pub async fn body(&self, route: &str) -> Vec<u8> {
        let request = self
            .http
            .get(self.control(route))
            .bearer_auth(self.ready["token"].as_str().unwrap());
        let response = request.send().await.unwrap();
        assert!(
            response.status().is_success(),
            "{route}: {}",
            response.status()
        );
        response.bytes().await.unwrap().to_vec()
    }

    /// Sets who answers the first bot.
    pub async fn answering(&self, answering: Value) {
        let (status, value) = self.call(Method::PUT, "answering", Some(answering)).await;
        assert_eq!(status, 200, "{value}");
    }

    pub async fn hold(&self, seconds: u32) {
        self.answering(
            json!({"mode": "hold", "hold": {"seconds": seconds, "fallback": "default"}}),
        )
        .await;
    }

    /// Posts a Graph turn in the background.
    pub fn turn(
        &self,
        body: impl Into<reqwest::Body>,
    ) -> tokio::task::JoinHandle<reqwest::Response> {
        let request = self
            .http
            .post(self.webhook("/"))
            .header("Content-Type", "application/json")
            .body(body);
        tokio::spawn(async move { request.send().await.unwrap() })
    }

    /// The newest exchange.
    pub async fn newest(&self) -> Value {
        self.get("exchanges?limit=1").await["exchanges"][0].clone()
    }

    /// Follows the feed from its beginning until an event passes.
    pub async fn event(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.event_after(0, wanted).await
    }

    /// Follows the feed from a position until an event passes. From 0 it begins with the first run
    /// of the program alone.
    pub async fn event_after(&self, after: u64, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut after = after;
        let following = async {
            loop {
                let batch = self
                    .get(&format!("events?after={after}&wait_ms=5000"))
                    .await;
                if let Some(event) = batch["events"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|event| wanted(event))
                {
                    return event.clone();
                }
                after = batch["next"].as_u64().unwrap();
            }
        };
        tokio::time::timeout(TIMEOUT, following)
            .await
            .expect("the event comes")
    }

    /// The exchange of an event that reached this state.
    pub async fn in_state(&self, state: &str) -> Value {
        self.event(|event| event["exchange"]["state"] == state)
            .await["exchange"]
            .clone()
    }

    pub async fn exchange(&self, id: &Value) -> Value {
        self.get(&format!("exchanges/{}", id.as_str().unwrap()))
            .await
    }

    /// Tells the program to end, as a session's end does, and waits for it: its exit code. Windows
    /// has no such signal, so what needs it is tested elsewhere.
    #[cfg(unix)]
    pub fn terminate(&mut self) -> Option<i32> {
        self.signal(rustix::process::Signal::TERM)
    }

    /// Tells the program that its terminal has gone, and waits for it: its exit code.
    #[cfg(unix)]
    pub fn hang_up(&mut self) -> Option<i32> {
        self.signal(rustix::process::Signal::HUP)
    }

    #[cfg(unix)]
    fn signal(&mut self, signal: rustix::process::Signal) -> Option<i32> {
        let id = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(id, signal).unwrap();
        self.process.wait().unwrap().code()
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends bytes to the webhook server and reads until it closes.
pub async fn raw(instance: &Instance, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(instance.webhook_host()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    tokio::time::timeout(TIMEOUT, reading)
        .await
        .expect("the server ends the connection")
        .unwrap();
    answer
}

/// Names and values of a list of pairs.
pub fn pairs(value: &Value) -> Vec<(String, String)> {
    serde_json::from_value(value.clone()).unwrap()
}

/// The row of a variable.
pub fn variable<'v>(exchange: &'v Value, name: &str) -> &'v Value {
    let rows = exchange["variables"].as_array().unwrap();
    rows.iter()
        .find(|row| row["name"] == name)
        .unwrap_or_else(|| panic!("no {name} in {rows:?}"))
}

/// The codes of an exchange's findings.
pub fn codes(exchange: &Value) -> Vec<&str> {
    exchange["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["code"].as_str())
        .collect()
}
