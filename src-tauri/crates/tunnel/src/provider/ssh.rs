//! A remote forward over SSH (RFC 4254, section 7): the server listens and opens a channel for each
//! connection. Own servers and services such as localhost.run or pinggy support it.
//!
//! The server must show the host key that a person has confirmed before we authenticate.
//! No `ssh` program is needed, and neither `~/.ssh` nor an agent is looked at.

mod address;
mod channel_stream;
mod client;
mod host_key;
mod keys;
mod link;
mod shell;
mod socket;

use std::convert::Infallible;
use std::sync::Arc;

use russh::keys::PrivateKey;
use tokio::time::Instant;

pub use keys::{Key, KeyError};
use link::{Link, LinkError};
use shell::Shell;

use crate::error::{TunnelError, TunnelErrorKind};
use crate::plan::SshPlan;
use crate::session::{End, Session};
use crate::status::Step;

pub(crate) async fn run(plan: &SshPlan, session: &Session) -> End {
    let connected = tokio::select! {
        biased;
        () = session.stop().cancelled() => return End::Stopped,
        () = session.woke() => return slept(),
        connected = connect(plan, session) => connected,
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
        ended = serve(plan, session, &mut link, key) => match ended {
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
    plan: &SshPlan,
    session: &Session,
) -> Result<(Link, Option<Arc<PrivateKey>>), End> {
    session.step(Step::Dial);
    let key = keys::chosen(plan).await.map_err(End::Failed)?;
    let link = link::connect(plan, session).await?;
    Ok((link, key))
}

/// Authenticates, requests the forward, reports the address, and keeps the link alive.
async fn serve(
    plan: &SshPlan,
    session: &Session,
    link: &mut Link,
    key: Option<Arc<PrivateKey>>,
) -> Result<Infallible, LinkError> {
    session.step(Step::Auth);
    in_time(session, link.log_in(&plan.user, key)).await?;
    let link = &*link;
    tokio::select! {
        ended = keep_alive(session, link) => ended,
        ended = offer(plan, session, link) => ended,
    }
}

/// The same within [`Timing::handshake`](crate::timing::Timing::handshake).
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
async fn offer(plan: &SshPlan, session: &Session, link: &Link) -> Result<Infallible, LinkError> {
    let port = bind(plan, session, link).await?;
    session.step(Step::Address);
    if let Some(template) = plan.public_url.as_deref() {
        session.online(&address::fill(template, port));
        return std::future::pending().await;
    }
    let mut shell = in_time(session, Shell::open(plan, link)).await?;
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
async fn bind(plan: &SshPlan, session: &Session, link: &Link) -> Result<u32, LinkError> {
    let timing = session.timing();
    let began = Instant::now();
    let mut attempt = 0;
    loop {
        session.step(Step::Bind);
        if let Some(port) = in_time(session, link.forward(plan.bind_port)).await? {
            return Ok(port);
        }
        let asked = format!("{}:{}", plan.bind_address.trim(), plan.bind_port);
        if plan.bind_port == 0 || !session.had_address() {
            return Err(LinkError::failed(TunnelErrorKind::ForwardRefused, asked));
        }
        let held = TunnelError::new(TunnelErrorKind::PortHeld, asked);
        if began.elapsed() >= timing.busy {
            return Err(LinkError::End(End::Failed(held)));
        }
        attempt += 1;
        let waited = session.wait(&held, attempt, timing.busy_pause).await;
        waited.map_err(|_| LinkError::End(End::Stopped))?;
    }
}
