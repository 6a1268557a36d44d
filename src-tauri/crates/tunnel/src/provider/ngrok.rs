//! ngrok's service, through the crate `ngrok-client`: one session after the other for as long as
//! the service still counts our own lost one, with their reports as the tunnel's status.

use std::net::SocketAddr;
use std::time::Duration;

use messages::Arg;
use ngrok_client::{Config, Error, Host, Trust};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tunnel_session::{
    End, Secret, Session, Step, Stopped, Timing, TunnelError, TunnelErrorKind, redact,
};

use crate::home;
use crate::plan::NgrokPlan;

/// How ngrok's dashboard calls the agent and its endpoint. The client's own defaults would be the
/// laptop's name and the path of this program.
const NAME: &str = "hookloupe";
/// How long the service may take to confirm that an endpoint is given back: a guess, several times
/// the round trip of a slow mobile network.
const UNBIND: Duration = Duration::from_secs(2);
/// And at most this part of a whole stop, so that the session can still be closed.
const UNBIND_PART: f64 = 0.6;

/// Runs sessions until one ends for another reason than that the service still counts our own lost
/// one.
pub(crate) async fn run(plan: &NgrokPlan, session: &Session) -> End {
    let Some(token) = plan.authtoken.as_ref().filter(|token| !token.is_empty()) else {
        return End::Failed(TunnelError::new(TunnelErrorKind::TokenMissing, ""));
    };
    let config = config(plan, token, session.timing());
    let mut busy_since = None;
    let mut attempt = 0;
    loop {
        let caller = Caller(session.clone());
        let error = match ngrok_client::run(config.clone(), caller).await {
            ngrok_client::End::Lost(error) if error.is_busy() => redacted(error),
            ngrok_client::End::Lost(error) => return End::Lost(redacted(error)),
            ngrok_client::End::Failed(error) => return End::Failed(redacted(error)),
            ngrok_client::End::Stopped => return End::Stopped,
        };
        let since = *busy_since.get_or_insert_with(Instant::now);
        if !session.held_lately() || since.elapsed() >= session.timing().busy {
            return End::Failed(error);
        }
        attempt += 1;
        let pause = session.timing().busy_pause;
        if session.wait(&error, attempt, pause).await.is_err() {
            return End::Stopped;
        }
    }
}

/// The plan as the client takes it. A file of certificates goes before the system's: it says more.
fn config(plan: &NgrokPlan, token: &Secret, timing: &Timing) -> Config {
    let trust = match &plan.ca_file {
        Some(path) => Trust::File(home::path(path)),
        None if plan.system_certificates => Trust::System,
        None => Trust::Ngrok,
    };
    let proxy = plan.proxy.as_ref().filter(|proxy| !proxy.is_empty());
    Config {
        authtoken: token.expose().to_owned(),
        domain: plan.domain.clone(),
        server_addr: plan.server_addr.clone(),
        trust,
        proxy: proxy.map(|proxy| proxy.expose().to_owned()),
        name: NAME,
        version: env!("CARGO_PKG_VERSION"),
        timing: ngrok_client::Timing {
            dial: timing.dial,
            handshake: timing.handshake,
            heartbeat: timing.heartbeat,
            tolerance: timing.tolerance,
            settle: timing.settle,
            unbind: UNBIND.min(timing.stop.mul_f64(UNBIND_PART)),
        },
    }
}

/// A start of the tunnel, as a session of the client calls it.
#[derive(Clone)]
struct Caller(Session);

impl Host for Caller {
    fn step(&self, step: Step) {
        self.0.step(step);
    }

    fn online(&self, url: &str) {
        self.0.online(url);
    }

    fn latency(&self, took: Duration) {
        self.0.latency(took);
    }

    fn deliver(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        peer: SocketAddr,
    ) {
        // One that finds no permit is dropped: waiting would stop all the others.
        let _ = self.0.deliver(Box::new(stream), peer);
    }

    async fn pause(&self, error: &Error, attempt: u32) -> Result<(), Stopped> {
        let Self(session) = self;
        let busy = error.is_busy();
        let error = redacted(error.clone());
        if busy {
            let pause = session.timing().busy_pause;
            session.wait(&error, attempt, pause).await
        } else {
            session.pause(&error, attempt).await
        }
    }

    async fn stopped(&self) {
        self.0.stop().cancelled().await;
    }

    fn woke(&self) -> impl Future<Output = ()> + Send {
        self.0.woke()
    }
}

/// The client has hidden the secrets that it knows; what only looks like one is hidden here.
fn redacted(error: Error) -> TunnelError {
    let detail = match error.detail {
        Arg::Text(text) => redact(&text).into(),
        other => other,
    };
    let redacted = TunnelError::new(error.kind, detail);
    match error.code {
        Some(code) => redacted.with_code(redact(&code)),
        None => redacted,
    }
}
