//! One run: a link, a login, a forward and its address, until the link is lost.

use std::convert::Infallible;
use std::sync::Arc;

use russh::keys::PrivateKey;
use tokio::time::Instant;
use tunnel_session::{End, Session, Step, TunnelError, TunnelErrorKind};

use crate::config::{AddressSource, Config};
use crate::link::{self, Link, LinkError};
use crate::shell::Shell;
use crate::{address, keys};

/// Runs one link from its first dial to its loss. Dropping the future ends all that it holds.
pub async fn run(config: &Config, session: &Session) -> End {
    let connected = tokio::select! {
        biased;
        () = session.stop().cancelled() => return End::Stopped,
        () = session.woke() => return slept(),
        connected = connect(config, session) => connected,
    };
    let (mut link, key) = match connected {
        Ok(connected) => connected,
        Err(end) => return end,
    };
    let watch = link.watch();
    let end = tokio::select! {
        biased;
        () = session.stop().cancelled() => End::Stopped,
        () = session.woke() => slept(),
        error = watch.lost() => End::Lost(error),
        ended = serve(config, session, &mut link, key) => match ended {
            Err(LinkError::End(end)) => end,
            Err(LinkError::Ended) => End::Lost(watch.lost().await),
            Ok(never) => match never {},
        },
    };
    // A lost link is only cut: it would not answer a disconnect.
    if !matches!(end, End::Lost(_)) {
        link.close(session.timing().stop / 2).await;
    }
    end
}

fn slept() -> End {
    End::Lost(TunnelError::new(TunnelErrorKind::Slept, ""))
}

async fn connect(
    config: &Config,
    session: &Session,
) -> Result<(Link, Option<Arc<PrivateKey>>), End> {
    session.step(Step::Dial);
    let key = match &config.key {
        Some(source) => Some(keys::load(source).await.map_err(End::Failed)?),
        None => None,
    };
    let link = link::connect(config, session).await?;
    Ok((link, key))
}

/// Authenticates, requests the forward, reports the address, and keeps the link alive.
async fn serve(
    config: &Config,
    session: &Session,
    link: &mut Link,
    key: Option<Arc<PrivateKey>>,
) -> Result<Infallible, LinkError> {
    session.step(Step::Auth);
    in_time(session, link.authenticate(&config.user, key)).await?;
    let link = &*link;
    tokio::select! {
        ended = keep_alive(session, link) => ended,
        ended = offer(config, session, link) => ended,
    }
}

/// The same within [`Timing::handshake`](tunnel_session::Timing::handshake).
async fn in_time<T>(
    session: &Session,
    work: impl Future<Output = Result<T, LinkError>>,
) -> Result<T, LinkError> {
    tokio::time::timeout(session.timing().handshake, work)
        .await
        .unwrap_or_else(|_| {
            Err(LinkError::End(End::Lost(TunnelError::new(
                TunnelErrorKind::NoAnswer,
                "",
            ))))
        })
}

/// Sends a ping after each heartbeat's interval. A missing answer is noticed as silence.
async fn keep_alive(session: &Session, link: &Link) -> Result<Infallible, LinkError> {
    loop {
        session.latency(link.ping().await?);
        tokio::time::sleep(session.timing().heartbeat).await;
    }
}

/// Makes the server listen and reports the address.
async fn offer(config: &Config, session: &Session, link: &Link) -> Result<Infallible, LinkError> {
    let port = bind(config, session, link).await?;
    session.step(Step::Address);
    let (domain, command) = match &config.address {
        AddressSource::Template(template) => {
            session.online(&address::fill(template, port));
            return std::future::pending().await;
        }
        AddressSource::Printed { domain, command } => (domain, command.as_deref()),
    };
    let mut shell = in_time(session, Shell::open(link, command, domain)).await?;
    let first = tokio::time::timeout(session.timing().address, shell.first()).await;
    let Ok(Some(mut url)) = first else {
        let error = shell.no_address();
        // A service that has printed an address before will do so again.
        return Err(LinkError::End(if session.had_address() {
            End::Lost(error)
        } else {
            End::Failed(error)
        }));
    };
    session.online(&url);
    while let Some(next) = shell.next().await {
        if next != url {
            session.online(&next);
            url = next;
        }
    }
    // Own servers print the address and close the channel; the forward goes on.
    std::future::pending().await
}

/// Requests the forward. After a loss the old session may still hold the port, until the server
/// notices.
async fn bind(config: &Config, session: &Session, link: &Link) -> Result<u32, LinkError> {
    let timing = session.timing();
    let began = Instant::now();
    let mut attempt = 0;
    loop {
        session.step(Step::Bind);
        if let Some(port) = in_time(session, link.forward(config.bind_port)).await? {
            return Ok(port);
        }
        let requested = format!("{}:{}", config.bind_address, config.bind_port);
        if config.bind_port == 0 || !session.had_address() {
            return Err(LinkError::failed(
                TunnelErrorKind::ForwardRefused,
                requested,
            ));
        }
        let held = TunnelError::new(TunnelErrorKind::PortHeld, requested);
        if began.elapsed() >= timing.busy {
            return Err(LinkError::End(End::Failed(held)));
        }
        attempt += 1;
        let waited = session.wait(&held, attempt, timing.busy_pause).await;
        waited.map_err(|_| LinkError::End(End::Stopped))?;
    }
}
