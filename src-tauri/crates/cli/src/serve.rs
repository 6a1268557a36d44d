//! `serve`: the app without a window.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use control::Entrance;
use engine::{Engine, EngineConfig, Listen, StartError};
use messages::Say as _;
use serde::Serialize;
use tokio::net::TcpListener;

use crate::client::Endpoint;
use crate::exit::COULD_NOT_RUN;
use crate::{output, visible, words};

/// Prints one line of JSON when both listeners accept connections (on a terminal two sentences),
/// then logs to standard error.
///
/// Ends at Ctrl-C or SIGTERM: what is held is answered with its fallback, what is being sent is
/// finished (5 s at most).
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Where bots send their requests; port 0 for any free one. Without it: loopback, at the port
    /// of the settings (8787), or the next free one. At an address that other machines reach only
    /// requests to a bot's secret are taken.
    #[arg(long, value_name = "HOST:PORT", value_parser = address)]
    listen: Option<SocketAddr>,
    /// Where the control API and the browser interface are; port 0 for any free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0", value_parser = address)]
    control: SocketAddr,
    /// The directory of history and settings.
    #[arg(long, value_name = "DIR", env = "HOOKLOUPE_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// Without the browser interface.
    #[arg(long)]
    no_ui: bool,
    /// Print the line of JSON on a terminal, too.
    #[arg(long)]
    json: bool,
}

/// The line that says that everything is there.
#[derive(Serialize)]
struct Ready<'r> {
    ready: bool,
    version: &'static str,
    webhook: String,
    control: &'r str,
    token: &'r str,
    ui: Option<String>,
    /// The interface's address for a person, whose history keeps what it opened: it opens once.
    ui_once: Option<String>,
    data_dir: String,
}

impl Ready<'_> {
    /// Says it to a program, or to a person.
    fn print(&self, to_program: bool) -> anyhow::Result<()> {
        match &self.ui_once {
            Some(ui) if !to_program => {
                let listens = words::LISTENS.arg(self.webhook.as_str()).arg(ui.as_str());
                output::print(words::text(listens))
            }
            _ => output::print_json(serde_json::to_string(self)?),
        }
    }
}

impl Serve {
    pub(crate) async fn run(self) -> ExitCode {
        let level = tracing_subscriber::EnvFilter::try_from_env("HOOKLOUPE_LOG")
            .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
        let colours = anstream::AutoStream::choice(&io::stderr());
        tracing_subscriber::fmt()
            .with_env_filter(level)
            .with_ansi(colours != anstream::ColorChoice::Never)
            .with_writer(|| visible::Log)
            .init();
        match self.start().await {
            Ok(()) => ExitCode::SUCCESS,
            Err(sentence) => {
                output::say(sentence);
                ExitCode::from(COULD_NOT_RUN)
            }
        }
    }

    async fn start(self) -> Result<(), String> {
        let lang = control::system_language();
        let sentence = |error: StartError| error.message().text(lang);
        if !self.control.ip().is_loopback() {
            return Err(words::text(
                words::LOOPBACK_ONLY.arg(self.control.to_string()),
            ));
        }
        let data_dir = self.data_dir.or_else(engine::default_data_dir);
        let data_dir = data_dir.ok_or_else(|| words::text(&words::NO_HOME))?;
        let last = last_endpoint(&data_dir);
        let address = self.control;
        let listener = listen(address, last.as_ref())
            .await
            .map_err(|cause| sentence(StartError::Listen { address, cause }))?;
        let control = listener.local_addr().map_err(words::said)?;
        let engine = Engine::start(EngineConfig {
            log_dir: None,
            data_dir: data_dir.clone(),
            listen: self.listen.map_or(Listen::Remembered, Listen::Fixed),
            version: env!("CARGO_PKG_VERSION"),
            first_bot: words::text(&words::FIRST_BOT),
        })
        .await
        .map_err(sentence)?;

        let control = format!("http://{control}");
        let token = engine::new_secret();
        let key = key_at(&control, last);
        let entrance = Arc::new(Entrance::new(token.clone(), key.clone()));
        let endpoint = Endpoint {
            control: control.clone(),
            token: token.clone(),
            key: Some(key),
        };
        engine.leave_address(&serde_json::to_string(&endpoint).unwrap_or_default());
        let ready = Ready {
            ready: true,
            version: env!("CARGO_PKG_VERSION"),
            webhook: format!("http://{}/", engine.webhook_addr()),
            control: &control,
            token: &token,
            ui: (!self.no_ui).then(|| format!("{control}/#token={token}")),
            ui_once: (!self.no_ui).then(|| format!("{control}/#once={}", entrance.word())),
            data_dir: absolute(data_dir),
        };
        if let Some(notice) = engine.network_notice() {
            output::say(words::text(notice));
        }
        // Before anybody reads that it is ready: a signal sent then would end the process at once.
        let stop = stop_signal().map_err(words::said)?;
        // Whoever reads it may have gone; bots are served all the same.
        let _ = ready.print(self.json || !output::is_terminal());

        let serving = tokio::spawn({
            let engine = engine.clone();
            async move { control::serve(&engine, listener, entrance, !self.no_ui).await }
        });
        stop.await;
        engine.shutdown().await;
        // Its own requests have been told to end; what hangs on is left behind.
        serving.abort();
        Ok(())
    }
}

fn absolute(dir: PathBuf) -> String {
    let absolute = std::path::absolute(&dir).unwrap_or(dir);
    absolute.display().to_string()
}

/// How the last instance over this directory was reached, where nobody else may know it.
fn last_endpoint(data_dir: &Path) -> Option<Endpoint> {
    let text = store::read_last_holder(data_dir)?;
    serde_json::from_str(&text).ok()
}

/// The key of the last instance, whose pages look for this one, where it had the same address. At
/// another one no page finds this instance, and somebody else may have the old one by now.
fn key_at(control: &str, last: Option<Endpoint>) -> String {
    /// The characters of a key that `engine::new_secret` makes.
    const KEY_CHARS: usize = 26;
    let last = last.filter(|last| last.control == control);
    let key = last.and_then(|last| last.key);
    key.filter(|key| key.len() >= KEY_CHARS)
        .unwrap_or_else(engine::new_secret)
}

/// Listens where it is said; where any port is as good, at that of the last instance, where its
/// pages look for this one.
async fn listen(address: SocketAddr, last: Option<&Endpoint>) -> io::Result<TcpListener> {
    let last = last.and_then(|last| last.control.strip_prefix("http://")?.parse().ok());
    let last = last.filter(|last: &SocketAddr| address.port() == 0 && last.ip() == address.ip());
    if let Some(last) = last
        && let Ok(listener) = TcpListener::bind(last).await
    {
        return Ok(listener);
    }
    TcpListener::bind(address).await
}

/// `HOST:PORT`, or a port of this machine alone.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.parse::<u16>() {
        return Ok(SocketAddr::from(([127, 0, 0, 1], port)));
    }
    let found = text
        .to_socket_addrs()
        .map(Vec::from_iter)
        .unwrap_or_default();
    let is_v4 = |address: &&SocketAddr| address.is_ipv4();
    let address = found.iter().find(is_v4).or_else(|| found.first());
    address
        .copied()
        .ok_or_else(|| words::text(words::LISTEN_ADDRESS.arg(text)))
}

/// Catches Ctrl-C, SIGTERM and the end of the terminal from now on. What it gives resolves at the
/// first of them.
pub(crate) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
        })
    }
    #[cfg(windows)]
    {
        let mut interrupt = tokio::signal::windows::ctrl_c()?;
        Ok(async move {
            let _ = interrupt.recv().await;
        })
    }
}
