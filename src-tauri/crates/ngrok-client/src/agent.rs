//! One session with ngrok's service, from the first dial to the last byte.

use std::future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use ngrok::config::{HttpTunnelBuilder, TunnelBuilder as _};
use ngrok::conn::ConnInfo as _;
use ngrok::session::{self, SessionBuilder};
use ngrok::tunnel::{AcceptError, EndpointInfo as _, HttpTunnel, TunnelInfo as _};
use tokio::time::timeout;
use tunnel_session::{Step, TunnelErrorKind};

use crate::codes;
use crate::config::Config;
use crate::connector::Connector;
use crate::dial::Target;
use crate::error::Error;
use crate::host::{End, Host};
use crate::isolated_runtime::{self, Crash};
use crate::proxy::Proxy;
use crate::run::Run;
use crate::trust;
use crate::words::sentences;

/// Where ngrok's service is.
const SERVER: &str = "connect.ngrok-agent.com:443";

/// Runs one session until it ends. Dropping the future ends everything that it holds.
pub async fn run<H: Host>(config: Config, host: H) -> End {
    isolated_runtime::isolated(session(config, host))
        .await
        .unwrap_or_else(|Crash| {
            let crashed = &sentences::CLIENT_CRASHED;
            End::Lost(Error::passing(TunnelErrorKind::LinkLost, crashed))
        })
}

async fn session<H: Host>(config: Config, host: H) -> End {
    // From before the endpoint is online on: a wake-up that nobody awaits yet would be missed.
    let woke = host.woke();
    let opened = tokio::select! {
        biased;
        // Nothing has to be given back yet; the sockets end with the thread.
        () = host.stopped() => return End::Stopped,
        opened = Open::open(&config, host.clone()) => opened,
    };
    match opened {
        Ok(mut open) => {
            let end = open.serve(woke).await;
            open.close().await;
            end
        }
        Err(error) if error.lasting => End::Failed(error),
        Err(error) => End::Lost(error),
    }
}

/// A session that has its endpoint.
struct Open<H> {
    run: Arc<Run<H>>,
    client: ngrok::Session,
    listener: HttpTunnel,
}

impl<H: Host> Open<H> {
    async fn open(config: &Config, host: H) -> Result<Self, Error> {
        let proxy = config.proxy.as_deref().map(Proxy::parse).transpose()?;
        let mut secrets = vec![config.authtoken.clone()];
        secrets.extend(proxy.iter().flat_map(Proxy::secrets));
        let run = Run::new(host, config.timing, secrets);
        let mut builder = builder(config, &run)?;
        trust::apply(&mut builder, &config.trust).await?;
        let connector = Arc::new(Connector {
            run: Arc::clone(&run),
            proxy,
        });
        builder.connector(move |host: String, port, tls, loss| {
            let connector = Arc::clone(&connector);
            async move { connector.connect(Target { host, port, tls }, loss).await }
        });
        let client = connect(&builder, &run).await?;
        run.host.step(Step::Bind);
        let listener = listen(&client, config, &run).await?;
        run.host.online(listener.url());
        Ok(Self {
            run,
            client,
            listener,
        })
    }

    /// Hands connections on until the session is over.
    async fn serve(&mut self, woke: impl Future<Output = ()> + Send) -> End {
        let run = Arc::clone(&self.run);
        let host = &run.host;
        // One future for all rounds: a wake-up between two rounds must not be missed.
        let mut woke: Pin<Box<dyn Future<Output = ()> + Send + '_>> = Box::pin(woke);
        let mut stuck = std::pin::pin!(run.stuck());
        loop {
            tokio::select! {
                biased;
                () = host.stopped() => return End::Stopped,
                end = run.finished() => return end,
                () = &mut woke => {
                    run.cut(Error::passing(TunnelErrorKind::Slept, ""));
                    woke = Box::pin(host.woke());
                }
                () = run.proved() => host.online(self.listener.url()),
                error = &mut stuck => return End::Lost(error),
                next = self.listener.next() => match next {
                    Some(Ok(connection)) => {
                        let peer = connection.remote_addr();
                        host.deliver(connection, peer);
                    }
                    Some(Err(error)) => return ended(&run, &error),
                    None => return End::Lost(Error::passing(TunnelErrorKind::LinkLost, "")),
                },
            }
        }
    }

    /// Gives the endpoint back and ends the link. The order matters: the client closes nothing by
    /// itself, and without its `close` it would make a new link.
    async fn close(mut self) {
        let limit = self.run.timing.unbind;
        if self.run.is_linked() {
            let id = self.listener.id().to_owned();
            let closing = timeout(limit, self.client.close_tunnel(id));
            // Closing waits for a lock that is held while a connection is not accepted.
            tokio::select! {
                _ = closing => {}
                () = drain(&mut self.listener) => {}
            }
        }
        let _ = timeout(limit, self.client.close()).await;
        self.run.cut(Error::passing(TunnelErrorKind::LinkLost, ""));
    }
}

/// Accepts connections only to drop them.
async fn drain(listener: &mut HttpTunnel) {
    while let Some(Ok(_)) = listener.next().await {}
    future::pending().await
}

/// All of a session but its trust and its links.
fn builder<H: Host>(config: &Config, run: &Arc<Run<H>>) -> Result<SessionBuilder, Error> {
    let mut builder = ngrok::Session::builder();
    let server = config.server_addr.as_deref().unwrap_or(SERVER);
    let invalid = || Error::lasting(TunnelErrorKind::NameUnknown, server);
    builder.server_addr(server.trim()).map_err(|_| invalid())?;
    builder
        .heartbeat_interval(config.timing.heartbeat)
        .map_err(|_| invalid())?;
    builder
        .heartbeat_tolerance(config.timing.tolerance)
        .map_err(|_| invalid())?;
    builder
        .authtoken(config.authtoken.as_str())
        .client_info(config.name, config.version, None::<String>)
        .metadata(config.name);
    let host = run.host.clone();
    builder.handle_heartbeat(move |latency: Option<Duration>| {
        if let Some(latency) = latency {
            host.latency(latency);
        }
        async { Ok(()) }
    });
    let run = Arc::clone(run);
    builder.handle_stop_command(move |_: session::Stop| {
        run.finish(End::Failed(Error::lasting(
            TunnelErrorKind::StoppedOutside,
            "",
        )));
        async { Ok(()) }
    });
    Ok(builder)
}

async fn connect<H>(builder: &SessionBuilder, run: &Run<H>) -> Result<ngrok::Session, Error> {
    let timing = run.timing;
    match timeout(timing.dial + timing.handshake, builder.connect()).await {
        Ok(Ok(client)) => Ok(client),
        Ok(Err(error)) => {
            let found = run.take_first_error();
            let error =
                found.unwrap_or_else(|| codes::connect_error(&error, |text| run.hide(text)));
            Err(run.hidden(error))
        }
        Err(_) => Err(silent(timing.handshake)),
    }
}

async fn listen<H>(
    client: &ngrok::Session,
    config: &Config,
    run: &Run<H>,
) -> Result<HttpTunnel, Error> {
    let limit = run.timing.handshake;
    let mut endpoint: HttpTunnelBuilder = client.http_endpoint();
    // By default the dashboard would show the path of this program.
    endpoint.forwards_to(config.name);
    let domain = config.domain.as_deref().map(str::trim);
    if let Some(domain) = domain.filter(|domain| !domain.is_empty()) {
        endpoint.domain(domain);
    }
    match timeout(limit, endpoint.listen()).await {
        Ok(Ok(listener)) => Ok(listener),
        Ok(Err(error)) => Err(codes::rpc_error(&error, |text| run.hide(text))),
        Err(_) => Err(silent(limit)),
    }
}

fn silent(limit: Duration) -> Error {
    let detail = sentences::SECONDS.arg(limit.as_secs_f32().to_string());
    Error::passing(TunnelErrorKind::NoAnswer, detail)
}

/// Why the listener ended.
fn ended<H>(run: &Run<H>, error: &AcceptError) -> End {
    match error {
        AcceptError::ListenerClosed {
            message,
            error_code,
        } => {
            let stopped = Error::lasting(TunnelErrorKind::StoppedOutside, run.hide(message));
            End::Failed(match error_code {
                Some(code) if !code.is_empty() => stopped.with_code(run.hide(code)),
                _ => stopped,
            })
        }
        other => {
            let detail = run.hide(&other.to_string());
            End::Lost(Error::passing(TunnelErrorKind::LinkLost, detail))
        }
    }
}
